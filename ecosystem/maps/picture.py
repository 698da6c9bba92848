"""What is drawn: actors with their places, sizes and ties. The table shows the same."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from django.urls import reverse
from scipy.spatial import cKDTree

from actors.filters import folded
from ecosystem.analysis.data import EcosystemData
from ecosystem.analysis.graph import adjacency_of, merge_ties
from ecosystem.maps.districts import CLOCKWISE, RESIDENTS
from ecosystem.maps.geometry import Disc, Point
from ecosystem.maps.layout import Member, districts_of

LARGEST_DOT = 17.0
"""Radius, in map units, of the best connected actor on a map with room."""

SMALLEST_SHARE = 0.45
"""Radius of a dot without ties, as a share of the largest dot's."""

CLEAR = 0.8
"""Share of the distance between two actors that their dots may fill together."""


@dataclass(frozen=True, slots=True)
class DrawnActor:
    """An actor on the picture. ``visitor`` is at home elsewhere; ``neighbors`` are sorted by name.

    ``url`` is its page in this city, also a visitor's, so that a reader stays on this map.
    ``wishes`` is the number of ties it takes part in that are only wished for.
    """

    id: int
    slug: str
    name: str
    sector: str
    url: str
    visitor: bool
    dot: Disc
    neighbors: tuple[str, ...]
    wishes: int

    @property
    def ties(self) -> int:
        """Number of other actors on the map it works with."""
        return len(self.neighbors)


@dataclass(frozen=True, slots=True)
class Picture:
    """A city's map to be drawn. Ties are pairs of slugs, merged: one per pair of actors.

    ``actors`` are in slug order, ``districts`` by sector in the order in which they are read.
    """

    actors: Mapping[str, DrawnActor]
    districts: Mapping[str, Disc]
    ties: Sequence[tuple[str, str]]
    wished: Sequence[tuple[str, str]]
    kinds: Mapping[str, int]
    """Number of recorded existing ties by kind, most first: parallel ones counted each."""

    @property
    def alone(self) -> int:
        """How many actors have no tie on record."""
        return sum(not actor.neighbors for actor in self.actors.values())

    @property
    def visitors(self) -> int:
        return sum(actor.visitor for actor in self.actors.values())

    def of_sector(self, sector: str) -> list[DrawnActor]:
        """The actors of a district, the best connected first."""
        members = [actor for actor in self.actors.values() if actor.sector == sector]
        return sorted(members, key=lambda actor: (-actor.ties, folded(actor.name), actor.slug))


def make_picture(data: EcosystemData, places: Mapping[int, Point]) -> Picture:
    """Join a map's actors and ties with their places.

    Parameters
    ----------
    data
        What the viewer may see of the map.
    places
        A place for each of its actors, by id.
    """
    slug_of = {actor.id: actor.slug for actor in sorted(data.actors, key=lambda a: a.slug)}
    name_of = {actor.slug: actor.name for actor in data.actors}
    edges = merge_ties(data.ties, slug_of)
    adjacency = adjacency_of(slug_of.values(), edges)
    ties = [(edge.a, edge.b) for edge in edges]
    wished = _wished(data, slug_of, set(ties))
    wishes = Counter(slug for pair in wished for slug in pair)
    degrees = {actor.id: len(adjacency[actor.slug]) for actor in data.actors}
    radii = dot_radii(places, degrees)
    by_id = {actor.id: actor for actor in data.actors}
    drawn = {
        slug: DrawnActor(
            id=pk,
            slug=slug,
            name=by_id[pk].name,
            sector=by_id[pk].sector,
            url=reverse("actor", args=[data.scope.city, slug]),
            visitor=by_id[pk].city != data.scope.city,
            dot=Disc(*places[pk], radii[pk]),
            neighbors=tuple(
                sorted(adjacency[slug], key=lambda other: (folded(name_of[other]), other))
            ),
            wishes=wishes[slug],
        )
        for pk, slug in slug_of.items()
    }
    discs = districts_of((Member(a.id, a.sector) for a in data.actors), places)
    order = (RESIDENTS, *CLOCKWISE)
    return Picture(
        actors=drawn,
        districts={sector: discs[sector] for sector in order if sector in discs},
        ties=ties,
        wished=wished,
        kinds=dict(
            Counter(
                tie.kind
                for tie in data.ties
                if tie.status == "existing" and tie.source != tie.target
            ).most_common()
        ),
    )


def dot_radii(places: Mapping[int, Point], degrees: Mapping[int, int]) -> dict[int, float]:
    """Radii in map units: the area grows with the number of ties, and no two dots overlap."""
    ids = sorted(degrees)
    if not ids:
        return {}
    most = max(degrees.values())
    share = np.array([_share(degrees[actor], most) for actor in ids])
    if len(ids) == 1:
        return {ids[0]: LARGEST_DOT * float(share[0])}
    points = np.array([places[actor] for actor in ids])
    near = min(len(ids), 7)
    distance, other = cKDTree(points).query(points, k=near)
    distance, other = distance[:, 1:], other[:, 1:]
    allowed = CLEAR * distance / (share[:, None] + share[other])
    # A few who stand close make their own dots smaller, not those of the whole map.
    largest = min(LARGEST_DOT, float(np.quantile(allowed.min(axis=1), 0.03)))
    radii = largest * share * np.minimum(1.0, allowed.min(axis=1) / largest)
    return dict(zip(ids, radii.tolist(), strict=True))


def _share(degree: int, most: int) -> float:
    if most == 0:
        return 0.7
    return SMALLEST_SHARE + (1 - SMALLEST_SHARE) * sqrt(degree / most)


def _wished(
    data: EcosystemData, slug_of: Mapping[int, str], existing: set[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Pairs with a wished-for tie and no existing one."""
    pairs = {
        tuple(sorted((slug_of[tie.source], slug_of[tie.target])))
        for tie in data.ties
        if tie.status == "wished" and tie.source != tie.target
    }
    return sorted((a, b) for a, b in pairs if (a, b) not in existing)
