"""A person's data leaves: the whole database is searched for it afterwards."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from actors.models import Actor, Contact, Invitation, OutboxMessage, SkillStatement
from actors.services import map_change
from ecosystem.services.erasure import NotErased, apply_retention, erase_person
from tests.factories import (
    ActorFactory,
    CampaignFactory,
    CityFactory,
    CityRoleFactory,
    ContactFactory,
    IntroductionFactory,
    InvitationFactory,
    OutboxMessageFactory,
    ProposalFactory,
    SkillStatementFactory,
    SnapshotFactory,
    SourceFactory,
    StewardFactory,
    StoredResultFactory,
    StoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

CANARY = "Kanarienvögelchen"
EMAIL = "kanarie@canary.example.org"


def whole_database():
    """Every value of every column of every table, as one text."""
    texts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            texts += [str(value) for row in cursor.fetchall() for value in row]
    for session in Session.objects.all():
        texts.append(str(session.get_decoded()))
    return "\n".join(texts).lower()


def hits(*needles):
    text = whole_database()
    forms = {form for needle in needles for form in (needle, ascii(needle)[1:-1])}
    forms |= {needle.encode("unicode_escape").decode() for needle in needles}
    return sum(text.count(form.lower()) for form in forms)


@pytest.fixture
def town():
    return CityFactory(slug="town")


@pytest.fixture
def everywhere(town):
    """A person whose name and address stand in every field that is about people, and in texts."""
    UserFactory(admin=True)
    user = UserFactory(email=EMAIL, name=CANARY)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True)
    Authenticator.objects.create(user=user, type="totp", data={"secret": CANARY})
    CityRoleFactory(city=town, user=user)
    hall = ActorFactory(city=town, name="City Hall")
    StewardFactory(actor=hall, user=user, status="approved")
    contact = ContactFactory(
        actor=hall, name=CANARY, job=f"Assistant of {CANARY}", email=EMAIL.upper(), phone="617 555"
    )
    contact.save()
    invitation = InvitationFactory(
        campaign=CampaignFactory(city=town, started_by=user), actor=hall, contact=contact
    )
    InvitationFactory(campaign=invitation.campaign, actor=hall, contact=None, email=EMAIL)
    OutboxMessageFactory(invitation=invitation, error=f"refused {EMAIL}", key=f"mail:{EMAIL}")
    IntroductionFactory(city=town, assigned_to=CANARY).save()
    StoryFactory(teller=CANARY)
    said = SkillStatementFactory(actor=hall, competency="coding", said_by=user)
    hall._history_user = user
    hall._change_reason = f"{EMAIL} said so"
    with map_change(hall):
        hall.description = f"Ask {EMAIL}."
        hall.save()
    SourceFactory(citation=f"Mail of {EMAIL}")
    SourceFactory(citation="Mail of [erased]")
    ProposalFactory(
        actor=hall,
        proposed_by=user,
        changes={"description": {"from": "", "to": f"Ask {EMAIL}"}},
    )
    SnapshotFactory(city=town, taken_by=user, note=f"With {EMAIL}")
    StoredResultFactory(city=town, body=CANARY.encode())
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["login"] = EMAIL
    session.save()
    UserSession.objects.create(
        user=user, ip="127.0.0.1", user_agent=CANARY, session_key=session.session_key
    )
    partner = SessionStore()
    partner["partner_page"] = {"invitation": invitation.pk, "changes": []}
    partner.save()
    cache.set("page", f"{CANARY} {EMAIL}")
    return hall, said


def test_nothing_of_a_person_is_left_in_any_column_of_any_table(everywhere):
    hall, said = everywhere
    assert hits(CANARY, EMAIL, "617 555") > 10

    erase_person(EMAIL)

    assert hits(CANARY, EMAIL, "617 555") == 0
    assert Session.objects.count() == 0
    stored = Actor.objects.get(pk=hall.pk)
    assert (stored.name, stored.description) == ("City Hall", "Ask [erased].")
    assert SkillStatement.objects.get(pk=said.pk).said_by is None
    assert Invitation.objects.count() == 2
    assert OutboxMessage.objects.count() == 0


def test_no_row_says_any_longer_who_did_it(everywhere):
    number = User.objects.get(email=EMAIL).pk

    erase_person(EMAIL)

    left = []
    for model in connection.introspection.django_table_names():
        columns = [
            one.name
            for one in connection.introspection.get_table_description(connection.cursor(), model)
            if one.name.endswith(("user_id", "said_by_id", "started_by_id", "proposed_by_id"))
        ]
        for column in columns:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT COUNT(*) FROM {model} WHERE {column} = %s", [number])
                left += [(model, column)] * cursor.fetchone()[0]
    assert left == []
    assert User.history.filter(id=number).count() == 0


def test_dry_run_says_what_goes_and_changes_nothing(everywhere):
    before = whole_database()

    dry = erase_person(EMAIL, dry_run=True)

    assert whole_database() == before
    assert dry.counts == erase_person(EMAIL).counts


def test_names_in_texts_are_listed_and_go_when_asked_for(town):
    ContactFactory(actor=ActorFactory(city=town), name=CANARY, email=EMAIL)
    hall = ActorFactory(city=town, description=f"Led by {CANARY}, called {CANARY.upper()}.")

    listed = erase_person(EMAIL, dry_run=True)
    erase_person(EMAIL, names_too=True)

    found = {(one.model, one.record, one.field) for one in listed.texts}
    assert found >= {("actor", hall.pk, "what it does")}
    stored = Actor.objects.get(pk=hall.pk)
    assert (stored.description, stored.version) == ("Led by [erased], called [erased].", 2)
    assert hits(CANARY) == 0


def test_somebody_elses_longer_address_stays(town):
    other = UserFactory(email=f"my-{EMAIL}", name="Other")
    hall = ActorFactory(city=town, description=f"{EMAIL}.uk, x{EMAIL}, {EMAIL}.")

    erase_person(EMAIL)

    assert User.objects.get(pk=other.pk).email == f"my-{EMAIL}"
    text = Actor.objects.get(pk=hall.pk).description
    assert text == f"{EMAIL}.uk, x{EMAIL}, [erased]."


def test_last_administrator_is_not_erased():
    UserFactory(admin=True, email=EMAIL)

    with pytest.raises(NotErased):
        erase_person(EMAIL)

    assert User.objects.filter(email=EMAIL).exists()


def test_command_says_what_it_did_in_the_end(everywhere):
    dry, done, none = StringIO(), StringIO(), StringIO()

    call_command("erase_person", EMAIL, "--dry-run", stdout=dry)
    call_command("erase_person", EMAIL, stdout=done)
    call_command("erase_person", EMAIL, stdout=none)

    count = int(done.getvalue().splitlines()[-1].split()[1])
    assert f"Would erase {count} rows; nothing was changed." in dry.getvalue()
    assert none.getvalue() == "Nothing about a person with this address was found.\n"
    assert EMAIL not in dry.getvalue() + done.getvalue()


def test_command_refuses_what_is_no_address():
    with pytest.raises(CommandError, match="This is no e-mail address"):
        call_command("erase_person", "Ann")


# ── The page ─────────────────────────────────────────────────────────────────────────────────────


def test_page_shows_what_goes_before_it_goes(client, everywhere):
    client.force_login(UserFactory(national=True))
    url = reverse("erase_person")

    look = client.post(url, {"email": EMAIL, "do": "look"})
    assert dict(look.context["counts"])["contacts"] == 1
    assert User.objects.filter(email=EMAIL).exists()

    done = client.post(url, {"email": EMAIL, "do": "erase"})
    assert done.status_code == 302
    assert hits(CANARY, EMAIL) == 0


def test_page_is_for_national_staff(client, town):
    url = reverse("erase_person")

    assert client.get(url).status_code == 302
    client.force_login(CityRoleFactory(city=town).user)
    assert client.get(url).status_code == 403
    assert client.post(url, {"email": EMAIL, "do": "erase"}).status_code == 403


@pytest.mark.parametrize("whom", ["oneself", "superuser", "nonsense"])
def test_page_refuses_with_a_reason(client, whom):
    staff, admin, _other = (
        UserFactory(national=True),
        UserFactory(admin=True),
        UserFactory(admin=True),
    )
    email = {"oneself": staff.email, "superuser": admin.email, "nonsense": "Ann"}[whom]
    client.force_login(staff)

    answer = client.post(reverse("erase_person"), {"email": email, "do": "erase"})

    assert answer.status_code == 400
    assert answer.context["form"].errors["email"]
    assert User.objects.count() == 3


# ── Retention ────────────────────────────────────────────────────────────────────────────────────


def test_addresses_of_campaigns_that_ended_long_ago_are_forgotten(town):
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC), tick=False):
        old = InvitationFactory(
            campaign=CampaignFactory(city=town, ends_on=date(2025, 1, 31)), email="old@example.org"
        )
        stopped_lately = InvitationFactory(
            campaign=CampaignFactory(city=town, status="stopped"), email="new@example.org"
        )
        running = InvitationFactory(campaign=CampaignFactory(city=town), email="run@example.org")
        OutboxMessageFactory(invitation=old)
        OutboxMessageFactory(invitation=running)
        out = StringIO()
        call_command("apply_retention", "--dry-run", stdout=out)
        assert "Would forget 2 rows; nothing was changed." in out.getvalue()

        apply_retention()
        assert sum(apply_retention().values()) == 0

    emails = dict(Invitation.objects.values_list("pk", "email"))
    assert emails == {
        old.pk: f"erased-{old.pk}@erased.invalid",
        stopped_lately.pk: "new@example.org",
        running.pk: "run@example.org",
    }
    assert [one.invitation_id for one in OutboxMessage.objects.all()] == [running.pk]
    assert Contact.objects.count() == 3


def test_sessions_that_ended_are_forgotten():
    Session.objects.create(
        session_key="a", session_data="x", expire_date=timezone.now() - timedelta(days=1)
    )
    Session.objects.create(
        session_key="b", session_data="x", expire_date=timezone.now() + timedelta(days=1)
    )

    apply_retention()

    assert [one.session_key for one in Session.objects.all()] == ["b"]
