"""What changed on the maps lately: how many records of what kind, by city and day.

The rules are those of an actor's own history: told are only the times when the record was published
in its present home, and to those who do not convene that city only the times when its map was
public. No names of users, no reasons, no ties and no people are told. Records that are gone, and
those that the reader may not see today, never happened.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Literal

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.rules import Viewer
from actors.framework import ActorStatus, Visibility
from actors.models import Actor, City, SkillStatement
from actors.rules import convened_cities
from collaboratives.models import Collaborative, Project

Kind = Literal["opened", "actor", "profile", "skill", "collaborative", "project"]

ROWS_READ = 500
"""The newest entries of each kind that are looked at, so that the page costs the same always."""

ActorVersion = Actor.history.model
CityVersion = City.history.model


@dataclass(frozen=True)
class CityDay:
    """What changed on one city's map on one day: ids of the records, by kind, each once.

    ``is_partial`` when there may be more of that day than was read.
    """

    city: City
    day: date
    records: dict[Kind, list[int]]
    is_partial: bool


@dataclass(frozen=True, slots=True)
class _Event:
    day: date
    city: int
    kind: Kind
    record: int


def load_lately(user: Viewer, limit: int) -> list[CityDay]:
    """The newest days of change, at most ``limit``, newest first, in six queries.

    Cities of one day are in the order of their names.
    """
    events: list[_Event] = []
    cut: list[date] = []
    for found in (
        _openings(user),
        _actors(user),
        _skills(user),
        _collaboratives(user),
        _projects(user),
    ):
        rows = list(islice(found, ROWS_READ))
        events += rows
        if len(rows) == ROWS_READ:
            cut.append(rows[-1].day)
    # Before the end of the shortest list, one kind of change would be missing.
    since = max(cut, default=date.min)
    days: dict[tuple[date, int], dict[Kind, list[int]]] = {}
    for event in events:
        if event.day >= since:
            records = days.setdefault((event.day, event.city), {}).setdefault(event.kind, [])
            if event.record not in records:
                records.append(event.record)
    # All cities of the last day that is told, because their names decide which of them are.
    last = min(sorted((day for day, _city in days), reverse=True)[:limit], default=date.max)
    told = {key: records for key, records in days.items() if key[0] >= last}
    cities = City.objects.visible_to(user).in_bulk({city for _day, city in told})
    newest = [
        CityDay(cities[city], day, _without_added(records), is_partial=day == since)
        for (day, city), records in told.items()
    ]
    newest.sort(key=lambda one: (-one.day.toordinal(), one.city.name, one.city.slug))
    return newest[:limit]


def _without_added(records: dict[Kind, list[int]]) -> dict[Kind, list[int]]:
    """A profile that was added that day did not change as well."""
    added = set(records.get("actor", ()))
    changed = [pk for pk in records.get("profile", ()) if pk not in added]
    others: dict[Kind, list[int]] = {
        kind: pks for kind, pks in records.items() if kind != "profile"
    }
    if changed:
        others["profile"] = changed
    return others


def _events(rows: Iterable[tuple[Any, int, int]], kind: Kind) -> Iterator[_Event]:
    for moment, city, record in rows:
        yield _Event(timezone.localdate(moment), city, kind, record)


def _newest(rows: QuerySet[Any], *names: str) -> QuerySet[Any]:
    return rows.order_by("-history_date", "-history_id").values_list("history_date", *names)[
        :ROWS_READ
    ]


def _told(rows: QuerySet[Any], city: str, user: Viewer) -> QuerySet[Any]:
    """Those of visible cities, of a time when everybody could see the map or for its conveners.

    ``city`` is the lookup from the row to the id of its city.
    """
    versions = CityVersion.objects.filter(id=OuterRef(city))
    before = versions.filter(history_date__lte=OuterRef("history_date"))
    latest = before.order_by("-history_date", "-history_id").values("visibility")[:1]
    # Its first version also says who could see the city before.
    first = versions.order_by("history_date", "history_id").values("visibility")[:1]
    rows = rows.annotate(seen_then=Coalesce(Subquery(latest), Subquery(first)))
    convened = City.objects.filter(convened_cities(user))
    visible = City.objects.visible_to(user)
    return rows.filter(
        Q(seen_then=Visibility.PUBLIC) | Q(**{f"{city}__in": convened.values("pk")}),
        **{f"{city}__in": visible.values("pk")},
    )


def _openings(user: Viewer) -> Iterator[_Event]:
    """Versions with which a map became public; the first one too."""
    earlier = CityVersion.objects.filter(
        id=OuterRef("id"), history_date__lte=OuterRef("history_date")
    ).exclude(history_id=OuterRef("history_id"))
    last = earlier.order_by("-history_date", "-history_id").values("visibility")[:1]
    rows = CityVersion.objects.annotate(visibility_before=Subquery(last)).filter(
        Q(visibility_before=None) | ~Q(visibility_before=Visibility.PUBLIC),
        visibility=Visibility.PUBLIC,
        id__in=City.objects.visible_to(user).filter(visibility=Visibility.PUBLIC).values("pk"),
    )
    yield from _events(_newest(rows, "id", "id"), "opened")


def _actors(user: Viewer) -> Iterator[_Event]:
    """Versions of published actors; the first that was published in the city added it."""
    here = Actor.objects.published().visible_to(user)
    earlier = ActorVersion.objects.filter(
        id=OuterRef("id"),
        city=OuterRef("city"),
        status=ActorStatus.PUBLISHED,
        history_id__lt=OuterRef("history_id"),
    )
    rows = ActorVersion.objects.filter(
        Exists(here.filter(pk=OuterRef("id"), city=OuterRef("city"))),
        status=ActorStatus.PUBLISHED,
        history_type__in="+~",
    ).annotate(is_known=Exists(earlier))
    for moment, city, actor, is_known in _newest(
        _told(rows, "city", user), "city", "id", "is_known"
    ):
        kind: Kind = "profile" if is_known else "actor"
        yield _Event(timezone.localdate(moment), city, kind, actor)


def _skills(user: Viewer) -> Iterator[_Event]:
    """Statements, of times when their actor was published in its present home."""
    here = Actor.objects.published().visible_to(user)
    versions = ActorVersion.objects.filter(
        id=OuterRef("actor"), history_date__lte=OuterRef("history_date")
    ).order_by("-history_date", "-history_id")
    rows = (
        SkillStatement.history.model.objects.filter(
            Exists(SkillStatement.objects.filter(pk=OuterRef("id"), actor=OuterRef("actor"))),
            Exists(here.filter(pk=OuterRef("actor"))),
            history_type__in="+~",
        )
        .annotate(
            status_then=Subquery(versions.values("status")[:1]),
            city_then=Subquery(versions.values("city")[:1]),
        )
        .filter(status_then=ActorStatus.PUBLISHED, city_then=F("actor__city"))
    )
    told = _newest(_told(rows, "actor__city", user), "actor__city", "id")
    yield from _events(told, "skill")


def _collaboratives(user: Viewer) -> Iterator[_Event]:
    seen = Collaborative.objects.visible_to(user)
    rows = Collaborative.history.model.objects.filter(
        Exists(seen.filter(pk=OuterRef("id"), city=OuterRef("city"))), history_type="+"
    )
    yield from _events(_newest(_told(rows, "city", user), "city", "id"), "collaborative")


def _projects(user: Viewer) -> Iterator[_Event]:
    seen = Project.objects.visible_to(user)
    rows = Project.history.model.objects.filter(
        Exists(seen.filter(pk=OuterRef("id"), collaborative=OuterRef("collaborative"))),
        history_type="+",
    )
    city = "collaborative__city"
    yield from _events(_newest(_told(rows, city, user), city, "id"), "project")


def load_names(pks: Iterable[int], user: Viewer) -> dict[int, Actor]:
    """Published actors that ``user`` may see, by id, each with its city, in one query."""
    actors = Actor.objects.published().visible_to(user).filter(pk__in=set(pks))
    actors = actors.select_related("city").only("slug", "name", "sector", "city__slug")
    return {actor.pk: actor for actor in actors}
