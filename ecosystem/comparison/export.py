"""The comparison as a table for other programs: one line for each figure of each city."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from ecosystem.comparison.rows import equal_rows, sections
from ecosystem.payloads import DIGITS
from ecosystem.services.comparison import ComparedCity

COLUMNS = (
    *("city", "name", "state", "stage", "population", "as_of"),
    *("section", "figure", "label", "value", "words", "rests_on", "enough_for_an_order"),
)

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"""A spreadsheet takes a text that begins with one of these for a formula, or drops the sign."""

BOM = "\ufeff"
"""Tells Excel that the file is in UTF-8."""


def comparison_csv(cities: Sequence[ComparedCity]) -> str:
    """All figures; empty cells are undefined."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in _lines(cities):
        writer.writerow([harmless(cell) for cell in line])
    return BOM + file.getvalue()


def harmless(value: object) -> str:
    """A cell that no spreadsheet takes for a formula: such text gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{round(value, DIGITS):g}" if value.is_integer() else repr(round(value, DIGITS))
    text = str(value)
    is_text = isinstance(value, str)
    return f"'{text}" if is_text and text.startswith(FORMULA_SIGNS) else text


def _lines(cities: Sequence[ComparedCity]) -> Iterator[tuple[object, ...]]:
    found = sections(cities)
    equal = equal_rows(cities)
    for position, compared in enumerate(cities):
        city = compared.city
        head = (
            city.slug,
            city.name,
            city.state,
            city.get_stage_display(),
            city.population,
            compared.figures.as_of.isoformat(),
        )
        for section in found:
            for row in section.rows:
                one = row.values[position]
                enough = "yes" if one.ranked else "no"
                figure = (section.slug, row.slug, row.label, one.number, one.said, one.base)
                yield (*head, *figure, enough)
        for pair in equal:
            raw, expected = pair.pairs[position]
            for slug, one in (("recorded", raw), ("at_equal_coverage", expected)):
                figure = ("equal_coverage", slug, pair.label, one.number, one.said, one.base)
                yield (*head, *figure, "yes" if one.ranked else "no")
