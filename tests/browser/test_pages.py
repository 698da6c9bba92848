"""Every page type as a visitor meets it: the reference cities, two window sizes, no script."""

import pytest

PAGES = {
    "national": "/",
    "search": "/?q=housing",
    "method": "/method/",
    "national actor": "/actors/code-for-america/",
    "city": "/cities/boston/",
    "map": "/cities/boston/map/",
    "map by ties, by skill": "/cities/boston/map/?by=ties&color=skill&skill=coding",
    "map by group": "/cities/boston/map/?by=group&color=group",
    "filtered map": "/cities/boston/map/?sector=academia&status=existing&fresh=never&by=spiral",
    "places": "/cities/boston/map/?view=places",
    "matrix": "/cities/boston/map/?view=matrix",
    "lens": "/cities/washington-dc/map/?lens=fill&skill=fundraising",
    "picked actor": "/cities/boston/map/?actor=mapc&steps=1",
    "path": "/cities/washington-dc/map/?actor=dc-octo&to=dc-dhcd",
    "map to print": "/cities/washington-dc/map/sheet/",
    "embedded map": "/cities/washington-dc/embed/?lens=bridges",
    "gaps": "/cities/washington-dc/gaps/",
    "gaps of a collaborative": "/cities/boston/collaboratives/ctdc-boston/gaps/",
    "directory": "/cities/boston/actors/",
    "filtered directory": "/cities/boston/actors/?sector=government&q=data",
    "profile": "/cities/boston/actors/mapc/",
    "collaboratives": "/cities/boston/collaboratives/",
    "collaborative": "/cities/boston/collaboratives/ctdc-boston/",
    "not found": "/cities/atlantis/",
}
LANGUAGES = {"en": "English", "es": "Español"}


@pytest.fixture(params=["page", "phone"])
def window(request):
    return request.getfixturevalue(request.param)


def go(window, address):
    """Go there, and wait until a map has drawn itself."""
    window.goto(address)
    window.locator("network-map:not([data-ready])").wait_for(state="detached")
    if window.locator("place-map").count():
        window.locator("place-map").scroll_into_view_if_needed()
        window.locator("place-map .leaflet-container").wait_for()


@pytest.mark.usefixtures("reference_cities")
def test_pages_are_accessible_at_both_sizes(window, axe):
    found = {}
    for name, address in PAGES.items():
        go(window, address)
        found[name] = axe(window)

    assert found == {name: [] for name in PAGES}


@pytest.mark.usefixtures("reference_cities")
def test_pages_are_accessible_in_spanish(page, axe):
    page.goto("/")
    page.get_by_role("button", name="Español").click()
    found = {}
    for name, address in PAGES.items():
        go(page, address)
        found[name] = (page.locator("html").get_attribute("lang"), axe(page))

    assert found == {name: ("es", []) for name in PAGES}


@pytest.mark.usefixtures("reference_cities")
def test_pages_never_scroll_sideways_on_a_small_phone(open_window):
    window = open_window(viewport={"width": 320, "height": 640})
    widths = {}
    for name, address in PAGES.items():
        go(window, address)
        widths[name] = window.evaluate("document.documentElement.scrollWidth")

    assert widths == dict.fromkeys(PAGES, 320)


@pytest.mark.usefixtures("reference_cities")
def test_visitor_walks_from_the_country_to_an_introduction_with_scripts_off(open_window):
    window = open_window(java_script_enabled=False)
    window.goto("/")

    window.get_by_role("link", name="Boston").first.click()
    window.get_by_role("navigation", name="Boston").get_by_role("link", name="Gaps").click()

    assert window.get_by_role("heading", level=1).inner_text()
    assert "introduction" in window.locator("main").inner_text()
    assert window.url.endswith("/cities/boston/gaps/")


@pytest.mark.usefixtures("reference_cities")
def test_skip_link_and_main_navigation_work_by_keyboard(page):
    page.goto("/cities/boston/")

    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.className")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = page.evaluate("document.querySelector('main').contains(document.activeElement)")

    assert (first, inside) == ("skip", True)
