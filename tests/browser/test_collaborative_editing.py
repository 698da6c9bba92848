"""A convener edits a collaborative and its table; the page answers at once."""

import pytest
from playwright.sync_api import expect

from actors.models import City
from tests.ecosystem.towns import make_table, make_town
from tests.factories import CityRoleFactory

PAGE = "/cities/town/collaboratives/round-table/"


@pytest.fixture
def convener(transactional_db):
    city = make_town()
    City.objects.update(map_date=None)
    make_table(city)
    return CityRoleFactory(city=city).user


def test_a_member_joins_and_another_leaves_by_keyboard_without_scripts(
    open_window, sign_in, convener
):
    page = open_window(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    sign_in(page, convener)
    page.goto(PAGE)
    expect(page.locator(".lede")).to_contain_text("2 organizations sit at this table.")

    page.get_by_role("link", name="Edit", exact=True).press("Enter")
    page.get_by_label("Vision").fill("Nobody waits")
    page.get_by_label("How do you decide?").select_option(label="Nobody objects")
    page.get_by_label("Who holds it together?").select_option(label="City Hall")
    page.get_by_label("Why?").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Saved: Round Table.")
    expect(page.locator("main")).to_contain_text("Nobody waits")

    page.get_by_role("link", name="Members", exact=True).press("Enter")
    page.get_by_label("Name of the organization").fill("data")
    page.get_by_role("button", name="Search").press("Enter")
    page.get_by_role("link", name="Data Lab").press("Enter")
    page.get_by_label("What it does here").fill("Cleans the data")
    page.get_by_role("button", name="Put it at the table").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Data Lab sits at the table of Round Table.")

    page.get_by_role("link", name="Code Club").press("Enter")
    page.get_by_label("Last day at the table").fill("2026-01-31")
    page.get_by_label("Why?").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("is the last day of Code Club")
    page.get_by_role("link", name="Back to the collaborative").press("Enter")
    expect(page.locator(".lede")).to_contain_text("2 organizations sit at this table.")


def test_second_window_sees_both_versions(page, open_window, sign_in, convener):
    other = open_window(viewport={"width": 390, "height": 844})
    for window in (page, other):
        sign_in(window, convener)
        window.goto(f"{PAGE}edit/")

    page.get_by_label("Vision").fill("His")
    page.get_by_role("button", name="Save").click()
    other.get_by_label("Principles").fill("Hers, too")
    other.get_by_label("Vision").fill("Hers")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("alert")).to_contain_text("Nothing was overwritten")
    expect(other.get_by_role("row", name="Vision")).to_contain_text("His")
    other.get_by_role("button", name="Save").click()

    expect(other.get_by_role("status")).to_have_text("Saved: Round Table.")
    expect(other.locator("main")).to_contain_text("Hers, too")


@pytest.mark.parametrize("part", ["edit/", "members/?q=lab", "members/new/?actor=lab", "seat"])
def test_nothing_is_in_the_way_of_anybody(page, phone, open_window, sign_in, axe, convener, part):
    narrow = open_window(viewport={"width": 320, "height": 700})
    for window in (page, phone, narrow):
        sign_in(window, convener)
        window.goto(f"{PAGE}members/" if part == "seat" else f"{PAGE}{part}")
        if part == "seat":
            window.get_by_role("link", name="City Hall").click()
            expect(window.get_by_role("button", name="Take it away")).to_be_visible()
        assert axe(window) == []
    assert narrow.evaluate("document.documentElement.scrollWidth") == 320
