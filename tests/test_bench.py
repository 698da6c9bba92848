"""The harness' own arithmetic. Nothing is timed here: how fast it is, ``./dev bench`` says."""

import random
from datetime import date

import pytest

from bench import networkx_kernels
from bench.__main__ import NAMES
from bench.arithmetic import (
    Row,
    at_least,
    at_most,
    growth_exponent,
    in_three_digits,
    median_ratio,
    table,
)
from bench.measures import MEASURES
from ecosystem.analysis import gaps, kernels, structure
from ecosystem.analysis.data import Actor, EcosystemData, Scope, Statement, Tie
from ecosystem.analysis.gaps import analyse
from ecosystem.analysis.vocabulary import COMPETENCIES, SECTORS
from ecosystem.payloads import gap_document

DAY = date(2018, 6, 30)


def test_median_ratio_compares_round_by_round():
    # By hand: 2, 3, 2. The medians alone, 4 and 3, would say 1.33.
    assert median_ratio([2, 90, 4], [1, 30, 2]) == 2


def test_median_ratio_refuses_rounds_that_do_not_match():
    with pytest.raises(ValueError, match="shorter"):
        median_ratio([1, 2], [1])


@pytest.mark.parametrize(
    ("times", "exponent"),
    [
        ({100: 2.0, 300: 6.0, 1000: 20.0}, 1),
        ({100: 1.0, 300: 9.0, 1000: 100.0}, 2),
        ({100: 5.0, 300: 5.0, 1000: 5.0}, 0),
        ({10: 1.0, 1000: 10.0}, 0.5),
    ],
)
def test_growth_exponent_is_the_slope_on_logarithms(times, exponent):
    assert growth_exponent(times) == pytest.approx(exponent)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (12, "12"),
        (2075, "2,075"),
        (0.0413, "0.041"),
        (1.649, "1.65"),
        (41.26, "41.3"),
        (238.4, "238"),
        (-1.5, "-1.50"),
    ],
)
def test_numbers_are_shown_in_three_digits(number, text):
    assert in_three_digits(number) == text


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (Row("time", 7.0), ""),
        (Row("time", 100.0, limit=at_most(100)), "ok"),
        (Row("time", 100.1, limit=at_most(100)), "OVER"),
        (Row("share", 40.0, unit="%", limit=at_least(40)), "ok"),
        (Row("share", 39.9, unit="%", limit=at_least(40)), "OVER"),
        (Row("ratio decides", 100.0, ratio=17.0, limit=at_most(18)), "ok"),
        (Row("ratio decides", 1.0, ratio=19.0, limit=at_most(18)), "OVER"),
        (Row("page", limit=at_most(1), problem="404"), "failed"),
    ],
)
def test_row_is_held_to_its_limit(row, verdict):
    assert row.verdict == verdict


def test_table_stands_in_columns_and_shows_problems_below_their_row():
    shown = table(
        [
            Row("raw rows", 1.649, ratio=1.0),
            Row("document", 41.26, ratio=25.03, limit=at_most(18)),
            Row("queries", 12, unit="", limit=at_most(12)),
            Row("map", problem="Refused: /map/ answered 404"),
        ]
    )

    assert shown.splitlines() == [
        "what       median  ratio  target",
        "raw rows  1.65 ms     1×",
        "document  41.3 ms  25.0×   ≤ 18×  OVER",
        "queries        12           ≤ 12  ok",
        "map                               failed",
        "    Refused: /map/ answered 404",
    ]


def test_every_measure_can_be_asked_for():
    assert tuple(MEASURES) == NAMES


def test_networkx_finds_what_the_compiled_kernels_find():
    draw = random.Random(1)
    edges = sorted({tuple(sorted(draw.sample(range(40), 2))) for _ in range(50)})

    assert networkx_kernels.betweenness(40, edges) == pytest.approx(kernels.betweenness(40, edges))
    assert networkx_kernels.cuts(40, edges) == kernels.cuts(40, edges)


def test_networkx_alone_finds_the_same_document():
    """G11 too, with each departure tried out instead of found locally."""
    data = some_map(seed=2)
    ours = gap_document(analyse(data))

    with networkx_kernels.networkx_alone():
        theirs = gap_document(analyse(data))

    assert ours["fragility"]["departures"] != []
    assert theirs == ours


def some_map(seed):
    """Thirty actors at random, two thirds of them at home, few of whom can do anything."""
    draw = random.Random(seed)
    return EcosystemData(
        scope=Scope("city", "city", "City", "city", frozenset(range(20))),
        actors=tuple(
            Actor(number, f"actor-{number:02}", f"Actor {number}", draw.choice(SECTORS))
            for number in range(30)
        ),
        statements=tuple(
            Statement(number, competency, draw.choice([0, 1, 2, 3]), DAY)
            for number in range(30)
            for competency in draw.sample(COMPETENCIES, 2)
            if draw.random() < 0.4
        ),
        ties=tuple(Tie(*draw.sample(range(30), 2), "funds") for _ in range(40)),
        as_of=DAY,
    )


def test_kernels_are_swapped_for_as_long_as_asked():
    parts = [
        (kernels, "betweenness"),
        (kernels, "cuts"),
        (structure, "constraints"),
        (gaps, "departures"),
    ]
    before = [getattr(*part) for part in parts]

    with networkx_kernels.networkx_alone():
        within = [getattr(*part) for part in parts]

    assert within == [getattr(networkx_kernels, name) for _, name in parts]
    assert [getattr(*part) for part in parts] == before
