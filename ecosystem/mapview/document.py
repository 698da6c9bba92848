"""The data of the element ``<network-map>``, in columns and in two parts, small on the wire.

The first part is what the first picture shows: everybody by sector, and who works with whom. The
rest is fetched when somebody comes near the map, or at once where the address asks for more. Both
are made of values alone, so that they can be kept. Where actors are on the ground is in neither:
the map of places has data of its own. ``static/js/network-map/README.md`` says how they are read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, Final, NamedTuple

from django.urls import reverse

from actors.framework import REVERSE_TIE_LABELS, Area, Competency, Role, Sector, TieKind
from ecosystem.analysis.communities import Communities
from ecosystem.analysis.vocabulary import AREA_OF
from ecosystem.maps import look
from ecosystem.maps.by_group import groups_of
from ecosystem.maps.geometry import Disc, Point
from ecosystem.maps.groups import group_words
from ecosystem.maps.layout import Member, districts_of
from ecosystem.mapview.state import FRESHNESS, STATUSES
from ecosystem.mapview.values import MapActor, MapTie, MapValues

CONFIRMED: Final = ("none", "one", "both")

SURE, LIGHT, WISHED = range(3)
"""How the line between two actors looks: both sides confirm a tie, a tie exists, one is wished."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """The places of every actor by arrangement, "sector", "ties" and "group", and its groups."""

    places: Mapping[str, Mapping[int, Point]]
    communities: Communities


class Pair(NamedTuple):
    """Two actors by their indexes, the lower one first, with the ties recorded between them."""

    a: int
    b: int
    ties: tuple[MapTie, ...]

    @property
    def look(self) -> int:
        existing = [tie for tie in self.ties if tie.exists]
        if not existing:
            return WISHED
        return SURE if any(tie.tie.confirmed == "both" for tie in existing) else LIGHT


def first_document(values: MapValues, by_sector: Mapping[int, Point]) -> dict[str, Any]:
    """What the first picture needs. ``by_sector``: the place of every actor by id.

    Places are in whole map units, about a pixel each. ``near`` lists, for each actor, the later
    ones that it has a line to, each as the distance from the one before: an actor 3 with lines to
    5 and 9 has [2, 4]. ``looks`` says of every line in that order how it looks.
    """
    scope = values.data.scope
    actors = values.actors
    pairs = pairs_of(values.ties)
    return {
        "city": {"slug": scope.city, "name": scope.name},
        "as_of": values.data.as_of.isoformat(),
        "url": reverse("actor_list", args=[scope.city]),
        "sectors": [
            {"slug": one.value, "label": str(one.label), "letter": look.SECTORS[one.value].letter}
            for one in Sector
        ],
        "actors": {
            "name": [actor.name for actor in actors],
            "sector": [Sector.values.index(actor.sector) for actor in actors],
            "visitor": [int(actor.visitor) for actor in actors],
            **_places(actors, by_sector),
        },
        "near": _near(pairs, len(actors)),
        "looks": [pair.look for pair in pairs],
        "districts": _districts(values, by_sector),
    }


def rest_document(values: MapValues, arranged: Arranged) -> dict[str, Any]:
    """All that filters, search, details, colors and the other arrangements need beyond that.

    Its columns are in the order of the first part's actors. Ties are in the order of its lines:
    ``count`` of them for each, from the later actor to the earlier one where ``back`` is 1.
    """
    return {
        "actors": _actors(values, arranged.communities),
        "places": {
            by: _places(values.actors, places)
            for by, places in arranged.places.items()
            if by != "sector"
        },
        "ties": _ties(pairs_of(values.ties)),
        "roles": [{"slug": one.value, "label": str(one.label)} for one in Role],
        "competencies": [
            {
                "slug": one.value,
                "label": str(one.label),
                "area": str(Area(AREA_OF[one.value]).label),
            }
            for one in Competency
        ],
        "kinds": [
            {
                "slug": one.value,
                "label": str(one.label),
                "reverse": str(REVERSE_TIE_LABELS[one]),
            }
            for one in TieKind
        ],
        "issues": _named(values.extras.issues),
        "collaboratives": _named(values.extras.collaboratives),
        "groups": _groups(values, arranged),
    }


def pairs_of(ties: Iterable[MapTie]) -> list[Pair]:
    """In the order of their ends, in which they are smallest when compressed."""

    def ends(tie: MapTie) -> tuple[int, int]:
        return min(tie.a, tie.b), max(tie.a, tie.b)

    ordered = sorted(ties, key=lambda tie: (*ends(tie), tie.a, tie.tie.kind, tie.tie.status))
    return [Pair(a, b, tuple(of_two)) for (a, b), of_two in groupby(ordered, ends)]


def _near(pairs: Iterable[Pair], count: int) -> list[list[int]]:
    later: list[list[int]] = [[actor] for actor in range(count)]
    for pair in pairs:
        later[pair.a].append(pair.b)
    return [[after - before for before, after in pairwise(row)] for row in later]


def _places(actors: Iterable[MapActor], places: Mapping[int, Point]) -> dict[str, list[int]]:
    found = [places[actor.id] for actor in actors]
    return {"x": [round(place.x) for place in found], "y": [round(place.y) for place in found]}


def _named(names: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"slug": slug, "label": label} for slug, label in names.items()]


def _actors(values: MapValues, communities: Communities) -> dict[str, Any]:
    actors = values.actors
    group = communities.number_of
    issues, tables = list(values.extras.issues), list(values.extras.collaboratives)
    return {
        "slug": [actor.slug for actor in actors],
        "roles": [_indexes(actor.roles, Role.values) for actor in actors],
        "group": [group[actor.slug] - 1 for actor in actors],
        "skills": [_skills(actor) for actor in actors],
        "issues": [_indexes(actor.extra.issues, issues) for actor in actors],
        "collaboratives": [_indexes(actor.extra.collaboratives, tables) for actor in actors],
        "fresh": [FRESHNESS.index(actor.fresh) for actor in actors],
        "other": ["\n".join(actor.extra.other_names) for actor in actors],
    }


def _indexes(slugs: Iterable[str], order: list[str]) -> list[int]:
    return sorted(order.index(slug) for slug in slugs)


def _skills(actor: MapActor) -> list[list[int]]:
    return sorted([Competency.values.index(skill), level] for skill, level in actor.skills.items())


def _ties(pairs: list[Pair]) -> dict[str, list[int]]:
    ties = [tie for pair in pairs for tie in pair.ties]
    return {
        "count": [len(pair.ties) for pair in pairs],
        "back": [int(tie.a > tie.b) for tie in ties],
        "kind": [TieKind.values.index(tie.tie.kind) for tie in ties],
        "status": [STATUSES.index(tie.tie.status) for tie in ties],
        "strength": [tie.strength for tie in ties],
        "confirmed": [CONFIRMED.index(tie.tie.confirmed) for tie in ties],
    }


def _districts(values: MapValues, by_sector: Mapping[int, Point]) -> list[list[Any]]:
    """The disc of each sector, by its index: x, y and radius."""
    members = (Member(actor.id, actor.sector) for actor in values.data.actors)
    discs = districts_of(members, by_sector)
    return [[Sector.values.index(sector), *_disc(disc)] for sector, disc in discs.items()]


def _groups(values: MapValues, arranged: Arranged) -> list[list[Any]]:
    """The disc of each group, by its number counted from 0, and its name."""
    number_of = arranged.communities.number_of
    groups = groups_of(
        {actor.id: number_of[actor.slug] for actor in values.actors}, arranged.places["group"]
    )
    words = group_words(arranged.communities, {a.slug: a.name for a in values.actors})
    return [[group.number - 1, *_disc(group.disc), words[group.number].title] for group in groups]


def _disc(disc: Disc) -> list[float]:
    """In tenths of a map unit, so that nobody on its rim falls out."""
    return [round(length, 1) for length in disc]
