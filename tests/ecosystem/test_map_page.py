"""/cities/<city>/map/ and /cities/<city>/map.svg."""

import re
from datetime import date
from html import unescape
from io import StringIO
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actors.framework import Sector
from tests.ecosystem.test_maps import HOSTILE
from tests.factories import ActorFactory, CityFactory, RelationshipFactory

pytestmark = pytest.mark.django_db

QUERIES_MAX = 12


def page(client, city, query="", status=200):
    response = client.get(reverse("map", args=[city.slug]) + query)
    assert response.status_code == status
    return response.content.decode()


def drawn(html):
    """Addresses of the actors on the drawing."""
    drawing = re.search(r'<svg [^>]*class="network-map".*?</svg>', html, re.DOTALL)[0]
    return re.findall(r'<a href="([^"]+)"', drawing)


def rows(html):
    """Addresses of the actors in the table, in order."""
    return re.findall(r'<th scope="row"><a href="([^"]+)"', html)


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


def test_map_page_opens_with_its_answer(client, town):
    html = page(client, town)

    assert lede(html) == "4 organizations and groups, 2 working links; 1 has none on record."
    assert "As of June 30, 2018." in html
    assert "Rests on 4 organizations." in html


def test_map_page_draws_whom_its_table_lists(client, town):
    html = page(client, town)

    assert sorted(drawn(html)) == sorted(rows(html))
    assert set(drawn(html)) == {
        reverse("actor", args=[town.slug, slug]) for slug in ("ada", "bo", "cy", "di")
    }


def test_map_page_names_neighbors_and_those_from_elsewhere(client, town):
    html = page(client, town)

    in_rows = [re.findall(r"<bdi>(.*?)</bdi>", row) for row in html.split("<tr>")[2:]]
    assert in_rows == [
        ["Ada Office", "Bo Group", "Cy Network"],
        ["Bo Group", "Ada Office"],
        ["Cy Network", "Ada Office"],
        ["Di Lab"],
    ]
    assert ["from elsewhere" in row for row in html.split("<tr>")[2:]] == [
        False,
        False,
        True,
        False,
    ]
    assert "Two of whom one wishes to" in html


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

    assert rows(html) == [reverse("actor", args=[town.slug, slug]) for slug in order]
    assert 'aria-sort="' in html


@pytest.mark.parametrize("value", ["nonsense", "%3Cscript%3E", "%00", "x" * 5000])
def test_unknown_sort_is_left_out_with_a_note(client, town, value):
    html = page(client, town, f"?sort={value}")

    assert "which this table does not offer" in html
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
    for name in HOSTILE:
        ActorFactory(city=city, name=name.replace("\x00", ""))

    html = page(client, city)

    assert "<script>" not in html
    assert "<i>" not in html
    assert 'style="' not in html
    assert len(rows(html)) == len(HOSTILE)
    file = client.get(reverse("map_image", args=[city.slug]))
    ElementTree.fromstring(file.content)


def test_map_file_is_an_image_of_its_own(client, town):
    response = client.get(reverse("map_image", args=[town.slug]))

    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    assert root.get("aria-label") == "Map of who works with whom in Tiny Town"


@pytest.mark.parametrize("name", ["map", "map_image"])
def test_map_queries_do_not_grow_with_actors(client, name):
    small, large = CityFactory(), CityFactory()
    RelationshipFactory(city=small)
    for _number in range(30):
        RelationshipFactory(city=large)

    counts = []
    for city in (small, large):
        address = reverse(name, args=[city.slug])
        with CaptureQueriesContext(connection) as first:
            client.get(address)
        with CaptureQueriesContext(connection) as again:
            client.get(address)
        counts.append((len(first), len(again)))

    assert counts[0] == counts[1]
    assert max(max(pair) for pair in counts) <= QUERIES_MAX


def test_map_looks_the_same_the_next_time(client, town):
    assert client.get(reverse("map_image", args=[town.slug])).content == (
        client.get(reverse("map_image", args=[town.slug])).content
    )


def test_map_of_boston_in_the_reference_data(client):
    call_command("load_reference", stdout=StringIO())

    html = client.get("/cities/boston/map/").content.decode()

    assert lede(html) == "55 organizations and groups, 62 working links; 1 has none on record."
    assert len(drawn(html)) == len(rows(html)) == 55
