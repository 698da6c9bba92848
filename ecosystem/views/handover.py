"""What somebody who begins to convene a city has to know, on one page and on paper."""

from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from ecosystem.selectors.handover import Handover, load_handover
from ecosystem.selectors.people import load_people, load_stewards
from ecosystem.selectors.setup import load_steps
from ecosystem.views.base import ConvenerMixin

SOON_DAYS = 31
"""What is due within so many days is for this month."""


class HandoverView(ConvenerMixin, TemplateView):
    """What is here, who is who, what is open, what to do this month."""

    template_name = "actors/handover/handover.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        user = self.request.user
        found = load_handover(self.city, user, today=today)
        stewards = load_stewards(self.city, user)
        own = {
            "title": _("Handing over the map of %(city)s") % {"city": self.city.name},
            "lede": _("What is here, who is who, what is open, and what to do this month."),
            "as_of": today,
            "found": found,
            "facts": self._facts(found),
            "people": load_people(self.city, user),
            "stewards": [one for one in stewards if one.status == "approved"],
            "tasks": self._tasks(found, today),
            "setup_left": [step for step in load_steps(self.city) if not step.is_done],
            "check_url": _address("to_check", self.city.slug),
            "campaigns_url": _address("campaigns", self.city.slug),
            "today": today,
        }
        return super().get_context_data(**kwargs) | own

    def _facts(self, found: Handover) -> list[dict[str, Any]]:
        return [
            {"value": found.actor_count, "label": _("organizations on the map")},
            {"value": found.tie_count, "label": _("ties between them")},
            {"value": found.source_count, "label": _("sources cited for them")},
            {"value": found.collaborative_count, "label": _("collaboratives at work")},
        ]

    def _tasks(self, found: Handover, today: date) -> list[dict[str, str]]:
        """What to do within a month, each with where to do it; nothing that is not due."""
        slug = self.city.slug
        tasks: list[dict[str, str]] = []
        waiting = found.proposed_count + found.proposal_count + found.claim_count
        if waiting:
            text = ngettext(
                "Decide on %(count)d thing that people proposed or asked for.",
                "Decide on %(count)d things that people proposed or asked for.",
                waiting,
            )
            url = _address("to_check", slug)
            tasks.append({"text": text % {"count": waiting}, "url": url})
        for step in found.introductions:
            if step.due_on is not None and (step.due_on - today).days <= SOON_DAYS:
                said = {"target": step.target.name, "day": date_format(step.due_on, "DATE_FORMAT")}
                text = _("Introduce %(target)s: agreed for %(day)s.") % said
                tasks.append({"text": text, "url": reverse("next_step", args=[slug, step.pk])})
        for review in found.reviews:
            if review.due_on is None or (review.due_on - today).days <= SOON_DAYS:
                said = {"name": review.collaborative.name}
                if review.due_on is None:
                    text = _("Hold the first review of %(name)s.") % said
                else:
                    said["day"] = date_format(review.due_on, "DATE_FORMAT")
                    text = _("Hold a review of %(name)s: due on %(day)s.") % said
                tasks.append({"text": text, "url": review.collaborative.get_absolute_url()})
        for campaign in found.campaigns:
            text = _("See who has answered to “%(name)s”.") % {"name": campaign.name}
            tasks.append({"text": text, "url": _address("campaigns", slug)})
        return tasks


def _address(name: str, slug: str) -> str:
    """Where a page of the city is; "" when there is none of this name."""
    try:
        return reverse(name, args=[slug])
    except NoReverseMatch:
        return ""
