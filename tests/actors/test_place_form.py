"""A point: what is taken, what is a slip. By hand, around a city at 42.36, -71.06."""

import pytest
from django.http import QueryDict

from actors.forms.actor import ActorForm
from actors.forms.place import DegreesField, parted
from tests.factories import ActorFactory, CityFactory, UserFactory

CITY = {"latitude": 42.36, "longitude": -71.06}


@pytest.mark.parametrize(
    ("written", "degrees"),
    [("42.36", 42.36), (" 42,36 ", 42.36), ("-71,06", -71.06), ("42", 42.0), ("", None)],
)
def test_degrees_are_written_with_a_point_or_a_comma(written, degrees):
    assert DegreesField().clean(written) == degrees


@pytest.mark.parametrize(
    ("written", "both"),
    [
        ("42.3601, -71.0589", ("42.3601", "-71.0589")),
        ("42.3601,-71.0589", ("42.3601", "-71.0589")),
        ("42.3601 -71.0589", ("42.3601", "-71.0589")),
        ("42,3601", ("42,3601", "")),
        ("42.3601", ("42.3601", "")),
    ],
)
def test_both_numbers_are_parted(written, both):
    sent = QueryDict(mutable=True)
    sent.update({"latitude": written, "longitude": ""})

    apart = parted(sent)

    assert (apart["latitude"], apart["longitude"]) == both


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("latitude", "longitude", "said"),
    [
        ("42.36", "-71.06", []),
        ("42.3601, -71.0589", "", []),
        ("19.43", "-99.13", []),
        ("42.36", "71.06", ["latitude 42.36 and longitude -71.06?"]),
        ("-71.06", "42.36", ["latitude 42.36 and longitude -71.06?"]),
        ("95", "-71.06", ["Write a number from -90 to 90."]),
        ("42.36", "", ["A place needs both numbers: write this one too, or clear the other."]),
    ],
)
def test_convener_reads_what_is_wrong_with_a_point(latitude, longitude, said):
    city = CityFactory(**CITY)
    actor = ActorFactory(city=city)
    sent = QueryDict(mutable=True)
    sent.update({"name": "A", "sector": "media", "latitude": latitude, "longitude": longitude})

    form = ActorForm(sent, instance=actor, city=city, viewer=UserFactory(), may_publish=True)

    errors = [error for found in form.errors.values() for error in found]
    assert len(errors) == len(said)
    assert all(error.endswith(end) for error, end in zip(errors, said, strict=True))


@pytest.mark.django_db
def test_point_of_a_national_organization_is_compared_with_no_city():
    city = CityFactory(**CITY)
    actor = ActorFactory(national=True)
    sent = {"name": "A", "sector": "media", "latitude": "42.36", "longitude": "71.06"}

    form = ActorForm(sent, instance=actor, city=city, viewer=UserFactory(), may_publish=True)

    assert form.errors == {}
