"""What a partner says of its own record, by personal link.

Each function is one transaction, tells the readers of the maps, leaves rows in the history without
a user and with ``BY_LINK`` as their reason, and gives back what changed as values that a session
can hold. Whoever answers says what it saw: when somebody else said something new about the same
thing in between, ``AnsweredMeanwhile`` or ``ecosystem.common.versions.ChangedMeanwhile`` is raised
and nothing is written. The same answer once more changes nothing.

The answers of one invitation are one informant (gap method, G17): a private source of the city,
cited by the ties it confirms or adds and by the actors it names as missing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from django.db import IntegrityError, transaction
from django.db.models import F, Model, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from actors.framework import REVERSE_TIE_LABELS, ActorStatus, TieKind, TieStatus
from actors.models import (
    Actor,
    Invitation,
    Issue,
    Need,
    Offer,
    Relationship,
    SkillStatement,
    Source,
)
from actors.models.relationship import SideAnswer
from actors.models.source import SourceKind
from actors.models.statement import StatementOrigin
from actors.selectors.partner import (
    ENDED,
    RIGHT,
    UNSAID,
    WRONG,
    OwnTie,
    citation_of,
    load_open,
    load_record,
    load_ties,
    said,
    shown_actors,
)
from ecosystem.common.versions import ChangedMeanwhile
from ecosystem.common.wording import folded

from .editing import free_slug
from .revisions import map_change

BY_LINK: Final = "by its personal link"
"""The reason in the history."""

Change: TypeAlias = dict[str, Any]
"""What changed: "what" says which kind, the other entries name it."""

OUT, IN = "out", "in"


class AnsweredMeanwhile(Exception):
    """Somebody else answered the same question. ``stored`` holds their answers by key."""

    def __init__(self, stored: Mapping[str, str]) -> None:
        super().__init__("Answered by somebody else in the meantime.")
        self.stored = stored


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, and the one that was stored when the question was shown; "" is none."""

    entered: str
    seen: str


def _own(record: Model) -> Model:
    """Nobody signed in says this, not even when the browser belongs to somebody who is."""
    record._history_user = None  # type: ignore[attr-defined]
    record._change_reason = BY_LINK  # type: ignore[attr-defined]
    return record


def _one_at_a_time(invitation: Invitation) -> Actor:
    """Its actor, locked till the transaction ends: two partners of one actor take turns.

    Not its key: two actors that name each other at once need each other's.
    """
    found: Actor = Actor.objects.select_for_update(no_key=True).get(pk=invitation.actor_id)
    return found


# ── What it is and does ──────────────────────────────────────────────────────────────────────────


def change_profile(
    actor: Actor,
    fields: Collection[str],
    *,
    based_on: int,
    issues: Collection[Issue] | None = None,
) -> list[Change]:
    """Store these fields of the actor as they are now."""
    with map_change(actor, based_on=based_on):
        _own(actor)
        actor.save()
        if issues is not None:
            actor.issues.set(issues)
    # The two numbers of a point are one thing to speak of.
    told = ("place" if name in ("latitude", "longitude") else name for name in fields)
    return [{"what": "field", "name": name} for name in dict.fromkeys(told)]


def change_skills(invitation: Invitation, answers: Mapping[str, Answer]) -> list[Change]:
    """Store answers by competency: "0" to "3", or "unsaid"; a blank leaves what is stored.

    An answer that stays as it was shown is confirmed by that.
    """
    today = timezone.localdate()
    with transaction.atomic():
        actor = _one_at_a_time(invitation)
        stored = {one.competency: one for one in actor.statements.select_for_update()}
        _refuse_stale(answers, {slug: said(stored.get(slug)) for slug in answers})
        changes, changing = [], []
        for slug, answer in answers.items():
            statement = stored.get(slug)
            before = said(statement)
            if not answer.entered or (answer.entered == answer.seen != before):
                continue
            if answer.entered != before:
                statement = statement or SkillStatement(actor=actor, competency=slug)
                statement.level = None if answer.entered == UNSAID else int(answer.entered)
                statement.origin = StatementOrigin.ITSELF
                changes.append({"what": "skill", "name": slug, "to": answer.entered})
            elif statement is None or statement.confirmed_on == today:
                continue
            statement.confirmed_on = today
            changing.append(statement)
        with map_change(*changing):
            for statement in changing:
                _own(statement).save()
    return changes


def _refuse_stale(answers: Mapping[str, Answer], stored: Mapping[str, str]) -> None:
    """A changed answer must start from what is stored, or say the same."""
    if others := {
        key: stored[key]
        for key, answer in answers.items()
        if answer.entered not in ("", answer.seen)
        and stored[key] not in (answer.seen, answer.entered)
    }:
        raise AnsweredMeanwhile(others)


# ── Whom it works with ───────────────────────────────────────────────────────────────────────────


def answer_ties(invitation: Invitation, answers: Mapping[int, Answer]) -> list[Change]:
    """Store what its side says of ties, by id: "right", "wrong" or "ended".

    A tie that ended has done so by today. The other side's answer is never touched. Ties that the
    partner may not see are left out.
    """
    with transaction.atomic():
        _one_at_a_time(invitation)
        ties = {one.tie.pk: one for one in load_ties(invitation, lock=True)}
        _refuse_stale(
            {str(pk): answer for pk, answer in answers.items() if pk in ties},
            {str(pk): one.said for pk, one in ties.items()},
        )
        changing = [
            (ties[pk], answer.entered)
            for pk, answer in answers.items()
            if pk in ties and answer.entered not in ("", answer.seen, ties[pk].said)
        ]
        source = _answer_source(invitation) if any(to == RIGHT for _tie, to in changing) else None
        with map_change(*(one.tie for one, _to in changing)):
            for one, to in changing:
                _answer(invitation, one, to, source)
    return [{"what": "tie", "name": one.other.name, "to": to} for one, to in changing]


def _answer(invitation: Invitation, one: OwnTie, to: str, source: Source | None) -> None:
    tie, today = one.tie, timezone.localdate()
    _own(tie)
    if to == ENDED:
        tie.ended_on = max(today, tie.started_on or today)
    else:
        if one.said == ENDED and not _has_twin(tie):
            tie.ended_on = None  # it was said by mistake
        _say(tie, invitation, SideAnswer.CONFIRMED if to == RIGHT else SideAnswer.DISPUTED)
    tie.save()
    if to == RIGHT and source is not None:
        tie.sources.add(source)
    if to == WRONG:
        tie.sources.remove(*tie.sources.filter(citation=citation_of(invitation)))


def _has_twin(tie: Relationship) -> bool:
    """Whether the same tie was recorded anew after this one ended."""
    same = {"source": tie.source_id, "target": tie.target_id, "kind": tie.kind}
    again = Relationship.objects.filter(city=tie.city_id, status=tie.status, ended_on=None, **same)
    return again.exclude(pk=tie.pk).exists()


def _say(tie: Relationship, invitation: Invitation, answer: SideAnswer) -> None:
    today = timezone.localdate()
    if tie.source_id == invitation.actor_id:
        tie.source_answer, tie.source_answered_on = answer, today
    else:
        tie.target_answer, tie.target_answered_on = answer, today


def _answer_source(invitation: Invitation) -> Source:
    found = Source.objects.filter(citation=citation_of(invitation)).first()
    if found is not None:
        return found
    source = Source(
        citation=citation_of(invitation),
        title=f"{invitation.actor.name[:270]}, by personal link",
        kind=SourceKind.SURVEY_ANSWER,
        city=invitation.campaign.city,
        is_informant=True,
        is_public=False,
    )
    _own(source).save()
    return source


def add_tie(invitation: Invitation, other: Actor, kind: str, way: str) -> list[Change]:
    """Record that it works with ``other``: ``way`` is "out" from the actor, or "in".

    A tie of this kind that is recorded already is confirmed instead. Raises
    ``Actor.DoesNotExist`` for an actor that may not be named to the partner.
    """
    try:
        return _add_tie(invitation, other, kind, way)
    except IntegrityError:  # the other side said so in this very moment: now it can be found
        return _add_tie(invitation, other, kind, way)


def _add_tie(invitation: Invitation, other: Actor, kind: str, way: str) -> list[Change]:
    with transaction.atomic():
        _one_at_a_time(invitation)
        seen = Actor.objects.filter(shown_actors(invitation)).exclude(pk=invitation.actor_id)
        other = seen.get(pk=other.pk)
        for one in load_ties(invitation, lock=True):
            if one.other.pk == other.pk and _is_same(one, kind, way, invitation.actor_id):
                return answer_ties(invitation, {one.tie.pk: Answer(RIGHT, one.said)})
        source, target = (invitation.actor, other) if way == OUT else (other, invitation.actor)
        tie = Relationship(city=invitation.campaign.city, source=source, target=target, kind=kind)
        _say(tie, invitation, SideAnswer.CONFIRMED)
        with map_change(tie):
            _own(tie).save()
            tie.sources.add(_answer_source(invitation))
    return [{"what": "tie_added", "name": other.name}]


def _is_same(one: OwnTie, kind: str, way: str, actor_id: int) -> bool:
    if one.tie.kind != kind or one.tie.status != TieStatus.EXISTING:
        return False
    both_ways = REVERSE_TIE_LABELS[TieKind(kind)] == TieKind(kind).label
    return both_ways or (way == OUT) == (one.tie.source_id == actor_id)


def add_missing(
    invitation: Invitation, name: str, sector: str, kind: str, way: str
) -> list[Change]:
    """Propose an organization that is not on the map, and its tie with the actor.

    One of this name that the partner may see, or proposed itself, is taken instead.
    """
    city = invitation.campaign.city
    name = " ".join(name.split())
    with transaction.atomic():
        _one_at_a_time(invitation)
        seen = Actor.objects.filter(shown_actors(invitation)).exclude(pk=invitation.actor_id)
        for other in seen.filter(Q(city=city) | Q(city=None)):
            if folded(other.name) == folded(name):
                return add_tie(invitation, other, kind, way)
        missing = Actor(
            city=city,
            slug=free_slug(name),
            name=name,
            sector=sector,
            status=ActorStatus.PROPOSED,
        )
        with map_change(missing):
            _own(missing).save()
            missing.sources.add(_answer_source(invitation))
        add_tie(invitation, missing, kind, way)
    return [{"what": "actor_added", "name": name}]


# ── What it lends and needs ──────────────────────────────────────────────────────────────────────


def add_exchange(
    invitation: Invitation, model: type[Offer] | type[Need], values: Mapping[str, str]
) -> list[Change]:
    """Record an offer or a need; the same one that is open already stays the only one.

    ``values`` are its description, competency and kind of resource.
    """
    with transaction.atomic():
        actor = _one_at_a_time(invitation)
        if model.objects.filter(actor=actor, is_open=True, **values).exists():
            return []
        record = model(actor=actor, confirmed_on=timezone.localdate(), **values)
        with map_change(record):
            _own(record).save()
    return [{"what": f"{model._meta.model_name}_added", "name": values["description"]}]


def close_exchanges(
    invitation: Invitation, model: type[Offer] | type[Need], ids: Collection[int]
) -> list[Change]:
    """Say that some of its offers or needs are over."""
    with transaction.atomic():
        actor = _one_at_a_time(invitation)
        open_ones = model.objects.select_for_update().filter(actor=actor, is_open=True, pk__in=ids)
        closing: list[Any] = list(open_ones)
        with map_change(*closing):
            for record in closing:
                _own(record)
                record.is_open = False
                record.save()
    return [
        {"what": f"{model._meta.model_name}_closed", "name": record.description}
        for record in closing
    ]


# ── All of it ────────────────────────────────────────────────────────────────────────────────────


def confirm_everything(invitation: Invitation, *, seen: str) -> list[Change]:
    """Say that all that is recorded is still right: profile, skills, ties, offers and needs.

    Ties that its side disputed stay disputed. ``seen`` is ``OwnRecord.seen`` of the record that was
    shown; when it says something else by now, ``ChangedMeanwhile`` is raised.
    """
    today = timezone.localdate()
    with transaction.atomic():
        invitation.actor = _one_at_a_time(invitation)
        record = load_record(invitation)
        if record.seen != seen:
            raise ChangedMeanwhile(record.actor)
        ties = [one for one in load_ties(invitation, lock=True) if one.said != WRONG]
        answered = [one for one in ties if not one.said]
        dated: list[Any] = [
            record.actor,
            *record.statements.values(),
            *load_open(Offer, record.actor),
            *load_open(Need, record.actor),
        ]
        stale = [one for one in dated if one.confirmed_on != today]
        source = _answer_source(invitation) if answered else None
        with map_change(*stale, *(one.tie for one in answered)):
            for one in stale:
                _own(one)
                one.confirmed_on = today
                one.save()
            for tie in answered:
                _answer(invitation, tie, RIGHT, source)
        _set_answered(invitation)
    return [{"what": "confirmed"}]


def finish(invitation: Invitation) -> None:
    """The partner is done, without confirming what it did not change."""
    with transaction.atomic():
        _set_answered(invitation)


def _set_answered(invitation: Invitation) -> None:
    now = timezone.now()
    Invitation.objects.filter(pk=invitation.pk).update(
        answered_at=Coalesce("answered_at", now), version=F("version") + 1, updated_at=now
    )
