"""Cities compared, from what is kept of each under its revisions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.rules import Viewer
from actors.models import City
from ecosystem.analysis.compare import (
    CityFigures,
    Peers,
    ReachFigure,
    city_figures,
    peers,
    with_reach_beyond,
)
from ecosystem.analysis.index import index_data
from ecosystem.analysis.rarefaction import EqualCoverage, Rarefied, equal_coverage
from ecosystem.comparison.kept import coverage_from, figures_from, plain, plain_coverage
from ecosystem.comparison.small_maps import SmallMap, small_map
from ecosystem.maps.positions import places_by_sector
from ecosystem.selectors.comparison import (
    Coverage,
    PeerHolder,
    held_outside_cities,
    load_coverage,
    load_peer_holders,
    load_voices,
)
from ecosystem.selectors.maps import load_maps
from ecosystem.services.store import audience_of, map_keys, read_or_make, reader_of, scope_of

HELPERS_SHOWN = 3
"""Cities named for each gap: enough to find one that answers."""


@dataclass(frozen=True)
class ComparedCity:
    """A city with its figures, ``reach`` also beyond its map, and what equal coverage makes of it.

    ``figures.reach`` ends at the rim of the map: use ``reach``.
    """

    city: City
    figures: CityFigures
    reach: tuple[ReachFigure, ...]
    rarefied: Rarefied


@dataclass(frozen=True)
class Comparison:
    """The compared cities in the order asked for, and at which coverage they are set equal."""

    cities: tuple[ComparedCity, ...]
    equal: EqualCoverage


@dataclass(frozen=True)
class Helper:
    """A city that is covered where another one has a gap, with who holds the competency there."""

    city: City
    holders: tuple[PeerHolder, ...]


@dataclass(frozen=True)
class GapPeers:
    """A gap or question of a city with the nearest helpers; ``more`` are not shown."""

    gap: Peers
    helpers: tuple[Helper, ...]
    more: int


def read_coverage(cities: Sequence[City], user: Viewer) -> dict[int, Coverage]:
    """What each city can do, by id: the kept lines, and the others counted afresh by the database.

    ``cities`` are ones that ``user`` may see.
    """
    keys, audience = map_keys(cities), audience_of(user)
    reader = reader_of(user, audience)

    def make(missing: Collection[str]) -> Mapping[str, Any]:
        found = load_coverage([int(scope) for scope in missing], reader)
        return {str(pk): plain_coverage(one) for pk, one in found.items()}

    kept = read_or_make("compare-line", keys, audience, make)
    return {int(scope): coverage_from(value) for scope, value in kept.items()}


def read_figures(cities: Sequence[City], user: Viewer) -> dict[int, CityFigures]:
    """The figures of each city, by id; what is not kept is computed in a fixed number of queries.

    ``cities`` are ones that ``user`` may see. Reach ends at the rim of each map.
    """
    by_scope = {scope_of(city): city for city in cities}
    keys, audience = map_keys(cities), audience_of(user)
    reader = reader_of(user, audience)

    def make(missing: Collection[str]) -> Mapping[str, Any]:
        asked = [by_scope[scope] for scope in missing]
        maps, voices = load_maps(asked, user=reader), load_voices(asked, reader)
        return {
            scope_of(city): plain(city_figures(index_data(maps[city.pk]), voices[city.pk]))
            for city in asked
        }

    kept = read_or_make("compare-figures", keys, audience, make)
    return {int(scope): figures_from(value) for scope, value in kept.items()}


def read_small_maps(cities: Sequence[City], user: Viewer) -> dict[int, SmallMap]:
    """The small drawing of each city's map, by id."""
    by_scope = {scope_of(city): city for city in cities}
    keys, audience = map_keys(cities), audience_of(user)
    reader = reader_of(user, audience)

    def make(missing: Collection[str]) -> Mapping[str, Any]:
        asked = [by_scope[scope] for scope in missing]
        maps = load_maps(asked, user=reader)
        return {
            scope_of(city): plain(small_map(maps[city.pk], places_by_sector(city, maps[city.pk])))
            for city in asked
        }

    kept = read_or_make("compare-map", keys, audience, make)
    return {int(scope): SmallMap(**value) for scope, value in kept.items()}


def compare(
    cities: Sequence[City], user: Viewer, coverage: Mapping[int, Coverage] | None = None
) -> Comparison:
    """Set cities side by side.

    Parameters
    ----------
    cities
        Ones that ``user`` may see, in the order in which they are shown.
    user
        Who asks.
    coverage
        Of every city that ``user`` may see, where it is known: whoever holds something there can be
        reached from elsewhere. Read when left out.
    """
    if coverage is None:
        everywhere = list(City.objects.visible_to(user))
        coverage = read_coverage(everywhere, user)
    held = held_outside_cities(user) | {
        cell.competency for one in coverage.values() for cell in one.cells if cell.holders
    }
    figures = read_figures(cities, user)
    equal = equal_coverage({city.slug: figures[city.pk].incidence for city in cities})
    return Comparison(
        tuple(
            ComparedCity(
                city=city,
                figures=figures[city.pk],
                reach=with_reach_beyond(figures[city.pk], held),
                rarefied=equal.maps[city.slug],
            )
            for city in cities
        ),
        equal,
    )


def name_peers(
    cities: Sequence[City],
    coverage: Mapping[int, Coverage],
    asking: Sequence[City] | None = None,
) -> tuple[Peers, ...]:
    """Which of the compared cities can help another one with what it lacks (G20). No query.

    Parameters
    ----------
    cities
        The compared ones, with their ``coverage`` by id.
    coverage
        What each can do.
    asking
        The cities whose gaps are asked for; all compared ones if nothing is said.
    """
    drawn = [city for city in cities if coverage[city.pk].size]
    found = peers(
        {
            city.slug: {cell.competency: cell.state for cell in coverage[city.pk].cells}
            for city in drawn
        },
        {city.slug: city.population for city in drawn},
        [city.slug for city in drawn if asking is None or city in asking],
    )
    return tuple(one for one in found if one.helpers)


def find_peers(
    cities: Sequence[City],
    coverage: Mapping[int, Coverage],
    user: Viewer,
    asking: Sequence[City] | None = None,
) -> dict[int, list[GapPeers]]:
    """``name_peers`` with who can do it in the nearest cities, and the projects they are part of.

    Three queries, however many gaps there are. By id of the city, its gaps that somebody can help
    with: confirmed ones first.
    """
    by_slug = {city.slug: city for city in cities}
    found = name_peers(cities, coverage, asking)
    shown = {(one.city, one.competency): one.helpers[:HELPERS_SHOWN] for one in found}
    wanted = {
        (by_slug[helper].pk, competency)
        for (_city, competency), helpers in shown.items()
        for helper in helpers
    }
    holders = load_peer_holders(wanted, {city.pk: city for city in cities}, user)
    result: dict[int, list[GapPeers]] = {}
    for one in found:
        helpers = tuple(
            Helper(by_slug[slug], holders[by_slug[slug].pk, one.competency])
            for slug in shown[one.city, one.competency]
        )
        gap = GapPeers(one, helpers, len(one.helpers) - len(helpers))
        result.setdefault(by_slug[one.city].pk, []).append(gap)
    return result
