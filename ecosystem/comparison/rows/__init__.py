"""The figures of compared cities as rows: one for each figure, one value for each city.

Page, command and export show the same rows. What rests on too little says so, and is in no order.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from ecosystem.comparison.rows.people import reach_rows, role_rows, sector_rows, skill_rows
from ecosystem.comparison.rows.quality import (
    EqualRow,
    completeness_rows,
    equal_rows,
    fragility_rows,
    freshness_rows,
)
from ecosystem.comparison.rows.ties import connection_rows, resident_rows, structure_rows
from ecosystem.comparison.rows.values import Cities, Row, Section, Value

__all__ = ["EqualRow", "Row", "Section", "Value", "equal_rows", "find_row", "sections"]


def sections(cities: Cities) -> list[Section]:
    """All that is compared, in the order of the gap method."""
    return [
        Section(
            "skills",
            _("The twelve skills"),
            _(
                "How many organizations of a city are known to have each skill; below it, of how "
                "many an answer is known."
            ),
            "g1",
            tuple(skill_rows(cities)),
        ),
        Section(
            "sectors",
            _("Who is here, by sector"),
            _("Organizations at home in the city; each has one sector."),
            "g6",
            tuple(sector_rows(cities)),
        ),
        Section(
            "roles",
            _("Who is here, by the part they play"),
            _("An organization can play several parts, or none that is recorded."),
            "g6",
            tuple(role_rows(cities)),
        ),
        Section(
            "reach",
            _("How far each skill is"),
            _("From the city's own organizations to the nearest one known to have the skill."),
            "g8",
            tuple(reach_rows(cities)),
        ),
        Section(
            "connection",
            _("Between sectors"),
            _("Pairs of sectors with clearly fewer working links than an even spread would give."),
            "g10",
            tuple(connection_rows(cities)),
        ),
        Section(
            "structure",
            _("How they are connected"),
            _("Everyone on the map, those who work there from elsewhere included."),
            "g9",
            tuple(structure_rows(cities)),
        ),
        Section(
            "residents",
            _("Residents"),
            _("Where residents and community groups stand, and the say they have."),
            "g7",
            tuple(resident_rows(cities)),
        ),
        Section(
            "fragility",
            _("What hangs on one"),
            _("What would be lost if one person or one organization left."),
            "g11",
            tuple(fragility_rows(cities)),
        ),
        Section(
            "freshness",
            _("How much was asked, and when"),
            _("A question is one of twelve skills at one organization."),
            "g3",
            tuple(freshness_rows(cities)),
        ),
        Section(
            "completeness",
            _("How complete the maps are"),
            _("Estimated from who was named by how many sources."),
            "g17",
            tuple(completeness_rows(cities)),
        ),
    ]


def find_row(found: Iterable[Section], slug: str) -> Row | None:
    """The row of that name, if there is one."""
    return next((row for section in found for row in section.rows if row.slug == slug), None)
