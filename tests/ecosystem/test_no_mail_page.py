"""The page that ends letters: opening it changes nothing, its button does, and so does RFC 8058."""

import io
import logging
import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from actors.models import MailRefusal
from actors.services.links import make_link
from actors.services.refusals import no_mail_path, refused_among
from ecosystem.logs import JsonFormatter
from tests.factories import (
    CampaignFactory,
    CityFactory,
    CityRoleFactory,
    ContactFactory,
    InvitationFactory,
)

pytestmark = pytest.mark.django_db

ANA = "ana@example.org"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://maps.example.org"


@pytest.fixture
def path():
    return no_mail_path(ANA, "en")


@pytest.fixture
def strict():
    """A browser or a mail server, with the check against forged forms."""
    return Client(enforce_csrf_checks=True)


def test_opening_the_page_changes_nothing(strict, path):
    for answer in (strict.get(path), strict.head(path), strict.options(path)):
        assert answer.status_code == 200
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex, nofollow"

    assertContains(strict.get(path), "Do not write to me again")
    assert refused_among([ANA]) == set()
    assert strict.cookies == {}


def test_button_ends_letters_and_another_takes_it_back(strict, path):
    stopped = strict.post(path, {"do": "stop"}, follow=True)
    strict.post(path, {"do": "stop"})
    during = refused_among([ANA])
    allowed = strict.post(path, {"do": "allow"}, follow=True)

    assert [one[1] for one in stopped.redirect_chain] == [302]
    assertContains(stopped, "You are not written to any longer")
    assertContains(stopped, "Write to me again")
    assertContains(stopped, "What you ask for yourself still comes")
    assert during == {ANA}
    assertContains(allowed, "Noted: you may be written to again.")
    assertContains(allowed, "Do not write to me again")
    assert refused_among([ANA]) == set()


@pytest.mark.parametrize("sent", ["form", "multipart"])
def test_mail_program_ends_letters_without_a_page_or_a_redirect(strict, path, sent):
    if sent == "form":
        kind = "application/x-www-form-urlencoded"
        answer = strict.post(path, "List-Unsubscribe=One-Click", content_type=kind)
    else:
        answer = strict.post(path, ONE_CLICK)

    assert answer.status_code == 200
    assert MailRefusal.objects.get().place == "mail_program"


@pytest.mark.parametrize("data", [{}, {"do": "else"}, {"List-Unsubscribe": "Two"}])
def test_other_forms_are_refused(strict, path, data):
    assert strict.post(path, data).status_code == 400
    assert not MailRefusal.objects.exists()


@pytest.mark.parametrize("data", [{"do": "stop"}, ONE_CLICK])
def test_mangled_address_says_so_and_does_nothing(strict, path, data):
    for wrong in (path[:-3] + "/", "/p/no-mail/" + "A" * 44 + "/"):
        for answer in (strict.get(wrong), strict.post(wrong, data)):
            assertContains(answer, "This address is not complete", status_code=404)
    assert not MailRefusal.objects.exists()


def test_page_speaks_the_language_of_the_letter_until_another_is_chosen(client):
    path = no_mail_path(ANA, "es")

    spanish = client.get(path)
    client.cookies["language"] = "en"
    english = client.get(path)

    assertContains(spanish, '<html lang="es"')
    assertContains(english, '<html lang="en"')


# ── No key to anything else ──────────────────────────────────────────────────────────────────────


def test_tokens_of_letters_and_of_links_open_nothing_of_each_other(client, path):
    invitation = InvitationFactory(email=ANA)
    link = make_link(invitation)

    as_link = client.get(path.replace("/no-mail/", "/"), follow=True)
    as_stop = client.post(link.replace("/p/", "/p/no-mail/"), {"do": "stop"})

    assertContains(as_link, "This link does not open anything", status_code=404)
    assert as_stop.status_code == 404
    assertNotContains(client.get(path), invitation.actor.name)


def test_token_is_in_no_log(client, path, caplog):
    token = path.split("/")[3]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        client.get(path)
        client.post(path, {"do": "else"})  # refused
        client.put(path)  # no such method
        client.get(f"{path}more/")  # not found
        logging.getLogger("gunicorn.access").info('"%(r)s"', {"r": f"POST {path} HTTP/1.1"})
        logging.getLogger("some").error("at %s", path.replace("/", "%2F"))
    finally:
        root.removeHandler(handler)
        root.setLevel(before)

    assert stream.getvalue().count("/p/no-mail/[…]") >= 3
    assert token not in stream.getvalue()


# ── What the convener is told ────────────────────────────────────────────────────────────────────


@pytest.fixture
def campaign(client):
    city = CityFactory(slug="town")
    client.force_login(CityRoleFactory(city=city).user)
    campaign = CampaignFactory(city=city, message="{link}")
    for name in ("Ana", "Ben"):
        email = f"{name.lower()}@example.org"
        contact = ContactFactory(actor__city=city, name=name, email=email)
        InvitationFactory(campaign=campaign, actor=contact.actor, contact=contact)
    return campaign


def test_convener_sees_who_is_left_out_and_sending_counts_them_apart(client, campaign, path):
    Client().post(path, {"do": "stop"})
    address = f"/cities/town/campaigns/{campaign.pk}/"

    page = client.get(address)
    people = client.get(f"{address}people/")
    data = {"action": "send", "based_on": campaign.version, "last": page.context["last_unsent"]}
    sent = client.post(address, data, follow=True)

    assertContains(page, "1 person on the list is not written to")
    assertContains(page, "<li><bdi>Ana</bdi>, ")
    assertContains(page, "Send to 1 person now")
    assertContains(people, "asked for no more messages")
    assertContains(
        sent,
        "1 message was sent. 1 was left out: this person asked not to be written to.",
    )
    assert [one.to for one in mail.outbox] == [["ben@example.org"]]


def test_letter_names_the_page_and_the_address_in_it_works(client, campaign):
    address = f"/cities/town/campaigns/{campaign.pk}/"
    last = client.get(address).context["last_unsent"]
    client.post(address, {"action": "send", "based_on": campaign.version, "last": last})

    stop = re.search(r"https://maps.example.org(/p/no-mail/\S+)", mail.outbox[0].body)[1]
    Client().post(stop, {"do": "stop"})

    assert refused_among(["ana@example.org", "ben@example.org"]) == {mail.outbox[0].to[0]}
