"""Ties: pick two organizations, say what they do together; change it, end it, take it away."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actors.forms.ties import DeleteForm, EndTieForm, TieForm
from actors.models import Actor, City, Relationship
from actors.models.proposal import ProposalSubject
from actors.rules import can_convene, can_edit_actor
from actors.services.editing import change_record, create_record, delete_record, sent_before
from ecosystem.common.versions import ChangedMeanwhile
from ecosystem.selectors.similar import LONGEST, search_actors
from ecosystem.views.editing.base import EditingMixin, RecordFormView


class PickMixin(EditingMixin):
    """The two organizations of a tie that is to be recorded, by ``from`` and ``to``."""

    city: City

    first: Actor | None = None
    second: Actor | None = None

    def find_records(self) -> None:
        """An organization that the person may not see answers 404."""
        seen = Actor.objects.visible_to(self.request.user).exclude(status="archived")
        seen = seen.filter(merged_into=None).select_related("city")
        asked = self.request.GET
        for name, side in (("first", "from"), ("second", "to")):
            if slug := asked.get(side, "").replace("\0", ""):
                setattr(self, name, get_object_or_404(seen, slug=slug))

    def may_propose(self) -> bool:
        """Who contributes here, and who looks after one of the two."""
        sides = [one for one in (self.first, self.second) if one is not None]
        cares = any(can_edit_actor(self.request.user, one) for one in sides)
        return cares or super().may_propose()


class NewTieView(PickMixin, RecordFormView):
    """Record a tie. Until both sides are known, the page looks for them."""

    subject = ProposalSubject.TIE
    pick_template_name = "actors/edit/tie_pick.html"
    results_template_name = "actors/edit/_tie_results.html"

    @property
    def is_complete(self) -> bool:
        return self.first is not None and self.second is not None and self.first != self.second

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.is_complete:
            return super().get(request, *args, **kwargs)
        return self._pick()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_complete:
            return self._pick()
        form = self.make_form(data=request.POST)
        # Valid already but for the tie itself: a form sent twice is not an error.
        if form.is_bound and not form.is_valid() and (stored := self._sent_before(form)):
            return self._go_on(stored)
        return self.store(form) if form.is_valid() else self.answer(form)

    def make_form(self, **kwargs: Any) -> TieForm:
        tie = Relationship(city=self.city, source=self.first, target=self.second)
        options = {
            "instance": tie,
            "first": self.first,
            "viewer": self.user,
            "may_publish": self.publishes,
            "shows_strength": True,
        }
        return TieForm(**options | kwargs)

    def _same(self, form: TieForm) -> dict[str, Any]:
        tie = form.instance
        return {
            "city": self.city,
            "source": tie.source,
            "target": tie.target,
            "kind": tie.kind,
            "status": tie.status,
            "ended_on": None,
            "description": tie.description,
        }

    def _sent_before(self, form: TieForm) -> Relationship | None:
        """The same tie of a moment ago, when that is all that is wrong with the form."""
        if not self.publishes or set(form.errors) != {"__all__"}:
            return None
        return sent_before(Relationship, self.user, self._same(form))

    def save(self, form: Any) -> str:
        if not self.publishes:
            # A proposal is about one actor: that of the city, so that its conveners decide.
            sides = [form.instance.source, form.instance.target]
            about = next((one for one in sides if one.city_id == self.city.pk), sides[0])
            source = form.cleaned_data.get("source", "")
            reason = _("Source: %(source)s") % {"source": source} if source else ""
            self.proposed(about, form, form.changes(), None, reason)
            return self.after()
        stored = create_record(
            form.instance, by=self.user, same=self._same(form), city=self.city, parts=form.parts
        )
        return self._saved(stored)

    def _go_on(self, stored: Relationship) -> HttpResponse:
        return redirect(self._saved(stored))

    def _saved(self, stored: Relationship) -> str:
        if stored.status == "existing":
            text = _("The tie is recorded and on the map: %(tie)s.")
        else:
            text = _("The wish is recorded: %(tie)s.")
        self.tell_saved(text % {"tie": stored})
        return self.after()

    def after(self) -> str:
        first: Any = self.first
        return f"{self.profile_of(first)}#ties"

    # ── Looking for the two sides ────────────────────────────────────────────────────────────────

    def _pick(self) -> HttpResponse:
        is_part = self.request.headers.get("HX-Request") == "true"
        template = self.results_template_name if is_part else self.pick_template_name
        query = self.request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
        known = self.second if self.first is None else self.first
        found = search_actors(self.city, query, self.request.user, but=known.pk if known else None)
        context = self.get_context_data(
            title=self._question(known),
            lede=_("Type a part of its name, then choose it from the list."),
            crumbs=self.crumbs(self.first),
            known=known,
            known_side="from" if self.first is not None else "to",
            q=query,
            is_same=self.first is not None and self.first == self.second,
            found=[(actor, self._address(known, actor)) for actor in found],
            add_url=reverse("actor_new", args=[self.city.slug], query={"name": query})
            if query
            else reverse("actor_new", args=[self.city.slug]),
        )
        self.template_name = template
        return self.render_to_response(context)

    def _question(self, known: Actor | None) -> str:
        if known is None:
            return _("A new tie: who is the first organization?")
        return _("With whom does %(actor)s work?") % {"actor": known.name}

    def _address(self, known: Actor | None, found: Actor) -> str:
        sides = {"from": found.slug}
        if known is not None:
            sides = {"from": known.slug, "to": found.slug}
            if self.first is None:
                sides = {"from": found.slug, "to": known.slug}
        return reverse("tie_new", args=[self.city.slug], query=sides)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own: dict[str, Any] = {}
        if self.is_complete:
            first, second = self.first, self.second
            own = {
                "title": _("A tie between %(first)s and %(second)s")
                % {"first": first, "second": second},
                "lede": _("Say what the tie is about. All else can follow when you know it."),
                "crumbs": self.crumbs(first),
                "save_label": _("Record the tie") if self.publishes else _("Propose the tie"),
                "back": self.after(),
            }
        return super().get_context_data(**own | kwargs)


class EditTieView(RecordFormView):
    """Change a tie, end it on a day, or take a wrong entry away."""

    subject = ProposalSubject.TIE
    template_name = "actors/edit/tie.html"
    city: City
    tie: Relationship

    def find_records(self) -> None:
        seen = Relationship.objects.visible_to(self.request.user).filter(city=self.city)
        seen = seen.select_related("source__city", "target__city", "city")
        tie = seen.filter(pk=self.kwargs["tie"]).first()
        if tie is None:
            actors = Actor.objects.visible_to(self.request.user).order_by().values("pk")
            ends = {"source__in": actors, "target__in": actors}
            self.stop_if_gone(Relationship, self.kwargs["tie"], city_id=self.city.pk, **ends)
            raise Http404
        self.hold(tie)

    def hold(self, gone: Relationship) -> None:
        self.tie = gone
        # Read from the side that the page before was about, else as it was recorded.
        asked = self.request.GET.get("of", "")
        self.first = self.tie.target if asked == self.tie.target.slug else self.tie.source

    def may_propose(self) -> bool:
        sides = (self.tie.source, self.tie.target)
        return super().may_propose() or any(can_edit_actor(self.request.user, one) for one in sides)

    def make_form(self, **kwargs: Any) -> TieForm:
        options = {
            "instance": self.tie,
            "first": self.first,
            "viewer": self.user,
            "may_publish": self.publishes,
            "shows_strength": can_convene(self.user, self.city.pk),
        }
        return TieForm(**options | kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        action = request.POST.get("action", "")
        if action == "end":
            return self._end()
        if action == "delete" and self.publishes:
            return self._delete()
        return super().post(request, *args, **kwargs)

    def save(self, form: Any) -> str:
        if not self.publishes:
            self.check_version(form)
            self.proposed(self._about(), form, form.changes(), self.tie.pk)
            return self.after()
        change_record(
            form.instance,
            based_on=form.started_from,
            city=self.city,
            reason=form.cleaned_data["reason"],
            parts=form.parts,
        )
        self.tell_saved(_("Saved: %(tie)s.") % {"tie": form.instance})
        return self.after()

    def _about(self) -> Actor:
        sides = (self.tie.source, self.tie.target)
        return next((one for one in sides if one.city_id == self.city.pk), sides[0])

    def _end(self) -> HttpResponse:
        end = EndTieForm(self.request.POST, tie=self.tie)
        if not end.is_valid():
            return self.answer(self.make_form(), end_form=end)
        day = end.cleaned_data["ended_on"]
        said = {"tie": self.tie, "day": date_format(day, "DATE_FORMAT")}
        if self.tie.ended_on == day:  # sent twice
            self.tell_saved(_("Ended on %(day)s and kept: %(tie)s.") % said)
            return redirect(self.after())
        if not self.publishes:
            before = self.tie.ended_on and self.tie.ended_on.isoformat()
            changes = {"ended_on": {"from": before, "to": day.isoformat()}}
            self.proposed(self._about(), end, changes, self.tie.pk)
            return redirect(self.after())
        self.tie.ended_on = day
        try:
            change_record(
                self.tie,
                based_on=end.cleaned_data["based_on"] or 0,
                city=self.city,
                reason=end.cleaned_data["reason"],
            )
        except ChangedMeanwhile:
            return self._changed(date_format(day, "DATE_FORMAT"))
        self.tell_saved(_("Ended on %(day)s and kept: %(tie)s.") % said)
        return redirect(self.after())

    def _delete(self) -> HttpResponse:
        form = DeleteForm(self.request.POST, version=self.tie.version)
        if not form.is_valid():
            return self.answer(self.make_form(), delete_form=form)
        said = str(self.tie)
        try:
            delete_record(
                self.tie,
                based_on=form.cleaned_data["based_on"] or 0,
                reason=form.cleaned_data["reason"],
            )
        except ChangedMeanwhile:
            return self._changed(form.cleaned_data["reason"])
        self.tell_saved(_("Taken away as a wrong entry: %(tie)s.") % {"tie": said})
        return redirect(self.after())

    def after_gone(self, gone: Relationship) -> str:
        return reverse("actor_list", args=[self.city.slug])

    def _changed(self, entered: str) -> HttpResponse:
        """The tie as it is stored now; ending it or taking it away has to be said again."""
        self.find_records()
        told = _("You had entered: %(entered)s.") % {"entered": entered}
        return self.answer(self.make_form(), status=409, changed_meanwhile=True, entered=told)

    def after(self) -> str:
        return f"{self.profile_of(self.first)}#ties"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tie = self.tie
        own: dict[str, Any] = {
            "tie": tie,
            "title": _("Change a tie"),
            "lede": str(Relationship.objects.get(pk=tie.pk)) if tie.pk else "",
            "crumbs": self.crumbs(self.first),
            "save_label": _("Save") if self.publishes else _("Propose these changes"),
            "back": self.after(),
            "end_form": EndTieForm(tie=tie) if tie.ended_on is None else None,
            "delete_form": DeleteForm(version=tie.version) if self.publishes else None,
        }
        return super().get_context_data(**own | kwargs)
