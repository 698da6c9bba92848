"""What somebody who begins to convene a city has to know."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from accounts.rules import Viewer
from actors.framework import ActorStatus
from actors.models import Actor, Campaign, City, Proposal, Relationship, Source, Steward
from actors.models.campaign import CampaignStatus
from actors.models.proposal import ProposalStatus
from collaboratives.models import Collaborative
from collaboratives.models.collaborative import CollaborativeStage
from ecosystem.analysis.cells import months_before
from ecosystem.models import Introduction, IntroductionStatus


@dataclass(frozen=True, slots=True)
class DueReview:
    """A collaborative and the day its next review is due; None when it never held one."""

    collaborative: Collaborative
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Handover:
    """Counts of what is on a map, and lists of what is open, soonest first."""

    actor_count: int
    tie_count: int
    source_count: int
    collaborative_count: int
    proposed_count: int
    proposal_count: int
    claim_count: int
    introductions: list[Introduction]
    campaigns: list[Campaign]
    reviews: list[DueReview]


def load_handover(city: City, user: Viewer, *, today: date) -> Handover:
    """Everything at once, in a fixed number of queries; only what ``user`` may see."""
    actors = Actor.objects.visible_to(user).filter(city=city)
    ties = Relationship.objects.visible_to(user).filter(city=city).existing().current_on(today)
    teams = list(
        Collaborative.objects.visible_to(user)
        .filter(city=city)
        .exclude(stage=CollaborativeStage.ENDED)
        .select_related("city")
        .annotate(last_review=Max("reviews__held_on"))
    )
    accepted = Introduction.objects.visible_to(user).filter(
        city=city, status=IntroductionStatus.ACCEPTED
    )
    return Handover(
        actor_count=actors.published().count(),
        tie_count=ties.count(),
        source_count=Source.objects.visible_to(user).filter(actors__city=city).distinct().count(),
        collaborative_count=len(teams),
        proposed_count=actors.filter(status=ActorStatus.PROPOSED).count(),
        proposal_count=Proposal.objects.visible_to(user)
        .filter(city=city, status=ProposalStatus.OPEN)
        .count(),
        claim_count=Steward.objects.visible_to(user)
        .filter(actor__city=city, status="claimed")
        .count(),
        introductions=sorted(
            accepted.select_related("source", "target", "through", "city"),
            key=lambda one: (one.due_on is None, one.due_on or today, one.pk),
        ),
        campaigns=list(
            Campaign.objects.visible_to(user).filter(city=city, status=CampaignStatus.RUNNING)
        ),
        reviews=sorted(
            (_due(team) for team in teams),
            key=lambda one: (one.due_on or date.min, one.collaborative.name),
        ),
    )


def _due(team: Collaborative) -> DueReview:
    last: date | None = team.last_review  # type: ignore[attr-defined]
    due = months_before(last, -team.review_every_months) if last else None
    return DueReview(team, due)
