"""Where an organization is: the two numbers of a point, checked in words."""

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from actors.models import City

PLACE: Final = ("latitude", "longitude")
LIMITS: Final = {"latitude": 90, "longitude": 180}
NEAR_DEGREES: Final = 3.0
"""About 200 miles: a point within is taken to be meant for the city."""

BOTH: Final = re.compile(r"^\s*(-?\d+\.\d+)\s*[,;\s]\s*(-?\d+\.\d+)\s*$")
DECIMAL_COMMA: Final = re.compile(r"^\s*(-?\d+),(\d+)\s*$")


class DegreesField(forms.FloatField):
    """Degrees, with a point or with a comma."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(
            widget=forms.TextInput({"inputmode": "text", "autocomplete": "off"}), **kwargs
        )

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = DECIMAL_COMMA.sub(r"\1.\2", value)
        return super().to_python(value)


class PlaceFields(forms.Form):
    """Two numbers, both or neither. Map services copy both at once: the first field takes both."""

    latitude = DegreesField(
        label=_("Latitude"),
        error_messages={"invalid": _("Write degrees with a point, as in 42.3601.")},
    )
    longitude = DegreesField(
        label=_("Longitude"),
        error_messages={"invalid": _("Write degrees with a point, as in -71.0589.")},
    )


def parted(data: Any) -> Any:
    """Form data in which both numbers, pasted into the first field, stand in one field each."""
    if data is None or not (both := BOTH.match(data.get("latitude", ""))):
        return data
    apart = data.copy()
    apart["latitude"], apart["longitude"] = both.groups()
    return apart


def check_place(form: Any, city: City | None) -> None:
    """Say what is wrong with a point: out of range, half of it missing, or elsewhere by mistake.

    A point far from the city is right, unless the two numbers were exchanged or a minus was lost.
    """
    cleaned = form.cleaned_data
    for name, most in LIMITS.items():
        value = cleaned.get(name)
        if value is not None and not -most <= value <= most:
            form.add_error(
                name, gettext("Write a number from -%(most)s to %(most)s.") % {"most": most}
            )
    if form.errors.keys() & set(PLACE):
        return
    without = [name for name in PLACE if cleaned.get(name) is None]
    if len(without) == 1:
        form.add_error(
            without[0],
            gettext("A place needs both numbers: write this one too, or clear the other."),
        )
    elif not without and (meant := _meant(cleaned["latitude"], cleaned["longitude"], city)):
        said = {"city": city, "latitude": meant[0], "longitude": meant[1]}
        form.add_error(
            "latitude",
            gettext(
                "This point is far from %(city)s. Do you mean latitude %(latitude)s and longitude "
                "%(longitude)s?"
            )
            % said,
        )


def _meant(latitude: float, longitude: float, city: City | None) -> tuple[float, float] | None:
    """The point near the city that these numbers are a slip of; None when they are not."""
    if city is None or city.latitude is None or city.longitude is None:
        return None
    at = (city.latitude, city.longitude)
    slips = ((latitude, -longitude), (longitude, latitude), (-longitude, latitude))
    if _is_near((latitude, longitude), at):
        return None
    return next((one for one in (*slips, (longitude, -latitude)) if _is_near(one, at)), None)


def _is_near(point: tuple[float, float], other: tuple[float, float]) -> bool:
    return all(abs(one - two) <= NEAR_DEGREES for one, two in zip(point, other, strict=True))
