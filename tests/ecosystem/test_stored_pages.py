"""Pages kept for everyone without an account: written once, and never anybody else's."""

from datetime import timedelta
from unittest.mock import patch

import brotli
import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from actors.services import map_change
from ecosystem.models import StoredResult
from tests.ecosystem.towns import make_table
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    IntroductionFactory,
    RelationshipFactory,
    SkillStatementFactory,
    SnapshotFactory,
)

pytestmark = pytest.mark.django_db


def address(city, name="gaps", *others):
    return reverse(name, args=[city.slug, *others])


def kept_pages():
    kinds = StoredResult.objects.values_list("kind", flat=True)
    return sorted(kind for kind in kinds if "-" in kind)


def edit(actor, **changes):
    for field, value in changes.items():
        setattr(actor, field, value)
    with map_change(actor):
        actor.save()


@pytest.mark.parametrize("name", ["city", "gaps"])
def test_the_second_reader_gets_the_first_ones_page(client, town, name):
    first = client.get(address(town, name))
    second = Client().get(address(town, name))

    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert b"Data Lab" in first.content
    assert kept_pages() == [f"{name}-en"]
    assert StoredResult.objects.get(kind=f"{name}-en").city == town


def test_who_takes_brotli_gets_the_bytes_as_they_are_kept(client, town):
    plain = client.get(address(town)).content

    response = client.get(address(town), headers={"Accept-Encoding": "gzip, br"})

    assert response["Content-Encoding"] == "br"
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert brotli.decompress(response.content) == plain
    assert response.content == bytes(StoredResult.objects.get(kind="gaps-en").body)


def test_who_has_the_page_is_told_so_until_an_edit(client, town, django_assert_num_queries):
    etag = client.get(address(town))["ETag"]

    with django_assert_num_queries(2):
        unchanged = client.get(address(town), headers={"If-None-Match": etag})
    edit(town.actors.get(slug="lab"), name="Data Laboratory")
    changed = client.get(address(town), headers={"If-None-Match": etag})

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert changed.status_code == 200
    assert b"Data Laboratory" in changed.content


def test_each_language_has_its_own_page(client, town):
    english = client.get(address(town))
    spanish = client.get(address(town), headers={"Accept-Language": "es"})

    assert english["ETag"] != spanish["ETag"]
    assert b'<html lang="en">' in english.content
    assert b'<html lang="es">' in spanish.content
    assert kept_pages() == ["gaps-en", "gaps-es"]


def test_a_table_has_its_own_pages(client, town):
    table = make_table(town)

    pages = [
        client.get(address(town, name, table.slug))
        for name in ("collaborative", "collaborative_gaps")
    ]

    assert [page.status_code for page in pages] == [200, 200]
    assert kept_pages() == ["table-en", "table-gaps-en"]
    assert set(StoredResult.objects.filter(kind="table-en").values_list("scope", flat=True)) == {
        f"{town.pk}/{table.slug}"
    }


@pytest.mark.parametrize("how", ["signed in", "query", "htmx", "debug", "session"])
def test_a_page_that_may_differ_is_neither_kept_nor_read(client, town, how):
    query, headers = "", {}
    with override_settings(DEBUG=how == "debug"):
        if how == "signed in":
            client.force_login(CityRoleFactory(city=town).user)
        elif how == "session":
            client.cookies["sessionid"] = "of-somebody"
        elif how == "query":
            query = "?utm_source=letter"
        elif how == "htmx":
            headers = {"HX-Request": "true"}
        response = client.get(address(town) + query, headers=headers)

    assert response.status_code == 200
    assert "ETag" not in response
    assert kept_pages() == []


def test_what_conveners_see_is_never_kept_for_others(client, town):
    hidden = CityFactory(private=True)
    guest = ActorFactory(city=hidden, name="Secret Guest")
    SkillStatementFactory(actor=guest, competency="data-communication")
    RelationshipFactory(city=town, source=guest, target=town.actors.get(slug="lab"))
    insider = Client()
    insider.force_login(CityRoleFactory(city=hidden).user)

    for name in ("city", "gaps"):
        seen = [one.get(address(town, name)).content for one in (insider, client, insider, client)]

        assert [b"Secret Guest" in page for page in seen] == [True, False, True, False]


def test_a_map_that_turns_private_is_gone_at_once(client, town):
    assert client.get(address(town)).status_code == 200

    edit(town, visibility="private")

    assert client.get(address(town)).status_code == 404


@pytest.mark.parametrize("what", ["introduction", "snapshot", "day"])
def test_the_key_knows_what_a_page_shows_beside_the_map(client, town, what):
    before = client.get(address(town, "city"))["ETag"]
    day = timezone.localdate()

    if what == "introduction":
        IntroductionFactory(city=town, target=town.actors.first())
    elif what == "snapshot":
        SnapshotFactory(city=town)
    else:
        day += timedelta(days=1)
    with patch("ecosystem.views.stored.timezone.localdate", return_value=day):
        after = client.get(address(town, "city"))["ETag"]

    assert after != before


def test_a_page_that_was_not_found_is_not_kept(client, town):
    assert client.get(address(town, "collaborative_gaps", "none")).status_code == 404
    assert client.get("/cities/none/gaps/").status_code == 404
    assert kept_pages() == []


def test_a_language_can_be_chosen_without_a_token(town):
    visitor = Client(enforce_csrf_checks=True)

    answer = visitor.post(reverse("set_language"), {"language": "es", "next": address(town)})

    assert (answer.status_code, answer["Location"]) == (302, address(town))
    assert b'<html lang="es">' in visitor.get(address(town)).content
