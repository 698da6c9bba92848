"""The matrix views of a map: who can do what, and which sectors meet. For any set of its actors."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, TypeVar

from django.core.paginator import Page, Paginator
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from actors.filters import folded
from actors.framework import Area, Competency, Sector
from ecosystem.analysis import defaults
from ecosystem.analysis.data import Statement
from ecosystem.analysis.gaps import GapResults
from ecosystem.analysis.graph import Edge
from ecosystem.analysis.structure import SectorConnection, sector_connection
from ecosystem.analysis.vocabulary import AREA_OF, COMPETENCIES, SECTORS
from ecosystem.maps.picture import DrawnActor
from ecosystem.templatetags.ui import sector_mark

ORDERS: Final = ("name", "sector", "skills", *COMPETENCIES)
"""What the rows can be sorted by; a competency puts its strongest holders first."""

DEFAULT_ORDER: Final = "skills"

DECLINED: Final = "declined"
Mark: TypeAlias = int | Literal["declined"] | None
"""What a square shows: a level, that it was asked but not said, or that nobody asked."""

ROWS_PER_PART = 200
"""Of a large map; a part of the page a browser still lays out at once."""

FEW_MORE = 20
"""So many rows too many do not make another part."""

LEAST_SHOWN = 0.1
WHOLE_FROM = 10
"""Expected ties are shown with one decimal, from 10 on without."""


# ── Actors × competencies ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SkillRow:
    """What one actor can do: a level for each competency in framework order, None if not known.

    ``holds`` is the number of competencies it can be asked to deliver. ``declined`` are those that
    it was asked about and would rather not say.
    """

    actor: DrawnActor
    levels: tuple[int | None, ...]
    holds: int
    declined: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SkillColumn:
    """A competency over all rows: numbers of actors that hold it, learn it, have answered."""

    competency: str
    holders: int
    learners: int
    answered: int


@dataclass(frozen=True, slots=True)
class SkillMatrix:
    """``columns`` in framework order, ``rows`` by ``order``."""

    columns: tuple[SkillColumn, ...]
    rows: tuple[SkillRow, ...]
    order: str


def skill_matrix(
    actors: Iterable[DrawnActor],
    statements: Iterable[Statement],
    order: str = DEFAULT_ORDER,
    declined: Iterable[tuple[int, str]] = (),
) -> SkillMatrix:
    """What the actors can do.

    Parameters
    ----------
    actors
        The rows, all of them; others' statements are ignored.
    statements
        Of the map, at most one per actor and competency.
    order
        One of ``ORDERS``; anything else counts as the default.
    declined
        Ids of actors with a competency about which each would rather not say. No answer, so that
        no count rests on it.
    """
    levels = {(one.actor, one.competency): one.level for one in statements}
    unsaid = defaultdict(set)
    for asked, competency in declined:
        unsaid[asked].add(competency)
    rows = []
    for actor in actors:
        own = tuple(levels.get((actor.id, competency)) for competency in COMPETENCIES)
        held = sum(_is_held(level) for level in own)
        rows.append(SkillRow(actor, own, held, frozenset(unsaid.get(actor.id, ()))))
    if order not in ORDERS:
        order = DEFAULT_ORDER
    return SkillMatrix(
        tuple(
            _column(competency, [row.levels[number] for row in rows])
            for number, competency in enumerate(COMPETENCIES)
        ),
        tuple(sorted(rows, key=_key(order))),
        order,
    )


def _is_held(level: int | None) -> bool:
    return level is not None and level >= defaults.HOLDER_LEVEL


def _column(competency: str, levels: Sequence[int | None]) -> SkillColumn:
    return SkillColumn(
        competency,
        holders=sum(map(_is_held, levels)),
        learners=sum(level == defaults.LEARNER_LEVEL for level in levels),
        answered=sum(level is not None for level in levels),
    )


def _key(order: str) -> Callable[[SkillRow], Any]:
    def by_name(row: SkillRow) -> tuple[str, str]:
        return folded(row.actor.name), row.actor.slug

    if order == "name":
        return by_name
    if order == "sector":
        return lambda row: (SECTORS.index(row.actor.sector), *by_name(row))
    if order == "skills":
        return lambda row: (-row.holds, *by_name(row))
    column = COMPETENCIES.index(order)

    def strength(row: SkillRow) -> int:
        """Who said no comes before who said nothing: the one is known."""
        level = row.levels[column]
        return -1 if level is None else level

    return lambda row: (-strength(row), -row.holds, *by_name(row))


# ── Sector × sector ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SectorMatrix:
    """``sectors`` present, in framework order; the meeting of each two, and of each with itself.

    ``ties`` is the number of ties among the actors, ``size`` that of the actors.
    """

    sectors: tuple[str, ...]
    meetings: Mapping[frozenset[str], SectorConnection]
    size: int
    ties: int


def sector_matrix(actors: Iterable[DrawnActor], ties: Iterable[tuple[str, str]]) -> SectorMatrix:
    """Ties observed and expected between the sectors of the actors given (gap method, G10).

    Parameters
    ----------
    actors
        Those counted.
    ties
        Pairs of slugs, one per two that work together; pairs with others are left out.
    """
    sector_of = {actor.slug: actor.sector for actor in actors}
    edges = [Edge(a, b, None, None) for a, b in ties if a in sector_of and b in sector_of]
    found = sector_connection(sector_of, edges)
    present = set(sector_of.values())
    return SectorMatrix(
        tuple(sector for sector in SECTORS if sector in present),
        {frozenset((pair.a, pair.b)): pair for pair in found},
        len(sector_of),
        len(edges),
    )


def recorded_matrix(results: GapResults) -> SectorMatrix:
    """The same of a whole map, as the analysis found it."""
    found = {frozenset((pair.a, pair.b)): pair for pair in results.sector_connection}
    return SectorMatrix(
        tuple(sector for sector in SECTORS if frozenset((sector,)) in found),
        found,
        results.structure.size,
        results.structure.ties,
    )


# ── For the templates ────────────────────────────────────────────────────────────────────────────


Row = TypeVar("Row")


def parts_of(rows: Sequence[Row], part: str | None) -> Page[Row]:
    """The rows of a long table that an address asks for, for ``ecosystem/_matrix_parts.html``."""
    return Paginator(rows, ROWS_PER_PART, orphans=FEW_MORE).get_page(part)


def skill_context(matrix: SkillMatrix, part: str | None = None) -> dict[str, Any]:
    """``skill_matrix`` for ``ecosystem/_matrix_skills.html``. Marks are drawn once, not per row.

    ``part``: which rows of a large map, counted from 1, as the address has it; the columns count
    all rows. What is no number shows the first part, too high a number the last.
    """
    parts = parts_of(matrix.rows, part)
    marks: dict[Mark, SafeString] = {
        level: _level_mark(level) for level in (3, 2, 1, 0, None, DECLINED)
    }
    sectors = {sector: (sector_mark(sector), str(Sector(sector).label)) for sector in SECTORS}
    areas = [
        {"label": area.label, "span": sum(AREA_OF[one] == area.value for one in COMPETENCIES)}
        for area in Area
    ]
    return {
        "skill_matrix": {
            "order": matrix.order,
            "areas": areas,
            "columns": [
                {
                    "slug": column.competency,
                    "label": Competency(column.competency).label,
                    "holders": column.holders,
                    "answered": column.answered,
                }
                for column in matrix.columns
            ],
            "rows": [
                {
                    "actor": row.actor,
                    "mark": sectors[row.actor.sector][0],
                    "sector": sectors[row.actor.sector][1],
                    "holds": row.holds,
                    "cells": _cells(row, marks),
                }
                for row in parts.object_list
            ],
            "parts": parts,
            "legend": [
                (_level_mark(3, "span"), _("Strong, could teach")),
                (_level_mark(2, "span"), _("Solid: can be asked to do it")),
                (_level_mark(1, "span"), _("Still learning")),
                (_level_mark(0, "span"), _("Asked: does not have it")),
                (_level_mark(DECLINED, "span"), _("Asked: would rather not say")),
                (_level_mark(None, "span"), _("Not asked yet")),
            ],
        }
    }


def _cells(row: SkillRow, marks: Mapping[Mark, SafeString]) -> list[SafeString]:
    return [
        marks[DECLINED if level is None and competency in row.declined else level]
        for competency, level in zip(COMPETENCIES, row.levels, strict=True)
    ]


def _level_mark(level: Mark, tag: str = "td") -> SafeString:
    """A square that says its level in a word, without its color. Short: a page has thousands."""
    if level == DECLINED:
        return format_html('<{0} class="level-d">{1}</{0}>', tag, _("not said"))
    if level is None:
        # A word in every empty square would drown the others; screen readers say it.
        return format_html('<{0} class="level-x"><i>{1}</i></{0}>', tag, _("not asked"))
    words = (
        pgettext("level of a skill", "none"),
        pgettext("level of a skill", "learning"),
        pgettext("level of a skill", "solid"),
        pgettext("level of a skill", "strong"),
    )
    return format_html('<{0} class="level-{1}">{2}</{0}>', tag, level, words[level])


def sector_context(matrix: SectorMatrix) -> dict[str, Any]:
    """``sector_matrix`` for ``ecosystem/_matrix_sectors.html``: half a square, row by row."""
    present = matrix.sectors
    return {
        "sector_matrix": {
            "size": matrix.size,
            "ties": matrix.ties,
            "columns": [{"slug": slug, "label": Sector(slug).label} for slug in present],
            "rows": [
                {
                    "slug": slug,
                    "label": Sector(slug).label,
                    "cells": [
                        _meeting(matrix.meetings[frozenset((slug, other))])
                        for other in present[: place + 1]
                    ],
                    "rest": len(present) - place - 1,
                }
                for place, slug in enumerate(present)
            ],
        }
    }


def _meeting(pair: SectorConnection) -> dict[str, Any]:
    """One square. ``state`` is that of the method, "quiet" if no tie could be expected, "none"
    where there is no pair."""
    if not pair.pairs:
        return {"state": "none", "observed": 0, "expected": "", "word": ""}
    if not pair.observed and pair.state == "connected":
        state, word = "quiet", ""
    else:
        state = pair.state
        word = {
            "disconnected": pgettext("two sectors", "no tie"),
            "weak": pgettext("two sectors", "few"),
            "connected": pgettext("two sectors", "enough"),
        }[state]
    return {
        "state": state,
        "observed": pair.observed,
        "expected": _expected(pair.expected or 0.0),
        "word": word,
    }


def _expected(value: float) -> str:
    """Never 0: where there is a pair, a tie is possible."""
    if value < LEAST_SHOWN:
        return f"<{number_format(LEAST_SHOWN, 1)}"
    digits = 1 if value < WHOLE_FROM else 0
    return number_format(round(value, digits), digits)  # by itself it cuts off
