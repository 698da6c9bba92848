"""Cities side by side: all in a table, up to twelve in detail."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import slugify
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View
from django.views.generic.base import ContextMixin

from actors.framework import CityStage
from actors.models import City
from ecosystem.comparison import words
from ecosystem.comparison.asked import BAND_LABELS, COMPARED_MAX, Asked, read_asked
from ecosystem.comparison.export import comparison_csv
from ecosystem.comparison.rows import Row, Section, equal_rows, find_row, sections
from ecosystem.comparison.small_maps import draw_small_maps
from ecosystem.comparison.table import (
    SORTS,
    found_and_lost,
    headings,
    make_table,
    narrowed,
)
from ecosystem.findings.text import Text, listed, say, sentences
from ecosystem.selectors.comparison import Coverage, IssueCities, load_issues
from ecosystem.services.comparison import (
    Comparison,
    compare,
    name_peers,
    read_coverage,
    read_small_maps,
)

ROWS_A_PAGE = 50

ROWS_BELOW = 20
"""Of the table where it stands below the compared cities, to pick others."""


class AskedMixin(ContextMixin, View):
    """What the address asks for, among the cities that the visitor may see."""

    @cached_property
    def visible(self) -> list[City]:
        cities = City.objects.visible_to(self.request.user).order_by("name", "slug")
        return list(cities.defer("summary", "boundary"))  # long, and not shown here

    @cached_property
    def coverage(self) -> dict[int, Coverage]:
        return read_coverage(self.visible, self.request.user)

    @cached_property
    def issues(self) -> dict[str, IssueCities]:
        """By short name, in the order of their names."""
        return {one.slug: one for one in load_issues(self.visible, self.request.user)}

    @cached_property
    def _read(self) -> tuple[Asked, list[str]]:
        states = {city.state for city in self.visible if city.state}
        return read_asked(self.request.GET, states=states, issues=self.issues, sorts=SORTS)

    @property
    def asked(self) -> Asked:
        return self._read[0]

    @property
    def ignored(self) -> list[str]:
        return self._read[1]

    @cached_property
    def _found(self) -> tuple[list[City], list[str]]:
        return found_and_lost(self.asked.cities, self.visible)

    @property
    def picked(self) -> list[City]:
        return self._found[0]

    @property
    def lost(self) -> list[str]:
        """What was asked for and is none of the cities that the visitor may see."""
        return self._found[1]

    @cached_property
    def compared(self) -> list[City]:
        """The picked cities, or all when nobody picked and they fit side by side."""
        if self.asked.cities:
            return self.picked[:COMPARED_MAX]
        return self.visible if len(self.visible) <= COMPARED_MAX else []

    @cached_property
    def unordered(self) -> Comparison:
        return compare(self.compared, self.request.user, self.coverage)

    @cached_property
    def order(self) -> Row | None:
        """The figure that the columns are to be ordered by, its values not in that order yet."""
        asked = self.asked.order.removeprefix("-")
        row = find_row(sections(self.unordered.cities), asked) if asked else None
        return row if row and row.is_ordered else None

    @cached_property
    def comparison(self) -> Comparison:
        """In the order that the address asks for; who has too little for it comes last."""
        found = self.unordered
        if self.order is None:
            return found
        valued = list(zip(self.order.values, found.cities, strict=True))
        ordered = sorted(
            (pair for pair in valued if pair[0].in_order),
            key=lambda pair: pair[0].number or 0,
            reverse=not self.asked.order.startswith("-"),
        )
        left_out = [pair for pair in valued if not pair[0].in_order]
        return Comparison(tuple(city for _one, city in (*ordered, *left_out)), found.equal)


class CompareView(AskedMixin, TemplateView):
    """The page: works without scripts, prints on two sheets."""

    template_name = "ecosystem/compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        comparison = self.comparison
        has_details = bool(comparison.cities)
        return context | {
            "asked": self.asked,
            "headline": self._headline(),
            "notes": words.notes(
                comparison, lost=self.lost, picked=len(self.picked), ignored=self.ignored
            ),
            "is_picked": bool(self.picked),
            "compared_max": COMPARED_MAX,
            "table": self._table(),
            "filters": self._filters(),
            **(self._details(comparison) if has_details else {}),
        }

    def _headline(self) -> Text:
        if self.comparison.cities:
            return words.headline(self.comparison)
        return words.table_headline([self.coverage[city.pk] for city in self.visible])

    def _details(self, comparison: Comparison) -> dict[str, Any]:
        cities = [city.city for city in comparison.cities]
        found = sections(comparison.cities)
        query = self.asked.query(cities=tuple(city.slug for city in cities), order="")
        return {
            "comparison": comparison,
            "columns": self._columns(comparison),
            "sections": [self._section(one) for one in found],
            "equal_rows": equal_rows(comparison.cities),
            "equal_says": words.equal_sentences(comparison),
            "who_is_missing": words.who_is_missing(comparison.cities),
            "ranked_says": words.ranked_sentence(comparison.cities),
            "order_says": self._order_says(),
            "peers": self._peers(cities),
            "csv_url": f"{reverse('compare_csv')}?{query}",
            "json_url": f"{reverse('api_compare')}?cities={','.join(c.slug for c in cities)}",
        }

    def _columns(self, comparison: Comparison) -> list[dict[str, Any]]:
        """The head of each column: the city, its day, its map drawn at the scale of all."""
        cities = [city.city for city in comparison.cities]
        maps = read_small_maps(cities, self.request.user)
        shapes = [city.figures.structure for city in comparison.cities]
        labels = [
            words.map_label(city, shape.size, shape.ties)
            for city, shape in zip(cities, shapes, strict=True)
        ]
        drawings = draw_small_maps([maps[city.pk] for city in cities], labels)
        return [
            {
                "city": city.city,
                "as_of": city.figures.as_of,
                "size": city.figures.size,
                "drawing": drawing,
            }
            for city, drawing in zip(comparison.cities, drawings, strict=True)
        ]

    def _section(self, section: Section) -> dict[str, Any]:
        """Each row with the address that orders the cities by it."""
        current = self.asked.order
        rest = f"{self.asked.query(order='')}&".removeprefix("&")
        return {
            "section": section,
            "rows": [
                {
                    "row": row,
                    "url": f"?{rest}order={_turned(current, row.slug)}" if row.is_ordered else "",
                    "is_current": row.is_ordered and current.removeprefix("-") == row.slug,
                }
                for row in section.rows
            ],
        }

    def _order_says(self) -> Text | None:
        """By what the columns are ordered, and who has too little behind it to take part."""
        if self.order is None:
            return None
        pattern = (
            _("In the order of “%(figure)s”, the least first.")
            if self.asked.order.startswith("-")
            else _("In the order of “%(figure)s”, the most first.")
        )
        said = say(pattern, figure=self.order.label)
        valued = zip(self.order.values, self.unordered.cities, strict=True)
        out = [city.city.name for one, city in valued if not one.in_order]
        if not out:
            return said
        pattern = _("Left out of it, at the end: %(cities)s.")
        return sentences(said, say(pattern, cities=listed(out, limit=None)))

    def _peers(self, cities: Sequence[City]) -> list[dict[str, Any]]:
        """For each city that lacks something, the gaps with the nearest cities that have it."""
        by_slug = {city.slug: city for city in cities}
        asked = ",".join(by_slug)
        found: dict[str, dict[str, Any]] = {}
        for one in name_peers(cities, self.coverage):
            city = by_slug[one.city]
            address = f"{reverse('peers', args=[one.city])}?cities={asked}"
            entry = found.setdefault(one.city, {"city": city, "gaps": [], "url": address})
            names = [by_slug[slug].name for slug in one.helpers]
            entry["gaps"].append({"gap": one, "helpers": listed(names)})
        return list(found.values())

    def _table(self) -> dict[str, Any]:
        shown = narrowed(self.visible, self.asked, self.issues)
        table = make_table(shown, self.coverage, self.asked.sort)
        rows = ROWS_BELOW if self.picked else ROWS_A_PAGE
        page = Paginator(table.rows, rows).get_page(self.request.GET.get("page"))
        here = {row.city.slug for row in page}
        picked = {city.slug for city in self.picked}
        return {
            "page_obj": page,
            "picked": picked,
            "headings": headings(self.asked, reverse("compare")),
            "left_out": {row.city.pk for row in table.left_out},
            "count": len(table.rows),
            "all": len(self.visible),
            "hidden_picks": [city for city in self.picked if city.slug not in here],
        }

    def _filters(self) -> list[dict[str, Any]]:
        """The groups of checkboxes (components/_filter_group.html), those without a choice left
        out."""
        states = sorted({city.state for city in self.visible if city.state})
        groups: list[tuple[str, str, list[tuple[str, object]]]] = [
            ("stage", _("Stage"), list(CityStage.choices)),
            ("population", _("Inhabitants"), list(BAND_LABELS.items())),
            ("state", _("State"), [(state, state) for state in states]),
            ("issue", _("Issue"), [(one.slug, one.name) for one in self.issues.values()]),
        ]
        return [
            {
                "name": name,
                "label": label,
                "open": bool(getattr(self.asked, name)),
                "options": [
                    {"value": value, "label": text, "checked": value in getattr(self.asked, name)}
                    for value, text in choices
                ],
            }
            for name, label, choices in groups
            if len(choices) > 1
        ]


class CompareFileView(AskedMixin):
    """The figures of the compared cities as CSV."""

    def get(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(
            comparison_csv(self.comparison.cities), content_type="text/csv; charset=utf-8"
        )
        names = "-".join(city.slug for city in self.compared[:4])
        name = slugify(f"compare-{names}") if names else "compare"
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response


def _turned(current: str, slug: str) -> str:
    """The order after a click: the most first, then the least."""
    return f"-{slug}" if current == slug else slug
