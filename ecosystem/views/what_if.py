"""What if this one left? A city or a collaborative with and without some of its organizations."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from actors.filters import folded
from collaboratives.models import Collaborative
from ecosystem.findings import case_of
from ecosystem.findings.text import name_of, names_of
from ecosystem.findings.what_if import (
    change_sentences,
    leaving_sentence,
    number_rows,
    skill_rows,
)
from ecosystem.services.what_if import WhatIfAnalysis, run_what_if
from ecosystem.views.base import CityMixin

SUGGESTED: Final = 6
NOTED: Final = 60
"""So much of an unknown value is repeated."""


def slugs_of(values: Iterable[str]) -> list[str]:
    """The slugs in repeated or comma-separated values of an address, each once."""
    parts = (part.replace("\0", "").strip() for value in values for part in value.split(","))
    return list(dict.fromkeys(part for part in parts if part))


class WhatIfView(CityMixin, TemplateView):
    """A city without some of the organizations on its map."""

    section = "gaps"
    template_name = "ecosystem/what_if.html"

    @property
    def table(self) -> Collaborative | None:
        """The collaborative in question, none for the city."""
        return None

    @cached_property
    def what_if(self) -> WhatIfAnalysis:
        return run_what_if(
            self.city,
            user=self.request.user,
            slugs=slugs_of(self.request.GET.getlist("without")),
            collaborative=self.table,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked, user = self.what_if, self.request.user
        before = case_of(asked.before, self.city, user)
        after = case_of(asked.after, self.city, user)
        leavers = names_of(before.actors, asked.found.leavers)
        return super().get_context_data(
            title=self.title,
            lede=leaving_sentence(before, asked.found),
            base=before.results.scope.size,
            crumbs=self.crumbs,
            leavers=leavers,
            others=self._others(),
            suggested=self._suggested(),
            unknown=[slug[:NOTED] for slug in asked.unknown],
            sentences=list(change_sentences(before, asked.found)),
            skills=skill_rows(after, asked.found),
            numbers=number_rows(asked.found),
            at_table=before.is_collaborative,
        )

    @property
    def title(self) -> str:
        return _("What if somebody left %(city)s?") % {"city": self.city.name}

    @property
    def crumbs(self) -> list[dict[str, str]]:
        return [{"label": _("Gaps"), "url": reverse("gaps", args=[self.city.slug])}]

    def _others(self) -> list[dict[str, str]]:
        """Everyone else on the map, by name, to choose from."""
        actors = self.what_if.before.actors
        stay = (actors[slug] for slug in actors.keys() - set(self.what_if.found.leavers))
        return [
            {"slug": actor.slug, "name": actor.name}
            for actor in sorted(stay, key=lambda actor: (folded(actor.name), actor.slug))
        ]

    def _suggested(self) -> list[Any]:
        """Those whose leaving alone would open the most, the worst first."""
        found = self.what_if.found
        worst = (one.actor for one in found.before.fragility.departures)
        shown = [slug for slug in worst if slug not in found.leavers][:SUGGESTED]
        return [name_of(self.what_if.before.actors[slug]) for slug in shown]


class CollaborativeWhatIfView(WhatIfView):
    """A collaborative without some of its members, or of those around it."""

    section = "collaboratives"

    @property
    def table(self) -> Collaborative:
        return self.collaborative

    @cached_property
    def collaborative(self) -> Collaborative:
        visible = Collaborative.objects.visible_to(self.request.user).select_related("city")
        return get_object_or_404(visible, city=self.city, slug=self.kwargs["collaborative"])

    @property
    def title(self) -> str:
        return _("What if somebody left %(name)s?") % {"name": self.collaborative.name}

    @property
    def crumbs(self) -> list[dict[str, str]]:
        return [
            {
                "label": _("Collaboratives"),
                "url": reverse("collaborative_list", args=[self.city.slug]),
            },
            {"label": self.collaborative.name, "url": self.collaborative.get_absolute_url()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data() | {"collaborative": self.collaborative}
