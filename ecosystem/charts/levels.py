"""Small bars below each other, one drawing of many that share a scale."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe

WIDTH = 240
LABEL, NUMBER = 100, 34
"""Room for the words on the left and the number on the right; the bars have what is between."""

ROW, THICK, SIZE = 21, 12, 14
LEAST = 2.0
"""A bar that is there can be seen, however short."""


@dataclass(frozen=True)
class Bar:
    """One bar; ``look`` is the last part of its class and tells bars of one drawing apart."""

    label: str
    count: int
    look: str
    fill: str = "#46525f"


def draw_bars(bars: Sequence[Bar], largest: int, title: str) -> SafeString:
    """Bars on the scale of ``largest``, which fills the width."""
    parts = [
        f'<svg class="multiple" role="img" viewBox="0 0 {WIDTH} {ROW * len(bars)}"'
        f' focusable="false"><title>{escape(title)}</title>'
    ]
    for place, bar in enumerate(bars):
        parts += _row(bar, largest, ROW * place)
    parts.append("</svg>")
    return mark_safe("".join(parts))  # noqa: S308 - every text in it went through escape()


def _row(bar: Bar, largest: int, top: float) -> Iterator[str]:
    baseline = top + ROW - 6
    yield (
        f'<text x="{LABEL - 8}" y="{baseline}" text-anchor="end" font-size="{SIZE}"'
        f' fill="#46525f">{escape(bar.label)}</text>'
    )
    length = _length(bar.count, largest)
    if length:
        yield (
            f'<rect class="level level-{escape(bar.look)}" x="{LABEL}" y="{top + 4}"'
            f' width="{length:.1f}" height="{THICK}" rx="2" fill="{escape(bar.fill)}"/>'
        )
    none = "" if bar.count else " multiple-none"
    yield (
        f'<text class="multiple-count{none}" x="{LABEL + length + 6:.1f}" y="{baseline}"'
        f' font-size="{SIZE}" fill="#1b2733">{number_format(bar.count)}</text>'
    )


def _length(count: int, largest: int) -> float:
    if not count or not largest:
        return 0.0
    return max(LEAST, (WIDTH - LABEL - NUMBER) * min(1.0, count / largest))
