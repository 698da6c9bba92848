"""Who works together in a city: all collaboratives, and one of them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from accounts.rules import Viewer
from actors.framework import ActorStatus, EngagementLevel, ProcessStep
from actors.models import Actor
from collaboratives.models import (
    Collaborative,
    Criterion,
    Membership,
    Project,
)
from ecosystem.ledger import Ledger
from ecosystem.profiles import source_links, web_address, with_sources
from ecosystem.selectors.maps import map_day
from ecosystem.services.gaps import kept_gaps
from ecosystem.services.introductions import Scope
from ecosystem.views.base import CityMixin
from ecosystem.views.gap_context import load_gap_context
from ecosystem.views.next_steps_context import since_review
from ecosystem.views.stored import StoredPageMixin


def current_members(user: Viewer, day: date) -> QuerySet[Membership]:
    """Places at tables on a day, of the actors that the figures count too."""
    places = Membership.objects.visible_to(user).current_on(day)
    return places.filter(actor__status=ActorStatus.PUBLISHED)


class CollaborativeListView(CityMixin, TemplateView):
    section = "collaboratives"
    template_name = "ecosystem/collaborative_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        collaboratives = list(
            Collaborative.objects.visible_to(user)
            .filter(city=self.city)
            .select_related("city", "issue")
        )
        members: defaultdict[int, set[int]] = defaultdict(set)
        places = current_members(user, map_day(self.city)).filter(collaborative__city=self.city)
        for collaborative, actor in places.values_list("collaborative", "actor"):
            members[collaborative].add(actor)
        projects: defaultdict[int, int] = defaultdict(int)
        own = Project.objects.visible_to(user).filter(collaborative__city=self.city)
        for collaborative in own.values_list("collaborative", flat=True):
            projects[collaborative] += 1
        everyone = set().union(*members.values())
        return super().get_context_data(
            title=_("Who works together in %(city)s") % {"city": self.city.name},
            lede=_list_lede(len(collaboratives), len(everyone), self.city.name),
            base=len(everyone),
            rows=[
                {
                    "collaborative": one,
                    "member_count": len(members[one.pk]),
                    "project_count": projects[one.pk],
                }
                for one in collaboratives
            ],
        )


class CollaborativeView(StoredPageMixin, TemplateView):
    """One table: who sits at it, what they can do together, what they work on."""

    section = "collaboratives"
    stored_as = "table"
    template_name = "ecosystem/collaborative.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, day = self.request.user, map_day(self.city)
        collaboratives = Collaborative.objects.visible_to(user).select_related("issue", "city")
        collaborative = get_object_or_404(
            with_sources(collaboratives, user), city=self.city, slug=kwargs["collaborative"]
        )
        analysis = kept_gaps(self.city, user=user, collaborative=collaborative)
        gaps = load_gap_context(analysis, city=self.city, user=user)
        members = _members(collaborative, user, day)
        return super().get_context_data() | {
            **gaps,
            "collaborative": collaborative,
            "title": collaborative.name,
            "lede": _lede(len(members), gaps["skills_answer"]),
            "crumbs": [
                {
                    "label": _("Collaboratives"),
                    "url": reverse("collaborative_list", args=[self.city.slug]),
                }
            ],
            "members": members,
            "backbone": _backbone(collaborative, user),
            "missing": [
                finding
                for finding in gaps["findings"].gaps_and_risks
                if finding.kind in ("sector_missing", "sector_expected")
            ],
            "steps": _projects_by_step(collaborative, user),
            "ledger": Ledger(collaborative, user),
            "engagement_steps": _engagements_by_step(collaborative, user),
            "criteria": _criteria(collaborative, user),
            "sources": source_links(collaborative.sources.all()),
            "since_review": since_review(analysis.results, Scope(self.city, collaborative), user),
        }


def _members(collaborative: Collaborative, user: Viewer, day: date) -> list[dict[str, Any]]:
    places = current_members(user, day).filter(collaborative=collaborative)
    places = places.select_related("actor__city").order_by("actor__name", "pk")
    return [
        {"place": place, "actor": place.actor, "sources": source_links(place.sources.all())}
        for place in with_sources(places, user)
    ]


def _backbone(collaborative: Collaborative, user: Viewer) -> Actor | None:
    """The actor that holds it together, when ``user`` may see it."""
    actors = Actor.objects.visible_to(user).select_related("city")
    return actors.filter(backbone_of=collaborative).first()


def _projects_by_step(collaborative: Collaborative, user: Viewer) -> list[dict[str, Any]]:
    """All five steps in order, each with its projects."""
    by_step: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for project in with_sources(collaborative.projects.all(), user):
        by_step[project.step].append(
            {
                "project": project,
                "url": web_address(project.url),
                "code_url": web_address(project.code_url),
                "sources": source_links(project.sources.all()),
            }
        )
    return [{"label": step.label, "projects": by_step[step.value]} for step in ProcessStep]


def _engagements_by_step(collaborative: Collaborative, user: Viewer) -> list[dict[str, Any]]:
    """All five steps in order, each with how residents took part in it."""
    by_step: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for engagement in with_sources(collaborative.engagements.all(), user):
        by_step[engagement.step].append(
            {"engagement": engagement, "sources": source_links(engagement.sources.all())}
        )
    return [
        {
            "label": step.label,
            "rows": sorted(by_step[step.value], key=_level_order, reverse=True),
        }
        for step in ProcessStep
    ]


def _level_order(row: dict[str, Any]) -> int:
    levels: list[str] = EngagementLevel.values
    return levels.index(row["engagement"].level)


def _criteria(collaborative: Collaborative, user: Viewer) -> list[dict[str, Any]]:
    criteria: Iterable[Criterion] = with_sources(collaborative.criteria.all(), user)
    return [{"text": one.text, "sources": source_links(one.sources.all())} for one in criteria]


def _lede(member_count: int, headline: str) -> str:
    """How many sit at the table and what they can do together."""
    if not member_count:
        return headline
    return ngettext(
        "%(count)s organization sits at this table. %(headline)s",
        "%(count)s organizations sit at this table. %(headline)s",
        member_count,
    ) % {"count": number_format(member_count), "headline": headline}


def _list_lede(count: int, member_count: int, city: str) -> str:
    said = {
        "city": city,
        "count": number_format(count),
        "members": number_format(member_count),
    }
    if not count:
        return _("No collaborative is recorded in %(city)s yet.") % said
    if not member_count:
        return (
            ngettext(
                "%(count)s collaborative is recorded in %(city)s, without members so far.",
                "%(count)s collaboratives are recorded in %(city)s, without members so far.",
                count,
            )
            % said
        )
    return (
        ngettext(
            "%(count)s collaborative brings organizations in %(city)s to one table; "
            "members in all: %(members)s.",
            "%(count)s collaboratives bring organizations in %(city)s to one table; "
            "members in all: %(members)s.",
            count,
        )
        % said
    )
