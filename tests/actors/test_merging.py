"""Two records made one, and parted again."""

import pytest
from django.apps import apps
from django.db import transaction

from actors.models import Actor, Merge, OtherName, Relationship, SkillStatement
from actors.services.merging import CannotMerge, CannotPart, merge, moving, part_again
from collaboratives.models import Membership
from ecosystem.common.versions import ChangedMeanwhile
from ecosystem.models import Introduction
from tests import factories as f

pytestmark = pytest.mark.django_db

OURS = ("accounts", "actors", "collaboratives", "ecosystem")
WRITTEN_ANEW = {"version", "updated_at", "tie_revision", "fact_revision"}
"""Counters and moments of writing, which only ever rise."""


def digest():
    """Every row of every table, its sets included, without the history and the merges."""
    rows = {}
    for app in OURS:
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            if model.__name__.startswith("Historical") or model is Merge:
                continue
            # The numbers of rows that join two others have no meaning.
            left_out = WRITTEN_ANEW | ({"id"} if model._meta.auto_created else set())
            names = [one.attname for one in model._meta.concrete_fields if one.name not in left_out]
            rows[model._meta.label] = sorted(map(repr, model._base_manager.values_list(*names)))
    return rows


@pytest.fixture
def city():
    return f.CityFactory()


@pytest.fixture
def convener(city):
    return f.CityRoleFactory(city=city).user


@pytest.fixture
def pair(city):
    """Two records of one organization, with everything that can hang on one, and twice so."""
    issue, tag = f.IssueFactory.create_batch(2), f.TagFactory.create_batch(2, city=city)
    paper, survey, web = f.SourceFactory.create_batch(3)
    kept = f.ActorFactory(
        city=city, name="Data Lab", roles=["backbone"], issues=issue[:1], tags=tag[:1]
    )
    merged = f.ActorFactory(
        city=city,
        name="The Data Lab",
        website="https://lab.example.org",
        roles=["community"],
        issues=issue,
        tags=tag[1:],
        sources=[paper],
        latitude=42.0,
        longitude=-71.0,
    )
    third = f.ActorFactory(city=city, name="Third")
    f.OtherNameFactory(actor=kept, name="Lab")
    f.OtherNameFactory(actor=merged, name="Lab")
    f.OtherNameFactory(actor=merged, name="L.A.B.")
    f.OtherNameFactory(actor=merged, name="data lab")
    tie = f.RelationshipFactory(city=city, source=kept, target=third, sources=[paper])
    twin = f.RelationshipFactory(
        city=city, source=merged, target=third, sources=[survey], strength=3, description="Both"
    )
    f.RelationshipFactory(city=city, source=third, target=merged, kind="funds")
    f.RelationshipFactory(city=city, source=kept, target=merged)
    f.RelationshipFactory(city=city, source=merged, target=merged)
    f.SkillStatementFactory(actor=kept, competency="coding", level=1, confirmed_on="2018-01-01")
    f.SkillStatementFactory(
        actor=merged, competency="coding", level=3, confirmed_on="2019-01-01", sources=[web]
    )
    f.SkillStatementFactory(actor=kept, competency="fundraising", level=2)
    f.SkillStatementFactory(actor=merged, competency="fundraising", level=3)
    f.SkillStatementFactory(actor=merged, competency="issue-knowledge", level=2)
    f.ContactFactory(actor=merged)
    f.OfferFactory(actor=merged)
    f.NeedFactory(actor=merged)
    both = f.StewardFactory(actor=kept, status="claimed").user
    f.StewardFactory(actor=merged, user=both)
    f.StewardFactory(actor=merged)
    campaign = f.CampaignFactory(city=city)
    f.InvitationFactory(campaign=campaign, actor=kept, contact=None, email="a@example.org")
    f.InvitationFactory(campaign=campaign, actor=merged, contact=None, email="a@example.org")
    f.InvitationFactory(campaign=campaign, actor=merged, contact=None, email="b@example.org")
    f.ProposalFactory(actor=merged, record=merged.pk)
    f.ProposalFactory(actor=merged, subject="tie", record=twin.pk)
    table = f.CollaborativeFactory(city=city, members=[kept, merged], backbone=merged)
    f.CollaborativeFactory(city=city, members=[merged])
    f.DecisionFactory(collaborative=table, deciders=[merged, third])
    f.ContributionFactory(collaborative=table, giver=merged)
    f.BallotFactory(member=merged)
    f.ReviewActionFactory(actor=merged)
    f.IntroductionFactory(city=city, source=third, target=merged, relationship=twin)
    f.IntroductionFactory(city=city, source=kept, target=merged, assigned_to="Canary Person")
    f.LayoutPositionFactory(city=city, actor=kept)
    f.LayoutPositionFactory(city=city, actor=merged)
    f.ActorFactory(city=city, part_of=merged)
    f.ActorFactory(city=city, archived=True, merged_into=merged)
    assert tie.pk < twin.pk
    return kept, merged, third


def made(pair, convener, **more):
    kept, merged, _third = pair
    return merge(kept, merged, by=convener, city=kept.city, **more)


def test_merge_puts_everything_onto_the_record_that_stays(pair, convener):
    kept, merged, third = pair

    made(pair, convener, choices={"website": "merged", "place": "merged"})

    kept.refresh_from_db()
    merged.refresh_from_db()
    assert (merged.status, merged.merged_into) == ("archived", kept)
    assert (kept.name, kept.website, kept.latitude) == ("Data Lab", "https://lab.example.org", 42.0)
    assert set(kept.roles) == {"backbone", "community"}
    assert (kept.issues.count(), kept.tags.count(), kept.sources.count()) == (2, 2, 1)
    names = set(kept.other_names.values_list("name", flat=True))
    assert names == {"Lab", "L.A.B.", "The Data Lab"}
    assert set(kept.stewards.values_list("status", flat=True)) == {"approved"}
    assert (kept.contacts.count(), kept.offers.count(), kept.needs.count()) == (1, 1, 1)
    assert kept.stewards.count() == 2
    assert set(kept.invitations.values_list("email", flat=True)) == {
        "a@example.org",
        "b@example.org",
    }
    assert set(Membership.objects.values_list("actor", flat=True)) == {kept.pk}
    assert Membership.objects.count() == 2
    assert set(third.decisions.get().deciders.all()) == {kept, third}
    assert kept.backbone_of.count() == kept.contributions.count() == kept.ballots.count() == 1
    assert kept.review_actions.count() == kept.units.count() == 1
    assert OtherName.objects.filter(actor=merged).count() == 0


def test_merge_keeps_one_tie_with_the_sources_of_both(pair, convener):
    kept, _merged, third = pair

    made(pair, convener)

    ties = Relationship.objects.order_by("pk").values_list("source", "target", "kind")
    assert list(ties) == [
        (kept.pk, third.pk, "shares_data"),
        (third.pk, kept.pk, "funds"),
        (kept.pk, kept.pk, "shares_data"),  # it said so of itself before
    ]
    tie = Relationship.objects.get(source=kept, target=third)
    assert (tie.sources.count(), tie.strength, tie.description) == (2, 3, "Both")
    assert Introduction.objects.get(source=third).relationship == tie
    assert third.incoming_ties.get() == tie


def test_merge_keeps_the_newer_statement_then_the_higher_level(pair, convener):
    kept, _merged, _third = pair

    made(pair, convener)

    said = kept.statements.order_by("competency").values_list("competency", "level", "confirmed_on")
    assert [(skill, level, str(day)) for skill, level, day in said] == [
        ("coding", 3, "2019-01-01"),  # newer
        ("fundraising", 3, "2018-06-30"),  # of one day: higher
        ("issue-knowledge", 2, "2018-06-30"),
    ]
    coding = kept.statements.get(competency="coding")
    assert coding.sources.count() == 1
    assert coding.history.earliest("history_id").level == 1


def test_merge_lets_proposals_name_what_stays(pair, convener):
    kept, _merged, third = pair

    made(pair, convener)

    tie = Relationship.objects.get(source=kept, target=third)
    records = kept.proposals.order_by("pk").values_list("subject", "record")
    assert list(records) == [("actor", kept.pk), ("tie", tie.pk)]


def test_merge_takes_over_the_name_when_asked(pair, convener):
    kept, _merged, _third = pair

    made(pair, convener, choices={"name": "merged"})

    kept.refresh_from_db()
    assert kept.name == "The Data Lab"
    assert "Data Lab" in kept.other_names.values_list("name", flat=True)


def test_undo_restores_every_row_of_every_table(pair, convener):
    before = digest()

    done = made(pair, convener, choices=dict.fromkeys(("name", "website", "place"), "merged"))
    between = digest()
    part_again(done)

    assert between != before
    assert digest() == before
    done.refresh_from_db()
    assert done.undone_at is not None


def test_merge_and_undo_can_be_repeated(pair, convener):
    before = digest()

    for _ in range(2):
        done = made(pair, convener)
        part_again(done)
        part_again(done)  # sent twice

    assert digest() == before
    assert Merge.objects.count() == 2


def test_versions_rise_and_history_says_why(pair, convener):
    kept, merged, _third = pair
    versions = (kept.version, merged.version)

    done = made(pair, convener)
    part_again(done)

    for actor, version in zip((kept, merged), versions, strict=True):
        actor.refresh_from_db()
        assert actor.version > version + 1
    reasons = set(merged.history.values_list("history_change_reason", flat=True))
    assert {"Merged with The Data Lab", "The merge with The Data Lab undone"} <= reasons


def test_maps_are_told(pair, convener):
    city = pair[0].city
    city.refresh_from_db()
    before = (city.tie_revision, city.fact_revision)

    done = made(pair, convener)
    city.refresh_from_db()
    after = (city.tie_revision, city.fact_revision)
    part_again(done)

    city.refresh_from_db()
    assert before[0] < after[0] < city.tie_revision
    assert before[1] < after[1] < city.fact_revision


def test_what_a_merge_keeps_holds_nothing_personal(pair, convener):
    done = made(pair, convener)

    text = repr(done.moved)
    assert "Data Lab" in text
    for private in ("example.org", "Canary", "Contact "):
        assert private not in text.replace("lab.example.org", "")


def test_merge_sent_twice_is_one(pair, convener):
    first = made(pair, convener)

    assert made(pair, convener) == first
    assert Merge.objects.count() == 1


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (
            lambda kept, merged: Actor.objects.filter(pk=kept.pk).update(status="archived"),
            "Data Lab is archived: restore it first, or keep the other one.",
        ),
        (
            lambda kept, merged: Actor.objects.filter(pk=merged.pk).update(
                status="archived", merged_into=f.ActorFactory()
            ),
            "The Data Lab is merged into another organization already.",
        ),
    ],
)
def test_merge_that_makes_no_sense_is_refused(pair, convener, prepare, sentence):
    prepare(*pair[:2])
    before = digest()

    with pytest.raises(CannotMerge) as refused:
        made(pair, convener)

    assert str(refused.value) == sentence
    assert digest() == before


def test_merge_with_itself_is_refused(pair, convener):
    with pytest.raises(CannotMerge, match="two different"):
        merge(pair[0], pair[0], by=convener, city=pair[0].city)


def test_merge_from_an_older_version_is_refused(pair, convener):
    before = digest()

    with pytest.raises(ChangedMeanwhile):
        made(pair, convener, merged_version=pair[1].version + 1)

    assert digest() == before


def edit_the_tie(kept, third):
    tie = Relationship.objects.get(source=kept, target=third)
    tie.strength = 4
    tie.save()


def delete_the_statement(kept, _third):
    SkillStatement.objects.get(actor=kept, competency="issue-knowledge").delete()


def rename(kept, _third):
    kept.refresh_from_db()
    kept.roles = ()
    kept.save()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (edit_the_tie, "“strength” of relationship"),
        (delete_the_statement, "A record that the merge moved is gone: skill statement"),
        (rename, "“roles” of actor “Data Lab” was changed after the merge"),
    ],
)
def test_undo_after_a_later_edit_is_refused_and_changes_nothing(pair, convener, edit, words):
    kept, _merged, third = pair
    done = made(pair, convener)
    edit(kept, third)
    before = digest()

    with pytest.raises(CannotPart) as refused, transaction.atomic():
        part_again(done)

    assert words in str(refused.value)
    assert digest() == before


def test_undo_after_a_further_merge_is_refused_until_that_one_is_undone(pair, convener):
    kept, _merged, third = pair
    before = digest()
    first = made(pair, convener)
    second = merge(third, kept, by=convener, city=kept.city)

    with pytest.raises(CannotPart, match="undo that merge first"):
        part_again(first)
    part_again(second)
    part_again(first)

    assert digest() == before


def test_undo_keeps_what_came_later_with_the_record_that_stayed(pair, convener):
    kept, merged, _third = pair
    done = made(pair, convener)
    later = f.OfferFactory(actor=kept)

    part_again(done)

    assert list(kept.offers.all()) == [later]
    assert merged.offers.count() == 1


def test_moving_counts_what_goes_over(pair):
    counted = {one.label: one.count for one in moving(pair[1])}

    assert counted["relationships"] == 4
    assert counted["skill statements"] == 3
    assert counted["memberships"] == 2
