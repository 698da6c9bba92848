"""Chainable filters, one model each."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.rules import Viewer

from . import rules
from .framework import ActorStatus, TieStatus


class CityQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.visible_cities(user))


class CityRoleQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.visible_city_roles(user))


class SourceQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.visible_sources(user))

    def informants(self) -> Self:
        return self.filter(is_informant=True)


class ActorQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.visible_actors(user))

    def published(self) -> Self:
        """What maps and figures are made of."""
        return self.filter(status=ActorStatus.PUBLISHED)


class StewardQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.visible_stewards(user))

    def approved(self) -> Self:
        return self.filter(status="approved")


class ContactQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.visible_contacts(user))


class OfActorQuerySet(models.QuerySet[Any]):
    """Rows that hang on one actor and are seen with it."""

    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.visible_actors(user, "actor__"))


class RelationshipQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.visible_relationships(user))

    def existing(self) -> Self:
        return self.filter(status=TieStatus.EXISTING)

    def current_on(self, day: date) -> Self:
        """Ties in force on ``day``; a missing start or end counts as in force."""
        return self.filter(
            Q(started_on=None) | Q(started_on__lte=day),
            Q(ended_on=None) | Q(ended_on__gte=day),
        )


class CampaignQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.visible_invitations(user, "city__"))


class InvitationQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.visible_invitations(user))


class ProposalQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.visible_proposals(user))


class MergeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.convened_cities(user, "city__"))


class DismissalQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.convened_cities(user, "city__"))


class NobodysQuerySet(models.QuerySet[Any]):
    """Rows that no page shows."""

    def visible_to(self, user: Viewer) -> Self:
        return self.none()


class OutboxQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(rules.visible_invitations(user, "invitation__campaign__city__"))
