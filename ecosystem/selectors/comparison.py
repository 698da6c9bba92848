"""Many cities at once: what each can do, who speaks for residents, who can help another.

Each function asks a fixed number of queries, however many cities there are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from accounts.rules import Viewer
from actors.framework import Level
from actors.models import Actor, City, SkillStatement
from collaboratives.models import Collaborative, Engagement, Membership, Project
from collaboratives.models.collaborative import DecisionRole
from ecosystem.analysis import data
from ecosystem.analysis.cells import State, cell_state
from ecosystem.analysis.compare import Voice
from ecosystem.analysis.engagement import resident_voice
from ecosystem.analysis.index import index_data, organisations
from ecosystem.analysis.vocabulary import COMPETENCIES
from ecosystem.selectors.maps import map_day

# ── Coverage ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class CoverageCell:
    """One competency of a city: its state (G1), and numbers of actors."""

    competency: str
    state: State
    holders: int
    learners: int
    answered: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The 12 cells of a city, in framework order; ``size`` is its own actors."""

    size: int
    cells: tuple[CoverageCell, ...]

    @property
    def answered_share(self) -> float | None:
        """Answered cells / all cells (G4); None for a city without actors."""
        if not self.size:
            return None
        return sum(cell.answered for cell in self.cells) / (len(self.cells) * self.size)


def load_coverage(cities: Collection[int], user: Viewer) -> dict[int, Coverage]:
    """What the own actors of each city can do, by id of the city, in two to four queries.

    The database counts; rows are read only of the few cells whose holders may all be units of one
    organisation. The cells are those of the gap document, as far as ``user`` may see.
    """
    # Whatever is published in a city that one may see, one may see: no second look at each row.
    seen = set(City.objects.visible_to(user).filter(pk__in=cities).values_list("pk", flat=True))
    own = Actor.objects.published().filter(city__in=seen)
    sizes = dict(own.order_by().values_list("city").annotate(Count("pk")))
    counts = _level_counts(seen)
    one_holder = _held_by_one(counts, user)
    return {
        pk: Coverage(
            sizes.get(pk, 0),
            tuple(
                _coverage_cell(
                    competency,
                    counts.get((pk, competency), {}),
                    sizes.get(pk, 0),
                    by_one=(pk, competency) in one_holder,
                )
                for competency in COMPETENCIES
            ),
        )
        for pk in seen
    }


@dataclass(slots=True)
class _LevelCount:
    """So many own actors at one level, and how many of them are units of another actor."""

    actors: int
    units: int


_Counts = Mapping[tuple[int, str], Mapping[int, _LevelCount]]


def _level_counts(cities: Collection[int]) -> dict[tuple[int, str], dict[int, _LevelCount]]:
    rows = (
        SkillStatement.objects.filter(
            actor__city__in=cities, actor__status="published", level__isnull=False
        )
        .order_by()
        .values_list("actor__city", "competency", "level")
        .annotate(actors=Count("pk"), units=Count("actor__part_of"))
    )
    found: defaultdict[tuple[int, str], dict[int, _LevelCount]] = defaultdict(dict)
    for city, competency, level, actors, units in rows:
        found[city, competency][level] = _LevelCount(actors, units)
    return dict(found)


def _coverage_cell(
    competency: str, levels: Mapping[int, _LevelCount], size: int, *, by_one: bool
) -> CoverageCell:
    holders = sum(count.actors for level, count in levels.items() if level >= Level.SOLID)
    learners = levels[Level.DEVELOPING].actors if Level.DEVELOPING in levels else 0
    answered = sum(count.actors for count in levels.values())
    state = cell_state(
        organisations=min(holders, 1) if by_one else holders,
        learners=learners,
        answered=answered,
        size=size,
    )
    return CoverageCell(competency, state, holders, learners, answered)


def _held_by_one(counts: _Counts, user: Viewer) -> set[tuple[int, str]]:
    """Cells with several holders, all of one organisation. No query where none can be."""
    suspects = set()
    for cell, levels in counts.items():
        held = [count for level, count in levels.items() if level >= Level.SOLID]
        holders, units = sum(c.actors for c in held), sum(c.units for c in held)
        # One organisation has at most one actor that is not a unit of it: its parent.
        if holders > 1 and holders - units <= 1:
            suspects.add(cell)
    if not suspects:
        return set()
    rows = SkillStatement.objects.filter(
        actor__city__in={city for city, _competency in suspects},
        competency__in={competency for _city, competency in suspects},
        actor__status="published",
        level__gte=Level.SOLID,
    ).values_list("actor__city", "competency", "actor")
    holders_of: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for city, competency, actor in rows:
        if (city, competency) in suspects:
            holders_of[city, competency].append(actor)
    parents = Actor.objects.published().visible_to(user).filter(units__isnull=False)
    above = dict(parents.values_list("units", "pk"))
    return {
        cell
        for cell, holders in holders_of.items()
        if len(set(organisations(map(_bare, holders), above).values())) == 1
    }


def _bare(actor: int) -> data.Actor:
    """An actor of which only the organisation is asked for."""
    return data.Actor(actor, str(actor), "", "")


# ── Resident voice ───────────────────────────────────────────────────────────────────────────────


def load_voices(cities: Collection[City], user: Viewer) -> dict[int, list[Voice]]:
    """Resident voice of every collaborative of each city (G7), by id of the city, in 3 queries."""
    days = {city.pk: map_day(city) for city in cities}
    tables = (
        Collaborative.objects.visible_to(user)
        .filter(city__in=days)
        .order_by("city", "slug")
        .values_list("pk", "city", "slug", "name", "city__slug")
    )
    members = _members(days, user)
    engagements = _engagements(days, user)
    found: dict[int, list[Voice]] = {pk: [] for pk in days}
    for pk, city, slug, name, city_slug in tables:
        day = days[city]
        actors, deciders = members[pk]
        result = resident_voice(
            index_data(
                data.EcosystemData(
                    data.Scope("collaborative", slug, name, city_slug, frozenset(actors)),
                    tuple(actors.values()),
                    statements=(),
                    ties=(),
                    as_of=day,
                    engagements=tuple(engagements[pk]),
                    deciders=frozenset(deciders),
                )
            )
        )
        if result is not None:
            held = [one for one in engagements[pk] if one.is_held(day)]
            returned = sum(one.is_returned(day) for one in held)
            found[city].append(Voice(result, len(held), returned))
    return found


def _members(
    days: Mapping[int, date], user: Viewer
) -> defaultdict[int, tuple[dict[int, data.Actor], set[int]]]:
    """By collaborative, its members on the day of its city's map, and who of them decides."""
    rows = (
        Membership.objects.visible_to(user)
        .filter(collaborative__city__in=days, actor__status="published")
        .values_list(
            "collaborative",
            "collaborative__city",
            "since",
            "until",
            "decision_role",
            "actor",
            "actor__slug",
            "actor__name",
            "actor__sector",
            "actor__roles",
        )
    )
    found: defaultdict[int, tuple[dict[int, data.Actor], set[int]]] = defaultdict(
        lambda: ({}, set())
    )
    for table, city, since, until, decides, pk, slug, name, sector, roles in rows:
        if (since and since > days[city]) or (until and until < days[city]):
            continue
        actors, deciders = found[table]
        actors[pk] = data.Actor(pk, slug, name, sector, frozenset(roles))
        if decides == DecisionRole.DECIDES:
            deciders.add(pk)
    return found


def _engagements(days: Mapping[int, date], user: Viewer) -> defaultdict[int, list[data.Engagement]]:
    rows = Engagement.objects.visible_to(user).filter(collaborative__city__in=days)
    found = defaultdict(list)
    fields = ("what", "step", "level", "held_on", "result_due_on", "result_returned_on")
    for table, *engagement in rows.order_by("pk").values_list("collaborative", *fields):
        found[table].append(data.Engagement(*engagement))
    return found


# ── Beyond the maps ──────────────────────────────────────────────────────────────────────────────


def held_outside_cities(user: Viewer) -> set[str]:
    """Competencies of national holders, and of those one looks after oneself, in one query."""
    beyond = Q(actor__city=None)
    if user.is_authenticated and user.pk:
        beyond |= Q(actor__in=user.stewardships.filter(status="approved").values("actor"))
    rows = SkillStatement.objects.visible_to(user).filter(
        beyond, level__gte=Level.SOLID, actor__status="published"
    )
    return set(rows.order_by().values_list("competency", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class PeerProject:
    """A piece of work that a holder has a part in, through a collaborative it belongs to."""

    slug: str
    name: str
    collaborative: str
    city: str


@dataclass(frozen=True, slots=True)
class PeerHolder:
    """Who has a competency in a city that can help, what shows it, and in which projects."""

    slug: str
    name: str
    sector: str
    evidence: str
    projects: tuple[PeerProject, ...]


def load_peer_holders(
    wanted: Iterable[tuple[int, str]], cities: Mapping[int, City], user: Viewer
) -> dict[tuple[int, str], tuple[PeerHolder, ...]]:
    """Holders of each (city, competency) that is wanted, by name, in three queries.

    The record says what an actor can do, not in which project it did it. So the projects are those
    of the collaboratives that it belongs to in that city, on the day of its map.
    """
    pairs = set(wanted)
    if not pairs:
        return {}
    rows = [
        row
        for row in SkillStatement.objects.visible_to(user)
        .filter(
            actor__city__in={city for city, _competency in pairs},
            competency__in={competency for _city, competency in pairs},
            actor__status="published",
            level__gte=Level.SOLID,
        )
        .order_by("actor__name", "actor__slug")
        .values_list(
            "actor__city",
            "competency",
            "actor",
            "actor__slug",
            "actor__name",
            "actor__sector",
            "evidence",
        )
        if (row[0], row[1]) in pairs
    ]
    projects = _projects_of({row[2] for row in rows}, cities, user)
    found: defaultdict[tuple[int, str], list[PeerHolder]] = defaultdict(list)
    for city, competency, pk, slug, name, sector, evidence in rows:
        holder = PeerHolder(slug, name, sector, evidence, tuple(projects[city, pk]))
        found[city, competency].append(holder)
    return {pair: tuple(found[pair]) for pair in pairs}


def _projects_of(
    actors: Collection[int], cities: Mapping[int, City], user: Viewer
) -> defaultdict[tuple[int, int], list[PeerProject]]:
    """Projects by city and actor, by name."""
    members = Membership.objects.visible_to(user).filter(
        actor__in=actors, collaborative__city__in=cities
    )
    tables: defaultdict[int, set[int]] = defaultdict(set)
    for actor, table, city, since, until in members.values_list(
        "actor", "collaborative", "collaborative__city", "since", "until"
    ):
        day = map_day(cities[city])
        if (since is None or since <= day) and (until is None or until >= day):
            tables[table].add(actor)
    rows = (
        Project.objects.visible_to(user)
        .filter(collaborative__in=tables)
        .order_by("name", "slug")
        .values_list(
            "collaborative",
            "collaborative__city",
            "slug",
            "name",
            "collaborative__slug",
            "collaborative__city__slug",
        )
    )
    found: defaultdict[tuple[int, int], list[PeerProject]] = defaultdict(list)
    for table, city, slug, name, table_slug, city_slug in rows:
        for actor in tables[table]:
            found[city, actor].append(PeerProject(slug, name, table_slug, city_slug))
    return found


# ── What the cities work on ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class IssueCities:
    """An issue, and the ids of the cities with a collaborative that works on it."""

    slug: str
    name: str
    cities: frozenset[int]


def load_issues(cities: Sequence[City], user: Viewer) -> tuple[IssueCities, ...]:
    """The issues that collaboratives of these cities work on, by name, in one query.

    Issues are compared by what a city's people do together, not by what any one organisation lists.
    """
    rows = (
        Collaborative.objects.visible_to(user)
        .filter(city__in=[city.pk for city in cities], issue__isnull=False)
        .order_by("issue__name", "issue__slug")
        .values_list("issue__slug", "issue__name", "city")
    )
    names: dict[str, str] = {}
    found: defaultdict[str, set[int]] = defaultdict(set)
    for slug, name, city in rows:
        names[slug] = name
        found[slug].add(city)
    return tuple(IssueCities(slug, name, frozenset(found[slug])) for slug, name in names.items())
