"""A radar: a few shares on axes around a center."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, pi, sin

from django.utils.safestring import SafeString, mark_safe

from ecosystem.charts.lettering import broken

WIDTH, HEIGHT = 400, 300
CENTER = WIDTH / 2, HEIGHT / 2 + 2
RADIUS = 96
RINGS = (0.25, 0.5, 0.75, 1.0)
SIZE, LINE = 15, 17
SIDE_LETTERS, WIDE_LETTERS = 12, 40
"""Beside the rings is little room for a label, above and below them is much."""

UPRIGHT = 1e-6
"""An axis this near to straight up or down is labeled above or below its end."""


@dataclass(frozen=True)
class Axis:
    """One axis: its name, a share from 0 to 1, and the share in words."""

    label: str
    value: float
    said: str


def draw_radar(axes: Sequence[Axis], title: str) -> SafeString:
    """The shares as a shape around the center, the first axis straight up, then clockwise.

    The corner of each axis lies at exactly its share of the radius. Fewer than three axes have no
    shape; they are drawn as a line or a dot.
    """
    parts = [
        f'<svg class="radar" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" focusable="false">'
        f"<title>{escape(title)}</title>"
    ]
    parts += _rings(len(axes))
    corners = [_point(place, len(axes), axis.value) for place, axis in enumerate(axes)]
    parts.append(
        f'<polygon class="radar-shape" points="{_points(corners)}" fill="#0f6b63"'
        ' fill-opacity="0.25" stroke="#0f6b63" stroke-width="2.5" stroke-linejoin="round"/>'
    )
    parts += [
        f'<circle class="radar-corner" cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#0f6b63"/>'
        for x, y in corners
    ]
    for place, axis in enumerate(axes):
        parts += _label(axis, *_point(place, len(axes), 1))
    parts.append("</svg>")
    return mark_safe("".join(parts))  # noqa: S308 - every text in it went through escape()


def _point(place: int, count: int, share: float) -> tuple[float, float]:
    angle = 2 * pi * place / max(count, 1)
    return CENTER[0] + RADIUS * share * sin(angle), CENTER[1] - RADIUS * share * cos(angle)


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _rings(count: int) -> Iterator[str]:
    yield '<g class="radar-rings" fill="none" stroke="#d9d5ca">'
    for share in RINGS:
        ring = [_point(place, count, share) for place in range(count)]
        yield f'<polygon points="{_points(ring)}"/>'
    for place in range(count):
        x, y = _point(place, count, 1)
        yield f'<path d="M{CENTER[0]:.1f} {CENTER[1]:.1f}L{x:.1f} {y:.1f}"/>'
    yield "</g>"


def _label(axis: Axis, x: float, y: float) -> Iterator[str]:
    """Name and share at the outer end of an axis, away from the rings."""
    beside = x - CENTER[0]
    if abs(beside) < UPRIGHT:
        lines, anchor = broken(axis.label, WIDE_LETTERS), "middle"
        top = y - 6 - LINE * (len(lines) + 1) if y < CENTER[1] else y + 8
    else:
        lines, anchor = broken(axis.label, SIDE_LETTERS, 4), "start" if beside > 0 else "end"
        top = y - LINE * (len(lines) + 1) / 2
        x += 10 if beside > 0 else -10
    yield f'<g class="radar-label" text-anchor="{anchor}" font-size="{SIZE}" fill="#1b2733">'
    for number, line in enumerate(lines, 1):
        yield f'<text x="{x:.1f}" y="{top + LINE * number - 3:.1f}">{escape(line)}</text>'
    y_said = top + LINE * (len(lines) + 1) - 3
    yield f'<text class="radar-value" x="{x:.1f}" y="{y_said:.1f}" font-weight="700">'
    yield f"{escape(axis.said)}</text></g>"
