"""What to do next (G13 to G16), against the gaps that it is about."""

from collections.abc import Iterator
from statistics import median

from actors.models import City
from bench.arithmetic import Row, at_most, median_ratio
from bench.timing import in_turns
from bench.world import VISITOR, city_of
from collaboratives.models import Collaborative
from ecosystem.analysis.cells import tally_statements
from ecosystem.analysis.gaps import analyse, analyse_connections
from ecosystem.analysis.index import index_data
from ecosystem.analysis.next_steps import NO_STEPS, next_steps
from ecosystem.analysis.reach import distances_from
from ecosystem.payloads import gap_document
from ecosystem.selectors.maps import load_ecosystem

LIMITS = {300: at_most(10), 1_000: None}
"""In plain gap documents, read included, of the same scope."""


def rows() -> Iterator[Row]:
    for size in LIMITS:
        city = city_of(size)
        yield from _rows(city, None, f"{size:,}: city", size)
        # Few at the table, and a whole city to choose from: the larger search.
        table = Collaborative.objects.filter(city=city).order_by("pk").first()
        if table is not None:
            yield from _rows(city, table, f"{size:,}: collaborative", size)


def _rows(city: City, table: Collaborative | None, what: str, size: int) -> Iterator[Row]:
    index = index_data(load_ecosystem(city, user=VISITOR, collaborative=table))
    tallies = tally_statements(index)
    distance = distances_from(index.members, index.adjacency)
    connections = analyse_connections(index).sector_connection

    def plain() -> None:
        data = load_ecosystem(city, user=VISITOR, collaborative=table)
        gap_document(analyse(data, steps=NO_STEPS))

    times = in_turns(
        {"plain": plain, "steps": lambda: next_steps(index, tallies, distance, connections)}
    )
    yield Row(f"{what}, gap document without next steps", median(times["plain"]))
    yield Row(
        f"{what}, next steps alone",
        median(times["steps"]),
        ratio=median_ratio(times["steps"], times["plain"]),
        limit=LIMITS[size],
    )
