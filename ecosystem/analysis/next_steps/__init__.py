"""What to do next about the gaps of a scope (G13 to G16)."""

from collections.abc import Mapping
from dataclasses import dataclass

from ecosystem.analysis.cells import Tally, tally_statements
from ecosystem.analysis.data import EcosystemData
from ecosystem.analysis.index import MapIndex, index_data
from ecosystem.analysis.next_steps.completing import CompletingSet, completing_set
from ecosystem.analysis.next_steps.introductions import Introduction, introductions
from ecosystem.analysis.next_steps.questions import Question, questions
from ecosystem.analysis.next_steps.sector_introductions import (
    SectorIntroduction,
    sector_introductions,
)
from ecosystem.analysis.reach import distances_from
from ecosystem.analysis.structure import SectorConnection

__all__ = [
    "NO_STEPS",
    "CompletingSet",
    "Introduction",
    "NextSteps",
    "Question",
    "SectorIntroduction",
    "next_steps",
    "smallest_completing_set",
]


@dataclass(frozen=True, slots=True)
class NextSteps:
    """The four parts of section 6, named as in the result document."""

    completing_set: CompletingSet
    introductions: tuple[Introduction, ...]
    questions: tuple[Question, ...]
    sector_introductions: tuple[SectorIntroduction, ...]


NO_STEPS = NextSteps(CompletingSet((), 0, ()), (), (), ())
"""For callers that want the gaps alone, and save the time."""


def next_steps(
    index: MapIndex,
    tallies: Mapping[str, Tally],
    distance: Mapping[str, int],
    connections: tuple[SectorConnection, ...],
) -> NextSteps:
    """What could be done next about the gaps of a scope.

    Parameters
    ----------
    index, tallies
        The map, and who holds what on it.
    distance
        Distances from the scope, by ``distances_from``.
    connections
        How the sectors of the map are connected (G10).
    """
    return NextSteps(
        completing_set=completing_set(index, tallies, distance),
        introductions=introductions(index, tallies, distance),
        questions=questions(index, tallies, distance),
        sector_introductions=sector_introductions(index, connections),
    )


def smallest_completing_set(data: EcosystemData) -> CompletingSet:
    """Who would complete a scope (G13), for a free selection of actors on a map.

    Raises
    ------
    ValueError
        If the input contradicts itself or the framework; see ``index_data``.
    """
    index = index_data(data)
    distance = distances_from(index.members, index.adjacency)
    return completing_set(index, tally_statements(index), distance)
