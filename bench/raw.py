"""The floor: everything about a city as raw rows, in four queries."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from actors.models import City

TIES = """
    SELECT source_id, target_id, kind, status, strength, carried_by, source_answer, target_answer
    FROM actors_relationship WHERE city_id = %s
"""

ACTORS = """
    SELECT id, slug, name, sector, roles, city_id, part_of_id
    FROM actors_actor WHERE status = 'published' AND (city_id = %s OR id IN ({ids}))
"""

STATEMENTS = """
    SELECT actor_id, competency, level, confirmed_on
    FROM actors_skillstatement WHERE actor_id IN ({ids})
"""

NAMED_BY = """
    SELECT named.actor_id, source.citation
    FROM actors_actor AS actor
    JOIN actors_actor_sources AS named ON named.actor_id = actor.id
    JOIN actors_source AS source ON source.id = named.source_id
    WHERE actor.city_id = %s
"""


def read(city: City) -> tuple[list[tuple[Any, ...]], ...]:
    """Ties, actors, statements, and who named the city's own.

    Ids are written into the text, which is faster than any way to look them up again.
    """
    ties = _rows(TIES, city.pk)
    ends = {end for tie in ties for end in tie[:2]}
    actors = _rows(ACTORS.format(ids=_listed(ends)), city.pk)
    ids = _listed(actor[0] for actor in actors)
    return ties, actors, _rows(STATEMENTS.format(ids=ids)), _rows(NAMED_BY, city.pk)


def _listed(ids: Iterable[int]) -> str:
    return ",".join(map(str, ids)) or "NULL"


def _rows(query: str, *given: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchall()
