"""The cities on a map of the country, as SVG. One dot a city, all alike: no league table."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from typing import Final, NamedTuple

import numpy as np
from django.utils.safestring import SafeString, mark_safe

from ecosystem.maps import look
from ecosystem.maps.country import HEIGHT, WIDTH, Outline, project
from ecosystem.maps.geometry import Disc
from ecosystem.maps.labels import LINE, Board, Box, Label, around
from ecosystem.maps.lettering import clean, wrap

GROUND: Final = "#e9e6db"
DOT: Final = 7.0
NAME: Final = 16.0
PHONE_DOT: Final = 13.0
PHONE_NAME: Final = 33.0
"""A phone draws the country at a third of its size; names and dots are larger there."""

MOST_TRIED: Final = 120
"""A drawing of the country has no room for more names; trying each takes time."""

CROWDED: Final = 40.0
"""Cities nearer than this, in units of the drawing, leave each other little room for a name."""

FRAME: Final = Box(-12, -6, WIDTH + 30, HEIGHT + 6)


class Place(NamedTuple):
    """A city to be drawn. ``said`` is what its link says."""

    name: str
    url: str
    said: str
    latitude: float | None
    longitude: float | None


class Country(NamedTuple):
    """The drawing, and the names of the cities that have no place on it."""

    drawing: SafeString
    elsewhere: list[str]


def draw_country(outline: Outline, places: Sequence[Place], title: str) -> Country:
    """Draw the cities; those outside the fifty states or without a place are named apart."""
    dots: dict[Place, Disc] = {}
    for place in places:
        if place.latitude is None or place.longitude is None:
            continue
        if point := project(place.latitude, place.longitude):
            dots[place] = Disc(point.x, point.y, DOT)
    wide, phone = (
        dict(zip(dots, _names(_named(dots), size, radius), strict=True))
        for size, radius in ((NAME, DOT), (PHONE_NAME, PHONE_DOT))
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="country-map" role="group"'
        f' aria-label="{escape(title)}" viewBox="{FRAME.left:.0f} {FRAME.top:.0f}'
        f' {FRAME.right - FRAME.left:.0f} {FRAME.bottom - FRAME.top:.0f}"'
        f' font-family="{look.FONT}">',
        f'<g aria-hidden="true" fill="none"><path class="land" d="{outline.land}" fill="{GROUND}"/>'
        f'<path class="borders" d="{outline.borders}" stroke="{look.PAPER}" stroke-width="1.2"/>',
        "</g>",
        f'<g role="list" fill="{look.INK}" stroke="{look.PAPER}" stroke-linejoin="round"'
        f' font-weight="680">',
        *(_city(place, dot, wide.get(place), phone.get(place)) for place, dot in dots.items()),
        "</g></svg>",
    ]
    drawing = mark_safe("".join(parts))  # noqa: S308 - every text in it went through escape()
    return Country(drawing, [place.name for place in places if place not in dots])


class _Named(NamedTuple):
    """What placing a name depends on. ``tried`` says whether there may be room for it."""

    name: str
    url: str
    dot: Disc
    tried: bool


def _named(dots: dict[Place, Disc]) -> tuple[_Named, ...]:
    """The cities, of which those with the most room around them are tried for names."""
    points = np.array([(dot.x, dot.y) for dot in dots.values()]).reshape(-1, 2)
    near = [int(np.count_nonzero(np.abs(points - point).max(axis=1) < CROWDED)) for point in points]
    places = [*zip(near, dots, strict=True)]
    roomy = sorted(places, key=lambda pair: (pair[0], pair[1].url))[:MOST_TRIED]
    tried = {place for _near, place in roomy}
    return tuple(_Named(place.name, place.url, dot, place in tried) for place, dot in dots.items())


@lru_cache(maxsize=16)
def _names(cities: tuple[_Named, ...], size: float, radius: float) -> tuple[Label | None, ...]:
    """A name beside each dot that has room for one, over no other name and no dot.

    Whoever has the fewest places to choose from chooses first. Kept, because the same cities are
    drawn for almost every reader.
    """
    discs = [city.dot._replace(radius=radius) for city in cities]
    board = Board(FRAME, discs, kept_free=discs)
    choices = {
        number: [label for label in _beside(clean(city.name), disc, size) if board.is_free(label)]
        for number, (city, disc) in enumerate(zip(cities, discs, strict=True))
        if city.tried
    }
    placed: list[Label | None] = [None] * len(cities)
    for number in sorted(choices, key=lambda one: (len(choices[one]), cities[one].url)):
        placed[number] = board.put(choices[number])
    return tuple(placed)


def _beside(name: str, dot: Disc, size: float) -> Iterator[Label]:
    """Right of the dot first, as maps do; long names also in two lines."""
    for lines in ([name], wrap(name, max(len(name) * size * 0.36, 8 * size), size)):
        below, above, right, left, *corners = around(lines, dot, size)
        yield from (right, left, above, below, *corners)


def _city(place: Place, dot: Disc, wide: Label | None, phone: Label | None) -> str:
    # Two rings around each dot and name: white, so that they stand clear of borders.
    return (
        f'<g role="listitem"><a href="{escape(place.url)}" aria-label="{escape(place.said)}">'
        f'<circle class="city-dot" cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{dot.radius:.0f}"'
        f' fill="{look.LINK}" stroke-width="2.5"/>'
        f"{_text(wide, NAME, 'city-name')}{_text(phone, PHONE_NAME, 'city-name for-phone')}"
        "</a></g>"
    )


def _text(label: Label | None, size: float, names: str) -> str:
    if label is None:
        return ""
    hidden = ' display="none"' if "for-phone" in names else ""
    lines = [
        f'<tspan x="{label.x:.1f}" y="{label.y + number * LINE * size:.1f}">{escape(line)}</tspan>'
        for number, line in enumerate(label.lines)
    ]
    return (
        f'<text class="{names}" text-anchor="{label.anchor}" font-size="{size:.0f}"'
        f' stroke-width="{size / 4:.0f}" paint-order="stroke" aria-hidden="true"{hidden}>'
        f"{''.join(lines)}</text>"
    )
