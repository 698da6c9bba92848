"""How a city's map came along, from snapshot to snapshot."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.rules import Viewer
from actors.models import City
from ecosystem.charts import Column, Part, draw_columns
from ecosystem.findings.text import day, say
from ecosystem.selectors.snapshots import Figures, SnapshotRow, load_snapshot_rows
from ecosystem.templatetags.ui import share, state_label

Context: TypeAlias = dict[str, Any]

COLUMNS_SHOWN: Final = 12
"""A year of monthly snapshots; more columns would be too narrow to tell apart."""

STATE_LOOKS: Final = {
    "covered": ("#0f6b63", "#fff"),
    "single": ("#e8a35c", "#fff"),
    "thin": ("#fdeedd", "#a85a00"),
    "absent": ("#fff", "#b8361a"),
    "unknown": ("#e4e1d8", "#fff"),
}
"""Fill and outline of each state, from the bottom of a column up; told apart in grey as well."""

PLAIN: Final = "#0b57a4"


def progress_context(city: City, user: Viewer) -> Context:
    """Key ``progress``: ``answer`` and, from two snapshots on, ``multiples`` (_progress.html).

    One query. Each multiple has ``title``, ``drawing``, ``answer``, ``caption``, ``head`` and
    ``rows`` of its table, oldest first, and ``legend`` where a column has several parts.
    """
    return {"progress": progress_of(load_snapshot_rows(city, user))}


def progress_of(found: Sequence[SnapshotRow]) -> Context:
    """The same of snapshots that were loaded already, newest first."""
    rows = list(reversed(found[:COLUMNS_SHOWN]))
    if len(rows) < 2:
        return {"answer": _too_few(rows), "multiples": []}
    return {
        "answer": _span(rows),
        "multiples": [_skills(rows), _ties(rows), _confirmed(rows), _complete(rows)],
    }


def _span(rows: Sequence[SnapshotRow]) -> str:
    first, last, count = day(rows[0].as_of), day(rows[-1].as_of), len(rows)
    if first == last:  # a map of one past day, taken again when more was found out about it
        pattern = ngettext(
            "%(count)s snapshot, as of %(day)s.",
            "%(count)s snapshots, all as of %(day)s.",
            count,
        )
        return str(say(pattern, count=count, day=first))
    pattern = ngettext(
        "From %(first)s to %(last)s, in %(count)s snapshot.",
        "From %(first)s to %(last)s, in %(count)s snapshots.",
        count,
    )
    return str(say(pattern, first=first, last=last, count=count))


def _too_few(rows: Sequence[SnapshotRow]) -> str:
    if not rows:
        return _(
            "No snapshot of this map was taken yet. From two on, this shows what became of its "
            "skills, its ties and how well it is checked."
        )
    return str(
        say(
            _(
                "One snapshot was taken, of %(day)s. With the next one, this shows what changed "
                "in between."
            ),
            day=day(rows[0].as_of),
        )
    )


def _skills(rows: Sequence[SnapshotRow]) -> Context:
    """The twelve skills by state."""

    def column(row: SnapshotRow) -> Column:
        states = row.figures["states"]
        parts = [
            Part(states.get(state, 0), state, fill, line)
            for state, (fill, line) in STATE_LOOKS.items()
        ]
        return Column(_short(row), parts, number_format(states.get("covered", 0)))

    covered = [row.figures["states"].get("covered", 0) for row in rows]
    return _multiple(
        _("Skills by state"),
        rows,
        column,
        largest=12,
        answer=_turned(_("Skills covered"), covered, number_format),
        head=[state_label(state) for state in STATE_LOOKS],
        cells=lambda figures: [
            number_format(figures["states"].get(state, 0)) for state in STATE_LOOKS
        ],
    ) | {"legend": [{"state": state, "label": state_label(state)} for state in STATE_LOOKS]}


def _ties(rows: Sequence[SnapshotRow]) -> Context:
    """Pairs of organizations that work together, and how many organizations there are."""
    links = [row.figures["links"] for row in rows]
    return _multiple(
        _("Organizations that work together"),
        rows,
        lambda row: _plain(row, row.figures["links"], number_format(row.figures["links"])),
        largest=max(links),
        answer=_turned(_("Pairs that work together"), links, number_format),
        head=[_("Pairs that work together"), _("Organizations on the map")],
        cells=lambda figures: [
            number_format(figures["links"]),
            number_format(figures["on_map"]),
        ],
    )


def _confirmed(rows: Sequence[SnapshotRow]) -> Context:
    """Share of the recorded ties that both sides confirmed."""
    shares = [_share(row.figures) for row in rows]
    return _multiple(
        _("Ties that both sides confirmed"),
        rows,
        lambda row: _plain(row, _share(row.figures) or 0, share(_share(row.figures))),
        largest=1,
        answer=_turned(_("Confirmed by both sides"), shares, share),
        head=[pgettext("figure", "Share"), _("Ties confirmed by both sides"), _("Ties recorded")],
        cells=lambda figures: [
            share(_share(figures)),
            number_format(figures["confirmed"]),
            number_format(figures["ties"]),
        ],
    )


def _complete(rows: Sequence[SnapshotRow]) -> Context:
    """How complete the map is, where it can be estimated (G17)."""
    found = [row.figures["completeness"] for row in rows]
    return _multiple(
        _("How complete the map is"),
        rows,
        lambda row: _plain(
            row, row.figures["completeness"] or 0, share(row.figures["completeness"])
        ),
        largest=1,
        answer=_turned(_("Complete, at most about"), found, share),
        head=[pgettext("figure", "Estimate"), _("Organizations at home here")],
        cells=lambda figures: [
            share(figures["completeness"]),
            number_format(figures["organizations"]),
        ],
    )


def _multiple(
    title: str,
    rows: Sequence[SnapshotRow],
    column: Callable[[SnapshotRow], Column],
    *,
    largest: float,
    answer: str,
    head: list[str],
    cells: Callable[[Figures], list[str]],
) -> Context:
    return {
        "title": title,
        "drawing": draw_columns([column(row) for row in rows], largest, f"{title}. {answer}"),
        "answer": answer,
        "head": head,
        "rows": [{"as_of": row.as_of, "cells": cells(row.figures)} for row in rows],
    }


def _plain(row: SnapshotRow, value: float, said: str) -> Column:
    return Column(_short(row), [Part(value, "plain", PLAIN)], said)


def _share(figures: Figures) -> float | None:
    """Of the recorded ties; unknown where none is."""
    return figures["confirmed"] / figures["ties"] if figures["ties"] else None


def _turned(label: str, values: Sequence[Any], said: Callable[[Any], str]) -> str:
    """What it was first and what it is last."""
    first, last = said(values[0]), said(values[-1])
    if first == last:
        return _("%(label)s: %(value)s, as at the beginning.") % {"label": label, "value": last}
    return _("%(label)s: %(before)s at first, %(after)s now.") % {
        "label": label,
        "before": first,
        "after": last,
    }


def _short(row: SnapshotRow) -> str:
    return date_format(row.as_of, "SHORT_DATE_FORMAT")
