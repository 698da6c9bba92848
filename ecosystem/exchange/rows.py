"""What a plan is made of."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class PlannedRow:
    """A row of a table on its way to the database. ``number`` is its row in the file.

    ``fields`` are compared with what is stored; a record of another table stands there as its
    short name, an issue as its name, sources as citations. ``only_new`` are defaults that are used
    when the row is new, since the table lacks their column. ``broken`` fields hold no value.
    """

    number: int
    fields: dict[str, Any]
    only_new: dict[str, Any] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def __getitem__(self, name: str) -> Any:
        return self.fields[name] if name in self.fields else self.only_new.get(name)


@dataclass(frozen=True)
class Plan:
    """Checked rows by file, and the titles of sources by citation."""

    rows: dict[str, list[PlannedRow]]
    titles: dict[str, str]
