"""A link that somebody asks for: one mail for an address, at once, and never a flood of them."""

import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection

from accounts.mail import do_later
from actors.models import Invitation, OutboxMessage
from actors.services import outbox
from actors.services.links import claim_link, hash_of
from actors.services.new_links import ask_for_new_link
from actors.services.outbox import Sending, send_due
from actors.services.refusals import address_hash, refuse
from ecosystem.views.partner import links
from tests.factories import ActorFactory, CampaignFactory, CityFactory, InvitationFactory
from tests.racing import race

NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)
SITE = "https://maps.example.org"
LINK = re.compile(rf"{SITE}/p/([\w-]{{43}})/")
ANA = "ana@example.org"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


@pytest.fixture
def ask(django_capture_on_commit_callbacks):
    """Ask, with all that happens after the commit."""

    def at(when, email=ANA):
        with (
            time_machine.travel(when, tick=False),
            django_capture_on_commit_callbacks(execute=True),
        ):
            return ask_for_new_link(email)

    return at


def invited(email=ANA, **made):
    made = {"campaign__message": "Look: {link}", "campaign__status": "stopped"} | made
    return InvitationFactory(**{"email": email, "sent_at": NOON - timedelta(days=90)} | made)


# ── Once, and at once ────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_mail_goes_out_at_once_and_its_link_opens(ask):
    one = invited()

    assert ask(NOON) is True

    (sent,) = mail.outbox
    assert sent.to == [ANA]
    assert sent.body.startswith("You asked for a new link: here it is.")
    with time_machine.travel(NOON):
        assert claim_link(hash_of(LINK.search(sent.body)[1])) == one
    assert OutboxMessage.objects.get().sent_at == NOON


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("later", "mails"),
    [
        (timedelta(minutes=1), 1),
        (timedelta(hours=12, minutes=1), 1),  # the next day, by the calendar
        (timedelta(days=1) - timedelta(seconds=1), 1),
        (timedelta(days=1), 2),
    ],
    ids=str,
)
def test_address_gets_one_mail_in_a_day_whoever_asks(ask, later, mails):
    for _ in range(3):
        invited()  # three organizations in three cities

    asked = [ask(NOON), ask(NOON, "Ana@Example.org"), ask(NOON + later, "ANA@example.org")]

    assert asked == [True, False, mails == 2]
    assert [one.to for one in mail.outbox] == [[ANA]] * mails


@pytest.mark.django_db
def test_one_mail_holds_a_link_to_each_organization_by_its_newest_invitation(ask):
    city = CityFactory(name="Boston")
    lab, hall = (ActorFactory(city=city, name=name) for name in ("Lab", "Hall"))
    campaign = {"campaign__city": city}
    earlier = invited(actor=lab, **campaign, sent_at=NOON - timedelta(days=400))
    of_hall = invited(actor=hall, **campaign, sent_at=NOON - timedelta(days=20))
    newest = invited(actor=lab, **campaign, sent_at=NOON - timedelta(days=10))
    invited("bob@example.org", actor=hall, **campaign)

    ask(NOON)

    (sent,) = mail.outbox
    tokens = LINK.findall(sent.body)
    assert sent.body.startswith(
        "You asked for a new link: here it is. The earlier one no longer works. If it was not "
        f"you, do nothing: without this mail nobody can use it.\n\nLook: {SITE}/p/{tokens[0]}/\n\n"
        "You were asked about other organizations as well. Each has a link of its own:\n\n"
        f"Hall (Boston): {SITE}/p/{tokens[1]}/\n\n--\n"
    )
    with time_machine.travel(NOON):
        assert [claim_link(hash_of(token)) for token in tokens] == [newest, of_hall]
    assert Invitation.objects.get(pk=earlier.pk).token_hash is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "made",
    [
        {"email": "other@example.org"},
        {"sent_at": None},
        {"revoked_at": NOON},
        {"bounced_at": NOON},
        {"actor__status": "archived"},
    ],
    ids=["stranger", "never invited", "revoked", "bounced", "off the map"],
)
def test_nobody_else_gets_a_new_link(ask, made):
    invited(**made)

    assert ask(NOON) is False
    assert (OutboxMessage.objects.count(), mail.outbox) == (0, [])


@pytest.mark.django_db
def test_who_wants_no_letters_gets_the_link_it_asks_for(ask):
    invited()
    refuse(address_hash(ANA), "page")

    assert ask(NOON) is True
    assert [one.to for one in mail.outbox] == [[ANA]]


# ── When it can't go out ─────────────────────────────────────────────────────────────────────────


class Down:
    def open(self):
        raise ConnectionRefusedError("user:secret@mail.example.org")


@pytest.mark.django_db
def test_unreachable_mail_server_keeps_it_for_the_next_run_and_it_is_asked_for_once(
    ask, monkeypatch
):
    invited()
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "get_connection", Down)
        asked = [ask(NOON), ask(NOON + timedelta(days=2))]
    waiting = OutboxMessage.objects.filter(sent_at=None, attempts=0).count()

    with time_machine.travel(NOON + timedelta(days=2)):
        done = send_due()

    assert (asked, waiting, done) == ([True, False], 1, Sending(sent=1))
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_other_messages_wait_for_their_own_turn(ask):
    invited()
    waiting = OutboxMessage.objects.create(
        key="invitation:1",
        kind="invitation",
        invitation=InvitationFactory(campaign=CampaignFactory(status="running", message="{link}")),
    )

    ask(NOON)

    assert [one.to for one in mail.outbox] == [[ANA]]
    assert OutboxMessage.objects.get(pk=waiting.pk).attempts == 0


def test_failure_in_the_background_is_logged_without_the_address(caplog, monkeypatch):
    monkeypatch.setattr("accounts.mail.connections.close_all", lambda: None)

    def fail(email):
        raise ValueError(f"{email} is odd")

    with caplog.at_level(logging.ERROR):
        do_later(fail, ANA).result(timeout=30)

    assert [one.getMessage() for one in caplog.records] == ["fail failed: ValueError"]


# ── The answer ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_answer_does_nothing_that_depends_on_the_address(
    client, monkeypatch, django_assert_num_queries
):
    invited()
    jobs = []
    monkeypatch.setattr(links, "do_later", lambda job, email: jobs.append((job, email)))

    for email in (ANA, "stranger@example.org"):
        with django_assert_num_queries(0):
            answer = client.post("/p/new-link/", {"email": email})
        assert (answer.status_code, answer["Location"]) == (302, "/p/new-link/sent/")

    assert jobs == [(ask_for_new_link, ANA), (ask_for_new_link, "stranger@example.org")]


# ── Eight at once ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def known(transactional_db):
    address_hash(ANA)  # the key is there
    for _ in range(2):
        invited()


def test_of_eight_that_ask_at_once_one_mail_comes(known, threads_write, monkeypatch):
    monkeypatch.setattr("actors.services.new_links.send_due", lambda key: None)

    (asked,) = race(8, ask_for_new_link, [ANA])
    ((waiting,),) = race(1, lambda _: OutboxMessage.objects.count(), [None])

    assert sum(asked) == waiting == 1
    assert connection.vendor in ("sqlite", "postgresql")
