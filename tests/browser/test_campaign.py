"""A convener asks partners whether the map is right, from choosing them to their answers."""

import re

import pytest
from django.core import mail
from django.utils import timezone

from actors.models import Invitation
from tests.factories import ActorFactory, CityFactory, CityRoleFactory, ContactFactory

pytestmark = pytest.mark.usefixtures("transactional_db")

PARTNERS = [
    ("City Hall", "government", "Ana"),
    ("Data Lab", "data_intermediary", "Ben"),
    ("Code Club", "civic_technologist", "Cleo"),
]


@pytest.fixture
def town(settings, live_server):
    settings.SITE_URL = live_server.url
    city = CityFactory(slug="town", name="Town")
    for name, sector, person in PARTNERS:
        actor = ActorFactory(city=city, name=name, sector=sector)
        ContactFactory(actor=actor, name=person, email=f"{person.lower()}@example.org")
    ActorFactory(city=city, name="Silent Fund", sector="philanthropy")
    return city


def answer(person):
    Invitation.objects.filter(contact__name=person).update(
        opened_at=timezone.now(), answered_at=timezone.now()
    )


def table(window):
    rows = window.locator("section[aria-labelledby=response] tbody tr").all()
    return [[" ".join(cell.split()) for cell in row.inner_text().split("\t")] for row in rows]


@pytest.mark.parametrize("window", ["page", "phone"])
def test_campaign_from_choosing_to_response(request, window, sign_in, axe, town):
    window = request.getfixturevalue(window)
    sign_in(window, CityRoleFactory(city=town).user)
    found = []

    window.goto("/cities/town/")
    window.get_by_role("link", name="Campaigns").click()
    found += axe(window)
    window.get_by_role("link", name="New campaign").click()
    window.get_by_label("Name of the campaign").fill("Spring")
    found += axe(window)
    window.get_by_role("button", name="Save, and choose whom to ask").click()
    window.get_by_text("Nobody with an e-mail address.").wait_for()
    found += axe(window)
    window.get_by_label("Ben").check()
    window.get_by_label("Ana").check()
    window.get_by_role("button", name="Add those ticked").click()
    window.get_by_text("A draft for 2 people.").wait_for()
    assert window.locator(".letter").inner_text().startswith("Is this right about City Hall?")
    assert mail.outbox == []
    found += axe(window)
    window.get_by_role("button", name="Send to 2 people now").click()
    window.get_by_text("2 messages were sent.").wait_for()
    answer("Ana")
    window.reload()

    assert sorted(one.to[0] for one in mail.outbox) == ["ana@example.org", "ben@example.org"]
    assert [row[:6] for row in table(window)] == [
        ["G Local government", "1", "1", "1", "0", "100%"],
        ["D Data intermediary", "1", "0", "0", "0", "0%"],
    ]
    assert window.locator(".lede").inner_text() == (
        "1 of 2 people asked have answered. The campaign is running."
    )
    found += axe(window)
    assert found == []
    assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_partner_answers_by_the_link_in_the_mail_and_the_convener_sees_it(
    page, phone, sign_in, town
):
    sign_in(page, CityRoleFactory(city=town).user)
    page.goto("/cities/town/campaigns/new/")
    page.get_by_label("Name of the campaign").fill("Spring")
    page.get_by_role("button", name="Save, and choose whom to ask").click()
    page.get_by_label("Cleo").check()
    page.get_by_role("button", name="Add those ticked").click()
    page.get_by_role("button", name="Send to 1 person now").click()
    page.get_by_text("1 message was sent.").wait_for()
    address = re.search(r"http://\S+/p/\S+", mail.outbox[0].body)[0]

    phone.goto(address)
    phone.get_by_role("button", name="Continue").click()

    phone.get_by_role("button", name="Still right").click()
    phone.wait_for_load_state()
    page.reload()

    page.get_by_text("1 of 1 person asked has answered.").wait_for()
    assert page.locator(".asked-state").inner_text().strip().startswith("answered")


def test_campaign_by_keyboard_with_scripts_off_on_a_narrow_screen(open_window, sign_in, town):
    window = open_window(java_script_enabled=False, viewport={"width": 320, "height": 700})
    sign_in(window, CityRoleFactory(city=town).user)

    window.goto("/cities/town/campaigns/new/?language=es")
    window.get_by_label("Name of the campaign").focus()
    window.keyboard.type("Otoño")
    window.keyboard.press("Enter")
    window.get_by_role("button", name="Add all 3 people found").focus()
    window.keyboard.press("Enter")
    window.get_by_role("button", name="Send to 3 people now").focus()
    window.keyboard.press("Enter")
    window.get_by_text("3 messages were sent.").wait_for()
    window.get_by_role("button", name="Take 3 links back").focus()
    window.keyboard.press("Enter")
    window.get_by_text("3 links were taken back.").wait_for()

    assert len(mail.outbox) == 3
    assert Invitation.objects.filter(revoked_at=None).count() == 0
    assert window.evaluate("document.documentElement.scrollWidth") == 320


def test_spanish_page_speaks_spanish(page, sign_in, town):
    sign_in(page, CityRoleFactory(city=town).user)
    page.goto("/cities/town/campaigns/")
    page.get_by_role("button", name="Español").click()
    page.locator(".button-primary").click()

    assert page.locator("html").get_attribute("lang") == "es"
    assert page.locator("#id_message").input_value().count("{link}") == 1


def test_person_ends_messages_and_gets_them_back_and_the_convener_sees_which_it_is(
    page, open_window, sign_in, axe, town
):
    sign_in(page, CityRoleFactory(city=town).user)
    page.goto("/cities/town/campaigns/new/")
    page.get_by_label("Name of the campaign").fill("Spring")
    page.get_by_role("button", name="Save, and choose whom to ask").click()
    page.get_by_role("button", name="Add all 3 people found").click()
    page.get_by_role("button", name="Send to 3 people now").click()
    page.get_by_text("3 messages were sent.").wait_for()
    letter = next(one for one in mail.outbox if one.to == ["cleo@example.org"])
    address = re.search(r"http://\S+/p/no-mail/\S+", letter.body)[0]
    plain = open_window(java_script_enabled=False, viewport={"width": 320, "height": 700})

    plain.goto(address)
    plain.get_by_role("button", name="Do not write to me again").focus()
    plain.keyboard.press("Enter")
    plain.get_by_text("You are not written to any longer").wait_for()
    assert plain.evaluate("document.documentElement.scrollWidth") == 320
    page.reload()
    page.get_by_text("1 person on the list is not written to").wait_for()
    page.get_by_text("Who it is").click()
    assert page.locator(".callout li").inner_text() == "Cleo, Code Club"
    found = axe(page)
    page.goto(address)
    found += axe(page)
    page.get_by_role("button", name="Write to me again").click()
    page.get_by_text("Noted: you may be written to again.").wait_for()
    found += axe(page)

    assert found == []


def test_second_window_sends_nothing_that_it_did_not_show(page, open_window, sign_in, axe, town):
    convener = CityRoleFactory(city=town).user
    other = open_window(viewport={"width": 390, "height": 844})
    for window in (page, other):
        sign_in(window, convener)
    page.goto("/cities/town/campaigns/new/")
    page.get_by_label("Name of the campaign").fill("Spring")
    page.get_by_role("button", name="Save, and choose whom to ask").click()
    page.get_by_role("button", name="Add all 3 people found").click()
    page.get_by_text("A draft for 3 people.").wait_for()
    other.goto(page.url)

    page.get_by_role("link", name="Change the message").click()
    page.get_by_label("Subject of the message").fill("Is {organization} right?")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The message is saved.").wait_for()
    other.get_by_role("button", name="Send to 3 people now").click()
    other.get_by_text("Nothing was done: somebody else changed this campaign").wait_for()
    rows = [row.inner_text() for row in other.locator(".edit-versions tbody th").all()]
    found = axe(other)
    assert (rows, mail.outbox, found) == (["Subject of the message"], [], [])
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")
    other.get_by_role("button", name="Send to 3 people now").click()
    other.get_by_text("3 messages were sent.").wait_for()

    assert {one.subject for one in mail.outbox} == {
        "Is City Hall right?",
        "Is Data Lab right?",
        "Is Code Club right?",
    }


def test_form_without_its_cookie_is_told_in_plain_words(page, axe, town):
    page.goto("/p/new-link/")
    page.context.clear_cookies()
    page.get_by_label("Your e-mail address").fill("a@example.org")
    page.get_by_role("button", name="Send me a new link").click()
    page.get_by_role("heading", name="Nothing was saved: this form had expired").wait_for()

    assert axe(page) == []
