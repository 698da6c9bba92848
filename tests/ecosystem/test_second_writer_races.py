"""Two who decide at the same moment, each with a connection of their own: one wins, one is told."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from actors.models import Actor, City, CityRole, Proposal, Relationship, Steward
from actors.services.checking import decline_actor, publish_actor
from actors.services.claims import approve_claim, decline_claim
from actors.services.editing import change_record, delete_record
from actors.services.merging import CannotMerge, merge
from actors.services.proposals import DecidedAlready, accept, decline
from actors.services.roles import HasAnotherRole, change_role, give_role, take_role
from actors.services.setup import NamedMeanwhile, add_first_actors
from actors.services.workshop import enter_organization
from collaboratives.models import Collaborative, Membership
from collaboratives.services import (
    NameTaken,
    add_member,
    change_collaborative,
    change_membership,
    take_away,
)
from ecosystem.common.versions import ChangedMeanwhile
from ecosystem.models import Introduction
from ecosystem.services.introductions import Scope, Suggestion, take_up, turn_down
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    MembershipFactory,
    ProposalFactory,
    RelationshipFactory,
    StewardFactory,
    UserFactory,
)
from tests.racing import race

ROUNDS = 8
REFUSALS = (
    CannotMerge,
    ChangedMeanwhile,
    DecidedAlready,
    HasAnotherRole,
    NamedMeanwhile,
    NameTaken,
    ValidationError,
)


@pytest.fixture
def city(transactional_db):
    return CityFactory()


@pytest.fixture
def by(city):
    return CityRoleFactory(city=city).user


def loaded(model, row):
    return model.objects.get(pk=row.pk)


# Each makes a row and gives the two things that are done to it, and how it looks to somebody later.


def opposite_decisions_on_an_organization(city, by):
    actor = ActorFactory(city=city, proposed=True)
    return (
        lambda: publish_actor(loaded(Actor, actor), based_on=actor.version),
        lambda: decline_actor(loaded(Actor, actor), based_on=actor.version),
        lambda: loaded(Actor, actor).status,
        ["published", "archived"],
    )


def opposite_decisions_on_a_claim(city, by):
    claim = StewardFactory(actor__city=city, status="claimed")
    return (
        lambda: approve_claim(claim, by=by),
        lambda: decline_claim(claim),
        lambda: list(Steward.objects.filter(pk=claim.pk).values_list("status", flat=True)),
        [["approved"], []],
    )


def opposite_decisions_on_a_proposal(city, by):
    actor = ActorFactory(city=city)
    changes = {"website": {"from": "", "to": "https://example.org"}}
    made = ProposalFactory(actor=actor, record=actor.pk, changes=changes)
    return (
        lambda: accept(loaded(Proposal, made), by=by, record_version=actor.version),
        lambda: decline(loaded(Proposal, made), answer="No.", by=by),
        lambda: (loaded(Proposal, made).status, loaded(Actor, actor).website),
        [("accepted", "https://example.org"), ("declined", "")],
    )


def a_role_changed_and_taken_away(city, by):
    role = CityRoleFactory(city=city, kind="viewer")
    stored = loaded(CityRole, role)
    return (
        lambda: change_role(stored, "contributor", by=by, based_on=role.version),
        lambda: take_role(loaded(CityRole, role), by=by, based_on=role.version),
        lambda: list(CityRole.objects.filter(pk=role.pk).values_list("kind", flat=True)),
        [["contributor"], []],
    )


def two_roles_given_to_one_person(city, by):
    user = UserFactory()
    return (
        lambda: give_role(city, user.email, "viewer", by=by),
        lambda: give_role(city, user.email, "contributor", by=by),
        lambda: loaded(User, user).city_roles.get().kind,
        ["viewer", "contributor"],
    )


def a_merge_and_the_other_way_round(city, by):
    one, other = ActorFactory(city=city), ActorFactory(city=city)
    return (
        lambda: merge(one, other, by=by, city=city),
        lambda: merge(other, one, by=by, city=city),
        lambda: [loaded(Actor, actor).merged_into_id for actor in (one, other)],
        [[None, one.pk], [other.pk, None]],
    )


def a_tie_changed_and_taken_away(city, by):
    tie = RelationshipFactory(city=city, source__city=city, target__city=city)
    changed = loaded(Relationship, tie)
    changed.description = "Theirs"
    return (
        lambda: change_record(changed, based_on=tie.version, city=city),
        lambda: delete_record(loaded(Relationship, tie), based_on=tie.version),
        lambda: list(Relationship.objects.filter(pk=tie.pk).values_list("description", flat=True)),
        [["Theirs"], []],
    )


def one_name_on_two_first_lists(city, by):
    other = CityRoleFactory(city=city).user
    name = f"Radio {other.pk}"
    return (
        lambda: add_first_actors(city, [(name, "media")], by=by),
        lambda: add_first_actors(city, [(name, "academia")], by=other),
        lambda: [actor.sector for actor in Actor.objects.filter(name=name)],
        [["media"], ["academia"]],
    )


def one_member_added_by_two(city, by):
    table, actor = CollaborativeFactory(city=city), ActorFactory(city=city)

    def joins(function, user):
        row = Membership(collaborative=table, actor=actor, function=function)
        return lambda: add_member(row, by=user)

    return (
        joins("Host", by),
        joins("Data", CityRoleFactory(city=city).user),
        lambda: list(table.memberships.values_list("function", flat=True)),
        [["Host"], ["Data"]],
    )


def a_member_that_leaves_and_is_taken_away(city, by):
    row = MembershipFactory(collaborative__city=city, actor__city=city)
    stored, day = loaded(Membership, row), timezone.localdate()
    stored.until = day
    return (
        lambda: change_membership(stored, based_on=row.version),
        lambda: take_away(loaded(Membership, row), based_on=row.version),
        lambda: list(Membership.objects.filter(pk=row.pk).values_list("until", flat=True)),
        [[day], []],
    )


def two_collaboratives_given_one_name(city, by):
    first, second = CollaborativeFactory(city=city), CollaborativeFactory(city=city)
    name = f"Table {first.pk}"

    def renamed(table):
        stored = loaded(Collaborative, table)
        stored.name = name
        return lambda: change_collaborative(stored, based_on=table.version)

    return (
        renamed(first),
        renamed(second),
        lambda: list(Collaborative.objects.filter(name=name).values_list("pk", flat=True)),
        [[first.pk], [second.pk]],
    )


def a_step_taken_up_and_declined(city, by):
    target = ActorFactory(city=city)
    step, scope = Suggestion("skill", target.slug), Scope(city)
    due = timezone.localdate() + timedelta(days=30)
    return (
        lambda: take_up(step, scope, assigned_to="Cy", due_on=due, by=by),
        lambda: turn_down(step, scope, reason="Too far away", by=by),
        lambda: list(Introduction.objects.filter(target=target).values_list("status", "reason")),
        [[("accepted", "")], [("declined", "Too far away")]],
    )


@pytest.mark.parametrize(
    "make",
    [
        opposite_decisions_on_an_organization,
        opposite_decisions_on_a_claim,
        opposite_decisions_on_a_proposal,
        a_role_changed_and_taken_away,
        two_roles_given_to_one_person,
        a_merge_and_the_other_way_round,
        a_tie_changed_and_taken_away,
        one_name_on_two_first_lists,
        one_member_added_by_two,
        a_member_that_leaves_and_is_taken_away,
        two_collaboratives_given_one_name,
        a_step_taken_up_and_declined,
    ],
    ids=lambda make: make.__name__,
)
def test_one_wins_and_the_other_is_told(city, by, make, request):
    made = [make(city, by) for _round in range(ROUNDS)]
    request.getfixturevalue("threads_write")  # a copy of what was made
    turns = [[(0, first), (1, second)] for first, second, _look, _results in made]

    def take_a_turn(turn):
        number, act = turn.pop()
        try:
            act()
        except REFUSALS:
            return None
        return number

    outcomes = race(2, take_a_turn, turns)
    [looks] = [race(1, lambda one: one[2](), made)]

    for (*_acts, results), outcome, [found] in zip(made, outcomes, looks, strict=True):
        [winner] = [number for number in outcome if number is not None]
        assert found == results[winner]


def test_a_name_that_two_type_at_once_in_a_workshop_is_there_once(city, request):
    names = [f"Radio {number}" for number in range(ROUNDS)]
    request.getfixturevalue("threads_write")
    day = date(2026, 5, 1)

    told = race(2, lambda name: enter_organization(city, name, "media", day=day), names)
    counted = race(1, lambda name: Actor.objects.filter(name=name).count(), names)

    assert [sorted(pair) for pair in told] == [["", "added"]] * ROUNDS
    assert counted == [[1]] * ROUNDS
    assert City.objects.count() == 1
