"""What a proposal would change, field by field, against what is stored now.

Values are those that JSON holds, as the forms write them: records by short name or number, days as
year-month-day, sets as lists. Nothing is read from the database but rows that came along.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecosystem.common.fields import ChoiceSetField

from .models import Actor, Need, Offer, Proposal, Relationship, SkillStatement
from .models.proposal import ProposalSubject

MODELS: Final[Mapping[str, type[Model]]] = {
    ProposalSubject.ACTOR: Actor,
    ProposalSubject.SKILL: SkillStatement,
    ProposalSubject.TIE: Relationship,
    ProposalSubject.OFFER: Offer,
    ProposalSubject.NEED: Need,
}

ADDED_SOURCE: Final = "source"
KEPT_SOURCES: Final = "kept_sources"
ABOUT_THE_SOURCE: Final = frozenset({"source_kind", "source_is_private"})
"""Say something of the source that is added, and nothing by themselves."""

LABELS: Final = {
    "other_names": gettext_lazy("other names"),
    "tags": gettext_lazy("tags"),
    ADDED_SOURCE: gettext_lazy("new source"),
    KEPT_SOURCES: gettext_lazy("sources kept"),
    "source_kind": gettext_lazy("kind of the new source"),
    "source_is_private": gettext_lazy("new source for conveners only"),
    "is_asked": gettext_lazy("asked about"),
}

SIDES: Final = {"source": gettext_lazy("from"), "target": gettext_lazy("to")}


@dataclass(frozen=True, slots=True)
class Change:
    """One field. ``before`` is what the proposer saw, ``now`` what is stored, ``after`` the wish.

    All three as JSON holds them.
    """

    name: str
    before: Any
    now: Any
    after: Any

    @property
    def is_done(self) -> bool:
        """Whether the record says so already."""
        return plain_same(self.now, self.after)

    @property
    def is_conflict(self) -> bool:
        """Whether somebody changed the field after the proposer had seen it."""
        return not plain_same(self.before, self.now) and not self.is_done


def changes_of(proposal: Proposal, record: Any) -> list[Change]:
    """What ``proposal`` would change in ``record``, None for a new one."""
    return [
        Change(
            name,
            value.get("from"),
            value.get("from") if record is None else current(proposal, record, name),
            value.get("to"),
        )
        for name, value in proposal.changes.items()
    ]


def is_side(proposal: Proposal, name: str) -> bool:
    """Whether a field of a tie's proposal is one of its ends: a new source has the same name."""
    if proposal.subject != ProposalSubject.TIE or name not in SIDES:
        return False
    return name == "target" or proposal.changes[name].get("from") != ""


def current(proposal: Proposal, record: Any, name: str) -> Any:
    """The stored value of a field."""
    if is_side(proposal, name):
        return getattr(record, name).slug
    if name in ABOUT_THE_SOURCE or name == ADDED_SOURCE:
        return proposal.changes[name].get("from")
    if name == "other_names":
        return "\n".join(other.name for other in record.other_names.all())
    if name == "tags":
        return ", ".join(tag.name for tag in record.tags.all())
    if name == "issues":
        return [issue.slug for issue in record.issues.all()]
    if name == KEPT_SOURCES:
        seen = proposal.changes[name].get("from") or []
        there = {source.pk for source in record.sources.all()}
        return [pk for pk in seen if pk in there]
    if name == "part_of":
        return record.part_of.name if record.part_of else ""
    if name == "is_asked":
        return True
    value: Any = getattr(record, name, None)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def plain_same(one: Any, other: Any) -> bool:
    """Whether two values mean the same: nothing is nothing, and sets have no order."""
    if one in (None, "", []) and other in (None, "", []):
        return True
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    return str(one) == str(other)


# ── In words ─────────────────────────────────────────────────────────────────────────────────────


def field_label(proposal: Proposal, name: str) -> str:
    """What a field is called."""
    if is_side(proposal, name):
        return str(SIDES[name])
    if name in LABELS:
        return str(LABELS[name])
    model = MODELS[proposal.subject]
    try:
        return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return name


def in_words(
    proposal: Proposal, name: str, value: Any, names: Mapping[tuple[str, Any], str]
) -> str:
    """A value as people read it, "–" for none.

    ``names`` gives those of records: ("actor", slug), ("issue", slug), ("source", number).
    """
    if value in (None, "", []):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if is_side(proposal, name):
        return names.get(("actor", value), str(value))
    if name == "issues":
        return ", ".join(names.get(("issue", one), str(one)) for one in value)
    if name == KEPT_SOURCES:
        return ", ".join(names.get(("source", one), f"#{one}") for one in value)
    field: Any = None
    if name not in LABELS:
        try:
            field = MODELS[proposal.subject]._meta.get_field(name)
        except FieldDoesNotExist:
            return str(value)
    choices = {str(key): str(label) for key, label in getattr(field, "flatchoices", ())}
    if isinstance(field, ChoiceSetField) or isinstance(value, list):
        return ", ".join(choices.get(str(one), str(one)) for one in value)
    if name.endswith("_on") and (day := parse_date(str(value))):
        return date_format(day, "DATE_FORMAT")
    return choices.get(str(value), str(value))
