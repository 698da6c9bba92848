"""The compiled graph measures, checked by hand and against networkx (G9)."""

import networkx as nx
import pytest

from ecosystem.analysis.kernels import Cuts, betweenness, cuts

RANDOM_GRAPHS = [
    nx.gnp_random_graph(size, degree / max(size - 1, 1), seed=seed)
    for seed, size in enumerate([0, 1, 2, 3, 5, 8, 13, 21, 34, 60, 120])
    for degree in (0.8, 1.5, 3)
]


def test_betweenness_of_a_path_counts_the_pairs_on_either_side():
    """By hand: of the 6 pairs of others, 3 pass the second node of five, 4 the middle one."""
    edges = [(0, 1), (1, 2), (2, 3), (3, 4)]

    assert betweenness(5, edges) == pytest.approx([0, 3 / 6, 4 / 6, 3 / 6, 0])


def test_betweenness_splits_between_equally_short_paths():
    """By hand: in a square each node is on one of the two paths of the opposite pair."""
    assert betweenness(4, [(0, 1), (1, 2), (2, 3), (0, 3)]) == pytest.approx([1 / 6] * 4)


@pytest.mark.parametrize(("size", "edges"), [(0, []), (1, []), (2, []), (2, [(0, 1)])])
def test_betweenness_of_fewer_than_three_nodes_is_zero(size, edges):
    assert betweenness(size, edges) == [0.0] * size


@pytest.mark.parametrize("graph", RANDOM_GRAPHS)
def test_betweenness_agrees_with_networkx(graph):
    found = betweenness(len(graph), list(graph.edges))

    assert found == pytest.approx(list(nx.betweenness_centrality(graph).values()), abs=1e-9)


def test_betweenness_is_the_same_in_every_run():
    graph = nx.gnp_random_graph(300, 0.03, seed=1)
    first = betweenness(300, list(graph.edges))

    assert all(betweenness(300, list(graph.edges)) == first for _ in range(5))


def test_cuts_of_two_triangles_on_a_bridge():
    """By hand: 0-1-2 and 3-4-5 hang together by 2-3; node 6 is alone, 7 hangs on 0 and 8 too."""
    edges = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5), (0, 7), (8, 0)]

    assert cuts(9, edges) == Cuts(
        articulation_points={0: 3, 2: 2, 3: 2}, bridges=frozenset({(2, 3), (0, 7), (8, 0)})
    )


@pytest.mark.parametrize(("size", "edges"), [(0, []), (1, []), (3, [])])
def test_cuts_of_a_graph_without_edges_are_empty(size, edges):
    assert cuts(size, edges) == Cuts({}, frozenset())


@pytest.mark.parametrize("graph", RANDOM_GRAPHS)
def test_cuts_agree_with_networkx(graph):
    before = nx.number_connected_components(graph)
    pieces = {
        node: nx.number_connected_components(nx.restricted_view(graph, [node], [])) - before + 1
        for node in nx.articulation_points(graph)
    }

    found = cuts(len(graph), list(graph.edges))

    assert found == Cuts(pieces, frozenset(nx.bridges(graph)))
