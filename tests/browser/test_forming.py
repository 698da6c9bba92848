"""A convener's path from a gap to a saved collaborative, in Washington.

What is expected was read off ``ecosystem/reference/*.csv`` by hand. In Washington Code for DC alone
codes, and the technology office alone keeps infrastructure; Code for DC can design with users, and
so can Code for America, which visits and works with the housing coalition.
"""

import re

import pytest
from playwright.sync_api import expect

from actors.models import City
from collaboratives.models import Collaborative
from tests.factories import CityRoleFactory

pytestmark = pytest.mark.usefixtures("reference_cities")

NEW = "/cities/washington-dc/collaboratives/new/"
ISSUE = "Affordable housing preservation"
MEMBERS = ["cnhed", "code-for-america", "code-for-dc", "urban-greater-dc"]
ADDRESS = f"{NEW}?actors=cnhed,code-for-america,code-for-dc,urban-greater-dc"
MOST_TABS = 150

FOCUS = """() => {
    const focused = document.activeElement;
    const name = focused.labels?.[0]?.innerText || focused.innerText || focused.ariaLabel || "";
    const rings = [null, "::after"].map(part => getComputedStyle(focused, part));
    return {
        id: focused.id,
        name: name.trim().replace(/\\s+/g, " "),
        ringed: rings.some(ring => ring.outlineStyle === "solid" && ring.outlineWidth === "3px"),
    };
}"""


@pytest.fixture
def convener():
    return CityRoleFactory(city=City.objects.get(slug="washington-dc")).user


def stored():
    """What was saved: the collaborative and who sits there, with function and part."""
    one = Collaborative.objects.select_related("issue", "backbone").get(stage="forming")
    places = one.memberships.order_by("actor__slug")
    return {
        "name": one.name,
        "purpose": one.purpose,
        "issue": one.issue.name,
        "rule": one.decision_rule,
        "months": one.review_every_months,
        "backbone": one.backbone.slug,
        "places": list(places.values_list("actor__slug", "function", "decision_role")),
    }


SAVED = {
    "name": "Homes That Stay",
    "purpose": "Keep rents affordable where leases run out.",
    "issue": ISSUE,
    "rule": "consent",
    "months": 3,
    "backbone": "cnhed",
    "places": [
        ("cnhed", "Invites and keeps the notes", "decides"),
        ("code-for-america", "", ""),
        ("code-for-dc", "", ""),
        ("urban-greater-dc", "", ""),
    ],
}


def choose(window):
    """Pick three by the issue, and one by its name; the names are those of the list."""
    window.get_by_label("Issue", exact=True).select_option(label=ISSUE)
    window.get_by_role("button", name="Who works on it?").click()
    for name in ("Coalition for Nonprofit Housing", "Code for DC", "Urban-Greater DC"):
        window.get_by_role("checkbox", name=re.compile(name)).check()


def fill(window):
    window.get_by_label("Name", exact=True).fill(SAVED["name"])
    window.get_by_label("What do you want to change together?").fill(SAVED["purpose"])
    window.get_by_role("radio", name=re.compile("Nobody objects")).check()
    window.get_by_label("Look back together every so many months").fill("3")
    coalition = window.locator("#seats fieldset", has_text="Coalition for Nonprofit")
    coalition.get_by_label(re.compile("What it does here")).fill("Invites and keeps the notes")
    coalition.get_by_label(re.compile("Part in decisions")).select_option("decides")
    window.get_by_label("Who holds it together?").select_option("cnhed")


def test_convener_forms_a_collaborative_from_a_gap(page, sign_in, convener, axe):
    """Code for America is one introduction away from the table and makes design covered."""
    sign_in(page, convener)
    page.goto("/cities/washington-dc/gaps/")
    expect(page.locator("main")).to_contain_text("User-centered design")
    page.goto(NEW)

    choose(page)
    said = page.locator("#said")
    expect(said).to_have_text(re.compile(r"^3 members\."))
    expect(page).to_have_url(re.compile("actors=cnhed,code-for-dc,urban-greater-dc"))
    page.get_by_role("button", name="Add Code for America").click()
    expect(said).to_have_text(re.compile(r"^4 members\."))
    focused = page.evaluate(FOCUS)
    fill(page)
    page.get_by_label("Search by name").fill("wamu")
    page.keyboard.press("Enter")
    expect(said).to_have_text("1 organization found.")
    violations = axe(page)
    page.get_by_role("button", name="Save the collaborative").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Homes That Stay")
    expect(page.locator(".messages")).to_have_text(
        "Saved: Homes That Stay is formed, with 4 members."
    )
    assert focused["id"] == "so-far-title"
    assert violations == []
    assert stored() == SAVED


def test_convener_does_the_same_with_scripts_off(open_window, sign_in, convener):
    window = open_window(viewport={"width": 1440, "height": 1000}, java_script_enabled=False)
    sign_in(window, convener)
    window.goto(NEW)

    choose(window)
    window.get_by_role("button", name="Update").click()
    assert window.url.endswith(
        "?actors=cnhed,code-for-dc,urban-greater-dc&issue=affordable-housing-preservation#so-far"
    )
    window.get_by_role("button", name="Add Code for America").click()
    window.get_by_label("Name", exact=True).fill("x")
    window.go_back()
    expect(window.locator("#seats fieldset")).to_have_count(3)
    window.go_forward()
    fill(window)
    window.get_by_role("button", name="Save the collaborative").click()

    expect(window.get_by_role("heading", level=1)).to_have_text("Homes That Stay")
    assert stored() == SAVED


def test_convener_does_the_same_by_keyboard_alone(page, sign_in, convener):
    sign_in(page, convener)
    page.goto(f"{ADDRESS}&issue=affordable-housing-preservation")

    def tab_to(name, key="Tab"):
        for _ in range(MOST_TABS):
            page.keyboard.press(key)
            focus = page.evaluate(FOCUS)
            if re.match(name, focus["name"]):
                assert focus["ringed"], focus
                return
        pytest.fail(f"Nothing that is called “{name}” can be reached.")

    tab_to("Media")
    page.keyboard.press("Enter")
    tab_to(r"(\w )?WAMU")
    page.keyboard.press("Space")
    expect(page.locator("#said")).to_have_text(re.compile(r"^5 members\."))
    still = page.evaluate(FOCUS)["id"]
    page.keyboard.press("Space")
    expect(page.locator("#said")).to_have_text(re.compile(r"^4 members\."))
    tab_to("Name$")
    page.keyboard.type(SAVED["name"])
    tab_to("What do you want to change together")
    page.keyboard.type(SAVED["purpose"])
    tab_to("Not agreed yet")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to("Look back together")
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    tab_to("What it does here ?: ?Coalition for Nonprofit")
    page.keyboard.type("Invites and keeps the notes")
    tab_to("Part in decisions ?: ?Coalition for Nonprofit")
    page.keyboard.type("Has a say")
    tab_to("Who holds it together")
    page.keyboard.type("Coalition")
    tab_to("Save the collaborative")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Homes That Stay")
    assert still == "pick-wamu"
    assert stored() == SAVED


def test_mistakes_are_told_and_a_double_click_saves_once(phone, sign_in, convener, axe):
    sign_in(phone, convener)
    phone.goto(ADDRESS)
    phone.get_by_role("button", name="Save the collaborative").click()
    expect(phone.locator(".errorlist")).to_have_text(
        "Give the collaborative a name, so that people find it."
    )
    violations = axe(phone)
    phone.get_by_label("Name", exact=True).fill("Homes That Stay")
    phone.get_by_role("button", name="Save the collaborative").dblclick()

    expect(phone.get_by_role("heading", level=1)).to_have_text("Homes That Stay")
    assert violations == []
    places = Collaborative.objects.get(stage="forming").memberships
    assert sorted(places.values_list("actor__slug", flat=True)) == MEMBERS


def test_convener_whose_right_ended_meanwhile_is_told(page, sign_in, convener):
    sign_in(page, convener)
    page.goto(ADDRESS)
    convener.city_roles.all().delete()

    page.get_by_role("button", name="Update").click()

    expect(page.get_by_role("alert")).to_contain_text("You can't do this here")


PAGES = {
    "form": NEW,
    "table": f"{ADDRESS}&issue=affordable-housing-preservation",
    "what if": "/cities/washington-dc/what-if/",
    "what if two left": "/cities/washington-dc/what-if/?without=code-for-dc,dc-octo,ghost",
    "what if a table lost one": ("/cities/boston/collaboratives/ctdc-boston/what-if/?without=mapc"),
}


def test_pages_are_accessible_and_never_scroll_sideways(
    page, phone, open_window, sign_in, convener, axe
):
    small = open_window(viewport={"width": 320, "height": 640})
    found = {}
    for window, size in ((page, "wide"), (phone, "phone"), (small, "small")):
        sign_in(window, convener)
        for name, address in PAGES.items():
            window.goto(address)
            width = window.evaluate("document.documentElement.scrollWidth - innerWidth")
            found[name, size] = (width, axe(window) if window is not small else [])

    assert found == dict.fromkeys(found, (0, []))


def test_visitor_asks_what_if_somebody_left_with_scripts_off(open_window):
    window = open_window(java_script_enabled=False)
    window.goto("/cities/washington-dc/what-if/")

    window.get_by_label("Organization", exact=True).select_option("code-for-dc")
    window.get_by_role("button", name="Show what would change").click()
    first = window.locator(".lede").inner_text()
    window.get_by_label("And another one").select_option("dc-octo")
    window.get_by_role("button", name="Show what would change").click()
    both = window.locator(".lede").inner_text()
    window.get_by_role("checkbox", name="Code for DC").uncheck()
    window.get_by_role("button", name="Show what would change").click()

    assert first.startswith("If Code for DC left, ")
    assert both.startswith(
        "If Code for DC and DC Office of the Chief Technology Officer left, 4 of the twelve skills"
    )
    assert (
        window.locator(".lede")
        .inner_text()
        .startswith("If DC Office of the Chief Technology Officer left, ")
    )
