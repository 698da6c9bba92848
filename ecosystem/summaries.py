"""What the national pages show of each city: one line of plain values.

Computed for every reader now. The values are plain so that a stored line, kept under the city's
revisions, can take the place of a computed one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.rules import Viewer
from actors.models import Actor, City
from ecosystem.analysis.cells import answered_share, cells, tally_statements
from ecosystem.analysis.completeness import completeness
from ecosystem.analysis.index import MapIndex, index_data
from ecosystem.selectors.maps import load_maps

GAP_STATES = ("single", "thin", "absent")
"""What is confirmed to be short (G1). Unknown is a question, never a gap."""


@dataclass(frozen=True, slots=True)
class SkillCell:
    """The state of one competency, as the small squares of a card show it."""

    competency: str
    state: str
    holders: int


@dataclass(frozen=True, slots=True)
class CitySummary:
    """A city map in numbers.

    ``actors`` and ``ties`` (merged) are those of the whole map, visitors included; ``cells`` and
    the shares (0 to 1) describe the city's own actors. ``completeness`` is None when too few
    ``informants`` name actors to tell, ``answered_share`` for a city without own actors.
    """

    slug: str
    name: str
    full_name: str
    stage: str
    summary: str
    latitude: float | None
    longitude: float | None
    as_of: date
    actors: int
    own_actors: int
    ties: int
    cells: tuple[SkillCell, ...]
    answered_share: float | None
    completeness: float | None
    informants: int

    @property
    def counts(self) -> dict[str, int]:
        """How many competencies are covered, confirmed to be short, and not known."""
        states = Counter(cell.state for cell in self.cells)
        return {
            "covered": states["covered"],
            "gaps": sum(states[state] for state in GAP_STATES),
            "questions": states["unknown"],
        }


@dataclass(frozen=True, slots=True)
class NationalCount:
    """Published actors that a viewer may see, each once, however many cities it works in."""

    in_cities: int
    national: int


def city_summaries(user: Viewer) -> list[CitySummary]:
    """A line for every city that ``user`` may see, by name, in seven queries for them all."""
    cities = list(City.objects.visible_to(user).order_by("name", "slug"))
    maps = load_maps(cities, user=user)
    return [_summary(city, index_data(maps[city.pk])) for city in cities]


def count_actors(user: Viewer) -> NationalCount:
    """How many actors there are in all, in two queries."""
    actors = Actor.objects.published().visible_to(user)
    return NationalCount(
        in_cities=actors.filter(city__isnull=False).count(),
        national=actors.filter(city=None).count(),
    )


def count_ties(summaries: Sequence[CitySummary]) -> int:
    """Working links on all maps; a pair that works together in two cities counts in both."""
    return sum(summary.ties for summary in summaries)


def _summary(city: City, index: MapIndex) -> CitySummary:
    tallies = tally_statements(index)
    known = completeness(index.actors[slug].informants for slug in index.members)
    return CitySummary(
        slug=city.slug,
        name=city.name,
        full_name=city.full_name,
        stage=city.stage,
        summary=city.summary,
        latitude=city.latitude,
        longitude=city.longitude,
        as_of=index.data.as_of,
        actors=len(index.actors),
        own_actors=len(index.members),
        ties=len(index.edges),
        cells=tuple(
            SkillCell(cell.competency, cell.state, len(cell.holders))
            for cell in cells(index, tallies)
        ),
        answered_share=answered_share(index, tallies),
        completeness=known.completeness,
        informants=known.informants,
    )
