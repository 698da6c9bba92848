"""Points and discs. Lengths are map units; y grows downwards."""

from collections.abc import Iterable, Sequence
from math import cos, dist, hypot, pi, sin
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Points = NDArray[np.float64]
"""An array of shape (n, 2)."""

GOLDEN_ANGLE = pi * (3 - 5**0.5)
ROUNDING = 1e-7


class Point(NamedTuple):
    x: float
    y: float


class Disc(NamedTuple):
    x: float
    y: float
    radius: float

    @property
    def center(self) -> Point:
        return Point(self.x, self.y)

    def gap_to(self, other: "Disc") -> float:
        """Free space between the two rims; negative when they overlap."""
        return hypot(self.x - other.x, self.y - other.y) - self.radius - other.radius

    def holds(self, point: Point, margin: float = 0.0) -> bool:
        """Whether ``point`` is inside, at least ``margin`` from the rim."""
        return dist(self.center, point) <= self.radius - margin + ROUNDING


def enclosing_disc(points: Sequence[Point]) -> Disc:
    """The smallest disc that holds all points; of radius 0 around a single one.

    Raises
    ------
    ValueError
        If there is no point.

    References
    ----------
    Welzl (1991), Smallest enclosing disks, here in its iterative form.
    """
    if not points:
        raise ValueError("No disc encloses nothing.")
    disc = Disc(*points[0], 0.0)
    for i, first in enumerate(points):
        if disc.holds(first):
            continue
        disc = Disc(*first, 0.0)
        for j, second in enumerate(points[:i]):
            if disc.holds(second):
                continue
            disc = _disc_of_two(first, second)
            for third in points[:j]:
                if not disc.holds(third):
                    disc = _disc_of_three(first, second, third)
    return disc


def _disc_of_two(a: Point, b: Point) -> Disc:
    return Disc((a.x + b.x) / 2, (a.y + b.y) / 2, dist(a, b) / 2)


def _disc_of_three(a: Point, b: Point, c: Point) -> Disc:
    """The circle through three points; of points in a line, that of the two farthest apart."""
    bx, by, cx, cy = b.x - a.x, b.y - a.y, c.x - a.x, c.y - a.y
    twice_area = 2 * (bx * cy - by * cx)
    if abs(twice_area) < ROUNDING:
        pairs = [_disc_of_two(a, b), _disc_of_two(a, c), _disc_of_two(b, c)]
        return max(pairs, key=lambda disc: disc.radius)
    b2, c2 = bx * bx + by * by, cx * cx + cy * cy
    x, y = (cy * b2 - by * c2) / twice_area, (bx * c2 - cx * b2) / twice_area
    return Disc(a.x + x, a.y + y, hypot(x, y))


def sunflower(count: int, disc: Disc) -> Points:
    """``count`` points spread over a disc as the seeds of a sunflower."""
    number = np.arange(count)
    radius = disc.radius * np.sqrt((number + 0.5) / max(count, 1))
    angle = number * GOLDEN_ANGLE
    return np.column_stack([disc.x + radius * np.cos(angle), disc.y + radius * np.sin(angle)])


def ring(count: int, disc: Disc, turned: float = -pi / 2) -> Points:
    """``count`` points on the rim at equal distances, the first at the angle ``turned``."""
    angles = [turned + 2 * pi * number / count for number in range(count)]
    return np.array(
        [(disc.x + disc.radius * cos(a), disc.y + disc.radius * sin(a)) for a in angles]
    ).reshape(count, 2)


ROUNDS = 14
MANY = 200
"""From so many points on, fewer rounds do: a step in the raster of a thousand is not to be seen."""


def spread(count: int, disc: Disc) -> Points:
    """``count`` points in a disc, each in the middle of the space that is nearest to it.

    A relaxed sunflower (Lloyd's method on a fine sample of the disc): deterministic, without rows
    or spirals to be seen, and clear of the rim by about half the distance between neighbors.
    """
    if count == 1:
        return np.array([[disc.x, disc.y]])
    if count <= 5:
        return ring(count, disc._replace(radius=disc.radius * (0.46 if count < 4 else 0.56)))
    fine, rounds = (24, ROUNDS) if count < MANY else (12, ROUNDS // 2)
    sample = sunflower(max(600, fine * count), disc)
    points = sunflower(count, disc)
    for _round in range(rounds):
        nearest = cKDTree(points).query(sample)[1]
        size = np.bincount(nearest, minlength=count)
        for axis in (0, 1):
            total = np.bincount(nearest, weights=sample[:, axis], minlength=count)
            points[:, axis] = np.where(size > 0, total / np.maximum(size, 1), points[:, axis])
    return points


def smallest_distance(points: Iterable[Point]) -> float:
    """Between the two nearest of the points; infinite for fewer than two."""
    array = np.array(list(points), dtype=float)
    if len(array) < 2:
        return float("inf")
    return float(cKDTree(array).query(array, k=2)[0][:, 1].min())
