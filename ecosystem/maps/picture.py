"""What is drawn: actors with their places, sizes and ties. The table shows the same."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from django.urls import reverse
from scipy.spatial import cKDTree

from actors.filters import folded
from actors.framework import Sector
from ecosystem.analysis.data import EcosystemData
from ecosystem.analysis.graph import adjacency_of, merge_ties
from ecosystem.maps import look
from ecosystem.maps.districts import CLOCKWISE, RESIDENTS
from ecosystem.maps.geometry import Disc, Point
from ecosystem.maps.layout import Member, districts_of

LARGEST_DOT = 17.0
"""Radius, in map units, of the best connected actor on a map with room."""

SMALLEST_SHARE = 0.45
"""Radius of a dot without ties, as a share of the largest dot's."""

CLEAR = 0.8
"""Share of the distance between two actors that their dots may fill together."""

EVERYWHERE: Final = ""
"""The district of an arrangement that has none."""

Pair: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DrawnActor:
    """An actor on the picture. ``visitor`` is at home elsewhere; ``neighbors`` are sorted by name.

    ``url`` is where its dot leads. ``wishes`` is the number of ties it takes part in that are only
    wished for. ``district`` is the key of the disc it stands in.
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
    district: str
    paint: look.Paint
    letter: str

    @property
    def ties(self) -> int:
        """Number of other actors on the picture it works with."""
        return len(self.neighbors)


class District(NamedTuple):
    """A disc with its name. ``short`` stands for the name where there is no room."""

    disc: Disc
    title: str
    short: str
    hue: look.Hue = look.PLAIN
    sector: str = ""


class Strong(NamedTuple):
    """A tie drawn in the style of its kind. ``number`` counts those of the same two actors."""

    pair: Pair
    line: look.Line
    number: int
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Who is spoken of; all others step back. ``trail`` is a way from actor to actor."""

    raised: frozenset[str]
    picked: str = ""
    strong: Sequence[Strong] = ()
    trail: Sequence[Pair] = ()


class Style(NamedTuple):
    """How an actor looks, by its slug: its color, and the letter on it."""

    paint: Callable[[str], look.Paint]
    letter: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Picture:
    """A city's map to be drawn. Ties are pairs of slugs, merged: one per pair of actors.

    ``actors`` are in slug order, ``districts`` in the order in which they are read; those without
    an actor on the picture too, so that it keeps its shape when it is narrowed down. ``sure`` are
    the ties that both sides confirmed; ``ground`` are the dots of the whole map.
    """

    actors: Mapping[str, DrawnActor]
    districts: Mapping[str, District]
    ties: Sequence[Pair]
    wished: Sequence[Pair]
    sure: frozenset[Pair]
    ground: Sequence[Disc]
    emphasis: Emphasis | None = None

    @property
    def visitors(self) -> int:
        return sum(actor.visitor for actor in self.actors.values())

    @property
    def reading_order(self) -> list[str]:
        """The districts that somebody stands in; who stands in none comes last."""
        standing = {actor.district for actor in self.actors.values()}
        return [*(key for key in self.districts if key in standing), *({EVERYWHERE} & standing)]

    def members(self, district: str) -> list[DrawnActor]:
        """The actors of a district, the best connected first."""
        members = [actor for actor in self.actors.values() if actor.district == district]
        return sorted(members, key=lambda actor: (-actor.ties, folded(actor.name), actor.slug))


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where everybody on the map stands: a place by id, and the districts by key.

    ``district_of`` gives every actor, by slug, the key of the one it stands in.
    """

    places: Mapping[int, Point]
    districts: Mapping[str, District] = field(default_factory=dict)
    district_of: Mapping[str, str] = field(default_factory=dict)

    @property
    def in_plain_colors(self) -> "Arrangement":
        """The same where colors mean something else than the districts."""
        plain = {
            key: district._replace(hue=look.PLAIN, sector="")
            for key, district in self.districts.items()
        }
        return replace(self, districts=plain)


def sector_arrangement(data: EcosystemData, places: Mapping[int, Point]) -> Arrangement:
    """The arrangement by sector."""
    discs = districts_of((Member(a.id, a.sector) for a in data.actors), places)
    return Arrangement(
        places,
        {
            sector: District(
                discs[sector],
                str(Sector(sector).label),
                look.SECTORS[sector].letter,
                look.Hue(*look.SECTORS[sector][:2]),
                sector,
            )
            for sector in (RESIDENTS, *CLOCKWISE)
            if sector in discs
        },
        {actor.slug: actor.sector for actor in data.actors},
    )


def make_picture(
    data: EcosystemData,
    places: Mapping[int, Point] | Arrangement,
    *,
    shown: EcosystemData | None = None,
    style: Style | None = None,
    emphasis: Emphasis | None = None,
    address: Callable[[str], str] | None = None,
) -> Picture:
    """Join a map's actors and ties with their places.

    Parameters
    ----------
    data
        What the viewer may see of the map.
    places
        Where everybody stands; bare places are those of the arrangement by sector.
    shown
        The part of ``data`` that is drawn; all of it if nothing is said.
    style
        How actors look; by sector if nothing is said.
    emphasis
        Who is spoken of.
    address
        Where the dot of a slug leads; to its page in this city if nothing is said, also a
        visitor's, so that a reader stays on this map.
    """
    stand = places if isinstance(places, Arrangement) else sector_arrangement(data, places)
    shown = shown or data
    slug_of = {actor.id: actor.slug for actor in sorted(shown.actors, key=lambda a: a.slug)}
    by_id = {actor.id: actor for actor in shown.actors}
    name_of = {actor.slug: actor.name for actor in shown.actors}
    style = style or sector_style({actor.slug: actor.sector for actor in shown.actors})
    address = address or (lambda slug: reverse("actor", args=[data.scope.city, slug]))
    edges = merge_ties(shown.ties, slug_of)
    adjacency = adjacency_of(slug_of.values(), edges)
    ties = [(edge.a, edge.b) for edge in edges]
    wished = _wished(shown, slug_of, set(ties))
    wishes = Counter(slug for pair in wished for slug in pair)
    # Everybody keeps the size that they have on the whole map.
    radii = dot_radii(stand.places, _degrees(data))

    def drawn(pk: int, slug: str) -> DrawnActor:
        actor = by_id[pk]
        visitor = actor.city != data.scope.city
        paint = style.paint(slug)
        return DrawnActor(
            id=pk,
            slug=slug,
            name=actor.name,
            sector=actor.sector,
            url=address(slug),
            visitor=visitor,
            dot=Disc(*stand.places[pk], radii[pk]),
            neighbors=tuple(
                sorted(adjacency[slug], key=lambda other: (folded(name_of[other]), other))
            ),
            wishes=wishes[slug],
            district=stand.district_of.get(slug, EVERYWHERE),
            paint=paint.opened if visitor and not paint.ring else paint,
            letter=style.letter(slug),
        )

    return Picture(
        actors={slug: drawn(pk, slug) for pk, slug in slug_of.items()},
        districts=stand.districts,
        ties=ties,
        wished=wished,
        sure=frozenset(
            _pair(slug_of[tie.source], slug_of[tie.target])
            for tie in shown.ties
            if tie.status == "existing" and tie.confirmed == "both"
        ),
        ground=[Disc(*stand.places[actor.id], radii[actor.id]) for actor in data.actors],
        emphasis=emphasis,
    )


def sector_style(sector_of: Mapping[str, str]) -> Style:
    """Colors and letters of the sectors."""
    paints = {sector: look.Paint(hue.color) for sector, hue in look.SECTORS.items()}
    return Style(
        paint=lambda slug: paints[sector_of[slug]],
        letter=lambda slug: look.SECTORS[sector_of[slug]].letter,
    )


def _degrees(data: EcosystemData) -> dict[int, int]:
    near: dict[int, set[int]] = {actor.id: set() for actor in data.actors}
    for tie in data.ties:
        if tie.status == "existing" and tie.source != tie.target:
            near[tie.source].add(tie.target)
            near[tie.target].add(tie.source)
    return {actor: len(others) for actor, others in near.items()}


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


def _wished(data: EcosystemData, slug_of: Mapping[int, str], existing: set[Pair]) -> list[Pair]:
    """Pairs with a wished-for tie and no existing one."""
    pairs = {
        _pair(slug_of[tie.source], slug_of[tie.target])
        for tie in data.ties
        if tie.status == "wished" and tie.source != tie.target
    }
    return sorted(pairs - existing)


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)
