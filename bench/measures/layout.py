"""The arrangement by sector: anew, and when one actor came."""

from collections.abc import Iterator
from functools import partial
from math import dist
from statistics import median

from bench.arithmetic import Row, at_most
from bench.timing import in_turns
from bench.world import VISITOR, city_of
from ecosystem.maps.districts import WIDTH
from ecosystem.maps.layout import Member, arrange_by_sector
from ecosystem.selectors.maps import load_ecosystem

MOVED = at_most(1)  # percent of the width of the map


def rows() -> Iterator[Row]:
    for size, limit in ((300, None), (1_000, at_most(100))):
        data = load_ecosystem(city_of(size), user=VISITOR)
        members = [Member(actor.id, actor.sector) for actor in data.actors]
        ties = [(tie.source, tie.target) for tie in data.ties if tie.status == "existing"]
        kept = arrange_by_sector(members[:-1], ties).places
        extended = arrange_by_sector(members, ties, kept).places
        moved = [dist(kept[actor], extended[actor]) for actor in kept]
        times = in_turns(
            {
                "anew": partial(arrange_by_sector, members, ties),
                "one more": partial(arrange_by_sector, members, ties, kept),
            }
        )
        yield Row(f"{size:,}: laid out anew", median(times["anew"]))
        yield Row(f"{size:,}: after one added actor", median(times["one more"]), limit=limit)
        yield Row(
            f"{size:,}: farthest that another one moved, of the map's width",
            100 * max(moved) / WIDTH,
            unit="%",
            limit=MOVED,
        )
