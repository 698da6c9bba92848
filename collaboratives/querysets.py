"""Chainable filters, one model each."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.rules import Viewer

from . import rules


class CollaborativeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.visible_collaboratives(user))


class OfCollaborativeQuerySet(models.QuerySet[Any]):
    """Rows that hang on one collaborative and are seen with it.

    ``collaborative`` is the lookup from the row to it with trailing underscores.
    """

    collaborative = "collaborative__"

    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.visible_collaboratives(user, self.collaborative))


class OfProjectQuerySet(OfCollaborativeQuerySet):
    collaborative = "project__collaborative__"


class OfOutcomeQuerySet(OfCollaborativeQuerySet):
    collaborative = "outcome__collaborative__"


class OfReviewQuerySet(OfCollaborativeQuerySet):
    collaborative = "review__collaborative__"


class BallotQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.visible_ballots(user))


class StoryQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.visible_stories(user))


class MembershipQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.visible_memberships(user))

    def current_on(self, day: date) -> Self:
        """Memberships in force on ``day``; a missing start or end counts as in force."""
        return self.filter(
            Q(since=None) | Q(since__lte=day),
            Q(until=None) | Q(until__gte=day),
        )
