"""What changed on a city's map, for whom, and what of it is nobody's business."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actors.framework import ActorStatus, Visibility
from actors.models import Actor
from actors.models.city import CityRoleKind
from actors.services import map_change
from actors.services.partner import BY_LINK
from ecosystem.history.words import FieldChange, lines_of
from ecosystem.selectors import history as selector
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    IssueFactory,
    MembershipFactory,
    NeedFactory,
    OfferFactory,
    ProjectFactory,
    RelationshipFactory,
    ReviewFactory,
    SkillStatementFactory,
    SourceFactory,
    StewardFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ANYBODY = AnonymousUser()


def on(day):
    """At noon of a day of March 2026."""
    return time_machine.travel(datetime(2026, 3, day, 12, tzinfo=UTC), tick=False)


def edit(record, *, by=None, reason="", **values):
    record._history_user = by
    record._change_reason = reason
    with map_change(record):
        for name, value in values.items():
            setattr(record, name, value)
        record.save()


def lines(city, user=ANYBODY, *, convenes=False, **asked):
    groups = selector.read_groups(
        selector.groups_of(city, user, selector.Asked(**asked), convenes=convenes)
    )
    entries = selector.load_entries(groups, city, user, convenes=convenes)
    people = selector.load_people({one.user for one in entries if one.user}, city)
    return lines_of(entries, people, user, convenes=convenes)


def told(city, user=ANYBODY, **options):
    return [
        (
            one.entry.group.when.day,
            one.kind,
            one.title,
            one.way,
            [(c.label, c.before, c.after) for c in one.changes],
        )
        for one in lines(city, user, **options)
    ]


@pytest.fixture
def town():
    with on(1):
        return CityFactory(name="Town", slug="town")


@pytest.fixture
def convener(town):
    return CityRoleFactory(city=town, user__name="Connie Convener").user


def test_changes_are_told_newest_first_from_what_to_what(town):
    with on(2):
        hall = ActorFactory(city=town, name="City Hall", sector="government")
        lab = ActorFactory(city=town, name="Data Lab", sector="data_intermediary")
    with on(3):
        said = SkillStatementFactory(actor=hall, competency="coding", level=2)
    with on(4):
        edit(said, level=3)
        edit(hall, website="https://hall.example.org")
    with on(5):
        RelationshipFactory(city=town, source=hall, target=lab, kind="funds")

    assert told(town) == [
        (5, "Tie", "City Hall – Funds – Data Lab", "added", [("Status", "–", "Existing")]),
        (
            4,
            "Organization",
            "City Hall",
            "changed",
            [("Website", "–", "https://hall.example.org")],
        ),
        (4, "Skill", "City Hall: Coding", "changed", [("Level", "Solid", "Strong, could teach")]),
        (3, "Skill", "City Hall: Coding", "added", [("Level", "–", "Solid")]),
        (2, "Organization", "Data Lab", "added", [("Sector", "–", "Data intermediary")]),
        (2, "Organization", "City Hall", "added", [("Sector", "–", "Local government")]),
    ]


def test_one_save_with_its_links_is_one_change(town):
    with on(2):
        hall = ActorFactory(city=town, name="City Hall")
    with on(3), map_change(hall):
        hall.description = "Runs the town."
        hall.save()
        hall.issues.set([IssueFactory(name="Housing"), IssueFactory(name="Transit")])

    assert told(town)[0] == (
        3,
        "Organization",
        "City Hall",
        "changed",
        [("What it does", "–", "Runs the town."), ("Issues", "–", "Housing and Transit")],
    )


@pytest.mark.parametrize(
    ("who", "named", "unnamed"),
    [
        ("convener", "Connie Convener", "a convener"),
        ("contributor", "Cora", "a contributor"),
        ("steward", "Stella", "the organization itself"),
        ("link", "the organization itself", "the organization itself"),
        ("national", "Nat", "national staff"),
        ("stranger", "Sam", "somebody with an account"),
        ("nobody", "an import or a command", "a source"),
    ],
)
def test_names_are_for_conveners_others_read_the_part(town, convener, who, named, unnamed):
    with on(2):
        hall = ActorFactory(city=town)
    users = {
        "convener": convener,
        "contributor": CityRoleFactory(
            city=town, kind=CityRoleKind.CONTRIBUTOR, user__name="Cora"
        ).user,
        "steward": StewardFactory(actor=hall, status="approved", user__name="Stella").user,
        "national": UserFactory(national=True, name="Nat"),
        "stranger": UserFactory(name="Sam"),
    }
    with on(3):
        edit(
            hall,
            by=users.get(who),
            reason=BY_LINK if who == "link" else "Secret reason",
            website="https://example.org",
        )

    [mine, *_rest] = lines(town, convener, convenes=True)
    [theirs, *_rest] = lines(town)

    assert (mine.who, mine.reason) == (named, "" if who == "link" else "Secret reason")
    assert (theirs.who, theirs.reason) == (unnamed, "")


def test_a_person_without_a_name_is_called_by_the_part_never_by_the_address(town, convener):
    with on(2):
        hall = ActorFactory(city=town)
    with on(3):
        by = CityRoleFactory(city=town, user__name="", user__email="who@example.org").user
        edit(hall, by=by, website="https://example.org")

    assert lines(town, convener, convenes=True)[0].who == "a convener"


def test_what_is_private_is_told_to_conveners_alone(town, convener):
    with on(2):
        hall = ActorFactory(city=town, name="City Hall")
        lab = ActorFactory(city=town, name="Data Lab")
        tie = RelationshipFactory(city=town, source=hall, target=lab, kind="funds")
    public = told(town)
    with on(3):
        edit(tie, strength=4, source_answer="disputed", carried_by=2)
        OfferFactory(actor=hall, description="A room")
        NeedFactory(actor=hall)
        collaborative = CollaborativeFactory(city=town)
        ReviewFactory(collaborative=collaborative)
        secret = SourceFactory(city=town, is_public=False, citation="Interview with Ann")
        with map_change(hall):
            hall.save()
            hall.sources.add(secret)

    assert [one for one in told(town) if one[1] != "Collaborative"] == public
    kinds = {one[1] for one in told(town, convener, convenes=True)}
    assert {"Offer", "Need", "Review", "Source"} <= kinds
    changed = next(
        one for one in told(town, convener, convenes=True, kinds=["tie"]) if one[3] == "changed"
    )
    assert changed[4] == [
        ("Strength", "–", "Fully shared work"),
        ("Carried by how many people", "–", "2"),
        ("What the first side says", "–", "Disputed"),
    ]


def test_what_is_hidden_or_gone_today_never_happened_for_others(town):
    with on(2):
        hall = ActorFactory(city=town, name="City Hall")
        hidden = ActorFactory(city=town, name="Hidden")
        SkillStatementFactory(actor=hidden, competency="coding")
        RelationshipFactory(city=town, source=hall, target=hidden)
        gone = SkillStatementFactory(actor=hall, competency="fundraising")
        member = MembershipFactory(
            collaborative=CollaborativeFactory(city=town, name="Table"), actor=hidden
        )
        assert member.pk
    with on(3):
        edit(hidden, status=ActorStatus.ARCHIVED)
        gone.delete()

    assert [one[2] for one in told(town)] == ["Table", "City Hall"]


def test_times_when_the_map_was_closed_or_the_record_a_draft_are_not_told(town):
    with on(2):
        hall = ActorFactory(city=town, name="Draft name", proposed=True)
    with on(3):
        edit(hall, name="City Hall", status=ActorStatus.PUBLISHED)
    with on(4):
        edit(town, visibility=Visibility.PRIVATE)
    with on(5):
        edit(hall, description="Told in secret")
    with on(6):
        edit(town, visibility=Visibility.PUBLIC)
    with on(7):
        edit(hall, description="For everyone")

    assert [(one[0], one[3], one[4]) for one in told(town)] == [
        (7, "changed", [("What it does", "–", "For everyone")]),
        (3, "added", [("Sector", "–", "Local government")]),
    ]


def test_conveners_read_of_what_is_gone_also_of_what_hung_on_it(town, convener):
    with on(2):
        hall = ActorFactory(city=town, name="City Hall")
        SkillStatementFactory(actor=hall, competency="coding")
    with on(3):
        hall.delete()

    found = [(one[2], one[3]) for one in told(town, convener, convenes=True) if one[0] == 3]

    assert sorted(found) == [("City Hall", "removed"), ("City Hall: Coding", "removed")]


def test_another_citys_time_of_an_organization_stays_there(town, convener):
    with on(2):
        other = CityFactory(name="Other", visibility=Visibility.PRIVATE)
        hall = ActorFactory(city=other, name="Old secret name")
        SkillStatementFactory(actor=hall, competency="coding", evidence="Secret evidence")
    with on(3):
        edit(hall, city=town, name="City Hall")

    for options in ({"user": convener, "convenes": True}, {}):
        found = told(town, **options)
        assert [(one[0], one[2], one[3]) for one in found] == [(3, "City Hall", "added")]


def test_filters_by_kind_person_actor_and_period(town, convener):
    with on(2):
        hall, lab = (ActorFactory(city=town, name=name) for name in ("City Hall", "Data Lab"))
    with on(3):
        edit(hall, by=convener, website="https://a.example.org")
        RelationshipFactory(city=town, source=lab, target=hall, kind="advises")
    with on(4):
        edit(lab, website="https://b.example.org")

    def days(**asked):
        return [(one[0], one[2]) for one in told(town, convener, convenes=True, **asked)]

    day = date(2026, 3, 3)
    tie = (3, "Data Lab – Advises – City Hall")
    assert days(kinds=["tie"]) == [tie]
    assert days(person=convener.pk) == [(3, "City Hall")]
    assert days(actor=hall.pk) == [(3, "City Hall"), tie, (2, "City Hall")]
    assert days(since=day, until=day) == [(3, "City Hall"), tie]


def test_page_answers_filters_and_says_what_it_could_not_read(client, town):
    ActorFactory(city=town, name="City Hall", slug="hall")
    ActorFactory(city=town, name="Data Lab")
    address = reverse("history", args=["town"])

    by_slug = client.get(address, {"organization": "hall"})
    by_name = client.get(address, {"organization": "data lab"})
    wrong = client.get(address, {"organization": "Nobody", "kind": "contact", "since": "yesterday"})

    assert [one.title for one in by_slug.context["lines"]] == ["City Hall"]
    assert [one.title for one in by_name.context["lines"]] == ["Data Lab"]
    assert len(wrong.context["problems"]) == 3
    assert wrong.status_code == 200


def test_page_escapes_names_and_hides_reasons_and_ways_to_undo(client, town, convener):
    hall = ActorFactory(city=town, name="<script>x</script>")
    edit(hall, by=convener, reason="Because of Ann", website="https://example.org")
    address = reverse("history", args=["town"])

    theirs = client.get(address).content.decode()
    client.force_login(convener)
    mine = client.get(address).content.decode()

    assert "<script>x" not in mine + theirs
    for secret in ("Because of Ann", "Connie Convener", "Undo this change"):
        assert secret not in theirs
        assert secret in mine


def test_page_of_a_map_one_may_not_see_is_not_found(client):
    CityFactory(slug="closed", private=True)

    assert client.get(reverse("history", args=["closed"])).status_code == 404


@pytest.mark.parametrize("convenes", [True, False])
def test_page_queries_do_not_grow(client, town, convener, convenes):
    def fill(times):
        for _number in range(times):
            hall = ActorFactory(city=town, issues=[IssueFactory()], with_statements=2)
            lab = ActorFactory(city=town)
            RelationshipFactory(city=town, source=hall, target=lab)
            table = CollaborativeFactory(city=town, members=[hall, lab])
            ProjectFactory(collaborative=table)
            edit(hall, by=convener, website="https://example.org")

    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse("history", args=["town"])).status_code == 200
        return len(queries)

    if convenes:
        client.force_login(convener)
    fill(1)
    few = count()
    fill(3)

    assert count() == few
    assert few <= 60


def test_profile_leads_to_the_changes_of_its_organization(client, town):
    ActorFactory(city=town, slug="hall")

    page = client.get(reverse("actor", args=["town", "hall"])).content.decode()

    assert "/cities/town/history/?organization=hall" in page


def test_field_change_without_anything_told_is_none(town):
    with on(2):
        hall = ActorFactory(city=town)
    with on(3):
        edit(hall)

    assert [one[3] for one in told(town)] == ["added"]
    assert FieldChange("a", "b", "c").before == "b"
    assert Actor.objects.get(pk=hall.pk).version == 2
