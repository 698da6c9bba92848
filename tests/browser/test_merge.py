"""Two records made one and parted again, and the list of things to check, in a browser."""

import re

import pytest
from playwright.sync_api import expect

from actors.models import Actor
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    ProposalFactory,
    RelationshipFactory,
    StewardFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def convener():
    """A convener of a city with two records of one organization, and more to check."""
    city = CityFactory(slug="boston", name="Boston")
    kept = ActorFactory(city=city, slug="housing", name="Housing Authority")
    twin = ActorFactory(
        city=city, slug="twin", name="Housing Autority", website="https://housing.example.org"
    )
    RelationshipFactory(city=city, source=twin, target=ActorFactory(city=city, name="Third"))
    RelationshipFactory(
        city=city, source=kept, source_answer="disputed", source_answered_on="2026-11-01"
    )
    ProposalFactory(actor=kept, record=kept.pk, proposed_by=UserFactory())
    StewardFactory(actor=kept, status="claimed")
    ActorFactory(city=city, name="Newcomers", proposed=True)
    return CityRoleFactory(city=city).user


def follow_the_way(page, live_server):
    """From the list of things to check through the merge and its undoing."""
    page.goto(f"{live_server.url}/cities/boston/to-check/")
    page.get_by_role("link", name=re.compile("Possible duplicates")).click()
    page.get_by_role("link", name=re.compile("Compare and merge")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Merge two records")
    # What one record alone says is chosen already.
    chosen = page.get_by_role("radio", name="Website: https://housing.example.org")
    expect(chosen).to_be_checked()
    page.get_by_role("radio", name="Name: Housing Autority").check()
    page.get_by_role("radio", name="Name: Housing Authority").check()
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_role("status")).to_contain_text("Merged. The old address leads to")
    page.goto(f"{live_server.url}/cities/boston/actors/twin/")
    expect(page).to_have_url(f"{live_server.url}/cities/boston/actors/housing/")
    expect(page.get_by_text("Third", exact=True).first).to_be_visible()
    page.goto(f"{live_server.url}/cities/boston/merges/")
    page.get_by_role("link", name="Housing Autority → Housing Authority").click()
    page.get_by_role("button", name="Undo the merge").click()
    expect(page.get_by_role("status")).to_contain_text("Undone: both records stand as they were.")
    page.goto(f"{live_server.url}/cities/boston/actors/twin/")
    expect(page).to_have_url(f"{live_server.url}/cities/boston/actors/twin/")
    assert set(Actor.objects.filter(slug__in=["twin", "housing"]).values_list("status")) == {
        ("published",)
    }


def test_merge_and_undo(page, live_server, sign_in, convener):
    sign_in(page, convener)

    follow_the_way(page, live_server)


def test_merge_and_undo_on_a_phone_without_scripts(open_window, live_server, sign_in, convener):
    phone = open_window(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    sign_in(phone, convener)

    follow_the_way(phone, live_server)


def test_one_click_by_keyboard(page, live_server, sign_in, convener):
    sign_in(page, convener)
    page.goto(f"{live_server.url}/cities/boston/to-check/")

    page.get_by_role("button", name=re.compile("Publish.*Newcomers")).focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("Newcomers is on the map now.")
    assert Actor.objects.get(name="Newcomers").status == "published"


PAGES = (
    "/cities/boston/to-check/",
    "/cities/boston/merge/?keep=housing&merge=twin",
    "/cities/boston/merges/",
    "/cities/boston/actors/housing/suggest/",
    "/cities/boston/actors/housing/claim/",
    "/account/proposals/",
)


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_have_no_barriers(open_window, live_server, sign_in, convener, axe, width):
    window = open_window(viewport={"width": width, "height": 900})
    sign_in(window, convener)

    for path in PAGES:
        window.goto(live_server.url + path)
        assert axe(window) == [], path
    steward = StewardFactory(actor=Actor.objects.get(slug="housing")).user
    sign_in(window, steward)
    window.goto(f"{live_server.url}/cities/boston/actors/housing/answers/")
    assert axe(window) == []


def test_nothing_is_wider_than_a_small_phone(open_window, live_server, sign_in, convener):
    window = open_window(viewport={"width": 320, "height": 700})
    sign_in(window, convener)

    for path in PAGES:
        window.goto(live_server.url + path)
        width = window.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, (path, width)
