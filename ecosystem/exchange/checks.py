"""Rows against each other: what no cell shows alone."""

from collections.abc import Mapping

from django.utils.text import slugify
from django.utils.translation import gettext as _

from ecosystem.exchange.columns import (
    ACTORS,
    CITIES,
    COLLABORATIVES,
    RELATIONSHIPS,
    TABLES,
)
from ecosystem.exchange.problems import Problems, Sentence, quoted, unknown_word
from ecosystem.exchange.rows import PlannedRow

Rows = Mapping[str, list[PlannedRow]]

NAMED = (CITIES, ACTORS, COLLABORATIVES)  # tables that others refer to


def _one_of(file: str) -> Sentence:
    sentences = {
        CITIES: _("a city of %(file)s"),
        ACTORS: _("an actor of %(file)s"),
        COLLABORATIVES: _("a collaborative of %(file)s"),
    }
    return sentences[file] % {"file": file}


def check_references(tables: Mapping[str, list[PlannedRow] | None], problems: Problems) -> None:
    """What a row names must be in its table. A table that could not be read is not asked."""
    known = {
        file: {row.fields["slug"] for row in rows} - {""}
        for file, rows in tables.items()
        if rows is not None and file in NAMED
    }
    for table in TABLES:
        for column in table.columns:
            slugs = known.get(column.refers_to)
            if slugs is None:
                continue
            for row in tables[table.file] or ():
                name = row.fields[column.field]
                if name is not None and name not in slugs and column.field not in row.broken:
                    reason = (
                        ""  # it would only be counted, and looking for near words takes time
                        if problems.are_many
                        else unknown_word(
                            name, _one_of(column.refers_to), sorted(slugs), all_named=False
                        )
                    )
                    problems.add(reason, table.file, row.number, column.name)


def check_places(rows: Rows, problems: Problems) -> None:
    for file in (CITIES, ACTORS):
        for row in rows[file]:
            latitude, longitude = row.fields["latitude"], row.fields["longitude"]
            if (latitude is None) != (longitude is None):
                missing = "latitude" if latitude is None else "longitude"
                problems.add(
                    _("is blank, though the other half of the place is there."),
                    file,
                    row.number,
                    missing,
                )


def check_ends(rows: Rows, problems: Problems) -> None:
    for row in rows[RELATIONSHIPS]:
        started, ended = row["started_on"], row["ended_on"]
        whole = row.broken.isdisjoint({"started_on", "ended_on"})
        if whole and started and ended and ended < started:
            problems.add(
                _("%(ended)s is before the tie started, on %(started)s.")
                % {"ended": quoted(str(ended)), "started": started},
                RELATIONSHIPS,
                row.number,
                "ended_on",
            )


def check_repeats(rows: Rows, problems: Problems) -> None:
    """No two rows may be the same record; nor two issues the same address."""
    for table in TABLES:
        first: dict[tuple[object, ...], int] = {}
        for row in rows[table.file]:
            if not row.broken.isdisjoint(table.key):
                continue
            key = tuple(row[name] for name in table.key)
            earlier = first.setdefault(key, row.number)
            if earlier != row.number:
                problems.add(
                    _("repeats row %(earlier)d (%(key)s).")
                    % {
                        "earlier": earlier,
                        "key": ", ".join(str(part) for part in key if part not in (None, "")),
                    },
                    table.file,
                    row.number,
                )
    for row in rows[COLLABORATIVES]:
        issue = row.fields["issue"]
        if issue and not slugify(issue):
            problems.add(
                _("%(text)s has no letter from a to z to make an address of.")
                % {"text": quoted(issue)},
                COLLABORATIVES,
                row.number,
                "issue_area",
            )


def check_parts(actors: list[PlannedRow], problems: Problems) -> None:
    """Nothing is part of itself, not through others either. Each circle is told once."""
    whole_of = {row.fields["slug"]: row.fields["part_of"] for row in actors}
    row_of = {row.fields["slug"]: row.number for row in actors}
    done: set[str] = set()
    for start in whole_of:
        path: list[str] = []
        at = start
        while at in whole_of and at not in done:
            if at in path:
                circle = [*path[path.index(at) :], at]
                problems.add(
                    _("goes round in a circle: %(circle)s.") % {"circle": " → ".join(circle)},
                    ACTORS,
                    row_of[at],
                    "part_of",
                )
                break
            path.append(at)
            at = whole_of[at]
        done.update(path)
