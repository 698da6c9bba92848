"""What every page of a city, or of the national organizations, has in common."""

from functools import cached_property
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic.base import ContextMixin, View
from django_htmx.http import HttpResponseClientRedirect

from actors.models import City
from actors.rules import can_convene
from ecosystem.addresses import page_of
from ecosystem.selectors.maps import map_day
from ecosystem.services.gaps import GapAnalysis, kept_gaps


class PlaceMixin(ContextMixin, View):
    """A page of the city named in the address, which the visitor may see; or, when the address
    names none, of the national organizations, which belong to no city.

    ``section`` says which entry of the city's navigation is the current one.
    """

    section = ""
    city: City | None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.find_city()

    def find_city(self) -> None:
        self.city = None
        if slug := self.kwargs.get("city"):
            cities = City.objects.visible_to(self.request.user)
            self.city = get_object_or_404(cities, slug=slug)

    @property
    def city_id(self) -> int | None:
        return self.city.pk if self.city else None

    @cached_property
    def can_convene(self) -> bool:
        """Whether the visitor decides here. No query for those without an account."""
        return can_convene(self.request.user, self.city_id)

    @property
    def crumbs_of_place(self) -> list[dict[str, str]]:
        """The way from the top to the list that the actors of the place stand in."""
        if self.city is None:
            return [{"label": _("Cities"), "url": reverse("national")}]
        return [{"label": _("Who is here"), "url": page_of("actor_list", self.city)}]

    def place_url(self, route: str, *args: Any) -> str:
        """The address of another page of the same place."""
        return page_of(route, self.city, *args)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = {
            "city": self.city,
            "section": self.section,
            "as_of": self.city and map_day(self.city),
            "can_convene": self.can_convene,
        }
        return super().get_context_data(**kwargs | own)  # over the slug of the address


class CityMixin(PlaceMixin):
    """A page of a city."""

    city: City

    @cached_property
    def analysis(self) -> GapAnalysis:
        """The city's gaps on the day of its map."""
        return kept_gaps(self.city, user=self.request.user)


class DeciderMixin(PlaceMixin):
    """A page for those who decide: who convenes the city, or national staff."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            sign_in = redirect_to_login(request.get_full_path())
            # A script would put the sign-in page into a corner of this one.
            is_part = request.headers.get("HX-Request")
            return HttpResponseClientRedirect(sign_in.url) if is_part else sign_in
        if not self.can_convene:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class ConvenerMixin(DeciderMixin, CityMixin):
    """A page for those who decide on a city's map."""
