"""What every screen of a partner's page has in common."""

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.generic.base import ContextMixin, View

from actors.forms.partner import NewLinkForm
from actors.models import Actor, Invitation
from actors.services.links import find_opened
from actors.services.partner import Change

PENDING: Final = "partner_link"
"""Key in the session: the hash of a link that was opened, and not yet used."""

PAGES: Final = "partner_pages"
"""Key in the session: for each link that was used here, by its hash, the invitation and what
changed since. One person may look after several organizations."""

PAGE: Final = "partner_page"
"""Key in the session: the hash of the link whose page is shown."""

CHANGES_KEPT: Final = 100

LONGEST_NUMBER: Final = 19
"""Digits; no record has a longer one."""


def kept_apart(response: HttpResponseBase) -> HttpResponseBase:
    """The answer is kept by no cache and found by no search engine."""
    add_never_cache_headers(response)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def no_link(request: HttpRequest, form: NewLinkForm | None = None) -> HttpResponse:
    """One answer for every link that opens nothing: expired, used, revoked, foreign, mangled."""
    context = {"form": form or NewLinkForm()}
    return render(request, "actors/partner/no_link.html", context, status=404)


def language_of(invitation: Invitation) -> str:
    """The contact's language; without a contact that of the campaign."""
    contact = invitation.contact
    return contact.language if contact else invitation.campaign.language


def speak_first(request: HttpRequest, language: str) -> bool:
    """Speak ``language`` to somebody who has not chosen one; says whether that is so."""
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return False
    translation.activate(language)
    request.LANGUAGE_CODE = translation.get_language()
    return True


def remember_language(response: HttpResponseBase, language: str) -> None:
    """As the language switch does."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,  # type: ignore[arg-type]  # "Lax"
    )


class PartnerMixin(ContextMixin, View):
    """A screen for whoever used a personal link in this browser."""

    invitation: Invitation

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        page = request.session.get(PAGES, {}).get(request.session.get(PAGE))
        invitation = find_opened(page["invitation"]) if page else None
        if invitation is None:
            return kept_apart(no_link(request))
        self.invitation = invitation
        if request.POST.get("whose", str(invitation.actor_id)) != str(invitation.actor_id):
            return kept_apart(self.other_one())
        return kept_apart(super().dispatch(request, *args, **kwargs))

    def other_one(self) -> HttpResponse:
        """A form of one organization, sent when the link of another had been opened since, or its
        record had been merged with another."""
        said = _(
            "Nothing was saved: in this browser you have since opened the link of another "
            "organization, the one shown here. Open the first link again to go on there."
        )
        whose = self.request.POST["whose"]
        is_number = whose.isascii() and whose.isdecimal() and len(whose) < LONGEST_NUMBER
        sent = Actor.objects.filter(pk=int(whose)).first() if is_number else None
        if sent is not None and sent.standing == self.invitation.actor:
            said = _(
                "Nothing was saved: meanwhile your record was made one with the one shown here, "
                "because both are about the same organization. Look at it, then enter it here."
            )
        messages.warning(self.request, said)
        return redirect("partner")

    @property
    def _page(self) -> dict[str, Any]:
        session = self.request.session
        found: dict[str, Any] = session[PAGES][session[PAGE]]
        return found

    @property
    def changes(self) -> list[Change]:
        """What changed since the link was used here, the newest last."""
        found: list[Change] = self._page["changes"]
        return found

    def note(self, changes: list[Change]) -> None:
        """Remember what changed, each thing once."""
        if changes:
            kept = [one for one in self.changes if one not in changes]
            self._page["changes"] = [*kept, *changes][-CHANGES_KEPT:]
            self.request.session.modified = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = {
            "invitation": self.invitation,
            "actor": self.invitation.actor,
            "city": self.invitation.campaign.city,
        }
        return super().get_context_data(**own, **kwargs)
