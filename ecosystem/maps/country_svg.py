"""The cities on a map of the country, as SVG. One dot a city, all alike: no league table."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final, NamedTuple

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
    wide = _names(dots, NAME, DOT)
    phone = _names(dots, PHONE_NAME, PHONE_DOT)
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


def _names(dots: dict[Place, Disc], size: float, radius: float) -> dict[Place, Label]:
    """A name beside each dot that has room for one, over no other name and no dot.

    Whoever has the fewest places to choose from chooses first.
    """
    discs = {place: dot._replace(radius=radius) for place, dot in dots.items()}
    board = Board(FRAME, discs.values(), kept_free=discs.values())
    choices = {
        place: [label for label in _beside(clean(place.name), disc, size) if board.is_free(label)]
        for place, disc in discs.items()
    }
    placed = {}
    for place in sorted(choices, key=lambda place: (len(choices[place]), place.url)):
        if found := board.put(choices[place]):
            placed[place] = found
    return placed


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
