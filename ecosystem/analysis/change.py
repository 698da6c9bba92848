"""What changed between two snapshots of a city map (G21).

Pure: it works on the tables of ``ecosystem.analysis.snapshot``. A row is known by its key, so that
an organization that was given another slug left under the one and came under the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ecosystem.analysis.cells import Cell, State, cells, tally_statements
from ecosystem.analysis.index import index_data
from ecosystem.analysis.snapshot import TABLES, Row, Table, Values, from_values

FieldChanges: TypeAlias = Mapping[str, tuple[Any, Any]]
"""From what to what, by field."""


@dataclass(frozen=True, slots=True)
class TableChange:
    """What happened in one table, by key: whole rows that came or left, and fields that changed."""

    came: Mapping[str, Row] = field(default_factory=dict)
    left: Mapping[str, Row] = field(default_factory=dict)
    changed: Mapping[str, FieldChanges] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.came or self.left or self.changed)

    @property
    def count(self) -> int:
        """Number of rows that came, left or changed."""
        return len(self.came) + len(self.left) + len(self.changed)


@dataclass(frozen=True, slots=True)
class CellChange:
    """A competency that is in another state (``from`` is a keyword of Python, hence ``from_``).

    ``holders_before`` and ``holders_after`` are slugs, in order.
    """

    competency: str
    from_: State
    to: State
    holders_before: tuple[str, ...]
    holders_after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The difference of two snapshots.

    ``tables`` has every table of the values, also those in which nothing happened; ``cells``
    follow from them, in framework order.
    """

    tables: Mapping[str, TableChange]
    cells: tuple[CellChange, ...] = ()

    def __bool__(self) -> bool:
        return any(self.tables.values())

    @property
    def actors(self) -> TableChange:
        return self.tables["actors"]

    @property
    def ties(self) -> TableChange:
        return self.tables["ties"]

    @property
    def statements(self) -> TableChange:
        return self.tables["statements"]

    @property
    def memberships(self) -> TableChange:
        return self.tables["memberships"]


def difference(before: Values, after: Values) -> Change:
    """What makes ``after`` of ``before``: ``apply(before, difference(before, after)) == after``.

    Cells are compared under the method of today on both sides, whatever method the snapshots were
    taken with, so that a new method is never told as a change of the city.

    Raises
    ------
    ValueError, KeyError
        If either is not in the form of ``to_values``, or contradicts itself or the framework.
    """
    return Change(
        {table: _table_change(before[table], after[table]) for table in TABLES},
        _changed_cells(_cells_of(before), _cells_of(after)),
    )


def apply(before: Values, change: Change) -> Values:
    """The values after the change. ``before`` stays as it is.

    Raises
    ------
    ValueError
        If the change was not made from these values: a row that comes is there already, one that
        leaves or changes is not, or is another.
    """
    return {table: _applied(table, before[table], change.tables[table]) for table in TABLES}


def _table_change(before: Table, after: Table) -> TableChange:
    return TableChange(
        came={key: row for key, row in sorted(after.items()) if key not in before},
        left={key: row for key, row in sorted(before.items()) if key not in after},
        changed={
            key: {
                name: (row.get(name), after[key].get(name))
                for name in sorted({*row, *after[key]})
                if row.get(name) != after[key].get(name)
            }
            for key, row in sorted(before.items())
            if key in after and row != after[key]
        },
    )


def _applied(name: str, before: Table, change: TableChange) -> Table:
    table = {key: dict(row) for key, row in before.items()}
    for key, row in change.left.items():
        if table.pop(key, None) != row:
            raise ValueError(f"{name}: {key!r} that leaves is not there, or is another.")
    for key, fields in change.changed.items():
        if key not in table:
            raise ValueError(f"{name}: {key!r} that changes is not there.")
        for one, (old, new) in fields.items():
            if table[key].get(one) != old:
                raise ValueError(f"{name}: {one} of {key!r} is not {old!r}.")
            table[key][one] = new
    for key, row in change.came.items():
        if key in table:
            raise ValueError(f"{name}: {key!r} that comes is there already.")
        table[key] = dict(row)
    return dict(sorted(table.items()))


def _cells_of(values: Values) -> tuple[Cell, ...]:
    index = index_data(from_values(values).data)
    return cells(index, tally_statements(index))


def _changed_cells(before: tuple[Cell, ...], after: tuple[Cell, ...]) -> tuple[CellChange, ...]:
    return tuple(
        CellChange(old.competency, old.state, new.state, old.holders, new.holders)
        for old, new in zip(before, after, strict=True)
        if old.state != new.state
    )
