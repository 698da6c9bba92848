"""Who is on a city's map: everyone, or those that were asked for."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import F, Max
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from actors.filters import HOLDER, LEARNER, folded
from actors.framework import Competency, Sector
from actors.models import Actor, SkillStatement
from actors.rules import can_contribute
from collaboratives.models import Membership
from ecosystem.analysis.defaults import HOLDER_LEVEL, LEARNER_LEVEL
from ecosystem.filters import DirectoryFilter
from ecosystem.profiles import map_actors, map_ties
from ecosystem.selectors.checking import checked
from ecosystem.selectors.maps import map_day
from ecosystem.views.base import CityMixin
from ecosystem.views.editing.many import offered_changes
from ecosystem.views.filtered import DEFAULT_SORT, FilteredList

ROWS_PER_PAGE: Final = 50

SORTS: Final[dict[str, str | Promise]] = {
    "name": gettext_lazy("Name"),
    "sector": gettext_lazy("Sector"),
    "ties": gettext_lazy("Most ties"),
}

SECTOR_ORDER: Final = {sector: number for number, sector in enumerate(Sector.values)}


@dataclass(frozen=True)
class Listed:
    """What sorting and counting need of one actor."""

    pk: int
    name: str
    sector: str
    roles: tuple[str, ...]
    is_own: bool


class Directory:
    """Everyone on a city's map by what they can be filtered by, in seven queries."""

    def __init__(self, view: CityMixin) -> None:
        user, city = view.request.user, view.city
        self.day = map_day(city)
        self.ties = map_ties(city, user, self.day)
        self.actors = map_actors(city, user, self.day)
        self.listed = {
            pk: Listed(pk, name, sector, tuple(roles), home == city.pk)
            for pk, name, sector, roles, home in self.actors.order_by().values_list(
                "pk", "name", "sector", "roles", "city"
            )
        }
        self.by_choice: dict[str, defaultdict[str, set[int]]] = {
            name: defaultdict(set) for name in ("sector", "role", "tie", "issue")
        }
        for actor in self.listed.values():
            self.by_choice["sector"][actor.sector].add(actor.pk)
            for role in actor.roles:
                self.by_choice["role"][role].add(actor.pk)
        self._add_ties()
        self.skills = self._skills()
        self.issues = self._add_issues(user)

    def _add_ties(self) -> None:
        self.partners: defaultdict[int, set[int]] = defaultdict(set)
        ties = self.ties.exclude(source=F("target")).values_list("source", "target", "kind")
        for source, target, kind in ties:
            self.partners[source].add(target)
            self.partners[target].add(source)
            self.by_choice["tie"][kind] |= {source, target}

    def _skills(self) -> dict[str, defaultdict[str, set[int]]]:
        """Holders and learners of each competency."""
        skills: dict[str, defaultdict[str, set[int]]] = {
            HOLDER: defaultdict(set),
            LEARNER: defaultdict(set),
        }
        statements = SkillStatement.objects.filter(
            actor__in=self.actors.values("pk"), level__gte=LEARNER_LEVEL
        )
        for actor, competency, level in statements.values_list("actor", "competency", "level"):
            is_held = level is not None and level >= HOLDER_LEVEL
            skills[HOLDER if is_held else LEARNER][competency].add(actor)
        return skills

    def _add_issues(self, user: Any) -> dict[str, str]:
        """Slugs and names of the issues that anyone on the map works on, by name."""
        on_map = self.actors.values("pk")
        own = Actor.issues.through.objects.filter(actor__in=on_map)
        places = Membership.objects.visible_to(user).current_on(self.day)
        places = places.filter(actor__in=on_map, collaborative__issue__isnull=False)
        names = {}
        for actor, slug, name in [
            *own.values_list("actor", "issue__slug", "issue__name"),
            *places.values_list(
                "actor", "collaborative__issue__slug", "collaborative__issue__name"
            ),
        ]:
            names[slug] = name
            self.by_choice["issue"][slug].add(actor)
        return dict(sorted(names.items(), key=lambda item: folded(item[1])))

    def held_skills(self, pk: int) -> list[str]:
        """What an actor can help with, in words, in framework order."""
        return [
            str(competency.label)
            for competency in Competency
            if pk in self.skills[HOLDER][competency.value]
        ]


class ActorListView(FilteredList, CityMixin, TemplateView):
    sorts = SORTS
    section = "directory"
    template_name = "ecosystem/actor_list.html"

    @cached_property
    def directory(self) -> Directory:
        return Directory(self)

    @cached_property
    def filter(self) -> DirectoryFilter:
        return DirectoryFilter(
            self.request.GET,
            self.directory.actors,
            user=self.request.user,
            day=self.directory.day,
            ties=self.directory.ties,
            issues=self.directory.issues,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        listed = self.directory.listed
        matches = self.filter.matches()
        found = set(listed).intersection(*matches.values())
        page = Paginator(self._sorted(found), ROWS_PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            title=_("Who works on civic technology and data in %(city)s")
            % {"city": self.city.name},
            lede=_lede(self.city.name, listed.values()),
            base=len(listed),
            result=_result_sentence(len(found), len(listed), bool(matches)),
            groups=list(self._groups(matches)),
            is_filtered=bool(matches),
            **self.filter_context(),
            page_obj=page,
            rows=self._rows(page),
            **self._editing(),
        )

    def _editing(self) -> dict[str, Any]:
        """What those who may change the map find on the list besides."""
        may_convene = self.can_convene
        if not (may_convene or can_contribute(self.request.user, self.city.pk)):
            return {}
        query = self.parameters()
        if self.sort != DEFAULT_SORT:
            query["sort"] = self.sort
        workshop = {
            "label": _("Workshop: many at once"),
            "url": reverse("workshop", args=[self.city.slug]),
        }
        return {
            "may_contribute": True,
            "may_convene": may_convene,
            "changes": offered_changes(self.city) if may_convene else [],
            "query": query.urlencode(),
            "actions": [
                {
                    "label": _("Add an organization"),
                    "url": reverse("actor_new", args=[self.city.slug]),
                    "primary": True,
                },
                {
                    "label": _("Not on the map"),
                    "url": reverse("actors_off_map", args=[self.city.slug]),
                },
                *([workshop] if may_convene else []),
            ],
        }

    def _sorted(self, found: Iterable[int]) -> list[int]:
        listed, partners = self.directory.listed, self.directory.partners

        def name(pk: int) -> tuple[str, int]:
            return folded(listed[pk].name), pk

        keys: dict[str, Callable[[int], Any]] = {
            "name": name,
            "sector": lambda pk: (SECTOR_ORDER.get(listed[pk].sector, 99), name(pk)),
            "ties": lambda pk: (-len(partners[pk]), name(pk)),
        }
        return sorted(found, key=keys[self.sort])

    def _rows(self, page: Page[int]) -> list[dict[str, Any]]:
        rows = Actor.objects.select_related("city").annotate(
            stated_on=Max("statements__confirmed_on")
        )
        actors = rows.in_bulk(list(page.object_list))
        return [
            {
                "actor": actor,
                "url": reverse("actor", args=[self.city.slug, actor.slug]),
                "place": self._place(actor),
                "skills": self.directory.held_skills(actor.pk),
                "checked": checked(actor.confirmed_on, actor.stated_on, self.directory.day),
                "partner_count": len(self.directory.partners[actor.pk]),
                "is_choosable": self.can_convene and actor.city_id == self.city.pk,
            }
            for actor in map(actors.__getitem__, page.object_list)
        ]

    def _place(self, actor: Actor) -> str:
        """Where a visitor comes from; nothing for the city's own."""
        if actor.city is None:
            return _("Works here, national")
        if actor.city.pk == self.city.pk:
            return ""
        return _("Works here, based in %(city)s") % {"city": actor.city.name}

    def _groups(self, matches: dict[str, set[int]]) -> Iterator[dict[str, Any]]:
        """The filters with their choices, and how many would be listed with each of them."""
        level = self.filter.form.cleaned_data.get("level") or HOLDER
        sets = self.directory.by_choice | {"competency": self.directory.skills[level]}
        everyone = set(self.directory.listed)
        for name in ("sector", "competency", "role", "tie", "issue"):
            others = [pks for other, pks in matches.items() if other != name]
            reachable = everyone.intersection(*others)
            chosen = self.filter.chosen.get(name, [])
            yield {
                "name": name,
                "label": self.filter.filters[name].label,
                "open": bool(chosen) or name in ("sector", "competency"),
                "levels": self._levels(level) if name == "competency" else [],
                "options": [
                    {
                        "value": value,
                        "label": label,
                        "checked": value in chosen,
                        "count": len(reachable & sets[name][value]),
                        "sector": value if name == "sector" else "",
                    }
                    for value, label in self.filter.choices[name].items()
                ],
            }

    def _levels(self, chosen: str) -> list[dict[str, Any]]:
        return [
            {"value": value, "label": label, "checked": value == chosen}
            for value, label in self.filter.choices["level"].items()
        ]

    def said(self, name: str, value: str) -> str:
        said = super().said(name, value)
        if name == "competency" and self.filter.data.get("level") == LEARNER:
            return _("%(skill)s (learning)") % {"skill": said}
        return said

    def parameters(self, without: tuple[str, str] | None = None) -> QueryDict:
        """Without the level when no skill is left that it could speak of."""
        address = super().parameters(without)
        if not address.getlist("competency"):
            address.pop("level")
        return address


def _lede(city: str, listed: Iterable[Listed]) -> str:
    """How many are on the map, in one sentence."""
    homes = [actor.is_own for actor in listed]
    own, visitors = sum(homes), len(homes) - sum(homes)
    if not homes:
        return _("Nobody has been added to the map of %(city)s yet.") % {"city": city}
    said = {"city": city, "own": number_format(own), "visitors": number_format(visitors)}
    if not visitors:
        return (
            ngettext(
                "%(own)s organization is on the map of %(city)s.",
                "%(own)s organizations are on the map of %(city)s.",
                own,
            )
            % said
        )
    said["total"] = number_format(own + visitors)
    return (
        ngettext(
            "%(total)s organizations are on the map of %(city)s: %(own)s at home here, and "
            "%(visitors)s that works here from elsewhere.",
            "%(total)s organizations are on the map of %(city)s: %(own)s at home here, and "
            "%(visitors)s that work here from elsewhere.",
            visitors,
        )
        % said
    )


def _result_sentence(found: int, total: int, is_filtered: bool) -> str:
    if not is_filtered:
        return ngettext("%(count)s organization", "%(count)s organizations", total) % {
            "count": number_format(total)
        }
    return ngettext(
        "%(found)s of %(total)s organizations matches",
        "%(found)s of %(total)s organizations match",
        found,
    ) % {"found": number_format(found), "total": number_format(total)}
