"""``{% load ui %}``: icons, sector and state marks, and numbers put into words."""

from collections.abc import Iterable, Sequence, Sized
from typing import Final

from django import template
from django.core.paginator import Page
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from actors.framework import Area, Competency, Role, Sector
from actors.models import City
from ecosystem.addresses import page_of
from ecosystem.common.wording import and_pattern
from ecosystem.templatetags.icons import ICONS

register = template.Library()

SECTOR_LETTERS: Final[dict[str, str]] = {
    "government": "G",
    "data_intermediary": "D",
    "civic_technologist": "T",
    "philanthropy": "F",
    "residents_community": "R",
    "academia": "A",
    "private": "B",
    "media": "M",
    "nonprofit_service": "S",
    "national_network": "N",
}

STATE_LABELS: Final = {
    "covered": gettext_lazy("Covered"),
    "single": gettext_lazy("Only one organization"),
    "thin": gettext_lazy("Still learning"),
    "absent": gettext_lazy("Nobody has it"),
    "unknown": gettext_lazy("Not asked yet"),
}

REACH_LABELS: Final = {
    "in_the_room": gettext_lazy("In the room"),
    "one_introduction": gettext_lazy("One introduction away"),
    "two_introductions": gettext_lazy("Two introductions away"),
    "in_the_city": gettext_lazy("In the city, not connected yet"),
    "elsewhere": gettext_lazy("Only in another city"),
    "nowhere": gettext_lazy("Nobody recorded anywhere"),
}


DATA_LANGUAGE: Final = "en"
"""What people wrote into the maps is taken to be in this language, whatever a page speaks."""


@register.simple_tag
def data_lang() -> SafeString:
    """The ``lang`` of an element that holds what people wrote, where the page speaks another."""
    is_same = (get_language() or DATA_LANGUAGE).partition("-")[0] == DATA_LANGUAGE
    return SafeString("") if is_same else format_html(' lang="{}"', DATA_LANGUAGE)


@register.filter
def as_data(text: str) -> SafeString:
    """What people wrote as an element of its own, to stand inside a sentence of ours."""
    return format_html('<span dir="auto"{}>{}</span>', data_lang(), text)


@register.simple_tag
def place_url(route: str, city: City | str | None, *args: object) -> str:
    """The address of a page of a city; without one, or with "", of the national page."""
    return page_of(route, city if isinstance(city, City) else None, *args)


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """Draw the icon ``name``; always decorative, so words go beside it."""
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" viewBox="0 0 24 24" fill="none"'
        ' stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
        ' aria-hidden="true" focusable="false">{1}</svg>',
        size,
        mark_safe(ICONS[name]),  # noqa: S308 - a constant of ours
    )


@register.simple_tag
def sector_mark(sector: str, size: int = 20) -> SafeString:
    """Draw a sector's dot with its letter; decorative, its name goes beside it.

    National networks are square: they belong to no city.
    """
    letter = SECTOR_LETTERS.get(sector, "?")
    shape = (
        '<rect width="20" height="20" rx="4"/>'
        if sector == "national_network"
        else '<circle cx="10" cy="10" r="10"/>'
    )
    return format_html(
        '<svg class="mark sector-{0}" width="{1}" height="{1}" viewBox="0 0 20 20"'
        ' aria-hidden="true" focusable="false">{2}<text x="10" y="14">{3}</text></svg>',
        sector,
        size,
        mark_safe(shape),  # noqa: S308 - a constant of ours
        letter,
    )


@register.simple_tag
def state_mark(
    state: str,
    holders: int | Sized | None = None,
    answered: int | None = 0,
    stale: bool = False,
    unsaid: bool = False,
) -> SafeString:
    """Draw one square of a heat map; its visible text says the state without its color.

    ``holders`` is a count or the holders themselves. Only ``covered`` shows it as a number; without
    it the square shows a check. ``answered``, how many were asked, tells a question never put from
    one that is partly answered; ``unsaid`` that all were asked and would rather not say.
    """
    count = len(holders) if isinstance(holders, Sized) else holders
    modifier = f" cell-{_band(count)}" if state == "covered" else ""
    drawn = aloud = ""
    if state == "covered":
        text, aloud = (number_format(count) if count else "✓"), _("covered")
    elif state == "single":
        text, drawn = "1", _("only")
    elif state == "thin":
        text = _("learning")
    elif state == "absent":
        text = _("none")
    else:
        text = _("partly asked") if answered else _("not asked")
        text = _("not said") if unsaid else text
    if stale and state in ("covered", "single"):
        modifier += " cell-stale"
        drawn = f"{drawn}, {_('old')}" if drawn else _("old")
    return format_html(
        '<span class="cell cell-{}{}">{}{}{}</span>',
        state,
        modifier,
        text,
        format_html(' <small class="vh">{}</small>', aloud) if aloud else "",
        format_html(" <small>{}</small>", drawn) if drawn else "",
    )


def _band(count: int | None) -> int:
    """Which of the three teals a count of holders gets: 2, 3 to 4, 5 and more."""
    if count is None or count < 3:
        return 2
    return 3 if count < 5 else 5


@register.filter
def state_label(state: str) -> str:
    """Say a state in words."""
    return str(STATE_LABELS.get(state, state))


@register.filter
def reach_label(reach: str) -> str:
    """Say a reach class in words."""
    return str(REACH_LABELS.get(reach, reach))


@register.filter
def sector_label(slug: str) -> str:
    """Name a sector; a slug we don't know is shown as it is."""
    return _choice_label(Sector, slug)


@register.filter
def role_label(slug: str) -> str:
    """Name a key-player role."""
    return _choice_label(Role, slug)


@register.filter
def competency_label(slug: str) -> str:
    """Name a competency."""
    return _choice_label(Competency, slug)


@register.filter
def area_label(slug: str) -> str:
    """Name a competency area."""
    return _choice_label(Area, slug)


def _choice_label(
    choices: type[Sector] | type[Role] | type[Competency] | type[Area], slug: str
) -> str:
    try:
        return str(choices(slug).label)
    except ValueError:
        return slug


@register.filter
def share(value: float | None) -> str:
    """0.42 → "42%". Never rounds a little down to nothing or nearly all up to all."""
    if value is None:
        return _("not known")
    if 0 < value < 0.01:
        return _("under %(number)s%%") % {"number": 1}
    if 0.99 < value < 1:
        return _("over %(number)s%%") % {"number": 99}
    return _("%(number)s%%") % {"number": number_format(round(value * 100))}


@register.simple_tag
def elided_pages(page: Page) -> Iterable[int | str]:
    """Page numbers to offer around ``page``, with an ellipsis for those left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.filter
def linked(text: object) -> SafeString:
    """A sentence whose names are links to their profiles: ``text.pieces``, or plain words."""
    link, language = '<a href="{}"><bdi{}>{}</bdi></a>', data_lang()
    pieces = (
        format_html(link, piece.url, language, piece) if hasattr(piece, "url") else piece
        for piece in getattr(text, "pieces", [text])
    )
    return format_html_join("", "{}", ([piece] for piece in pieces))


@register.filter
def percent_of(value: float | None, largest: float | None) -> str:
    """Width of a bar as an SVG percentage; 0 when there is nothing to compare with."""
    if not value or not largest:
        return "0%"
    return f"{min(100.0, 100 * value / largest):.1f}%"


@register.filter
def joined(items: Iterable[object], limit: int | None = None) -> str:
    """["A", "B", "C"] → "A, B and C"; with a limit of 2 "A, B and 1 more"."""
    names = [str(item) for item in items]
    if limit and len(names) > limit + 1:
        rest = len(names) - limit
        more = ngettext("%(count)s more", "%(count)s more", rest) % {"count": number_format(rest)}
        names = [*names[:limit], more]
    return _with_and(names)


def _with_and(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return and_pattern(names[-1]) % {"first": ", ".join(names[:-1]), "last": names[-1]}
