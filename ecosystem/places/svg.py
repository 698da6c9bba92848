"""The map of places as SVG: counties, dots that are links, names that do not overlap.

Everything is written as attributes; ``places.css`` adds what a page can do besides.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape
from typing import Final, NamedTuple

import numpy as np
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.framework import Sector
from ecosystem.maps import look
from ecosystem.maps.geometry import Disc, Point
from ecosystem.maps.labels import Board, Box, Label, around
from ecosystem.maps.lettering import clean, wrap
from ecosystem.maps.svg import draw_dot, draw_label
from ecosystem.places.outline import County, Ground, Line
from ecosystem.places.projection import MILE, Frame, Site
from ecosystem.places.spots import Spot
from ecosystem.places.values import Places

WATER: Final = "#d8e6ef"
LAND: Final = "#efede5"
HOME: Final = "#fdfcf8"
COUNTY_LINE: Final = "#b9b3a3"
STATE_LINE: Final = "#7d7766"
COUNTY_INK: Final = "#6b6656"

NAME_SIZE: Final = 11.5
NAME_WIDTH: Final = 150.0
COUNTY_SIZE: Final = 12.0
CITY_SIZE: Final = 23.0
CITY_WIDTH: Final = 260.0
CITY_INK: Final = "#857f6f"
SPACED: Final = 1.22
"""County names are written in spaced capitals, so much wider than usual."""

PIN_FROM: Final = 7.0
"""A spot pushed farther than this from its place has a line that leads there."""

BARS: Final = (0.25, 0.5, 1, 2, 5, 10, 20, 50)
LONGEST_BAR: Final = 150.0


class Word(NamedTuple):
    """A placed name of an actor."""

    sector: str
    label: Label


def draw_places(
    places: Places,
    spots: Sequence[Spot],
    ground: Ground,
    city: str,
    title: str,
    spot_link: str = "#spot-%d",
) -> SafeString:
    """The drawing as part of a page.

    Parameters
    ----------
    places
        With a frame.
    spots
        Of ``make_spots(places.drawn, places.frame)``; number n, counted from 1, is named so in
        ``spot_link``.
    city
        Its name, written where its middle is.
    spot_link
        Where the numbers lead that stand for many actors: the list that names them.
    """
    frame = places.frame
    if frame is None:
        raise ValueError("Nothing to draw: no actor of the city has a place.")
    board = _board(frame, spots)
    bar = _bar(frame)
    board.take(bar[1])
    names = _names(board, spots)
    middle = frame.point(places.middle) if places.middle else Point(0, 0)
    own = board.put(_near(middle, wrap(clean(city), CITY_WIDTH, CITY_SIZE), CITY_SIZE))
    counties = _county_names(board, frame, ground.counties)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="places-map" role="group"'
        f' aria-label="{escape(clean(title))}"'
        f' viewBox="0 0 {frame.width:.0f} {frame.height:.0f}" font-family="{look.FONT}">',
        *_ground(frame, ground),
        *_pins(spots),
        *_dots(spots),
        *_numbers(spots, spot_link),
        *_lettering(names, counties, own),
        *_drawn_bar(frame, *bar),
        "</svg>",
    ]
    return mark_safe("".join(parts))  # noqa: S308 - every text in it went through escape()


def _board(frame: Frame, spots: Sequence[Spot]) -> Board:
    discs = [disc for spot in spots for disc in (spot.dots or [spot.disc])]
    return Board(Box(4, 4, frame.width - 4, frame.height - 4), discs, kept_free=discs)


# ── Ground ───────────────────────────────────────────────────────────────────────────────────────


def _ground(frame: Frame, ground: Ground) -> Iterator[str]:
    water = WATER if ground.counties else LAND
    yield (
        f'<g aria-hidden="true"><rect class="water" width="{frame.width:.0f}"'
        f' height="{frame.height:.0f}" fill="{water}"/>'
        f'<g stroke="{COUNTY_LINE}" stroke-width="1" stroke-linejoin="round">'
    )
    for county in sorted(ground.counties, key=lambda county: county.home):
        path = "".join(_path(frame, ring) + "z" for ring in county.rings)
        kind, fill = ("county county-home", HOME) if county.home else ("county", LAND)
        yield f'<path class="{kind}" d="{path}" fill="{fill}"/>'
    yield "</g>"
    if ground.state_lines:
        path = "".join(_path(frame, line) for line in ground.state_lines)
        yield (
            f'<path class="state-line" d="{path}" fill="none" stroke="{STATE_LINE}"'
            f' stroke-width="1.6" stroke-dasharray="7 4"/>'
        )
    yield "</g>"


def _path(frame: Frame, line: Line) -> str:
    points = (frame.point(Site(point.y, point.x)) for point in line)
    return "M" + "L".join(f"{point.x:.0f} {point.y:.0f}" for point in points)


# ── Dots ─────────────────────────────────────────────────────────────────────────────────────────


def _pins(spots: Sequence[Spot]) -> Iterator[str]:
    """From each spot that had to give way to where it belongs."""
    far = [
        spot
        for spot in spots
        if max(abs(spot.disc.x - spot.true.x), abs(spot.disc.y - spot.true.y)) > PIN_FROM
    ]
    yield (
        f'<g class="pins" aria-hidden="true" stroke="{look.SECOND_INK}" stroke-width="1"'
        f' fill="{look.SECOND_INK}">'
    )
    for spot in far:
        yield (
            f'<path d="M{spot.disc.x:.1f} {spot.disc.y:.1f}L{spot.true.x:.1f} {spot.true.y:.1f}"/>'
            f'<circle cx="{spot.true.x:.1f}" cy="{spot.true.y:.1f}" r="1.8" stroke="none"/>'
        )
    yield "</g>"


def _dots(spots: Sequence[Spot]) -> Iterator[str]:
    """By sector, as on the network map, so that a screen reader reads them alike."""
    placed = [
        replace(one.actor, dot=dot)
        for spot in spots
        for one, dot in zip(spot.residents, spot.dots, strict=False)
    ]
    for sector in Sector.values:
        members = [actor for actor in placed if actor.sector == sector]
        if not members:
            continue
        label = ngettext(
            "%(sector)s: %(count)s organization",
            "%(sector)s: %(count)s organizations",
            len(members),
        ) % {"sector": Sector(sector).label, "count": number_format(len(members))}
        colors = look.SECTORS[sector]
        yield (
            f'<g class="sector-{sector}" role="list" aria-label="{escape(label)}"'
            f' fill="{colors.color}" stroke="{look.PAPER}" stroke-width="1.4"'
            f' font-weight="760" text-anchor="middle">'
        )
        for actor in members:
            yield draw_dot(actor, colors)
        yield "</g>"


def _numbers(spots: Sequence[Spot], link: str) -> Iterator[str]:
    """Spots of too many actors for dots: a number that leads to their names."""
    many = [(number, spot) for number, spot in enumerate(spots, start=1) if not spot.dots]
    if not many:
        return
    yield (
        f'<g role="list" aria-label="{escape(_("Many in one place"))}" fill="#12324f"'
        f' stroke="{look.PAPER}" stroke-width="2" font-weight="760" text-anchor="middle">'
    )
    for number, spot in many:
        count = number_format(len(spot.residents))
        said = _("%(count)s organizations close together; go to their names") % {"count": count}
        x, y, radius = spot.disc
        yield (
            f'<g role="listitem"><a href="{escape(link % number)}"><title>{escape(said)}</title>'
            f'<circle class="spot" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
            f'<text class="spot-count" x="{x:.1f}" y="{y + 4.6:.1f}" font-size="13"'
            f' fill="{look.PAPER}" stroke="none" aria-hidden="true">{count}</text></a></g>'
        )
    yield "</g>"


# ── Names ────────────────────────────────────────────────────────────────────────────────────────


def _names(board: Board, spots: Sequence[Spot]) -> list[Word]:
    """Beside the dots, where there is room; the best connected choose first."""
    dots = [
        (one.actor, dot)
        for spot in spots
        for one, dot in zip(spot.residents, spot.dots, strict=False)
    ]
    words = []
    for actor, dot in sorted(dots, key=lambda pair: (-pair[0].ties, pair[0].slug)):
        lines = wrap(clean(actor.name), NAME_WIDTH, NAME_SIZE)
        if label := board.put(_beside(lines, dot)):
            words.append(Word(actor.sector, label))
    return words


def _beside(lines: Sequence[str], dot: Disc) -> Iterator[Label]:
    """Right of the dot first, as maps do."""
    below, above, right, left, *corners = around(lines, dot, NAME_SIZE, clearance=2.0)
    yield from (right, left, below, above, *corners)


def _county_names(board: Board, frame: Frame, counties: Iterable[County]) -> list[Label]:
    """In each county, as near to its middle as there is room among dots and names."""
    labels = []
    for county in counties:
        rings = [[frame.point(Site(p.y, p.x)) for p in ring] for ring in county.rings]
        inside = _points_inside(rings, frame)
        if not len(inside):
            continue
        middle = inside.mean(axis=0)
        order = np.argsort(np.hypot(*(inside - middle).T), kind="stable")
        text = clean(county.name).upper()
        wide = COUNTY_SIZE * SPACED
        candidates = (
            Label((text,), float(x), float(y) + wide * 0.3, wide)
            for x, y in inside[order[:60]].tolist()
        )
        if label := board.put(candidates):
            labels.append(label)
    return labels


def _points_inside(rings: Sequence[Sequence[Point]], frame: Frame) -> np.ndarray:
    """Points of a grid over the frame that lie in a polygon."""
    x, y = np.meshgrid(
        np.arange(25, frame.width - 20, 25.0), np.arange(18, frame.height - 10, 18.0)
    )
    inside = np.zeros(x.shape, dtype=bool)
    for ring in rings:
        for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
            if a.y != b.y:
                between = (a.y > y) != (b.y > y)
                inside ^= between & (x < a.x + (y - a.y) * (b.x - a.x) / (b.y - a.y))
    return np.column_stack([x[inside], y[inside]])


def _near(middle: Point, lines: Sequence[str], size: float) -> Iterator[Label]:
    """Outward from a point, in steps of half a line."""
    steps = [(x, y) for x in range(-9, 10) for y in range(-9, 10)]
    for x, y in sorted(steps, key=lambda step: (step[0] ** 2 + step[1] ** 2, step)):
        yield Label(tuple(lines), middle.x + x * size, middle.y + y * size / 2, size)


def _lettering(
    names: Sequence[Word], counties: Sequence[Label], city: Label | None
) -> Iterator[str]:
    if city:
        # Quiet: it says where one is, and is in nobody's way.
        yield (
            f'<g class="city-name" fill="{CITY_INK}" font-size="{CITY_SIZE}" font-weight="760"'
            f' letter-spacing="-0.3" pointer-events="none" aria-hidden="true">'
            f"{draw_label(city)}</g>"
        )
    yield (
        f'<g class="county-names" fill="{COUNTY_INK}" stroke="{HOME}" stroke-width="2.5"'
        f' stroke-linejoin="round" paint-order="stroke" font-size="{COUNTY_SIZE}"'
        f' font-weight="640" letter-spacing="1.6" pointer-events="none" aria-hidden="true">'
    )
    yield from (draw_label(label) for label in counties)
    yield (
        f'</g><g class="names" fill="{look.INK}" stroke="{look.PAPER}" stroke-width="3"'
        f' stroke-linejoin="round" paint-order="stroke" font-size="{NAME_SIZE}"'
        f' font-weight="600" pointer-events="none" aria-hidden="true">'
    )
    yield from (draw_label(word.label) for word in names)
    yield "</g>"


# ── Scale ────────────────────────────────────────────────────────────────────────────────────────


def _bar(frame: Frame) -> tuple[float, Label]:
    """Length of the scale bar in units of the drawing, and its words."""
    mile = frame.per_kilometer * MILE
    miles = max((bar for bar in BARS if bar * mile <= LONGEST_BAR), default=BARS[0])
    number = number_format(miles) if miles >= 1 else {0.25: "¼", 0.5: "½"}[miles]
    words = ngettext("%(number)s mile", "%(number)s miles", 1 if miles <= 1 else 2)
    return miles * mile, Label((words % {"number": number},), 20, frame.height - 24, 12, "start")


def _drawn_bar(frame: Frame, length: float, label: Label) -> Iterator[str]:
    y = frame.height - 16
    yield (
        f'<g class="scale-bar" aria-hidden="true"><path d="M20 {y - 5:.0f}V{y:.0f}'
        f'H{20 + length:.0f}V{y - 5:.0f}" fill="none" stroke="{look.INK}" stroke-width="1.6"/>'
        f'<g fill="{look.INK}" font-size="12" font-weight="600">{draw_label(label)}</g></g>'
    )
