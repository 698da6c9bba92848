"""Chainable filters, one model each."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.rules import Viewer
from actors.rules import convened_cities, visible_actors, visible_cities


class SnapshotQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        """Those of visible cities. What each holds is narrowed down again when it is shown."""
        return self.filter(visible_cities(user, "city__"))


class IntroductionQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Viewer) -> Self:
        """The conveners' own, and none that names somebody who is hidden from them."""
        return self.filter(
            convened_cities(user, "city__"),
            visible_actors(user, "target__"),
            Q(source=None) | visible_actors(user, "source__"),
            Q(through=None) | visible_actors(user, "through__"),
        )
