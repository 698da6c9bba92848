"""A collaborative: what it is about, and who sits at its table. For those who convene its city."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from actors.framework import ActorStatus
from actors.models import Actor
from actors.services.editing import sent_before
from collaboratives.forms import CharterForm, MembershipForm
from collaboratives.models import Collaborative, Membership
from collaboratives.services import (
    NameTaken,
    add_member,
    can_take_away,
    change_collaborative,
    change_membership,
    take_away,
)
from ecosystem.common.versions import ChangedMeanwhile
from ecosystem.selectors.similar import LONGEST, search_actors
from ecosystem.views.base import CityMixin
from ecosystem.views.editing.base import EditingMixin, RecordFormView


class OfCollaborativeMixin(EditingMixin, CityMixin):
    """A page about one collaborative of the city."""

    section = "collaboratives"
    collaborative: Collaborative

    def find_records(self) -> None:
        seen = Collaborative.objects.visible_to(self.request.user).select_related("city")
        self.collaborative = get_object_or_404(
            seen, city=self.city, slug=self.kwargs["collaborative"]
        )

    def may_propose(self) -> bool:
        """Nobody: those who convene decide."""
        return False

    @property
    def members(self) -> Any:
        """Memberships of all times that the person may see, by name."""
        rows = Membership.objects.visible_to(self.user).filter(collaborative=self.collaborative)
        return rows.select_related("actor__city").order_by("actor__name", "pk")

    def page(self, route: str, *args: Any) -> str:
        return reverse(route, args=[self.city.slug, self.collaborative.slug, *args])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        table = self.collaborative
        crumbs = [
            {
                "label": _("Collaboratives"),
                "url": reverse("collaborative_list", args=[self.city.slug]),
            },
            {"label": table.name, "url": self.page("collaborative")},
        ]
        own = {"collaborative": table, "crumbs": crumbs, "back": self.page("collaborative")}
        return super().get_context_data(**own | kwargs)


class EditCollaborativeView(OfCollaborativeMixin, RecordFormView):
    """What it is for and how it works."""

    def make_form(self, **kwargs: Any) -> CharterForm:
        # A copy: checking what was entered writes it into the record.
        return CharterForm(**{"instance": copy(self.collaborative), "viewer": self.user} | kwargs)

    def store(self, form: Any) -> HttpResponse:
        try:
            return super().store(form)
        except NameTaken:
            text = _(
                "%(city)s has a collaborative of this name already: choose another name, or open "
                "the one that exists."
            )
            form.add_error("name", text % {"city": self.city.name})
            return self.answer(form)

    def save(self, form: Any) -> str:
        change_collaborative(
            form.instance,
            based_on=form.started_from,
            reason=form.cleaned_data["reason"],
            parts=form.parts,
        )
        self.tell_saved(_("Saved: %(name)s.") % {"name": form.instance.name})
        return self.after()

    def after(self) -> str:
        return self.page("collaborative")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            title=_("Edit %(name)s") % {"name": self.collaborative.name},
            lede=_("What it is for and how it works. Who sits at the table has a page of its own."),
            save_label=_("Save"),
        )


class MembersView(OfCollaborativeMixin, TemplateView):
    """Who sits at the table, who did, and a search for who joins."""

    template_name = "ecosystem/members.html"
    results_template_name = "actors/edit/_tie_results.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("HX-Request") == "true":
            self.template_name = self.results_template_name
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
        rows = list(self.members)
        today = timezone.localdate()
        now = [row for row in rows if row.until is None or row.until >= today]
        seated = {row.actor_id: row.pk for row in now}
        found = [
            (actor, self._address(actor, seated))
            for actor in search_actors(self.city, query, self.user)
            if actor.status == ActorStatus.PUBLISHED
        ]
        backbone = self.collaborative.backbone_id
        return super().get_context_data(
            **kwargs,
            title=_("Members of %(name)s") % {"name": self.collaborative.name},
            lede=_("Who sits at the table. Who leaves is kept, with the last day."),
            q=query,
            found=found,
            seated=seated,
            add_url=reverse("actor_new", args=[self.city.slug], query={"name": query}),
            groups=[
                (_("At the table"), [self._line(row, backbone) for row in now]),
                (
                    _("Sat at the table before"),
                    [self._line(row, backbone) for row in rows if row not in now],
                ),
            ],
        )

    def _address(self, actor: Actor, seated: dict[int, int]) -> str:
        """Of its seat, if it has one, else of a new one."""
        if actor.pk in seated:
            return self.page("collaborative_member", seated[actor.pk])
        address = self.page("collaborative_member_new")
        return f"{address}?actor={actor.slug}"

    def _line(self, row: Membership, backbone: int | None) -> dict[str, Any]:
        said = {
            "since": date_format(row.since) if row.since else "",
            "until": date_format(row.until) if row.until else "",
        }
        days = ""
        if row.since and row.until:
            days = _("from %(since)s until %(until)s") % said
        elif row.since:
            days = _("since %(since)s") % said
        elif row.until:
            days = _("until %(until)s") % said
        parts = [
            _("backbone") if row.actor_id == backbone else "",
            row.function,
            row.get_decision_role_display(),
            days,
        ]
        return {
            "actor": row.actor,
            "note": " · ".join(str(part) for part in parts if part),
            "url": self.page("collaborative_member", row.pk),
        }


class MemberFormView(OfCollaborativeMixin, RecordFormView):
    """The seat of one organization."""

    template_name = "ecosystem/member.html"
    row: Membership

    def make_form(self, **kwargs: Any) -> MembershipForm:
        return MembershipForm(**{"instance": copy(self.row), "viewer": self.user} | kwargs)

    def after(self) -> str:
        return self.page("collaborative_members")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["crumbs"].append({"label": _("Members"), "url": self.after()})
        said = {"actor": self.row.actor.name, "name": self.collaborative.name}
        return context | {
            "row": self.row,
            "title": _("%(actor)s at the table of %(name)s") % said,
            "back": self.after(),
        }


class NewMemberView(MemberFormView):
    """An organization joins. The address names it."""

    def find_records(self) -> None:
        super().find_records()
        seen = Actor.objects.visible_to(self.request.user).published().filter(merged_into=None)
        slug = self.request.GET.get("actor", "").replace("\0", "")
        actor = get_object_or_404(seen.select_related("city"), slug=slug)
        since = None if self.city.map_date else timezone.localdate()
        self.row = Membership(collaborative=self.collaborative, actor=actor, since=since)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if stored := self._seat():
            return redirect(self.page("collaborative_member", stored.pk))
        return super().get(request, *args, **kwargs)

    def _seat(self) -> Membership | None:
        rows = self.collaborative.memberships.filter(actor=self.row.actor, until=None)
        found: Membership | None = rows.first()
        return found

    def store(self, form: Any) -> HttpResponse:
        same = {"collaborative": self.collaborative, "actor": self.row.actor, "until": None}
        if (stored := self._seat()) and not sent_before(Membership, self.user, same):
            return self._seated_meanwhile(stored)
        return super().store(form)

    def save(self, form: Any) -> str:
        add_member(form.instance, by=self.user, parts=form.parts)
        said = {"actor": self.row.actor.name, "name": self.collaborative.name}
        self.tell_saved(_("%(actor)s sits at the table of %(name)s.") % said)
        return self.after()

    def _seated_meanwhile(self, stored: Membership) -> HttpResponse:
        """Somebody else was faster: the seat as it is stored, and what was entered."""
        entered = self.entered_words(stored) or "–"
        said = {"actor": self.row.actor.name, "entered": entered}
        text = _(
            "Somebody put %(actor)s at this table meanwhile, as it stands below. What you entered "
            "otherwise was not stored: %(entered)s."
        )
        messages.warning(self.request, text % said)
        return redirect(self.page("collaborative_member", stored.pk))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = {
            "save_label": _("Put it at the table"),
            "lede": _("Say what you know; all else can follow."),
        }
        return super().get_context_data(**own | kwargs)


class MemberView(MemberFormView):
    """What a member does, since when, until when; and taking a slip away."""

    def find_records(self) -> None:
        super().find_records()
        seen = self.members.select_related("actor__city", "collaborative__city")
        row = seen.filter(pk=self.kwargs["row"]).first()
        if row is None:
            actors = Actor.objects.visible_to(self.user).order_by().values("pk")
            own = {"collaborative_id": self.collaborative.pk, "actor__in": actors}
            self.stop_if_gone(Membership, self.kwargs["row"], **own)
            raise Http404
        self.row = row

    def hold(self, gone: Membership) -> None:
        self.row = gone

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_slip = request.POST.get("action") == "take_away"
        return self._take_away() if is_slip else super().post(request, *args, **kwargs)

    def save(self, form: Any) -> str:
        change_membership(
            form.instance,
            based_on=form.started_from,
            reason=form.cleaned_data["reason"],
            parts=form.parts,
        )
        said = {"actor": self.row.actor.name}
        if form.instance.until is None:
            self.tell_saved(_("Saved: %(actor)s.") % said)
        else:
            said["day"] = date_format(form.instance.until)
            self.tell_saved(_("Saved: %(day)s is the last day of %(actor)s at this table.") % said)
        return self.after()

    def _take_away(self) -> HttpResponse:
        sent = self.request.POST.get("based_on", "")
        try:
            take_away(
                self.row,
                based_on=int(sent) if sent.isdecimal() and len(sent) < 10 else 0,
                reason=_("Entered by mistake"),
            )
        except ChangedMeanwhile:
            self.find_records()
            return self.answer(self.make_form(), status=409, changed_meanwhile=True)
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
            return redirect(self.request.path)
        text = _("Taken away as a slip: %(actor)s.")
        messages.success(self.request, text % {"actor": self.row.actor.name})
        return redirect(self.after())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = {
            "save_label": _("Save"),
            "lede": _("What it does here, and until when."),
            "may_take_away": can_take_away(self.row),
        }
        return super().get_context_data(**own | kwargs)
