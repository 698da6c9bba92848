"""Ties as a simple undirected graph (gap method, section 1)."""

from ecosystem.analysis.data import Tie
from ecosystem.analysis.graph import Edge, adjacency_of, merge_ties, simple_graph

SLUG_OF = {3: "a", 2: "b", 1: "c", 9: "d"}
A, B, C = 3, 2, 1


def test_merge_takes_the_greatest_strength_and_the_sum_of_the_carriers():
    ties = [
        Tie(B, A, "funds", strength=2, carried_by=1),
        Tie(A, B, "advises", strength=4, carried_by=2),
        Tie(A, B, "convenes", strength=None, carried_by=1),
    ]

    assert merge_ties(ties, SLUG_OF) == (Edge("a", "b", strength=4, carried_by=4),)


def test_merge_leaves_carriers_unknown_when_one_tie_does_not_record_them():
    ties = [Tie(A, B, "funds", carried_by=1), Tie(B, A, "advises"), Tie(A, B, "x", carried_by=1)]

    assert merge_ties(ties, SLUG_OF) == (Edge("a", "b", strength=None, carried_by=None),)


def test_merge_drops_self_ties_wished_ties_and_ends_off_the_map():
    ties = [
        Tie(A, A, "funds", strength=4),
        Tie(A, B, "funds", status="wished", strength=4),
        Tie(A, 77, "funds", strength=4),
        Tie(77, B, "funds", strength=4),
    ]

    assert merge_ties(ties, SLUG_OF) == ()


def test_merge_orders_edges_by_slug_whatever_the_order_of_ids_and_rows():
    ties = [Tie(C, B, "funds"), Tie(9, C, "funds"), Tie(C, A, "funds"), Tie(9, A, "funds")]

    merged = merge_ties(ties, SLUG_OF)

    assert [(edge.a, edge.b) for edge in merged] == [("a", "c"), ("a", "d"), ("b", "c"), ("c", "d")]
    assert merge_ties(reversed(ties), SLUG_OF) == merged


def test_graph_has_isolates_and_nodes_and_edges_in_slug_order():
    edges = (Edge("a", "c", 3, None), Edge("b", "c", None, 2))

    graph = simple_graph("abcd", edges)

    assert list(graph.nodes) == ["a", "b", "c", "d"]
    assert list(graph.edges(data=True)) == [
        ("a", "c", {"strength": 3, "carried_by": None}),
        ("b", "c", {"strength": None, "carried_by": 2}),
    ]


def test_adjacency_counts_unknown_strength_as_one():
    """G8: the weakest, so that a tie known to be strong is preferred."""
    edges = (Edge("a", "c", 3, None), Edge("b", "c", None, 2))

    assert adjacency_of("abcd", edges) == {
        "a": {"c": 3},
        "b": {"c": 1},
        "c": {"a": 3, "b": 1},
        "d": {},
    }
