"""Changes to who works together. ``map_change`` of ``actors.services`` goes round each of them."""

from actors.services import SHOWN_THROUGH
from collaboratives.models import (
    Ballot,
    Collaborative,
    Contribution,
    Criterion,
    Decision,
    Engagement,
    Membership,
    Outcome,
    OutcomeReading,
    Project,
    ProjectStep,
    Review,
    ReviewAction,
    Story,
)

SHOWN_THROUGH.update(
    {
        Ballot: "criterion",
        Collaborative: "city",
        Contribution: "collaborative",
        Criterion: "collaborative",
        Decision: "collaborative",
        Engagement: "collaborative",
        Membership: "collaborative",
        Outcome: "collaborative",
        OutcomeReading: "outcome",
        Project: "collaborative",
        ProjectStep: "project",
        Review: "collaborative",
        ReviewAction: "review",
        Story: "collaborative",
    }
)
