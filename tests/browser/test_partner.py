"""A partner's two minutes on a phone, from the link in a mail to the place on the map."""

import re

import pytest
from playwright.sync_api import expect

from actors.framework import ActorStatus
from actors.models import Actor, Relationship, SkillStatement
from actors.services.links import make_link
from tests.factories import (
    ActorFactory,
    CityFactory,
    ContactFactory,
    InvitationFactory,
    RelationshipFactory,
    SkillStatementFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

MOST_TAPS = 12

ENGLISH = {
    "language": "en",
    "continue": "Continue",
    "change": "Change something",
    "area": "Skills: Technology design & development",
    "answer": "We could teach it",
    "finish": "Save and finish",
    "rest": "Yes, the rest is still right",
    "thanks": "Thank you",
    "place": "Your place on the map",
}


@pytest.fixture
def city():
    return CityFactory(name="Springfield")


@pytest.fixture
def actor(city):
    actor = ActorFactory(city=city, name="Data Kitchen", description="Cooks data.")
    SkillStatementFactory(actor=actor, competency="coding", level=1)
    library = ActorFactory(city=city, name="Library")
    RelationshipFactory(city=city, source=library, target=actor)
    return actor


def link_for(actor, language="en"):
    contact = ContactFactory(actor=actor, language=language)
    return make_link(InvitationFactory(actor=actor, contact=contact, campaign__city=actor.city))


def enter(page, actor):
    """Use a link, up to what is recorded."""
    page.goto(link_for(actor))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="Still right")).to_be_visible()


class Thumb:
    """Taps what has a name, and counts."""

    def __init__(self, page):
        self.page, self.taps = page, 0

    def tap(self, target):
        target.tap()
        self.taps += 1

    def button(self, name):
        self.tap(self.page.get_by_role("button", name=name, exact=True))

    def link(self, name):
        self.tap(self.page.get_by_role("link", name=name, exact=True))


def test_confirming_and_changing_one_skill_takes_few_taps(phone, actor, axe):
    words = ENGLISH
    phone.goto(link_for(actor))
    expect(phone).to_have_url(re.compile("/p/$"))
    assert axe(phone) == []
    thumb = Thumb(phone)

    thumb.button(words["continue"])
    expect(phone.get_by_role("button", name="Still right")).to_be_visible()
    assert axe(phone) == []
    thumb.link(words["change"])
    thumb.link(words["area"])
    coding = phone.get_by_role("group", name="Coding")
    expect(coding.get_by_label("We are learning")).to_be_checked()
    thumb.tap(coding.get_by_text(words["answer"]))
    assert axe(phone) == []
    thumb.button(words["finish"])
    expect(phone.get_by_role("button", name=words["rest"])).to_be_visible()
    assert axe(phone) == []
    thumb.button(words["rest"])

    expect(phone.get_by_role("heading", level=1)).to_have_text(words["thanks"])
    expect(phone.get_by_role("heading", name=words["place"])).to_be_visible()
    expect(phone.get_by_text("Coding: We could teach it.")).to_be_visible()
    assert axe(phone) == []
    assert SkillStatement.objects.get(actor=actor).level == 3
    assert Relationship.objects.get().target_answer == "confirmed"
    assert thumb.taps == 6 <= MOST_TAPS


def test_the_same_in_spanish(open_window, actor, axe):
    phone = open_window(viewport={"width": 390, "height": 844}, has_touch=True)
    phone.goto(link_for(actor, "es"))
    thumb = Thumb(phone)
    main = phone.locator("main")
    expect(phone.locator("html")).to_have_attribute("lang", "es")

    thumb.tap(main.get_by_role("button"))
    thumb.tap(main.get_by_role("link").first)
    thumb.tap(main.locator('a[href="/p/skills/technology-design-development/"]'))
    thumb.tap(main.locator('label:has(input[name="coding"][value="3"])'))
    thumb.tap(main.locator('button[value="finish"]'))
    thumb.tap(main.locator('form[action="/p/confirm/"] button'))

    expect(phone).to_have_url(re.compile("/p/done/$"))
    expect(phone.locator("html")).to_have_attribute("lang", "es")
    assert axe(phone) == []
    assert SkillStatement.objects.get(actor=actor).level == 3
    assert thumb.taps == 6 <= MOST_TAPS


def test_whom_we_work_with_is_found_while_typing(phone, actor, city, axe):
    ActorFactory(city=city, name="Casa José")
    enter(phone, actor)
    phone.goto("/p/ties/")

    phone.get_by_role("link", name="Add somebody you work with").tap()
    phone.get_by_label("Name of the organization").press_sequentially("jose")
    phone.get_by_role("link", name="Casa José").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Casa José")
    assert axe(phone) == []
    phone.get_by_text("Advised by", exact=True).tap()
    phone.get_by_role("button", name="Save").tap()

    expect(phone.get_by_role("group", name="Advised by: Casa José")).to_be_visible()
    assert axe(phone) == []
    tie = Relationship.objects.get(kind="advises")
    assert (tie.source.name, tie.target, tie.target_answer) == ("Casa José", actor, "confirmed")


def test_one_that_is_missing_is_named(phone, actor, axe):
    enter(phone, actor)
    phone.goto("/p/ties/add/")

    phone.get_by_label("Name of the organization").press_sequentially("Tenants Union")
    phone.get_by_role("link", name="Add “Tenants Union”, which is missing").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Who is missing?")
    assert axe(phone) == []
    phone.get_by_label("What kind of organization is it?").select_option("residents_community")
    phone.get_by_text("Advises", exact=True).tap()
    phone.get_by_role("button", name="Save").tap()

    expect(phone.get_by_role("group", name="Advises: Tenants Union")).to_be_visible()
    assert Actor.objects.get(name="Tenants Union").status == ActorStatus.PROPOSED


def test_without_scripts_and_without_a_mouse(open_window, actor, city):
    ActorFactory(city=city, name="Shelter")
    page = open_window(viewport={"width": 320, "height": 700}, java_script_enabled=False)
    page.goto(link_for(actor))

    def press(locator, key="Enter"):
        locator.focus()
        locator.press(key)

    press(page.get_by_role("button", name="Continue"))
    press(page.get_by_role("link", name="Change something"))
    press(page.get_by_role("link", name="Whom you work with"))
    press(page.get_by_role("link", name="Add somebody you work with"))
    page.get_by_label("Name of the organization").fill("shel")
    press(page.get_by_role("button", name="Search"))
    press(page.get_by_role("link", name="Shelter", exact=True))
    press(page.get_by_role("radio", name="Trains"), "Space")
    press(page.get_by_role("button", name="Save"))
    group = page.get_by_role("group", name="Receives data from: Library")
    press(group.get_by_role("radio", name="Has ended"), "Space")
    press(page.get_by_role("button", name="Save and finish"))

    expect(page.get_by_text("You work with Shelter.")).to_be_visible()
    expect(page.get_by_text("You said that a tie with Library has ended.")).to_be_visible()
    assert Relationship.objects.filter(ended_on=None).get().target.name == "Shelter"


def test_nothing_is_wider_than_a_small_phone(open_window, actor, city, axe):
    long_name = "Donaudampfschifffahrtsgesellschaftskapitaensmuetze " * 5
    other = ActorFactory(city=city, name=long_name.strip())
    RelationshipFactory(city=city, source=actor, target=other)
    page = open_window(viewport={"width": 320, "height": 700})
    enter(page, actor)
    wide = {}
    for path in (
        "/p/",
        "/p/change/",
        "/p/about/",
        "/p/kind/",
        "/p/place/",
        "/p/ties/",
        "/p/ties/add/?q=donau",
        f"/p/ties/add/{other.slug}/",
        "/p/ties/missing/",
        "/p/lend/",
        "/p/check/",
        "/p/done/",
        "/p/mangled/",
    ):
        page.goto(path)
        wide[path] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert axe(page) == [], path

    assert wide == dict.fromkeys(wide, 0)


@pytest.mark.parametrize("allowed", [True, False])
def test_where_we_are_is_asked_of_the_phone_when_pressed(open_window, actor, axe, allowed):
    here = {"geolocation": {"latitude": 42.360081, "longitude": -71.058884}} if allowed else {}
    page = open_window(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        permissions=["geolocation"] if allowed else [],
        **here,
    )
    enter(page, actor)
    page.goto("/p/place/")
    north = page.get_by_label("How far north (latitude)")
    expect(north).to_have_value("")

    page.get_by_role("button", name="Use where I am now").tap()

    said = "Found." if allowed else "Your browser may not say where you are."
    expect(page.get_by_role("status")).to_contain_text(said)
    expect(north).to_have_value("42.3601" if allowed else "")
    assert axe(page) == []
    page.get_by_role("button", name="Save and finish").tap()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    stored = Actor.objects.get(pk=actor.pk)
    expected = (42.3601, -71.0589) if allowed else (None, None)
    assert (stored.latitude, stored.longitude) == expected


def test_place_is_written_and_removed_without_scripts(open_window, actor):
    page = open_window(viewport={"width": 320, "height": 700}, java_script_enabled=False)
    enter(page, actor)
    page.goto("/p/place/")
    expect(page.get_by_role("button", name="Use where I am now")).to_be_hidden()
    page.get_by_label("How far north (latitude)").fill("42.3601, -71.0589")
    page.get_by_role("button", name="Save and go on").click()
    assert Actor.objects.get(pk=actor.pk).longitude == -71.0589

    page.goto("/p/place/")
    page.get_by_label("Take the point off the map").check()
    page.get_by_role("button", name="Save and go on").click()

    page.goto("/p/")
    expect(page.get_by_text("Your point on the map")).to_be_visible()
    assert Actor.objects.get(pk=actor.pk).latitude is None


@pytest.mark.parametrize("scripts", [True, False])
def test_three_hundred_ties_on_a_phone(open_window, actor, city, axe, scripts):
    others = Actor.objects.bulk_create(
        ActorFactory.build(city=city, name=f"Partner {number:03}") for number in range(300)
    )
    Relationship.objects.bulk_create(
        Relationship(city=city, source=actor, target=other, kind="advises") for other in others
    )
    page = open_window(viewport={"width": 320, "height": 700}, java_script_enabled=scripts)
    enter(page, actor)
    page.goto("/p/ties/")
    assert page.get_by_role("group").count() == 20
    if scripts:
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    page.get_by_role("group", name="Advises: Partner 000").get_by_label("Right", exact=True).check()

    page.get_by_label("Find one of them").fill("partner 217")
    page.get_by_label("Find one of them").press("Enter")
    expect(page.get_by_text("1 fits “partner 217”.")).to_be_visible()
    group = page.get_by_role("group", name="Advises: Partner 217")
    group.get_by_label("Has ended").check()
    page.get_by_role("button", name="Save and finish").click()

    expect(page.get_by_text("You confirmed that you work with Partner 000.")).to_be_visible()
    expect(page.get_by_text("You said that a tie with Partner 217 has ended.")).to_be_visible()
