"""The questions that a map offers, and when what is known of a map has to be worked out anew."""

from hashlib import blake2b
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from django.core.cache import cache
from django.db.models import Count, Sum
from django.utils.translation import get_language

from accounts.rules import Viewer, is_national
from actors.models import City
from ecosystem.findings import Case
from ecosystem.lenses import all_lenses
from ecosystem.mapview.state import MapState
from ecosystem.selectors.maps import map_day

KEPT_FOR: Final = 24 * 60 * 60
"""Seconds. Offers that nobody asks for need no place; a change of the map makes others anyway."""

CLEARED: Final[dict[str, Any]] = {
    "lens": "",
    "a": "",
    "b": "",
    "table": "",
    "actor": "",
    "color": "sector",
    "skill": (),
}
"""What a lens sets is put back when another is asked for."""


class Offer(NamedTuple):
    """A question with how many actors its answer lights up. ``asks`` are its keys of an address."""

    name: str
    question: str
    lit_count: int
    asks: tuple[tuple[str, str], ...]

    @property
    def change(self) -> str:
        """What asking it changes in the state, as a query with empty values for what it clears."""
        asked = dict(self.asks)
        if self.name == "fill":
            asked["color"] = "skill"
        keys = ("lens", "actor", "to", "steps", "color", "skill", "a", "b", "table")
        return "&".join(f"{key}={asked.get(key, '')}" for key in keys)

    def address(self, state: MapState) -> str:
        """The link that asks it and keeps the rest of the view."""
        asked: dict[str, Any] = dict(self.asks)
        if skill := asked.pop("skill", ""):
            # The color shows who has the skill; as a filter it would hide those who lead to it.
            asked |= {"skill": (skill,), "color": "skill"}
        return state.address(**CLEARED | {"steps": 0, "to": ""} | asked)


def answers_key(city: City, user: Viewer) -> str:
    """Changes with everything that a map, as ``user`` sees it, depends on.

    One query, three for those signed in.

    All cities count: an actor of another one can be a visitor here, or hold a skill that is
    missing here.
    """
    seen = City.objects.aggregate(
        ties=Sum("tie_revision"), facts=Sum("fact_revision"), count=Count("pk")
    )
    parts = (city.pk, map_day(city), *seen.values(), _reader(user), get_language())
    return "-".join(map(str, parts))


def _reader(user: Viewer) -> str:
    """The same for all who may see the same: whoever loses a role loses with it what it showed."""
    if is_national(user):
        return "national"
    if not user.is_authenticated or not user.is_active:
        return "anyone"
    roles = sorted(user.city_roles.values_list("city", "kind"))
    cares = sorted(user.stewardships.filter(status="approved").values_list("actor", "actor__city"))
    if not roles and not cares:
        return "anyone"
    return blake2b(repr((roles, cares)).encode(), digest_size=12).hexdigest()


def kept_offers(key: str) -> list[Offer] | None:
    """The questions found earlier for the same answers, or None."""
    kept = cache.get(f"map-questions-{key}")
    return None if kept is None else [Offer(*one) for one in kept]


def find_offers(case: Case, key: str) -> list[Offer]:
    """The questions of a map, which takes all its gaps; kept for the next reader."""
    offers = [
        Offer(
            lens.name,
            lens.question,
            lens.count,
            tuple(parse_qsl(urlsplit(lens.url).query)),
        )
        for lens in all_lenses(case)
    ]
    cache.set(f"map-questions-{key}", [tuple(offer) for offer in offers], KEPT_FOR)
    return offers
