"""The changes in a city's records, newest first, as far as the reader may know of them.

A change is everything that one save did to one record: the rows of its history that share a
version, such as the row of a form and those of its many-to-many fields.

Who convenes the city reads of all its records, also of those that are gone. Others read of records
that they can see today, only the public fields, and only of times when the record was published
and the map open to everybody; what changed in between counts from the last state that was told.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import (
    BooleanField,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from accounts.rules import Viewer
from actors.framework import ActorStatus, Visibility
from actors.models import Actor, City, CityRole, Steward
from ecosystem.history.kinds import KINDS, Kind, city_path, parent_of
from ecosystem.history.states import State, past_states

NEWEST: Final = 500
"""So many of the newest changes are looked at for those who don't convene the city."""

CityVersion = City.history.model
ActorVersion = Actor.history.model


@dataclass(frozen=True)
class Asked:
    """Which changes are asked for. Days are whole days, both included; None asks for all."""

    kinds: Collection[str] = ()
    person: int | None = None
    actor: int | None = None
    since: date | None = None
    until: date | None = None


ALL: Final = Asked()


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one change: ``first`` and ``last`` are the ids of rows of the history."""

    kind: Kind
    record: int
    when: datetime
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A change with the states around it: ``before`` is None when it came, ``after`` when it went.

    ``gone`` is the state in which a record went, or None.
    """

    group: Group
    before: State | None
    after: State | None
    user: int | None
    reason: str

    @property
    def state(self) -> State:
        """The latest state there is to speak of."""
        found = self.after if self.after is not None else self.before
        return found if found is not None else {}


def groups_of(city: City | None, user: Viewer, asked: Asked, *, convenes: bool) -> QuerySet[Any]:
    """The changes as rows for ``read_groups``, newest first: to be counted and sliced."""
    parts = [
        _grouped(kind, _asked_for(kind, rows_of(kind, city, user, convenes=convenes), asked))
        for kind in KINDS.values()
        if (city or kind.may_be_national) and _is_asked(kind, asked, convenes=convenes)
    ]
    if not parts:
        return _grouped(KINDS["organization"], ActorVersion.objects.none())
    united = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return united.order_by("-change_when", "change_kind", "-last_row")


def read_groups(rows: Iterable[tuple[str, int, datetime, int, int]]) -> list[Group]:
    return [
        Group(KINDS[slug], record, when, first, last) for slug, record, when, first, last in rows
    ]


def find_group(kind: Kind, row: int, city: City | None, user: Viewer) -> Group | None:
    """The change that this row of the history belongs to, for those who convene the city."""
    rows = rows_of(kind, city, user, convenes=True)
    one = rows.filter(pk=row).first()
    if one is None:
        return None
    same = rows.filter(id=one.id, history_type__in="-" if one.history_type == "-" else "+~")
    same = same.filter(version=one.version) if kind.is_versioned else same.filter(pk=row)
    return read_groups(_grouped(kind, same))[0]


def load_entries(
    groups: Sequence[Group], city: City | None, user: Viewer, *, convenes: bool
) -> list[Entry]:
    """The states around these changes, in their order.

    For each kind that is among them: one query for what went before, one for the states and one
    for each kind of link.
    """
    entries: dict[tuple[str, int], Entry] = {}
    for kind in KINDS.values():
        own = [group for group in groups if group.kind is kind]
        if not own:
            continue
        earlier = _rows_before(kind, own, rows_of(kind, city, user, convenes=convenes))
        wanted = {group.last for group in own} | {row for row in earlier.values() if row}
        states = past_states(kind, wanted)
        said = {
            pk: rest
            for pk, *rest in kind.rows.filter(pk__in=wanted).values_list(
                "history_id", "history_type", "history_user", "history_change_reason"
            )
        }
        for group in own:
            way, author, reason = said[group.last]
            before = earlier.get(group.first)
            is_new = before is None or (said[before][0] == "-")
            entries[kind.slug, group.last] = Entry(
                group,
                None if is_new or before is None else states[before],
                None if way == "-" else states[group.last],
                author,
                reason or "",
            )
    return [entries[group.kind.slug, group.last] for group in groups]


def _rows_before(kind: Kind, groups: Sequence[Group], rows: QuerySet[Any]) -> dict[int, int | None]:
    """By the first row of each change, the last row before it among ``rows``."""
    by_record: defaultdict[int, list[int]] = defaultdict(list)
    versions = rows.filter(id__in={group.record for group in groups}).order_by("history_id")
    for record, row in versions.values_list("id", "history_id"):
        by_record[record].append(row)
    before: dict[int, int | None] = {}
    for group in groups:
        own = by_record[group.record]
        place = bisect_left(own, group.first)
        before[group.first] = own[place - 1] if place else None
    return before


# ── Which rows ───────────────────────────────────────────────────────────────────────────────────


def rows_of(kind: Kind, city: City | None, user: Viewer, *, convenes: bool) -> QuerySet[Any]:
    """The rows of the history of ``kind`` in ``city`` that ``user`` may read.

    Those of no city are for who decides on them.
    """
    live = kind.model._default_manager
    seen: Any = live.visible_to(user) if hasattr(live, "visible_to") else live.all()
    here = Exists(seen.filter(pk=OuterRef("id"), **{city_path(kind): city}))
    rows: QuerySet[Any] = kind.rows.all()
    if parent_of(kind) is None:
        rows = rows.filter(**{kind.parent: city})
    if not convenes:
        if city is None:
            return rows.none()
        rows = rows.filter(here, history_type__in="+~")
        if kind.model is Actor:
            rows = rows.filter(status=ActorStatus.PUBLISHED)
        rows = _when_open(rows, city)
    else:
        rows = rows.filter(here | (_is_gone(kind) & _was_here(kind, city)))
    if kind.parent == "actor":
        rows = _when_at_home(rows, city, published=not convenes)
    return rows


def _is_gone(kind: Kind) -> Any:
    return ~Exists(kind.stored.filter(pk=OuterRef("id")))


def _was_here(kind: Kind, city: City | None) -> Any:
    """Whether a record that is gone belonged to the city: itself, or what it hung on."""
    above = parent_of(kind)
    if above is None:
        return Q(**{kind.parent: city})
    return Q(
        **{f"{kind.parent}__in": above.stored.filter(**{city_path(above): city}).values("pk")}
    ) | Q(**{f"{kind.parent}__in": _gone_ids(above, city)})


def _gone_ids(kind: Kind, city: City | None) -> QuerySet[Any]:
    ended = kind.rows.filter(_is_gone(kind), _was_here(kind, city), history_type="-")
    return ended.values("id")


def _when_open(rows: QuerySet[Any], city: City) -> QuerySet[Any]:
    """Those of times when everybody could see the map. Its first version says how it was before."""
    versions = CityVersion.objects.filter(id=city.pk)
    latest = versions.filter(history_date__lte=OuterRef("history_date"))
    latest = latest.order_by("-history_date", "-history_id").values("visibility")[:1]
    first = versions.order_by("history_date", "history_id").values("visibility")[:1]
    return rows.alias(seen_then=Coalesce(Subquery(latest), Subquery(first))).filter(
        seen_then=Visibility.PUBLIC
    )


def _when_at_home(rows: QuerySet[Any], city: City | None, *, published: bool) -> QuerySet[Any]:
    """Those of times when their actor was in this city, and on the map where that matters."""
    versions = ActorVersion.objects.filter(
        id=OuterRef("actor"), history_date__lte=OuterRef("history_date")
    ).order_by("-history_date", "-history_id")
    rows = rows.alias(home_then=Subquery(versions.values("city")[:1]))
    rows = rows.filter(home_then=city and city.pk)
    if published:
        rows = rows.alias(status_then=Subquery(versions.values("status")[:1])).filter(
            status_then=ActorStatus.PUBLISHED
        )
    return rows


def _is_asked(kind: Kind, asked: Asked, *, convenes: bool) -> bool:
    if not (convenes or kind.public):
        return False
    if asked.kinds and kind.slug not in asked.kinds:
        return False
    return bool(kind.actor) or asked.actor is None


def _asked_for(kind: Kind, rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    if asked.person is not None:
        rows = rows.filter(history_user=asked.person)
    if asked.actor is not None:
        about = Q()
        for name in kind.actor:
            about |= Q(**{name: asked.actor})
        rows = rows.filter(about)
    if asked.since is not None:
        rows = rows.filter(history_date__gte=_midnight(asked.since))
    if asked.until is not None:
        rows = rows.filter(history_date__lt=_midnight(asked.until + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _grouped(kind: Kind, rows: QuerySet[Any]) -> QuerySet[Any]:
    same = "version" if kind.is_versioned else "history_id"
    return (
        rows.order_by()
        .annotate(
            change_kind=Value(kind.slug, output_field=CharField()),
            change_step=F(same),
            change_ends=ExpressionWrapper(Q(history_type="-"), output_field=BooleanField()),
        )
        .values("change_kind", "id", "change_step", "change_ends")
        .annotate(
            change_when=Max("history_date"), first_row=Min("history_id"), last_row=Max("history_id")
        )
        .values_list("change_kind", "id", "change_when", "first_row", "last_row")
    )


# ── Who ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class People:
    """Who may stand behind changes: names, and what part each has in the city."""

    names: dict[int, str]
    national: frozenset[int]
    roles: dict[int, str]
    stewards: frozenset[tuple[int, int]]


def load_people(users: Collection[int], city: City | None) -> People:
    """Three queries."""
    rows = list(
        User.objects.filter(pk__in=users).values_list(
            "pk", "name", "is_national_staff", "is_superuser"
        )
    )
    return People(
        names={pk: name for pk, name, _staff, _super in rows},
        national=frozenset(pk for pk, _name, staff, above in rows if staff or above),
        roles=dict(CityRole.objects.filter(city=city, user__in=users).values_list("user", "kind")),
        stewards=frozenset(
            Steward.objects.approved().filter(user__in=users).values_list("user", "actor")
        ),
    )


def load_authors(city: City | None) -> list[tuple[int, str]]:
    """Those with a part in the city whose changes can be asked for: ids and names.

    Who convenes or contributes there, who looks after an organization there, and national staff.
    """
    found = User.objects.filter(
        Q(pk__in=CityRole.objects.filter(city=city).values("user"))
        | Q(pk__in=Steward.objects.filter(actor__city=city).values("user"))
        | Q(is_national_staff=True)
    )
    pairs = found.order_by("name", "pk").values_list("pk", "name")
    return [(pk, name or f"#{pk}") for pk, name in pairs]
