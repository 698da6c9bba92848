"""What an address asks to compare. Values that nobody offers are left out and named."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from actors.framework import CityStage

COMPARED_MAX: Final = 12
"""Cities side by side in detail: as many columns as a wide screen or a sheet of paper holds."""

LISTED_MAX: Final = 20
"""Of what was asked for and not found, so many are named."""

LENGTH_MAX: Final = 80
"""Characters of a name that was asked for; no city has a longer one in its address."""

BANDS: Final[Mapping[str, tuple[int | None, int | None]]] = {
    "under-250k": (None, 250_000),
    "250k-500k": (250_000, 500_000),
    "500k-1m": (500_000, 1_000_000),
    "over-1m": (1_000_000, None),
    "unknown": (None, None),
}
"""Inhabitants from, and below."""

BAND_LABELS: Final = {
    "under-250k": _("Under 250,000"),
    "250k-500k": _("250,000 to 500,000"),
    "500k-1m": _("500,000 to 1 million"),
    "over-1m": _("1 million or more"),
    "unknown": _("Not known"),
}

FILTERS: Final = ("stage", "population", "state", "issue")


@dataclass(frozen=True, slots=True)
class Asked:
    """The parts of an address. ``cities`` in their order, each once.

    ``sort`` orders the table of all cities, ``order`` the columns of the compared ones; a leading
    minus turns an order around.
    """

    cities: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    population: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    issue: tuple[str, ...] = ()
    sort: str = "name"
    order: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether the table is narrowed down."""
        return any(getattr(self, name) for name in FILTERS)

    def query(self, **changes: object) -> str:
        """The address of this page, after its question mark, with some parts changed."""
        asked = replace(self, **changes)  # type: ignore[arg-type]
        query = QueryDict(mutable=True)
        if asked.cities:
            query["cities"] = ",".join(asked.cities)
        for name in FILTERS:
            query.setlist(name, list(getattr(asked, name)))
        if asked.sort != "name":
            query["sort"] = asked.sort
        if asked.order:
            query["order"] = asked.order
        return query.urlencode(safe=",")


def slugs_of(values: Iterable[str]) -> tuple[str, ...]:
    """Short names of cities from ``a,b`` and from repeated values, in their order, each once."""
    asked = (part.strip().lower()[:LENGTH_MAX] for value in values for part in value.split(","))
    return tuple(dict.fromkeys(slug for slug in asked if slug))


def read_asked(
    query: MultiValueDict[str, str],
    *,
    states: Collection[str],
    issues: Collection[str],
    sorts: Collection[str],
) -> tuple[Asked, list[str]]:
    """What is asked for, and the values that this page does not know."""
    offered: dict[str, Collection[str]] = {
        "stage": CityStage.values,
        "population": BANDS,
        "state": states,
        "issue": issues,
    }
    kept: dict[str, tuple[str, ...]] = {}
    ignored: list[str] = []
    for name in FILTERS:
        values = tuple(dict.fromkeys(value for value in query.getlist(name) if value))
        kept[name] = tuple(value for value in values if value in offered[name])
        ignored += [value[:LENGTH_MAX] for value in values if value not in offered[name]]
    sort = query.get("sort") or "name"
    if sort.removeprefix("-") not in sorts:
        ignored.append(sort[:LENGTH_MAX])
        sort = "name"
    asked = Asked(
        cities=slugs_of(query.getlist("cities")),
        sort=sort,
        order=(query.get("order") or "")[:LENGTH_MAX],
        **kept,
    )
    return asked, ignored[:LISTED_MAX]


def in_band(population: int | None, band: str) -> bool:
    """Whether a city of so many inhabitants is in a band."""
    if population is None:
        return band == "unknown"
    least, below = BANDS[band]
    if least is None and below is None:
        return False
    return (least is None or population >= least) and (below is None or population < below)
