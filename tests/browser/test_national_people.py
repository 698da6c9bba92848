"""An organization without a city: claimed on a phone, approved by national staff, edited."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from actors.models import Actor, Steward
from tests.factories import ActorFactory, CityFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def give_session(page, live_server, user):
    """A client for each: who signs in next with the same one ends the session before."""
    client = Client()
    client.force_login(user)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([session | {"url": live_server.url, "httpOnly": True}])


def title(page, words):
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_from_this_is_us_to_an_edited_record_and_back(open_window, live_server, axe):
    CityFactory(name="Springfield")
    ActorFactory(national=True, slug="fund", name="Big Fund")
    person, staff = UserFactory(name="Carl"), UserFactory(national=True, name="Nat")
    phone = open_window(viewport={"width": 390, "height": 844}, has_touch=True)
    give_session(phone, live_server, person)
    phone.goto("/actors/fund/")
    phone.get_by_role("link", name="This is us").tap()
    title(phone, "This is us: Big Fund")
    assert axe(phone) == []
    phone.get_by_role("button", name="Yes, this is us").tap()
    expect(phone.get_by_text("The national staff were asked.")).to_be_visible()

    desk = open_window(viewport={"width": 1440, "height": 900})
    give_session(desk, live_server, staff)
    desk.goto("/")
    desk.get_by_role("link", name="To check: national organizations (1)").click()
    title(desk, "To check: national organizations")
    assert axe(desk) == []
    desk.get_by_role("button", name="Approve").click()
    expect(desk.get_by_text("Carl looks after Big Fund from now on.")).to_be_visible()

    phone.goto("/actors/fund/")
    phone.get_by_role("link", name="Edit the profile").tap()
    title(phone, "Edit Big Fund")
    assert axe(phone) == []
    phone.get_by_role("textbox", name="What it does").fill("Funds what residents ask for.")
    phone.get_by_role("button", name="Save").tap()
    expect(phone.get_by_text("Funds what residents ask for.").first).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") == 0

    desk.goto("/actors/fund/")
    desk.get_by_role("link", name="Every change to it, and by whom").click()
    expect(desk.get_by_text("Funds what residents ask for.")).to_be_visible()
    assert axe(desk) == []
    desk.get_by_role("link", name="Undo this change").first.click()
    title(desk, "Undo a change")
    assert axe(desk) == []
    desk.get_by_role("button", name="Undo this change").click()
    expect(desk.get_by_text("Undone: 1 record is as it was before.")).to_be_visible()

    assert Actor.objects.get().description == ""
    assert Steward.objects.get().approved_by == staff
