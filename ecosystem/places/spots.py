"""Dots that stand apart on a drawing of places, though several are at one address.

A few at one place form a little ring, some more a honeycomb. Spots in each other's way are pushed
apart a little; where that would take them too far from where they are, they become one, and a large
one shows a number.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from math import cos, dist, pi, sin, sqrt
from typing import Final, NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from ecosystem.maps.geometry import Disc, Point
from ecosystem.places.projection import Frame
from ecosystem.places.values import Resident

RING: Final = 6
MOST: Final = 19
"""Up to so many dots stand in a ring, and so many in a honeycomb; more become a number."""

AIR: Final = 1.5
FAR: Final = 26.0
"""A spot stands at most so many units from its place."""

ROUNDS: Final = 30
STEPS: Final = 60
FEW: Final = 80
"""Steps in which spots are pushed apart. More than a few of them will be merged anyway: a third of
the steps shows where."""

SIZES: Final = ((60, 10.0), (150, 8.5), (400, 7.5))
SMALLEST: Final = 6.5
"""Radius of a dot, on drawings of up to so many actors."""


class Spot(NamedTuple):
    """Actors at one place. ``true`` is the middle of where they are, ``disc`` where they are drawn.

    ``dots`` are the places of the actors, in their order; none when there are too many for that.
    """

    residents: Sequence[Resident]
    true: Point
    disc: Disc
    dots: Sequence[Disc]


def make_spots(residents: Sequence[Resident], frame: Frame) -> list[Spot]:
    """Everyone in a spot, the largest first, none over another."""
    radius = dot_radius(len(residents))
    by_place: defaultdict[Point, list[int]] = defaultdict(list)
    for number, one in enumerate(residents):
        x, y = frame.point(one.site)
        by_place[Point(round(x), round(y))].append(number)
    points = np.array([frame.point(one.site) for one in residents]).reshape(-1, 2)
    groups = sorted(by_place.values())
    for _round in range(ROUNDS):
        trues = np.array([points[group].mean(axis=0) for group in groups]).reshape(-1, 2)
        radii = np.array([_spot_radius(len(group), radius) for group in groups])
        places = _apart(trues, radii, frame)
        moved = np.hypot(*(places - trues).T)
        if len(groups) < 2 or (moved.max() <= FAR and _are_apart(places, radii)):
            break
        groups = _merged(groups, trues, moved)
    spots = [
        Spot(
            [residents[number] for number in group],
            Point(*true.tolist()),
            disc := Disc(float(place[0]), float(place[1]), float(wide)),
            _dots(len(group), disc, radius),
        )
        for group, true, place, wide in zip(groups, trues, places, radii, strict=True)
    ]
    return sorted(spots, key=lambda spot: (-len(spot.residents), spot.true))


def dot_radius(count: int) -> float:
    return next((size for most, size in SIZES if count <= most), SMALLEST)


def _spot_radius(count: int, radius: float) -> float:
    if count > MOST:
        return radius + 3 + 1.6 * sqrt(count)
    far, _dots = _cluster(count)
    return far * (2 * radius + AIR) + radius


def _dots(count: int, disc: Disc, radius: float) -> list[Disc]:
    if count > MOST:
        return []
    apart = 2 * radius + AIR
    return [Disc(disc.x + x * apart, disc.y + y * apart, radius) for x, y in _cluster(count)[1]]


@lru_cache(maxsize=MOST)
def _cluster(count: int) -> tuple[float, tuple[Point, ...]]:
    """Points at least 1 apart around (0, 0), and how far out the outermost is."""
    if count == 1:
        return 0.0, (Point(0.0, 0.0),)
    if count <= RING:
        far, turned = 0.5 / sin(pi / count), 0.0 if count == 2 else -pi / 2
        angles = [turned + 2 * pi * number / count for number in range(count)]
        return far, tuple(Point(far * cos(angle), far * sin(angle)) for angle in angles)
    honeycomb = [
        Point(column + row / 2, row * sqrt(3) / 2)
        for row in range(-3, 4)
        for column in range(-4, 5)
    ]
    points = sorted(honeycomb, key=lambda p: (round(dist(p, (0, 0)), 6), round(p.y, 6), p.x))
    return dist(points[count - 1], (0, 0)), tuple(points[:count])


def _apart(trues: np.ndarray, radii: np.ndarray, frame: Frame) -> np.ndarray:
    """Places near the true ones where no two spots overlap, if there is room."""
    places = trues.copy()
    if len(places) < 2:
        return places
    steps = STEPS if len(places) <= FEW else STEPS // 3
    for step in range(steps):
        places += (trues - places) * 0.08 * (1 - step / steps)
        close = cKDTree(places).query_pairs(2 * float(radii.max()) + AIR, output_type="ndarray")
        close = close[np.lexsort((close[:, 1], close[:, 0]))]
        one, other = close[:, 0], close[:, 1]
        way = places[one] - places[other]
        distance = np.hypot(way[:, 0], way[:, 1])
        way[distance < 1e-9] = (1.0, 0.3)
        overlap = np.maximum(radii[one] + radii[other] + AIR - distance, 0.0)
        move = way * (0.5 * overlap / np.maximum(distance, 1.0))[:, None]
        for axis, most in ((0, frame.width), (1, frame.height)):
            places[:, axis] += np.bincount(one, move[:, axis], len(places))
            places[:, axis] -= np.bincount(other, move[:, axis], len(places))
            places[:, axis] = np.clip(places[:, axis], radii + 2, most - radii - 2)
    return places


def _are_apart(places: np.ndarray, radii: np.ndarray) -> bool:
    close = cKDTree(places).query_pairs(2 * float(radii.max()), output_type="ndarray")
    distance = np.hypot(*(places[close[:, 0]] - places[close[:, 1]]).T)
    return bool(np.all(distance >= radii[close].sum(axis=1) - 0.5))


def _merged(groups: list[list[int]], trues: np.ndarray, moved: np.ndarray) -> list[list[int]]:
    """The spots that were pushed farthest join their nearest ones, in pairs."""
    tree = cKDTree(trues)
    joined: dict[int, list[int]] = dict(enumerate(groups))
    # Half of those too far off at a time: that makes room for others.
    far = [int(number) for number in np.argsort(-moved, kind="stable") if moved[number] > FAR / 2]
    used: set[int] = set()
    for number in far[: max(1, len(far) // 2)]:
        if number in used:
            continue
        nearest = [
            int(other)
            for other in np.atleast_1d(tree.query(trues[number], k=min(6, len(groups)))[1])
            if other != number and other not in used
        ]
        if not nearest:
            continue
        other = min(nearest, key=lambda n: (round(dist(trues[n], trues[number])), n))
        joined[min(number, other)] = sorted(joined[number] + joined[other])
        del joined[max(number, other)]
        used |= {number, other}
    if not used and len(groups) > 1:
        joined[0] = sorted(joined[0] + joined.pop(1))
    return sorted(joined.values())
