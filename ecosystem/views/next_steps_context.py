"""What the pages of next steps show: suggestions in words, and what became of earlier ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rules import Viewer
from actors.models import Actor
from actors.rules import can_convene
from ecosystem.analysis.gaps import GapResults
from ecosystem.findings import Case
from ecosystem.findings.steps import (
    Change,
    Steps,
    beyond_rows,
    completing_answer,
    completing_effort,
    steps_of,
)
from ecosystem.findings.text import Name, Text, day, in_sentence, say, skill
from ecosystem.models import Introduction, IntroductionKind, IntroductionStatus
from ecosystem.selectors.introductions import load_city_names, load_introductions
from ecosystem.services.introductions import (
    Scope,
    Suggestion,
    in_working_order,
    is_overdue,
    key_of,
)

FIRST_STEPS = 5


@dataclass(frozen=True)
class Row:
    """One introduction in a list: what it is, where it stands, and the skills it was to improve.

    ``now`` of a change is its state today, on the map as the reader sees it.
    """

    url: str
    sentence: Text
    status: str
    said: tuple[str, ...]
    is_overdue: bool
    changes: tuple[tuple[Change, str], ...]
    reason: str


def next_steps_context(case: Case, scope: Scope, user: Viewer) -> dict[str, Any]:
    """For the page of next steps: all suggestions; for conveners what they took up and declined.

    A suggestion that somebody took up or declined is left out for those who see that, and for
    nobody else: that it is missing would tell.
    """
    stored = stored_introductions(scope, user)
    steps = steps_of(case, settled(stored))
    asked = {one.ask for one in case.results.completing_set.uncoverable if one.ask}
    return {
        "steps": steps,
        "addresses": addresses(steps, scope) if can_convene(user, scope.city.pk) else {},
        "was_suggested": {
            "introductions": bool(case.results.introductions),
            "sectors": bool(case.results.sector_introductions),
        },
        "completing": completing_answer(case),
        "completing_effort": completing_effort(case),
        "beyond": beyond_rows(case, load_city_names(asked, user)),
        "lists": lists_of(case, stored),
    }


def first_steps(case: Case, scope: Scope, user: Viewer) -> dict[str, Any]:
    """The five most useful next steps, and the way to all of them, for other pages of the scope."""
    steps = steps_of(case, settled(stored_introductions(scope, user)))
    return {"rows": steps.first[:FIRST_STEPS], "address": list_address(scope)}


def stored_introductions(scope: Scope, user: Viewer) -> list[Introduction]:
    """What was taken up or declined; nothing, and no query, for those without an account."""
    if not user.is_authenticated:
        return []
    return load_introductions(scope.city, user=user, collaborative=scope.collaborative)


def settled(stored: Iterable[Introduction]) -> frozenset[tuple[str, ...]]:
    """Keys of the suggestions that are not open any longer."""
    return frozenset(
        key_of(one.kind, one.target.slug, one.source.slug if one.source else "", one.competency)
        for one in stored
        if one.status != IntroductionStatus.OPEN
    )


def addresses(steps: Steps, scope: Scope) -> dict[tuple[str, ...], str]:
    """Where each suggestion can be taken up or declined, by its key."""
    return {
        suggestion.key: address_of(suggestion, scope)
        for step in (*steps.introductions, *steps.questions, *steps.sectors)
        for _name, suggestion in step.suggestions
    }


def address_of(suggestion: Suggestion, scope: Scope) -> str:
    """The page of one suggestion."""
    path = reverse("suggested_step", args=[scope.city.slug, suggestion.kind, suggestion.target])
    query: dict[str, str] = {}
    if suggestion.kind == IntroductionKind.SECTORS:
        query["source"] = suggestion.source or ""
    if suggestion.kind == IntroductionKind.QUESTION:
        query["skill"] = suggestion.competency
    if scope.collaborative is not None:
        query["table"] = scope.collaborative.slug
    return f"{path}?{urlencode(query)}" if query else path


def list_address(scope: Scope) -> str:
    """The page with all next steps of a scope."""
    if scope.collaborative is None:
        return reverse("next_steps", args=[scope.city.slug])
    return reverse("collaborative_next_steps", args=[scope.city.slug, scope.collaborative.slug])


def lists_of(case: Case, stored: Iterable[Introduction]) -> dict[str, list[Row]]:
    """What conveners took up, did and declined; overdue first, what was closed last first."""
    by_status: dict[str, list[Introduction]] = {status: [] for status in IntroductionStatus.values}
    for one in stored:
        by_status[one.status].append(one)
    states = {cell.competency: cell.state for cell in case.results.cells}
    closed = {
        status: sorted(
            by_status[status], key=lambda one: (one.closed_on or date.min, one.pk), reverse=True
        )
        for status in (IntroductionStatus.DONE, IntroductionStatus.DECLINED)
    }
    ordered = {"accepted": in_working_order(by_status[IntroductionStatus.ACCEPTED])} | {
        "done": closed[IntroductionStatus.DONE],
        "declined": closed[IntroductionStatus.DECLINED],
    }
    return {name: [row_of(one, states) for one in rows] for name, rows in ordered.items()}


def row_of(one: Introduction, states: Mapping[str, str]) -> Row:
    return Row(
        url=reverse("next_step", args=[one.city.slug, one.pk]),
        sentence=told(one),
        status=one.status,
        said=tuple(_said(one)),
        is_overdue=is_overdue(one, timezone.localdate()),
        changes=tuple(
            (
                Change(cell["competency"], skill(cell["competency"]), cell["from"], cell.get("to")),
                states.get(cell["competency"], ""),
            )
            for cell in one.expected
        ),
        reason=one.reason,
    )


def told(one: Introduction) -> Text:
    """An introduction in one sentence, from what is stored of it."""
    target, through = actor_name(one.target), one.through and actor_name(one.through)
    if one.kind == IntroductionKind.QUESTION:
        pattern = _("Ask %(actor)s about %(skill)s.")
        return say(pattern, actor=target, skill=in_sentence(skill(one.competency)))
    if one.source and through:
        pattern = _("Introduce %(source)s and %(actor)s through %(through)s.")
        return say(pattern, source=actor_name(one.source), actor=target, through=through)
    if one.source:
        return say(
            _("Introduce %(source)s and %(actor)s."), source=actor_name(one.source), actor=target
        )
    if through:
        return say(_("Meet %(actor)s through %(through)s."), actor=target, through=through)
    return say(_("Meet %(actor)s."), actor=target)


def actor_name(actor: Actor) -> Name:
    return Name(actor.slug, actor.name, actor.sector, actor.city.slug if actor.city else None)


def _said(one: Introduction) -> Iterable[str]:
    """Who does it by when, or when it was closed."""
    if one.status == IntroductionStatus.ACCEPTED:
        if one.assigned_to:
            yield str(say(_("%(who)s does it."), who=one.assigned_to))
        if one.due_on:
            yield str(say(_("Due on %(day)s."), day=day(one.due_on)))
    elif one.closed_on and one.status == IntroductionStatus.DONE:
        yield str(say(_("Done on %(day)s."), day=day(one.closed_on)))
    elif one.closed_on and one.status == IntroductionStatus.DECLINED:
        yield str(say(_("Declined on %(day)s."), day=day(one.closed_on)))


def since_review(results: GapResults, scope: Scope, user: Viewer) -> dict[str, Any]:
    """What was done at a collaborative since it last looked back, and what changed; for conveners.

    Everything that was done when it never did.
    """
    if scope.collaborative is None or not can_convene(user, scope.city.pk):
        return {}
    held = scope.collaborative.reviews.filter(held_on__lte=timezone.localdate())
    last = held.values_list("held_on", flat=True).first()
    states = {cell.competency: cell.state for cell in results.cells}
    done = [
        one
        for one in stored_introductions(scope, user)
        if one.status == IntroductionStatus.DONE
        and (last is None or (one.closed_on is not None and one.closed_on >= last))
    ]
    pattern = ngettext(
        "%(count)s next step was done since %(day)s.",
        "%(count)s next steps were done since %(day)s.",
        len(done),
    )
    if last is None:
        pattern = ngettext(
            "%(count)s next step was done so far.",
            "%(count)s next steps were done so far.",
            len(done),
        )
    return {
        "answer": str(say(pattern, count=len(done), day=day(last) if last else "")),
        "rows": [row_of(one, states) for one in done],
        "address": list_address(scope),
    }
