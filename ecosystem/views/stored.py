"""Pages kept as they were written, for everyone who has no account.

Nothing in what is kept depends on the reader: pages of those who signed in, or who are told
something by a message, are written each time (from kept results), and so are pages whose address
asks for something. A page with a form that needs a token cannot be kept.
"""

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from actors.models import City
from ecosystem.analysis.defaults import METHOD
from ecosystem.models import Introduction, Snapshot
from ecosystem.services.prepared import Prepared, Slot
from ecosystem.services.store import (
    ANYONE,
    country_of,
    digest,
    digest_of_files,
    program,
    read_or_make_packed,
    sums_of,
)
from ecosystem.views.base import CityMixin
from ecosystem.views.conditional import answer_if_changed, etag_of, packed_answer


class StoredPageMixin(CityMixin):
    """A page of a city, kept under everything that it shows.

    ``stored_as`` is a short name of its own. The page may show whatever a map is made of, here and
    elsewhere, and the city's introductions and snapshots.
    """

    stored_as = ""

    def find_city(self) -> None:
        """Only when no kept page answers, which takes three quick queries in all."""
        if not self.is_stored:
            super().find_city()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.is_stored:
            return super().dispatch(request, *args, **kwargs)

        def make(scopes: Collection[str]) -> dict[str, bytes]:
            return {scope: self._written(*args, **kwargs) for scope in scopes}

        kind = f"{self.stored_as}-{get_language()}"
        # A page says where it is: in its links to embed it, and those to share.
        origin = request.build_absolute_uri("/")
        scope, key = _scope_and_key(*self.kwargs.values(), city=self.kwargs["city"], origin=origin)

        def answer() -> HttpResponseBase:
            packed = read_or_make_packed(kind, {scope: key}, ANYONE, make)
            return packed_answer(request, packed[scope], "text/html; charset=utf-8")

        response = answer_if_changed(request, etag_of(kind, scope, key), answer)
        patch_vary_headers(response, ["HX-Request"])
        return response

    @property
    def is_stored(self) -> bool:
        """Whether this request is answered as anybody's would be."""
        request = self.request
        return (
            request.method == "GET"
            and not settings.DEBUG  # templates change then
            and not request.META.get("QUERY_STRING")
            and "HX-Request" not in request.headers
            and not request.COOKIES.keys() & {settings.SESSION_COOKIE_NAME, "messages"}
            and not request.user.is_authenticated
        )

    def _written(self, *args: Any, **kwargs: Any) -> bytes:
        super().find_city()
        response = super().dispatch(self.request, *args, **kwargs)
        if not isinstance(response, TemplateResponse) or response.status_code != 200:
            raise TypeError(f"{type(self).__name__} answers with something that is no page.")
        page = response.render().content
        if self.request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
            raise TypeError(f"{type(self).__name__} holds a token, so it cannot be kept.")
        return page


def _scope_and_key(*names: str, city: str, origin: str) -> tuple[str, str]:
    """What the page is about, by the ``names`` of its address, and what it depends on.

    Today is part of that: days are counted from it.
    """
    found = _city().fetch(city=city)
    if not found:
        raise Http404
    [(pk, *revisions)] = found
    shown = sorted(_shown().fetch(city=city))
    key = digest(program(), METHOD, _look(), timezone.localdate(), origin, revisions, shown)
    return "/".join([str(pk), *names[1:]]), key


@cache
def _city() -> Prepared:
    """A city with its revisions and its day, if anybody may see it."""
    cities = City.objects.visible_to(AnonymousUser()).filter(slug=Slot("city")).order_by()
    return Prepared.of(cities.values_list("pk", "tie_revision", "fact_revision", "map_date"))


@cache
def _shown() -> Prepared:
    """What else changes with what the page shows: the country, introductions, snapshots."""
    steps = Introduction.objects.filter(city__slug=Slot("city"))
    kept = Snapshot.objects.filter(city__slug=Slot("city"))
    return Prepared.of(
        country_of(AnonymousUser()).union(
            sums_of(steps, "introductions", Sum("version"), Sum("pk")),
            sums_of(kept, "snapshots", Sum("pk"), Sum("pk")),
            all=True,
        )
    )


@cache
def _look() -> str:
    """A digest of templates, translations, styles and scripts."""
    files = [
        *Path(settings.BASE_DIR, "templates").rglob("*.html"),
        *Path(settings.BASE_DIR, "locale").rglob("*.mo"),
    ]
    return digest(digest_of_files(files), getattr(staticfiles_storage, "manifest_hash", ""))
