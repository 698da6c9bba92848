"""A convener keeps the map, works on it, and sees what became of it; so does a visitor."""

import pytest

from actors.models import Actor
from ecosystem.services.snapshots import take_snapshot
from tests.ecosystem.towns import make_town
from tests.factories import (
    ActorFactory,
    CityRoleFactory,
    RelationshipFactory,
    SkillStatementFactory,
)

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def town():
    return make_town()


def work(town):
    """New School comes, works with Data Lab and can raise funds; Code Club is archived."""
    school = ActorFactory(city=town, slug="school", name="New School", sector="academia")
    RelationshipFactory(city=town, source=school, target=Actor.objects.get(slug="lab"))
    SkillStatementFactory(actor=school, competency="fundraising")
    Actor.objects.filter(slug="club").update(status="archived")


def test_convener_takes_a_snapshot_and_later_sees_what_changed(page, sign_in, town):
    sign_in(page, CityRoleFactory(city=town).user)
    page.goto("/cities/town/")

    page.get_by_role("navigation", name="Town").get_by_role("link", name="Over time").click()
    page.get_by_label("A note to know it by").fill("Spring")
    page.get_by_role("button", name="Take a snapshot").click()
    page.get_by_text("The map is kept as of June 30, 2018.").wait_for()
    work(town)
    page.get_by_role("link", name="since then").click()

    assert page.locator(".lede").inner_text().startswith("1 organization came, 1 organization left")
    rows = page.locator("section[aria-labelledby=actors] tbody tr")
    assert [row.inner_text().split("\t") for row in rows.all()] == [
        ["came", "New School", "Academia"],
        ["left", "Code Club", "Civic technologist"],
    ]
    assert page.locator(".day-map").count() == 2
    boxes = [one.bounding_box() for one in page.locator(".day-map").all()]
    assert boxes[0]["y"] == boxes[1]["y"]  # side by side
    assert boxes[0]["width"] == boxes[1]["width"]


def test_visitor_compares_by_keyboard_with_scripts_off(open_window, town):
    take_snapshot(town)
    work(town)
    take_snapshot(town, note="later")
    window = open_window(java_script_enabled=False)
    window.goto("/cities/town/snapshots/")

    window.get_by_label("From").focus()
    window.keyboard.press("End")  # the oldest
    window.keyboard.press("Tab")
    window.keyboard.press("Tab")
    window.keyboard.press("Enter")

    window.wait_for_url("**/compare/?from=*&to=now")
    assert window.get_by_role("link", name="New School").count() > 0
    assert window.get_by_text("Code Club").count() == 0


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_are_accessible_and_fit_every_window(open_window, axe, town, language):
    take_snapshot(town)
    work(town)
    take_snapshot(town, note="later")
    found = {}
    for width in (1440, 390, 320):
        window = open_window(
            viewport={"width": width, "height": 800},
            extra_http_headers={"Accept-Language": language},
        )
        for address in ("", "compare/?from=now", "compare/"):
            window.goto(f"/cities/town/snapshots/{address}")
            for details in window.locator("details").all():
                details.evaluate("one => { one.open = true }")
            scroll = window.evaluate("document.documentElement.scrollWidth")
            found[width, address] = (scroll, axe(window))

    assert found == {key: (key[0], []) for key in found}
    assert len(found) == 9


def test_comparison_prints_on_two_pages(page, town):
    """Thirty changes and both pictures; a page of letter paper at 96 pixels an inch."""
    first = take_snapshot(town).snapshot
    lab = Actor.objects.get(slug="lab")
    for actor in ActorFactory.create_batch(10, city=town, with_statements=1):
        RelationshipFactory(city=town, source=actor, target=lab)
    page.goto(f"/cities/town/snapshots/compare/?from={first.pk}&to=now")

    printed = page.pdf(format="Letter")

    assert page.locator(".changes tbody tr").count() == 30
    assert printed.count(b"/Type /Page\n") == 2
