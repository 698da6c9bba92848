"""How a city's organizations are connected, and where residents stand among them."""

from collections.abc import Callable, Iterator
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.framework import EngagementLevel, ProcessStep
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


def connection_rows(cities: Cities) -> Iterator[Row]:
    for slug, label in (
        ("disconnected", _("Pairs without any link, where one was to be expected")),
        ("weak", _("Pairs with fewer than half of the links to be expected")),
    ):
        yield figure_row(
            slug,
            label,
            cities,
            partial(_pairs, state=slug),
        )


def _pairs(city: ComparedCity, state: str) -> Value:
    found = city.figures.sector_connection
    pairs = found.disconnected if state == "disconnected" else found.weak
    base = ngettext("of %(count)s pair", "of %(count)s pairs", found.pairs)
    ranked = city.figures.structure.ranked
    return counted(len(pairs), str(say(base, count=found.pairs)), ranked=ranked)


def structure_rows(cities: Cities) -> Iterator[Row]:
    def whole(city: ComparedCity) -> str:
        return organizations(city.figures.structure.size)

    def count(value: Callable[[ComparedCity], int]) -> Callable[[ComparedCity], Value]:
        return lambda city: counted(value(city), whole(city), ranked=city.figures.structure.ranked)

    def part(value: Callable[[ComparedCity], float | None]) -> Callable[[ComparedCity], Value]:
        return lambda city: shared(value(city), whole(city), ranked=city.figures.structure.ranked)

    yield figure_row("ties", _("Working links"), cities, count(lambda c: c.figures.structure.ties))
    yield figure_row(
        "density",
        _("Share of all possible links"),
        cities,
        part(lambda c: c.figures.structure.density),
    )
    yield figure_row(
        "components",
        _("Separate groups"),
        cities,
        count(lambda c: c.figures.structure.components),
    )
    yield figure_row(
        "largest",
        _("Organizations in the largest group"),
        cities,
        part(lambda c: c.figures.structure.largest_component_share),
    )
    yield figure_row(
        "isolates",
        _("Organizations without a link"),
        cities,
        count(lambda c: c.figures.structure.isolates),
    )


def resident_rows(cities: Cities) -> Iterator[Row]:
    yield figure_row(
        "resident-links",
        _("Links of a typical resident or community group"),
        cities,
        lambda c: _median(c, c.figures.residents.median_degree, c.figures.residents.members),
    )
    yield figure_row(
        "other-links",
        _("Links of a typical other organization"),
        cities,
        lambda c: _median(c, c.figures.residents.median_degree_others, c.figures.residents.others),
    )
    yield figure_row(
        "collaboratives",
        _("Collaboratives"),
        cities,
        lambda c: counted(c.figures.resident_voice.collaboratives),
    )
    for slug in ProcessStep.values:
        yield figure_row(
            f"voice-{slug}",
            say(_("Say of residents: %(step)s"), step=str(ProcessStep(slug).label)),
            cities,
            partial(_voice, step=slug),
        )
    yield figure_row("returned", _("Results reported back to residents"), cities, _returned)
    yield figure_row(
        "open",
        _("Results due and not reported back"),
        cities,
        lambda c: counted(c.figures.resident_voice.open, _meetings(c)),
    )
    yield figure_row(
        "deciding",
        _("Collaboratives whose decisions residents share"),
        cities,
        lambda c: counted(c.figures.resident_voice.deciding, _tables(c)),
    )


def _median(city: ComparedCity, value: float | None, base: int) -> Value:
    if value is None:
        return Value(_("not known"), base=organizations(base))
    ranked = city.figures.structure.ranked
    return Value(number(value, 1), value, organizations(base), ranked)


def _voice(city: ComparedCity, step: str) -> Value:
    level = city.figures.resident_voice.steps[step]
    said = str(EngagementLevel(level).label) if level else _("nothing recorded")
    return Value(said)


def _returned(city: ComparedCity) -> Value:
    found = city.figures.resident_voice
    part = found.returned / found.engagements if found.engagements else None
    return shared(part, _meetings(city))


def _meetings(city: ComparedCity) -> str:
    count = city.figures.resident_voice.engagements
    pattern = ngettext("of %(count)s engagement", "of %(count)s engagements", count)
    return str(say(pattern, count=count))


def _tables(city: ComparedCity) -> str:
    count = city.figures.resident_voice.collaboratives
    pattern = ngettext("in %(count)s collaborative", "in %(count)s collaboratives", count)
    return str(say(pattern, count=count))
