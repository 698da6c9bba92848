"""The kernels by networkx alone: what the compiled engine is compared with."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import isnan
from unittest.mock import patch

import networkx as nx

from ecosystem.analysis import gaps, kernels, structure
from ecosystem.analysis.cells import STATE_RANK, Cell, Tally, cells, tally_statements
from ecosystem.analysis.fragility import CellChange, Departure, ReachChange
from ecosystem.analysis.graph import simple_graph
from ecosystem.analysis.index import MapIndex, index_data
from ecosystem.analysis.kernels import Cuts, Pair
from ecosystem.analysis.reach import REACH_RANK, Reach, distances_from, reaches


def betweenness(size: int, edges: Sequence[Pair]) -> list[float]:
    found = nx.betweenness_centrality(_graph(size, edges))
    return [found[node] for node in range(size)]


def cuts(size: int, edges: Sequence[Pair]) -> Cuts:
    graph = _graph(size, edges)
    around = Counter(node for part in nx.biconnected_components(graph) for node in part)
    bridges = {frozenset(edge) for edge in nx.bridges(graph)}
    return Cuts(
        articulation_points={node: count for node, count in around.items() if count > 1},
        bridges=frozenset(edge for edge in edges if frozenset(edge) in bridges),
    )


def _graph(size: int, edges: Sequence[Pair]) -> "nx.Graph[int]":
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(edges)
    return graph


def constraints(graph: "nx.Graph[str]") -> dict[str, float | None]:
    if not graph:
        return {}
    found = nx.constraint(graph)
    return {node: None if isnan(value) else value for node, value in found.items()}


def departures(
    index: MapIndex,
    tallies: Mapping[str, Tally],
    found_reaches: Iterable[Reach],
    distance: Mapping[str, int],
) -> tuple[Departure, ...]:
    """Each departure (G11) tried out: the map without the actor, and what is worse on it."""
    before = cells(index, tallies), tuple(found_reaches)
    graph = simple_graph(index.actors, index.edges)
    parts = nx.number_connected_components(graph)
    alone = Counter(tally.holders[0] for tally in tallies.values() if len(tally.holders) == 1)
    found = []
    for slug in index.actors:
        left = nx.restricted_view(graph, [slug], [])
        opened = max(0, nx.number_connected_components(left) - parts)
        after = _without(index, slug)
        worse = tuple(
            CellChange(old.competency, old.state, new.state)
            for old, new in zip(before[0], after[0], strict=True)
            if STATE_RANK[new.state] < STATE_RANK[old.state]
        )
        farther = tuple(
            ReachChange(old.competency, old.reach, new.reach)
            for old, new in zip(before[1], after[1], strict=True)
            if REACH_RANK[new.reach] > REACH_RANK[old.reach]
        )
        if worse or opened or farther:
            found.append(Departure(slug, worse, opened, farther))
    return tuple(sorted(found, key=lambda one: (-alone[one.actor], -one.components, one.actor)))


def _without(index: MapIndex, slug: str) -> tuple[tuple[Cell, ...], tuple[Reach, ...]]:
    leaver = index.actors[slug].id
    scope = index.data.scope
    less = index_data(
        replace(
            index.data,
            scope=replace(scope, members=scope.members - {leaver}),
            actors=tuple(actor for actor in index.data.actors if actor.id != leaver),
        )
    )
    tallies = tally_statements(less)
    distance = distances_from(less.members, less.adjacency)
    return cells(less, tallies), reaches(less, tallies, distance)


@contextmanager
def networkx_kernels() -> Iterator[None]:
    """Our program with the measures of networkx."""
    with (
        patch.object(kernels, "betweenness", betweenness),
        patch.object(kernels, "cuts", cuts),
        patch.object(structure, "constraints", constraints),
    ):
        yield


@contextmanager
def networkx_alone() -> Iterator[None]:
    """And nothing found locally that networkx would have to be asked for again and again."""
    with networkx_kernels(), patch.object(gaps, "departures", departures):
        yield
