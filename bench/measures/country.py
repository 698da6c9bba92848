"""A thousand cities: the national page from kept lines, and a worker that showed every city."""

from collections.abc import Iterator
from pathlib import Path
from resource import getpagesize
from statistics import median

from actors.models import City
from actors.services import raise_revisions
from bench.arithmetic import Row, at_most
from bench.timing import in_turns
from bench.world import VISITOR, ask
from ecosystem.summaries import city_summaries
from ecosystem.synthesis import synthesize

CITIES = 1_000
ACTORS = 10
"""What is kept of a city has the same length whatever its actors; a thousand times 300 of them
would take an hour to invent."""

LINES = at_most(100)
MEMORY = at_most(300)  # MiB


def rows() -> Iterator[Row]:
    synthesize(cities=CITIES, actors=ACTORS, seed=7)
    cities = list(City.objects.order_by("pk"))
    in_one = {"lines": lambda: city_summaries(VISITOR), "page": lambda: ask("/")}
    times = in_turns(in_one)
    yield Row(f"{len(cities):,} cities: kept lines", median(times["lines"]), limit=LINES)
    yield Row(f"{len(cities):,} cities: national page", median(times["page"]), limit=LINES)

    def one_edit() -> None:
        raise_revisions([cities[0].pk], ties=False)
        city_summaries(VISITOR)

    yield Row("after an edit of one", median(in_turns({"edit": one_edit})["edit"]))
    before = _megabytes()
    for city in cities:
        ask(f"/cities/{city.slug}/gaps/")
    yield Row("worker before it showed every city", before, "MiB")
    yield Row("worker that showed every city", _megabytes(), "MiB", limit=MEMORY)


def _megabytes() -> float:
    """What this process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * getpagesize() / 2**20
