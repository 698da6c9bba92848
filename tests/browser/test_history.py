"""What changed, and undoing it, in a real browser."""

import pytest

from actors.models import Actor
from actors.services import map_change
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    SkillStatementFactory,
    UserFactory,
)


@pytest.fixture
def town(transactional_db):
    return CityFactory(slug="town", name="Town")


@pytest.fixture
def convener(town):
    return CityRoleFactory(city=town, user__name="Connie").user


@pytest.fixture
def hall(town, convener):
    hall = ActorFactory(city=town, name="City Hall", slug="hall", website="https://a.example.org")
    SkillStatementFactory(actor=hall, competency="coding")
    hall._history_user = convener
    with map_change(hall):
        hall.website = "https://spam.example.org"
        hall.save()
    return hall


def test_convener_undoes_a_change_by_keyboard(page, sign_in, axe, convener, hall):
    sign_in(page, convener)
    page.goto("/cities/town/actors/hall/")
    page.get_by_role("link", name="Every change to it, and by whom").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/history/**")
    assert axe(page) == []

    page.get_by_role("link", name="Undo this change").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What undoing does").wait_for()
    assert axe(page) == []
    page.get_by_label("Why do you undo it?").focus()
    page.keyboard.type("Spam")
    page.keyboard.press("Enter")

    page.get_by_text("Undone: 1 record is as it was before.").wait_for()
    page.get_by_text("Why: Spam").wait_for()
    assert Actor.objects.get(pk=hall.pk).website == "https://a.example.org"


def test_conflict_shows_both_versions_and_asks(phone, sign_in, axe, convener, hall):
    later = Actor.objects.get(pk=hall.pk)  # by nobody known
    with map_change(later):
        later.website = "https://b.example.org"
        later.save()
    sign_in(phone, convener)
    phone.goto(f"/cities/town/history/person/?person={convener.pk}")

    phone.get_by_role("heading", name="In the way").wait_for()

    cells = phone.locator(".history-versions tbody tr").first.locator("th, td")
    assert cells.all_inner_texts() == [
        "Website",
        "https://spam.example.org",
        "https://b.example.org",
        "https://a.example.org",
    ]
    assert axe(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_visitor_reads_the_changes_on_a_phone_without_names(phone, axe, town, hall):
    phone.set_viewport_size({"width": 320, "height": 700})
    phone.goto("/cities/town/history/")

    phone.get_by_text("changed by a convener.").wait_for()

    assert phone.get_by_text("Undo this change").count() == 0
    assert phone.get_by_text("Connie").count() == 0
    assert axe(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_national_staff_erase_a_person(page, sign_in, axe, town):
    UserFactory(email="ann@example.org", name="Ann Arbor")
    sign_in(page, UserFactory(national=True))
    page.goto("/account/erase/")
    page.get_by_label("E-mail address of the person").fill("ann@example.org")
    page.get_by_role("button", name="Show what goes").click()
    page.get_by_role("heading", name="What goes").wait_for()
    assert axe(page) == []

    page.get_by_role("button", name="Erase it for good").click()

    page.get_by_text("Nothing about this person was found any more.").wait_for()
