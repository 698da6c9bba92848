"""What a city's directory can be narrowed down to."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.core.validators import EMPTY_VALUES
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_filters import MultipleChoiceFilter

from accounts.rules import Viewer
from actors.filters import LEARNER, ActorFilter
from actors.models import Actor, Relationship
from collaboratives.models import Membership

SEARCH_LENGTH = 200
"""Characters of a search that are looked at; the rest is left out."""


class Ignored(NamedTuple):
    """A value in the address that this filter does not offer or can do nothing with."""

    label: str
    value: str


class DirectoryFilter(ActorFilter):
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
        self.data, self.ignored = self._only_known(data)

    def _only_known(self, data: QueryDict) -> tuple[QueryDict, list[Ignored]]:
        known, ignored = data.copy(), []
        for name, offered in self.choices.items():
            values = list(dict.fromkeys(value for value in data.getlist(name) if value))
            known.setlist(name, [value for value in values if value in offered])
            ignored += [
                Ignored(str(self.filters[name].label), value[:60])
                for value in values
                if value not in offered
            ]
        if known.get("level") == LEARNER and not known.getlist("competency"):
            said = str(self.choices["level"][LEARNER])
            ignored.append(Ignored(str(self.filters["level"].label), said))
        known["q"] = data.get("q", "").replace("\0", "").strip()[:SEARCH_LENGTH]
        return known, ignored

    @property
    def choices(self) -> dict[str, dict[str, str]]:
        """Per filter with a fixed list, its values with their labels."""
        return {
            name: dict(getattr(choices, "choices", choices))
            for name, one in self.filters.items()
            if (choices := one.extra.get("choices")) is not None
        }

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters that are in use, with their values."""
        values = self.form.cleaned_data if self.is_valid() else {}
        return {
            name: value
            for name, value in values.items()
            if value not in EMPTY_VALUES and name != "level"
        }

    def matches(self) -> dict[str, set[int]]:
        """Per filter in use, the ids of the actors that it lets through, whatever the others say.

        The list shows those that are in all of these sets.
        """
        everyone = self.queryset.order_by()
        return {
            name: set(self.filters[name].filter(everyone, value).values_list("pk", flat=True))
            for name, value in self.chosen.items()
        }

    def with_issue(
        self, queryset: QuerySet[Actor], _name: str, issues: Sequence[str]
    ) -> QuerySet[Actor]:
        own = Actor.issues.through.objects.filter(issue__slug__in=issues)
        places = Membership.objects.visible_to(self.user).current_on(self.day)
        places = places.filter(collaborative__issue__slug__in=issues)
        return queryset.filter(Q(pk__in=own.values("actor")) | Q(pk__in=places.values("actor")))
