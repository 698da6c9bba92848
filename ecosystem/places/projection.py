"""From degrees to a drawing and back: Web Mercator, as Leaflet and map tiles have it."""

from collections.abc import Iterable
from math import asin, atan, atan2, cos, degrees, log, pi, radians, sin, sinh, sqrt, tan
from typing import Final, NamedTuple

from ecosystem.maps.geometry import Point

EARTH: Final = 6371.0
"""Mean radius in kilometers."""

MILE: Final = 1.609344
"""In kilometers."""

POLE: Final = 85.0
"""Web Mercator ends there."""


class Site(NamedTuple):
    """A place on earth, in degrees (WGS 84)."""

    latitude: float
    longitude: float


class GeoBox(NamedTuple):
    """A part of the earth between two parallels and two meridians, in degrees."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, site: Site) -> bool:
        return (
            self.south <= site.latitude <= self.north and self.west <= site.longitude <= self.east
        )

    def grown(self, share: float) -> "GeoBox":
        """Larger on each side by a share of its height and width."""
        high, wide = (self.north - self.south) * share, (self.east - self.west) * share
        return GeoBox(
            max(self.south - high, -POLE),
            self.west - wide,
            min(self.north + high, POLE),
            self.east + wide,
        )


class Frame(NamedTuple):
    """A drawing of ``width`` by ``height`` units. ``scale``: units per unit of Mercator."""

    left: float
    top: float
    scale: float
    width: float
    height: float

    def point(self, site: Site) -> Point:
        x, y = mercator(site)
        return Point((x - self.left) * self.scale, (y - self.top) * self.scale)

    @property
    def box(self) -> GeoBox:
        north, west = _site(self.left, self.top)
        south, east = _site(
            self.left + self.width / self.scale, self.top + self.height / self.scale
        )
        return GeoBox(south, west, north, east)

    @property
    def per_kilometer(self) -> float:
        """Units of the drawing per kilometer, in its middle."""
        middle = (self.box.north + self.box.south) / 2
        return self.scale / (EARTH * cos(radians(middle)))


def mercator(site: Site) -> Point:
    """On a globe of radius 1, y downwards."""
    latitude = radians(max(-POLE, min(POLE, site.latitude)))
    return Point(radians(site.longitude), -log(tan(pi / 4 + latitude / 2)))


def _site(x: float, y: float) -> Site:
    return Site(degrees(atan(sinh(-y))), degrees(x))


def frame_around(
    sites: Iterable[Site], width: float, height: float, margin: float, least: float
) -> Frame:
    """The frame that shows all sites, ``margin`` units from its rim, at least ``least`` km wide.

    Raises
    ------
    ValueError
        If there is no site.
    """
    points = [mercator(site) for site in sites]
    if not points:
        raise ValueError("No frame shows nothing.")
    left, right = min(p.x for p in points), max(p.x for p in points)
    top, bottom = min(p.y for p in points), max(p.y for p in points)
    x, y = (left + right) / 2, (top + bottom) / 2
    narrowest = least / (EARTH * cos(radians(_site(x, y).latitude)))
    scale = min(
        (width - 2 * margin) / max(right - left, 1e-12),
        (height - 2 * margin) / max(bottom - top, 1e-12),
        width / narrowest,
    )
    return Frame(x - width / scale / 2, y - height / scale / 2, scale, width, height)


def distance(one: Site, other: Site) -> float:
    """Along the surface of the earth, in kilometers."""
    a, b = radians(one.latitude), radians(other.latitude)
    half = radians(other.longitude - one.longitude) / 2
    chord = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(half) ** 2
    return 2 * EARTH * asin(sqrt(min(1.0, chord)))


def direction(one: Site, other: Site) -> int:
    """The eighth of the compass in which ``other`` is seen: 0 north, 2 east, 7 northwest."""
    a, b = radians(one.latitude), radians(other.latitude)
    turn = radians(other.longitude - one.longitude)
    bearing = atan2(sin(turn) * cos(b), cos(a) * sin(b) - sin(a) * cos(b) * cos(turn))
    return round(bearing / (pi / 4)) % 8
