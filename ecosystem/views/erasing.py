"""A person's data leaves on request: a page for national staff."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView

from accounts.models import User
from accounts.rules import can_grant_rights, is_national
from ecosystem.forms.erasing import EraseForm
from ecosystem.services.erasure import Erasure, NotErased, erase_person


@method_decorator(sensitive_post_parameters("email"), name="dispatch")
class EraseView(LoginRequiredMixin, TemplateView):
    """First what goes, then it goes. The address is sent, never part of the page's own address."""

    template_name = "account/erase.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not is_national(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = EraseForm(request.POST)
        if not form.is_valid():
            return self.answer(form, status=400)
        email, names_too = form.cleaned_data["email"], form.cleaned_data["names_too"]
        refusal = self.refusal(email)
        if refusal:
            form.add_error("email", refusal)
            return self.answer(form, status=400)
        is_sure = request.POST.get("do") == "erase"
        try:
            erasure = erase_person(email, names_too=names_too, dry_run=not is_sure)
        except NotErased as refused:
            form.add_error("email", str(refused))
            return self.answer(form, status=400)
        if not is_sure:
            return self.answer(form, erasure=erasure)
        if erasure.texts:
            return self.answer(EraseForm(), erasure=erasure, is_done=True)
        messages.success(request, _("Erased. Nothing about this person was found any more."))
        return redirect("erase_person")

    def refusal(self, email: str) -> str:
        """Why the visitor may not erase this account; "" when nothing speaks against it."""
        account = User.objects.filter(email__iexact=email).first()
        if account is None:
            return ""
        if account.pk == self.request.user.pk:
            return _("This is your own account: somebody else of the national staff erases it.")
        if account.is_superuser and not can_grant_rights(self.request.user):
            return _("Only a superuser can erase the account of a superuser.")
        return ""

    def answer(
        self,
        form: EraseForm,
        *,
        erasure: Erasure | None = None,
        is_done: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        counts = sorted(erasure.counts.items()) if erasure else []
        context = self.get_context_data(form=form, erasure=erasure, counts=counts, is_done=is_done)
        return self.render_to_response(context, status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"form": EraseForm()} | kwargs)
