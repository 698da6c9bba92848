"""The smallest set of actors that completes a scope (G13), exactly, by integer programming."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from ecosystem.analysis import defaults
from ecosystem.analysis.cells import Tally
from ecosystem.analysis.index import MapIndex


@dataclass(frozen=True, slots=True)
class Uncoverable:
    """A cell that nobody on the map can turn ``covered``.

    ``ask`` is the slug of the city to ask, where the most actors hold the competency; None when no
    city that one may see has a holder.
    """

    competency: str
    ask: str | None


@dataclass(frozen=True, slots=True)
class CompletingSet:
    """The fewest actors whose joining turns every reachable cell ``covered``.

    ``actors`` are slugs in order; ``introductions`` is the sum of their costs (one introduction 1,
    two 2, farther or unconnected 4). ``uncoverable`` cells are in framework order.
    """

    actors: tuple[str, ...]
    introductions: int
    uncoverable: tuple[Uncoverable, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An outside actor that helps at least one open cell, and which ones."""

    slug: str
    organisation: int
    cost: int
    helps: frozenset[str]


def cost_of(distance: int | None) -> int:
    """Introductions that an actor takes: 1, 2, or 4 when it is farther away or unconnected."""
    if distance is None:
        return defaults.FAR_COST
    return defaults.INTRODUCTION_COSTS.get(distance, defaults.FAR_COST)


def completing_set(
    index: MapIndex, tallies: Mapping[str, Tally], distance: Mapping[str, int]
) -> CompletingSet:
    """The smallest set of outside actors that turns every reachable cell ``covered``.

    Parameters
    ----------
    index, tallies
        The map, and who holds what on it.
    distance
        Distances from the scope, by ``distances_from``.

    Returns
    -------
    CompletingSet
        Of the smallest sets the one with the fewest introductions in total, and of those the one
        whose slugs, in order, come first. Without actors when everything reachable is covered. An
        empty scope is connected to nobody: everybody costs 4.

    Notes
    -----
    A cell is covered when two organisations hold it; a unit and its parent are one. What members
    hold counts already, so an open cell needs one or two more organisations, each through any of
    its actors. This is a set multi-cover; HiGHS solves it exactly.
    """
    needed: dict[str, int] = {}
    candidates_of: dict[str, set[str]] = {}
    uncoverable = []
    for competency, tally in tallies.items():
        have = {index.organisation[slug] for slug in tally.holders}
        missing = defaults.COVERED_ORGANISATIONS - len(have)
        if missing <= 0:
            continue
        helpers = {s for s in tally.outside_holders if index.organisation[s] not in have}
        if len({index.organisation[slug] for slug in helpers}) < missing:
            ask = index.data.cities_elsewhere.get(competency)
            uncoverable.append(Uncoverable(competency, ask))
            continue
        needed[competency] = missing
        candidates_of[competency] = helpers
    helps: defaultdict[str, set[str]] = defaultdict(set)
    for competency, helpers in candidates_of.items():
        for slug in helpers:
            helps[slug].add(competency)
    candidates = [
        Candidate(
            slug, index.organisation[slug], cost_of(distance.get(slug)), frozenset(helps[slug])
        )
        for slug in sorted(helps)
    ]
    chosen = smallest_cover(needed, candidates)
    return CompletingSet(
        actors=tuple(candidate.slug for candidate in chosen),
        introductions=sum(candidate.cost for candidate in chosen),
        uncoverable=tuple(uncoverable),
    )


def smallest_cover(
    needed: Mapping[str, int], candidates: Sequence[Candidate]
) -> tuple[Candidate, ...]:
    """The fewest candidates that give each cell as many organisations as it needs.

    Of those with the fewest, the cheapest in total; of those, the first by slugs. All that join
    must be enough.

    Parameters
    ----------
    needed
        How many more organisations each open cell needs: 1 or 2.
    candidates
        In slug order.
    """
    if not needed:
        return ()
    return _Program(needed, _undominated(candidates)).solve()


def _undominated(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Without candidates that no best answer can hold.

    One is left out when two others, each the only one of its organisation, come before it by slug,
    cost no more and help wherever it does. A set with it and without one of the two gets better
    when they change places; a set with all three can do without it, since no cell needs more than
    two organisations.
    """
    of_organisation: defaultdict[int, int] = defaultdict(int)
    for candidate in candidates:
        of_organisation[candidate.organisation] += 1
    kept: list[Candidate] = []
    alone: list[Candidate] = []
    for candidate in candidates:
        better = 0
        for other in alone:
            better += other.cost <= candidate.cost and other.helps >= candidate.helps
            if better == defaults.COVERED_ORGANISATIONS:
                break
        else:
            kept.append(candidate)
            if of_organisation[candidate.organisation] == 1:
                alone.append(candidate)
    return kept


class _Program:
    """The integer program: one variable per candidate, 1 when it is chosen.

    Further variables are added behind them as they are needed.
    """

    def __init__(self, needed: Mapping[str, int], candidates: Sequence[Candidate]) -> None:
        self.candidates = candidates
        self.variables = len(candidates)
        self.rows: list[Mapping[int, float]] = []
        self.least: list[float] = []
        for competency, count in needed.items():
            self._need(competency, count)
        # With this, one actor more weighs more than all introductions of the smallest set.
        self.heavy = 1 + defaults.FAR_COST * sum(needed.values())

    def solve(self) -> tuple[Candidate, ...]:
        """First the fewest and of those the cheapest, then slug by slug the first."""
        costs = [candidate.cost for candidate in self.candidates]
        chosen = self._best({number: self.heavy + cost for number, cost in enumerate(costs)}, {})
        self._at_least(dict.fromkeys(range(len(costs)), -1), -len(chosen))
        self._at_least(
            {number: -cost for number, cost in enumerate(costs)},
            -sum(costs[number] for number in chosen),
        )
        for place in range(len(chosen)):
            chosen = self._earlier(chosen, place)
        return tuple(self.candidates[number] for number in chosen)

    def _need(self, competency: str, count: int) -> None:
        """A cell needs so many organisations; with several candidates, one counts once."""
        of_organisation: defaultdict[int, list[int]] = defaultdict(list)
        for number, candidate in enumerate(self.candidates):
            if competency in candidate.helps:
                of_organisation[candidate.organisation].append(number)
        row: dict[int, float] = {}
        for numbers in of_organisation.values():
            if count == 1 or len(numbers) == 1:
                row |= dict.fromkeys(numbers, 1)
            else:  # stands for the organisation: at most 1, and 0 when none of them is chosen
                row[self.variables] = 1
                self._at_least(dict.fromkeys(numbers, 1) | {self.variables: -1}, 0)
                self.variables += 1
        self._at_least(row, count)

    def _at_least(self, row: Mapping[int, float], bound: float) -> None:
        self.rows.append(row)
        self.least.append(bound)

    def _earlier(self, chosen: list[int], place: int) -> list[int]:
        """An equally good set, the same before ``place``, that has the earliest slug there.

        One further variable for each slug that may stand there: exactly one of them is 1, only if
        its actor is chosen, and the program looks for the smallest number.
        """
        start = chosen[place - 1] + 1 if place else 0
        if chosen[place] == start:
            return chosen
        fixed = dict.fromkeys(range(start), 0) | dict.fromkeys(chosen[:place], 1)
        kept = len(self.rows), self.variables
        first = {number: kept[1] + number - start for number in range(start, chosen[place] + 1)}
        for number, variable in first.items():
            self._at_least({number: 1, variable: -1}, 0)
        self._at_least(dict.fromkeys(first.values(), 1), 1)
        self.variables += len(first)
        best = self._best({variable: number for number, variable in first.items()}, fixed)
        del self.rows[kept[0] :], self.least[kept[0] :]
        self.variables = kept[1]
        return best

    def _best(self, weights: Mapping[int, float], fixed: Mapping[int, int]) -> list[int]:
        """Positions of the candidates in the cheapest answer, in order.

        Raises
        ------
        RuntimeError
            If there is none, which never happens while all candidates together are enough.
        """
        lower, upper = np.zeros(self.variables), np.ones(self.variables)
        for number, value in fixed.items():
            lower[number] = upper[number] = value
        objective = np.zeros(self.variables)
        objective[list(weights)] = list(weights.values())
        answer = milp(
            objective,
            integrality=np.ones(self.variables),
            bounds=Bounds(lower, upper),
            constraints=LinearConstraint(self._matrix(), lb=np.array(self.least)),
            options={"mip_rel_gap": 0},
        )
        if answer.x is None:
            raise RuntimeError(f"No completing set: {answer.message}")
        return [number for number in range(len(self.candidates)) if answer.x[number] > 0.5]

    def _matrix(self) -> csr_array:
        entries = [
            (value, line, column)
            for line, row in enumerate(self.rows)
            for column, value in row.items()
        ]
        values, lines, columns = zip(*entries, strict=True)
        return csr_array((values, (lines, columns)), shape=(len(self.rows), self.variables))
