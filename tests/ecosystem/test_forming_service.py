"""Founding a collaborative: what is stored, once, and what is refused."""

from datetime import date

import pytest

from actors.models import City
from collaboratives.models import Collaborative, Membership
from collaboratives.services import Charter, NameTaken, Seat, found_collaborative
from tests.ecosystem.towns import make_town
from tests.factories import (
    ActorFactory,
    CityFactory,
    CollaborativeFactory,
    IssueFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

REASON = "Formed from the map"


@pytest.fixture
def city():
    return make_town()


@pytest.fixture
def user():
    return UserFactory()


def seats_of(*actors):
    return [Seat(actor) for actor in actors]


def members(city):
    return list(city.actors.order_by("slug"))


def found(city, user, name="Fair Rents", seats=None, **charter):
    seats = seats_of(*members(city)[:2]) if seats is None else seats
    return found_collaborative(city, Charter(name, **charter), seats, by=user, reason=REASON)


def test_everything_is_stored_with_its_history(city, user):
    club, hall, _lab = members(city)
    issue = IssueFactory()

    stored = found(
        city,
        user,
        purpose="Fewer evictions.",
        issue=issue,
        decision_rule="consent",
        backbone=hall,
        review_every_months=3,
        seats=[Seat(hall, "Invites", "decides"), Seat(club, "", "consulted")],
    )

    row = Collaborative.objects.values().get(pk=stored.pk)
    assert {key: row[key] for key in row.keys() - {"id", "created_at", "updated_at"}} == {
        "version": 1,
        "city_id": city.pk,
        "slug": "fair-rents",
        "name": "Fair Rents",
        "purpose": "Fewer evictions.",
        "vision": "",
        "principles": "",
        "issue_id": issue.pk,
        "decision_rule": "consent",
        "backbone_id": hall.pk,
        "stage": "forming",
        "started_year": None,
        "review_every_months": 3,
    }
    assert list(
        Membership.objects.order_by("pk").values_list(
            "collaborative", "actor", "function", "decision_role", "since", "until"
        )
    ) == [
        (stored.pk, hall.pk, "Invites", "decides", None, None),
        (stored.pk, club.pk, "", "consulted", None, None),
    ]
    for history, count in ((Collaborative.history, 1), (Membership.history, 2)):
        assert (
            list(history.values_list("history_type", "history_user", "history_change_reason"))
            == [("+", user.pk, REASON)] * count
        )


def test_map_that_is_kept_up_to_date_says_since_when(user, today):
    city = CityFactory()

    stored = found(city, user, seats=seats_of(*ActorFactory.create_batch(2, city=city)))

    assert stored.started_year == 2026
    assert set(stored.memberships.values_list("since", flat=True)) == {date(2026, 3, 4)}


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr("collaboratives.services.timezone.localdate", lambda: date(2026, 3, 4))


def test_readers_of_the_map_are_told_once(city, user):
    before = City.objects.values("tie_revision", "fact_revision").get(pk=city.pk)

    found(city, user)

    after = City.objects.values("tie_revision", "fact_revision").get(pk=city.pk)
    assert after == before | {"fact_revision": before["fact_revision"] + 1}


def test_second_click_is_the_stored_one(city, user):
    first, second = found(city, user), found(city, user)

    assert first == second
    assert Collaborative.objects.count() == 1
    assert Membership.objects.count() == 2


def test_same_name_is_refused_when_anything_else_differs(city, user):
    stored = found(city, user, purpose="Fewer evictions.")
    everyone = seats_of(*members(city))

    for change in (
        {"purpose": "More homes."},
        {"purpose": "Fewer evictions.", "seats": everyone},
        {"name": "FAIR rents"},
    ):
        with pytest.raises(NameTaken) as refused:
            found(city, user, **change)
        assert refused.value.stored == stored
    with pytest.raises(NameTaken):
        found(city, UserFactory(), purpose="Fewer evictions.")
    assert Collaborative.objects.count() == 1


def test_name_is_free_elsewhere_and_after_the_end(city, user):
    CollaborativeFactory(city=CityFactory(), name="Fair Rents", slug="fair-rents")
    CollaborativeFactory(city=city, name="Fair Rents", slug="fair-rents-2", stage="ended")

    assert found(city, user).slug == "fair-rents-3"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("New", "new-2"),  # the address of the page that forms one
        ("公平な家賃", "collaborative"),
        ("A" * 300, "a" * 80),
        ("Rentas justas ¡ya!", "rentas-justas-ya"),
    ],
)
def test_address_comes_from_the_name(city, user, name, slug):
    assert found(city, user, name=name).slug == slug


def test_long_address_that_is_taken_still_fits(city, user):
    CollaborativeFactory(slug="a" * 80)

    assert found(city, user, name="A" * 300).slug == "a" * 74 + "-2"


def test_nothing_is_stored_of_a_table_that_contradicts_itself(city, user):
    club, hall, lab = members(city)

    with pytest.raises(ValueError, match="two seats"):
        found(city, user, seats=seats_of(club, club))
    with pytest.raises(ValueError, match="backbone has no seat"):
        found(city, user, backbone=lab, seats=seats_of(club, hall))
    assert not Collaborative.objects.exists()
