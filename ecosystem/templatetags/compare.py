"""``{% load compare %}``: the cells of the comparison, a thousand on a page, drawn row by row."""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ecosystem.comparison.rows import Value
from ecosystem.comparison.table import square_of

register = template.Library()


@register.simple_tag
def figure_cells(values: Iterable[Value]) -> SafeString:
    """One ``<td>`` for each city: the figure, below it what it rests on.

    A figure in no order is set in italics; a screen reader is told.
    """
    unordered = escape(_("too little for an order"))
    said_so = f'<span class="vh">, {unordered}</span>'
    cells = []
    for one in values:
        head = "<td>" if one.ranked else '<td class="too-little">'
        said = _figure(one)
        note = "" if one.ranked else said_so
        base = f" <small>{escape(one.base)}{note}</small>" if one.base else ""
        cells.append(f"{head}{said}{base}</td>")
    return mark_safe("".join(cells))  # noqa: S308 - every text in it is escaped


def _figure(one: Value) -> str:
    if one.cell is None:
        return f"<span>{escape(one.said)}</span>"
    if not one.cell.members:
        return f'<span class="quiet">{escape(_("no map yet"))}</span>'
    return square_of(one.cell)
