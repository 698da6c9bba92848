"""Parting two records that were made one."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ForeignKey
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from actors.models import Actor, Merge
from actors.services.revisions import map_change

from .merge import REASON_LENGTH
from .steps import Step, model_of, set_value, value_of


class CannotPart(Exception):
    """Why the two can't be parted any longer, in a sentence. Nothing was written."""


def part_again(merge: Merge) -> None:
    """Put every row back to where and what it was, in one transaction; versions only rise.

    What was added to the record that stayed since then stays with it. Sent twice, nothing more
    happens. Raises ``CannotPart`` when a row that the merge touched was changed since, in what the
    merge changed, or is gone, and when the record that stayed was merged further.
    """
    with transaction.atomic():
        merge = Merge.objects.select_for_update().get(pk=merge.pk)
        if merge.undone_at is not None:
            return
        actors = Actor.objects.select_for_update().in_bulk([merge.kept_id, merge.merged_id])
        kept = actors[merge.kept_id]
        if kept.merged_into_id is not None:
            raise CannotPart(
                _("%(name)s was merged into another organization since: undo that merge first.")
                % {"name": kept.name}
            )
        rows = _rows(merge.moved)
        _check(merge.moved, rows)
        reason = _("The merge with %(name)s undone") % {"name": actors[merge.merged_id].name}
        rows |= {
            key: model(pk=key[1])
            for step in merge.moved
            if step["did"] == "deleted"
            for model in [model_of(step)]
            for key in [(step["model"], step["pk"])]
        }
        try:
            with transaction.atomic(), map_change(*rows.values()):
                for step in reversed(merge.moved):
                    row = rows[step["model"], step["pk"]]
                    row._change_reason = Truncator(reason).chars(REASON_LENGTH)
                    _take_back(row, step)
        except IntegrityError as error:
            raise CannotPart(
                _(
                    "Something that the merge put together was entered anew since, so both can't "
                    "stand side by side again. Correct the records by hand."
                )
            ) from error
        merge.undone_at = timezone.now()
        merge.save(update_fields=["undone_at"])


def _rows(steps: list[Step]) -> dict[tuple[str, Any], Any]:
    """The rows that the merge left in place, by model and number."""
    gone = {(step["model"], step["pk"]) for step in steps if step["did"] == "deleted"}
    numbers: defaultdict[str, set[Any]] = defaultdict(set)
    for step in steps:
        if (step["model"], step["pk"]) not in gone:
            numbers[step["model"]].add(step["pk"])
    found: dict[tuple[str, Any], Any] = {}
    for label, pks in numbers.items():
        model = model_of({"model": label})
        stored = model._base_manager.select_for_update().in_bulk(pks)
        for pk in pks:
            if pk not in stored:
                raise CannotPart(
                    _("A record that the merge moved is gone: %(what)s number %(number)s.")
                    % {"what": model._meta.verbose_name, "number": pk}
                )
            found[label, pk] = stored[pk]
    return found


def _check(steps: list[Step], rows: Mapping[tuple[str, Any], Any]) -> None:
    """Refuse when a row does not say any longer what the merge made it say last."""
    last: dict[tuple[str, Any], dict[str, Any]] = {}
    for step in steps:
        if step["did"] in ("changed", "created"):
            last.setdefault((step["model"], step["pk"]), {}).update(step["after"])
    for key, values in last.items():
        row = rows.get(key)
        if row is None:
            continue
        for name, value in values.items():
            field = row._meta.get_field(name)
            if value_of(row, field) != value:
                raise CannotPart(
                    _(
                        "“%(field)s” of %(what)s “%(record)s” was changed after the merge. Undoing "
                        "it would lose that change: revert it first."
                    )
                    % {
                        "field": field.verbose_name,
                        "what": row._meta.verbose_name,
                        "record": Truncator(str(row)).chars(80),
                    }
                )


def _take_back(row: Any, step: Step) -> None:
    match step["did"]:
        case "changed":
            _set(row, step["before"])
            row.save()
        case "created":
            row.delete()
        case "deleted":
            _bring_back(row, step)
        case "linked":
            getattr(row, step["field"]).remove(*step["ids"])
        case "unlinked":
            getattr(row, step["field"]).add(*_still_there(row, step["field"], step["ids"]))


def _bring_back(row: Any, step: Step) -> None:
    _set(row, step["before"])
    version = getattr(row, "version", None)
    row._state.adding = True
    row.save(force_insert=True)
    for name, ids in step["sets"].items():
        getattr(row, name).add(*_still_there(row, name, ids))
    if "created_at" in step["before"]:  # the first save of a row writes the moment itself
        _set(row, {"created_at": step["before"]["created_at"]})
        type(row)._base_manager.filter(pk=row.pk).update(created_at=row.created_at)
    if version is not None:
        row.version = version


def _set(row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        field = row._meta.get_field(name)
        set_value(row, field, _named(field, value))


def _named(field: Any, value: Any) -> Any:
    """The number of another row; none when that one is gone and need not be named."""
    if value is None or not isinstance(field, ForeignKey):
        return value
    target: Any = field.related_model
    if target._base_manager.filter(pk=value).exists():
        return value
    if field.null:
        return None
    raise CannotPart(
        _("What a record of the merge belonged to is gone: %(what)s number %(number)s.")
        % {"what": target._meta.verbose_name, "number": value}
    )


def _still_there(row: Any, field: str, ids: list[int]) -> list[int]:
    target = row._meta.get_field(field).related_model
    return list(target._base_manager.filter(pk__in=ids).values_list("pk", flat=True))
