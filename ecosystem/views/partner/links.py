"""From a link to a session, and what to do with a link that opens nothing."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_variables
from django.views.generic import View

from accounts.mail import do_later
from actors.forms.partner import NewLinkForm
from actors.services.links import claim_link, find_link, hash_of
from actors.services.new_links import ask_for_new_link
from ecosystem.views.partner.base import (
    PAGE,
    PAGES,
    PENDING,
    kept_apart,
    language_of,
    no_link,
    remember_language,
    speak_first,
)


class KeptApart(View):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return kept_apart(super().dispatch(request, *args, **kwargs))


@method_decorator(sensitive_variables("token"), name="get")
class LinkView(KeptApart):
    """The address in the mail. It changes nothing and shows nothing, but leads on to ``/p/``.

    So no page stands at an address that opens doors, whatever the link is worth, and a program
    that opens it before its reader does uses nothing up.
    """

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        request.session.cycle_key()  # nobody who knew the old one gets in as well
        request.session[PENDING] = hash_of(token)
        response = redirect("partner")
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


class ContinueView(KeptApart):
    """A person says that it is a person: the link is swapped for a session of its own."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("partner")

    def post(self, request: HttpRequest) -> HttpResponse:
        pending = request.session.get(PENDING, "")
        invitation = claim_link(pending)
        if invitation is not None:
            opened = {"invitation": invitation.pk, "changes": []}
            request.session[PAGES] = request.session.get(PAGES, {}) | {pending: opened}
            request.session[PAGE] = pending
        if invitation is not None or _is_own(request, pending):
            request.session.pop(PENDING, None)
        request.session.save()  # before the answer, for a second press of the same button
        return redirect("partner")


class NewLinkView(KeptApart):
    """Asks for a new link. The answer is the same for every address, and waits for none."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return no_link(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewLinkForm(request.POST)
        if not form.is_valid():
            return no_link(request, form)
        return AskAfterwards(form.cleaned_data["email"])


class AskAfterwards(HttpResponseRedirect):
    """Looks for the address when the answer is out: nothing that it waits for depends on it."""

    def __init__(self, email: str) -> None:
        super().__init__(reverse("partner_new_link_sent"))
        self._email = email

    def close(self) -> None:
        super().close()
        email, self._email = self._email, ""
        if email:
            do_later(ask_for_new_link, email)


class NewLinkSentView(KeptApart):
    """What happens next, whatever address it was."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "actors/partner/new_link.html")


def pending_page(request: HttpRequest) -> HttpResponse | None:
    """The answer to a link that was opened just now; None without one, or if it was used here."""
    pending = request.session.get(PENDING)
    if pending is None:
        return None
    invitation = find_link(pending)
    if invitation is None:
        del request.session[PENDING]
        return None if _is_own(request, pending) else no_link(request)
    language = language_of(invitation)
    is_first = speak_first(request, language)
    response = render(request, "actors/partner/continue.html")
    if is_first:
        remember_language(response, language)
    return response


def _is_own(request: HttpRequest, link: str) -> bool:
    """Whether the link was used in this very browser, or none was opened since one was.

    Its page is the one that is shown from now on. The button may have been pressed twice, and the
    first press be answered while this one waited: the session is read anew.
    """
    session = request.session
    if not link:
        return PAGE in session
    if link not in session.get(PAGES, {}) and session.session_key:
        stored = type(session)(session.session_key).get(PAGES, {})
        if link in stored:
            session[PAGES] = stored
    if link not in session.get(PAGES, {}):
        return False
    session[PAGE] = link
    return True
