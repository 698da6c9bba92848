"""The kernels by networkx alone: what the compiled engine is compared with."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

import networkx as nx

from ecosystem.analysis import kernels
from ecosystem.analysis.kernels import Cuts, Pair


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


@contextmanager
def networkx_alone() -> Iterator[None]:
    with (
        patch.object(kernels, "betweenness", betweenness),
        patch.object(kernels, "cuts", cuts),
    ):
        yield
