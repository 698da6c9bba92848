"""How the actors of a map are connected (G9, G10, G12)."""

from random import Random

import networkx as nx
import pytest

from ecosystem.analysis.gaps import Connections, analyse_connections
from ecosystem.analysis.graph import Edge, simple_graph
from ecosystem.analysis.index import index_data
from ecosystem.analysis.structure import (
    ActorMeasures,
    Residents,
    SectorConnection,
    Structure,
    connection_state,
    constraints,
    graph_of,
    sector_connection,
)
from tests.analysis.builders import ecosystem, random_ecosystem


def test_connections_of_a_triangle_with_a_tail_and_an_isolate():
    """G9, G10, G12, by hand.

    a, b, c know each other, d knows a, e nobody; c is a visitor and counts. Betweenness of a: 2 of
    the 6 pairs (b-d, c-d). Constraint of a: 2 · (1/3 + 1/6)² + (1/3)²; of b: (1/2 + 1/4)² +
    (1/2 + 1/6)²; of d: 1. Of the 10 pairs of the map, 4 are tied: 0.4 of any pairs is expected.
    """
    data = ecosystem(
        "a b d e",
        "c",
        ties=["b-a", "a-b", "c-a", "b-c", "a-d", "a-a"],
        sectors={"d": "residents_community", "e": "residents_community"},
    )

    found = analyse_connections(index_data(data))

    triangle = pytest.approx(0.75**2 + (2 / 3) ** 2)
    assert found == Connections(
        structure=Structure(
            size=5,
            ties=4,
            density=0.4,
            components=2,
            largest_component_share=0.8,
            isolates=("e",),
            articulation_points=("a",),
            bridges=(("a", "d"),),
        ),
        actors=(
            ActorMeasures("a", 3, 2, pytest.approx(2 / 6), pytest.approx(0.5 + 1 / 9)),
            ActorMeasures("b", 2, 2, 0.0, triangle),
            ActorMeasures("c", 2, 2, 0.0, triangle),
            ActorMeasures("d", 1, 1, 0.0, pytest.approx(1.0)),
            ActorMeasures("e", 0, 0, 0.0, None),
        ),
        sector_connection=(
            SectorConnection("government", "government", 3, 3, pytest.approx(1.2), "connected"),
            SectorConnection("government", "residents_community", 1, 6, 2.4, "weak"),
            SectorConnection("residents_community", "residents_community", 0, 1, 0.4, "connected"),
        ),
        residents=Residents(
            members=2,
            others=3,
            median_degree=0.5,
            median_degree_others=2.0,
            median_core=0.5,
            median_core_others=2.0,
        ),
    )


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        (["ab", "ac", "bc"], {"a": 1.125, "b": 1.125, "c": 1.125, "d": None}),
        (["ab", "ac", "ad"], {"a": 1 / 3, "b": 1.0, "c": 1.0, "d": 1.0}),
        (["ab", "bc"], {"a": 1.0, "b": 0.5, "c": 1.0, "d": None}),
        ([], dict.fromkeys("abcd")),
    ],
)
def test_constraint_of_small_graphs(edges, expected):
    """G9, by hand: triangle 2 · (1/2 + 1/4)², star 3 · (1/3)², path 2 · (1/2)², no tie."""
    graph = simple_graph("abcd", [Edge(a, b, None, None) for a, b in edges])

    assert constraints(graph) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(20))
def test_constraint_agrees_with_networkx_node_by_node(seed):
    """G9: the two forms of networkx, and the strengths on the edges left out of it."""
    graph = graph_of(index_data(random_ecosystem(Random(seed))))
    graph.remove_nodes_from(list(nx.isolates(graph)))

    found = constraints(graph)

    assert found == pytest.approx(nx.constraint(graph, nodes=list(graph)))


def test_connections_of_an_empty_map():
    """G9, G10, G12, undefined case."""
    assert analyse_connections(index_data(ecosystem())) == Connections(
        structure=Structure(0, 0, None, 0, None, (), (), ()),
        actors=(),
        sector_connection=(),
        residents=Residents(0, 0, None, None, None, None),
    )


def test_connections_of_one_actor():
    """G9, G10, G12, undefined case."""
    assert analyse_connections(index_data(ecosystem("a"))) == Connections(
        structure=Structure(1, 0, None, 1, 1.0, ("a",), (), ()),
        actors=(ActorMeasures("a", 0, 0, 0.0, None),),
        sector_connection=(SectorConnection("government", "government", 0, 0, None, "connected"),),
        residents=Residents(0, 1, None, 0.0, None, 0.0),
    )


def test_connections_of_two_actors_without_and_with_a_tie():
    """G9, undefined case of betweenness; one tie on one pair is exactly what is expected."""
    apart = analyse_connections(index_data(ecosystem("a b")))
    tied = analyse_connections(index_data(ecosystem("a b", ties=["a-b"])))

    assert apart.structure == Structure(2, 0, 0.0, 2, 0.5, ("a", "b"), (), ())
    assert tied.structure == Structure(2, 1, 1.0, 1, 1.0, (), (), (("a", "b"),))
    assert tied.actors == (ActorMeasures("a", 1, 1, 0.0, 1.0), ActorMeasures("b", 1, 1, 0.0, 1.0))
    assert tied.sector_connection == (
        SectorConnection("government", "government", 1, 1, 1.0, "connected"),
    )


@pytest.mark.parametrize(
    ("observed", "expected", "state"),
    [
        (0, None, "connected"),
        (0, 0.99, "connected"),
        (0, 1.0, "disconnected"),
        (0, 5.0, "disconnected"),
        (1, 1.99, "connected"),
        (1, 2.0, "connected"),
        (1, 2.01, "weak"),
        (2, 4.0, "connected"),
        (2, 4.1, "weak"),
    ],
)
def test_sector_connection_state_needs_enough_expected_ties(observed, expected, state):
    """G10: weak is *less* than half of the expected, and only from two expected on."""
    assert connection_state(observed, expected) == state


def test_sector_connection_counts_a_tie_whichever_end_comes_first():
    """G10, by hand: m is before g by sector in one tie and after it by slug in the other."""
    sector_of = {"a": "media", "b": "government", "c": "media", "d": "government"}
    edges = [Edge("a", "b", None, None), Edge("b", "c", None, None), Edge("c", "d", None, None)]

    assert sector_connection(sector_of, edges) == (
        SectorConnection("government", "government", 0, 1, 0.5, "connected"),
        SectorConnection("government", "media", 3, 4, 2.0, "connected"),
        SectorConnection("media", "media", 0, 1, 0.5, "connected"),
    )


@pytest.mark.parametrize("seed", range(20))
def test_sector_connection_adds_up_to_the_whole_map(seed):
    """G10: observed, pairs and expected of all sectors together are those of the map."""
    index = index_data(random_ecosystem(Random(seed)))
    sector_of = {slug: actor.sector for slug, actor in index.actors.items()}

    found = sector_connection(sector_of, index.edges)

    assert sum(item.observed for item in found) == len(index.edges)
    assert sum(item.pairs for item in found) == len(sector_of) * (len(sector_of) - 1) // 2
    assert sum(item.expected or 0 for item in found) == pytest.approx(len(index.edges))
