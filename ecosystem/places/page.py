"""What the templates ``ecosystem/_places_*.html`` need."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actors.models import City
from ecosystem.maps.picture import DrawnActor
from ecosystem.places.data import limits_of, place_map_data
from ecosystem.places.outline import NOTHING, Ground, ground
from ecosystem.places.sites import load_sites, site_of
from ecosystem.places.spots import Spot, make_spots
from ecosystem.places.svg import draw_places
from ecosystem.places.values import Away, Places, make_places

WAYS: Final = (
    gettext_lazy("%(miles)s north"),
    gettext_lazy("%(miles)s northeast"),
    gettext_lazy("%(miles)s east"),
    gettext_lazy("%(miles)s southeast"),
    gettext_lazy("%(miles)s south"),
    gettext_lazy("%(miles)s southwest"),
    gettext_lazy("%(miles)s west"),
    gettext_lazy("%(miles)s northwest"),
)


def load_places(
    city: City, actors: Iterable[DrawnActor], shown: Collection[str] | None = None
) -> Places:
    """Where the actors of a city's map are; one query. ``shown`` as in ``make_places``."""
    everyone = list(actors)
    return make_places(everyone, load_sites([a.id for a in everyone]), site_of(city), shown)


def ground_of(places: Places) -> Ground:
    """The outlines beneath them; the same for every filter, so found once per process."""
    if places.frame is None or places.middle is None:
        return NOTHING
    return ground(limits_of(places.frame.box), places.middle)


def places_data(city: City, places: Places) -> dict[str, Any]:
    """The answer of the address that ``<place-map>`` reads."""
    return place_map_data(places, ground_of(places), city.name)


def places_context(city: City, places: Places) -> dict[str, Any]:
    """Keys: ``places``, ``places_answer``, ``places_drawing`` (None without any place to draw),
    ``places_many``, ``places_away``."""
    spots = make_spots(places.drawn, places.frame) if places.frame else []
    title = _("Map of where organizations are in %(city)s") % {"city": city.name}
    return {
        "places": places,
        "places_answer": _answer(places),
        "places_drawing": draw_places(places, spots, ground_of(places), city.name, title)
        if places.frame
        else None,
        "places_many": _many(spots),
        "places_away": [{"actor": one.actor, "way": way_to(one)} for one in places.away],
    }


def _answer(places: Places) -> str:
    drawn, all_of_them = (
        len(places.drawn),
        sum(map(len, (places.drawn, places.away, places.unplaced))),
    )
    if not drawn:
        return _("No place in the city is recorded for anybody here.")
    if drawn == all_of_them:
        return ngettext(
            "%(count)s organization, drawn where it is.",
            "All %(count)s organizations are drawn where they are.",
            drawn,
        ) % {"count": number_format(drawn)}
    return ngettext(
        "%(drawn)s of %(count)s organization is drawn where it is; the others are listed below.",
        "%(drawn)s of %(count)s organizations are drawn where they are; the others are listed "
        "below.",
        all_of_them,
    ) % {"drawn": number_format(drawn), "count": number_format(all_of_them)}


def _many(spots: Sequence[Spot]) -> list[dict[str, Any]]:
    """The spots drawn as a number, with the names behind them."""
    return [
        {"number": number, "actors": [one.actor for one in spot.residents]}
        for number, spot in enumerate(spots, start=1)
        if not spot.dots
    ]


def way_to(away: Away) -> str:
    """ "394 miles southwest": from the middle of the city."""
    miles = round(away.miles)
    said = ngettext("%(count)s mile", "%(count)s miles", miles) % {
        "count": number_format(miles, force_grouping=True)
    }
    return str(WAYS[away.eighth]) % {"miles": said}
