"""The first page: cities on a map of the country, as cards, and search."""

import re
from html import unescape
from io import StringIO
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actors.framework import Level, Sector
from ecosystem.maps import country
from ecosystem.search import SHOWN, search_everything
from ecosystem.summaries import SkillCell, city_summaries
from tests.factories import (
    ActorFactory,
    CityFactory,
    CollaborativeFactory,
    OtherNameFactory,
    ProjectFactory,
    RelationshipFactory,
    SkillStatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

REFERENCE_CITIES = [
    "Boston",
    "Cleveland",
    "Pittsburgh",
    "San Antonio",
    "Seattle/King County",
    "St. Louis",
    "Washington, DC",
]


def text_of(html):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def page(client, query=""):
    response = client.get("/" + query)
    assert response.status_code == 200
    return response.content.decode()


def card_of(html, slug):
    start = html.index(f'<h3><a href="/cities/{slug}/">')
    return text_of(html[start : html.index("</article>", start)])


def lede(html):
    return text_of(re.search(r'<p class="lede">(.*?)</p>', html, re.DOTALL)[1])


@pytest.fixture
def town():
    return CityFactory(slug="town", name="Town", latitude=42.36, longitude=-71.06)


# ── Cities ───────────────────────────────────────────────────────────────────────────────────────


def test_reference_cities_are_on_the_map_and_on_cards(client):
    call_command("load_reference", stdout=StringIO())

    html = page(client)

    cards = re.findall(r'<h3><a href="/cities/[\w-]+/">(.*?)</a>', html)
    assert [name.split(", ")[0] for name in cards] == [
        name.split(", ")[0] for name in REFERENCE_CITIES
    ]
    if country.outline() is not None:
        drawing = re.search(r'<svg [^>]*class="country-map".*?</svg>', html, re.DOTALL)[0]
        links = ElementTree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}a")
        assert [link.get("aria-label").rsplit(", ", 1)[0] for link in links] == REFERENCE_CITIES
    boston = card_of(html, "boston")
    assert "7 of 12 skills with two organizations or more" in boston
    assert "4 short" in boston
    assert "1 not known yet" in boston
    assert "55 organizations, 62 working links." in boston
    assert "Map of June 30, 2018." in boston


def test_headline_counts_each_organization_once(client, town):
    other = CityFactory()
    visitor = ActorFactory(city=other)
    network = ActorFactory(national=True)
    for target in (visitor, network):
        RelationshipFactory(city=town, source=ActorFactory(city=town), target=target)

    html = page(client)

    assert lede(html) == (
        "2 cities so far: 3 organizations and groups at home there, 1 national organization, "
        "and 2 working links on record."
    )


def test_card_says_what_a_city_has_lacks_and_does_not_know(client, town):
    one, other = ActorFactory.create_batch(2, city=town)
    for actor in (one, other):
        SkillStatementFactory(actor=actor, competency="coding")
    SkillStatementFactory(actor=one, competency="fundraising")
    SkillStatementFactory(actor=one, competency="community-organizing", level=Level.DEVELOPING)
    for actor in (one, other):
        SkillStatementFactory(actor=actor, competency="issue-knowledge", level=Level.NONE)

    card = card_of(page(client), "town")

    assert "1 of 12 skills with two organizations or more" in card
    assert "3 short: at one organization only, or at none yet" in card
    assert "8 not known yet: questions to ask" in card
    assert "25% of the questions are answered." in card
    assert "Too few sources to tell how complete the map is." in card


def test_card_of_a_city_without_anybody(client, town):
    card = card_of(page(client), "town")

    assert "Nobody has been added to this map yet." in card
    assert "skills" not in card


def test_hidden_cities_and_actors_are_absent_from_the_first_page(client, town):
    hidden = CityFactory(private=True, name="Hidden Harbor", latitude=41.5, longitude=-81.7)
    partners = CityFactory(partners_only=True, name="Hidden Hills", latitude=40, longitude=-80)
    for city in (hidden, partners):
        ActorFactory.create_batch(3, city=city, name="Hidden Circle")
    ActorFactory(city=town, proposed=True)
    ActorFactory(city=town, archived=True)
    ActorFactory(city=town)

    html = page(client)

    assert "Hidden" not in html
    assert lede(html).startswith("1 city so far: 1 organization or group at home there, 0 national")


def test_national_staff_see_every_city(client):
    CityFactory(private=True, name="Harbor")
    client.force_login(UserFactory(national=True))

    assert "Harbor" in page(client)


def test_no_city_at_all(client):
    html = page(client)

    assert lede(html) == "The first city's map is still to be drawn."
    assert "country-map" not in html


def test_city_off_the_drawing_is_named_below_it(client, town):
    if country.outline() is None:
        pytest.skip("us-atlas is not installed here")
    CityFactory(name="San Juan", latitude=18.4, longitude=-66.1)

    assert "Not on this drawing: San Juan." in text_of(page(client))


def test_first_page_works_without_the_outline(client, town, tmp_path):
    country.outline.cache_clear()
    try:
        with override_settings(NODE_MODULES=tmp_path):
            html = page(client)
    finally:
        country.outline.cache_clear()

    assert "country-map" not in html
    assert card_of(html, "town")


def test_hostile_city_name_is_text(client):
    CityFactory(name="<b>Town</b> & Sons", latitude=42.36, longitude=-71.06)

    html = page(client)

    assert "<b>Town" not in html
    assert 'style="' not in html


def test_summaries_are_plain_values(town):
    SkillStatementFactory(actor=ActorFactory(city=town), competency="coding")

    [summary] = city_summaries(UserFactory())

    assert (summary.slug, summary.actors, summary.ties) == ("town", 1, 0)
    assert SkillCell("coding", "single", 1) in summary.cells
    assert summary.counts == {"covered": 0, "gaps": 1, "questions": 11}
    assert summary.completeness is None


def test_first_page_queries_do_not_grow_with_actors(client):
    counts = []
    for ties in (1, 30):
        city = CityFactory()
        for _number in range(ties):
            RelationshipFactory(city=city)
        with CaptureQueriesContext(connection) as queries:
            page(client)
        counts.append(len(queries))
        city.visibility = "private"
        city.save()

    assert counts[0] == counts[1]


# ── Search ───────────────────────────────────────────────────────────────────────────────────────


def test_search_finds_every_kind_grouped_with_counts(client, town):
    ActorFactory(city=town, name="Housing Office", sector=Sector.GOVERNMENT)
    ActorFactory(national=True, name="Fund", description="Pays for affordable housing.")
    together = CollaborativeFactory(city=town, name="Housing Table")
    ProjectFactory(collaborative=together, name="Vacant lots", summary="Land for housing.")
    CityFactory(name="Elsewhere", summary="Known for its housing.")

    html = page(client, "?q=housing")

    headings = re.findall(r'<h2 id="found-\w+">(.*?)</h2>', html)
    assert headings == ["1 city", "2 organizations and groups", "1 collaborative", "1 project"]
    assert lede(html) == "5 matches in what is open to you."
    assert reverse("collaborative", args=["town", together.slug]) + "#projects" in html
    assert text_of(html).index("Housing Office") < text_of(html).index("Pays for affordable")


@pytest.mark.parametrize("query", ["jose", "JOSÉ", "niño josé", "centro"])
def test_search_forgives_case_accents_and_order(query, town):
    actor = ActorFactory(city=town, name="Fundación José")
    OtherNameFactory(actor=actor, name="Centro del Niño")

    found = search_everything(query, UserFactory())

    assert [entry.name for group in found.groups for entry in group.entries] == ["Fundación José"]


def test_search_does_not_find_what_is_hidden(client, town):
    hidden = CityFactory(private=True, name="Harbor City")
    ActorFactory(city=hidden, name="Harbor Lab")
    ActorFactory(city=town, name="Harbor Draft", proposed=True)
    archived = ActorFactory(city=town, name="Old Port", archived=True)
    OtherNameFactory(actor=archived, name="Harbor Port")
    ProjectFactory(collaborative=CollaborativeFactory(city=hidden, name="Harbor"), name="Harbor")

    html = page(client, "?q=harbor")

    assert lede(html) == "Nothing was found."
    assert "Try a single word" in html


def test_search_says_when_it_shows_only_the_first(client, town):
    ActorFactory.create_batch(SHOWN + 5, city=town, name="Common Ground")

    html = page(client, "?q=ground")

    assert f"{SHOWN + 5} organizations and groups" in html
    assert f"The first {SHOWN} are shown." in html


@pytest.mark.parametrize(
    "query", ["%3Cscript%3Ealert(1)%3C/script%3E", "%00", "%22%27%25_", "x" * 9000, "%E2%80%AE"]
)
def test_strange_searches_find_nothing_safely(client, town, query):
    html = page(client, f"?q={query}")

    assert "<script>" not in html
    assert "Nothing was found." in html


@pytest.mark.parametrize("query", ["?q=", "?q=+++", "?other=1"])
def test_search_for_nothing_is_the_first_page(client, town, query):
    assert "City by city" in page(client, query)


def test_search_queries_do_not_grow(client, town, django_assert_num_queries):
    for count in (1, 20):
        ActorFactory.create_batch(count, city=town, name="Common")
        with django_assert_num_queries(5):
            search_everything("common", AnonymousUser())


def test_national_queries_do_not_grow_with_cities(client, django_assert_num_queries):
    for count in (1, 6):
        for city in CityFactory.create_batch(count):
            RelationshipFactory(city=city, target=ActorFactory(city=None))
        with django_assert_num_queries(9):
            page(client)
