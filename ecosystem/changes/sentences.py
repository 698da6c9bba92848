"""The difference of two snapshots in whole sentences."""

from collections.abc import Iterator, Sequence
from typing import Final

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecosystem.analysis.cells import STATE_RANK
from ecosystem.analysis.change import CellChange, Change
from ecosystem.changes.rows import Names
from ecosystem.findings.text import Text, listed, say, skill
from ecosystem.templatetags.ui import state_label

TABLES_TOLD: Final = ("actors", "ties", "statements", "memberships")


def headline(change: Change) -> str:
    """All that happened, in one sentence."""
    parts = [part for table in TABLES_TOLD for part in _counted(change, table)]
    parts += _cells_counted(change.cells)
    if not parts:
        return _("Nothing that the map shows changed between the two.")
    return capfirst(f"{listed(parts, None)}.")


def table_sentence(change: Change, table: str) -> str:
    """What happened in one table, in one sentence; empty if nothing did."""
    parts = list(_counted(change, table))
    return capfirst(f"{listed(parts, None)}.") if parts else ""


def cell_sentences(cells: Sequence[CellChange], names: Names) -> list[Text]:
    """Each skill that went from one state to another, with those who have it now."""
    return [_cell_sentence(cell, names) for cell in cells]


def _counted(change: Change, table: str) -> Iterator[str]:
    moved = change.tables[table]
    counts = len(moved.came), len(moved.left), len(moved.changed)
    for pattern, count in zip(_patterns(table, *counts), counts, strict=True):
        if count:
            yield str(say(pattern, count=count))


def _patterns(table: str, came: int, left: int, changed: int) -> tuple[str, str, str]:
    """How rows of a table that came, left and changed are counted."""
    if table == "actors":
        return (
            ngettext("%(count)s organization came", "%(count)s organizations came", came),
            ngettext("%(count)s organization left", "%(count)s organizations left", left),
            ngettext(
                "%(count)s organization is described otherwise",
                "%(count)s organizations are described otherwise",
                changed,
            ),
        )
    if table == "ties":
        return (
            ngettext("%(count)s tie is new", "%(count)s ties are new", came),
            ngettext("%(count)s tie ended", "%(count)s ties ended", left),
            ngettext("%(count)s tie changed", "%(count)s ties changed", changed),
        )
    if table == "statements":
        return (
            ngettext(
                "%(count)s answer about a skill is new",
                "%(count)s answers about skills are new",
                came,
            ),
            ngettext(
                "%(count)s answer about a skill is gone",
                "%(count)s answers about skills are gone",
                left,
            ),
            ngettext(
                "%(count)s answer about a skill changed",
                "%(count)s answers about skills changed",
                changed,
            ),
        )
    return (
        ngettext(
            "%(count)s place in a collaborative is new",
            "%(count)s places in collaboratives are new",
            came,
        ),
        ngettext(
            "%(count)s place in a collaborative ended",
            "%(count)s places in collaboratives ended",
            left,
        ),
        ngettext(
            "%(count)s place in a collaborative changed",
            "%(count)s places in collaboratives changed",
            changed,
        ),
    )


def _cells_counted(cells: Sequence[CellChange]) -> Iterator[str]:
    """How many skills are better and worse off; absent and unknown are alike (G11)."""
    steps = [STATE_RANK[cell.to] - STATE_RANK[cell.from_] for cell in cells]
    better, worse = sum(step > 0 for step in steps), sum(step < 0 for step in steps)
    if better:
        pattern = ngettext(
            "%(count)s skill is better covered", "%(count)s skills are better covered", better
        )
        yield str(say(pattern, count=better))
    if worse:
        pattern = ngettext(
            "%(count)s skill is less well covered", "%(count)s skills are less well covered", worse
        )
        yield str(say(pattern, count=worse))
    if other := len(cells) - better - worse:
        pattern = ngettext(
            "of %(count)s skill something else is known",
            "of %(count)s skills something else is known",
            other,
        )
        yield str(say(pattern, count=other))


def _cell_sentence(cell: CellChange, names: Names) -> Text:
    holders = [names.actor(slug) for slug in cell.holders_after]
    values = {
        "skill": skill(cell.competency),
        "before": state_label(cell.from_),
        "after": state_label(cell.to),
    }
    if not holders:
        return say(_("%(skill)s went from “%(before)s” to “%(after)s”."), **values)
    pattern = _("%(skill)s went from “%(before)s” to “%(after)s”: %(holders)s.")
    return say(pattern, **values, holders=listed(holders))
