"""What it takes to undo one change, or what one person changed in a period: a plan.

A field goes back to what it said before only where it still says what the change left there.
Otherwise somebody else has changed it since: a conflict, with both versions. A record that came is
taken away again, an organization is archived instead; a record that went comes back, together with
what went along with it.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.db.models import CASCADE, PROTECT, Model
from django.utils.translation import gettext as _

from accounts.models import User
from actors.framework import ActorStatus
from actors.models import Actor, City
from ecosystem.history.kinds import KINDS, SILENT, Kind, foreign_keys, label_of
from ecosystem.history.states import State, current_states, differing, key_of, past_states
from ecosystem.history.words import Names, load_names, title_of, value_in_words
from ecosystem.selectors.history import (
    Asked,
    Entry,
    Group,
    groups_of,
    load_entries,
    read_groups,
    rows_of,
)

MOST: Final = 300
"""So many changes are undone at once; for more, the period is too long."""

SAME_MOMENT: Final = timedelta(seconds=5)
"""What went along with a record went within this time of it."""

MOVED: Final = frozenset({"city_id", "merged_into_id"})
"""Changes to these are no edits: a move between cities, and a merge, which has its own undoing."""


class TooMany(Exception):
    """More than ``MOST`` changes were asked for. Nothing was looked at."""


class Stale(Exception):
    """Something changed after the plan was shown, or is in the way. Nothing was written.

    ``reasons`` are sentences for the reader, none when the plan alone is out of date.
    """

    def __init__(self, reasons: Sequence[str] = ()) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = list(reasons)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that was changed since: what the change left, what is stored, what it would become.

    A conflict without ``label`` concerns the record as a whole. ``is_final`` when no choice helps.
    """

    why: str
    label: str = ""
    left: str = ""
    now: str = ""
    then: str = ""
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A field that goes back: what is stored, and what it becomes."""

    label: str
    now: str
    then: str


@dataclass(slots=True)
class RecordPlan:
    """What happens to one record. ``way`` is "restore", "change", "remove", "archive" or ""."""

    kind: Kind
    record: int
    now: State | None
    then: State | None
    way: str = ""
    title: str = ""
    steps: list[Step] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    raw_conflicts: list[tuple[str, Any, Any, Any]] = field(default_factory=list)
    """(key, left, now, then) of the fields that others changed since."""

    @property
    def is_blocked(self) -> bool:
        return any(conflict.is_final for conflict in self.conflicts)


@dataclass(slots=True)
class Plan:
    """What undoing would do. ``seen`` names the state of everything that it rests on."""

    records: list[RecordPlan]
    seen: str

    @property
    def records_to_tell(self) -> list[RecordPlan]:
        """Those to which something would happen, or would but for a conflict."""
        return [one for one in self.records if one.way or one.conflicts]

    @property
    def at_work(self) -> list[RecordPlan]:
        return [one for one in self.records if one.way and not one.conflicts]

    @property
    def in_conflict(self) -> list[RecordPlan]:
        return [one for one in self.records if one.conflicts]

    @property
    def unchanged(self) -> list[RecordPlan]:
        return [one for one in self.records if not one.way and not one.conflicts]


def plan_change(group: Group, city: City | None, user: User, *, anyway: bool = False) -> Plan:
    """What it takes to undo one change. ``anyway`` also puts back what others changed since."""
    groups = _with_what_went_along(group, city, user)
    entries = load_entries(groups, city, user, convenes=True)
    return _plan(entries, city, user, anyway=anyway)


def plan_person(city: City | None, user: User, asked: Asked) -> Plan:
    """What it takes to undo all changes of ``asked.person`` in that period, newest first."""
    found = groups_of(city, user, asked, convenes=True)
    groups = read_groups(found[: MOST + 1])
    if len(groups) > MOST:
        raise TooMany
    return _plan(load_entries(groups, city, user, convenes=True), city, user, anyway=False)


def _with_what_went_along(group: Group, city: City | None, user: User) -> list[Group]:
    """The change and, where a record went, those by which others of this city went with it."""
    found, layer = {(group.kind.slug, group.record): group}, [group]
    while layer:
        below = {
            (one.kind.slug, one.record): one
            for above in layer
            if above.kind.rows.get(pk=above.last).history_type == "-"
            for one in _went_along(above, city, user)
        }
        layer = [one for key, one in below.items() if key not in found]
        found = below | found
    return list(found.values())


def _went_along(group: Group, city: City | None, user: User) -> Iterable[Group]:
    around = (group.when - SAME_MOMENT, group.when + SAME_MOMENT)
    for kind in KINDS.values():
        for link in foreign_keys(kind):
            if link.related_model is not group.kind.model:
                continue
            if link.remote_field.on_delete is not CASCADE:
                continue
            rows = rows_of(kind, city, user, convenes=True).filter(
                history_type="-", history_date__range=around, **{link.attname: group.record}
            )
            for row in rows:
                yield Group(kind, row.id, row.history_date, row.history_id, row.history_id)


def _plan(entries: Sequence[Entry], city: City | None, user: User, *, anyway: bool) -> Plan:
    by_record: defaultdict[tuple[str, int], list[Entry]] = defaultdict(list)
    for entry in entries:
        by_record[entry.group.kind.slug, entry.group.record].append(entry)
    records: list[RecordPlan] = []
    for kind in KINDS.values():
        own = {pk: found for (slug, pk), found in by_record.items() if slug == kind.slug}
        now = current_states(kind, list(own))
        ended = _ended_states(kind, [e for found in own.values() for e in found])
        for pk, found in own.items():
            newest_first = sorted(found, key=lambda one: -one.group.last)
            records.append(_plan_record(kind, pk, now.get(pk), newest_first, ended, anyway=anyway))
    for one in records:
        _settle(one)
    _check_what_hangs_on(records)
    _check_owners(records)
    _say(records, entries, user)
    return Plan(records, _digest(records))


def _ended_states(kind: Kind, entries: Sequence[Entry]) -> dict[int, State]:
    """The states in which records went, by row; their links are those of the row before."""
    gone = [entry for entry in entries if entry.after is None]
    states = past_states(kind, [entry.group.last for entry in gone])
    for entry in gone:
        state = states[entry.group.last]
        for link in kind.links:
            state[link.name] = (entry.before or {}).get(link.name, frozenset())
    return states


def _plan_record(
    kind: Kind,
    pk: int,
    now: State | None,
    entries: Sequence[Entry],
    ended: dict[int, State],
    *,
    anyway: bool,
) -> RecordPlan:
    """Undo the changes of one record one after the other, in thought."""
    plan = RecordPlan(kind, pk, now, dict(now) if now is not None else None)
    origin: State = {}
    for entry in entries:
        if entry.before is not None and entry.after is not None:
            origin |= {key: entry.before[key] for key in differing(entry.before, entry.after)}
    for entry in entries:
        if entry.after is None:
            if plan.then is None:
                plan.then = dict(ended[entry.group.last])
        elif entry.before is None:
            _undo_arrival(plan, entry.after, anyway=anyway)
        else:
            _undo_edit(plan, entry.before, entry.after, origin, anyway=anyway)
    return plan


def _undo_arrival(plan: RecordPlan, after: State, *, anyway: bool) -> None:
    if plan.then is None:
        return
    if plan.kind.model is Actor:
        status = plan.then["status"]
        if status == ActorStatus.ARCHIVED:
            return
        if status != after["status"] and not anyway:
            plan.raw_conflicts.append(("status", after["status"], status, ActorStatus.ARCHIVED))
            return
        plan.then["status"] = ActorStatus.ARCHIVED.value
        return
    changed = [key for key in differing(after, plan.then) if key in after]
    if changed and not anyway:
        plan.raw_conflicts += [(key, after[key], plan.then[key], None) for key in changed]
        return
    plan.then = None


def _undo_edit(
    plan: RecordPlan, before: State, after: State, origin: State, *, anyway: bool
) -> None:
    """``origin`` has what each field said before the first of several changes to it."""
    changed = differing(before, after)
    if MOVED.intersection(changed):
        plan.conflicts.append(
            Conflict(
                _(
                    "This change was a merge or a move to another city. It is not undone here: "
                    "undo the merge, or ask the national staff."
                ),
                is_final=True,
            )
        )
        return
    if plan.then is None:
        plan.conflicts.append(
            Conflict(_("This record is gone: bring it back first."), is_final=True)
        )
        return
    links = {link.name for link in plan.kind.links}
    for key in changed:
        stored = plan.then[key]
        if key in links:
            plan.then[key] = (stored - (after[key] - before[key])) | (before[key] - after[key])
        elif stored in (before[key], origin[key]):
            continue
        elif stored == after[key] or anyway:
            plan.then[key] = before[key]
        else:
            plan.raw_conflicts.append((key, after[key], stored, before[key]))


def _settle(plan: RecordPlan) -> None:
    """Say what happens in the end, from what is stored and what it becomes."""
    now, then = plan.now, plan.then
    if now is None:
        plan.way = "restore" if then is not None else ""
    elif then is None:
        plan.way = "remove"
    elif differing(now, then):
        is_archived = plan.kind.model is Actor and then["status"] == ActorStatus.ARCHIVED
        plan.way = "archive" if is_archived and differing(now, then) == ["status"] else "change"
    else:
        plan.way = ""


def _check_what_hangs_on(records: Sequence[RecordPlan]) -> None:
    """A record that others hang on is not taken away, unless those are taken away, too."""
    leaving: defaultdict[type[Model], set[int]] = defaultdict(set)
    for plan in records:
        if plan.way == "remove":
            leaving[plan.kind.model].add(plan.record)
    for plan in records:
        if plan.way != "remove":
            continue
        for relation in plan.kind.model._meta.related_objects:
            if relation.on_delete not in (CASCADE, PROTECT):
                continue
            rows = relation.related_model._base_manager.filter(**{relation.field.name: plan.record})
            if rows.exclude(pk__in=leaving[relation.related_model]).exists():
                why = _("Other records hang on this one by now. Take those away first.")
                plan.conflicts.append(Conflict(why, is_final=True))
                break


def _check_owners(records: Sequence[RecordPlan]) -> None:
    """A record comes back, or points at another, only where the other is there."""
    coming: defaultdict[type[Model], set[int]] = defaultdict(set)
    for plan in records:
        if plan.way == "restore":
            coming[plan.kind.model].add(plan.record)
    for plan in records:
        if plan.way not in ("restore", "change") or plan.then is None:
            continue
        for link in foreign_keys(plan.kind):
            target = plan.then[link.attname]
            if target is None or (plan.now or {}).get(link.attname) == target:
                continue
            model = link.related_model
            if target in coming[model] or model._base_manager.filter(pk=target).exists():
                continue
            if link.null:
                plan.then[link.attname] = None
                continue
            why = _("What it belongs to is gone: bring that back first.")
            plan.conflicts.append(Conflict(why, is_final=True))
            break


def _say(records: Sequence[RecordPlan], entries: Sequence[Entry], user: User) -> None:
    """Titles, steps and conflicts in words."""
    states = [(plan.kind, state) for plan in records for state in (plan.now, plan.then) if state]
    states += [
        (entry.group.kind, state)
        for entry in entries
        for state in (entry.before, entry.after)
        if state
    ]
    names = load_names(states, user, convenes=True)
    last = {(e.group.kind.slug, e.group.record): e.state for e in reversed(entries)}
    for plan in records:
        state = plan.now or plan.then or last[plan.kind.slug, plan.record]
        plan.title = title_of(plan.kind, state, names)
        for key, left, now, then in plan.raw_conflicts:
            plan.conflicts.append(_conflict(plan.kind, key, (left, now, then), names))
        if plan.way == "change" and plan.now is not None and plan.then is not None:
            plan.steps = list(_steps(plan.kind, plan.now, plan.then, names))


def _conflict(kind: Kind, key: str, values: tuple[Any, Any, Any], names: Names) -> Conflict:
    one = _field(kind, key)
    left, now, then = (
        "" if value is None and not one.null else value_in_words(kind, one, value, names)
        for value in values
    )
    why = _("Somebody changed it since.")
    return Conflict(why, label=label_of(one), left=left, now=now, then=then)


def _steps(kind: Kind, now: State, then: State, names: Names) -> Iterable[Step]:
    for key in differing(now, then):
        one = _field(kind, key)
        if one.name in SILENT:
            continue
        said = [value_in_words(kind, one, state[key], names) for state in (now, then)]
        yield Step(label_of(one), *said)


def _field(kind: Kind, key: str) -> Any:
    return next(one for one in (*kind.fields, *kind.links) if key_of(one) == key)


def _digest(records: Sequence[RecordPlan]) -> str:
    """The same only while every record is as the plan found it."""
    seen = [
        (plan.kind.slug, plan.record, sorted((key, _plain(value)) for key, value in now.items()))
        for plan in records
        for now in [plan.now or {}]
    ]
    return hashlib.sha256(json.dumps(seen, default=str).encode()).hexdigest()[:32]


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else str(value)
