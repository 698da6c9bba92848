"""``{% load map_links %}``: names and lines as the page of the map shows them."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ecosystem.maps.look import Line, Paint
from ecosystem.mapview.table import Picks

register = template.Library()


@register.filter
def on_map(text: object, pick: Picks) -> SafeString:
    """A sentence whose names pick their actor; those that are not on this map lead to a profile."""
    pieces = (
        _name(piece.slug, str(piece), piece.url, pick) if hasattr(piece, "slug") else piece
        for piece in getattr(text, "pieces", [text])
    )
    return format_html_join("", "{}", ([piece] for piece in pieces))


def _name(slug: str, name: str, url: str, pick: Picks) -> SafeString:
    if slug in pick.known:
        return pick_link(pick, slug, name)
    return format_html('<a href="{}"><bdi>{}</bdi></a>', url, name)


@register.simple_tag
def pick_link(pick: Picks, slug: str, name: str) -> SafeString:
    """A name that picks its actor."""
    return format_html(
        '<a href="{}" data-map-set="actor={}&amp;to="><bdi>{}</bdi></a>', pick(slug), slug, name
    )


@register.simple_tag
def line_sign(line: Line) -> SafeString:
    """A line as on the picture; decorative."""
    return format_html(
        '<svg class="key-sign key-line" viewBox="0 0 44 22" aria-hidden="true" focusable="false">'
        '<path d="M2 11h40" stroke-width="{}"{}/></svg>',
        line.width,
        format_html(' stroke-dasharray="{}"', line.dash) if line.dash else "",
    )


@register.simple_tag
def dot_sign(paint: Paint, letter: str = "") -> SafeString:
    """A dot as on the picture; decorative."""
    text = format_html(
        '<text x="11" y="15.2" text-anchor="middle" font-size="11.5" font-weight="760" fill="{}">'
        "{}</text>",
        paint.ink,
        letter,
    )
    return format_html(
        '<svg class="key-dot" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true"'
        ' focusable="false"><circle cx="11" cy="11" r="9" fill="{}" stroke="{}"'
        ' stroke-width="1.8"{}/>{}</svg>',
        paint.fill,
        paint.ring or paint.fill,
        format_html(' stroke-dasharray="{}"', "2 2") if paint.dotted else "",
        text if letter else "",
    )
