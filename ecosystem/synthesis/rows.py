"""An invented city as unsaved records, in the order in which they can be stored."""

from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

from django.db.models import Model

from actors.framework import ActorStatus, CityStage, Role, Sector
from actors.models import Actor, City, Issue, SkillStatement, Source
from actors.models.source import SourceKind
from actors.models.statement import StatementOrigin
from ecosystem.synthesis.draw import MAP_DAY, days_before, stream, weighted
from ecosystem.synthesis.names import actor_name, city_name, national_name
from ecosystem.synthesis.network import draw_network
from ecosystem.synthesis.skills import Answer, answers_of_city, answers_of_national
from ecosystem.synthesis.together import collaborative_rows, tie_rows

NATIONAL_COUNT = 12
ISSUE_COUNT = 8
MOST_VISITORS = 8

SECTOR_WEIGHTS = {
    Sector.RESIDENTS_COMMUNITY: 20,
    Sector.NONPROFIT_SERVICE: 20,
    Sector.GOVERNMENT: 14,
    Sector.CIVIC_TECHNOLOGIST: 8,
    Sector.PHILANTHROPY: 8,
    Sector.ACADEMIA: 8,
    Sector.PRIVATE: 8,
    Sector.DATA_INTERMEDIARY: 6,
    Sector.MEDIA: 5,
    Sector.NATIONAL_NETWORK: 3,
}

UNIT_SHARE = 0.06
PLACED_SHARE = 0.8

MIDDLE = {"latitude": 39.0, "longitude": -98.0}
FAR_APART = 4.0
NEAR = 0.05
"""Cities lie around the middle of the country, actors within some ten kilometers of the city's."""

UNDATED_SHARE = 0.05
FRESHNESS_DAYS = 3 * 365  # statements are up to 36 months old
NAMED_BY = {0: 0.15, 1: 0.4, 2: 0.25, 3: 0.12, 5: 0.08}
"""How many informants name an actor: so completeness can be estimated, and is not 1."""


class Shared(NamedTuple):
    """What the cities of one seed have in common: all national actors, and the issues."""

    national: Sequence[Actor]
    issues: Sequence[Issue]


def slug_of(seed: int, *parts: object) -> str:
    return "-".join(map(str, ("synthetic", seed, *parts)))


def invented(seed: int) -> str:
    """The sentence that marks what is made here."""
    return (
        f"Invented for load tests by the command synthesize (seed {seed}). "
        "No organization, person or tie in it is real."
    )


# ── What the cities of a seed share ──────────────────────────────────────────────────────────────


def issue_rows() -> list[Issue]:
    return [
        Issue(slug=f"synthetic-issue-{number}", name=f"Sample issue {number}")
        for number in range(1, ISSUE_COUNT + 1)
    ]


def national_rows(seed: int) -> list[Actor]:
    random = stream(seed, "national")
    return [
        Actor(
            slug=slug_of(seed, "national", f"{number:02d}"),
            name=national_name(number),
            sector=Sector.NATIONAL_NETWORK if number % 4 else Sector.PHILANTHROPY,
            **_roles(random),
            description=invented(seed),
        )
        for number in range(1, NATIONAL_COUNT + 1)
    ]


def national_statements(seed: int, national: Sequence[Actor]) -> list[SkillStatement]:
    random = stream(seed, "national statements")
    return [
        _statement(random, actor, answer)
        for actor in national
        for answer in answers_of_national(random, Sector(actor.sector))
    ]


# ── A city ───────────────────────────────────────────────────────────────────────────────────────


def city_rows(
    seed: int, number: int, actor_count: int, shared: Shared, neighbor: Actor | None
) -> list[list[Any]]:
    """All records of a city, one list per table and step: each points at earlier ones only.

    Parameters
    ----------
    seed, number
        Which city; the first is 1.
    actor_count
        Its own published actors. A fiftieth of that is proposed and a hundredth archived, besides.
    shared
        Visitors are drawn from here. Stored or not: only their order counts.
    neighbor
        The first actor of the city before this one, which visits it too.

    Returns
    -------
    list
        The city first, alone in its list.
    """
    city = _city(seed, number)
    sources = _sources(stream(seed, number, "sources"), city, actor_count)
    actors = _actors(seed, city, number, actor_count, shared)
    published = actors[:actor_count]
    visitors = _visitors(seed, number, actor_count, shared, neighbor)
    network = draw_network(
        stream(seed, number, "network"), [actor.sector for actor in published], len(visitors)
    )
    statements, cited = _statements(seed, number, published, actors[actor_count:], sources)
    ties, ties_cited = tie_rows(
        stream(seed, number, "ties"),
        city,
        [*published, *visitors],
        actors[actor_count:],
        network,
        sources,
    )
    collaboratives, memberships = collaborative_rows(
        stream(seed, number, "collaboratives"),
        city,
        slug_of(seed, number, "collaborative"),
        [*published, *visitors],
        network.existing,
        shared.issues,
    )
    linked = _links(stream(seed, number, "links"), actors, sources, shared.issues)
    return [
        [city],
        sources,
        [actor for actor in actors if not _points_at_city_actor(actor, city)],
        [actor for actor in actors if _points_at_city_actor(actor, city)],
        statements,
        ties,
        collaboratives,
        memberships,
        *linked,
        cited,
        ties_cited,
    ]


def _points_at_city_actor(actor: Actor, city: City) -> bool:
    return actor.merged_into is not None or (
        actor.part_of is not None and actor.part_of.city is city
    )


def _city(seed: int, number: int) -> City:
    random = stream(seed, number, "city")
    population = min(9_000_000, round(random.lognormvariate(12.7, 0.9)))
    return City(
        slug=slug_of(seed, number),
        name=city_name(seed, number),
        state="XX",
        stage=random.choice(CityStage.values),
        population=population if random.random() > UNDATED_SHARE else None,
        population_year=random.randint(2020, 2025),
        summary=invented(seed),
        boundary="Nothing: this place does not exist.",
        map_date=MAP_DAY,
        **_place(stream(seed, number, "place"), MIDDLE, FAR_APART),
    )


def _sources(random: Random, city: City, actor_count: int) -> list[Source]:
    """The informants, one to ten actors, and one background source that is none."""
    kinds = {
        SourceKind.SURVEY_ANSWER: 6,
        SourceKind.WORKSHOP: 1,
        SourceKind.CONVERSATION: 1,
        SourceKind.DOCUMENT: 1,
        SourceKind.WEB_PAGE: 1,
    }
    sources = [
        Source(citation=f"{city.name}: figures of its population", city=city, is_informant=False)
    ]
    for number in range(1, min(60, max(3, actor_count // 10)) + 1):
        kind = weighted(random, kinds)
        sources.append(
            Source(
                citation=f"{city.name}: {kind.label.lower()} {number}",
                title=f"Sample {kind.label.lower()} {number}",
                kind=kind,
                city=city,
                published_on=days_before(random, FRESHNESS_DAYS),
                is_public=kind != SourceKind.SURVEY_ANSWER or random.random() < 0.8,
            )
        )
    return sources


def _actors(seed: int, city: City, number: int, actor_count: int, shared: Shared) -> list[Actor]:
    random = stream(seed, number, "actors")
    middle = _place(stream(seed, number, "place"), MIDDLE, FAR_APART)
    weights = dict(SECTOR_WEIGHTS)
    if random.random() < 0.3:  # somebody is missing at the table
        weights.pop(random.choice(list(weights)))
    unpublished = [ActorStatus.PROPOSED] * (actor_count // 50)
    unpublished += [ActorStatus.ARCHIVED] * (actor_count // 100)
    statuses = [ActorStatus.PUBLISHED] * actor_count + unpublished
    parents: dict[Sector, list[Actor]] = {}
    actors: list[Actor] = []
    first_of_each = iter(weights)
    for position, status in enumerate(statuses, start=1):
        sector = next(first_of_each, None) or weighted(random, weights)
        slug = slug_of(seed, number, f"{position:05d}")
        actor = Actor(
            city=city,
            slug=slug,
            name=actor_name(random, position, sector),
            sector=sector,
            **_roles(random),
            description=_description(random),
            website=f"https://example.org/{slug}" if random.random() < 0.6 else "",
            service_area="Citywide" if random.random() < 0.3 else "",
            status=status,
            **(_place(random, middle, NEAR) if random.random() < PLACED_SHARE else {}),
        )
        above = parents.setdefault(sector, [])
        roll = random.random()
        if status == ActorStatus.PUBLISHED and above and roll < UNIT_SHARE:
            actor.part_of = random.choice(above)
        elif sector == Sector.NATIONAL_NETWORK and roll > 0.5:
            actor.part_of = random.choice(shared.national)
        elif status == ActorStatus.PUBLISHED:
            above.append(actor)
        if status == ActorStatus.ARCHIVED and roll < 0.5:
            actor.merged_into = actors[0]
        actors.append(actor)
    return actors


def _roles(random: Random) -> dict[str, Any]:
    return {"roles": random.sample(Role.values, weighted(random, {0: 1, 1: 5, 2: 3, 3: 1}))}


def _description(random: Random) -> str:
    sentence = "An invented organization that a load test put here."
    return " ".join([sentence] * weighted(random, {0: 3, 1: 4, 3: 2, 8: 1}))


def _place(random: Random, middle: dict[str, float], spread: float) -> dict[str, float]:
    """Degrees of latitude and longitude, ``spread`` their standard deviation around ``middle``."""
    return {name: round(random.gauss(value, spread), 5) for name, value in middle.items()}


def _visitors(
    seed: int, number: int, actor_count: int, shared: Shared, neighbor: Actor | None
) -> list[Actor]:
    random = stream(seed, number, "visitors")
    most = min(MOST_VISITORS, 1 + actor_count // 25)
    places = random.sample(range(len(shared.national)), random.randint(1, most))
    visitors = [shared.national[place] for place in sorted(places)]
    return [*visitors, neighbor] if neighbor else visitors


def _statements(
    seed: int,
    number: int,
    published: Sequence[Actor],
    unpublished: Sequence[Actor],
    sources: Sequence[Source],
) -> tuple[list[SkillStatement], list[Model]]:
    """The statements of everyone, and what a fifth of them cite."""
    random = stream(seed, number, "statements")
    answers = answers_of_city(random, [Sector(actor.sector) for actor in published])
    statements = [_statement(random, published[answer.actor], answer) for answer in answers]
    for actor in unpublished:
        answers = answers_of_national(random, Sector(actor.sector))
        statements += [_statement(random, actor, answer) for answer in answers]
    cites = SkillStatement.sources.through
    cited: list[Model] = [
        cites(skillstatement=statement, source=random.choice(sources))
        for statement in statements
        if random.random() < 0.2
    ]
    return statements, cited


def _statement(random: Random, actor: Actor, answer: Answer) -> SkillStatement:
    dated = random.random() > UNDATED_SHARE
    return SkillStatement(
        actor=actor,
        competency=answer.competency,
        level=answer.level,
        evidence="A load test says so." if random.random() < 0.2 else "",
        origin=random.choice(StatementOrigin.values),
        confirmed_on=days_before(random, FRESHNESS_DAYS) if dated else None,
    )


def _links(
    random: Random,
    actors: Sequence[Actor],
    sources: Sequence[Source],
    issues: Sequence[Issue],
) -> tuple[list[Model], list[Model]]:
    """What actors work on, and who named them."""
    works_on, named_by = Actor.issues.through, Actor.sources.through
    works: list[Model] = []
    named: list[Model] = []
    for actor in actors:
        about = random.sample(issues, weighted(random, {0: 3, 1: 4, 2: 2, 4: 1}))
        works += [works_on(actor=actor, issue=issue) for issue in about]
        count = min(weighted(random, NAMED_BY), len(sources))
        named += [named_by(actor=actor, source=one) for one in random.sample(sources, count)]
    return works, named
