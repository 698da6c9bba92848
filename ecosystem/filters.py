"""What a city's directory can be narrowed down to."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_filters import MultipleChoiceFilter

from accounts.rules import Viewer
from actors.filters import LEARNER, ActorFilter
from actors.models import Actor, Relationship
from collaboratives.models import Membership
from ecosystem.common.filtering import Ignored, OfferedFilters


class DirectoryFilter(OfferedFilters, ActorFilter):
    """The filters of actors, and the issues of a city.

    An actor works on an issue by itself or through a collaborative that it is a member of. Values
    that are not offered, from an old or mistyped address, and a level without a skill are left out
    and listed in ``ignored``.

    Parameters
    ----------
    data
        What came in with the address.
    queryset
        The actors on the map.
    user, day
        Whose memberships count, and those in force when.
    ties
        The ties on the map.
    issues
        Slugs and names of the issues to offer.
    """

    issue = MultipleChoiceFilter(label=_("Issue"), method="with_issue")

    def __init__(
        self,
        data: QueryDict,
        queryset: QuerySet[Actor],
        *,
        user: Viewer,
        day: date,
        ties: QuerySet[Relationship],
        issues: Mapping[str, str],
    ) -> None:
        super().__init__(data, queryset, ties=ties)
        self.user = user
        self.day = day
        self.filters["issue"].extra["choices"] = list(issues.items())
        self.keep_offered(data)
        if self.data.get("level") == LEARNER and not self.data.getlist("competency"):
            said = str(self.choices["level"][LEARNER])
            self.ignored.append(Ignored(str(self.filters["level"].label), said))

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters that are in use, with their values; the level belongs to the skill."""
        return {name: value for name, value in super().chosen.items() if name != "level"}

    def with_issue(
        self, queryset: QuerySet[Actor], _name: str, issues: Sequence[str]
    ) -> QuerySet[Actor]:
        own = Actor.issues.through.objects.filter(issue__slug__in=issues)
        places = Membership.objects.visible_to(self.user).current_on(self.day)
        places = places.filter(collaborative__issue__slug__in=issues)
        return queryset.filter(Q(pk__in=own.values("actor")) | Q(pk__in=places.values("actor")))
