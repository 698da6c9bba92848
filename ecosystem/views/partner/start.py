"""The first and the last screens: what is recorded, still right or not, and what changed."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from actors.framework import Competency
from actors.selectors.partner import load_record, said
from actors.services.partner import confirm_everything, finish
from ecosystem.common.versions import ChangedMeanwhile
from ecosystem.partner_words import change_words, level_words
from ecosystem.selectors.neighborhood import draw_neighborhood
from ecosystem.views.partner.base import PartnerMixin, kept_apart
from ecosystem.views.partner.links import pending_page
from ecosystem.views.partner.screens import SCREENS

MOST_LISTED: Final = 20
FIRST_LISTED: Final = 10


def some_of(rows: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """What a phone shows at once of a list, and the rest, which opens."""
    shown = len(rows) if len(rows) <= MOST_LISTED else FIRST_LISTED
    return rows[:shown], rows[shown:]


class PartnerView(PartnerMixin, TemplateView):
    """What is recorded, a big button for "still right", and a way to change it."""

    template_name = "actors/partner/start.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        pending = pending_page(request)
        if pending is not None:
            return kept_apart(pending)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record = load_record(self.invitation)
        skills = [
            {"label": Competency(slug).label, "level": level_words(said(statement))}
            for slug in Competency.values
            if (statement := record.statements.get(slug)) is not None
        ]
        ties, rest = some_of(record.ties)
        return super().get_context_data(
            record=record, skills=skills, ties=ties, rest=rest, **kwargs
        )


class ConfirmView(PartnerMixin):
    """All of it is still right."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            self.note(confirm_everything(self.invitation, seen=request.POST.get("seen", "")))
        except ChangedMeanwhile:
            messages.warning(
                request,
                _("Somebody changed this record while you looked at it. Please look once more."),
            )
            return redirect("partner")
        return redirect("partner_done")


class MenuView(PartnerMixin, TemplateView):
    """Everything that can be changed."""

    template_name = "actors/partner/menu.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(screens=SCREENS, **kwargs)


class CheckView(PartnerMixin, TemplateView):
    """What was changed; is the rest still right?"""

    template_name = "actors/partner/check.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record = load_record(self.invitation)
        changed = change_words(self.changes)
        return super().get_context_data(record=record, changed=changed, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        finish(self.invitation)
        return redirect("partner_done")


class DoneView(PartnerMixin, TemplateView):
    """Thank you: what changed, and its own place on the map."""

    template_name = "actors/partner/done.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = draw_neighborhood(self.invitation.actor, self.invitation.campaign.city)
        names, rest = some_of(found.names if found else ())
        return super().get_context_data(
            changed=change_words(self.changes),
            neighborhood=found,
            names=names,
            rest=rest,
            **kwargs,
        )
