"""The map as SVG: in the page, where its dots are links, and as a file of its own.

Everything is written as attributes; ``map.css`` adds what a page can do besides: focus, forced
colors, paper. Names are data and escaped as text.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
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
from ecosystem.maps.naming import (
    DISTRICT_SIZE,
    NAME_SIZE,
    PHONE,
    PICKED_SIZE,
    Words,
    bounds,
    place_words,
)
from ecosystem.maps.picture import EVERYWHERE, District, DrawnActor, Pair, Picture

LETTER_FROM = 6.5
"""Smaller dots have no letter: it could not be read; their district names them."""


BEND = 0.2
"""Of a tie toward the middle of its district or of the map."""

APART = 0.09
"""Between two ties of the same actors."""

NEW_TAB = ' target="_blank" rel="noopener"'


def draw_map(picture: Picture, title: str, *, new_tab: bool = False) -> SafeString:
    """The drawing as part of a page. ``new_tab``: its links leave the page they stand in alone."""
    return _svg(picture, place_words(picture), title, in_page=True, link=NEW_TAB * new_tab)


def draw_file(picture: Picture, title: str) -> str:
    """The drawing as a file that needs nothing else."""
    return _svg(picture, place_words(picture), title, in_page=False)


def _svg(
    picture: Picture, words: Words, title: str, *, in_page: bool, link: str = ""
) -> SafeString:
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
    for district in picture.reading_order:
        parts += _dots(picture, district, link)
    parts += _lettering(picture, words, in_page=in_page)
    parts.append("</svg>")
    return mark_safe("".join(parts))  # noqa: S308 - every text in it went through escape()


# ── Districts and ties ───────────────────────────────────────────────────────────────────────────


def _grounds(picture: Picture) -> Iterator[str]:
    yield '<g aria-hidden="true">'
    for disc, _title, _short, hue, sector in picture.districts.values():
        yield (
            f'<circle class="district{_sector_class(sector)}" cx="{disc.x:.1f}" cy="{disc.y:.1f}"'
            f' r="{disc.radius:.1f}" fill="{hue.tint}"/>'
        )
    yield "</g>"


def _sector_class(sector: str) -> str:
    return f" sector-{sector}" if sector else ""


def _ties(picture: Picture) -> Iterator[str]:
    """All ties at once, those that both sides confirmed darker; then those that are spoken of."""
    ink = max(0.14, min(0.42, 34 / max(len(picture.ties), 1)))
    spoken = picture.emphasis
    shade = 0.4 if spoken else 1.0
    curve = _curves(picture)
    sure = [pair for pair in picture.ties if pair in picture.sure]
    unsure = [pair for pair in picture.ties if pair not in picture.sure]
    yield '<g fill="none" aria-hidden="true">'
    for pairs, name, strength, dash in (
        (unsure, "tie tie-unsure", ink * (look.LIGHTER if sure else 1.0), ""),
        (sure, "tie", ink, ""),
        (picture.wished, "tie tie-wished", ink * 0.8 + 0.1, look.WISHED.dash),
    ):
        if pairs:
            drawn = "".join(curve(pair, BEND) for pair in pairs)
            yield (
                f'<path class="{name}" d="{drawn}" stroke="{look.SECOND_INK}"'
                f' stroke-opacity="{strength * shade:.2f}" stroke-width="{0.8 + ink:.1f}"'
                f"{_dashed(dash)}/>"
            )
    if spoken:
        for tie in spoken.strong:
            opacity = "" if tie.is_sure else f' stroke-opacity="{look.LIGHTER}"'
            yield (
                f'<path class="tie tie-strong" d="{curve(tie.pair, BEND + tie.number * APART)}"'
                f' stroke="{look.INK}" stroke-width="{tie.line.width}"'
                f"{_dashed(tie.line.dash)}{opacity}/>"
            )
        if spoken.trail:
            trail = "".join(curve(pair, BEND) for pair in spoken.trail)
            for color, width in ((look.INK, 6.4), (look.GOLD, 3.6)):
                yield (
                    f'<path class="tie tie-trail" d="{trail}" stroke="{color}"'
                    f' stroke-width="{width}" stroke-linecap="round"/>'
                )
    yield "</g>"


def _dashed(dash: str) -> str:
    return f' stroke-dasharray="{dash}"' if dash else ""


def _curves(picture: Picture) -> Callable[[Pair, float], str]:
    """Draws the tie of a pair, bent a little toward the middle of its district or of the map."""
    middle = _middle(picture)
    actors = picture.actors

    def curve(pair: Pair, bend: float) -> str:
        a, b = actors[pair[0]], actors[pair[1]]
        within = a.district if a.district == b.district else EVERYWHERE
        pull = picture.districts[within].disc if within in picture.districts else middle
        x, y = (a.dot.x + b.dot.x) / 2, (a.dot.y + b.dot.y) / 2
        cx, cy = x + bend * (pull.x - x), y + bend * (pull.y - y)
        return f"M{a.dot.x:.0f} {a.dot.y:.0f}Q{cx:.0f} {cy:.0f} {b.dot.x:.0f} {b.dot.y:.0f}"

    return curve


def _middle(picture: Picture) -> Disc:
    around_all = bounds([d.disc for d in picture.districts.values()] or picture.ground)
    return Disc(
        (around_all.left + around_all.right) / 2, (around_all.top + around_all.bottom) / 2, 0
    )


# ── Dots ─────────────────────────────────────────────────────────────────────────────────────────


def _dots(picture: Picture, district: str, link: str) -> Iterator[str]:
    members = picture.members(district)
    fill = Counter(actor.paint.fill for actor in members).most_common(1)[0][0]
    usual = look.Hue(fill, look.PAPER)
    found = picture.districts.get(district)
    yield (
        f'<g class="dots{_sector_class(found.sector if found else "")}" role="list"'
        f' aria-label="{escape(_district_said(found, len(members)))}"'
        f' fill="{fill}" stroke="{look.PAPER}" stroke-width="1.2"'
        f' font-weight="760" text-anchor="middle">'
    )
    spoken = picture.emphasis
    for actor in members:
        is_dim = spoken is not None and actor.slug not in spoken.raised
        is_picked = spoken is not None and actor.slug == spoken.picked
        yield draw_dot(actor, usual, link, is_dim=is_dim, is_picked=is_picked)
    yield "</g>"


def _district_said(district: District | None, count: int) -> str:
    said = {
        "sector": clean(district.title) if district else "",
        "count": number_format(count),
    }
    if district is None:
        return ngettext("%(count)s organization", "%(count)s organizations", count) % said
    return (
        ngettext("%(sector)s: %(count)s organization", "%(sector)s: %(count)s organizations", count)
        % said
    )


def draw_dot(
    actor: DrawnActor,
    usual: look.Hue | look.SectorLook,
    link: str = "",
    *,
    is_dim: bool = False,
    is_picked: bool = False,
) -> str:
    """A dot as a link, in a group that has its ``usual`` color."""
    x, y, radius = actor.dot
    paint = actor.paint
    painted = "" if paint.fill == usual.color else f' fill="{paint.fill}"'
    if paint.ring:
        line = max(1.4, radius * 0.17)
        radius -= line / 2
        dotted = ' stroke-dasharray="2 2"' if paint.dotted else ""
        painted += f' stroke="{paint.ring}" stroke-width="{line:.1f}"{dotted}'
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
    if actor.letter and actor.dot.radius >= LETTER_FROM:
        size = actor.dot.radius * (1.05 if len(actor.letter) < 2 else 0.85)
        letter = (
            f'<text class="letter" x="{x:.1f}" y="{y + size * 0.36:.1f}" font-size="{size:.1f}"'
            f' fill="{paint.ink}" stroke="none" aria-hidden="true">{actor.letter}</text>'
        )
    dim = f' opacity="{look.DIMMED}"' if is_dim else ""
    halo, current = "", ""
    if is_picked:
        halo = "".join(
            f'<circle class="halo" cx="{x:.1f}" cy="{y:.1f}" r="{actor.dot.radius + more:.1f}"'
            f' fill="{color}" stroke="none"/>'
            for more, color in ((5.5, look.INK), (3.5, look.GOLD))
        )
        current = ' aria-current="true"'
    said = escape(_said(actor))
    return (
        f'<g role="listitem"{dim}><a href="{escape(actor.url)}"{current}{link}>'
        f"<title>{said}</title>{halo}{shape}{letter}</a></g>"
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


def _lettering(picture: Picture, words: Words, *, in_page: bool) -> Iterator[str]:
    yield (
        f'<g class="names" fill="{look.INK}" stroke="{look.PAPER}" stroke-width="3"'
        f' stroke-linejoin="round" paint-order="stroke" font-size="{NAME_SIZE}"'
        f' font-weight="600" pointer-events="none" aria-hidden="true">'
    )
    for label in words.names:
        yield draw_label(label)
    yield "</g>"
    yield from _district_lettering(picture, words.districts, DISTRICT_SIZE, "district-names")
    if in_page:
        yield from _district_lettering(
            picture, words.phone, DISTRICT_SIZE * PHONE, "district-names for-phone"
        )
    if words.picked:
        box = words.picked.box.grown(4)
        yield (
            f'<g class="picked-name" font-size="{PICKED_SIZE}" font-weight="700"'
            f' fill="{look.PAPER}" pointer-events="none" aria-hidden="true">'
            f'<rect x="{box.left:.1f}" y="{box.top:.1f}" width="{box.right - box.left:.1f}"'
            f' height="{box.bottom - box.top:.1f}" rx="5" fill="{look.INK}"/>'
            f"{draw_label(words.picked)}</g>"
        )


def _district_lettering(
    picture: Picture, labels: Iterable[tuple[str, Label]], size: float, names: str
) -> Iterator[str]:
    hidden = ' display="none"' if "for-phone" in names else ""
    yield (
        f'<g class="{names}" font-size="{size:.1f}" font-weight="740" stroke="{look.PAPER}"'
        f' stroke-width="{size / 4:.1f}" stroke-linejoin="round" paint-order="stroke"'
        f' pointer-events="none" aria-hidden="true"{hidden}>'
    )
    for key, label in labels:
        yield draw_label(label, f' fill="{picture.districts[key].hue.color}"')
    yield "</g>"


def draw_label(label: Label, attributes: str = "") -> str:
    """A name where it was placed; its size comes from what is around it."""
    lines = [
        f'<tspan x="{label.x:.1f}" y="{label.y + number * LINE * label.size:.1f}">'
        f"{escape(line)}</tspan>"
        for number, line in enumerate(label.lines)
    ]
    return f'<text text-anchor="{label.anchor}"{attributes}>{"".join(lines)}</text>'
