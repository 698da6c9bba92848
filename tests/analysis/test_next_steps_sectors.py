"""Introductions between sectors (G16): by hand, and against looking at every pair."""

from itertools import product
from random import Random

import networkx as nx
import pytest

from ecosystem.analysis.gaps import analyse
from ecosystem.analysis.next_steps import SectorIntroduction
from tests.analysis.builders import ecosystem, random_ecosystem


def sector_introductions(data):
    return analyse(data).sector_introductions


GOVERNMENT, MEDIA = ["g1", "g2", "g3"], ["m1", "m2", "m3"]
SECTORS = dict.fromkeys(GOVERNMENT, "government") | dict.fromkeys(MEDIA, "media")


def town(*ties, **sectors):
    """Three of government, three of media, and others as named."""
    return ecosystem(
        " ".join([*GOVERNMENT, *MEDIA, *sectors]), ties=ties, sectors=SECTORS | sectors
    )


def test_nearest_pair_is_introduced_by_the_one_between():
    """G16, by hand: g1 and m1 both work with the lab; everyone else is three steps apart."""
    data = town("g1-lab", "m1-lab", "g1-g2", "g2-g3", "m1-m2", "m2-m3", lab="data_intermediary")

    assert SectorIntroduction("government", "media", ("g1", "m1"), "lab") in (
        sector_introductions(data)
    )


def test_of_equally_near_pairs_the_best_connected_then_the_first_by_slug():
    """G16, by hand: all are two steps apart by the lab; g2 and m3 have one more tie each."""
    data = town(
        *(f"{one}-lab" for one in [*GOVERNMENT, *MEDIA]),
        "g2-g3",
        "m3-m2",
        lab="data_intermediary",
    )

    # g3 and m2 have as many: the first by slug.
    assert SectorIntroduction("government", "media", ("g2", "m2"), "lab") in (
        sector_introductions(data)
    )


def test_sectors_in_different_components_meet_through_nobody():
    """G16, by hand: the two best connected."""
    data = town("g1-g2", "g2-g3", "m1-m3", "m2-m3")

    assert sector_introductions(data) == (
        SectorIntroduction("government", "media", ("g2", "m3"), None),
    )


def test_broker_of_a_longer_way_is_the_one_who_knows_the_second():
    """G16, by hand: g1 – lab – hub – m1."""
    data = town(
        "g1-lab",
        "lab-hub",
        "hub-m1",
        "g1-g2",
        "g1-g3",
        "m1-m2",
        "m1-m3",
        lab="data_intermediary",
        hub="academia",
    )

    assert SectorIntroduction("government", "media", ("g1", "m1"), "hub") in (
        sector_introductions(data)
    )


def test_actors_of_one_sector_without_a_tie_are_introduced_too():
    """G16 for a sector with itself, by hand: 3 pairs of 15, 5 ties, 1 expected, none there."""
    data = town("g1-m1", "g1-m2", "g2-m2", "g2-m3", "g3-m3")

    assert sector_introductions(data) == (
        SectorIntroduction("government", "government", ("g1", "g2"), "m2"),
        SectorIntroduction("media", "media", ("m2", "m3"), "g2"),
    )


def test_connected_sectors_need_no_introduction():
    assert sector_introductions(ecosystem("a b", ties=["a-b"])) == ()


def by_looking_at_every_pair(data, results):
    """networkx on all pairs; which of several brokers is left open."""
    graph = nx.Graph()
    slugs = {actor.id: actor.slug for actor in data.actors}
    of_sector = {}
    for actor in data.actors:
        graph.add_node(actor.slug)
        of_sector.setdefault(actor.sector, []).append(actor.slug)
    graph.add_edges_from(
        (slugs[tie.source], slugs[tie.target]) for tie in data.ties if tie.source != tie.target
    )
    far = len(graph) + 1
    for one in results.sector_connection:
        if one.state == "connected":
            continue
        ranked = []
        for x, y in product(of_sector[one.a], of_sector[one.b]):
            if x == y or graph.has_edge(x, y) or (one.a == one.b and y < x):
                continue
            steps = nx.shortest_path_length(graph, x, y) if nx.has_path(graph, x, y) else far
            ranked.append((steps, -graph.degree(x) - graph.degree(y), x, y))
        steps, _degrees, x, y = min(ranked)
        brokers = (
            {path[-2] for path in nx.all_shortest_paths(graph, x, y)} if steps < far else {None}
        )
        yield one.a, one.b, (x, y), brokers


@pytest.mark.parametrize("block", range(4))
def test_pairs_are_what_looking_at_every_pair_finds(block):
    """G16, on 400 random maps."""
    seen = 0
    for seed in range(100 * block, 100 * block + 100):
        data = random_ecosystem(Random(seed))
        results = analyse(data)

        expected = list(by_looking_at_every_pair(data, results))

        found = [(one.a, one.b, one.between) for one in results.sector_introductions]
        assert found == [(a, b, pair) for a, b, pair, _brokers in expected], seed
        for one, (*_pair, brokers) in zip(results.sector_introductions, expected, strict=True):
            assert one.through in brokers
            seen += 1
    assert seen > 20
