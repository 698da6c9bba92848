"""Ranked introductions (G14): by hand, and against computing everything anew at each turn."""

from dataclasses import replace
from random import Random

import pytest

from ecosystem.analysis.cells import STATE_RANK
from ecosystem.analysis.gaps import analyse
from ecosystem.analysis.next_steps.introductions import Improvement, Introduction
from tests.analysis.builders import ecosystem, random_ecosystem


def introductions(data):
    """Gains rounded to 6 digits, as in the result document."""
    return tuple(replace(one, gain=round(one.gain, 6)) for one in analyse(data).introductions)


def test_greatest_gain_for_its_cost_comes_first():
    """G14, by hand: near brings .6 for 1; middle .85 for 2; far .85 + .6 for 4, less each time."""
    data = ecosystem(
        "a",
        "far middle near",
        ties=["a-near", "near-middle"],
        levels={"coding": {"near": 2, "far": 3}, "fundraising": {"middle": 3, "far": 2}},
    )

    assert introductions(data) == (
        Introduction(
            "near", 0.6, 1, ("a", "near"), "a", (Improvement("coding", "unknown", "single"),)
        ),
        Introduction(
            "middle",
            0.85,
            2,
            ("a", "near", "middle"),
            "near",
            (Improvement("fundraising", "unknown", "single"),),
        ),
        # (1 - .6) × .85 + (1 - .85) × .6, and nobody can introduce it
        Introduction(
            "far",
            0.43,
            4,
            None,
            None,
            (
                Improvement("fundraising", "single", "covered"),
                Improvement("coding", "single", "covered"),
            ),
        ),
    )


def test_second_unit_of_an_organisation_adds_only_what_it_does_better():
    """G14 with G2, by hand: the better unit raises .6 to .85, the equal one nothing."""
    data = ecosystem(
        "a",
        "better equal",
        levels={"coding": {"a": 2, "better": 3, "equal": 2}},
        part_of={"a": "p", "better": "p", "equal": "p"},
    )

    assert introductions(data) == (Introduction("better", 0.25, 4, None, None, ()),)


def test_equals_are_ordered_by_slug_and_five_are_enough():
    """G14, by hand: seven equals, each adding .6 of what is left."""
    data = ecosystem("a", "i h g f e d c", levels={"coding": dict.fromkeys("cdefghi", 2)})

    found = introductions(data)

    assert [one.actor for one in found] == ["c", "d", "e", "f", "g"]
    assert [one.gain for one in found] == [0.6, 0.24, 0.096, 0.0384, 0.01536]


def test_actors_that_add_nothing_are_not_introduced():
    """G14: level 0 and silence are worth no introduction."""
    data = ecosystem("a", "none silent", ties=["a-none"], levels={"coding": {"none": 0}})

    assert introductions(data) == ()


def test_learner_makes_an_unknown_cell_thin():
    """G14, by hand."""
    data = ecosystem("a", "v", ties=["a-v"], levels={"coding": {"v": 1}})

    assert introductions(data) == (
        Introduction("v", 0.25, 1, ("a", "v"), "a", (Improvement("coding", "unknown", "thin"),)),
    )


@pytest.mark.parametrize("members", ["", "a v"])
def test_empty_scope_and_a_scope_of_everyone(members):
    data = ecosystem(members, "" if members else "a v", levels={"coding": {"v": 2}})

    assert [one.actor for one in introductions(data)] == ([] if members else ["v"])


def one_by_one(data):
    """Everything computed again for every candidate at every turn; the first of equals by slug.

    Paths are left out.
    """
    now, steps = analyse(data), costs(data)
    ids = {actor.slug: actor.id for actor in data.actors}
    found = []
    for _turn in range(5):
        best = None
        for slug in sorted(ids):
            if ids[slug] in data.scope.members:
                continue
            joined = analyse(with_member(data, ids[slug]))
            gain = total_strength(joined) - total_strength(now)
            if gain > 1e-9 and (best is None or gain / steps[slug] > best[0] + 1e-9):
                best = (gain / steps[slug], slug, gain, joined)
        if best is None:
            break
        _value, slug, gain, joined = best
        changes = tuple(
            Improvement(before.competency, before.state, after.state)
            for before, after in zip(now.cells, joined.cells, strict=True)
            if STATE_RANK[after.state] > STATE_RANK[before.state]
        )
        found.append(Introduction(slug, gain, steps[slug], None, None, changes))
        data, now = with_member(data, ids[slug]), joined
    return found


def with_member(data, pk):
    return replace(data, scope=replace(data.scope, members=data.scope.members | {pk}))


def total_strength(results):
    return sum(cell.strength for cell in results.cells)


def costs(data):
    """1 for neighbors of the scope, 2 for theirs, 4 for everyone else."""
    near = {actor.id: set() for actor in data.actors}
    for tie in data.ties:
        near[tie.source].add(tie.target)
        near[tie.target].add(tie.source)
    first = {other for member in data.scope.members for other in near[member]}
    second = {other for one in first for other in near[one]}
    return {
        actor.slug: 1 if actor.id in first else 2 if actor.id in second else 4
        for actor in data.actors
    }


@pytest.mark.parametrize("block", range(10))
def test_introductions_are_what_trying_everyone_finds(block):
    """G14, on 200 random maps."""
    for seed in range(20 * block, 20 * block + 20):
        data = random_ecosystem(Random(seed))

        found = analyse(data).introductions

        expected = one_by_one(data)
        assert [(one.actor, one.cost, one.cells) for one in found] == [
            (one.actor, one.cost, one.cells) for one in expected
        ], seed
        assert [one.gain for one in found] == pytest.approx([one.gain for one in expected])


def test_paths_lead_from_a_member_to_the_actor():
    """G14, on 100 random maps: as long as the cost says, and asked is who knows the actor."""
    for seed in range(100):
        data = random_ecosystem(Random(seed))
        slugs = {actor.id: actor.slug for actor in data.actors}
        members = {slugs[pk] for pk in data.scope.members}
        tied = {frozenset((slugs[tie.source], slugs[tie.target])) for tie in data.ties}
        for one in introductions(data):
            if one.path is None:
                assert (one.cost, one.ask) == (4, None)
                continue
            steps = list(zip(one.path, one.path[1:], strict=False))
            assert one.path[0] in members
            assert not members & set(one.path[1:])
            assert (one.path[-1], one.ask) == (one.actor, one.path[-2])
            assert one.cost == {1: 1, 2: 2}.get(len(steps), 4)
            assert all(frozenset(step) in tied for step in steps)
