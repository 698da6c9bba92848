"""The rows below a map where those stand who work with nobody on it.

They are a part of the ground of their own: above ``LINE`` who has ties, below it who has none.
"""

from collections.abc import Sequence
from math import ceil, sqrt

import numpy as np
from scipy.spatial import cKDTree

from ecosystem.maps.districts import FLATNESS, GROUND
from ecosystem.maps.geometry import Point
from ecosystem.maps.labels import Box

TIED = Box(
    GROUND.x - GROUND.radius,
    GROUND.y - GROUND.radius * FLATNESS,
    GROUND.x + GROUND.radius,
    GROUND.y + GROUND.radius * FLATNESS,
)
"""The ground of those with ties."""

LINE = TIED.bottom + 16.0
BAND = Box(TIED.left, LINE + 34.0, TIED.right, 990.0)
"""The ground of those without; above it there is room for a name."""

WIDEST = 44.0
"""Distance between two in a row on a map with room."""


def in_band(place: Point) -> bool:
    """Whether it is a place for who works with nobody."""
    return place.y > LINE


def rows_of(count: int, spacing: float, left: float, right: float) -> list[Point]:
    """Places in tidy rows from the top left of the band, nearer to each other if there are many."""
    if not count:
        return []
    width, height = right - left, BAND.bottom - BAND.top
    step = min(spacing, WIDEST, 0.96 * sqrt(width * height / count))
    # A row is filled before the next begins, and no row is left for the last few alone.
    columns = ceil(count / ceil(count / max(1, int(width / step))))
    return [
        Point(left + step / 2 + number % columns * step, BAND.top + number // columns * step)
        for number in range(count)
    ]


def next_in_band(standing: Sequence[Point], spacing: float, left: float) -> Point | None:
    """The next free place in the rows of those who stand there; None when the band is full."""
    if not standing:
        return rows_of(1, spacing, left, BAND.right)[0]
    if len(standing) > 1:
        points = np.array(standing)
        spacing = float(np.median(cKDTree(points).query(points, k=2)[0][:, 1]))
    first, top = min(place.x for place in standing), min(place.y for place in standing)
    last = max(*(place.x for place in standing), first + 12 * spacing)
    for y in np.arange(top, BAND.bottom + 1, spacing):
        for x in np.arange(first, min(last, BAND.right) + 1, spacing):
            if all(abs(x - p.x) + abs(y - p.y) > 0.6 * spacing for p in standing):
                return Point(float(x), float(y))
    return None
