"""A convener follows a suggestion to the tie that came of it, with the keyboard and no script.

San Antonio, read off ``ecosystem/reference/*.csv`` by hand: nobody there has user-centered design,
Code for America has it and works with Community Information Now, so it comes first.
"""

import pytest
from playwright.sync_api import expect

from actors.models import City
from ecosystem.models import Introduction
from tests.factories import CityRoleFactory

ADDRESS = "/cities/san-antonio/next-steps/"


@pytest.fixture
def convener(reference_cities):
    return CityRoleFactory(city=City.objects.get(slug="san-antonio")).user


def test_convener_takes_a_step_up_does_it_and_records_the_tie(open_window, sign_in, convener):
    """By keyboard alone, in a browser without scripts."""
    page = open_window(viewport={"width": 1440, "height": 1000}, java_script_enabled=False)
    sign_in(page, convener)
    page.goto(ADDRESS)
    first = page.locator("#step-skill-code-for-america")
    expect(first).to_contain_text("Ask Community Information Now (CI:Now)")
    expect(first).to_contain_text("User-centered design")

    first.get_by_role("link", name="Take up or decline").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Who does it?").focus()
    page.keyboard.type("Ana Díaz")
    page.keyboard.press("Tab")
    page.keyboard.type("12312026")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Ana Díaz does it by Dec. 31, 2026.")
    expect(first).to_have_count(0)

    page.get_by_role("link", name="Done, or change it").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Yes, it is done").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Does the tie exist now?")).to_be_visible()
    page.get_by_label("Who works with it now?").select_option(label="City of San Antonio")
    page.get_by_label("What is the tie about?").select_option(label="Trains")
    page.get_by_role("button", name="Yes, record the tie").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_have_text("The tie is recorded and on the map.")
    tie = Introduction.objects.get().relationship
    assert (tie.source.slug, tie.kind, tie.target.slug) == (
        "code-for-america",
        "trains",
        "city-of-san-antonio",
    )
    page.goto("/cities/san-antonio/actors/city-of-san-antonio/")
    expect(page.locator("main")).to_contain_text("Trained by")


@pytest.mark.parametrize("width", [1440, 390, 320])
def test_pages_are_accessible_and_never_scroll_sideways(open_window, sign_in, axe, convener, width):
    page = open_window(viewport={"width": width, "height": 900})
    sign_in(page, convener)
    city = City.objects.get(slug="san-antonio")
    target = city.actors.get(slug="cinow")
    taken = Introduction.objects.create(
        city=city,
        target=target,
        status="accepted",
        assigned_to="Ana",
        due_on="2020-01-01",
        expected=[{"competency": "coding", "from": "unknown", "to": "single"}],
    )
    done = Introduction.objects.create(
        city=city, target=target, status="done", closed_on="2026-01-01", expected=taken.expected
    )
    question = Introduction.objects.create(
        city=city,
        target=target,
        kind="question",
        competency="coding",
        status="accepted",
        due_on="2020-01-01",
    )

    for address in (
        ADDRESS,
        f"{ADDRESS}skill/code-for-america/",
        f"{ADDRESS}{taken.pk}/",
        f"{ADDRESS}{done.pk}/",
        f"{ADDRESS}{question.pk}/",
    ):
        page.goto(address)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
