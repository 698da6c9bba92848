from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from actors.framework import ActorStatus, Sector
from actors.models import Source
from collaboratives.models import Collaborative, Membership
from ecosystem.findings import Case, Finding, case_of
from ecosystem.findings.quality import completeness_base, completeness_sentence
from ecosystem.findings.text import say
from ecosystem.services.introductions import Scope
from ecosystem.views.gap_context import gap_context
from ecosystem.views.next_steps_context import first_steps
from ecosystem.views.progress_context import progress_context
from ecosystem.views.stored import StoredPageMixin

FINDINGS_SHOWN = 5
QUESTIONS_SHOWN = 3


class CityView(StoredPageMixin, TemplateView):
    """The city in one screen."""

    section = "overview"
    stored_as = "city"
    template_name = "ecosystem/city.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = case_of(self.analysis, self.city, self.request.user)
        context = super().get_context_data() | gap_context(case)
        context |= progress_context(self.city, self.request.user)
        findings = context["findings"]
        return context | {
            "first_findings": [_brief(f) for f in findings.first(FINDINGS_SHOWN)],
            "first_steps": first_steps(case, Scope(self.city), self.request.user),
            "first_questions": [_brief(f) for f in findings.questions[:QUESTIONS_SHOWN]],
            "sector_bars": _sector_bars(case),
            "who_answer": _who_answer(case),
            "collaboratives": self.collaboratives(),
            "sources": self.sources(),
            "completeness_answer": completeness_sentence(case),
            "completeness_base": completeness_base(case),
        }

    def collaboratives(self) -> QuerySet[Collaborative]:
        """The city's collaboratives, each with how many current members one may see."""
        user, day = self.request.user, self.analysis.results.as_of
        current = Membership.objects.visible_to(user).current_on(day)
        current = current.filter(actor__status=ActorStatus.PUBLISHED)
        members = Count(
            "memberships__actor", filter=Q(memberships__in=current.values("pk")), distinct=True
        )
        return (
            Collaborative.objects.visible_to(user)
            .filter(city=self.city)
            .select_related("city", "issue")
            .annotate(member_count=members)
            .order_by("name")
        )

    def sources(self) -> QuerySet[Source]:
        """What the city's summary rests on."""
        return self.city.sources.visible_to(self.request.user)


def _brief(finding: Finding) -> dict[str, Any]:
    """A finding without its reasons, which the dashboard gives; its lens is one click away."""
    return {
        "tone": finding.tone,
        "sentence": finding.sentence,
        "next": finding.next,
        "path": finding.path,
        "base": finding.base,
        "lens": finding.lens,
    }


def _sector_bars(case: Case) -> dict[str, Any]:
    """Who is here by sector, each bar a link to the directory (components/_bars.html)."""
    sectors = case.results.presence.sectors
    directory = reverse("actor_list", args=[case.results.scope.city])
    return {
        "caption": _("Organizations by sector"),
        "name_label": _("Sector"),
        "count_label": _("Organizations"),
        "largest": max(map(len, sectors.values())),
        "rows": [
            {
                "label": Sector(slug).label,
                "sector": slug,
                "count": len(actors),
                "url": f"{directory}?sector={slug}" if actors else "",
                "none": _("nobody yet"),
            }
            for slug, actors in sectors.items()
            if actors or slug != Sector.NATIONAL_NETWORK
        ],
    }


def _who_answer(case: Case) -> str:
    """How many are here, and how many work here from elsewhere."""
    size = case.results.scope.size
    visitors = case.results.structure.size - size
    local = say(
        ngettext(
            "%(count)s organization is at home here.",
            "%(count)s organizations are at home here.",
            size,
        ),
        count=size,
    )
    if not visitors:
        return str(local)
    pattern = ngettext(
        "%(count)s more from elsewhere works here.",
        "%(count)s more from elsewhere work here.",
        visitors,
    )
    return f"{local} {say(pattern, count=visitors)}"
