"""Medians, ratios, growth exponents, and what they are held to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from statistics import linear_regression, median


def median_ratio(times: Sequence[float], base: Sequence[float]) -> float:
    """Median of the ratios of each round: a slow moment slows both, and cancels out."""
    return median(time / other for time, other in zip(times, base, strict=True))


def growth_exponent(times: Mapping[int, float]) -> float:
    """The exponent k of ``time = c · size ** k``, by least squares on the logarithms."""
    return linear_regression(
        [log(size) for size in times], [log(time) for time in times.values()]
    ).slope


@dataclass(frozen=True)
class Limit:
    """The target: at most ``number``, or at least, in the unit of what it is held against."""

    number: float
    at_least: bool = False

    def is_met(self, value: float) -> bool:
        return value >= self.number if self.at_least else value <= self.number


def at_most(number: float) -> Limit:
    return Limit(number)


def at_least(number: float) -> Limit:
    return Limit(number, at_least=True)


@dataclass(frozen=True)
class Row:
    """One line of the table.

    The ``limit`` is on the ``ratio`` if there is one, otherwise on the ``value``. A row with a
    ``problem`` was not measured.
    """

    what: str
    value: float | None = None
    unit: str = "ms"
    ratio: float | None = None
    limit: Limit | None = None
    problem: str = ""

    @property
    def verdict(self) -> str:
        if self.problem:
            return "failed"
        held = self.value if self.ratio is None else self.ratio
        if self.limit is None or held is None:
            return ""
        return "ok" if self.limit.is_met(held) else "OVER"

    def cells(self) -> list[str]:
        limit = ""
        if self.limit:
            sign = "≥" if self.limit.at_least else "≤"
            unit = "×" if self.ratio is not None else f" {self.unit}".rstrip()
            limit = f"{sign} {self.limit.number:g}{unit}"
        return [
            self.what,
            "" if self.value is None else f"{in_three_digits(self.value)} {self.unit}".rstrip(),
            "" if self.ratio is None else f"{in_three_digits(self.ratio)}×",
            limit,
            self.verdict,
        ]


def not_measured(what: str, problem: Exception) -> Row:
    """Whatever stops one thing, the others are measured."""
    return Row(what, problem=f"{type(problem).__name__}: {problem}")


def in_three_digits(number: float) -> str:
    """As many decimals as make three digits; whole numbers as they are."""
    if number == int(number):
        return f"{number:,.0f}"
    decimals = 3 if abs(number) < 1 else 2 if abs(number) < 10 else 1 if abs(number) < 100 else 0
    return f"{number:,.{decimals}f}"


HEADINGS = ["what", "median", "ratio", "target", ""]


def table(rows: Sequence[Row]) -> str:
    """The rows in columns, each problem on a line of its own below its row."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    shown = []
    for number, line in enumerate(lines):
        first, *others = [
            cell.ljust(width) if column in (0, 4) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        shown.append("  ".join([first, *others]).rstrip())
        if number and (problem := rows[number - 1].problem):
            shown.append(f"    {problem}")
    return "\n".join(shown)
