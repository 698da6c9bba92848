"""One actor: in a city, or nationally."""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView
from django.views.generic.base import ContextMixin, View

from accounts.rules import Viewer
from actors import rules
from actors.framework import ActorStatus, TieStatus
from actors.models import Actor, Contact, Need, Offer, SkillStatement
from collaboratives.models import Contribution, Membership
from ecosystem.ledger import said_worth
from ecosystem.positions import Position, position_of
from ecosystem.profiles import (
    SkillArea,
    grouped,
    host_of,
    is_in_force,
    skill_areas,
    source_links,
    ties_in_city,
    ties_of,
    web_address,
    with_sources,
)
from ecosystem.record_history import changes_of
from ecosystem.selectors.maps import map_day
from ecosystem.templatetags.ui import joined
from ecosystem.views.base import CityMixin
from ecosystem.views.editing.links import editing_context

SKILLS_NAMED = 3
"""Skills in the first sentence; the others are counted."""


class ActorMixin(ContextMixin, View):
    """The parts of an actor's page that do not depend on a city's map."""

    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        slug = kwargs["actor"]
        seen = Actor.objects.visible_to(request.user).select_related("city")
        seen = seen.prefetch_related("other_names", "issues")
        actor = with_sources(seen, request.user).filter(slug=slug).first()
        if actor is None or actor.merged_into_id is not None:
            if successor := merged_successor(slug, request.user):
                moved = redirect(successor, permanent=True)
                moved["Cache-Control"] = "no-cache"  # a merge can be undone
                return moved
            if actor is None:
                raise Http404
        self.actor = actor
        return super().dispatch(request, *args, **kwargs)

    def facts(self, as_of: Any) -> dict[str, Any]:
        """What is on the page wherever the actor is looked at."""
        actor, user = self.actor, self.request.user
        statements = SkillStatement.objects.visible_to(user).filter(actor=actor)
        areas = skill_areas(with_sources(statements, user), as_of)
        counts = Counter(skill.state for skill in _skills(areas))
        relatives = list(_relatives(actor, user))
        website = web_address(actor.website)
        return {
            "actor": actor,
            "title": actor.name,
            "areas": areas,
            "known_count": sum(counts.values()) - counts["declined"] - counts["unknown"],
            "declined_count": counts["declined"],
            "unasked_count": counts["unknown"],
            "parent": next((one for one in relatives if one.pk == actor.part_of_id), None),
            "units": [one for one in relatives if one.part_of_id == actor.pk],
            "website": website,
            "website_host": host_of(website) if website else "",
            "memberships": _memberships(actor, user, as_of),
            "contributions": _contributions(actor, user),
            "offers": Offer.objects.visible_to(user).filter(actor=actor, is_open=True),
            "needs": Need.objects.visible_to(user).filter(actor=actor, is_open=True),
            "contacts": Contact.objects.visible_to(user).filter(actor=actor, is_public=True),
            "sources": source_links(actor.sources.all()),
            "history": changes_of(actor, user),
            "is_published": actor.status == ActorStatus.PUBLISHED,
        }


class ActorView(ActorMixin, CityMixin, TemplateView):
    """An own actor of the city, or a visitor: one with a tie there."""

    section = "directory"
    template_name = "ecosystem/actor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_own = self.actor.city_id == self.city.pk
        if not is_own and self.actor.slug not in self.analysis.actors:
            raise Http404
        day = map_day(self.city)
        facts = self.facts(day)
        position = position_of(self.actor.slug, self.analysis)
        return super().get_context_data(
            **facts,
            lede=city_lede(position, facts["areas"], self.city.name),
            position=position,
            ties=ties_in_city(self.actor, self.city, day, self.request.user, self.address_of),
            is_own=is_own,
            history_url=is_own
            and reverse("history", args=[self.city.slug], query={"organization": self.actor.slug}),
            **self.editing(),
            crumbs=[
                {
                    "label": _("Who is here"),
                    "url": reverse("actor_list", args=[self.city.slug]),
                }
            ],
        )

    def editing(self) -> dict[str, Any]:
        """What those who may change this page find on it besides."""
        return editing_context(self.actor, self.city, self.request.user)

    def address_of(self, other: Actor) -> str:
        """Its page in this city where it has one, so that a reader stays on this map."""
        if other.city_id == self.city.pk or other.slug in self.analysis.actors:
            return reverse("actor", args=[self.city.slug, other.slug])
        return other.get_absolute_url()


class NationalActorView(ActorMixin, TemplateView):
    """A national actor, with all cities that it works in. Others have their page in their city."""

    template_name = "ecosystem/actor.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.actor.city is not None:
            return redirect(self.actor)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        places = self.places
        day = max(
            (map_day(place["city"]) for place in places if place["city"]),
            default=timezone.localdate(),
        )
        facts = self.facts(day)
        cities = [place["city"] for place in places if place["city"]]
        return super().get_context_data(
            **facts,
            as_of=day,
            lede=national_lede([city.name for city in cities], facts["areas"]),
            places=places,
            **editing_context(self.actor, None, self.request.user),
            history_url=self.history_url,
            crumbs=[{"label": _("Cities"), "url": reverse("national")}],
        )

    @property
    def history_url(self) -> str:
        """Where every change stands, for those who may read it."""
        if not rules.can_convene(self.request.user, None):
            return ""
        return reverse("national_history", query={"organization": self.actor.slug})

    @cached_property
    def places(self) -> list[dict[str, Any]]:
        """Where it has existing ties, cities by name; national ties come first, without city."""
        by_city: dict[Any, list[Any]] = {}
        for tie in ties_of(self.actor, self.request.user):
            day = map_day(tie.city) if tie.city else timezone.localdate()
            if tie.status == TieStatus.EXISTING and is_in_force(tie, day):
                by_city.setdefault(tie.city, []).append(tie)
        return [
            {
                "city": city,
                "url": reverse("actor", args=[city.slug, self.actor.slug]) if city else "",
                "groups": groups,
            }
            for city, ties in sorted(by_city.items(), key=lambda item: str(item[0] or ""))
            if (groups := grouped(self.actor, ties, Actor.get_absolute_url))
        ]


def merged_successor(slug: str, user: Viewer) -> Actor | None:
    """The actor that took over the record of ``slug``, if both homes are visible to ``user``."""
    home_in_sight = Q(city=None) | rules.visible_cities(user, "city__")
    merged = Actor.objects.filter(home_in_sight, slug=slug, merged_into__isnull=False).first()
    if merged is None:
        return None
    target = Actor.objects.visible_to(user).filter(pk=merged.standing.pk, merged_into=None)
    return target.select_related("city").first()


def _relatives(actor: Actor, user: Viewer) -> QuerySet[Actor]:
    """The organization it is a unit of, and its own units."""
    near = Q(pk=actor.part_of_id) | Q(part_of=actor)
    return Actor.objects.published().visible_to(user).filter(near).select_related("city")


def _memberships(actor: Actor, user: Viewer, as_of: Any) -> list[dict[str, Any]]:
    places = Membership.objects.visible_to(user).current_on(as_of).filter(actor=actor)
    places = places.select_related("collaborative__city").order_by("collaborative__name")
    return [
        {
            "collaborative": place.collaborative,
            "function": place.function,
            "sources": source_links(place.sources.all()),
        }
        for place in with_sources(places, user)
    ]


def _contributions(actor: Actor, user: Viewer) -> list[dict[str, Any]]:
    given = Contribution.objects.visible_to(user).filter(giver=actor)
    given = given.select_related("collaborative__city")
    return [
        {
            "contribution": one,
            "worth": said_worth(one),
            "sources": source_links(one.sources.all()),
        }
        for one in with_sources(given, user)
    ]


def _skills(areas: Iterable[SkillArea]) -> Iterable[Any]:
    return (skill for area in areas for skill in area.skills)


def _help_sentence(areas: Iterable[SkillArea]) -> str:
    held = [skill.label for skill in _skills(areas) if skill.is_held]
    if not held:
        return _("Nobody has recorded yet what it can help with.")
    return _("It can help with %(skills)s.") % {"skills": joined(held, SKILLS_NAMED)}


def city_lede(position: Position | None, areas: Iterable[SkillArea], city: str) -> str:
    """With how many it works here and what it can help with."""
    said = {"city": city, "help": _help_sentence(areas)}
    if position is None:
        return said["help"]
    if not position.partner_count:
        return _("No tie is recorded for it on the map of %(city)s yet. %(help)s") % said
    said["count"] = str(position.partner_count)
    return (
        ngettext(
            "It works with %(count)s organization on the map of %(city)s. %(help)s",
            "It works with %(count)s organizations on the map of %(city)s. %(help)s",
            position.partner_count,
        )
        % said
    )


def national_lede(cities: list[str], areas: Iterable[SkillArea]) -> str:
    """Where it works and what it can help with."""
    said = {"help": _help_sentence(areas), "cities": joined(cities)}
    if not cities:
        return _("No tie in a city is recorded for it yet. %(help)s") % said
    said["count"] = str(len(cities))
    return (
        ngettext(
            "It works in %(cities)s. %(help)s",
            "It works in %(count)s of the mapped cities: %(cities)s. %(help)s",
            len(cities),
        )
        % said
    )
