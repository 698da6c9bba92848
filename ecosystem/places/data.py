"""The map of places as the JSON that the element ``<place-map>`` reads.

``static/js/place-map/README.md`` says what it does with each key.
"""

from itertools import groupby
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from actors.framework import Sector
from ecosystem.maps.geometry import Point
from ecosystem.maps.lettering import clean
from ecosystem.maps.look import SECTORS
from ecosystem.places.outline import Ground, Line
from ecosystem.places.projection import GeoBox, Site
from ecosystem.places.values import Places

STEPS_PER_DEGREE: Final = 10_000
"""Lines are stored in steps of about ten meters, well below what the outlines know."""

ROAM: Final = 1.0
ROAM_WIDE: Final = 0.3
WIDE: Final = 0.6
"""How far beyond the first view the map goes on each side, in its heights and widths; less where
that is more than so many degrees wide, for there it shows the surroundings already."""


def limits_of(view: GeoBox) -> GeoBox:
    """The part of the ground to be given: as far as the map can be moved."""
    return view.grown(ROAM if view.east - view.west <= WIDE else ROAM_WIDE)


def place_map_data(places: Places, ground: Ground, city: str) -> dict[str, Any]:
    """What the map shows, names as plain text.

    Parameters
    ----------
    places
        Of the filtered actors. Without a frame the result is that of an empty map.
    ground
        Cut to ``limits_of(places.frame.box)``.
    """
    view = places.frame.box if places.frame else None
    return {
        "city": {"name": clean(city), "at": _at(places.middle)},
        "view": _corners(view) if view else None,
        "limits": _corners(limits_of(view)) if view else None,
        "ground": ground_data(ground),
        "sectors": {
            sector: {"label": str(Sector(sector).label), "letter": look.letter}
            for sector, look in SECTORS.items()
        },
        "actors": [
            {
                "slug": one.actor.slug,
                "name": clean(one.actor.name),
                "sector": one.actor.sector,
                "url": one.actor.url,
                "ties": one.actor.ties,
                "visitor": one.actor.visitor,
                "at": _at(one.site),
            }
            for one in places.drawn
        ],
        "tiles": _tiles(),
        "texts": _texts(),
    }


def ground_data(ground: Ground) -> dict[str, Any]:
    """Outlines, at most 6 KB for a city.

    A line is a flat list of whole steps of 1 / 10,000 degree: the latitude and longitude of its
    first point, then the differences from point to point.
    """
    return {
        "counties": [
            {
                "name": clean(county.name),
                "home": county.home,
                "rings": [_steps(ring) for ring in county.rings],
            }
            for county in ground.counties
        ],
        "state_lines": [_steps(line) for line in ground.state_lines],
    }


def _steps(line: Line) -> list[int]:
    steps, latitude, longitude = list[int](), 0, 0
    for point in _whole_steps(line):
        steps += (int(point.y) - latitude, int(point.x) - longitude)
        latitude, longitude = int(point.y), int(point.x)
    return steps


def _whole_steps(line: Line) -> list[Point]:
    """The points in whole steps; neighbors that fall together are one."""
    steps = [Point(round(p.x * STEPS_PER_DEGREE), round(p.y * STEPS_PER_DEGREE)) for p in line]
    return [point for point, _same in groupby(steps)]


def _at(site: Site | None) -> list[float] | None:
    return None if site is None else [round(site.latitude, 5), round(site.longitude, 5)]


def _corners(box: GeoBox) -> list[list[float]]:
    """Southwest and northeast, as Leaflet has them."""
    return [
        [round(box.south, 5), round(box.west, 5)],
        [round(box.north, 5), round(box.east, 5)],
    ]


def _tiles() -> dict[str, str] | None:
    if not settings.MAP_TILE_URL:
        return None
    return {"url": settings.MAP_TILE_URL, "attribution": settings.MAP_TILE_ATTRIBUTION}


def _texts() -> dict[str, str]:
    """Said by the element itself; %(…)s is filled in there."""
    return {
        "map": _("Map of places"),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "whole": _("Show the whole city"),
        "many": _("%(count)s organizations close together, zoom in"),
        "elsewhere": _("from elsewhere"),
        "in_sight": _("In sight: %(count)s of %(all)s organizations with a place."),
        "outlines": _("County lines: U.S. Census Bureau"),
    }
