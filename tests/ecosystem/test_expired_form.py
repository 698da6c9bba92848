"""A form that was sent too late: nothing is saved, and the page says so in plain words."""

import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext
from pytest_django.asserts import assertContains, assertNotContains

from actors.models import Campaign
from tests.factories import CityFactory, CityRoleFactory

pytestmark = pytest.mark.django_db

HEADING = "Nothing was saved: this form had expired"


@pytest.fixture
def strict():
    """A convener's browser, with the check against forged forms."""
    city = CityFactory(slug="town")
    client = Client(enforce_csrf_checks=True)
    client.force_login(CityRoleFactory(city=city).user)
    return client


def sent_late(client, **headers):
    entered = {
        "name": "Spring",
        "language": "en",
        "subject": "Is it right?",
        "message": "{link}",
        "reminder_every_days": "14",
        "based_on": "0",
        "csrfmiddlewaretoken": "x" * 64,
    }
    return client.post("/cities/town/campaigns/new/", entered, headers=headers)


def test_expired_form_saves_nothing_and_says_what_to_do(strict):
    strict.get("/cities/town/campaigns/new/")  # a cookie is there, another token is sent

    answer = sent_late(strict)

    assertContains(answer, f"<h1>{HEADING}</h1>", status_code=403)
    for words in ("Go back with your browser", "Load the page again.", "send it again."):
        assertContains(answer, words, status_code=403)
    assertContains(answer, 'css/base.css"', status_code=403)
    assertNotContains(answer, "CSRF", status_code=403)
    assert not Campaign.objects.exists()


def test_form_without_a_cookie_gets_the_same_page(strict):
    assertContains(sent_late(strict), HEADING, status_code=403)


def test_visitor_who_is_not_signed_in_gets_it_too():
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "a@example.org"})

    assertContains(answer, HEADING, status_code=403)


@pytest.mark.parametrize("debug", [True, False])
def test_page_speaks_spanish(strict, settings, debug):
    settings.DEBUG = debug
    with translation.override("es"):
        heading = gettext(HEADING)

    answer = sent_late(strict, accept_language="es")

    assertContains(answer, '<html lang="es"', status_code=403)
    assertContains(answer, escape(heading), status_code=403)
