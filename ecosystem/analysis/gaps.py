"""Everything sections 1 to 7 of the gap method say about one scope, in one call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ecosystem.analysis import defaults
from ecosystem.analysis.cells import (
    Area,
    Cell,
    SectorCell,
    Tally,
    actor_answered_shares,
    answered_share,
    areas,
    cells,
    sector_cells,
    tally_statements,
)
from ecosystem.analysis.completeness import Completeness, completeness
from ecosystem.analysis.data import EcosystemData
from ecosystem.analysis.engagement import ResidentVoice, resident_voice
from ecosystem.analysis.fragility import Fragility, departures, one_person_ties
from ecosystem.analysis.index import MapIndex, index_data
from ecosystem.analysis.next_steps import (
    CompletingSet,
    Introduction,
    NextSteps,
    Question,
    SectorIntroduction,
    next_steps,
)
from ecosystem.analysis.presence import Presence, presence
from ecosystem.analysis.reach import Reach, distances_from, reaches
from ecosystem.analysis.structure import (
    ActorMeasures,
    Residents,
    SectorConnection,
    Structure,
    actor_measures,
    graph_of,
    residents_at_the_rim,
    sector_connection,
    structure,
)


@dataclass(frozen=True, slots=True)
class ScopeSummary:
    """Whose results these are; ``size`` is the number of members."""

    kind: str
    slug: str
    name: str
    city: str
    size: int


@dataclass(frozen=True, slots=True)
class Connections:
    """What depends on actors and ties alone, and stays when only a statement is edited."""

    structure: Structure
    actors: tuple[ActorMeasures, ...]
    sector_connection: tuple[SectorConnection, ...]
    residents: Residents


@dataclass(frozen=True, slots=True)
class GapResults:
    """The results of one scope, named as in the result document (gap method, section 11).

    Numbers are not rounded, undefined ones are None. ``actor_answered_shares`` (G4, by slug of the
    member) is not part of the document.
    """

    method: str
    scope: ScopeSummary
    as_of: date
    answered_share: float | None
    actor_answered_shares: Mapping[str, float]
    cells: tuple[Cell, ...]
    areas: tuple[Area, ...]
    sector_cells: tuple[SectorCell, ...]
    presence: Presence
    resident_voice: ResidentVoice | None
    reach: tuple[Reach, ...]
    structure: Structure
    actors: tuple[ActorMeasures, ...]
    sector_connection: tuple[SectorConnection, ...]
    fragility: Fragility
    residents: Residents
    completing_set: CompletingSet
    introductions: tuple[Introduction, ...]
    questions: tuple[Question, ...]
    sector_introductions: tuple[SectorIntroduction, ...]
    completeness: Completeness


def analyse(
    data: EcosystemData,
    connections: Connections | None = None,
    steps: NextSteps | None = None,
) -> GapResults:
    """Find the gaps of a scope on its map.

    Parameters
    ----------
    data
        The map, the scope and what is known beyond them.
    connections
        What ``analyse_connections`` found for the same actors and ties, to save two thirds of the
        work; computed when left out.
    steps
        What to do next, when it is known already or not wanted (``NO_STEPS``); computed when left
        out.

    Returns
    -------
    GapResults
        Also for an empty scope or an empty map; each measure says what it is then.

    Raises
    ------
    ValueError
        If the input contradicts itself or the framework; see ``index_data``.
    """
    return analyse_index(index_data(data), connections, steps)


def analyse_index(
    index: MapIndex,
    connections: Connections | None = None,
    steps: NextSteps | None = None,
) -> GapResults:
    """``analyse`` for a map that is indexed already, for callers that need the index too."""
    connections = connections or analyse_connections(index)
    tallies = tally_statements(index)
    found_cells = cells(index, tallies)
    distance = distances_from(index.members, index.adjacency)
    found_reach, fragility = _reach_and_fragility(index, tallies, distance)
    steps = steps or next_steps(index, tallies, distance, connections.sector_connection)
    return GapResults(
        method=defaults.METHOD,
        scope=_summary(index),
        as_of=index.data.as_of,
        answered_share=answered_share(index, tallies),
        actor_answered_shares=actor_answered_shares(index, tallies),
        cells=found_cells,
        areas=areas(found_cells),
        sector_cells=sector_cells(index, tallies),
        presence=presence(index),
        resident_voice=resident_voice(index),
        reach=found_reach,
        structure=connections.structure,
        actors=connections.actors,
        sector_connection=connections.sector_connection,
        fragility=fragility,
        residents=connections.residents,
        completing_set=steps.completing_set,
        introductions=steps.introductions,
        questions=steps.questions,
        sector_introductions=steps.sector_introductions,
        completeness=completeness(index.actors[slug].informants for slug in index.members),
    )


def analyse_connections(index: MapIndex) -> Connections:
    """Structure, positions, sector connection and residents (G9, G10, G12): the slow part."""
    graph = graph_of(index)
    measures = actor_measures(index, graph)
    sector_of = {slug: actor.sector for slug, actor in index.actors.items()}
    return Connections(
        structure=structure(index, graph),
        actors=measures,
        sector_connection=sector_connection(sector_of, index.edges),
        residents=residents_at_the_rim(sector_of, measures),
    )


def _reach_and_fragility(
    index: MapIndex, tallies: Mapping[str, Tally], distance: Mapping[str, int]
) -> tuple[tuple[Reach, ...], Fragility]:
    found = reaches(index, tallies, distance)
    return found, Fragility(
        one_person_ties=one_person_ties(index.edges),
        departures=departures(index, tallies, found, distance),
    )


def _summary(index: MapIndex) -> ScopeSummary:
    scope = index.data.scope
    return ScopeSummary(scope.kind, scope.slug, scope.name, scope.city, len(index.members))
