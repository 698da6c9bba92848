"""From the database to the analysis: rows become plain values in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.rules import Viewer
from actors import rules
from actors.framework import TieStatus
from actors.models import Actor, City, Relationship, SkillStatement, Source
from collaboratives.models import Collaborative, Engagement
from collaboratives.models.collaborative import DecisionRole
from ecosystem.analysis import data
from ecosystem.selectors.elsewhere import load_beyond, load_experience


def map_day(city: City) -> date:
    """The day a city's map shows when nobody asks for another: its map date, else today."""
    return city.map_date or timezone.localdate()


def load_ecosystem(
    city: City,
    *,
    user: Viewer,
    as_of: date | None = None,
    collaborative: Collaborative | None = None,
    experience: Mapping[tuple[str, str], data.Experience] | None = None,
) -> data.EcosystemData:
    """What ``user`` may see of a city map on ``as_of``.

    The scope is the city's own actors or the collaborative's current members. Without ``as_of``
    the map shows its own day; without ``experience`` that of the country is counted. Tie strength
    is unknown to all but the city's conveners. Eight queries for anybody, one more for those signed
    in and two for a collaborative.
    """
    day = as_of or map_day(city)
    places = _decision_roles(collaborative, user, day) if collaborative else {}
    loaded = load_maps([city], user=user, as_of=day, guests={city.pk: places.keys()})[city.pk]
    on_map = {actor.id for actor in loaded.actors}
    beyond = load_beyond(loaded, user)
    loaded = replace(
        loaded,
        holders_elsewhere=beyond.first_holders,
        cities_elsewhere=beyond.cities,
        experience=load_experience(user) if experience is None else experience,
    )
    if collaborative is None:
        return loaded
    return replace(
        loaded,
        scope=data.Scope(
            "collaborative",
            collaborative.slug,
            collaborative.name,
            city.slug,
            frozenset(places.keys() & on_map),
        ),
        engagements=_engagements(collaborative, user),
        deciders=frozenset(
            pk for pk, held in places.items() if DecisionRole.DECIDES in held and pk in on_map
        ),
        undecided=frozenset(pk for pk, held in places.items() if not any(held) and pk in on_map),
    )


def load_maps(
    cities: Collection[City],
    *,
    user: Viewer,
    as_of: date | None = None,
    guests: Mapping[int, Collection[int]] | None = None,
) -> dict[int, data.EcosystemData]:
    """What ``user`` may see of several city maps, by id of the city, in six queries for them all.

    The scope of each is its own actors. ``guests`` are further actors, by id, to put on a city's
    map. ``holders_elsewhere``, ``cities_elsewhere`` and ``experience`` are left empty: reach beyond
    the map, whom to ask there and the order of questions are not computed from this.
    """
    days = {city.pk: as_of or map_day(city) for city in cities}
    recorded = _recorded_ties(days.keys(), user)
    ties = _ties_in_force(recorded, days, user)
    guests = guests or {}
    home = {row.source: row.source__city for row in recorded}
    home |= {row.target: row.target__city for row in recorded}
    # Visitors alone: a city's own actors are found by the city, whatever their number.
    also: dict[int, set[int]] = {
        pk: {
            *guests.get(pk, ()),
            *(end for end in _ends_of_existing(ties[pk]) if home[end] != pk),
        }
        for pk in days
    }
    others = set().union(*also.values())
    rows = _actor_rows(days.keys(), others, user)
    statements = _statements(days.keys(), others)
    informants = _informants(days.keys(), others, {tie.pk for tie in recorded}, user)
    parents = _parents(days.keys(), others, user)
    maps = {}
    for city in cities:
        on_map = [row for row in rows if row.city == city.pk or row.pk in also[city.pk]]
        ids = {row.pk for row in on_map}
        maps[city.pk] = data.EcosystemData(
            scope=data.Scope(
                "city",
                city.slug,
                city.name,
                city.slug,
                frozenset(row.pk for row in on_map if row.city == city.pk),
            ),
            actors=tuple(
                row.value(parents.get(row.pk), informants[city.pk][row.pk]) for row in on_map
            ),
            statements=tuple(one for row in on_map for one in statements.levels[row.pk]),
            ties=tuple(tie for tie in ties[city.pk] if tie.source in ids and tie.target in ids),
            as_of=days[city.pk],
            declined=frozenset(
                (row.pk, one) for row in on_map for one in statements.declined[row.pk]
            ),
            parents=parents,
        )
    return maps


def _decision_roles(collaborative: Collaborative, user: Viewer, day: date) -> dict[int, set[str]]:
    """Every current member, with the parts it plays when the collaborative decides."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    members = collaborative.memberships.visible_to(user).current_on(day)
    for actor, role in members.values_list("actor", "decision_role"):
        found[actor].add(role)
    return dict(found)


def _engagements(collaborative: Collaborative, user: Viewer) -> tuple[data.Engagement, ...]:
    rows = Engagement.objects.visible_to(user).filter(collaborative=collaborative).order_by("pk")
    return tuple(
        data.Engagement(*row)
        for row in rows.values_list(
            "what", "step", "level", "held_on", "result_due_on", "result_returned_on"
        )
    )


@dataclass(frozen=True, slots=True)
class _ActorRow:
    pk: int
    slug: str
    name: str
    sector: str
    roles: tuple[str, ...]
    city: int | None
    city_slug: str | None

    def value(self, part_of: int | None, informants: frozenset[str]) -> data.Actor:
        return data.Actor(
            self.pk,
            self.slug,
            self.name,
            self.sector,
            frozenset(self.roles),
            self.city_slug,
            part_of,
            informants,
        )


def _actor_rows(cities: Collection[int], others: Collection[int], user: Viewer) -> list[_ActorRow]:
    """Published actors of the cities and the others named, by slug."""
    actors = Actor.objects.published().visible_to(user)
    actors = actors.filter(Q(city__in=cities) | Q(pk__in=others)).order_by("slug")
    fields = ("pk", "slug", "name", "sector", "roles", "city", "city__slug")
    return [_ActorRow(*row) for row in actors.values_list(*fields)]


def _actors(cities: Collection[int], others: Collection[int]) -> QuerySet[Actor, Any]:
    """For another query, which finds its rows by them. A condition on a joined column *or* on one
    of its own would make SQLite read every row of the country."""
    # By city, not by actor: all actors of a country are more than a query takes as parameters.
    return Actor.objects.order_by().filter(Q(city__in=cities) | Q(pk__in=others)).values("pk")


def _ends_of_existing(ties: Iterable[data.Tie]) -> set[int]:
    existing = (tie for tie in ties if tie.status == TieStatus.EXISTING)
    return {end for tie in existing for end in (tie.source, tie.target)}


class _TieRow(NamedTuple):
    pk: int
    city: int
    started_on: date | None
    ended_on: date | None
    source: int
    target: int
    kind: str
    status: str
    strength: int | None
    carried_by: int | None
    source_answer: str
    target_answer: str
    source__city: int | None
    target__city: int | None


def _recorded_ties(cities: Collection[int], user: Viewer) -> list[_TieRow]:
    """Ties recorded in the cities between published actors, of any day."""
    ties = Relationship.objects.visible_to(user).filter(
        city__in=cities, source__status="published", target__status="published"
    )
    return [_TieRow(*row) for row in ties.order_by("pk").values_list(*_TieRow._fields)]


def _ties_in_force(
    recorded: Iterable[_TieRow], days: Mapping[int, date], user: Viewer
) -> dict[int, list[data.Tie]]:
    """Per city, the ties in force on its day. Strength is unknown but to its conveners."""
    shown = City.objects.filter(rules.convened_cities(user), pk__in=days)
    with_strength = set(shown.values_list("pk", flat=True))
    found: dict[int, list[data.Tie]] = {city: [] for city in days}
    for row in recorded:
        day = days[row.city]
        if (row.started_on and row.started_on > day) or (row.ended_on and row.ended_on < day):
            continue
        answers = (row.source_answer, row.target_answer)
        found[row.city].append(
            data.Tie(
                row.source,
                row.target,
                row.kind,
                row.status,
                row.strength if row.city in with_strength else None,
                row.carried_by,
                ("none", "one", "both")[answers.count("confirmed")],
            )
        )
    return found


class _Statements(NamedTuple):
    """By actor: what it said it can do, and the competencies it would rather say nothing about."""

    levels: defaultdict[int, list[data.Statement]]
    declined: defaultdict[int, list[str]]


def _statements(cities: Collection[int], others: Collection[int]) -> _Statements:
    """What each actor said when it was asked."""
    found = _Statements(defaultdict(list), defaultdict(list))
    rows = SkillStatement.objects.filter(actor__in=_actors(cities, others)).order_by("pk")
    for actor, competency, level, confirmed_on in rows.values_list(
        "actor", "competency", "level", "confirmed_on"
    ):
        if level is None:
            found.declined[actor].append(competency)
        else:
            found.levels[actor].append(data.Statement(actor, competency, level, confirmed_on))
    return found


def _parents(cities: Collection[int], others: Collection[int], user: Viewer) -> dict[int, int]:
    """Parent of each unit in the cities, among the others and nationally; never a hidden one."""
    units = Q(units__city__in=cities) | Q(units__city=None) | Q(units__in=others)
    parents = Actor.objects.published().visible_to(user).order_by()
    parents = parents.filter(units, units__isnull=False)
    return dict(parents.values_list("units", "pk"))


def _informants(
    cities: Collection[int], others: Collection[int], ties: Collection[int], user: Viewer
) -> dict[int, defaultdict[int, frozenset[str]]]:
    """Per city, the sources that name each actor: its own, and those of the ``ties`` it has there.

    Ties of any day and status: a document that names an actor names it.
    """
    sources = Source.objects.visible_to(user).informants().order_by()
    own = sources.filter(actors__in=_actors(cities, others))
    everywhere = defaultdict(set)
    for actor, citation in own.values_list("actors", "citation"):
        everywhere[actor].add(citation)
    there: dict[int, defaultdict[int, set[str]]] = {city: defaultdict(set) for city in cities}
    ends = ("relationships__city", "relationships__source", "relationships__target")
    of_ties = sources.filter(relationships__city__in=cities)
    for tie, city, source, target, citation in of_ties.values_list(
        "relationships", *ends, "citation"
    ):
        if tie in ties:  # a tie with somebody hidden names nobody
            there[city][source].add(citation)
            there[city][target].add(citation)
    return {
        city: defaultdict(
            frozenset,
            {actor: frozenset(everywhere[actor] | named[actor]) for actor in {*everywhere, *named}},
        )
        for city, named in there.items()
    }
