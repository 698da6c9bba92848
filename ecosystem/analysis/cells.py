"""Competency cells: what a scope can do, and how surely that is known (G1 to G5)."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import prod
from statistics import fmean
from typing import Literal

from ecosystem.analysis import defaults
from ecosystem.analysis.data import Statement
from ecosystem.analysis.index import MapIndex
from ecosystem.analysis.vocabulary import AREA_OF, AREAS, COMPETENCIES, SECTORS

State = Literal["covered", "single", "thin", "absent", "unknown"]
Freshness = Literal["fresh", "ageing", "stale"]

STATE_RANK: Mapping[State, int] = {
    "covered": 3,
    "single": 2,
    "thin": 1,
    "absent": 0,
    "unknown": 0,  # losing an answer is not a loss of competency
}
"""Which state is worse (G11): the lower. Absent and unknown are alike."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Who said what about one competency.

    ``holders``, ``learners`` and ``answered`` are members of the scope; ``outside_holders`` are on
    the map and not in the scope. All in slug order.
    """

    competency: str
    holders: tuple[str, ...]
    learners: tuple[str, ...]
    answered: tuple[str, ...]
    outside_holders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One competency of the scope. ``holders`` and ``learners`` are slugs, in order.

    ``strength`` is between 0 and 1 and a lower bound; ``answered`` and ``members`` are numbers of
    actors. ``freshness`` is None without a holder whose statement has a date.
    """

    competency: str
    area: str
    state: State
    strength: float
    holders: tuple[str, ...]
    learners: tuple[str, ...]
    answered: int
    members: int
    freshness: Freshness | None

    @property
    def answered_share(self) -> float | None:
        """Share of the members that answered (G4), None for an empty scope."""
        return self.answered / self.members if self.members else None


@dataclass(frozen=True, slots=True)
class Area:
    """Mean strength of an area's competencies, and the weakest of them."""

    area: str
    strength: float
    weakest: str


@dataclass(frozen=True, slots=True)
class SectorCell:
    """One competency among the members of one sector; all but the state are numbers of actors."""

    competency: str
    sector: str
    state: State
    holders: int
    learners: int
    answered: int
    members: int


def tally_statements(index: MapIndex) -> dict[str, Tally]:
    """Sort the statements of each competency by what they say. Keys in framework order."""
    return {
        competency: _tally(competency, index.statements[competency], index.members)
        for competency in COMPETENCIES
    }


def _tally(competency: str, statements: Mapping[str, Statement], members: frozenset[str]) -> Tally:
    holders, learners, answered, outside = [], [], [], []
    for slug, statement in statements.items():
        if slug in members:
            answered.append(slug)
            if statement.level >= defaults.HOLDER_LEVEL:
                holders.append(slug)
            elif statement.level == defaults.LEARNER_LEVEL:
                learners.append(slug)
        elif statement.level >= defaults.HOLDER_LEVEL:
            outside.append(slug)
    return Tally(
        competency,
        holders=tuple(sorted(holders)),
        learners=tuple(sorted(learners)),
        answered=tuple(sorted(answered)),
        outside_holders=tuple(sorted(outside)),
    )


def cell_state(*, organisations: int, learners: int, answered: int, size: int) -> State:
    """State of a cell (G1): the first that applies.

    Parameters
    ----------
    organisations
        Number of different organisations among the holders; 0 without a holder.
    learners, answered
        Numbers of members that are learners, and that made any statement.
    size
        Number of members. An empty scope is ``unknown``.
    """
    if organisations >= defaults.COVERED_ORGANISATIONS:
        return "covered"
    if organisations:
        return "single"
    if learners:
        return "thin"
    if size and answered / size >= defaults.ABSENT_ANSWERED_SHARE:
        return "absent"
    return "unknown"


def strength_of(levels: Iterable[int]) -> float:
    """Chance that at least one can deliver when asked, ``1 - Π (1 - w[level])`` (G2).

    Parameters
    ----------
    levels
        The best level of each *organisation*. Unknown is left out, and counts like 0.

    Returns
    -------
    float
        Between 0 and 1; 0.0 when nothing is known. The order of the levels does not matter, not
        even to the last bit.
    """
    counts = Counter(levels)
    return 1 - prod(
        (1 - weight) ** counts[level] for level, weight in defaults.LEVEL_WEIGHTS.items()
    )


def best_levels(index: MapIndex, competency: str, actors: Iterable[str]) -> dict[int, int]:
    """Best level of each organisation among ``actors``; those without a statement are left out."""
    statements = index.statements[competency]
    best: dict[int, int] = {}
    for slug in actors:
        if (statement := statements.get(slug)) is not None:
            organisation = index.organisation[slug]
            best[organisation] = max(statement.level, best.get(organisation, 0))
    return best


def months_before(day: date, months: int) -> date:
    """The same day some calendar months earlier, or that month's last day if it is shorter.

    The calendar begins with the year 1: nothing is before ``date.min``.
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < date.min.year:
        return date.min
    month += 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def freshness_of(confirmed_on: date | None, as_of: date) -> Freshness | None:
    """How old a statement is on the day of the map (G3), in calendar months.

    ``fresh`` up to and including the day 12 months before, ``ageing`` up to 24, then ``stale``. A
    statement dated after ``as_of`` is fresh; one without a date has no class, None.
    """
    if confirmed_on is None:
        return None
    if confirmed_on >= months_before(as_of, defaults.FRESH_MONTHS):
        return "fresh"
    if confirmed_on >= months_before(as_of, defaults.AGEING_MONTHS):
        return "ageing"
    return "stale"


def cells(index: MapIndex, tallies: Mapping[str, Tally]) -> tuple[Cell, ...]:
    """The 12 cells of the scope, in framework order."""
    return tuple(_cell(index, tally) for tally in tallies.values())


def _cell(index: MapIndex, tally: Tally) -> Cell:
    statements = index.statements[tally.competency]
    dates = [day for slug in tally.holders if (day := statements[slug].confirmed_on) is not None]
    size = len(index.members)
    return Cell(
        competency=tally.competency,
        area=AREA_OF[tally.competency],
        state=cell_state(
            organisations=len({index.organisation[slug] for slug in tally.holders}),
            learners=len(tally.learners),
            answered=len(tally.answered),
            size=size,
        ),
        strength=strength_of(best_levels(index, tally.competency, tally.answered).values()),
        holders=tally.holders,
        learners=tally.learners,
        answered=len(tally.answered),
        members=size,
        freshness=freshness_of(max(dates, default=None), index.data.as_of),
    )


def areas(cells_of_scope: Iterable[Cell]) -> tuple[Area, ...]:
    """The four areas in framework order; of equally weak competencies the first is named (G2)."""
    strength = {cell.competency: cell.strength for cell in cells_of_scope}
    return tuple(
        Area(
            area=area,
            strength=fmean(strength[competency] for competency in competencies),
            weakest=min(competencies, key=strength.__getitem__),
        )
        for area, competencies in AREAS.items()
    )


def sector_cells(index: MapIndex, tallies: Mapping[str, Tally]) -> tuple[SectorCell, ...]:
    """The cells by sector inside the scope (G5).

    One per competency and sector present, competencies first, both in framework order. The rule of
    G1 is applied to the members of that sector alone.
    """
    sector_of = {slug: actor.sector for slug, actor in index.actors.items()}
    members = Counter(sector_of[slug] for slug in index.members)
    present = [sector for sector in SECTORS if sector in members]
    found = []
    for tally in tallies.values():
        holders = Counter(sector_of[slug] for slug in tally.holders)
        learners = Counter(sector_of[slug] for slug in tally.learners)
        answered = Counter(sector_of[slug] for slug in tally.answered)
        organisations = Counter(
            sector
            for sector, _organisation in {
                (sector_of[slug], index.organisation[slug]) for slug in tally.holders
            }
        )
        for sector in present:
            state = cell_state(
                organisations=organisations[sector],
                learners=learners[sector],
                answered=answered[sector],
                size=members[sector],
            )
            found.append(
                SectorCell(
                    competency=tally.competency,
                    sector=sector,
                    state=state,
                    holders=holders[sector],
                    learners=learners[sector],
                    answered=answered[sector],
                    members=members[sector],
                )
            )
    return tuple(found)


def actor_answered_shares(index: MapIndex, tallies: Mapping[str, Tally]) -> dict[str, float]:
    """Share of the 12 competencies that each member answered (G4), by slug, in slug order."""
    answered = Counter(slug for tally in tallies.values() for slug in tally.answered)
    return {slug: answered[slug] / len(COMPETENCIES) for slug in sorted(index.members)}


def answered_share(index: MapIndex, tallies: Mapping[str, Tally]) -> float | None:
    """Answered cells of the scope / all cells (G4); None for an empty scope."""
    if not index.members:
        return None
    answered = sum(len(tally.answered) for tally in tallies.values())
    return answered / (len(COMPETENCIES) * len(index.members))
