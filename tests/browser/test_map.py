"""The map of a city as people use it: what is drawn, keys, wheel and touch, other views, paper.

The pictures are of Washington in the reference data; what is expected of it was read off
``ecosystem/reference/*.csv`` by hand. The canvas says what it has drawn last: the dots and where
they are, the boxes of the names.
"""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import expect

from actors.framework import Sector
from actors.models import City
from actors.services import raise_revisions
from ecosystem.synthesis import synthesize
from tests.browser.conftest import PATIENCE
from tests.factories import ActorFactory, CityFactory, CityRoleFactory, RelationshipFactory

MAP = "/cities/washington-dc/map/"
DESKTOP = {"width": 1440, "height": 1000}

DRAWN = """async map => {
    await map.whole();  // knows the addresses of those who are drawn
    const {dots} = map.stage.renderer;
    return dots.members.map(actor => map.model.actors[actor].slug).sort();
}"""
PLACE = """(map, slug) => {
    const {dots} = map.stage.renderer;
    const actor = map.model.indexOf.get(slug);
    return {x: dots.x[actor], y: dots.y[actor]};
}"""
SLUG = "link => new URL(link.href.baseVal, location).searchParams.get('actor')"
LINES = "map => map.stage.emphasis.trail.length"
VIEW = "map => { const {zoom, x, y} = map.stage.camera; return [zoom, x, y]; }"
OVERLAPPING_NAMES = """map => {
    const names = map.stage.renderer.labels.placed.filter(name => name.place !== "pill");
    const meet = ([a, b, c, d], [e, f, g, h]) => a < g && e < c && b < h && f < d;
    const found = names.flatMap((one, at) => names.slice(at + 1)
        .filter(other => meet(one.box, other.box))
        .map(other => `${one.lines.join(" ")} / ${other.lines.join(" ")}`));
    return {names: names.length, found};
}"""
FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def open_map(window, address=MAP):
    """Go there; the element, once it has drawn."""
    window.goto(address)
    network = window.locator("network-map[data-ready]")
    network.wait_for()
    return network


def drawn(window):
    """Slugs of the dots: of those on the canvas, without scripts of those in the drawing."""
    canvas = window.locator("network-map[data-ready]")
    if canvas.count():
        window.evaluate(FRAMES)
        return canvas.evaluate(DRAWN)
    links = window.locator("svg.network-map .dots a")
    return sorted(links.evaluate_all(f"links => links.map({SLUG})"))


def listed(window):
    """Slugs of the rows of the table that are seen."""
    rows = window.locator("tr[data-actor]:visible")
    return sorted(rows.evaluate_all("rows => rows.map(row => row.dataset.actor)"))


# ── What is drawn ────────────────────────────────────────────────────────────────────────────────

SETS = {
    "sector=philanthropy&sector=media": "bloomberg-philanthropies greater-greater-washington wamu "
    "washington-post",
    "sector=media&skill=data-communication": "greater-greater-washington wamu",
    "role=backbone": "cnhed",
    "collaborative=ctdc-dc-housing-insights": "cnhed code-for-dc dc-dhcd urban-greater-dc",
    "q=tenat advocat": "dc-office-tenant-advocate",
    "actor=dc-eom&steps=1": "bloomberg-philanthropies code-for-dc dc-eom dc-octo",
    "actor=dc-eom&steps=1&kind=member_of": "dc-eom dc-octo",
    "actor=dc-eom&steps=2&sector=government": "dc-eom dc-octo",
    "sector=academia": "",
}


@pytest.mark.usefixtures("reference_cities")
def test_table_lists_exactly_who_is_drawn(page, open_window):
    plain = open_window(viewport=DESKTOP, java_script_enabled=False)
    found = {}
    for query in SETS:
        open_map(page, f"{MAP}?{query}")
        plain.goto(f"{MAP}?{query}")
        found[query] = {
            "canvas": drawn(page),
            "table": listed(page),
            "drawing": drawn(plain),
            "table without scripts": listed(plain),
        }

    assert found == {query: dict.fromkeys(found[query], SETS[query].split()) for query in SETS}


@pytest.mark.usefixtures("reference_cities")
def test_filter_changes_picture_table_count_and_address_and_back_undoes_it(page):
    def see():
        return (
            page.locator("[data-map-count]").inner_text(),
            drawn(page) == listed(page),
            len(listed(page)),
            media(page).is_checked(),
            page.url.partition("?")[2],
        )

    network = open_map(page)
    before = see()
    with page.expect_response(is_table):
        media(page).check()
    filtered = see()
    page.get_by_role("link", name="By group").click()
    expect(network.get_by_role("status")).to_have_text("Arranged by group")
    page.get_by_role("searchbox", name="Find an organization").fill("wamu")
    expect(page.locator("[data-map-count]")).to_have_text("Showing 1 of 40")
    page.go_back()
    expect(page.locator("[data-map-count]")).to_have_text("Showing 3 of 40")
    asked = []
    page.on("request", lambda request: asked.append(request.headers.get("hx-target")))
    page.go_back()
    expect(page.locator("[data-map-count]")).to_have_text("Showing all 40")
    back = see()
    page.go_forward()
    expect(page.locator("[data-map-count]")).to_have_text("Showing 3 of 40")

    assert before == ("Showing all 40", True, 40, False, "")
    assert filtered == ("Showing 3 of 40", True, 3, True, "sector=media")
    assert back == before
    assert see() == filtered
    assert "table" not in asked  # the page keeps what it has had


def media(page):
    return page.get_by_role("checkbox", name=re.compile(r"^Media\s*\d+$"))


def is_table(response):
    return response.request.headers.get("hx-target") == "table"


@pytest.mark.usefixtures("reference_cities")
def test_path_leads_only_over_ties_that_are_drawn(page):
    """Code for DC alone joins the technology and the housing department: no line without it."""
    found = {}
    for query in ("", "&sector=government", "&kind=member_of"):
        network = open_map(page, f"{MAP}?actor=dc-octo&to=dc-dhcd{query}")
        found[query] = (network.evaluate(LINES), page.locator(".map-way").inner_text()[:7])

    assert found == {
        "": (2, "DC Offi"),
        "&sector=government": (0, "No path"),
        "&kind=member_of": (0, "No path"),
    }


@pytest.mark.usefixtures("reference_cities")
def test_unknown_words_in_the_address_are_left_out_with_a_note(page):
    asked = "sector=wizards&skill=%3Cb%3E&by=spiral&actor=nobody&level=9&lens=oracle&view=globe"

    open_map(page, f"{MAP}?{asked}")

    note = page.locator(".callout")
    assert [line.strip() for line in note.get_by_role("listitem").all_inner_texts()] == [
        "View: “globe”",
        "Arrangement: “spiral”",
        "Sector: “wizards”",
        "Skill: “<b>”",
        "How well: “9”",
        "Picked organization: “nobody”",
    ]
    assert "oracle" in note.inner_text()
    assert drawn(page) == listed(page)
    assert page.locator("[data-map-count]").inner_text() == "Showing all 40"


@pytest.mark.usefixtures("reference_cities")
@pytest.mark.parametrize("size", ["page", "phone"])
def test_names_never_overlap(request, size):
    window = request.getfixturevalue(size)
    found = {}
    for by in ("sector", "ties", "group"):
        network = open_map(window, f"{MAP}?by={by}")
        for step in range(5):
            window.evaluate(FRAMES)
            found[by, step] = network.evaluate(OVERLAPPING_NAMES)
            window.get_by_role("button", name="Zoom in").click()

    overlapping = {key: names["found"] for key, names in found.items() if names["found"]}
    assert overlapping == {}
    assert min(found[by, 2]["names"] for by in ("sector", "ties", "group")) > 0


@pytest.mark.usefixtures("reference_cities")
def test_a_phone_names_somebody_however_the_map_is_arranged(phone):
    """By sector and by group the names of the districts; by ties, of one actor of each sector."""
    names = {}
    for by in ("sector", "ties", "group"):
        network = open_map(phone, f"{MAP}?by={by}")
        phone.evaluate(FRAMES)
        names[by] = network.evaluate(OVERLAPPING_NAMES)

    assert all(found["names"] >= 4 for found in names.values()), names
    assert [found["found"] for found in names.values()] == [[], [], []]


@pytest.mark.usefixtures("reference_cities")
def test_legend_follows_the_color_at_once(page):
    """Also where the page came in another color."""
    page.route("**/*", lambda route: route.abort() if is_details(route) else route.continue_())
    found = {}
    for query in ("color=group", "color=skill&skill=coding"):
        open_map(page, f"{MAP}?{query}")
        head = page.locator("[data-map-legend-head]")
        before = head.inner_text()
        page.get_by_role("link", name="Sector", exact=True).click()
        expect(head).to_have_text("Sectors")
        note = page.locator("[data-map-legend-note]").is_visible()
        labels = page.locator("[data-map-legend] bdi").all_inner_texts()
        found[query] = (before, labels[0], note)

    assert found == {
        "color=group": ("Groups", "Local government", False),
        "color=skill&skill=coding": ("Coding", "Civic technologist", False),
    }


def is_details(route):
    return route.request.headers.get("hx-target") == "map-details"


# ── What comes first, and the rest ───────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("reference_cities")
def test_first_picture_comes_alone_and_the_rest_when_somebody_comes_near(page):
    asked = []
    page.on(
        "request", lambda request: asked.append(request.url.partition("/static/")[2] or request.url)
    )

    open_map(page)
    page.wait_for_load_state("networkidle")
    first = list(asked)
    with page.expect_response("**/map.json?part=rest"):
        page.mouse.move(700, 500)

    assert [url for url in first if "map.json" in url] == [f"{page.url[:-5]}/map.json"]
    assert not [url for url in first if "guide.js" in url]


@pytest.mark.usefixtures("reference_cities")
def test_what_is_done_before_the_rest_came_is_done_when_it_has(page):
    held = []

    def hold(route):
        held.append(route)

    page.route("**/map.json?part=rest", hold)
    open_map(page)

    media(page).check()
    page.get_by_role("checkbox", name=re.compile(r"^Academia\s*\d+$")).check()
    page.get_by_role("link", name="By group").click()
    before = page.locator("[data-map-count]").inner_text()
    held[0].continue_()

    expect(page.locator("[data-map-count]")).to_have_text("Showing 3 of 40")
    expect(page.get_by_role("link", name="By group")).to_have_attribute("aria-current", "true")
    assert before == "Showing all 40"
    assert page.url.partition("?")[2] == "by=group&sector=academia&sector=media"
    assert len(held) == 1


@pytest.mark.usefixtures("reference_cities")
def test_links_lead_to_the_server_when_the_rest_does_not_come(page):
    page.route("**/map.json?part=rest", lambda route: route.abort())
    open_map(page)
    page.evaluate("window.isFirst = true")

    page.get_by_role("link", name="By group").click()
    page.wait_for_url("**/map/?by=group")
    page.wait_for_load_state()

    assert page.evaluate("window.isFirst") is None
    assert page.locator("svg.network-map").is_visible()
    assert page.locator("network-map [role=status]").inner_text().startswith("The map could not")


@pytest.mark.usefixtures("reference_cities")
def test_a_map_that_changed_meanwhile_is_read_anew(page):
    open_map(page)
    city = City.objects.get(slug="washington-dc")
    ActorFactory(city=city, slug="aaa", name="AAA New")
    raise_revisions([city.pk], ties=True)

    page.get_by_role("link", name="By ties").click()
    expect(page.get_by_role("link", name="By ties")).to_have_attribute("aria-current", "true")

    assert "aaa" in drawn(page)
    assert len(drawn(page)) == 41


# ── Keys, buttons, wheel, touch ──────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("reference_cities")
def test_arrow_keys_walk_from_actor_to_actor_and_a_voice_says_where(page):
    network = open_map(page)
    spoken = network.get_by_role("status")
    current = page.locator("tr[aria-current]")
    heard, expected = [], []

    network.locator("canvas").focus()
    for key in ("ArrowDown", "ArrowLeft", "ArrowLeft", "ArrowUp"):
        before = spoken.inner_text()
        page.keyboard.press(key)
        expect(spoken).not_to_have_text(before)
        heard.append(spoken.inner_text())
        ties = current.locator("[data-map-ties]").inner_text()
        expected.append(
            f"{current.get_by_role('link').inner_text()}, "
            f"{current.locator('.map-sector > span').inner_text()}, "
            f"{ties} tie{'s' * (ties != '1')}"
        )
    page.keyboard.press("Escape")

    assert heard[0] == "Code for DC, Civic technologist, 22 ties"  # who works with most others
    assert heard == expected
    assert len(set(heard)) == 4
    expect(spoken).to_have_text("Nobody is picked")
    expect(current).to_have_count(0)
    assert page.url.endswith(MAP)


@pytest.mark.usefixtures("reference_cities")
def test_looking_for_the_end_of_a_path_by_keys_says_who_was_reached(page):
    """Nobody of the press has a tie to the Office of the Tenant Advocate."""
    network = open_map(page, f"{MAP}?actor=wamu")
    page.get_by_role("button", name="Show the path to another").click()
    page.keyboard.press("ArrowRight")

    spoken = network.get_by_role("status")
    end = network.evaluate(
        "map => map.model.actors[map.model.indexOf.get(map.guide.state.to)].name"
    )
    expect(spoken).to_contain_text(end)


@pytest.mark.usefixtures("reference_cities")
def test_zoom_works_by_keys_and_by_buttons(page):
    network = open_map(page)

    def zoom():
        return network.evaluate(VIEW)[0]

    found = []
    network.locator("canvas").focus()
    for key in ("+", "+", "0", "-"):
        page.keyboard.press(key)
        found.append(zoom())
    for name in ("Show everything", "Zoom in", "Zoom out"):
        page.get_by_role("button", name=name).click()
        found.append(zoom())

    assert found == pytest.approx([1.35, 1.35**2, 1, 0.75, 1, 1.35, 1])  # 0.75 is the farthest


@pytest.mark.usefixtures("reference_cities")
def test_wheel_scrolls_the_page_until_the_map_has_the_focus(page):
    network = open_map(page)
    canvas = network.locator("canvas")
    home = network.evaluate(VIEW)

    canvas.hover(position={"x": 10, "y": 10})
    page.mouse.wheel(0, 100)
    page.wait_for_function("() => scrollY > 0")
    unfocused = network.evaluate(VIEW)
    scrolled = page.evaluate("scrollY")
    canvas.click(position={"x": 10, "y": 200})
    page.mouse.wheel(0, -200)
    page.wait_for_function("() => document.querySelector('network-map').stage.camera.zoom > 1")

    assert unfocused == home
    assert page.evaluate("scrollY") == scrolled


@pytest.mark.usefixtures("reference_cities")
def test_one_finger_scrolls_the_page_and_a_tap_picks(phone):
    network = open_map(phone)
    canvas = network.locator("canvas")
    canvas.scroll_into_view_if_needed()
    home, before = network.evaluate(VIEW), phone.evaluate("scrollY")
    box = canvas.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 20
    finger = phone.context.new_cdp_session(phone)

    for kind, points in (
        ("touchStart", [{"x": x, "y": y}]),
        *(("touchMove", [{"x": x, "y": y - up}]) for up in range(10, 210, 20)),
        ("touchEnd", []),
    ):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    phone.wait_for_function("before => scrollY > before + 100", arg=before)
    after = network.evaluate(VIEW)
    canvas.tap(position=network.evaluate(PLACE, "code-for-dc"))

    assert after == home
    expect(phone.locator("#map-details h2").first).to_have_text("Code for DC")


MOVES = """(map, link) => new Promise(done => {
    const seen = new Set();
    const end = performance.now() + 5000;
    const arrived = () => !map.stage.moving && map.stage.scene.arrangement.by === "ties";
    const look = () => {
        const {x, y} = map.stage.renderer.dots;
        seen.add(`${x} ${y}`);
        if (arrived() && seen.size > 1) requestAnimationFrame(() => done(seen.size));
        else if (performance.now() < end) requestAnimationFrame(look);
        else done(0);
    };
    look();
    link.click();
})"""


@pytest.mark.usefixtures("reference_cities")
def test_dots_travel_to_a_new_arrangement_unless_motion_is_unwelcome(page):
    pictures = {}
    for motion in ("reduce", "no-preference"):
        page.emulate_media(reduced_motion=motion)
        network = open_map(page)
        link = page.get_by_role("link", name="By ties").element_handle()
        pictures[motion] = network.evaluate(MOVES, link)

    assert pictures["reduce"] == 2  # before, and after
    assert pictures["no-preference"] > 3


# ── Cities unlike others ─────────────────────────────────────────────────────────────────────────

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert('x')</script>",
    "'\"></title></svg><svg onload=alert(1)>",
    "\u202eمنظمة المدينة المفتوحة\u202c",
    "עמותת נתונים {{ 7*7 }} {name}",
    "🏙️👩🏽‍💻🧑‍🤝‍🧑 𝔇𝔞𝔱𝔞 Z̸̡̛a̷l̶g̸o̷",
    "Very long " + "na" * 144 + "me",
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("view", ["network", "places", "matrix"])
def test_hostile_names_are_only_ever_text(page, view):
    city = CityFactory(slug="hostile", latitude=42.36, longitude=-71.06)
    actors = [
        ActorFactory(
            city=city,
            name=name,
            slug=f"hostile-{number}",
            sector=Sector.values[number],
            latitude=42.36 + number / 100,
            longitude=-71.06,
            with_statements=2,
        )
        for number, name in enumerate(HOSTILE)
    ]
    for other in actors[1:]:
        RelationshipFactory(city=city, source=actors[0], target=other)
    problems = []
    page.on("dialog", lambda dialog: (problems.append(dialog.message), dialog.dismiss()))

    page.goto(f"/cities/hostile/map/?view={view}&actor=hostile-0&to=hostile-6&lens=single")
    if view == "network":
        network = page.locator("network-map[data-ready]")
        network.wait_for()
        network.locator("canvas").focus()
        page.keyboard.press("ArrowLeft")
    names = page.locator("tr[data-actor] th bdi").all_inner_texts()

    assert sorted(names) == sorted(actor.name for actor in actors)
    assert page.locator("img[src=x], svg[onload], main script").count() == 0
    assert problems == []
    assert page.evaluate("document.documentElement.scrollWidth") == DESKTOP["width"]


@pytest.mark.django_db(transaction=True)
def test_cities_with_hardly_anybody_have_a_useful_page(page):
    CityFactory(slug="nobody")
    ActorFactory(city__slug="one", slug="alone", name="Alone")
    strangers = CityFactory(slug="strangers")
    for name in ("other", "stranger"):
        ActorFactory(city=strangers, slug=name, name=name.title())

    page.goto("/cities/nobody/map/")
    words = page.locator(".empty").inner_text()
    found = {}
    for city in ("one", "strangers"):
        for by in ("sector", "ties", "group"):
            network = open_map(page, f"/cities/{city}/map/?by={by}")
            network.locator("canvas").focus()
            page.keyboard.press("ArrowRight")
            spoken = network.get_by_role("status").inner_text()
            found[city, by] = (drawn(page), listed(page), spoken)

    assert words.startswith("Nobody has been added to this map yet.")
    assert found == {
        (city, by): (slugs, slugs, f"{first}, Local government, 0 ties")
        for city, slugs, first in (
            ("one", ["alone"], "Alone"),
            ("strangers", ["other", "stranger"], "Other"),
        )
        for by in ("sector", "ties", "group")
    }


@pytest.mark.django_db(transaction=True)
def test_thousand_actors_are_drawn_named_and_listed(page):
    synthesize(cities=1, actors=1_000, seed=1)

    network = open_map(page, "/cities/synthetic-1-1/map/")
    everyone = drawn(page)
    overlapping = []
    for _step in range(6):
        page.evaluate(FRAMES)
        overlapping += network.evaluate(OVERLAPPING_NAMES)["found"]
        page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Show everything").click()
    with page.expect_response(is_table):
        page.get_by_role("checkbox", name="Academia").check()
    expect(page.locator("[data-map-part]")).to_have_count(0)
    shown = page.locator("[data-map-count]").inner_text()

    assert len(everyone) >= 1_000
    assert overlapping == []
    assert drawn(page) == listed(page)
    assert shown == f"Showing {len(listed(page))} of {len(everyone):,}"


# ── Other views, and what can be taken away ──────────────────────────────────────────────────────


@pytest.mark.usefixtures("reference_cities")
def test_places_show_where_somebody_is_and_list_whose_place_is_unknown(page):
    """Of Washington's media only The Washington Post has a place in the reference data."""
    page.goto(f"{MAP}?view=places&sector=media")
    page.locator("place-map .leaflet-container").wait_for()

    unplaced = page.get_by_role("region", name=re.compile("Place not recorded"))
    assert unplaced.get_by_role("link").all_inner_texts() == ["Greater Greater Washington", "WAMU"]
    assert page.locator("place-map").get_by_role("link", name="The Washington Post").is_visible()
    assert len(listed(page)) == 3


@pytest.mark.usefixtures("reference_cities")
def test_matrix_has_a_row_for_everyone_shown(page):
    page.goto(f"{MAP}?view=matrix&sector=media")

    rows = page.locator(".skill-matrix tbody tr")
    solid = rows.filter(has_text="solid").get_by_role("rowheader").get_by_role("link")
    assert sorted(rows.get_by_role("link").all_inner_texts()) == [
        "Greater Greater Washington",
        "The Washington Post",
        "WAMU",
    ]
    assert sorted(solid.all_inner_texts()) == ["Greater Greater Washington", "WAMU"]
    assert len(listed(page)) == 3


@pytest.mark.usefixtures("reference_cities")
def test_picture_sheet_and_link_hold_the_view(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    network = open_map(page)
    media(page).check()
    page.get_by_text("Take it with you").click()

    with page.expect_download() as download:
        page.get_by_role("button", name="Picture (PNG)", exact=True).click()
    drawing = page.get_by_role("link", name="Drawing (SVG)").get_attribute("href")
    page.get_by_role("button", name="Copy the link").click()
    expect(network.get_by_role("status")).to_have_text("The link is copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("link", name="Sheet to print").click()

    assert download.value.suggested_filename == "washington-dc-map.png"
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert drawing == "/cities/washington-dc/map.svg?sector=media"
    assert copied.endswith(f"{MAP}?sector=media")
    assert page.locator("tbody th").count() == 3


INK = """map => {
    const canvas = map.stage.canvas;
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const light = at => (data[at] + data[at + 1] + data[at + 2]) / 3;
    let dark = 0;
    for (let at = 0; at < data.length; at += 4) dark += light(at) < 128;
    const ground = light(0);
    return {ground: Math.round(ground), dark: dark * 4 / data.length};
}"""


@pytest.mark.usefixtures("reference_cities")
def test_print_shows_the_drawing_and_no_controls(page):
    network = open_map(page, f"{MAP}?actor=code-for-dc")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.evaluate(FRAMES)

    canvas = network.locator("canvas")
    ink = network.evaluate(INK)
    assert canvas.is_visible()
    assert canvas.bounding_box()["width"] > 600
    assert ink["ground"] == 255
    assert 0.005 < ink["dark"] < 0.3
    assert page.locator("tr[data-actor]").first.is_visible()
    for control in ("form.map-filters", ".stage-bar", ".map-picked-controls", ".map-take-away"):
        assert page.locator(control).locator("visible=true").count() == 0, control


@pytest.mark.usefixtures("reference_cities")
def test_forced_colors_are_used_by_the_drawing(page):
    """Chromium's forced colors are white on black when the scheme is dark."""
    page.emulate_media(forced_colors="active", color_scheme="dark")
    network = open_map(page)

    dark = network.evaluate(INK)
    page.emulate_media(forced_colors="none", color_scheme="light")
    page.evaluate(FRAMES)
    light = network.evaluate(INK)

    assert (dark["ground"], light["ground"]) == (0, 255)
    assert dark["dark"] < 0.995  # something light stands on it


# ── Inside other people's pages ──────────────────────────────────────────────────────────────────


@pytest.fixture
def newspaper(chromium, live_server, one_request_at_a_time):
    """``newspaper(path)`` is our page in a frame of a page from another host."""

    class Newspaper(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<iframe src='{live_server.url}{self.path}'></iframe>".encode())

        def log_message(self, *args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Newspaper)  # we are "localhost"
    Thread(target=server.serve_forever, daemon=True).start()
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE)

    def read(path):
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}{path}")
        return page.frame_locator("iframe")

    yield read
    context.close()
    server.shutdown()
    server.server_close()


@pytest.mark.django_db(transaction=True)
def test_embedded_map_shows_only_what_is_public(page, newspaper, sign_in):
    city = CityFactory(slug="open", name="Open")
    shown = ActorFactory(city=city, name="Shown", slug="shown")
    private = CityFactory(slug="closed", private=True)
    hidden = ActorFactory(city=private, name="Visitor in secret", slug="hidden")
    RelationshipFactory(city=city, source=shown, target=hidden)
    convener = CityRoleFactory(city=city).user
    CityRoleFactory(city=private, user=convener)

    framed = newspaper("/cities/open/embed/")
    framed.locator("network-map[data-ready]").wait_for()
    in_frame = framed.locator("network-map").evaluate(DRAWN)
    map_in_frame = newspaper("/cities/open/map/").locator("network-map").count()
    sign_in(page, convener)
    own = open_map(page, "/cities/open/map/").evaluate(DRAWN)
    embedded = open_map(page, "/cities/open/embed/").evaluate(DRAWN)
    statuses = [page.request.get(f"/cities/closed/{path}").status for path in ("map/", "embed/")]
    body = page.request.get("/cities/open/embed/map.json").text()

    assert (in_frame, map_in_frame) == (["shown"], 0)
    assert own == ["hidden", "shown"]
    assert embedded == ["shown"]
    assert statuses == [200, 404]
    assert "secret" not in body
