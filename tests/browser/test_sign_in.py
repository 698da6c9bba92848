"""Signing in as a person does it: by typing, by keyboard, with a passkey, in two languages."""

import re

import pytest
from django.core import mail
from django.core.cache import cache

from accounts import mail as posting
from tests.factories import PASSWORD, CityFactory, CityRoleFactory, UserFactory

OUTSIDE = [
    "/account/login/",
    "/account/login/code/",
    "/account/signup/",
    "/account/password/reset/",
]
INSIDE = [
    "/account/",
    "/account/sessions/",
    "/account/password/change/",
    "/account/second-step/",
    "/account/second-step/webauthn/",
    "/account/confirm/",
    "/account/logout/",
]


@pytest.fixture
def ada(transactional_db):
    cache.clear()
    ada = UserFactory(email="ada@example.org", name="Ada " + "Long" * 20)
    CityRoleFactory(user=ada, city=CityFactory(slug="springfield", name="Springfield"))
    ada.city_roles.update(kind="convener")
    return ada


def mailed_code():
    posting._posting.submit(lambda: None).result()
    return re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", mail.outbox[-1].body, re.MULTILINE)[1]


def too_wide(page):
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


def by_password(page):
    page.goto("/account/login/")
    page.get_by_label("Email:").fill("ada@example.org")
    page.get_by_role("textbox", name="Password:").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.mark.usefixtures("ada")
def test_a_convener_signs_in_by_a_mailed_code_on_a_phone(phone):
    phone.goto("/method/")
    phone.get_by_role("link", name="Sign in").click()
    phone.get_by_role("link", name="Mail me a code").click()
    phone.get_by_label("Email:").fill("ada@example.org")
    phone.get_by_role("button", name="Mail me a code").click()
    phone.get_by_label("Code:").fill(mailed_code())
    phone.get_by_role("button", name="Sign in").click()

    # Back on the page from which the way led here.
    phone.wait_for_url("**/method/")
    phone.get_by_role("button", name="Sign out").click()
    phone.get_by_role("link", name="Sign in").wait_for()


@pytest.mark.usefixtures("ada")
def test_a_convener_signs_in_by_keyboard_alone_and_without_scripts(open_window):
    page = open_window(java_script_enabled=False)
    page.goto("/account/login/")
    page.get_by_label("Email:").focus()
    page.keyboard.type("ada@example.org")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # past "Forgot your password?"
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    page.wait_for_url("**/cities/springfield/")


@pytest.mark.usefixtures("ada")
def test_a_passkey_is_added_and_signs_in(page, settings):
    """The authenticator is Chromium's own make-believe one."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # the server of the test speaks plain http
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    by_password(page)
    page.goto("/account/second-step/webauthn/add/")
    page.get_by_role("textbox", name="Password:").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Passwordless:").check()
    page.get_by_role("button", name="Add").click()
    page.get_by_text("Security key added.").wait_for()
    page.get_by_role("button", name="Sign out").click()

    page.goto("/account/login/")
    page.get_by_role("button", name="Use a passkey").click()

    page.wait_for_url("**/cities/springfield/")


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("language", ["English", "Español"])
def test_pages_of_signing_in_are_accessible_and_fit_a_small_phone(open_window, axe, language):
    page = open_window(viewport={"width": 320, "height": 640})
    page.goto("/account/login/")
    if language == "Español":
        page.get_by_role("button", name=language).click()
    found = {}

    def look(address):
        page.goto(address)
        found[address] = (axe(page), too_wide(page))

    for address in OUTSIDE:
        look(address)
    page.goto("/account/login/")
    page.locator("[name=login]").fill("ada@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cities/springfield/")
    for address in INSIDE:
        look(address)

    assert found == dict.fromkeys(OUTSIDE + INSIDE, ([], False))
