"""Small multiples over time: one column per snapshot, in the order in which they were taken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 300, 150
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 22, 26
WIDEST = 34.0
"""Of a column, however few there are."""

SIZE = 14
LEAST = 2.0
"""A part that is there can be seen, however small."""


@dataclass(frozen=True)
class Part:
    """A part of a column: how much of the scale it fills, and its look, the end of its class."""

    value: float
    look: str
    fill: str
    line: str = "#fff"


@dataclass(frozen=True)
class Column:
    """A column, from the bottom up. ``said`` stands above it; an empty one has no parts.

    ``label`` stands below the first and the last column.
    """

    label: str
    parts: Sequence[Part]
    said: str = ""


def draw_columns(columns: Sequence[Column], largest: float, title: str) -> SafeString:
    """Columns on the scale of ``largest``, which fills the height."""
    parts = [
        f'<svg class="over-time" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" focusable="false">'
        f"<title>{escape(title)}</title>"
    ]
    step = (WIDTH - LEFT - RIGHT) / max(len(columns), 1)
    wide = min(WIDEST, 0.8 * step)
    for place, column in enumerate(columns):
        middle = LEFT + step * (place + 0.5)
        parts += _column(column, middle, wide, largest)
    parts += _words(columns)
    parts.append(
        f'<path class="over-time-base" d="M{LEFT} {HEIGHT - BOTTOM}H{WIDTH - RIGHT}"'
        ' stroke="#6c7784" stroke-width="1.2"/>'
    )
    parts.append("</svg>")
    return mark_safe("".join(parts))  # noqa: S308 - every text in it went through escape()


def _column(column: Column, middle: float, wide: float, largest: float) -> Iterator[str]:
    bottom = float(HEIGHT - BOTTOM)
    for part in column.parts:
        if not part.value or not largest:
            continue
        tall = max(LEAST, (HEIGHT - TOP - BOTTOM) * min(1.0, part.value / largest))
        bottom -= tall
        yield (
            f'<rect class="level level-{escape(part.look)}" x="{middle - wide / 2:.1f}"'
            f' y="{bottom:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{escape(part.fill)}"'
            f' stroke="{escape(part.line)}" stroke-width="1.2"/>'
        )


def _words(columns: Sequence[Column]) -> Iterator[str]:
    """What the first and the last column say, and their days; between them there is no room."""
    ends = [(0, columns[0])] if columns else []
    if len(columns) > 1:
        ends.append((len(columns) - 1, columns[-1]))
    for place, column in ends:
        is_first = place == 0
        x = LEFT if is_first else WIDTH - RIGHT
        anchor = "start" if is_first else "end"
        for y, words, fill, weight in (
            (TOP - 8, column.said, "#1b2733", 700),
            (HEIGHT - 8, column.label, "#46525f", 400),
        ):
            if words:
                yield (
                    f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}" font-size="{SIZE}"'
                    f' font-weight="{weight}" fill="{fill}">{escape(words)}</text>'
                )
