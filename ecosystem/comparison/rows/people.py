"""Who is here, what they can do, and how far it is when nobody here can."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from django.utils.translation import gettext as _

from actors.framework import Competency, Role, Sector
from ecosystem.analysis.compare import CellFigure, CityFigures
from ecosystem.comparison.rows.values import Cities, Row, Value, counted, figure_row, of_whole
from ecosystem.services.comparison import ComparedCity
from ecosystem.templatetags.ui import REACH_LABELS, STATE_LABELS


def skill_rows(cities: Cities) -> Iterator[Row]:
    for position, slug in enumerate(Competency.values):
        yield Row(
            slug,
            str(Competency(slug).label),
            tuple(_cell_value(city.figures.cells[position]) for city in cities),
        )


def _cell_value(cell: CellFigure) -> Value:
    """Ordered by strength (G2), which puts two strong holders before two that learn."""
    return Value(
        said=str(STATE_LABELS[cell.state]),
        number=cell.strength if cell.members else None,
        base=of_whole(cell.answered, cell.members) if cell.members else "",
        ranked=cell.ranked,
        cell=cell,
    )


def sector_rows(cities: Cities) -> Iterator[Row]:
    yield figure_row(
        "organizations",
        _("All organizations at home here"),
        cities,
        lambda city: counted(city.figures.size),
        is_raw=True,
    )
    for slug in Sector.values:
        yield figure_row(
            f"sector-{slug}",
            Sector(slug).label,
            cities,
            partial(_present, of=lambda figures: figures.sectors, slug=slug),
            sector=slug,
            is_raw=True,
        )


def role_rows(cities: Cities) -> Iterator[Row]:
    for slug in Role.values:
        yield figure_row(
            f"role-{slug}",
            Role(slug).label,
            cities,
            partial(_present, of=lambda figures: figures.roles, slug=slug),
            is_raw=True,
        )


def _present(
    city: ComparedCity, of: Callable[[CityFigures], Mapping[str, int]], slug: str
) -> Value:
    count = of(city.figures)[slug]
    if not city.figures.size:
        return Value(_("no map yet"))
    return counted(count) if count else Value(_("nobody recorded"), 0)


def reach_rows(cities: Cities) -> Iterator[Row]:
    for position, slug in enumerate(Competency.values):
        yield figure_row(
            f"reach-{slug}",
            Competency(slug).label,
            cities,
            partial(_reach_value, position=position),
        )


def _reach_value(city: ComparedCity, position: int) -> Value:
    if not city.figures.size:
        return Value(_("no map yet"))
    return Value(str(REACH_LABELS[city.reach[position].reach]))
