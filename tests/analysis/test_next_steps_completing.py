"""The smallest completing set (G13): by hand, and against every set there is."""

from collections import defaultdict
from dataclasses import replace
from itertools import combinations
from random import Random

import pytest

from ecosystem.analysis.data import Scope
from ecosystem.analysis.gaps import analyse
from ecosystem.analysis.next_steps import CompletingSet, smallest_completing_set
from ecosystem.analysis.next_steps.completing import Uncoverable
from ecosystem.analysis.vocabulary import COMPETENCIES
from tests.analysis.builders import ecosystem, ids_of, random_ecosystem


def uncoverable(*besides, ask=()):
    """All cells but these, with the cities to ask."""
    return tuple(
        Uncoverable(competency, dict(ask).get(competency))
        for competency in COMPETENCIES
        if competency not in besides
    )


def test_one_actor_completes_what_two_could_share():
    """G13, by hand: v1 and v2 bring one skill each, v3 both."""
    data = ecosystem(
        "a",
        "v1 v2 v3",
        ties=["a-v1", "a-v2", "a-v3"],
        levels={
            "coding": {"a": 2, "v1": 2, "v3": 2},
            "fundraising": {"a": 3, "v2": 3, "v3": 2},
        },
    )

    assert smallest_completing_set(data) == CompletingSet(
        ("v3",), 1, uncoverable("coding", "fundraising")
    )


def test_set_with_fewest_introductions_wins_over_slugs():
    """G13, by hand: b is a stranger (4), c two steps away (2), d next door (1)."""
    data = ecosystem(
        "a",
        "b c d",
        ties=["a-d", "d-c"],
        levels={"coding": {"a": 2, "b": 2, "c": 2, "d": 2}},
    )

    assert smallest_completing_set(data) == CompletingSet(("d",), 1, uncoverable("coding"))


def test_fewer_actors_win_over_fewer_introductions():
    """G13, by hand: one stranger (4) rather than two neighbors (2)."""
    data = ecosystem(
        "a",
        "n1 n2 z",
        ties=["a-n1", "a-n2"],
        levels={"coding": {"a": 2, "n1": 2, "z": 2}, "fundraising": {"a": 2, "n2": 2, "z": 2}},
    )

    assert smallest_completing_set(data) == CompletingSet(
        ("z",), 4, uncoverable("coding", "fundraising")
    )


def test_equal_sets_are_told_apart_by_slug():
    """G13, by hand: any two of four equals; the first two by slug."""
    data = ecosystem(
        "a",
        "b c d e",
        ties=["a-b", "a-c", "a-d", "a-e"],
        levels={"coding": dict.fromkeys("bcde", 2)},
    )

    assert smallest_completing_set(data) == CompletingSet(("b", "c"), 2, uncoverable("coding"))


def test_units_of_one_organisation_cover_a_cell_only_together_with_another():
    """G13, by hand: b and c are units of p, so d must join; a's own unit adds nothing."""
    data = ecosystem(
        "a",
        "b c d unit",
        levels={"coding": dict.fromkeys("bcd", 2), "fundraising": {"a": 2, "unit": 2}},
        part_of={"b": "p", "c": "p", "unit": "a"},
    )

    assert smallest_completing_set(data) == CompletingSet(("b", "d"), 8, uncoverable("coding"))


def test_uncoverable_cells_name_the_city_to_ask():
    """G13: in framework order; a learner outside covers nothing."""
    data = replace(
        ecosystem("a", "v", levels={"coding": {"v": 1}}),
        cities_elsewhere={"coding": "dover", "fundraising": "ashton"},
    )

    assert smallest_completing_set(data) == CompletingSet(
        (), 0, uncoverable(ask={"coding": "dover", "fundraising": "ashton"})
    )


def test_empty_scope_is_connected_to_nobody():
    """G13: everyone costs 4."""
    data = ecosystem("", "v w", ties=["v-w"], levels={"coding": {"v": 2, "w": 2}})

    assert smallest_completing_set(data) == CompletingSet(("v", "w"), 8, uncoverable("coding"))


def test_map_whose_actors_are_all_members_has_nobody_to_add():
    data = ecosystem("a b", levels={"coding": {"a": 2, "b": 2}, "fundraising": {"a": 2}})

    assert smallest_completing_set(data) == CompletingSet((), 0, uncoverable("coding"))


def by_trying_everything(data):
    """Every set of outside actors, the smallest first, counting organizations anew for each."""
    slug_of = {actor.id: actor.slug for actor in data.actors}
    outside = sorted(slug for pk, slug in slug_of.items() if pk not in data.scope.members)
    ids = {slug: pk for pk, slug in slug_of.items()}
    steps = distances(data, slug_of)

    def covered(chosen):
        members = data.scope.members | {ids[slug] for slug in chosen}
        return organisations_of(data, members)

    def introductions(chosen):
        return sum({1: 1, 2: 2}.get(steps.get(slug), 4) for slug in chosen)

    most = covered(outside)
    for count in range(len(outside) + 1):
        complete = [chosen for chosen in combinations(outside, count) if covered(chosen) == most]
        if complete:
            best = min(complete, key=lambda chosen: (introductions(chosen), chosen))
            missing = tuple(Uncoverable(c, None) for c in COMPETENCIES if c not in most)
            return CompletingSet(best, introductions(best), missing)
    raise AssertionError("everybody together covers what everybody together covers")


def organisations_of(data, members):
    """The competencies that two organisations among the members hold."""

    def top(actor):
        return data.parents.get(actor, actor)  # the maps below have parents without parents

    holding = defaultdict(set)
    for one in data.statements:
        if one.actor in members and one.level >= 2:
            holding[one.competency].add(top(one.actor))
    return {competency for competency, tops in holding.items() if len(tops) > 1}


def distances(data, slug_of):
    near = defaultdict(set)
    for tie in data.ties:
        near[tie.source].add(tie.target)
        near[tie.target].add(tie.source)
    first = set().union(*(near[m] for m in data.scope.members)) if data.scope.members else set()
    second = set().union(*(near[one] for one in first)) if first else set()
    return {slug_of[pk]: 2 for pk in second} | {slug_of[pk]: 1 for pk in first}


@pytest.mark.parametrize("block", range(10))
def test_smallest_set_is_the_best_of_all_sets(block):
    """G13, on 400 random maps of up to 12 actors."""
    for seed in range(40 * block, 40 * block + 40):
        data = random_ecosystem(Random(seed))

        assert smallest_completing_set(data) == by_trying_everything(data), seed


def sparse(random):
    """Up to 11 outside actors that hold little each, so that the smallest sets are large."""
    outside = [f"v{number:02}" for number in range(random.randrange(4, 12))]
    random.shuffle(outside)
    return ecosystem(
        "a b",
        " ".join(outside),
        ties=[f"{random.choice(['a', *outside])}-{one}" for one in outside],
        levels={
            competency: {
                slug: random.choice([1, 2, 3]) for slug in ["a", *outside] if random.random() < 0.25
            }
            for competency in COMPETENCIES
        },
        part_of={one: random.choice("pq") for one in outside if random.random() < 0.2},
    )


@pytest.mark.parametrize("block", range(10))
def test_smallest_set_of_many_is_the_best_of_all_sets(block):
    """G13, on 200 random maps whose smallest sets have up to 10 actors."""
    for seed in range(20 * block, 20 * block + 20):
        data = sparse(Random(seed))

        assert smallest_completing_set(data) == by_trying_everything(data), seed


@pytest.mark.parametrize("seed", range(20))
def test_members_that_join_leave_a_smaller_set(seed):
    """G13: when the completing set joins, nothing is left to complete."""
    data = sparse(Random(seed))
    chosen = smallest_completing_set(data)
    ids = {actor.slug: actor.id for actor in data.actors}
    joined = data.scope.members | {ids[slug] for slug in chosen.actors}

    after = analyse(replace(data, scope=replace(data.scope, members=joined)))

    assert after.completing_set == CompletingSet((), 0, chosen.uncoverable)


def test_free_selection_of_actors_has_a_completing_set():
    """A selection that is neither a city nor a collaborative: for forming one."""
    data = ecosystem("a b c", levels={"coding": {"a": 2, "b": 2, "c": 2}})
    selection = Scope("selection", "", "", "here", frozenset({ids_of("abc")["c"]}))

    found = smallest_completing_set(replace(data, scope=selection))

    assert found == CompletingSet(("a",), 4, uncoverable("coding"))
