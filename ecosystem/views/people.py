"""Who may do what in a city."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from accounts.models import User
from actors.forms.roles import GiveRoleForm, OwnRoleForm, TakeRoleForm
from actors.models import CityRole
from actors.models.city import CityRoleKind
from actors.rules import can_convene
from actors.services.roles import (
    AddressRefused,
    HasAnotherRole,
    LastConvener,
    change_role,
    give_role,
    take_role,
)
from ecosystem.common.versions import ChangedMeanwhile, GoneMeanwhile
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
        except HasAnotherRole as error:
            said = {"address": address, "role": error.stored.get_kind_display()}
            text = _(
                "%(address)s has another role here already: %(role)s. Nothing was changed. Choose "
                "a role beside the name above to change it."
            )
            form.add_error("email", text % said)
            return self._answer(form, status=409)
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
        said = {"name": self._called(role), "role": CityRoleKind(kind).label}
        if role.kind == kind and not role._state.adding:  # adding: it was taken away
            messages.info(self.request, _("The role of %(name)s is %(role)s already.") % said)
            return self._back()
        try:
            change_role(role, kind, by=self.user, based_on=form.cleaned_data["based_on"])
        except LastConvener:
            return self._refused(self._last_convener())
        except GoneMeanwhile:
            return self._taken_meanwhile(role, kind)
        except ChangedMeanwhile as error:
            return self._changed_meanwhile(error.stored, kind)
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
        except GoneMeanwhile:
            pass  # somebody did it already, as by a second click
        except ChangedMeanwhile as error:
            return self._changed_meanwhile(error.stored, "")
        messages.success(self.request, _("%(name)s has no role in %(city)s any more.") % said)
        return self._back()

    def _role(self) -> CityRole:
        """The role that the form names, also one that was taken away; others answer 404."""
        number = self.request.POST.get("role", "")
        pk = int(number) if number.isdecimal() and len(number) < 19 else 0
        roles = CityRole.objects.visible_to(self.request.user).filter(city=self.city)
        found: CityRole | None = roles.select_related("user", "city").filter(pk=pk).first()
        if found is not None:
            return found
        gone = CityRole.history.filter(id=pk, city_id=self.city.pk, history_type="-").first()
        if gone is None or not User.objects.filter(pk=gone.user_id).exists():
            raise Http404
        taken: CityRole = gone.instance
        return taken

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

    def _changed_meanwhile(self, stored: Any, kind: str) -> HttpResponse:
        """The role as it is now, beside the one that was chosen; none was for taking it away."""
        text = _(
            "Somebody else changed this role after you had opened the page, so nothing was done. "
            "%(name)s is now: %(stored)s. You chose: %(chosen)s. If you still want that, send it "
            "once more."
        )
        chosen = CityRoleKind(kind).label if kind else _("no role any more")
        said = {
            "name": self._called(stored),
            "stored": stored.get_kind_display(),
            "chosen": chosen,
        }
        chosen_kinds = {stored.pk: kind} if kind else {}
        return self._refused(text % said, status=409, chosen_kinds=chosen_kinds)

    def _taken_meanwhile(self, role: CityRole, kind: str) -> HttpResponse:
        text = _(
            "Somebody took the role of %(name)s away after you had opened the page. You chose: "
            "%(chosen)s. Nothing was stored: to give the role anew, send the form below."
        )
        said = {"name": role.user.email, "chosen": CityRoleKind(kind).label}
        form = GiveRoleForm(initial={"email": role.user.email, "kind": kind})
        return self._answer(form, status=409, refused=text % said)

    def _refused(self, text: str, *, status: int = 400, **more: Any) -> HttpResponse:
        return self._answer(GiveRoleForm(), status=status, refused=text, **more)

    def _answer(self, form: GiveRoleForm, *, status: int = 200, **more: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, **more), status=status)

    def _back(self) -> HttpResponse:
        """To this page, or out of it for somebody who gave the own right away."""
        if can_convene(self.request.user, self.city.pk):
            return redirect("people", self.city.slug)
        return redirect("start")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people, stewards = self.people, load_stewards(self.city, self.request.user)
        chosen: dict[int, str] = kwargs.pop("chosen_kinds", {})
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
            "people": [(one, chosen.get(one.role.pk, one.role.kind)) for one in people],
            "kinds": CityRoleKind.choices,
            "claims": [one for one in stewards if one.status == "claimed"],
            "stewards": [one for one in stewards if one.status == "approved"],
            "form": form,
            "problems": problems_of(form),
            "as_of": None,
        }
        return super().get_context_data(**kwargs) | own
