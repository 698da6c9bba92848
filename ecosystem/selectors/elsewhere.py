"""Who has a competency outside a city."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from accounts.rules import Viewer
from actors.framework import Level
from actors.models import City, SkillStatement


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
