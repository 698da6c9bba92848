"""/cities/<city>/map/, the drawing as a file, the sheet for paper."""

import re
from datetime import date
from html import unescape
from io import StringIO
from random import Random
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actors.framework import Competency, Role, Sector, TieKind
from actors.models import Issue
from actors.services import raise_revisions
from collaboratives.models import Collaborative
from ecosystem.mapview.state import ACTOR_FILTERS, MapState
from tests.ecosystem.test_map_state import KNOWN, random_state
from tests.ecosystem.test_maps import HOSTILE
from tests.ecosystem.towns import DAY, make_town
from tests.factories import (
    ActorFactory,
    CityFactory,
    CollaborativeFactory,
    IssueFactory,
    RelationshipFactory,
    SkillStatementFactory,
)

pytestmark = pytest.mark.django_db


def page(client, city, query="", status=200):
    response = client.get(reverse("map", args=[city.slug]) + query)
    assert response.status_code == status
    return response.content.decode()


def drawn(html):
    """Slugs of the actors on the drawing."""
    drawing = re.search(r'<svg [^>]*class="network-map".*?</svg>', html, re.DOTALL)[0]
    return re.findall(r'<a href="[^"]*?[?;]actor=([\w-]+)', drawing)


def rows(html):
    """Slugs of the actors in the table, in order."""
    return re.findall(r'<tr data-actor="([^"]+)"', html)


def counted(html):
    """The number of shown actors that the page states."""
    said = re.search(r"data-map-count[^>]*>([^<]*)<", html)[1]
    return 0 if said.startswith("Nobody") else int(re.search(r"[\d,]+", said)[0].replace(",", ""))


def lede(html):
    return unescape(re.search(r'<p class="lede">(.*?)</p>', html, re.DOTALL)[1])


@pytest.fixture
def town():
    """Ada works with Bo and Cy, a national visitor; Di wishes to work with Ada and has no tie."""
    city = CityFactory(name="Tiny Town", map_date=date(2018, 6, 30))
    ada = ActorFactory(city=city, slug="ada", name="Ada Office")
    bo = ActorFactory(city=city, slug="bo", name="Bo Group", sector=Sector.RESIDENTS_COMMUNITY)
    cy = ActorFactory(national=True, slug="cy", name="Cy Network")
    di = ActorFactory(city=city, slug="di", name="Di Lab", sector=Sector.ACADEMIA)
    RelationshipFactory(city=city, source=ada, target=bo)
    RelationshipFactory(city=city, source=bo, target=ada, kind="funds")
    RelationshipFactory(city=city, source=ada, target=cy)
    RelationshipFactory(city=city, source=di, target=ada, wished=True)
    return city


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "Map"),
        ("?view=places", "Places"),
        ("?view=matrix", "Matrix"),
        ("?actor=ada", "Ada Office · Map"),
        ("?actor=ada&view=matrix", "Ada Office · Matrix"),
    ],
)
def test_title_names_the_view_and_the_picked_actor(client, town, query, title):
    assert f"<title>{title} · Tiny Town · CivicWeave</title>" in page(client, town, query)


def test_map_page_opens_with_its_answer(client, town):
    html = page(client, town)

    assert lede(html) == "4 organizations and groups, 2 working links; 1 has none on record."
    assert "As of June 30, 2018." in html
    assert "Rests on 4 organizations." in html


def test_map_page_draws_whom_its_table_lists(client, town):
    html = page(client, town)

    assert sorted(drawn(html)) == sorted(rows(html)) == ["ada", "bo", "cy", "di"]
    assert counted(html) == 4


def test_map_page_names_neighbors_and_those_from_elsewhere(client, town):
    html = page(client, town)

    table = html.split("<tr data-actor")[1:]
    assert [re.findall(r"<bdi>(.*?)</bdi>", row.partition("</tr>")[0]) for row in table] == [
        ["Ada Office", "Bo Group", "Cy Network"],
        ["Bo Group", "Ada Office"],
        ["Cy Network", "Ada Office"],
        ["Di Lab"],
    ]
    assert ["from elsewhere" in row.partition("</tr>")[0] for row in table] == [
        False,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", ["ada", "bo", "cy", "di"]),
        ("?sort=name", ["ada", "bo", "cy", "di"]),
        ("?sort=sector", ["ada", "bo", "di", "cy"]),
        ("?sort=ties", ["ada", "bo", "cy", "di"]),
    ],
)
def test_map_table_is_sorted_by_a_link(client, town, query, order):
    html = page(client, town, query)

    assert rows(html) == order
    assert 'aria-sort="' in html


@pytest.mark.parametrize("value", ["nonsense", "%3Cscript%3E", "%00", "x" * 5000])
def test_unknown_sort_is_left_out_with_a_note(client, town, value):
    html = page(client, town, f"?sort={value}")

    assert "that this map does not offer" in html
    assert "<script>" not in html
    assert rows(html) == rows(page(client, town))


def test_many_neighbors_are_folded(client):
    city = CityFactory()
    hub = ActorFactory(city=city)
    for _number in range(6):
        RelationshipFactory(city=city, source=hub)

    html = page(client, city)

    assert "and 3 more" in html
    assert sorted(drawn(html)) == sorted(rows(html))


@pytest.mark.parametrize(
    ("actors", "answer"),
    [
        (0, "No organization is on this map yet."),
        (1, "One organization is on this map so far, and nobody it works with."),
        (
            3,
            "3 organizations and groups are here; no working link between them is on record yet.",
        ),
    ],
)
def test_small_maps_give_a_useful_page(client, actors, answer):
    city = CityFactory()
    ActorFactory.create_batch(actors, city=city)

    html = page(client, city)

    assert lede(html) == answer
    assert len(rows(html)) == actors


def test_everybody_connected_is_said(client):
    city = CityFactory()
    RelationshipFactory(city=city)

    assert lede(page(client, city)).endswith("1 working link; each works with at least one other.")


def test_hidden_actors_and_ties_are_neither_drawn_nor_counted(client, town):
    ada = town.actors.get(slug="ada")
    for hidden in ({"proposed": True}, {"archived": True}):
        other = ActorFactory(city=town, name="Hidden Circle", **hidden)
        RelationshipFactory(city=town, source=ada, target=other)
    secret = ActorFactory(city=CityFactory(private=True), name="Hidden Circle")
    RelationshipFactory(city=town, source=ada, target=secret)

    html = page(client, town)

    assert "Hidden Circle" not in html
    assert lede(html) == "4 organizations and groups, 2 working links; 1 has none on record."
    file = client.get(reverse("map_image", args=[town.slug])).content.decode()
    assert "Hidden Circle" not in file


@pytest.mark.parametrize("name", ["map", "map_image"])
def test_map_of_a_private_city_is_not_there(client, name):
    city = CityFactory(private=True)

    assert client.get(reverse(name, args=[city.slug])).status_code == 404


def test_hostile_names_are_text(client):
    city = CityFactory(name='<i>"Town"</i>')
    names = [name.replace("\x00", "") for name in HOSTILE]
    actors = [ActorFactory(city=city, name=name) for name in names]
    RelationshipFactory(city=city, source=actors[0], target=actors[1])

    for query in ("", f"?actor={actors[0].slug}&to={actors[1].slug}", "?by=group&color=group"):
        html = page(client, city, query)

        assert "<script>alert" not in html
        assert "<i>" not in html
        assert 'style="' not in html
        assert len(rows(html)) == len(drawn(html)) == len(HOSTILE)
    file = client.get(reverse("map_image", args=[city.slug]))
    ElementTree.fromstring(file.content)


def test_map_file_is_an_image_of_its_own(client, town):
    response = client.get(reverse("map_image", args=[town.slug]))

    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    assert root.get("aria-label") == "Map of who works with whom in Tiny Town"


QUERIES = {"map": 56, "map_image": 11, "map_sheet": 10, "map_data": 17, "embed": 10}
"""At most, for the first reader after a change of the map, for whom what was found is also stored;
the second reader needs 12 at most."""


@pytest.mark.parametrize("name", QUERIES)
def test_map_queries_do_not_grow_with_actors(client, name):
    small, large = CityFactory(), CityFactory()
    RelationshipFactory(city=small)
    for _number in range(30):
        RelationshipFactory(city=large, source__city=large, target__city=large)
    for city in (small, large):
        for part in ("first", "rest"):  # finds the places of all arrangements
            client.get(reverse("map_data", args=[city.slug]), {"part": part})

    counts = []
    for city in (small, large):
        raise_revisions([city.pk], ties=True)
        address = reverse(name, args=[city.slug])
        with CaptureQueriesContext(connection) as first:
            client.get(address)
        with CaptureQueriesContext(connection) as again:
            client.get(address)
        counts.append((len(first), len(again)))

    assert counts[0] == counts[1]
    assert counts[0][0] <= QUERIES[name]
    assert counts[0][1] <= 12


def test_map_looks_the_same_the_next_time(client, town):
    assert client.get(reverse("map_image", args=[town.slug])).content == (
        client.get(reverse("map_image", args=[town.slug])).content
    )


def test_map_of_boston_in_the_reference_data(client):
    call_command("load_reference", stdout=StringIO())

    html = client.get("/cities/boston/map/").content.decode()

    assert lede(html) == "55 organizations and groups, 62 working links; 1 has none on record."
    assert len(drawn(html)) == len(rows(html)) == 55


# ── One set, drawn, listed and counted ───────────────────────────────────────────────────────────


def make_busy_town():
    """Thirty actors of all sectors with roles, skills, issues, a collaborative and ties."""
    random = Random(7)
    city = CityFactory(map_date=DAY)
    issues = IssueFactory.create_batch(2)
    actors = [
        ActorFactory(
            city=None if number % 9 == 0 else city,
            name=f"{random.choice(['Data Lab', 'Café Group', 'Office'])} {number}",
            sector=random.choice(Sector.values),
            roles=random.sample(Role.values, random.choice([0, 1, 2])),
            issues=random.sample(issues, random.choice([0, 1])),
        )
        for number in range(30)
    ]
    for actor in actors:
        for competency in random.sample(Competency.values, random.choice([0, 1, 2])):
            SkillStatementFactory(
                actor=actor,
                competency=competency,
                level=random.randint(0, 3),
                confirmed_on=random.choice([None, DAY, date(2016, 1, 1)]),
            )
    seen = set()
    while len(seen) < 45:
        source, target = random.sample(actors, 2)
        kind = random.choice(TieKind.values)
        if (source, target, kind) not in seen:
            seen.add((source, target, kind))
            RelationshipFactory(
                city=city, source=source, target=target, kind=kind, wished=len(seen) % 8 == 0
            )
    CollaborativeFactory(city=city, members=[one for one in actors if one.city][:5])
    return city


def test_the_same_set_is_drawn_listed_and_counted(client):
    city = make_busy_town()
    everyone = set(rows(page(client, city)))
    known = KNOWN | {
        "issue": list(Issue.objects.values_list("slug", flat=True)),
        "collaborative": list(Collaborative.objects.values_list("slug", flat=True)),
        "actor": sorted(everyone),
    }
    sizes = set()
    for seed in range(40):
        random = Random(seed)
        state = random_state(random, known).changed(view="network", strength=0)
        unused = random.sample(ACTOR_FILTERS, len(ACTOR_FILTERS) - 2)
        state = state.changed(**{key: getattr(MapState(), key) for key in unused})

        html = page(client, city, state.address())

        listed = rows(html)
        assert len(listed) == len(set(listed)) == counted(html), state
        assert set(listed) == (set(drawn(html)) if listed else set()), state
        assert set(listed) <= everyone
        file = client.get(reverse("map_image", args=[city.slug]) + state.address())
        assert sorted(drawn(file.content.decode())) == sorted(listed), state
        sizes.add(len(listed))
    assert len(sizes) > 8


def test_the_number_beside_a_choice_is_the_size_of_the_table_behind_it(client):
    city = make_busy_town()
    html = page(client, city, "?role=community")

    for key, value, count in re.findall(r'data-count-for="(\w+):([\w-]+)">(\d+)<', html):
        if key in ("sector", "skill", "issue", "fresh"):
            narrowed = page(client, city, f"?role=community&{key}={value}")
            assert counted(narrowed) == int(count), (key, value)


def test_a_large_map_says_which_part_of_the_table_it_shows(client):
    city = CityFactory()
    ActorFactory.create_batch(165, city=city)

    pages = [page(client, city, f"?page={number}") for number in (1, 2, 3, 4)]
    first, *_others, last = pages

    assert "Numbers 1 to 50 of the 165 on the picture" in first
    assert "Numbers 151 to 165 of the 165 on the picture" in last
    assert len(drawn(first)) == counted(first) == 165
    assert sorted(slug for html in pages for slug in rows(html)) == sorted(drawn(first))


def test_a_map_too_large_to_draw_in_the_page_is_an_image_without_scripts(client, monkeypatch):
    monkeypatch.setattr("ecosystem.views.network.INLINE_UP_TO", 3)
    city = CityFactory()
    ActorFactory.create_batch(4, city=city)

    html = page(client, city, "?by=ties")

    assert 'class="network-map"' not in html
    image = re.search(r'<noscript><img [^>]*src="([^"]+)"', html)[1]
    assert image == reverse("map_image", args=[city.slug]) + "?by=ties"
    assert len(drawn(client.get(image).content.decode())) == 4


# ── Picking, paths, lenses ───────────────────────────────────────────────────────────────────────


def details(html):
    found = re.search(r'<aside [^>]*id="map-details".*?</aside>', html, re.DOTALL)[0]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found)))


def test_a_picked_actor_fills_the_panel(client, town):
    html = page(client, town, "?actor=ada")

    told = details(html)
    assert "Ada Office 2 working links" in told
    assert "Shares data with 2" in told
    assert "Funded by 1" in told
    assert "Wished for:" in told
    assert "It works with 2 organizations" in told
    assert reverse("actor", args=[town.slug, "ada"]) in html
    assert 'stroke-dasharray="9 4"' in html  # the line of "funds"
    assert rows(html) == ["ada", "bo", "cy", "di"]


def test_steps_leave_the_neighborhood_of_the_picked_actor(client, town):
    assert sorted(rows(page(client, town, "?actor=bo&steps=1"))) == ["ada", "bo"]
    assert sorted(rows(page(client, town, "?actor=bo&steps=2"))) == ["ada", "bo", "cy"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?actor=bo&to=cy", "Bo Group works with Ada Office , who works with Cy Network ."),
        ("?actor=bo&to=Cy+Netwrok", "Bo Group works with Ada Office , who works with Cy Network ."),
        ("?actor=bo&to=ada", "Bo Group works with Ada Office ."),
        (
            "?actor=bo&to=di",
            "No path of existing ties leads from Bo Group to Di Lab in what is shown.",
        ),
    ],
)
def test_a_path_between_two_is_told_and_drawn(client, town, query, sentence):
    html = page(client, town, query)

    assert sentence.replace(" ", "") in details(html).replace(" ", "")
    assert ("tie-trail" in html) == ("works with" in sentence)


def test_the_panel_alone_is_answered_to_a_script(client, town):
    address = reverse("map", args=[town.slug]) + "?actor=ada"
    headers = {"HX-Request": "true", "HX-Target": "map-details"}

    response = client.get(address, headers=headers)

    fragment = response.content.decode()
    assert "Ada Office" in fragment
    assert "<html" not in fragment
    assert "<table" not in fragment
    assert "HX-Request" in response["Vary"]
    assert "HX-Request" in client.get(address)["Vary"]


@pytest.mark.parametrize(("target", "most"), [("table", 9), ("map-lens", 12), ("map-details", 12)])
def test_parts_take_no_more_than_they_need(
    client, town, django_assert_max_num_queries, target, most
):
    client.get(reverse("map", args=[town.slug]))
    address = reverse("map", args=[town.slug]) + "?actor=ada&lens=isolated"

    with django_assert_max_num_queries(most):
        client.get(address, headers={"HX-Request": "true", "HX-Target": target})


@pytest.mark.parametrize(
    ("target", "words"),
    [("map-lens", "Who has no recorded tie?"), ("table", "<table"), ("else", "<html")],
)
def test_other_parts_are_answered_too(client, town, target, words):
    address = reverse("map", args=[town.slug]) + "?lens=isolated"

    response = client.get(address, headers={"HX-Request": "true", "HX-Target": target})

    assert words in response.content.decode()


def test_a_lens_is_told_lit_up_and_leads_back(client):
    city = make_town()

    html = page(client, city, "?lens=fill&color=skill&skill=fundraising")

    assert "Who could bring in fundraising, and through whom?" in html
    assert f'href="{reverse("gaps", args=[city.slug])}#' in html
    assert sorted(rows(html)) == ["club", "fund", "hall", "lab"]
    assert 'lit="[&quot;fund&quot;, &quot;lab&quot;' in html
    dim = re.findall(r'<g role="listitem" opacity[^>]*><a href="[^"]*actor=(\w+)', html)
    assert sorted(dim) == ["club", "hall"]


def test_a_lens_that_names_a_skill_does_not_hide_who_leads_to_it(client):
    city = make_town()

    response = client.get(reverse("map", args=[city.slug]) + "?lens=fill&skill=fundraising")

    assert response.status_code == 302
    assert response.url.endswith("?lens=fill&skill=fundraising&color=skill")


def test_the_questions_of_a_map_are_links_with_numbers(client):
    city = make_town()

    html = page(client, city)

    questions = re.search(r'class="map-questions".*?<form', html, re.DOTALL)[0]
    assert "Who has no recorded tie?" in questions
    for address in re.findall(r'href="(\?[^"]+)"', questions):
        assert "map-lens-says" in page(client, city, unescape(address))


@pytest.mark.parametrize(
    "query",
    [
        "?sector=nonsense",
        "?lens=nonsense",
        "?actor=nobody&steps=7",
        "?strength=4",
        "?view=%00&by=x",
        "?lens=fill&skill=flying&color=skill",
        "?page=-1",
        "?page=zzz&order=%3Cb%3E",
    ],
)
def test_nonsense_gives_the_whole_map_never_an_error(client, town, query):
    html = page(client, town, query)

    assert len(rows(html)) == counted(html) == 4
    if "page" not in query:
        assert 'class="callout"' in html


@pytest.mark.parametrize("view", ["places", "matrix"])
def test_other_views_show_the_same_set(client, town, view):
    html = page(client, town, f"?view={view}&sector=academia&sector=government")

    assert sorted(rows(html)) == ["ada", "di"]
    stage = re.search(r'<section class="stage".*?<div id="table">', html, re.DOTALL)[0]
    for name, is_there in (("Ada Office", True), ("Di Lab", True), ("Bo Group", False)):
        assert (name in stage) is is_there


def test_the_sheet_for_paper_has_drawing_and_table(client, town):
    response = client.get(reverse("map_sheet", args=[town.slug]) + "?sector=academia")

    html = response.content.decode()
    assert drawn(html) == ["di"]
    assert "Showing 1 of 4" in html
    assert "<script" not in html
