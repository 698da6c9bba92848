"""Forming a collaborative: pick who sits at the table, see what they can do together, save."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView
from django.views.generic.base import View
from django_htmx.http import replace_url

from actors.filters import folded
from actors.models import Actor as ActorRecord
from actors.models import City, Issue
from collaboratives.models import Collaborative
from collaboratives.models.collaborative import DecisionRole
from collaboratives.services import Charter, NameTaken, Seat, found_collaborative
from ecosystem.analysis.data import Actor, EcosystemData
from ecosystem.analysis.forming import analyse_table, table_of
from ecosystem.findings import Case, Finding, case_of
from ecosystem.findings.finding import Kind
from ecosystem.findings.forming import completing_offer, missing_parts, spoken, suggestions
from ecosystem.findings.text import say
from ecosystem.forms.forming import FormingForm, function_of, part_of
from ecosystem.mapview.search import search_words
from ecosystem.selectors.issues import WorkOnIssue, load_issues, load_work_on_issue
from ecosystem.selectors.maps import load_ecosystem
from ecosystem.services.gaps import GapAnalysis
from ecosystem.views.base import ConvenerMixin
from ecosystem.views.forming_picks import PickGroup, groups_found, groups_of_all
from ecosystem.views.gap_context import gap_context
from ecosystem.views.map_base import MapMixin
from ecosystem.views.what_if import NOTED, slugs_of

LONGEST_ADDRESS: Final = 3_000
"""Characters. Servers refuse much longer ones; a draft that needs more is not in its address."""

LONGEST_SEARCH: Final = 200
MOST_FROM_MAP: Final = 60
"""So many at one table; who sees more on the map narrows it down first."""

REASON: Final = "Formed from the map"
"""In the history of the records, where what people wrote is in English."""

DETAILS: Final = ("name", "purpose", "decision_rule", "review_every_months", "backbone")

MISSING: Final[tuple[Kind, ...]] = (
    "sector_missing",
    "sector_expected",
    "residents_do_not_decide",
    "residents_decision_unknown",
)
"""Findings that say who is not at the table."""


class FormView(ConvenerMixin, TemplateView):
    """The table so far is in the address, and in the form; every change asks for it anew.

    Without scripts a button asks, and the answer is a page with an address of its own. With them
    htmx asks, and only the parts that change are answered.
    """

    section = "collaboratives"
    template_name = "ecosystem/form.html"
    live_template_name = "ecosystem/_form_live.html"

    taken: Collaborative | None = None
    """The collaborative that has the chosen name already."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.is_saving:
            return self._save()
        if request.headers.get("HX-Request"):
            self.template_name = self.live_template_name
            response = self.render_to_response(self.get_context_data() | self._live())
            return replace_url(response, self.address or request.path)
        if self.address:
            place = "who" if request.POST.get("do") == "search" else "so-far"
            return HttpResponseRedirect(f"{self.address}#{place}")
        return self.render_to_response(self.get_context_data())

    # ── What came in ─────────────────────────────────────────────────────────────────────────────

    @property
    def asked(self) -> QueryDict:
        return self.request.POST if self.request.method == "POST" else self.request.GET

    @property
    def is_saving(self) -> bool:
        """Whether the table is to be stored as it is; otherwise it is still being put together."""
        return self.request.POST.get("do") == "save"

    def _word(self, key: str, longest: int = LONGEST_SEARCH) -> str:
        return self.asked.get(key, "").replace("\0", "").strip()[:longest]

    @cached_property
    def _asked_members(self) -> list[str]:
        asked = self.asked
        removed = slugs_of(asked.getlist("remove"))
        together = slugs_of([*asked.getlist("actors"), *asked.getlist("add")])
        return [slug for slug in together if slug not in removed]

    @cached_property
    def members(self) -> list[Actor]:
        """Who sits at the table, by name."""
        on_map = (self.on_map[slug] for slug in self._asked_members if slug in self.on_map)
        return sorted(on_map, key=lambda actor: (folded(actor.name), actor.slug))

    @property
    def unknown(self) -> list[str]:
        """What was asked for and is not on the map, or not for this reader."""
        return [slug[:NOTED] for slug in self._asked_members if slug not in self.on_map]

    @cached_property
    def issue(self) -> str:
        slug = self._word("issue")
        return slug if slug in self.issues else ""

    @property
    def unknown_issue(self) -> str:
        """An issue that nobody works on, as far as this reader may see."""
        return "" if self.issue else self._word("issue", NOTED)

    @property
    def address(self) -> str:
        """Of the page as it is now; nothing when it would be too long."""
        kept: dict[str, str] = {
            "actors": ",".join(actor.slug for actor in self.members),
            "issue": self.issue,
            "q": self._word("q"),
        }
        own = [name(actor.slug) for actor in self.members for name in (function_of, part_of)]
        kept |= {key: self.asked.get(key, "").replace("\0", "") for key in (*DETAILS, *own)}
        if kept["review_every_months"] == str(
            FormingForm.base_fields["review_every_months"].initial
        ):
            kept["review_every_months"] = ""
        query = urlencode({key: value for key, value in kept.items() if value}, safe=",")
        address = f"{self.request.path}?{query}" if query else self.request.path
        return address if len(address) <= LONGEST_ADDRESS else ""

    @cached_property
    def form(self) -> FormingForm:
        if self.is_saving:
            return FormingForm(self.asked, members=self.members, issues=self.issues)
        return FormingForm(initial=self.asked.dict(), members=self.members, issues=self.issues)

    # ── What is known ────────────────────────────────────────────────────────────────────────────

    @cached_property
    def map(self) -> EcosystemData:
        return load_ecosystem(self.city, user=self.request.user)

    @cached_property
    def on_map(self) -> dict[str, Actor]:
        return {actor.slug: actor for actor in self.map.actors}

    @cached_property
    def issues(self) -> dict[str, str]:
        return load_issues(self.request.user)

    @cached_property
    def case(self) -> Case:
        """The gaps of the table as it is now."""
        parts = {actor.id: self.asked.get(part_of(actor.slug), "") for actor in self.members}
        table = table_of(
            self.map,
            [actor.id for actor in self.members],
            deciders=[pk for pk, part in parts.items() if part == DecisionRole.DECIDES],
            undecided=[pk for pk, part in parts.items() if not part],
        )
        analysis = GapAnalysis(table, analyse_table(table))
        return case_of(analysis, self.city, self.request.user)

    @cached_property
    def _work(self) -> dict[int, WorkOnIssue]:
        if not self.issue:
            return {}
        ids = [actor.id for actor in self.map.actors]
        return load_work_on_issue(self.issue, ids, self.request.user, self.map.as_of)

    # ── The page ─────────────────────────────────────────────────────────────────────────────────

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = self.case
        return super().get_context_data(
            title=_("Form a collaborative in %(city)s") % {"city": self.city.name},
            lede=_("Pick who sits at the table, see what they can do together, then save it."),
            crumbs=[
                {
                    "label": _("Collaboratives"),
                    "url": reverse("collaborative_list", args=[self.city.slug]),
                }
            ],
            form=self.form,
            taken=self.taken,
            members=self.members,
            unknown=self.unknown,
            unknown_issue=self.unknown_issue,
            problems=self._problems(),
            q=self._word("q"),
            groups=lambda: self._groups,  # most answers to scripts leave them out
            said=spoken(case),
            **self._figures(case),
        )

    def _problems(self) -> list[dict[str, str]]:
        """What stops saving, each with the place on the page where to mend it."""
        if not self.is_saving:
            return []
        found = [
            {
                "text": str(error),
                "place": self._place_of(name),
            }
            for name, errors in self.form.errors.items()
            for error in errors
        ]
        if self.unknown:
            text = _(
                "Somebody at the table is not on this map. Look at who is left, and save again."
            )
            found.append({"text": text, "place": "seats"})
        return found

    def _place_of(self, name: str) -> str:
        """Where on the page a field is; what concerns no single one is about who is picked."""
        if name not in self.form.fields:
            return "who"
        return self.form[name].id_for_label or "about-title"

    def _live(self) -> dict[str, Any]:
        """What scripts need beside the page: what to swap, where the focus goes when the button
        that had it is gone, and how many a search found, to be read aloud."""
        asked = self.asked
        live: dict[str, Any] = {
            "changes_picks": any(key in asked for key in ("add", "remove", "do")),
            "focus": "so-far" if "add" in asked else "seats" if "remove" in asked else "",
        }
        if asked.get("do") == "search" and (self._work or search_words(self._word("q"))):
            live["said"] = _found(len(self._groups[0].options))
        return live

    def _figures(self, case: Case) -> dict[str, Any]:
        """What the table can do, what it lacks, and who would complete it."""
        gaps = gap_context(case)
        asked = [one.ask for one in case.results.completing_set.uncoverable if one.ask]
        cities = City.objects.visible_to(self.request.user).filter(slug__in=asked)
        return {
            "size": case.results.scope.size,
            "headline": gaps["skills_answer"],
            "areas": gaps["skill_areas"],
            "table_answered": gaps["answered"],
            "missing": _missing(gaps["findings"].gaps_and_risks + gaps["findings"].questions),
            "missing_parts": missing_parts(case),
            "reach_answer": gaps["reach_answer"],
            "reach_rows": gaps["reach_rows"],
            "offer": completing_offer(case, dict(cities.values_list("slug", "name"))),
            "suggestions": suggestions(case),
        }

    @cached_property
    def _groups(self) -> list[PickGroup]:
        chosen = {actor.slug for actor in self.members}
        if words := search_words(self._word("q")):
            return groups_found(self.map.actors, chosen, words)
        return groups_of_all(self.map.actors, chosen, self._work, self.issues.get(self.issue, ""))

    # ── Saving ───────────────────────────────────────────────────────────────────────────────────

    def _save(self) -> HttpResponse:
        if not self.form.is_valid() or self.unknown:
            return self.render_to_response(self.get_context_data())
        try:
            stored = found_collaborative(
                self.city, self._charter(), self._seats(), by=self._user, reason=REASON
            )
        except NameTaken as error:
            self.taken = error.stored
            self.form.add_error(
                "name",
                _(
                    "%(city)s has a collaborative of this name already: choose another name, or "
                    "open the one that exists."
                )
                % {"city": self.city.name},
            )
            return self.render_to_response(self.get_context_data())
        count = len(self.members)
        messages.success(
            self.request,
            ngettext(
                "Saved: %(name)s is formed, with %(count)s member.",
                "Saved: %(name)s is formed, with %(count)s members.",
                count,
            )
            % {"name": stored.name, "count": count},
        )
        return redirect(stored)

    @property
    def _user(self) -> Any:
        return self.request.user

    @cached_property
    def _records(self) -> dict[str, ActorRecord]:
        ids = [actor.id for actor in self.members]
        found = ActorRecord.objects.visible_to(self.request.user).published().filter(pk__in=ids)
        return {record.slug: record for record in found}

    def _charter(self) -> Charter:
        said = self.form.cleaned_data
        return Charter(
            name=said["name"],
            purpose=said["purpose"],
            issue=Issue.objects.filter(slug=said["issue"]).first() if said["issue"] else None,
            decision_rule=said["decision_rule"],
            backbone=self._records.get(said["backbone"]),
            review_every_months=said["review_every_months"],
        )

    def _seats(self) -> list[Seat]:
        said = self.form.cleaned_data
        return [
            Seat(
                self._records[actor.slug],
                said[function_of(actor.slug)],
                said[part_of(actor.slug)],
            )
            for actor in self.members
        ]


def _found(count: int) -> str:
    """How many a search found, to be read aloud."""
    pattern = ngettext("%(count)s organization found.", "%(count)s organizations found.", count)
    return str(say(pattern, count=count))


def _missing(found: Iterable[Finding]) -> list[Finding]:
    return [one for one in found if one.kind in MISSING]


class FormFromMapView(MapMixin, ConvenerMixin, View):
    """Those whom a view of the map shows, taken to the form. The address is that of the map."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        shown = self.shown.actors
        if len(shown) > MOST_FROM_MAP:
            messages.error(request, _too_many(len(shown)))
            return redirect(self.state.address_of(reverse("map", args=[self.city.slug])))
        picked: Mapping[str, str] = {"actors": ",".join(actor.slug for actor in shown)}
        if len(self.state.issue) == 1:
            picked = {**picked, "issue": self.state.issue[0]}
        query = urlencode({key: value for key, value in picked.items() if value}, safe=",")
        address = reverse("collaborative_new", args=[self.city.slug])
        return redirect(f"{address}?{query}" if query else address)


def _too_many(count: int) -> str:
    return _(
        "The map shows %(count)s organizations, more than fit at one table. Narrow it down to "
        "%(most)s or fewer, then form a collaborative from them."
    ) % {"count": count, "most": MOST_FROM_MAP}
