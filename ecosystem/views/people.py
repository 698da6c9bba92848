"""Who may do what in a city."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from actors.forms.roles import GiveRoleForm, OwnRoleForm, TakeRoleForm
from actors.models import CityRole
from actors.models.city import CityRoleKind
from actors.rules import can_convene
from actors.services.roles import AddressRefused, LastConvener, change_role, give_role, take_role
from ecosystem.common.versions import ChangedMeanwhile
from ecosystem.selectors.people import Person, load_people, load_stewards
from ecosystem.views.base import ConvenerMixin
from ecosystem.views.editing.base import problems_of


class PeopleView(ConvenerMixin, TemplateView):
    """Roles of a city: who has which; give, change, take away."""

    template_name = "actors/people/people.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions = {"give": self._give, "change": self._change, "take": self._take}
        act = actions.get(request.POST.get("action", ""))
        return act() if act else self._refused(_("Nothing was done: choose what to do."))

    @property
    def user(self) -> Any:
        """Signed in: ``ConvenerMixin`` lets nobody else in."""
        return self.request.user

    def _give(self) -> HttpResponse:
        form = GiveRoleForm(self.request.POST)
        if not form.is_valid():
            return self._answer(form)
        address, kind = form.cleaned_data["email"], form.cleaned_data["kind"]
        sign_in = self.request.build_absolute_uri(reverse("account_request_login_code"))
        try:
            role, is_changed = give_role(self.city, address, kind, by=self.user, sign_in_at=sign_in)
        except AddressRefused:
            form.add_error("email", _("This address can’t be used. Ask the person for another."))
            return self._answer(form)
        except LastConvener:
            form.add_error(None, self._last_convener())
            return self._answer(form)
        said = {"address": address, "role": role.get_kind_display(), "city": self.city.name}
        if is_changed:
            text = _("%(address)s has this role in %(city)s now: %(role)s.")
        else:
            text = _("%(address)s had this role in %(city)s already: %(role)s.")
        messages.success(self.request, text % said)
        return self._back()

    def _change(self) -> HttpResponse:
        role, form = self._role(), OwnRoleForm(self.request.POST)
        if not form.is_valid():
            return self._refused(_("Nothing was changed: choose one of the three roles."))
        kind = form.cleaned_data["kind"]
        if role.kind == kind:
            return self._back()
        try:
            change_role(role, kind, by=self.user, based_on=form.cleaned_data["based_on"])
        except LastConvener:
            return self._refused(self._last_convener())
        except ChangedMeanwhile:
            return self._changed_meanwhile()
        said = {"name": self._called(role), "role": role.get_kind_display()}
        messages.success(self.request, _("Changed: the role of %(name)s is %(role)s.") % said)
        return self._back()

    def _take(self) -> HttpResponse:
        role, form = self._role(), TakeRoleForm(self.request.POST)
        if not form.is_valid():
            return self._refused(_("Nothing was taken away: open this page again."))
        said = {"name": self._called(role), "city": self.city.name}
        try:
            take_role(role, by=self.user, based_on=form.cleaned_data["based_on"])
        except LastConvener:
            return self._refused(self._last_convener())
        except ChangedMeanwhile:
            return self._changed_meanwhile()
        messages.success(self.request, _("%(name)s has no role in %(city)s any more.") % said)
        return self._back()

    def _role(self) -> CityRole:
        """The role that the form names; one of another city answers 404."""
        number = self.request.POST.get("role", "")
        roles = CityRole.objects.visible_to(self.request.user).filter(city=self.city)
        found: CityRole = get_object_or_404(
            roles.select_related("user", "city"), pk=int(number) if number.isdecimal() else 0
        )
        return found

    def _called(self, role: CityRole) -> str:
        return next((one.called for one in self.people if one.role.pk == role.pk), role.user.email)

    @property
    def people(self) -> list[Person]:
        return load_people(self.city, self.request.user)

    def _last_convener(self) -> str:
        return _(
            "Nothing was changed: without this person nobody would convene %(city)s. Make somebody "
            "else a convener first, or ask national staff."
        ) % {"city": self.city.name}

    def _changed_meanwhile(self) -> HttpResponse:
        text = _(
            "Somebody else changed this role after you had opened the page, so nothing was done. "
            "Look at who has which role now, then do it once more."
        )
        return self._refused(text, status=409)

    def _refused(self, text: str, *, status: int = 400) -> HttpResponse:
        return self._answer(GiveRoleForm(), status=status, refused=text)

    def _answer(self, form: GiveRoleForm, *, status: int = 200, **more: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, **more), status=status)

    def _back(self) -> HttpResponse:
        """To this page, or out of it for somebody who gave the own right away."""
        if can_convene(self.request.user, self.city.pk):
            return redirect("people", self.city.slug)
        return redirect("start")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people, stewards = self.people, load_stewards(self.city, self.request.user)
        form = kwargs.pop("form", None) or GiveRoleForm()
        count = sum(one.role.kind == CityRoleKind.CONVENER for one in people)
        said = {"city": self.city.name, "count": count}
        if count:
            lede = ngettext(
                "%(count)d person convenes %(city)s.", "%(count)d people convene %(city)s.", count
            )
        else:
            lede = _("Nobody convenes %(city)s yet: make somebody a convener.")
        own = {
            "title": _("Who may do what in %(city)s") % {"city": self.city.name},
            "lede": lede % said,
            "people": people,
            "kinds": CityRoleKind.choices,
            "claims": [one for one in stewards if one.status == "claimed"],
            "stewards": [one for one in stewards if one.status == "approved"],
            "form": form,
            "problems": problems_of(form),
            "as_of": None,
        }
        return super().get_context_data(**kwargs) | own
