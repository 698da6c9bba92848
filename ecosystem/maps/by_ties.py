"""Where every actor stands in the arrangement by ties: near those it works with.

Parts of the map that do not hang together stand side by side; whoever works with nobody stands in
rows below. Whoever has a place keeps it, and a newcomer takes a free one near its neighbors; an
actor moves only when it gets its first tie, or when the map is laid out anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import dist
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from ecosystem.maps.band import TIED, in_band, next_in_band, rows_of
from ecosystem.maps.districts import CLOCKWISE, RESIDENTS
from ecosystem.maps.force import as_pairs, components, lay_out
from ecosystem.maps.geometry import Disc, Point, Points, sunflower
from ecosystem.maps.labels import Box
from ecosystem.maps.layout import OUTGROWN, Layout, Member, neighbors_of

ROOMY = 84.0
"""Usual distance between neighbors on a map with room, in map units."""

BETWEEN = 1.6
"""Free ground between parts that do not hang together, in usual distances."""

CLEAR = (0.9, 0.7, 0.5)
"""A newcomer's distance to others, in usual ones: the first that is to be found."""

FEW = 4
NEWCOMERS = 0.3
"""A few, or this share of those with ties, may come before the map is laid out anew."""

SECTORS = (RESIDENTS, *CLOCKWISE)


class _Part(NamedTuple):
    """Actors that hang together, laid out: their ids, places and the box around these."""

    ids: Sequence[int]
    places: Points
    width: float
    height: float


def arrange_by_ties(
    members: Iterable[Member],
    ties: Iterable[tuple[int, int]],
    kept: Mapping[int, Point] | None = None,
) -> Layout:
    """Place every member near its neighbors.

    Parameters
    ----------
    members
        Actors to place, in any order.
    ties
        Pairs of ids. Ends that are not members are left out.
    kept
        Places from earlier, by id; those of others than ``members`` are ignored.

    Returns
    -------
    Layout
        The same for the same input, whatever its order.
    """
    everyone = sorted(set(members))
    neighbors = neighbors_of(everyone, ties)
    known = {
        m.id: kept[m.id]
        for m in everyone
        # Who has got a tie leaves the rows of those who have none. Not the other way round: a
        # reader who sees fewer ties would send it there, and the next one back.
        if kept and m.id in kept and not (neighbors[m.id] and in_band(kept[m.id]))
    }
    if known and len(everyone) < OUTGROWN * max(len(known), FEW):
        extended = _extended(everyone, neighbors, known)
        if extended is not None:
            return Layout(extended, fresh=False)
    return Layout(_laid_out_anew(everyone, neighbors), fresh=True)


# ── A new map ────────────────────────────────────────────────────────────────────────────────────


def _laid_out_anew(
    members: Sequence[Member], neighbors: Mapping[int, Sequence[int]]
) -> dict[int, Point]:
    tied = [member.id for member in members if neighbors[member.id]]
    alone = sorted(
        (member for member in members if not neighbors[member.id]),
        key=lambda member: (SECTORS.index(member.sector), member.id),
    )
    places, spacing = _side_by_side(_parts(tied, neighbors))
    left = min((place.x for place in places.values()), default=TIED.left)
    right = max((place.x for place in places.values()), default=TIED.right)
    middle, half = (left + right) / 2, max((right - left) / 2, 200.0)
    rows = rows_of(
        len(alone), spacing, max(middle - half, TIED.left), min(middle + half, TIED.right)
    )
    places.update((member.id, place) for member, place in zip(alone, rows, strict=True))
    return places


def _parts(ids: Sequence[int], neighbors: Mapping[int, Sequence[int]]) -> list[_Part]:
    """The parts that hang together, each laid out around (0, 0), the tallest first."""
    number = {actor: position for position, actor in enumerate(ids)}
    pairs = as_pairs([(number[a], number[b]) for a in ids for b in neighbors[a] if a < b])
    parts = []
    for part in components(len(ids), pairs) if ids else []:
        own = pairs[np.isin(pairs[:, 0], part)]
        places = lay_out(len(part), np.searchsorted(part, own))
        places = places - (places.min(axis=0) + places.max(axis=0)) / 2
        width, height = np.ptp(places, axis=0) + BETWEEN
        parts.append(_Part([ids[n] for n in part], places, float(width), float(height)))
    return sorted(parts, key=lambda part: (-part.height, -part.width, part.ids[0]))


def _side_by_side(parts: Sequence[_Part]) -> tuple[dict[int, Point], float]:
    """All parts on the map, as large as fits, and the usual distance between neighbors."""
    if not parts:
        return {}, ROOMY
    ground = Box(TIED.left + 10, TIED.top + 10, TIED.right - 10, TIED.bottom - 10)
    tries = [parts[0].height * factor for factor in (1.0, 1.25, 1.6, 2.0, 2.6, 3.4, 5.0)]
    scale, columns = max(
        ((_scale(columns, ground), columns) for columns in (_columns(parts, h) for h in tries)),
        key=lambda found: found[0],
    )
    total = sum(_width(column) for column in columns)
    # Centered, and down at the rows of those without ties, however little ground is used.
    highest = scale * max(sum(part.height for part in column) for column in columns)
    x = (ground.left + ground.right) / 2 - scale * total / 2
    places: dict[int, Point] = {}
    for column in columns:
        x += scale * _width(column) / 2
        y = ground.bottom - highest / 2 - scale * sum(part.height for part in column) / 2
        for part in column:
            middle = y + scale * part.height / 2
            spots = part.places * scale + (x, middle)
            places.update(
                (actor, Point(float(spot[0]), float(spot[1])))
                for actor, spot in zip(part.ids, spots, strict=True)
            )
            y += scale * part.height
        x += scale * _width(column) / 2
    return places, scale


def _columns(parts: Sequence[_Part], height: float) -> list[list[_Part]]:
    columns: list[list[_Part]] = []
    used = height
    for part in parts:
        if used + part.height > height:
            columns.append([])
            used = 0.0
        columns[-1].append(part)
        used += part.height
    return columns


def _width(column: Sequence[_Part]) -> float:
    return max(part.width for part in column)


def _scale(columns: Sequence[Sequence[_Part]], ground: Box) -> float:
    wide = sum(_width(column) for column in columns)
    high = max(sum(part.height for part in column) for column in columns)
    return min((ground.right - ground.left) / wide, (ground.bottom - ground.top) / high, ROOMY)


# ── Newcomers on a map that is known ─────────────────────────────────────────────────────────────


def _extended(
    members: Sequence[Member],
    neighbors: Mapping[int, Sequence[int]],
    known: Mapping[int, Point],
) -> dict[int, Point] | None:
    """The known places, and one for each newcomer; None if too many come, or find no room."""
    places = dict(known)
    missing = [member.id for member in members if member.id not in places]
    coming = [actor for actor in missing if neighbors[actor]]
    tied = [place for place in places.values() if not in_band(place)]
    if len(coming) > max(FEW, NEWCOMERS * len(tied)):
        return None
    spacing = _usual_distance(tied)
    while coming:
        # Next is the one who has most of its neighbors on the map already.
        actor = max(coming, key=lambda a: (sum(n in places for n in neighbors[a]), -a))
        coming.remove(actor)
        near = [places[n] for n in neighbors[actor] if n in places and not in_band(places[n])]
        place = _near(near, tied, spacing) if near else _free_ground(tied, spacing)
        if place is None:
            return None
        places[actor] = place
        tied.append(place)
    left = min((place.x for place in tied), default=TIED.left)
    for actor in missing:
        if not neighbors[actor]:
            row = next_in_band([p for p in places.values() if in_band(p)], spacing, left)
            if row is None:
                return None
            places[actor] = row
    return places


def _usual_distance(places: Sequence[Point]) -> float:
    if len(places) < 2:
        return ROOMY
    points = np.array(places)
    return min(ROOMY, float(np.median(cKDTree(points).query(points, k=2)[0][:, 1])))


def _near(neighbors: Sequence[Point], taken: Sequence[Point], spacing: float) -> Point | None:
    """The free place nearest to the middle of the neighbors."""
    middle = Point(*np.median(np.array(neighbors), axis=0).tolist())
    tree = cKDTree(np.array(taken))
    for clear in CLEAR:
        for reach in (3, 8):
            candidates = sunflower(60 * reach, Disc(*middle, reach * spacing))
            free = candidates[
                (tree.query(candidates)[0] >= clear * spacing) & _on_ground(candidates)
            ]
            if len(free):
                x, y = min(free.tolist(), key=lambda spot: dist(spot, middle))
                return Point(x, y)
    return None


def _free_ground(taken: Sequence[Point], spacing: float) -> Point | None:
    """A place apart from all others, for the first of a new part."""
    if not taken:
        return Point((TIED.left + TIED.right) / 2, (TIED.top + TIED.bottom) / 2)
    step = spacing / 2
    x, y = np.meshgrid(
        np.arange(TIED.left, TIED.right, step), np.arange(TIED.top, TIED.bottom, step)
    )
    grid = np.column_stack([x.ravel(), y.ravel()])
    grid = grid[_on_ground(grid)]
    apart = cKDTree(np.array(taken)).query(grid)[0]
    free = grid[apart >= BETWEEN * spacing]
    if not len(free):
        return _near(taken, taken, spacing)
    middle = np.mean(np.array(taken), axis=0)
    x, y = min(free.tolist(), key=lambda spot: (round(dist(spot, middle)), spot))
    return Point(x, y)


def _on_ground(points: Points) -> np.ndarray:
    x, y = points[:, 0], points[:, 1]
    return (x >= TIED.left) & (x <= TIED.right) & (y >= TIED.top) & (y <= TIED.bottom)
