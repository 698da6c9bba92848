"""From the database to the analysis: rows become plain values in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone

from accounts.rules import Viewer
from actors import rules
from actors.framework import Level, TieStatus
from actors.models import Actor, City, Relationship, SkillStatement, Source
from collaboratives.models import Collaborative
from ecosystem.analysis import data

INFORMANT = Q(source__is_informant=True)


def map_day(city: City) -> date:
    """The day a city's map shows when nobody asks for another: its map date, else today."""
    return city.map_date or timezone.localdate()


def load_ecosystem(
    city: City,
    *,
    user: Viewer,
    as_of: date | None = None,
    collaborative: Collaborative | None = None,
) -> data.EcosystemData:
    """What ``user`` may see of a city map on ``as_of``.

    Seven queries, one more each for a collaborative and for a signed-in user. The scope is the city's own actors or the collaborative's current members. Without ``as_of``
    the map shows its own day. Tie strength is unknown to all but the city's conveners.
    """
    day = as_of or map_day(city)
    members = _member_ids(collaborative, user, day) if collaborative else frozenset()
    ties = _ties(city, user, day)
    visitors = {
        end for tie in ties if tie.status == TieStatus.EXISTING for end in (tie.source, tie.target)
    }
    on_map = Actor.objects.published().visible_to(user)
    on_map = on_map.filter(Q(city=city) | Q(pk__in=visitors | members))
    rows = list(
        on_map.order_by("slug").values_list(
            "pk", "slug", "name", "sector", "roles", "city__slug", "part_of"
        )
    )
    ids = {row[0] for row in rows}
    own = frozenset(row[0] for row in rows if row[5] == city.slug)
    scope = (
        data.Scope(
            "collaborative", collaborative.slug, collaborative.name, city.slug, members & ids
        )
        if collaborative
        else data.Scope("city", city.slug, city.name, city.slug, own)
    )
    informants = _informants(city, user, scope.members)
    return data.EcosystemData(
        scope=scope,
        actors=tuple(
            data.Actor(pk, slug, name, sector, frozenset(roles), home, part_of, informants[pk])
            for pk, slug, name, sector, roles, home, part_of in rows
        ),
        statements=_statements(on_map),
        ties=tuple(tie for tie in ties if tie.source in ids and tie.target in ids),
        as_of=day,
        holders_elsewhere=_first_holders_elsewhere(on_map, user),
        parents=_parents(rows, city, user),
    )


def _member_ids(collaborative: Collaborative, user: Viewer, day: date) -> frozenset[int]:
    members = collaborative.memberships.visible_to(user).current_on(day)
    return frozenset(members.values_list("actor", flat=True))


def _ties(city: City, user: Viewer, day: date) -> tuple[data.Tie, ...]:
    """Ties recorded in the city, in force on the day, between actors that are on maps at all."""
    ends_published = Q(source__status="published", target__status="published")
    ties = Relationship.objects.filter(ends_published, city=city).visible_to(user).current_on(day)
    shows_strength = City.objects.filter(rules.convened_cities(user), pk=city.pk).exists()
    return tuple(
        data.Tie(
            source,
            target,
            kind,
            status,
            strength if shows_strength else None,
            carried_by,
            {0: "none", 1: "one", 2: "both"}[answers.count("confirmed")],
        )
        for source, target, kind, status, strength, carried_by, *answers in ties.order_by(
            "pk"
        ).values_list(
            "source",
            "target",
            "kind",
            "status",
            "strength",
            "carried_by",
            "source_answer",
            "target_answer",
        )
    )


def _statements(actors: QuerySet[Actor]) -> tuple[data.Statement, ...]:
    """What the actors can do; one that would rather not say, says nothing."""
    rows = SkillStatement.objects.filter(actor__in=actors).order_by("pk")
    return tuple(
        data.Statement(actor, competency, level, confirmed_on)
        for actor, competency, level, confirmed_on in rows.values_list(
            "actor", "competency", "level", "confirmed_on"
        )
        if level is not None
    )


def _first_holders_elsewhere(on_map: QuerySet[Actor], user: Viewer) -> dict[str, frozenset[str]]:
    """Per competency, the first holder by slug that is not on the map."""
    holders = SkillStatement.objects.visible_to(user).filter(
        level__gte=Level.SOLID, actor__status="published"
    )
    rows = (
        holders.exclude(actor__in=on_map.values("pk"))
        .order_by("competency")
        .values_list("competency")
        .annotate(first=Min("actor__slug"))
    )
    return {competency: frozenset({slug}) for competency, slug in rows}


def _parents(rows: Iterable[tuple], city: City, user: Viewer) -> dict[int, int]:
    """Parents of the actors on the map, and of their parents in the city or nationally."""
    above = Actor.objects.published().visible_to(user).filter(part_of__isnull=False)
    pairs = above.filter(Q(city=city) | Q(city=None)).values_list("pk", "part_of")
    return {**dict(pairs), **{row[0]: row[6] for row in rows if row[6] is not None}}


def _informants(
    city: City, user: Viewer, members: frozenset[int]
) -> defaultdict[int, frozenset[str]]:
    """The sources that name each member: its own, and those of its ties in this city."""
    sources = Source.objects.visible_to(user).informants()
    named = defaultdict(set)
    own = Actor.sources.through.objects.filter(actor__in=members, source__in=sources)
    for actor, citation in own.values_list("actor", "source__citation"):
        named[actor].add(citation)
    ties = Relationship.sources.through.objects.filter(
        relationship__city=city, source__in=sources
    ).values_list("relationship__source", "relationship__target", "source__citation")
    for source, target, citation in ties:
        for end in {source, target} & members:
            named[end].add(citation)
    return defaultdict(frozenset, {pk: frozenset(names) for pk, names in named.items()})


@dataclass(frozen=True, slots=True)
class HolderElsewhere:
    """A holder of a competency in another city; without city it is national."""

    slug: str
    name: str
    sector: str
    city: str | None
    city_name: str | None


def load_holders_elsewhere(
    city: City, competencies: Collection[str], user: Viewer
) -> dict[str, tuple[HolderElsewhere, ...]]:
    """Who has these competencies outside a city, as far as ``user`` may see, in one query.

    Ordered by city, national holders last, then by name. Meant for competencies that nobody on the
    city's map holds: visitors are not left out. No query when nothing is asked.
    """
    if not competencies:
        return {}
    rows = (
        SkillStatement.objects.visible_to(user)
        .filter(competency__in=competencies, level__gte=Level.SOLID, actor__status="published")
        .exclude(actor__city=city)
        .order_by(F("actor__city__name").asc(nulls_last=True), "actor__name", "actor__slug")
        .values_list(
            "competency",
            "actor__slug",
            "actor__name",
            "actor__sector",
            "actor__city__slug",
            "actor__city__name",
        )
    )
    found = defaultdict(list)
    for competency, *holder in rows:
        found[competency].append(HolderElsewhere(*holder))
    return {competency: tuple(holders) for competency, holders in found.items()}
