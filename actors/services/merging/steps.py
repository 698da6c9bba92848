"""What a merge does to rows, step by step, each with all it takes to go back.

A step is a dict as JSON holds it; ``Merge.moved`` is the list of them in the order they were made:

* ``{"did": "changed", "model", "pk", "before": {field: value}, "after": {field: value}}``
* ``{"did": "deleted", "model", "pk", "before": {field: value}, "sets": {field: [pk]}}``
* ``{"did": "created", "model", "pk", "after": {field: value}}``
* ``{"did": "linked" | "unlinked", "model", "pk", "field", "ids": [pk]}``

Values are strings as ``Field.value_to_string`` writes them, None for none. What a person alone may
say stays out of the history of its model, and out of here.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.apps import apps
from django.db.models import ForeignKey, Model

from ecosystem.common.versions import record_change

Step = dict[str, Any]

BOOKKEEPING: Final = frozenset({"version", "updated_at"})
"""Change with every save and say nothing about the record."""


def has_history(model: type[Model]) -> bool:
    """Whether people edit it. What has none is worked out anew (places on a map), or tells what
    happened (earlier merges): it stays where it is."""
    return hasattr(model._meta, "simple_history_manager_attribute")


def is_personal(model: type[Model]) -> bool:
    """Whether its history leaves fields out, because a person's data must be able to leave."""
    kept = {field.name for field in model.history.model.tracked_fields}  # type: ignore[attr-defined]
    return bool({field.name for field in model._meta.concrete_fields} - kept)


def model_of(step: Mapping[str, Any]) -> Any:
    return apps.get_model(step["model"])


def value_of(row: Model, field: Any) -> Any:
    """A field's value as JSON holds it."""
    return None if field.value_from_object(row) is None else field.value_to_string(row)


def values_of(row: Model, names: Iterable[str]) -> dict[str, Any]:
    return {name: value_of(row, row._meta.get_field(name)) for name in names}


def set_value(row: Model, field: Any, value: Any) -> None:
    setattr(row, field.attname, None if value is None else field.to_python(value))
    if isinstance(field, ForeignKey) and field.is_cached(row):
        field.delete_cached_value(row)


def own_fields(model: type[Model]) -> list[str]:
    """Fields that make up a row, without its number."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name not in BOOKKEEPING
    ]


class Recorder:
    """Makes steps and keeps them. ``reason`` goes into the history of each row."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self.steps: list[Step] = []

    def change(self, row: Any, **values: Any) -> None:
        """Give fields of a row these values, as Python has them; store it when it differs."""
        model = type(row)
        before = values_of(row, values)
        for name, value in values.items():
            setattr(row, name, value)
        after = values_of(row, values)
        changed = [name for name in values if before[name] != after[name]]
        if not changed:
            return
        row._change_reason = self.reason
        with record_change(row):
            row.save()
        self.steps.append(
            {
                "did": "changed",
                "model": model._meta.label,
                "pk": row.pk,
                "before": {name: before[name] for name in changed},
                "after": {name: after[name] for name in changed},
            }
        )

    def create(self, row: Any) -> None:
        row._change_reason = self.reason
        row.save()
        self.steps.append(
            {
                "did": "created",
                "model": type(row)._meta.label,
                "pk": row.pk,
                "after": values_of(row, own_fields(type(row))),
            }
        )

    def delete(self, row: Any) -> None:
        self.steps.append(
            {
                "did": "deleted",
                "model": type(row)._meta.label,
                "pk": row.pk,
                "before": values_of(row, own_fields(type(row))),
                "sets": {
                    field.name: sorted(getattr(row, field.name).values_list("pk", flat=True))
                    for field in row._meta.many_to_many
                },
            }
        )
        row._change_reason = self.reason
        row.delete()

    def link(self, row: Any, field: str, ids: Iterable[int]) -> None:
        """Add to a set of a row what is not in it yet."""
        there = set(getattr(row, field).values_list("pk", flat=True))
        self._relink("linked", row, field, sorted(set(ids) - there))

    def unlink(self, row: Any, field: str, ids: Iterable[int]) -> None:
        there = set(getattr(row, field).values_list("pk", flat=True))
        self._relink("unlinked", row, field, sorted(set(ids) & there))

    def _relink(self, did: str, row: Any, field: str, ids: list[int]) -> None:
        if not ids:
            return
        row._change_reason = self.reason
        chosen = getattr(row, field)
        (chosen.add if did == "linked" else chosen.remove)(*ids)
        self.steps.append(
            {"did": did, "model": type(row)._meta.label, "pk": row.pk, "field": field, "ids": ids}
        )
