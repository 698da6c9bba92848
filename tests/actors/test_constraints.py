"""What is always true of a row: the form says a sentence, and the database refuses."""

import pytest
from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from actors.models import Relationship
from tests import factories as f

pytestmark = pytest.mark.django_db

OURS = ("accounts", "actors", "collaboratives", "ecosystem")
PLACE = "A place needs both a latitude (-90 to 90) and a longitude (-180 to 180)."


def twin(record):
    """The same row once more, not stored yet."""
    copy = type(record).objects.get(pk=record.pk)
    copy.pk, copy._state.adding = None, True
    return copy


def changed(record, **values):
    for name, value in values.items():
        setattr(record, name, value)
    return record


def itself(record, field):
    return changed(record, **{f"{field}_id": record.pk})


def merged_with_itself(merge):
    return changed(merge, merged=merge.kept)


def user_in_other_case():
    f.UserFactory(email="ada@example.org")
    return changed(twin(f.UserFactory()), email="ADA@example.org")


# Per constraint: a row that breaks it, and the sentence.
BROKEN = {
    "user_email_unique_any_case": (
        user_in_other_case,
        "Somebody with this e-mail address exists already.",
    ),
    "actors_city_place_on_earth": (lambda: changed(f.CityFactory(), latitude=42), PLACE),
    "city_role_one_per_user": (
        lambda: twin(f.CityRoleFactory()),
        "This person already has a role in this city.",
    ),
    "source_private_belongs_to_city": (
        lambda: changed(f.SourceFactory(), is_public=False),
        "A private source belongs to a city: choose it.",
    ),
    "tag_name_unique_in_city": (lambda: twin(f.TagFactory()), "This city already has this tag."),
    "actors_actor_place_on_earth": (
        lambda: changed(f.ActorFactory(), latitude=90.5, longitude=0),
        PLACE,
    ),
    "actor_not_part_of_itself": (
        lambda: itself(f.ActorFactory(), "part_of"),
        "An organization can't be part of itself.",
    ),
    "actor_merged_is_archived": (
        lambda: changed(f.ActorFactory(), merged_into=f.ActorFactory()),
        "A merged actor must be archived.",
    ),
    "other_name_once_per_actor": (
        lambda: twin(f.OtherNameFactory()),
        "This actor already has this other name.",
    ),
    "steward_once_per_actor": (
        lambda: twin(f.StewardFactory()),
        "This person already looks after this actor.",
    ),
    "contact_public_by_consent": (
        lambda: changed(f.ContactFactory(), is_public=True),
        "A person is shown to everyone only after agreeing to it: enter the day.",
    ),
    "statement_one_per_competency": (
        lambda: twin(f.SkillStatementFactory()),
        "This actor already has a statement for this competency: change that one.",
    ),
    "statement_level_0_to_3": (
        lambda: changed(f.SkillStatementFactory(), level=4),
        "A level is 0 to 3, or left out.",
    ),
    "relationship_one_current_per_kind": (
        lambda: twin(f.RelationshipFactory()),
        "This tie is already recorded.",
    ),
    "relationship_one_current_national": (
        lambda: twin(f.RelationshipFactory(city=None)),
        "This tie is already recorded.",
    ),
    "relationship_strength_1_to_4": (
        lambda: changed(f.RelationshipFactory(), strength=0),
        "A strength is 1 to 4, or left out.",
    ),
    "relationship_carried_by_somebody": (
        lambda: changed(f.RelationshipFactory(), carried_by=0),
        "A tie is carried by at least one person.",
    ),
    "relationship_ends_after_start": (
        lambda: changed(f.RelationshipFactory(), started_on="2018-02-01", ended_on="2018-01-31"),
        "A tie can't end before it started.",
    ),
    "campaign_ends_after_start": (
        lambda: changed(f.CampaignFactory(), starts_on="2018-02-01", ends_on="2018-01-31"),
        "A campaign can't end before it starts.",
    ),
    "invitation_once_per_address": (
        lambda: twin(f.InvitationFactory()),
        "This address was already invited for this actor.",
    ),
    "proposal_declined_with_answer": (
        lambda: changed(f.ProposalFactory(), status="declined"),
        "Say why this proposal is declined.",
    ),
    "merge_of_two": (
        lambda: merged_with_itself(f.MergeFactory()),
        "An organization can't be merged with itself.",
    ),
    "stored_result_one_per_reader": (
        lambda: twin(f.StoredResultFactory()),
        "Stored result with this Kind, Scope and Audience already exists.",
    ),
    "membership_one_current": (
        lambda: twin(f.MembershipFactory()),
        "This actor is already a member.",
    ),
    "membership_ends_after_start": (
        lambda: changed(f.MembershipFactory(), since="2018-02-01", until="2018-01-31"),
        "A membership can't end before it began.",
    ),
    "project_not_adopted_from_itself": (
        lambda: itself(f.ProjectFactory(), "adopted_from"),
        "A project can't be adopted from itself.",
    ),
    "criterion_once_per_collaborative": (
        lambda: twin(f.CriterionFactory()),
        "This criterion is already listed.",
    ),
    "ballot_once_per_member": (
        lambda: twin(f.BallotFactory()),
        "This member has already given points here.",
    ),
    "ballot_points_0_to_5": (lambda: changed(f.BallotFactory(), points=6), "Give 0 to 5 points."),
    "contribution_has_giver": (
        lambda: changed(f.ContributionFactory(), giver=None),
        "Choose the giver or write its name.",
    ),
    "contribution_not_negative": (
        lambda: changed(f.ContributionFactory(), amount=-1),
        "Amounts can't be negative.",
    ),
    "contribution_not_counted_in_itself": (
        lambda: itself(f.ContributionFactory(), "counted_in"),
        "A contribution can't be counted in itself.",
    ),
    "outcome_reading_one_per_day": (
        lambda: twin(f.OutcomeReadingFactory()),
        "There is already a reading for this day.",
    ),
    "story_public_by_consent": (
        lambda: changed(f.StoryFactory(), is_public=True),
        "A story is shown to everyone only after its teller agreed: enter the day.",
    ),
    "introduction_declined_with_reason": (
        lambda: changed(f.IntroductionFactory(), status="declined"),
        "Say why this introduction is declined.",
    ),
}

INTERNAL = {"dismissal_once", "dismissal_once_nationally", "layout_position_one_per_actor"}
"""Of tables that no form writes."""


def test_table_names_every_constraint():
    ours = {
        constraint.name
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
        if not isinstance(constraint, models.UniqueConstraint) or constraint.name
    }

    assert set(BROKEN) == ours - INTERNAL


@pytest.mark.parametrize("name", BROKEN)
def test_constraint_says_its_sentence(name):
    make, sentence = BROKEN[name]
    record = make()

    with pytest.raises(ValidationError) as refused:
        record.validate_constraints()

    assert refused.value.message_dict[NON_FIELD_ERRORS] == [sentence]


@pytest.mark.parametrize("name", BROKEN)
def test_constraint_holds_in_the_database(name):
    make, _sentence = BROKEN[name]
    record = make()

    with pytest.raises(IntegrityError), transaction.atomic():
        record.save()


def test_ended_ties_and_memberships_may_be_followed_by_new_ones():
    tie = f.RelationshipFactory(ended_on="2017-12-31")
    member = f.MembershipFactory(until="2017-12-31")

    for again in (twin(tie), twin(member)):
        again.full_clean(exclude=["sources"])
        again.save()


def test_wish_stands_beside_the_tie_it_is_for():
    tie = f.RelationshipFactory()

    wish = changed(twin(tie), status="wished")
    wish.full_clean()
    wish.save()

    assert Relationship.objects.existing().get() == tie


def test_tie_with_itself_is_refused_in_forms_but_kept_when_a_record_says_so():
    tie = f.RelationshipFactory.build(city=f.CityFactory(), source=f.ActorFactory())
    tie.target = tie.source

    with pytest.raises(ValidationError) as refused:
        tie.full_clean()

    assert refused.value.message_dict == {
        "target": ["Choose another organization: a tie needs two."]
    }
    tie.save()
    assert tie.pk


def test_place_needs_both_or_neither():
    for latitude, longitude, is_right in [
        (None, None, True),
        (0, 0, True),
        (-90, 180, True),
        (42.36, None, False),
        (None, -71.06, False),
        (0, 180.1, False),
    ]:
        city = f.CityFactory.build(latitude=latitude, longitude=longitude)
        try:
            city.validate_constraints()
        except ValidationError:
            assert not is_right, (latitude, longitude)
        else:
            assert is_right, (latitude, longitude)
