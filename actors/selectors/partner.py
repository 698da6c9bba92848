"""What a partner sees on its own page, in a fixed number of queries.

A partner is no user: it is the actor of an invitation. It sees what everybody sees, and the actors
of its own city when the map is for partners. Of a private map it sees those it has ties with.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from actors import rules
from actors.framework import REVERSE_TIE_LABELS, ActorStatus, TieKind, TieStatus, Visibility
from actors.models import (
    Actor,
    Invitation,
    Need,
    Offer,
    OtherName,
    Relationship,
    SkillStatement,
    Source,
)
from actors.models.relationship import SideAnswer
from ecosystem.common.wording import folded

RIGHT, WRONG, ENDED, UNSAID = "right", "wrong", "ended", "unsaid"

SHOWN: Final = 8
"""Organizations offered while somebody types a name."""

LONGEST_NAME: Final = 300


def citation_of(invitation: Invitation) -> str:
    """How the answers by this invitation are cited: one informant, whatever it says how often."""
    return f"personal-link:{invitation.pk}"


def said(statement: SkillStatement | None) -> str:
    """An answer as the form sends it: "" when nobody asked."""
    if statement is None:
        return ""
    return UNSAID if statement.level is None else str(statement.level)


@dataclass(frozen=True, slots=True)
class OwnTie:
    """A tie as its one side sees it. ``said`` is what this side said; the other's is not here."""

    tie: Relationship
    other: Actor
    label: str
    said: str

    @property
    def words(self) -> str:
        """What a search within finds it by."""
        return folded(f"{self.label} {self.other.name}")


def shown_actors(invitation: Invitation) -> Q:
    """Actors that may be named to the partner, besides those it has ties with."""
    seen = rules.visible_actors(AnonymousUser())
    home = invitation.campaign.city
    if home.visibility == Visibility.PARTNERS:
        seen |= Q(city=home, status=ActorStatus.PUBLISHED)
    own = Source.objects.filter(citation=citation_of(invitation)).values("actors")
    return seen | Q(status=ActorStatus.PROPOSED, pk__in=own)


def own_ties(invitation: Invitation) -> QuerySet[Relationship]:
    """Existing ties of the actor in force today whose other side may be named to it."""
    actor, home = invitation.actor, invitation.campaign.city
    named = Actor.objects.filter(shown_actors(invitation)).values("pk")
    at_home = Actor.objects.filter(city=home, status=ActorStatus.PUBLISHED).values("pk")
    one_of = Q(pk__in=named) | Q(pk__in=at_home)
    others = Actor.objects.filter(one_of).exclude(pk=actor.pk).values("pk")
    on_map = Q(city=None) | Q(city=home) | rules.visible_cities(AnonymousUser(), "city__")
    ties = Relationship.objects.filter(
        on_map, Q(source=actor, target__in=others) | Q(target=actor, source__in=others)
    )
    return ties.filter(status=TieStatus.EXISTING).current_on(timezone.localdate())


def load_ties(invitation: Invitation, *, lock: bool = False) -> list[OwnTie]:
    """Its ties, by the name of the other side. ``lock`` holds them till the transaction ends."""
    ties = own_ties(invitation)
    if lock:
        pks = list(ties.values_list("pk", flat=True))
        ties = Relationship.objects.filter(pk__in=pks).select_for_update(of=("self",))
    found = [_own(invitation.actor_id, tie) for tie in ties.select_related("source", "target")]
    return sorted(found, key=lambda one: (folded(one.other.name), one.tie.pk))


def _own(actor_id: int, tie: Relationship) -> OwnTie:
    reads_out = tie.source_id == actor_id
    kind = TieKind(tie.kind)
    answer = tie.source_answer if reads_out else tie.target_answer
    return OwnTie(
        tie,
        tie.target if reads_out else tie.source,
        str(kind.label if reads_out else REVERSE_TIE_LABELS[kind]),
        _said_of(tie, answer),
    )


def _said_of(tie: Relationship, answer: str) -> str:
    if tie.ended_on is not None and tie.ended_on <= timezone.localdate():
        return ENDED
    return {SideAnswer.CONFIRMED.value: RIGHT, SideAnswer.DISPUTED.value: WRONG}.get(answer, "")


def load_statements(actor: Actor) -> dict[str, SkillStatement]:
    """What is said of its skills, by competency."""
    return {one.competency: one for one in actor.statements.all()}


def load_open(model: type[Offer] | type[Need], actor: Actor) -> list[Any]:
    """Its open offers or needs, the newest first."""
    return list(model.objects.filter(actor=actor, is_open=True))


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """Everything that "still right" is about. ``seen`` stands for what it says, in few letters."""

    actor: Actor
    statements: dict[str, SkillStatement]
    ties: list[OwnTie]
    offers: list[Offer]
    needs: list[Need]
    issues: list[str]

    @property
    def seen(self) -> str:
        actor = self.actor
        told = [
            [actor.name, actor.sector, list(actor.roles), actor.description, actor.website],
            [actor.service_area, actor.latitude, actor.longitude, self.issues],
            sorted((slug, said(one)) for slug, one in self.statements.items()),
            sorted((one.tie.pk, one.tie.kind, one.other.name) for one in self.ties),
            sorted((one.pk, one.description) for one in self.offers),
            sorted((one.pk, one.description) for one in self.needs),
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def load_record(invitation: Invitation) -> OwnRecord:
    """What is recorded of the actor, in six queries."""
    actor = invitation.actor
    return OwnRecord(
        actor=actor,
        statements=load_statements(actor),
        ties=load_ties(invitation),
        offers=load_open(Offer, actor),
        needs=load_open(Need, actor),
        issues=[issue.name for issue in actor.issues.all()],
    )


def find_others(invitation: Invitation, query: str) -> list[Actor]:
    """Organizations of its city, and national ones, whose names have every word; best first."""
    words = folded(query[:LONGEST_NAME]).split()
    if not words:
        return []
    candidates = addable(invitation)
    names: dict[int, list[str]] = {pk: [name] for pk, name in candidates.values_list("pk", "name")}
    other_names = OtherName.objects.filter(actor__in=candidates.values("pk"))
    for pk, name in other_names.values_list("actor", "name"):
        names[pk].append(name)
    ranked = []
    for pk, known in names.items():
        text = folded(" ".join(known))
        if all(word in text for word in words):
            begins = any(part.startswith(words[0]) for part in text.split())
            ranked.append((not begins, folded(known[0]), pk))
    best = [pk for *_order, pk in sorted(ranked)[:SHOWN]]
    found = Actor.objects.select_related("city").in_bulk(best)
    return [found[pk] for pk in best]


def addable(invitation: Invitation) -> QuerySet[Actor]:
    """Whom it can name as somebody it works with: of this city, and national."""
    here = Q(city=invitation.campaign.city) | Q(city=None)
    return Actor.objects.filter(here, shown_actors(invitation)).exclude(pk=invitation.actor_id)
