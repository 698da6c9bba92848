"""Projects that another city could adopt: all of them, and one with who could do it elsewhere."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from accounts.rules import Viewer
from actors.filters import folded
from actors.framework import Competency, ProcessStep
from actors.models import Actor, City
from collaboratives.filters import ADOPTED, ADOPTING, WITH_CODE, ProjectFilter
from collaboratives.models import Project
from ecosystem.adoption import Readiness, readiness
from ecosystem.common.filtering import VALUE_LENGTH
from ecosystem.findings.text import Name, Text, listed
from ecosystem.mapview.search import is_found, search_words, searchable
from ecosystem.profiles import host_of, source_links, web_address, with_sources
from ecosystem.selectors.solutions import Solution, Solutions, load_solutions
from ecosystem.views.filtered import DEFAULT_SORT, FilteredList

ROWS_PER_PAGE: Final = 50
MEMBERS_NAMED: Final = 4
"""So many members are named in the list; the project's own page names all."""

SORTS: Final[dict[str, str | Promise]] = {
    DEFAULT_SORT: gettext_lazy("Name"),
    "city": gettext_lazy("City"),
    "step": gettext_lazy("Step"),
    "adopted": gettext_lazy("Most adopted"),
}

STEP_ORDER: Final = {step: number for number, step in enumerate(ProcessStep.values)}
OPEN_GROUPS: Final = ("issue", "step", "code", "adopted")
"""Filters that are unfolded also when nothing in them is chosen."""


@dataclass(frozen=True)
class SkillBehind:
    """A competency of a project's people, and who of them holds it."""

    competency: str
    holders: list[Actor]

    @property
    def label(self) -> str:
        return str(Competency(self.competency).label)

    @property
    def who(self) -> Text:
        """The holders inside a sentence."""
        return listed(_names(self.holders))


def _actors(pks: Iterable[int]) -> dict[int, Actor]:
    """By id, each with its city, in one query. Ids come from places at tables that one may see."""
    return Actor.objects.select_related("city").in_bulk(set(pks))


def _by_name(pks: Iterable[int], actors: dict[int, Actor]) -> list[Actor]:
    return sorted((actors[pk] for pk in pks), key=lambda actor: (folded(actor.name), actor.pk))


def _names(actors: Iterable[Actor]) -> list[Name]:
    return [
        Name(one.slug, one.name, one.sector, one.city.slug if one.city else None) for one in actors
    ]


class SolutionListView(FilteredList, TemplateView):
    sorts = SORTS
    template_name = "ecosystem/solutions.html"

    @cached_property
    def solutions(self) -> Solutions:
        return load_solutions(self.request.user)

    @cached_property
    def issues(self) -> dict[str, str]:
        return _offered((one.issue, one.issue_name) for one in self.solutions.by_pk.values())

    @cached_property
    def cities(self) -> dict[str, str]:
        return _offered((one.city, one.city_name) for one in self.solutions.by_pk.values())

    @cached_property
    def filter(self) -> ProjectFilter:
        return ProjectFilter(
            self.request.GET,
            Project.objects.visible_to(self.request.user),
            user=self.request.user,
            issues=self.issues,
            cities=self.cities,
            find=lambda query: _find(query, self.solutions.by_pk.values()),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        everything = self.solutions.by_pk
        matches = self.filter.matches()
        found = set(everything).intersection(*matches.values())
        page = Paginator(self._sorted(found), ROWS_PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            title=_("Solutions that another city could adopt"),
            lede=_lede(self.solutions),
            result=_result_sentence(len(found), len(everything), bool(matches)),
            groups=list(self._groups(matches)),
            is_filtered=bool(matches),
            **self.filter_context(),
            page_obj=page,
            rows=self._rows(page),
            chosen_skills=self.filter.chosen.get("skill", []),
        )

    def _sorted(self, found: Iterable[int]) -> list[Solution]:
        def name(one: Solution) -> tuple[str, str]:
            return folded(one.name), one.slug

        keys: dict[str, Callable[[Solution], Any]] = {
            "name": name,
            "city": lambda one: (folded(one.city_name), name(one)),
            "step": lambda one: (STEP_ORDER.get(one.step, len(STEP_ORDER)), name(one)),
            "adopted": lambda one: (-len(self.solutions.adopters_of(one)), name(one)),
        }
        return sorted((self.solutions.by_pk[pk] for pk in found), key=keys[self.sort])

    def _rows(self, page: Page[Solution]) -> list[dict[str, Any]]:
        solutions = self.solutions
        actors = _actors(pk for one in page.object_list for pk in solutions.members_of(one))
        shown = Project.objects.visible_to(self.request.user)
        shown = shown.filter(pk__in=[one.pk for one in page.object_list])
        projects = {one.pk: one for one in with_sources(shown, self.request.user)}
        return [
            {
                **_about(one, solutions),
                "who": listed(_names(_by_name(solutions.members_of(one), actors)), MEMBERS_NAMED),
                "skills": _skills_behind(one, solutions, actors),
                "url": web_address(projects[one.pk].url),
                "sources": source_links(projects[one.pk].sources.all()),
            }
            for one in page.object_list
        ]

    def _groups(self, matches: dict[str, set[int]]) -> Iterator[dict[str, Any]]:
        """The filters with their choices, and how many would be listed with each of them."""
        everything = set(self.solutions.by_pk)
        for name, choices in self.filter.choices.items():
            others = [pks for other, pks in matches.items() if other != name]
            reachable = everything.intersection(*others)
            chosen = self.filter.chosen.get(name, [])
            yield {
                "name": name,
                "label": self.filter.filters[name].label,
                "open": bool(chosen) or name in OPEN_GROUPS,
                "options": [
                    {
                        "value": value,
                        "label": label,
                        "checked": value in chosen,
                        "count": len(reachable & self._with(name, value)),
                    }
                    for value, label in choices.items()
                ],
            }

    def _with(self, name: str, value: str) -> set[int]:
        """The ids of the projects that one choice lets through."""
        solutions = self.solutions
        tests: dict[str, Callable[[Solution], bool]] = {
            "issue": lambda one: one.issue == value,
            "step": lambda one: one.step == value,
            "city": lambda one: one.city == value,
            "skill": lambda one: value in solutions.skills_of(one),
            "code": lambda one: value == WITH_CODE and bool(one.code_url),
            "adopted": lambda one: (
                (value == ADOPTED and bool(solutions.adopters_of(one)))
                or (value == ADOPTING and solutions.origin_of(one) is not None)
            ),
        }
        return {pk for pk, one in solutions.by_pk.items() if tests[name](one)}


class SolutionView(TemplateView):
    """One project: what it is, who adopted it, and who could do it in a city of one's choice."""

    template_name = "ecosystem/solution.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        solutions = load_solutions(user)
        solution = solutions.by_slug.get(kwargs["solution"])
        if solution is None:
            raise Http404
        project = _whole_project(solution, user)
        actors = _actors(solutions.members_of(solution))
        cities = list(City.objects.visible_to(user).order_by("name", "slug"))
        asked = self.request.GET.get("city", "")[:VALUE_LENGTH]
        city = next((one for one in cities if one.slug == asked), None)
        skills = _skills_behind(solution, solutions, actors)
        return super().get_context_data() | {
            **_about(solution, solutions),
            "title": solution.name,
            "project": project,
            "url": web_address(project.url),
            "sources": source_links(project.sources.all()),
            "members": _by_name(actors, actors),
            "skills": skills,
            "origins": solutions.origins_of(solution),
            "descendants": solutions.descendants_of(solution),
            "steps": list(project.steps.order_by("entered_on", "pk")),
            "cities": [one for one in cities if one.slug != solution.city],
            "asked_city": asked,
            "city": city,
            "readiness": _readiness(city, skills, user),
        }


def _whole_project(solution: Solution, user: Viewer) -> Project:
    projects: QuerySet[Project] = Project.objects.visible_to(user)
    projects = projects.select_related("collaborative__city", "collaborative__issue")
    return with_sources(projects, user).get(pk=solution.pk)


def _readiness(
    city: City | None, skills: Collection[SkillBehind], user: Viewer
) -> Readiness | None:
    if city is None or not skills:
        return None
    return readiness(city, {one.competency for one in skills}, user)


def _about(solution: Solution, solutions: Solutions) -> dict[str, Any]:
    """What list and page say of a project."""
    return {
        "solution": solution,
        "step_label": _step_label(solution.step),
        "code_host": host_of(solution.code_url),
        "origin": solutions.origin_of(solution),
        "adopters": solutions.adopters_of(solution),
    }


def _step_label(step: str) -> str:
    return str(ProcessStep(step).label) if step in ProcessStep.values else step


def _skills_behind(
    solution: Solution, solutions: Solutions, actors: dict[int, Actor]
) -> list[SkillBehind]:
    return [
        SkillBehind(competency, _by_name(holders, actors))
        for competency, holders in solutions.skills_of(solution).items()
    ]


def _offered(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Slugs and names, by name, without the empty one."""
    names = {slug: name for slug, name in pairs if slug}
    return dict(sorted(names.items(), key=lambda pair: (folded(pair[1]), pair[0])))


def _find(query: str, solutions: Iterable[Solution]) -> set[int]:
    """Projects in whose words all of a search stands, accents and one slip forgiven."""
    words = search_words(query)
    return {
        one.pk
        for one in solutions
        if is_found(
            words,
            searchable(
                one.name, one.summary, one.issue_name, one.collaborative_name, one.city_name
            ),
        )
    }


def _lede(solutions: Solutions) -> str:
    """How many there are and from how many cities, in one sentence."""
    everything = solutions.by_pk.values()
    count, cities = len(everything), len({one.city for one in everything})
    if not count:
        return _("No city has recorded a project yet.")
    said = {"count": number_format(count), "cities": number_format(cities)}
    where = (
        ngettext("%(cities)s city", "%(cities)s cities", cities) % said
    )  # a plural of its own: two numbers stand in the sentence
    code = sum(bool(one.code_url) for one in everything)
    adopted = sum(bool(solutions.adopters_of(one)) for one in everything)
    said |= {"where": where, "code": number_format(code), "adopted": number_format(adopted)}
    return (
        ngettext(
            "%(count)s project from %(where)s. With open source code: %(code)s. "
            "Adopted by another project so far: %(adopted)s.",
            "%(count)s projects from %(where)s. With open source code: %(code)s. "
            "Adopted by another project so far: %(adopted)s.",
            count,
        )
        % said
    )


def _result_sentence(found: int, total: int, is_filtered: bool) -> str:
    if not is_filtered:
        return ngettext("%(count)s project", "%(count)s projects", total) % {
            "count": number_format(total)
        }
    return ngettext(
        "%(found)s of %(total)s projects matches", "%(found)s of %(total)s projects match", found
    ) % {"found": number_format(found), "total": number_format(total)}
