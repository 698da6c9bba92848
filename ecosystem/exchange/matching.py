"""Which stored record a planned row is, and which of its values may be changed."""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, TypeVar

Row = TypeVar("Row")
Record = TypeVar("Record")


def match_rows(
    rows: Sequence[Row],
    records: Sequence[Record],
    keys: Sequence[Sequence[str]],
    *,
    value_of_row: Callable[[Row, str], Any],
    is_ours: Callable[[Record], bool],
) -> list[Record | None]:
    """The record of each row, or none where the row is new.

    By the first key a row is any record that has the same values. By every further, looser key
    it is one that an earlier load brought (``is_ours``): what people added is never taken for a
    row that merely looks like it. Among equals, order decides.
    """
    found: list[Record | None] = [None] * len(rows)
    open_rows = list(range(len(rows)))
    taken: set[int] = set()
    for strictness, key in enumerate(keys):
        waiting: dict[tuple[Any, ...], deque[int]] = defaultdict(deque)
        for place, record in enumerate(records):
            if place not in taken and (strictness == 0 or is_ours(record)):
                waiting[tuple(getattr(record, name) for name in key)].append(place)
        still_open = []
        for position in open_rows:
            queue = waiting.get(tuple(value_of_row(rows[position], name) for name in key))
            if queue:
                place = queue.popleft()
                taken.add(place)
                found[position] = records[place]
            else:
                still_open.append(position)
        open_rows = still_open
    return found


def ours_to_change(
    fields: Iterable[str],
    now: dict[str, Any],
    versions: Sequence[tuple[str | None, dict[str, Any]]],
    reasons: Collection[str],
) -> set[str]:
    """The fields whose present value a load brought, so that another load may change it.

    ``versions`` is the record's history, oldest first. A value that people wrote stays, whatever
    the folder says, and so does one that no version knows.
    """
    ours = set()
    for field in fields:
        why = None
        for reason, values in reversed(versions):
            if values[field] != now[field]:
                break
            why = reason
        if why in reasons:
            ours.add(field)
    return ours
