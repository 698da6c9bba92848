"""The gap dashboard."""

import re
from datetime import date

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertInHTML, assertNotContains

from accounts.rules import operator
from actors.framework import Competency
from actors.services import raise_revisions
from ecosystem.services.gaps import run_gaps
from ecosystem.views.gap_context import load_gap_context
from tests.ecosystem.towns import DAY, make_table, make_town
from tests.factories import (
    ActorFactory,
    CityFactory,
    EngagementFactory,
    MembershipFactory,
    RelationshipFactory,
    SkillStatementFactory,
)

pytestmark = pytest.mark.django_db

MARKUP = "<img src=x onerror=alert(1)> & Co"
QUERIES, TABLE_QUERIES = 42, 45
"""Of the first reader after an edit, who computes and keeps what the others need 3 for."""
SCOPE_BLOCKS = ("gaps", "questions", "next-steps", "skills", "areas", "levels", "presence", "reach")
BLOCKS = (*SCOPE_BLOCKS, "sectors", "fragility", "residents", "freshness", "completeness")
TABLE_BLOCKS = (*SCOPE_BLOCKS, "voice", "fragility", "freshness", "city-wide")


@pytest.fixture
def city():
    return CityFactory(slug="springfield", name="Springfield", map_date=DAY)


def page(client, city):
    return client.get(reverse("gaps", args=[city.slug]))


def table_page(client, table):
    return client.get(reverse("collaborative_gaps", args=[table.city.slug, table.slug]))


def blocks(response):
    """Anchors of the headings of the second order, as they stand on the page."""
    return tuple(re.findall(r'<h2 id="([\w-]+)"', response.content.decode()))


def test_gaps_page_has_every_block_and_no_script(client):
    response = page(client, make_town())

    assert blocks(response) == BLOCKS
    assertNotContains(response, "<script")
    assertNotContains(response, "style=")


def test_gaps_page_shows_each_place_a_finding_points_to(client):
    response = page(client, make_town())

    findings = response.context["findings"]
    for finding in (*findings.gaps_and_risks, *findings.questions, *findings.notes):
        assertContains(response, f'id="{finding.place}"')


def test_gaps_page_counts_what_is_confirmed_and_what_is_open_apart(client):
    response = page(client, make_town())

    assertContains(
        response,
        "3 gaps are confirmed. 4 more things to look into, from what is recorded so far. 2 "
        "questions are open. 1 of 12 skills is covered, 1 hangs on one organization,",
    )


def test_gaps_page_links_each_finding_to_its_lens_once(client):
    response = page(client, make_town())

    findings = response.context["findings"]
    for finding in (*findings.gaps_and_risks, *findings.questions):
        assertContains(response, f'<li class="finding" id="{finding.anchor}">', count=1)
    # The finding, and its row in the block that shows it.
    assertContains(response, 'href="/cities/town/map/?lens=leave&amp;actor=lab"', count=2)
    assertContains(response, 'href="/cities/town/map/?lens=fill&amp;skill=fundraising"', count=2)
    for lens in ("bridges", "rim", "single", "unconfirmed"):
        assertContains(response, f'href="/cities/town/map/?lens={lens}"')


def test_gaps_page_draws_the_strength_of_the_areas_with_its_table(client):
    """By hand: coding 1 - 0.4 · 0.15 = 0.94, design 0.25, so (0.94 + 0 + 0.25) / 3 = 40%."""
    response = page(client, make_town())

    radar = response.context["radar"]
    assert [(row["label"], round(row["strength"], 3)) for row in radar["rows"]] == [
        ("Management & communications", 0),
        ("Domain & policy expertise", 0),
        ("Data analysis & translation", 0.2),
        ("Technology design & development", 0.397),
    ]
    assert radar["answer"] == (
        "Strongest in technology design & development, as far as is known. Which area is weakest "
        "cannot be said: too few were asked about 8 skills."
    )
    assertInHTML('<td class="number">40%</td>', response.content.decode())
    assertContains(
        response,
        "<title>Strength by area: Management &amp; communications 0%, Domain &amp; policy "
        "expertise 0%, Data analysis &amp; translation 20%, Technology design &amp; development "
        "40%</title>",
    )


def test_gaps_page_names_the_weakest_only_where_its_skills_are_known(client, city):
    actor = ActorFactory(city=city)
    for competency in ("coding", "infrastructure-maintenance", "user-centered-design"):
        SkillStatementFactory(actor=actor, competency=competency, level=2)
    for competency in ("issue-knowledge", "policy-program-design"):
        SkillStatementFactory(actor=actor, competency=competency, level=0)

    radar = page(client, city).context["radar"]

    assert radar["answer"] == (
        "Strongest in technology design & development, weakest in domain & policy expertise, as "
        "far as is known."
    )
    assert [row["weakest"] for row in radar["rows"]] == [
        "Not asked: management & convening, communication & facilitation, community organizing "
        "and fundraising",
        "Knowledge of the issue",
        "Not asked: data collection & sharing, data quality & analysis and communicating data",
        "Coding",
    ]


@pytest.mark.parametrize(
    ("outside", "answer"),
    [
        (
            [],
            "No introduction leads to any of them.",
        ),
        (
            ["coding"],
            "An introduction leads to 1 of them.",
        ),
        (
            list(Competency.values),
            "Introductions lead to all of them.",
        ),
    ],
)
def test_gaps_page_says_how_many_missing_skills_introductions_lead_to(
    client, city, outside, answer
):
    visitor = ActorFactory(city=CityFactory())
    RelationshipFactory(city=city, source=ActorFactory(city=city), target=visitor)
    for competency in outside:
        SkillStatementFactory(actor=visitor, competency=competency)

    assert page(client, city).context["reach_answer"] == (
        f"Nobody here is known to have any of the twelve skills. {answer}"
    )


def test_gaps_page_counts_each_skill_by_level_and_who_was_not_asked(client):
    multiples = page(client, make_town()).context["multiples"]

    assert multiples["levels"] == ["strong", "solid", "learning", "none", "not said", "not asked"]
    counts = {row["label"]: row["counts"] for row in multiples["rows"]}
    assert len(counts) == 12
    assert counts["Coding"] == [1, 1, 0, 0, 0, 1]
    assert counts["Fundraising"] == [0, 0, 0, 3, 0, 0]  # Big Fund is not at home here
    assert counts["User-centered design"] == [0, 0, 1, 0, 0, 2]
    assert counts["Communicating data"] == [0, 0, 0, 0, 0, 3]


def test_who_would_rather_not_say_was_asked_and_changes_no_result(client):
    """City Hall says nothing of coding and of communicating data, nobody of quality."""
    city = make_town()
    actors = {actor.slug: actor for actor in city.actors.all()}
    before = client.get("/api/v1/cities/town/gaps/").json()
    unsaid = [("hall", "coding"), ("hall", "data-communication")]
    unsaid += [(slug, "data-quality-analysis") for slug in actors]
    actors["hall"].statements.filter(competency="coding").delete()
    for slug, competency in unsaid:
        SkillStatementFactory(actor=actors[slug], competency=competency, level=None)
    raise_revisions([city.pk], ties=False)

    context = page(client, city).context

    counts = {row["label"]: row["counts"] for row in context["multiples"]["rows"]}
    rows = {str(r["label"]): r["cells"] for g in context["heat"]["groups"] for r in g["rows"]}
    told = {row.slug: str(row.says) for row in context["reach_rows"]}
    assert (counts["Coding"], counts["Communicating data"], counts["Data quality & analysis"]) == (
        [1, 0, 0, 0, 1, 1],
        [0, 0, 0, 0, 1, 2],
        [0, 0, 0, 0, 3, 0],
    )
    # All together, and by sector: government, data intermediary, civic technologist.
    assert [(c["answered"], c["unsaid"]) for c in rows["Communicating data"]] == [
        (1, False),
        (1, True),
        (0, False),
        (0, False),
    ]
    assert [c["unsaid"] for c in rows["Data quality & analysis"]] == [True] * 4
    assert told["data-communication"] == (
        "1 organization was asked about communicating data, and would rather not say."
    )
    assert told["data-quality-analysis"] == (
        "3 organizations were asked about data quality & analysis, and would rather not say."
    )
    assert "2 were asked about, and nobody said" in context["skills_answer"]
    after = client.get("/api/v1/cities/town/gaps/").json()
    same = [cell for cell in before["cells"] if cell["competency"] != "coding"]
    assert [cell for cell in after["cells"] if cell["competency"] != "coding"] == same


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
    matrix = page(client, make_town()).context["sector_matrix"]

    assert [column["slug"] for column in matrix["columns"]] == [
        "government",
        "data_intermediary",
        "civic_technologist",
        "philanthropy",
    ]
    assert [
        [(cell["state"], cell["observed"], cell["expected"]) for cell in row["cells"]]
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
        ("Code Club", "", "", "", 0),
        ("Big Fund", "", "", "fundraising", 0),
        ("City Hall", "", "coding", "", 0),
    ]
    assert [str(d.unlearned) for d in departures] == ["", "user-centered design", "", ""]


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
    with django_assert_num_queries(3):
        page(client, city)


# ── A collaborative ──────────────────────────────────────────────────────────────────────────────


def test_table_page_has_every_block_and_links_its_lenses_to_its_map(client):
    response = table_page(client, make_table(make_town()))

    assert blocks(response) == TABLE_BLOCKS
    assertNotContains(response, "<script")
    assertNotContains(response, "style=")
    assertContains(
        response,
        'href="/cities/town/map/?table=round-table&amp;lens=fill&amp;skill=coding"',
        count=1,
    )
    findings = response.context["findings"]
    for finding in (*findings.gaps_and_risks, *findings.questions):
        assertContains(response, f'id="{finding.place}"')


def test_table_page_tells_departures_that_take_something_from_the_table(client):
    """Data Lab is no member, but the only way to fundraising; Big Fund is its only holder."""
    departures = table_page(client, make_table(make_town())).context["fragility"]["departures"]

    assert [(d.actor.slug, str(d.lost), str(d.near), str(d.farther)) for d in departures] == [
        ("hall", "coding", "One introduction away would still be: coding.", ""),
        ("lab", "", "", "fundraising and data collection & sharing"),
        ("club", "", "", ""),
        ("fund", "", "", "fundraising"),
    ]


def test_table_page_says_what_residents_have_to_say(client):
    table = make_table(make_town())
    EngagementFactory(collaborative=table, what="Block party", step="define", level="involve")
    EngagementFactory(
        collaborative=table,
        what="Survey <1>",
        step="define",
        level="consult",
        result_due_on=date(2018, 6, 1),
    )
    MembershipFactory(
        collaborative=table,
        actor__sector="residents_community",
        decision_role="decides",
    )

    response = table_page(client, table)

    voice = response.context["voice"]
    assert str(voice["answer"]) == ("Residents took part at 1 of 5 steps, as far as is recorded.")
    assert [(step["level"], step["rank"]) for step in voice["steps"]] == [
        ("", 0),
        ("involve", 3),
        ("", 0),
        ("", 0),
        ("", 0),
    ]
    assert str(voice["decision"]) == "A resident or community organization has a say in decisions."
    assert voice["open"] == ("Survey <1>",)
    assertContains(response, "Survey &lt;1&gt;")


def test_table_page_without_members_is_useful(client, city):
    table = make_table(city)

    response = table_page(client, table)

    assertContains(response, "Nobody is at this table yet.")
    assertContains(response, "Nobody has recorded yet how residents took part.")


def test_table_page_of_another_city_or_a_hidden_one_is_absent(client, city):
    table = make_table(CityFactory(private=True))

    assert table_page(client, table).status_code == 404
    assert client.get(f"/cities/{city.slug}/collaboratives/{table.slug}/gaps/").status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_table_page_queries_do_not_grow(client, django_assert_num_queries, count):
    town = make_town()
    table = make_table(town)
    for actor in ActorFactory.create_batch(count, city=town, with_statements=2):
        MembershipFactory(collaborative=table, actor=actor)
        EngagementFactory(collaborative=table)
    SkillStatementFactory(actor=ActorFactory(city=CityFactory()), competency="data-communication")

    with django_assert_num_queries(TABLE_QUERIES):
        table_page(client, table)
    with django_assert_num_queries(3):
        table_page(client, table)
