"""What the national pages show of each city: one line of plain values, kept until an edit."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.rules import Viewer
from actors.models import Actor, City
from ecosystem.analysis.cells import answered_share, cells, freshness_of, tally_statements
from ecosystem.analysis.completeness import completeness
from ecosystem.analysis.index import MapIndex, index_data
from ecosystem.selectors.maps import load_maps
from ecosystem.services.plain import from_plain, to_plain
from ecosystem.services.store import audience_of, map_keys, read_or_make, reader_of, scope_of

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
    ``informants`` name actors to tell, ``answered_share`` for a city without own actors. A
    historic map describes a past day. ``statements`` are what own actors said about competencies;
    those confirmed within a year of the map's day are fresh (G3).
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
    is_historic: bool
    statements: int
    fresh_statements: int

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
    """A line for every city that ``user`` may see, by name.

    Kept lines in three queries for anybody; those of cities that were edited since are computed
    anew, in eight queries for each ``BATCH`` of them.
    """
    cities = {scope_of(c): c for c in City.objects.visible_to(user).order_by("name", "slug")}
    audience = audience_of(user)
    reader = reader_of(user, audience)

    def make(scopes: Collection[str]) -> dict[str, Any]:
        stale = [cities[scope] for scope in scopes]
        maps = load_maps(stale, user=reader)
        return {
            scope_of(city): to_plain(_summary(city, index_data(maps[city.pk]))) for city in stale
        }

    found = read_or_make("summary", map_keys(cities.values()), audience, make)
    return [from_plain(CitySummary, line) for line in found.values()]


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
    ages = Counter(
        freshness_of(statement.confirmed_on, index.data.as_of)
        for said in index.statements.values()
        for slug, statement in said.items()
        if slug in index.members
    )
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
        is_historic=city.map_date is not None,
        statements=ages.total(),
        fresh_statements=ages["fresh"],
    )
