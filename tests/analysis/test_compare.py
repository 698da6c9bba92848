"""A city map in figures (G18) and who can help whom (G20). Expected numbers are told by hand."""

from dataclasses import replace
from random import Random

import pytest

from ecosystem.analysis.cells import freshness_of
from ecosystem.analysis.compare import (
    CellFigure,
    ConnectionFigure,
    FragilityFigure,
    Peers,
    ReachFigure,
    StructureFigure,
    Voice,
    VoiceFigure,
    city_figures,
    peers,
    with_reach_beyond,
)
from ecosystem.analysis.engagement import ResidentVoice
from ecosystem.analysis.gaps import analyse_index
from ecosystem.analysis.index import index_data
from ecosystem.analysis.vocabulary import COMPETENCIES, PROCESS_STEPS
from tests.analysis.builders import ecosystem, random_ecosystem


def figures_of(*args, voices=(), **kwargs):
    return city_figures(index_data(ecosystem(*args, **kwargs)), voices)


@pytest.mark.parametrize("seed", range(30))
def test_g18_figures_count_what_the_gap_document_lists(seed):
    index = index_data(random_ecosystem(Random(seed)))
    gaps = analyse_index(index)

    found = city_figures(index)

    assert (found.as_of, found.size) == (gaps.as_of, gaps.scope.size)
    assert found.answered_share == gaps.answered_share
    assert [
        (c.competency, c.state, c.strength, c.holders, c.learners, c.answered, c.members)
        for c in found.cells
    ] == [
        (c.competency, c.state, c.strength, len(c.holders), len(c.learners), c.answered, c.members)
        for c in gaps.cells
    ]
    assert [c.freshness for c in found.cells] == [c.freshness for c in gaps.cells]
    assert found.sectors == {key: len(who) for key, who in gaps.presence.sectors.items()}
    assert found.roles == {key: len(who) for key, who in gaps.presence.roles.items()}
    assert found.missing_required == gaps.presence.missing_required
    assert found.reach == tuple(ReachFigure(one.competency, one.reach) for one in gaps.reach)
    shape = gaps.structure
    assert found.structure == StructureFigure(
        size=shape.size,
        ties=shape.ties,
        density=shape.density,
        components=shape.components,
        largest_component_share=shape.largest_component_share,
        isolates=len(shape.isolates),
        articulation_points=len(shape.articulation_points),
        bridges=len(shape.bridges),
        ranked=shape.size >= 10,
    )
    assert found.sector_connection == ConnectionFigure(
        pairs=len(gaps.sector_connection),
        disconnected=tuple(
            (one.a, one.b) for one in gaps.sector_connection if one.state == "disconnected"
        ),
        weak=tuple((one.a, one.b) for one in gaps.sector_connection if one.state == "weak"),
    )
    assert found.fragility == FragilityFigure(
        one_person_ties=len(gaps.fragility.one_person_ties),
        carried_known=0,
        departures=len(gaps.fragility.departures),
        single=tuple(c.competency for c in gaps.cells if c.state == "single"),
    )
    assert (found.residents, found.completeness) == (gaps.residents, gaps.completeness)


def test_g18_a_cell_is_ranked_from_three_answers_in_ten():
    levels = {"coding": dict.fromkeys("abc", 0), "fundraising": dict.fromkeys("ab", 0)}

    found = figures_of("a b c d e f g h i j", levels=levels)

    cells = {cell.competency: cell for cell in found.cells}
    assert cells["coding"] == CellFigure("coding", "unknown", 0.0, 0, 0, 3, 10, None, ranked=True)
    assert not cells["fundraising"].ranked
    assert not found.ranked  # 5 of 120 questions


@pytest.mark.parametrize(
    ("members", "ranked"), [("a b c d e f g h i", False), (" ".join("abcdefghij"), True)]
)
def test_g18_structure_is_ranked_from_ten_actors(members, ranked):
    assert figures_of(members).structure.ranked is ranked


def test_g18_a_city_without_actors_has_figures_and_no_shares():
    found = figures_of("")

    assert (found.size, found.answered_share, found.ranked) == (0, None, False)
    assert {(cell.state, cell.ranked) for cell in found.cells} == {("unknown", False)}
    assert found.structure == StructureFigure(0, 0, None, 0, None, 0, 0, 0, ranked=False)
    assert found.completeness.why_not == found.incidence.why_not == "nobody_named"


def test_g18_statements_are_counted_by_age():
    index = index_data(
        ecosystem(
            "a b c d", "v", levels={"coding": dict.fromkeys("abcdv", 1), "fundraising": {"a": 0}}
        )
    )
    day = index.data.as_of
    dates = {"a": day, "b": day.replace(year=2017, month=1), "c": day.replace(year=2000), "d": None}
    by_id = {actor.id: actor.slug for actor in index.data.actors}
    dated = replace(
        index.data,
        statements=tuple(
            replace(one, confirmed_on=dates.get(by_id[one.actor], day))
            for one in index.data.statements
        ),
    )

    found = city_figures(index_data(dated))

    assert freshness_of(dates["b"], day) == "ageing"
    assert found.freshness == {"fresh": 2, "ageing": 1, "stale": 1, "undated": 1}  # no visitor


def test_g18_ties_of_known_carriers_are_the_base_of_one_person_ties():
    data = ecosystem("a b c", ties=["a-b", "b-c", "a-c"])
    first, second, third = data.ties
    carried = replace(
        data, ties=(replace(first, carried_by=1), replace(second, carried_by=4), third)
    )

    found = city_figures(index_data(carried))

    assert (found.fragility.one_person_ties, found.fragility.carried_known) == (1, 2)


def voice(steps, *, engagements, returned=0, open_=(), decides=False):
    said = dict.fromkeys(PROCESS_STEPS) | steps
    return Voice(ResidentVoice(said, None, open_, decides), engagements, returned)


def test_g18_resident_voice_is_the_highest_level_of_any_collaborative():
    voices = [
        voice({"define": "inform", "learn": "empower"}, engagements=3, returned=1, decides=True),
        voice({"define": "involve"}, engagements=2, open_=("A walk",)),
        voice({}, engagements=0),
    ]

    found = figures_of("a", voices=voices).resident_voice

    assert found == VoiceFigure(
        collaboratives=3,
        engaging=2,
        engagements=5,
        returned=1,
        open=1,
        deciding=1,
        steps=dict.fromkeys(PROCESS_STEPS) | {"define": "involve", "learn": "empower"},
    )


def test_g18_reach_beyond_the_map_is_what_others_hold():
    found = figures_of(
        "a b", "v", ties=["a-v"], levels={"coding": {"a": 2}, "fundraising": {"v": 2}}
    )

    reach = {
        one.competency: one.reach
        for one in with_reach_beyond(found, {"coding", "data-communication"})
    }

    assert reach == dict.fromkeys(COMPETENCIES, "nowhere") | {
        "coding": "in_the_room",
        "fundraising": "one_introduction",
        "data-communication": "elsewhere",
    }


# ── Peers ────────────────────────────────────────────────────────────────────────────────────────

STATES = {
    "small": {"coding": "absent", "fundraising": "unknown", "data-communication": "covered"},
    "near": {"coding": "covered", "fundraising": "covered", "data-communication": "single"},
    "far": {"coding": "covered", "fundraising": "thin", "data-communication": "covered"},
    "uncounted": {"coding": "covered", "fundraising": "covered", "data-communication": "covered"},
}
POPULATION = {"small": 100, "near": 90, "far": 500, "uncounted": None}


def test_g20_peers_are_covered_cities_nearest_in_population_first_unknown_last():
    found = peers(STATES, POPULATION)

    assert found == (
        Peers("small", "coding", "absent", ("near", "far", "uncounted")),
        Peers("small", "fundraising", "unknown", ("near", "uncounted")),
        Peers("near", "data-communication", "single", ("small", "far", "uncounted")),
        Peers("far", "fundraising", "thin", ("near", "uncounted")),
    )


def test_g20_confirmed_gaps_come_before_questions():
    states = {
        "a": {"coding": "unknown", "fundraising": "single"},
        "b": {"coding": "covered", "fundraising": "single"},
    }

    found = peers(states, {}, asking=["a"])

    assert [(one.competency, one.is_confirmed, one.helpers) for one in found] == [
        ("fundraising", True, ()),
        ("coding", False, ("b",)),
    ]


def test_g20_a_city_of_unknown_population_has_its_helpers_by_name():
    found = peers(
        {"a": {"coding": "absent"}, "c": {"coding": "covered"}, "b": {"coding": "covered"}},
        {"b": 5, "c": 1},
    )

    assert found == (Peers("a", "coding", "absent", ("b", "c")),)
