"""Making two records one."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import ForeignKey, Model, Q, UniqueConstraint
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from actors.framework import ActorStatus
from actors.models import (
    Actor,
    City,
    Merge,
    Need,
    Offer,
    OtherName,
    Proposal,
    Relationship,
    SkillStatement,
    Steward,
)
from actors.models.people import StewardStatus
from actors.models.proposal import ProposalSubject
from actors.services.revisions import map_change
from ecosystem.common.versions import ChangedMeanwhile

from .steps import Recorder, has_history, is_personal

CHOOSABLE: Final = (
    "name",
    "sector",
    "description",
    "website",
    "service_area",
    "place",
    "part_of",
    "confirmed_on",
)
"""What can be taken from either record. "place" is latitude and longitude. Roles, issues, tags,
sources and other names are put together."""

SETS: Final = ("issues", "tags", "sources")
REASON_LENGTH: Final = 100

SUBJECTS: Final[Mapping[str, type[Model]]] = {
    ProposalSubject.SKILL: SkillStatement,
    ProposalSubject.TIE: Relationship,
    ProposalSubject.OFFER: Offer,
    ProposalSubject.NEED: Need,
}


class CannotMerge(Exception):
    """Why these two can't be made one, in a sentence. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Moving:
    """How many rows of a kind go over to the record that stays."""

    label: str
    count: int


def merge(
    kept: Actor,
    merged: Actor,
    *,
    by: User,
    city: City | None,
    choices: Mapping[str, str] | None = None,
    kept_version: int | None = None,
    merged_version: int | None = None,
) -> Merge:
    """Put what hangs on ``merged`` onto ``kept``, and archive it, in one transaction.

    ``choices`` name the fields of ``CHOOSABLE`` that are taken from the other record: "merged"; all
    others stay as ``kept`` has them. Where both say the same thing, one row stays: a tie with the
    sources of both; of two statements about a skill the newer, then the one with evidence, then the
    higher level; what a row left empty is filled from the other. A tie or a step between the two
    goes, since nobody works with itself. The name that is given up becomes another name.

    Sent twice, the stored merge is given back. Raises ``CannotMerge``, and ``ChangedMeanwhile``
    when one of the two is not of the version that the writer saw.
    """
    with transaction.atomic():
        both = Actor.objects.select_for_update().filter(pk__in={kept.pk, merged.pk}).order_by("pk")
        found = {row.pk: row for row in both}
        if stored := merged_already(kept, merged):
            return stored
        kept, merged = found[kept.pk], found[merged.pk]
        _check(kept, merged)
        for actor, version in ((kept, kept_version), (merged, merged_version)):
            if version is not None and actor.version != version:
                raise ChangedMeanwhile(actor)
        reason = _("Merged with %(name)s") % {"name": merged.name}
        recorder = Recorder(Truncator(reason).chars(REASON_LENGTH))
        rows = moving_rows(merged)
        with map_change(kept, merged, *rows):
            _move(recorder, kept, merged, rows)
            _choose(recorder, kept, merged, choices or {})
            recorder.change(merged, status=ActorStatus.ARCHIVED, merged_into=kept)
        return Merge.objects.create(
            city=city, kept=kept, merged=merged, moved=recorder.steps, merged_by=by
        )


def merged_already(kept: Actor, merged: Actor) -> Merge | None:
    """The merge of these two, if it holds."""
    return Merge.objects.filter(kept=kept, merged=merged, undone_at=None).first()


def _check(kept: Actor, merged: Actor) -> None:
    if kept.pk == merged.pk:
        raise CannotMerge(_("Choose two different organizations."))
    for actor in (kept, merged):
        if actor.merged_into_id is not None:
            raise CannotMerge(
                _("%(name)s is merged into another organization already.") % {"name": actor.name}
            )
    if kept.status == ActorStatus.ARCHIVED:
        raise CannotMerge(
            _("%(name)s is archived: restore it first, or keep the other one.")
            % {"name": kept.name}
        )


# ── What hangs on an actor ───────────────────────────────────────────────────────────────────────


def moving_rows(merged: Actor) -> list[Any]:
    """All rows of any app that name ``merged`` and go over, each once."""
    found: dict[tuple[type[Model], Any], Any] = {}
    for field, rows in _naming(merged):
        for row in rows:
            found.setdefault((field.model, row.pk), row)
    return list(found.values())


def moving(merged: Actor) -> list[Moving]:
    """What goes over, counted by kind, in words."""
    counts: dict[str, int] = {}
    for row in moving_rows(merged):
        label = str(type(row)._meta.verbose_name_plural)
        counts[label] = counts.get(label, 0) + 1
    return [Moving(label, count) for label, count in sorted(counts.items())]


def _naming(merged: Actor) -> Iterator[tuple[Any, Any]]:
    """For each field of any model that points at actors: the rows that name ``merged``."""
    for relation in Actor._meta.related_objects:
        field = relation.field
        if not has_history(field.model) or field.name == "merged_into":
            continue
        rows = field.model._base_manager.filter(**{field.name: merged})
        yield field, rows.order_by("pk")


def _move(recorder: Recorder, kept: Actor, merged: Actor, rows: Iterable[Any]) -> None:
    replaced: dict[tuple[type[Model], Any], Any] = {}
    for one in rows:
        # Read again: an earlier row may have changed it.
        row = type(one)._base_manager.filter(pk=one.pk).first()
        if row is not None:
            _move_row(recorder, row, kept, merged, replaced)
    _move_proposals(recorder, kept, merged, replaced)


def _move_row(
    recorder: Recorder,
    row: Any,
    kept: Actor,
    merged: Actor,
    replaced: dict[tuple[type[Model], Any], Any],
) -> None:
    model = type(row)
    if row == kept:  # a unit of the other
        recorder.change(kept, part_of=_parent(kept, merged))
        return
    for field in model._meta.many_to_many:
        if field.related_model is Actor:
            if getattr(row, field.name).filter(pk=merged.pk).exists():
                recorder.link(row, field.name, [kept.pk])
            recorder.unlink(row, field.name, [merged.pk])
    names = [
        field.name
        for field in model._meta.concrete_fields
        if field.related_model is Actor
        and field.value_from_object(row) == merged.pk
        and field.name != "merged_into"
    ]
    if not names:
        return
    if _joins_the_two(row, kept, merged):
        if not is_personal(model):
            _repoint(recorder, row, None)
            recorder.delete(row)
        return
    if model is OtherName and _plain(row.name) == _plain(kept.name):
        recorder.delete(row)
        return
    same = _same_row(row, names, kept)
    if same is None:
        recorder.change(row, **dict.fromkeys(names, kept))
    elif not is_personal(model):
        _combine(recorder, same, row)
        _repoint(recorder, row, same)
        replaced[model, row.pk] = same.pk
        recorder.delete(row)


def _parent(kept: Actor, merged: Actor) -> Actor | None:
    """What ``merged`` is a unit of, if that is not the one that stays."""
    return merged.part_of if merged.part_of_id != kept.pk else None


def _joins_the_two(row: Any, kept: Actor, merged: Actor) -> bool:
    """Whether its two ends would be one organization that were two before."""
    if not {"source_id", "target_id"} <= vars(row).keys():
        return False
    return {row.source_id, row.target_id} == {kept.pk, merged.pk}


def _same_row(row: Any, names: Collection[str], kept: Actor) -> Any:
    """The row that says the same of ``kept`` already, as the model's constraints put it."""
    model = type(row)
    rows = model._base_manager
    for constraint in model._meta.constraints:
        if not isinstance(constraint, UniqueConstraint) or not {*constraint.fields} & {*names}:
            continue
        condition = constraint.condition or Q()
        if not rows.filter(condition, pk=row.pk).exists():
            continue
        values = {
            name: kept.pk if name in names else model._meta.get_field(name).value_from_object(row)
            for name in constraint.fields
        }
        given = {
            name if value is not None else f"{name}__isnull": True if value is None else value
            for name, value in values.items()
        }
        if same := rows.filter(condition, **given).exclude(pk=row.pk).first():
            return same
    return None


def _combine(recorder: Recorder, same: Any, row: Any) -> None:
    """Let ``same`` say what both said."""
    if isinstance(row, SkillStatement):
        if _weight(row) > _weight(same):
            names = ("level", "evidence", "origin", "said_by", "confirmed_on")
            recorder.change(same, **{name: getattr(row, name) for name in names})
    else:
        recorder.change(same, **_filled(same, row))
    for many in row._meta.many_to_many:
        ids = getattr(row, many.name).values_list("pk", flat=True)
        recorder.link(same, many.name, ids)


def _weight(statement: SkillStatement) -> tuple[date, bool, int]:
    """Newer first, then with evidence, then the higher level; an answer before none."""
    level = -1 if statement.level is None else statement.level
    return (statement.confirmed_on or date.min, bool(statement.evidence), level)


def _filled(same: Any, row: Any) -> dict[str, Any]:
    """Values of ``row`` for what ``same`` left empty; an approval of either holds."""
    values = {
        field.name: getattr(row, field.name)
        for field in same._meta.concrete_fields
        if field.value_from_object(same) in (None, "", ())
        and field.value_from_object(row) not in (None, "", ())
        # The days that say whether a row holds today stay as they are.
        and field.name not in ("ended_on", "until")
    }
    if isinstance(row, Steward) and row.status == StewardStatus.APPROVED:
        values["status"] = StewardStatus.APPROVED
    return values


def _repoint(recorder: Recorder, row: Any, same: Any) -> None:
    """Let what named ``row`` name ``same``, or nothing, before ``row`` goes."""
    for relation in type(row)._meta.related_objects:
        field = relation.field
        if isinstance(field, ForeignKey) and has_history(field.model):
            for other in field.model._base_manager.filter(**{field.name: row}):
                recorder.change(other, **{field.name: same})


def _move_proposals(
    recorder: Recorder,
    kept: Actor,
    merged: Actor,
    replaced: Mapping[tuple[type[Model], Any], Any],
) -> None:
    """Let proposals name the rows that stay."""
    for proposal in Proposal.objects.filter(actor=kept, record__isnull=False):
        if proposal.subject == ProposalSubject.ACTOR:
            new = kept.pk if proposal.record == merged.pk else proposal.record
        else:
            key = (SUBJECTS[proposal.subject], proposal.record)
            new = replaced.get(key, proposal.record)
        recorder.change(proposal, record=new)


def _plain(name: str) -> str:
    """A name without case and surplus spaces."""
    return " ".join(name.split()).casefold()


# ── What the record that stays says ──────────────────────────────────────────────────────────────


def _choose(recorder: Recorder, kept: Actor, merged: Actor, choices: Mapping[str, str]) -> None:
    values: dict[str, Any] = {"roles": (*kept.roles, *merged.roles)}
    names = [kept.name, merged.name]
    for name in CHOOSABLE:
        if choices.get(name) != "merged":
            continue
        if name == "place":
            values |= {"latitude": merged.latitude, "longitude": merged.longitude}
        elif name == "part_of":
            values["part_of"] = _parent(kept, merged)
        else:
            values[name] = getattr(merged, name)
    values["roles"] = Actor._meta.get_field("roles").to_python(values["roles"])
    recorder.change(kept, **values)
    for field in SETS:
        recorder.link(kept, field, getattr(merged, field).values_list("pk", flat=True))
    known = {_plain(one) for one in kept.other_names.values_list("name", flat=True)}
    known.add(_plain(kept.name))
    for name in names:
        if _plain(name) not in known:
            recorder.create(OtherName(actor=kept, name=name))
