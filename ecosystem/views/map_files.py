"""The map without its page: data, drawing, print sheet, and the page that others embed."""

import json
from typing import Any, Final

import brotli
from csp.decorators import csp_replace
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.generic import TemplateView

from ecosystem.maps.svg import draw_file, draw_map
from ecosystem.mapview.arranging import arrange_all, places_by_sector
from ecosystem.mapview.document import first_document, rest_document
from ecosystem.mapview.legend import legend
from ecosystem.mapview.table import sorted_actors, table_rows
from ecosystem.mapview.words import script_words
from ecosystem.matrix import parts_of
from ecosystem.places.page import load_places, places_data
from ecosystem.views.conditional import answer_if_changed, etag_of, packed_answer
from ecosystem.views.map_base import MapMixin, PublicMixin

DATA_VERSION: Final = "3"
"""Raised when the form of the data changes, so that no browser keeps an old one."""

BROTLI_QUALITY: Final = 10
"""A fifth smaller than gzip. It takes 0.2 s at 1,000 actors, once per change of the map."""

KEPT_FOR: Final = 24 * 60 * 60
"""Seconds. A change of the map makes another answer anyway."""

INLINE_UP_TO: Final = 300
"""Of a larger map a browser with scripts, which draws it itself, should not get the drawing too."""


class MapDataView(MapMixin):
    """The data of ``<network-map>``: the whole map in two parts, the second with ``?part=rest``."""

    @property
    def part(self) -> str:
        return "rest" if self.request.GET.get("part") == "rest" else "first"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        etag = etag_of(DATA_VERSION, self.version, self.part)
        return answer_if_changed(request, etag, lambda: self.answer(request))

    def answer(self, request: HttpRequest) -> HttpResponse:
        key = f"map-data-{DATA_VERSION}-{self.part}-{self.version}"
        packed = cache.get(key)
        if packed is None:
            packed = brotli.compress(self.document(), quality=BROTLI_QUALITY)
            cache.set(key, packed, KEPT_FOR)
        return packed_answer(request, packed, "application/json")

    def document(self) -> bytes:
        if self.part == "first":
            document = first_document(self.values, places_by_sector(self.city, self.data))
        else:
            arranged = arrange_all(self.city, self.data, self.communities)
            document = rest_document(self.values, arranged)
        document["version"] = self.version
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


class PlacesDataView(MapMixin):
    """The data of ``<place-map>``: those shown of the view that the address asks for."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return answer_if_changed(
            request, etag_of("places", request.build_absolute_uri(), self.version), self.answer
        )

    def answer(self) -> HttpResponse:
        page = reverse("map", args=[self.city.slug])
        everyone = self.picture(whole=True, page=page).actors
        shown = {actor.slug for actor in self.shown.actors}
        found = load_places(self.city, everyone.values(), shown)
        document = places_data(self.city, found)
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        return HttpResponse(text, content_type="application/json")


class MapImageView(MapMixin):
    """The drawing alone, as an SVG file that needs nothing else."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return answer_if_changed(
            request, etag_of("drawing", request.build_absolute_uri(), self.version), self.answer
        )

    def answer(self) -> HttpResponse:
        page = self.request.build_absolute_uri(reverse("map", args=[self.city.slug]))
        return HttpResponse(
            draw_file(self.picture(page=page), self.drawing_title),
            content_type="image/svg+xml; charset=utf-8",
            headers={"Content-Disposition": f'inline; filename="{self.city.slug}-map.svg"'},
        )


class MapSheetView(MapMixin, TemplateView):
    """The view on paper: title, drawing, what it means, and everyone in it.

    A large map comes in parts, whose first has the drawing.
    """

    template_name = "ecosystem/_map_sheet.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = self.request.build_absolute_uri(reverse("map", args=[self.city.slug]))
        everyone = sorted_actors(self.shown, self.state.sort)
        parts = parts_of(everyone, self.request.GET.get("part"))
        is_first = parts.number == 1
        return super().get_context_data(
            title=_("Who works with whom in %(city)s") % {"city": self.city.name},
            drawing=draw_map(self.picture(page=page), self.drawing_title) if is_first else None,
            legend=legend(self.shown, self.state, lambda: self.communities),
            state=self.state,
            lens=self.lens,
            shown=len(self.shown.indexes),
            total=len(self.values.actors),
            parts=parts,
            rows=table_rows(self.shown, list(parts.object_list)),
            map_url=self.state.address_of(page),
        )


@method_decorator(xframe_options_exempt, name="dispatch")
@method_decorator(csp_replace({"frame-ancestors": ["*"]}), name="dispatch")
class EmbedView(PublicMixin, TemplateView):
    """The public map for other people's pages: the only page that may stand in a frame."""

    template_name = "ecosystem/embed.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = reverse("map", args=[self.city.slug])
        is_small = len(self.shown.indexes) <= INLINE_UP_TO
        title = _("Who works with whom in %(city)s") % {"city": self.city.name}
        return super().get_context_data(
            title=title,
            drawing=draw_map(self.picture(page=page), self.drawing_title, new_tab=True)
            if is_small
            else None,
            image_url=self.state.address_of(reverse("embed_image", args=[self.city.slug])),
            drawing_title=self.drawing_title,
            words=json.dumps(script_words(self.drawing_title), ensure_ascii=False),
            lit=json.dumps(list(self.lens.lit) if self.lens else []),
            path=json.dumps(list(self.path)),
            lens=self.lens,
            state=self.state,
            shown=len(self.shown.indexes),
            total=len(self.values.actors),
            legend=legend(self.shown, self.state, lambda: self.communities),
            map_url=self.state.address_of(page),
        )


class EmbedDataView(PublicMixin, MapDataView):
    """The data of the embedded page."""


class EmbedImageView(PublicMixin, MapImageView):
    """The drawing of the embedded page, where the map is too large to stand in it."""
