"""Expected numbers of other maps at one coverage (G19), by a published example and by all subsets.

The published example: the ants of five heights in Costa Rica (Longino and Colwell 2011, Ecosphere
2:29), how often each species was found in so many sampling units, and what the R package iNEXT 3
(Hsieh, Ma and Chao 2016, Methods in Ecology and Evolution 7, 1451-1456) prints for
``estimateD(ant, datatype="incidence_freq", base="coverage", level=0.985)``.
"""

from itertools import combinations
from random import Random
from statistics import fmean

import pytest

from ecosystem.analysis.completeness import completeness
from ecosystem.analysis.data import Actor
from ecosystem.analysis.rarefaction import (
    EqualCoverage,
    Incidence,
    Rarefied,
    equal_coverage,
    incidence,
)

ANTS_50M = (
    *(1,) * 49,
    *(2,) * 23,
    *(3,) * 18,
    *(4,) * 14,
    *(5,) * 9,
    *(6,) * 10,
    *(7,) * 4,
    *(8,) * 8,
    *(9,) * 6,
    *(10, 10, 11, 12, 12, 13, 13, 14, 14, 14, 14, 14, 15, 15, 16, 16, 16, 16, 17, 17, 17, 18, 18),
    *(19, 19, 20, 20, 20, 21, 22, 23, 23, 25, 27, 27, 29, 30, 30, 31, 33, 39, 40, 43, 46, 46, 47),
    *(48, 51, 52, 52, 56, 56, 58, 58, 61, 61, 65, 69, 72, 77, 79, 82, 83, 84, 86, 91, 95, 97, 98),
    *(98, 106, 113, 124, 126, 127, 128, 129, 129, 182, 183, 186, 195, 222, 236, 263, 330),
)
ANTS_1500M = (
    *(1,) * 13,
    *(2, 2, 2, 2, 3, 3, 4, 4, 5, 5, 5, 5, 6, 6, 9, 9, 9, 9, 11, 11, 17, 17, 18, 19, 23, 23, 24),
    *(25, 25, 25, 29, 30, 32, 33, 43, 50, 53, 73, 74, 76, 79, 113, 144),
)
ANTS_2000M = (1, 2, 2, 3, 4, 8, 8, 13, 15, 19, 23, 34, 59, 80)


def ants(units, found):
    """A sample of which only counts are published; its coverage by equation 4 of Chao and Jost."""
    once, twice, all_found = found.count(1), found.count(2), sum(found)
    rest = (units - 1) * once
    return Incidence(units, found, {}, {}, 1 - once / all_found * rest / (rest + 2 * twice))


def named(*lists, sectors=("government", "media"), roles=("backbone",)):
    """Actors from the letters of those who named each: ``named("abc", "a")``."""
    return [
        Actor(
            number,
            f"a{number}",
            "",
            sectors[number % len(sectors)],
            roles=frozenset(roles[: number % 2 + 1]),
            informants=frozenset(letters),
        )
        for number, letters in enumerate(lists)
    ]


@pytest.mark.parametrize(
    ("units", "found", "expected_units", "expected_species"),
    [
        (599, ANTS_50M, 327.1646, 197.487977),
        (200, ANTS_1500M, 125.9590, 50.478877),
        (200, ANTS_2000M, 104.6306, 12.909623),
    ],
)
def test_g19_ants_at_equal_coverage_are_those_of_inext(
    units, found, expected_units, expected_species
):
    sample = ants(units, found)

    drawn = sample.units_for(0.985)

    # Between two whole samples iNEXT takes gamma functions for coverage, we a straight line.
    assert drawn == pytest.approx(expected_units, abs=0.002)
    assert sample.expected_actors(drawn) == pytest.approx(expected_species, abs=0.0001)
    assert sample.coverage_of(drawn) == pytest.approx(0.985, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_g19_expected_numbers_are_the_means_over_all_samples(seed):
    random = Random(seed)
    informants = "abcdefg"
    actors = named(
        *("".join(random.sample(informants, random.choice([1, 1, 2, 3, 5]))) for _ in range(9)),
        informants,  # so that all seven name somebody
        sectors=("government", "media", "academia"),
        roles=("backbone", "community"),
    )
    sample = incidence(actors)

    for drawn in range(len(informants) + 1):
        found = [_seen(actors, set(chosen)) for chosen in combinations(informants, drawn)]
        means = [fmean(one[part] for one in found) for part in range(3)]
        assert [
            sample.expected_actors(drawn),
            sample.expected_sectors(drawn),
            sample.expected_roles(drawn),
        ] == pytest.approx(means)


def _seen(actors, chosen):
    seen = [actor for actor in actors if actor.informants & chosen]
    return (
        len(seen),
        len({actor.sector for actor in seen}),
        len({role for actor in seen for role in actor.roles}),
    )


def test_g19_coverage_of_a_smaller_sample_is_the_chance_that_the_next_mention_is_known():
    """The estimator is unbiased for the sample itself: leave one informant out, draw among the
    others, and ask whether a random mention of the one left out is of somebody already seen."""
    actors = named("ab", "abc", "a", "d", "bcde", "e", "cd")
    sample = incidence(actors)
    mentions = [(actor, letter) for actor in actors for letter in sorted(actor.informants)]

    for drawn in range(5):
        known = [
            bool(actor.informants & set(chosen))
            for actor, letter in mentions
            for chosen in combinations(sorted(set("abcde") - {letter}), drawn)
        ]
        assert sample.coverage_of(drawn) == pytest.approx(fmean(known))


def test_g19_a_sample_is_set_equal_to_the_least_covered_one_and_that_one_stays():
    well = incidence(named("abcde", "abcd", "abc", "ab", "cde", "de", "e"))
    badly = incidence(named("a", "b", "c", "d", "e", "ab"))

    found = equal_coverage({"well": well, "badly": badly})

    assert badly.coverage < well.coverage
    assert (found.coverage, found.lowest) == (badly.coverage, ("badly",))
    assert found.maps["badly"] == Rarefied(units=5, actors=6, sectors=2, roles=1)
    assert 0 < found.maps["well"].units < 5
    assert found.maps["well"].actors < 7


def test_g19_sectors_and_roles_are_named_by_who_names_any_actor_of_them():
    found = incidence(named("ab", "bc", "cd", "e", ""))

    assert found == Incidence(
        units=5,
        actors=(1, 2, 2, 2),
        sectors={"government": 4, "media": 3},
        roles={"backbone": 5},
        coverage=completeness(map(frozenset, ("ab", "bc", "cd", "e"))).sample_coverage,
    )


def test_g19_maps_with_too_few_informants_take_no_part():
    few, none = incidence(named("ab", "a")), incidence(named("", ""))
    enough = incidence(named("abcde", "ab"))

    found = equal_coverage({"few": few, "none": none, "enough": enough})

    assert found.coverage == enough.coverage
    assert found.lowest == ("enough",)
    assert found.maps["few"] == Rarefied(why_not="fewer_than_five_informants")
    assert found.maps["none"] == Rarefied(why_not="nobody_named")
    assert found.maps["enough"].actors == 2


def test_g19_no_map_with_enough_informants_gives_no_coverage():
    assert equal_coverage({"none": incidence([])}) == EqualCoverage(
        None, (), {"none": Rarefied(why_not="nobody_named")}
    )


def test_g19_everybody_named_by_all_is_covered_by_nobody_too_many():
    sample = incidence(named("abcde", "abcde"))

    assert sample.coverage == 1
    assert sample.units_for(1.0) == 1
    assert sample.expected_actors(1) == 2
    assert sample.units_for(0) == 0


@pytest.mark.parametrize("units", [-0.5, 5.5])
def test_g19_a_sample_larger_than_the_whole_is_refused(units):
    sample = incidence(named("abcde", "ab"))

    with pytest.raises(ValueError, match="cannot be drawn"):
        sample.expected_actors(units)


def test_g19_a_coverage_that_the_whole_does_not_reach_is_refused():
    sample = incidence(named("a", "b", "c", "d", "e"))

    with pytest.raises(ValueError, match="never larger"):
        sample.units_for(sample.coverage + 0.01)
