"""How the actors of a map are connected (G9, G10, G12). Whole map, simple graph."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement
from statistics import median
from typing import Literal

import networkx as nx
import numpy as np
from scipy.sparse import csr_array

from ecosystem.analysis import defaults, kernels
from ecosystem.analysis.graph import Edge, simple_graph
from ecosystem.analysis.index import MapIndex
from ecosystem.analysis.vocabulary import RESIDENTS

ConnectionState = Literal["disconnected", "weak", "connected"]


@dataclass(frozen=True, slots=True)
class Structure:
    """The shape of a map. ``size`` and ``ties`` are numbers of actors and of merged ties.

    ``density`` (0 to 1) is None for fewer than two actors; ``largest_component_share``, in actors,
    None for an empty map. An isolate is a component. Slugs are sorted; a bridge is (a, b), a < b.
    """

    size: int
    ties: int
    density: float | None
    components: int
    largest_component_share: float | None
    isolates: tuple[str, ...]
    articulation_points: tuple[str, ...]
    bridges: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ActorMeasures:
    """Position of one actor.

    ``degree`` in merged ties, ``core`` the largest k of a k-core it belongs to, ``betweenness``
    Freeman's share of pairs (0.0 on a map of fewer than three), ``constraint`` Burt's, about 0 to
    1.125, low for an actor whose contacts do not know each other; None for an isolate.
    """

    actor: str
    degree: int
    core: int
    betweenness: float
    constraint: float | None


@dataclass(frozen=True, slots=True)
class SectorConnection:
    """Ties between two sectors, ``a`` ≤ ``b``, or inside one.

    ``observed`` edges of ``pairs`` possible ones; ``expected`` if the map's edges fell evenly on
    all its pairs, None when the map has no pair.
    """

    a: str
    b: str
    observed: int
    pairs: int
    expected: float | None
    state: ConnectionState


@dataclass(frozen=True, slots=True)
class Residents:
    """Residents and community actors beside all others. A median without a base is None."""

    members: int
    others: int
    median_degree: float | None
    median_degree_others: float | None
    median_core: float | None
    median_core_others: float | None


def numbered(index: MapIndex) -> tuple[list[str], list[tuple[int, int]]]:
    """Slugs in order, and the edges as pairs of positions in that list, for the kernels."""
    slugs = list(index.actors)
    position = {slug: number for number, slug in enumerate(slugs)}
    return slugs, [(position[edge.a], position[edge.b]) for edge in index.edges]


def structure(index: MapIndex, graph: "nx.Graph[str]") -> Structure:
    """The shape of the map (G9). An empty map has 0 components and no share of a largest one."""
    slugs, pairs = numbered(index)
    size, ties = len(slugs), len(pairs)
    parts = [len(part) for part in nx.connected_components(graph)]
    cuts = kernels.cuts(size, pairs)
    return Structure(
        size=size,
        ties=ties,
        density=2 * ties / (size * (size - 1)) if size > 1 else None,
        components=len(parts),
        largest_component_share=max(parts) / size if size else None,
        isolates=tuple(slug for slug in slugs if not index.adjacency[slug]),
        articulation_points=tuple(slugs[number] for number in sorted(cuts.articulation_points)),
        bridges=tuple((slugs[a], slugs[b]) for a, b in sorted(cuts.bridges)),
    )


def actor_measures(index: MapIndex, graph: "nx.Graph[str]") -> tuple[ActorMeasures, ...]:
    """Degree, core number, betweenness and constraint of every actor, in slug order (G9)."""
    slugs, pairs = numbered(index)
    core = nx.core_number(graph)
    betweenness = kernels.betweenness(len(slugs), pairs)
    constraint = constraints(graph)
    return tuple(
        ActorMeasures(
            actor=slug,
            degree=len(index.adjacency[slug]),
            core=core[slug],
            betweenness=betweenness[number],
            constraint=constraint[slug],
        )
        for number, slug in enumerate(slugs)
    )


def constraints(graph: "nx.Graph[str]") -> dict[str, float | None]:
    """Burt's constraint of every actor, unweighted; None for an isolate.

    ``c(i) = Σ_j (p_ij + Σ_q p_iq p_qj)²`` over the contacts j of i, with p_ij = 1 / degree(i).

    Parameters
    ----------
    graph
        Simple undirected graph: parallel ties or loops would change the result.

    References
    ----------
    Burt (2004), Structural holes and good ideas, American Journal of Sociology 110, 349-399.
    """
    if not graph.number_of_edges():
        return dict.fromkeys(graph)
    number = {node: at for at, node in enumerate(graph)}
    degrees = np.array([len(graph.adj[node]) for node in graph])
    contacts = [number[contact] for near in graph.adj.values() for contact in near]
    # Sparse products: networkx does the same with several times the preparation.
    starts = np.concatenate(([0], np.cumsum(degrees)))
    ones = np.ones(len(contacts))
    size = (len(number), len(number))
    ties = csr_array((ones, contacts, starts), shape=size)
    shares = csr_array((ones / np.repeat(degrees, degrees), contacts, starts), shape=size)
    invested = (shares + shares @ shares).multiply(ties)
    found = invested.multiply(invested).sum(axis=1)
    return {node: float(found[at]) if degrees[at] else None for node, at in number.items()}


def sector_connection(
    sector_of: Mapping[str, str], edges: Iterable[Edge]
) -> tuple[SectorConnection, ...]:
    """Observed and expected ties for every two sectors of the map (G10).

    Parameters
    ----------
    sector_of
        Sector of every actor on the map, isolates too.
    edges
        The merged ties.

    Returns
    -------
    tuple
        One per pair of sectors present, each with itself too, in slug order. A map without a pair
        of actors expects nothing, and its one sector is ``connected``.
    """
    ends = Counter((sector_of[edge.a], sector_of[edge.b]) for edge in edges)
    members = Counter(sector_of.values())
    all_pairs = len(sector_of) * (len(sector_of) - 1) // 2
    ties = ends.total()
    found = []
    for a, b in combinations_with_replacement(sorted(members), 2):
        pairs = members[a] * (members[a] - 1) // 2 if a == b else members[a] * members[b]
        observed = ends[a, b] if a == b else ends[a, b] + ends[b, a]
        expected = ties * pairs / all_pairs if all_pairs else None
        state = connection_state(observed, expected)
        found.append(SectorConnection(a, b, observed, pairs, expected, state))
    return tuple(found)


def connection_state(observed: int, expected: float | None) -> ConnectionState:
    """Whether two sectors have clearly fewer ties than an even spread would give (G10)."""
    if expected is None:
        return "connected"
    if observed == 0 and expected >= defaults.CONNECTION_EXPECTED_MIN:
        return "disconnected"
    if (
        observed < defaults.CONNECTION_WEAK_SHARE * expected
        and expected >= defaults.CONNECTION_WEAK_EXPECTED_MIN
    ):
        return "weak"
    return "connected"


def residents_at_the_rim(
    sector_of: Mapping[str, str], measures: Iterable[ActorMeasures]
) -> Residents:
    """Median degree and core number of residents/community actors and of all others (G12)."""
    theirs: list[ActorMeasures] = []
    others: list[ActorMeasures] = []
    for measure in measures:
        (theirs if sector_of[measure.actor] == RESIDENTS else others).append(measure)
    return Residents(
        members=len(theirs),
        others=len(others),
        median_degree=_median([measure.degree for measure in theirs]),
        median_degree_others=_median([measure.degree for measure in others]),
        median_core=_median([measure.core for measure in theirs]),
        median_core_others=_median([measure.core for measure in others]),
    )


def _median(values: list[int]) -> float | None:
    return float(median(values)) if values else None


def graph_of(index: MapIndex) -> "nx.Graph[str]":
    """The networkx graph of an indexed map."""
    return simple_graph(index.actors, index.edges)
