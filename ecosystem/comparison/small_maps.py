"""Maps of several cities in one row, drawn at one scale.

A dot is as large in every drawing and takes as much paper, so a city with twice the organizations
is drawn twice as large. They stand where they do on the city's own map by sector. Without names:
each drawing leads to the map that has them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot, sqrt

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from ecosystem.analysis.data import EcosystemData
from ecosystem.analysis.graph import merge_ties
from ecosystem.maps.geometry import Point

WIDTH = 200.0
"""Of a drawing, in its own units."""

LARGEST = 96.0
"""Radius of the drawing of the largest city."""

LOWEST = 40.0
"""Height of a drawing at least: there is something to press where one dot stands alone."""

SMALLEST_SHARE = 0.12
"""Of the largest one's radius; a city of one organization is a dot in the middle."""


@dataclass(frozen=True, slots=True)
class SmallMap:
    """Half a drawing: around its middle, as wide as the map, to be scaled.

    ``dots`` are the organizations of each sector as the data of an SVG path of points, ``lines``
    the ties between them; ``radius`` is how far the outermost is from the middle, ``height`` how
    far up or down, in map units.
    """

    size: int
    radius: float
    height: float
    dots: Mapping[str, str]
    lines: str


def small_map(data: EcosystemData, places: Mapping[int, Point]) -> SmallMap:
    """Everyone on a map and the ties between them, existing ones, merged."""
    if not data.actors:
        return SmallMap(0, 0.0, 0.0, {}, "")
    actors = sorted(data.actors, key=lambda actor: actor.slug)
    stand = [places[actor.id] for actor in actors]
    middle = Point(
        (min(p.x for p in stand) + max(p.x for p in stand)) / 2,
        (min(p.y for p in stand) + max(p.y for p in stand)) / 2,
    )
    place = {
        actor.slug: (point.x - middle.x, point.y - middle.y)
        for actor, point in zip(actors, stand, strict=True)
    }
    dots: dict[str, list[str]] = {}
    for actor in actors:
        x, y = place[actor.slug]
        dots.setdefault(actor.sector, []).append(f"M{x:.0f} {y:.0f}h0")
    edges = merge_ties(data.ties, {actor.id: actor.slug for actor in actors})
    return SmallMap(
        size=len(actors),
        radius=max(hypot(x, y) for x, y in place.values()),
        height=max(abs(y) for _x, y in place.values()),
        dots={sector: "".join(dots[sector]) for sector in sorted(dots)},
        lines="".join(_line(place[edge.a], place[edge.b]) for edge in edges),
    )


def _line(a: tuple[float, float], b: tuple[float, float]) -> str:
    return f"M{a[0]:.0f} {a[1]:.0f}L{b[0]:.0f} {b[1]:.0f}"


def draw_small_maps(maps: Sequence[SmallMap], labels: Sequence[str]) -> list[SafeString]:
    """The drawings, each a picture that its label describes, all at the scale of the largest."""
    most = max((one.size for one in maps), default=0)
    dot = min(9.0, 1.1 * LARGEST / sqrt(max(most, 1)))
    scales = [_scale(one, most, dot) for one in maps]
    tallest = max((one.height * scale for one, scale in zip(maps, scales, strict=True)), default=0)
    height = max(LOWEST, 2 * tallest + dot + 2)
    return [
        _draw(one, scale, dot, height, label)
        for one, scale, label in zip(maps, scales, labels, strict=True)
    ]


def _scale(one: SmallMap, most: int, dot: float) -> float:
    """Paper grows with the number of organizations; so does the square of what is as wide."""
    if not one.radius:
        return 1.0
    share = max(SMALLEST_SHARE, sqrt(one.size / most))
    return (LARGEST * share - dot / 2) / one.radius


def _draw(one: SmallMap, scale: float, dot: float, height: float, label: str) -> SafeString:
    parts = [
        f'<svg class="small-map" viewBox="0 0 {WIDTH:g} {height:.0f}" role="img"'
        f' aria-label="{escape(label)}">'
        f'<g fill="none" transform="translate({WIDTH / 2:g} {height / 2:.1f}) scale({scale:.4f})">'
    ]
    if one.lines:
        width = 0.7 / scale
        parts.append(f'<path class="small-ties" stroke-width="{width:.2f}" d="{one.lines}"/>')
    parts += [
        f'<path class="small-dots sector-{escape(sector)}" stroke-linecap="round"'
        f' stroke-width="{dot / scale:.2f}" d="{path}"/>'
        for sector, path in one.dots.items()
    ]
    parts.append("</g></svg>")
    return mark_safe("".join(parts))  # noqa: S308 - numbers, and texts that went through escape()
