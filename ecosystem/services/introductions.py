"""Next steps that people take up, turn down and carry out.

What the gap method suggests (G14 to G16) is computed anew for every reader. An ``Introduction`` is
stored once somebody takes a suggestion up or declines it, and from then on says what became of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from actors.framework import TieStatus
from actors.models import Actor, City, Relationship, SkillStatement
from actors.models.statement import StatementOrigin
from actors.services import map_change
from collaboratives.models import Collaborative
from ecosystem.analysis.gaps import GapResults
from ecosystem.common.versions import ChangedMeanwhile, record_change
from ecosystem.models import Introduction, IntroductionKind, IntroductionStatus


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One next step that the gap method suggests; actors by slug.

    ``source`` is who should meet the target, None when that is whoever asks; ``through`` who can
    introduce them. ``competency`` is what a question asks about, or the first skill that an
    introduction brings; empty where there is none. ``expected`` are the cells it improves, each as
    {"competency", "from", "to"}; "to" of a question is None.
    """

    kind: str
    target: str
    source: str | None = None
    through: str | None = None
    competency: str = ""
    expected: tuple[Mapping[str, str | None], ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two suggestions the same, though the map between them changed."""
        return key_of(self.kind, self.target, self.source or "", self.competency)


def key_of(kind: str, target: str, source: str, competency: str) -> tuple[str, str, str]:
    """Of an introduction the target; of a question the skill too; of two sectors both actors."""
    if kind == IntroductionKind.QUESTION:
        return (kind, target, competency)
    if kind == IntroductionKind.SECTORS:
        return (kind, target, source)
    return (kind, target, "")


def suggestions_of(results: GapResults) -> tuple[Suggestion, ...]:
    """What the gap method suggests for a scope: introductions, questions, then sectors."""
    skills = (
        Suggestion(
            IntroductionKind.SKILL,
            target=one.actor,
            # A neighbor of the scope needs no further meeting: whoever asks is introduced.
            source=one.path[0] if one.through and one.path else None,
            through=one.ask,
            competency=one.cells[0].competency if one.cells else "",
            expected=tuple(
                {"competency": cell.competency, "from": cell.from_, "to": cell.to}
                for cell in one.cells
            ),
        )
        for one in results.introductions
    )
    questions = (
        Suggestion(
            IntroductionKind.QUESTION,
            target=actor,
            competency=one.competency,
            expected=({"competency": one.competency, "from": one.state, "to": None},),
        )
        for one in results.questions
        for actor in one.ask
    )
    sectors = (
        Suggestion(
            IntroductionKind.SECTORS,
            target=one.between[1],
            source=one.between[0],
            through=one.through,
        )
        for one in results.sector_introductions
    )
    return (*skills, *questions, *sectors)


def find_suggestion(
    results: GapResults, *, kind: str, target: str, source: str = "", competency: str = ""
) -> Suggestion | None:
    """The suggestion of that key; None when the gap method does not, or no longer, make it."""
    wanted = key_of(kind, target, source, competency)
    return next((one for one in suggestions_of(results) if one.key == wanted), None)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a next step belongs: a city, or a collaborative of it."""

    city: City
    collaborative: Collaborative | None = None


COMES_FROM: Mapping[str, frozenset[str]] = {
    IntroductionStatus.OPEN: frozenset({IntroductionStatus.DECLINED}),
    IntroductionStatus.ACCEPTED: frozenset({IntroductionStatus.OPEN, IntroductionStatus.ACCEPTED}),
    IntroductionStatus.DONE: frozenset({IntroductionStatus.ACCEPTED}),
    IntroductionStatus.DECLINED: frozenset({IntroductionStatus.OPEN, IntroductionStatus.ACCEPTED}),
}
"""From which state each can be reached."""


class StatementExists(Exception):
    """The actor answered meanwhile: ``stored`` is what it said. Nothing was written."""

    def __init__(self, stored: SkillStatement) -> None:
        super().__init__("The actor has answered already.")
        self.stored = stored


def take_up(
    suggestion: Suggestion, scope: Scope, *, assigned_to: str, due_on: date, by: User
) -> Introduction:
    """Somebody does it by a day. The same sent once more, as by a second click, is stored once.

    Raises ``ChangedMeanwhile`` when somebody else took it up or declined it first.
    """
    with _stored_once(suggestion, scope) as introduction:
        if introduction.pk and introduction.status != IntroductionStatus.OPEN:
            same = (IntroductionStatus.ACCEPTED, assigned_to, due_on)
            found = (introduction.status, introduction.assigned_to, introduction.due_on)
            if found != same:
                raise ChangedMeanwhile(introduction)
            return introduction
        return accept(introduction, assigned_to=assigned_to, due_on=due_on, by=by)


def turn_down(suggestion: Suggestion, scope: Scope, *, reason: str, by: User) -> Introduction:
    """Decline a suggestion that nobody took up. Sent once more, it is stored once.

    Raises ``ChangedMeanwhile`` when somebody else took it up, or declined it for another reason.
    """
    with _stored_once(suggestion, scope) as introduction:
        if introduction.pk and introduction.status != IntroductionStatus.OPEN:
            if (introduction.status, introduction.reason) != (IntroductionStatus.DECLINED, reason):
                raise ChangedMeanwhile(introduction)
            return introduction
        return decline(introduction, reason=reason, by=by)


@contextmanager
def _stored_once(suggestion: Suggestion, scope: Scope) -> Iterator[Introduction]:
    """The stored introduction of the suggestion, or a new one, in one transaction.

    One writer after the other: two that take up the same suggestion find each other's.
    """
    with transaction.atomic():
        City.objects.select_for_update().get(pk=scope.city.pk)
        stored = Introduction.objects.filter(
            city=scope.city,
            collaborative=scope.collaborative,
            kind=suggestion.kind,
            target__slug=suggestion.target,
        ).select_related("source", "target")
        for one in stored:
            source = one.source.slug if one.source else ""
            if key_of(one.kind, one.target.slug, source, one.competency) == suggestion.key:
                yield one
                return
        yield _new(suggestion, scope)


def _new(suggestion: Suggestion, scope: Scope) -> Introduction:
    slugs = {suggestion.target, suggestion.source, suggestion.through} - {None}
    actors = {actor.slug: actor for actor in Actor.objects.filter(slug__in=slugs)}
    return Introduction(
        kind=suggestion.kind,
        city=scope.city,
        collaborative=scope.collaborative,
        source=actors[suggestion.source] if suggestion.source else None,
        target=actors[suggestion.target],
        through=actors[suggestion.through] if suggestion.through else None,
        competency=suggestion.competency,
        expected=[dict(cell) for cell in suggestion.expected],
    )


def accept(
    introduction: Introduction,
    *,
    assigned_to: str,
    due_on: date,
    by: User,
    based_on: int | None = None,
) -> Introduction:
    """Say who does it by when, or say it anew. Raises ``ChangedMeanwhile``."""
    return _change(
        introduction,
        by,
        based_on,
        status=IntroductionStatus.ACCEPTED,
        assigned_to=assigned_to,
        due_on=due_on,
        accepted_on=introduction.accepted_on or timezone.localdate(),
    )


def decline(
    introduction: Introduction, *, reason: str, by: User, based_on: int | None = None
) -> Introduction:
    """Turn it down, with the reason. Raises ``ChangedMeanwhile``."""
    return _change(
        introduction,
        by,
        based_on,
        status=IntroductionStatus.DECLINED,
        reason=reason,
        closed_on=timezone.localdate(),
    )


def finish(introduction: Introduction, *, by: User, based_on: int | None = None) -> Introduction:
    """It is done. Raises ``ChangedMeanwhile``."""
    return _change(
        introduction,
        by,
        based_on,
        status=IntroductionStatus.DONE,
        closed_on=timezone.localdate(),
    )


def reopen(introduction: Introduction, *, by: User, based_on: int | None = None) -> Introduction:
    """Suggest it again: who did it, by when and why not stays in the history alone.

    Raises ``ChangedMeanwhile``.
    """
    return _change(
        introduction,
        by,
        based_on,
        status=IntroductionStatus.OPEN,
        assigned_to="",
        due_on=None,
        accepted_on=None,
        reason="",
        closed_on=None,
    )


def _change(
    introduction: Introduction, by: User, based_on: int | None, **values: Any
) -> Introduction:
    """Store the values, unless they are there already: the same sent twice is stored once."""
    with transaction.atomic():
        if introduction.pk is not None:
            stored = Introduction.objects.select_for_update().get(pk=introduction.pk)
            if all(getattr(stored, name) == value for name, value in values.items()):
                return stored
            if stored.status not in COMES_FROM[values["status"]]:
                raise ChangedMeanwhile(stored)
        with record_change(introduction, based_on=based_on):
            for name, value in values.items():
                setattr(introduction, name, value)
            _save(introduction, by)
    return introduction


def record_tie(
    introduction: Introduction,
    *,
    source: Actor,
    target: Actor,
    kind: str,
    by: User,
    based_on: int | None = None,
) -> Relationship:
    """Record the tie that came of an introduction, or link the one that is recorded already.

    It is in force from today, and on a historic map without a beginning, which nobody knows. Sent
    once more, it is stored once. Raises ``ChangedMeanwhile``.
    """
    with transaction.atomic():
        City.objects.select_for_update().get(pk=introduction.city_id)
        stored = Introduction.objects.select_for_update().get(pk=introduction.pk)
        if stored.relationship is not None and _is_tie(stored.relationship, source, target, kind):
            return stored.relationship
        city = introduction.city
        tie = (
            Relationship.objects.existing()
            .filter(city=city, source=source, target=target, kind=kind, ended_on=None)
            .first()
        )
        if tie is None:
            tie = Relationship(
                city=city,
                source=source,
                target=target,
                kind=kind,
                status=TieStatus.EXISTING,
                started_on=None if city.map_date else timezone.localdate(),
            )
            with map_change(tie):
                _save(tie, by)
        with record_change(introduction, based_on=based_on):
            introduction.relationship = tie
            _save(introduction, by)
    return tie


def _is_tie(tie: Relationship, source: Actor, target: Actor, kind: str) -> bool:
    return (tie.source_id, tie.target_id, tie.kind) == (source.pk, target.pk, kind)


def record_answer(
    introduction: Introduction,
    *,
    level: int | None,
    evidence: str,
    by: User,
    based_on: int | None = None,
) -> SkillStatement:
    """Record what the actor answered, and that the question is done.

    ``level`` None means that it would rather not say. Sent once more, it is stored once.

    Raises ``StatementExists`` when the actor said something else meanwhile, which is its own to
    change, and ``ChangedMeanwhile``.
    """
    with transaction.atomic():
        Actor.objects.select_for_update().get(pk=introduction.target_id)
        statement = SkillStatement.objects.filter(
            actor=introduction.target, competency=introduction.competency
        ).first()
        is_done = Introduction.objects.filter(
            pk=introduction.pk, status=IntroductionStatus.DONE
        ).exists()
        # "Would rather not say" is open to a better answer until this question is done.
        if statement is not None and (statement.level is not None or is_done):
            if statement.level != level:
                raise StatementExists(statement)
        else:
            statement = statement or SkillStatement(
                actor=introduction.target, competency=introduction.competency
            )
            with map_change(statement):
                statement.level = level
                statement.evidence = evidence
                statement.origin = StatementOrigin.CONVENER
                statement.said_by = by
                statement.confirmed_on = timezone.localdate()
                _save(statement, by)
        if introduction.status != IntroductionStatus.DONE:
            finish(introduction, by=by, based_on=based_on)
    return statement


def _save(record: Introduction | Relationship | SkillStatement, by: User) -> None:
    record._history_user = by  # type: ignore[union-attr]
    record.save()


def is_overdue(introduction: Introduction, today: date) -> bool:
    """Taken up, not done, and its day is past."""
    return (
        introduction.status == IntroductionStatus.ACCEPTED
        and introduction.due_on is not None
        and introduction.due_on < today
    )


def in_working_order(introductions: Sequence[Introduction]) -> list[Introduction]:
    """By the day they are due, so that overdue ones come first; those without a day last."""
    return sorted(
        introductions, key=lambda one: (one.due_on is None, one.due_on or date.min, one.pk)
    )
