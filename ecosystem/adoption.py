"""Whether a city has the skills behind a project of another city, and how far the others are."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rules import Viewer
from actors.models import City
from ecosystem.analysis.cells import State, cells, tally_statements
from ecosystem.analysis.index import index_data
from ecosystem.analysis.reach import Reach, ReachClass, distances_from, reaches
from ecosystem.findings.text import Name, in_sentence, listed, name_of, say, skill
from ecosystem.selectors.maps import load_ecosystem

ON_THE_MAP: frozenset[ReachClass] = frozenset(
    {"one_introduction", "two_introductions", "in_the_city"}
)


@dataclass(frozen=True, slots=True)
class SkillHere:
    """One competency behind a project, in a city.

    ``holders`` are the city's own; ``path`` leads from one of its own to the nearest holder on its
    map, and is empty where there is none or no connection. ``answered`` and ``members`` are numbers
    of the city's own actors.
    """

    competency: str
    state: State
    holders: tuple[Name, ...]
    reach: ReachClass
    path: tuple[Name, ...]
    nearest: Name | None
    answered: int
    members: int

    @property
    def is_here(self) -> bool:
        return bool(self.holders)

    @property
    def is_near(self) -> bool:
        return self.reach in ON_THE_MAP


@dataclass(frozen=True, slots=True)
class Readiness:
    """The competencies behind a project, in framework order, as one city has them."""

    city: City
    skills: tuple[SkillHere, ...]

    @property
    def sentence(self) -> str:
        """How much of it is there, in one or two sentences."""
        here = [one for one in self.skills if one.is_here]
        near = [one for one in self.skills if not one.is_here and one.is_near]
        nobody = [one for one in self.skills if not one.is_here and not one.is_near]
        pattern = ngettext(
            "%(city)s is known to have %(here)s of the %(all)s skill behind it.",
            "%(city)s is known to have %(here)s of the %(all)s skills behind it.",
            len(self.skills),
        )
        first = say(pattern, city=self.city.name, here=len(here), all=len(self.skills))
        parts = [str(first)]
        if near:
            parts.append(
                str(say(_("Others on its map can help with %(skills)s."), skills=_named(near)))
            )
        if nobody:
            parts.append(
                str(say(_("Nobody on its map is known to have %(skills)s."), skills=_named(nobody)))
            )
        return " ".join(parts)


def readiness(city: City, competencies: Collection[str], user: Viewer) -> Readiness:
    """How far the holders of these competencies are in ``city``, as far as ``user`` may see (G8).

    The city's own actors are asked, as for its gaps. At most eight queries.
    """
    index = index_data(load_ecosystem(city, user=user))
    tallies = tally_statements(index)
    reach_of = {
        one.competency: one
        for one in reaches(index, tallies, distances_from(index.members, index.adjacency))
    }
    names = {slug: name_of(actor) for slug, actor in index.actors.items()}

    def nearest(reach: Reach) -> Name | None:
        return names.get(reach.holder) if reach.holder else None

    return Readiness(
        city,
        tuple(
            SkillHere(
                cell.competency,
                cell.state,
                tuple(names[slug] for slug in cell.holders),
                reach_of[cell.competency].reach,
                tuple(names[slug] for slug in reach_of[cell.competency].path or ()),
                nearest(reach_of[cell.competency]),
                cell.answered,
                cell.members,
            )
            for cell in cells(index, tallies)
            if cell.competency in competencies
        ),
    )


def _named(skills: Collection[SkillHere]) -> str:
    return str(listed([in_sentence(skill(one.competency)) for one in skills], limit=None))
