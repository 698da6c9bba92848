"""The gap document: fresh, by networkx alone, and after an edited competency."""

import json
from collections.abc import Iterator
from statistics import median

from django.db import connection

from actors.models import City
from actors.services import raise_revisions
from bench import raw
from bench.arithmetic import Limit, Row, at_least, at_most, median_ratio
from bench.networkx_kernels import networkx_alone, networkx_kernels
from bench.timing import clock, in_turns
from bench.world import VISITOR, city_of
from ecosystem.analysis.gaps import Connections, analyse, analyse_connections
from ecosystem.analysis.index import index_data
from ecosystem.models import StoredResult
from ecosystem.payloads import gap_document
from ecosystem.selectors.maps import load_ecosystem
from ecosystem.services.gaps import gap_store

LIMITS = {
    300: {"fresh": at_most(18), "edited": at_most(8), "networkx": at_least(7)},
    1_000: {"fresh": at_most(34), "edited": at_most(12), "networkx": at_least(11)},
}
"""In reads of the raw rows; the last, how many times as long networkx alone takes."""


def rows() -> Iterator[Row]:
    for size, limits in LIMITS.items():
        yield from _rows(city_of(size), size, limits)


def _rows(city: City, size: int, limits: dict[str, Limit]) -> Iterator[Row]:
    stored = analyse_connections(index_data(load_ecosystem(city, user=VISITOR)))
    made = document(city)
    text = json.dumps(made)

    def by_networkx() -> None:
        with networkx_kernels():
            document(city)

    times = in_turns(
        {
            "raw": lambda: raw.read(city),
            "read": lambda: load_ecosystem(city, user=VISITOR),
            "fresh": lambda: document(city),
            "edited": lambda: document(city, stored),
            "json": lambda: json.dumps(made),
            "networkx": by_networkx,
        },
        seconds=8,
    )
    for name, what in (
        ("raw", "four queries, raw rows"),
        ("read", "load_ecosystem"),
        ("fresh", "gap document, read included"),
        ("edited", "the same with stored connections"),
        ("json", f"written as JSON, {len(text) / 1024:.0f} KB"),
    ):
        ratio = median_ratio(times[name], times["raw"])
        yield Row(f"{size:,}: {what}", median(times[name]), ratio=ratio, limit=limits.get(name))
    yield Row(
        f"{size:,}: with the measures of networkx",
        median(times["networkx"]),
        ratio=median_ratio(times["networkx"], times["fresh"]),
    )
    began = clock()()
    with networkx_alone():
        document(city)
    alone = (clock()() - began) * 1000  # once: it takes long enough not to matter
    yield Row(
        f"{size:,}: by networkx alone, each departure tried out",
        alone,
        ratio=alone / median(times["fresh"]),
        limit=limits["networkx"],
    )
    yield from _stored(city, size)


def _stored(city: City, size: int) -> Iterator[Row]:
    """The kept document, against the quickest read of so many bytes there is."""
    kept = gap_store(city, user=VISITOR)
    kept.document()
    row = StoredResult.objects.get(kind="document", scope=kept.scope)

    def by_primary_key() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT body FROM ecosystem_storedresult WHERE id = %s", [row.pk])
            cursor.fetchone()

    def after_an_edit() -> None:
        raise_revisions([city.pk], ties=False)
        gap_store(City.objects.get(pk=city.pk), user=VISITOR).document()

    times = in_turns(
        {
            "key": by_primary_key,
            "document": kept.document,
            "with key": lambda: gap_store(city, user=VISITOR).document(),
        }
    )
    for name, what, limit in (
        ("key", "one read by primary key", None),
        ("document", "kept document", at_most(1.5)),
        ("with key", "kept document, and whether it still holds", None),
    ):
        ratio = median_ratio(times[name], times["key"])
        yield Row(f"{size:,}: {what}", median(times[name]), ratio=ratio, limit=limit)
    edits = in_turns({"edited": after_an_edit})["edited"]
    yield Row(f"{size:,}: an edit, and the first reader after it", median(edits))


def document(city: City, connections: Connections | None = None) -> dict:
    """The gap document of a city, from its rows."""
    return gap_document(analyse(load_ecosystem(city, user=VISITOR), connections))
