"""A convener types in a room what people say, by keyboard alone."""

import pytest
from playwright.sync_api import expect

from actors.models import Actor, Relationship
from tests.factories import ActorFactory, CityFactory, CityRoleFactory

pytestmark = pytest.mark.django_db(transaction=True)

WORKSHOP = "/cities/boston/workshop/"


@pytest.fixture
def city():
    return CityFactory(slug="boston", name="Boston")


@pytest.fixture
def ana(city):
    return CityRoleFactory(city=city).user


def focused(page):
    return page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")


def entries(page):
    return page.locator(".room-entries li > p")


def test_names_and_a_tie_by_keyboard_alone(page, city, ana, sign_in, axe):
    sign_in(page, ana)
    page.goto(WORKSHOP)
    keys = page.keyboard

    keys.type("City Hall, local")
    keys.press("Enter")
    expect(entries(page)).to_have_count(1)
    assert focused(page) == "id_name"
    keys.type("Code for Boston, civic")
    keys.press("Enter")
    expect(entries(page)).to_have_count(2)

    # A slip of the pen is asked about; the cursor stands on "Yes".
    keys.type("Code for Bostn")
    keys.press("Enter")
    expect(page.get_by_text("Is it one of these?")).to_be_visible()
    assert focused(page) == "Yes: Code for Boston"
    assert axe(page) == []

    # Enter in the field sends what stands there, not the first answer.
    page.get_by_label("Name of an organization").fill("Code for Bosto")
    keys.press("Enter")
    expect(page.get_by_role("button", name="No: add Code for Bosto")).to_be_visible()
    keys.press("Enter")
    expect(page.get_by_role("status")).to_have_text(
        "It was named here already: Code for Boston (Civic technologist)."
    )

    page.locator("#id_first").focus()
    keys.type("city hall")
    keys.press("Tab")
    keys.type("Fun")
    keys.press("Tab")
    keys.type("code for")
    keys.press("Enter")
    expect(entries(page)).to_have_count(3)
    assert focused(page) == "id_first"

    page.get_by_role("button", name="Undo the last").focus()
    keys.press("Enter")
    expect(entries(page)).to_have_count(2)
    assert focused(page) == "id_name"
    assert (Actor.objects.count(), Relationship.objects.count()) == (2, 0)
    assert axe(page) == []


def test_without_a_connection_nothing_typed_is_lost(page, city, ana, sign_in):
    sign_in(page, ana)
    page.goto(WORKSHOP)
    page.get_by_label("Name of an organization").fill("City Hall, local")
    page.context.set_offline(True)

    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("What you typed is still here.")
    expect(page.get_by_label("Name of an organization")).to_have_value("City Hall, local")

    page.context.set_offline(False)
    page.keyboard.press("Enter")
    expect(entries(page)).to_have_count(1)
    expect(page.get_by_text("What you typed is still here.")).to_be_hidden()
    assert Actor.objects.get().name == "City Hall"


def test_one_line_at_a_time_without_scripts(open_window, city, ana, sign_in):
    ActorFactory(city=city, name="Boston Housing Authority")
    page = open_window(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    sign_in(page, ana)
    page.goto(WORKSHOP)

    page.get_by_label("Name of an organization").fill("Boston Housing Autority")
    page.get_by_label("Sector", exact=True).select_option("Local government")
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("button", name="No: add Boston Housing Autority").click()

    expect(entries(page)).to_have_count(1)
    page.get_by_role("button", name="Undo the last").click()
    expect(entries(page)).to_have_count(0)
    assert Actor.objects.get().name == "Boston Housing Authority"
