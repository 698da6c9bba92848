"""The table beside the picture: exactly those who are drawn, and whom they work with."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from actors.framework import Sector
from ecosystem.mapview.filtering import Shown
from ecosystem.mapview.state import MapState
from ecosystem.mapview.values import MapActor
from ecosystem.templatetags.ui import sector_mark

HEADINGS: Final[dict[str, str | Promise]] = {
    "name": gettext_lazy("Organization"),
    "sector": gettext_lazy("Sector"),
    "ties": gettext_lazy("Works with"),
}
"""The columns that the table can be sorted by."""

ONE_PAGE: Final = 160
"""A table of so many rows is shown whole."""

ROWS_PER_PAGE: Final = 50
"""Of a larger one: the page should not weigh more than the picture."""

NEIGHBORS_SHOWN: Final = 3
"""In a table of several pages the other neighbors are counted, and named where an actor is picked:
folded away they would make up most of the page."""


class Picks:
    """Links that pick an actor and keep the rest of the view. ``known``: who is on the map."""

    do_not_call_in_templates = True

    def __init__(self, state: MapState, known: Collection[str], page: str = "") -> None:
        self.known = known
        self._pattern = f"{page}{state.address(actor='@', to='')}#map-details"

    def __call__(self, slug: str) -> str:
        return self._pattern.replace("actor=%40", f"actor={slug}", 1)


def sorted_actors(shown: Shown, sort: str) -> list[MapActor]:
    """Everyone shown, in the order asked for."""
    order = {sector: number for number, sector in enumerate(Sector.values)}
    keys: dict[str, Callable[[MapActor], Any]] = {
        "name": lambda actor: actor.by_name,
        "sector": lambda actor: (order[actor.sector], actor.by_name),
        "ties": lambda actor: (-len(shown.neighbors[actor.index]), actor.by_name),
    }
    return sorted(shown.actors, key=keys[sort])


def table_rows(shown: Shown, actors: Sequence[MapActor]) -> Iterator[dict[str, Any]]:
    """Rows of the actors. Marks are drawn once a sector: many rows should not take a second."""
    marks = {
        sector: (sector_mark(sector), str(Sector(sector).label))
        for sector in {actor.sector for actor in actors}
    }
    everyone = shown.values.actors
    is_whole = len(shown.indexes) <= ONE_PAGE
    for actor in actors:
        near = sorted(
            (everyone[index] for index in shown.neighbors[actor.index]),
            key=lambda other: other.by_name,
        )
        most = NEIGHBORS_SHOWN if len(near) > NEIGHBORS_SHOWN + 1 else len(near)
        mark, label = marks[actor.sector]
        yield {
            "actor": actor,
            "mark": mark,
            "sector": label,
            "ties": len(near),
            "first": near[:most],
            "more": near[most:] if is_whole else [],
            "more_count": len(near) - most,
        }


def headings(state: MapState) -> list[dict[str, Any]]:
    """The links that sort."""
    return [
        {
            "sort": sort,
            "label": label,
            "is_current": sort == state.sort,
            "descends": sort == "ties",
            "url": f"{state.address(sort=sort)}#table",
        }
        for sort, label in HEADINGS.items()
    ]
