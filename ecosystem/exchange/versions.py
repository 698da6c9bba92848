"""Rows stored in bulk together with their history, as ``save()`` would have stored them.

The history of a row includes what its many-to-many fields held, so that every version can be
reverted to, the first one too.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Model

CHUNK = 5_000  # ids in one query; SQLite takes 32,766 parameters


def chunks(items: Iterable[Any]) -> Iterable[list[Any]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def linked_ids(model: Any, field_name: str, ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """What a many-to-many field holds, in the order in which it was filled, by row."""
    field = model._meta.get_field(field_name)
    mine, theirs = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
    found = defaultdict(list)
    for chunk in chunks(ids):
        rows = field.remote_field.through._base_manager.filter(**{f"{mine}__in": chunk})
        for one, other in rows.order_by("pk").values_list(mine, theirs):
            found[one].append(other)
    return {one: tuple(others) for one, others in found.items()}


def link(model: Any, field_name: str, ids_by_row: dict[int, Sequence[int]]) -> None:
    """Make a many-to-many field hold just these, in this order."""
    field = model._meta.get_field(field_name)
    mine, theirs = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
    through = field.remote_field.through
    for chunk in chunks(ids_by_row):
        through._base_manager.filter(**{f"{mine}__in": chunk}).delete()
    through._base_manager.bulk_create(
        through(**{mine: one, theirs: other})
        for one, others in ids_by_row.items()
        for other in others
    )


def record_versions(
    model: Any, records: Sequence[Model], *, created: bool, reason: str, when: datetime
) -> None:
    """Add a version of each record, as it is stored now, to its history."""
    if not records:
        return
    versions = model.history.bulk_history_create(
        records,
        update=not created,
        default_change_reason=reason,
        default_date=when,
    )
    version_of = {version.id: version.pk for version in versions}
    for field in model.history.model._history_m2m_fields:
        mine = f"{field.m2m_field_name()}_id"
        through = field.remote_field.through
        names = [each.attname for each in through._meta.fields]
        past_link = getattr(model.history.model, field.name).model
        for chunk in chunks(version_of):
            rows = through._base_manager.filter(**{f"{mine}__in": chunk}).order_by("pk")
            past_link._base_manager.bulk_create(
                past_link(history_id=version_of[row[mine]], **row) for row in rows.values(*names)
            )


def past_values(
    model: Any, ids: Iterable[int], fields: Sequence[str]
) -> dict[int, list[tuple[str | None, dict[str, Any]]]]:
    """Each row's versions, oldest first: why it came about, and what these fields held then.

    ``sources`` among the fields is a tuple of ids.
    """
    history = model.history.model
    columns = [field for field in fields if field != "sources"]
    found: dict[int, list[tuple[str | None, dict[str, Any]]]] = defaultdict(list)
    for chunk in chunks(ids):
        versions = (
            history._base_manager.filter(id__in=chunk)
            .order_by("history_date", "history_id")
            .values("id", "history_id", "history_change_reason", *columns)
        )
        sources: dict[int, list[int]] = defaultdict(list)
        if "sources" in fields:
            past_link = history.sources.model
            for version, source in (
                past_link._base_manager.filter(history__id__in=chunk)
                .order_by("id")
                .values_list("history_id", "source_id")
            ):
                sources[version].append(source)
        for version in versions:
            values = {field: version[field] for field in columns}
            if "sources" in fields:
                values["sources"] = tuple(sources[version["history_id"]])
            found[version["id"]].append((version["history_change_reason"], values))
    return found
