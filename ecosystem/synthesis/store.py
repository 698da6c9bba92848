"""Storing invented cities."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model

from actors.models import Actor, City, Issue, Relationship, SkillStatement, Source
from collaboratives.models import Collaborative, Membership
from ecosystem.common.planner import count_rows_anew
from ecosystem.synthesis.rows import (
    Shared,
    city_rows,
    issue_rows,
    national_rows,
    national_statements,
    slug_of,
)

MOST_CITIES = 10_000
MOST_ACTORS = 20_000
MOST_ACTORS_IN_ALL = 1_000_000
LARGEST_SEED = 999_999_999
BATCH = 2_000  # rows in one statement


class Impossible(ValueError):
    """What was asked for cannot be made; the message says why, in one sentence."""


Made = dict[type[Model], int]
"""How many records were made of each model; of what an earlier run left, none."""

ORDER = (City, Actor, SkillStatement, Relationship, Collaborative, Membership, Source, Issue)


def synthesize(
    *,
    cities: int,
    actors: int,
    seed: int,
    progress: Callable[[int], None] = lambda number: None,
) -> Made:
    """Store invented cities with ``actors`` published actors each, all of them or none.

    Without history: history says what people changed, and invented data has no past. Nor are the
    revisions of maps raised: nobody has read an earlier map of these cities.

    Parameters
    ----------
    cities, actors
        How many cities, and how many actors in each.
    seed
        Which cities. The same seed and number of actors give the same cities.
    progress
        Told the number of each city before it is stored.

    Raises
    ------
    Impossible
        If a number is out of range, or one of the cities is there already.
    """
    _check(cities, actors, seed)
    made: Made = dict.fromkeys(ORDER, 0)
    with transaction.atomic():
        _refuse_taken(seed, cities)
        shared = _store_shared(seed, made)
        neighbor: Actor | None = None
        for number in range(1, cities + 1):
            progress(number)
            batches = city_rows(seed, number, actors, shared, neighbor)
            for rows in batches:
                _store(rows, made)
            neighbor = batches[2][0]  # the first that is part of no other: actor 1
    count_rows_anew()
    return made


def _check(cities: int, actors: int, seed: int) -> None:
    for value, least, most, what in (
        (cities, 1, MOST_CITIES, "The number of cities"),
        (actors, 1, MOST_ACTORS, "The number of actors in a city"),
        (seed, 0, LARGEST_SEED, "The seed"),
    ):
        if not least <= value <= most:
            raise Impossible(f"{what} must be from {least:,} to {most:,}, not {value:,}.")
    if cities * actors > MOST_ACTORS_IN_ALL:
        raise Impossible(
            f"{cities:,} cities of {actors:,} actors are {cities * actors:,} actors; "
            f"{MOST_ACTORS_IN_ALL:,} are the most that are made at once."
        )


def _refuse_taken(seed: int, cities: int) -> None:
    slugs = {slug_of(seed, number) for number in range(1, cities + 1)}
    stored = City.objects.filter(slug__startswith=slug_of(seed, "")).values_list("slug", "name")
    taken = sorted(name for slug, name in stored if slug in slugs)
    if taken:
        raise Impossible(
            f"{len(taken):,} of these cities exist already, “{taken[0]}” for one. "
            "Choose another seed; nothing was changed."
        )


def _store_shared(seed: int, made: Made) -> Shared:
    """The national actors and issues of the seed; those that are there already are used again."""
    issues = issue_rows()
    known_issues = _known(Issue, [issue.slug for issue in issues])
    _store([issue for issue in issues if issue.slug not in known_issues], made)
    national = national_rows(seed)
    known = _known(Actor, [actor.slug for actor in national])
    new = [actor for actor in national if actor.slug not in known]
    _store(new, made)
    _store(
        [row for row in national_statements(seed, national) if row.actor in new],
        made,
    )
    return Shared(
        [known.get(actor.slug, actor) for actor in national],
        [known_issues.get(issue.slug, issue) for issue in issues],
    )


def _known(model: Any, slugs: Iterable[str]) -> dict[str, Any]:
    return {row.slug: row for row in model.objects.filter(slug__in=list(slugs))}


def _store(rows: list[Any], made: Made) -> None:
    if not rows:
        return
    model = type(rows[0])
    model._base_manager.bulk_create(rows, batch_size=BATCH)
    if model in made:  # rows of a many-to-many field are no records of their own
        made[model] += len(rows)
