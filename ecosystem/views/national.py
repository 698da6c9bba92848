"""The first page: the country with its cities, what they lack and have, and search."""

from typing import Any, Final

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from accounts.rules import is_national
from actors.framework import CityStage
from ecosystem.maps.country import outline
from ecosystem.maps.country_svg import Country, Place, draw_country
from ecosystem.national import (
    lately,
    maps_known,
    plenty_sentence,
    short_sentence,
    skills_across,
)
from ecosystem.search import search_everything
from ecosystem.summaries import CitySummary, city_summaries, count_actors, count_ties

CARDS_PER_PAGE: Final = 24


class NationalView(TemplateView):
    template_name = "ecosystem/national.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = search_everything(self.request.GET.get("q", ""), self.request.user)
        context = super().get_context_data(found=found, query=found.query, **kwargs)
        if found.query:
            return context
        summaries = city_summaries(self.request.user)
        page = Paginator(summaries, CARDS_PER_PAGE).get_page(self.request.GET.get("page"))
        context |= {
            "summaries": summaries,
            "page_obj": page,
            "actor_count": count_actors(self.request.user),
            "tie_count": count_ties(summaries),
            "stages": dict(CityStage.choices),
            "can_start_city": is_national(self.request.user),
        }
        if page.number > 1:  # further cards only: the country is on the first page
            return context
        across = skills_across(summaries)
        return context | {
            "country": _country(summaries),
            "across": across,
            "short_answer": short_sentence(across),
            "plenty_answer": plenty_sentence(across),
            "asked_count": across[0].cities.total() if across else 0,
            "known": maps_known(summaries) if summaries else None,
            "lately": lately(self.request.user),
        }


def _country(summaries: list[CitySummary]) -> Country | None:
    """The drawing, unless there is nothing to draw or the outline is missing."""
    shape = outline()
    if shape is None or not summaries:
        return None
    places = [
        Place(
            name=city.name,
            url=reverse("city", args=[city.slug]),
            said=_said(city),
            latitude=city.latitude,
            longitude=city.longitude,
        )
        for city in summaries
    ]
    return draw_country(shape, places, _("The cities on a map of the United States"))


def _said(city: CitySummary) -> str:
    return ngettext(
        "%(city)s, %(count)s organization",
        "%(city)s, %(count)s organizations",
        city.actors,
    ) % {"city": city.name, "count": number_format(city.actors)}
