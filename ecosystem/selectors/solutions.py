"""Projects that another city could adopt, with who worked on them and who adopted what."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse

from accounts.rules import Viewer
from actors.framework import Competency
from actors.models import SkillStatement
from collaboratives.models import Project
from collaboratives.selectors import current_places
from ecosystem.analysis.defaults import HOLDER_LEVEL
from ecosystem.profiles import web_address


@dataclass(frozen=True, slots=True)
class Solution:
    """A project in plain values. ``city`` and ``issue`` are slugs, "" without an issue.

    ``code_url`` is empty or an http address; ``adopted_from`` the id of a project, seen or not.
    """

    pk: int
    slug: str
    name: str
    summary: str
    step: str
    code_url: str
    adopted_from: int | None
    collaborative: int
    collaborative_slug: str
    collaborative_name: str
    city: str
    city_name: str
    issue: str
    issue_name: str

    @property
    def url(self) -> str:
        return reverse("solution", args=[self.slug])

    @property
    def collaborative_url(self) -> str:
        return reverse("collaborative", args=[self.city, self.collaborative_slug])


@dataclass(frozen=True)
class Solutions:
    """All projects that somebody may see.

    ``members`` has the ids of the current members of each collaborative; ``holders``, by
    collaborative and competency, those among them that hold it.
    """

    by_pk: Mapping[int, Solution]
    members: Mapping[int, tuple[int, ...]]
    holders: Mapping[int, Mapping[str, tuple[int, ...]]]

    @cached_property
    def by_slug(self) -> dict[str, Solution]:
        return {one.slug: one for one in self.by_pk.values()}

    @cached_property
    def _adopters(self) -> dict[int, list[Solution]]:
        found: dict[int, list[Solution]] = {}
        for one in self.by_pk.values():
            if (origin := self.origin_of(one)) is not None:
                found.setdefault(origin.pk, []).append(one)
        return found

    def skills_of(self, solution: Solution) -> dict[str, tuple[int, ...]]:
        """The competencies that its people hold, in framework order, with who holds each."""
        held = self.holders.get(solution.collaborative, {})
        return {one: held[one] for one in Competency.values if one in held}

    def members_of(self, solution: Solution) -> tuple[int, ...]:
        return self.members.get(solution.collaborative, ())

    def adopters_of(self, solution: Solution) -> list[Solution]:
        """The projects that were built on it, by city and name."""
        return sorted(
            self._adopters.get(solution.pk, ()),
            key=lambda one: (one.city_name, one.name, one.slug),
        )

    def origin_of(self, solution: Solution) -> Solution | None:
        """The project that it was built on, unless that one is hidden."""
        return None if solution.adopted_from is None else self.by_pk.get(solution.adopted_from)

    def origins_of(self, solution: Solution) -> list[Solution]:
        """What it was built on, nearest first, as far back as can be seen."""
        return list(self._upwards(solution))

    def _upwards(self, solution: Solution) -> Iterator[Solution]:
        passed = {solution.pk}
        origin = self.origin_of(solution)
        while origin is not None and origin.pk not in passed:  # a circle is a slip of the pen
            yield origin
            passed.add(origin.pk)
            origin = self.origin_of(origin)

    def descendants_of(self, solution: Solution) -> list[tuple[int, Solution]]:
        """What was built on it and on those: each with the number of steps from it, in depth."""
        found: list[tuple[int, Solution]] = []
        passed = {solution.pk}
        waiting = [(1, one) for one in reversed(self.adopters_of(solution))]
        while waiting:
            steps, one = waiting.pop()
            if one.pk in passed:
                continue
            passed.add(one.pk)
            found.append((steps, one))
            waiting += [(steps + 1, other) for other in reversed(self.adopters_of(one))]
        return found


def load_solutions(user: Viewer) -> Solutions:
    """Every project that ``user`` may see, in three queries.

    A project in a hidden city is not there: neither as what others built on, nor as an adoption.
    """
    places = current_places(user)
    members: defaultdict[int, set[int]] = defaultdict(set)
    for collaborative, actor in places.values_list("collaborative", "actor"):
        members[collaborative].add(actor)
    return Solutions(
        by_pk={one.pk: one for one in _projects(user)},
        members={pk: tuple(sorted(found)) for pk, found in members.items()},
        holders=_holders(members, _skills(places.values("actor"))),
    )


def _projects(user: Viewer) -> Iterator[Solution]:
    rows = Project.objects.visible_to(user).order_by("pk")
    for row in rows.values(
        "pk",
        "slug",
        "name",
        "summary",
        "step",
        "adopted_from",
        "collaborative",
        code=F("code_url"),
        collaborative_slug=F("collaborative__slug"),
        collaborative_name=F("collaborative__name"),
        city=F("collaborative__city__slug"),
        city_name=F("collaborative__city__name"),
        issue_slug=F("collaborative__issue__slug"),
        issue_label=F("collaborative__issue__name"),
    ):
        plain: dict[str, Any] = {
            name: value for name, value in row.items() if name in Solution.__slots__
        }
        yield Solution(
            **plain,
            code_url=web_address(row["code"]),
            issue=row["issue_slug"] or "",
            issue_name=row["issue_label"] or "",
        )


def _skills(actors: QuerySet[Any]) -> dict[int, list[str]]:
    """The competencies that each of the actors holds."""
    found = defaultdict(list)
    held = SkillStatement.objects.filter(actor__in=actors, level__gte=HOLDER_LEVEL)
    for actor, competency in held.values_list("actor", "competency"):
        found[actor].append(competency)
    return found


def _holders(
    members: Mapping[int, Iterable[int]], skills: Mapping[int, Iterable[str]]
) -> dict[int, dict[str, tuple[int, ...]]]:
    found: dict[int, dict[str, tuple[int, ...]]] = {}
    for collaborative, actors in members.items():
        by_skill = defaultdict(list)
        for actor in sorted(actors):
            for competency in skills.get(actor, ()):
                by_skill[competency].append(actor)
        found[collaborative] = {one: tuple(holders) for one, holders in by_skill.items()}
    return found
