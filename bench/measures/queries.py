"""Queries of each page, which must not grow with the number of actors."""

from collections.abc import Iterator

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.arithmetic import Row, at_most, not_measured
from bench.measures.pages import PAGES
from bench.world import ask, city_of

SIZES = (10, 100, 1_000)
MOST = at_most(12)
FLAT = at_most(0)


def rows() -> Iterator[Row]:
    for name, path in PAGES.items():
        try:
            counts = [_queries(path.format(city=city_of(size).slug)) for size in SIZES]
        except Exception as problem:
            yield not_measured(name, problem)
            continue
        spelled = " / ".join(map(str, counts))
        yield Row(f"{name}: {spelled} with 10 / 100 / 1,000 actors", max(counts), "", limit=MOST)
        yield Row(f"{name}: most less fewest", max(counts) - min(counts), "", limit=FLAT)


def _queries(path: str) -> int:
    ask(path)  # what is kept between requests is there then
    with CaptureQueriesContext(connection) as captured:
        ask(path)
    return len(captured)
