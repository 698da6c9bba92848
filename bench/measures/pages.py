"""Pages through the whole application, against an empty page of the same application."""

from collections.abc import Iterator
from statistics import median

from django.db import connection

from bench.arithmetic import Row, at_most, median_ratio, not_measured
from bench.timing import in_turns
from bench.world import ask, city_of

PAGES = {
    "city": "/cities/{city}/",
    "map": "/cities/{city}/map/",
    "gaps": "/cities/{city}/gaps/",
    "directory": "/cities/{city}/actors/",
}
DOCUMENT = "/api/v1/cities/{city}/gaps/"

TIMES_EMPTY = at_most(2.5)
"""At least 40% of the throughput of an empty page, from stored results."""

UNCHANGED = {"sqlite": at_most(1 / 0.6), "postgresql": at_most(1 / 0.4)}
"""At least 60% or 40% of it, to those who have the answer already."""

ENCODINGS = "gzip, br"  # as browsers ask


def rows() -> Iterator[Row]:
    yield Row("empty page", median(in_turns({"empty": _empty}, seconds=1)["empty"]))
    for size in (300, 1_000):
        for name, path in PAGES.items():
            yield _row(f"{size:,}: {name}", path.format(city=city_of(size).slug))
        for name in ("gaps", "document"):
            path = (PAGES | {"document": DOCUMENT})[name].format(city=city_of(size).slug)
            yield _unchanged(f"{size:,}: {name}, unchanged", path)


def _empty() -> None:
    ask("/bench/empty/", ENCODINGS)


def _unchanged(what: str, path: str) -> Row:
    try:
        etag = ask(path, ENCODINGS).etag
        times = in_turns({"empty": _empty, "again": lambda: ask(path, ENCODINGS, etag)}, seconds=2)
    except Exception as problem:
        return not_measured(what, problem)
    ratio = median_ratio(times["again"], times["empty"])
    return Row(what, median(times["again"]), ratio=ratio, limit=UNCHANGED[connection.vendor])


def _row(what: str, path: str) -> Row:
    try:
        times = in_turns({"empty": _empty, "page": lambda: ask(path, ENCODINGS)}, seconds=2)
    except Exception as problem:
        return not_measured(what, problem)
    ratio = median_ratio(times["page"], times["empty"])
    return Row(what, median(times["page"]), ratio=ratio, limit=TIMES_EMPTY)
