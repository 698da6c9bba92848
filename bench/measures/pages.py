"""Pages through the whole application, against an empty page of the same application."""

from collections.abc import Iterator
from statistics import median

from bench.arithmetic import Row, at_most, median_ratio, not_measured
from bench.timing import in_turns
from bench.world import ask, city_of

PAGES = {
    "city": "/cities/{city}/",
    "map": "/cities/{city}/map/",
    "gaps": "/cities/{city}/gaps/",
    "directory": "/cities/{city}/actors/",
}

TIMES_EMPTY = at_most(2.5)
"""At least 40% of the throughput of an empty page, from stored results."""


def rows() -> Iterator[Row]:
    yield Row("empty page", median(in_turns({"empty": _empty}, seconds=1)["empty"]))
    for size in (300, 1_000):
        for name, path in PAGES.items():
            yield _row(f"{size:,}: {name}", path.format(city=city_of(size).slug))


def _empty() -> None:
    ask("/bench/empty/")


def _row(what: str, path: str) -> Row:
    try:
        times = in_turns({"empty": _empty, "page": lambda: ask(path)}, seconds=2)
    except Exception as problem:
        return not_measured(what, problem)
    ratio = median_ratio(times["page"], times["empty"])
    return Row(what, median(times["page"]), ratio=ratio, limit=TIMES_EMPTY)
