"""No more letters: the page that each letter names, and the button of mail programs (RFC 8058)."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from actors.models.refusal import RefusalPlace
from actors.services.refusals import allow, read_token, refusal_of, refuse
from ecosystem.views.partner.base import speak_first
from ecosystem.views.partner.links import KeptApart


# Mail programs send no CSRF token. Nobody else can send the form: the address itself is the secret.
@method_decorator([csrf_exempt, sensitive_variables("token")], name="dispatch")
class NoMailView(KeptApart):
    """Says whether this address is written to; the button changes it, opening the page does not.

    ``?language=`` is the one of the letter. It holds for who has not chosen one.
    """

    http_method_names = ["get", "head", "options", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = request.GET.get("language", "")
        if language in dict(settings.LANGUAGES):
            speak_first(request, language)
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.answer(request, read_token(token))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        hashed = read_token(token)
        if hashed is None:
            return self.answer(request, None)
        if request.POST.get("List-Unsubscribe") == "One-Click":
            refuse(hashed, RefusalPlace.MAIL_PROGRAM)
            return self.answer(request, hashed)  # a mail program follows no redirect
        asked = request.POST.get("do", "")
        if asked == "stop":
            refuse(hashed, RefusalPlace.PAGE)
        elif asked == "allow":
            allow(hashed)
            messages.success(request, _("Noted: you may be written to again."))
        else:
            raise BadRequest("This page has no such action.")
        return HttpResponseRedirect(request.get_full_path())

    def answer(self, request: HttpRequest, hashed: str | None) -> HttpResponse:
        refusal = refusal_of(hashed) if hashed else None
        context = {"is_known": hashed is not None, "refusal": refusal}
        status = 404 if hashed is None else 200
        return render(request, "actors/partner/no_mail.html", context, status=status)
