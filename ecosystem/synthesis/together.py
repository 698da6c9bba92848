"""The ties and the collaboratives of an invented city, as unsaved records."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Any

from django.db.models import Model

from actors.framework import Formality, JobLevel, Sector, TieKind, TieStatus, TieStrength
from actors.models import Actor, City, Issue, Relationship, Source
from actors.models.relationship import SideAnswer
from collaboratives.models import Collaborative, Membership
from collaboratives.models.collaborative import (
    CollaborativeStage,
    DecisionRole,
    DecisionRule,
)
from ecosystem.synthesis.draw import days_before
from ecosystem.synthesis.network import Network, Pair

DECADE = 3650  # days
PARALLEL_SHARE = 0.12
"""Share of the tied pairs that have a second tie, of another kind, either way."""

KINDS = TieKind.values
STRENGTHS = (None, *TieStrength.values, TieStrength.COOPERATES)
CARRIERS = (None, None, None, 1, 1, 2, 3, 5)
FORMALITIES = ("", *Formality.values)
ANSWERS = ("", *[SideAnswer.CONFIRMED.value] * 2)


def tie_rows(
    random: Random,
    city: City,
    on_map: Sequence[Actor],
    unpublished: Sequence[Actor],
    network: Network,
    sources: Sequence[Source],
) -> tuple[list[Relationship], list[Model]]:
    """Every tie that is recorded in the city, and what a seventh of them cite.

    ``network`` counts the actors of ``on_map`` from 0. An unpublished actor has a tie or two, which
    no map shows.
    """
    ties: list[Relationship] = []
    for a, b in network.existing:
        kind = _kind(random, on_map[a])
        ties.append(_tie(random, city, on_map[a], on_map[b], kind))
        if random.random() < PARALLEL_SHARE:
            other = random.choice([value for value in KINDS if value != kind])
            source, target = (a, b) if random.random() < 0.5 else (b, a)
            ties.append(_tie(random, city, on_map[source], on_map[target], other))
    for a, b in network.wished:
        ties.append(_tie(random, city, on_map[a], on_map[b], status=TieStatus.WISHED))
    for a, b in network.past:
        ended_on = days_before(random, DECADE // 2, least=1)
        ties.append(_tie(random, city, on_map[a], on_map[b], ended_on=ended_on))
    for actor in unpublished:
        partners = random.sample(on_map, min(2, len(on_map)))
        ties += [_tie(random, city, actor, partner) for partner in partners]
    cites = Relationship.sources.through
    cited: list[Model] = [
        cites(relationship=tie, source=random.choice(sources))
        for tie in ties
        if random.random() < 0.15
    ]
    return ties, cited


def _kind(random: Random, giver: Actor) -> str:
    if giver.sector == Sector.PHILANTHROPY and random.random() < 0.6:
        return TieKind.FUNDS
    return random.choice(KINDS)


def _tie(
    random: Random,
    city: City,
    source: Actor,
    target: Actor,
    kind: str = "",
    *,
    status: str = TieStatus.EXISTING,
    ended_on: date | None = None,
) -> Relationship:
    started_on = days_before(random, DECADE, DECADE // 2) if random.random() < 0.4 else None
    return Relationship(
        city=city,
        source=source,
        target=target,
        kind=kind or _kind(random, source),
        status=status,
        strength=random.choice(STRENGTHS),
        formality=random.choice(FORMALITIES),
        description="They meet in a load test." if random.random() < 0.1 else "",
        since_year=started_on.year if started_on else None,
        started_on=started_on,
        ended_on=ended_on,
        **_carriers(random),
        **_answer(random, "source"),
        **_answer(random, "target"),
    )


def _carriers(random: Random) -> dict[str, Any]:
    count = random.choice(CARRIERS)
    levels = random.sample(JobLevel.values, random.randint(0, 2)) if count else ()
    return {"carried_by": count, "carried_levels": levels}


def _answer(random: Random, side: str) -> dict[str, Any]:
    answer = random.choice(ANSWERS) if random.random() > 0.03 else SideAnswer.DISPUTED.value
    if not answer:
        return {}
    return {f"{side}_answer": answer, f"{side}_answered_on": days_before(random, 3 * 365)}


def collaborative_rows(
    random: Random,
    city: City,
    slug: str,
    on_map: Sequence[Actor],
    ties: Sequence[Pair],
    issues: Sequence[Issue],
) -> tuple[list[Collaborative], list[Membership]]:
    """One to four collaboratives, each around somebody well connected; none in a tiny city."""
    partners: defaultdict[int, list[int]] = defaultdict(list)
    for a, b in ties:
        partners[a].append(b)
        partners[b].append(a)
    hubs = sorted(partners, key=lambda actor: (-len(partners[actor]), actor))
    collaboratives: list[Collaborative] = []
    memberships: list[Membership] = []
    for number, hub in enumerate(hubs[: min(4, 1 + len(on_map) // 100)], start=1):
        if len(partners[hub]) < 3:
            break
        joint = Collaborative(
            city=city,
            slug=f"{slug}-{number}",
            name=f"Sample Collaborative {number}",
            purpose="Brought together by a load test.",
            issue=random.choice(issues),
            decision_rule=random.choice(DecisionRule.values),
            backbone=on_map[hub],
            stage=random.choice(CollaborativeStage.values),
            started_year=random.randint(2015, 2025),
        )
        collaboratives.append(joint)
        memberships += _memberships(random, joint, on_map, hub, partners[hub])
    return collaboratives, memberships


def _memberships(
    random: Random,
    joint: Collaborative,
    on_map: Sequence[Actor],
    hub: int,
    partners: Sequence[int],
) -> list[Membership]:
    chosen = random.sample(partners, min(len(partners), random.randint(4, 14)))
    strangers = [random.randrange(len(on_map)) for _ in range(2)]
    memberships = []
    for number, member in enumerate(dict.fromkeys([hub, *chosen, *strangers])):
        left = number > 3 and random.random() < 0.1
        memberships.append(
            Membership(
                collaborative=joint,
                actor=on_map[member],
                function="Backbone" if number == 0 else "",
                decision_role=random.choice(["", *DecisionRole.values]),
                since=days_before(random, DECADE, DECADE // 2),
                until=days_before(random, DECADE // 2, least=1) if left else None,
            )
        )
    return memberships
