"""What waits in the outbox goes out at most once, whatever the mail server and others do.

Numbers by hand. A mail server of a few lines stands in for the real one.
"""

import re
import smtplib
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.policy import default

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection

from actors.models import Invitation, OutboxMessage
from actors.services import outbox
from actors.services.letters import NoSiteAddress
from actors.services.links import hash_of
from actors.services.outbox import Sending, send_due
from tests.factories import (
    CampaignFactory,
    CityRoleFactory,
    ContactFactory,
    InvitationFactory,
    OutboxMessageFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SITE = "https://maps.example.org"
LINK = re.compile(rf"{SITE}/p/([\w-]{{43}})/")
NO_MAIL = re.compile(rf"{SITE}/p/no-mail/[\w-]{{44}}/")


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


@pytest.fixture
def campaign():
    return CampaignFactory(
        status="running", message="Hello {name} of {organization}: {link}", name="Spring"
    )


class Server:
    """Answers one mail after the other with what ``answers`` holds: None takes it."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.taken = []
        self.opened = 0

    def open(self):
        self.opened += 1
        return True

    def close(self):
        pass

    def send_messages(self, mails):
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.taken += [one.to[0] for one in mails]
        return len(mails)


@pytest.fixture
def serve(monkeypatch):
    def with_answers(*answers):
        server = Server(*answers)
        monkeypatch.setattr(outbox, "get_connection", lambda: server)
        return server

    return with_answers


def row_of(message):
    found = OutboxMessage.objects.get(pk=message.pk)
    return found.attempts, bool(found.sent_at), found.error, found.next_try_at


def refusal(code, address="contact-1@example.org"):
    return smtplib.SMTPRecipientsRefused({address: (code, b"no such person")})


# ── A letter ─────────────────────────────────────────────────────────────────────────────────────


def test_letter_has_a_link_of_its_own_that_only_its_hash_remembers(campaign):
    person = ContactFactory(
        actor__city=campaign.city, actor__name="Data <Lab>", name="Ana", email="ana@example.org"
    )
    one = InvitationFactory(campaign=campaign, actor=person.actor, contact=person)
    convener = CityRoleFactory(city=campaign.city, user__email="carla@example.org").user
    campaign.started_by = convener
    campaign.save()
    OutboxMessageFactory(invitation=one)

    with time_machine.travel(NOW, tick=False):
        done = send_due()

    (sent,) = mail.outbox
    token, stop = LINK.search(sent.body)[1], NO_MAIL.search(sent.body)[0]
    assert done == Sending(sent=1)
    assert sent.subject == "Please check your profile"
    assert sent.body == (
        f"Hello Ana of Data <Lab>: {SITE}/p/{token}/\n\n--\n"
        f"You get this message because Data <Lab> is on the map of {campaign.city.name}.\n"
        "The link is yours alone: it opens this one record without a password and works once, "
        "until April 1, 2026. Please do not pass it on.\n"
        f"To get no more such messages, from any city: {stop}\n"
    )
    assert (sent.to, sent.reply_to) == (["ana@example.org"], ["carla@example.org"])
    assert sent.extra_headers == {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    received = message_from_string(sent.message().as_string(), policy=default)
    assert received["List-Unsubscribe"].strip() == f"<{stop}>"  # whole, however it was folded
    one.refresh_from_db()
    assert (one.token_hash, one.sent_at) == (hash_of(token), NOW)
    assert one.expires_at == NOW + timedelta(days=30)


def test_letter_speaks_the_language_of_the_campaign(campaign):
    campaign.language = "es"
    campaign.save()
    OutboxMessageFactory(invitation__campaign=campaign, invitation__sent_at=NOW, kind="reminder")

    with time_machine.travel(NOW + timedelta(days=14), tick=False):
        send_due()

    (sent,) = mail.outbox
    assert "16 de marzo" not in sent.body
    assert "2 de marzo de 2026" in sent.body  # the day of the first letter
    assert "15 de abril de 2026" in sent.body  # 30 days after


def test_what_a_name_holds_is_not_filled_in_again(campaign):
    person = ContactFactory(actor__city=campaign.city, name="{link}\nBcc: x@example.org")
    one = InvitationFactory(campaign=campaign, actor=person.actor, contact=person)
    OutboxMessageFactory(invitation=one)
    campaign.subject = "For {name}"
    campaign.save()

    send_due()

    (sent,) = mail.outbox
    assert sent.subject == "For {link} Bcc: x@example.org"
    assert sent.message()["Bcc"] is None
    assert len(LINK.findall(sent.body)) == 1


# ── Once ─────────────────────────────────────────────────────────────────────────────────────────


def test_sent_messages_are_not_sent_again(campaign):
    OutboxMessageFactory.create_batch(3, invitation__campaign=campaign)

    first, second = send_due(), send_due()

    assert (first, second) == (Sending(sent=3), Sending())
    assert len(mail.outbox) == 3


def test_message_that_another_sender_claimed_is_left_to_it(campaign):
    message = OutboxMessageFactory(invitation__campaign=campaign)

    claimed = [outbox._claim(message.pk, 0), outbox._claim(message.pk, 0)]

    assert claimed == [True, False]
    assert row_of(message) == (1, False, "", None)


@pytest.mark.django_db(transaction=True)
def test_four_senders_at_a_time_send_each_message_once(settings, campaign, monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("the threads of a test share one connection on SQLite; claims are tried above")
    OutboxMessageFactory.create_batch(12, invitation__campaign=campaign)
    start, done = threading.Barrier(4), []

    def run():
        start.wait()
        try:
            done.append(send_due())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(one.sent for one in done) == 12
    assert len({one.to[0] for one in mail.outbox}) == len(mail.outbox) == 12


def test_broken_connection_is_never_sent_again_by_itself(campaign, serve, caplog):
    messages = OutboxMessageFactory.create_batch(3, invitation__campaign=campaign)
    server = serve(None, smtplib.SMTPServerDisconnected("contact-2@example.org: lost"))

    first = send_due()
    second = send_due()

    assert first == Sending(sent=1, unsure=1, waiting=1)
    assert second == Sending(sent=1)
    assert len(server.taken) == 2
    assert row_of(messages[1]) == (1, False, "", None)
    assert [one.sent_at for one in Invitation.objects.filter(messages=messages[1])] == [None]
    assert "@" not in caplog.text


# ── Refused, put off, unreachable ────────────────────────────────────────────────────────────────


def test_refused_address_counts_as_bounced_and_is_left_alone(campaign, serve):
    message = OutboxMessageFactory(invitation__campaign=campaign)
    serve(refusal(550))

    with time_machine.travel(NOW, tick=False):
        done = send_due()
        again = send_due()

    invitation = Invitation.objects.get()
    assert (done, again) == (Sending(refused=1), Sending())
    assert row_of(message) == (1, False, "refused 550", None)
    assert (invitation.bounced_at, invitation.sent_at) == (NOW, None)


def test_what_is_put_off_is_tried_again_later_and_later(campaign, serve):
    message = OutboxMessageFactory(invitation__campaign=campaign)
    serve(*[refusal(451)] * 5)
    waits = []

    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(5):
            assert send_due() == Sending(put_off=1)
            assert send_due() == Sending()  # not due yet
            next_try = row_of(message)[3]
            waits.append(int((next_try - datetime.now(UTC)).total_seconds() // 60))
            clock.move_to(next_try)
        last = send_due()

    assert waits == [10, 40, 160, 640, 2560]  # minutes, each four times the one before
    assert last == Sending(sent=1)
    assert row_of(message)[:3] == (6, True, "")


def test_after_the_last_try_it_is_given_up_without_blaming_the_address(campaign, serve):
    message = OutboxMessageFactory(
        invitation__campaign=campaign, attempts=5, next_try_at=NOW, error="put off 451"
    )
    serve(smtplib.SMTPDataError(451, b"later"))

    done = send_due()

    assert done == Sending(refused=1)
    assert row_of(message) == (6, False, "refused 451", None)
    assert Invitation.objects.get().bounced_at is None


def test_address_that_is_none_is_found_out_before_sending(campaign):
    message = OutboxMessageFactory(
        invitation__campaign=campaign, invitation__email="no address\n@example.org"
    )

    done = send_due()

    assert done == Sending(refused=1)
    assert row_of(message) == (1, False, "refused 553", None)
    assert mail.outbox == []


def test_unreachable_server_loses_nothing(campaign, monkeypatch, caplog):
    message = OutboxMessageFactory(invitation__campaign=campaign)

    class Down(Server):
        def open(self):
            raise ConnectionRefusedError("user:secret@mail.example.org")

    monkeypatch.setattr(outbox, "get_connection", Down)
    done = send_due()

    assert done == Sending(waiting=1, is_reachable=False)
    assert row_of(message) == (0, False, "", None)
    assert "secret" not in caplog.text


def test_server_without_an_address_sends_nothing(campaign, settings):
    settings.SITE_URL = ""
    message = OutboxMessageFactory(invitation__campaign=campaign)

    with pytest.raises(NoSiteAddress, match="SITE_URL"):
        send_due()

    assert row_of(message) == (0, False, "", None)


def test_time_for_a_page_is_limited_and_the_rest_waits(campaign, monkeypatch):
    OutboxMessageFactory.create_batch(3, invitation__campaign=campaign)
    clock = iter([0.0, 1.0, 9.0])
    monkeypatch.setattr(outbox.time, "monotonic", lambda: next(clock))

    assert send_due(seconds=8) == Sending(sent=1, waiting=2)


# ── Wanted ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("state", "kind", "key", "wanted"),
    [
        ({}, "invitation", "a", True),
        ({"revoked_at": NOW}, "invitation", "a", False),
        ({"bounced_at": NOW}, "invitation", "a", False),
        ({"email": ""}, "invitation", "a", False),
        ({"sent_at": NOW, "answered_at": NOW}, "reminder", "a", False),
        ({"sent_at": NOW}, "reminder", "a", True),
        ({"campaign__status": "stopped"}, "invitation", "a", False),
        ({"campaign__status": "stopped"}, "invitation", "new-link:1:2", True),
        ({"campaign__status": "stopped", "revoked_at": NOW}, "invitation", "new-link:1:2", False),
        ({"campaign__ends_on": NOW.date() - timedelta(days=1)}, "invitation", "a", False),
        ({"campaign__ends_on": NOW.date()}, "invitation", "a", True),
        ({"campaign__starts_on": NOW.date() + timedelta(days=1)}, "invitation", "a", False),
    ],
)
def test_message_goes_out_only_when_it_is_still_wanted(state, kind, key, wanted):
    invitation = InvitationFactory(
        **{"campaign__status": "running", "campaign__message": "{link}"} | state
    )
    message = OutboxMessageFactory(invitation=invitation, kind=kind, key=key)

    with time_machine.travel(NOW, tick=False):
        done = send_due()

    assert done == (Sending(sent=1) if wanted else Sending(not_wanted=1))
    assert row_of(message)[:3] == (1, wanted, "" if wanted else "not wanted")
    assert len(mail.outbox) == wanted


# ── The command ──────────────────────────────────────────────────────────────────────────────────


def run_command(capsys):
    call_command("send_reminders")
    return capsys.readouterr().out


def test_command_reminds_and_sends_and_says_so_in_one_line(campaign, capsys):
    with time_machine.travel(NOW, tick=False) as clock:
        first = OutboxMessageFactory(invitation__campaign=campaign)
        outputs = [run_command(capsys)]
        clock.move_to(NOW + timedelta(days=14))
        outputs += [run_command(capsys), run_command(capsys)]

    assert outputs == [
        "Reminders written: 0, sent: 1.\n",
        "Reminders written: 1, sent: 1.\n",
        "Reminders written: 0, sent: 0.\n",
    ]
    assert [one.subject for one in mail.outbox] == [
        "Please check your profile",
        "Reminder: Please check your profile",
    ]
    invitation = first.invitation
    invitation.refresh_from_db()
    assert (invitation.reminder_count, invitation.sent_at) == (1, NOW)
    assert invitation.reminded_at == NOW + timedelta(days=14)


def test_command_sends_what_waits_and_reminds_nobody_when_told_so(campaign, capsys):
    InvitationFactory(campaign=campaign, sent_at=NOW)
    asked = InvitationFactory(campaign=campaign, sent_at=NOW, answered_at=NOW)
    OutboxMessageFactory(invitation=asked, key=f"new-link:{asked.pk}:1")

    with time_machine.travel(NOW + timedelta(days=20), tick=False):
        call_command("send_reminders", "--waiting-only")

    assert capsys.readouterr().out == "Reminders written: 0, sent: 1.\n"
    assert [one.to for one in mail.outbox] == [[asked.email]]


def test_command_fails_when_it_cannot_send(campaign, settings, monkeypatch):
    OutboxMessageFactory(invitation__campaign=campaign)

    class Down(Server):
        def open(self):
            raise TimeoutError

    monkeypatch.setattr(outbox, "get_connection", Down)
    with pytest.raises(CommandError) as unreachable:
        call_command("send_reminders")
    settings.SITE_URL = ""
    with pytest.raises(CommandError) as nowhere:
        call_command("send_reminders")

    assert str(unreachable.value) == (
        "Reminders written: 0, sent: 0, waiting: 1, the mail server can't be reached."
    )
    assert (unreachable.value.returncode, nowhere.value.returncode) == (3, 2)
