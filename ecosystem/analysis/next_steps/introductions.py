"""Whom to introduce first: the greatest gain for the least effort (G14)."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from ecosystem.analysis import defaults
from ecosystem.analysis.cells import STATE_RANK, State, Tally, best_levels, cell_state
from ecosystem.analysis.index import MapIndex
from ecosystem.analysis.next_steps.completing import cost_of
from ecosystem.analysis.reach import best_path

_NOISE = 1e-12
"""Gains are sums of products, so equal ones can differ in the last bits. Nearer than this they are
equal, far below the 6 digits that are published; a gain as small as this is none."""


@dataclass(frozen=True, slots=True)
class Improvement:
    """A cell whose state gets better (``from`` is a keyword of Python, hence ``from_``)."""

    competency: str
    from_: State
    to: State


@dataclass(frozen=True, slots=True)
class Introduction:
    """An outside actor worth bringing in.

    ``gain`` is what it adds to the strength of the 12 cells together, above 0; ``cost`` the
    introductions it takes: 1, 2 or 4. ``path`` runs from a member of the scope to the actor, None
    when they are not connected. ``ask`` is whom to ask for the introduction: the last on the path
    before the actor, who knows it; None without a path. ``cells``, in framework order, are those
    whose state gets better, counting the introductions named before; an actor may add strength and
    change no state.
    """

    actor: str
    gain: float
    cost: int
    path: tuple[str, ...] | None
    ask: str | None
    cells: tuple[Improvement, ...]

    @property
    def through(self) -> tuple[str, ...]:
        """The actors between the member and the actor; () for neighbours and without a path."""
        return self.path[1:-1] if self.path else ()


def introductions(
    index: MapIndex, tallies: Mapping[str, Tally], distance: Mapping[str, int]
) -> tuple[Introduction, ...]:
    """Up to five outside actors, each with the greatest gain ÷ cost at its turn.

    Parameters
    ----------
    index, tallies
        The map, and who holds what on it.
    distance
        Distances from the scope, by ``distances_from``.

    Returns
    -------
    tuple
        In the order of choice, equals by slug. Shorter when nobody is left who adds strength.

    Notes
    -----
    Gains count what the earlier ones bring. Costs and paths start from the scope as it is today, so
    that each introduction can be made without waiting for another.
    """
    cells = [_Cell(index, tally) for tally in tallies.values()]
    stated = _stated_outside(index, cells)
    costs = {slug: cost_of(distance.get(slug)) for slug in stated}
    found: list[Introduction] = []
    while stated and len(found) < defaults.INTRODUCTIONS_MAX:
        gains = {slug: _gain(statements) for slug, statements in stated.items()}
        values = {slug: gain / costs[slug] for slug, gain in gains.items()}
        best = max(values.values())
        if best <= _NOISE:
            break
        slug = next(slug for slug, value in values.items() if value >= best - _NOISE)
        path = best_path([slug], distance, index.adjacency) if slug in distance else None
        found.append(
            Introduction(
                actor=slug,
                gain=gains[slug],
                cost=costs[slug],
                path=path,
                ask=path[-2] if path else None,
                cells=_join(cells, stated.pop(slug)),
            )
        )
    return tuple(found)


class _Cell:
    """One cell while actors join: what its state and its strength depend on."""

    def __init__(self, index: MapIndex, tally: Tally) -> None:
        self.competency = tally.competency
        self.levels = best_levels(index, tally.competency, tally.answered)
        self.holders = {index.organisation[slug] for slug in tally.holders}
        self.learners = len(tally.learners)
        self.answered = len(tally.answered)
        self.size = len(index.members)
        # Chance that nobody can deliver: 1 minus the strength (G2).
        self.fails = prod(1 - defaults.LEVEL_WEIGHTS[level] for level in self.levels.values())

    def gain(self, organisation: int, level: int) -> float:
        """What the strength grows by when an actor of the organisation joins with that level."""
        better, known = self._failing(organisation, level)
        return self.fails * (1 - better / known)

    def add(self, organisation: int, level: int) -> None:
        better, known = self._failing(organisation, level)
        self.fails *= better / known
        self.levels[organisation] = max(level, self.levels.get(organisation, 0))
        self.answered += 1
        self.learners += level == defaults.LEARNER_LEVEL
        if level >= defaults.HOLDER_LEVEL:
            self.holders.add(organisation)

    def state(self) -> State:
        return cell_state(
            organisations=len(self.holders),
            learners=self.learners,
            answered=self.answered,
            size=self.size,
        )

    def _failing(self, organisation: int, level: int) -> tuple[float, float]:
        """Chance that the organisation fails once an actor of that level joined, and now."""
        known = self.levels.get(organisation, 0)
        weights = defaults.LEVEL_WEIGHTS
        return 1 - weights[max(level, known)], 1 - weights[known]


_Statements = list[tuple[_Cell, int, int]]
"""What one actor says: each cell, its organisation and its level."""


def _stated_outside(index: MapIndex, cells: list[_Cell]) -> dict[str, _Statements]:
    """What each outside actor says about the cells, in slug order: at most 12 entries."""
    stated: dict[str, _Statements] = {s: [] for s in index.actors if s not in index.members}
    for cell in cells:
        for slug, statement in index.statements[cell.competency].items():
            if slug in stated:
                stated[slug].append((cell, index.organisation[slug], statement.level))
    return stated


def _gain(statements: _Statements) -> float:
    return sum(cell.gain(organisation, level) for cell, organisation, level in statements)


def _join(cells: list[_Cell], statements: _Statements) -> tuple[Improvement, ...]:
    """Let an actor join the scope, and say which cells get a better state by it."""
    before = [cell.state() for cell in cells]
    for cell, organisation, level in statements:
        cell.add(organisation, level)
    for cell in cells:
        cell.size += 1
    return tuple(
        Improvement(cell.competency, was, now)
        for cell, was in zip(cells, before, strict=True)
        if STATE_RANK[now := cell.state()] > STATE_RANK[was]
    )
