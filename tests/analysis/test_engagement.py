"""Resident voice (G7). Expected values by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ecosystem.analysis.data import Engagement
from ecosystem.analysis.engagement import ResidentVoice, resident_voice
from ecosystem.analysis.index import index_data
from ecosystem.analysis.vocabulary import ENGAGEMENT_LEVELS
from tests.analysis.builders import AS_OF, ecosystem

NOTHING = dict.fromkeys(("identify", "define", "iterate", "implement", "learn"))
DAY = timedelta(days=1)


def voice(*engagements, deciders="", sectors=None, roles=None, members="a b"):
    """The resident voice of a table; ``deciders`` are slugs."""
    data = ecosystem(members, sectors=sectors, roles=roles)
    ids = {actor.slug: actor.id for actor in data.actors}
    table = replace(
        data,
        scope=replace(data.scope, kind="collaborative"),
        engagements=engagements,
        deciders=frozenset(ids[slug] for slug in deciders.split()),
    )
    return resident_voice(index_data(table))


def test_a_city_has_no_resident_voice():
    assert resident_voice(index_data(ecosystem("a b"))) is None


def test_nothing_recorded_is_none_and_not_zero():
    assert voice() == ResidentVoice(NOTHING, None, (), decision_role=False)


def test_each_step_has_its_highest_level():
    found = voice(
        Engagement("Letter", "define", "inform"),
        Engagement("Design day", "define", "collaborate"),
        Engagement("Survey", "define", "consult"),
        Engagement("Vote", "learn", "empower"),
    )

    assert found == ResidentVoice(
        NOTHING | {"define": "collaborate", "learn": "empower"}, 0.0, (), decision_role=False
    )
    assert list(found.steps) == list(NOTHING)


@pytest.mark.parametrize("level", ENGAGEMENT_LEVELS)
def test_every_level_of_the_spectrum_is_known(level):
    assert voice(Engagement("x", "learn", level)).steps["learn"] == level


def test_returned_and_open_are_told_on_the_day_of_the_map():
    found = voice(
        Engagement("Returned", "learn", "inform", due_on=AS_OF - DAY, returned_on=AS_OF),
        Engagement("Late", "learn", "inform", due_on=AS_OF - DAY, returned_on=AS_OF + DAY),
        Engagement("Due today", "learn", "inform", due_on=AS_OF),
        Engagement("Another overdue", "learn", "inform", due_on=date(2017, 1, 1)),
    )

    assert (found.returned_share, found.open) == (0.25, ("Another overdue", "Late"))


def test_what_was_held_after_the_day_of_the_map_is_not_there_yet():
    assert voice(Engagement("Later", "learn", "empower", held_on=AS_OF + DAY)) == voice()


@pytest.mark.parametrize(
    ("sectors", "roles", "deciders", "has_a_say"),
    [
        ({"a": "residents_community"}, None, "a", True),
        (None, {"a": ["community"]}, "a", True),
        ({"a": "residents_community"}, None, "b", False),
        ({"a": "residents_community"}, None, "", False),
        (None, None, "a b", False),
    ],
)
def test_residents_decide_by_sector_or_by_role(sectors, roles, deciders, has_a_say):
    found = voice(deciders=deciders, sectors=sectors, roles=roles)

    assert found.decision_role is has_a_say


def test_a_decider_that_is_no_member_does_not_count():
    data = ecosystem("a", "v", sectors={"v": "residents_community"})
    table = replace(
        data,
        scope=replace(data.scope, kind="collaborative"),
        deciders=frozenset(actor.id for actor in data.actors),
    )

    assert resident_voice(index_data(table)).decision_role is False
