"""What hangs on one, how much was asked and when, how complete the maps are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecosystem.comparison.rows.values import (
    Cities,
    Row,
    Value,
    counted,
    figure_row,
    organizations,
    shared,
)
from ecosystem.findings.text import number, say
from ecosystem.services.comparison import ComparedCity

AGES = {
    "fresh": gettext_lazy("Confirmed in the last 12 months"),
    "ageing": gettext_lazy("Confirmed 12 to 24 months before"),
    "stale": gettext_lazy("Older than 24 months"),
    "undated": gettext_lazy("Without a day"),
}


def fragility_rows(cities: Cities) -> Iterator[Row]:
    yield figure_row(
        "single",
        _("Skills at one organization only"),
        cities,
        lambda c: counted(len(c.figures.fragility.single), ranked=c.figures.ranked),
    )
    yield figure_row(
        "departures",
        _("Organizations whose leaving would open a gap"),
        cities,
        lambda c: counted(
            c.figures.fragility.departures,
            organizations(c.figures.structure.size),
            ranked=c.figures.ranked and c.figures.structure.ranked,
        ),
    )
    yield figure_row("one-person", _("Links that one person carries"), cities, _one_person)


def _one_person(city: ComparedCity) -> Value:
    found = city.figures.fragility
    base = str(
        say(
            _("of %(known)s of %(all)s links"),
            known=found.carried_known,
            all=city.figures.structure.ties,
        )
    )
    if not found.carried_known:
        return Value(_("not known"), base=base)
    return counted(found.one_person_ties, base, ranked=city.figures.structure.ranked)


def freshness_rows(cities: Cities) -> Iterator[Row]:
    yield figure_row(
        "answered",
        _("Questions answered"),
        cities,
        lambda c: shared(c.figures.answered_share, organizations(c.figures.size)),
    )
    for slug, label in AGES.items():
        yield figure_row(
            slug,
            label,
            cities,
            partial(_age, age=slug),
        )


def _age(city: ComparedCity, age: str) -> Value:
    counts = {str(key): count for key, count in city.figures.freshness.items()}
    answers = sum(counts.values())
    pattern = ngettext("of %(count)s answer", "of %(count)s answers", answers)
    base = str(say(pattern, count=answers))
    part = counts[age] / answers if answers else None
    return shared(part, base, ranked=city.figures.ranked)


def completeness_rows(cities: Cities) -> Iterator[Row]:
    yield figure_row("completeness", _("Completeness of the map"), cities, _complete)
    yield figure_row(
        "unseen",
        _("Organizations nobody named yet, at least"),
        cities,
        lambda c: _estimate(c, c.figures.completeness.unseen),
    )
    yield figure_row(
        "coverage",
        _("How well the sources cover who is there"),
        cities,
        lambda c: shared(c.figures.completeness.sample_coverage, _sources(c)),
    )


def _complete(city: ComparedCity) -> Value:
    return shared(city.figures.completeness.completeness, _sources(city))


def _sources(city: ComparedCity) -> str:
    count = city.figures.completeness.informants
    return str(say(ngettext("%(count)s source", "%(count)s sources", count), count=count))


def _estimate(city: ComparedCity, value: float | None, digits: int = 0) -> Value:
    if value is None:
        return Value(_("too few sources"), base=_sources(city), ranked=False)
    return Value(number(value, digits), value, _sources(city))


@dataclass(frozen=True, slots=True)
class EqualRow:
    """A number as recorded, and what it would be at equal coverage, for each city."""

    label: str
    pairs: tuple[tuple[Value, Value], ...]


def equal_rows(cities: Cities) -> list[EqualRow]:
    """Actors, sectors and roles as named by the sources, beside what equal coverage makes of them.

    Only what a source names is counted, on both sides, so that like stands beside like.
    """
    return [
        EqualRow(
            _("Organizations"),
            _pairs_of(
                cities, lambda c: len(c.figures.incidence.actors), lambda c: c.rarefied.actors
            ),
        ),
        EqualRow(
            _("Sectors"),
            _pairs_of(
                cities, lambda c: len(c.figures.incidence.sectors), lambda c: c.rarefied.sectors
            ),
        ),
        EqualRow(
            _("Parts played"),
            _pairs_of(cities, lambda c: len(c.figures.incidence.roles), lambda c: c.rarefied.roles),
        ),
        EqualRow(
            _("Sources"),
            _pairs_of(cities, lambda c: c.figures.incidence.units, lambda c: c.rarefied.units),
        ),
    ]


def _pairs_of(
    cities: Cities,
    raw: Callable[[ComparedCity], int],
    equal: Callable[[ComparedCity], float | None],
) -> tuple[tuple[Value, Value], ...]:
    return tuple((counted(raw(city)), _estimate(city, equal(city), 1)) for city in cities)
