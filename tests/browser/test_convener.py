"""A convener's path: fundraising is not known in Washington; who could bring it in, through whom?

What is expected was read off ``ecosystem/reference/*.csv`` by hand. Washington's map has 33 actors
at home there and 7 visitors. Nobody of them has a statement on fundraising; BNY Mellon in Boston
has. The visitors with most ties in Washington are Code for America and NNIP (2 each), then, all
with one, Bloomberg, HUD and Living Cities. Bloomberg advises the mayor's office, which Code for DC
advises, which works with Urban-Greater DC; the mayor's office has no shorter way to either.
"""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("reference_cities")

FINDING = "Nobody has been asked about fundraising yet."
QUESTION = "Who could bring in fundraising, and through whom?"
LIT = ["bloomberg-philanthropies", "code-for-america", "hud", "living-cities", "nnip"]
PICKED = "Bloomberg Philanthropies (What Works Cities)"
MAYOR = "DC Executive Office of the Mayor"
WAY = (
    f"{PICKED} works with {MAYOR}, who works with Code for DC, "
    "who works with Urban-Greater DC (formerly NeighborhoodInfo DC)."
)
SECTORS = ["Local government", "Data intermediary", "Civic technologist", "Philanthropy"]
SHOWN = [
    *("bloomberg-philanthropies", "code-for-dc", "dc-action-for-children", "dc-council"),
    *("dc-dcra", "dc-dhcd", "dc-eom", "dc-hfa", "dc-housing-authority", "dc-mpd", "dc-octo"),
    *("dc-office-open-government", "dc-office-tenant-advocate", "dc-otr", "hud", "osse"),
    *("urban-greater-dc", "wmata"),
]
"""Of these sectors: 13 departments at home and HUD, two data intermediaries, one of each other."""

SEEN = {
    "count": "Showing 18 of 40",
    "table": SHOWN,
    "drawn": SHOWN,
    "picked": PICKED,
    "way": WAY,
    "arranged": "By ties",
    "question": QUESTION,
    "sectors": sorted(SECTORS),
}

DRAWN_ON_CANVAS = """async map => {
    await map.whole();  // knows the addresses of those who are drawn
    const {dots} = map.stage.renderer;
    return dots.members.map(actor => map.model.actors[actor].slug).sort();
}"""
PLACE_OF = """(map, slug) => {
    const {dots} = map.stage.renderer;
    const actor = map.model.indexOf.get(slug);
    return {x: dots.x[actor], y: dots.y[actor]};
}"""
FOCUS = """() => {
    const focused = document.activeElement;
    const name = focused.labels?.[0]?.innerText || focused.innerText || focused.ariaLabel || "";
    const rings = [null, "::after"].map(part => getComputedStyle(focused, part));
    const {top, bottom, width} = focused.getBoundingClientRect();
    return {
        name: name.trim().replace(/\\s+/g, " "),
        ringed: rings.some(ring => ring.outlineStyle === "solid" && ring.outlineWidth === "3px"),
        inSight: width > 0 && bottom > 0 && top < innerHeight,
    };
}"""
MOST_TABS = 400


def see(window):
    """What somebody sees who was sent the address: the same for everybody, scripts or not."""
    arranged = window.get_by_role("navigation", name="Arranged").locator("[aria-current]")
    sectors = window.locator("[name=sector]:checked ~ span:not(.number)")
    return {
        "count": window.locator("[data-map-count]").inner_text(),
        "table": sorted(
            window.locator("tr[data-actor]:visible").evaluate_all(
                "rows => rows.map(row => row.dataset.actor)"
            )
        ),
        "drawn": drawn(window),
        "picked": window.get_by_role("complementary").get_by_role("heading", level=2).inner_text(),
        "way": window.locator(".map-way").inner_text(),
        "arranged": arranged.inner_text(),
        "question": window.locator("#lens-question").inner_text(),
        "sectors": sorted(sectors.all_text_contents()),
    }


def drawn(window):
    """Slugs of the dots: of those on the canvas, without scripts of those in the drawing."""
    canvas = window.locator("network-map[data-ready]")
    if canvas.count():
        return canvas.evaluate(DRAWN_ON_CANVAS)
    return sorted(
        window.locator("svg.network-map .dots a").evaluate_all(
            "links => links.map(link => new URL(link.href.baseVal, location)"
            ".searchParams.get('actor'))"
        )
    )


def open_shared(open_window, address, **options):
    window = open_window(viewport={"width": 1440, "height": 1000}, **options)
    window.goto(address)
    if options.get("java_script_enabled", True):
        window.wait_for_selector("network-map[data-ready]")
    return window


def choice(window, sector):
    """Its check box; the number of those it would show is part of its name."""
    return window.get_by_role("checkbox", name=re.compile(rf"^{sector}\s*\d+$"))


def go_to_finding(page):
    page.goto("/")
    page.get_by_role("link", name="Washington, DC").first.click()
    page.get_by_role("navigation", name="Washington, DC").get_by_role("link", name="Gaps").click()


def test_convener_finds_who_could_bring_in_fundraising_and_shares_it(page, open_window):
    go_to_finding(page)
    page.get_by_role("link", name=f"See it on the map : {FINDING}").click()
    network = page.locator("network-map[data-ready]")
    canvas = network.locator("canvas")
    slugs = "map => map.guide.lit.map(actor => map.model.actors[actor].slug)"
    lit = sorted(network.evaluate(slugs))

    def click_dot(slug):
        canvas.click(position=network.evaluate(PLACE_OF, slug))

    click_dot("bloomberg-philanthropies")
    details = page.get_by_role("complementary", name="Details")
    expect(details.get_by_role("heading", level=2)).to_have_text(PICKED)
    neighbors = details.locator(".tie-kind + ul a, .map-kind + ul a").all_inner_texts()
    page.get_by_role("button", name="Show the path to another").click()
    click_dot("urban-greater-dc")
    expect(page.locator(".map-way")).to_have_text(WAY)
    for sector in SECTORS:
        choice(page, sector).check()
    page.get_by_role("link", name="By ties").click()
    expect(network.get_by_role("status")).to_have_text("Arranged by ties")
    second = open_shared(open_window, page.url)

    assert (lit, neighbors) == (LIT, [MAYOR])
    assert see(page) == SEEN
    assert see(second) == SEEN


def test_convener_does_the_same_by_keyboard_alone(page, open_window):
    def tab_to(name, key="Tab"):
        """Go on until the focus is there; it must be seen on the way."""
        for _ in range(MOST_TABS):
            page.keyboard.press(key)
            focus = page.evaluate(FOCUS)
            if re.fullmatch(rf"(\w )?{re.escape(name)}( \d+)?", focus["name"]):
                assert focus["ringed"], focus
                assert focus["inSight"], focus
                return
        pytest.fail(f"Nothing that is called “{name}” can be reached.")

    def enter(name):
        tab_to(name)
        page.keyboard.press("Enter")

    page.goto("/")
    enter("Washington, DC")
    page.wait_for_url("**/cities/washington-dc/")
    enter("Gaps")
    page.wait_for_url("**/gaps/")
    enter("Questions to ask")
    enter(f"See it on the map : {FINDING}")
    network = page.locator("network-map[data-ready]")
    network.wait_for()
    spoken = network.get_by_role("status")

    enter(PICKED)
    expect(spoken).to_have_text(f"{PICKED}, Philanthropy, 1 tie")
    enter("Show the path to another")
    expect(spoken).to_have_text("Pick the organization to reach")
    heard = walk(page, spoken, "PageDown", until="Urban-Greater DC (formerly NeighborhoodInfo DC)")
    page.keyboard.press("Enter")
    expect(page.locator(".map-way")).to_have_text(WAY)
    for sector in reversed(SECTORS):
        tab_to(sector, key="Shift+Tab")
        page.keyboard.press("Space")
    enter("By ties")
    expect(spoken).to_have_text("Arranged by ties")
    second = open_shared(open_window, page.url)

    way = f"{PICKED} → {MAYOR} → Code for DC → Urban-Greater DC (formerly NeighborhoodInfo DC)"
    assert heard == way
    assert see(page) == SEEN
    assert see(second) == SEEN


def walk(page, spoken, key, until):
    """Press a key of the map until that name is the last one heard."""
    heard = spoken.inner_text()
    for _ in range(20):
        page.keyboard.press(key)
        expect(spoken).not_to_have_text(heard)
        heard = spoken.inner_text()
        if heard.endswith(until):
            return heard
    return pytest.fail(f"The keys of the map do not lead to {until}.")


def test_convener_does_the_same_with_scripts_off(open_window):
    window = open_window(viewport={"width": 1440, "height": 1000}, java_script_enabled=False)
    go_to_finding(window)
    window.get_by_role("link", name=f"See it on the map : {FINDING}").click()
    window.locator("#map-lens").get_by_role("link", name=PICKED).click()
    window.get_by_label("Show the path to another").select_option("urban-greater-dc")
    window.get_by_role("button", name="Show the path").click()
    for sector in SECTORS:
        choice(window, sector).check()
    window.get_by_role("button", name="Show", exact=True).click()
    window.get_by_role("link", name="By ties").click()
    second = open_shared(open_window, window.url, java_script_enabled=False)
    with_scripts = open_shared(open_window, window.url)

    assert see(window) == SEEN
    assert see(second) == SEEN
    assert see(with_scripts) == SEEN
