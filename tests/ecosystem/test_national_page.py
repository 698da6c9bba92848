"""The first page: cities on a map of the country, as cards, and search."""

import re
from datetime import date
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

from actors.framework import Competency, Level, Sector
from ecosystem.maps import country
from ecosystem.national import (
    maps_known,
    plenty_sentence,
    short_sentence,
    skills_across,
)
from ecosystem.search import SHOWN, search_everything
from ecosystem.summaries import CitySummary, SkillCell, city_summaries
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
    project = ProjectFactory(
        collaborative=together, name="Vacant lots", summary="Land for housing."
    )
    CityFactory(name="Elsewhere", summary="Known for its housing.")

    html = page(client, "?q=housing")

    headings = re.findall(r'<h2 id="found-\w+">(.*?)</h2>', html)
    assert headings == ["1 city", "2 organizations and groups", "1 collaborative", "1 project"]
    assert lede(html) == "5 matches in what is open to you."
    assert f'href="{reverse("solution", args=[project.slug])}"' in html
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


def test_national_queries_do_not_grow_with_cities(client):
    counts = []
    for count in (2, 38):
        for city in CityFactory.create_batch(count):
            actor = ActorFactory(city=city)
            SkillStatementFactory(actor=actor, competency="coding")
            RelationshipFactory(city=city, source=actor, target=ActorFactory(city=None))
            ProjectFactory(collaborative=CollaborativeFactory(city=city, members=[actor]))
        page(client)  # whatever is kept between visits is kept now
        with CaptureQueriesContext(connection) as queries:
            page(client)
        counts.append(len(queries))

    assert counts[0] == counts[1]


# ── All cities together ──────────────────────────────────────────────────────────────────────────


def block_of(html, name):
    start = html.index(f'<h2 id="{name}">')
    return text_of(html[start : html.index("</section>", start)])


def summary(name, *, own_actors=4, fresh=0, statements=0, **fields):
    """A line as the national pages read it; every skill unknown unless ``cells`` says more."""
    states = fields.pop("cells", {})
    return CitySummary(
        **{
            "slug": name.lower(),
            "name": name,
            "full_name": name,
            "stage": "exploring",
            "summary": "",
            "latitude": None,
            "longitude": None,
            "as_of": date(2018, 6, 30),
            "actors": own_actors,
            "own_actors": own_actors,
            "ties": 0,
            "cells": tuple(
                SkillCell(one, *states.get(one, ("unknown", 0))) for one in Competency.values
            ),
            "answered_share": 0.0 if own_actors else None,
            "completeness": None,
            "informants": 0,
            "is_historic": False,
            "statements": statements,
            "fresh_statements": fresh,
        }
        | fields
    )


def test_only_confirmed_gaps_are_lacking():
    """G1: absent, thin and single are short; unknown is not, and a city without anybody is out."""
    across = skills_across(
        [
            summary("A", cells={"coding": ("absent", 0), "fundraising": ("covered", 2)}),
            summary("B", cells={"coding": ("thin", 0), "fundraising": ("single", 1)}),
            summary("C", cells={"coding": ("single", 1)}),
            summary("D", cells={"coding": ("covered", 5)}),
            summary("E", own_actors=0),
        ]
    )

    assert [one.competency for one in across][:2] == ["coding", "fundraising"]
    coding, fundraising, *others = across
    assert (coding.short, coding.none_yet, coding.single, coding.covered, coding.unknown) == (
        (3, 2, 1, 1, 0)
    )
    assert (fundraising.short, fundraising.covered, fundraising.unknown) == (1, 1, 2)
    assert {(one.short, one.covered, one.unknown) for one in others} == {(0, 0, 4)}
    assert short_sentence(across) == (
        "Most often short: coding. In 3 cities, one organization at most is known to have it."
    )
    assert plenty_sentence(across) == (
        "Most widespread: fundraising and coding, at two organizations or more in 1 city."
    )


def test_bar_is_as_wide_as_the_shares():
    [coding] = [
        one
        for one in skills_across(
            [
                summary("A", cells={"coding": ("covered", 2)}),
                summary("B", cells={"coding": ("absent", 0)}),
                summary("C"),
                summary("D"),
            ]
        )
        if one.competency == "coding"
    ]

    assert [(part.state, part.start, part.width) for part in coding.bar] == [
        ("covered", "0.00%", "25.00%"),
        ("absent", "25.00%", "25.00%"),
        ("unknown", "50.00%", "50.00%"),
    ]


def test_plenty_names_three_cities_in_the_order_of_the_alphabet():
    holders = {"Ames": 2, "Bend": 7, "Cary": 3, "Dover": 1, "Erie": 3}
    cells = {
        name: {"coding": ("covered" if count > 1 else "single", count)}
        for name, count in holders.items()
    }

    across = skills_across([summary(name, cells=cells[name]) for name in holders])

    coding = next(one for one in across if one.competency == "coding")
    assert [(city.name, city.holders) for city in coding.plenty] == [
        ("Bend", 7),
        ("Cary", 3),
        ("Erie", 3),
    ]
    assert coding.more == 1
    assert coding.plenty[0].url == "/cities/bend/actors/?competency=coding"


def test_nothing_known_anywhere_lacks_nothing():
    across = skills_across([summary("A"), summary("B")])

    assert short_sentence(across) == (
        "No city is known to be short of a skill. That may change as more are asked."
    )
    assert plenty_sentence(across) == (
        "No skill is known to be at two organizations or more in any city yet."
    )
    assert skills_across([summary("A", own_actors=0)]) == []


def test_how_well_the_maps_are_known():
    """By hand: 6 of 10 answers fresh; shares at, below and above the borders 30% and 80%."""
    known = maps_known(
        [
            summary("A", fresh=4, statements=5, answered_share=0.3, completeness=0.8),
            summary("B", fresh=2, statements=5, answered_share=0.29, completeness=0.5),
            summary("C", answered_share=0.8, completeness=0.49, is_historic=True),
            summary("D", own_actors=0),
        ]
    )

    assert known.age == (
        "3 maps are kept up to date. 1 map describes a past day: June 30, 2018. Of 10 answers "
        "about skills, 60% were at most a year old on the day of their map."
    )
    assert known.completeness == (
        "How complete a map is can be told for 3 of 4: they show between 49% and 80% of who is "
        "there."
    )
    assert [[(row["label"], row["count"]) for row in bars["rows"]] for bars in known.bars] == [
        [("At most a year old", 6), ("Older, or without a day", 4)],
        [
            ("80% or more", 1),
            ("30% to 80%", 1),
            ("Under 30%: too few to compare", 1),
            ("Nobody on the map yet", 1),
        ],
        [
            ("80% or more", 1),
            ("50% to 80%", 1),
            ("Under 50%", 1),
            ("Too few sources to tell", 1),
        ],
    ]


def test_maps_too_small_to_tell_say_so():
    known = maps_known([summary("A"), summary("B")])

    assert known.completeness == "No map rests on enough sources to tell how complete it is."
    assert known.age == "2 maps are kept up to date."


def test_freshness_counts_the_answers_of_own_actors(town):
    """G3 on the day of the map: 12 months before is fresh, a day earlier is not."""
    town.map_date = date(2018, 6, 30)
    town.save()
    own, visitor = ActorFactory(city=town), ActorFactory(national=True)
    RelationshipFactory(city=town, source=own, target=visitor)
    for actor, competency, day in (
        (own, "coding", date(2017, 6, 30)),
        (own, "fundraising", date(2017, 6, 29)),
        (own, "data-communication", None),
        (visitor, "coding", date(2018, 6, 30)),
    ):
        SkillStatementFactory(actor=actor, competency=competency, confirmed_on=day)

    [found] = city_summaries(UserFactory())

    assert (found.statements, found.fresh_statements, found.is_historic) == (3, 1, True)


def test_reference_cities_together(client):
    """Counted in competencies.csv by a program of its own: 138 of 144 rows are of organizations
    with a city, and fundraising is at 1 to 3 organizations in six cities, at one in Pittsburgh.
    """
    call_command("load_reference", stdout=StringIO())

    html = page(client)

    assert "Of 138 answers about skills, 100% were at most a year old" in block_of(html, "known")
    assert "7 maps describe a past day, the earliest June 30, 2018." in block_of(html, "known")
    assert "Fundraising Nobody yet 0 Only one 1 Two or more 5 Not known 1" in block_of(
        html, "short"
    )
    assert (
        "Fundraising : projects Boston : Fundraising 2 · Cleveland : Fundraising 2 · "
        "Seattle/King County : Fundraising 3 and 2 more cities"
    ) in block_of(html, "plenty")


def test_hidden_cities_count_for_nothing_in_the_country(client, town):
    ActorFactory(city=town)
    before = [block_of(page(client), name) for name in ("short", "plenty", "known")]
    hidden = CityFactory(private=True, name="Hidden Harbor")
    for actor in ActorFactory.create_batch(2, city=hidden):
        SkillStatementFactory(actor=actor, competency="coding")

    html = page(client)

    assert [block_of(html, name) for name in ("short", "plenty", "known")] == before
    assert "Hidden" not in html


def test_cities_come_in_pages(client):
    for number in range(30):
        CityFactory(name=f"City {number:02}")

    first, second = page(client), page(client, "?page=2")

    cards = re.compile(r'<h3><a href="/cities/[\w-]+/">(City \d+), MA</a></h3>')
    assert cards.findall(first) == [f"City {number:02}" for number in range(24)]
    assert cards.findall(second) == [f"City {number:02}" for number in range(24, 30)]
    assert "Cities 25 to 30 of 30." in text_of(second)
    assert "What changed lately" not in second
    assert cards.findall(page(client, "?page=nonsense")) == cards.findall(first)
