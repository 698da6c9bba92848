"""The view that an address asks for, who is shown then, and the numbers beside the choices."""

import json
from datetime import date
from pathlib import Path
from random import Random
from urllib.parse import parse_qs, quote

import pytest
from django.http import QueryDict

from actors.framework import Competency, Role, Sector, TieKind
from ecosystem.analysis.data import Actor, EcosystemData, Scope, Statement, Tie
from ecosystem.mapview.filtering import apply_filters, count_choices
from ecosystem.mapview.panel import find_by_name
from ecosystem.mapview.paths import neighbors, shortest_path, within
from ecosystem.mapview.search import is_found, search_words, searchable
from ecosystem.mapview.state import (
    FRESHNESS,
    STATUSES,
    MapState,
    parse_state,
)
from ecosystem.mapview.values import Extra, Extras, MapValues

CASES = json.loads((Path(__file__).parents[1] / "js" / "search-cases.json").read_text())
KNOWN = {
    "sector": Sector.values,
    "role": Role.values,
    "skill": Competency.values,
    "kind": TieKind.values,
    "issue": ["housing", "jobs"],
    "collaborative": ["round-table"],
    "actor": ["ada", "bo"],
    "strength": "1234",
}


def parse(query):
    return parse_state(QueryDict(query), KNOWN)


# ── The address ──────────────────────────────────────────────────────────────────────────────────


def test_an_empty_address_is_the_whole_network_by_sector():
    assert parse("") == (MapState(), [])
    assert MapState().address() == "?"


def test_an_address_is_read_whole():
    state, ignored = parse(
        "view=matrix&by=ties&color=skill&sector=media&sector=academia&role=community&skill=coding"
        "&level=1&issue=housing&kind=funds&strength=2&status=wished&fresh=never&fresh=stale"
        "&collaborative=round-table&q=caf%C3%A9&actor=ada&to=bo&steps=2&lens=bridges&a=media&sort=name"
    )

    assert ignored == []
    assert state == MapState(
        view="matrix",
        by="ties",
        color="skill",
        sector=("media", "academia"),
        role=("community",),
        skill=("coding",),
        level=1,
        issue=("housing",),
        kind=("funds",),
        strength=2,
        status=("wished",),
        fresh=("never", "stale"),
        collaborative=("round-table",),
        q="café",
        actor="ada",
        to="bo",
        steps=2,
        lens="bridges",
        a="media",
        sort="name",
    )


def random_state(random, known=KNOWN):
    """Any view, with a few filters."""

    def some(values):
        return tuple(
            random.sample(sorted(values), min(len(values), random.choice([0, 0, 0, 1, 2])))
        )

    actor = random.choice(["", *known["actor"]])
    return MapState(
        view=random.choice(["network", "places", "matrix"]),
        by=random.choice(["sector", "ties", "group"]),
        color=random.choice(["sector", "skill", "group"]),
        **{key: some(known[key]) for key in ("sector", "role", "skill", "issue", "kind")},
        level=random.choice([1, 2, 3]),
        strength=random.choice([0, 0, 0, 1, 2, 3, 4]),
        status=some(STATUSES),
        fresh=some(FRESHNESS),
        collaborative=some(known["collaborative"]),
        q=random.choice(["", "", "lab", "Ünï cøde & = # ?", "a b"]),
        actor=actor,
        to=random.choice(["", *known["actor"]]) if actor else "",
        steps=random.choice([0, 1, 2]) if actor else 0,
        sort=random.choice(["ties", "name", "sector"]),
    )


@pytest.mark.parametrize("seed", range(60))
def test_every_view_survives_its_address(seed):
    state = random_state(Random(seed))

    assert parse(state.query()) == (state, [])


@pytest.mark.parametrize(
    ("query", "label", "value"),
    [
        ("sector=nonsense", "Sector", "nonsense"),
        ("skill=flying", "Skill", "flying"),
        ("level=9", "How well", "9"),
        ("strength=-1", "Strength of the tie", "-1"),
        ("by=%3Cscript%3E", "Arrangement", "<script>"),
        ("steps=3", "Steps around it", "3"),
        ("actor=nobody", "Picked organization", "nobody"),
        (f"issue={'x' * 5000}", "Issue", "x" * 60),
        ("kind=%00", "Kind of tie", ""),
    ],
)
def test_what_is_not_known_is_left_out_and_noted(query, label, value):
    state, ignored = parse(query)

    assert state == MapState()
    assert [(str(one.label), one.value) for one in ignored] == [(label, value)]


def test_known_values_stay_beside_unknown_ones():
    state, ignored = parse("sector=media&sector=nonsense&sector=media&utm_source=mail")

    assert state == MapState(sector=("media",))
    assert [one.value for one in ignored] == ["nonsense"]


def test_nobody_may_ask_for_strengths_who_sees_none():
    state, ignored = parse_state(QueryDict("strength=3"), KNOWN | {"strength": ""})

    assert state == MapState()
    assert [one.value for one in ignored] == ["3"]


def test_without_an_actor_there_are_no_steps_and_no_path():
    assert parse("to=bo&steps=2")[0] == MapState()
    assert MapState(actor="ada", to="bo", steps=1).address(actor="") == "?"


def test_a_long_search_is_cut():
    assert parse(f"q={quote('é' * 500)}")[0].q == "é" * 200


# ── Search ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("case", CASES, ids=str)
def test_search_says_the_same_as_the_scripts(case):
    where = searchable(case["name"], case.get("other", ""))

    assert is_found(search_words(case["search"]), where) is case["found"]


# ── Who is shown ─────────────────────────────────────────────────────────────────────────────────

DAY = date(2018, 6, 30)


def town():
    """Ada works with Bo, Bo with Cy, Cy wishes to work with Di; Ed is alone."""
    rows = [
        ("ada", "Ada Office", "government", {"local_government"}),
        ("bo", "Bo Group", "residents_community", {"community"}),
        ("cy", "Cy Lab", "academia", {"issue_expert", "community"}),
        ("di", "Di Café", "media", set()),
        ("ed", "Ed Fund", "philanthropy", set()),
    ]
    actors = tuple(
        Actor(pk, slug, name, sector, frozenset(roles), city="town")
        for pk, (slug, name, sector, roles) in enumerate(rows, start=1)
    )
    ties = (
        Tie(1, 2, "funds", strength=3, confirmed="both"),
        Tie(2, 1, "advises", strength=1),
        Tie(2, 3, "shares_data"),
        Tie(3, 4, "hosts", "wished"),
        Tie(4, 4, "hosts"),
    )
    statements = (
        Statement(1, "coding", 3, date(2018, 1, 1)),
        Statement(2, "coding", 1, date(2016, 12, 1)),
        Statement(3, "fundraising", 2, date(2010, 1, 1)),
        Statement(4, "coding", 0, None),
    )
    scope = Scope("city", "town", "Town", "town", frozenset(range(1, 6)))
    extras = Extras(
        {
            1: Extra(other_names=("Old Name",), issues=frozenset({"housing"})),
            2: Extra(issues=frozenset({"housing", "jobs"})),
            3: Extra(collaboratives=frozenset({"round-table"})),
        },
        {"housing": "Housing", "jobs": "Jobs"},
        {"round-table": "Round Table"},
    )
    return MapValues(EcosystemData(scope, actors, statements, ties, DAY), extras)


def shown(**state):
    found = apply_filters(town(), MapState(**state))
    return [actor.slug for actor in found.actors]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({}, ["ada", "bo", "cy", "di", "ed"]),
        ({"sector": ("media", "academia")}, ["cy", "di"]),
        ({"role": ("community",)}, ["bo", "cy"]),
        ({"skill": ("coding",)}, ["ada"]),
        ({"skill": ("coding",), "level": 1}, ["ada", "bo"]),
        ({"skill": ("coding",), "level": 3}, ["ada"]),
        ({"skill": ("coding", "fundraising")}, ["ada", "cy"]),
        ({"skill": ("coding",), "color": "skill"}, ["ada", "bo", "cy", "di", "ed"]),
        ({"issue": ("jobs",)}, ["bo"]),
        ({"collaborative": ("round-table",)}, ["cy"]),
        ({"fresh": ("fresh",)}, ["ada"]),
        ({"fresh": ("ageing",)}, ["bo"]),
        ({"fresh": ("stale",)}, ["cy", "di"]),
        ({"fresh": ("never",)}, ["ed"]),
        ({"q": "cafe"}, ["di"]),
        ({"q": "old name"}, ["ada"]),
        ({"role": ("community",), "sector": ("academia",)}, ["cy"]),
        ({"sector": ("private",)}, []),
        # Filters of ties hide nobody.
        ({"kind": ("hosts",)}, ["ada", "bo", "cy", "di", "ed"]),
        ({"actor": "ada", "steps": 1}, ["ada", "bo"]),
        ({"actor": "ada", "steps": 2}, ["ada", "bo", "cy"]),
        ({"actor": "cy", "steps": 1}, ["bo", "cy"]),
        ({"actor": "ada", "steps": 2, "kind": ("funds",)}, ["ada", "bo"]),
        ({"actor": "ada", "steps": 2, "sector": ("academia",)}, ["ada"]),
        ({"actor": "ed", "steps": 1}, ["ed"]),
    ],
)
def test_who_is_shown(state, expected):
    assert shown(**state) == expected


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        ({}, ["funds", "advises", "shares_data", "hosts"]),
        ({"kind": ("funds", "hosts")}, ["funds", "hosts"]),
        ({"status": ("existing",)}, ["funds", "advises", "shares_data"]),
        ({"strength": 1}, ["funds", "advises"]),
        ({"strength": 2}, ["funds"]),
        ({"sector": ("government", "residents_community")}, ["funds", "advises"]),
    ],
)
def test_which_ties_are_drawn(state, kinds):
    assert [tie.tie.kind for tie in apply_filters(town(), MapState(**state)).ties] == kinds


def test_counts_say_what_a_choice_would_show():
    counts = count_choices(town(), MapState(role=("community",)))

    assert counts["sector"] == {"residents_community": 1, "academia": 1}
    assert counts["role"] == {"local_government": 1, "community": 2, "issue_expert": 1}
    assert counts["kind"] == {"shares_data": 1}


def made_up_values(seed, size=40):
    random = Random(seed)
    actors = tuple(
        Actor(
            pk,
            f"actor-{pk}",
            f"{random.choice(['Lab', 'Café', 'Office'])} {pk}",
            random.choice(Sector.values),
            frozenset(random.sample(Role.values, random.choice([0, 1, 2]))),
            city=random.choice(["town", None]),
        )
        for pk in range(1, size + 1)
    )
    ties = tuple(
        Tie(
            random.randint(1, size),
            random.randint(1, size),
            random.choice(TieKind.values),
            random.choice(["existing", "existing", "wished"]),
            random.choice([None, 1, 2, 3, 4]),
            confirmed=random.choice(["none", "one", "both"]),
        )
        for _tie in range(2 * size)
    )
    statements = tuple(
        Statement(pk, skill, random.randint(0, 3), random.choice([None, DAY, date(2017, 1, 1)]))
        for pk in range(1, size + 1)
        for skill in random.sample(Competency.values, random.choice([0, 1, 3]))
    )
    own = frozenset(actor.id for actor in actors if actor.city)
    extras = Extras(
        {
            pk: Extra(
                issues=frozenset(random.sample(["housing", "jobs"], random.choice([0, 1]))),
                collaboratives=frozenset(random.sample(["round-table"], random.choice([0, 1]))),
            )
            for pk in range(1, size + 1)
        },
        {"housing": "Housing", "jobs": "Jobs"},
        {"round-table": "Round Table"},
    )
    scope = Scope("city", "town", "Town", "town", own)
    return MapValues(EcosystemData(scope, actors, statements, ties, DAY), extras)


@pytest.mark.parametrize("seed", range(25))
def test_the_number_beside_a_choice_is_what_choosing_it_shows(seed):
    """Counted the slow way: by choosing each."""
    values = made_up_values(seed)
    known = KNOWN | {"actor": sorted(values.index_of)}
    state = random_state(Random(seed), known).changed(steps=0, color="sector")
    counts = count_choices(values, state)

    for key in ("sector", "role", "skill", "issue", "collaborative", "fresh"):
        for value in FRESHNESS if key == "fresh" else known[key]:
            alone = apply_filters(values, state.changed(**{key: (value,)}))
            assert counts[key][value] == len(alone.actors), (key, value)
    for key in ("kind", "status"):
        for value in STATUSES if key == "status" else known[key]:
            alone = apply_filters(values, state.changed(**{key: (value,)}))
            assert counts[key][value] == len(alone.ties), (key, value)
    for least in (1, 2, 3, 4):
        alone = apply_filters(values, state.changed(strength=least))
        assert counts["strength"][str(least)] == len(alone.ties)


# ── Walks ────────────────────────────────────────────────────────────────────────────────────────


def test_steps_and_paths_go_over_existing_ties_alone():
    near = neighbors(5, town().ties)

    assert near == [[1], [0, 2], [1], [], []]
    assert within(near, 0, 1) == {0, 1}
    assert within(near, 0, 2) == {0, 1, 2}
    assert shortest_path(near, 0, 2) == [0, 1, 2]
    assert shortest_path(near, 0, 0) == [0]
    assert shortest_path(near, 0, 3) == []


def test_of_two_shortest_paths_the_first_by_slug_is_taken():
    assert shortest_path([[1, 2], [0, 3], [0, 3], [1, 2]], 0, 3) == [0, 1, 3]


@pytest.mark.parametrize(
    ("asked", "slug"),
    [("bo", "bo"), ("Bo Group", "bo"), ("gruop", "bo"), ("old name", "ada"), ("zzz", ""), ("", "")],
)
def test_an_actor_is_found_by_a_name_somebody_typed(asked, slug):
    assert find_by_name(town(), asked) == slug


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("sector=media&skill=coding", ""),
        ("sector=media&color=skill&skill=coding", "color=skill&skill=coding"),
        ("kind=funds&lens=fill&skill=coding", "skill=coding&lens=fill"),
    ],
)
def test_everyone_is_shown_without_losing_what_the_colors_or_the_question_need(given, left):
    state = parse_state(QueryDict(given), KNOWN)[0].without_filters()

    assert parse_qs(state.query()) == parse_qs(left)
