"""The guided set-up of a new city: five steps that can be left and resumed."""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.forms import formset_factory
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from accounts.rules import is_national
from actors.forms.setup import MOST_LINES, CityForm, Line, ListForm, RowForm
from actors.models import City
from actors.services.editing import change_record, sent_before
from actors.services.setup import NamedMeanwhile, add_first_actors, create_city
from ecosystem.selectors.setup import (
    ACTORS,
    BOUNDARY,
    CAMPAIGN,
    METHOD,
    PEOPLE,
    STEPS,
    Step,
    known_by_names,
    load_steps,
)
from ecosystem.views.base import ConvenerMixin
from ecosystem.views.editing.base import RecordFormView, problems_of, sections_of

RowFormSet = formset_factory(
    RowForm, extra=0, max_num=MOST_LINES, validate_max=True, absolute_max=MOST_LINES
)


class NewCityView(LoginRequiredMixin, TemplateView):
    """The first step for a city that has no map yet. National staff alone start one."""

    template_name = "actors/setup/boundary.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not is_national(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._answer(CityForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = CityForm(request.POST)
        if not form.is_valid():
            return self._answer(form)
        name, state = form.cleaned_data["name"], form.cleaned_data["state"]
        sent = sent_before(City, self.request.user, {"name": name, "state": state})  # type: ignore[arg-type]
        same = None if sent else City.objects.filter(name__iexact=name, state=state).first()
        if same is not None and not request.POST.get("is_other"):
            return self._answer(form, same_name=same)
        city = create_city(form.instance, by=request.user)  # type: ignore[arg-type]
        messages.success(
            request, _("The map of %(city)s is started. Next: its organizations.") % {"city": city}
        )
        return redirect("city_setup_step", city.slug, ACTORS)

    def _answer(self, form: CityForm, *, same_name: City | None = None) -> HttpResponse:
        steps = [
            Step(name, str(title), str(about), False, number)
            for number, (name, title, about) in enumerate(STEPS, start=1)
        ]
        return self.render_to_response(
            self.get_context_data(
                title=_("Start the map of a city"),
                lede=_("Five steps. You can stop after each and go on another day."),
                steps=steps,
                step=steps[0],
                form=form,
                sections=sections_of(form, form.sections),
                problems=problems_of(form),
                publishes=True,
                same_name=same_name,
            ),
            status=409 if same_name else 200,
        )


class SetupMixin(ConvenerMixin):
    """A page of the set-up of one city; ``name`` is its step."""

    name = ""
    section = ""

    @property
    def knows_method_key(self) -> str:
        return f"knows_method_{self.city.pk}"

    @cached_property
    def steps(self) -> list[Step]:
        knows = bool(self.request.session.get(self.knows_method_key))
        return load_steps(self.city, knows_method=knows)

    def step_after(self, name: str) -> str:
        """The address of the next step; after the last, of the city."""
        names = [step.name for step in self.steps]
        later = names[names.index(name) + 1 :]
        if not later:
            return reverse("city", args=[self.city.slug])
        return reverse("city_setup_step", args=[self.city.slug, later[0]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own: dict[str, Any] = {"steps": self.steps, "as_of": None, "publishes": True}
        step = next((one for one in self.steps if one.name == self.name), None)
        if step is not None:
            said = {"number": step.number, "step": step.title}
            own |= {
                "step": step,
                "title": _("%(number)d. %(step)s") % said,
                "lede": step.about,
                "next_url": self.step_after(step.name),
                "crumbs": [
                    {
                        "label": _("Setting up the map"),
                        "url": reverse("city_setup", args=[self.city.slug]),
                    }
                ],
            }
        return super().get_context_data(**kwargs) | own


class SetupView(SetupMixin, TemplateView):
    """All five steps, and where to go on."""

    template_name = "actors/setup/overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        left = [step for step in self.steps if not step.is_done]
        if left:
            lede = ngettext(
                "%(count)d of five steps is still to do.",
                "%(count)d of five steps are still to do.",
                len(left),
            ) % {"count": len(left)}
        else:
            lede = _("All five steps are done. What is entered can be changed at any time.")
        own = {
            "title": _("Setting up the map of %(city)s") % {"city": self.city.name},
            "lede": lede,
            "next_step": left[0] if left else None,
        }
        return super().get_context_data(**kwargs) | own


class SetupStepView(ConvenerMixin):
    """Leads to the page of the step that the address names."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        pages: dict[str, type[SetupMixin]] = {
            BOUNDARY: BoundaryView,
            ACTORS: FirstActorsView,
            METHOD: MethodStepView,
            PEOPLE: PeopleStepView,
            CAMPAIGN: CampaignStepView,
        }
        page = pages.get(kwargs["step"])
        if page is None:
            raise Http404
        return page.as_view()(request, *args, **kwargs)


class BoundaryView(SetupMixin, RecordFormView):
    """What the map is for, what it covers, who may see it."""

    name = BOUNDARY
    template_name = "actors/setup/boundary.html"

    def make_form(self, **kwargs: Any) -> CityForm:
        # Not the city of the page: what is entered changes the record before it is checked.
        stored = City.objects.get(pk=self.city.pk)
        return CityForm(**{"instance": stored} | kwargs)

    def save(self, form: Any) -> str:
        change_record(
            form.instance,
            based_on=form.started_from,
            city=self.city,
            reason=form.cleaned_data["reason"],
        )
        text = _("Saved: what the map of %(city)s covers.")
        messages.success(self.request, text % {"city": form.instance.name})
        return self.after()

    def after(self) -> str:
        return self.step_after(self.name)


class FirstActorsView(SetupMixin, TemplateView):
    """Paste a list, look at every line, add those that are right. Nothing typed is lost."""

    name = ACTORS
    template_name = "actors/setup/actors.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._paste(ListForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "form-TOTAL_FORMS" in request.POST:
            return self._add()
        form = ListForm(request.POST)
        if not form.is_valid():
            return self._paste(form)
        return self._look_at(form.lines, form.cleaned_data["sector"])

    def _paste(self, form: ListForm) -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(form=form, problems=problems_of(form), most=MOST_LINES)
        )

    def _look_at(self, lines: Sequence[Line], sector: str) -> HttpResponse:
        known = known_by_names(self.city, {line.name for line in lines}, self.request.user)
        seen: set[str] = set()
        initial, notes = [], []
        for line in lines:
            actor, is_same = known.get(line.name, (None, False))
            asks = ""
            if line.name and line.name in seen:
                asks = _("This name stands in the list more than once.")
            elif actor is not None and is_same:
                asks = _("It is on the map already.")
            elif actor is not None:
                asks = _("Is it the same as this one? Then leave it out.")
            note = " ".join(text for text in (line.problem, asks) if text)
            add = bool(line.name) and actor is None and line.name not in seen
            # A line with a misspelled sector is not given another one silently.
            own = line.sector or ("" if line.problem else sector)
            taken = line.name if actor is not None and is_same else ""
            initial.append({"name": line.name, "sector": own, "add": add, "seen": taken})
            notes.append((line.number, note, actor))
            seen.add(line.name)
        return self._rows(RowFormSet(initial=initial), notes)

    def _add(self) -> HttpResponse:
        rows = RowFormSet(self.request.POST)
        if not rows.is_valid():
            return self._rows(rows, [], is_refused=True)
        chosen = [
            (row.cleaned_data["name"], row.cleaned_data["sector"])
            for row in rows
            if row.cleaned_data.get("add")
        ]
        if not chosen:
            text = _("Nothing was added: no line has a check mark.")
            return self._rows(rows, [], refused=text)
        seen = [row.cleaned_data["seen"] for row in rows if row.cleaned_data.get("seen")]
        try:
            added, before = add_first_actors(
                self.city,
                chosen,
                by=self.request.user,  # type: ignore[arg-type]
                seen=seen,
            )
        except NamedMeanwhile as error:
            return self._named_meanwhile(rows, error.names)
        count = len(added) + len(before)
        text = ngettext(
            "%(count)d organization is on the map of %(city)s now.",
            "%(count)d organizations are on the map of %(city)s now.",
            count,
        )
        messages.success(self.request, text % {"count": count, "city": self.city.name})
        return redirect(self.step_after(self.name))

    def _named_meanwhile(self, rows: Any, names: Collection[str]) -> HttpResponse:
        """All that was entered once more, with who is on the map by now. Nothing was stored."""
        entered = [row.cleaned_data for row in rows]
        known = known_by_names(self.city, names, self.request.user)
        initial, notes = [], []
        for number, line in enumerate(entered, start=1):
            actor, _same = known.get(line["name"], (None, False))
            initial.append(line | {"seen": line["name"] if actor else line["seen"]})
            notes.append(
                (number, _("Somebody put it on the map meanwhile.") if actor else "", actor)
            )
        text = _(
            "Somebody else put some of these on the map after you had opened the page, so nothing "
            "was stored. Take their check marks away, or add them all the same."
        )
        return self._rows(RowFormSet(initial=initial), notes, refused=text, status=409)

    def _rows(
        self, rows: Any, notes: Sequence[tuple[int, str, Any]], status: int = 200, **more: Any
    ) -> HttpResponse:
        for row, (number, note, actor) in zip(rows, notes, strict=False):
            row.note, row.known, row.line = note, actor, number
        self.template_name = "actors/setup/lines.html"
        return self.render_to_response(self.get_context_data(rows=rows, **more), status=status)


class MethodStepView(SetupMixin, TemplateView):
    """What will be asked, in plain words. Having read it is remembered for this visit."""

    name = METHOD
    template_name = "actors/setup/method.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.session[self.knows_method_key] = True
        return redirect(self.step_after(self.name))


class PeopleStepView(SetupMixin, TemplateView):
    """Who convenes with you: leads to the page of roles."""

    name = PEOPLE
    template_name = "actors/setup/people.html"


class CampaignStepView(SetupMixin, TemplateView):
    """Ask the organizations: leads to the campaigns."""

    name = CAMPAIGN
    template_name = "actors/setup/campaign.html"
