"""What changed lately over all maps, and what of it is nobody's business."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.framework import ActorStatus, Visibility
from actors.models import City
from actors.models.city import CityRoleKind
from ecosystem import national
from ecosystem.national import lately
from ecosystem.selectors import lately as selector
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    ContactFactory,
    ProjectFactory,
    RelationshipFactory,
    SkillStatementFactory,
    StewardFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ANYBODY = AnonymousUser()


def on(day):
    """At noon of a day of March 2026."""
    return time_machine.travel(datetime(2026, 3, day, 12, tzinfo=UTC), tick=False)


def told(user=ANYBODY):
    return [(one.change.day.day, one.change.city.name, str(one.text)) for one in lately(user)]


@pytest.fixture
def town():
    with on(1):
        return CityFactory(name="Town")


def test_days_are_told_newest_first(town):
    with on(2):
        hall = ActorFactory(city=town, name="City Hall")
        lab = ActorFactory(city=town, name="Data Lab")
        SkillStatementFactory(actor=hall, competency="coding")
    with on(3):
        other = CityFactory(name="Alpha")
        hall.website = "https://example.org"
        hall.save()
        SkillStatementFactory(actor=lab, competency="coding")
        said = SkillStatementFactory(actor=lab, competency="fundraising")
    with on(4):
        said.level = 3
        said.save()
        said.evidence = "Again the same day"
        said.save()
        table = CollaborativeFactory(city=town)
        ProjectFactory.create_batch(2, collaborative=table)

    assert told() == [
        (4, "Town", "1 answer about a skill. 1 collaborative added. 2 projects added."),
        (3, "Alpha", "The map was opened to everyone."),
        (3, "Town", "Changed: City Hall. 2 answers about skills."),
        (2, "Town", "Added: City Hall and Data Lab. 1 answer about a skill."),
        (1, "Town", "The map was opened to everyone."),
    ]
    assert other.name == "Alpha"


def test_many_names_are_counted(town):
    with on(2):
        for name in "ABCDEF":
            ActorFactory(city=town, name=name)

    assert told()[0] == (2, "Town", "Added: A, B, C and 3 more.")


def test_added_that_day_is_not_changed_as_well(town):
    with on(2):
        actor = ActorFactory(city=town, name="City Hall")
        actor.description = "Later that day"
        actor.save()

    assert told()[0] == (2, "Town", "Added: City Hall.")


# ── What is not told ─────────────────────────────────────────────────────────────────────────────


def test_drafts_are_told_from_their_publication_on(town):
    with on(2):
        draft = ActorFactory(city=town, name="Draft", proposed=True)
        SkillStatementFactory(actor=draft, competency="coding")
        ActorFactory(city=town, name="Never", proposed=True)
    with on(3):
        draft.status = ActorStatus.PUBLISHED
        draft.save()
    with on(4):
        SkillStatementFactory(actor=draft, competency="fundraising")

    assert told() == [
        (4, "Town", "1 answer about a skill."),
        (3, "Town", "Added: Draft."),
        (1, "Town", "The map was opened to everyone."),
    ]


def test_archived_and_deleted_records_never_happened(town):
    with on(2):
        gone = ActorFactory(city=town, name="Gone")
        old = ActorFactory(city=town, name="Old")
        kept = ActorFactory(city=town, name="Kept")
        SkillStatementFactory(actor=old, competency="coding")
        SkillStatementFactory(actor=kept, competency="coding").delete()
        CollaborativeFactory(city=town).delete()
    with on(3):
        gone.delete()
        old.status = ActorStatus.ARCHIVED
        old.save()

    assert told() == [
        (2, "Town", "Added: Kept."),
        (1, "Town", "The map was opened to everyone."),
    ]


def test_what_a_map_held_before_it_was_opened_is_not_dated(town):
    with on(2):
        harbor = CityFactory(private=True, name="Harbor")
        actor = ActorFactory(city=harbor, name="Early")
        SkillStatementFactory(actor=actor, competency="coding")
        ProjectFactory(collaborative=CollaborativeFactory(city=harbor))
    with on(5):
        harbor.visibility = Visibility.PUBLIC
        harbor.save()
    with on(6):
        ActorFactory(city=harbor, name="Late")
    convener = CityRoleFactory(city=harbor).user
    viewer = CityRoleFactory(city=harbor, kind=CityRoleKind.VIEWER).user

    public = [
        (6, "Harbor", "Added: Late."),
        (5, "Harbor", "The map was opened to everyone."),
        (1, "Town", "The map was opened to everyone."),
    ]
    assert told() == public
    assert told(viewer) == public
    assert told(convener) == [
        *public[:2],
        (
            2,
            "Harbor",
            "Added: Early. 1 answer about a skill. 1 collaborative added. 1 project added.",
        ),
        public[2],
    ]


def test_closed_map_tells_nothing_but_to_those_who_convene_it(town):
    with on(2):
        harbor = CityFactory(name="Harbor")
        ActorFactory(city=harbor, name="Secret")
    with on(3):
        harbor.visibility = Visibility.PRIVATE
        harbor.save()
        steward = StewardFactory(actor=ActorFactory(city=harbor, name="Own")).user

    for user in (ANYBODY, UserFactory(), steward):
        assert told(user) == [(1, "Town", "The map was opened to everyone.")]
    assert (3, "Harbor", "Added: Own.") in told(UserFactory(national=True))


def test_actor_that_moved_in_is_added_where_it_is_now(town):
    with on(1):
        harbor = CityFactory(private=True, name="Harbor")
    with on(2):
        actor = ActorFactory(city=harbor, name="Mover")
        SkillStatementFactory(actor=actor, competency="coding")
    with on(3):
        actor.city = town
        actor.save()

    assert told() == [
        (3, "Town", "Added: Mover."),
        (1, "Town", "The map was opened to everyone."),
    ]


def test_ties_people_and_users_are_not_told(town):
    with on(2):
        one, other = ActorFactory.create_batch(2, city=town, name="Same")
    with on(3):
        RelationshipFactory(city=town, source=one, target=other)
        ContactFactory(public=True, actor=one, name="Ada Person")
        one._change_reason = "A private reason"
        one._history_user = UserFactory(name="Grace Person")
        one.save()

    assert told() == [
        (3, "Town", "Changed: Same."),
        (2, "Town", "Added: Same and Same."),
        (1, "Town", "The map was opened to everyone."),
    ]


# ── Limits ───────────────────────────────────────────────────────────────────────────────────────


def test_only_the_newest_days_are_told(town, monkeypatch):
    monkeypatch.setattr(national, "DAYS_SHOWN", 2)
    for day in (2, 3, 4):
        with on(day):
            ActorFactory(city=town, name=f"Actor {day}")

    assert told() == [(4, "Town", "Added: Actor 4."), (3, "Town", "Added: Actor 3.")]


def test_day_that_was_not_read_to_its_end_says_so(town, monkeypatch):
    monkeypatch.setattr(selector, "ROWS_READ", 3)
    with on(2):
        ActorFactory(city=town, name="Unread")
    with on(3):
        ActorFactory.create_batch(2, city=town)
    with on(4):
        ActorFactory.create_batch(2, city=town)

    days = [(one.day, one.is_partial) for one in selector.load_lately(ANYBODY, 9)]

    assert days == [(date(2026, 3, 4), False), (date(2026, 3, 3), True)]


def test_page_shows_what_changed(client, town):
    with on(2):
        ActorFactory(city=town, name="<b>Hall</b>")

    html = client.get("/").content.decode()

    assert "Added: <a href=" in html
    assert "<bdi>&lt;b&gt;Hall&lt;/b&gt;</bdi></a>." in html
    assert '<time datetime="2026-03-02">March 2, 2026</time>' in html


def test_page_without_changes_says_so(client):
    CityFactory()
    City.history.all().delete()

    assert "Nothing has been entered since these maps were opened." in (
        client.get("/").content.decode()
    )


def test_queries_do_not_grow():
    counts = []
    for _round in range(2):
        for city in CityFactory.create_batch(2):
            actors = ActorFactory.create_batch(5, city=city, with_statements=2)
            ProjectFactory(collaborative=CollaborativeFactory(city=city, members=actors))
        with CaptureQueriesContext(connection) as queries:
            lately(ANYBODY)
        counts.append(len(queries))

    assert counts == [7, 7]
