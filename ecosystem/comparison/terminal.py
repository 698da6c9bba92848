"""The comparison as lines of text, at most 100 columns wide."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from actors.models import City
from ecosystem.comparison.rows import Row, equal_rows, sections
from ecosystem.comparison.words import equal_sentences, headline, notes, ranked_sentence
from ecosystem.findings.terminal import WIDTH, clean, fitted, width, wrapped
from ecosystem.findings.text import day, listed, say, skill
from ecosystem.services.comparison import Comparison, GapPeers

NAME = 28
SAID = 26


def lines(comparison: Comparison, peers: Mapping[int, Sequence[GapPeers]]) -> Iterator[str]:
    """What the page says, city below city."""
    cities = comparison.cities
    yield from wrapped(str(headline(comparison)))
    for note in notes(comparison, lost=(), picked=len(cities)):
        yield from wrapped(str(note))
    yield from wrapped(str(ranked_sentence(cities)))
    for city in cities:
        base = say(
            _("%(city)s: map of %(day)s"), city=city.city.full_name, day=day(city.figures.as_of)
        )
        yield from wrapped(str(base), first="* ", then="  ")
    for section in sections(cities):
        yield from _heading(section.title)
        yield from wrapped(section.reads)
        for row in section.rows:
            yield from _row([city.city for city in cities], row)
    yield from _heading(_("As recorded, and at equal coverage"))
    yield from wrapped(str(equal_sentences(comparison)))
    for equal in equal_rows(cities):
        yield clean(equal.label)
        for city, (raw, expected) in zip(cities, equal.pairs, strict=True):
            yield from _line(city.city, raw.said, expected.said)
    yield from _peers(comparison, peers)


def _heading(title: str) -> Iterator[str]:
    yield ""
    yield clean(title)
    yield "-" * min(WIDTH, width(title))


def _row(cities: Sequence[City], row: Row) -> Iterator[str]:
    yield clean(row.label)
    for city, one in zip(cities, row.values, strict=True):
        small = "" if one.ranked else _("too little for an order")
        yield from _line(city, one.said, "; ".join(part for part in (one.base, small) if part))


def _line(city: City, said: str, base: str) -> Iterator[str]:
    """City, figure and what it rests on, in columns; a long base stands below."""
    head = f"  {fitted(city.name, NAME)}  {fitted(said, SAID)}".rstrip()
    base = clean(base)
    if not base:
        yield head
    elif 2 + NAME + 2 + SAID + 2 + width(base) <= WIDTH:
        yield f"  {fitted(city.name, NAME)}  {fitted(said, SAID)}  {base}"
    else:
        yield head
        yield from wrapped(base, first=" " * (4 + NAME), then=" " * (4 + NAME))


def _peers(comparison: Comparison, peers: Mapping[int, Sequence[GapPeers]]) -> Iterator[str]:
    if not peers:
        return
    yield from _heading(_("Who can help"))
    for city in comparison.cities:
        for found in peers.get(city.city.pk, ()):
            confirmed = found.gap.is_confirmed
            pattern = (
                _("%(city)s is short of %(skill)s.")
                if confirmed
                else _("%(city)s: nobody is recorded for %(skill)s, and it is not known.")
            )
            said = say(pattern, city=city.city.name, skill=skill(found.gap.competency))
            yield from wrapped(str(said))
            for helper in found.helpers:
                names = listed([holder.name for holder in helper.holders])
                said = say(_("%(city)s: %(names)s"), city=helper.city.name, names=names)
                yield from wrapped(str(said), first="  > ", then="    ")
