"""The gap document: fresh, by networkx alone, and after an edited competency."""

import json
from collections.abc import Iterator
from statistics import median

from actors.models import City
from bench import raw
from bench.arithmetic import Limit, Row, at_least, at_most, median_ratio
from bench.networkx_kernels import networkx_alone
from bench.timing import in_turns
from bench.world import VISITOR, city_of
from ecosystem.analysis.gaps import Connections, analyse, analyse_connections
from ecosystem.analysis.index import index_data
from ecosystem.payloads import gap_document
from ecosystem.selectors.maps import load_ecosystem

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
        with networkx_alone():
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
        f"{size:,}: by networkx alone, against the compiled kernels",
        median(times["networkx"]),
        ratio=median_ratio(times["networkx"], times["fresh"]),
        limit=limits["networkx"],
    )


def document(city: City, connections: Connections | None = None) -> dict:
    """The gap document of a city, from its rows."""
    return gap_document(analyse(load_ecosystem(city, user=VISITOR), connections))
