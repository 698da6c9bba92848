"""What hangs on one person or one actor (G11)."""

from dataclasses import replace
from random import Random

import networkx as nx
import pytest

from ecosystem.analysis.cells import cells, tally_statements
from ecosystem.analysis.data import EcosystemData
from ecosystem.analysis.fragility import (
    CellChange,
    Departure,
    ReachChange,
    departures,
    one_person_ties,
)
from ecosystem.analysis.graph import Edge
from ecosystem.analysis.index import index_data
from ecosystem.analysis.reach import distances_from, reaches
from ecosystem.analysis.structure import graph_of
from tests.analysis.builders import ecosystem, random_ecosystem

WORSE = {"covered": 0, "single": 1, "thin": 2, "absent": 3, "unknown": 3}
LONGER = [
    "in_the_room",
    "one_introduction",
    "two_introductions",
    "in_the_city",
    "elsewhere",
    "nowhere",
]


def _departures(data: EcosystemData) -> tuple[Departure, ...]:
    index = index_data(data)
    tallies = tally_statements(index)
    distance = distances_from(index.members, index.adjacency)
    return departures(index, tallies, reaches(index, tallies, distance), distance)


def test_one_person_ties_are_those_known_to_be_carried_by_one():
    """G11 a: unknown carriers are not one carrier."""
    edges = [Edge("a", "b", 4, 1), Edge("a", "c", 1, None), Edge("b", "c", None, 2)]

    assert one_person_ties(edges) == (("a", "b"),)


def test_departures_come_worst_first():
    """G11 b, by hand: two last holders, then one, then the cut points by size, then slug."""
    data = ecosystem(
        "a b c d e f g h",
        ties=["e-a", "e-b", "e-c", "d-f", "d-g", "c-h"],
        levels={"coding": {"c": 2}, "fundraising": {"b": 2}, "issue-knowledge": {"c": 3, "b": 1}},
    )

    assert _departures(data) == (
        Departure(
            "c",
            cells=(
                CellChange("issue-knowledge", "single", "thin"),
                CellChange("coding", "single", "unknown"),
            ),
            components=1,
            reach=(
                ReachChange("issue-knowledge", "in_the_room", "nowhere"),
                ReachChange("coding", "in_the_room", "nowhere"),
            ),
        ),
        Departure(
            "b",
            cells=(CellChange("fundraising", "single", "unknown"),),
            components=0,
            reach=(ReachChange("fundraising", "in_the_room", "nowhere"),),
        ),
        Departure("e", cells=(), components=2, reach=()),
        Departure("d", cells=(), components=1, reach=()),
    )


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ({"a": 2, "b": 2, "unit": 2}, {}),
        ({"a": 2, "b": 2}, {"a": ("covered", "single"), "b": ("covered", "single")}),
        ({"a": 2, "unit": 2, "parent": 2}, {"a": ("covered", "single")}),
        ({"unit": 2, "parent": 2}, {}),
        ({"a": 3, "b": 1}, {"a": ("single", "thin")}),
        ({"a": 3, "b": 0}, {"a": ("single", "unknown")}),
        ({"a": 3, "b": 0, "unit": 0, "parent": 0}, {"a": ("single", "absent")}),
        ({"a": 1}, {"a": ("thin", "unknown")}),
        ({"a": 1, "b": 1}, {}),
        ({"a": 0, "b": 0, "unit": 0, "parent": 0}, {}),
    ],
)
def test_departure_makes_cells_worse_by_organisation(levels, expected):
    """G11 b, by hand: absent and unknown are alike, and the scope has one member less."""
    data = ecosystem("a b parent unit", part_of={"unit": "parent"}, levels={"coding": levels})

    found = {departure.actor: departure.cells for departure in _departures(data)}

    assert {actor: [(c.from_, c.to) for c in changes] for actor, changes in found.items()} == {
        actor: [change] for actor, change in expected.items()
    }


@pytest.mark.parametrize(
    ("ties", "holders", "expected"),
    [
        (["a-v"], "v", {"a": "in_the_city", "v": "elsewhere"}),
        (["a-v", "b-v"], "v", {"v": "elsewhere"}),
        (["a-v", "b-w"], "v w", {}),
        (["a-v", "a-w"], "v w", {"a": "in_the_city"}),
        (["a-v", "v-w"], "v w", {"a": "in_the_city", "v": "in_the_city"}),
        (["a-u", "b-u", "u-v"], "v", {"u": "in_the_city", "v": "elsewhere"}),
        (["a-u", "u-v", "b-w", "w-v"], "v", {"v": "elsewhere"}),
        (["a-u", "a-w", "u-v", "w-v"], "v", {"a": "in_the_city", "v": "elsewhere"}),
        (
            ["a-u", "u-v", "b-x", "x-w", "w-v"],
            "v",
            {"a": "in_the_city", "u": "in_the_city", "v": "elsewhere"},
        ),
        ([], "v", {"v": "elsewhere"}),
        ([], "v w", {}),
    ],
)
def test_departure_makes_reach_longer_where_every_way_needs_the_actor(ties, holders, expected):
    """G11 b, by hand: the visitor u is a go-between, a and b are the members."""
    data = ecosystem(
        "a b",
        "u v w x",
        ties=ties,
        levels={"coding": dict.fromkeys(holders.split(), 2)},
        elsewhere={"coding": ["far"]},
    )

    found = {item.actor: item.reach[0].to for item in _departures(data) if item.reach}

    assert found == expected


def test_departures_of_an_empty_map_are_none():
    """G11 b, undefined case."""
    assert _departures(ecosystem()) == ()


def test_departure_of_the_only_actor_opens_nothing_but_its_cells():
    """G11 b, undefined case: the components do not become fewer than before."""
    assert _departures(ecosystem("a", levels={"coding": {"a": 0}})) == ()
    assert _departures(ecosystem("a", levels={"coding": {"a": 1}})) == (
        Departure("a", (CellChange("coding", "thin", "unknown"),), components=0, reach=()),
    )


@pytest.mark.parametrize("seed", range(400))
def test_departures_agree_with_measuring_the_map_again(seed):
    """G11 b: each actor in turn is taken off a random map, and everything measured anew."""
    data = random_ecosystem(Random(seed))

    assert _departures(data) == _naive_departures(data)


def _naive_departures(data: EcosystemData) -> tuple[Departure, ...]:
    states, holders, pieces, classes = _measured(data)
    found = []
    for actor in data.actors:
        after_states, after_holders, after_pieces, after_classes = _measured(
            _without(data, actor.id)
        )
        changes = Departure(
            actor.slug,
            cells=tuple(
                CellChange(competency, state, after_states[competency])
                for competency, state in states.items()
                if WORSE[after_states[competency]] > WORSE[state]
            ),
            components=max(0, after_pieces - pieces),
            reach=tuple(
                ReachChange(competency, reach, after_classes[competency])
                for competency, reach in classes.items()
                if LONGER.index(after_classes[competency]) > LONGER.index(reach)
            ),
        )
        lost = sum(1 for slug, number in holders.items() if number and not after_holders[slug])
        if changes.cells or changes.components or changes.reach:
            found.append((-lost, -changes.components, actor.slug, changes))
    return tuple(changes for *_order, changes in sorted(found, key=lambda item: item[:3]))


def _without(data: EcosystemData, leaver: int) -> EcosystemData:
    return replace(
        data,
        scope=replace(data.scope, members=data.scope.members - {leaver}),
        actors=tuple(actor for actor in data.actors if actor.id != leaver),
        statements=tuple(item for item in data.statements if item.actor != leaver),
        ties=tuple(tie for tie in data.ties if leaver not in (tie.source, tie.target)),
    )


def _measured(data: EcosystemData):
    index = index_data(data)
    tallies = tally_statements(index)
    distance = distances_from(index.members, index.adjacency)
    found = cells(index, tallies)
    return (
        {cell.competency: cell.state for cell in found},
        {cell.competency: len(cell.holders) for cell in found},
        nx.number_connected_components(graph_of(index)),
        {item.competency: item.reach for item in reaches(index, tallies, distance)},
    )
