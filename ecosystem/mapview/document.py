"""The data of the element ``<network-map>``: a map in columns, small on the wire.

Where actors are on the ground is not in it: the map of places has data of its own.
``static/js/network-map/README.md`` says how it is read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse

from actors.framework import REVERSE_TIE_LABELS, Area, Competency, Role, Sector, TieKind
from ecosystem.analysis.communities import Communities
from ecosystem.analysis.vocabulary import AREA_OF
from ecosystem.maps import look
from ecosystem.maps.by_group import groups_of
from ecosystem.maps.geometry import Point
from ecosystem.maps.groups import group_words
from ecosystem.maps.layout import Member, districts_of
from ecosystem.mapview.state import FRESHNESS, STATUSES
from ecosystem.mapview.values import MapActor, MapTie, MapValues

PRECISION: Final = 10
"""Lengths are sent as whole numbers, so many to a map unit."""

STEP: Final = 10
"""Places are rounded to a map unit, about a pixel: more digits do not compress."""

CONFIRMED: Final = ("none", "one", "both")


@dataclass(frozen=True, slots=True)
class Arranged:
    """The places of every actor by arrangement, "sector", "ties" and "group", and its groups."""

    places: Mapping[str, Mapping[int, Point]]
    communities: Communities


def map_document(values: MapValues, arranged: Arranged) -> dict[str, Any]:
    """What the element needs to draw, filter and search a map without asking again."""
    scope = values.data.scope
    return {
        "city": {"slug": scope.city, "name": scope.name},
        "as_of": values.data.as_of.isoformat(),
        "url": reverse("actor_list", args=[scope.city]),
        "actors": _actors(values, arranged),
        "ties": _ties(values.ties),
        "sectors": [
            {"slug": one.value, "label": str(one.label), "letter": look.SECTORS[one.value].letter}
            for one in Sector
        ],
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
        "districts": _districts(values, arranged),
    }


def _named(names: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"slug": slug, "label": label} for slug, label in names.items()]


def _actors(values: MapValues, arranged: Arranged) -> dict[str, Any]:
    actors = values.actors
    group = arranged.communities.number_of
    issues, tables = list(values.extras.issues), list(values.extras.collaboratives)
    return {
        "slug": [actor.slug for actor in actors],
        "name": [actor.name for actor in actors],
        "sector": [Sector.values.index(actor.sector) for actor in actors],
        "roles": [_indexes(actor.roles, Role.values) for actor in actors],
        "visitor": [int(actor.visitor) for actor in actors],
        "x": {
            by: [_place(places[actor.id].x) for actor in actors]
            for by, places in arranged.places.items()
        },
        "y": {
            by: [_place(places[actor.id].y) for actor in actors]
            for by, places in arranged.places.items()
        },
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


def _ties(ties: Iterable[MapTie]) -> dict[str, list[int]]:
    """In the order of their ends, in which they are smallest when compressed."""
    ordered = sorted(ties, key=lambda tie: (tie.a, tie.b, tie.tie.kind, tie.tie.status))
    return {
        "a": [tie.a for tie in ordered],
        "b": [tie.b for tie in ordered],
        "kind": [TieKind.values.index(tie.tie.kind) for tie in ordered],
        "status": [STATUSES.index(tie.tie.status) for tie in ordered],
        "strength": [tie.strength for tie in ordered],
        "confirmed": [CONFIRMED.index(tie.tie.confirmed) for tie in ordered],
    }


def _districts(values: MapValues, arranged: Arranged) -> dict[str, list[list[Any]]]:
    """The discs of sectors by index, and of groups by number, counted from 0, with their names."""
    members = (Member(actor.id, actor.sector) for actor in values.data.actors)
    discs = districts_of(members, arranged.places["sector"])
    number_of = arranged.communities.number_of
    groups = groups_of(
        {actor.id: number_of[actor.slug] for actor in values.actors}, arranged.places["group"]
    )
    words = group_words(arranged.communities, {a.slug: a.name for a in values.actors})
    return {
        "sector": [
            [Sector.values.index(sector), *map(_length, disc)] for sector, disc in discs.items()
        ],
        "group": [
            [group.number - 1, *map(_length, group.disc), words[group.number].title]
            for group in groups
        ],
    }


def _length(units: float) -> int:
    return round(units * PRECISION)


def _place(units: float) -> int:
    return round(units * PRECISION / STEP) * STEP
