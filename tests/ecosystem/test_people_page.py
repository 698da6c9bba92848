"""The page of a city's people: who sees it, what it says, what it changes."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from actors.models import CityRole, Steward
from tests.factories import ActorFactory, CityFactory, CityRoleFactory, UserFactory

pytestmark = pytest.mark.django_db

PEOPLE = "/cities/boston/people/"


@pytest.fixture(autouse=True)
def clean_cache():
    cache.clear()


@pytest.fixture
def city():
    return CityFactory(slug="boston", name="Boston")


@pytest.fixture
def ana(city, client):
    """The only convener, signed in."""
    user = CityRoleFactory(city=city, user__email="ana@example.org", user__name="Ana").user
    client.force_login(user)
    return user


def text_of(response):
    return " ".join(response.content.decode().split())


def test_only_conveners_and_national_staff_have_the_page(client, city):
    answers = {"nobody": client.get(PEOPLE).status_code}
    for kind in ("convener", "contributor", "viewer"):
        client.force_login(CityRoleFactory(city=city, kind=kind).user)
        answers[kind] = (client.get(PEOPLE).status_code, client.post(PEOPLE).status_code)
    client.force_login(CityRoleFactory().user)
    answers["of another city"] = (client.get(PEOPLE).status_code, client.post(PEOPLE).status_code)
    client.force_login(UserFactory(national=True))
    answers["national"] = (client.get(PEOPLE).status_code, client.post(PEOPLE).status_code)

    assert answers == {
        "nobody": 302,
        "convener": (200, 400),  # a form that says nothing is a bad request
        "contributor": (403, 403),
        "viewer": (403, 403),
        "of another city": (403, 403),
        "national": (200, 400),
    }


def test_a_private_city_has_no_such_page_for_strangers(client):
    CityFactory(slug="hidden", private=True)
    client.force_login(CityRoleFactory().user)

    assert client.get("/cities/hidden/people/").status_code == 404


def test_a_role_is_given_and_shown_after_it(client, city, ana):
    sent = {"action": "give", "email": "ben@example.org", "kind": "contributor"}

    answer = client.post(PEOPLE, sent, follow=True)

    assert answer.redirect_chain == [(PEOPLE, 302)]
    assert "ben@example.org has this role in Boston now: Contributor." in text_of(answer)
    assert User.objects.get(email="ben@example.org").city_roles.get().kind == "contributor"


def test_known_and_unknown_addresses_get_the_same_answer(client, city, ana):
    UserFactory(email="known-1@example.org", name="Canary Kingfisher")
    pages = []
    for number, address in (("1", "known-1@example.org"), ("2", "fresh-2@example.org")):
        sent = {"action": "give", "email": address, "kind": "viewer"}
        page = client.post(PEOPLE, sent, follow=True).content.decode()
        role = CityRole.objects.get(user__email=address)
        pages.append("Kingfisher" in page)
        # The next page is to show this person alone.
        client.post(PEOPLE, {"action": "take", "role": role.pk, "based_on": role.version})
        assert CityRole.objects.filter(user__email=address).exists() is False, number

    assert pages == [False, False]


def test_a_name_is_shown_once_its_owner_signed_in(client, city, ana):
    later = timezone.now() + timedelta(minutes=1)
    CityRoleFactory(city=city, user__name="Ben Heron", user__last_login=later)
    CityRoleFactory(city=city, user__name="Cleo Wren", user__last_login=None)

    page = text_of(client.get(PEOPLE))

    assert ("Ben Heron" in page, "Cleo Wren" in page) == (True, False)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"email": "", "kind": "viewer"}, "Write the e-mail address of the person."),
        ({"email": "ben", "kind": "viewer"}, "Write an e-mail address, as in ana@example.org."),
        ({"email": "ben@example.org", "kind": "king"}, "Choose one of the three roles."),
        ({"email": "ben@example.org", "kind": ""}, "Choose a role."),
        ({"email": "b" * 250 + "@example.org", "kind": "viewer"}, "at most 254"),
        ({"email": "ben\0@example.org", "kind": "viewer"}, "Null characters are not allowed."),
    ],
)
def test_wrong_entries_are_said_and_kept(client, city, ana, sent, sentence):
    answer = client.post(PEOPLE, {"action": "give"} | sent)

    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert CityRole.objects.count() == 1


@pytest.mark.parametrize(
    "sent", [{"action": "take"}, {"action": "change", "kind": "viewer"}], ids=["take", "change"]
)
def test_the_last_convener_is_told_why_not(client, city, ana, sent):
    role = ana.city_roles.get()

    answer = client.post(PEOPLE, sent | {"role": role.pk, "based_on": role.version})

    assert answer.status_code == 400
    assert "without this person nobody would convene Boston" in text_of(answer)
    assert ana.city_roles.get().kind == "convener"


def test_whoever_gives_the_own_role_away_leaves_the_page(client, city, ana):
    CityRoleFactory(city=city)
    role = ana.city_roles.get()

    answer = client.post(PEOPLE, {"action": "take", "role": role.pk, "based_on": role.version})

    assert (answer.status_code, answer.url) == (302, "/start/")
    assert not ana.city_roles.exists()


@pytest.mark.parametrize("number", ["", "0", "x", "9" * 30, "-1"])
@pytest.mark.parametrize("action", ["take", "change"])
def test_roles_that_are_not_there_answer_404(client, city, ana, action, number):
    sent = {"action": action, "role": number, "based_on": 1, "kind": "viewer"}

    assert client.post(PEOPLE, sent).status_code == 404


@pytest.mark.parametrize("action", ["take", "change"])
def test_roles_of_other_cities_answer_404(client, city, ana, action):
    role = CityRoleFactory()
    sent = {"action": action, "role": role.pk, "based_on": role.version, "kind": "viewer"}

    assert client.post(PEOPLE, sent).status_code == 404
    assert CityRole.objects.get(pk=role.pk).kind == "convener"


@pytest.mark.parametrize("action", ["take", "change"])
def test_a_role_that_changed_meanwhile_is_left_alone(client, city, ana, action):
    role = CityRoleFactory(city=city, kind="viewer")
    sent = {"action": action, "role": role.pk, "based_on": role.version - 1, "kind": "contributor"}

    answer = client.post(PEOPLE, sent)

    assert answer.status_code == 409
    assert "Somebody else changed this role after you had opened the page" in text_of(answer)
    assert CityRole.objects.get(pk=role.pk).kind == "viewer"


def test_stewards_and_claims_of_this_city_are_listed(client, city, ana):
    here, elsewhere = ActorFactory(city=city, name="Here"), ActorFactory(name="Elsewhere")
    for actor, name, status in (
        (here, "Ben Claims", "claimed"),
        (here, "Cleo Cares", "approved"),
        (elsewhere, "Dora Away", "approved"),
    ):
        Steward.objects.create(actor=actor, user=UserFactory(name=name), status=status)

    page = text_of(client.get(PEOPLE))

    assert [name in page for name in ("Ben Claims", "Cleo Cares", "Dora Away")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("count", [1, 6])
def test_queries_do_not_grow_with_people(client, city, ana, count, django_assert_max_num_queries):
    for _number in range(count):
        CityRoleFactory(city=city, granted_by=ana)
        actor = ActorFactory(city=city)
        Steward.objects.create(actor=actor, user=UserFactory(), status="approved")

    with django_assert_max_num_queries(8):
        client.get(PEOPLE)


def test_nobody_else_reads_an_address(client, city, ana):
    """What could leak is on the page of conveners, and on no page of others."""
    CityRoleFactory(city=city, user__email="canary@example.org", kind="contributor")
    assert b"canary@example.org" in client.get(PEOPLE).content

    client.force_login(CityRoleFactory(city=city, kind="viewer").user)

    for address in ("/cities/boston/", PEOPLE, "/cities/boston/handover/"):
        assert b"canary@example.org" not in client.get(address).content
