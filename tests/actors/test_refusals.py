"""Who asked not to be written to: kept as a hash alone, for good, and heeded by all that writes."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection

from actors.models import Invitation, MailRefusal, OutboxMessage, RefusalKey
from actors.services.campaigns import (
    CampaignRefused,
    choose,
    due_reminders,
    left_out,
    queue_reminders,
    send_again,
    start,
)
from actors.services.letters import CannotSend
from actors.services.outbox import Sending, send_due
from actors.services.refusals import (
    address_hash,
    allow,
    no_mail_path,
    read_token,
    refusal_of,
    refuse,
    refused_among,
)
from ecosystem.selectors.campaigns import load_asked, load_candidates, total_response
from ecosystem.services.erasure import erase_person
from tests.factories import (
    ActorFactory,
    CampaignFactory,
    CityRoleFactory,
    ContactFactory,
    InvitationFactory,
    OutboxMessageFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANA, BEN = "ana@example.org", "ben@example.org"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://maps.example.org"


@pytest.fixture
def campaign():
    return CampaignFactory(message="{link}", name="Spring")


@pytest.fixture
def convener(campaign):
    return CityRoleFactory(city=campaign.city).user


def token_for(email, language="en"):
    return re.fullmatch(r"/p/no-mail/([\w-]{44})/(\?language=es)?", no_mail_path(email, language))[
        1
    ]


def silence(email):
    refuse(address_hash(email), "page")


def everything_stored():
    with connection.cursor() as cursor:
        rows = []
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{name}"')
            rows += cursor.fetchall()
    return repr(rows)


# ── What is kept ─────────────────────────────────────────────────────────────────────────────────


def test_address_is_not_kept_but_known_again():
    with time_machine.travel(NOW, tick=False):
        refuse(read_token(token_for("Ana@Example.org")), "mail_program")
        silence(ANA)  # once more, by another way: the first one counts

    row = MailRefusal.objects.get()
    assert (row.place, row.asked_at, len(row.address_hash)) == ("mail_program", NOW, 40)
    assert refused_among([ANA, " ANA@example.org ", BEN, ""]) == {ANA, " ANA@example.org "}
    stored = everything_stored().lower()
    assert row.address_hash in stored
    assert "ana@" not in stored


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Ana@Example.ORG", ANA, True),
        ("ana@BÜCHER.example", "ana@xn--bcher-kva.example", True),
        ("ana+maps@example.org", ANA, False),  # another mailbox, for all we know
        ("a.na@example.org", ANA, False),
        ("ana@example.org.", "ana@example.com", False),
        ("ana@" + "x" * 70 + ".org", "ana@" + "x" * 70 + ".org", True),  # no host at all
    ],
)
def test_addresses_are_the_same_where_mail_takes_them_for_the_same(one, other, is_same):
    assert (address_hash(one) == address_hash(other)) is is_same


def test_who_wants_letters_again_leaves_nothing_behind():
    silence(ANA)

    allow(address_hash(ANA))

    assert (MailRefusal.objects.count(), refused_among([ANA])) == (0, set())


def test_hash_cannot_be_made_without_the_key():
    first = address_hash(ANA)
    RefusalKey.objects.all().delete()

    assert address_hash(ANA) != first


# ── Tokens ───────────────────────────────────────────────────────────────────────────────────────


def test_token_names_its_address_and_no_other_text_does():
    token = token_for(ANA)
    changed = ("A" if token[0] != "A" else "B") + token[1:]
    personal = "x" * 43  # as long as that of a personal link

    assert read_token(token) == address_hash(ANA)
    assert token_for(ANA) == token_for(ANA, "es")  # the same in each letter
    for wrong in (changed, token[:-1], token + "A", token.swapcase(), personal, "", "ä", "="):
        assert read_token(wrong) is None


def test_token_of_an_unknown_place_is_none():
    token = token_for(ANA)
    RefusalKey.objects.all().delete()

    assert read_token(token) is None  # there is no key, and none is made for it
    assert not RefusalKey.objects.exists()


# ── Another secret key ───────────────────────────────────────────────────────────────────────────


def test_refusals_and_tokens_outlive_the_secret_key(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "first", []
    token = token_for(ANA)
    silence(BEN)

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second", ["first"]
    during = refused_among([ANA, BEN])
    settings.SECRET_KEY_FALLBACKS = []  # some weeks later
    refuse(read_token(token), "page")

    assert during == {BEN}
    assert refused_among([ANA, BEN]) == {ANA, BEN}


def test_without_the_key_nothing_is_sent_and_nothing_lost(settings, campaign, caplog):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "first", []
    token = token_for(ANA)
    silence(ANA)
    campaign.status = "running"
    campaign.save()
    message = OutboxMessageFactory(invitation__campaign=campaign)

    settings.SECRET_KEY = "second"
    with pytest.raises(CannotSend, match="SECRET_KEY_FALLBACKS"):
        send_due()
    with pytest.raises(CommandError, match="SECRET_KEY_FALLBACKS"):
        call_command("send_reminders")
    found, read = refused_among([ANA]), read_token(token)
    settings.SECRET_KEY_FALLBACKS = ["first"]
    done = send_due()

    assert (found, read) == (set(), None)
    assert "not recognized" in caplog.text
    assert done == Sending(sent=1)
    message.refresh_from_db()
    assert message.attempts == 1


def test_key_in_the_database_is_encrypted():
    address_hash(ANA)

    wrapped = RefusalKey.objects.get().wrapped
    with pytest.raises(ValueError, match="32"):
        Fernet(wrapped)
    assert wrapped.startswith("gAAAA")  # what Fernet makes


# ── Everything that writes ───────────────────────────────────────────────────────────────────────


def test_new_campaign_of_another_city_cannot_choose_the_address(campaign, convener):
    silence(ANA)
    people = [ContactFactory(actor__city=campaign.city, email=email) for email in (ANA, BEN)]

    assert choose(campaign, people, by=convener) == 1
    assert [row.email for row in campaign.invitations.all()] == [BEN]
    found = load_candidates(campaign, convener)
    told = {one.email: (one.wants_no_mail, one.can_be_asked) for row in found for one in row.people}
    assert told == {ANA: (True, False), BEN: (False, False)}


def test_who_refused_after_being_chosen_stays_unwritten_and_counts_apart(campaign, convener):
    for email in (ANA, BEN):
        contact = ContactFactory(actor__city=campaign.city, email=email)
        InvitationFactory(campaign=campaign, actor=contact.actor, contact=contact)
    silence(ANA.upper())

    written = start(campaign, by=convener)
    done = send_due()

    assert (written, left_out(campaign), done) == (1, 1, Sending(sent=1))
    assert [one.to for one in mail.outbox] == [[BEN]]
    rows = {row.email: row for row in load_asked(campaign, convener)}
    assert {email: row.state for email, row in rows.items()} == {ANA: "no_mail", BEN: "sent"}
    assert rows[ANA].bounced_at is None
    total = total_response(list(rows.values()))
    assert (total.listed, total.asked, total.bounced, total.no_mail) == (2, 1, 0, 1)


def test_who_wants_letters_again_is_written_to_by_the_next_sending(campaign, convener):
    contact = ContactFactory(actor__city=campaign.city, email=ANA)
    InvitationFactory(campaign=campaign, actor=contact.actor, contact=contact)
    silence(ANA)

    with pytest.raises(CampaignRefused, match="Everybody on the list asked not to be written to"):
        start(campaign, by=convener)
    allow(address_hash(ANA))

    assert start(campaign, by=convener) == 1


def test_message_that_waits_is_put_down_when_the_person_refuses(campaign, convener):
    InvitationFactory(campaign=campaign, contact__email=ANA)
    start(campaign, by=convener)
    silence(ANA)

    assert (send_due(), send_due()) == (Sending(no_mail=1), Sending())
    assert mail.outbox == []
    message, invitation = OutboxMessage.objects.get(), Invitation.objects.get()
    assert (message.error, message.sent_at) == ("no mail", None)
    assert (invitation.bounced_at, invitation.sent_at) == (None, None)
    with pytest.raises(CampaignRefused, match="asked not to be written to"):
        send_again(invitation, seen=1)


def test_reminders_leave_out_who_refused_and_say_so(campaign, capsys):
    campaign.status = "running"
    campaign.save()
    for email in (ANA, BEN):
        InvitationFactory(campaign=campaign, email=email, sent_at=NOW - timedelta(days=20))
    silence(ANA)

    with time_machine.travel(NOW, tick=False):
        due = due_reminders(NOW.date())
        call_command("send_reminders")

    assert ([row.email for row in due.reminders], [row.email for row in due.no_mail]) == (
        [BEN],
        [ANA],
    )
    assert capsys.readouterr().out == (
        "Reminders written: 1, sent: 1, left out, for they asked not to be written to: 1.\n"
    )
    assert [one.to for one in mail.outbox] == [[BEN]]
    with time_machine.travel(NOW, tick=False):
        assert queue_reminders(due) == 0


def test_who_answered_and_refused_is_shown_as_having_answered(campaign, convener):
    InvitationFactory(campaign=campaign, email=ANA, sent_at=NOW, answered_at=NOW)
    silence(ANA)

    (row,) = load_asked(campaign, convener)

    assert (row.state, row.wants_no_mail) == ("answered", True)


# ── Erasure ──────────────────────────────────────────────────────────────────────────────────────


def test_erasing_a_person_keeps_the_wish_and_the_token(campaign, convener):
    UserFactory(admin=True)
    token = token_for(ANA)
    contact = ContactFactory(actor__city=campaign.city, email=ANA)
    InvitationFactory(campaign=campaign, actor=contact.actor, contact=contact)
    silence(ANA)

    erase_person(ANA)
    again = ContactFactory(actor=ActorFactory(city=campaign.city), email=ANA)

    assert choose(campaign, [again], by=convener) == 0
    assert refusal_of(read_token(token)) == MailRefusal.objects.get()
    again.delete()
    assert "ana@" not in everything_stored()
