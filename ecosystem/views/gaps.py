from typing import Any

from django.views.generic import TemplateView

from ecosystem.findings import case_of
from ecosystem.views.base import CityMixin
from ecosystem.views.gap_context import gap_context
from ecosystem.views.map_context import map_context


class GapsView(CityMixin, TemplateView):
    """The gap dashboard: what is missing, what is fragile, what nobody asked."""

    section = "gaps"
    template_name = "ecosystem/gaps.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = case_of(self.analysis, self.city, self.request.user)
        return super().get_context_data() | gap_context(case) | map_context(case)
