"""The gap dashboard."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertInHTML, assertNotContains

from accounts.rules import operator
from ecosystem.services import run_gaps
from ecosystem.views.gap_context import load_gap_context
from tests.ecosystem.towns import DAY, make_table, make_town
from tests.factories import (
    ActorFactory,
    CityFactory,
    RelationshipFactory,
    SkillStatementFactory,
)

pytestmark = pytest.mark.django_db

MARKUP = "<img src=x onerror=alert(1)> & Co"
QUERIES = 9
BLOCKS = (
    "gaps",
    "questions",
    "skills",
    "reach",
    "presence",
    "sectors",
    "fragility",
    "residents",
    "freshness",
    "completeness",
)


@pytest.fixture
def city():
    return CityFactory(slug="springfield", name="Springfield", map_date=DAY)


def page(client, city):
    return client.get(reverse("gaps", args=[city.slug]))


def test_gaps_page_has_every_block_and_no_script(client):
    response = page(client, make_town())

    for block in BLOCKS:
        assertContains(response, f'<h2 id="{block}">', count=1)
    assertNotContains(response, "<script")
    assertNotContains(response, "style=")


def test_gaps_page_shows_each_place_a_finding_points_to(client):
    response = page(client, make_town())

    findings = response.context["findings"]
    for finding in (*findings.confirmed, *findings.questions, *findings.notes):
        assertContains(response, f'id="{finding.place}"')


def test_gaps_page_draws_the_skills_by_sector(client):
    heat = page(client, make_town()).context["heat"]

    assert [str(column["label"]) for column in heat["columns"]] == [
        "All together",
        "Local government",
        "Data intermediary",
        "Civic technologist",
    ]
    rows = {str(row["label"]): row for group in heat["groups"] for row in group["rows"]}
    assert len(rows) == 12
    assert [(c["state"], c["holders"], c["answered"]) for c in rows["Coding"]["cells"]] == [
        ("covered", 2, 2),
        ("single", 1, 1),
        ("single", 1, 1),
        ("unknown", 0, 0),
    ]
    assert rows["Coding"]["url"] == "/cities/town/actors/?competency=coding&level=holder"
    assert rows["Fundraising"]["url"] == "#reach-fundraising"


def test_gaps_page_draws_the_way_to_a_missing_skill(client):
    rows = page(client, make_town()).context["reach_rows"]

    assert (rows[0].slug, rows[0].state, rows[0].reach) == (
        "fundraising",
        "absent",
        "one_introduction",
    )
    assert [name.slug for name in rows[0].path] == ["lab", "fund"]
    assert str(rows[0].leads) == (
        "Big Fund has this skill and already works with Data Lab, which can bring it in."
    )
    assert [row.reach for row in rows[1:]] == ["nowhere"] * 9


def test_gaps_page_compares_ties_between_sectors_with_what_was_expected(client):
    """Four organizations of four sectors: 6 pairs, 3 ties, so half a tie is expected for each."""
    matrix = page(client, make_town()).context["matrix"]

    assert [column["slug"] for column in matrix["columns"]] == [
        "government",
        "data_intermediary",
        "civic_technologist",
        "philanthropy",
    ]
    assert [
        [(cell.state, cell.observed, cell.expected) for cell in row["cells"]]
        for row in matrix["rows"]
    ] == [
        [("none", 0, "")],
        [("connected", 1, "0.5"), ("none", 0, "")],
        [("quiet", 0, "0.5"), ("connected", 1, "0.5"), ("none", 0, "")],
        [("quiet", 0, "0.5"), ("connected", 1, "0.5"), ("quiet", 0, "0.5"), ("none", 0, "")],
    ]


def test_gaps_page_lists_what_would_open(client):
    """Data Lab takes the last holder of a skill along; the others follow by short name."""
    departures = page(client, make_town()).context["fragility"]["departures"]

    assert [
        (d.actor.name, str(d.lost), str(d.weakened), str(d.farther), d.components)
        for d in departures
    ] == [
        ("Data Lab", "data collection & sharing", "coding", "fundraising", 2),
        ("Code Club", "user-centered design", "", "", 0),
        ("Big Fund", "", "", "fundraising", 0),
        ("City Hall", "", "coding", "", 0),
    ]


def test_gaps_page_counts_answers_by_age(client):
    freshness = page(client, make_town()).context["freshness"]

    assert (freshness["answers"], freshness["questions"]) == (8, 36)
    assert [row["count"] for row in freshness["bars"]["rows"]] == [8, 0, 0, 0]


def test_gaps_page_says_which_sectors_are_missing(client):
    response = page(client, make_town())

    assert str(response.context["presence_answer"]) == (
        "Nobody is here from these sectors, which are needed or expected: Residents & community "
        "and Philanthropy."
    )
    assertInHTML(
        '<strong class="missing">Missing, and always needed</strong>', response.content.decode()
    )


def test_gap_context_of_a_collaborative_has_no_links_into_the_city_directory():
    town = make_town()
    analysis = run_gaps(town, user=operator(), collaborative=make_table(town))

    context = load_gap_context(analysis, city=town, user=operator())

    rows = [row for group in context["heat"]["groups"] for row in group["rows"]]
    assert {row["url"] for row in rows if not row["url"].startswith("#reach-")} == {""}
    assert {row.url for row in context["presence"]["sectors"]} == {""}
    assert (context["scope"].kind, context["base"]) == ("collaborative", 2)


def test_gaps_page_without_actors_is_useful(client, city):
    response = page(client, city)

    assertContains(response, "Nobody is on this map yet.")
    assertContains(response, "Start with one: who works on technology and data for residents here?")


def test_gaps_page_with_one_actor_and_no_tie(client, city):
    ActorFactory(city=city, name="Only One")

    response = page(client, city)

    assertContains(response, "With fewer than two organizations there is nothing to connect.")
    assertContains(response, "With fewer than two organizations nothing can fall apart.")


def test_gaps_page_with_many_actors_and_no_tie(client, city):
    ActorFactory.create_batch(6, city=city)

    response = page(client, city)

    assertContains(response, "No single departure would lose a skill or cut anybody off.")
    assert len(response.context["fragility"]["isolates"]["first"]) == 6


def test_gaps_page_folds_long_lists_away(client, city):
    ActorFactory.create_batch(11, city=city)

    response = page(client, city)

    isolates = response.context["fragility"]["isolates"]
    assert (len(isolates["first"]), len(isolates["others"])) == (8, 3)
    assertContains(response, "<summary>Show 3 more</summary>")


def test_gaps_page_writes_names_as_text(client, city):
    actors = [ActorFactory(city=city, name=name) for name in (MARKUP, "ש" * 300, "100% %(count)s")]
    for actor in actors:
        RelationshipFactory(city=city, source=actor, target=actors[0], carried_by=1)
        SkillStatementFactory(actor=actor, competency="coding", level=1)

    response = page(client, city)

    assertNotContains(response, "<img src=x")
    assertContains(response, "&lt;img src=x onerror=alert(1)&gt; &amp; Co")
    assertContains(response, "100% %(count)s")


def test_gaps_page_of_a_hidden_city_is_absent(client):
    assert page(client, CityFactory(private=True)).status_code == 404


def test_gaps_page_never_names_a_hidden_actor(client, city):
    """The only holder is in a private city: its name must not come by way of the reach."""
    ActorFactory(city=city)
    hidden = ActorFactory(city=CityFactory(private=True, name="Hidden City"), name="Hidden Lab")
    SkillStatementFactory(actor=hidden, competency="coding")

    response = page(client, city)

    assertNotContains(response, "Hidden")


@pytest.mark.parametrize("count", [1, 30])
def test_gaps_page_queries_do_not_grow(client, city, django_assert_num_queries, count):
    for actor in ActorFactory.create_batch(count, city=city, with_statements=2):
        RelationshipFactory(city=city, source=actor, target=ActorFactory(city=city))
    SkillStatementFactory(actor=ActorFactory(city=CityFactory()), competency="coding")

    with django_assert_num_queries(QUERIES):
        page(client, city)
