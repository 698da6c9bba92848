"""The read API of gaps: the same document as the ``gaps`` command prints."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.models import City
from collaboratives.models import Collaborative
from ecosystem.common.days import too_early
from ecosystem.payloads import gap_document
from ecosystem.services.gaps import gap_store, run_gaps
from ecosystem.views.conditional import answer_if_changed, etag_of, packed_answer

AS_OF = OpenApiParameter(
    "as_of", OpenApiTypes.DATE, description="The day to describe; by default the map's own."
)


def _asked_day(request: HttpRequest) -> date | None:
    """The ``as_of`` of the address, None when there is none."""
    asked = request.GET.get("as_of")
    if not asked:
        return None
    try:
        day = parse_date(asked)
    except ValueError:  # well formed, but no day of the calendar
        day = None
    if day is None:
        raise ValidationError({"as_of": _("Write the day as year-month-day, as in 2018-06-30.")})
    if refusal := too_early(day):
        raise ValidationError({"as_of": refusal})
    return day


class CityGapsView(APIView):
    """The gaps of a city: the result document of the gap method, section 11."""

    permission_classes = [AllowAny]  # what a visitor may not see is absent

    @extend_schema(parameters=[AS_OF], responses=OpenApiTypes.OBJECT)
    def get(self, request: HttpRequest, city: str) -> HttpResponseBase:
        found = get_object_or_404(City.objects.visible_to(request.user), slug=city)
        return _document(request, found)


class CollaborativeGapsView(APIView):
    """The gaps of a collaborative: the result document of the gap method, section 11."""

    permission_classes = [AllowAny]  # what a visitor may not see is absent

    @extend_schema(parameters=[AS_OF], responses=OpenApiTypes.OBJECT)
    def get(self, request: HttpRequest, collaborative: str) -> HttpResponseBase:
        visible = Collaborative.objects.visible_to(request.user).select_related("city")
        found = get_object_or_404(visible, slug=collaborative)
        return _document(request, found.city, collaborative=found)


def _document(request: HttpRequest, city: City, **scope: Any) -> HttpResponseBase:
    """The kept document; of another day than the map's own one that is made for this answer."""
    if as_of := _asked_day(request):
        analysis = run_gaps(city, user=request.user, as_of=as_of, **scope)
        return Response(gap_document(analysis.results))
    kept = gap_store(city, user=request.user, **scope)
    return answer_if_changed(
        request,
        etag_of("document", kept.scope, kept.audience, kept.key),
        lambda: packed_answer(request, kept.document(), "application/json"),
    )
