"""A profile over the API: a write names the version it starts from."""

import pytest
from django.test import Client
from django.urls import reverse

from actors.models import Actor
from tests.factories import ActorFactory, CityFactory, CityRoleFactory, StewardFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall():
    return ActorFactory(city=CityFactory(slug="town"), slug="hall", name="City Hall")


@pytest.fixture
def steward(client, hall):
    user = StewardFactory(actor=hall, status="approved").user
    client.force_login(user)
    return user


def patch(client, body, *, version='"1"', slug="hall"):
    headers = {"If-Match": version} if version else {}
    url = reverse("api_actor", args=[slug])
    return client.patch(url, body, content_type="application/json", headers=headers)


def test_profile_is_read_with_its_version(client, hall):
    answer = client.get(reverse("api_actor", args=["hall"]))

    assert answer.headers["ETag"] == '"1"'
    assert answer.json() == {
        "slug": "hall",
        "name": "City Hall",
        "sector": "government",
        "description": "",
        "website": "",
        "service_area": "",
        "version": 1,
    }


def test_one_of_two_writers_wins_the_other_reads_what_is_stored(client, hall, steward):
    first = patch(client, {"description": "First"})
    second = patch(client, {"description": "Second"})

    assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
    assert second.status_code == 412
    assert second.json()["stored"]["description"] == "First"
    stored = Actor.objects.get(pk=hall.pk)
    assert (stored.description, stored.version) == ("First", 2)
    assert stored.history.first().history_user == steward


@pytest.mark.parametrize(
    ("version", "status"), [("", 428), ("*", 428), ("abc", 412), ('"0"', 412), ('W/"1"', 200)]
)
def test_a_write_names_its_version(client, hall, steward, version, status):
    assert patch(client, {"name": "Hall"}, version=version).status_code == status


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"sector": "pirates"},
        {"website": "javascript:alert(1)"},
        {"status": "archived"},
        {"version": 9},
        {"description": "x" * 4001},
        {"name": "a\0b"},
        ["name"],
    ],
)
def test_what_cannot_be_stored_is_refused_whole(client, hall, steward, body):
    sent = body if isinstance(body, list) else {"service_area": "Here"} | body

    assert patch(client, sent).status_code == 400
    assert Actor.objects.get(pk=hall.pk).version == 1


def test_who_may_not_change_it_is_refused_and_the_hidden_is_absent(client, hall):
    ActorFactory(city=hall.city, slug="draft", proposed=True)

    assert patch(client, {"name": "x"}).status_code == 403
    client.force_login(UserFactory())
    assert patch(client, {"name": "x"}).status_code == 403
    assert patch(client, {"name": "x"}, slug="draft").status_code == 404
    client.force_login(CityRoleFactory(city=hall.city).user)
    assert patch(client, {"name": "x"}, slug="draft").status_code == 200


def test_a_write_from_another_site_is_refused(hall, steward):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(steward)

    assert patch(strict, {"name": "x"}).status_code == 403
    assert Actor.objects.get(pk=hall.pk).name == "City Hall"
