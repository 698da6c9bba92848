"""The read API of the comparison: the same document as the ``compare`` command prints."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.models import City
from ecosystem.comparison.asked import slugs_of
from ecosystem.comparison.document import comparison_document
from ecosystem.comparison.table import found_and_lost
from ecosystem.services.comparison import compare, find_peers, read_coverage

CITIES_MAX = 50
"""In one answer; each is about 4 KB."""

CITIES = OpenApiParameter(
    "cities",
    OpenApiTypes.STR,
    description="Short names, separated by commas, at most 50. By default all, if they are not "
    "more. Unknown ones are named in `not_found`.",
)


class CompareView(APIView):
    """Cities side by side: section 8 of the gap method, on the same definitions for each."""

    permission_classes = [AllowAny]  # what a visitor may not see is absent

    @extend_schema(parameters=[CITIES], responses=OpenApiTypes.OBJECT)
    def get(self, request: HttpRequest) -> Response:
        everywhere = list(City.objects.visible_to(request.user).order_by("name", "slug"))
        asked = slugs_of(request.GET.getlist("cities"))
        cities, lost = found_and_lost(asked, everywhere) if asked else (everywhere, [])
        if max(len(cities), len(asked)) > CITIES_MAX:
            raise ValidationError({"cities": _("Name at most 50 cities.")})
        coverage = read_coverage(everywhere, request.user)
        comparison = compare(cities, request.user, coverage)
        peers = find_peers(cities, coverage, request.user)
        return Response(comparison_document(comparison, peers, lost))
