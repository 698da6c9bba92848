"""Changes to who works together. ``map_change`` of ``actors.services`` goes round each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from actors.models import Actor, City, Issue
from actors.services import SHOWN_THROUGH, map_change
from actors.services.editing import (
    NO_PARTS,
    Parts,
    change_record,
    create_record,
    delete_record,
    sent_before,
)
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


def change_collaborative(
    collaborative: Collaborative, *, based_on: int, reason: str = "", parts: Parts = NO_PARTS
) -> None:
    """Store ``collaborative`` as it is now, with its sources.

    Raises ``NameTaken``, ``ValidationError`` for a new backbone that is no member, and
    ``ecosystem.common.versions.ChangedMeanwhile`` when the stored version is not ``based_on``.
    """
    city = collaborative.city
    with transaction.atomic():
        City.objects.select_for_update().get(pk=city.pk)
        same = _of_same_name(city, collaborative.name, but=collaborative)
        if same is not None and collaborative.stage != CollaborativeStage.ENDED:
            raise NameTaken(same)
        stored = Collaborative.objects.get(pk=collaborative.pk).backbone_id
        wanted = collaborative.backbone_id
        if wanted not in (None, stored) and not _sits_there(collaborative, wanted):
            raise ValidationError(
                _("The backbone has to be one of the members: choose it again."), code="backbone"
            )
        change_record(collaborative, based_on=based_on, city=city, reason=reason, parts=parts)


def add_member(membership: Membership, *, by: User, parts: Parts = NO_PARTS) -> Membership:
    """Store a new member; sent once more by the same person, the stored one is given back.

    Raises ``ValidationError`` when it is a member already, or was one in the same time.
    """
    collaborative = membership.collaborative
    with transaction.atomic():
        City.objects.select_for_update().get(pk=collaborative.city_id)
        same = {"collaborative": collaborative, "actor": membership.actor, "until": None}
        if stored := sent_before(Membership, by, same):
            return stored
        _check_overlap(membership)
        return create_record(membership, by=by, same=same, city=collaborative.city, parts=parts)


def change_membership(
    membership: Membership, *, based_on: int, reason: str = "", parts: Parts = NO_PARTS
) -> None:
    """Store ``membership`` as it is now. Who leaves gets ``until``; the row stays.

    Raises ``ValidationError`` when the backbone would leave, and when the same actor was a member
    in the same time by another row; ``ChangedMeanwhile``.
    """
    city = membership.collaborative.city
    with transaction.atomic():
        City.objects.select_for_update().get(pk=city.pk)
        if membership.until is not None:
            _check_backbone_stays(membership)
        _check_overlap(membership)
        change_record(membership, based_on=based_on, city=city, reason=reason, parts=parts)


def can_take_away(membership: Membership) -> bool:
    """Whether it was entered today, so that it can still be a slip; later it only ends."""
    return timezone.localdate(membership.created_at) == timezone.localdate()


def take_away(membership: Membership, *, based_on: int, reason: str = "") -> None:
    """Delete a membership that was entered by mistake today. The history keeps what it said.

    Raises ``ValidationError`` for an older one and for the backbone; ``ChangedMeanwhile``.
    """
    with transaction.atomic():
        City.objects.select_for_update().get(pk=membership.collaborative.city_id)
        if not can_take_away(membership):
            raise ValidationError(
                _("It was not entered today: say on which day it left instead."), code="too_late"
            )
        _check_backbone_stays(membership)
        delete_record(membership, based_on=based_on, reason=reason)


def _sits_there(collaborative: Collaborative, actor_id: int) -> bool:
    today = timezone.localdate()
    return collaborative.memberships.current_on(today).filter(actor=actor_id).exists()


def _check_backbone_stays(membership: Membership) -> None:
    named = Collaborative.objects.filter(
        pk=membership.collaborative_id, backbone=membership.actor_id
    )
    rows = Membership.objects.filter(
        collaborative=membership.collaborative_id, actor=membership.actor_id, until=None
    )
    if named.exists() and not rows.exclude(pk=membership.pk).exists():
        text = _(
            "%(actor)s holds the collaborative together: choose another backbone first, or none."
        )
        raise ValidationError(text % {"actor": membership.actor.name}, code="backbone")


def _check_overlap(membership: Membership) -> None:
    """One actor sits there once at a time. A membership counts on its last day, too."""
    others = Membership.objects.filter(
        collaborative=membership.collaborative_id, actor=membership.actor_id
    ).exclude(pk=membership.pk)
    if membership.since is not None:
        others = others.filter(Q(until=None) | Q(until__gte=membership.since))
    if membership.until is not None:
        others = others.filter(Q(since=None) | Q(since__lte=membership.until))
    if (other := others.order_by("pk").first()) is not None:
        said = {
            "actor": membership.actor.name,
            "since": date_format(other.since) if other.since else "–",
            "until": date_format(other.until) if other.until else "–",
        }
        text = _(
            "%(actor)s is recorded at this table for these days already (from %(since)s to "
            "%(until)s): change that entry, or choose other days."
        )
        raise ValidationError(text % said, code="overlap")


def _save(record: Collaborative | Membership, by: User, reason: str) -> None:
    record._change_reason = reason  # type: ignore[union-attr]
    record._history_user = by  # type: ignore[union-attr]
    record.save()


def _of_same_name(
    city: City, name: str, *, but: Collaborative | None = None
) -> Collaborative | None:
    """Compared here: databases differ in what they take for the same letter."""
    wanted = name.casefold()
    open_ones = city.collaboratives.exclude(stage=CollaborativeStage.ENDED).order_by("pk")
    same = (one for one in open_ones if one.name.casefold() == wanted and one != but)
    return next(same, None)


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
