"""Lists that are narrowed down and sorted by what stands in the address."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar, Final

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ecosystem.common.filtering import VALUE_LENGTH

DEFAULT_SORT: Final = "name"


class FilteredList:
    """What the page of a list says of its filters, with the addresses that change them.

    ``sorts`` are the words for each order, ``DEFAULT_SORT`` among them; ``filter`` is a filter set
    with ``OfferedFilters``.
    """

    request: HttpRequest
    sorts: ClassVar[Mapping[str, str | Promise]]
    filter: Any

    @cached_property
    def sort(self) -> str:
        asked = self.request.GET.get("sort", DEFAULT_SORT)
        return asked if asked in self.sorts else DEFAULT_SORT

    def filter_context(self) -> dict[str, Any]:
        """Search words, chips, orders and what was left out, as the templates take them."""
        return {
            "q": self.filter.data["q"],
            "chips": list(self._chips()),
            "clear_url": "?" if self.sort == DEFAULT_SORT else f"?sort={self.sort}",
            "ignored": self._ignored(),
            "sorts": [
                {
                    "label": label,
                    "is_current": slug == self.sort,
                    "url": self._address(sort=slug),
                }
                for slug, label in self.sorts.items()
            ],
            "sort": self.sort,
        }

    def said(self, name: str, value: str) -> str:
        """A chosen value in words."""
        return f"“{value}”" if name == "q" else self.filter.choices[name][value]

    def parameters(self, without: tuple[str, str] | None = None) -> QueryDict:
        """What is chosen, without one of the values, as it stands in an address."""
        address = QueryDict(mutable=True)
        for name in self.filter.filters:
            values = self.filter.data.getlist(name)
            address.setlist(name, [one for one in values if one and (name, one) != without])
        return address

    def _chips(self) -> Iterator[dict[str, str]]:
        """What is chosen, each with the address of the page without it."""
        for name, values in self.filter.chosen.items():
            label = str(self.filter.filters[name].label)
            for value in [values] if isinstance(values, str) else values:
                yield {
                    "label": _("%(filter)s: %(value)s")
                    % {"filter": label, "value": self.said(name, value)},
                    "url": self._address(without=(name, value)),
                }

    def _ignored(self) -> list[str]:
        ignored = [f"{label}: “{value}”" for label, value in self.filter.ignored]
        asked = self.request.GET.get("sort", "")
        if asked and asked not in self.sorts:
            ignored.append(_("Sort by: “%(value)s”") % {"value": asked[:VALUE_LENGTH]})
        return ignored

    def _address(self, *, without: tuple[str, str] | None = None, sort: str | None = None) -> str:
        """This page's address, without one of the chosen values or sorted otherwise."""
        sort = self.sort if sort is None else sort
        address = self.parameters(without)
        if sort != DEFAULT_SORT:
            address["sort"] = sort
        return f"?{address.urlencode()}"
