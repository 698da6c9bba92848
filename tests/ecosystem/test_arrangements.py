"""The arrangements by ties and by group, as values and in the database."""

from datetime import date
from itertools import combinations
from math import dist
from random import Random
from statistics import mean, median

import numpy as np
import pytest

from ecosystem.analysis.communities import communities
from ecosystem.analysis.data import Actor, EcosystemData, Scope, Tie
from ecosystem.analysis.graph import Edge
from ecosystem.analysis.vocabulary import SECTORS
from ecosystem.maps import force
from ecosystem.maps.band import LINE, in_band, next_in_band, rows_of
from ecosystem.maps.by_group import arrange_by_group, groups_of
from ecosystem.maps.by_ties import arrange_by_ties
from ecosystem.maps.force import as_pairs, components, kept_apart, lay_out
from ecosystem.maps.geometry import Point, smallest_distance
from ecosystem.maps.groups import GroupWords, group_words
from ecosystem.maps.layout import Member
from ecosystem.maps.positions import places_for
from ecosystem.models import Arrangement, LayoutPosition
from tests.ecosystem.test_maps import made_up_town
from tests.factories import ActorFactory, CityFactory

TOWNS = [(1, 1, 1), (2, 1, 2), (5, 3, 5), (12, 2, 10), (55, 1, 10), (90, 4, 3), (330, 1, 10)]


def groups_found(members, ties):
    """The number of the community of each, as the map has it."""
    slug = "{:05}".format
    ids = {member.id for member in members}
    pairs = {tuple(sorted(tie)) for tie in ties if tie[0] != tie[1] and ids.issuperset(tie)}
    edges = [Edge(slug(a), slug(b), None, None) for a, b in pairs]
    found = communities({slug(m.id): m.sector for m in members}, edges)
    return {int(key): number for key, number in found.number_of.items()}


def town_of_circles(size, seed=1):
    """Members and ties of a town where most work with those of their own circle, as people do.

    In ``made_up_town`` anybody works with anybody: its communities are chance, and one more tie
    shuffles them all.
    """
    random = Random(seed)
    members = [Member(n, random.choice(SECTORS)) for n in range(1, size + 1)]
    circle = {m.id: m.id * max(2, size // 20) // (size + 1) for m in members}
    tied = [m.id for m in members if m.id % 15]
    ties = []
    for one in tied:
        own = [n for n in tied if circle[n] == circle[one] and n != one]
        ties += [(one, other) for other in random.sample(own, min(3, len(own)))]
        if random.random() < 0.12:
            ties.append((one, random.choice(tied)))
    return members, ties


def by_ties(members, ties, kept=None):
    return arrange_by_ties(members, ties, kept)


def by_group(members, ties, kept=None):
    return arrange_by_group(groups_found(members, ties), ties, kept)


BOTH = pytest.mark.parametrize("arrange", [by_ties, by_group])


# ── Both ─────────────────────────────────────────────────────────────────────────────────────────


@BOTH
@pytest.mark.parametrize(("size", "seed", "sectors"), TOWNS)
def test_everyone_stands_on_the_map_and_apart_from_others(arrange, size, seed, sectors):
    members, ties = made_up_town(size, seed, sectors)

    layout = arrange(members, ties)

    assert layout.fresh
    assert set(layout.places) == {member.id for member in members}
    assert all(0 <= x <= 1000 and 0 <= y <= 1000 for x, y in layout.places.values())
    assert smallest_distance(layout.places.values()) > 160 / max(size, 20) ** 0.5


@BOTH
def test_arrangement_is_the_same_whatever_the_order_of_its_input(arrange):
    members, ties = made_up_town(80)

    one = arrange(members, ties)

    assert arrange(members[::-1], [(b, a) for a, b in ties[::-1]]) == one


@BOTH
def test_a_known_map_stays_as_it_is(arrange):
    members, ties = made_up_town(120)
    first = arrange(members, ties)

    again = arrange(members, ties, first.places)

    assert (again.fresh, again.places) == (False, first.places)


@BOTH
def test_nobody_and_strangers(arrange):
    assert arrange([], []).places == {}
    assert set(arrange([Member(1, "media")], [(1, 7), (1, 1)], {9: Point(1, 1)}).places) == {1}


@BOTH
def test_who_works_with_nobody_stands_in_rows_below(arrange):
    members, ties = made_up_town(150)
    tied = {end for a, b in ties if a != b for end in (a, b)}

    places = arrange(members, ties).places

    assert {actor for actor, place in places.items() if in_band(place)} == set(places) - tied


@BOTH
def test_a_newcomer_stands_near_its_neighbors_and_moves_nobody(arrange):
    members, ties = town_of_circles(200)
    places = arrange(members, ties).places
    friends = sorted(places, key=lambda a: dist(places[a], places[3]))[:3]
    newcomer = Member(999, "media")

    layout = arrange([*members, newcomer], [*ties, *((999, one) for one in friends)], places)

    assert not layout.fresh
    # In the arrangement by group, one more tie may put a few into another community.
    still = [a for a in places if layout.places[a] == places[a]]
    assert len(still) >= (200 if arrange is by_ties else 185)
    middle = np.mean([places[one] for one in friends], axis=0)
    others = [dist(places[a], middle) for a in places]
    assert dist(layout.places[999], middle) < median(others) / 2


@BOTH
def test_a_newcomer_without_ties_takes_the_next_place_in_the_rows(arrange):
    members, ties = town_of_circles(200)
    places = arrange(members, ties).places

    layout = arrange([*members, Member(999, "media")], ties, places)

    assert {a: layout.places[a] for a in places} == places
    assert in_band(layout.places[999])
    assert smallest_distance(layout.places.values()) > 8


@BOTH
def test_one_more_among_a_thousand_moves_the_others_little(arrange):
    members, ties = town_of_circles(1000)
    groups = groups_found(members, ties) | {9999: 1}
    joined = [*ties, (9999, next(a for a, number in groups.items() if number == 1))]
    places = arrange(members, ties).places

    if arrange is by_ties:
        layout = arrange_by_ties([*members, Member(9999, "media")], joined, places)
    else:
        layout = arrange_by_group(groups, joined, places)

    assert not layout.fresh
    assert max(dist(layout.places[a], places[a]) for a in places) < 10  # 1% of the width


@BOTH
def test_a_map_that_has_doubled_is_laid_out_anew(arrange):
    members, ties = made_up_town(100)
    places = arrange(members[:40], ties).places

    assert arrange(members, ties, places).fresh


# ── By ties ──────────────────────────────────────────────────────────────────────────────────────


def test_ties_are_short():
    members, ties = made_up_town(200)
    places = by_ties(members, ties).places

    lengths = [dist(places[a], places[b]) for a, b in ties if a != b]
    others = [dist(places[a.id], places[b.id]) for a, b in combinations(members, 2)]

    assert mean(lengths) < 0.62 * mean(others)


def test_groups_with_one_tie_between_them_stand_apart():
    cliques = [list(combinations(range(start, start + 8), 2)) for start in (0, 10)]
    members = [Member(n, "media") for n in (*range(8), *range(10, 18))]

    places = by_ties(members, [*cliques[0], *cliques[1], (0, 10)]).places

    middles = [np.mean([places[n] for n in range(start, start + 8)], axis=0) for start in (0, 10)]
    widest = max(dist(places[a], places[b]) for a, b in cliques[0])
    assert dist(*middles) > widest


def test_parts_that_do_not_hang_together_stand_side_by_side():
    ties = [(1, 2), (2, 3), (3, 1), (11, 12), (21, 22)]
    members = [Member(n, "media") for n in (1, 2, 3, 11, 12, 21, 22)]

    places = by_ties(members, ties).places

    inside = max(dist(places[a], places[b]) for a, b in ties)
    between = min(dist(places[a], places[b]) for a in (1, 2, 3) for b in (11, 12, 21, 22))
    assert between > 0.8 * inside
    assert smallest_distance(places.values()) > 30


def test_who_gets_its_first_tie_leaves_the_rows():
    members = [Member(n, "media") for n in range(12)]
    ties = [(n, n + 1) for n in range(9)]
    places = by_ties(members, ties).places

    moved = by_ties(members, [*ties, (4, 11)], places)

    assert in_band(places[11])
    assert not moved.fresh
    assert not in_band(moved.places[11])
    assert dist(moved.places[11], moved.places[4]) < 150
    assert {n: p for n, p in moved.places.items() if n != 11} == {
        n: p for n, p in places.items() if n != 11
    }


def test_who_seems_to_have_lost_its_ties_stays():
    """A reader may not see them: the next one would send it back."""
    members = [Member(n, "media") for n in range(12)]
    ties = [(n, n + 1) for n in range(11)]
    places = by_ties(members, ties).places

    assert by_ties(members, ties[:-1], places).places == places


def test_new_actors_who_only_know_each_other_find_free_ground():
    members, ties = made_up_town(60)
    places = by_ties(members, ties).places
    both = [Member(901, "media"), Member(902, "media")]

    layout = by_ties([*members, *both], [*ties, (901, 902)], places)

    assert not layout.fresh
    assert not in_band(layout.places[901])
    assert smallest_distance(layout.places.values()) > 12


# ── Forces ───────────────────────────────────────────────────────────────────────────────────────


def test_components_come_largest_first():
    found = components(7, as_pairs([(5, 6), (0, 3), (3, 4)]))

    assert [part.tolist() for part in found] == [[0, 3, 4], [5, 6], [1], [2]]


def test_dots_on_one_spot_are_pushed_apart():
    places = kept_apart(np.zeros((30, 2)), 1.0)

    assert smallest_distance(map(tuple, places)) > 0.95


@pytest.mark.parametrize("size", [1, 2, 3, 40])
def test_a_chain_is_laid_out_around_the_middle(size):
    places = lay_out(size, as_pairs([(n, n + 1) for n in range(size - 1)]))

    assert places.shape == (size, 2)
    assert np.allclose(places.mean(axis=0), 0, atol=0.5)
    assert np.ptp(places[:, 0]) >= np.ptp(places[:, 1]) - 1e-9


def test_squares_push_as_their_actors_do():
    """Expected: the sum over all pairs, as ``_pushes`` takes it."""
    places = np.random.default_rng(3).normal(size=(600, 2)) * 40
    mass = np.arange(1.0, 601.0)

    error = force._pushes_of_squares(places, mass) - force._pushes(places, mass)

    length = np.hypot(*force._pushes(places, mass).T)
    assert np.median(np.hypot(*error.T) / length) < 0.06


def test_a_single_actor_of_many_pushes_itself_nowhere():
    places = np.array([[0.3, 0.2], [64.0, 64.0]])

    force_on = force._pushes_of_squares(places, np.array([5.0, 0.0]))

    assert np.allclose(force_on, 0)


def test_a_large_map_is_laid_out_the_same_again():
    random = Random(1)
    ties = [(n, random.randrange(n)) for n in range(1, 1600)]

    places = lay_out(1600, as_pairs(ties))

    assert np.isfinite(places).all()
    assert np.array_equal(places, lay_out(1600, as_pairs(ties)))


# ── Rows ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("count", [0, 1, 7, 60, 900])
def test_rows_fill_from_the_left_and_stay_on_the_map(count):
    rows = rows_of(count, 44, 10, 990)

    assert len(set(rows)) == count
    assert all(LINE < place.y <= 1000 and 10 <= place.x <= 990 for place in rows)
    assert count < 2 or smallest_distance(rows) > 8


def test_next_place_goes_on_with_the_rows():
    rows = rows_of(3, 40, 100, 900)

    assert next_in_band(rows, 40, 100) == Point(rows[-1].x + 40, rows[0].y)
    assert next_in_band(rows[1:], 40, 100) == Point(rows[-1].x + 40, rows[0].y)
    assert next_in_band([], 40, 100) == rows[0]


# ── By group ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("size", "seed", "sectors"), TOWNS)
def test_groups_hold_their_members_and_do_not_overlap(size, seed, sectors):
    members, ties = made_up_town(size, seed, sectors)
    group_of = groups_found(members, ties)
    places = arrange_by_group(group_of, ties).places

    groups = groups_of(group_of, places)

    assert [group.number for group in groups] == sorted(set(group_of.values()) - {0})
    discs = {group.number: group.disc for group in groups}
    assert all(discs[n].holds(places[a]) for a, n in group_of.items() if n)
    assert all(one.gap_to(other) > 0 for one, other in combinations(discs.values(), 2))


def test_other_numbers_for_the_same_groups_change_nothing():
    members, ties = made_up_town(80)
    group_of = groups_found(members, ties)
    places = arrange_by_group(group_of, ties).places
    highest = max(group_of.values())
    renumbered = {a: n and highest + 1 - n for a, n in group_of.items()}

    assert arrange_by_group(renumbered, ties, places).places == places


def test_who_changes_its_group_moves_there_alone():
    ties = [*combinations(range(8), 2), *combinations(range(10, 18), 2)]
    group_of = {n: 1 if n < 8 else 2 for n in (*range(8), *range(10, 18))}
    places = arrange_by_group(group_of, ties).places

    layout = arrange_by_group(group_of | {0: 2}, ties, places)

    assert not layout.fresh
    assert [a for a in places if layout.places[a] != places[a]] == [0]
    discs = {g.number: g.disc for g in groups_of(group_of | {0: 2}, layout.places)}
    assert discs[2].holds(layout.places[0])
    assert discs[1].gap_to(discs[2]) > 0


def test_who_is_not_seen_keeps_its_place_in_a_group():
    ties = list(combinations(range(6), 2))
    group_of = dict.fromkeys(range(6), 1)
    places = arrange_by_group(group_of, ties).places

    layout = arrange_by_group(group_of | {0: 0}, [t for t in ties if 0 not in t], places)

    assert layout.places == places


def test_groups_are_named_for_their_best_connected_member():
    edges = [Edge("a", "b", None, None), Edge("b", "c", None, None), Edge("x", "y", None, None)]
    sectors = dict.fromkeys("abcxy", "media") | {"a": "academia"}

    words = group_words(communities(sectors, edges), {slug: f"<{slug}>" for slug in sectors})

    assert words == {
        1: GroupWords("Around <b>", "3 organizations: Media 2, Academia 1"),
        2: GroupWords("Around <x>", "2 organizations: Media 2"),
    }


# ── In the database ──────────────────────────────────────────────────────────────────────────────


def data_of(city, actors, ties=()):
    return EcosystemData(
        Scope("city", city.slug, city.name, city.slug, frozenset(a.pk for a in actors)),
        tuple(Actor(a.pk, a.slug, a.name, a.sector, city=city.slug) for a in actors),
        (),
        tuple(Tie(a.pk, b.pk, "funds") for a, b in ties),
        date(2018, 6, 30),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("arrangement", Arrangement)
def test_each_arrangement_keeps_its_own_places(arrangement, django_assert_num_queries):
    city = CityFactory()
    actors = ActorFactory.create_batch(6, city=city)
    data = data_of(city, actors, [(actors[0], actors[1]), (actors[1], actors[2])])

    first = places_for(city, arrangement, data)

    rows = LayoutPosition.objects.filter(city=city)
    assert set(rows.values_list("arrangement", "actor")) == {(arrangement, a.pk) for a in actors}
    with django_assert_num_queries(1):
        assert places_for(city, arrangement, data) == first


@pytest.mark.django_db
@pytest.mark.parametrize("arrangement", Arrangement)
def test_readers_who_see_different_actors_move_nobody(arrangement):
    city = CityFactory()
    actors = ActorFactory.create_batch(8, city=city)
    ties = list(combinations(actors[:5], 2))
    everything = places_for(city, arrangement, data_of(city, actors, ties))
    fewer = actors[3:]

    seen = places_for(city, arrangement, data_of(city, fewer, []))

    assert seen == {actor.pk: everything[actor.pk] for actor in fewer}
    assert places_for(city, arrangement, data_of(city, actors, ties)) == everything
