"""Naming one more organization that the partner works with: found on the map, or missing there."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import TemplateView

from actors.forms.partner import AddMissingForm, AddTieForm
from actors.selectors.partner import LONGEST_NAME, addable, find_others
from actors.services.partner import add_missing, add_tie
from ecosystem.views.partner.base import PartnerMixin


class FindView(PartnerMixin, TemplateView):
    """Finds an organization by its name. The script that asks while typing gets results alone."""

    template_name = "actors/partner/find.html"
    results_template_name = "actors/partner/_found.html"

    def get_template_names(self) -> list[str]:
        is_part = self.request.headers.get("X-Part") == "results"
        return [self.results_template_name if is_part else self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = " ".join(self.request.GET.get("q", "").split())[:LONGEST_NAME]
        found = find_others(self.invitation, query)
        return super().get_context_data(query=query, found=found, **kwargs)


class AddTieView(PartnerMixin, TemplateView):
    """What the two do together."""

    template_name = "actors/partner/add_tie.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.shown(AddTieForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = AddTieForm(request.POST)
        if not form.is_valid():
            return self.shown(form, status=422)
        way, kind = form.way_and_kind
        self.note(add_tie(self.invitation, self.other, kind, way))
        return redirect("partner_ties")

    @property
    def other(self) -> Any:
        return get_object_or_404(addable(self.invitation), slug=self.kwargs["other"])

    def shown(self, form: AddTieForm, status: int = 200) -> HttpResponse:
        context = self.get_context_data(form=form, other=self.other)
        return self.render_to_response(context, status=status)


class AddMissingView(PartnerMixin, TemplateView):
    """An organization that is not on the map."""

    template_name = "actors/partner/add_missing.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = request.GET.get("name", "")[:LONGEST_NAME]
        return self.shown(AddMissingForm(initial={"name": name}))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = AddMissingForm(request.POST)
        if not form.is_valid():
            return self.shown(form, status=422)
        way, kind = form.way_and_kind
        cleaned = form.cleaned_data
        self.note(add_missing(self.invitation, cleaned["name"], cleaned["sector"], kind, way))
        return redirect("partner_ties")

    def shown(self, form: AddMissingForm, status: int = 200) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=status)
