"""Who has a competency outside a city, and how common it is nationwide."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet

from accounts.rules import Viewer
from actors.framework import Competency, Level
from actors.models import City, SkillStatement
from ecosystem.analysis.data import EcosystemData, Experience
from ecosystem.analysis.defaults import COVERED_ORGANISATIONS
from ecosystem.analysis.index import organisations


@dataclass(frozen=True, slots=True)
class HolderElsewhere:
    """A holder of a competency in another city; without city it is national."""

    slug: str
    name: str
    sector: str
    city: str | None
    city_name: str | None


def load_holders_elsewhere(
    city: City, competencies: Collection[str], user: Viewer
) -> dict[str, tuple[HolderElsewhere, ...]]:
    """Who has these competencies outside a city, as far as ``user`` may see, in one query.

    Ordered by city, national holders last, then by name. Meant for competencies that nobody on the
    city's map holds: visitors are not left out. No query when nothing is asked.
    """
    if not competencies:
        return {}
    rows = (
        SkillStatement.objects.visible_to(user)
        .filter(competency__in=competencies, level__gte=Level.SOLID, actor__status="published")
        .exclude(actor__city=city)
        .values_list(
            "competency",
            "actor__slug",
            "actor__name",
            "actor__sector",
            "actor__city__slug",
            "actor__city__name",
        )
    )
    found = defaultdict(list)
    for competency, *holder in rows:
        found[competency].append(HolderElsewhere(*holder))
    # Sorted here, because databases order letters differently.
    return {competency: tuple(sorted(found[competency], key=_by_city)) for competency in found}


def _by_city(holder: HolderElsewhere) -> tuple[bool, str, str, str]:
    return holder.city_name is None, holder.city_name or "", holder.name, holder.slug


@dataclass(frozen=True, slots=True)
class Beyond:
    """What is known beyond a map of the competencies that too few organisations hold on it.

    ``first_holders`` has the first holder by slug that is not on the map; ``cities`` the city where
    most of them are at home, the first by slug of several. Competencies without any have no key.
    """

    first_holders: Mapping[str, frozenset[str]]
    cities: Mapping[str, str]


def load_beyond(loaded: EcosystemData, user: Viewer) -> Beyond:
    """Who could be asked beyond a map, as far as ``user`` may see, in one query.

    With two organisations that hold a competency on the map nobody farther away is ever asked,
    whoever leaves.
    """
    wanted = _held_by_too_few(loaded)
    rows = (
        SkillStatement.objects.visible_to(user)
        .filter(competency__in=wanted, level__gte=Level.SOLID, actor__status="published")
        .exclude(actor__in=[actor.id for actor in loaded.actors])
        .values_list("competency", "actor__city__slug")
        .annotate(holders=Count("pk"), first=Min("actor__slug"))
        .order_by()
    )
    firsts: defaultdict[str, list[str]] = defaultdict(list)
    cities: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for competency, city, holders, first in rows:
        firsts[competency].append(first)
        if city is not None:
            cities[competency].append((-holders, city))
    return Beyond(
        # Compared here, because databases order letters differently.
        first_holders={key: frozenset({min(slugs)}) for key, slugs in firsts.items()},
        cities={key: min(counted)[1] for key, counted in cities.items()},
    )


def _held_by_too_few(loaded: EcosystemData) -> list[str]:
    """The competencies that fewer organisations hold on the map than make them covered."""
    organisation = organisations(loaded.actors, loaded.parents)
    of_actor = {actor.id: organisation[actor.slug] for actor in loaded.actors}
    holding: defaultdict[str, set[int]] = defaultdict(set)
    for one in loaded.statements:
        if one.level >= Level.SOLID:
            holding[one.competency].add(of_actor[one.actor])
    return [one for one in Competency.values if len(holding[one]) < COVERED_ORGANISATIONS]


def load_experience(user: Viewer) -> dict[tuple[str, str], Experience]:
    """Holders and answers by sector and competency on all maps that ``user`` may see (G15).

    Every published actor counts once. One query, over every statement in the country.
    """
    rows = _answers(user).values_list("actor__sector", "competency").annotate(**_EXPERIENCE)
    return {
        (sector, competency): Experience(holders, answered)
        for sector, competency, holders, answered in rows
    }


def load_experience_of(
    homes: Collection[int | None], user: Viewer
) -> dict[int | None, dict[tuple[str, str], Experience]]:
    """``load_experience`` of the actors of each city, by its id; None for the national ones.

    One query, over the statements of these alone. Together all of them are ``load_experience``.
    """
    at_home = Q(actor__city__in=[home for home in homes if home is not None])
    if None in homes:
        at_home |= Q(actor__city=None)
    found: dict[int | None, dict[tuple[str, str], Experience]] = {home: {} for home in homes}
    rows = _answers(user).filter(at_home).values_list("actor__city", "actor__sector", "competency")
    for home, sector, competency, holders, answered in rows.annotate(**_EXPERIENCE):
        found[home][sector, competency] = Experience(holders, answered)
    return found


_EXPERIENCE = {"holders": Count("pk", filter=Q(level__gte=Level.SOLID)), "answered": Count("pk")}


def _answers(user: Viewer) -> QuerySet[SkillStatement]:
    said = SkillStatement.objects.visible_to(user).order_by()
    return said.filter(actor__status="published", level__isnull=False)
