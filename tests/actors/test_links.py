"""Personal links: made, used once, ended, asked for anew; and nowhere to be read."""

import io
import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client

from actors.framework import ActorStatus
from actors.models import Invitation
from actors.services.links import (
    claim_link,
    find_link,
    find_opened,
    hash_of,
    make_link,
    revoke_links,
)
from ecosystem.logs import JsonFormatter
from tests.factories import ActorFactory, InvitationFactory
from tests.racing import race

NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)
TOKEN = re.compile(r"/p/([A-Za-z0-9_-]{43})/")


def new_link(invitation, **kwargs):
    """A link's path and the token in it."""
    path = make_link(invitation, **kwargs)
    return path, TOKEN.fullmatch(path)[1]


@pytest.mark.django_db
def test_link_has_256_bits_and_is_stored_as_its_hash_alone():
    invitation = InvitationFactory()

    _path, token = new_link(invitation)

    stored = Invitation.objects.get()
    assert len(token) * 6 >= 256
    assert stored.token_hash == hash_of(token) == invitation.token_hash
    assert len(stored.token_hash) == 64


@pytest.mark.django_db
def test_two_links_of_one_invitation_differ_and_the_earlier_one_ends():
    invitation = InvitationFactory()

    _path, first = new_link(invitation)
    _path, second = new_link(invitation)

    assert first != second
    assert claim_link(hash_of(first)) is None
    assert claim_link(hash_of(second)) == invitation


@pytest.mark.django_db
def test_link_is_used_once_and_its_hash_is_forgotten():
    invitation = InvitationFactory()
    _path, token = new_link(invitation)

    with time_machine.travel(NOON, tick=False):
        Invitation.objects.update(expires_at=NOON + timedelta(days=1))
        claims = [claim_link(hash_of(token)), claim_link(hash_of(token))]

    assert claims == [invitation, None]
    stored = Invitation.objects.get()
    assert (stored.token_hash, stored.opened_at) == (None, NOON)


@pytest.mark.django_db
def test_moment_of_opening_is_that_of_the_first_link():
    invitation = InvitationFactory(opened_at=NOON)
    _path, token = new_link(invitation)

    claim_link(hash_of(token))

    assert Invitation.objects.get().opened_at == NOON


@pytest.mark.django_db
def test_link_ends_after_its_days():
    with time_machine.travel(NOON, tick=False):
        _path, token = new_link(InvitationFactory(), days=3)
    last_moment = NOON + timedelta(days=3, seconds=-1)

    with time_machine.travel(last_moment, tick=False):
        assert find_link(hash_of(token)) is not None
    with time_machine.travel(last_moment + timedelta(seconds=1), tick=False):
        assert find_link(hash_of(token)) is None
        assert claim_link(hash_of(token)) is None


@pytest.mark.django_db
def test_revoked_link_and_its_session_end_and_no_new_one_is_made():
    used, unused = InvitationFactory(), InvitationFactory()
    _path, first = new_link(used)
    _path, second = new_link(unused)
    claim_link(hash_of(first))

    assert revoke_links([used, unused]) == 2

    assert find_opened(used.pk) is None
    assert claim_link(hash_of(second)) is None
    assert revoke_links([used, unused]) == 0
    with pytest.raises(ValueError, match="revoked"):
        make_link(unused)


@pytest.mark.django_db
def test_link_of_an_archived_actor_opens_nothing():
    invitation = InvitationFactory(actor=ActorFactory(status=ActorStatus.ARCHIVED))
    _path, token = new_link(invitation)

    assert claim_link(hash_of(token)) is None


# ── Nowhere to be read ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def lines():
    """Everything that any logger writes, as the server writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.django_db
def test_token_is_in_no_log_history_or_table(lines):
    invitation = InvitationFactory()
    path, token = new_link(invitation)
    client = Client(enforce_csrf_checks=True)

    answers = [
        client.get(path),
        client.get("/p/"),
        client.post(path),  # not allowed
        client.get(f"{path}more/"),  # not found
        client.get(path.rstrip("/")),
        client.post(path, headers={"Referer": f"http://testserver{path}"}),
    ]
    logging.getLogger("gunicorn.access").info(
        '%(r)s "%(f)s"', {"r": f"GET {path} HTTP/1.1", "f": f"http://testserver{path}"}
    )
    logging.getLogger("django.server").info('"%s" %s', f"GET {path} HTTP/1.1", "302")
    try:
        raise ValueError(f"at {path}")
    except ValueError:
        logging.getLogger("some").exception("Failed at %s", path.replace("/", "%2F"))

    assert [answer.status_code for answer in answers] == [302, 200, 403, 404, 301, 403]
    written = lines.getvalue()
    assert "/p/[…]" in written
    assert token not in written
    assert token not in everything_stored()


def everything_stored():
    """Every value of every table, history and sessions included."""
    with connection.cursor() as cursor:
        rows = []
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{name}"')
            rows += cursor.fetchall()
    assert len(rows) > len(apps.get_models())  # something is in there
    return repr(rows)


@pytest.mark.django_db
def test_address_of_the_link_leads_on_without_a_trace(client):
    path, _token = new_link(InvitationFactory())

    answer = client.get(path)

    assert (answer.status_code, answer["Location"]) == (302, "/p/")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


# ── Eight at once ────────────────────────────────────────────────────────────────────────────────

TOKENS = 200


@pytest.fixture
def two_hundred(transactional_db):
    actor = ActorFactory()
    first = InvitationFactory(actor=actor, campaign__city=actor.city)
    made = [
        InvitationFactory.build(
            campaign=first.campaign, actor=actor, contact=None, email=f"{n}@example.org"
        )
        for n in range(TOKENS)
    ]
    expires_at = datetime.now(UTC) + timedelta(days=1)
    for n, invitation in enumerate(made):
        invitation.token_hash, invitation.expires_at = hash_of(f"token {n}"), expires_at
    Invitation.objects.bulk_create(made)
    return [invitation.token_hash for invitation in made]


def test_of_eight_that_use_a_link_at_once_one_gets_in(two_hundred, threads_write):
    claims = race(8, claim_link, two_hundred)

    winners = [sum(claim is not None for claim in round_of_eight) for round_of_eight in claims]
    assert winners == [1] * TOKENS
