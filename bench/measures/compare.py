"""Three hundred cities side by side: coverage from the rows, and the page from what is kept."""

from collections.abc import Iterator
from functools import cache
from statistics import median
from typing import Any

from django.db import connection

from actors.models import City
from bench.arithmetic import Row, at_most, median_ratio, not_measured
from bench.timing import in_turns
from bench.world import VISITOR, ask
from ecosystem.comparison.asked import COMPARED_MAX
from ecosystem.selectors.comparison import load_coverage
from ecosystem.services.comparison import read_coverage
from ecosystem.synthesis import synthesize

CITIES, ACTORS = 300, 300

AGGREGATE = """
    SELECT actor.city_id, statement.competency, statement.level, COUNT(*)
    FROM actors_skillstatement AS statement
    JOIN actors_actor AS actor ON actor.id = statement.actor_id
    WHERE actor.status = 'published' AND actor.city_id IS NOT NULL
    GROUP BY actor.city_id, statement.competency, statement.level
"""

FRESH = at_most(2)  # bare aggregates
PAGE = at_most(60)  # ms
KEPT = at_most(50)  # ms


def rows() -> Iterator[Row]:
    cities = _cities()
    what = f"{CITIES} cities × {ACTORS}"
    ids = [city.pk for city in cities]
    picked = ",".join(city.slug for city in cities[-COMPARED_MAX:])
    things = {
        "aggregate": _aggregate,
        "fresh": lambda: load_coverage(ids, VISITOR),
        "kept": lambda: read_coverage(cities, VISITOR),
        "table": lambda: ask("/compare/"),
        "picked": lambda: ask(f"/compare/?cities={picked}"),
    }
    try:
        times = in_turns(things, seconds=20)
    except Exception as problem:
        yield not_measured(what, problem)
        return
    bare = times["aggregate"]
    yield Row(f"{what}: bare SQL aggregate", median(bare))
    fresh = times["fresh"]
    yield Row(
        f"{what}: coverage fresh", median(fresh), ratio=median_ratio(fresh, bare), limit=FRESH
    )
    yield Row(f"{what}: coverage kept", median(times["kept"]), limit=KEPT)
    yield Row(f"{what}: page with all in the table", median(times["table"]), limit=PAGE)
    yield Row(f"{what}: page with {COMPARED_MAX} in detail", median(times["picked"]), limit=PAGE)


@cache
def _cities() -> list[City]:
    """The invented ones, and the few small ones that are there before."""
    synthesize(cities=CITIES, actors=ACTORS, seed=CITIES)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return list(City.objects.order_by("name", "slug"))


def _aggregate() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(AGGREGATE)
        return cursor.fetchall()
