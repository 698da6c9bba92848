"""Where every actor stands in the arrangement by group: each community in a disc of its own.

Communities come from the ties (gap method, G9), so that one more tie can shift a few actors from
one to another. Those move; all others keep their places. Whoever works with nobody stands in rows
below.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import cos, pi, sin
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from ecosystem.maps.band import TIED, in_band, next_in_band, rows_of
from ecosystem.maps.districts import FLATNESS, GAP, HEAD, ROOM
from ecosystem.maps.force import as_pairs, components, lay_out
from ecosystem.maps.geometry import Disc, Point, Points
from ecosystem.maps.layout import (
    Layout,
    Member,
    arrange_in_districts,
    districts_of,
    neighbors_of,
)

SMALLEST = 26.0
"""Radius of the disc of a group of two, if the map has room for it."""

AMONG = 3
"""An actor none of whose nearest so many is of its group stands in another one."""

STEPS = 130
PULL = 0.05
SETTLING = 50
"""Steps in which the discs are pulled together, how strongly, and steps after that."""

TURNS = (0.0, pi / 3, 2 * pi / 3)
"""Directions in which a new map is tried, in radians."""


class Group(NamedTuple):
    """The disc of a community to be drawn: its number and where it is."""

    number: int
    disc: Disc


def arrange_by_group(
    group_of: Mapping[int, int],
    ties: Iterable[tuple[int, int]],
    kept: Mapping[int, Point] | None = None,
) -> Layout:
    """Place every actor in the disc of its community, near its neighbors.

    Parameters
    ----------
    group_of
        Number of the community of every actor to be placed, by id; 0 for who is not connected.
    ties
        Pairs of ids. Others than those in ``group_of`` are left out.
    kept
        Places from earlier, by id; those of others than in ``group_of`` are ignored.

    Returns
    -------
    Layout
        The same for the same input, whatever its order. It does not depend on how communities are
        numbered on a map that is known.
    """
    everyone = [Member(actor, str(number)) for actor, number in sorted(group_of.items())]
    neighbors = neighbors_of(everyone, ties)
    known = {actor: kept[actor] for actor in sorted(group_of) if kept and actor in kept}
    grouped = _grouped(group_of, known)
    members = [Member(actor, str(number)) for actor, number in grouped.items()]
    pairs = [(a, b) for a in grouped for b in neighbors[a] if a < b and b in grouped]
    settled = _settled(grouped, known)

    def pack(sizes: Mapping[str, int]) -> dict[str, Disc]:
        return _packed(sizes, grouped, pairs, settled)

    layout = arrange_in_districts(members, pairs, settled, pack)
    # Of a known map without any tie that this reader sees, nothing is laid out anew.
    places, fresh = dict(layout.places), layout.fresh and (bool(grouped) or not known)
    alone = [actor for actor in sorted(group_of) if actor not in grouped]
    if fresh or not _added_to_band(alone, places, known):
        places.update(_band(alone, layout.places))
    return Layout(places, fresh)


def groups_of(group_of: Mapping[int, int], places: Mapping[int, Point]) -> list[Group]:
    """The discs to be drawn, by number: each holds its members, none overlaps another."""
    members = [
        Member(actor, str(number))
        for actor, number in group_of.items()
        if number and not in_band(places[actor])
    ]
    discs = districts_of(members, places, smallest=SMALLEST)
    return sorted(Group(int(number), disc) for number, disc in discs.items())


# ── Who belongs where ────────────────────────────────────────────────────────────────────────────


def _grouped(group_of: Mapping[int, int], known: Mapping[int, Point]) -> dict[int, int]:
    """Everyone who stands in a disc.

    Whoever has no tie but stands in one, because it had a tie or because its ties are hidden from
    this reader, is counted with those it stands next to. So it stays there for all readers.
    """
    grouped = {actor: number for actor, number in sorted(group_of.items()) if number}
    standing = [actor for actor in grouped if actor in known and not in_band(known[actor])]
    left = [
        actor
        for actor, place in known.items()
        if not group_of[actor] and not in_band(place) and standing
    ]
    if left:
        tree = cKDTree(np.array([known[actor] for actor in standing]))
        nearest = tree.query(np.array([known[actor] for actor in left]))[1]
        for actor, number in zip(left, nearest.tolist(), strict=True):
            grouped[actor] = grouped[standing[number]]
    return dict(sorted(grouped.items()))


def _settled(grouped: Mapping[int, int], known: Mapping[int, Point]) -> dict[int, Point]:
    """Those who stand among their own group."""
    standing = [actor for actor in grouped if actor in known and not in_band(known[actor])]
    if len(standing) < 2:
        return {actor: known[actor] for actor in standing}
    points = np.array([known[actor] for actor in standing])
    near = cKDTree(points).query(points, k=min(AMONG + 1, len(standing)))[1][:, 1:]
    sizes = Counter(grouped[actor] for actor in standing)
    return {
        actor: known[actor]
        for actor, others in zip(standing, near.tolist(), strict=True)
        if sizes[grouped[actor]] == 1
        or any(grouped[standing[other]] == grouped[actor] for other in others)
    }


# ── The discs ────────────────────────────────────────────────────────────────────────────────────


def _packed(
    sizes: Mapping[str, int],
    grouped: Mapping[int, int],
    pairs: Sequence[tuple[int, int]],
    settled: Mapping[int, Point],
) -> dict[str, Disc]:
    """One disc per community, near those it has ties with; as large as fits."""
    names = sorted(sizes, key=int)
    if not names:
        return {}
    counts = np.array([sizes[name] for name in names], dtype=float)
    start, is_known = _start(names, grouped, pairs, settled)
    packings = [
        _largest_packing(counts, start @ [[cos(turn), sin(turn)], [-sin(turn), cos(turn)]])
        for turn in ((0.0,) if is_known else TURNS)
    ]
    _score, discs = max(packings, key=lambda packing: packing[0])
    return dict(zip(names, _on_ground(discs), strict=True))


def _largest_packing(counts: np.ndarray, start: Points) -> tuple[float, list[Disc]]:
    """Discs as large as fit, with their room per actor, less for those that stand in a tower."""
    room, too_large, discs = ROOM, ROOM, _pack(counts, ROOM, start)
    if not _fits(discs):
        room = 0.0
        for _step in range(7):
            middle = (room + too_large) / 2
            tried = _pack(counts, middle, start)
            if _fits(tried):
                room, discs = middle, tried
            else:
                too_large = middle
    left, top, right, bottom = _bounds(discs)
    return room * min(1.0, FLATNESS * (right - left) / (bottom - top)) ** 0.5, discs


def _start(
    names: Sequence[str],
    grouped: Mapping[int, int],
    pairs: Sequence[tuple[int, int]],
    settled: Mapping[int, Point],
) -> tuple[Points, bool]:
    """Around (0, 0), where most communities were (then True), or where their ties pull them."""
    places = _pulled(names, grouped, pairs)
    standing: defaultdict[str, list[Point]] = defaultdict(list)
    for actor, place in settled.items():
        standing[str(grouped[actor])].append(place)
    if len(standing) * 2 <= len(names):
        return places, False
    for number, name in enumerate(names):
        if name in standing:
            places[number] = np.median(np.array(standing[name]), axis=0) - (500, 500)
    return places, True


def _pulled(
    names: Sequence[str], grouped: Mapping[int, int], pairs: Sequence[tuple[int, int]]
) -> Points:
    position = {name: number for number, name in enumerate(names)}
    meetings = set()
    for a, b in pairs:
        one, other = position[str(grouped[a])], position[str(grouped[b])]
        if one != other:
            meetings.add((min(one, other), max(one, other)))
    between = as_pairs(sorted(meetings))
    places = np.zeros((len(names), 2))
    left = 0.0
    for part in components(len(names), between):
        own = between[np.isin(between[:, 0], part)]
        spots = lay_out(len(part), np.searchsorted(part, own)) * 90
        spots += (left - spots[:, 0].min(), -spots[:, 1].mean())
        left = spots[:, 0].max() + 90
        places[part] = spots
    return places - places.mean(axis=0)


def _pack(counts: np.ndarray, room: float, start: Points) -> list[Disc]:
    """Pull the discs together from where they start, never over each other."""
    # A small group has somewhat more ground than its share, for its dots are not smaller.
    radii = np.maximum(SMALLEST * room / ROOM * 1.5, room * np.sqrt(counts + 0.5))
    places = start.copy()
    between = GAP + HEAD * 0.5
    apart = radii[:, None] + radii[None, :] + between
    np.fill_diagonal(apart, 0.0)
    for step in range(STEPS + SETTLING):
        pull = PULL * max(0.0, 1 - step / STEPS)
        places = places - places * pull * (FLATNESS**2, 1.0)
        way = places[:, None] - places[None, :]
        distance = np.maximum(np.hypot(way[..., 0], way[..., 1]), 1e-9)
        overlap = np.maximum(apart - distance, 0.0)
        places = places + (way * (overlap / distance * 0.4)[..., None]).sum(axis=1)
    return [Disc(float(x), float(y), float(r)) for (x, y), r in zip(places, radii, strict=True)]


def _bounds(discs: Sequence[Disc]) -> tuple[float, float, float, float]:
    return (
        min(disc.x - disc.radius for disc in discs),
        min(disc.y - disc.radius - HEAD for disc in discs),
        max(disc.x + disc.radius for disc in discs),
        max(disc.y + disc.radius for disc in discs),
    )


def _fits(discs: Sequence[Disc]) -> bool:
    left, top, right, bottom = _bounds(discs)
    if right - left > TIED.right - TIED.left or bottom - top > TIED.bottom - TIED.top:
        return False
    return all(one.gap_to(other) > GAP / 2 for i, one in enumerate(discs) for other in discs[:i])


def _on_ground(discs: Sequence[Disc]) -> list[Disc]:
    """In the middle, down at the rows of those who work with nobody."""
    left, _top, right, bottom = _bounds(discs)
    x, y = (TIED.left + TIED.right) / 2 - (left + right) / 2, TIED.bottom - 4 - bottom
    return [disc._replace(x=disc.x + x, y=disc.y + y) for disc in discs]


# ── The rows ─────────────────────────────────────────────────────────────────────────────────────


def _band(alone: Sequence[int], places: Mapping[int, Point]) -> dict[int, Point]:
    left = min((place.x for place in places.values()), default=TIED.left)
    right = max((place.x for place in places.values()), default=TIED.right)
    middle, half = (left + right) / 2, max((right - left) / 2, 200.0)
    rows = rows_of(len(alone), ROOM, max(middle - half, TIED.left), min(middle + half, TIED.right))
    return dict(zip(alone, rows, strict=True))


def _added_to_band(
    alone: Sequence[int], places: dict[int, Point], known: Mapping[int, Point]
) -> bool:
    """Keep the rows and add the newcomers to ``places``; False if there is no room for them."""
    left = min((place.x for place in places.values()), default=TIED.left)
    standing = [known[actor] for actor in alone if actor in known]
    for actor in alone:
        place = known.get(actor) or next_in_band(standing, ROOM, left)
        if place is None:
            return False
        if actor not in known:
            standing.append(place)
        places[actor] = place
    return True
