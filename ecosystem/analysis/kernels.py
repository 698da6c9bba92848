"""The slow graph measures, on a compiled engine. The only module that imports rustworkx.

Plain edge lists come in, plain values go out: nodes are the numbers 0 … ``size`` - 1, edges are
pairs of them, simple (no loops, no parallels) and undirected. Betweenness of 1,000 actors takes
networkx some twenty times as long, articulation points and bridges a hundred times.
"""

from collections.abc import Sequence
from typing import NamedTuple

import rustworkx as rx

Pair = tuple[int, int]

_NOISE_DIGITS = 12
"""The engine adds up in several threads, so the order of addition, and with it the last bits,
differ from run to run. Rounded far below the published 6 digits, equal input gives equal output."""


class Cuts(NamedTuple):
    """Where a graph falls apart.

    ``articulation_points`` maps each cut point to the number of parts it holds together: with
    it gone, its component is in that many pieces. ``bridges`` are the edges, each in the
    direction it was given, whose loss separates its two ends.
    """

    articulation_points: dict[int, int]
    bridges: frozenset[Pair]


def betweenness(size: int, edges: Sequence[Pair]) -> list[float]:
    """Freeman's betweenness, on unweighted shortest paths, between 0 and 1.

    Parameters
    ----------
    size
        Number of nodes, isolates included.
    edges
        Simple undirected edges.

    Returns
    -------
    list
        One number per node: the share of all pairs of others, ``(size - 1)(size - 2) / 2``, that
        it lies between. 0.0 for fewer than three nodes, where there is no such pair.

    References
    ----------
    Freeman (1977), A set of measures of centrality based on betweenness, Sociometry 40, 35-41.
    Brandes (2001), A faster algorithm for betweenness centrality, J. Math. Sociology 25, 163-177.
    """
    if size < 3:
        return [0.0] * size
    values = rx.graph_betweenness_centrality(_graph(size, edges), normalized=True)
    return [round(values[node], _NOISE_DIGITS) for node in range(size)]


def cuts(size: int, edges: Sequence[Pair]) -> Cuts:
    """Articulation points and bridges, from the biconnected components.

    A node in two or more biconnected components is an articulation point, and their number is
    the number of pieces without it; a biconnected component of a single edge is a bridge.

    Parameters
    ----------
    size
        Number of nodes, isolates included.
    edges
        Simple undirected edges.

    Returns
    -------
    Cuts
        Both empty for a graph without edges.

    References
    ----------
    Hopcroft and Tarjan (1973), Efficient algorithms for graph manipulation, CACM 16, 372-378.
    """
    parts: list[set[int]] = [set() for _ in range(size)]
    edges_of: dict[int, list[Pair]] = {}
    found = rx.biconnected_components(_graph(size, edges))
    for edge in edges:
        part = found[edge] if edge in found else found[edge[::-1]]
        edges_of.setdefault(part, []).append(edge)
        parts[edge[0]].add(part)
        parts[edge[1]].add(part)
    return Cuts(
        articulation_points={
            node: len(around) for node, around in enumerate(parts) if len(around) > 1
        },
        bridges=frozenset(inside[0] for inside in edges_of.values() if len(inside) == 1),
    )


def _graph(size: int, edges: Sequence[Pair]) -> "rx.PyGraph[None, None]":
    graph: rx.PyGraph[None, None] = rx.PyGraph()
    graph.add_nodes_from([None] * size)
    graph.add_edges_from_no_data(list(edges))
    return graph
