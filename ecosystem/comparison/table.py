"""The table of all cities: what each has, how much was asked; to be narrowed down and sorted."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy

from actors.filters import folded
from actors.framework import CityStage
from actors.models import City
from ecosystem.analysis.compare import GAP_STATES, CellFigure, is_share_ranked
from ecosystem.comparison.asked import Asked, in_band
from ecosystem.selectors.comparison import Coverage, CoverageCell, IssueCities
from ecosystem.templatetags.ui import state_mark


@dataclass(frozen=True)
class CityRow:
    """One city of the table. ``is_ranked``: enough of its questions are answered for an order."""

    city: City
    coverage: Coverage

    @property
    def size(self) -> int:
        return self.coverage.size

    @property
    def answered_share(self) -> float | None:
        return self.coverage.answered_share

    @property
    def is_ranked(self) -> bool:
        return is_share_ranked(self.coverage.answered_share)

    @property
    def counts(self) -> dict[str, int]:
        """How many skills are covered, confirmed to be short, and not known."""
        states = Counter(cell.state for cell in self.coverage.cells)
        return {
            "covered": states["covered"],
            "gaps": sum(states[state] for state in GAP_STATES),
            "questions": states["unknown"],
        }

    @property
    def strip(self) -> SafeString:
        """Twelve small squares; the numbers beside them say the same."""
        return format_html_join("", "{}", ([square_of(cell)] for cell in self.coverage.cells))


def square_of(cell: CoverageCell | CellFigure) -> SafeString:
    """A cell as a square of the heat map; there are only so many different ones."""
    return _square(cell.state, cell.holders, cell.answered > 0, get_language() or "")


@lru_cache(maxsize=2_000)
def _square(state: str, holders: int, is_asked: bool, language: str) -> SafeString:
    """``language`` is the current one, in which its words are."""
    return state_mark(state, holders, int(is_asked))


Key = Callable[[CityRow], Any]
"""What a city is sorted by; None: it is left out of this order."""

STAGES: Final = list(CityStage.values)

SORTS: Final[Mapping[str, Key]] = {
    "name": lambda row: folded(row.city.name),
    "state": lambda row: row.city.state or None,
    "stage": lambda row: STAGES.index(row.city.stage),
    "population": lambda row: row.city.population,
    "organizations": lambda row: row.size,
    "answered": lambda row: row.answered_share,
    "covered": lambda row: row.counts["covered"] if row.is_ranked else None,
    "gaps": lambda row: row.counts["gaps"] if row.is_ranked else None,
    "questions": lambda row: row.counts["questions"] if row.size else None,
}

GREATEST_FIRST: Final = frozenset(
    {"population", "organizations", "answered", "covered", "gaps", "questions"}
)

LABELS: Final = {
    "name": gettext_lazy("City"),
    "state": gettext_lazy("State"),
    "stage": gettext_lazy("Stage"),
    "population": gettext_lazy("Inhabitants"),
    "organizations": gettext_lazy("Organizations"),
    "answered": gettext_lazy("Questions answered"),
    "covered": gettext_lazy("Skills covered"),
    "gaps": gettext_lazy("Skills short"),
    "questions": gettext_lazy("Skills not known"),
}


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column: a link that sorts by it, or turns the order around."""

    slug: str
    label: str
    url: str
    direction: str
    """Of the table now: ascending, descending or nothing."""


@dataclass(frozen=True, slots=True)
class Table:
    """``ordered`` rows, then those ``left_out`` of this order, by name."""

    ordered: tuple[CityRow, ...]
    left_out: tuple[CityRow, ...]

    @property
    def rows(self) -> tuple[CityRow, ...]:
        return self.ordered + self.left_out


def narrowed(cities: Iterable[City], asked: Asked, issues: Mapping[str, IssueCities]) -> list[City]:
    """The cities that pass every filter; of several values of one filter, any will do."""
    return [
        city
        for city in cities
        if (not asked.stage or city.stage in asked.stage)
        and (not asked.state or city.state in asked.state)
        and (not asked.population or any(in_band(city.population, b) for b in asked.population))
        and (not asked.issue or any(city.pk in issues[issue].cities for issue in asked.issue))
    ]


def make_table(cities: Iterable[City], coverage: Mapping[int, Coverage], sort: str) -> Table:
    """All rows in the order asked for; equal ones by name."""
    rows = sorted(
        (CityRow(city, coverage[city.pk]) for city in cities),
        key=lambda row: (folded(row.city.name), row.city.slug),
    )
    column = sort.removeprefix("-")
    key = SORTS[column]
    found = [(key(row), row) for row in rows]
    ordered = [(value, row) for value, row in found if value is not None]
    reverse = (column in GREATEST_FIRST) != sort.startswith("-")
    ordered.sort(key=lambda pair: pair[0], reverse=reverse)
    return Table(
        tuple(row for _value, row in ordered),
        tuple(row for value, row in found if value is None),
    )


def headings(asked: Asked, address: str) -> list[Heading]:
    """The heads of the columns, in their order."""
    found = []
    for slug, label in LABELS.items():
        is_current = asked.sort.removeprefix("-") == slug
        turned = asked.sort.startswith("-")
        descending = (slug in GREATEST_FIRST) != turned
        direction = ("descending" if descending else "ascending") if is_current else ""
        sort = f"-{slug}" if is_current and not turned else slug
        found.append(Heading(slug, str(label), f"{address}?{asked.query(sort=sort)}", direction))
    return found


def found_and_lost(asked: Sequence[str], visible: Iterable[City]) -> tuple[list[City], list[str]]:
    """The cities asked for, in that order, and the names of none that one may see."""
    by_slug = {city.slug: city for city in visible}
    return (
        [by_slug[slug] for slug in asked if slug in by_slug],
        [slug for slug in asked if slug not in by_slug],
    )
