"""The pages of campaigns: what they show, what can be sent to them, and to whom they are absent."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from actors.models import Campaign, Invitation, OutboxMessage
from actors.services import campaigns
from actors.services.campaigns import save_campaign
from actors.services.outbox import Sending
from ecosystem.common.mail import kept_mails
from ecosystem.selectors.campaigns import (
    load_asked,
    load_candidates,
    response_by_sector,
    total_response,
)
from ecosystem.views.campaigns_context import told_sending
from tests.factories import (
    ActorFactory,
    CampaignFactory,
    CityFactory,
    CityRoleFactory,
    ContactFactory,
    InvitationFactory,
    OutboxMessageFactory,
    StewardFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

CANARY = "canary-4711"
LATER = "2030-01-01T00:00Z"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://maps.example.org"


@pytest.fixture
def city():
    return CityFactory(slug="town", name="Town")


@pytest.fixture
def convener(client, city):
    user = CityRoleFactory(city=city, user__email="carla@example.org").user
    client.force_login(user)
    return user


@pytest.fixture
def campaign(city, convener):
    return CampaignFactory(city=city, name="Spring", message="Hello {name}: {link}")


def post(client, campaign, action, **data):
    """Press a button of the campaign's page as it is now."""
    data = {"based_on": Campaign.objects.get(pk=campaign.pk).version, **data}
    return client.post(f"/cities/town/campaigns/{campaign.pk}/", {"action": action, **data})


def said(client, response):
    page = client.get(response.url)
    return [str(message) for message in page.context["messages"]]


def entered(**kwargs):
    return {
        "name": "Spring",
        "language": "en",
        "subject": "Is it right?",
        "message": "Hello {name}: {link}",
        "reminder_every_days": "14",
        "ends_on": "",
        "based_on": "0",
    } | kwargs


# ── From the message to the answers ──────────────────────────────────────────────────────────────


def test_convener_writes_chooses_and_sends(client, city, convener):
    ana = ContactFactory(actor__city=city, name="Ana", email="ana@example.org")
    ContactFactory(actor__city=city, email="ben@example.org")

    new = client.post("/cities/town/campaigns/new/", entered())
    added = client.post(new.url, {"action": "add", "person": [ana.pk]})
    page = client.get(added.url)
    assert mail.outbox == []
    assert "Hello Ana: https://maps.example.org/p/…/" in page.context["letter"]["body"]
    campaign = Campaign.objects.get()
    sent = post(client, campaign, "send")

    campaign.refresh_from_db()
    assert new.url == f"/cities/town/campaigns/{campaign.pk}/people/"
    assert said(client, sent) == ["1 message was sent."]
    assert [one.to for one in mail.outbox] == [["ana@example.org"]]
    assert (campaign.status, campaign.started_by) == ("running", convener)


def test_form_sent_twice_makes_one_campaign_and_sends_once(client, city, convener):
    person = ContactFactory(actor__city=city)

    addresses = {client.post("/cities/town/campaigns/new/", entered()).url for _ in range(2)}
    (address,) = addresses
    for _ in range(2):
        client.post(address, {"action": "add", "person": [person.pk]})
    for _ in range(2):
        post(client, Campaign.objects.get(), "send")

    assert Campaign.objects.count() == Invitation.objects.count() == len(mail.outbox) == 1


def test_ready_message_comes_in_the_language_asked_for(client, city, convener):
    page = client.get("/cities/town/campaigns/new/?language=es")

    form = page.context["form"]
    assert (form["language"].value(), "{link}" in form["message"].value()) == ("es", True)


def test_wrong_entries_stay_on_the_page_and_nothing_is_stored(client, city, convener):
    page = client.post("/cities/town/campaigns/new/", entered(message="Hi {nmae}: {link}"))

    assert page.status_code == 422
    assert "Nothing is known to put in for “{nmae}”." in page.content.decode()
    assert "Hi {nmae}: {link}" in page.content.decode()
    assert not Campaign.objects.exists()


def test_second_writer_sees_both_versions_and_loses_nothing(client, campaign):
    address = f"/cities/town/campaigns/{campaign.pk}/message/"
    mine = entered(subject="Mine", based_on=campaign.version)
    client.post(address, mine | {"subject": "Theirs"})

    refused = client.post(address, mine)
    body = refused.content.decode()
    assert refused.status_code == 409
    assert "Theirs" in body
    assert "Mine" in body
    assert Campaign.objects.get().subject == "Theirs"
    version = refused.context["form"]["based_on"].value()
    client.post(address, mine | {"based_on": version})
    assert Campaign.objects.get().subject == "Mine"


# ── Somebody else changed it meanwhile ───────────────────────────────────────────────────────────


def told(page):
    return [tuple(row) for row in page.context["changed"]["differences"]]


@pytest.mark.parametrize("action", ["send", "remind", "send_waiting", "stop"])
def test_old_page_sends_and_stops_nothing_and_shows_both_versions(client, campaign, action):
    InvitationFactory(campaign=campaign)
    seen = campaign.version
    Campaign.objects.update(message="Hello {name}:\n{link}")
    Campaign.history.update(message="Hello {name}:\n{link}")
    as_sent = "Hello {name}:\r\n{link}"  # browsers end lines so
    changed = entered(subject="Theirs", message=as_sent, based_on=seen)
    client.post(f"/cities/town/campaigns/{campaign.pk}/message/", changed)

    refused = post(client, campaign, action, based_on=seen)
    now = refused.context["campaign"].version
    said_then = said(client, post(client, campaign, "send", based_on=now))

    assert refused.status_code == 409
    assert told(refused) == [("Subject of the message", "Theirs", "Please check your profile")]
    assert "Nothing was done: somebody else changed this campaign" in refused.content.decode()
    assert f'name="based_on" value="{now}"' in refused.content.decode()
    assert said_then[-1] == "1 message was sent."
    assert [one.subject for one in mail.outbox] == ["Theirs"]


def test_campaign_that_somebody_stopped_is_not_started_by_an_old_page(client, campaign):
    InvitationFactory(campaign=campaign)
    post(client, campaign, "send")
    seen = Campaign.objects.get().version
    post(client, campaign, "stop")
    InvitationFactory(campaign=campaign)

    refused = post(client, campaign, "send", based_on=seen)

    assert told(refused) == [("State", "Stopped", "Running")]
    assert (Campaign.objects.get().status, len(mail.outbox)) == ("stopped", 1)


@pytest.mark.parametrize(("action", "status"), [("send", "running"), ("stop", "stopped")])
def test_button_pressed_twice_is_no_conflict(client, campaign, action, status):
    InvitationFactory(campaign=campaign)
    if action == "stop":
        post(client, campaign, "send")
    seen = Campaign.objects.get().version

    answers = [post(client, campaign, action, based_on=seen).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert (Campaign.objects.get().status, len(mail.outbox)) == (status, 1)


def test_page_without_a_version_sends_nothing(client, campaign):
    InvitationFactory(campaign=campaign)

    answer = post(client, campaign, "send", based_on="")

    assert (answer.status_code, mail.outbox) == (409, [])


def test_only_those_whom_the_page_showed_are_written_to(client, campaign):
    InvitationFactory(campaign=campaign, contact__email="seen@example.org")
    page = client.get(f"/cities/town/campaigns/{campaign.pk}/")
    InvitationFactory(campaign=campaign, contact__email="later@example.org")

    post(client, campaign, "send", last=page.context["last_unsent"])

    assert [one.to for one in mail.outbox] == [["seen@example.org"]]
    assert Invitation.objects.filter(messages=None).get().email == "later@example.org"


def test_change_in_the_very_moment_of_sending_is_noticed_under_the_lock(
    client, campaign, monkeypatch
):
    InvitationFactory(campaign=campaign)
    theirs = Campaign.objects.get()
    theirs.subject = "Theirs"
    original = campaigns.start

    def start_after_them(campaign, **kwargs):
        if theirs.version == campaign.version:
            save_campaign(theirs, by=None, based_on=campaign.version)
        return original(campaign, **kwargs)

    monkeypatch.setattr(campaigns, "start", start_after_them)
    refused = post(client, campaign, "send")

    assert told(refused) == [("Subject of the message", "Theirs", "Please check your profile")]
    assert (Campaign.objects.get().subject, mail.outbox) == ("Theirs", [])


def test_server_that_does_not_know_its_address_says_so(client, campaign, settings):
    settings.SITE_URL = ""
    InvitationFactory(campaign=campaign)

    sent = post(client, campaign, "send")

    (sentence,) = said(client, sent)
    assert sentence.startswith("Nothing was sent: this server does not know its own address.")
    assert [one.attempts for one in OutboxMessage.objects.all()] == [0]


# ── Whom to ask ──────────────────────────────────────────────────────────────────────────────────


def make_candidates(city):
    """By hand: who was asked, who answered, who has an address, and when each was confirmed."""
    names = ("Alpha", "Beta", "Gamma", "Delta")
    one, two, three, four = (
        ActorFactory(city=city, name=name, slug=name.lower(), sector=sector)
        for name, sector in zip(names, ["media", "media", "academia", "government"], strict=True)
    )
    for actor in (one, two, three):
        ContactFactory(actor=actor)
    ActorFactory(city=city, archived=True)
    ContactFactory(actor__city=None)
    earlier = CampaignFactory(city=city, status="stopped")
    sent = {"campaign": earlier, "contact": None, "sent_at": "2026-01-05T00:00Z"}
    InvitationFactory(actor=two, email="x@example.org", **sent)
    InvitationFactory(actor=three, email="y@example.org", answered_at="2026-01-06T00:00Z", **sent)
    two.confirmed_on = "2018-01-01"
    two.save()
    return one, two, three, four


def test_candidates_say_what_the_filters_ask(campaign, city, convener):
    city.map_date = "2019-06-30"
    city.save()
    make_candidates(city)

    found = load_candidates(Campaign.objects.get(pk=campaign.pk), convener)

    assert [(one.name, one.freshness, one.asked, one.address) for one in found] == [
        ("Alpha", "never", "never", "with"),
        ("Beta", "ageing", "asked", "with"),
        ("Delta", "never", "never", "without"),
        ("Gamma", "never", "answered", "with"),
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Alpha", "Beta", "Delta", "Gamma"]),
        ("sector=media", ["Alpha", "Beta"]),
        ("sector=media&sector=government", ["Alpha", "Beta", "Delta"]),
        ("asked=never", ["Alpha", "Delta"]),
        ("asked=never&address=without", ["Delta"]),
        ("freshness=stale", ["Beta"]),  # 2018, and the map is of today
        ("asked=answered&sector=media", []),
        ("sector=nothing", ["Alpha", "Beta", "Delta", "Gamma"]),
    ],
)
def test_people_are_filtered_by_the_address(client, campaign, city, query, names):
    make_candidates(city)

    page = client.get(f"/cities/town/campaigns/{campaign.pk}/people/?{query}")

    assert [one.name for one in page.context["page_obj"]] == names
    assert page.context["ignored"] == (["nothing"] if query == "sector=nothing" else [])


def test_all_shown_are_added_and_nobody_else(client, campaign, city):
    make_candidates(city)

    client.post(f"/cities/town/campaigns/{campaign.pk}/people/?sector=media", {"action": "add_all"})

    assert [row.actor.name for row in campaign.invitations.order_by("actor__name")] == [
        "Alpha",
        "Beta",
    ]


def test_long_lists_come_in_pages_and_all_who_fit_are_added(client, campaign, city, monkeypatch):
    monkeypatch.setattr("ecosystem.views.campaigns.PAGE_SIZE", 2)
    make_candidates(city)
    address = f"/cities/town/campaigns/{campaign.pk}/people/"

    pages = [client.get(f"{address}?page={n}").context["page_obj"] for n in ("1", "2", "9")]
    client.post(f"{address}?page=2", {"action": "add_all"})
    own = client.get(f"/cities/town/campaigns/{campaign.pk}/?page=2").context["page_obj"]

    assert [[one.name for one in page] for page in pages] == [
        ["Alpha", "Beta"],
        ["Delta", "Gamma"],
        ["Delta", "Gamma"],
    ]
    assert [row.organization for row in own] == ["Gamma"]


def test_who_has_no_address_is_shown_with_the_way_to_add_one(client, campaign, city):
    ActorFactory(city=city, slug="silent")

    body = client.get(f"/cities/town/campaigns/{campaign.pk}/people/").content.decode()

    assert f'href="{reverse("actor_contacts", args=["town", "silent"])}"' in body


def test_people_of_other_cities_cannot_be_added_by_their_number(client, campaign):
    stranger = ContactFactory()
    national = ContactFactory(actor__city=None, public=True)

    client.post(
        f"/cities/town/campaigns/{campaign.pk}/people/",
        {"action": "add", "person": [stranger.pk, national.pk, "x", "9" * 30]},
    )

    assert not Invitation.objects.exists()


# ── One invitation ───────────────────────────────────────────────────────────────────────────────


def test_response_counts_people_by_sector(campaign, city, convener):
    when = "2026-03-01T00:00Z"
    states = [
        ("media", {}),
        ("media", {"sent_at": when}),
        ("media", {"sent_at": when, "opened_at": when}),
        ("academia", {"sent_at": when, "answered_at": when}),
        ("academia", {"bounced_at": when}),
    ]
    for sector, state in states:
        InvitationFactory(campaign=campaign, actor__sector=sector, **state)

    rows = load_asked(campaign, convener)
    table = {
        sector: (one.listed, one.asked, one.opened, one.answered, one.bounced)
        for sector, one in response_by_sector(rows).items()
    }

    assert table == {"academia": (2, 2, 1, 1, 1), "media": (3, 2, 1, 0, 0)}
    assert list(table) == ["academia", "media"]  # order of the vocabulary
    assert total_response(rows).asked == 4


@pytest.mark.parametrize(
    ("invitation", "message", "state"),
    [
        ({}, None, "chosen"),
        ({}, {}, "waiting"),
        (
            {},
            {"attempts": 2, "next_try_at": "2030-01-01T00:00Z", "error": "put off 451"},
            "waiting",
        ),
        ({}, {"attempts": 1}, "unsure"),
        ({}, {"attempts": 6, "error": "refused 451"}, "failed"),
        ({"sent_at": "2026-01-01T00:00Z"}, {"attempts": 1, "sent_at": "2026-01-01T00:00Z"}, "sent"),
        ({"sent_at": "2026-01-01T00:00Z", "opened_at": "2026-01-01T00:00Z"}, None, "opened"),
        ({"bounced_at": "2026-01-01T00:00Z"}, {"attempts": 1, "error": "refused 550"}, "bounced"),
        ({"answered_at": "2026-01-01T00:00Z"}, None, "answered"),
        ({"answered_at": "2026-01-01T00:00Z", "revoked_at": "2026-01-01T00:00Z"}, None, "revoked"),
    ],
)
def test_state_says_where_an_invitation_stands(campaign, convener, invitation, message, state):
    row = InvitationFactory(campaign=campaign, **invitation)
    if message is not None:
        OutboxMessageFactory(invitation=row, **message)

    assert [one.state for one in load_asked(campaign, convener)] == [state]


def test_convener_acts_on_one_invitation(client, campaign):
    row = InvitationFactory(campaign=campaign)
    post(client, campaign, "send")

    post(client, campaign, "again", invitation=row.pk, seen="1")
    post(client, campaign, "again", invitation=row.pk, seen="1")
    post(client, campaign, "bounced", invitation=row.pk)
    refused = said(client, post(client, campaign, "again", invitation=row.pk, seen="2"))
    post(client, campaign, "works", invitation=row.pk)
    taken_back = said(client, post(client, campaign, "revoke", invitation=row.pk))
    stopped = said(client, post(client, campaign, "stop"))

    assert len(mail.outbox) == 2
    assert refused[-1].startswith("This person gets no more messages")
    assert taken_back[-1].startswith("1 link was taken back.")
    assert stopped[-1].startswith("Stopped: nothing more is sent.")
    row.refresh_from_db()
    assert (bool(row.revoked_at), row.bounced_at) == (True, None)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"action": "explode"}, 400),
        ({}, 400),
        ({"action": "revoke"}, 400),
        ({"action": "revoke", "invitation": "x"}, 400),
        ({"action": "revoke", "invitation": "999999"}, 404),
    ],
)
def test_nonsense_is_refused(client, campaign, data, status):
    assert client.post(f"/cities/town/campaigns/{campaign.pk}/", data).status_code == status


@pytest.mark.parametrize("action", ["again", "bounced", "works", "revoke", "leave_out"])
def test_invitations_of_other_campaigns_are_absent(client, campaign, city, action):
    foreign = InvitationFactory(campaign__status="running")
    other = InvitationFactory(campaign__city=city)

    answers = [
        post(client, campaign, action, invitation=row.pk).status_code for row in (foreign, other)
    ]

    assert answers == [404, 404]
    assert set(Invitation.objects.filter(revoked_at=None, bounced_at=None)) == {foreign, other}


# ── Absent for others ────────────────────────────────────────────────────────────────────────────


def addresses(campaign):
    root = "/cities/town/campaigns/"
    own = f"{root}{campaign.pk}/"
    return [root, f"{root}new/", own, f"{own}message/", f"{own}people/"]


@pytest.fixture
def secret(city):
    row = InvitationFactory(
        campaign__city=city,
        campaign__name=CANARY,
        email=f"{CANARY}@example.org",
        contact__name=CANARY,
    )
    return row.campaign


@pytest.mark.parametrize("who", ["nobody", "elsewhere", "viewer", "contributor", "steward"])
def test_campaigns_are_absent_for_everybody_but_those_who_convene(client, city, secret, who):
    users = {
        "nobody": UserFactory,
        "elsewhere": lambda: CityRoleFactory().user,
        "viewer": lambda: CityRoleFactory(city=city, kind="viewer").user,
        "contributor": lambda: CityRoleFactory(city=city, kind="contributor").user,
        "steward": lambda: StewardFactory(actor__city=city).user,
    }
    client.force_login(users[who]())

    for address in addresses(secret):
        for response in (client.get(address), client.post(address, {"action": "send"})):
            assert response.status_code == 404
            assert CANARY not in response.content.decode()
    assert "/campaigns/" not in client.get("/cities/town/").content.decode()
    assert mail.outbox == []


def test_visitors_are_asked_to_sign_in(client, secret):
    for address in addresses(secret):
        assert client.get(address).url == f"/account/login/?next={address}"
    assert "/campaigns/" not in client.get("/cities/town/").content.decode()


def test_campaign_of_another_city_is_absent_under_ones_own(client, convener):
    other = CampaignFactory(name=CANARY)

    for address in addresses(other)[2:]:
        assert client.get(address).status_code == 404


def test_convener_sees_the_way_there(client, convener):
    assert 'href="/cities/town/campaigns/"' in client.get("/cities/town/").content.decode()


def test_national_staff_see_campaigns(client, secret):
    client.force_login(UserFactory(national=True))

    assert [client.get(address).status_code for address in addresses(secret)] == [200] * 5


@pytest.mark.parametrize("page", [0, 2, 4])
def test_queries_do_not_grow(client, campaign, city, django_assert_max_num_queries, page):
    def fill(count):
        for _ in range(count):
            row = InvitationFactory(campaign=campaign, sent_at="2026-01-01T00:00Z")
            OutboxMessageFactory(invitation=row)
            CampaignFactory(city=city)

    address = addresses(campaign)[page]
    fill(1)
    with django_assert_max_num_queries(30) as few:
        client.get(address)
    fill(5)
    with django_assert_max_num_queries(len(few)):
        client.get(address)


# ── Mail of a development server ─────────────────────────────────────────────────────────────────


def test_outbox_page_is_absent_outside_development(client, settings):
    client.force_login(UserFactory(national=True))

    assert client.get("/outbox/").status_code == 404


def test_outbox_page_shows_what_was_sent_last(client, settings, campaign):
    cache.clear()
    settings.DEBUG = True
    settings.EMAIL_BACKEND = "ecosystem.common.mail.KeepingBackend"
    many = [mail.EmailMessage(f"{n}", "text", to=["a@example.org"]) for n in range(60)]
    mail.get_connection().send_messages(many)
    InvitationFactory(campaign=campaign, contact__name="<b>Ana</b>")

    post(client, campaign, "send")
    body = client.get("/outbox/").content.decode()

    kept = kept_mails()
    cache.clear()
    assert [one["subject"] for one in kept] == [
        "Please check your profile",
        *(f"{n}" for n in range(59, 10, -1)),
    ]
    assert "Hello &lt;b&gt;Ana&lt;/b&gt;" in body
    assert 'href="https://maps.example.org/p/' in body


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (Sending(sent=1), "1 message was sent."),
        (
            Sending(sent=2, refused=1, unsure=1, put_off=1, waiting=1),
            "2 messages were sent. The mail server refused 1. Of 1 nobody knows whether it went "
            "out. 2 wait and go out with the next runs.",
        ),
        (
            Sending(is_reachable=False, waiting=3),
            "The mail server can't be reached. Nothing is lost: the messages wait.",
        ),
    ],
)
def test_what_came_of_sending_is_said(done, words):
    assert told_sending(done) == words
