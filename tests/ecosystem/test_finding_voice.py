"""What is told of residents at a table (G7). Sentences by hand from the rows of each test."""

from datetime import date

import pytest

from accounts.rules import operator
from ecosystem.findings import case_of, find
from ecosystem.findings.voice import decision_sentence, returned_sentence, voice_sentence
from ecosystem.payloads import gap_document
from ecosystem.services.gaps import run_gaps
from tests.ecosystem.towns import make_table, make_town
from tests.factories import EngagementFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    return make_table(make_town())


def case_for(table):
    analysis = run_gaps(table.city, user=operator(), collaborative=table)
    return case_of(analysis, table.city, operator())


def told(table):
    return [
        (f.kind, f.tone, str(f.sentence))
        for f in (*find(case_for(table)).gaps_and_risks, *find(case_for(table)).questions)
        if f.place == "voice"
    ]


def said(table):
    case = case_for(table)
    return str(voice_sentence(case)), returned_sentence(case), str(decision_sentence(case))


def test_nothing_recorded_is_told_as_not_recorded_and_is_no_gap(table):
    assert told(table) == []
    assert said(table) == (
        "Nobody has recorded yet how residents took part.",
        "There is nothing to report back on yet.",
        "Who has a say in decisions is not recorded.",
    )


def test_results_past_their_date_are_told_by_what_was_done(table):
    due = {"collaborative": table, "result_due_on": date(2018, 6, 29)}
    EngagementFactory(what="Survey", **due)
    EngagementFactory(what="Block party", **due)
    EngagementFactory(what="Told in time", result_returned_on=date(2018, 6, 1), **due)

    assert told(table) == [
        (
            "results_open",
            "risk",
            "2 results promised to residents are past their date: Block party and Survey.",
        )
    ]
    assert said(table)[:2] == (
        "Residents took part at 1 of 5 steps, as far as is recorded.",
        "Results of 33% were reported back to those who took part.",
    )


def test_decisions_without_residents_are_told_where_somebody_is_known_to_decide(table):
    table.memberships.filter(actor__slug="hall").update(decision_role="decides")

    assert told(table) == [
        (
            "residents_do_not_decide",
            "gap",
            "1 member is known to have a say in decisions, and it does not speak for residents.",
        )
    ]
    assert said(table)[2] == "No resident or community organization has a say in decisions."

    MembershipFactory(collaborative=table, actor__roles=("community",), decision_role="decides")

    assert told(table) == []
    assert said(table)[2] == "A resident or community organization has a say in decisions."


@pytest.mark.parametrize("others", ["", "decides"])
def test_a_resident_whose_part_nobody_recorded_is_a_question_and_no_gap(table, others):
    table.memberships.filter(actor__slug="hall").update(decision_role=others)
    for name, role in (("Elders", ""), ("Neighbors", "consulted")):
        MembershipFactory(
            collaborative=table,
            actor__name=name,
            actor__sector="residents_community",
            decision_role=role,
        )

    sentence = "It is not recorded whether Elders has a say in decisions."
    assert told(table) == [("residents_decision_unknown", "question", sentence)]
    assert said(table)[2] == sentence


def test_residents_who_are_known_not_to_decide_are_a_gap(table):
    MembershipFactory(
        collaborative=table, actor__sector="residents_community", decision_role="consulted"
    )

    sentence = "No resident or community organization has a say in decisions."
    assert told(table) == [("residents_do_not_decide", "gap", sentence)]
    assert said(table)[2] == sentence


def test_the_document_of_a_collaborative_has_its_resident_voice(table):
    EngagementFactory(
        collaborative=table,
        what="Survey",
        step="learn",
        level="consult",
        result_due_on=date(2018, 1, 1),
    )
    MembershipFactory(
        collaborative=table, actor__sector="residents_community", decision_role="consulted"
    )

    assert gap_document(case_for(table).results)["resident_voice"] == {
        "steps": {
            "identify": None,
            "define": None,
            "iterate": None,
            "implement": None,
            "learn": "consult",
        },
        "returned_share": 0.0,
        "open": ["Survey"],
        "decision_role": False,
    }


def test_a_member_that_left_or_is_not_shown_decides_nothing(table):
    for rest in (
        {"until": date(2018, 6, 29)},
        {"actor__proposed": True},
    ):
        MembershipFactory(
            collaborative=table,
            actor__sector="residents_community",
            decision_role="decides",
            **rest,
        )

    document = gap_document(case_for(table).results)

    assert document["resident_voice"]["decision_role"] is False
