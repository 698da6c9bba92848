"""How far away a missing competency is (G8)."""

from random import Random

import networkx as nx
import pytest

from ecosystem.analysis.cells import tally_statements
from ecosystem.analysis.data import EcosystemData
from ecosystem.analysis.index import index_data
from ecosystem.analysis.reach import Reach, best_path, distances_from, reaches
from ecosystem.analysis.vocabulary import COMPETENCIES
from tests.analysis.builders import ecosystem, random_ecosystem


def _reach(data: EcosystemData) -> dict[str, Reach]:
    index = index_data(data)
    distance = distances_from(index.members, index.adjacency)
    found = reaches(index, tally_statements(index), distance)
    assert tuple(reach.competency for reach in found) == COMPETENCIES
    return {reach.competency: reach for reach in found}


@pytest.mark.parametrize(
    ("ties", "levels", "expected"),
    [
        (["a-v"], {"a": 2, "v": 3}, Reach("coding", "in_the_room")),
        (["a-v"], {"a": 1, "v": 2}, Reach("coding", "one_introduction", "v", ("a", "v"))),
        (["a-v", "v-w"], {"w": 2}, Reach("coding", "two_introductions", "w", ("a", "v", "w"))),
        (
            ["a-v", "v-w", "w-x"],
            {"x": 2},
            Reach("coding", "in_the_city", "x", ("a", "v", "w", "x")),
        ),
        (["v-w"], {"x": 2, "w": 2}, Reach("coding", "in_the_city", "w", None)),
        (["a-v"], {"v": 1, "a": 0}, Reach("coding", "elsewhere", "far-1", None)),
    ],
)
def test_reach_names_the_nearest_holder(ties, levels, expected):
    """G8: a learner is no holder; two holders without a connection go by slug."""
    data = ecosystem(
        "a b",
        "v w x",
        ties=ties,
        levels={"coding": levels},
        elsewhere={"coding": ["far-2", "far-1"]},
    )

    assert _reach(data)["coding"] == expected


def test_reach_is_nowhere_without_any_holder():
    """G8, also when the set of holders elsewhere is given and empty."""
    data = ecosystem("a", "v", ties=["a-v"], elsewhere={"coding": []})

    assert set(_reach(data).values()) == {Reach(slug, "nowhere") for slug in COMPETENCIES}


def test_reach_prefers_a_far_connected_holder_to_an_unconnected_one():
    """G8: h is unconnected and earlier by slug, w three steps away."""
    data = ecosystem(
        "a", "h u v w", ties=["a-u", "u-v", "v-w"], levels={"coding": {"h": 3, "w": 2}}
    )

    assert _reach(data)["coding"] == Reach("coding", "in_the_city", "w", ("a", "u", "v", "w"))


@pytest.mark.parametrize(
    ("ties", "path"),
    [
        (["a-u:4", "u-x:1", "b-v:2", "v-x:2"], ("b", "v", "x")),
        (["a-u:4", "u-x", "b-v:2", "v-x:2"], ("b", "v", "x")),
        (["a-u:2", "u-x:3", "b-v:4", "v-x:2"], ("a", "u", "x")),
        (["a-v:2", "v-x:2", "a-u:2", "u-y:2"], ("a", "u", "y")),
        (["b-u", "u-x", "a-v", "v-x"], ("a", "v", "x")),
        (["a-u", "a-u:3", "u-x:3", "a-v:2", "v-x:4"], ("a", "u", "x")),
    ],
)
def test_path_has_the_strongest_weakest_edge_then_the_first_slugs(ties, path):
    """G8: unknown strength counts 1; parallel ties have the strength of the strongest."""
    data = ecosystem("a b", "u v x y", ties=ties, levels={"coding": {"x": 2, "y": 2}})

    found = _reach(data)["coding"]

    assert found == Reach("coding", "two_introductions", path[-1], path)
    assert found.through == path[1:-1]


def test_reach_from_an_empty_scope_connects_to_nobody():
    """G8, undefined case."""
    data = ecosystem("", "v w", ties=["v-w"], levels={"coding": {"w": 2, "v": 2}})

    assert _reach(data)["coding"] == Reach("coding", "in_the_city", "v", None)
    assert _reach(data)["coding"].through == ()


@pytest.mark.parametrize("seed", range(150))
def test_best_path_is_the_best_of_all_shortest_paths(seed):
    """G8, against networkx: every shortest path is listed and the best one taken."""
    random = Random(seed)
    data = random_ecosystem(random)
    index = index_data(data)
    graph = nx.Graph(
        (a, b, {"strength": strength})
        for a, neighbours in index.adjacency.items()
        for b, strength in neighbours.items()
    )
    graph.add_nodes_from(index.actors)
    distance = distances_from(index.members, index.adjacency)

    for steps in set(distance.values()) - {0}:
        targets = sorted(slug for slug, found in distance.items() if found == steps)
        targets = random.sample(targets, random.randrange(1, len(targets) + 1))
        paths = [
            tuple(path)
            for target in targets
            for member in index.members
            if nx.has_path(graph, member, target)
            for path in nx.all_shortest_paths(graph, member, target)
            if len(path) == steps + 1
        ]
        weakest = {
            path: min(graph.edges[edge]["strength"] for edge in nx.utils.pairwise(path))
            for path in paths
        }
        best = min(paths, key=lambda path: (-weakest[path], path))

        assert best_path(targets, distance, index.adjacency) == best
