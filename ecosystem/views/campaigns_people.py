"""Whom a campaign asks: organizations by filters, with the people whose address is known."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from actors.models import Contact
from actors.services import campaigns
from ecosystem.selectors.campaigns import Candidate, load_candidates
from ecosystem.views.campaigns import OneCampaignMixin, number_in
from ecosystem.views.campaigns_context import PeopleFilter


class PeopleView(OneCampaignMixin, TemplateView):
    """Organizations by filters, with the people whose address is known."""

    template_name = "actors/campaigns/people.html"

    @cached_property
    def candidates(self) -> list[Candidate]:
        return load_candidates(self.campaign, self.request.user)

    @cached_property
    def filter(self) -> PeopleFilter:
        return PeopleFilter(self.request.GET, self.candidates)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = sum(person.is_chosen for one in self.candidates for person in one.people)
        said = ngettext(
            "%(count)s person is on the list of “%(campaign)s”.",
            "%(count)s people are on the list of “%(campaign)s”.",
            chosen,
        )
        return super().get_context_data(**kwargs) | {
            "title": _("Whom to ask"),
            "lede": said % {"count": number_format(chosen), "campaign": self.campaign.name},
            "crumbs": self.crumbs(),
            "found_count": len(self.filter.found),
            "page_obj": self.page_of(self.filter.found),
            "total": len(self.candidates),
            "groups": self.filter.groups(),
            "ignored": self.filter.ignored,
            "is_filtered": self.filter.is_filtered,
            "open_count": len(self.open_people()),
            "back": self.address,
        }

    def open_people(self) -> list[int]:
        """Those shown who could be put on the list."""
        return [
            person.pk for one in self.filter.found for person in one.people if person.can_be_asked
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        action = request.POST.get("action", "")
        if action == "add":
            asked = {pk for text in request.POST.getlist("person") if (pk := number_in(text))}
        elif action == "add_all":
            asked = set(self.open_people())
        else:
            raise BadRequest("This page has no such action.")
        visible = Contact.objects.visible_to(request.user)
        people = visible.filter(actor__city=self.city, pk__in=asked).select_related("actor")
        new = campaigns.choose(self.campaign, people.order_by("pk"), by=self.person)
        if not asked:
            messages.info(request, _("Nobody was ticked, so nobody was added."))
            return HttpResponseRedirect(request.get_full_path())
        said = ngettext(
            "%(count)s person is now on the list. Nothing is sent yet.",
            "%(count)s people are now on the list. Nothing is sent yet.",
            new,
        )
        messages.success(request, said % {"count": number_format(new)})
        return HttpResponseRedirect(self.address)
