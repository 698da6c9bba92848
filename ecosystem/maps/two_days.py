"""One map on two days, side by side: who came, who left, what changed (G21).

Both drawings have the same frame and everybody the same place, found from all who are on either.
What happened is told by shape, so that it is read in grey too: who came is dark with a plus, who
left is open and struck through, who changed has a ring. Lines: new ones are dark, ended ones
dashed, changed ones in between.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final, NamedTuple

from django.utils.safestring import SafeString, mark_safe

from ecosystem.analysis.change import Change, TableChange
from ecosystem.analysis.snapshot import Values
from ecosystem.maps import look
from ecosystem.maps.districts import CLOCKWISE, RESIDENTS
from ecosystem.maps.geometry import Disc, Point
from ecosystem.maps.labels import Board, Box, Label, around
from ecosystem.maps.layout import Member, arrange_by_sector, districts_of
from ecosystem.maps.lettering import clean, wrap
from ecosystem.maps.naming import bounds
from ecosystem.maps.picture import dot_radii
from ecosystem.maps.svg import draw_label

CAME: Final = "came"
LEFT: Final = "left"
CHANGED: Final = "changed"
STAYED: Final = "stayed"

SMALLEST: Final = 8.0
"""Radius, in map units, of a dot that has a sign on it."""

LETTER_SIZE: Final = 30.0
NAME_SIZE: Final = 21.0
NAME_WIDTH: Final = 300.0
NAMES_SHOWN: Final = 10
MARGIN: Final = 16.0
GREY: Final = "#98a2ad"


class Line(NamedTuple):
    width: float
    opacity: float
    dash: str = ""


LINES: Final[Mapping[str, Line]] = {
    STAYED: Line(1.6, 0.3),
    CHANGED: Line(2.6, 0.75, "1 5"),
    LEFT: Line(3.0, 0.9, "9 6"),
    CAME: Line(3.0, 0.9),
}
"""How ties are drawn, in this order: what happened lies on top."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What both drawings share. ``dots`` are the places of everybody on either day, by slug."""

    dots: Mapping[str, Disc]
    districts: Mapping[str, Disc]
    frame: Box


def common_ground(before: Values, after: Values, kept: Mapping[str, Point]) -> Ground:
    """Places for everybody on either day.

    ``kept`` are places from the city's map, by slug. Who changed sector stands in the later one.
    """
    rows = before["actors"] | after["actors"]
    id_of = {slug: number for number, slug in enumerate(sorted(rows), 1)}
    members = [Member(id_of[slug], rows[slug]["sector"]) for slug in id_of]
    ties = sorted(
        {
            (id_of[source], id_of[target])
            for values in (before, after)
            for (source, target), status in _ends(values["ties"])
            if status == "existing"
        }
    )
    places = arrange_by_sector(
        members, ties, {id_of[slug]: place for slug, place in kept.items() if slug in id_of}
    ).places
    radii = dot_radii(places, _degrees(id_of.values(), ties))
    dots = {slug: Disc(*places[pk], radii[pk]) for slug, pk in id_of.items()}
    districts = districts_of(members, places)
    # Room for the letters above the districts.
    heads = [
        disc._replace(y=disc.y - LETTER_SIZE, radius=disc.radius) for disc in districts.values()
    ]
    return Ground(dots, districts, bounds([*districts.values(), *heads]).grown(MARGIN))


def draw_day(
    values: Values, change: Change, ground: Ground, title: str, *, later: bool
) -> SafeString:
    """One of the two drawings: the earlier day with who left, or the ``later`` with who came."""
    frame = ground.frame
    sign = CAME if later else LEFT
    happened = _happened(change.actors, sign)
    parts = [
        f'<svg class="day-map" role="img" aria-label="{escape(clean(title))}" viewBox="'
        f"{frame.left:.0f} {frame.top:.0f} {frame.right - frame.left:.0f}"
        f' {frame.bottom - frame.top:.0f}" font-family="{look.FONT}" focusable="false">'
    ]
    parts += _districts(ground)
    parts += _ties(values, change.ties, ground, sign)
    slugs = sorted(values["actors"], key=lambda slug: (happened.get(slug, "") != "", slug))
    for slug in slugs:
        name = escape(clean(values["actors"][slug]["name"]))
        drawn = "".join(_dot(ground.dots[slug], happened.get(slug, STAYED)))
        parts.append(f"<g><title>{name}</title>{drawn}</g>")
    parts += _names(values, happened, ground)
    parts.append("</svg>")
    return mark_safe("".join(parts))  # noqa: S308 - every text in it went through escape()


def draw_sign(sign: str) -> SafeString:
    """A dot of the legend; decorative, words go beside it."""
    drawn = "".join(_dot(Disc(14, 14, 9), sign))
    return mark_safe(  # noqa: S308 - constants and numbers
        '<svg class="day-sign" width="28" height="28" viewBox="0 0 28 28" aria-hidden="true"'
        f' focusable="false">{drawn}</svg>'
    )


def draw_line_sign(sign: str) -> SafeString:
    """A line of the legend; decorative, words go beside it."""
    drawn = _line("M2 14L42 14", sign)
    return mark_safe(  # noqa: S308 - constants and numbers
        '<svg class="day-sign" width="44" height="28" viewBox="0 0 44 28" aria-hidden="true"'
        f' focusable="false">{drawn}</svg>'
    )


def _ends(ties: Mapping[str, Mapping[str, object]]) -> Iterator[tuple[tuple[str, str], object]]:
    """Both ends and the status of each tie; those of an actor with itself are no lines."""
    for key, row in ties.items():
        source, target, *_rest = key.split()
        if source != target:
            yield (min(source, target), max(source, target)), row["status"]


def _degrees(ids: Iterable[int], ties: Iterable[tuple[int, int]]) -> dict[int, int]:
    degrees = dict.fromkeys(ids, 0)
    for ends in ties:
        for end in ends:
            degrees[end] += 1
    return degrees


def _happened(change: TableChange, sign: str) -> dict[str, str]:
    """What happened to whom, as the drawing of the day with this ``sign`` shows it."""
    moved = change.came if sign == CAME else change.left
    return dict.fromkeys(change.changed, CHANGED) | dict.fromkeys(moved, sign)


def _letters(ground: Ground) -> dict[str, Label]:
    """The letter above each district, which no name covers."""
    return {
        sector: Label((look.SECTORS[sector].letter,), x, y - radius - 5, LETTER_SIZE)
        for sector, (x, y, radius) in ground.districts.items()
    }


def _districts(ground: Ground) -> Iterator[str]:
    letters = _letters(ground)
    yield f'<g class="district-letters" font-size="{LETTER_SIZE}" font-weight="760">'
    for sector in (RESIDENTS, *CLOCKWISE):
        if sector in letters:
            x, y, radius = ground.districts[sector]
            yield (
                f'<circle class="district sector-{sector}" cx="{x:.1f}" cy="{y:.1f}"'
                f' r="{radius:.1f}" fill="{look.SECTORS[sector].tint}"/>'
            )
            yield draw_label(letters[sector], f' fill="{look.SECTORS[sector].color}"')
    yield "</g>"


def _ties(values: Values, change: TableChange, ground: Ground, sign: str) -> Iterator[str]:
    happened = _happened(change, sign)
    drawn: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for key, row in values["ties"].items():
        for pair, _status in _ends({key: row}):
            drawn[happened.get(key, STAYED)].add(pair)
    for how in LINES:
        if drawn[how]:
            yield _line("".join(_path(ground, pair) for pair in sorted(drawn[how])), how)


def _path(ground: Ground, pair: tuple[str, str]) -> str:
    one, other = ground.dots[pair[0]], ground.dots[pair[1]]
    return f"M{one.x:.0f} {one.y:.0f}L{other.x:.0f} {other.y:.0f}"


def _line(path: str, how: str) -> str:
    width, opacity, dash = LINES[how]
    dashed = f' stroke-dasharray="{dash}" stroke-linecap="round"' if dash else ""
    return (
        f'<path class="tie tie-{how}" d="{path}" fill="none" stroke="{look.INK}"'
        f' stroke-width="{width}" stroke-opacity="{opacity}"{dashed}/>'
    )


def _dot(dot: Disc, how: str) -> Iterator[str]:
    x, y, radius = dot
    at = f'cx="{x:.1f}" cy="{y:.1f}"'
    if how == STAYED:
        yield f'<circle class="dot" {at} r="{radius:.1f}" fill="{GREY}"/>'
        return
    radius = max(radius, SMALLEST)
    arm = radius * 0.55
    if how == CAME:
        yield f'<circle class="dot dot-came" {at} r="{radius:.1f}" fill="{look.INK}"/>'
        yield (
            f'<path class="sign" d="M{x - arm:.1f} {y:.1f}H{x + arm:.1f}M{x:.1f} {y - arm:.1f}'
            f'V{y + arm:.1f}" stroke="{look.PAPER}" stroke-width="{radius * 0.28:.1f}"/>'
        )
    elif how == LEFT:
        yield (
            f'<circle class="dot dot-left" {at} r="{radius:.1f}" fill="{look.PAPER}"'
            f' stroke="{look.INK}" stroke-width="2"/>'
            f'<path class="sign" d="M{x - radius * 1.2:.1f} {y + radius * 1.2:.1f}L'
            f'{x + radius * 1.2:.1f} {y - radius * 1.2:.1f}" stroke="{look.INK}"'
            f' stroke-width="2.4"/>'
        )
    else:
        yield (
            f'<circle class="dot dot-changed" {at} r="{radius + 4:.1f}" fill="{look.PAPER}"'
            f' stroke="{look.INK}" stroke-width="2.6"/>'
            f'<circle class="dot" {at} r="{radius * 0.8:.1f}" fill="{GREY}"/>'
        )


def _names(values: Values, happened: Mapping[str, str], ground: Ground) -> Iterator[str]:
    """Names of those to whom something happened, where there is room."""
    board = Board(ground.frame, [ground.dots[slug] for slug in values["actors"]])
    for letter in _letters(ground).values():
        board.take(letter)
    yield (
        f'<g class="names" fill="{look.INK}" stroke="{look.PAPER}" stroke-width="4"'
        f' stroke-linejoin="round" paint-order="stroke" font-size="{NAME_SIZE}"'
        f' font-weight="640">'
    )
    first = sorted(happened, key=lambda slug: (happened[slug] == CHANGED, slug))[:NAMES_SHOWN]
    for slug in first:
        lines = wrap(clean(values["actors"][slug]["name"]), NAME_WIDTH, NAME_SIZE)
        dot = ground.dots[slug]
        if label := board.put(around(lines, dot._replace(radius=dot.radius + 6), NAME_SIZE)):
            yield draw_label(label)
    yield "</g>"
