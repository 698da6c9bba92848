"""Adding an organization, and editing its profile."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from actors.forms.actor import ActorForm, choosable_names
from actors.framework import ActorStatus, Sector
from actors.models import Actor, Tag
from actors.models.proposal import ProposalSubject
from actors.services.editing import change_record, create_record, sent_before
from ecosystem.selectors.similar import LONGEST, Similar, similar_actors
from ecosystem.views.editing.base import EditingMixin, OfActorMixin, RecordFormView


class ActorFormView(RecordFormView):
    """What the two pages have in common."""

    subject = ProposalSubject.ACTOR

    def make_form(self, **kwargs: Any) -> ActorForm:
        options = {"city": self.city, "viewer": self.user, "may_publish": self.publishes}
        return ActorForm(**options | kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            organizations=choosable_names(self.city, self.user),
            known_tags=list(Tag.objects.filter(city=self.city).values_list("name", flat=True)),
            place_help=True,
        )


class NewActorView(ActorFormView):
    """A new organization of the city, or a national one; one of that name may be there already."""

    similar: list[Similar] = []

    @cached_property
    def sector(self) -> str:
        """The sector asked for in the address, as a link from a gap or the map does."""
        asked = self.request.GET.get("sector", "")
        return asked if asked in Sector.values else ""

    def make_form(self, **kwargs: Any) -> ActorForm:
        initial = {"sector": self.sector, "name": self.request.GET.get("name", "")[:LONGEST]}
        form = super().make_form(**{"initial": initial} | kwargs)
        form.fields["name"].widget.attrs |= {
            "hx-get": self.place_url("actor_similar"),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "#similar",
            "autocomplete": "off",
        }
        return form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.make_form(data=request.POST)
        if not form.is_valid():
            return self.answer(form)
        name = form.cleaned_data["name"]
        if stored := self._sent_before(name):
            return self.go_on(stored)
        if not request.POST.get("is_new"):
            self.similar = similar_actors(self.city, name, self.user)
            if self.similar:
                return self.answer(form)
        form.instance.city = self.city
        if not self.publishes:
            form.instance.status = ActorStatus.PROPOSED
        stored = create_record(
            form.instance,
            by=self.user,
            same={"city": self.city, "name": name},
            city=self.city,
            parts=form.parts,
        )
        return self.go_on(stored)

    def _sent_before(self, name: str) -> Actor | None:
        return sent_before(Actor, self.user, {"city": self.city, "name": name})

    def go_on(self, actor: Actor) -> HttpResponse:
        said = {"actor": actor.name, "city": self.city}
        if self.city is None:
            self.tell_saved(_("%(actor)s is added. Next: say what it can do.") % said)
        elif actor.status == ActorStatus.PUBLISHED:
            self.tell_saved(
                _("%(actor)s is on the map of %(city)s now. Next: say what it can do.") % said
            )
        else:
            self.tell_saved(
                _("%(actor)s is proposed. Those who convene %(city)s decide on it.") % said
            )
        return redirect(self.profile_of(actor))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        title, add = _("Add a national organization"), _("Add it")
        if self.city is not None:
            title = _("Add an organization to the map of %(city)s") % {"city": self.city}
            add = _("Add it to the map") if self.publishes else _("Propose it")
        return super().get_context_data(
            **kwargs,
            title=title,
            lede=_("Its name and its sector are enough to start. The rest can follow."),
            crumbs=self.crumbs(),
            similar=self.similar,
            suggests=True,
            save_label=add,
            back=self.crumbs_of_place[-1]["url"],
        )


class SimilarView(EditingMixin, TemplateView):
    """The part of the page that says who has such a name already, while somebody types."""

    template_name = "actors/edit/_similar.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        name = self.request.GET.get("name", "").replace("\0", "")
        return super().get_context_data(
            **kwargs, similar=similar_actors(self.city, name, self.user), is_hint=True
        )


class EditActorView(OfActorMixin, ActorFormView):
    """All that an organization's page says of itself."""

    def make_form(self, **kwargs: Any) -> ActorForm:
        return super().make_form(**{"instance": self.actor} | kwargs)

    def save(self, form: Any) -> str:
        if self.publishes:
            change_record(
                form.instance,
                based_on=form.started_from,
                city=self.actor.city,
                reason=form.cleaned_data["reason"],
                parts=form.parts,
            )
            self.tell_saved(_("Saved: %(actor)s.") % {"actor": form.instance.name})
        else:
            self.check_version(form)
            self.proposed(self.actor, form, form.changes(), self.actor.pk)
        return self.after()

    def after(self) -> str:
        return self.profile_of(self.actor)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stored = type(self.actor).objects.only("name").get(pk=self.actor.pk)
        return super().get_context_data(
            **kwargs,
            actor=self.actor,
            title=_("Edit %(actor)s") % {"actor": stored.name},
            lede=_("What everyone reads on its page."),
            crumbs=self.crumbs(self.actor),
            save_label=_("Save") if self.publishes else _("Propose these changes"),
            back=self.after(),
        )
