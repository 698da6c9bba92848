"""One organization over the API: read it, and change its profile from a named version."""

from typing import Any, ClassVar, Final

from django.core.validators import URLValidator
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import (
    APIException,
    NotAuthenticated,
    PermissionDenied,
    ValidationError,
)
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.models import Actor
from actors.rules import can_edit_actor
from actors.services.editing import change_record
from ecosystem.common.versions import ChangedMeanwhile

LONGEST_TEXT: Final = 4_000

IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description='The version that the change starts from, as ETag gives it: "3".',
)


class NoVersion(APIException):
    """A write that does not say which version it starts from."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "version_missing"


class ActorSerializer(serializers.ModelSerializer[Actor]):
    """The plain fields of a profile."""

    website = serializers.CharField(
        max_length=500,
        allow_blank=True,
        required=False,
        validators=[URLValidator(schemes=["http", "https"])],
    )
    description = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, required=False)

    class Meta:
        model = Actor
        fields = ("slug", "name", "sector", "description", "website", "service_area", "version")
        read_only_fields: ClassVar = ["slug", "version"]


class ConflictSerializer(serializers.Serializer[Any]):
    """Why a write was refused, and the record as it is stored now."""

    detail = serializers.CharField()
    stored = ActorSerializer()


class ActorView(APIView):
    """An organization's profile. A change names the version it starts from; a stale one gets 412
    with what is stored now, and nothing is written."""

    permission_classes = [AllowAny]  # what a visitor may not see is absent

    @extend_schema(responses=ActorSerializer)
    def get(self, request: HttpRequest, actor: str) -> Response:
        return _answer(self._find(actor))

    @extend_schema(
        parameters=[IF_MATCH],
        request=ActorSerializer(partial=True),
        responses={
            200: ActorSerializer,
            400: OpenApiResponse(description="A value that can't be stored; nothing was."),
            403: OpenApiResponse(description="Not signed in, or not one's own to change."),
            404: OpenApiResponse(description="No such organization for this visitor."),
            412: ConflictSerializer,
            428: OpenApiResponse(description="If-Match is missing."),
        },
    )
    def patch(self, request: Any, actor: str) -> Response:
        found = self._find(actor)
        if not request.user.is_authenticated:
            raise NotAuthenticated
        if found.merged_into_id is not None or not can_edit_actor(request.user, found):
            raise PermissionDenied
        based_on = _named_version(request)
        if found.version != based_on:
            return _conflict(found)
        serializer = ActorSerializer(found, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        if unknown := sorted(set(request.data) - set(serializer.validated_data)):
            raise ValidationError({name: [_("This can't be changed here.")] for name in unknown})
        for name, value in serializer.validated_data.items():
            setattr(found, name, value)
        try:
            change_record(found, based_on=based_on, city=found.city, reason=_("Over the API"))
        except ChangedMeanwhile as error:
            return _conflict(error.stored)
        return _answer(found)

    def _find(self, slug: str) -> Actor:
        seen = Actor.objects.visible_to(self.request.user).select_related("city")
        found: Actor = get_object_or_404(seen, slug=slug)
        return found


def _named_version(request: Any) -> int:
    """The version in If-Match; one that no record has when it is no number."""
    named = request.headers.get("If-Match", "").strip()
    if not named or named == "*":
        raise NoVersion(_("Say in If-Match which version you change, as ETag gives it."))
    number = named.removeprefix("W/").strip('"')
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0


def _answer(actor: Actor) -> Response:
    return Response(
        ActorSerializer(actor).data,
        headers={"ETag": f'"{actor.version}"', "Cache-Control": "private, no-cache"},
    )


def _conflict(stored: Any) -> Response:
    detail = _("Somebody changed this record in the meantime. Nothing was written.")
    return Response(
        {"detail": detail, "stored": ActorSerializer(stored).data},
        status=status.HTTP_412_PRECONDITION_FAILED,
        headers={"ETag": f'"{stored.version}"'},
    )
