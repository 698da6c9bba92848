"""Questions worth asking (G15). Expected orders by hand."""

from dataclasses import replace

import pytest

from ecosystem.analysis.data import Experience
from ecosystem.analysis.gaps import analyse
from ecosystem.analysis.next_steps import Question
from ecosystem.analysis.next_steps.questions import likelihood
from tests.analysis.builders import ecosystem, ids_of


def question(data, competency):
    return {one.competency: one for one in analyse(data).questions}.get(competency)


@pytest.mark.parametrize(
    ("experience", "chance"),
    [
        (None, 1 / 2),
        (Experience(0, 0), 1 / 2),
        (Experience(1, 1), 2 / 3),
        (Experience(0, 1), 1 / 3),
        (Experience(3, 8), 4 / 10),
    ],
)
def test_likelihood_is_laplaces(experience, chance):
    """G15: (holders + 1) / (answered + 2)."""
    assert likelihood(experience) == chance


def test_members_come_before_neighbors_and_likely_sectors_first():
    """G15, by hand: chances .9 media, .5 government (never asked), .1 academia."""
    data = replace(
        ecosystem(
            "a b",
            "n1 n2 far",
            ties=["a-n1", "b-n2", "n2-far"],
            sectors={"b": "media", "n1": "academia", "n2": "government", "far": "media"},
        ),
        experience={
            ("media", "coding"): Experience(8, 8),
            ("academia", "coding"): Experience(0, 8),
            ("media", "fundraising"): Experience(0, 8),
        },
    )

    assert question(data, "coding") == Question("coding", "unknown", ("b", "a", "n2"))
    # Nobody knows better for the others: government and academia are equals, by slug.
    assert question(data, "fundraising") == Question("fundraising", "unknown", ("a", "b", "n1"))


def test_who_answered_or_would_rather_not_say_is_not_asked():
    """G15: a refusal is no answer, and no question either."""
    ids = ids_of(["a", "b", "c", "d"])
    data = replace(
        ecosystem("a b c d", levels={"coding": {"a": 1, "b": 0}}),
        declined=frozenset({(ids["c"], "coding"), (ids["d"], "fundraising")}),
    )

    assert question(data, "coding") == Question("coding", "thin", ("d",))
    assert question(data, "fundraising") == Question("fundraising", "unknown", ("a", "b", "c"))


def test_only_unknown_and_thin_cells_are_questions():
    """G15 with G1, by hand: covered, single, thin, absent, and the rest unknown."""
    data = ecosystem(
        "a b",
        levels={
            "coding": {"a": 2, "b": 2},
            "fundraising": {"a": 2},
            "issue-knowledge": {"a": 1, "b": 0},
            "data-communication": {"a": 0, "b": 0},
        },
    )

    asked = {one.competency: one for one in analyse(data).questions}

    assert len(asked) == 9
    assert not {"coding", "fundraising", "data-communication"} & set(asked)
    assert asked["issue-knowledge"] == Question("issue-knowledge", "thin", ())


def test_empty_scope_has_nobody_to_ask():
    data = ecosystem("", "v w", ties=["v-w"])

    assert {one.ask for one in analyse(data).questions} == {()}
