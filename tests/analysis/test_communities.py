"""Communities against graphs whose groups are told by hand, and against networkx directly."""

from itertools import combinations
from random import Random

import networkx as nx
import pytest

from ecosystem.analysis.communities import Communities, Community, communities, communities_of
from ecosystem.analysis.graph import Edge
from tests.analysis.builders import ecosystem, random_ecosystem


def clique(slugs):
    return [f"{a}-{b}" for a, b in combinations(slugs.split(), 2)]


def test_two_cliques_with_a_bridge_are_two_communities():
    data = ecosystem(
        "a b c d p q r z",
        ties=[*clique("a b c d"), *clique("p q r"), "d-p"],
        sectors={"b": "media", "c": "media", "p": "academia"},
    )

    found = communities_of(data)

    # By hand: 10 edges; inside 6 and 3; degrees add up to 13 and 7.
    assert found == Communities(
        found=(
            Community(1, ("a", "b", "c", "d"), {"government": 2, "media": 2}, "a"),
            Community(2, ("p", "q", "r"), {"government": 2, "academia": 1}, "p"),
        ),
        not_connected=("z",),
        modularity=pytest.approx((6 / 10 - (13 / 20) ** 2) + (3 / 10 - (7 / 20) ** 2)),
    )
    assert list(found.found[0].sectors) == ["government", "media"]
    assert found.number_of == {"a": 1, "b": 1, "c": 1, "d": 1, "p": 2, "q": 2, "r": 2, "z": 0}


def test_best_connected_member_is_the_one_with_most_ties_inside():
    data = ecosystem("a b c d", ties=["d-a", "d-b", "d-c"])

    assert communities_of(data).found[0].best_connected == "d"


def test_equally_large_communities_are_numbered_by_their_first_slug():
    data = ecosystem("m n a z", ties=["m-n", "z-a"])

    assert [one.members for one in communities_of(data).found] == [("a", "z"), ("m", "n")]


@pytest.mark.parametrize(
    ("members", "ties", "expected"),
    [
        ("", [], Communities((), (), None)),
        ("a", ["a-a"], Communities((), ("a",), None)),
        ("b a", [], Communities((), ("a", "b"), None)),
    ],
    ids=["nobody", "one with a tie to itself", "no tie"],
)
def test_without_ties_there_is_no_community(members, ties, expected):
    assert communities_of(ecosystem(members, ties=ties)) == expected


@pytest.mark.parametrize("seed", range(20))
def test_communities_are_those_of_networkx_whatever_the_order_of_rows(seed):
    random = Random(seed)
    data = random_ecosystem(random)
    slug_of = {actor.id: actor.slug for actor in data.actors}
    pairs = sorted(
        {
            tuple(sorted((slug_of[tie.source], slug_of[tie.target])))
            for tie in data.ties
            if tie.source != tie.target
        }
    )
    graph = nx.Graph()
    graph.add_nodes_from(sorted(slug_of.values()))
    graph.add_edges_from(pairs)
    parts = nx.community.louvain_communities(graph, seed=20180613) if pairs else []
    connected = {slug for pair in pairs for slug in pair}
    expected = [part for part in parts if part & connected]
    sectors = [(actor.slug, actor.sector) for actor in data.actors]
    edges = [Edge(a, b, None, None) for a, b in pairs]
    random.shuffle(sectors)
    random.shuffle(edges)

    found = communities(dict(sectors), edges)

    assert {frozenset(one.members) for one in found.found} == set(map(frozenset, expected))
    assert found == communities_of(data)
    assert found.number_of.keys() == set(slug_of.values())
