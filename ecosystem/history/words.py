"""Changes in words: what a record is called, what a field says, who did it.

Names of what the reader may not see are never looked up, so a value that names it is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from django.db.models import Model
from django.utils.formats import date_format, number_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.rules import Viewer
from actors.framework import Competency, TieKind
from actors.models import Actor, SkillStatement, Source
from actors.services.partner import BY_LINK
from collaboratives.models import Collaborative, Outcome, Project, Review
from ecosystem.common.fields import ChoiceSetField
from ecosystem.history.kinds import KINDS, SILENT, Kind, foreign_keys, label_of
from ecosystem.history.states import State, key_of
from ecosystem.selectors.history import Entry, People
from ecosystem.templatetags.ui import joined

LONGEST: Final = 300
"""Characters of a text that are shown."""

EMPTY: Final = "–"

Names: TypeAlias = Mapping[type[Model], Mapping[int, str]]
"""What records are called that the reader may see, by model and id."""

TITLE_FIELDS: Final = {
    "organization": {"name"},
    "other-name": {"name"},
    "skill": {"competency"},
    "tie": {"source", "target", "kind"},
    "source": {"citation"},
    "collaborative": {"name"},
    "membership": {"actor"},
    "project": {"name"},
    "project-step": {"step"},
    "engagement": {"what"},
    "outcome": {"indicator"},
    "review-action": {"what"},
    "decision": {"what"},
}
"""Fields that the title of a new record says already."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What a field said before and after; "–" for nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """A change as a list shows it. ``way`` is "added", "changed" or "removed"."""

    entry: Entry
    kind: str
    title: str
    way: str
    who: str
    reason: str
    changes: list[FieldChange]
    actor: int | None


# ── Names ────────────────────────────────────────────────────────────────────────────────────────


def load_names(states: Iterable[tuple[Kind, State]], user: Viewer, *, convenes: bool) -> Names:
    """What the records are called that these states point at: a query for each kind of record.

    Of organizations that are gone, conveners read the last name they had.
    """
    wanted: defaultdict[type[Model], set[int]] = defaultdict(set)
    for kind, state in states:
        for field in foreign_keys(kind):
            if field.name not in SILENT and state.get(field.attname) is not None:
                wanted[field.related_model].add(state[field.attname])
        for field in kind.links:
            wanted[field.related_model].update(state.get(field.name, ()))
    if outcomes := wanted.get(Outcome):
        found = Outcome.objects.visible_to(user).filter(pk__in=outcomes)
        wanted[Collaborative].update(found.values_list("collaborative", flat=True))
    names: dict[type[Model], dict[int, str]] = {}
    for model, pks in wanted.items():
        rows: Any = model._default_manager
        seen = rows.visible_to(user) if hasattr(rows, "visible_to") else rows.all()
        names[model] = _names_of(model, seen.filter(pk__in=pks))
        if convenes and model is Actor:
            names[model] |= _names_of_gone(pks - set(names[model]))
    return names


def _names_of(model: type[Model], rows: Any) -> dict[int, str]:
    if model is Source:
        return {pk: title or citation for pk, title, citation in rows.values_list(*_SOURCE)}
    if model is Review:
        days = rows.values_list("pk", "held_on")
        return {pk: date_format(day) for pk, day in days}
    column = "indicator" if model is Outcome else "name"
    if column not in {field.name for field in model._meta.concrete_fields}:
        return {row.pk: str(row) for row in rows}
    return dict(rows.values_list("pk", column))


_SOURCE = ("pk", "title", "citation")


def _names_of_gone(pks: set[int]) -> dict[int, str]:
    """Of organizations that no longer exist. One that exists and is hidden has no name here."""
    if not pks:
        return {}
    ended = Actor.history.filter(id__in=pks, history_type="-").order_by("history_id")
    return dict(ended.exclude(id__in=Actor.objects.values("pk")).values_list("id", "name"))


# ── What ─────────────────────────────────────────────────────────────────────────────────────────


def title_of(kind: Kind, state: State, names: Names) -> str:
    """What the record is called in this state."""
    match kind.slug:
        case "organization" | "collaborative" | "project":
            return str(state["name"])
        case "source":
            return str(state["title"] or state["citation"])
        case "skill":
            label = dict(Competency.choices).get(state["competency"], state["competency"])
            return f"{_name(Actor, state['actor_id'], names)}: {label}"
        case "tie":
            label = dict(TieKind.choices).get(state["kind"], state["kind"])
            ends = [_name(Actor, state[side], names) for side in ("source_id", "target_id")]
            return f"{ends[0]} – {label} – {ends[1]}"
        case "other-name":
            return f"{_name(Actor, state['actor_id'], names)}: {state['name']}"
        case "offer" | "need":
            said = Truncator(state["description"]).chars(80)
            return f"{_name(Actor, state['actor_id'], names)}: {said}"
        case "membership":
            member = _name(Actor, state["actor_id"], names)
            return f"{member}: {_name(Collaborative, state['collaborative_id'], names)}"
        case "project-step":
            return _name(Project, state["project_id"], names)
        case "reading":
            day = date_format(state["read_on"])
            return f"{_name(Outcome, state['outcome_id'], names)}, {day}"
        case "review-action":
            return str(state["what"])
    above = _name(Collaborative, state["collaborative_id"], names)
    said = next((state[key] for key in ("what", "indicator", "description") if state.get(key)), "")
    return f"{above}: {Truncator(said).chars(80)}" if said else above


def _name(model: type[Model], pk: int | None, names: Names) -> str:
    return names.get(model, {}).get(pk or 0) or _("(not shown)")


def value_in_words(kind: Kind, field: Any, value: Any, names: Names) -> str:
    """What a field says; "–" for nothing."""
    if field.many_to_many:
        known = names.get(field.related_model, {})
        return joined(sorted(known[pk] for pk in value if pk in known)) if value else EMPTY
    if field.is_relation:
        return EMPTY if value is None else _name(field.related_model, value, names)
    if isinstance(field, ChoiceSetField):
        labels = dict(field.flatchoices)
        return joined([str(labels.get(one, one)) for one in value]) if value else EMPTY
    if value is None and kind.model is SkillStatement and field.name == "level":
        return _("no answer")
    if value is None or value == "":
        return EMPTY
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return date_format(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return Truncator(value).chars(LONGEST)
    return number_format(value)


def field_changes(
    kind: Kind, before: State | None, after: State | None, names: Names, *, to_all: bool
) -> list[FieldChange]:
    """Field by field, what is not the same. Of a record that came or went, all that it said."""
    one_sided = before is None or after is None
    said_already = TITLE_FIELDS.get(kind.slug, set()) if one_sided else set()
    changes = []
    for field in kind.told(to_all=to_all):
        key = key_of(field)
        old, new = ((state or {}).get(key) for state in (before, after))
        if field.name in said_already or old == new:
            continue
        if field.many_to_many:
            known = set(names.get(field.related_model, {}))
            old, new = (frozenset(value or ()) & known for value in (old, new))
        elif field.is_relation and to_all:
            known = set(names.get(field.related_model, {}))
            old, new = (value if value in known else None for value in (old, new))
        if old == new or (one_sided and not (old or new)):
            continue
        words = [
            EMPTY if state is None else value_in_words(kind, field, value, names)
            for state, value in ((before, old), (after, new))
        ]
        changes.append(FieldChange(label_of(field), *words))
    return changes


def actor_of(kind: Kind, state: State) -> int | None:
    """The organization that a change is about, None when it is about several or none."""
    return state.get("actor_id") if kind.parent == "actor" else None


# ── Who ──────────────────────────────────────────────────────────────────────────────────────────


def who_did(entry: Entry, people: People, *, named: bool) -> str:
    """Who made a change. Names are for conveners; others read which part the person has."""
    if entry.user is None:
        if entry.reason == BY_LINK:
            return _("the organization itself")
        return _("an import or a command") if named else _("a source")
    if named and people.names.get(entry.user):
        return people.names[entry.user]
    about = _about(entry)
    role = people.roles.get(entry.user)
    if any((entry.user, actor) in people.stewards for actor in about):
        return _("the organization itself")
    if role == "convener":
        return _("a convener")
    if role == "contributor":
        return _("a contributor")
    if entry.user in people.national:
        return _("national staff")
    return _("somebody with an account")


def _about(entry: Entry) -> list[int]:
    """The organizations that a change is about."""
    kind, state = entry.group.kind, entry.state
    if kind.model is Actor:
        return [entry.group.record]
    return [pk for name in kind.actor if (pk := state.get(f"{name}_id")) is not None]


def lines_of(
    entries: Sequence[Entry], people: People, user: Viewer, *, convenes: bool
) -> list[Line]:
    """The changes in words. Who doesn't convene reads none that changed nothing public."""
    states = [
        (entry.group.kind, state)
        for entry in entries
        for state in (entry.before, entry.after)
        if state is not None
    ]
    names = load_names(states, user, convenes=convenes)
    lines = []
    for entry in entries:
        kind = entry.group.kind
        changes = field_changes(kind, entry.before, entry.after, names, to_all=not convenes)
        way = "removed" if entry.after is None else "added" if entry.before is None else "changed"
        if not convenes and way == "changed" and not changes:
            continue
        lines.append(
            Line(
                entry=entry,
                kind=str(kind.label),
                title=title_of(kind, entry.state, names),
                way=way,
                who=who_did(entry, people, named=convenes),
                reason=said_reason(entry.reason) if convenes else "",
                changes=changes,
                actor=actor_of(kind, entry.state),
            )
        )
    return lines


def said_reason(reason: str) -> str:
    """The reason as it was given; that it came by a personal link is said by who it was."""
    return "" if reason == BY_LINK else reason


def kind_choices(*, convenes: bool) -> list[tuple[str, str]]:
    """The kinds of record to choose from, for this reader."""
    return [(kind.slug, str(kind.label)) for kind in KINDS.values() if convenes or kind.public]
