"""Who works together."""

from .collaborative import Collaborative, Membership
from .engagement import Engagement, Outcome, OutcomeReading, Story
from .governance import Decision, Review, ReviewAction
from .project import Ballot, Criterion, Project, ProjectStep
from .resources import Contribution

__all__ = [
    "Ballot",
    "Collaborative",
    "Contribution",
    "Criterion",
    "Decision",
    "Engagement",
    "Membership",
    "Outcome",
    "OutcomeReading",
    "Project",
    "ProjectStep",
    "Review",
    "ReviewAction",
    "Story",
]
