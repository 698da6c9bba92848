"""A partner's own page by personal link: who gets in, what it sees, what is saved."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from actors.framework import ActorStatus, Visibility
from actors.models import (
    Actor,
    City,
    Invitation,
    Need,
    Offer,
    OutboxMessage,
    Relationship,
    SkillStatement,
    Source,
)
from actors.models.relationship import SideAnswer
from actors.models.source import SourceKind
from actors.models.statement import StatementOrigin
from actors.services.links import make_link, revoke_links
from actors.services.partner import BY_LINK
from ecosystem.selectors.maps import load_maps
from ecosystem.views.partner import links
from ecosystem.views.partner.screens import SCREENS
from tests.factories import (
    DAY,
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    ContactFactory,
    InvitationFactory,
    IssueFactory,
    NeedFactory,
    OfferFactory,
    RelationshipFactory,
    SkillStatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 5, 12)
DATA = "/p/skills/data-analysis-translation/"
TECH = "/p/skills/technology-design-development/"
TOKEN_FIELD = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False):
        yield TODAY


@pytest.fixture
def city():
    return CityFactory(name="Springfield")


@pytest.fixture
def actor(city):
    return ActorFactory(city=city, name="Data Kitchen", description="Cooks data.")


@pytest.fixture
def invitation(actor, city):
    return InvitationFactory(actor=actor, campaign__city=city)


def opened(invitation, client=None):
    """A browser in which the personal link was used."""
    browser = client or Client()
    browser.get(make_link(invitation))
    browser.post("/p/continue/")
    return browser


@pytest.fixture
def browser(invitation):
    return opened(invitation)


def seen_on(browser, path="/p/"):
    """What the page says it shows."""
    return re.search(r'name="seen" value="(\w+)"', browser.get(path).content.decode())[1]


def history_of(record):
    """Reason and user of what was written last."""
    row = record.history.order_by("history_id").last()
    return row.history_change_reason, row.history_user


# ── The link ─────────────────────────────────────────────────────────────────────────────────────


def test_programs_that_open_the_address_use_nothing_up(invitation):
    path = make_link(invitation)
    for _ in range(3):
        scanner = Client()
        scanner.head(path)
        assertContains(scanner.get(path, follow=True), "Continue")

    person = Client()
    assertRedirects(person.get(path), "/p/")
    assertRedirects(person.post("/p/continue/"), "/p/")

    assertContains(person.get("/p/"), "Data Kitchen")
    assert Invitation.objects.get().opened_at == timezone.now()


def test_every_link_that_opens_nothing_gets_the_same_answer(invitation, city):
    other = InvitationFactory(campaign__city=city)
    expired = make_link(InvitationFactory(campaign__city=city), days=-1)
    used, revoked = make_link(invitation), make_link(other)
    first = Client()
    first.get(used)
    first.post("/p/continue/")
    revoke_links([other])
    foreign, mangled = "/p/" + "A" * 43 + "/", used[:-9] + "/"

    answers = []
    for path in (expired, used, revoked, foreign, mangled, "/p/é%20<b>/"):
        browser = Client()
        assertRedirects(browser.get(path), "/p/", fetch_redirect_response=False)
        for answer in (browser.get("/p/"), browser.post("/p/continue/", follow=True)):
            body = TOKEN_FIELD.sub("", answer.content.decode())
            headers = {
                name: answer.get(name)
                for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag", "Content-Type")
            }
            answers.append((answer.status_code, body, tuple(headers.items())))

    assert len(set(answers)) == 1
    assert answers[0][0] == 404
    assert "Send me a new link" in answers[0][1]


def test_link_goes_on_in_the_browser_it_was_used_in_and_in_no_other(invitation):
    path = make_link(invitation)
    own, other = Client(), Client()
    own.get(path)
    own.post("/p/continue/")

    assertContains(own.get(path, follow=True), "Still right")
    assertContains(other.get(path, follow=True), "Send me a new link", status_code=404)


def test_continue_pressed_twice_opens_the_page_once(invitation):
    browser = Client()
    browser.get(make_link(invitation))
    before = dict(browser.cookies.items())

    assertRedirects(browser.post("/p/continue/"), "/p/")
    browser.cookies.update(before)
    assertRedirects(browser.post("/p/continue/"), "/p/")

    assertContains(browser.get("/p/"), "Still right")


def test_opening_a_link_changes_the_session_key(invitation, client):
    client.get(make_link(invitation))
    first = client.cookies["sessionid"].value

    client.get(make_link(invitation))

    assert client.cookies["sessionid"].value != first


def test_session_ends_with_the_link_or_its_revocation(invitation, city):
    browser = opened(invitation)
    other = InvitationFactory(campaign__city=city)
    second = opened(other)

    revoke_links([other])
    assert [browser.get("/p/about/").status_code, second.get("/p/about/").status_code] == [200, 404]

    Invitation.objects.update(expires_at=timezone.now())
    assert browser.get("/p/about/").status_code == 404


@pytest.mark.parametrize(
    "path", ["about/", "kind/", "ties/", "lend/", "need/", "check/", "done/", "change/", "confirm/"]
)
def test_nothing_opens_without_a_link(client, path):
    assert client.get(f"/p/{path}").status_code == 404
    assert client.post(f"/p/{path}").status_code == 404


def test_pages_are_kept_by_no_cache(browser):
    answer = browser.get("/p/")

    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_contact_is_spoken_to_in_its_language_until_it_chooses(city, actor):
    contact = ContactFactory(actor=actor, language="es")
    invitation = InvitationFactory(actor=actor, contact=contact, campaign__city=city)
    browser = Client(headers={"Accept-Language": "en"})

    first = browser.get(make_link(invitation), follow=True)
    browser.post("/p/continue/")
    second = browser.get("/p/")
    browser.post("/i18n/setlang/", {"language": "en", "next": "/p/"})
    third = browser.get("/p/")

    assert [one["Content-Language"] for one in (first, second, third)] == ["es", "es", "en"]


def test_form_of_one_organization_is_not_saved_for_another(browser, actor, city):
    other = ActorFactory(city=city, name="Shelter", description="Shelters.")
    form = browser.get("/p/about/").content.decode()
    whose = re.search(r'name="whose" value="(\d+)"', form)[1]
    opened(InvitationFactory(actor=other, campaign__city=city), browser)

    answer = browser.post("/p/about/", about(1, whose=whose), follow=True)

    assertContains(answer, "Nothing was saved")
    assertContains(answer, "<bdi>Shelter</bdi>")
    assert Actor.objects.get(pk=other.pk).description == "Shelters."


def test_who_looks_after_two_organizations_goes_from_one_to_the_other(city, client):
    paths = {}
    for name in ("Shelter", "Library"):
        actor = ActorFactory(city=city, name=name)
        paths[name] = make_link(InvitationFactory(actor=actor, campaign__city=city))
        client.get(paths[name])
        client.post("/p/continue/")
        client.post(TECH, {"coding": "1" if name == "Shelter" else "2"})

    for name, said in (("Shelter", "We are learning"), ("Library", "Solid")):
        assertContains(client.get(paths[name], follow=True), f"<bdi>{name}</bdi>")
        assertContains(client.get("/p/check/"), f"Coding: {said}.")


def test_links_that_open_nothing_cost_the_same(invitation, city):
    expired = make_link(InvitationFactory(campaign__city=city), days=-1)
    used = make_link(invitation)
    opened(invitation)  # ends the link before it
    counts = []
    for path in (expired, used, "/p/" + "A" * 43 + "/", "/p/short/"):
        browser = Client()
        with CaptureQueriesContext(connection) as asked:
            browser.get(path, follow=True)
        counts.append([query["sql"].split()[0] for query in asked.captured_queries])

    assert counts == [counts[0]] * 4


# ── A new link ───────────────────────────────────────────────────────────────────────────────────


def test_strangers_and_friends_get_the_same_answer_and_one_mail_goes_out(
    invitation, client, monkeypatch
):
    Invitation.objects.update(email="ana@example.org", sent_at=timezone.now())
    monkeypatch.setattr(links, "do_later", lambda job, email: job(email))

    answers = [
        client.post("/p/new-link/", {"email": email}, follow=True)
        for email in ("ana@example.org", "ana@example.org", "bob@example.org")
    ]

    assert len({TOKEN_FIELD.sub("", one.content.decode()) for one in answers}) == 1
    assert [message.invitation for message in OutboxMessage.objects.all()] == [invitation]


def test_address_that_is_none_is_asked_for_again(client):
    assertContains(
        client.post("/p/new-link/", {"email": "ana"}),
        "Write an e-mail address, as in name@example.org.",
        status_code=404,
    )


# ── What it sees ─────────────────────────────────────────────────────────────────────────────────


def test_start_shows_what_is_recorded(browser, actor, city):
    ally = ActorFactory(city=city, name="Library")
    RelationshipFactory(city=city, source=ally, target=actor, kind="funds")
    SkillStatementFactory(actor=actor, competency="coding", level=3)
    SkillStatementFactory(actor=actor, competency="fundraising", level=None)
    OfferFactory(actor=actor, description="A meeting room")
    NeedFactory(actor=actor, description="A web address")

    page = browser.get("/p/")

    for text in (
        "Cooks data.",
        "Funded by: <bdi>Library</bdi>",
        "Coding: We could teach it",
        "Fundraising: Rather not say",
        "A meeting room",
        "A web address",
    ):
        assertContains(page, text)


def test_what_others_may_not_see_is_absent(browser, actor, city):
    far = CityFactory(visibility=Visibility.PRIVATE)
    hidden = [
        ActorFactory(city=city, name="Canary proposed", status=ActorStatus.PROPOSED),
        ActorFactory(city=city, name="Canary archived", status=ActorStatus.ARCHIVED),
        ActorFactory(city=far, name="Canary far away"),
    ]
    for other in hidden:
        RelationshipFactory(city=city, source=actor, target=other)
    ContactFactory(actor=actor, name="Canary contact", email="canary@example.org")
    shown = ActorFactory(city=city, name="Shown")
    RelationshipFactory(
        city=city,
        source=actor,
        target=shown,
        strength=4,
        target_answer=SideAnswer.DISPUTED,
        description="Canary words",
    )

    for path in ("/p/", "/p/ties/", "/p/check/", "/p/done/", "/p/ties/add/?q=archived"):
        page = browser.get(path).content.decode()
        assert "anary" not in page
        assert "disput" not in page.casefold()
    assertContains(browser.get("/p/ties/"), "Shown")
    assert [browser.get(f"/p/ties/add/{one.slug}/").status_code for one in hidden] == [404] * 3
    assert browser.post(f"/p/ties/add/{hidden[0].slug}/", {"tie": "out:funds"}).status_code == 404


@pytest.mark.parametrize(
    ("visibility", "found"),
    [(Visibility.PUBLIC, 200), (Visibility.PARTNERS, 200), (Visibility.PRIVATE, 404)],
)
def test_partner_of_a_private_map_sees_only_those_it_has_ties_with(visibility, found):
    city = CityFactory(visibility=visibility)
    actor = ActorFactory(city=city)
    ally = ActorFactory(city=city, name="Ally")
    other = ActorFactory(city=city, name="Other one")
    RelationshipFactory(city=city, source=actor, target=ally)
    browser = opened(InvitationFactory(actor=actor, campaign__city=city))

    assertContains(browser.get("/p/ties/"), "Ally")
    assert browser.get(f"/p/ties/add/{other.slug}/").status_code == found
    assert ("Other one" in browser.get("/p/ties/add/?q=other").content.decode()) == (found == 200)
    # The picture is for everybody, so it is of a public map.
    assert ("Your place on the map" in browser.get("/p/done/").content.decode()) == (
        visibility == Visibility.PUBLIC
    )


@pytest.mark.parametrize("count", [1, 6])
def test_queries_do_not_grow_with_the_record(
    browser, actor, city, count, django_assert_num_queries
):
    for _ in range(count):
        RelationshipFactory(city=city, source=actor, target=ActorFactory(city=city))
        OfferFactory(actor=actor)
    browser.get("/p/")

    # session, invitation, statements, ties, offers, needs, issues
    with django_assert_num_queries(7):
        browser.get("/p/")


# ── Still right ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def record(actor, city):
    """Everything that "still right" is about, by name."""
    ally, rival = ActorFactory(city=city, name="Ally"), ActorFactory(city=city, name="Rival")
    return {
        "actor": actor,
        "skill": SkillStatementFactory(actor=actor, confirmed_on=DAY),
        "offer": OfferFactory(actor=actor),
        "over": OfferFactory(actor=actor, is_open=False),
        "tie": RelationshipFactory(
            city=city, source=ally, target=actor, source_answer=SideAnswer.DISPUTED
        ),
        "wrong": RelationshipFactory(
            city=city, source=actor, target=rival, source_answer=SideAnswer.DISPUTED
        ),
        "wished": RelationshipFactory(city=city, source=actor, target=rival, wished=True),
        "past": RelationshipFactory(city=city, source=actor, target=ally, ended_on=DAY),
    }


def versions(record):
    return {name: one.history.count() for name, one in record.items()}


def test_still_right_confirms_everything_in_its_care(browser, record, invitation, city):
    before = City.objects.get()

    assertRedirects(browser.post("/p/confirm/", {"seen": seen_on(browser)}), "/p/done/")

    for one in record.values():
        one.refresh_from_db()
    assert record["actor"].confirmed_on == TODAY
    assert (record["skill"].confirmed_on, record["skill"].level) == (TODAY, 2)
    assert (record["offer"].confirmed_on, record["over"].confirmed_on) == (TODAY, None)
    tie = record["tie"]
    assert (tie.target_answer, tie.target_answered_on) == ("confirmed", TODAY)
    assert (tie.source_answer, record["wrong"].source_answer) == ("disputed", "disputed")
    assert (record["wished"].source_answer, record["past"].source_answer) == ("", "")
    assert Invitation.objects.get().answered_at == timezone.now()
    assert {history_of(record[name]) for name in ("actor", "skill", "offer", "tie")} == {
        (BY_LINK, None)
    }
    after = City.objects.get()
    assert after.tie_revision > before.tie_revision
    assertContains(browser.get("/p/done/"), "You confirmed that all the rest is still right.")


def test_still_right_pressed_twice_is_saved_once(browser, record):
    seen = seen_on(browser)
    browser.post("/p/confirm/", {"seen": seen})
    saved = versions(record)

    assertRedirects(browser.post("/p/confirm/", {"seen": seen}), "/p/done/")

    assert versions(record) == saved


def test_still_right_speaks_for_nobody_who_is_signed_in(invitation, record, client):
    client.force_login(UserFactory())
    browser = opened(invitation, client)

    browser.post("/p/confirm/", {"seen": seen_on(browser)})

    assert history_of(record["actor"]) == (BY_LINK, None)


def test_still_right_is_not_said_of_what_was_not_shown(browser, record, actor):
    seen = seen_on(browser)
    Actor.objects.filter(pk=actor.pk).update(description="Sells shoes.")
    saved = versions(record)

    answer = browser.post("/p/confirm/", {"seen": seen}, follow=True)

    assertContains(answer, "Somebody changed this record while you looked at it.")
    assertContains(answer, "Sells shoes.")
    assert versions(record) == saved


def test_finishing_without_confirming_is_an_answer_as_well(browser, actor):
    assertRedirects(browser.post("/p/check/"), "/p/done/")

    assert Invitation.objects.get().answered_at == timezone.now()
    assert Actor.objects.get(pk=actor.pk).confirmed_on is None


# ── What it is and does ──────────────────────────────────────────────────────────────────────────


def about(version, **changed):
    said = {"description": "Cooks data.", "website": ""}
    return said | {"based_on": version} | changed


def test_about_saves_and_goes_on(browser, actor):
    answer = browser.post("/p/about/", about(1, website="kitchen.example.org"))

    assertRedirects(answer, "/p/kind/")
    stored = Actor.objects.get(pk=actor.pk)
    assert (stored.website, stored.version) == ("https://kitchen.example.org", 2)
    assert history_of(stored) == (BY_LINK, None)


def test_kind_saves_sector_roles_and_issues(browser, actor):
    housing = IssueFactory(name="Housing")
    entered = {
        "sector": "media",
        "roles": ["storyteller", "community"],
        "issues": [housing.pk],
        "based_on": 1,
        "then": "finish",
    }

    assertRedirects(browser.post("/p/kind/", entered), "/p/check/")

    stored = Actor.objects.get(pk=actor.pk)
    assert (stored.sector, stored.roles) == ("media", ("community", "storyteller"))
    assert list(stored.issues.all()) == [housing]


def test_the_same_form_twice_is_saved_once(browser, actor):
    for _ in range(2):
        assertRedirects(
            browser.post("/p/about/", about(1, website="https://down.example.org")), "/p/kind/"
        )

    assert Actor.objects.get(pk=actor.pk).version == 2


def test_nothing_entered_is_nothing_saved(browser, actor):
    browser.post("/p/about/", about(1))

    assert Actor.objects.get(pk=actor.pk).version == 1


def test_address_that_is_none_is_said_beside_its_field(browser, actor):
    answer = browser.post("/p/about/", about(1, website="javascript:alert(1)"))

    assertContains(answer, "Write a web address", status_code=422)
    assert Actor.objects.get(pk=actor.pk).version == 1


def test_two_partners_at_once_see_both_versions_and_choose(browser, actor, city):
    colleague = opened(InvitationFactory(actor=actor, campaign__city=city))
    colleague.post("/p/about/", about(1, description="Bakes data."))

    answer = browser.post(
        "/p/about/", about(1, description="Fries data.", website="https://east.example.org")
    )

    assert answer.status_code == 409
    for text in ("Bakes data.", "Fries data.", "https://east.example.org"):
        assertContains(answer, text, status_code=409)
    assert Actor.objects.get(pk=actor.pk).description == "Bakes data."

    fields = re.findall(
        r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.content.decode()
    )
    again = {name: value for name, value in fields if name != "csrfmiddlewaretoken"}
    assertRedirects(browser.post("/p/about/", again), "/p/kind/")
    stored = Actor.objects.get(pk=actor.pk)
    assert (stored.description, stored.website) == ("Fries data.", "https://east.example.org")


def test_what_a_partner_left_alone_is_not_taken_back_from_a_colleague(browser, actor, city):
    colleague = opened(InvitationFactory(actor=actor, campaign__city=city))
    colleague.post("/p/about/", about(1, description="Bakes data."))

    answer = browser.post("/p/about/", about(1, website="https://east.example.org"))

    fields = re.findall(r'name="(\w+)" value="([^"]*)"', answer.content.decode())
    browser.post("/p/about/", dict(fields) | {"then": "next"})
    stored = Actor.objects.get(pk=actor.pk)
    assert (stored.description, stored.website) == ("Bakes data.", "https://east.example.org")


# ── Where it is ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def in_boston(actor, city):
    """The city has a place; the actor has one there."""
    City.objects.filter(pk=city.pk).update(latitude=42.36, longitude=-71.06)
    actor.latitude, actor.longitude = 42.35, -71.05
    actor.save()


def place(latitude="", longitude="", version=1, **more):
    return {"latitude": latitude, "longitude": longitude, "based_on": version} | more


def where(actor):
    return Actor.objects.values_list("latitude", "longitude").get(pk=actor.pk)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (place("42.3601", "-71.0589"), (42.3601, -71.0589)),
        (place("42,3601", "-71,0589"), (42.3601, -71.0589)),
        (place("42.3601, -71.0589"), (42.3601, -71.0589)),
        (place("19.43", "-99.13"), (19.43, -99.13)),  # far, and no slip of anything near
        (place(), (None, None)),
        (place("42.35", "-71.05", remove="on"), (None, None)),
    ],
    ids=["two numbers", "commas", "both pasted", "far away", "cleared", "removed"],
)
def test_place_is_saved_once_and_told_as_one_thing(browser, actor, in_boston, sent, stored):
    for _twice in range(2):
        assertRedirects(browser.post("/p/place/", sent), SCREENS[3].url)

    assert where(actor) == stored
    assert Actor.objects.get(pk=actor.pk).version == 2
    assertContains(browser.get("/p/check/"), "Where you are: changed.", count=1)
    assert history_of(Actor.objects.get(pk=actor.pk)) == (BY_LINK, None)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (place("north", "-71.05"), "Write degrees with a point, as in 42.3601."),
        (place("142.36", "-71.05"), "Write a number from -90 to 90."),
        (place("42.36", ""), "A place needs both numbers"),
        (place("nan", "-71.05"), "Write degrees with a point, as in 42.3601."),
        (place("42.36", "71.06"), "Do you mean latitude 42.36 and longitude -71.06?"),
        (place("-71.06", "42.36"), "Do you mean latitude 42.36 and longitude -71.06?"),
        (place("71.06", "42.36"), "Do you mean latitude 42.36 and longitude -71.06?"),
    ],
    ids=["words", "off the earth", "one", "nan", "minus lost", "exchanged", "both"],
)
def test_place_that_cannot_be_is_refused_with_what_is_wrong(browser, actor, in_boston, sent, said):
    answer = browser.post("/p/place/", sent)

    assertContains(answer, said, status_code=422)
    assert where(actor) == (42.35, -71.05)


def test_two_partners_name_two_places(browser, actor, city, in_boston):
    colleague = opened(InvitationFactory(actor=actor, campaign__city=city))
    colleague.post("/p/place/", place("42.3", "-71.0"))

    answer = browser.post("/p/place/", place("42.35", "-71.05", remove="on"))

    assertContains(answer, "42.3", status_code=409)
    assert where(actor) == (42.3, -71.0)
    fields = re.findall(
        r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.content.decode()
    )
    browser.post("/p/place/", dict(fields))
    assert where(actor) == (None, None)


@pytest.mark.parametrize(
    ("visibility", "said"),
    [
        (Visibility.PUBLIC, "Everybody can see the point"),
        (Visibility.PARTNERS, "Everybody who may see this map can see the point."),
        (Visibility.PRIVATE, "Everybody who may see this map can see the point."),
    ],
)
def test_who_sees_the_place_is_said(browser, city, visibility, said):
    City.objects.filter(pk=city.pk).update(visibility=visibility)

    assertContains(browser.get("/p/place/"), said)


def test_place_that_changed_meanwhile_is_not_confirmed_unseen(browser, actor, in_boston):
    seen = seen_on(browser)
    Actor.objects.filter(pk=actor.pk).update(latitude=1.0)

    assertContains(browser.post("/p/confirm/", {"seen": seen}, follow=True), "look once more")


# ── Skills ───────────────────────────────────────────────────────────────────────────────────────


def skills(actor):
    return {
        one.competency: (one.level, one.origin, one.confirmed_on)
        for one in SkillStatement.objects.filter(actor=actor)
    }


def test_skills_are_saved_and_blanks_stay_unasked(browser, actor):
    entered = {"data-quality-analysis": "3", "data-communication": "unsaid"}

    assertRedirects(browser.post(DATA, entered), TECH)

    itself = StatementOrigin.ITSELF
    assert skills(actor) == {
        "data-quality-analysis": (3, itself, TODAY),
        "data-communication": (None, itself, TODAY),
    }
    assertContains(browser.get("/p/check/"), "Data quality &amp; analysis: We could teach it.")


def test_answer_that_stays_is_confirmed_and_keeps_its_origin(browser, actor):
    SkillStatementFactory(actor=actor, competency="coding", level=2)

    browser.post(TECH, {"coding": "2", "coding-seen": "2"})

    assert skills(actor) == {"coding": (2, StatementOrigin.SOURCE, TODAY)}


def test_two_answers_about_one_skill_are_shown_side_by_side(browser, actor, city):
    colleague = opened(InvitationFactory(actor=actor, campaign__city=city))
    colleague.post(TECH, {"coding": "1"})
    entered = {"coding": "3", "coding-seen": "", "user-centered-design": "2"}

    answer = browser.post(TECH, entered)

    assertContains(answer, "We are learning", status_code=409)
    assertContains(answer, "We could teach it", status_code=409)
    assert set(skills(actor)) == {"coding"}
    assertRedirects(browser.post(TECH, entered | {"coding-seen": "1"}), "/p/ties/")
    assert {slug: level for slug, (level, *_rest) in skills(actor).items()} == {
        "coding": 3,
        "user-centered-design": 2,
    }


def test_page_left_open_does_not_take_a_colleagues_answer_back(browser, actor, city):
    SkillStatementFactory(actor=actor, competency="coding", level=2)
    colleague = opened(InvitationFactory(actor=actor, campaign__city=city))
    colleague.post(TECH, {"coding": "3", "coding-seen": "2"})

    # Left as it was shown, beside a new answer to another question.
    browser.post(TECH, {"coding": "2", "coding-seen": "2", "user-centered-design": "1"})

    levels = {slug: level for slug, (level, *_rest) in skills(actor).items()}
    assert levels == {"coding": 3, "user-centered-design": 1}


def test_answer_that_is_none_and_area_that_is_none(browser, actor):
    assert browser.post(TECH, {"coding": "9"}).status_code == 422
    assert browser.get("/p/skills/cooking/").status_code == 404
    assert skills(actor) == {}


# ── Ties ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def tie(actor, city):
    ally = ActorFactory(city=city, name="Library")
    return RelationshipFactory(
        city=city, source=ally, target=actor, source_answer=SideAnswer.CONFIRMED
    )


def informants(city, user):
    """Sources that name each actor of the city, by its name, as ``user`` may see them."""
    return {one.name: set(one.informants) for one in load_maps([city], user=user)[city.pk].actors}


@pytest.mark.parametrize(
    ("answer", "stored"),
    [
        ("right", ("confirmed", "confirmed", None)),
        ("wrong", ("confirmed", "disputed", None)),
        ("ended", ("confirmed", "", TODAY)),
        ("", ("confirmed", "", None)),
    ],
)
def test_each_side_answers_for_itself(browser, tie, answer, stored):
    assertRedirects(browser.post("/p/ties/", {str(tie.pk): answer}), "/p/lend/")

    tie.refresh_from_db()
    assert (tie.source_answer, tie.target_answer, tie.ended_on) == stored


def test_tie_said_to_have_ended_by_mistake_comes_back(browser, tie):
    key = str(tie.pk)
    browser.post("/p/ties/", {key: "ended"})

    browser.post("/p/ties/", {key: "right", f"{key}-seen": "ended"})

    tie.refresh_from_db()
    assert (tie.ended_on, tie.target_answer) == (None, "confirmed")


def test_answer_of_the_other_side_does_not_show(actor, tie, browser):
    pages = []
    for answer in (SideAnswer.CONFIRMED, SideAnswer.DISPUTED, ""):
        Relationship.objects.update(source_answer=answer)
        pages.append(
            tuple(
                TOKEN_FIELD.sub("", browser.get(path).content.decode())
                for path in ("/p/", "/p/ties/", "/p/done/")
            )
        )

    assert len(set(pages)) == 1


def test_two_answers_about_one_tie_are_shown_side_by_side(browser, actor, tie, city):
    colleague = opened(InvitationFactory(actor=actor, campaign__city=city))
    colleague.post("/p/ties/", {str(tie.pk): "wrong"})

    answer = browser.post("/p/ties/", {str(tie.pk): "right", f"{tie.pk}-seen": ""})

    assertContains(answer, "Receives data from: Library", status_code=409)
    tie.refresh_from_db()
    assert tie.target_answer == "disputed"


@pytest.fixture
def many_ties(actor, city):
    """45 of them, by name: Partner 01 … Partner 45; 3 is answered, 44 is Ñandú."""
    return [
        RelationshipFactory(
            city=city,
            source=actor,
            target__name="Ñandú 44" if number == 44 else f"Partner {number:02}",
            source_answer=SideAnswer.CONFIRMED if number == 3 else "",
        )
        for number in range(1, 46)
    ]


def shown_ties(browser, path="/p/ties/"):
    page = browser.get(path)
    return [one.other.name for one in page.context["form"].ties]


def test_many_ties_come_in_parts_that_are_saved_when_left(browser, many_ties):
    first = shown_ties(browser)
    assert first == ["Ñandú 44", *(f"Partner {number:02}" for number in range(1, 20))]
    assertContains(browser.get("/p/ties/"), "You answered 1 of 45.")
    assertContains(browser.get("/p/ties/"), "Save, on to part 2 of 3")

    tie = many_ties[0].pk
    right = {f"{tie}": "right", f"{tie}-seen": "", "then": "next", "q": ""}
    assertRedirects(browser.post("/p/ties/", right), "/p/ties/?q=&page=2")
    assert shown_ties(browser, "/p/ties/?q=&page=2")[0] == "Partner 20"
    assert shown_ties(browser, "/p/ties/?q=&page=99") == [
        f"Partner {number:02}" for number in (40, 41, 42, 43, 45)
    ]
    for page, then, after in (
        (2, "back", "/p/ties/?q=&page=1"),
        (3, "next", "/p/lend/"),
        (2, "leave", "/p/lend/"),
        (2, "finish", "/p/check/"),
    ):
        assertRedirects(browser.post(f"/p/ties/?q=&page={page}", {"then": then}), after)
    assert Relationship.objects.get(pk=tie).source_answer == SideAnswer.CONFIRMED


def test_many_ties_begin_where_an_answer_is_missing(browser, many_ties):
    Relationship.objects.exclude(target__name="Partner 25").update(source_answer="confirmed")

    assert shown_ties(browser)[0] == "Partner 20"


def test_one_of_many_ties_is_searched_for_and_what_was_answered_is_saved(browser, many_ties):
    tie = many_ties[0].pk
    sent = {f"{tie}": "wrong", f"{tie}-seen": "", "then": "search", "q": "nandu"}

    answer = browser.post("/p/ties/", sent)

    assertRedirects(answer, "/p/ties/?q=nandu&page=1")
    assert Relationship.objects.get(pk=tie).source_answer == SideAnswer.DISPUTED
    assert shown_ties(browser, answer["Location"]) == ["Ñandú 44"]
    assert shown_ties(browser, "/p/ties/?q=shares+partner+17") == ["Partner 17"]
    nobody = browser.get("/p/ties/?q=%3Cb%3E")
    assertContains(nobody, "0 fit “&lt;b&gt;”.")
    found = many_ties[43].pk
    sent = {f"{found}": "ended", f"{found}-seen": "", "then": "next"}
    assertRedirects(browser.post(answer["Location"], sent), "/p/lend/")
    assert Relationship.objects.get(pk=found).ended_on == TODAY


def test_few_ties_have_no_parts(browser, tie):
    assertNotContains(browser.get("/p/ties/"), "Find one of them")


def test_answers_of_another_part_than_shown_are_stored(browser, many_ties):
    """As when a colleague added ties since, and the parts moved."""
    tie = many_ties[44].pk

    browser.post("/p/ties/?q=&page=1", {f"{tie}": "right", f"{tie}-seen": ""})

    assert Relationship.objects.get(pk=tie).source_answer == SideAnswer.CONFIRMED


def queries(send):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        send()
    return len(asked)


def test_many_ties_cost_no_more_queries(browser, actor, city, many_ties):
    few, many = {}, {}
    browser.post("/p/ties/", {f"{many_ties[0].pk}": "right"})  # its answers become a source
    for counted, number in ((few, 0), (many, 40)):
        for _one in range(number):
            RelationshipFactory(city=city, source=actor)
        open_one = Relationship.objects.filter(source=actor, source_answer="").first().pk
        sent = {f"{open_one}": "right", f"{open_one}-seen": ""}
        for path in ("/p/", "/p/ties/", "/p/ties/?q=partner", "/p/check/"):
            counted[path] = queries(lambda path=path: browser.get(path))
        counted["post"] = queries(lambda sent=sent: browser.post("/p/ties/?page=1", sent))

    assert few == many


def test_tie_of_others_is_not_answered(browser, city):
    other = RelationshipFactory(city=city)

    browser.post("/p/ties/", {str(other.pk): "wrong"})

    other.refresh_from_db()
    assert (other.source_answer, other.target_answer) == ("", "")


def test_one_invitation_is_one_private_informant_g17(browser, tie, actor, city, invitation):
    convener = CityRoleFactory(city=city).user
    browser.post("/p/ties/", {str(tie.pk): "right"})
    shelter = ActorFactory(city=city, name="Shelter")
    browser.post(f"/p/ties/add/{shelter.slug}/", {"tie": "out:trains"})

    source = Source.objects.get()
    assert (source.kind, source.is_informant, source.is_public, source.city) == (
        SourceKind.SURVEY_ANSWER,
        True,
        False,
        city,
    )
    named = {source.citation}
    assert informants(city, convener) == {
        "Data Kitchen": named,
        "Library": named,
        "Shelter": named,
    }
    assert set().union(*informants(city, UserFactory()).values()) == set()

    browser.post("/p/ties/", {str(tie.pk): "wrong", f"{tie.pk}-seen": "right"})
    assert informants(city, convener)["Library"] == set()


def test_found_by_any_word_and_accent_here_and_nationally(browser, city):
    ActorFactory(city=city, name="Casa José")
    ActorFactory(national=True, name="José Foundation")
    ActorFactory(name="José of another city")

    page = browser.get("/p/ties/add/?q=jose")

    assertContains(page, "<bdi>Casa José</bdi>")
    assertContains(page, "<bdi>José Foundation</bdi>")
    assertNotContains(page, "another city")
    results = browser.get("/p/ties/add/?q=jose", headers={"X-Part": "results"})
    assertContains(results, "Casa José")
    assertNotContains(results, "<html")


@pytest.mark.parametrize(("way", "ends"), [("out", "actor other"), ("in", "other actor")])
def test_added_tie_is_confirmed_by_its_side_once(browser, actor, city, way, ends):
    other = ActorFactory(city=city, name="Shelter")
    for _ in range(2):
        answer = browser.post(f"/p/ties/add/{other.slug}/", {"tie": f"{way}:funds"})
        assertRedirects(answer, "/p/ties/")

    tie = Relationship.objects.get()
    names = {actor: "actor", other: "other"}
    assert f"{names[tie.source]} {names[tie.target]}" == ends
    own = tie.source_answer if way == "out" else tie.target_answer
    assert (own, {tie.source_answer, tie.target_answer}) == ("confirmed", {"confirmed", ""})
    assert history_of(tie) == (BY_LINK, None)


def test_tie_that_reads_the_same_both_ways_is_not_recorded_twice(browser, actor, city):
    other = ActorFactory(city=city)
    tie = RelationshipFactory(city=city, source=other, target=actor, kind="delivers_project_with")

    browser.post(f"/p/ties/add/{other.slug}/", {"tie": "out:delivers_project_with"})

    assert Relationship.objects.get() == tie
    assert Relationship.objects.get().target_answer == "confirmed"


def test_missing_organization_is_proposed_once_with_its_nomination(browser, actor, city):
    entered = {"name": "  Tenants’  Union ", "sector": "residents_community", "tie": "out:advises"}
    for _ in range(2):
        assertRedirects(browser.post("/p/ties/missing/", entered), "/p/ties/")

    union = Actor.objects.get(name="Tenants’ Union")
    assert (union.status, union.city) == (ActorStatus.PROPOSED, city)
    assert list(union.sources.all()) == [Source.objects.get()]
    tie = Relationship.objects.get()
    assert (tie.source, tie.target, tie.kind, tie.source_answer) == (
        actor,
        union,
        "advises",
        "confirmed",
    )
    assertContains(browser.get("/p/ties/"), "Tenants’ Union")
    assertNotContains(Client().get(f"/cities/{city.slug}/actors/"), "Tenants’ Union")


def test_proposed_organization_is_seen_by_nobody_else_who_answers(browser, actor, city):
    entered = {"name": "Tenants’ Union", "sector": "residents_community", "tie": "out:advises"}
    browser.post("/p/ties/missing/", entered)
    stranger = opened(InvitationFactory(campaign__city=city))

    assertNotContains(stranger.get("/p/ties/add/?q=tenants"), "<bdi>")


def test_missing_organization_that_is_there_is_taken(browser, city):
    library = ActorFactory(city=city, name="Biblioteca José")
    entered = {"name": "biblioteca jose", "sector": "media", "tie": "in:funds"}

    browser.post("/p/ties/missing/", entered)

    assert Relationship.objects.get().source == library


def test_missing_organization_needs_a_name_a_kind_and_a_tie(browser):
    answer = browser.post("/p/ties/missing/", {})

    for text in (
        "Write its name.",
        "Choose what kind of organization it is.",
        "Choose what you do",
    ):
        assertContains(answer, text, status_code=422)


# ── What it lends and needs ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "model", "then"), [("/p/lend/", Offer, "/p/need/"), ("/p/need/", Need, "/p/check/")]
)
def test_exchange_is_added_once_and_ended(browser, actor, path, model, then):
    entered = {"description": "A room", "about": "r:in_kind_space"}
    for _ in range(2):
        assertRedirects(browser.post(path, entered), then)

    stored = model.objects.get()
    assert (stored.description, stored.resource_kind, stored.competency, stored.confirmed_on) == (
        "A room",
        "in_kind_space",
        "",
        TODAY,
    )
    assert history_of(stored) == (BY_LINK, None)

    browser.post(path, {"over": [stored.pk]})
    assert not model.objects.get().is_open


def test_exchange_of_others_is_not_ended(browser):
    other = OfferFactory()

    assert browser.post("/p/lend/", {"over": [other.pk]}).status_code == 302

    other.refresh_from_db()
    assert other.is_open


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"description": "A room"}, "Choose what it is about, so that others find it."),
        ({"about": "c:coding"}, "Say in a few words what it is."),
    ],
)
def test_exchange_needs_words_and_a_kind(browser, entered, said):
    assertContains(browser.post("/p/lend/", entered), said, status_code=422)
    assert not Offer.objects.exists()


# ── Done ─────────────────────────────────────────────────────────────────────────────────────────


def test_done_lists_what_changed_and_shows_its_own_place(browser, actor, city, tie):
    far = ActorFactory(city=city, name="Canary far")
    RelationshipFactory(city=city, source=tie.source, target=far)
    browser.post(TECH, {"coding": "1"})
    browser.post("/p/ties/", {str(tie.pk): "right"})
    browser.post("/p/lend/", {"description": "A room", "about": "r:in_kind_space"})

    page = browser.get("/p/done/")

    for text in (
        "Coding: We are learning.",
        "You confirmed that you work with Library.",
        "You can lend: A room",
        "The place of Data Kitchen on the map of Springfield",
        "<bdi>Library</bdi>",
    ):
        assertContains(page, text)
    assertNotContains(page, "Canary")


def test_names_are_data(browser, city):
    browser.post(
        "/p/ties/missing/",
        {"name": "<b>Bold</b> %(name)s", "sector": "media", "tie": "out:funds"},
    )

    for path in ("/p/", "/p/ties/", "/p/done/", "/p/ties/add/?q=<b>"):
        assertNotContains(browser.get(path), "<b>")


def test_what_was_left_is_resumed(browser, actor):
    browser.post(TECH, {"coding": "1"})

    with time_machine.travel(TODAY + timedelta(days=3), tick=False):
        assertContains(browser.get("/p/check/"), "Coding: We are learning.")
        assertContains(browser.get("/p/"), "Coding: We are learning")
