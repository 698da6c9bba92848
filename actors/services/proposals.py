"""What people suggest, and those who convene the city decide on."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from actors.framework import ActorStatus
from actors.models import Actor, City, Issue, Proposal, Relationship, SkillStatement, Source
from actors.models.proposal import ProposalStatus, ProposalSubject
from actors.proposed import (
    ADDED_SOURCE,
    KEPT_SOURCES,
    MODELS,
    changes_of,
    is_side,
)
from actors.services.editing import (
    NewSource,
    Parts,
    SkillEntry,
    change_record,
    change_skills,
    create_record,
)
from ecosystem.common.versions import ChangedMeanwhile, record_change

REASON_LENGTH: Final = 100


class CannotAccept(Exception):
    """Why a proposal can't be accepted as it is, in a sentence. Nothing was written."""


class Conflicting(Exception):
    """The record was changed after the proposer had seen it: ``fields`` by name."""

    def __init__(self, fields: Collection[str]) -> None:
        super().__init__(_("The record was changed after this was proposed."))
        self.fields = fields


class DecidedAlready(Exception):
    """Somebody decided otherwise in the meantime. Nothing was written."""


def propose(
    actor: Actor,
    subject: str,
    changes: Mapping[str, Mapping[str, Any]],
    *,
    by: User,
    city: City | None,
    record: int | None = None,
    reason: str = "",
) -> Proposal:
    """Store a proposal about ``actor``; the same one, still open, is stored once.

    ``city`` is where it is decided, None for a national actor.
    ``changes`` are {"field": {"from": …, "to": …}} as JSON holds them, by the names of the model's
    fields; ``record`` is the id of the row that would change, None for a new one. The sides of a
    tie and issues are named by slug, a parent by its name, other names on lines of a text, tags
    with commas between them, days as year-month-day.
    ``kept_sources`` are ids of the cited sources that the proposer saw, and which of them stay;
    ``source`` is the citation of one more, ``source_kind`` its kind. A skill proposes "level" None
    when it was asked and not said; "is_asked" False takes the statement away.
    """
    with transaction.atomic():
        Actor.objects.select_for_update().get(pk=actor.pk)  # one after the other
        same = Proposal.objects.filter(
            city=city,
            actor=actor,
            subject=subject,
            record=record,
            status=ProposalStatus.OPEN,
            proposed_by=by,
        )
        for stored in same:
            if stored.changes == changes:
                return stored
        return Proposal.objects.create(
            city=city,
            actor=actor,
            subject=subject,
            record=record,
            changes=changes,
            reason=reason,
            proposed_by=by,
        )


def accept(
    proposal: Proposal,
    *,
    by: User,
    record_version: int = 0,
    despite_conflicts: bool = False,
) -> None:
    """Put a proposal into the record, in one transaction; sent twice, it is stored once.

    ``record_version`` is the version of the record that the decider saw, 0 for none. The history
    of the record says the number of the proposal, which knows who made it, and its reason: so a
    person can leave without a trace in the history. Raises ``Conflicting`` unless
    ``despite_conflicts``, ``ChangedMeanwhile``, ``CannotAccept`` and ``DecidedAlready``.
    """
    with transaction.atomic():
        proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if _is_decided(proposal, ProposalStatus.ACCEPTED):
            return
        record = record_of(proposal)
        if record is not None and record.version != record_version:
            raise ChangedMeanwhile(record)
        changes = changes_of(proposal, record)
        conflicts = [change.name for change in changes if change.is_conflict]
        if conflicts and not despite_conflicts:
            raise Conflicting(conflicts)
        said = _("Proposal %(number)s") % {"number": proposal.pk}
        reason = Truncator(": ".join(filter(None, (said, proposal.reason)))).chars(REASON_LENGTH)
        values = {change.name: change.after for change in changes}
        try:
            _apply(proposal, record, values, by=by, reason=reason)
        except ValidationError as error:
            raise CannotAccept(" ".join(error.messages)) from error
        _decide(proposal, ProposalStatus.ACCEPTED, by=by, answer="")


def decline(proposal: Proposal, *, answer: str, by: User) -> None:
    """Turn a proposal down; ``answer`` says why, and is shown to who made it.

    Raises ``ValueError`` without an answer, and ``DecidedAlready``, as when somebody declined it
    with another answer.
    """
    if not answer.strip():
        raise ValueError("A declined proposal needs an answer.")
    with transaction.atomic():
        proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if not _is_decided(proposal, ProposalStatus.DECLINED, answer.strip()):
            _decide(proposal, ProposalStatus.DECLINED, by=by, answer=answer)


def record_of(proposal: Proposal) -> Any:
    """The row that a proposal would change, None for a new one.

    Raises ``CannotAccept`` when the row is gone, or is not of the proposal's actor.
    """
    if proposal.record is None:
        return None
    rows = MODELS[proposal.subject]._base_manager.select_for_update().filter(pk=proposal.record)
    record: Any = rows.filter(_of_its_actor(proposal)).first()
    if record is None:
        raise CannotAccept(_("The record that this was about is gone. Decline it, and say so."))
    return record


def _of_its_actor(proposal: Proposal) -> Q:
    if proposal.subject == ProposalSubject.ACTOR:
        return Q(pk=proposal.actor_id)
    if proposal.subject == ProposalSubject.TIE:
        return Q(source=proposal.actor_id) | Q(target=proposal.actor_id)
    return Q(actor=proposal.actor_id)


def _is_decided(proposal: Proposal, wanted: str, answer: str = "") -> bool:
    """Whether it is decided so already. Raises ``DecidedAlready`` when otherwise."""
    if proposal.status == ProposalStatus.OPEN:
        return False
    if (proposal.status, proposal.answer) != (wanted, answer):
        raise DecidedAlready(_("Somebody has decided on this proposal in the meantime."))
    return True


def _decide(proposal: Proposal, status: str, *, by: User, answer: str) -> None:
    with record_change(proposal):
        proposal.status = status
        proposal.answer = answer.strip()
        proposal.decided_by = by
        proposal.decided_at = timezone.now()
        proposal.save()


EXCHANGE_FIELDS: Final = frozenset(
    ("description", "competency", "resource_kind", "starts_on", "ends_on", "is_open")
)


# ── Putting values into records ──────────────────────────────────────────────────────────────────


def _apply(
    proposal: Proposal, record: Any, values: dict[str, Any], *, by: User, reason: str
) -> None:
    if proposal.subject == ProposalSubject.SKILL:
        _apply_skill(proposal, record, values, by=proposal.proposed_by or by, reason=reason)
        return
    parts = _parts(proposal, values)
    is_new = record is None
    if is_new:
        record = MODELS[proposal.subject]()
        if proposal.subject == ProposalSubject.TIE:
            record.city = proposal.city
        else:
            record.actor = proposal.actor
    for name, value in values.items():
        if is_side(proposal, name):
            setattr(record, name, _named_actor(value))
        elif name == "part_of":
            record.part_of = _parent(proposal.city, value)
        elif name in PLAIN_FIELDS[proposal.subject]:
            _set(record, name, value)
    record.full_clean()
    if not is_new:
        version = type(record)._base_manager.values_list("version", flat=True).get(pk=record.pk)
        change_record(record, based_on=version, city=proposal.city, reason=reason, parts=parts)
        return
    same = (
        {name: getattr(record, name) for name in ("city", "source", "target", "kind", "status")}
        if isinstance(record, Relationship)
        else {"actor": record.actor, "description": record.description}
    )
    create_record(record, by=by, same=same, city=proposal.city, reason=reason, parts=parts)


PLAIN_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    ProposalSubject.ACTOR: frozenset(
        (
            "name",
            "sector",
            "roles",
            "description",
            "website",
            "service_area",
            "latitude",
            "longitude",
        )
    ),
    ProposalSubject.TIE: frozenset(
        (
            "kind",
            "status",
            "description",
            "strength",
            "formality",
            "carried_by",
            "carried_levels",
            "started_on",
            "ended_on",
            "since_year",
        )
    ),
    ProposalSubject.OFFER: EXCHANGE_FIELDS,
    ProposalSubject.NEED: EXCHANGE_FIELDS,
}
"""What a proposal may give a value to, beside sides, parts and the parent; all else is left out."""


def _set(record: Any, name: str, value: Any) -> None:
    field = record._meta.get_field(name)
    if value in (None, ""):
        setattr(record, name, None if field.null else "")
    else:
        setattr(record, name, field.to_python(value))


def _parts(proposal: Proposal, values: Mapping[str, Any]) -> Parts:
    names, issues, tags = values.get("other_names"), values.get("issues"), values.get("tags")
    seen = (proposal.changes.get(KEPT_SOURCES) or {}).get("from") or []
    kept = values.get(KEPT_SOURCES)
    return Parts(
        other_names=None if names is None else [one for one in names.splitlines() if one],
        issues=None if issues is None else list(Issue.objects.filter(slug__in=issues)),
        tags=None if tags is None else [one.strip() for one in tags.split(",") if one.strip()],
        seen_sources=list(Source.objects.filter(pk__in=seen)),
        sources=None if kept is None else list(Source.objects.filter(pk__in=kept)),
        new_source=_new_source(proposal, values),
    )


def _new_source(proposal: Proposal, values: Mapping[str, Any]) -> NewSource | None:
    citation = values.get(ADDED_SOURCE)
    if not citation or is_side(proposal, ADDED_SOURCE):
        return None
    return NewSource(str(citation), values.get("source_kind") or "")


def _apply_skill(
    proposal: Proposal,
    statement: SkillStatement | None,
    values: Mapping[str, Any],
    *,
    by: User,
    reason: str,
) -> None:
    now = statement or SkillStatement(competency=values.get("competency", ""))
    if statement is None:
        stored = proposal.actor.statements.filter(competency=now.competency).first()
        if stored is not None:
            raise CannotAccept(
                _("Something is recorded about this skill since. Decline it, and say so.")
            )
    day = values.get("confirmed_on", now.confirmed_on)
    entry = SkillEntry(
        competency=now.competency,
        is_asked=values.get("is_asked", True) is not False,
        based_on=statement.version if statement else 0,
        level=values.get("level", now.level),
        evidence=values.get("evidence", now.evidence) or "",
        origin=values.get("origin", now.origin) or "",
        confirmed_on=date.fromisoformat(day) if isinstance(day, str) and day else day or None,
        parts=Parts(new_source=_new_source(proposal, values)),
    )
    now.actor, now.level, now.confirmed_on = proposal.actor, entry.level, entry.confirmed_on
    now.clean_fields(exclude=["said_by"])
    change_skills(proposal.actor, [entry], by=by, reason=reason)


def _named_actor(slug: Any) -> Actor:
    """An end of a tie, or who took over its record since."""
    found = Actor.objects.filter(slug=str(slug)).first()
    actor = found and found.standing
    if actor is None or actor.status == ActorStatus.ARCHIVED:
        raise CannotAccept(
            _("The organization “%(name)s” is not on the map any longer.") % {"name": slug}
        )
    return actor


def _parent(city: City | None, name: Any) -> Actor | None:
    if not name:
        return None
    here = Actor.objects.exclude(status=ActorStatus.ARCHIVED).filter(Q(city=city) | Q(city=None))
    found = list(here.filter(name=name)[:2])
    if len(found) != 1:
        raise CannotAccept(
            _("No single organization here is called “%(name)s”.") % {"name": str(name)[:60]}
        )
    return found[0]
