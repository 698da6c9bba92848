"""From a country's gaps to a project that another city could adopt, and who could do it at home."""

import re

import pytest
from playwright.sync_api import expect

from collaboratives.models import Project

PAGES = {
    "solutions": "/solutions/",
    "by skill and city": "/solutions/?skill=fundraising&city=boston&sort=step",
    "nothing found": "/solutions/?q=zeppelin&city=atlantis",
    "project": "/solutions/youth-jobs-platform/",
    "project in a city": "/solutions/youth-jobs-platform/?city=cleveland",
    "city that is not there": "/solutions/youth-jobs-platform/?city=atlantis",
    "national": "/",
}


@pytest.fixture
def adopted(reference_cities):
    lottery = Project.objects.get(slug="youth-match-pilot")
    Project.objects.filter(slug="youth-jobs-platform").update(adopted_from=lottery)


@pytest.fixture(params=["page", "phone"])
def window(request):
    return request.getfixturevalue(request.param)


@pytest.mark.usefixtures("adopted")
def test_solution_pages_are_accessible_at_both_sizes(window, axe):
    found = {}
    for name, address in PAGES.items():
        window.goto(address)
        found[name] = axe(window)

    assert found == {name: [] for name in PAGES}


@pytest.mark.usefixtures("adopted")
def test_solution_pages_are_accessible_in_spanish(page, axe):
    page.goto("/")
    page.get_by_role("button", name="Español").click()
    found = {}
    for name, address in PAGES.items():
        page.goto(address)
        found[name] = (page.locator("html").get_attribute("lang"), axe(page))

    assert found == {name: ("es", []) for name in PAGES}


@pytest.mark.usefixtures("adopted")
def test_solution_pages_never_scroll_sideways_on_a_small_phone(open_window):
    window = open_window(viewport={"width": 320, "height": 640})
    widths = {}
    for name, address in PAGES.items():
        window.goto(address)
        widths[name] = window.evaluate("document.documentElement.scrollWidth")

    assert widths == dict.fromkeys(PAGES, 320)


@pytest.mark.usefixtures("adopted")
def test_visitor_finds_a_project_and_who_could_do_it_with_scripts_off(open_window):
    window = open_window(java_script_enabled=False, viewport={"width": 1440, "height": 1000})
    window.goto("/")

    window.locator(".plenty").get_by_role("link", name=re.compile("^Coding")).click()
    window.get_by_label("Source code is open").check()
    window.get_by_role("button", name="Show").click()
    window.get_by_role("link", name="Youth Jobs Platform", exact=True).first.click()
    window.get_by_label("City", exact=True).select_option("cleveland")
    window.get_by_role("button", name="Show").click()

    expect(window.get_by_text("Cleveland is known to have 8 of the 10 skills")).to_be_visible()
    expect(window.get_by_role("link", name="Code for America")).to_be_visible()
    assert window.url.endswith("/solutions/youth-jobs-platform/?city=cleveland#here")


@pytest.mark.usefixtures("adopted")
def test_filters_are_chosen_and_taken_away_by_keyboard(page):
    page.goto("/solutions/")
    page.get_by_label("Name or what it does").focus()
    page.keyboard.type("yuoth")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="2 of 32 projects match")).to_be_visible()
    chip = page.get_by_role("list", name="Chosen filters").get_by_role("link")
    chip.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="32 projects", exact=True)).to_be_visible()


@pytest.mark.usefixtures("adopted")
def test_adoption_leads_both_ways(page):
    page.goto("/solutions/?adopted=elsewhere")
    page.get_by_role("link", name="Youth Jobs Platform").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Youth Jobs Platform")
    page.get_by_role("link", name="Youth Match lottery pilot").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Youth Match lottery pilot")


@pytest.mark.usefixtures("adopted")
def test_list_is_whole_on_paper(page):
    page.goto("/solutions/")
    page.emulate_media(media="print")

    expect(page.locator(".filters")).to_be_hidden()
    expect(page.locator(".solution").last).to_be_visible()
    assert re.search(r"^32 projects", page.get_by_role("heading", level=2).first.inner_text())
