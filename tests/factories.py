"""One factory for each model. Defaults are valid, deterministic and in one city where they must be.

Names and addresses count up (``Actor 1``, ``actor-1``); days are fixed. Many-to-many fields and
shorthands are named in the call: ``ActorFactory(issues=[housing], with_statements=2)``.
"""

from datetime import date

import factory
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from accounts import models as accounts
from actors import framework
from actors import models as actors
from actors.models.city import CityRoleKind
from actors.models.people import StewardStatus
from collaboratives import models as collaboratives
from ecosystem import models as ecosystem
from ecosystem.analysis.snapshot import TABLES

DAY = date(2018, 6, 30)
"""The day the made-up facts are confirmed on."""

PASSWORD = "correct-horse-battery"
"""The password of every made-up user that is given no other."""


def many(name):
    """Fill the many-to-many field ``name`` with the list that the call gives, in its order."""

    @factory.post_generation
    def fill(record, create, given, **_kwargs):
        if given:
            if not create:
                raise ValueError(f"{name} needs a saved row: use create, not build.")
            getattr(record, name).add(*given)

    return fill


class RowFactory(DjangoModelFactory):
    class Meta:
        abstract = True
        skip_postgeneration_save = True


# ── accounts ─────────────────────────────────────────────────────────────────────────────────────


class UserFactory(RowFactory):
    """Signs in with ``PASSWORD``, or with the ``password`` of the call."""

    class Meta:
        model = accounts.User

    class Params:
        national = factory.Trait(is_national_staff=True)
        admin = factory.Trait(is_staff=True, is_superuser=True, is_national_staff=True)

    email = factory.Sequence(lambda n: f"person-{n + 1}@example.org")
    name = factory.Sequence(lambda n: f"Person {n + 1}")
    password = PASSWORD

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        return kwargs | {"password": make_password(kwargs["password"])}


# ── actors ───────────────────────────────────────────────────────────────────────────────────────


class SourceFactory(RowFactory):
    class Meta:
        model = actors.Source

    citation = factory.Sequence(lambda n: f"Document {n + 1}")


class CityFactory(RowFactory):
    class Meta:
        model = actors.City

    class Params:
        partners_only = factory.Trait(visibility=framework.Visibility.PARTNERS)
        private = factory.Trait(visibility=framework.Visibility.PRIVATE)

    slug = factory.Sequence(lambda n: f"city-{n + 1}")
    name = factory.Sequence(lambda n: f"City {n + 1}")
    state = "MA"
    sources = many("sources")


class CityRoleFactory(RowFactory):
    """A convener, unless the call says another ``kind``."""

    class Meta:
        model = actors.CityRole

    user = factory.SubFactory(UserFactory)
    city = factory.SubFactory(CityFactory)
    kind = CityRoleKind.CONVENER


class IssueFactory(RowFactory):
    class Meta:
        model = actors.Issue

    slug = factory.Sequence(lambda n: f"issue-{n + 1}")
    name = factory.Sequence(lambda n: f"Issue {n + 1}")


class TagFactory(RowFactory):
    class Meta:
        model = actors.Tag

    city = factory.SubFactory(CityFactory)
    name = factory.Sequence(lambda n: f"tag {n + 1}")


class ActorFactory(RowFactory):
    """``with_statements=n`` gives it the first n competencies at level 2, confirmed on ``DAY``."""

    class Meta:
        model = actors.Actor

    class Params:
        national = factory.Trait(city=None, sector=framework.Sector.NATIONAL_NETWORK)
        proposed = factory.Trait(status=framework.ActorStatus.PROPOSED)
        archived = factory.Trait(status=framework.ActorStatus.ARCHIVED)

    city = factory.SubFactory(CityFactory)
    slug = factory.Sequence(lambda n: f"actor-{n + 1}")
    name = factory.Sequence(lambda n: f"Actor {n + 1}")
    sector = framework.Sector.GOVERNMENT
    issues = many("issues")
    tags = many("tags")
    sources = many("sources")

    @factory.post_generation
    def with_statements(self, create, count, **kwargs):
        for competency in framework.Competency.values[: count or 0]:
            SkillStatementFactory(actor=self, competency=competency, **kwargs)


class OtherNameFactory(RowFactory):
    class Meta:
        model = actors.OtherName

    actor = factory.SubFactory(ActorFactory)
    name = factory.Sequence(lambda n: f"Other name {n + 1}")


class StewardFactory(RowFactory):
    """Approved, unless the call says another ``status``."""

    class Meta:
        model = actors.Steward

    user = factory.SubFactory(UserFactory)
    actor = factory.SubFactory(ActorFactory)
    status = StewardStatus.APPROVED


class ContactFactory(RowFactory):
    class Meta:
        model = actors.Contact

    class Params:
        public = factory.Trait(is_public=True, consented_on=DAY)

    actor = factory.SubFactory(ActorFactory)
    name = factory.Sequence(lambda n: f"Contact {n + 1}")
    email = factory.Sequence(lambda n: f"contact-{n + 1}@example.org")


class SkillStatementFactory(RowFactory):
    class Meta:
        model = actors.SkillStatement

    actor = factory.SubFactory(ActorFactory)
    competency = framework.Competency.CODING
    level = framework.Level.SOLID
    confirmed_on = DAY
    sources = many("sources")


class RelationshipFactory(RowFactory):
    """A tie between two actors of its city."""

    class Meta:
        model = actors.Relationship

    class Params:
        wished = factory.Trait(status=framework.TieStatus.WISHED)

    city = factory.SubFactory(CityFactory)
    source = factory.SubFactory(ActorFactory, city=factory.SelfAttribute("..city"))
    target = factory.SubFactory(ActorFactory, city=factory.SelfAttribute("..city"))
    kind = framework.TieKind.SHARES_DATA
    sources = many("sources")


class OfferFactory(RowFactory):
    class Meta:
        model = actors.Offer

    actor = factory.SubFactory(ActorFactory)
    competency = framework.Competency.CODING
    description = factory.Sequence(lambda n: f"Offer {n + 1}")


class NeedFactory(RowFactory):
    class Meta:
        model = actors.Need

    actor = factory.SubFactory(ActorFactory)
    competency = framework.Competency.FUNDRAISING
    description = factory.Sequence(lambda n: f"Need {n + 1}")


class CampaignFactory(RowFactory):
    class Meta:
        model = actors.Campaign

    city = factory.SubFactory(CityFactory)
    name = factory.Sequence(lambda n: f"Campaign {n + 1}")
    subject = "Please check your profile"
    message = "It takes two minutes."


class InvitationFactory(RowFactory):
    """To a contact of an actor of the campaign's city; not sent yet, so without a token."""

    class Meta:
        model = actors.Invitation

    campaign = factory.SubFactory(CampaignFactory)
    actor = factory.SubFactory(ActorFactory, city=factory.SelfAttribute("..campaign.city"))
    contact = factory.SubFactory(ContactFactory, actor=factory.SelfAttribute("..actor"))
    email = factory.LazyAttribute(
        lambda invitation: invitation.contact.email if invitation.contact else ""
    )


class OutboxMessageFactory(RowFactory):
    class Meta:
        model = actors.OutboxMessage

    key = factory.Sequence(lambda n: f"message-{n + 1}")
    kind = "invitation"
    invitation = factory.SubFactory(InvitationFactory)


class MailRefusalFactory(RowFactory):
    """Of an address that nobody knows."""

    class Meta:
        model = actors.MailRefusal

    address_hash = factory.Sequence(lambda n: f"{n:040x}")
    place = "page"


class RefusalKeyFactory(RowFactory):
    class Meta:
        model = actors.RefusalKey

    wrapped = factory.Sequence(lambda n: f"encrypted-{n}")


class ProposalFactory(RowFactory):
    class Meta:
        model = actors.Proposal

    actor = factory.SubFactory(ActorFactory)
    city = factory.SelfAttribute("actor.city")
    subject = "actor"
    changes = factory.LazyFunction(lambda: {"website": {"from": "", "to": "https://example.org"}})


class MergeFactory(RowFactory):
    class Meta:
        model = actors.Merge

    kept = factory.SubFactory(ActorFactory)
    merged = factory.SubFactory(ActorFactory, archived=True)
    city = factory.SelfAttribute("kept.city")
    moved = factory.LazyAttribute(
        lambda merge: [
            {
                "did": "changed",
                "model": "actors.Actor",
                "pk": merge.merged.pk,
                "before": {"status": "published"},
                "after": {"status": "archived"},
            }
        ]
    )


class DismissalFactory(RowFactory):
    class Meta:
        model = actors.Dismissal

    city = factory.SubFactory(CityFactory)
    kind = "duplicate"
    key = factory.Sequence(lambda n: f"{n + 1}-{n + 2}")


# ── collaboratives ───────────────────────────────────────────────────────────────────────────────


class CollaborativeFactory(RowFactory):
    """``members=[…]`` makes the actors its members."""

    class Meta:
        model = collaboratives.Collaborative

    city = factory.SubFactory(CityFactory)
    slug = factory.Sequence(lambda n: f"collaborative-{n + 1}")
    name = factory.Sequence(lambda n: f"Collaborative {n + 1}")
    sources = many("sources")

    @factory.post_generation
    def members(self, create, given, **kwargs):
        for actor in given or ():
            MembershipFactory(collaborative=self, actor=actor, **kwargs)


class OfCollaborativeFactory(RowFactory):
    class Meta:
        abstract = True

    collaborative = factory.SubFactory(CollaborativeFactory)


class MembershipFactory(OfCollaborativeFactory):
    class Meta:
        model = collaboratives.Membership

    actor = factory.SubFactory(ActorFactory, city=factory.SelfAttribute("..collaborative.city"))
    sources = many("sources")


class ProjectFactory(OfCollaborativeFactory):
    class Meta:
        model = collaboratives.Project

    slug = factory.Sequence(lambda n: f"project-{n + 1}")
    name = factory.Sequence(lambda n: f"Project {n + 1}")
    step = framework.ProcessStep.ITERATE
    sources = many("sources")


class ProjectStepFactory(RowFactory):
    class Meta:
        model = collaboratives.ProjectStep

    project = factory.SubFactory(ProjectFactory)
    step = factory.SelfAttribute("project.step")
    entered_on = DAY


class CriterionFactory(OfCollaborativeFactory):
    class Meta:
        model = collaboratives.Criterion

    text = factory.Sequence(lambda n: f"Criterion {n + 1}")
    sources = many("sources")


class BallotFactory(RowFactory):
    """Criterion, project and member of one collaborative."""

    class Meta:
        model = collaboratives.Ballot

    criterion = factory.SubFactory(CriterionFactory)
    project = factory.SubFactory(
        ProjectFactory, collaborative=factory.SelfAttribute("..criterion.collaborative")
    )
    member = factory.SubFactory(
        ActorFactory, city=factory.SelfAttribute("..criterion.collaborative.city")
    )
    points = 3


class ContributionFactory(OfCollaborativeFactory):
    class Meta:
        model = collaboratives.Contribution

    giver = factory.SubFactory(ActorFactory, city=factory.SelfAttribute("..collaborative.city"))
    kind = framework.ResourceKind.GRANT
    sources = many("sources")


class EngagementFactory(OfCollaborativeFactory):
    class Meta:
        model = collaboratives.Engagement

    what = factory.Sequence(lambda n: f"Engagement {n + 1}")
    step = framework.ProcessStep.DEFINE
    level = framework.EngagementLevel.CONSULT
    sources = many("sources")


class OutcomeFactory(OfCollaborativeFactory):
    class Meta:
        model = collaboratives.Outcome

    indicator = factory.Sequence(lambda n: f"Indicator {n + 1}")


class OutcomeReadingFactory(RowFactory):
    class Meta:
        model = collaboratives.OutcomeReading

    outcome = factory.SubFactory(OutcomeFactory)
    read_on = DAY
    value = 1
    sources = many("sources")


class StoryFactory(OfCollaborativeFactory):
    """Kept back; ``StoryFactory(public=True)`` has its teller's consent."""

    class Meta:
        model = collaboratives.Story

    class Params:
        public = factory.Trait(is_public=True, consented_on=DAY)

    title = factory.Sequence(lambda n: f"Story {n + 1}")
    text = "What we did, and what came of it."


class ReviewFactory(OfCollaborativeFactory):
    class Meta:
        model = collaboratives.Review

    held_on = DAY


class ReviewActionFactory(RowFactory):
    class Meta:
        model = collaboratives.ReviewAction

    review = factory.SubFactory(ReviewFactory)
    what = factory.Sequence(lambda n: f"Action {n + 1}")


class DecisionFactory(OfCollaborativeFactory):
    class Meta:
        model = collaboratives.Decision

    decided_on = DAY
    what = factory.Sequence(lambda n: f"Decision {n + 1}")
    deciders = many("deciders")


# ── ecosystem ────────────────────────────────────────────────────────────────────────────────────


class LayoutPositionFactory(RowFactory):
    class Meta:
        model = ecosystem.LayoutPosition

    city = factory.SubFactory(CityFactory)
    arrangement = ecosystem.Arrangement.BY_SECTOR
    actor = factory.SubFactory(ActorFactory, city=factory.SelfAttribute("..city"))
    x = 500.0
    y = 500.0


class StoredResultFactory(RowFactory):
    class Meta:
        model = ecosystem.StoredResult

    kind = "gaps"
    scope = factory.Sequence(lambda n: f"{n + 1}")
    audience = "anyone"
    key = "key"
    body = b"x"
    city = factory.SubFactory(CityFactory)


class SnapshotFactory(RowFactory):
    """Of an empty map, unless the call says otherwise."""

    class Meta:
        model = ecosystem.Snapshot

    city = factory.SubFactory(CityFactory)
    as_of = DAY
    method = "1"
    inputs = factory.LazyAttribute(
        lambda snapshot: (
            {table: {} for table in TABLES}
            | {
                "map": {
                    snapshot.city.slug: {
                        "kind": "city",
                        "name": snapshot.city.name,
                        "city": snapshot.city.slug,
                        "as_of": snapshot.as_of.isoformat(),
                    }
                }
            }
        )
    )
    results = factory.LazyFunction(
        lambda: {
            "figures": {
                "organizations": 0,
                "on_map": 0,
                "links": 0,
                "ties": 0,
                "confirmed": 0,
                "states": {"covered": 0, "single": 0, "thin": 0, "absent": 0, "unknown": 12},
                "answered_share": None,
                "completeness": None,
            }
        }
    )


class IntroductionFactory(RowFactory):
    """Between two actors of its city."""

    class Meta:
        model = ecosystem.Introduction

    city = factory.SubFactory(CityFactory)
    source = factory.SubFactory(ActorFactory, city=factory.SelfAttribute("..city"))
    target = factory.SubFactory(ActorFactory, city=factory.SelfAttribute("..city"))
