"""What hangs on one person or one actor (G11).

What a departure would open is found locally, without computing the map again for each actor:
cells by counts of organisations, components by cut points, reach by the few actors that every
shortest way needs. Some hundred times faster than trying each out, and the tests hold it to the
same answer.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ecosystem.analysis import defaults, kernels
from ecosystem.analysis.cells import STATE_RANK, State, Tally, cell_state
from ecosystem.analysis.graph import Edge
from ecosystem.analysis.index import MapIndex
from ecosystem.analysis.reach import (
    REACH_RANK,
    Reach,
    ReachClass,
    nearest_holders,
    reach_without,
)
from ecosystem.analysis.structure import numbered


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell whose state gets worse (``from`` is a keyword of Python, hence ``from_``)."""

    competency: str
    from_: State
    to: State


@dataclass(frozen=True, slots=True)
class ReachChange:
    """A competency whose nearest holder moves farther away."""

    competency: str
    from_: ReachClass
    to: ReachClass


@dataclass(frozen=True, slots=True)
class Departure:
    """What opens when an actor leaves with its statements and ties.

    ``cells`` and ``reach`` are in framework order; ``components`` is the number of components that
    the map would have more. The units of a parent that leaves stay one organisation.
    """

    actor: str
    cells: tuple[CellChange, ...]
    components: int
    reach: tuple[ReachChange, ...]


@dataclass(frozen=True, slots=True)
class Fragility:
    """``one_person_ties`` in slug order; ``departures``, the non-empty ones, worst first."""

    one_person_ties: tuple[tuple[str, str], ...]
    departures: tuple[Departure, ...]


def one_person_ties(edges: Iterable[Edge]) -> tuple[tuple[str, str], ...]:
    """Pairs (a, b) whose ties are carried by one known person in all (G11 a).

    Two parallel ties of one person each count two people, since nothing says they are the same;
    a pair with any tie of unknown carriers is unknown, and left out.
    """
    return tuple((edge.a, edge.b) for edge in edges if edge.carried_by == defaults.ONE_PERSON)


def departures(
    index: MapIndex,
    tallies: Mapping[str, Tally],
    reaches: Iterable[Reach],
    distance: Mapping[str, int],
) -> tuple[Departure, ...]:
    """What the departure of each actor on the map would open (G11 b), visitors included.

    Parameters
    ----------
    index, tallies
        The map, and who holds what on it.
    reaches, distance
        Reach of each competency, and the distances from the scope behind it.

    Returns
    -------
    tuple
        Only actors whose departure opens anything: most cells that lose their last holder first,
        then most components, then slug.
    """
    cells: defaultdict[str, list[CellChange]] = defaultdict(list)
    longer: defaultdict[str, list[ReachChange]] = defaultdict(list)
    for tally in tallies.values():
        for actor, cell in _worse_cells(index, tally):
            cells[actor].append(cell)
    for reach in reaches:
        for actor, change in _longer_reach(index, tallies[reach.competency], reach, distance):
            longer[actor].append(change)
    components = components_opened(index)
    last_holder = Counter(tally.holders[0] for tally in tallies.values() if len(tally.holders) == 1)
    found = [
        Departure(
            actor=actor,
            cells=tuple(cells.get(actor, ())),
            components=components.get(actor, 0),
            reach=tuple(longer.get(actor, ())),
        )
        for actor in cells.keys() | longer.keys() | components.keys()
    ]
    return tuple(
        sorted(found, key=lambda item: (-last_holder[item.actor], -item.components, item.actor))
    )


def components_opened(index: MapIndex) -> dict[str, int]:
    """By how many components the map grows without an actor; cut points only, always ≥ 1."""
    slugs, pairs = numbered(index)
    parts = kernels.cuts(len(slugs), pairs).articulation_points
    return {slugs[number]: around - 1 for number, around in parts.items()}


def _worse_cells(index: MapIndex, tally: Tally) -> Iterator[tuple[str, CellChange]]:
    """Whose departure makes this cell worse. Only a holder's or a learner's can."""
    holders_of = Counter(index.organisation[slug] for slug in tally.holders)
    if len(holders_of) > defaults.COVERED_ORGANISATIONS:
        return
    size, learners, answered = len(index.members), len(tally.learners), len(tally.answered)
    before = cell_state(
        organisations=len(holders_of), learners=learners, answered=answered, size=size
    )
    for actor in tally.holders or tally.learners:
        alone = holders_of.get(index.organisation[actor]) == 1
        after = cell_state(
            organisations=len(holders_of) - alone,
            learners=learners if tally.holders else learners - 1,
            answered=answered - 1,
            size=size - 1,
        )
        if STATE_RANK[after] < STATE_RANK[before]:
            yield actor, CellChange(tally.competency, before, after)


def _longer_reach(
    index: MapIndex, tally: Tally, reach: Reach, distance: Mapping[str, int]
) -> Iterator[tuple[str, ReachChange]]:
    """Whose departure makes the nearest holder farther."""
    for actor in sorted(_indispensable(index, tally, reach.reach, distance)):
        after = reach_without(index, tally, actor)
        if REACH_RANK[after] > REACH_RANK[reach.reach]:
            yield actor, ReachChange(tally.competency, reach.reach, after)


def _indispensable(
    index: MapIndex, tally: Tally, reach: ReachClass, distance: Mapping[str, int]
) -> set[str]:
    """The only actors without whom the reach can get longer: at most three."""
    if reach == "in_the_room":
        return _only(tally.holders)
    if reach == "in_the_city":
        return _only(tally.outside_holders)
    if reach in ("one_introduction", "two_introductions"):
        ways = (
            way
            for holder in nearest_holders(tally, distance)
            for way in _ways_to(index, holder, distance)
        )
        return _on_all(ways)
    return set()


def _only(actors: tuple[str, ...]) -> set[str]:
    return set(actors) if len(actors) == 1 else set()


def _ways_to(index: MapIndex, holder: str, distance: Mapping[str, int]) -> Iterator[set[str]]:
    """The actors of every shortest way of one or two steps from the scope to ``holder``."""
    for near in index.adjacency[holder]:
        if near in index.members:
            yield {holder, near}
        elif distance[holder] == 2 and distance[near] == 1:
            for member in index.adjacency[near]:
                if member in index.members:
                    yield {holder, near, member}


def _on_all(ways: Iterable[set[str]]) -> set[str]:
    ways = iter(ways)
    common = next(ways, set())
    for way in ways:
        common = common & way
        if not common:
            break
    return common
