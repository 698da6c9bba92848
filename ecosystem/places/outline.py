"""The ground of a city: counties and state lines from us-atlas, cut to a box.

The file knows places to about 300 meters east to west and 100 meters north to south: enough to see
which side of a river or a county line somebody is on, no street map.
"""

import json
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from ecosystem.maps.country import polygons
from ecosystem.maps.geometry import Point, Points
from ecosystem.places.projection import GeoBox, Site

logger = logging.getLogger(__name__)

SOURCE: Final = "us-atlas/counties-10m.json"

ISLAND: Final = 12.0
"""Smaller pieces of land, in squares of the tolerance, are left out."""

Line: TypeAlias = list[Point]
"""Points as the file has them: x is the longitude, y the latitude."""

FINENESS: Final = (2000.0, 1000.0, 500.0, 250.0, 120.0, 60.0)
MOST_POINTS: Final = 500
PER_COUNTY: Final = 5
"""A line may run off by the box's width over the first, below what can be seen; by more where
counties are many, so that the outlines of any city take at most about 6 KB of JSON. The name of a
county takes as much as so many points."""


class County(NamedTuple):
    """A county as far as it lies in the box. ``home`` is the one that the city's middle is in."""

    name: str
    home: bool
    rings: tuple[Line, ...]


class Ground(NamedTuple):
    counties: tuple[County, ...]
    state_lines: tuple[Line, ...]


NOTHING: Final = Ground((), ())


class Atlas(NamedTuple):
    """The whole file, laid out to be cut quickly: 6 MB.

    Arc n has the points from ``starts[n]`` to ``starts[n + 1]``. A county has a name and rings of
    arc numbers, where ~n is arc n backwards; ``extents`` are west, south, east and north of each.
    """

    points: Points
    starts: NDArray[np.intp]
    counties: tuple[tuple[str, tuple[tuple[int, ...], ...]], ...]
    extents: NDArray[np.float64]
    state_lines: tuple[int, ...]

    def arc(self, number: int) -> Line:
        found = self.points[self.starts[number] : self.starts[number + 1]]
        return [Point(x, y) for x, y in found.tolist()]


@lru_cache(maxsize=1)
def atlas() -> Atlas | None:
    """The file, read once per process; None, said in the log, if it is missing or unusable."""
    path = Path(settings.NODE_MODULES) / SOURCE
    try:
        return read_atlas(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, LookupError, TypeError) as problem:
        logger.warning("Places are drawn without counties: %s cannot be read (%s).", path, problem)
        return None


@lru_cache(maxsize=256)
def ground(box: GeoBox, middle: Site) -> Ground:
    """What lies in a box, kept per process; nothing if there is no atlas."""
    whole, found = atlas(), NOTHING
    if whole is None:
        return found
    for fineness in FINENESS:
        found = cut(whole, box, middle, (box.east - box.west) / fineness)
        if _points_in(found) <= MOST_POINTS:
            break
    return found


def _points_in(found: Ground) -> int:
    rings = sum(len(ring) for county in found.counties for ring in county.rings)
    return rings + sum(map(len, found.state_lines)) + PER_COUNTY * len(found.counties)


def read_atlas(topology: dict[str, Any]) -> Atlas:
    """Lay out a TopoJSON topology with the objects ``counties`` and ``states``."""
    lengths = np.array([len(arc) for arc in topology["arcs"]])
    starts = np.concatenate([[0], np.cumsum(lengths)])
    steps = np.array([step for arc in topology["arcs"] for step in arc], dtype=np.int64)
    # TopoJSON stores whole steps from point to point; each arc begins anew.
    summed = np.cumsum(steps, axis=0)
    summed -= np.repeat(summed[starts[:-1]] - steps[starts[:-1]], lengths, axis=0)
    transform = topology["transform"]
    points = summed * np.array(transform["scale"]) + np.array(transform["translate"])
    lows = np.minimum.reduceat(points, starts[:-1])
    highs = np.maximum.reduceat(points, starts[:-1])
    counties = tuple(
        (
            geometry["properties"]["name"],
            tuple(tuple(ring) for polygon in polygons(geometry) for ring in polygon),
        )
        for geometry in topology["objects"]["counties"]["geometries"]
        if geometry["type"]
    )
    extents = []
    for _name, rings in counties:
        arcs = [_unsigned(number) for ring in rings for number in ring]
        extents.append([*lows[arcs].min(axis=0), *highs[arcs].max(axis=0)])
    uses = Counter(
        _unsigned(number)
        for geometry in topology["objects"]["states"]["geometries"]
        if geometry["type"]
        for polygon in polygons(geometry)
        for ring in polygon
        for number in ring
    )
    return Atlas(
        points,
        starts,
        counties,
        np.array(extents).reshape(-1, 4),
        tuple(sorted(number for number, count in uses.items() if count > 1)),
    )


def _unsigned(number: int) -> int:
    return number if number >= 0 else ~number


def cut(whole: Atlas, box: GeoBox, middle: Site, tolerance: float) -> Ground:
    """Counties and state lines in a box, true to ``tolerance`` degrees.

    Arcs are simplified one by one, so that neighbors keep the same border.
    """
    least = ISLAND * tolerance * tolerance
    west, south, east, north = whole.extents.T
    near = np.flatnonzero(
        (south <= box.north) & (north >= box.south) & (west <= box.east) & (east >= box.west)
    )
    shapes: dict[int, Line] = {}
    found = []
    for name, outlines in (whole.counties[number] for number in near.tolist()):
        for number in (_unsigned(arc) for ring in outlines for arc in ring):
            if number not in shapes:
                shapes[number] = simplified(whole.arc(number), tolerance)
        rings = [_joined(shapes, ring) for ring in outlines]
        clipped = [part for ring in rings if _area(part := _clipped_ring(ring, box)) > least]
        if clipped:
            home = _inside(Point(middle.longitude, middle.latitude), rings)
            found.append(County(name, home, tuple(clipped)))
    lines = [
        piece
        for number in whole.state_lines
        if number in shapes
        for piece in _clipped_line(shapes[number], box)
    ]
    return Ground(tuple(found), tuple(lines))


def _joined(shapes: Mapping[int, Line], ring: Sequence[int]) -> Line:
    """The points of a ring: each arc begins where the last ended."""
    points: Line = []
    for number in ring:
        arc = shapes[number] if number >= 0 else shapes[~number][::-1]
        points += arc[1:] if points else arc
    return points


def simplified(line: Sequence[Point], tolerance: float) -> Line:
    """Without the points that lie within ``tolerance`` of the line (Douglas and Peucker, 1973)."""
    kept = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        a, b = line[first], line[last]
        dx, dy = b.x - a.x, b.y - a.y
        length = hypot(dx, dy)
        farthest, most = first, tolerance
        for number in range(first + 1, last):
            px, py = line[number].x - a.x, line[number].y - a.y
            away = abs(dx * py - dy * px) / length if length else hypot(px, py)
            if away > most:
                farthest, most = number, away
        if farthest != first:
            kept.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return [line[number] for number in sorted(kept)]


# ── Cutting ──────────────────────────────────────────────────────────────────────────────────────


def _touches(one: Point, other: Point, box: GeoBox) -> bool:
    """Whether the box around two points overlaps the other."""
    return (
        min(one.y, other.y) <= box.north
        and max(one.y, other.y) >= box.south
        and min(one.x, other.x) <= box.east
        and max(one.x, other.x) >= box.west
    )


def _clipped_ring(ring: Line, box: GeoBox) -> Line:
    """The part of a polygon's ring in the box (Sutherland and Hodgman, 1974)."""
    for axis, limit, sign in (
        (0, box.west, 1),
        (0, box.east, -1),
        (1, box.south, 1),
        (1, box.north, -1),
    ):
        ring = _cut_off(ring, axis, limit, sign)
    return ring


def _area(ring: Line) -> float:
    pairs = zip(ring, [*ring[1:], *ring[:1]], strict=True)
    return abs(sum(a.x * b.y - b.x * a.y for a, b in pairs)) / 2


def _cut_off(ring: Line, axis: int, limit: float, sign: int) -> Line:
    kept: Line = []
    for before, point in zip([*ring[-1:], *ring], ring, strict=False):
        was, stays = (before[axis] - limit) * sign >= 0, (point[axis] - limit) * sign >= 0
        if was != stays:
            kept.append(_at(before, point, axis, limit))
        if stays:
            kept.append(point)
    return kept


def _at(one: Point, other: Point, axis: int, limit: float) -> Point:
    share = (limit - one[axis]) / (other[axis] - one[axis])
    return Point(one.x + share * (other.x - one.x), one.y + share * (other.y - one.y))


def _clipped_line(line: Line, box: GeoBox) -> Iterator[Line]:
    """The pieces of a line that touch the box; each keeps one point beyond it."""
    piece: Line = []
    for one, other in pairwise(line):
        if _touches(one, other, box):
            piece = piece or [one]
            piece.append(other)
        elif piece:
            yield piece
            piece = []
    if piece:
        yield piece


def _inside(point: Point, rings: Sequence[Line]) -> bool:
    """Whether a ray from the point crosses the rings an odd number of times."""
    crossings = 0
    for ring in rings:
        for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (a.y > point.y) != (b.y > point.y):
                crossings += point.x < a.x + (point.y - a.y) * (b.x - a.x) / (b.y - a.y)
    return crossings % 2 == 1
