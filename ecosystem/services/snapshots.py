"""Keeping a city map as it is known at one moment (gap method, G21)."""

from collections import Counter
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from actors.models import City
from ecosystem.analysis.gaps import GapResults
from ecosystem.analysis.snapshot import Values
from ecosystem.common.days import too_early
from ecosystem.models import Snapshot
from ecosystem.payloads import gap_document
from ecosystem.selectors.snapshots import earliest_day, least_reader, load_values
from ecosystem.services.gaps import run_gaps

LONGEST_NOTE = 200
"""Characters."""


class SnapshotRefused(Exception):
    """No snapshot can be taken; the message is a sentence that says why."""


class Taken(NamedTuple):
    """``is_new`` is False when the map was kept already and nothing was stored."""

    snapshot: Snapshot
    is_new: bool


def take_snapshot(
    city: City, *, taken_by: User | None = None, as_of: date | None = None, note: str = ""
) -> Taken:
    """Keep the city's map, unless its newest snapshot of that day holds exactly the same.

    A snapshot holds what the least of all who may see the map sees of it (``least_reader``), so it
    is the same whoever takes it. ``inputs`` are the values of ``ecosystem.analysis.snapshot``,
    ``results`` the result document (gap method, section 11) and, beside it, ``figures``: a few
    counts that lists and charts show without reading the rest. Figures stay as they were counted on
    that day; names are shown only to those who may see them today (``for_reader``).

    What is not dated (actors, skills) is kept as known now, also for an earlier day.

    Parameters
    ----------
    as_of
        The day to show; the city's map day when left out.

    Raises
    ------
    SnapshotRefused
        If the day lies in the future, or before anything the map speaks of.
    """
    if as_of is not None:
        _check_day(city, as_of)
    with transaction.atomic():
        _hold(city)
        user = least_reader(city)
        analysis = run_gaps(city, user=user, as_of=as_of)
        inputs = load_values(city, analysis.data, user)
        day = analysis.results.as_of
        last = Snapshot.objects.filter(city=city, as_of=day).order_by("-pk").first()
        if last is not None and last.inputs == inputs:
            return Taken(last, is_new=False)
        snapshot = Snapshot.objects.create(
            city=city,
            as_of=day,
            taken_by=taken_by,
            method=analysis.results.method,
            note=note,
            inputs=inputs,
            results=gap_document(analysis.results)
            | {"figures": figures_of(analysis.results, inputs)},
        )
    return Taken(snapshot, is_new=True)


def take_monthly_snapshot(city: City) -> Taken:
    """The same, unless one was taken in this calendar month."""
    with transaction.atomic():
        _hold(city)
        today = timezone.localdate()
        this_month = Snapshot.objects.filter(
            city=city, taken_at__year=today.year, taken_at__month=today.month
        )
        if (found := this_month.order_by("-pk").first()) is not None:
            return Taken(found, is_new=False)
        return take_snapshot(city)


def figures_of(results: GapResults, inputs: Values) -> dict[str, Any]:
    """What lists and charts show of a snapshot.

    ``organizations`` are those at home in the city and ``on_map`` all on its map; ``links`` are
    pairs that work together, ``ties`` the records of it and ``confirmed`` those of them that both
    sides confirmed; ``states`` gives the number of skills in each state; shares are 0 to 1, an
    unknown one None.
    """
    existing = [row for row in inputs["ties"].values() if row["status"] == "existing"]
    states = Counter(cell.state for cell in results.cells)
    return {
        "organizations": results.scope.size,
        "on_map": results.structure.size,
        "links": results.structure.ties,
        "ties": len(existing),
        "confirmed": sum(row["confirmed"] == "both" for row in existing),
        "states": {
            state: states[state] for state in ("covered", "single", "thin", "absent", "unknown")
        },
        "answered_share": results.answered_share,
        "completeness": results.completeness.completeness,
    }


def _hold(city: City) -> None:
    """No change of this map is stored until the snapshot is: each raises the city's revision."""
    City.objects.select_for_update().get(pk=city.pk)


def _check_day(city: City, day: date) -> None:
    if refusal := too_early(day):
        raise SnapshotRefused(refusal)
    if day > timezone.localdate():
        raise SnapshotRefused(
            _("%(day)s is still to come: a snapshot keeps what is known by now.")
            % {"day": date_format(day)}
        )
    first = earliest_day(city)
    if day < first:
        message = _(
            "Nothing on the map of %(city)s is older than %(first)s: name that day or a later one."
        )
        raise SnapshotRefused(message % {"city": city.name, "first": date_format(first)})
