"""How complete a map is (G17)."""

from dataclasses import asdict

import pytest

from ecosystem.analysis.completeness import Completeness, completeness


def _completeness(*named: str) -> Completeness:
    return completeness(frozenset(informants) for informants in named)


def test_completeness_with_actors_named_twice():
    """G17, by hand: T 5, Q1 2, Q2 1, S 4, U 7; unseen 4/5 · 4/2; C = 1 - 2/7 · 8/10."""
    found = _completeness("p", "q", "pq", "rst")

    assert asdict(found) == pytest.approx(
        {
            "informants": 5,
            "observed": 4,
            "once": 2,
            "twice": 1,
            "unseen": 1.6,
            "completeness": 4 / 5.6,
            "sample_coverage": 1 - 16 / 70,
            "why_not": None,
        }
    )


def test_completeness_with_nobody_named_twice():
    """G17, by hand: T 5, Q1 3, Q2 0, S 4, U 8; unseen 4/5 · 3·2/2; C = 1 - 3/8."""
    found = _completeness("p", "q", "r", "pqrst")

    assert asdict(found) == pytest.approx(
        {
            "informants": 5,
            "observed": 4,
            "once": 3,
            "twice": 0,
            "unseen": 2.4,
            "completeness": 4 / 6.4,
            "sample_coverage": 0.625,
            "why_not": None,
        }
    )


@pytest.mark.parametrize("named", [("pqr", "rst"), ("pq", "pqrst")])
def test_completeness_with_nobody_named_once_sees_everything(named):
    """G17, by hand: Q1 0, so nothing is left to see, also where the formula divides 0 by 0."""
    found = _completeness(*named)

    assert (found.unseen, found.completeness, found.sample_coverage) == (0.0, 1.0, 1.0)


def test_completeness_leaves_out_actors_that_nobody_named():
    """G17: they are no part of the sample."""
    assert _completeness("p", "q", "pq", "rst", "", "") == _completeness("p", "q", "pq", "rst")


def test_completeness_of_a_map_where_all_were_named_once_has_no_coverage():
    """G17, by hand: Q1 = U = S = 5, Q2 0; unseen 4/5 · 5·4/2 = 8; C = 0."""
    found = _completeness("p", "q", "r", "s", "t")

    assert (found.unseen, found.completeness, found.sample_coverage) == (8.0, 5 / 13, 0.0)


def test_completeness_needs_five_informants():
    """G17."""
    assert _completeness("p", "qr", "pqs") == Completeness(
        informants=4, observed=3, once=1, twice=1, why_not="fewer_than_five_informants"
    )


@pytest.mark.parametrize("named", [(), ("", "")])
def test_completeness_without_a_mention_says_so(named):
    """G17, undefined case."""
    assert _completeness(*named) == Completeness(0, 0, 0, 0, why_not="nobody_named")
