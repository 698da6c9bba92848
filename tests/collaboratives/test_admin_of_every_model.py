"""Each model with history, changed through the administration: version, history, and readers.

The table says by hand on which maps each record is. Whoever adds a model adds a line, and whoever
forgets to tell the readers of a map is found out here.
"""

import pytest
from django.apps import apps

from actors.models import City
from tests import factories as f
from tests.actors.admin_forms import admin_url, change, delete, delete_from_list, revert

pytestmark = pytest.mark.django_db


def cited_source():
    source = f.SourceFactory()
    f.SkillStatementFactory(sources=[source])
    return source


def cited_issue():
    issue = f.IssueFactory()
    f.ActorFactory(issues=[issue])
    return issue


NO_MAP = ""


def through_actor(record):
    return record.actor.city


def through_collaborative(record):
    return record.collaborative.city


# How to make one · what to change · the revision that rises · in which city
RECORDS = {
    "User": (f.UserFactory, {"name": "B"}, NO_MAP, None),
    "City": (f.CityFactory, {"name": "B"}, "fact", lambda r: r),
    "CityRole": (f.CityRoleFactory, {"kind": "viewer"}, NO_MAP, None),
    "Issue": (cited_issue, {"name": "B"}, "fact", lambda r: r.actors.get().city),
    "Tag": (f.TagFactory, {"name": "B"}, "fact", lambda r: r.city),
    "Source": (
        cited_source,
        {"title": "B"},
        "fact",
        lambda r: r.statements.get().actor.city,
    ),
    "Actor": (f.ActorFactory, {"name": "B"}, "tie", lambda r: r.city),
    "OtherName": (f.OtherNameFactory, {"name": "B"}, "fact", through_actor),
    "Steward": (f.StewardFactory, {"status": "claimed"}, "fact", through_actor),
    "Contact": (f.ContactFactory, {"job": "B"}, "fact", through_actor),
    "SkillStatement": (f.SkillStatementFactory, {"level": "3"}, "fact", through_actor),
    "Relationship": (f.RelationshipFactory, {"kind": "funds"}, "tie", lambda r: r.city),
    "Offer": (f.OfferFactory, {"description": "B"}, "fact", through_actor),
    "Need": (f.NeedFactory, {"description": "B"}, "fact", through_actor),
    "Campaign": (f.CampaignFactory, {"name": "B"}, NO_MAP, None),
    "Invitation": (
        f.InvitationFactory,
        {"revoked_at_0": "2026-01-02", "revoked_at_1": "10:00:00"},
        NO_MAP,
        None,
    ),
    "Proposal": (f.ProposalFactory, {"reason": "B"}, NO_MAP, None),
    "Collaborative": (f.CollaborativeFactory, {"name": "B"}, "fact", lambda r: r.city),
    "Membership": (f.MembershipFactory, {"function": "B"}, "fact", through_collaborative),
    "Project": (f.ProjectFactory, {"name": "B"}, "fact", through_collaborative),
    "ProjectStep": (
        f.ProjectStepFactory,
        {"note": "B"},
        "fact",
        lambda r: r.project.collaborative.city,
    ),
    "Criterion": (f.CriterionFactory, {"weight": "2"}, "fact", through_collaborative),
    "Ballot": (
        f.BallotFactory,
        {"points": "5"},
        "fact",
        lambda r: r.criterion.collaborative.city,
    ),
    "Contribution": (f.ContributionFactory, {"amount": "10"}, "fact", through_collaborative),
    "Engagement": (f.EngagementFactory, {"what": "B"}, "fact", through_collaborative),
    "Outcome": (f.OutcomeFactory, {"unit": "B"}, "fact", through_collaborative),
    "OutcomeReading": (
        f.OutcomeReadingFactory,
        {"note": "B"},
        "fact",
        lambda r: r.outcome.collaborative.city,
    ),
    "Story": (f.StoryFactory, {"title": "B"}, "fact", through_collaborative),
    "Review": (f.ReviewFactory, {"what_worked": "B"}, "fact", through_collaborative),
    "ReviewAction": (
        f.ReviewActionFactory,
        {"what": "B"},
        "fact",
        lambda r: r.review.collaborative.city,
    ),
    "Decision": (f.DecisionFactory, {"why": "B"}, "fact", through_collaborative),
    "Introduction": (f.IntroductionFactory, {"assigned_to": "B"}, NO_MAP, None),
}


@pytest.fixture
def admin_user():
    return f.UserFactory(admin=True)


@pytest.fixture
def made(request, client, admin_user):
    """A stored record of the model, and a client at its administration."""
    client.force_login(admin_user)
    make, changes, revision, city_of = RECORDS[request.param]
    record = make()
    city = city_of(record) if city_of else None
    bystander = f.CityFactory()
    City.objects.update(tie_revision=10, fact_revision=10)
    return Made(client, record, changes, revision, city, bystander)


class Made:
    def __init__(self, client, record, changes, revision, city, bystander):
        self.client, self.record, self.changes = client, record, changes
        self.revision, self.city, self.bystander = revision, city, bystander

    def assert_readers_told(self, *, city_stays=True, times=1):
        """The one revision of the one city rose; nothing else did."""
        expected = dict.fromkeys(City.objects.values_list("pk", flat=True), (10, 10))
        if self.city and city_stays:
            rise = (times, 0) if self.revision == "tie" else (0, times)
            expected[self.city.pk] = (10 + rise[0], 10 + rise[1])
        revisions = City.objects.values_list("pk", "tie_revision", "fact_revision")
        assert {pk: (ties, facts) for pk, ties, facts in revisions} == expected


every_model = pytest.mark.parametrize("made", RECORDS, indirect=True)


def test_table_names_every_model_with_history():
    ours = ("accounts", "actors", "collaboratives", "ecosystem")
    with_history = {
        model.__name__
        for app in ours
        for model in apps.get_app_config(app).get_models()
        if hasattr(model._meta, "simple_history_manager_attribute")
    }

    assert set(RECORDS) == with_history


@every_model
def test_admin_change_is_versioned_recorded_and_told(made, admin_user):
    version = getattr(made.record, "version", None)
    made.record.history.all().delete()

    response = change(made.client, made.record, **made.changes, change_reason="They told us.")

    assert response.status_code == 302
    made.assert_readers_told()
    (entry,) = made.record.history.all()
    assert (entry.history_type, entry.history_user, entry.history_change_reason) == (
        "~",
        admin_user,
        "They told us.",
    )
    if version is not None:
        made.record.refresh_from_db()
        assert (made.record.version, entry.version) == (version + 1, version + 1)


@every_model
def test_admin_pages_open(made):
    model_url = admin_url(made.record, "change").split(f"/{made.record.pk}/")[0]

    pages = [
        made.client.get(f"{model_url}/?q=a"),
        made.client.get(admin_url(made.record, "change")),
        made.client.get(admin_url(made.record, "history")),
        made.client.get(admin_url(made.record, "delete")),
    ]

    assert [page.status_code for page in pages] == [200] * 4


@every_model
def test_admin_revert_returns_to_the_earlier_state_and_tells_readers(made):
    history = made.record.history
    change(made.client, made.record, **made.changes)
    changed = history.first()
    first = history.last()
    version = getattr(changed, "version", 0)

    response = revert(made.client, first)

    assert response.status_code == 302
    made.assert_readers_told(times=2)
    assert history.count() == 3
    if hasattr(first, "version"):
        assert history.first().version == version + 1
    kept_in_history = [name for name in made.changes if hasattr(first, name)]
    now = history.first()
    assert [getattr(now, name) for name in kept_in_history] == [
        getattr(first, name) for name in kept_in_history
    ]


@every_model
@pytest.mark.parametrize("way", [delete, delete_from_list])
def test_admin_deletion_is_recorded_and_told(made, admin_user, way):
    pk, history = made.record.pk, type(made.record).history

    response = way(made.client, made.record)

    assert response.status_code == 302
    assert not type(made.record).objects.filter(pk=pk).exists()
    made.assert_readers_told(city_stays=made.record != made.city)
    entry = history.filter(id=pk).first()
    assert (entry.history_type, entry.history_user) == ("-", admin_user)
    assert entry.history_change_reason == "In the administration"
