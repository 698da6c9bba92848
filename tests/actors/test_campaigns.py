"""Whom a campaign asks, when it reminds, and how it ends. Expected days and counts by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail

from actors.forms.campaigns import CampaignForm
from actors.models import Campaign, Invitation, OutboxMessage
from actors.services import campaigns
from actors.services.campaigns import (
    CampaignRefused,
    choose,
    due_reminders,
    leave_out,
    queue_reminders,
    revoke,
    send_again,
    start,
    stop,
)
from actors.services.letters import ready_text, unknown_placeholders
from actors.services.links import claim_link, hash_of, make_link
from actors.services.outbox import send_due
from tests.factories import (
    ActorFactory,
    CampaignFactory,
    CityFactory,
    ContactFactory,
    InvitationFactory,
    OutboxMessageFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://maps.example.org"


@pytest.fixture
def campaign():
    return CampaignFactory(message="{link}", name="Spring")


@pytest.fixture
def convener():
    return UserFactory()


def person(campaign, email, **kwargs):
    kwargs.setdefault("actor__city", campaign.city)
    return ContactFactory(email=email, **kwargs)


def emails(rows):
    return [row.email for row in rows]


# ── Whom to ask ──────────────────────────────────────────────────────────────────────────────────


def test_each_address_is_on_the_list_once_for_each_organization(campaign, convener):
    lab = ActorFactory(city=campaign.city)
    people = [
        person(campaign, "ana@example.org", actor=lab),
        person(campaign, "ANA@example.org", actor=lab),
        person(campaign, "ana@example.org"),  # speaks for another organization, too
        person(campaign, ""),
    ]

    first = choose(campaign, people, by=convener)
    second = choose(campaign, people, by=convener)

    assert (first, second) == (2, 0)
    assert emails(campaign.invitations.all()) == ["ana@example.org", "ana@example.org"]
    history = Invitation.history.filter(history_type="+")
    assert {row.history_user for row in history} == {convener}


def test_who_cannot_be_asked_is_left_out(campaign, convener):
    InvitationFactory(campaign__city=campaign.city, email="Gone@example.org", bounced_at=MARCH)
    elsewhere = InvitationFactory(email="fine@example.org", bounced_at=MARCH)
    people = [
        person(campaign, "gone@example.org"),
        person(campaign, "a@example.org", actor__status="archived"),
        person(campaign, "b@example.org", actor__city=CityFactory()),
        person(campaign, elsewhere.email),  # it came back in another city
    ]

    assert choose(campaign, people, by=convener) == 1
    assert emails(campaign.invitations.all()) == ["fine@example.org"]


def test_only_those_nobody_wrote_to_are_taken_off_the_list(campaign, convener):
    one, other = InvitationFactory.create_batch(2, campaign=campaign)
    foreign = InvitationFactory()
    OutboxMessageFactory(invitation=other)

    assert leave_out(campaign, [one.pk, other.pk, foreign.pk], by=convener) == 1
    assert set(Invitation.objects.all()) == {other, foreign}


# ── Sending ──────────────────────────────────────────────────────────────────────────────────────


def test_start_writes_to_everybody_on_the_list_once(campaign, convener):
    choose(campaign, [person(campaign, f"p{n}@example.org") for n in range(3)], by=convener)

    with time_machine.travel(MARCH, tick=False):
        counts = [start(campaign, by=convener), start(campaign, by=convener)]
        sent = send_due().sent

    campaign.refresh_from_db()
    assert (counts, sent) == ([3, 0], 3)
    assert sorted(one.to[0] for one in mail.outbox) == [f"p{n}@example.org" for n in range(3)]
    assert (campaign.status, campaign.starts_on) == ("running", date(2026, 3, 2))
    assert campaign.started_by == convener


def test_addresses_are_those_of_the_day_of_sending(campaign, convener):
    moved, left, doubled, twin = (
        person(campaign, f"{name}@example.org") for name in ("moved", "left", "double", "twin")
    )
    choose(campaign, [moved, left, twin], by=convener)
    moved.email = "new@example.org"
    moved.save()
    left.delete()
    doubled.actor = moved.actor
    doubled.save()
    choose(campaign, [doubled], by=convener)
    doubled.email = "NEW@example.org"
    doubled.save()
    twin.email = ""
    twin.save()

    assert start(campaign, by=convener) == 1
    assert emails(Invitation.objects.all()) == ["new@example.org"]


def test_campaign_without_people_or_after_its_last_day_does_not_start(campaign, convener):
    with pytest.raises(CampaignRefused, match="Nobody is on the list"):
        start(campaign, by=convener)
    InvitationFactory(campaign=campaign)
    campaign.ends_on = MARCH.date()
    campaign.save()

    with time_machine.travel(MARCH + timedelta(days=1)), pytest.raises(CampaignRefused) as over:
        start(campaign, by=convener)

    assert str(over.value).startswith("The last day of this campaign is over.")
    assert Campaign.objects.get().status == "draft"
    assert not OutboxMessage.objects.exists()


def test_asking_for_the_same_second_message_twice_sends_one(campaign, convener):
    InvitationFactory(campaign=campaign)
    start(campaign, by=convener)
    send_due()
    invitation = Invitation.objects.select_related("campaign").get()

    asked = [send_again(invitation, seen=1), send_again(invitation, seen=1)]
    send_due()

    assert asked == [True, False]
    assert len(mail.outbox) == 2
    invitation.refresh_from_db()
    new = mail.outbox[1].body.split("/p/")[1].split("/")[0]
    assert invitation.token_hash == hash_of(new)  # the earlier link is gone


@pytest.mark.parametrize(
    "state",
    [{"revoked_at": MARCH}, {"bounced_at": MARCH}, {"campaign__status": "stopped"}],
    ids=str,
)
def test_nobody_is_written_to_again_who_should_not_be(state):
    invitation = InvitationFactory(**{"campaign__status": "running"} | state)

    with pytest.raises(CampaignRefused):
        send_again(invitation, seen=1)

    assert not OutboxMessage.objects.exists()


# ── Reminders ────────────────────────────────────────────────────────────────────────────────────


def run_day(day):
    """What cron does; the addresses that get a mail on that day."""
    before = len(mail.outbox)
    with time_machine.travel(day, tick=False):
        queue_reminders(due_reminders(day.date()))
        send_due()
    return [one.to[0] for one in mail.outbox[before:]]


def test_reminders_come_once_a_period_and_three_times_in_all(campaign, convener):
    InvitationFactory(campaign=campaign, contact__email="quiet@example.org")
    with time_machine.travel(MARCH, tick=False):
        start(campaign, by=convener)

    days = [MARCH + timedelta(days=n) for n in range(100)]
    written = [day.date() for day in days for _mail in run_day(day)]

    assert written == [
        date(2026, 3, 2),
        date(2026, 3, 16),
        date(2026, 3, 30),
        date(2026, 4, 13),
    ]
    assert Invitation.objects.get().reminder_count == 3


def test_a_month_without_cron_brings_one_reminder_and_not_two(campaign, convener):
    InvitationFactory(campaign=campaign, contact__email="quiet@example.org")
    with time_machine.travel(MARCH, tick=False):
        start(campaign, by=convener)
        send_due()

    late = MARCH + timedelta(days=31)

    assert [run_day(late), run_day(late), run_day(late + timedelta(days=13))] == [
        ["quiet@example.org"],
        [],
        [],
    ]


def test_days_are_counted_not_hours(campaign):
    evening = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)
    InvitationFactory(
        campaign=CampaignFactory(status="running"), email="a@example.org", sent_at=evening
    )

    assert emails(due_reminders(date(2026, 3, 15)).reminders) == []
    with time_machine.travel(datetime(2026, 3, 16, 0, 1, tzinfo=UTC)):
        assert emails(due_reminders(date(2026, 3, 16)).reminders) == ["a@example.org"]


def test_those_who_waited_longest_are_reminded_first():
    campaign = CampaignFactory(status="running", message="{link}")
    for email, days in [("b", 20), ("c", 15), ("a", 30), ("new", 3)]:
        InvitationFactory(
            campaign=campaign, email=f"{email}@example.org", sent_at=MARCH - timedelta(days=days)
        )
    again = InvitationFactory(
        campaign=campaign, email="again@example.org", sent_at=MARCH - timedelta(days=60)
    )
    OutboxMessageFactory(invitation=again, attempts=1, sent_at=MARCH - timedelta(days=14))

    assert run_day(MARCH) == [f"{name}@example.org" for name in ("a", "b", "c", "again")]


@pytest.mark.parametrize(
    "state",
    [
        {"answered_at": MARCH},
        {"bounced_at": MARCH},
        {"revoked_at": MARCH},
        {"reminder_count": 3},
        {"sent_at": None},
        {"actor__status": "archived"},
        {"campaign__status": "stopped"},
        {"campaign__status": "draft"},
        {"campaign__ends_on": date(2026, 4, 1)},
    ],
    ids=str,
)
def test_who_should_not_be_reminded_is_not(state):
    defaults = {"campaign__status": "running", "sent_at": MARCH - timedelta(days=30)}
    InvitationFactory(**defaults)  # this one is
    InvitationFactory(**defaults | state)

    with time_machine.travel(datetime(2026, 4, 2, tzinfo=UTC)):
        assert len(due_reminders(date(2026, 4, 2)).reminders) == 1


def test_two_crons_at_a_time_ask_for_the_same_reminder():
    InvitationFactory(campaign__status="running", sent_at=MARCH)
    day = date(2026, 3, 16)

    with time_machine.travel(datetime(2026, 3, 16, tzinfo=UTC)):
        found = due_reminders(day)
        counts = [queue_reminders(found), queue_reminders(due_reminders(day))]

    assert (len(found.reminders), counts) == (1, [1, 0])
    assert [one.key for one in OutboxMessage.objects.all()] == [
        f"reminder:{found.reminders[0].pk}:1"
    ]


# ── Ending ───────────────────────────────────────────────────────────────────────────────────────


def test_stopping_keeps_what_waits_from_going_out_until_it_goes_on(campaign, convener):
    invitation = InvitationFactory(campaign=campaign)
    start(campaign, by=convener)
    own_wish = OutboxMessageFactory(invitation=invitation, key=f"new-link:{invitation.pk}:1")

    stop(campaign)
    left = [message.key for message in OutboxMessage.objects.all()]
    own_wish.delete()
    sent = send_due().sent
    went_on = start(campaign, by=convener)

    assert (left, sent, went_on) == ([f"new-link:{invitation.pk}:1"], 0, 1)
    assert Campaign.objects.get().status == "running"
    assert [row.history_change_reason for row in campaign.history.all()] == [
        "Sent",
        "Stopped",
        "Sent",
        None,
    ]


def test_links_that_are_taken_back_open_nothing_and_bring_no_mail(convener):
    campaign = CampaignFactory(status="running", message="{link}")
    rows = InvitationFactory.create_batch(2, campaign=campaign, sent_at=MARCH)
    tokens = [make_link(row).split("/")[2] for row in rows]
    OutboxMessageFactory(invitation=rows[0])

    count = revoke(rows, by=convener)

    assert count == 2
    assert [claim_link(hash_of(token)) for token in tokens] == [None, None]
    assert send_due().sent == 0
    assert [row.history_user for row in rows[0].history.all()[:1]] == [convener]


def test_mail_that_came_back_is_noted_with_who_noted_it(campaign, convener):
    invitation = InvitationFactory(campaign=campaign, sent_at=MARCH)

    with time_machine.travel(MARCH, tick=False):
        campaigns.mark_bounced(invitation, by=convener)
        campaigns.mark_bounced(invitation, by=convener)
    bounced = Invitation.objects.get().bounced_at
    campaigns.unmark_bounced(invitation, by=convener)

    assert (bounced, Invitation.objects.get().bounced_at) == (MARCH, None)
    rows = invitation.history.order_by("history_id")
    assert [(row.history_user, row.history_change_reason) for row in rows] == [
        (None, None),
        (convener, "Message came back"),
        (convener, "Address works"),
    ]


# ── The message ──────────────────────────────────────────────────────────────────────────────────


def entered(**kwargs):
    values = {
        "name": "Spring",
        "language": "en",
        "subject": "Is it right?",
        "message": "Hello {name}: {link}",
        "reminder_every_days": "14",
        "ends_on": "",
    }
    return CampaignForm(values | kwargs, instance=Campaign(city=CityFactory.build()))


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        (
            {"message": "Hi {nmae}: {link}"},
            "message",
            "Nothing is known to put in for “{nmae}”. Only {name}, {organization} and {link} are "
            "filled in.",
        ),
        (
            {"message": "Hi {name}"},
            "message",
            "Without the link nobody can answer: write {link} where it should stand.",
        ),
        (
            {"subject": "See {link}"},
            "subject",
            "A subject can't hold the link: write {link} in the message.",
        ),
        ({"subject": "{city}"}, "subject", None),
        ({"name": ""}, "name", "Give the campaign a name."),
        ({"reminder_every_days": "0"}, "reminder_every_days", None),
        (
            {"reminder_every_days": "2"},
            "reminder_every_days",
            "Write a number of days from 3 to 120.",
        ),
        ({"ends_on": "2020-01-01"}, "ends_on", "This day is over: name today or a later one."),
        ({"ends_on": "soon"}, "ends_on", "Write the day as year-month-day, as in 2026-06-30."),
    ],
)
def test_wrong_entries_are_told_in_a_sentence(wrong, field, sentence):
    form = entered(**wrong)

    assert list(form.errors) == [field]
    if sentence:
        assert form.errors[field] == [sentence]


@pytest.mark.parametrize("language", ["en", "es"])
def test_ready_texts_can_be_sent_as_they_are(language):
    ready = ready_text(language)

    form = entered(subject=ready.subject, message=ready.body)

    assert form.errors == {}
    assert "{link}" in ready.body


def test_braces_that_are_no_placeholder_are_just_braces():
    assert unknown_placeholders("{ {x} {x} {a\nb} } {name} {}") == ["x", ""]
