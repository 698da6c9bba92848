"""Changes to who works together. ``map_change`` of ``actors.services`` goes round each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from actors.models import Actor, City, Issue
from actors.services import SHOWN_THROUGH, map_change
from collaboratives.models import (
    Ballot,
    Collaborative,
    Contribution,
    Criterion,
    Decision,
    Engagement,
    Membership,
    Outcome,
    OutcomeReading,
    Project,
    ProjectStep,
    Review,
    ReviewAction,
    Story,
)
from collaboratives.models.collaborative import CollaborativeStage

SHOWN_THROUGH.update(
    {
        Ballot: "criterion",
        Collaborative: "city",
        Contribution: "collaborative",
        Criterion: "collaborative",
        Decision: "collaborative",
        Engagement: "collaborative",
        Membership: "collaborative",
        Outcome: "collaborative",
        OutcomeReading: "outcome",
        Project: "collaborative",
        ProjectStep: "project",
        Review: "collaborative",
        ReviewAction: "review",
        Story: "collaborative",
    }
)


@dataclass(frozen=True, slots=True)
class Seat:
    """A place at the table: who sits there, what it does there, and its part in decisions."""

    actor: Actor
    function: str = ""
    decision_role: str = ""


@dataclass(frozen=True, slots=True)
class Charter:
    """What a new collaborative is about and how it works."""

    name: str
    purpose: str = ""
    issue: Issue | None = None
    decision_rule: str = ""
    backbone: Actor | None = None
    review_every_months: int = 6


class NameTaken(Exception):
    """The city has a collaborative of this name already: ``stored``. Nothing was written."""

    def __init__(self, stored: Collaborative) -> None:
        super().__init__(_("A collaborative of this name exists already."))
        self.stored = stored


RESERVED_SLUGS = frozenset({"new"})
"""Addresses among those of collaboratives that are pages of their own."""

SLUG_LENGTH = 80


def found_collaborative(
    city: City, charter: Charter, seats: Sequence[Seat], *, by: User, reason: str
) -> Collaborative:
    """Store a new collaborative of ``city`` with its members, in one transaction.

    The same collaborative founded by the same person once more, as by a second click, is the
    stored one. It is forming. On a map that is kept up to date its members sit there from today;
    on a historic one nobody says since when. ``reason`` goes into the history of each record.

    Raises ``NameTaken`` when the city has another collaborative of this name that has not ended,
    and ``ValueError`` for an actor with two seats, or a backbone without one.
    """
    actors = [seat.actor.pk for seat in seats]
    if len(set(actors)) < len(actors):
        raise ValueError("An actor has two seats.")
    if charter.backbone is not None and charter.backbone.pk not in actors:
        raise ValueError("The backbone has no seat.")
    with transaction.atomic():
        # One founder after the other: names and addresses are compared before they are stored.
        City.objects.select_for_update().get(pk=city.pk)
        if stored := _of_same_name(city, charter.name):
            if _is_the_same(stored, charter, seats, by):
                return stored
            raise NameTaken(stored)
        today = None if city.map_date else timezone.localdate()
        collaborative = Collaborative(
            city=city,
            slug=_free_slug(charter.name),
            name=charter.name,
            purpose=charter.purpose,
            issue=charter.issue,
            decision_rule=charter.decision_rule,
            backbone=charter.backbone,
            review_every_months=charter.review_every_months,
            stage=CollaborativeStage.FORMING,
            started_year=today.year if today else None,
        )
        memberships = [
            Membership(
                collaborative=collaborative,
                actor=seat.actor,
                function=seat.function,
                decision_role=seat.decision_role,
                since=today,
            )
            for seat in seats
        ]
        with map_change(collaborative, *memberships):
            _save(collaborative, by, reason)
            for membership in memberships:
                membership.collaborative = collaborative  # with the id that it has now
                _save(membership, by, reason)
    return collaborative


def _save(record: Collaborative | Membership, by: User, reason: str) -> None:
    record._change_reason = reason  # type: ignore[union-attr]
    record._history_user = by  # type: ignore[union-attr]
    record.save()


def _of_same_name(city: City, name: str) -> Collaborative | None:
    """Compared here: databases differ in what they take for the same letter."""
    wanted = name.casefold()
    open_ones = city.collaboratives.exclude(stage=CollaborativeStage.ENDED).order_by("pk")
    return next((one for one in open_ones if one.name.casefold() == wanted), None)


def _is_the_same(stored: Collaborative, charter: Charter, seats: Sequence[Seat], by: User) -> bool:
    """Whether this person stored just this, and nobody has changed it since."""
    as_stored = Charter(
        stored.name,
        stored.purpose,
        stored.issue,
        stored.decision_rule,
        stored.backbone,
        stored.review_every_months,
    )
    rows = stored.memberships.filter(until=None).values_list("actor", "function", "decision_role")
    wanted = {(seat.actor.pk, seat.function, seat.decision_role) for seat in seats}
    founders = stored.history.filter(history_type="+", history_user=by)
    return as_stored == charter and set(rows) == wanted and founders.exists()


def _free_slug(name: str) -> str:
    """An address from the name; with a number when another collaborative has it."""
    base = slugify(name)[:SLUG_LENGTH].strip("-") or "collaborative"
    taken = set(
        Collaborative.objects.filter(slug__startswith=base[:70]).values_list("slug", flat=True)
    )
    taken |= RESERVED_SLUGS
    numbered = (f"{base[: SLUG_LENGTH - 6].strip('-')}-{number}" for number in count(2))
    return next(slug for slug in chain([base], numbered) if slug not in taken)
