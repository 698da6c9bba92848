"""The map of a city: who works with whom."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from actors.filters import folded
from actors.framework import Sector, TieKind
from ecosystem.maps.picture import DrawnActor, Picture, make_picture
from ecosystem.maps.positions import places_by_sector
from ecosystem.maps.svg import draw_file, draw_map
from ecosystem.selectors import load_ecosystem
from ecosystem.templatetags.ui import sector_mark
from ecosystem.views.base import CityMixin

SORTS: Final[dict[str, str | Promise]] = {
    "name": gettext_lazy("Organization"),
    "sector": gettext_lazy("Sector"),
    "ties": gettext_lazy("Works with"),
}
"""The columns that the table can be sorted by, with their headings."""

DEFAULT_SORT: Final = "ties"
NEIGHBORS_SHOWN: Final = 3
BEST_CONNECTED: Final = 5


class PictureMixin(CityMixin):
    """What is drawn of a city, for the visitor."""

    @cached_property
    def picture(self) -> Picture:
        data = load_ecosystem(self.city, user=self.request.user)
        return make_picture(data, places_by_sector(self.city, data))

    @property
    def drawing_title(self) -> str:
        return _("Map of who works with whom in %(city)s") % {"city": self.city.name}


class MapView(PictureMixin, TemplateView):
    section = "map"
    template_name = "ecosystem/map.html"

    @cached_property
    def sort(self) -> str:
        asked = self.request.GET.get("sort", DEFAULT_SORT)
        return asked if asked in SORTS else DEFAULT_SORT

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("sort", "")
        return super().get_context_data(
            title=_("Who works with whom in %(city)s") % {"city": self.city.name},
            picture=self.picture,
            drawing=draw_map(self.picture, self.drawing_title),
            sectors=list(self._sectors()),
            kinds=[(TieKind(kind).label, count) for kind, count in self.picture.kinds.items()],
            best_connected=[a for a in self._sorted("ties")[:BEST_CONNECTED] if a.ties],
            unknown_sort=asked[:60] if asked and asked not in SORTS else "",
            sort=self.sort,
            sorts=list(SORTS.items()),
            rows=list(self._rows()),
            actions=self._actions(),
        )

    def _sectors(self) -> Iterator[dict[str, Any]]:
        for sector in Sector.values:
            if members := self.picture.of_sector(sector):
                yield {"sector": sector, "count": len(members)}

    def _sorted(self, sort: str) -> list[DrawnActor]:
        order = {sector: number for number, sector in enumerate(Sector.values)}
        keys: dict[str, Callable[[DrawnActor], Any]] = {
            "name": lambda actor: (folded(actor.name), actor.slug),
            "sector": lambda actor: (order[actor.sector], folded(actor.name), actor.slug),
            "ties": lambda actor: (-actor.ties, folded(actor.name), actor.slug),
        }
        return sorted(self.picture.actors.values(), key=keys[sort])

    def _rows(self) -> Iterator[dict[str, Any]]:
        """The table. Marks are drawn once a sector: a thousand rows should not take a second."""
        marks: dict[str, tuple[SafeString, str]] = {
            sector: (sector_mark(sector), str(Sector(sector).label))
            for sector in self.picture.districts
        }
        for actor in self._sorted(self.sort):
            neighbors = [self.picture.actors[slug] for slug in actor.neighbors]
            shown = NEIGHBORS_SHOWN if len(neighbors) > NEIGHBORS_SHOWN + 1 else len(neighbors)
            mark, label = marks[actor.sector]
            yield {
                "actor": actor,
                "mark": mark,
                "sector": label,
                "first": neighbors[:shown],
                "more": neighbors[shown:],
            }

    def _actions(self) -> list[dict[str, Any]]:
        if not self.picture.actors:
            return []
        return [
            {
                "label": _("The drawing as a file"),
                "url": reverse("map_image", args=[self.city.slug]),
                "icon": "download",
            },
            {
                "label": _("What is missing"),
                "url": reverse("gaps", args=[self.city.slug]),
                "icon": "arrow",
                "primary": True,
            },
        ]


class MapImageView(PictureMixin):
    """The drawing alone, as an SVG file that needs nothing else."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(
            draw_file(self.picture, self.drawing_title),
            content_type="image/svg+xml; charset=utf-8",
            headers={"Content-Disposition": f'inline; filename="{self.city.slug}-map.svg"'},
        )
