"""What the page of one actor shows: its skills, its ties, where its facts come from."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import urlsplit

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rules import Viewer
from actors import rules
from actors.framework import (
    REVERSE_TIE_LABELS,
    ActorStatus,
    Area,
    Competency,
    Level,
    TieKind,
    TieStatus,
)
from actors.models import Actor, City, Relationship, SkillStatement, Source
from actors.models.relationship import SideAnswer
from ecosystem.analysis.cells import Freshness, freshness_of
from ecosystem.analysis.vocabulary import AREAS

# ── Who is on a map ──────────────────────────────────────────────────────────────────────────────


def map_ties(city: City, user: Viewer, day: date) -> QuerySet[Relationship]:
    """The existing ties of a city's map on a day, as the figures count them."""
    return (
        city.relationships.visible_to(user)
        .existing()
        .current_on(day)
        .filter(source__status=ActorStatus.PUBLISHED, target__status=ActorStatus.PUBLISHED)
    )


def map_actors(city: City, user: Viewer, day: date) -> QuerySet[Actor]:
    """Who is on a city's map on a day, as the figures count them: its own actors, and visitors."""
    ties = map_ties(city, user, day)
    ends = Q(pk__in=ties.values("source")) | Q(pk__in=ties.values("target"))
    return Actor.objects.published().visible_to(user).filter(Q(city=city) | ends)


# ── Sources ──────────────────────────────────────────────────────────────────────────────────────


class SourceLink(NamedTuple):
    """A source as it is named in small print. ``url`` is empty or an http address."""

    label: str
    url: str


def web_address(address: str) -> str:
    """The address if a browser may follow it, else nothing: no scripts, no files."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.netloc else ""


def host_of(address: str) -> str:
    """The site of an address, as people say it: without "www."."""
    return urlsplit(address).netloc.removeprefix("www.")


def source_links(sources: Iterable[Source]) -> list[SourceLink]:
    """Sources by title; without one, by the site or by the citation itself."""
    links = []
    for source in sources:
        url = web_address(source.url) or web_address(source.citation)
        links.append(SourceLink(source.title or (host_of(url) if url else source.citation), url))
    return links


def with_sources(rows: QuerySet[Any], user: Viewer) -> QuerySet[Any]:
    """``rows`` with the sources that ``user`` may see, in one more query."""
    return rows.prefetch_related(Prefetch("sources", Source.objects.visible_to(user)))


# ── Skills ───────────────────────────────────────────────────────────────────────────────────────

SkillState = Literal["strong", "solid", "developing", "none", "declined", "unknown"]

SKILL_STATES: Final[dict[int, SkillState]] = {
    Level.NONE: "none",
    Level.DEVELOPING: "developing",
    Level.SOLID: "solid",
    Level.STRONG: "strong",
}

FRESHNESS_LABELS: Final = {
    "fresh": gettext_lazy("confirmed within a year"),
    "ageing": gettext_lazy("confirmed more than a year before"),
    "stale": gettext_lazy("confirmed more than two years before: ask again"),
}


@dataclass(frozen=True)
class SkillLine:
    """One of the twelve competencies of an actor.

    ``state`` is "declined" when it was asked and would not say, "unknown" when nobody asked.
    """

    competency: str
    label: str
    state: SkillState
    level: str
    evidence: str = ""
    confirmed_on: date | None = None
    freshness: Freshness | None = None
    sources: list[SourceLink] = field(default_factory=list)

    @property
    def freshness_label(self) -> str:
        return str(FRESHNESS_LABELS[self.freshness]) if self.freshness else ""

    @property
    def is_held(self) -> bool:
        return self.state in ("solid", "strong")


@dataclass(frozen=True)
class SkillArea:
    label: str
    skills: list[SkillLine]


def skill_areas(statements: Iterable[SkillStatement], as_of: date) -> list[SkillArea]:
    """All twelve competencies in their four areas, in framework order."""
    said = {statement.competency: statement for statement in statements}
    return [
        SkillArea(
            label=str(Area(area).label),
            skills=[_skill_line(competency, said.get(competency), as_of) for competency in skills],
        )
        for area, skills in AREAS.items()
    ]


def _skill_line(competency: str, statement: SkillStatement | None, as_of: date) -> SkillLine:
    label = str(Competency(competency).label)
    if statement is None:
        return SkillLine(competency, label, "unknown", _("Not asked"))
    state: SkillState = "declined"
    level = _("Asked, no answer")
    if statement.level is not None:
        state, level = SKILL_STATES[statement.level], str(Level(statement.level).label)
    return SkillLine(
        competency,
        label,
        state,
        level,
        evidence=statement.evidence,
        confirmed_on=statement.confirmed_on,
        freshness=freshness_of(statement.confirmed_on, as_of),
        sources=source_links(statement.sources.all()),
    )


# ── Ties ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class TieLine:
    """One tie, read from the actor whose page it is on.

    ``said`` is for the conveners of the tie's city only: how strong it is, who disputes it.
    """

    other: Actor
    url: str
    city: City | None
    description: str
    since_year: int | None
    sources: list[SourceLink]
    said: list[str]
    pk: int = 0


@dataclass(frozen=True)
class TieGroup:
    """Ties of one kind in one direction, under the words for it."""

    label: str
    lines: list[TieLine]


@dataclass(frozen=True)
class Ties:
    """The ties of an actor, each list grouped by what they are about."""

    here: list[TieGroup]
    wished: list[TieGroup]
    elsewhere: list[TieGroup]
    earlier: list[TieGroup]


def ties_of(actor: Actor, user: Viewer) -> list[Relationship]:
    """All ties of an actor that ``user`` may see, with both ends and sources, in two queries.

    Strength, and what the sides say of it, are blanked where ``user`` does not convene the city.
    """
    told = City.objects.filter(rules.convened_cities(user))
    rows = Relationship.objects.visible_to(user).filter(Q(source=actor) | Q(target=actor))
    rows = rows.exclude(source__status=ActorStatus.ARCHIVED)
    rows = rows.exclude(target__status=ActorStatus.ARCHIVED)
    rows = rows.select_related("source__city", "target__city", "city")
    convened = set(told.values_list("pk", flat=True))
    ties = list(with_sources(rows, user))
    for tie in ties:
        if tie.city_id not in convened:
            tie.strength = None
            tie.source_answer = tie.target_answer = ""
    return ties


def grouped(
    actor: Actor, ties: Iterable[Relationship], address_of: Callable[[Actor], str]
) -> list[TieGroup]:
    """Ties by kind and direction, in framework order; the other actors by name.

    A tie of the actor with itself is left out: it says nothing about whom it works with.
    """
    lines: defaultdict[str, list[TieLine]] = defaultdict(list)
    for tie in ties:
        if tie.source_id == tie.target_id:
            continue
        outgoing = tie.source_id == actor.pk
        other = tie.target if outgoing else tie.source
        kind = TieKind(tie.kind)
        label = str(kind.label if outgoing else REVERSE_TIE_LABELS[kind])
        lines[label].append(
            TieLine(
                other=other,
                url=address_of(other),
                city=tie.city,
                description=tie.description,
                since_year=tie.since_year,
                sources=source_links(tie.sources.all()),
                said=_said_to_conveners(tie),
                pk=tie.pk,
            )
        )
    order = [str(label) for kind in TieKind for label in (kind.label, REVERSE_TIE_LABELS[kind])]
    return [
        TieGroup(label, sorted(lines[label], key=lambda line: (line.other.name, line.other.pk)))
        for label in dict.fromkeys(order)
        if label in lines
    ]


def _said_to_conveners(tie: Relationship) -> list[str]:
    said = []
    if tie.strength is not None:
        said.append(_("Strength: %(strength)s") % {"strength": tie.get_strength_display()})
    for side, answer in ((tie.source, tie.source_answer), (tie.target, tie.target_answer)):
        if answer == SideAnswer.DISPUTED:
            said.append(_("%(actor)s says that this is not so") % {"actor": side.name})
    return said


def is_in_force(tie: Relationship, day: date) -> bool:
    """Whether a tie is in force on ``day``, as ``RelationshipQuerySet.current_on`` says it."""
    return (tie.started_on is None or tie.started_on <= day) and (
        tie.ended_on is None or tie.ended_on >= day
    )


def ties_in_city(
    actor: Actor, city: City, day: date, user: Viewer, address_of: Callable[[Actor], str]
) -> Ties:
    """The ties of an actor as its page in ``city`` shows them."""
    here, wished, elsewhere, earlier = [], [], [], []
    for tie in ties_of(actor, user):
        if tie.ended_on is not None and tie.ended_on < day:
            earlier.append(tie)
        elif not is_in_force(tie, day):
            continue
        elif tie.city_id != city.pk:
            if tie.status == TieStatus.EXISTING:
                elsewhere.append(tie)
        elif tie.status == TieStatus.WISHED:
            wished.append(tie)
        else:
            here.append(tie)
    return Ties(*(grouped(actor, ties, address_of) for ties in (here, wished, elsewhere, earlier)))
