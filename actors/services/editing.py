"""Changes that people make to the map: profiles, skills, ties, and what hangs on them.

Each function is one transaction, tells the readers of the maps that show the record, and leaves
rows in the history with ``reason``. ``based_on`` is the version of the record that the writer saw;
when somebody saved in between, ``ecosystem.common.versions.ChangedMeanwhile`` is raised and nothing
is written.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from actors.framework import ActorStatus
from actors.models import (
    Actor,
    City,
    Issue,
    OtherName,
    Relationship,
    SkillStatement,
    Source,
    Tag,
)
from actors.models.source import SourceKind
from ecosystem.common.models import RecordModel
from ecosystem.common.versions import ChangedMeanwhile

from .revisions import map_change

Record = TypeVar("Record", bound=RecordModel)

SAME_FORM: Final = timedelta(minutes=10)
"""The same new record by the same person within this time is a form that was sent twice."""

SLUG_LENGTH: Final = 60
RESERVED: Final = frozenset({"new", "change", "similar", "off-map"})
"""Addresses beside those of the actors of a city."""


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source by how it is named; one that is known already is cited, else it is added."""

    citation: str
    kind: str = ""
    is_public: bool = True


@dataclass(frozen=True, slots=True)
class Parts:
    """Rows that change with a record. None leaves what is stored.

    ``sources`` are those that the writer saw and kept, out of ``seen_sources``: what a writer may
    not see stays.
    """

    other_names: Collection[str] | None = None
    issues: Collection[Issue] | None = None
    tags: Collection[str] | None = None
    seen_sources: Collection[Source] = ()
    sources: Collection[Source] | None = None
    new_source: NewSource | None = None


NO_PARTS: Final = Parts()


# ── One record ───────────────────────────────────────────────────────────────────────────────────


def create_record(
    record: Record,
    *,
    by: User,
    same: Mapping[str, Any],
    city: City | None,
    reason: str = "",
    parts: Parts = NO_PARTS,
) -> Record:
    """Store a new record; sent once more within ``SAME_FORM``, the stored one is given back.

    ``same`` are the values by which the two are the same; ``city`` is where its sources and tags
    belong. Raises ``ValidationError`` when somebody stored meanwhile what rules it out.
    """
    with transaction.atomic():
        if city is not None:
            City.objects.select_for_update().get(pk=city.pk)  # one after the other
        if stored := sent_before(type(record), by, same):
            return stored
        if isinstance(record, Actor) and not record.slug:
            record.slug = free_slug(record.name)
        record.validate_constraints()
        with map_change(record):
            _save(record, city, reason, parts)
    return record


def change_record(
    record: RecordModel,
    *,
    based_on: int,
    city: City | None,
    reason: str = "",
    parts: Parts = NO_PARTS,
) -> None:
    """Store ``record`` as it is now, with its parts.

    Raises ``ValidationError`` when somebody stored meanwhile what rules it out.
    """
    with map_change(record, based_on=based_on):
        record.validate_constraints()
        _save(record, city, reason, parts)


def delete_record(record: RecordModel, *, based_on: int, reason: str = "") -> None:
    """Take a wrong entry away. What it said stays in the history."""
    with map_change(record, based_on=based_on):
        record._change_reason = reason  # type: ignore[attr-defined]
        record.delete()


def sent_before(model: type[Record], by: User, same: Mapping[str, Any]) -> Record | None:
    """The same record by the same person, when it was stored within ``SAME_FORM``."""
    rows: Any = model._base_manager
    recent = rows.filter(created_at__gte=timezone.now() - SAME_FORM, **same).order_by("-pk")
    for stored in recent:
        first = stored.history.order_by("history_date", "history_id").first()
        if first is not None and first.history_user_id == by.pk:
            return stored
    return None


def _save(record: Any, city: City | None, reason: str, parts: Parts) -> None:
    record._change_reason = reason
    record.save()
    if parts.other_names is not None:
        _set_other_names(record, parts.other_names, reason)
    if parts.issues is not None:
        record.issues.set(parts.issues)
    if parts.tags is not None and city is not None:
        record.tags.set([_tag(city, name) for name in parts.tags])
    if parts.sources is not None:
        gone = {source.pk for source in parts.seen_sources} - {one.pk for one in parts.sources}
        record.sources.remove(*gone)
    if parts.new_source is not None:
        record.sources.add(cited(parts.new_source, city))


def _set_other_names(actor: Actor, names: Collection[str], reason: str) -> None:
    stored = {other.name: other for other in actor.other_names.all()}
    for name, other in stored.items():
        if name not in names:
            other._change_reason = reason  # type: ignore[attr-defined]
            other.delete()
    for name in names:
        if name not in stored:
            other = OtherName(actor=actor, name=name)
            other._change_reason = reason  # type: ignore[attr-defined]
            other.save()


def _tag(city: City, name: str) -> Tag:
    tag, _is_new = Tag.objects.get_or_create(city=city, name=name)
    return tag


def cited(new: NewSource, city: City | None) -> Source:
    """The source of this citation; one that belongs to another city stays with that city."""
    known = Source.objects.filter(citation=new.citation).first()
    citation = new.citation
    if known is not None:
        if known.is_public and (known.city_id is None or (city and known.city_id == city.pk)):
            return known
        if city is not None and known.city_id == city.pk:
            return known
        # Another city keeps one of this name: it is neither shown nor cited here.
        own = f" ({city.name if city else '2'})"
        longest = Source._meta.get_field("citation").max_length or 500
        citation = citation[: longest - len(own)] + own
        if found := Source.objects.filter(citation=citation).first():
            return found
    is_address = citation.startswith(("https://", "http://"))
    kind = new.kind or (SourceKind.WEB_PAGE if is_address else SourceKind.DOCUMENT)
    belongs_here = not new.is_public or kind in (
        SourceKind.WORKSHOP,
        SourceKind.SURVEY_ANSWER,
        SourceKind.CONVERSATION,
    )
    return Source.objects.create(
        citation=citation,
        kind=kind,
        url=citation if is_address else "",
        city=city if belongs_here else None,
        is_public=new.is_public,
    )


def free_slug(name: str) -> str:
    """A short name for addresses that no actor has."""
    base = slugify(name)[:SLUG_LENGTH].strip("-") or "organization"
    taken = set(Actor.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    taken |= RESERVED
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


# ── Skills ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SkillEntry:
    """What is said of one competency of an actor.

    ``is_asked`` False takes the statement away: nobody asked. ``level`` None is "rather not say".
    ``based_on`` is the version of the statement that the writer saw, 0 when there was none.
    """

    competency: str
    is_asked: bool
    based_on: int
    level: int | None = None
    evidence: str = ""
    origin: str = ""
    confirmed_on: date | None = None
    parts: Parts = NO_PARTS


def change_skills(
    actor: Actor, entries: Sequence[SkillEntry], *, by: User, reason: str = ""
) -> None:
    """Store what is said of several competencies, all or none."""
    with transaction.atomic():
        Actor.objects.select_for_update().get(pk=actor.pk)
        stored = {one.competency: one for one in actor.statements.select_for_update()}
        for entry in entries:
            found = stored.get(entry.competency)
            if (found.version if found else 0) != entry.based_on:
                raise ChangedMeanwhile(found or SkillStatement(competency=entry.competency))
        changing = [
            stored.get(entry.competency) or SkillStatement(actor=actor, competency=entry.competency)
            for entry in entries
        ]
        with map_change(*changing):
            for statement, entry in zip(changing, entries, strict=True):
                _change_skill(statement, entry, actor.city, by, reason)


def _change_skill(
    statement: SkillStatement, entry: SkillEntry, city: City | None, by: User, reason: str
) -> None:
    if not entry.is_asked:
        if statement.pk is not None:
            statement._change_reason = reason  # type: ignore[attr-defined]
            statement.delete()
        return
    statement.level = entry.level
    statement.evidence = entry.evidence
    statement.origin = entry.origin or statement.origin
    statement.confirmed_on = entry.confirmed_on
    statement.said_by = by
    _save(statement, city, reason, entry.parts)


# ── Many at once ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ManyChange:
    """One change to many actors: ``field`` and ``value`` as ``CHANGES`` names them."""

    field: str
    value: str = ""


@dataclass(slots=True)
class ManyResult:
    """Who was changed, and who was so already."""

    changed: list[Actor] = field(default_factory=list)
    unchanged: list[Actor] = field(default_factory=list)


SECTOR, ADD_ROLE, REMOVE_ROLE = "sector", "add_role", "remove_role"
ADD_ISSUE, REMOVE_ISSUE = "add_issue", "remove_issue"
ADD_TAG, REMOVE_TAG = "add_tag", "remove_tag"
ARCHIVE, RESTORE = "archive", "restore"


def would_change(actor: Actor, change: ManyChange) -> bool:
    """Whether ``change`` makes a difference to ``actor``. A merged actor stays archived."""
    value = change.value
    match change.field:
        case "sector":
            return actor.sector != value
        case "add_role":
            return value not in actor.roles
        case "remove_role":
            return value in actor.roles
        case "add_issue":
            return value not in {issue.slug for issue in actor.issues.all()}
        case "remove_issue":
            return value in {issue.slug for issue in actor.issues.all()}
        case "add_tag":
            return value not in {tag.name for tag in actor.tags.all()}
        case "remove_tag":
            return value in {tag.name for tag in actor.tags.all()}
        case "archive":
            return actor.status != ActorStatus.ARCHIVED
        case "restore":
            return actor.status != ActorStatus.PUBLISHED and actor.merged_into_id is None
    raise ValueError(f"Unknown change: {change.field}")


def change_many(
    city: City, versions: Mapping[int, int], change: ManyChange, *, reason: str = ""
) -> ManyResult:
    """Make one change to many actors of a city, all or none.

    ``versions`` are the versions that the writer saw, by id; ids of other cities are left out.
    """
    with ExitStack() as stack:
        stack.enter_context(transaction.atomic())
        rows = city.actors.select_for_update().filter(pk__in=versions).order_by("name", "pk")
        result = ManyResult()
        for actor in rows:
            if actor.version != versions[actor.pk]:
                raise ChangedMeanwhile(actor)
            chosen = result.changed if would_change(actor, change) else result.unchanged
            chosen.append(actor)
        stack.enter_context(map_change(*result.changed))
        for actor in result.changed:
            actor._change_reason = reason  # type: ignore[attr-defined]
            _make(actor, change, city)
    return result


def _make(actor: Actor, change: ManyChange, city: City) -> None:
    value = change.value
    match change.field:
        case "sector":
            actor.sector = value
        case "add_role":
            actor.roles = (*actor.roles, value)  # type: ignore[assignment]  # a tuple
        case "remove_role":
            kept = (role for role in actor.roles if role != value)
            actor.roles = tuple(kept)  # type: ignore[assignment]  # a tuple
        case "archive":
            actor.status = ActorStatus.ARCHIVED
        case "restore":
            actor.status = ActorStatus.PUBLISHED
    actor.save()
    match change.field:
        case "add_issue":
            actor.issues.add(Issue.objects.get(slug=value))
        case "remove_issue":
            actor.issues.remove(Issue.objects.get(slug=value))
        case "add_tag":
            actor.tags.add(_tag(city, value))
        case "remove_tag":
            actor.tags.remove(*actor.tags.filter(name=value))


# ── Ties ─────────────────────────────────────────────────────────────────────────────────────────


def turned_round(tie: Relationship) -> None:
    """Swap the sides of a tie, with what each of them says. Not stored yet."""
    tie.source, tie.target = tie.target, tie.source
    tie.source_answer, tie.target_answer = tie.target_answer, tie.source_answer
    tie.source_answered_on, tie.target_answered_on = (
        tie.target_answered_on,
        tie.source_answered_on,
    )
