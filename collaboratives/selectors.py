"""From the tables of collaboratives to what pages are made of."""

from django.db.models import DateField, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.rules import Viewer
from actors.framework import ActorStatus

from .models import Membership


def current_places(user: Viewer) -> QuerySet[Membership]:
    """Places at the tables of all visible cities, each on the day of its own city's map.

    Only those of published actors, as the figures count them. A missing start or end counts as in
    force.
    """
    today = Value(timezone.localdate(), output_field=DateField())
    day = Coalesce("collaborative__city__map_date", today)
    return Membership.objects.visible_to(user).filter(
        Q(since=None) | Q(since__lte=day),
        Q(until=None) | Q(until__gte=day),
        actor__status=ActorStatus.PUBLISHED,
    )
