"""What every page of a city has in common."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.views.generic.base import ContextMixin, View

from actors.models import City
from ecosystem.selectors.maps import map_day
from ecosystem.services.gaps import GapAnalysis, run_gaps


class CityMixin(ContextMixin, View):
    """A page of the city named in the address, which the visitor may see.

    ``section`` says which entry of the city's navigation is the current one.
    """

    section = ""
    city: City

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        cities = City.objects.visible_to(request.user)
        self.city = get_object_or_404(cities, slug=kwargs["city"])

    @cached_property
    def analysis(self) -> GapAnalysis:
        """The city's gaps on the day of its map."""
        return run_gaps(self.city, user=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = {"city": self.city, "section": self.section, "as_of": map_day(self.city)}
        return super().get_context_data(**kwargs | own)  # over the slug of the address
