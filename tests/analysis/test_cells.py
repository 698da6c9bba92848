"""Competency cells (G1 to G5)."""

from dataclasses import replace
from datetime import date

import pytest

from ecosystem.analysis import cells as measured
from ecosystem.analysis.cells import Area, Cell, SectorCell, cell_state, freshness_of, strength_of
from ecosystem.analysis.data import EcosystemData
from ecosystem.analysis.index import index_data
from ecosystem.analysis.vocabulary import AREAS, COMPETENCIES
from tests.analysis.builders import AS_OF, ecosystem


def _cells(data: EcosystemData) -> dict[str, Cell]:
    index = index_data(data)
    found = measured.cells(index, measured.tally_statements(index))
    assert tuple(cell.competency for cell in found) == COMPETENCIES
    return {cell.competency: cell for cell in found}


@pytest.mark.parametrize(
    ("levels", "state"),
    [
        ({"a": 2, "b": 3}, "covered"),
        ({"a": 2, "unit": 3}, "covered"),
        ({"unit": 2, "b": 1}, "single"),
        ({"unit": 3, "sister": 3}, "single"),
        ({"parent": 3, "unit": 3, "sister": 2}, "single"),
        ({"a": 1, "b": 0}, "thin"),
        ({"a": 0, "b": 0, "parent": 0, "unit": 0}, "absent"),
        ({"a": 0, "b": 0, "parent": 0}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_state_is_the_first_that_applies(levels, state):
    """G1: 4 of 5 answers are 0.8, and units of one parent are one organisation."""
    data = ecosystem(
        "a b parent unit sister",
        part_of={"unit": "parent", "sister": "parent"},
        levels={"coding": levels},
    )

    assert _cells(data)["coding"].state == state


def test_state_does_not_count_visitors():
    """G1: a visiting holder does not cover a city."""
    data = ecosystem("a", "v", ties=["a-v"], levels={"coding": {"a": 2, "v": 3}})

    assert _cells(data)["coding"] == Cell(
        competency="coding",
        area="technology-design-development",
        state="single",
        strength=pytest.approx(0.6),
        holders=("a",),
        learners=(),
        answered=1,
        members=1,
        freshness="fresh",
    )


def test_state_of_two_units_whose_parent_is_not_on_the_map_is_single():
    """G1."""
    data = ecosystem("u w", part_of={"u": "p", "w": "p"}, levels={"coding": {"u": 2, "w": 2}})

    assert _cells(data)["coding"].state == "single"


def test_state_of_an_empty_scope_is_unknown():
    """G1, undefined case."""
    assert cell_state(organisations=0, learners=0, answered=0, size=0) == "unknown"


def test_cell_says_what_it_rests_on():
    """G1 to G4; the strength by hand: 1 - 0.15 · 0.75, since unit and parent count once."""
    data = ecosystem(
        "b a parent unit silent",
        part_of={"unit": "parent"},
        levels={"coding": {"unit": 2, "parent": 3, "b": 1, "a": 0}},
    )

    cell = _cells(data)["coding"]

    assert cell == Cell(
        competency="coding",
        area="technology-design-development",
        state="single",
        strength=pytest.approx(1 - 0.15 * 0.75),
        holders=("parent", "unit"),
        learners=("b",),
        answered=4,
        members=5,
        freshness="fresh",
    )
    assert cell.answered_share == 0.8


@pytest.mark.parametrize(
    ("levels", "strength"),
    [
        ([], 0),
        ([0, 0], 0),
        ([1], 0.25),
        ([2], 0.6),
        ([3], 0.85),
        ([2, 1, 3], 1 - 0.4 * 0.75 * 0.15),
    ],
)
def test_strength_is_the_chance_that_one_delivers(levels, strength):
    """G2, by hand."""
    assert strength_of(levels) == pytest.approx(strength)


def test_strength_does_not_depend_on_the_order():
    """G2: equal to the last bit, so that the weakest of two equals is the first."""
    assert strength_of([1, 2, 3, 1, 3]) == strength_of([3, 3, 1, 2, 1])


def test_area_is_the_mean_and_names_the_first_weakest():
    """G2, by hand: two of the three competencies are equally weak."""
    data = ecosystem(
        "a b", levels={"data-collection-sharing": {"a": 2}, "issue-knowledge": {"b": 1}}
    )

    found = measured.areas(_cells(data).values())

    assert found == (
        Area("management-communications", 0.0, "management-convening"),
        Area("domain-policy", pytest.approx(0.125), "policy-program-design"),
        Area("data-analysis-translation", pytest.approx(0.2), "data-quality-analysis"),
        Area("technology-design-development", 0.0, "coding"),
    )
    assert [area.area for area in found] == list(AREAS)


@pytest.mark.parametrize(
    ("confirmed_on", "as_of", "freshness"),
    [
        (date(2017, 6, 30), date(2018, 6, 30), "fresh"),
        (date(2017, 6, 29), date(2018, 6, 30), "ageing"),
        (date(2016, 6, 30), date(2018, 6, 30), "ageing"),
        (date(2016, 6, 29), date(2018, 6, 30), "stale"),
        (date(2015, 2, 28), date(2016, 2, 29), "fresh"),
        (date(2014, 2, 27), date(2016, 2, 29), "stale"),
        (date(2020, 2, 29), date(2021, 2, 28), "fresh"),
        (date(2030, 1, 1), date(2018, 6, 30), "fresh"),
        (None, date(2018, 6, 30), None),
    ],
)
def test_freshness_goes_by_calendar_months(confirmed_on, as_of, freshness):
    """G3: the boundary day is inside; a shorter month gives its last day."""
    assert freshness_of(confirmed_on, as_of) == freshness


@pytest.mark.parametrize(
    ("confirmed", "freshness"),
    [
        ({"a": date(2010, 1, 1), "b": date(2017, 1, 1), "c": AS_OF}, "ageing"),
        ({"a": date(2010, 1, 1), "b": None, "c": AS_OF}, "stale"),
        ({"a": None, "b": None, "c": AS_OF}, None),
    ],
)
def test_cell_is_as_fresh_as_its_freshest_holder(confirmed, freshness):
    """G3: the learner c, though fresh, does not count; a stale cell keeps its state."""
    data = ecosystem("a b c", levels={"coding": {"a": 2, "b": 2, "c": 1}}, confirmed=confirmed)

    cell = _cells(data)["coding"]

    assert (cell.freshness, cell.state) == (freshness, "covered")


def test_cell_without_a_holder_has_no_freshness():
    """G3, undefined case."""
    assert _cells(ecosystem("a", levels={"coding": {"a": 1}}))["coding"].freshness is None


def test_answered_shares_count_statements_of_level_zero_too():
    """G4, by hand: of 2 · 12 cells, a answered 2 and b 1."""
    data = ecosystem(
        "b a", "v", levels={"coding": {"a": 0, "b": 3, "v": 3}, "fundraising": {"a": 1}}
    )
    index = index_data(data)
    tallies = measured.tally_statements(index)

    assert measured.answered_share(index, tallies) == 3 / 24
    assert measured.actor_answered_shares(index, tallies) == {"a": 2 / 12, "b": 1 / 12}


def test_answered_shares_of_an_empty_scope_are_undefined():
    """G4, undefined case."""
    index = index_data(ecosystem("", "v", levels={"coding": {"v": 2}}))
    tallies = measured.tally_statements(index)

    assert measured.answered_share(index, tallies) is None
    assert measured.actor_answered_shares(index, tallies) == {}
    assert measured.cells(index, tallies)[0].answered_share is None


def test_sector_cells_apply_the_state_rule_inside_each_sector():
    """G5, by hand; government has one organisation, so it is single there and covered in all."""
    data = ecosystem(
        "unit parent m1 m2 m3 m4 m5",
        "v",
        part_of={"unit": "parent"},
        sectors={"v": "academia"} | {f"m{number}": "media" for number in range(1, 6)},
        levels={
            "coding": {"unit": 2, "parent": 3, "m1": 0, "m2": 0, "m3": 0, "m4": 0, "v": 3},
            "fundraising": {"m1": 1},
        },
    )
    index = index_data(data)

    found = measured.sector_cells(index, measured.tally_statements(index))

    empty = [
        SectorCell(competency, sector, "unknown", 0, 0, 0, members)
        for competency in COMPETENCIES
        for sector, members in (("government", 2), ("media", 5))
    ]
    expected = {(cell.competency, cell.sector): cell for cell in empty}
    expected["coding", "government"] = SectorCell("coding", "government", "single", 2, 0, 2, 2)
    expected["coding", "media"] = SectorCell("coding", "media", "absent", 0, 0, 4, 5)
    expected["fundraising", "media"] = SectorCell("fundraising", "media", "thin", 0, 1, 1, 5)
    assert found == tuple(expected.values())


def test_cells_do_not_depend_on_the_order_of_statements():
    """G1."""
    data = ecosystem("a b c", levels={"coding": {"c": 2, "a": 3, "b": 1}})

    assert _cells(replace(data, statements=data.statements[::-1])) == _cells(data)


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2018, 6, 30), 12, date(2017, 6, 30)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2018, 1, 31), 2, date(2017, 11, 30)),
        (date(1, 1, 1), 12, date.min),
    ],
)
def test_months_before_keeps_to_the_calendar(day, months, earlier):
    """G3 counts calendar months."""
    assert measured.months_before(day, months) == earlier
