"""Undoing: one change, or what one person changed in a period.

First a plan says what would happen to each record (``undo_plan``); then it is carried out, in one
transaction, if nothing changed in between. What is undone is a change like any other, with its
reason, and can be undone itself.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from actors.models import City
from actors.services import map_change
from ecosystem.history.kinds import KINDS
from ecosystem.history.states import current_states
from ecosystem.selectors.history import Asked, Group
from ecosystem.services.undo_plan import Plan, RecordPlan, Stale, plan_change, plan_person

LONGEST_REASON: Final = 100


def undo_change(
    group: Group, city: City | None, *, by: User, seen: str, reason: str, anyway: bool = False
) -> Plan:
    """Undo one change, if everything is as ``seen`` says.

    Raises ``Stale`` when it is not, when a conflict is left, or the result would break a rule.
    """
    with transaction.atomic():
        _one_at_a_time(city)
        plan = plan_change(group, city, by, anyway=anyway)
        if plan.seen != seen or plan.in_conflict:
            raise Stale
        _carry_out(plan, by=by, reason=reason)
    return plan


def undo_person(
    city: City | None, asked: Asked, *, by: User, seen: str, reason: str, leave_out: bool = False
) -> Plan:
    """Undo what one person changed, all of it or nothing.

    Records in conflict are left as they are only with ``leave_out``; without it they stop
    everything. Raises as ``undo_change`` does, and ``TooMany``.
    """
    with transaction.atomic():
        _one_at_a_time(city)
        plan = plan_person(city, by, asked)
        if plan.seen != seen or (plan.in_conflict and not leave_out):
            raise Stale
        _carry_out(plan, by=by, reason=reason)
    return plan


def _one_at_a_time(city: City | None) -> None:
    """Undoing in one city; what belongs to none is locked row by row."""
    if city is not None:
        City.objects.select_for_update().get(pk=city.pk)


def _carry_out(plan: Plan, *, by: User, reason: str) -> None:
    """What goes first, then what comes back, owners before what hangs on them, then the rest."""
    chosen = plan.at_work
    removed = [one for one in reversed(chosen) if one.way == "remove"]
    restored = [one for one in chosen if one.way == "restore"]
    changed = [one for one in chosen if one.way in ("change", "archive")]
    records = {id(one): _record(one) for one in (*removed, *restored, *changed)}
    for record in records.values():
        record._change_reason = reason[:LONGEST_REASON]
        record._history_user = by
    try:
        with map_change(*records.values()):
            _check_locked(plan.at_work)
            for one in removed:
                records[id(one)].delete()
            for one in (*restored, *changed):
                _store(records[id(one)], one)
    except ValidationError as error:
        raise Stale(error.messages) from error
    except IntegrityError as error:
        why = _("Another record stands in the way. Look at what is stored now.")
        raise Stale([why]) from error


def _check_locked(plans: Sequence[RecordPlan]) -> None:
    """Now that their rows are locked: they are still as the plan found them."""
    for kind in KINDS.values():
        own = [plan for plan in plans if plan.kind is kind]
        now = current_states(kind, [plan.record for plan in own])
        if any(now.get(plan.record) != plan.now for plan in own):
            raise Stale


def _record(plan: RecordPlan) -> Any:
    if plan.way == "restore":
        return plan.kind.model(pk=plan.record)
    return plan.kind.stored.select_for_update().get(pk=plan.record)


def _store(record: Any, plan: RecordPlan) -> None:
    then: Any = plan.then
    for one in plan.kind.fields:
        setattr(record, one.attname, then[one.attname])
    record.validate_unique()
    record.validate_constraints()
    record.save()
    for link in plan.kind.links:
        wanted = set(then[link.name])
        there = link.related_model._base_manager.filter(pk__in=wanted)
        manager = getattr(record, link.name)
        if set(manager.values_list("pk", flat=True)) != wanted:
            manager.set(there)
