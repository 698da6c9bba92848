"""National staff: from seven cities to a printed comparison, and from a gap to who can help.

What is expected was read off the reference files: fundraising is with two organizations in Boston,
BNY Mellon and MAPC, and Boston's number of inhabitants is the nearest to Washington's.
"""

import re

import pytest
from playwright.sync_api import expect

from tests import kept
from tests.factories import CityFactory, UserFactory

CITIES = [
    *("Boston", "Cleveland", "Pittsburgh", "San Antonio"),
    *("Seattle/King County", "St. Louis", "Washington, DC"),
]
SLUGS = "boston,cleveland,pittsburgh,san-antonio,seattle-king-county,st-louis,washington-dc"
ALL = f"/compare/?cities={SLUGS}"


@pytest.fixture(autouse=True)
def compared(reference_cities, client):
    """Each city with a place for everybody: finding these takes seconds, once."""

    def find_places():
        assert client.get(ALL).status_code == 200

    kept.fill("compared", find_places)


def columns(window):
    return window.locator("table.compare thead th a:first-child").all_inner_texts()


def test_staff_pick_seven_cities_and_print_them_on_two_sheets(page, sign_in):
    CityFactory(slug="draft", name="Draft City", private=True)
    sign_in(page, UserFactory(national=True))
    page.goto("/")

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Compare").click()
    for city in CITIES:
        page.get_by_role("checkbox", name=f"Pick {city}").check()
    page.get_by_role("button", name="Compare the picked cities").click()

    expect(page.get_by_text("Of 7 cities, 3 have nobody recorded for")).to_be_visible()
    assert columns(page) == CITIES
    expect(page.get_by_role("checkbox", name="Pick Draft City")).not_to_be_checked()
    sheets = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 2
    box = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", sheets)
    assert (round(float(box[1])), round(float(box[2]))) == (842, 595)  # A4, lying


def test_a_gap_leads_to_a_peers_holders_and_projects_in_one_click(page):
    page.goto(ALL)

    page.locator("#peers-washington-dc").get_by_role("link", name="Fundraising").click()

    gap = page.locator("#peer-washington-dc-fundraising")
    expect(gap).to_be_in_viewport()
    expect(gap.get_by_role("link", name="Youth Jobs Platform").first).to_be_visible()
    gap.get_by_role("link", name="BNY Mellon").click()
    expect(page).to_have_url(re.compile("/cities/boston/actors/bny-mellon/$"))


def test_columns_are_put_into_an_order_and_out_of_it_by_keyboard(page):
    page.goto(ALL)
    order = page.get_by_role("link", name="Completeness of the map")

    order.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("In the order of “Completeness of the map”")).to_be_visible()
    assert columns(page)[0] == "Pittsburgh"
    page.get_by_role("link", name="Leave this order").press("Enter")
    expect(page.get_by_text("In the order of")).to_have_count(0)
    assert sorted(columns(page)) == CITIES


def test_it_works_without_scripts(open_window):
    window = open_window(viewport={"width": 1440, "height": 1000}, java_script_enabled=False)
    window.goto("/compare/")

    window.get_by_role("checkbox", name="Pick Boston").check()
    window.get_by_role("checkbox", name="Pick St. Louis").check()
    window.get_by_role("button", name="Compare the picked cities").click()

    assert columns(window) == ["Boston", "St. Louis"]
    window.get_by_role("link", name="Skills covered").click()
    assert columns(window) == ["Boston", "St. Louis"]
    expect(window.get_by_role("columnheader", name="Skills covered")).to_have_attribute(
        "aria-sort", "descending"
    )


@pytest.mark.parametrize(
    "address",
    [
        "/compare/",
        f"{ALL}&order=completeness",
        "/compare/?cities=boston&stage=planning",
        "/cities/washington-dc/peers/",
    ],
)
def test_nothing_is_in_the_way_of_anybody(page, phone, axe, address):
    for window in (page, phone):
        window.goto(address)
        assert axe(window) == []
    phone.set_viewport_size({"width": 320, "height": 700})
    assert phone.evaluate("document.documentElement.scrollWidth") == 320


def test_spanish_fits_a_phone(phone):
    phone.goto("/compare/")

    phone.get_by_role("button", name="Español").click()

    expect(phone.locator("html")).to_have_attribute("lang", "es")
    expect(phone).to_have_url(re.compile("/compare/$"))
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
