"""Sentences with names in them: plain in the terminal, linked on a page.

A pattern is translated first and filled afterwards, piece by piece, so that a name stays a name:
it is never searched for placeholders, and a template decides how it is drawn.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import ngettext

from actors.framework import Competency, Sector
from ecosystem.analysis.data import Actor
from ecosystem.common.wording import and_pattern

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
NAMES_SHOWN = 3
"""So many names stand in a sentence; the others are counted."""


@dataclass(frozen=True, slots=True)
class Name:
    """An actor in a sentence. ``city`` is the slug of its home city, None for a national actor."""

    slug: str
    name: str
    sector: str
    city: str | None

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """The address of its profile."""
        if self.city is None:
            return reverse("national_actor", args=[self.slug])
        return reverse("actor", args=[self.city, self.slug])


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in pieces: words and names in their order."""

    pieces: tuple[str | Name, ...] = ()

    def __str__(self) -> str:
        return "".join(str(piece) for piece in self.pieces)


Value: TypeAlias = str | int | Name | Text | Sequence[Name]


def name_of(actor: Actor) -> Name:
    """The name of an actor of the analysis."""
    return Name(actor.slug, actor.name, actor.sector, actor.city)


def say(pattern: str, **values: Value) -> Text:
    """Fill the ``%(named)s`` places of a translated pattern.

    Numbers are written as the language does; several names are listed, the first three by name.
    """
    pieces: list[str | Name] = []
    end = 0
    for place in PLACEHOLDER.finditer(pattern):
        pieces.append(pattern[end : place.start()].replace("%%", "%"))
        pieces.extend(_pieces(values[place[1]]))
        end = place.end()
    pieces.append(pattern[end:].replace("%%", "%"))
    return Text(tuple(_merged(pieces)))


def sentences(*texts: Text | str) -> Text:
    """Whole sentences one after the other."""
    pieces: list[str | Name] = []
    for text in texts:
        if pieces:
            pieces.append(" ")
        pieces.extend(_pieces(text))
    return Text(tuple(_merged(pieces)))


def listed(items: Sequence[Name | str], limit: int | None = NAMES_SHOWN) -> Text:
    """ "A", "A and B", "A, B and C"; one too many names become "A, B, C and 2 more"."""
    shown: list[Name | str] = list(items)
    if limit is not None and len(shown) > limit + 1:
        rest = len(shown) - limit
        more = ngettext("%(count)s more", "%(count)s more", rest)
        shown = [*shown[:limit], str(say(more, count=rest))]
    if len(shown) < 2:
        return Text(tuple(shown))
    first: list[Name | str] = [shown[0]]
    for item in shown[1:-1]:
        first += [", ", item]
    return say(and_pattern(str(shown[-1])), first=Text(tuple(first)), last=Text((shown[-1],)))


def skill(slug: str) -> str:
    """Name of a competency at the beginning of a sentence."""
    return str(Competency(slug).label)


def sector(slug: str) -> str:
    """Name of a sector."""
    return str(Sector(slug).label)


def in_sentence(label: str) -> str:
    """A label of the framework inside a sentence."""
    return label[:1].lower() + label[1:]


def skills(slugs: Iterable[str]) -> Text:
    """Several competencies inside a sentence."""
    return listed([in_sentence(skill(slug)) for slug in slugs], limit=None)


def number(value: float, digits: int = 0) -> str:
    """A rounded number as the language writes it; decimals that are all zero are dropped."""
    rounded = round(value, digits)
    if float(rounded).is_integer():
        digits = 0
    return number_format(rounded, digits, use_l10n=True, force_grouping=True)


def day(value: date) -> str:
    """A date as the language writes it."""
    return date_format(value, "DATE_FORMAT")


def names_of(actors: Mapping[str, Actor], slugs: Iterable[str]) -> list[Name]:
    """Names of actors on the map, in the order given."""
    return [name_of(actors[slug]) for slug in slugs]


def _pieces(value: Value) -> tuple[str | Name, ...]:
    if isinstance(value, Text):
        return value.pieces
    if isinstance(value, str | Name):
        return (value,)
    if isinstance(value, int):
        return (number(value),)
    return listed(value).pieces


def _merged(pieces: Iterable[str | Name]) -> list[str | Name]:
    """Neighboring words become one piece, empty ones go."""
    merged: list[str | Name] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece != "":
            merged.append(piece)
    return merged
