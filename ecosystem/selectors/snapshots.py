"""From the database to snapshots, and from snapshots to those who read them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db.models import Min, QuerySet

from accounts.rules import Viewer
from actors.framework import ActorStatus, Visibility
from actors.models import Actor, City, CityRole, Relationship, SkillStatement, Steward
from collaboratives.models import Collaborative, Membership
from ecosystem.analysis.data import EcosystemData
from ecosystem.analysis.snapshot import (
    MapRecord,
    Member,
    Named,
    Values,
    keep_only,
    slugs_in,
    to_values,
)
from ecosystem.maps.geometry import Point
from ecosystem.models import Arrangement, LayoutPosition, Snapshot
from ecosystem.selectors.maps import load_ecosystem

Figures: TypeAlias = Mapping[str, Any]


class MapReader(AnonymousUser):
    """Somebody who may see the map of one city and has no other right anywhere.

    For snapshots of maps that are not public. Never stored, never signed in; its role is answered
    from the city itself.
    """

    is_active = True  # type: ignore[assignment]

    def __init__(self, city: City) -> None:
        super().__init__()
        self.city_roles = _Seat(city)
        self.stewardships = Steward.objects.none()

    @property
    def is_authenticated(self) -> bool:  # type: ignore[override]
        return True


@dataclass(frozen=True)
class _Seat:
    """A role of a viewer in ``city``, as far as the rules ask for it."""

    city: City

    def values(self, _field: str) -> QuerySet[Any, Any]:
        return City.objects.filter(pk=self.city.pk).values("pk")

    def filter(self, **_kinds: object) -> QuerySet[Any]:
        """Of the roles that may do more than look: none."""
        return CityRole.objects.none()


def least_reader(city: City) -> Viewer:
    """With whose eyes a snapshot is taken: the one who sees least of all who may see the map.

    Of a public map that is a visitor who is not signed in. Tie strengths, private sources, drafts
    and whatever other cities hide are then in no snapshot, whoever takes it.
    """
    return AnonymousUser() if city.visibility == Visibility.PUBLIC else MapReader(city)


def load_values(city: City, data: EcosystemData, user: Viewer) -> Values:
    """What a snapshot keeps of a city map that ``user`` sees, in three queries."""
    places = (
        Membership.objects.visible_to(user)
        .current_on(data.as_of)
        .filter(collaborative__city=city, actor__status=ActorStatus.PUBLISHED)
        .order_by("collaborative__slug", "actor__slug", "pk")
        .values_list(
            "collaborative__slug",
            "actor__slug",
            "function",
            "decision_role",
            "actor",
            "actor__name",
            "actor__sector",
            "actor__city__slug",
        )
    )
    collaboratives = Collaborative.objects.visible_to(user).filter(city=city)
    memberships, beyond = [], {}
    on_map = {actor.id for actor in data.actors}
    for collaborative, actor, function, role, pk, *named in places:
        memberships.append(Member(collaborative, actor, function, role))
        if pk not in on_map:
            beyond[pk] = Named(actor, *named)
    above = _above({*on_map, *beyond}, data.parents) - on_map - beyond.keys()
    parents = Actor.objects.filter(pk__in=above)  # visible: ``data`` names no other
    for pk, *fields in parents.values_list("pk", "slug", "name", "sector", "city__slug"):
        beyond[pk] = Named(*fields)
    return to_values(
        MapRecord(
            data, beyond, dict(collaboratives.values_list("slug", "name")), tuple(memberships)
        )
    )


def load_current_values(city: City) -> Values:
    """The values of a snapshot that would be taken of the city's map now."""
    user = least_reader(city)
    return load_values(city, load_ecosystem(city, user=user), user)


def _above(units: Iterable[int], parents: Mapping[int, int]) -> set[int]:
    """Everybody above the units, by id."""
    found: set[int] = set()
    for unit in units:
        while (parent := parents.get(unit)) is not None and parent not in found:
            found.add(parent)
            unit = parent
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """Snapshots as one reader may see them.

    ``homes`` gives the city, by slug, of everybody in them who has a page today (None for national
    ones), ``cities`` the names of the cities that they name.
    """

    values: tuple[Values, ...]
    homes: Mapping[str, str | None]
    cities: Mapping[str, str]


def for_reader(values: Sequence[Values], city: City, user: Viewer) -> Shown:
    """Snapshots as ``user`` may see them today, in three queries for them all.

    Taken with the least eyes of their day, they can still hold what was withdrawn since. Whoever
    was deleted is gone for everybody, whoever was archived or moved to a map that ``user`` may not
    see is gone for ``user``, with all statements, ties and memberships; so is a collaborative that
    was deleted. The city's own people see its archived organizations, and so see them leave.
    """
    named = set().union(*(slugs_in(one) for one in values))
    actors = Actor.objects.visible_to(user).filter(slug__in=named)
    collaboratives = Collaborative.objects.visible_to(user).filter(city=city)
    rows = list(actors.values_list("slug", "status", "city__slug"))
    seen = frozenset(slug for slug, _status, _home in rows)
    open_to = frozenset(collaboratives.values_list("slug", flat=True))
    kept = tuple(keep_only(one, seen, open_to) for one in values)
    home = {row["city"] for one in kept for row in one["actors"].values()}
    cities = City.objects.visible_to(user).filter(slug__in=home - {None})
    return Shown(
        kept,
        {slug: city for slug, status, city in rows if status == ActorStatus.PUBLISHED},
        dict(cities.values_list("slug", "name")),
    )


def load_places(city: City, slugs: Collection[str]) -> dict[str, Point]:
    """Where they stand on the city's map, by slug, of those who have a place there."""
    rows = LayoutPosition.objects.filter(
        city=city, arrangement=Arrangement.BY_SECTOR, actor__slug__in=slugs
    )
    return {slug: Point(x, y) for slug, x, y in rows.values_list("actor__slug", "x", "y")}


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """A snapshot in a list. ``figures`` are those of ``ecosystem.services.snapshots``."""

    pk: int
    as_of: date
    taken_at: datetime
    note: str
    figures: Figures


def load_snapshot_rows(city: City, user: Viewer) -> list[SnapshotRow]:
    """The snapshots of a city that have figures, newest day first, in one query.

    Neither the values nor the results are read, only the few figures among them.
    """
    rows = Snapshot.objects.visible_to(user).filter(city=city).order_by("-as_of", "-pk")
    fields = ("pk", "as_of", "taken_at", "note", "results__figures")
    return [SnapshotRow(*row) for row in rows.values_list(*fields) if row[-1] is not None]


def earliest_day(city: City) -> date:
    """The first day that a city's map speaks of; at the latest the one on which it was begun."""
    ties = Relationship.objects.filter(city=city).aggregate(
        started=Min("started_on"), ended=Min("ended_on")
    )
    stated = SkillStatement.objects.filter(actor__city=city).aggregate(said=Min("confirmed_on"))
    days = [city.map_date, city.created_at.date(), *ties.values(), *stated.values()]
    return min(day for day in days if day is not None)
