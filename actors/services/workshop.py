"""What people say in a room, entered as they say it.

Every entry cites a source of kind workshop. It is the informant of the completeness estimate (gap
method, G17): one for each day, or one for each table of that day that is named, since tables that
work apart name organizations of their own knowledge. An organization or a tie that is on the map
already is not stored twice: the source is cited for it as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from actors.framework import ActorStatus, TieKind, TieStatus
from actors.models import Actor, City, Relationship, Source
from actors.models.source import SourceKind
from ecosystem.common.versions import GoneMeanwhile
from ecosystem.common.wording import folded

from .editing import delete_record, free_slug
from .revisions import map_change

LONGEST_REASON: Final = 100
ORGANIZATION, TIE = "organization", "tie"
ADDED, NAMED = "added", "named"


class InUse(Exception):
    """Something else rests on the organization by now, so it can't be undone."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of what was entered.

    ``how`` is ADDED when the workshop put it on the map, NAMED when it was there before and the
    workshop named it as well. ``version`` is that of the record, ``at`` when it was entered.
    """

    kind: str
    how: str
    record: Any
    source: Source
    at: datetime

    @property
    def key(self) -> str:
        """What the form of undoing sends: kind, record and source."""
        return f"{self.kind}-{self.record.pk}-{self.source.pk}"


def citation_of(city: City, day: date, table: str = "") -> str:
    """How the source of a day, or of a table of that day, is named."""
    named = f"Workshop in {city.full_name}, {day.isoformat()}"
    return f"{named}, {table}" if table else named


def _source(city: City, day: date, table: str) -> Source:
    """The source; that of a table is private, since its name may be that of a person."""
    stored, _is_new = Source.objects.get_or_create(
        citation=citation_of(city, day, table),
        defaults={
            "kind": SourceKind.WORKSHOP,
            "city": city,
            "published_on": day,
            "is_informant": True,
            "is_public": not table,
        },
    )
    return stored


def workshop_sources(city: City, day: date) -> Any:
    """The sources of all tables of one day."""
    return Source.objects.filter(city=city, kind=SourceKind.WORKSHOP, published_on=day)


def enter_organization(
    city: City, name: str, sector: str, *, day: date, table: str = "", known: Actor | None = None
) -> str:
    """Put an organization on the map; ``known``, or one of this name, is cited instead.

    Returns ADDED, NAMED, or "" when this table had named it already.
    """
    name = " ".join(name.split())
    with transaction.atomic():
        City.objects.select_for_update().get(pk=city.pk)  # one after the other
        source = _source(city, day, table)
        known = known or _of_name(city, name)
        if known is not None:
            return _cite(known, source)
        actor = Actor(
            city=city,
            slug=free_slug(name),
            name=name,
            sector=sector,
            status=ActorStatus.PUBLISHED,
        )
        with map_change(actor):
            _save(actor, source)
            actor.sources.add(source)
    return ADDED


def _of_name(city: City, name: str) -> Actor | None:
    here = Actor.objects.filter(city=city, merged_into=None).exclude(status=ActorStatus.ARCHIVED)
    wanted = folded(name)
    found = [pk for pk, one in here.values_list("pk", "name") if folded(one) == wanted]
    return Actor.objects.get(pk=found[0]) if found else None


def enter_tie(
    city: City, source: Actor, target: Actor, kind: str, *, day: date, table: str = ""
) -> str:
    """Record that ``source`` works with ``target``; a tie that is known is cited instead.

    Returns ADDED, NAMED, or "" when this table had named it already. Raises ``ValueError`` for an
    organization with itself.
    """
    if source.pk == target.pk:
        raise ValueError("A tie needs two organizations.")
    with transaction.atomic():
        City.objects.select_for_update().get(pk=city.pk)
        said_in = _source(city, day, table)
        same = Relationship.objects.filter(
            city=city, kind=kind, status=TieStatus.EXISTING, ended_on=None
        )
        known = same.filter(source=source, target=target).first()
        if known is None and kind == TieKind.DELIVERS_PROJECT_WITH:
            known = same.filter(source=target, target=source).first()  # reads the same both ways
        if known is not None:
            return _cite(known, said_in)
        tie = Relationship(city=city, source=source, target=target, kind=kind)
        with map_change(tie):
            _save(tie, said_in)
            tie.sources.add(said_in)
    return ADDED


def _cite(record: Any, source: Source) -> str:
    if record.sources.filter(pk=source.pk).exists():
        return ""
    with map_change(record):
        _save(record, source)
        record.sources.add(source)
    return NAMED


def _save(record: Any, source: Source) -> None:
    record._change_reason = source.citation[:LONGEST_REASON]
    record.save()


def undo(entry: Entry, *, based_on: int) -> None:
    """Take an entry back: what the workshop added leaves the map, what it named is named less.

    An organization that another source names as well stays, without this source. Raises ``InUse``
    when something else rests on it, ``GoneMeanwhile`` when it was undone already, and
    ``ChangedMeanwhile`` when somebody changed it since.
    """
    with transaction.atomic():
        rows = type(entry.record).objects.select_for_update()
        record = rows.filter(pk=entry.record.pk, sources=entry.source.pk).first()
        if record is None:
            raise GoneMeanwhile(entry.record)
        others = record.sources.exclude(pk=entry.source.pk).exists()
        if entry.how == NAMED or others:
            with map_change(record, based_on=based_on):
                record._change_reason = "Undone in the workshop"
                record.save()
                record.sources.remove(entry.source)
            return
        if isinstance(record, Actor) and _is_in_use(record):
            raise InUse
        delete_record(record, based_on=based_on, reason="Undone in the workshop")


def _is_in_use(actor: Actor) -> bool:
    """Whether any row of another kind points at it; saved positions on maps do not count."""
    for relation in actor._meta.related_objects:
        model = relation.related_model
        if relation.hidden or model._meta.model_name in ("layoutposition", "historicalactor"):
            continue
        name = relation.field.name
        rows: Any = model._base_manager
        if rows.filter(**{name: actor.pk}).exists():
            return True
    return False


def load_entries(city: City, day: date) -> list[Entry]:
    """What the workshops of ``day`` entered and was not undone, newest first; seven queries."""
    sources: dict[int, Source] = {one.pk: one for one in workshop_sources(city, day)}
    actors = _cited(Actor, sources)
    ties = _cited(Relationship, sources)
    found = [*_entries(ORGANIZATION, Actor, actors, sources)]
    found += _entries(TIE, Relationship, ties, sources)
    return sorted(found, key=lambda one: (one.at, one.kind, one.record.pk), reverse=True)


def _cited(model: type[Any], sources: dict[int, Source]) -> list[tuple[Any, int]]:
    rows = model.objects.filter(sources__in=sources).distinct()
    if model is Relationship:
        rows = rows.select_related("source", "target")
    if model is Actor:
        rows = rows.select_related("city")
    pairs = model.sources.through.objects.filter(source__in=sources)
    field = f"{model._meta.model_name}_id"
    by_pk = {one.pk: one for one in rows}
    return [
        (by_pk[getattr(pair, field)], pair.source_id)
        for pair in pairs
        if getattr(pair, field) in by_pk
    ]


def _entries(
    kind: str,
    model: type[Any],
    cited: Sequence[tuple[Any, int]],
    sources: dict[int, Source],
) -> list[Entry]:
    reasons = {one.citation[:LONGEST_REASON] for one in sources.values()}
    rows = model.history.filter(
        id__in={record.pk for record, _source_id in cited}, history_change_reason__in=reasons
    )
    entered, added = {}, set()
    past = rows.order_by("history_date", "history_id")
    for pk, reason, at, what in past.values_list(
        "id", "history_change_reason", "history_date", "history_type"
    ):
        entered[pk, reason] = at
        if what == "+":
            added.add((pk, reason))
    found = []
    for record, source_id in cited:
        source = sources[source_id]
        key = (record.pk, source.citation[:LONGEST_REASON])
        how = ADDED if key in added else NAMED
        found.append(Entry(kind, how, record, source, entered.get(key, record.created_at)))
    return found
