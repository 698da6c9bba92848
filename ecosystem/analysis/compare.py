"""One city map in figures that can be set beside another's (G18), and who can help whom (G20).

The figures are those of the gap method, by the same functions; only names are counted instead of
listed, so that many maps can be kept and compared. What is too thin to be put into any order says
so. There is no overall score.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import networkx as nx

from ecosystem.analysis import defaults
from ecosystem.analysis.cells import (
    Cell,
    Freshness,
    State,
    Tally,
    answered_share,
    cells,
    freshness_of,
    tally_statements,
)
from ecosystem.analysis.completeness import Completeness, completeness
from ecosystem.analysis.engagement import ResidentVoice
from ecosystem.analysis.fragility import departures, one_person_ties
from ecosystem.analysis.index import MapIndex
from ecosystem.analysis.presence import presence
from ecosystem.analysis.rarefaction import Incidence, incidence
from ecosystem.analysis.reach import Reach, ReachClass, distances_from, reaches
from ecosystem.analysis.structure import (
    ActorMeasures,
    ConnectionState,
    Residents,
    SectorConnection,
    graph_of,
    residents_at_the_rim,
    sector_connection,
    structure,
)
from ecosystem.analysis.vocabulary import ENGAGEMENT_LEVELS, PROCESS_STEPS

Age = Literal["fresh", "ageing", "stale", "undated"]

GAP_STATES: tuple[State, ...] = ("single", "thin", "absent")
"""Confirmed gaps (G1). ``unknown`` is a question to ask."""

BEYOND_THE_MAP: tuple[ReachClass, ...] = ("elsewhere", "nowhere")
"""Reach that depends on what other maps show."""


@dataclass(frozen=True, slots=True)
class CellFigure:
    """One competency of a city. ``holders``, ``learners``, ``answered``, ``members``: actors.

    ``ranked`` says whether enough answered for the cell to be put into an order.
    """

    competency: str
    state: State
    strength: float
    holders: int
    learners: int
    answered: int
    members: int
    freshness: Freshness | None
    ranked: bool


@dataclass(frozen=True, slots=True)
class ReachFigure:
    """How far the nearest holder of one competency is (G8)."""

    competency: str
    reach: ReachClass


@dataclass(frozen=True, slots=True)
class StructureFigure:
    """The shape of the whole map, visitors included (G9); all but shares are numbers.

    ``ranked`` says whether the map has enough actors for its shape to be put into an order.
    """

    size: int
    ties: int
    density: float | None
    components: int
    largest_component_share: float | None
    isolates: int
    articulation_points: int
    bridges: int
    ranked: bool


@dataclass(frozen=True, slots=True)
class ConnectionFigure:
    """How many pairs of sectors are in each state (G10); the pairs of the worse two by name.

    ``pairs`` counts all, each sector with itself included. A pair is (a, b), a ≤ b.
    """

    pairs: int
    disconnected: tuple[tuple[str, str], ...]
    weak: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FragilityFigure:
    """What hangs on one person or actor (G11).

    ``one_person_ties`` of the ``carried_known`` ties of which the number of carriers is known;
    ``departures`` of actors that would open something; competencies held by one organisation.
    """

    one_person_ties: int
    carried_known: int
    departures: int
    single: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VoiceFigure:
    """Resident voice over all collaboratives of a city (G7); all but ``steps`` are numbers.

    ``steps`` gives the highest engagement level recorded at each process step by any of them, or
    None. ``returned`` of ``engagements`` were reported back, ``open`` are past their date.
    ``deciding`` are collaboratives in which a resident or community member has a say.
    """

    collaboratives: int
    engaging: int
    engagements: int
    returned: int
    open: int
    deciding: int
    steps: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Voice:
    """The G7 result of one collaborative, with how many engagements it rests on."""

    result: ResidentVoice
    engagements: int
    returned: int


@dataclass(frozen=True, slots=True)
class CityFigures:
    """One city map in figures. ``size`` is its own actors, the base of all but ``structure``,
    ``sector_connection``, ``fragility`` and ``residents``, which rest on the whole map.

    ``freshness`` counts the statements of own actors by age. Undefined numbers are None.
    """

    city: str
    as_of: date
    size: int
    answered_share: float | None
    ranked: bool
    cells: tuple[CellFigure, ...]
    sectors: Mapping[str, int]
    roles: Mapping[str, int]
    missing_required: tuple[str, ...]
    missing_expected: tuple[str, ...]
    reach: tuple[ReachFigure, ...]
    structure: StructureFigure
    sector_connection: ConnectionFigure
    fragility: FragilityFigure
    residents: Residents
    resident_voice: VoiceFigure
    freshness: Mapping[Age, int]
    completeness: Completeness
    incidence: Incidence


def is_share_ranked(share: float | None) -> bool:
    """Whether enough answered (G4) for what they say to be put into an order."""
    return share is not None and share >= defaults.RANKED_ANSWERED_SHARE_MIN


def city_figures(index: MapIndex, voices: Sequence[Voice] = ()) -> CityFigures:
    """The figures of a city map.

    Parameters
    ----------
    index
        The map. ``holders_elsewhere`` may be left out: what nobody on the map holds is ``nowhere``
        then, until ``with_reach_beyond`` says what other maps show.
    voices
        Resident voice of each of its collaboratives.

    Notes
    -----
    Linear in actors and ties: betweenness and constraint, which are not, are not compared.
    """
    tallies = tally_statements(index)
    found = cells(index, tallies)
    distance = distances_from(index.members, index.adjacency)
    found_reach = reaches(index, tallies, distance)
    members = [index.actors[slug] for slug in sorted(index.members)]
    here = presence(index)
    share = answered_share(index, tallies)
    sector_of = {slug: actor.sector for slug, actor in index.actors.items()}
    graph = graph_of(index)
    return CityFigures(
        city=index.data.scope.slug,
        as_of=index.data.as_of,
        size=len(members),
        answered_share=share,
        ranked=is_share_ranked(share),
        cells=tuple(map(_cell_figure, found)),
        sectors={sector: len(slugs) for sector, slugs in here.sectors.items()},
        roles={role: len(slugs) for role, slugs in here.roles.items()},
        missing_required=here.missing_required,
        missing_expected=here.missing_expected,
        reach=tuple(ReachFigure(one.competency, one.reach) for one in found_reach),
        structure=_structure_figure(index, graph),
        sector_connection=_connection_figure(sector_connection(sector_of, index.edges)),
        fragility=_fragility_figure(index, tallies, found, found_reach, distance),
        residents=residents_at_the_rim(sector_of, _positions(graph)),
        resident_voice=_voice_figure(voices),
        freshness=_freshness(index, tallies),
        completeness=completeness(actor.informants for actor in members),
        incidence=incidence(members),
    )


def _cell_figure(cell: Cell) -> CellFigure:
    return CellFigure(
        competency=cell.competency,
        state=cell.state,
        strength=cell.strength,
        holders=len(cell.holders),
        learners=len(cell.learners),
        answered=cell.answered,
        members=cell.members,
        freshness=cell.freshness,
        ranked=is_share_ranked(cell.answered_share),
    )


def _structure_figure(index: MapIndex, graph: "nx.Graph[str]") -> StructureFigure:
    found = structure(index, graph)
    return StructureFigure(
        size=found.size,
        ties=found.ties,
        density=found.density,
        components=found.components,
        largest_component_share=found.largest_component_share,
        isolates=len(found.isolates),
        articulation_points=len(found.articulation_points),
        bridges=len(found.bridges),
        ranked=found.size >= defaults.RANKED_ACTORS_MIN,
    )


def _connection_figure(found: Sequence[SectorConnection]) -> ConnectionFigure:
    def in_state(state: ConnectionState) -> tuple[tuple[str, str], ...]:
        return tuple((one.a, one.b) for one in found if one.state == state)

    return ConnectionFigure(len(found), in_state("disconnected"), in_state("weak"))


def _fragility_figure(
    index: MapIndex,
    tallies: Mapping[str, Tally],
    found: Sequence[Cell],
    found_reach: Sequence[Reach],
    distance: Mapping[str, int],
) -> FragilityFigure:
    return FragilityFigure(
        one_person_ties=len(one_person_ties(index.edges)),
        carried_known=sum(edge.carried_by is not None for edge in index.edges),
        departures=len(departures(index, tallies, found_reach, distance)),
        single=tuple(cell.competency for cell in found if cell.state == "single"),
    )


def _positions(graph: "nx.Graph[str]") -> list[ActorMeasures]:
    """Degree and core number of everyone; the two slow measures are not needed here."""
    core = nx.core_number(graph)
    return [ActorMeasures(slug, graph.degree[slug], core[slug], 0.0, None) for slug in graph]


def _freshness(index: MapIndex, tallies: Mapping[str, Tally]) -> dict[Age, int]:
    counts: dict[Age, int] = {"fresh": 0, "ageing": 0, "stale": 0, "undated": 0}
    for competency, tally in tallies.items():
        for slug in tally.answered:
            confirmed_on = index.statements[competency][slug].confirmed_on
            counts[freshness_of(confirmed_on, index.data.as_of) or "undated"] += 1
    return counts


def _voice_figure(voices: Sequence[Voice]) -> VoiceFigure:
    return VoiceFigure(
        collaboratives=len(voices),
        engaging=sum(voice.engagements > 0 for voice in voices),
        engagements=sum(voice.engagements for voice in voices),
        returned=sum(voice.returned for voice in voices),
        open=sum(len(voice.result.open) for voice in voices),
        deciding=sum(voice.result.decision_role for voice in voices),
        steps={
            step: max(
                (level for voice in voices if (level := voice.result.steps[step])),
                key=ENGAGEMENT_LEVELS.index,
                default=None,
            )
            for step in PROCESS_STEPS
        },
    )


def with_reach_beyond(
    figures: CityFigures, held_elsewhere: Iterable[str]
) -> tuple[ReachFigure, ...]:
    """Reach of a city once it is known which competencies somebody holds off its map (G8)."""
    held = frozenset(held_elsewhere)
    return tuple(
        one
        if one.reach not in BEYOND_THE_MAP
        else ReachFigure(one.competency, "elsewhere" if one.competency in held else "nowhere")
        for one in figures.reach
    )


@dataclass(frozen=True, slots=True)
class Peers:
    """A competency that a city lacks, and the compared cities that are covered there (G20).

    ``state`` is the city's own: a confirmed gap, or ``unknown``, a question to ask.
    """

    city: str
    competency: str
    state: State
    helpers: tuple[str, ...]

    @property
    def is_confirmed(self) -> bool:
        """Whether answers show the gap; else nobody is recorded, and nobody knows."""
        return self.state in GAP_STATES


def peers(
    states: Mapping[str, Mapping[str, State]],
    population: Mapping[str, int | None],
    asking: Iterable[str] | None = None,
) -> tuple[Peers, ...]:
    """For each cell of a city that is not covered, the compared cities that are (G20).

    Parameters
    ----------
    states
        State of each competency of each compared city.
    population
        Inhabitants by slug of the city; None or missing is unknown.
    asking
        The cities whose gaps are asked for, in this order; all compared ones if nothing is said.

    Returns
    -------
    tuple
        By city, confirmed gaps before questions, each in framework order. Helpers have the nearest
        population first; of equally near ones the first by slug. Where either population is
        unknown, a city comes after those where both are known, by slug. A gap that no compared
        city covers has no helper.
    """
    covered: dict[str, list[str]] = {}
    for slug, cells_of in states.items():
        for competency, state in cells_of.items():
            if state == "covered":
                covered.setdefault(competency, []).append(slug)
    found = [
        Peers(
            slug, competency, state, _nearest_first(slug, covered.get(competency, ()), population)
        )
        for slug in (states if asking is None else asking)
        for competency, state in states[slug].items()
        if state != "covered"
    ]
    order = {
        slug: position for position, slug in enumerate(dict.fromkeys(one.city for one in found))
    }
    return tuple(sorted(found, key=lambda one: (order[one.city], not one.is_confirmed)))


def _nearest_first(
    slug: str, helpers: Iterable[str], population: Mapping[str, int | None]
) -> tuple[str, ...]:
    own = population.get(slug)

    def distance(helper: str) -> tuple[bool, int, str]:
        other = population.get(helper)
        if own is None or other is None:
            return True, 0, helper
        return False, abs(own - other), helper

    return tuple(sorted(helpers, key=distance))
