"""What if these left: G11 for any number of leavers."""

from dataclasses import replace
from random import Random

import pytest

from ecosystem.analysis.fragility import CellChange, Departure, ReachChange
from ecosystem.analysis.gaps import analyse
from ecosystem.analysis.next_steps import NO_STEPS
from ecosystem.analysis.what_if import Changes, unheld_without, what_if, without
from tests.analysis.builders import ecosystem, random_ecosystem

NOTHING = Changes(cells=(), reach=(), sectors=(), roles=())


@pytest.mark.parametrize("seed", range(60))
def test_one_leaver_opens_what_departures_say(seed):
    """G11 b: the local rules of ``fragility`` against computing the map again, on random maps."""
    data = random_ecosystem(Random(seed))
    local = {found.actor: found for found in analyse(data).fragility.departures}

    for actor in data.actors:
        found = what_if(data, [actor.slug])

        nothing = Departure(actor.slug, cells=(), components=0, reach=())
        assert (
            Departure(actor.slug, found.changes.cells, found.components, found.changes.reach)
        ) == local.get(actor.slug, nothing)


def test_without_takes_an_actor_off_with_all_that_hangs_on_it():
    data = ecosystem(
        "a b",
        "v",
        ties=["a-b", "v-a"],
        levels={"coding": {"a": 2, "v": 2}},
        part_of={"b": "a"},
    )
    a, b, v = (data.actors[number].id for number in range(3))
    data = replace(data, deciders=frozenset({a, b}), undecided=frozenset({a}))

    left = without(data, {"a", "nobody"})

    assert [actor.slug for actor in left.actors] == ["b", "v"]
    assert left.scope.members == {b}
    assert [(one.actor, one.competency) for one in left.statements] == [(v, "coding")]
    assert (left.ties, left.deciders, left.undecided) == ((), frozenset({b}), frozenset())
    assert left.parents == data.parents


def test_two_open_together_what_neither_opens_alone():
    """By hand: a and b are both on every way between c and d, and both have the skill."""
    data = ecosystem(
        "a b c d",
        ties=["a-c", "a-d", "b-c", "b-d"],
        levels={"coding": {"a": 2, "b": 3}},
        sectors={"a": "philanthropy", "b": "philanthropy"},
        roles={"a": ["backbone"], "c": ["backbone"], "b": ["storyteller"]},
        elsewhere={"coding": ["far"]},
    )

    both = what_if(data, ["b", "a"])

    assert (both.leavers, both.components) == (("a", "b"), 1)
    assert both.changes == Changes(
        cells=(CellChange("coding", "covered", "unknown"),),
        reach=(ReachChange("coding", "in_the_room", "elsewhere"),),
        sectors=("philanthropy",),
        roles=("storyteller",),
    )
    assert both.changes.needed_sectors == ("philanthropy",)
    assert [what_if(data, [one]).components for one in "ab"] == [0, 0]
    assert what_if(data, ["a"]).changes == Changes(
        cells=(CellChange("coding", "covered", "single"),), reach=(), sectors=(), roles=()
    )


def test_a_piece_that_leaves_as_a_whole_opens_nothing():
    """By hand: c-d goes altogether while a keeps b; the cut point e leaves x and y apart."""
    data = ecosystem("a b c d e x y z", ties=["a-b", "c-d", "e-x", "e-y"])

    assert what_if(data, ["c", "d"]).components == 0
    assert what_if(data, ["z"]).components == 0
    assert what_if(data, ["c", "d", "e", "z"]).components == 1


def test_nobody_leaves_and_everybody_leaves():
    data = ecosystem("a b", ties=["a-b"], levels={"coding": {"a": 2}})

    nobody, everybody = what_if(data, ["stranger"]), what_if(data, ["a", "b"])

    assert (nobody.leavers, nobody.changes, nobody.components) == ((), NOTHING, 0)
    assert nobody.is_harmless
    assert nobody.before == nobody.after == analyse(data, steps=NO_STEPS)
    assert everybody.after.scope.size == 0
    assert everybody.changes == Changes(
        cells=(CellChange("coding", "single", "unknown"),),
        reach=(ReachChange("coding", "in_the_room", "nowhere"),),
        sectors=("government",),
        roles=(),
    )
    assert not everybody.is_harmless


def test_skills_that_lose_their_last_holder_on_the_map_are_named():
    data = ecosystem(
        "a b",
        "v",
        levels={"coding": {"a": 2, "v": 2}, "fundraising": {"a": 2, "b": 3}, "issue-knowledge": {}},
    )

    assert unheld_without(data, {"a", "v"}) == ("coding",)
    assert unheld_without(data, {"a", "b"}) == ("fundraising",)
    assert unheld_without(data, set()) == ()
