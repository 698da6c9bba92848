"""Mapping in the browser: two organizations are added and tied, and a gap closes.

The town is that of ``tests.ecosystem.towns``: nobody has answered about community organizing.
"""

import pytest
from playwright.sync_api import expect

from actors.models import Actor, Relationship, SkillStatement
from tests.ecosystem.towns import make_town
from tests.factories import CityRoleFactory, OfferFactory

TOWN = "/cities/town/"


@pytest.fixture
def town(transactional_db):
    return make_town()


@pytest.fixture
def convener(town):
    return CityRoleFactory(city=town).user


def gap_of(page, skill):
    """What the directory finds for a skill: nobody, or who has it."""
    page.goto(f"{TOWN}actors/?competency={skill}")
    return page.locator(".actor-row h3").all_inner_texts()


def test_two_organizations_are_added_and_tied_and_the_gap_closes(page, sign_in, convener):
    sign_in(page, convener)
    assert gap_of(page, "community-organizing") == []

    page.goto(f"{TOWN}map/?actor=lab")
    page.get_by_role("link", name="Add an organization of this sector").click()
    page.wait_for_load_state("load")  # for the script that looks while one types
    name = page.get_by_label("Name", exact=True)
    name.press_sequentially("Code Clob")
    expect(page.locator("#similar")).to_contain_text("Is it one of these? Code Club")
    name.fill("Tenants United")
    expect(page.locator("#similar")).to_have_text("")
    page.get_by_label("Sector").select_option(label="Residents & community")
    page.get_by_role("button", name="Add it to the map").click()
    expect(page.get_by_role("status")).to_contain_text("Tenants United is on the map of Town now.")

    page.get_by_role("link", name="Skills", exact=True).click()
    page.get_by_role("group", name="Community organizing").get_by_label("Solid").check()
    page.get_by_role("button", name="Save the skills").click()
    expect(page.get_by_role("status")).to_have_text("Saved: 1 skill of Tenants United.")

    page.get_by_role("link", name="Add a tie").click()
    page.wait_for_load_state("load")
    page.get_by_label("Name of the organization").press_sequentially("Radio Uno")
    page.get_by_role("link", name="It is missing: add it first").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Radio Uno")
    page.get_by_label("Sector").select_option(label="Media")
    page.get_by_role("button", name="Add it to the map").click()
    page.get_by_role("link", name="Add a tie").click()
    page.wait_for_load_state("load")
    page.get_by_label("Name of the organization").press_sequentially("tenants")
    page.locator("#found").get_by_role("link", name="Tenants United").click()
    page.get_by_label("What is the tie about?").select_option("in:advises")
    page.get_by_role("button", name="Record the tie").click()
    expect(page.get_by_role("status")).to_have_text(
        "The tie is recorded and on the map: Tenants United – Advises – Radio Uno."
    )

    assert gap_of(page, "community-organizing") == ["Tenants United"]
    page.goto(f"{TOWN}map/?actor=radio-uno")
    expect(page.locator("#map-details")).to_contain_text("Tenants United")


def test_the_same_by_keyboard_and_without_scripts(open_window, sign_in, convener):
    page = open_window(viewport={"width": 1440, "height": 1000}, java_script_enabled=False)
    sign_in(page, convener)
    page.goto(f"{TOWN}actors/new/")

    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Data Labs")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("Choose the sector that fits best.")
    page.get_by_label("Sector").focus()
    page.keyboard.type("Media")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#similar")).to_contain_text("Is it one of these?")
    page.get_by_label("No, it is another organization: add it").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Data Labs is on the map of Town now.")

    page.get_by_role("link", name="Add a tie").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name of the organization").focus()
    page.keyboard.type("hall")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="City Hall").focus()
    page.keyboard.press("Enter")
    page.get_by_label("What is the tie about?").focus()
    page.keyboard.type("Advises")
    page.get_by_label("Year named by the source").focus()
    page.keyboard.type("2016")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Data Labs – Advises – City Hall")

    assert Relationship.objects.get(kind="advises").since_year == 2016
    assert Actor.objects.get(slug="data-labs").sector == "media"


def test_many_are_archived_from_the_directory_without_scripts(open_window, sign_in, convener):
    page = open_window(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    sign_in(page, convener)
    page.goto(f"{TOWN}actors/")

    page.get_by_label("Choose Code Club").check()
    page.get_by_label("Choose City Hall").check()
    page.get_by_label("What changes?").select_option("archive:")
    page.get_by_role("button", name="See what changes").click()
    expect(page.locator("main")).to_contain_text("2 organizations change.")
    page.get_by_role("button", name="Change 2 organizations").click()

    expect(page.get_by_role("status")).to_contain_text("2 organizations changed.")
    archived = Actor.objects.filter(status="archived").values_list("slug", flat=True)
    assert set(archived) == {"club", "hall"}


def test_second_writer_loses_nothing(open_window, sign_in, convener):
    page = open_window(viewport={"width": 1440, "height": 1000})
    sign_in(page, convener)
    other = page.context.new_page()
    for one in (page, other):
        one.goto(f"{TOWN}actors/lab/edit/")
    other.get_by_label("Area it serves").fill("The county")
    other.get_by_role("button", name="Save").click()

    page.get_by_label("Area it serves").fill("The town")
    page.get_by_role("button", name="Save").click()

    row = page.get_by_role("row", name="Area it serves")
    expect(row).to_contain_text("The county")
    expect(row).to_contain_text("The town")
    page.get_by_role("button", name="Save").click()
    assert Actor.objects.get(slug="lab").service_area == "The town"


@pytest.mark.parametrize("width", [1440, 390, 320])
def test_pages_are_accessible_and_never_scroll_sideways(
    open_window, sign_in, axe, town, convener, width
):
    page = open_window(viewport={"width": width, "height": 900})
    sign_in(page, convener)
    offer = OfferFactory(actor=town.actors.get(slug="lab"))
    tie = town.relationships.first()
    SkillStatement.objects.filter(actor__slug="lab").update(evidence="x" * 90)
    Actor.objects.filter(slug="club").update(status="archived")

    found = {}
    for address in (
        "actors/",
        "actors/lab/",
        "actors/new/",
        "actors/off-map/",
        "actors/lab/edit/",
        "actors/lab/skills/",
        "actors/lab/contacts/",
        f"actors/lab/offers/{offer.pk}/",
        "actors/lab/needs/",
        "ties/new/?from=lab&q=hall",
        "ties/new/?from=lab&to=hall",
        f"ties/{tie.pk}/",
        "map/?actor=lab",
    ):
        page.goto(TOWN + address)
        wide = page.evaluate("document.documentElement.scrollWidth") > width
        found[address] = axe(page) + (["scrolls sideways"] if wide else [])
    page.goto(f"{TOWN}actors/new/")
    page.get_by_role("button", name="Add it to the map").click()
    found["errors"] = axe(page)

    assert {address: problems for address, problems in found.items() if problems} == {}
