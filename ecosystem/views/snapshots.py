"""A city's map over time: its snapshots, and two days side by side (G21)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy
from django.views.generic import TemplateView

from actors.framework import Sector
from actors.rules import can_convene
from ecosystem.analysis.change import Change, difference
from ecosystem.analysis.snapshot import Values
from ecosystem.changes.rows import (
    Names,
    actor_rows,
    membership_rows,
    statement_rows,
    tie_rows,
)
from ecosystem.changes.sentences import cell_sentences, headline, table_sentence
from ecosystem.findings.text import day, listed, say
from ecosystem.forms.snapshots import SnapshotForm
from ecosystem.maps.geometry import Point
from ecosystem.maps.positions import places_by_sector
from ecosystem.maps.two_days import (
    CAME,
    CHANGED,
    LEFT,
    STAYED,
    common_ground,
    draw_day,
    draw_line_sign,
    draw_sign,
)
from ecosystem.models import Snapshot
from ecosystem.selectors.maps import load_ecosystem, map_day
from ecosystem.selectors.snapshots import (
    SnapshotRow,
    for_reader,
    least_reader,
    load_current_values,
    load_places,
    load_snapshot_rows,
)
from ecosystem.services.snapshots import take_snapshot
from ecosystem.views.base import CityMixin
from ecosystem.views.progress_context import progress_of

ROWS_SHOWN: Final = 50
NOW: Final = "now"

MOVED: Final = {
    CAME: pgettext_lazy("organization", "came"),
    LEFT: pgettext_lazy("organization", "left"),
    CHANGED: pgettext_lazy("what happened", "changed"),
}
RECORDED: Final = {
    CAME: pgettext_lazy("what happened", "new"),
    LEFT: pgettext_lazy("what happened", "gone"),
    CHANGED: pgettext_lazy("what happened", "changed"),
}
"""What happened to organizations, and to what is recorded of them."""


class SnapshotListView(CityMixin, TemplateView):
    """The snapshots of a city; its conveners take one here."""

    section = "snapshots"
    template_name = "ecosystem/snapshots.html"

    @cached_property
    def can_take(self) -> bool:
        return can_convene(self.request.user, self.city.pk)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.can_take or not request.user.is_authenticated:
            raise PermissionDenied
        form = SnapshotForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        taken = take_snapshot(self.city, taken_by=request.user, note=form.cleaned_data["note"])
        when = day(taken.snapshot.as_of)
        if taken.is_new:
            said = _("The map is kept as of %(day)s.") % {"day": when}
            messages.success(request, said)
        else:
            said = _(
                "Nothing changed since the last snapshot, as of %(day)s, so no other was taken."
            )
            messages.info(request, said % {"day": when})
            kept, note = taken.snapshot.note, form.cleaned_data["note"]
            if note and note != kept:
                notes = _("Its note is “%(kept)s”; yours was not stored: “%(note)s”.")
                messages.warning(request, notes % {"kept": kept or "–", "note": note})
        return redirect("snapshots", self.city.slug)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = load_snapshot_rows(self.city, self.request.user)
        page = Paginator(rows, ROWS_SHOWN).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            title=_("%(city)s over time") % {"city": self.city.name},
            lede=_list_answer(rows),
            page_obj=page,
            progress=progress_of(rows),
            choices=_choices(rows),
            chosen={"from": str(rows[0].pk) if rows else "", "to": NOW},
            can_take=self.can_take,
            **{"form": SnapshotForm()} | kwargs,
        )


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two days. ``pk`` is None for the map as it is now."""

    pk: int | None
    as_of: date
    taken_at: datetime | None
    note: str
    values: Values

    @property
    def order(self) -> tuple[date, bool, int]:
        return self.as_of, self.pk is None, self.pk or 0


class ChangeView(CityMixin, TemplateView):
    """Two snapshots, or a snapshot and today, side by side: drawn, in words, in tables."""

    section = "snapshots"
    template_name = "ecosystem/snapshot_change.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = load_snapshot_rows(self.city, self.request.user)
        if not rows:
            raise Http404
        wanted = {
            "from": self.request.GET.get("from") or str(rows[0].pk),
            "to": self.request.GET.get("to") or NOW,
        }
        context = super().get_context_data(
            title=_("%(city)s on two days") % {"city": self.city.name},
            choices=_choices(rows),
            chosen=wanted,
            crumbs=[{"label": _("Over time"), "url": reverse("snapshots", args=[self.city.slug])}],
        )
        if wanted["from"] == wanted["to"]:
            return context | {
                "lede": _("Both days are the same, so nothing can have changed. Choose another.")
            }
        return context | self.compared(*self.sides(wanted["from"], wanted["to"]))

    def sides(self, *wanted: str) -> list[Side]:
        """Both days, the earlier one first; not found if the city has no such snapshot."""
        kept = {pk for pk in wanted if pk != NOW}
        if not all(pk.isascii() and pk.isdigit() and len(pk) < 19 for pk in kept):
            raise Http404
        snapshots = Snapshot.objects.visible_to(self.request.user).filter(city=self.city)
        fields = ("pk", "as_of", "taken_at", "note", "inputs")
        found = [Side(*row) for row in snapshots.filter(pk__in=kept).values_list(*fields)]
        if len(found) < len(kept):
            raise Http404
        if NOW in wanted:
            values = load_current_values(self.city)
            found.append(Side(None, map_day(self.city), None, "", values))
        return sorted(found, key=lambda side: side.order)

    def places(self, slugs: Collection[str]) -> dict[str, Point]:
        """Where they stand on the city's map, which is laid out now if nobody opened it yet."""
        if places := load_places(self.city, slugs):
            return places
        places_by_sector(self.city, load_ecosystem(self.city, user=least_reader(self.city)))
        return load_places(self.city, slugs)

    def compared(self, before: Side, after: Side) -> dict[str, Any]:
        shown = for_reader([before.values, after.values], self.city, self.request.user)
        earlier, later = shown.values
        change = difference(earlier, later)
        names = Names(earlier, later, shown.homes, shown.cities)
        places = self.places(earlier["actors"].keys() | later["actors"].keys())
        ground = common_ground(earlier, later, places)
        sides = []
        for side, values in ((before, earlier), (after, later)):
            counted = _counted(values)
            title = f"{_day_of(side)}: {counted}"
            drawing = draw_day(values, change, ground, title, later=side is after)
            sides.append({"side": side, "counted": counted, "drawing": drawing})
        return {
            "lede": headline(change),
            "sides": sides,
            "is_empty": not ground.dots,
            "signs": _signs(),
            "sectors": [sector for sector in Sector.values if sector in ground.districts],
            "cells": [
                {"change": cell, "sentence": sentence, "holders": holders}
                for cell, sentence, holders in zip(
                    change.cells,
                    cell_sentences(change.cells, names),
                    [
                        listed([names.actor(slug) for slug in cell.holders_after], None)
                        for cell in change.cells
                    ],
                    strict=True,
                )
            ],
            "tables": _tables(change, names),
            "as_of": after.as_of,
            "base": len(later["actors"]),
        }


def _list_answer(rows: list[SnapshotRow]) -> str:
    if not rows:
        return _("No snapshot of this map was taken yet.")
    pattern = ngettext(
        "%(count)s snapshot of this map is kept, the newest as of %(day)s.",
        "%(count)s snapshots of this map are kept, the newest as of %(day)s.",
        len(rows),
    )
    return str(say(pattern, count=len(rows), day=day(rows[0].as_of)))


def _choices(rows: list[SnapshotRow]) -> list[dict[str, str]]:
    """The days that can be compared, newest first."""
    choices = [{"value": NOW, "label": _("The map as it is now")}]
    for row in rows:
        label = _("%(day)s (snapshot %(number)s)") % {"day": day(row.as_of), "number": row.pk}
        choices.append(
            {"value": str(row.pk), "label": f"{label}: {row.note}" if row.note else label}
        )
    return choices


def _day_of(side: Side) -> str:
    if side.pk is None:
        return _("%(day)s, the map as it is now") % {"day": day(side.as_of)}
    return day(side.as_of)


def _counted(values: Values) -> str:
    """How much is on the map of a day."""
    actors, ties = len(values["actors"]), len(values["ties"])
    organizations = ngettext("%(count)s organization", "%(count)s organizations", actors)
    recorded = ngettext("%(count)s tie", "%(count)s ties", ties)
    return f"{say(organizations, count=actors)}, {say(recorded, count=ties)}"


def _signs() -> list[dict[str, Any]]:
    """The legend of the drawings."""
    return [
        {"drawing": draw_sign(CAME), "label": MOVED[CAME]},
        {"drawing": draw_sign(LEFT), "label": MOVED[LEFT]},
        {"drawing": draw_sign(CHANGED), "label": _("described otherwise")},
        {"drawing": draw_sign(STAYED), "label": _("stayed as it was")},
        {"drawing": draw_line_sign(CAME), "label": _("new tie")},
        {"drawing": draw_line_sign(LEFT), "label": _("ended tie")},
        {"drawing": draw_line_sign(CHANGED), "label": _("tie that changed")},
    ]


def _tables(change: Change, names: Names) -> list[dict[str, Any]]:
    """What came, left or changed, by kind; a table in which nothing did says so in a word."""
    return [
        {
            "key": key,
            "title": title,
            "head": head,
            "answer": table_sentence(change, key),
            "rows": [
                {
                    "mark": draw_sign(row.sign),
                    "word": (MOVED if key == "actors" else RECORDED)[row.sign],
                    "cells": row.cells,
                    "details": row.details,
                }
                for row in rows
            ],
        }
        for key, title, head, rows in (
            ("actors", _("Organizations"), [_("Organization")], actor_rows(change, names)),
            (
                "ties",
                _("Ties"),
                [pgettext("tie", "From"), _("Tie"), pgettext("tie", "To")],
                tie_rows(change, names),
            ),
            (
                "statements",
                _("What they can do"),
                [_("Organization"), _("Skill")],
                statement_rows(change, names),
            ),
            (
                "memberships",
                _("Places in collaboratives"),
                [_("Organization"), _("Collaborative")],
                membership_rows(change, names),
            ),
        )
    ]
