"""Who in other cities can help with what this one lacks."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from accounts.rules import Viewer
from actors.framework import Competency
from actors.models import City
from ecosystem.comparison.asked import slugs_of
from ecosystem.findings.text import Text, in_sentence, say, skills
from ecosystem.services.comparison import GapPeers, find_peers, read_coverage
from ecosystem.views.base import CityMixin

SKILLS_NAMED = 4


def peers_context(city: City, user: Viewer, slugs: Sequence[str] = ()) -> dict[str, Any]:
    """What ``ecosystem/_peers.html`` needs: ``gaps`` and ``own_city``. Seven queries at most.

    Compared are the cities of these ``slugs`` that ``user`` may see, or all of them.
    """
    cities = list(City.objects.visible_to(user))
    if slugs:
        cities = [one for one in cities if one == city or one.slug in slugs]
    found = find_peers(cities, read_coverage(cities, user), user, [city])
    return {"gaps": found.get(city.pk, []), "own_city": city}


class PeersView(CityMixin, TemplateView):
    """For each gap of the city, the nearest cities that are covered there, with who can do it."""

    section = "gaps"
    template_name = "ecosystem/peers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = slugs_of(self.request.GET.getlist("cities"))
        found = peers_context(self.city, self.request.user, asked)
        context = super().get_context_data() | found
        return context | {
            "answer": _answer(self.city, context["gaps"]),
            "section_is_parent": True,
            "crumbs": [
                {"label": _("What is missing"), "url": reverse("gaps", args=[self.city.slug])}
            ],
        }


def _answer(city: City, gaps: list[GapPeers]) -> Text:
    if not gaps:
        pattern = _("No city on record is known to have what %(city)s lacks.")
        return say(pattern, city=city.name)
    named = [one.gap.competency for one in gaps]
    if len(named) > SKILLS_NAMED:
        pattern = _("Other cities can help %(city)s with %(count)s of the twelve skills.")
        return say(pattern, city=city.name, count=len(named))
    if len(named) == 1:
        pattern = ngettext(
            "%(count)s city can help %(city)s with %(skill)s.",
            "%(count)s cities can help %(city)s with %(skill)s.",
            len(gaps[0].helpers) + gaps[0].more,
        )
        label = in_sentence(str(Competency(named[0]).label))
        helpers = len(gaps[0].helpers) + gaps[0].more
        return say(pattern, count=helpers, city=city.name, skill=label)
    pattern = _("Other cities can help %(city)s with %(skills)s.")
    return say(pattern, city=city.name, skills=skills(named))
