"""The gap dashboard: what is missing, what is fragile, what nobody asked."""

from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from collaboratives.models import Collaborative
from ecosystem.findings import case_of
from ecosystem.services.gaps import GapAnalysis, kept_gaps
from ecosystem.services.introductions import Scope
from ecosystem.views.chart_context import chart_context
from ecosystem.views.gap_context import gap_context
from ecosystem.views.map_context import map_context
from ecosystem.views.next_steps_context import first_steps
from ecosystem.views.stored import StoredPageMixin
from ecosystem.views.voice_context import voice_context


class GapsView(StoredPageMixin, TemplateView):
    """The gaps of a city."""

    section = "gaps"
    stored_as = "gaps"
    template_name = "ecosystem/gaps.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = case_of(self.analysis, self.city, self.request.user)
        own = gap_context(case) | chart_context(case) | map_context(case)
        own["first_steps"] = first_steps(case, Scope(self.city), self.request.user)
        return super().get_context_data() | own


class CollaborativeGapsView(StoredPageMixin, TemplateView):
    """The gaps of a table; how the whole city hangs together stays on the city's page."""

    section = "collaboratives"
    stored_as = "table-gaps"
    template_name = "ecosystem/gaps_collaborative.html"

    @cached_property
    def collaborative(self) -> Collaborative:
        visible = Collaborative.objects.visible_to(self.request.user).select_related("city")
        return get_object_or_404(visible, city=self.city, slug=self.kwargs["collaborative"])

    @cached_property
    def analysis(self) -> GapAnalysis:
        """The collaborative's gaps on the day of the city's map."""
        return kept_gaps(self.city, user=self.request.user, collaborative=self.collaborative)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = case_of(self.analysis, self.city, self.request.user)
        own = gap_context(case) | chart_context(case) | map_context(case) | voice_context(case)
        crumbs = [
            {"label": _("Collaboratives"), "url": self._page("collaborative_list")},
            {
                "label": self.collaborative.name,
                "url": self._page("collaborative", self.collaborative.slug),
            },
        ]
        scope = Scope(self.city, self.collaborative)
        page = {
            "collaborative": self.collaborative,
            "crumbs": crumbs,
            "first_steps": first_steps(case, scope, self.request.user),
        }
        return super().get_context_data() | own | page

    def _page(self, name: str, *slugs: str) -> str:
        return reverse(name, args=[self.city.slug, *slugs])
