"""The twelve skills of one organization."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from actors.forms.skills import SkillsForm
from actors.forms.sources import offered_sources
from actors.framework import Competency
from actors.models import SkillStatement
from actors.models.proposal import ProposalSubject
from actors.services.editing import change_skills
from actors.services.proposals import propose
from ecosystem.common.versions import ChangedMeanwhile
from ecosystem.views.editing.base import OfActorMixin, problems_of, saved_when

LONGEST_VERSION = 9
"""Digits; no record is changed a billion times."""


class SkillsView(OfActorMixin, TemplateView):
    """One answer for each of the twelve; changed ones are saved together, or proposed."""

    template_name = "actors/edit/skills.html"

    def make_form(self, **kwargs: Any) -> SkillsForm:
        rows = SkillStatement.objects.filter(actor=self.actor).prefetch_related("sources")
        statements = {one.competency: one for one in rows}
        seen = self._seen(statements, kwargs["data"]) if "data" in kwargs else {}
        return SkillsForm(statements=statements, seen=seen, viewer=self.user, **kwargs)

    def _seen(self, statements: Mapping[str, SkillStatement], sent: Any) -> dict[str, Any]:
        """What the writer saw of the skills that somebody changed since, from the history."""
        seen: dict[str, Any] = {}
        for competency in Competency.values:
            stored = statements.get(competency)
            version = sent.get(f"{competency}-based_on", "")[:LONGEST_VERSION]
            if not version.isdecimal() or int(version) == (stored.version if stored else 0):
                continue
            past = SkillStatement.history.filter(actor_id=self.actor.pk, competency=competency)
            seen[competency] = past.filter(version=int(version)).order_by("-history_id").first()
        return seen

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer(self.make_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.make_form(data=request.POST)
        if not form.is_valid():
            return self.answer(form)
        changed = form.changed_skills
        if stale := self._stale(form):
            fresh = self.make_form()
            if differences := form.differences(fresh, stale):
                last = [form.statements[one] for one in stale if one in form.statements]
                when = saved_when(max(last, key=lambda one: one.updated_at)) if last else "–"
                form.start_from(fresh)
                conflict = {"when": when, "differences": differences}
                return self.answer(form, status=409, conflict=conflict)
        # What is left of them was said already, as by a form that was sent twice.
        new = [one for one in changed if one not in stale]
        if not changed:
            self.tell_saved(_("Nothing was changed."))
        elif self.publishes:
            try:
                change_skills(
                    self.actor, form.entries(new), by=self.user, reason=form.cleaned_data["reason"]
                )
            except ChangedMeanwhile:  # between the look above and the lock
                return self.post(request, *args, **kwargs)
            self.tell_saved(_saved(len(changed), self.actor.name))
        else:
            self._propose(form)
            self.tell_proposed()
        return redirect(f"{self.profile_of(self.actor)}#skills")

    def _stale(self, form: SkillsForm) -> list[str]:
        """Changed skills about which somebody else said something meanwhile."""
        versions = {slug: one.version for slug, one in form.statements.items()}
        return [
            slug
            for slug in form.changed_skills
            if (form.cleaned_data.get(f"{slug}-based_on") or 0) != versions.get(slug, 0)
        ]

    def _propose(self, form: SkillsForm) -> None:
        for stored, changes in form.proposals():
            propose(
                self.actor,
                ProposalSubject.SKILL,
                changes,
                by=self.user,
                city=self.city,
                record=stored.pk if stored else None,
                reason=form.cleaned_data["reason"],
            )

    @cached_property
    def known_sources(self) -> list[str]:
        return offered_sources(self.city, self.user)

    def answer(self, form: SkillsForm, *, status: int = 200, **more: Any) -> HttpResponse:
        context = self.get_context_data(
            form=form,
            actor=self.actor,
            title=_("What %(actor)s can do") % {"actor": self.actor.name},
            lede=_("Answer what you know. “Not asked” is an honest answer: it is never a gap."),
            crumbs=self.crumbs(self.actor),
            problems=problems_of(form),
            known_sources=self.known_sources,
            save_label=_("Save the skills") if self.publishes else _("Propose these changes"),
            back=self.profile_of(self.actor),
            **more,
        )
        return self.render_to_response(context, status=status)


def _saved(count: int, actor: str) -> str:
    return ngettext(
        "Saved: %(count)s skill of %(actor)s.", "Saved: %(count)s skills of %(actor)s.", count
    ) % {"count": count, "actor": actor}
