"""Fast entry in a room: type a name, Enter, next; ties by keyboard; undo; a sheet for paper."""

from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from actors.forms.actor import choosable_names, find_by_name
from actors.forms.workshop import (
    ManyForm,
    OrganizationForm,
    WorkshopTieForm,
    read_organization,
    read_tie,
)
from actors.framework import Area, Competency, Level, Sector, TieKind
from actors.models import Actor
from actors.services.workshop import (
    ADDED,
    NAMED,
    Entry,
    InUse,
    enter_organization,
    enter_tie,
    load_entries,
    undo,
)
from ecosystem.analysis.vocabulary import AREA_OF
from ecosystem.common.days import too_early
from ecosystem.common.versions import ChangedMeanwhile, GoneMeanwhile
from ecosystem.common.wording import folded
from ecosystem.selectors.setup import known_by_names
from ecosystem.selectors.similar import Similar, similar_actors
from ecosystem.views.base import ConvenerMixin
from ecosystem.views.editing.base import problems_of

SHEET_LINES = 12


class WorkshopMixin(ConvenerMixin):
    """A page about the workshop of one day.

    The page keeps the day that it was opened for: an evening does not end at midnight in London,
    and sheets of paper are typed in on another day. Without a day, or with a wrong one, it is
    today.
    """

    @property
    def day(self) -> date:
        return self._asked_day[0]

    @property
    def day_problem(self) -> str:
        """Why the day that was asked for can't be; "" when it can."""
        return self._asked_day[1]

    @cached_property
    def _asked_day(self) -> tuple[date, str]:
        today = timezone.localdate()
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        text = asked.get("day", "")
        if not text:
            return today, ""
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return today, _("Write the day as year-month-day, as in 2026-06-30.")
        if day > today:
            return today, _("This day is still to come: enter when it was.")
        problem = too_early(day)
        return (today if problem else day), problem


class WorkshopView(WorkshopMixin, TemplateView):
    """The page that is projected while people speak. Each thing entered is stored at once."""

    template_name = "actors/workshop/workshop.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions = {
            "organization": self._organization,
            "tie": self._tie,
            "many": self._many,
            "undo": self._undo,
        }
        act = actions.get(request.POST.get("action", ""))
        if self.day_problem:
            return self._answer(refused=self.day_problem)
        return act() if act else self._answer(refused=_("Nothing was stored: choose what to do."))

    # ── One organization ─────────────────────────────────────────────────────────────────────────

    def _organization(self) -> HttpResponse:
        form = OrganizationForm(self.request.POST)
        if not form.is_valid():
            return self._answer(organization=form)
        name, sector = form.cleaned_data["name"], form.cleaned_data["sector"]
        known = self._chosen()
        similar: list[Similar] = []
        if known is None and not self.request.POST.get("is_new"):
            similar = similar_actors(self.city, name, self.request.user)
            known = _of_this_name(similar, name)
            if similar and known is None:
                return self._answer(organization=form, similar=similar, typed=name)
        if known is None and not sector:
            form.add_error("sector", _("Choose the sector that fits best."))
            return self._answer(organization=form)
        how = enter_organization(
            self.city, name, sector, day=self.day, table=form.cleaned_data["table"], known=known
        )
        self._tell(how, f"{known.name} ({known.get_sector_display()})" if known else name)
        return self._next(form.cleaned_data["table"], sector)

    def _chosen(self) -> Actor | None:
        """The organization that somebody pointed at: "Yes, it is this one"."""
        number = self.request.POST.get("known", "")
        if not number.isdecimal():
            return None
        seen = Actor.objects.visible_to(self.request.user).filter(merged_into=None)
        found: Actor | None = seen.filter(
            Q(city=self.city) | Q(city=None), pk=int(number[:18])
        ).first()
        return found

    def _tell(self, how: str, name: str) -> None:
        if how == ADDED:
            text = _("On the map: %(name)s.")
        elif how == NAMED:
            text = _("It was on the map already; that it was named here is noted: %(name)s.")
        else:
            text = _("It was named here already: %(name)s.")
        messages.success(self.request, text % {"name": name})

    # ── One tie ──────────────────────────────────────────────────────────────────────────────────

    def _tie(self) -> HttpResponse:
        form = WorkshopTieForm(self.request.POST, city=self.city, viewer=self.request.user)
        if not form.is_valid():
            return self._answer(tie=form)
        first, second = form.cleaned_data["first"], form.cleaned_data["second"]
        kind, table = form.cleaned_data["kind"], form.cleaned_data["table"]
        how = enter_tie(self.city, first, second, kind, day=self.day, table=table)
        self._tell(how, f"{first.name} – {TieKind(kind).label} – {second.name}")
        return self._next(table, "", focus="tie")

    # ── Many lines ───────────────────────────────────────────────────────────────────────────────

    def _many(self) -> HttpResponse:
        form = ManyForm(self.request.POST)
        if not form.is_valid():
            return self._answer(many=form)
        table, default = form.cleaned_data["table"], form.cleaned_data["many_sector"]
        stored, left, problems = 0, [], []
        for line in form.cleaned_data["lines"].splitlines():
            if not line.strip():
                continue
            try:
                self._enter(line.strip(), default, table)
                stored += 1
            except ValidationError as error:
                left.append(line)
                problems.append((line.strip()[:80], " ".join(error.messages)))
        if stored:
            text = ngettext("%(count)d line is stored.", "%(count)d lines are stored.", stored)
            messages.success(self.request, text % {"count": stored})
        if not left:
            return self._next(table, default)
        rest = ManyForm(initial={"lines": "\n".join(left), "many_sector": default, "table": table})
        return self._answer(many=rest, line_problems=problems)

    def _enter(self, line: str, default: str, table: str) -> None:
        """Store one line. Raises ``ValidationError`` that says why it could not be."""
        viewer = self.request.user
        if tie := read_tie(line):
            first = find_by_name(tie.first, self.city, viewer)
            second = find_by_name(tie.second, self.city, viewer)
            if first == second:
                raise ValidationError(_("Choose another organization: a tie needs two."))
            enter_tie(self.city, first, second, tie.kind, day=self.day, table=table)
            return
        is_new = line.startswith("!")
        name, sector, problem = read_organization(line.removeprefix("!").strip() or ",")
        if problem:
            raise ValidationError(problem)
        known, is_same = known_by_names(self.city, [name], viewer).get(name, (None, False))
        if known is not None and not is_same and not is_new:
            raise ValidationError(
                _(
                    "Is it %(name)s? Then write it so. If it is another one, put an exclamation "
                    "mark before the line."
                ),
                params={"name": known.name},
            )
        if known is None or not is_same:
            known = None
            if not (sector or default):
                raise ValidationError(_("Its sector is missing: write it after a comma."))
        enter_organization(
            self.city, name, sector or default, day=self.day, table=table, known=known
        )

    # ── Undo ─────────────────────────────────────────────────────────────────────────────────────

    def _undo(self) -> HttpResponse:
        key, version = self.request.POST.get("entry", ""), self.request.POST.get("based_on", "")
        entry = next((one for one in self.entries if one.key == key), None)
        if entry is None:
            messages.info(self.request, _("It was undone already."))
            return self._next(self.request.POST.get("table", ""), "")
        try:
            undo(entry, based_on=int(version) if version.isdecimal() else 0)
        except GoneMeanwhile:
            pass  # somebody undid it at the same moment
        except InUse:
            text = _(
                "%(name)s can’t be undone: something else rests on it by now, such as a tie. Undo "
                "that first, or take it off the map on its page."
            )
            return self._answer(refused=text % {"name": entry.record})
        except ChangedMeanwhile:
            text = _(
                "Somebody else changed %(name)s after this page was opened, so nothing was undone. "
                "Look at it, then undo it once more."
            )
            return self._answer(status=409, refused=text % {"name": entry.record})
        messages.success(self.request, _("Undone: %(name)s.") % {"name": entry.record})
        return self._next(self.request.POST.get("table", ""), "")

    # ── The page ─────────────────────────────────────────────────────────────────────────────────

    @property
    def entries(self) -> list[Entry]:
        return load_entries(self.city, self.day)

    def _next(self, table: str, sector: str, *, focus: str = "") -> HttpResponse:
        """Back to the empty fields; table and sector stay as they were."""
        kept = {
            "day": self.day.isoformat(),
            "table": table[:60],
            "sector": sector,
            "focus": focus,
        }
        query = {name: value for name, value in kept.items() if value}
        return redirect(reverse("workshop", args=[self.city.slug], query=query))

    def _answer(self, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(**context), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        table = asked.get("table", "").replace("\0", "")[:60]
        sector = asked.get("sector", "")
        start = {"table": table, "sector": sector if sector in Sector.values else ""}
        entries = self.entries
        forms = {
            "organization": OrganizationForm(initial=start),
            "tie": WorkshopTieForm(initial=start, city=self.city, viewer=self.request.user),
            "many": ManyForm(initial=start),
        }
        forms |= {name: kwargs.pop(name) for name in tuple(forms) if name in kwargs}
        count = len(entries)
        text = ngettext(
            "Type what people say. %(count)d line is entered for %(day)s.",
            "Type what people say. %(count)d lines are entered for %(day)s.",
            count,
        )
        day = date_format(self.day, "DATE_FORMAT")
        own = {
            "title": _("Workshop in %(city)s") % {"city": self.city.name},
            "lede": text % {"count": count, "day": day},
            "forms": forms,
            "problems": [one for form in forms.values() for one in problems_of(form)],
            "entries": entries,
            "table": table,
            "day": self.day,
            "day_problem": self.day_problem,
            "today": timezone.localdate(),
            "focus": asked.get("focus", ""),
            "organizations": choosable_names(self.city, self.request.user),
            "as_of": None,
        }
        return super().get_context_data(**kwargs) | own


def _of_this_name(similar: list[Similar], name: str) -> Actor | None:
    """The organization that is called exactly so, whatever its case and accents."""
    found = [one.actor for one in similar if folded(one.found_by) == folded(name)]
    return found[0] if len(found) == 1 else None


class SheetView(WorkshopMixin, TemplateView):
    """Empty forms for paper with the framework in plain words, and what was entered so far."""

    template_name = "actors/workshop/sheet.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        areas = [
            (area.label, [one.label for one in Competency if AREA_OF[one.value] == area.value])
            for area in Area
        ]
        own = {
            "title": _("Sheet for a workshop in %(city)s") % {"city": self.city.name},
            "lede": _("Print it: one for each table, to be typed in afterwards."),
            "sectors": Sector.choices,
            "areas": areas,
            "levels": Level.labels,
            "kinds": TieKind.labels,
            "day": self.day,
            "lines": range(SHEET_LINES),
            "entries": load_entries(self.city, self.day),
            "as_of": None,
        }
        return super().get_context_data(**kwargs) | own
