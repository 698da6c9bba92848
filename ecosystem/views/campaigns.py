"""Campaigns of a city: whom to ask, what to write, who answered. Those who convene it see them."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from accounts.models import User
from actors.forms.base import Difference
from actors.forms.campaigns import CampaignForm
from actors.models import Campaign, Invitation
from actors.models.campaign import CampaignStatus
from actors.services import campaigns
from actors.services.campaigns import CampaignRefused, due_reminders
from actors.services.letters import CannotSend, ready_text
from actors.services.outbox import Sending, send_due
from ecosystem.common.versions import ChangedMeanwhile
from ecosystem.selectors.campaigns import load_asked, load_campaigns
from ecosystem.views.base import ConvenerMixin
from ecosystem.views.campaigns_context import (
    campaign_lede,
    changed_since,
    letter_for,
    list_lede,
    response_table,
    told_sending,
)
from ecosystem.views.editing.base import problems_of, saved_when

SENDING_SECONDS: Final = 8
"""So long a page waits for the mail server; what is left goes out with the next run."""

LONGEST_NUMBER: Final = 15
PAGE_SIZE: Final = 100


def number_in(text: str) -> int | None:
    """The number that a form sent; None for anything else, and for what no row can have."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


@method_decorator(never_cache, name="dispatch")
class CampaignsMixin(ConvenerMixin):
    """Absent for everybody but those who convene the city; kept by no cache."""

    section = "campaigns"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not self.can_convene:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def page_of(self, rows: Sequence[Any]) -> Page[Any]:
        """The rows of the page asked for; the nearest one where there is no such page."""
        return Paginator(rows, PAGE_SIZE).get_page(self.request.GET.get("page"))

    @property
    def person(self) -> User:
        assert isinstance(self.request.user, User)  # noqa: S101 - ConvenerMixin lets no other in
        return self.request.user

    def crumbs(self, *further: dict[str, str]) -> list[dict[str, str]]:
        url = reverse("campaigns", args=[self.city.slug])
        return [{"label": _("Campaigns"), "url": url}, *further]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"as_of": None}


class CampaignListView(CampaignsMixin, TemplateView):
    """The city's campaigns, newest first."""

    template_name = "actors/campaigns/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(load_campaigns(self.city, self.request.user))
        return super().get_context_data(**kwargs) | {
            "title": _("Campaigns: ask whether it is still right"),
            "lede": list_lede(self.city, rows),
            "rows": rows,
        }


class OneCampaignMixin(CampaignsMixin):
    """The campaign of the address."""

    @cached_property
    def campaign(self) -> Campaign:
        rows = Campaign.objects.visible_to(self.request.user).filter(city=self.city)
        return get_object_or_404(
            rows.select_related("city", "started_by"), pk=self.kwargs["campaign"]
        )

    @property
    def address(self) -> str:
        return reverse("campaign", args=[self.city.slug, self.campaign.pk])

    def crumbs(self, *further: dict[str, str]) -> list[dict[str, str]]:
        return super().crumbs({"label": self.campaign.name, "url": self.address}, *further)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"campaign": self.campaign}


# ── The message ──────────────────────────────────────────────────────────────────────────────────


class MessageView(CampaignsMixin, TemplateView):
    """A form for the message and the days; ``?language=`` puts the ready text of one there."""

    template_name = "actors/campaigns/message.html"

    def stored(self) -> Campaign:
        raise NotImplementedError

    def after(self, campaign: Campaign) -> str:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        campaign = self.stored()
        language = request.GET.get("language", "")
        if language in dict(Campaign._meta.get_field("language").flatchoices):
            ready = ready_text(language)
            campaign.language = language
            campaign.subject, campaign.message = ready.subject, ready.body
        return self.answer(CampaignForm(instance=campaign))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = CampaignForm(request.POST, instance=self.stored())
        if not form.is_valid():
            return self.answer(form, status=422)
        try:
            saved = campaigns.save_campaign(
                form.instance, by=self.person, based_on=form.started_from
            )
        except ChangedMeanwhile as refused:
            return self.conflict(form, refused.stored.pk)
        return HttpResponseRedirect(self.after(saved))

    def conflict(self, form: CampaignForm, campaign_id: int) -> HttpResponse:
        """Both versions; when they say the same, the form was sent twice and all is stored."""
        stored = Campaign.objects.visible_to(self.request.user).get(pk=campaign_id)
        fresh = CampaignForm(instance=stored)
        if not form.differences(fresh):
            return HttpResponseRedirect(self.after(stored))
        past = Campaign.history.filter(id=campaign_id, version=form.started_from)
        seen = past.order_by("-history_id").first()
        form.start_from(fresh, seen and seen.instance)
        told = {"when": saved_when(stored), "differences": form.differences(fresh)}
        return self.answer(form, status=409, conflict=told)

    def answer(self, form: CampaignForm, *, status: int = 200, **more: Any) -> HttpResponse:
        context = self.get_context_data(
            form=form, problems=problems_of(form), publishes=True, **more
        )
        return self.render_to_response(context, status=status)


class NewCampaignView(MessageView):
    """A new campaign begins as a draft with the ready text."""

    def stored(self) -> Campaign:
        ready = ready_text("en")
        return Campaign(city=self.city, subject=ready.subject, message=ready.body)

    def after(self, campaign: Campaign) -> str:
        return reverse("campaign_people", args=[self.city.slug, campaign.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "title": _("New campaign"),
            "lede": _("First the message; then whom to ask. Nothing is sent until you say so."),
            "crumbs": self.crumbs(),
            "send_label": _("Save, and choose whom to ask"),
            "back": reverse("campaigns", args=[self.city.slug]),
        }


class EditCampaignView(OneCampaignMixin, MessageView):
    """Another message; who was written to already is reminded with the new one."""

    def stored(self) -> Campaign:
        return get_object_or_404(
            Campaign.objects.visible_to(self.request.user), city=self.city, pk=self.campaign.pk
        )

    def after(self, campaign: Campaign) -> str:
        messages.success(self.request, _("The message is saved."))
        return self.address

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "title": _("Change the message"),
            "lede": _("Messages that went out stay as they are; reminders use the new one."),
            "crumbs": self.crumbs(),
            "send_label": _("Save"),
            "back": self.address,
        }


# ── One campaign ─────────────────────────────────────────────────────────────────────────────────


class CampaignView(OneCampaignMixin, TemplateView):
    """What is sent to whom, and what came of it. Every form says its ``action``."""

    template_name = "actors/campaigns/campaign.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign, user = self.campaign, self.request.user
        rows = load_asked(campaign, user)
        unsent = [row for row in rows if row.state == "chosen"]
        due = due_reminders(timezone.localdate(), campaign)
        return super().get_context_data(**kwargs) | {
            "title": campaign.name,
            "lede": campaign_lede(campaign, rows),
            "crumbs": CampaignsMixin.crumbs(self),
            "page_obj": self.page_of(rows),
            "unsent": unsent,
            "last_unsent": max((row.pk for row in unsent), default=0),
            "silent": [row for row in rows if row.state == "no_mail"],
            "waiting_count": sum(row.state == "waiting" for row in rows),
            "due_count": len(due.reminders),
            "response": response_table(rows),
            "letter": letter_for(campaign, rows),
            "is_running": campaign.status == CampaignStatus.RUNNING,
            "open_link_count": sum(bool(row.messages) and not row.revoked_at for row in rows),
            "most_reminders": campaigns.MOST_REMINDERS,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = request.POST.get("action", "")
        action = self.actions.get(name)
        if action is None:
            raise BadRequest("This page has no such action.")
        if name in self.of_all and (found := self._changed_meanwhile(name)):
            return self._changed(found)
        try:
            action(self)
        except CampaignRefused as refused:
            messages.error(request, str(refused))
        except ChangedMeanwhile:  # in this very moment
            del self.campaign
            if found := self._changed_meanwhile(name):
                return self._changed(found)
        return HttpResponseRedirect(request.get_full_path())

    def _changed_meanwhile(self, action: str) -> list[Difference]:
        """What is not as the page showed it; nothing when only the same button was pressed."""
        seen = number_in(self.request.POST.get("based_on", "")) or 0
        if seen == self.campaign.version:
            return []
        past = Campaign.history.filter(id=self.campaign.pk, version=seen).order_by("-history_id")
        row = past.first()
        wanted = self.of_all[action]
        return changed_since(row and row.instance, self.campaign, wanted=wanted)

    def _changed(self, differences: Sequence[Difference]) -> HttpResponse:
        """The page as it is now, with both versions: nothing was done."""
        told = {"when": saved_when(self.campaign), "differences": differences}
        return self.render_to_response(self.get_context_data(changed=told), status=409)

    def _send(self) -> None:
        last = number_in(self.request.POST.get("last", ""))
        seen = self.campaign.version
        campaigns.start(self.campaign, by=self.person, based_on=seen, up_to=last)
        self._send_now(campaigns.left_out(self.campaign))

    def _remind(self) -> None:
        due = due_reminders(timezone.localdate(), self.campaign)
        campaigns.queue_reminders(due)
        self._send_now(len(due.no_mail))

    def _send_now(self, left_out: int = 0) -> None:
        try:
            done = send_due(campaign=self.campaign, seconds=SENDING_SECONDS)
        except CannotSend as refused:
            messages.error(self.request, str(refused))
            return
        done.no_mail += left_out
        self._tell(done)

    def _tell(self, done: Sending) -> None:
        tell = messages.success if done.is_reachable and not done.unsure else messages.error
        tell(self.request, told_sending(done))

    def _stop(self) -> None:
        campaigns.stop(self.campaign, based_on=self.campaign.version)
        messages.success(
            self.request,
            _("Stopped: nothing more is sent. Links that are out can still be answered."),
        )

    def _revoke_all(self) -> None:
        rows = list(self._invitations().filter(revoked_at=None).exclude(messages=None).distinct())
        self._tell_revoked(campaigns.revoke(rows, by=self.person))

    def _revoke(self) -> None:
        self._tell_revoked(campaigns.revoke([self._invitation()], by=self.person))

    def _tell_revoked(self, count: int) -> None:
        said = ngettext(
            "%(count)s link was taken back. It opens nothing any longer, and gets no reminder.",
            "%(count)s links were taken back. They open nothing any longer, and get no reminders.",
            count,
        )
        messages.success(self.request, said % {"count": number_format(count)})

    def _again(self) -> None:
        seen = number_in(self.request.POST.get("seen", "")) or 0
        campaigns.send_again(self._invitation(), seen=seen)
        self._send_now()

    def _bounced(self) -> None:
        campaigns.mark_bounced(self._invitation(), by=self.person)
        messages.success(
            self.request, _("Noted: the message came back. This address gets no more mail.")
        )

    def _works(self) -> None:
        campaigns.unmark_bounced(self._invitation(), by=self.person)
        messages.success(self.request, _("Noted: the address works."))

    def _leave_out(self) -> None:
        campaigns.leave_out(self.campaign, [self._invitation().pk], by=self.person)
        messages.success(self.request, _("Taken off the list. Nothing was sent."))

    def _invitations(self) -> Any:
        visible = Invitation.objects.visible_to(self.request.user)
        return visible.filter(campaign=self.campaign).select_related("campaign")

    def _invitation(self) -> Invitation:
        asked = number_in(self.request.POST.get("invitation", ""))
        if asked is None:
            raise BadRequest("Name an invitation by its number.")
        return get_object_or_404(self._invitations(), pk=asked)

    of_all: Mapping[str, str] = {
        "send": CampaignStatus.RUNNING,
        "remind": CampaignStatus.RUNNING,
        "send_waiting": CampaignStatus.RUNNING,
        "stop": CampaignStatus.STOPPED,
    }
    """What concerns the whole campaign, and so asks for the version that its page showed; each
    with the state that a campaign may be in by then already."""

    actions: Mapping[str, Callable[["CampaignView"], None]] = {
        "send": _send,
        "remind": _remind,
        "send_waiting": _send_now,
        "stop": _stop,
        "revoke_all": _revoke_all,
        "revoke": _revoke,
        "again": _again,
        "bounced": _bounced,
        "works": _works,
        "leave_out": _leave_out,
    }
