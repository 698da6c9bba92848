"""A folder of tables → what to store, or every problem in it. Reads no database."""

from datetime import date
from pathlib import Path

from django.utils.text import slugify
from django.utils.translation import gettext as _

from ecosystem.exchange import checks
from ecosystem.exchange.cells import is_code_repository
from ecosystem.exchange.columns import (
    ACTORS,
    CITIES,
    COMPETENCIES,
    CRITERIA,
    FILES,
    PROJECTS,
    RESOURCES,
    TABLES,
    Column,
    Table,
)
from ecosystem.exchange.near import near_matches
from ecosystem.exchange.problems import (
    BLANK,
    Problems,
    Unusable,
    quoted,
    unknown_word,
)
from ecosystem.exchange.reader import TextRow, decode, read_bytes, read_rows
from ecosystem.exchange.rows import Plan, PlannedRow

SOURCES = "SOURCES.md"
CENSUS_YEAR = 2020  # of the column population_2020


def plan_folder(folder: Path, map_date: date | None) -> Plan:
    """Read and check the ten tables of ``folder``.

    ``map_date`` is the day that cities without one of their own describe. Raises ``Refused`` with
    every problem found.
    """
    problems = Problems()
    if not folder.is_dir():
        problems.add(_("is not a folder."), str(folder))
        problems.refuse_if_any(FILES)
    tables = {table.file: _read_table(folder, table, problems) for table in TABLES}
    checks.check_references(tables, problems)
    rows = {file: found or [] for file, found in tables.items()}
    _find_givers(rows, tables[ACTORS] is not None, problems)
    for check in (checks.check_places, checks.check_ends, checks.check_repeats):
        check(rows, problems)
    checks.check_parts(rows[ACTORS], problems)
    titles = _read_titles(folder, problems)
    problems.refuse_if_any(FILES)
    _derive(rows, map_date)
    return Plan(rows, titles)


def _read_table(folder: Path, table: Table, problems: Problems) -> list[PlannedRow] | None:
    """The rows of a table, or none at all where the file itself is broken."""
    path = folder / table.file
    if not path.exists():
        others = [other.name for other in folder.iterdir() if other.name not in FILES]
        near = near_matches(table.file, others)
        problems.add(
            _("is missing; there is %(near)s.") % {"near": quoted(near[0])}
            if near
            else _("is missing."),
            table.file,
        )
        return None
    try:
        return _read_rows(table, read_bytes(path), problems)
    except Unusable as unusable:
        problems.add(unusable.reason, table.file)
        return None


def _read_rows(table: Table, content: bytes, problems: Problems) -> list[PlannedRow] | None:
    texts = list(read_rows(content))
    if not texts:
        raise Unusable(_("is empty; the first row names the columns."))
    columns = _match_header(table, texts[0], problems)
    if columns is None:
        return None
    return [
        row for text in texts[1:] if (row := _read_row(table, columns, text, problems)) is not None
    ]


def _match_header(table: Table, header: TextRow, problems: Problems) -> list[Column] | None:
    """The columns in the order of the header. Blank names at its end are spare cells."""
    names = list(header.cells)
    while names and not names[-1]:
        names.pop()
    known = {column.name: column for column in table.columns}
    before = len(problems.found) + problems.left_out
    if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
        problems.add(_("has no commas between its columns."), table.file, header.number)
        return None
    for position, name in enumerate(names):
        if not name:
            problems.add(
                _("column %(number)d has no name.") % {"number": position + 1},
                table.file,
                header.number,
            )
        elif name in names[:position]:
            problems.add(
                _("the column %(name)s is there twice.") % {"name": quoted(name)},
                table.file,
                header.number,
            )
        elif name not in known:
            problems.add(
                unknown_word(name, _("a column of this table"), list(known)),
                table.file,
                header.number,
            )
    for column in table.columns:
        if not column.optional and column.name not in names:
            problems.add(
                _("the column %(name)s is missing.") % {"name": quoted(column.name)},
                table.file,
                header.number,
            )
    if len(problems.found) + problems.left_out > before:
        return None
    return [known[name] for name in names]


def _read_row(
    table: Table, columns: list[Column], text: TextRow, problems: Problems
) -> PlannedRow | None:
    cells = text.cells
    if len(cells) < len(columns) or any(cells[len(columns) :]):
        problems.add(
            _("has %(cells)d cells, but the header names %(columns)d columns.")
            % {"cells": len(cells), "columns": len(columns)},
            table.file,
            text.number,
        )
        return None
    row = PlannedRow(text.number, {})
    for column, cell in zip(columns, cells, strict=False):
        row.fields[column.field] = column.blank
        if not cell:
            if column.filled:
                problems.add(BLANK, table.file, text.number, column.name)
                row.broken.add(column.field)
            continue
        try:
            row.fields[column.field] = column.read(cell)
        except Unusable as unusable:
            problems.add(unusable.reason, table.file, text.number, column.name)
            row.broken.add(column.field)
            # What other rows refer to, or what is referred to, stays known as it was written.
            row.fields[column.field] = cell
    for column in table.columns:
        if column.field not in row.fields:
            row.only_new[column.field] = column.blank
    return row


def _find_givers(rows: dict[str, list[PlannedRow]], actors_known: bool, problems: Problems) -> None:
    """A giver is an actor's short name, or any other words: then it is the name of the giver.

    Words that look like a short name (no capital, no space) are taken for a slip.
    """
    slugs = {row.fields["slug"] for row in rows[ACTORS]} - {""}
    for row in rows[RESOURCES]:
        name = row.fields["giver_name"]
        row.fields["giver"] = None
        if "giver_name" in row.broken:
            continue
        if name in slugs:
            row.fields |= {"giver": name, "giver_name": ""}
        elif actors_known and name == slugify(name):
            reason = unknown_word(
                name, _("an actor of %(file)s") % {"file": ACTORS}, sorted(slugs), all_named=False
            )
            hint = _("Write the name of a giver that is no actor with a capital letter or a space.")
            problems.add(f"{reason} {hint}", RESOURCES, row.number, "giver_slug_or_name")


def _derive(rows: dict[str, list[PlannedRow]], map_date: date | None) -> None:
    """The values that follow from others."""
    days = {}
    for row in rows[CITIES]:
        row.fields["map_date"] = row.fields.get("map_date") or map_date
        row.fields["population_year"] = None if row.fields["population"] is None else CENSUS_YEAR
        days[row.fields["slug"]] = row.fields["map_date"]
    for row in rows[CITIES]:
        row.only_new.pop("map_date", None)
    home = {row.fields["slug"]: row.fields["city"] for row in rows[ACTORS]}
    for row in rows[COMPETENCIES]:
        day = days.get(home[row.fields["actor"]], map_date)
        row.fields["confirmed_on"] = row.fields.get("confirmed_on") or day
        row.only_new.pop("confirmed_on", None)
    for row in rows[PROJECTS]:
        url = row.fields["url"]
        row.fields["code_url"] = url if is_code_repository(url) else ""
    positions: dict[str, int] = {}
    for row in rows[CRITERIA]:
        collaborative = row.fields["collaborative"]
        positions[collaborative] = row.fields["position"] = positions.get(collaborative, 0) + 1


def _read_titles(folder: Path, problems: Problems) -> dict[str, str]:
    """What SOURCES.md, when there is one, calls each source: ``| source | what it is | … |``."""
    path = folder / SOURCES
    if not path.exists():
        return {}
    try:
        lines = decode(read_bytes(path)).splitlines()
    except Unusable as unusable:
        problems.add(unusable.reason, SOURCES)
        return {}
    titles = {}
    for line in lines:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3 and cells[1].strip("-"):
            titles[cells[0]] = cells[1].removesuffix("(founding document)").strip()
    return titles
