"""What changed in a city's records, and undoing it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from actors.models import Actor
from ecosystem.forms.history import HistoryFilterForm, UndoForm
from ecosystem.history.kinds import KINDS
from ecosystem.history.words import Line, lines_of
from ecosystem.selectors.history import (
    NEWEST,
    Asked,
    Group,
    find_group,
    groups_of,
    load_authors,
    load_entries,
    load_people,
    read_groups,
)
from ecosystem.services.history import undo_change, undo_person
from ecosystem.services.undo_plan import MOST, Plan, Stale, TooMany, plan_change, plan_person
from ecosystem.views.base import DeciderMixin, PlaceMixin

A_PAGE: Final = 30


class HistoryView(PlaceMixin, TemplateView):
    """Who changed what, when, from what to what, and why. Reasons and names are for conveners."""

    section = "snapshots"
    template_name = "ecosystem/history.html"

    @cached_property
    def form(self) -> HistoryFilterForm:
        authors = load_authors(self.city) if self.can_convene else None
        return HistoryFilterForm(self.request.GET, authors=authors)

    @cached_property
    def actors(self) -> list[tuple[int, str, str]]:
        rows = Actor.objects.visible_to(self.request.user).filter(city=self.city)
        return list(rows.order_by("name", "pk").values_list("pk", "slug", "name"))

    @cached_property
    def problems(self) -> list[str]:
        """What is wrong with the address; what is wrong is left out of the question."""
        found = [
            f"{self.form.fields[name].label}: {error}"
            for name, errors in self.form.errors.items()
            for error in errors
        ]
        if self.wanted.get("organization") and self.actor is None:
            found.append(
                _("“%(name)s” is no organization of this map that you can see: choose a name.")
                % {"name": self.wanted["organization"]}
            )
        return found

    @cached_property
    def wanted(self) -> Mapping[str, Any]:
        """What was understood of the address; the rest is in ``problems``."""
        self.form.is_valid()
        return self.form.cleaned_data

    @cached_property
    def actor(self) -> tuple[int, str, str] | None:
        """The organization asked for: by its name, or its short name as links have it."""
        asked = self.wanted.get("organization", "")
        if not asked:
            return None
        lowered = asked.casefold()
        by_slug = (one for one in self.actors if one[1] == asked)
        by_name = (one for one in self.actors if one[2].casefold() == lowered)
        return next(by_slug, None) or next(by_name, None)

    @cached_property
    def asked(self) -> Asked:
        wanted = self.wanted
        return Asked(
            kinds=(wanted["kind"],) if wanted.get("kind") else (),
            person=int(wanted["person"]) if wanted.get("person") else None,
            actor=self.actor[0] if self.actor else None,
            since=wanted.get("since"),
            until=wanted.get("until"),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page, lines, is_cut = self.page_and_lines()
        return super().get_context_data(
            **kwargs,
            title=self.title,
            lede=self.lede(page, is_cut=is_cut),
            form=self.form,
            problems=self.problems,
            page_obj=page,
            lines=lines,
            organizations=[name for _pk, _slug, name in self.actors],
            history_url=self.place_url("history"),
            is_filtered=any(self.request.GET.get(name) for name in self.form.fields),
            is_cut=is_cut,
            newest=NEWEST,
            undo_all=self.undo_all(page),
        )

    @property
    def title(self) -> str:
        if self.city is None:
            return _("What changed in the national records")
        return _("What changed on the map of %(city)s") % {"city": self.city.name}

    def page_and_lines(self) -> tuple[Any, list[Line], bool]:
        """A page of changes. What changed nothing public is left out before pages are made."""
        user, convenes = self.request.user, self.can_convene
        groups = groups_of(self.city, user, self.asked, convenes=convenes)
        number = self.request.GET.get("page")
        if convenes:
            page = Paginator(groups, A_PAGE).get_page(number)
            return page, self.lines(read_groups(page.object_list)), False
        newest = read_groups(groups[: NEWEST + 1])
        lines = self.lines(newest[:NEWEST])
        page = Paginator(lines, A_PAGE).get_page(number)
        return page, list(page.object_list), len(newest) > NEWEST

    def lines(self, groups: list[Group]) -> list[Line]:
        user, convenes = self.request.user, self.can_convene
        entries = load_entries(groups, self.city, user, convenes=convenes)
        people = load_people({one.user for one in entries if one.user}, self.city)
        return lines_of(entries, people, user, convenes=convenes)

    def lede(self, page: Any, *, is_cut: bool) -> str:
        count = page.paginator.count
        if not count:
            return _("No change is recorded that fits.")
        said = {"count": count}
        if is_cut:
            return (
                ngettext(
                    "The newest %(count)s change, newest first.",
                    "The newest %(count)s changes, newest first.",
                    count,
                )
                % said
            )
        return (
            ngettext("%(count)s change, newest first.", "%(count)s changes, newest first.", count)
            % said
        )

    def undo_all(self, page: Any) -> str:
        """Where all changes of the chosen person are undone; only conveners have it."""
        if not (self.can_convene and self.asked.person and page.paginator.count):
            return ""
        kept = {
            name: self.request.GET[name]
            for name in ("person", "since", "until")
            if self.request.GET.get(name)
        }
        return f"{self.place_url('history_person')}?{urlencode(kept)}"


class NationalHistoryView(DeciderMixin, HistoryView):
    """The same of national organizations, for national staff alone."""


class UndoView(DeciderMixin, TemplateView):
    """First what undoing would do, then it is done, if nothing changed in between."""

    section = "snapshots"
    template_name = "ecosystem/history_undo.html"

    @property
    def user(self) -> Any:
        return self.request.user

    def make_plan(self, *, choice: bool) -> Plan:
        raise NotImplementedError

    def undo(self, *, seen: str, reason: str, choice: bool) -> Plan:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.ask()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = UndoForm(request.POST)
        if not form.is_valid():
            return self.ask(form=form, status=400)
        choice = form.cleaned_data["choice"]
        reason = " ".join(form.cleaned_data["reason"].split())
        try:
            plan = self.undo(seen=form.cleaned_data["seen"], reason=reason, choice=choice)
        except TooMany:
            return self.ask()
        except Stale as stale:
            if not stale.reasons and not self.make_plan(choice=False).records_to_tell:
                return self.nothing_left()
            return self.ask(form=form, stale=stale, status=409)
        if not plan.at_work:
            return self.nothing_left()
        count = len(plan.at_work)
        said = ngettext(
            "Undone: %(count)s record is as it was before. This can be undone, too.",
            "Undone: %(count)s records are as they were before. This can be undone, too.",
            count,
        )
        messages.success(self.request, said % {"count": count})
        return redirect(self.back)

    def nothing_left(self) -> HttpResponse:
        messages.info(
            self.request, _("Nothing is left to undo: all is as it was before that change.")
        )
        return redirect(self.back)

    @property
    def back(self) -> str:
        return self.place_url("history")

    def ask(
        self, *, form: UndoForm | None = None, stale: Stale | None = None, status: int = 200
    ) -> HttpResponse:
        context = self.get_context_data(stale=stale)
        plan = context.get("plan")
        entered = {"reason": form["reason"].value() if form else ""}
        if plan is not None:
            entered["seen"] = plan.seen
        # A new form: it starts from what is stored now, and keeps what was entered.
        context["form"] = UndoForm(initial=entered)
        context["longest"] = "reason" in form.errors if form else False
        return self.render_to_response(context, status=status)

    def crumbs(self) -> list[dict[str, str]]:
        return [{"label": _("What changed"), "url": self.back}]


class UndoChangeView(UndoView):
    """One change: what it was, and what undoing it does."""

    @cached_property
    def group(self) -> Group:
        kind = KINDS.get(self.kwargs["kind"])
        row = self.kwargs["row"]
        if kind is None or row > 2**63 - 1:
            raise Http404
        found = find_group(kind, row, self.city, self.request.user)
        if found is None:
            raise Http404
        return found

    def make_plan(self, *, choice: bool) -> Plan:
        return plan_change(self.group, self.city, self.user, anyway=choice)

    def undo(self, *, seen: str, reason: str, choice: bool) -> Plan:
        day = date_format(localtime(self.group.when))
        return undo_change(
            self.group,
            self.city,
            by=self.user,
            seen=seen,
            reason=reason or _("Undid a change of %(day)s") % {"day": day},
            anyway=choice,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        entries = load_entries([self.group], self.city, user, convenes=True)
        people = load_people({one.user for one in entries if one.user}, self.city)
        [line] = lines_of(entries, people, user, convenes=True)
        plan = self.make_plan(choice=False)
        return super().get_context_data(
            **kwargs,
            title=_("Undo a change"),
            lede=_("%(day)s: by %(who)s.")
            % {
                "who": line.who,
                "day": date_format(localtime(self.group.when), "DATETIME_FORMAT"),
            },
            crumbs=self.crumbs(),
            lines=[line],
            plan=plan,
            may_override=bool(plan.in_conflict)
            and not any(one.is_blocked for one in plan.in_conflict),
            back=self.back,
        )


class UndoPersonView(UndoView):
    """All that one person changed in a period."""

    @cached_property
    def asked(self) -> Asked:
        """From the address; without a person of this city there is no such page."""
        form = HistoryFilterForm(self.request.GET, authors=load_authors(self.city))
        if not form.is_valid() or not form.cleaned_data["person"]:
            raise Http404
        wanted = form.cleaned_data
        return Asked(person=int(wanted["person"]), since=wanted["since"], until=wanted["until"])

    @property
    def person(self) -> str:
        return dict(load_authors(self.city)).get(self.asked.person or 0, "")

    def make_plan(self, *, choice: bool) -> Plan:
        return plan_person(self.city, self.user, self.asked)

    def undo(self, *, seen: str, reason: str, choice: bool) -> Plan:
        return undo_person(
            self.city,
            self.asked,
            by=self.user,
            seen=seen,
            reason=reason or _("Undid the changes of one person"),
            leave_out=choice,
        )

    @property
    def back(self) -> str:
        return f"{super().back}?{urlencode({'person': self.asked.person or ''})}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan: Plan | None
        try:
            plan = self.make_plan(choice=False)
        except TooMany:
            plan = None
        return super().get_context_data(
            **kwargs,
            title=_("Undo the changes of one person"),
            lede=_("What %(person)s changed %(period)s.")
            % {"person": self.person, "period": _period(self.asked.since, self.asked.until)},
            crumbs=self.crumbs(),
            plan=plan,
            most=MOST,
            is_person=True,
            may_leave_out=bool(plan and plan.in_conflict and plan.at_work),
            back=self.back,
        )


def _period(since: date | None, until: date | None) -> str:
    said = {
        "since": date_format(since) if since else "",
        "until": date_format(until) if until else "",
    }
    if since and until:
        return _("from %(since)s until %(until)s") % said
    if since:
        return _("since %(since)s") % said
    if until:
        return _("until %(until)s") % said
    return _("at any time")
