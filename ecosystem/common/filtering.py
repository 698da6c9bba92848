"""Filters that leave out what they do not offer, and say so."""

from typing import Any, NamedTuple, cast

from django.core.validators import EMPTY_VALUES
from django.db.models import QuerySet
from django.http import QueryDict

SEARCH_LENGTH = 200
"""Characters of a search that are looked at; the rest is left out."""

VALUE_LENGTH = 60
"""Characters of a value that was left out that are said again."""


class Ignored(NamedTuple):
    """A value in the address that a filter does not offer or can do nothing with."""

    label: str
    value: str


class OfferedFilters:
    """For a ``FilterSet`` of a page: an old or mistyped address is read as far as possible.

    ``keep_offered`` has to be called at the end of ``__init__``, when all choices are known. The
    values that it leaves out are in ``ignored``.
    """

    ignored: list[Ignored]

    def keep_offered(self, data: QueryDict) -> None:
        """Take from ``data`` the values that the filters offer, and a search of bearable length."""
        own = cast(Any, self)
        known, self.ignored = data.copy(), []
        for name, offered in self.choices.items():
            values = list(dict.fromkeys(value for value in data.getlist(name) if value))
            known.setlist(name, [value for value in values if value in offered])
            self.ignored += [
                Ignored(str(own.filters[name].label), value[:VALUE_LENGTH])
                for value in values
                if value not in offered
            ]
        known["q"] = data.get("q", "").replace("\0", "").strip()[:SEARCH_LENGTH]
        own.data = known

    @property
    def choices(self) -> dict[str, dict[str, str]]:
        """Per filter with a fixed list, its values with their labels."""
        return {
            name: dict(getattr(choices, "choices", choices))
            for name, one in cast(Any, self).filters.items()
            if (choices := one.extra.get("choices")) is not None
        }

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters that are in use, with their values."""
        own = cast(Any, self)
        values = own.form.cleaned_data if own.is_valid() else {}
        return {name: value for name, value in values.items() if value not in EMPTY_VALUES}

    def matches(self) -> dict[str, set[int]]:
        """Per filter in use, the ids of the rows that it lets through, whatever the others say.

        The list shows those that are in all of these sets. One query a filter.
        """
        own = cast(Any, self)
        everyone: QuerySet[Any] = own.queryset.order_by()
        return {
            name: set(own.filters[name].filter(everyone, value).values_list("pk", flat=True))
            for name, value in self.chosen.items()
        }
