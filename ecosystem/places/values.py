"""What the map of places shows: who is where, who is too far away to be drawn, who has no place.

Nobody is dropped: every actor given is in exactly one of the three.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, NamedTuple

from actors.filters import folded
from ecosystem.maps.picture import DrawnActor
from ecosystem.places.projection import (
    MILE,
    Frame,
    Site,
    direction,
    distance,
    frame_around,
)

WIDTH: Final = 800.0
HEIGHT: Final = 560.0
MARGIN: Final = 56.0
"""Of the drawing, in its units."""

NARROWEST: Final = 9.0
"""The drawing shows at least so many kilometers, so that one address is not blown up to a yard."""

MOST: Final = 0.8
BEYOND: Final = 3.0
NEAR: Final = (20.0, 80.0)
"""Whoever is farther than this many times as far from the middle as most actors, is elsewhere:
otherwise one headquarters far out, or across the country, would shrink the city to a spot. Within
20 kilometers nobody is elsewhere, beyond 80 everybody."""


class Resident(NamedTuple):
    """An actor that is drawn, and where it is."""

    actor: DrawnActor
    site: Site


class Away(NamedTuple):
    """An actor too far from the others to be drawn: how far, and in which eighth of the compass."""

    actor: DrawnActor
    miles: float
    eighth: int


@dataclass(frozen=True, slots=True)
class Places:
    """``drawn``, ``away`` and ``unplaced`` are sorted by name.

    Without a ``frame`` there is nothing to draw: no actor of the city has a place.
    """

    frame: Frame | None
    middle: Site | None
    drawn: Sequence[Resident]
    away: Sequence[Away]
    unplaced: Sequence[DrawnActor]


def make_places(
    actors: Iterable[DrawnActor],
    sites: Mapping[int, Site],
    home: Site | None,
    shown: Collection[str] | None = None,
) -> Places:
    """Sort the actors of a map by where they are.

    Parameters
    ----------
    actors
        Everyone on the map.
    sites
        Their places, by id, as far as they are known.
    home
        The middle of the city. Without it, the middle of its actors.
    shown
        Slugs of those a filter leaves, or None for all. What the drawing shows of the ground does
        not change with it.
    """
    everyone = sorted(actors, key=lambda actor: (folded(actor.name), actor.slug))
    placed = [Resident(actor, sites[actor.id]) for actor in everyone if actor.id in sites]
    middle = home or _middle(
        [one.site for one in placed if not one.actor.visitor] or [*_sites(placed)]
    )
    if middle is None or not placed:
        return Places(None, middle, (), (), tuple(a for a in everyone if _is_in(a, shown)))
    reach = _reach([distance(middle, site) for site in _sites(placed)])
    near = [one for one in placed if distance(middle, one.site) <= reach]
    frame = frame_around(_sites(near) if near else [middle], WIDTH, HEIGHT, MARGIN, NARROWEST)
    return Places(
        frame,
        middle,
        tuple(one for one in near if _is_in(one.actor, shown)),
        tuple(
            Away(actor, distance(middle, site) / MILE, direction(middle, site))
            for actor, site in placed
            if distance(middle, site) > reach and _is_in(actor, shown)
        ),
        tuple(a for a in everyone if a.id not in sites and _is_in(a, shown)),
    )


def _is_in(actor: DrawnActor, shown: Collection[str] | None) -> bool:
    return shown is None or actor.slug in shown


def _sites(placed: Iterable[Resident]) -> list[Site]:
    return [one.site for one in placed]


def _middle(sites: Sequence[Site]) -> Site | None:
    if not sites:
        return None
    return Site(median(site.latitude for site in sites), median(site.longitude for site in sites))


def _reach(distances: Sequence[float]) -> float:
    """How far from the middle actors are drawn, in kilometers."""
    least, most = NEAR
    local = sorted(far for far in distances if far <= most)
    if not local:
        return most
    usual = local[min(len(local) - 1, int(MOST * len(local)))]
    return min(most, max(least, BEYOND * usual))
