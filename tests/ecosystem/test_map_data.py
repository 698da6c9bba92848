"""The data of the map, and the page that others embed: what is in them, and what never is."""

import json
from datetime import date
from itertools import accumulate

import brotli
import pytest
from django.urls import reverse

from actors.framework import Sector
from actors.models import Actor
from actors.services import raise_revisions
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    IssueFactory,
    OtherNameFactory,
    RelationshipFactory,
    SkillStatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAY = date(2018, 6, 30)


@pytest.fixture
def town():
    """Ada funds Bo, Bo shares data with Cy, a national visitor; Cy wishes to advise Ada."""
    city = CityFactory(slug="town", name="Town", map_date=DAY)
    housing = IssueFactory(slug="housing", name="Housing")
    ada = ActorFactory(
        city=city, slug="ada", name="Ada", roles=["community", "backbone"], issues=[housing]
    )
    bo = ActorFactory(city=city, slug="bo", name="Bo", sector=Sector.MEDIA)
    cy = ActorFactory(national=True, slug="cy", name="Cy")
    OtherNameFactory(actor=bo, name="Bo & Co")
    SkillStatementFactory(actor=ada, competency="coding", level=3, confirmed_on=DAY)
    SkillStatementFactory(actor=ada, competency="fundraising", level=0, confirmed_on=DAY)
    RelationshipFactory(
        city=city, source=ada, target=bo, kind="funds", strength=4, source_answer="confirmed"
    )
    RelationshipFactory(city=city, source=bo, target=cy)
    RelationshipFactory(city=city, source=cy, target=ada, kind="advises", wished=True)
    CollaborativeFactory(city=city, slug="table", name="Table", members=[bo])
    return city


def part_of(client, city, name, query=""):
    response = client.get(reverse(name, args=[city.slug]) + query)
    assert response.status_code == 200
    return response.json()


def data_of(client, city, name="map_data"):
    """Both parts, which belong together, as one."""
    first, rest = part_of(client, city, name), part_of(client, city, name, "?part=rest")
    assert first.keys() & rest.keys() == {"actors", "version"}
    assert first["version"] == rest["version"]
    assert first["actors"].keys().isdisjoint(rest["actors"])
    return first | rest | {"actors": first["actors"] | rest["actors"]}


def lines_of(data):
    """Slugs of the two ends of every line, and how it looks, read as the README says."""
    slugs, ends = data["actors"]["slug"], []
    for actor, steps in enumerate(data["near"]):
        for later in accumulate(steps, initial=actor):
            ends += [(slugs[actor], slugs[later])] if later != actor else []
    return list(zip(ends, data["looks"], strict=True))


def ties_of(data):
    """What is recorded: from whom, to whom, kind, status, strength and who confirmed it."""
    ties, row = data["ties"], 0
    found = []
    for ((a, b), _look), count in zip(lines_of(data), ties["count"], strict=True):
        for _number in range(count):
            source, target = (b, a) if ties["back"][row] else (a, b)
            kind = data["kinds"][ties["kind"][row]]["slug"]
            rest = [ties[key][row] for key in ("status", "strength", "confirmed")]
            found.append((source, target, kind, *rest))
            row += 1
    assert row == len(ties["kind"])
    return found


def sign_in_convener(client, city):
    client.force_login(CityRoleFactory(city=city).user)


# ── What is in it ────────────────────────────────────────────────────────────────────────────────


def test_the_data_of_a_small_town(client, town):
    data = data_of(client, town)

    actors = data["actors"]
    assert data["city"] == {"slug": "town", "name": "Town"}
    assert data["as_of"] == "2018-06-30"
    assert data["url"] == "/cities/town/actors/"
    assert actors["slug"] == ["ada", "bo", "cy"]
    assert actors["name"] == ["Ada", "Bo", "Cy"]
    assert [data["sectors"][index]["slug"] for index in actors["sector"]] == [
        "government",
        "media",
        "national_network",
    ]
    assert [[data["roles"][i]["slug"] for i in own] for own in actors["roles"]] == [
        ["community", "backbone"],
        [],
        [],
    ]
    assert actors["visitor"] == [0, 0, 1]
    assert [
        [(data["competencies"][skill]["slug"], level) for skill, level in own]
        for own in actors["skills"]
    ] == [[("fundraising", 0), ("coding", 3)], [], []]
    assert actors["issues"] == [[0], [], []]
    assert actors["collaboratives"] == [[], [0], []]
    assert actors["fresh"] == [0, 3, 3]
    assert actors["other"] == ["", "Bo & Co", ""]
    assert actors["group"] == [0, 0, 0]
    assert data["issues"] == [{"slug": "housing", "label": "Housing"}]
    assert data["collaboratives"] == [{"slug": "table", "label": "Table"}]
    assert len(actors["x"]) == len(actors["y"]) == 3
    assert {by: (len(places["x"]), len(places["y"])) for by, places in data["places"].items()} == {
        "ties": (3, 3),
        "group": (3, 3),
    }


def test_ties_are_sent_as_recorded(client, town):
    """Seen by somebody who may not see how strong they are."""
    data = data_of(client, town)

    assert ties_of(data) == [
        ("ada", "bo", "funds", 0, 0, 1),
        ("cy", "ada", "advises", 1, 0, 0),
        ("bo", "cy", "shares_data", 0, 0, 0),
    ]
    assert data["kinds"][0] == {"slug": "funds", "label": "Funds", "reverse": "Funded by"}


def test_a_line_looks_as_the_best_tie_between_its_ends(client, town):
    """0: both sides confirm a tie; 1: a tie exists; 2: one is only wished for."""
    bo, cy = town.actors.get(slug="bo"), Actor.objects.get(slug="cy")
    both = {"source_answer": "confirmed", "target_answer": "confirmed"}
    RelationshipFactory(city=town, source=cy, target=bo, kind="trains", **both)
    RelationshipFactory(city=town, source=bo, target=cy, kind="hosts", wished=True)

    data = data_of(client, town)

    assert lines_of(data) == [(("ada", "bo"), 1), (("ada", "cy"), 2), (("bo", "cy"), 0)]
    assert data["near"] == [[1, 1], [1], []]
    assert data["ties"]["count"] == [1, 1, 3]


def test_first_part_holds_nothing_of_skills_issues_or_kinds(client, town):
    """What nobody asked for yet does not travel."""
    first = part_of(client, town, "map_data")

    assert set(first["actors"]) == {"name", "sector", "visitor", "x", "y"}
    assert not {"ties", "kinds", "issues", "competencies"} & first.keys()


def test_an_unknown_part_is_the_first(client, town):
    assert part_of(client, town, "map_data", "?part=all") == part_of(client, town, "map_data")


def test_districts_hold_their_actors(client, town):
    data = data_of(client, town)

    actors = data["actors"]
    discs = {key: disc for key, *disc in data["districts"]}
    for index, sector in enumerate(actors["sector"]):
        x, y, radius = discs[sector]
        away = (actors["x"][index] - x) ** 2 + (actors["y"][index] - y) ** 2
        assert away < radius**2
    assert [(number, label) for number, *_disc, label in data["groups"]] == [(0, "Around Bo")]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_data_of_a_city_without_ties(client, count):
    city = CityFactory()
    ActorFactory.create_batch(count, city=city)

    data = data_of(client, city)

    assert len(data["actors"]["slug"]) == count
    assert lines_of(data) == []
    assert ties_of(data) == []
    assert data["actors"]["group"] == [-1] * count


# ── What never is ────────────────────────────────────────────────────────────────────────────────


def test_strengths_are_for_conveners(client, town):
    address = reverse("map", args=[town.slug])
    assert data_of(client, town)["ties"]["strength"] == [0, 0, 0]
    assert 'name="strength"' not in client.get(address).content.decode()
    assert "does not offer" in client.get(f"{address}?strength=1").content.decode()

    sign_in_convener(client, town)

    assert data_of(client, town)["ties"]["strength"] == [4, 0, 0]
    assert 'name="strength"' in client.get(address).content.decode()
    assert "does not offer" not in client.get(f"{address}?strength=1").content.decode()


PAGES = ("map", "map_data", "map_image", "map_sheet", "embed", "embed_data", "embed_image")


@pytest.mark.parametrize("name", [*PAGES, "places_data"])
def test_what_is_not_public_is_nowhere(client, town, name):
    ada = town.actors.get(slug="ada")
    secret_issue = IssueFactory(name="Hidden Issue")
    for hidden in ({"proposed": True}, {"archived": True}):
        other = ActorFactory(city=town, name="Hidden Circle", issues=[secret_issue], **hidden)
        RelationshipFactory(city=town, source=ada, target=other)
    private = CityFactory(private=True)
    secret = ActorFactory(city=private, name="Hidden Circle", slug="hidden")
    RelationshipFactory(city=town, source=ada, target=secret)
    CollaborativeFactory(city=private, name="Hidden Table", members=[ada, secret])
    queries = ("?actor=ada&steps=2", "?lens=isolated", "?actor=hidden", "?view=matrix")
    for query in ("", *queries, "?part=rest"):
        response = client.get(reverse(name, args=[town.slug]) + query)

        assert response.status_code == 200
        assert "Hidden" not in response.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_a_private_city_is_not_there(client, name):
    city = CityFactory(private=True)

    assert client.get(reverse(name, args=[city.slug])).status_code == 404


@pytest.mark.parametrize("name", ["embed", "embed_data", "embed_image"])
def test_what_others_embed_is_public_whoever_asks(client, town, name):
    ActorFactory(city=town, proposed=True, name="Hidden Circle")
    address = reverse(name, args=[town.slug])
    as_anybody = client.get(address).content

    sign_in_convener(client, town)

    assert client.get(address).content == as_anybody
    assert b"Hidden" not in as_anybody
    private = CityFactory(private=True)
    sign_in_convener(client, private)
    assert client.get(reverse(name, args=[private.slug])).status_code == 404
    assert client.get(reverse("map", args=[private.slug])).status_code == 200


def test_embedded_data_has_no_strengths_for_a_convener(client, town):
    sign_in_convener(client, town)

    assert data_of(client, town, "embed_data")["ties"]["strength"] == [0, 0, 0]


# ── Frames ───────────────────────────────────────────────────────────────────────────────────────


def test_only_the_embedded_page_may_stand_in_a_frame(client, town):
    embedded = client.get(reverse("embed", args=[town.slug]))
    page = client.get(reverse("map", args=[town.slug]))

    assert "X-Frame-Options" not in embedded
    assert "frame-ancestors *" in embedded["Content-Security-Policy"]
    assert "script-src 'self'" in embedded["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_links_of_the_embedded_page_leave_the_frame(client, town):
    html = client.get(reverse("embed", args=[town.slug])).content.decode()

    assert html.count("<a ") == html.count('target="_blank" rel="noopener"') == 4
    assert reverse("map", args=[town.slug]) in html
    assert f'src="{reverse("embed_data", args=[town.slug])}"' in html


# ── Sending it again ─────────────────────────────────────────────────────────────────────────────


def test_unchanged_data_is_not_sent_again(client, town, django_assert_max_num_queries):
    address = reverse("map_data", args=[town.slug])
    first = client.get(address)
    headers = {"If-None-Match": first["ETag"]}

    with django_assert_max_num_queries(2):
        again = client.get(address, headers=headers)

    assert again.status_code == 304
    assert first["Cache-Control"] == "private, no-cache"
    raise_revisions([town.pk], ties=False)
    assert client.get(address, headers=headers).status_code == 200


def test_another_reader_or_language_has_another_answer(client, town):
    address = reverse("map_data", args=[town.slug])
    tags = [
        client.get(address)["ETag"],
        client.get(address, headers={"Accept-Language": "es"})["ETag"],
    ]
    sign_in_convener(client, town)
    tags.append(client.get(address)["ETag"])
    client.force_login(UserFactory(national=True))
    tags.append(client.get(address)["ETag"])

    assert len(set(tags)) == 4


def test_who_may_see_what_anybody_sees_gets_the_same_answer(client, town):
    address = reverse("map_data", args=[town.slug])
    as_anybody = client.get(address)["ETag"]

    client.force_login(UserFactory())

    assert client.get(address)["ETag"] == as_anybody


def test_who_is_no_convener_any_more_gets_no_strengths(client, town):
    role = CityRoleFactory(city=town)
    client.force_login(role.user)
    address = reverse("map_data", args=[town.slug]) + "?part=rest"
    before = client.get(address)
    assert before.json()["ties"]["strength"] == [4, 0, 0]

    role.delete()

    after = client.get(address, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after.json()["ties"]["strength"] == [0, 0, 0]


def test_a_visitors_home_counts_as_a_change(client, town):
    home = CityFactory()
    visitor = ActorFactory(city=home)
    RelationshipFactory(city=town, source=visitor, target=town.actors.get(slug="ada"))
    address = reverse("map_data", args=[town.slug])
    before = client.get(address)["ETag"]

    raise_revisions([home.pk], ties=True)

    assert client.get(address)["ETag"] != before


@pytest.mark.parametrize("query", ["", "?part=rest"])
def test_data_is_sent_compressed(client, town, query):
    address = reverse("map_data", args=[town.slug]) + query

    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})

    assert packed["Content-Encoding"] == "br"
    assert "Accept-Encoding" in packed["Vary"]
    assert json.loads(brotli.decompress(packed.content)) == client.get(address).json()


def test_the_parts_have_tags_of_their_own(client, town):
    address = reverse("map_data", args=[town.slug])
    first, rest = client.get(address)["ETag"], client.get(f"{address}?part=rest")["ETag"]

    assert client.get(address, headers={"If-None-Match": rest}).status_code == 200
    assert client.get(f"{address}?part=rest", headers={"If-None-Match": rest}).status_code == 304
    assert first != rest


def test_parts_from_before_and_after_a_change_can_be_told_apart(client, town):
    before = part_of(client, town, "map_data")["version"]

    raise_revisions([town.pk], ties=False)

    assert part_of(client, town, "map_data", "?part=rest")["version"] != before


def test_two_cities_of_the_same_revision_never_get_each_others_answers(client):
    cities = [CityFactory(), CityFactory()]
    for city in cities:
        ActorFactory(city=city, name=f"Only in {city.slug}", latitude=42.0, longitude=-71.0)

    for name in ("map_data", "places_data", "map_image"):
        first, second = (client.get(reverse(name, args=[city.slug])) for city in cities)
        address = reverse(name, args=[cities[1].slug])
        assert first["ETag"] != second["ETag"]
        assert f"Only in {cities[1].slug}".encode() in second.content, name
        assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200
        assert client.get(address, headers={"If-None-Match": second["ETag"]}).status_code == 304
