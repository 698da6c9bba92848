"""The city in one screen."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertInHTML, assertNotContains

from tests.ecosystem.towns import DAY, make_table, make_town
from tests.factories import (
    ActorFactory,
    CityFactory,
    CollaborativeFactory,
    MembershipFactory,
    RelationshipFactory,
    SkillStatementFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db

MARKUP = "<script>alert('x')</script> & Co"
QUERIES = 45
"""Of the first reader after an edit, who computes and keeps what the others need 3 for."""


@pytest.fixture
def city():
    return CityFactory(slug="springfield", name="Springfield", map_date=DAY)


def page(client, city):
    return client.get(reverse("city", args=[city.slug]))


def test_city_page_opens_with_its_answer(client):
    response = page(client, make_town())

    assertContains(
        response,
        '<p class="lede">1 of 12 skills is covered, 1 hangs on one organization, 1 is only being '
        "learned, 1 is missing, 1 too few have been asked about, 7 nobody has asked about.</p>",
        html=True,
    )


def test_city_page_shows_gaps_and_questions_apart(client):
    context = page(client, make_town()).context

    assert [str(finding["sentence"]) for finding in context["first_findings"]] == [
        "No local organization from the residents & community sector is on the map.",
        "Fundraising is missing: 3 organizations were asked, and none has it.",
        "User-centered design is still being learned: Code Club is at the beginning.",
        "No local organization from the philanthropy sector is on the map.",
        "If Data Lab left, no known organization of this city would be left for data "
        "collection & sharing, and the map would fall into 2 more pieces.",
    ]
    assert {finding["tone"] for finding in context["first_questions"]} == {"question"}


def test_city_page_links_names_to_their_profiles(client):
    response = page(client, make_town())

    assertInHTML('<a href="/actors/fund/"><bdi>Big Fund</bdi></a>', response.content.decode())
    assertContains(response, '<a href="/cities/town/actors/club/"><bdi>Code Club</bdi></a>')


def test_city_page_links_each_sector_to_the_directory(client):
    response = page(client, make_town())

    bars = response.context["sector_bars"]
    assert [(row["sector"], row["count"], row["url"]) for row in bars["rows"]] == [
        ("government", 1, "/cities/town/actors/?sector=government"),
        ("data_intermediary", 1, "/cities/town/actors/?sector=data_intermediary"),
        ("civic_technologist", 1, "/cities/town/actors/?sector=civic_technologist"),
        ("philanthropy", 0, ""),
        ("residents_community", 0, ""),
        ("academia", 0, ""),
        ("private", 0, ""),
        ("media", 0, ""),
        ("nonprofit_service", 0, ""),
    ]
    assertContains(response, "3 organizations are at home here. 1 more from elsewhere works here.")


def test_city_page_shows_collaboratives_with_their_current_members(client):
    town = make_town()
    table = make_table(town)
    MembershipFactory(collaborative=table, until="2017-01-01")
    MembershipFactory(collaborative=table, actor=ActorFactory(city=town, proposed=True))
    MembershipFactory(collaborative=table, actor=ActorFactory(city=CityFactory(private=True)))
    CollaborativeFactory(name="Elsewhere")

    response = page(client, town)

    assert [(c.name, c.member_count) for c in response.context["collaboratives"]] == [
        ("Round Table", 2)
    ]
    assertContains(response, 'href="/cities/town/collaboratives/round-table/"')


def test_city_page_names_the_sources_one_may_see(client, city):
    city.sources.add(
        SourceFactory(citation="Report", url="https://example.org/report"),
        SourceFactory(citation="One person's answer", is_public=False, city=city),
    )

    response = page(client, city)

    assertContains(response, 'href="https://example.org/report"')
    assertNotContains(response, "One person")


def test_city_page_leads_to_the_map(client, city):
    ActorFactory(city=city)

    response = page(client, city)

    assertContains(response, 'src="/cities/springfield/map.svg"')
    assertContains(response, 'alt="Map of who works with whom in Springfield"')


def test_city_page_without_actors_says_what_to_do(client, city):
    response = page(client, city)

    assertContains(response, "Nobody is on this map yet.")
    assertContains(response, "Add the first organizations that work on technology and data")
    assertNotContains(response, "map.svg")


def test_city_page_with_one_actor(client, city):
    ActorFactory(city=city, name="Only One")

    response = page(client, city)

    assertContains(response, "0 of 12 skills are covered, 12 nobody has asked about.")
    assertContains(response, "1 organization is at home here.")


def test_city_page_writes_names_as_text(client, city):
    source, target = (ActorFactory(city=city, name=name) for name in (MARKUP, "ש" * 300))
    RelationshipFactory(city=city, source=source, target=target)
    SkillStatementFactory(actor=source, competency="coding")
    city.summary = MARKUP
    city.save()

    response = page(client, city)

    assertNotContains(response, "<script>alert")
    assertContains(response, "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; Co")


def test_city_page_of_a_hidden_city_is_absent(client):
    city = CityFactory(private=True)

    assert page(client, city).status_code == 404


def test_city_page_leaves_out_actors_that_are_not_public(client, city):
    ActorFactory(city=city, name="Proposed Lab", proposed=True)

    assertNotContains(page(client, city), "Proposed Lab")


@pytest.mark.parametrize("count", [1, 30])
def test_city_page_queries_do_not_grow(client, city, django_assert_num_queries, count):
    for actor in ActorFactory.create_batch(count, city=city, with_statements=2):
        RelationshipFactory(city=city, source=actor, target=ActorFactory(city=city))
        CollaborativeFactory(city=city, members=[actor])
    elsewhere = ActorFactory(city=CityFactory())
    SkillStatementFactory(actor=elsewhere, competency="coding")

    with django_assert_num_queries(QUERIES):
        page(client, city)
    with django_assert_num_queries(3):
        page(client, city)
