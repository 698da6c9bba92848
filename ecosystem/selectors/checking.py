"""What a city's conveners are asked to check, in a fixed number of queries.

Without a city: what national staff are asked to check of national organizations.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from django.db.models import CharField, Exists, Max, OuterRef, Q
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.rules import Viewer, is_national
from actors.duplicates import Known, Pair, possible_duplicates
from actors.framework import ActorStatus
from actors.models import (
    Actor,
    City,
    Dismissal,
    Issue,
    Need,
    Offer,
    OtherName,
    Proposal,
    Relationship,
    SkillStatement,
    Source,
    Steward,
)
from actors.models.dismissal import DEAD_END, DISPUTED, DUPLICATE
from actors.models.people import StewardStatus
from actors.models.proposal import ProposalStatus, ProposalSubject
from actors.models.relationship import SideAnswer
from actors.proposed import KEPT_SOURCES, is_side
from ecosystem.analysis.cells import Freshness, freshness_of

PROPOSED: Final = "proposed"
PROPOSAL: Final = "proposal"
CLAIM: Final = "claim"
STALE: Final = "stale"
UNCONFIRMED: Final = "unconfirmed"

KINDS: Final = (PROPOSED, PROPOSAL, CLAIM, DISPUTED, DUPLICATE, STALE, UNCONFIRMED, DEAD_END)
WAITING: Final = (PROPOSED, PROPOSAL, CLAIM, DISPUTED)
"""Somebody waits for an answer; the other kinds are found by the program itself."""


class Entry(NamedTuple):
    """Something to check: the number of the record, or of two with "-" between."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Queue:
    """Entries by kind. ``pairs`` are the possible duplicates by their key."""

    entries: Mapping[str, Sequence[Entry]]
    pairs: Mapping[str, Pair] = field(default_factory=dict)

    def of(self, kind: str) -> list[Entry]:
        """Entries of one kind; of all, in the order of ``KINDS``, without one."""
        if kind:
            return list(self.entries.get(kind, ()))
        return [entry for one in KINDS for entry in self.entries.get(one, ())]

    @property
    def counts(self) -> dict[str, int]:
        return {kind: len(self.entries.get(kind, ())) for kind in KINDS}


class Checked(NamedTuple):
    """When an actor's record, or a skill of it, was last said to be right; None for never."""

    last_on: date | None
    freshness: Freshness | None


def checked(confirmed_on: date | None, stated_on: date | None, as_of: date) -> Checked:
    """The later of the two days, and how old it is on the day of the map (G3)."""
    last = max((day for day in (confirmed_on, stated_on) if day), default=None)
    return Checked(last, freshness_of(last, as_of))


def load_freshness(actor_ids: Iterable[int], as_of: date) -> dict[int, Checked]:
    """How long ago each actor's record was last confirmed, in one query."""
    rows = (
        Actor.objects.filter(pk__in=list(actor_ids))
        .order_by()
        .annotate(stated_on=Max("statements__confirmed_on"))
        .values_list("pk", "confirmed_on", "stated_on")
    )
    return {pk: checked(confirmed, stated, as_of) for pk, confirmed, stated in rows}


# ── What is in the list ──────────────────────────────────────────────────────────────────────────


def load_queue(city: City | None, user: Viewer, as_of: date) -> Queue:
    """Everything to check in ``city``, for one who decides there: seven queries."""
    dismissed = _dismissed(city)
    actors = list(
        Actor.objects.filter(city=city, merged_into=None)
        .exclude(status=ActorStatus.ARCHIVED)
        .order_by("name", "pk")
        .annotate(stated_on=Max("statements__confirmed_on"))
        .values_list("pk", "name", "status", "website", "latitude", "confirmed_on", "stated_on")
    )
    tied = _tied(city)
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    dated: list[tuple[date, Entry]] = []
    for pk, _name, status, website, latitude, confirmed, stated in actors:
        if status == ActorStatus.PROPOSED:
            found[PROPOSED].append(Entry(PROPOSED, str(pk)))
            continue
        last, freshness = checked(confirmed, stated, as_of)
        if last is None:
            found[UNCONFIRMED].append(Entry(UNCONFIRMED, str(pk)))
        elif freshness == "stale":
            dated.append((last, Entry(STALE, str(pk))))
        if pk not in tied and latitude is None and not website:
            found[DEAD_END].append(Entry(DEAD_END, str(pk)))
    found[STALE] = [entry for _day, entry in sorted(dated, key=lambda one: one[0])]
    found[PROPOSAL] = _numbers(PROPOSAL, _open_proposals(city, user).order_by("pk"))
    found[CLAIM] = _numbers(CLAIM, _claims(city, user).order_by("pk"))
    found[DISPUTED] = _numbers(DISPUTED, _disputed(city, user).order_by("pk"))
    found[DEAD_END] = [entry for entry in found[DEAD_END] if (DEAD_END, entry.key) not in dismissed]
    looked_at = {key for kind, key in dismissed if kind == DUPLICATE}
    known = _known(city, user, actors)
    pairs = {pair.key: pair for pair in possible_duplicates(known, looked_at)}
    found[DUPLICATE] = [Entry(DUPLICATE, key) for key in pairs]
    return Queue(found, pairs)


def waiting_count(city: City | None, user: Viewer) -> int:
    """How many entries wait for an answer, in one query: those of the kinds ``WAITING``."""
    proposed = Actor.objects.filter(city=city, status=ActorStatus.PROPOSED, merged_into=None)
    parts = (
        _open_proposals(city, user),
        _claims(city, user),
        _disputed(city, user),
    )
    numbers = [rows.order_by().values_list("pk") for rows in (proposed, *parts)]
    return int(numbers[0].union(*numbers[1:], all=True).count())


def _numbers(kind: str, rows: Any) -> list[Entry]:
    return [Entry(kind, str(pk)) for pk in rows.values_list("pk", flat=True)]


def _dismissed(city: City | None) -> set[tuple[str, str]]:
    return set(_holding(city).values_list("kind", "key"))


def _holding(city: City | None) -> Any:
    rows = Dismissal.objects.filter(city=city)
    return rows.filter(Q(until=None) | Q(until__gt=timezone.localdate()))


def _tied(city: City | None) -> set[int]:
    """Actors with a tie anywhere that has not ended, a wished-for one included."""
    ends = Relationship.objects.filter(ended_on=None).filter(
        Q(source__city=city) | Q(target__city=city)
    )
    return {pk for pair in ends.order_by().values_list("source", "target") for pk in pair}


def proposals_of(city: City | None, user: Viewer) -> Any:
    """Those that are decided in ``city``: a tie belongs to a map, all else to its organization."""
    about_ties = Q(subject=ProposalSubject.TIE)
    here = (about_ties & Q(city=city)) | (~about_ties & Q(actor__city=city))
    return Proposal.objects.visible_to(user).filter(here)


def _open_proposals(city: City | None, user: Viewer) -> Any:
    rows = proposals_of(city, user).filter(status=ProposalStatus.OPEN)
    return rows.exclude(actor__status=ActorStatus.ARCHIVED)


def _claims(city: City | None, user: Viewer) -> Any:
    rows = Steward.objects.visible_to(user)
    return rows.filter(actor__city=city, status=StewardStatus.CLAIMED, actor__merged_into=None)


def _disputed(city: City | None, user: Viewer) -> Any:
    """Ties of which a side says that it is not so, and that no convener has kept since."""
    said = Q(source_answer=SideAnswer.DISPUTED) | Q(target_answer=SideAnswer.DISPUTED)
    kept = _holding(city).filter(kind=DISPUTED, key=Cast(OuterRef("pk"), CharField()))
    rows = Relationship.objects.visible_to(user).filter(said, city=city, ended_on=None)
    return rows.filter(~Exists(kept))


def _known(city: City | None, user: Viewer, actors: Sequence[tuple[Any, ...]]) -> list[Known]:
    """Actors with all their names; for national staff the national ones as well."""
    names: defaultdict[int, list[str]] = defaultdict(list)
    sites: dict[int, str] = {}
    for pk, name, _status, website, *_rest in actors:
        names[pk].append(name)
        sites[pk] = website
    home = Q(city=city)
    if city is not None and is_national(user):
        home |= Q(city=None)
        national = Actor.objects.filter(city=None, merged_into=None)
        national = national.exclude(status=ActorStatus.ARCHIVED).order_by("pk")
        for pk, name, website in national.values_list("pk", "name", "website"):
            names[pk].append(name)
            sites[pk] = website
    others = OtherName.objects.filter(actor__in=Actor.objects.filter(home).values("pk"))
    for pk, name in others.order_by("pk").values_list("actor", "name"):
        if pk in sites:
            names[pk].append(name)
    return [Known(pk, called, sites[pk]) for pk, called in names.items()]


# ── The entries of one page ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Records:
    """The rows that the entries of a page are about, by number."""

    actors: Mapping[int, Actor]
    proposals: Mapping[int, Proposal]
    claims: Mapping[int, Steward]
    ties: Mapping[int, Relationship]
    checked: Mapping[int, Checked]
    targets: Mapping[tuple[str, int], Any]
    names: Mapping[tuple[str, Any], str]


def load_records(entries: Iterable[Entry], user: Viewer, as_of: date) -> Records:
    """Everything that the entries of one page show, in at most twenty queries."""
    keys: defaultdict[str, set[int]] = defaultdict(set)
    for entry in entries:
        keys[entry.kind] |= set(map(int, entry.key.split("-")))
    actor_ids = set().union(
        *(keys[kind] for kind in (PROPOSED, DUPLICATE, STALE, UNCONFIRMED, DEAD_END))
    )
    proposals = (
        Proposal.objects.visible_to(user)
        .select_related("actor__city", "city", "proposed_by", "decided_by")
        .in_bulk(keys[PROPOSAL])
    )
    targets, names = load_targets(proposals.values(), user)
    return Records(
        actors=Actor.objects.visible_to(user).select_related("city").in_bulk(actor_ids),
        proposals=proposals,
        claims=Steward.objects.visible_to(user)
        .select_related("actor__city", "user")
        .in_bulk(keys[CLAIM]),
        ties=Relationship.objects.visible_to(user)
        .select_related("source__city", "target__city", "city")
        .in_bulk(keys[DISPUTED]),
        checked=load_freshness(actor_ids, as_of),
        targets=targets,
        names=names,
    )


def load_targets(
    proposals: Iterable[Proposal], user: Viewer
) -> tuple[dict[tuple[str, int], Any], dict[tuple[str, Any], str]]:
    """The rows that proposals would change, by subject and number; names of what they mention.

    ``names`` are by ("actor", slug), ("issue", slug) and ("source", number).
    """
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    slugs: set[str] = set()
    issues: set[str] = set()
    sources: set[int] = set()
    for proposal in proposals:
        if proposal.record is not None:
            numbers[proposal.subject].add(proposal.record)
        for name, change in proposal.changes.items():
            values = [change.get("from"), change.get("to")]
            if is_side(proposal, name):
                slugs |= {str(value) for value in values if value}
            elif name == "issues":
                issues |= {str(one) for value in values for one in value or ()}
            elif name == KEPT_SOURCES:
                sources |= {int(one) for value in values for one in value or ()}
    rows: dict[str, Any] = {
        ProposalSubject.ACTOR: Actor.objects.select_related("part_of").prefetch_related(
            "other_names", "tags", "issues", "sources"
        ),
        ProposalSubject.SKILL: SkillStatement.objects.prefetch_related("sources"),
        ProposalSubject.TIE: Relationship.objects.select_related(
            "source", "target"
        ).prefetch_related("sources"),
        ProposalSubject.OFFER: Offer.objects.all(),
        ProposalSubject.NEED: Need.objects.all(),
    }
    targets = {
        (subject, pk): row
        for subject, pks in numbers.items()
        for pk, row in rows[subject].visible_to(user).in_bulk(pks).items()
    }
    for (subject, _pk), row in targets.items():
        if subject == ProposalSubject.ACTOR:
            issues |= {one.slug for one in row.issues.all()}
    names: dict[tuple[str, Any], str] = {}
    if slugs:
        seen = Actor.objects.visible_to(user).filter(slug__in=slugs)
        names |= {("actor", slug): name for slug, name in seen.values_list("slug", "name")}
    if issues:
        known = Issue.objects.filter(slug__in=issues)
        names |= {("issue", slug): name for slug, name in known.values_list("slug", "name")}
    if sources:
        cited = Source.objects.visible_to(user).filter(pk__in=sources)
        names |= {("source", source.pk): str(source) for source in cited}
    return targets, names
