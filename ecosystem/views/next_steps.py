"""What to do next: suggestions for everybody, and for conveners what becomes of them."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from accounts.models import User
from actors.models import Actor, Relationship
from actors.rules import can_convene
from collaboratives.models import Collaborative
from ecosystem.common.versions import ChangedMeanwhile
from ecosystem.findings import Case, case_of
from ecosystem.findings.steps import steps_answer, suggestion_step
from ecosystem.findings.text import day, say
from ecosystem.forms.next_steps import AcceptForm, AnswerForm, DeclineForm, StepForm, TieForm
from ecosystem.models import Introduction, IntroductionKind, IntroductionStatus
from ecosystem.services import introductions
from ecosystem.services.gaps import GapAnalysis, kept_gaps
from ecosystem.services.introductions import Scope, StatementExists, Suggestion
from ecosystem.views.base import CityMixin, ConvenerMixin
from ecosystem.views.gap_context import map_address
from ecosystem.views.next_steps_context import (
    list_address,
    next_steps_context,
    row_of,
    since_review,
    told,
)

LONGEST_ECHO: Final = 300
"""Characters of what somebody wrote that are said back."""


class ScopeMixin(CityMixin):
    """Next steps of the city, or of the collaborative that ``table`` names."""

    @property
    def table(self) -> str:
        """Slug of the collaborative, empty for the city."""
        return self.kwargs.get("collaborative", "")

    @cached_property
    def scope(self) -> Scope:
        if not self.table:
            return Scope(self.city)
        visible = Collaborative.objects.visible_to(self.request.user).select_related("city")
        return Scope(self.city, get_object_or_404(visible, city=self.city, slug=self.table))

    @cached_property
    def analysis(self) -> GapAnalysis:
        user, table = self.request.user, self.scope.collaborative
        return kept_gaps(self.city, user=user, collaborative=table)

    @cached_property
    def case(self) -> Case:
        return case_of(self.analysis, self.city, self.request.user)

    def crumbs(self, *further: dict[str, str]) -> list[dict[str, str]]:
        """The way to a page of a collaborative, then further."""
        table = self.scope.collaborative
        if table is None:
            return [*further]
        city = self.city.slug
        return [
            {"label": _("Collaboratives"), "url": reverse("collaborative_list", args=[city])},
            {"label": table.name, "url": reverse("collaborative", args=[city, table.slug])},
            *further,
        ]


class NextStepsView(ScopeMixin, TemplateView):
    """Whom to meet, what to ask, whom to bring together; and what came of earlier steps."""

    section = "next_steps"
    template_name = "ecosystem/next_steps.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, scope, user = self.case, self.scope, self.request.user
        own = next_steps_context(case, scope, user)
        name = scope.collaborative.name if scope.collaborative else self.city.name
        return super().get_context_data() | {
            **own,
            "collaborative": scope.collaborative,
            "title": _("What to do next: %(name)s") % {"name": name},
            "lede": steps_answer(case, own["steps"]),
            "crumbs": self.crumbs(),
            "base": case.results.scope.size,
            "map_address": map_address(case),
            "since_review": since_review(case.results, scope, user),
        }


class StepMixin(ScopeMixin, ConvenerMixin, TemplateView):
    """One step, with what can be done with it. Every form says its ``action``."""

    section = "next_steps"
    template_name = "ecosystem/next_step.html"

    actions: tuple[str, ...] = ()
    """What can be sent to the page."""

    @property
    def person(self) -> User:
        assert isinstance(self.request.user, User)  # noqa: S101 - ConvenerMixin lets no other in
        return self.request.user

    def forms(self) -> dict[str, StepForm]:
        """What can be done with it now: an empty form for each action."""
        raise NotImplementedError

    def act(self, action: str, form: Any) -> HttpResponse:
        """Do it, and say where to go. The form is valid."""
        raise NotImplementedError

    def start_from(self, stored: Introduction) -> None:
        """Somebody else changed it: show it as it is now."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        action = request.POST.get("action", "")
        if action not in self.actions:
            raise BadRequest("This page has no such action.")
        form = self.form(action, request.POST)
        if not form.is_valid():
            return self.answer(action, form, status=422)
        try:
            return self.act(action, form)
        except ChangedMeanwhile as refused:
            visible = Introduction.objects.visible_to(request.user)
            stored = get_object_or_404(visible, pk=refused.stored.pk)
            return self.answer(action, form, status=409, stored=stored)

    def form(self, action: str, data: QueryDict | None = None, **initial: Any) -> StepForm:
        return FORMS[action](data, auto_id=f"{action}_%s", initial=initial)

    def answer(
        self, action: str, form: StepForm, *, status: int, stored: Introduction | None = None
    ) -> HttpResponse:
        """The page once more, with what was sent, and what is stored now if that is why.

        Sent once more from there, it starts from what is stored, and wins on purpose.
        """
        if stored is not None:
            self.start_from(stored)
        context = self.get_context_data()
        if stored is not None:
            if action in context["forms"]:
                again = self.request.POST.copy()
                again["based_on"] = str(stored.version)
                context["forms"][action] = self.form(action, again)
            context["conflict"] = {
                "stored": row_of(stored, {}),
                "sent": [
                    {"label": form.fields[name].label, "value": value}
                    for name, value in form.cleaned_data.items()
                    if name != "based_on" and value
                ],
            }
        elif action in context["forms"]:
            context["forms"][action] = form
        return self.render_to_response(context, status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        further = {"label": _("What to do next"), "url": list_address(self.scope)}
        return super().get_context_data(**kwargs) | {
            "collaborative": self.scope.collaborative,
            "crumbs": self.crumbs(further),
            "forms": self.forms(),
            "map_address": map_address(self.case),
            "base": self.case.results.scope.size,
        }

    def done(self, message: str, address: str = "") -> HttpResponse:
        messages.success(self.request, message)
        return HttpResponseRedirect(address or list_address(self.scope))


FORMS: Final[Mapping[str, type[StepForm]]] = {
    "accept": AcceptForm,
    "decline": DeclineForm,
    "finish": StepForm,
    "reopen": StepForm,
    "tie": TieForm,
    "answer": AnswerForm,
}


class SuggestedStepView(StepMixin):
    """A suggestion that nobody took up: somebody does it, or it is declined with a reason."""

    actions = ("accept", "decline")

    @property
    def table(self) -> str:
        return self.request.GET.get("table", "").replace("\0", "")

    @cached_property
    def suggestion(self) -> Suggestion | None:
        return introductions.find_suggestion(
            self.analysis.results,
            kind=self.kwargs["kind"],
            target=self.kwargs["target"],
            source=self.request.GET.get("source", ""),
            competency=self.request.GET.get("skill", ""),
        )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        may = request.user.is_authenticated and can_convene(request.user, self.city.pk)
        if may and self.suggestion is None:
            messages.info(
                request, _("This step is not suggested any longer: the map changed meanwhile.")
            )
            sent = (request.POST.get(name, "") for name in ("assigned_to", "due_on", "reason"))
            tidy = (" ".join(one.split())[:LONGEST_ECHO] for one in sent)
            if written := ", ".join(one for one in tidy if one):
                text = _("Nothing of what you wrote was stored: “%(text)s”.")
                messages.warning(request, text % {"text": written})
            return HttpResponseRedirect(list_address(self.scope))
        return super().dispatch(request, *args, **kwargs)

    stored: Introduction | None = None
    """What somebody else made of it meanwhile, which has a page of its own."""

    def start_from(self, stored: Introduction) -> None:
        self.stored = stored

    def forms(self) -> dict[str, StepForm]:
        return {} if self.stored else {action: self.form(action) for action in self.actions}

    def act(self, action: str, form: Any) -> HttpResponse:
        assert self.suggestion is not None  # noqa: S101 - dispatch answers these
        given = form.cleaned_data
        if action == "accept":
            introductions.take_up(
                self.suggestion,
                self.scope,
                assigned_to=given["assigned_to"],
                due_on=given["due_on"],
                by=self.person,
            )
            return self.done(accepted(given))
        introductions.turn_down(self.suggestion, self.scope, reason=given["reason"], by=self.person)
        return self.done(_("Declined. You find it below, with the reason."))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        assert self.suggestion is not None  # noqa: S101 - dispatch answers these
        step = suggestion_step(self.case, self.suggestion)
        return super().get_context_data(**kwargs) | {
            "title": str(step.heading),
            "lede": step.sentence,
            "suggested": step,
        }


def accepted(given: Mapping[str, Any]) -> str:
    """That somebody does it by a day."""
    return str(
        say(_("%(who)s does it by %(day)s."), who=given["assigned_to"], day=day(given["due_on"]))
    )


class StepView(StepMixin):
    """A step that was taken up or declined: done, reopened, and what came of it."""

    actions = ("accept", "decline", "finish", "reopen", "tie", "answer")

    def start_from(self, stored: Introduction) -> None:
        del self.introduction  # read anew

    @cached_property
    def introduction(self) -> Introduction:
        rows = Introduction.objects.visible_to(self.request.user).filter(city=self.city)
        named = rows.select_related(
            "city", "source__city", "target__city", "through__city", "collaborative__city"
        )
        return get_object_or_404(named, pk=self.kwargs["step"])

    @cached_property
    def scope(self) -> Scope:
        return Scope(self.city, self.introduction.collaborative)

    def forms(self) -> dict[str, StepForm]:
        one = self.introduction
        return {action: self.form(action, **self._initial(action)) for action in actions_of(one)}

    def form(self, action: str, data: QueryDict | None = None, **initial: Any) -> StepForm:
        if action != "tie":
            return super().form(action, data, **initial)
        return TieForm(
            data,
            auto_id="tie_%s",
            initial=initial,
            target=self.introduction.target.name,
            others=self.others,
        )

    def _initial(self, action: str) -> dict[str, Any]:
        one = self.introduction
        initial: dict[str, Any] = {"based_on": one.version}
        if action == "accept" and one.status == IntroductionStatus.ACCEPTED:
            initial |= {"assigned_to": one.assigned_to, "due_on": one.due_on}
        if action == "tie":
            likely = {one.source and one.source.slug, one.through and one.through.slug}
            initial["other"] = next((slug for slug, _name in self.others if slug in likely), None)
        return initial

    @cached_property
    def others(self) -> list[tuple[str, str]]:
        """Whom the actor that was introduced may work with now: slug and name, by name."""
        one = self.introduction
        if one.kind == IntroductionKind.SECTORS and one.source:
            return [(one.source.slug, one.source.name)]
        members = self.analysis.members or self.analysis.actors
        names = {slug: actor.name for slug, actor in members.items() if slug != one.target.slug}
        return sorted(names.items(), key=lambda item: (item[1].casefold(), item[0]))

    def act(self, action: str, form: Any) -> HttpResponse:
        one, given, by = self.introduction, form.cleaned_data, self.person
        based_on, here = given["based_on"], self.request.path
        if action == "accept":
            introductions.accept(
                one,
                assigned_to=given["assigned_to"],
                due_on=given["due_on"],
                by=by,
                based_on=based_on,
            )
            return self.done(accepted(given))
        if action == "decline":
            introductions.decline(one, reason=given["reason"], by=by, based_on=based_on)
            return self.done(_("Declined. You find it below, with the reason."))
        if action == "finish":
            introductions.finish(one, by=by, based_on=based_on)
            return self.done(_("Done. Say below what came of it."), here)
        if action == "reopen":
            introductions.reopen(one, by=by, based_on=based_on)
            return self.done(_("Reopened: it is among the suggestions again."))
        if action == "tie" and one.kind != IntroductionKind.QUESTION:
            return self._record_tie(form)
        if action == "answer" and one.kind == IntroductionKind.QUESTION:
            return self._record_answer(form)
        raise BadRequest("This step has no such action.")

    def _record_tie(self, form: TieForm) -> HttpResponse:
        other = get_object_or_404(
            Actor.objects.visible_to(self.request.user), slug=form.cleaned_data["other"]
        )
        ends = (self.introduction.target, other)
        source, target = ends if form.is_from_target else ends[::-1]
        introductions.record_tie(
            self.introduction,
            source=source,
            target=target,
            kind=form.kind,
            by=self.person,
            based_on=form.cleaned_data["based_on"],
        )
        return self.done(_("The tie is recorded and on the map."))

    def _record_answer(self, form: AnswerForm) -> HttpResponse:
        try:
            introductions.record_answer(
                self.introduction,
                level=form.stated,
                evidence=form.cleaned_data["evidence"],
                by=self.person,
                based_on=form.cleaned_data["based_on"],
            )
        except StatementExists as refused:
            level = refused.stored.get_level_display() or _("They would rather not say")
            form.add_error(
                None,
                _(
                    "Another answer was recorded meanwhile: “%(level)s”. It was not overwritten; "
                    "change it on the profile if it is wrong."
                )
                % {"level": level},
            )
            return self.answer("answer", form, status=409)
        return self.done(_("The answer is recorded and on the map."))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        states = {cell.competency: cell.state for cell in self.case.results.cells}
        one = self.introduction
        return super().get_context_data(**kwargs) | {
            "title": _("A next step"),
            "lede": told(one),
            "introduction": one,
            "tie": Relationship.objects.visible_to(self.request.user)
            .select_related("source", "target")
            .filter(introductions=one)
            .first(),
            "row": row_of(one, states),
        }


def actions_of(one: Introduction) -> tuple[str, ...]:
    """What can be done with an introduction, the likeliest first."""
    what_came = "answer" if one.kind == IntroductionKind.QUESTION else "tie"
    if one.status == IntroductionStatus.OPEN:
        return ("accept", "decline")
    if one.status == IntroductionStatus.ACCEPTED:
        first = "answer" if one.kind == IntroductionKind.QUESTION else "finish"
        return (first, "accept", "decline")
    if one.status == IntroductionStatus.DONE:
        return () if one.relationship_id else (what_came,)
    return ("reopen",)
