"""The screens of the short form: each saves when it is left, and leads to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateResponseMixin

from actors.forms.partner import (
    TIE_ANSWERS,
    AboutForm,
    ExchangeForm,
    KindForm,
    OwnForm,
    PlaceForm,
    SkillsForm,
    TiesForm,
)
from actors.framework import Area, Competency
from actors.models import Actor, Need, Offer
from actors.selectors.partner import (
    LONGEST_NAME,
    OwnTie,
    load_open,
    load_statements,
    load_ties,
)
from actors.services.partner import (
    AnsweredMeanwhile,
    Change,
    add_exchange,
    answer_ties,
    change_profile,
    change_skills,
    close_exchanges,
)
from ecosystem.common.versions import ChangedMeanwhile
from ecosystem.common.wording import folded
from ecosystem.partner_words import level_words
from ecosystem.views.partner.base import PartnerMixin


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: its address, and what it is about."""

    route: str
    title: str | Promise
    area: str = ""

    @property
    def url(self) -> str:
        return reverse(self.route, args=[self.area] if self.area else [])


SCREENS: Final = (
    Screen("partner_about", _("What you do")),
    Screen("partner_kind", _("What kind of organization you are")),
    Screen("partner_place", _("Where you are")),
    *(Screen("partner_skills", area.label, area.value) for area in Area),
    Screen("partner_ties", _("Whom you work with")),
    Screen("partner_lend", _("What you can lend")),
    Screen("partner_need", _("What you need")),
)


TIES_IN_PART: Final = 20
"""As many as a thumb scrolls through."""


class Clash(Exception):
    """Two partners answered at once. ``rows`` are (question, stored, entered), in words.

    ``entered`` is the form's data that would replace what is stored.
    """

    def __init__(self, rows: list[tuple[str, str, str]], entered: dict[str, list[str]]) -> None:
        super().__init__()
        self.rows, self.entered = rows, entered


class ScreenView(PartnerMixin, TemplateResponseMixin):
    """One screen. ``save`` stores what ``form`` holds and says what changed."""

    route = ""
    template_name = "actors/partner/screen.html"

    def make_form(self, data: Any = None) -> forms.BaseForm:
        raise NotImplementedError

    def save(self, form: Any) -> list[Change]:
        raise NotImplementedError

    @property
    def number(self) -> int:
        """Of the screen, from 0."""
        here = (self.route, self.kwargs.get("area", ""))
        return [(one.route, one.area) for one in SCREENS].index(here)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.shown(self.make_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.shown(form, status=422)
        try:
            self.note(self.save(form))
        except Clash as clash:
            context = {"rows": clash.rows, "entered": clash.entered, "next": self.after}
            self.template_name = "actors/partner/conflict.html"
            return self.render_to_response(self.get_context_data(**context), status=409)
        return redirect(self.after)

    @property
    def after(self) -> str:
        """Where the button leads that was pressed."""
        if self.request.POST.get("then") == "finish" or self.number + 1 == len(SCREENS):
            return reverse("partner_check")
        return SCREENS[self.number + 1].url

    def shown(self, form: forms.BaseForm, status: int = 200) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            screen=SCREENS[self.number], number=self.number + 1, total=len(SCREENS), **kwargs
        )


class ProfileScreen(ScreenView):
    """A part of the actor's own record."""

    form_class: type[OwnForm]

    def make_form(self, data: Any = None) -> OwnForm:
        actor = Actor.objects.get(pk=self.invitation.actor_id)
        return self.form_class(data, instance=actor)

    def save(self, form: OwnForm) -> list[Change]:
        fields = [name for name in form.changed_data if name != "based_on"]
        if not fields:
            return []
        issues = form.cleaned_data.get("issues")
        try:
            return change_profile(form.instance, fields, based_on=form.started_from, issues=issues)
        except ChangedMeanwhile:
            return self.clash(form)

    def clash(self, form: OwnForm) -> list[Change]:
        """Both versions; what this partner left as it was is not taken back from the other."""
        stored = self.make_form()
        past: Any = Actor.history.filter(id=stored.instance.pk, version=form.started_from)
        seen = past.order_by("-history_id").first()
        form.start_from(stored, seen and seen.instance)
        if not (different := form.differences(stored)):
            return []  # the other one said the same
        rows = [(one.label, one.stored, one.entered) for one in different]
        raise Clash(rows, _lists(form.data))


class AboutScreen(ProfileScreen):
    route = "partner_about"
    form_class = AboutForm


class KindScreen(ProfileScreen):
    route = "partner_kind"
    form_class = KindForm


class PlaceScreen(ProfileScreen):
    """The area in words, and a point on the map."""

    route = "partner_place"
    template_name = "actors/partner/place.html"
    form_class = PlaceForm

    def make_form(self, data: Any = None) -> OwnForm:
        actor = Actor.objects.get(pk=self.invitation.actor_id)
        return PlaceForm(data, instance=actor, city=actor.city)


class SkillsScreen(ScreenView):
    """The skills of one area."""

    route = "partner_skills"
    template_name = "actors/partner/skills.html"

    def make_form(self, data: Any = None) -> SkillsForm:
        if self.kwargs["area"] not in Area.values:
            raise Http404
        statements = load_statements(self.invitation.actor)
        return SkillsForm(data, area=self.kwargs["area"], statements=statements)

    def save(self, form: SkillsForm) -> list[Change]:
        answers = form.answers()
        try:
            return change_skills(self.invitation, answers)
        except AnsweredMeanwhile as meanwhile:
            rows = [
                (
                    str(Competency(slug).label),
                    level_words(stored) or "–",
                    level_words(answers[slug].entered),
                )
                for slug, stored in meanwhile.stored.items()
            ]
            raise Clash(rows, _seen_again(form, meanwhile.stored)) from None


class TiesScreen(ScreenView):
    """Whom it works with, in parts when there are many. Each part is saved when it is left."""

    route = "partner_ties"
    template_name = "actors/partner/ties.html"

    @cached_property
    def own_ties(self) -> list[OwnTie]:
        return load_ties(self.invitation)

    @property
    def query(self) -> str:
        """The words that were searched for."""
        return " ".join(self.request.GET.get("q", "").split())[:LONGEST_NAME]

    @cached_property
    def part(self) -> Page[OwnTie]:
        """What fits the search; without one, at first the part where an answer is missing."""
        words = folded(self.query).split()
        found = [one for one in self.own_ties if all(word in one.words for word in words)]
        asked = self.request.GET.get("page", "")
        if not asked and not words:
            open_ones = (place for place, one in enumerate(found) if not one.said)
            asked = str(next(open_ones, 0) // TIES_IN_PART + 1)
        return Paginator(found, TIES_IN_PART).get_page(asked)

    def make_form(self, data: Any = None) -> TiesForm:
        """Of what is sent, whatever part it stands in by now; else of the part that is shown."""
        shown = self.part.object_list
        if data is not None:
            sent = {name.removesuffix("-seen") for name in data}
            shown = [one for one in self.own_ties if str(one.tie.pk) in sent]
        return TiesForm(data, ties=list(shown))

    @property
    def after(self) -> str:
        here, then = reverse(self.route), self.request.POST.get("then")
        if then == "search":
            return f"{here}?{urlencode({'q': self.request.POST.get('q', ''), 'page': 1})}"
        turn = {"next": 1, "back": -1}.get(then or "", 0)
        number = self.part.number + turn
        if turn and 1 <= number <= self.part.paginator.num_pages:
            return f"{here}?{urlencode({'q': self.query, 'page': number})}"
        return super().after

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            part=self.part,
            query=self.query,
            tie_count=len(self.own_ties),
            said_count=sum(bool(one.said) for one in self.own_ties),
            is_long=len(self.own_ties) > TIES_IN_PART,
            **kwargs,
        )

    def save(self, form: TiesForm) -> list[Change]:
        answers = form.answers()
        try:
            return answer_ties(self.invitation, answers)
        except AnsweredMeanwhile as meanwhile:
            words = dict(TIE_ANSWERS)
            rows = [
                (
                    str(form.fields[key].label),
                    str(words.get(stored, "–")),
                    str(words[answers[int(key)].entered]),
                )
                for key, stored in meanwhile.stored.items()
            ]
            raise Clash(rows, _seen_again(form, meanwhile.stored)) from None


class ExchangeScreen(ScreenView):
    """What it lends or needs."""

    model: type[Offer] | type[Need]
    template_name = "actors/partner/exchange.html"

    def make_form(self, data: Any = None) -> ExchangeForm:
        open_ones = load_open(self.model, self.invitation.actor)
        return ExchangeForm(data, model=self.model, open_ones=open_ones)

    def save(self, form: ExchangeForm) -> list[Change]:
        over = [one.pk for one in form.cleaned_data.get("over") or ()]
        changes = close_exchanges(self.invitation, self.model, over) if over else []
        if form.values is not None:
            changes += add_exchange(self.invitation, self.model, form.values)
        return changes


class LendScreen(ExchangeScreen):
    route = "partner_lend"
    model = Offer


class NeedScreen(ExchangeScreen):
    route = "partner_need"
    model = Need


def _lists(data: Any) -> dict[str, list[str]]:
    """A form's data, to be sent once more."""
    return {
        name: data.getlist(name)
        for name in data
        if name not in ("csrfmiddlewaretoken", "then", "whose", "q")
    }


def _seen_again(form: forms.BaseForm, stored: Mapping[str, str]) -> dict[str, list[str]]:
    """The same answers, now to what is stored."""
    entered = _lists(form.data)
    return entered | {f"{key}-seen": [answer] for key, answer in stored.items()}
