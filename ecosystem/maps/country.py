"""The outline of the United States, from the files of us-atlas, in pure Python.

The file is projected already: d3's AlbersUSA (scale 1300, middle at 487.5, 305) on 975 × 610, with
Alaska and Hawaii as insets. ``project`` puts cities where that projection puts them.
"""

import json
import logging
from functools import lru_cache
from math import cos, hypot, radians, sin, sqrt
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from django.conf import settings

from ecosystem.maps.geometry import Point

logger = logging.getLogger(__name__)

WIDTH: Final = 975
HEIGHT: Final = 610
SCALE: Final = 1300.0
MIDDLE: Final = Point(487.5, 305.0)

TOLERANCE: Final = 0.6
"""A border may run this far, in units of the drawing, from where the file has it."""

SMALLEST_RING: Final = 14.0
"""Islands smaller than this area, in square units, are left out."""

Arc: TypeAlias = list[Point]


class Outline(NamedTuple):
    """Paths as SVG writes them: the ground, and the borders between states."""

    land: str
    borders: str


@lru_cache(maxsize=1)
def outline() -> Outline | None:
    """The country to draw; None, said once in the log, if the file is missing or unusable."""
    path = Path(settings.NODE_MODULES) / "us-atlas" / "states-albers-10m.json"
    try:
        return read_outline(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, LookupError, TypeError) as problem:
        logger.warning("The map of the country is left out: %s cannot be read (%s).", path, problem)
        return None


def read_outline(topology: dict[str, Any]) -> Outline:
    """Turn a TopoJSON topology with the objects ``nation`` and ``states`` into paths.

    Arcs are simplified one by one, so that neighbors keep the same border.
    """
    arcs = [_simplified(arc) for arc in decoded(topology)]
    rings = [
        joined(arcs, ring)
        for geometry in topology["objects"]["nation"]["geometries"]
        for polygon in polygons(geometry)
        for ring in polygon
    ]
    uses: dict[int, int] = {}
    for state in topology["objects"]["states"]["geometries"]:
        for polygon in polygons(state):
            for arc in (arc for ring in polygon for arc in ring):
                number = arc if arc >= 0 else ~arc
                uses[number] = uses.get(number, 0) + 1
    shared = [arcs[number] for number, count in sorted(uses.items()) if count > 1]
    return Outline(
        land="".join(_path(ring) + "z" for ring in rings if _area(ring) >= SMALLEST_RING),
        borders="".join(_path(arc) for arc in shared),
    )


def decoded(topology: dict[str, Any]) -> list[Arc]:
    """The arcs in drawing units: TopoJSON stores whole steps from point to point."""
    (scale_x, scale_y), (left, top) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append(Point(x * scale_x + left, y * scale_y + top))
        arcs.append(arc)
    return arcs


def polygons(geometry: dict[str, Any]) -> list[list[list[int]]]:
    """The polygons of a geometry, each a list of rings, each a list of numbers of arcs."""
    return [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]


def joined(arcs: list[Arc], ring: list[int]) -> Arc:
    """The points of a ring; arc ~n is arc n backwards, and each begins where the last ended."""
    points: Arc = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    return points


def _simplified(arc: Arc) -> Arc:
    """Without the points that lie within ``TOLERANCE`` of the line (Douglas and Peucker, 1973)."""
    kept = {0, len(arc) - 1}
    spans = [(0, len(arc) - 1)]
    while spans:
        first, last = spans.pop()
        farthest, distance = first, TOLERANCE
        for number in range(first + 1, last):
            away = _distance(arc[number], arc[first], arc[last])
            if away > distance:
                farthest, distance = number, away
        if farthest != first:
            kept.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return [arc[number] for number in sorted(kept)]


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to the segment between two others, which may be the same."""
    dx, dy = end.x - start.x, end.y - start.y
    length = dx * dx + dy * dy
    along = ((point.x - start.x) * dx + (point.y - start.y) * dy) / length if length else 0.0
    along = max(0.0, min(1.0, along))
    return hypot(point.x - start.x - along * dx, point.y - start.y - along * dy)


def _area(ring: Arc) -> float:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(a.x * b.y - b.x * a.y for a, b in pairs)) / 2


def _path(points: Arc) -> str:
    """Whole units, as steps from point to point: a third of the size."""
    x, y = round(points[0].x), round(points[0].y)
    steps = [f"M{x} {y}l"]
    for point in points[1:]:
        dx, dy = round(point.x) - x, round(point.y) - y
        if dx or dy:
            steps.append(f"{dx} {dy} ")
            x, y = x + dx, y + dy
    return "".join(steps).rstrip(" l").replace(" -", "-")


# ── The projection ───────────────────────────────────────────────────────────────────────────────


class _Cone(NamedTuple):
    """An equal-area conic projection (Albers), as d3 writes it. Angles in degrees.

    ``meridian`` is drawn upright, ``center`` (relative to it) lands on ``at``.
    """

    meridian: float
    center: tuple[float, float]
    parallels: tuple[float, float]
    scale: float
    at: Point

    def __call__(self, latitude: float, longitude: float) -> Point:
        x, y = self._raw(latitude, longitude - self.meridian)
        x0, y0 = self._raw(self.center[1], self.center[0])
        return Point(self.at.x + self.scale * (x - x0), self.at.y - self.scale * (y - y0))

    def _raw(self, latitude: float, longitude: float) -> tuple[float, float]:
        south, north = (sin(radians(parallel)) for parallel in self.parallels)
        n = (south + north) / 2
        c = 1 + south * (2 * n - south)
        radius = sqrt(max(c - 2 * n * sin(radians(latitude)), 0.0)) / n
        # Once around the world at most: cities beyond the date line stay near their neighbors.
        angle = n * radians((longitude + 180) % 360 - 180)
        return radius * sin(angle), sqrt(c) / n - radius * cos(angle)


LOWER_48: Final = _Cone(-96, (-0.6, 38.7), (29.5, 45.5), SCALE, MIDDLE)
ALASKA: Final = _Cone(
    -154,
    (-2, 58.5),
    (55, 65),
    0.35 * SCALE,
    Point(MIDDLE.x - 0.307 * SCALE, MIDDLE.y + 0.201 * SCALE),
)
HAWAII: Final = _Cone(
    -157,
    (-3, 19.9),
    (8, 18),
    SCALE,
    Point(MIDDLE.x - 0.205 * SCALE, MIDDLE.y + 0.212 * SCALE),
)


def project(latitude: float, longitude: float) -> Point | None:
    """Where a place stands on the drawing; None for one that is not on it, such as Puerto Rico."""
    if 24 <= latitude <= 50 and -125.5 <= longitude <= -66:
        return LOWER_48(latitude, longitude)
    if 51 <= latitude <= 72 and (longitude <= -129 or longitude >= 172):
        return ALASKA(latitude, longitude)
    if 18.5 <= latitude <= 23 and -161 <= longitude <= -154:
        return HAWAII(latitude, longitude)
    return None
