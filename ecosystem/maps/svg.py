"""The map as SVG: in the page, where its dots are links, and as a file of its own.

Everything is written as attributes; ``map.css`` adds what a page can do besides: focus, forced
colors, paper. Names are data and escaped as text.
"""

from collections.abc import Iterable, Iterator
from html import escape

from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.framework import Sector
from ecosystem.maps import look
from ecosystem.maps.geometry import Disc
from ecosystem.maps.labels import LINE, Label
from ecosystem.maps.lettering import clean
from ecosystem.maps.naming import DISTRICT_SIZE, NAME_SIZE, PHONE, Words, bounds, place_words
from ecosystem.maps.picture import DrawnActor, Picture

LETTER_FROM = 6.5
"""Smaller dots have no letter: it could not be read; their district names them."""


def draw_map(picture: Picture, title: str) -> SafeString:
    """The drawing as part of a page."""
    words = place_words(picture)
    return _svg(picture, words, title, in_page=True)


def draw_file(picture: Picture, title: str) -> str:
    """The drawing as a file that needs nothing else."""
    return _svg(picture, place_words(picture), title, in_page=False)


def _svg(picture: Picture, words: Words, title: str, *, in_page: bool) -> SafeString:
    title = clean(title)
    frame = words.frame
    width, height = frame.right - frame.left, frame.bottom - frame.top
    size = "" if in_page else f' width="{width:.0f}" height="{height:.0f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="network-map" role="group"'
        f' aria-label="{escape(title)}"{size}'
        f' viewBox="{frame.left:.0f} {frame.top:.0f} {width:.0f} {height:.0f}"'
        f' font-family="{look.FONT}">',
    ]
    if not in_page:
        parts.append(
            f"<title>{escape(title)}</title>"
            f'<rect x="{frame.left:.0f}" y="{frame.top:.0f}" width="{width:.0f}"'
            f' height="{height:.0f}" fill="{look.PAPER}"/>'
        )
    parts += _grounds(picture)
    parts += _ties(picture)
    for sector in picture.districts:
        parts += _dots(picture, sector)
    parts += _lettering(words, in_page=in_page)
    parts.append("</svg>")
    return mark_safe("".join(parts))  # noqa: S308 - every text in it went through escape()


# ── Districts and ties ───────────────────────────────────────────────────────────────────────────


def _grounds(picture: Picture) -> Iterator[str]:
    yield '<g aria-hidden="true">'
    for sector, disc in picture.districts.items():
        yield (
            f'<circle class="district sector-{sector}" cx="{disc.x:.1f}" cy="{disc.y:.1f}"'
            f' r="{disc.radius:.1f}" fill="{look.SECTORS[sector].tint}"/>'
        )
    yield "</g>"


def _ties(picture: Picture) -> Iterator[str]:
    strength = max(0.14, min(0.42, 34 / max(len(picture.ties), 1)))
    yield '<g fill="none" aria-hidden="true">'
    if picture.ties:
        yield (
            f'<path class="tie" d="{_curves(picture, picture.ties)}" stroke="{look.SECOND_INK}"'
            f' stroke-opacity="{strength:.2f}" stroke-width="{0.8 + strength:.1f}"/>'
        )
    if picture.wished:
        yield (
            f'<path class="tie tie-wished" d="{_curves(picture, picture.wished)}"'
            f' stroke="{look.SECOND_INK}" stroke-opacity="{strength * 0.8 + 0.1:.2f}"'
            f' stroke-width="1.2" stroke-dasharray="5 5"/>'
        )
    yield "</g>"


def _curves(picture: Picture, pairs: Iterable[tuple[str, str]]) -> str:
    """One path of all ties, each bent a little toward the middle of its district or of the map."""
    middle = _middle(picture.districts.values())
    drawn = []
    for one, other in pairs:
        a, b = picture.actors[one], picture.actors[other]
        pull = picture.districts[a.sector] if a.sector == b.sector else middle
        x, y = (a.dot.x + b.dot.x) / 2, (a.dot.y + b.dot.y) / 2
        bend = 0.2
        cx, cy = x + bend * (pull.x - x), y + bend * (pull.y - y)
        drawn.append(f"M{a.dot.x:.0f} {a.dot.y:.0f}Q{cx:.0f} {cy:.0f} {b.dot.x:.0f} {b.dot.y:.0f}")
    return "".join(drawn)


def _middle(discs: Iterable[Disc]) -> Disc:
    around_all = bounds(discs)
    return Disc(
        (around_all.left + around_all.right) / 2, (around_all.top + around_all.bottom) / 2, 0
    )


# ── Dots ─────────────────────────────────────────────────────────────────────────────────────────


def _dots(picture: Picture, sector: str) -> Iterator[str]:
    colors = look.SECTORS[sector]
    members = picture.of_sector(sector)
    label = ngettext(
        "%(sector)s: %(count)s organization", "%(sector)s: %(count)s organizations", len(members)
    ) % {"sector": Sector(sector).label, "count": number_format(len(members))}
    yield (
        f'<g class="sector-{sector}" role="list" aria-label="{escape(label)}"'
        f' fill="{colors.color}" stroke="{look.PAPER}" stroke-width="1.2"'
        f' font-weight="760" text-anchor="middle">'
    )
    for actor in members:
        yield _dot(actor, colors)
    yield "</g>"


def _dot(actor: DrawnActor, colors: look.SectorLook) -> str:
    x, y, radius = actor.dot
    painted, letter_color = "", look.PAPER
    if actor.visitor:
        # Open, with an outline: at home elsewhere.
        line = max(1.4, radius * 0.17)
        radius -= line / 2
        painted = f' fill="{look.PAPER}" stroke="{colors.color}" stroke-width="{line:.1f}"'
        letter_color = colors.color
    kind = "dot dot-visitor" if actor.visitor else "dot"
    if actor.sector == Sector.NATIONAL_NETWORK:
        side = radius * 1.78  # the area of the circle; its corners stay inside the clearance
        shape = (
            f'<rect class="{kind}" x="{x - side / 2:.1f}" y="{y - side / 2:.1f}"'
            f' width="{side:.1f}" height="{side:.1f}" rx="{side / 5:.1f}"{painted}/>'
        )
    else:
        shape = f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"{painted}/>'
    letter = ""
    if actor.dot.radius >= LETTER_FROM:
        size = actor.dot.radius * 1.05
        letter = (
            f'<text class="letter" x="{x:.1f}" y="{y + size * 0.36:.1f}" font-size="{size:.1f}"'
            f' fill="{letter_color}" stroke="none" aria-hidden="true">{colors.letter}</text>'
        )
    said = escape(_said(actor))
    return (
        f'<g role="listitem"><a href="{escape(actor.url)}"><title>{said}</title>'
        f"{shape}{letter}</a></g>"
    )


def _said(actor: DrawnActor) -> str:
    """Name, sector and number of ties, as a screen reader says them."""
    if actor.ties:
        works_with = ngettext(
            "works with %(count)s organization", "works with %(count)s organizations", actor.ties
        ) % {"count": number_format(actor.ties)}
    else:
        works_with = _("no working link on record")
    parts = [clean(actor.name), str(Sector(actor.sector).label), works_with]
    if actor.visitor:
        parts.append(_("from elsewhere"))
    return ", ".join(parts)


# ── Names ────────────────────────────────────────────────────────────────────────────────────────


def _lettering(words: Words, *, in_page: bool) -> Iterator[str]:
    yield (
        f'<g class="names" fill="{look.INK}" stroke="{look.PAPER}" stroke-width="3"'
        f' stroke-linejoin="round" paint-order="stroke" font-size="{NAME_SIZE}"'
        f' font-weight="600" pointer-events="none" aria-hidden="true">'
    )
    for label in words.names:
        yield _text(label)
    yield "</g>"
    yield from _district_lettering(words.districts, DISTRICT_SIZE, "district-names")
    if in_page:
        yield from _district_lettering(
            words.phone, DISTRICT_SIZE * PHONE, "district-names for-phone"
        )


def _district_lettering(
    labels: Iterable[tuple[str, Label]], size: float, names: str
) -> Iterator[str]:
    hidden = ' display="none"' if "for-phone" in names else ""
    yield (
        f'<g class="{names}" font-size="{size:.1f}" font-weight="740" stroke="{look.PAPER}"'
        f' stroke-width="{size / 4:.1f}" stroke-linejoin="round" paint-order="stroke"'
        f' pointer-events="none" aria-hidden="true"{hidden}>'
    )
    for sector, label in labels:
        yield _text(label, f' class="sector-{sector}" fill="{look.SECTORS[sector].color}"')
    yield "</g>"


def _text(label: Label, attributes: str = "") -> str:
    lines = [
        f'<tspan x="{label.x:.1f}" y="{label.y + number * LINE * label.size:.1f}">'
        f"{escape(line)}</tspan>"
        for number, line in enumerate(label.lines)
    ]
    return f'<text text-anchor="{label.anchor}"{attributes}>{"".join(lines)}</text>'
