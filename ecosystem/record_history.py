"""What changed in an actor's record and when, for everyone to read.

Only the times when the record was published in its present home are told, and to those who do not
convene that city only the times when its map was public. No names of users, no reasons, no tie and
no person are told: those may be private.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any, TypeAlias

from django.apps import apps
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rules import Viewer
from actors.framework import ActorStatus, Competency, Level, Role, Sector, Visibility
from actors.models import Actor, City, SkillStatement, Source
from actors.rules import convened_cities
from ecosystem.profiles import source_links
from ecosystem.templatetags.ui import joined

DAYS_SHOWN = 20
TEXT_LENGTH = 140
"""Characters of a long text that are shown before and after."""

TEXTS = {
    "name": gettext_lazy("Name"),
    "sector": gettext_lazy("Sector"),
    "description": gettext_lazy("What it does"),
    "website": gettext_lazy("Website"),
    "service_area": gettext_lazy("Area it serves"),
}
SETS = {
    "roles": gettext_lazy("Roles"),
    "issues": gettext_lazy("Issues"),
    "sources": gettext_lazy("Sources"),
}


@dataclass(frozen=True)
class DayOfChanges:
    day: date
    sentences: list[str]


@dataclass
class State:
    """The record at one moment, in words. ``skills`` are (level, evidence) by competency."""

    texts: dict[str, str] = field(default_factory=dict)
    sets: dict[str, set[str]] = field(default_factory=dict)
    skills: dict[str, tuple[str, str]] = field(default_factory=dict)


def changes_of(actor: Actor, user: Viewer) -> list[DayOfChanges]:
    """The days on which the record changed, newest first, in at most eight queries.

    Changes of one day are told as one: from its beginning to its end.
    """
    days: list[DayOfChanges] = []
    told: State | None = None
    for day, state in _states_by_day(actor, user):
        sentences = list(_differences(told, state))
        if sentences:
            days.append(DayOfChanges(day, sentences))
        told = state
    return days[::-1][:DAYS_SHOWN]


def _states_by_day(actor: Actor, user: Viewer) -> Iterator[tuple[date, State]]:
    """The record at the end of each day on which it could be seen and it or its city was touched.

    What changed while the city was closed comes with the day on which it opened, if it lasted.
    """
    records = Actor.history.model.objects.filter(id=actor.pk)
    statements = SkillStatement.history.model.objects.filter(actor_id=actor.pk)
    told_always = _is_told_always(actor, user)
    openings: list[Any] = []
    if not told_always:
        of_city = City.history.model.objects.filter(id=actor.city_id)
        openings = list(of_city.order_by("history_date", "history_id"))
    events = sorted(
        [
            *openings,
            *records.order_by("history_date", "history_id"),
            *statements.order_by("history_date", "history_id"),
        ],
        key=lambda event: event.history_date,
    )
    linked = {"issues": _issues(actor), "sources": _sources(actor, user)}
    # Its first version also says who could see the city before.
    is_open = told_always or any(one.visibility == Visibility.PUBLIC for one in openings[:1])
    record: Any = None
    skills: dict[str, tuple[str, str]] = {}
    for day, of_the_day in groupby(events, lambda event: timezone.localdate(event.history_date)):
        for event in of_the_day:
            if isinstance(event, City.history.model):
                is_open = event.visibility == Visibility.PUBLIC
            elif isinstance(event, Actor.history.model):
                record = event
            elif event.history_type == "-":
                skills.pop(event.competency, None)
            else:
                skills[event.competency] = (_level(event.level), event.evidence)
        if is_open and record is not None and _could_be_seen(record, actor):
            yield day, _state(record, dict(skills), linked)


def _is_told_always(actor: Actor, user: Viewer) -> bool:
    """Whether ``user`` may know what was written while the map was closed to others."""
    if actor.city_id is None:
        return True
    return City.objects.filter(convened_cities(user), pk=actor.city_id).exists()


def _could_be_seen(record: Any, actor: Actor) -> bool:
    return (
        record.status == ActorStatus.PUBLISHED
        and record.city_id == actor.city_id
        and record.history_type != "-"
    )


Linked: TypeAlias = Mapping[int, set[str]]
"""Names of what a record was linked with, by the id of the record's version."""


def _issues(actor: Actor) -> Linked:
    rows = apps.get_model("actors", "HistoricalActor_issues").objects.filter(history__id=actor.pk)
    names: defaultdict[int, set[str]] = defaultdict(set)
    for version, name in rows.values_list("history", "issue__name"):
        names[version].add(name)
    return names


def _sources(actor: Actor, user: Viewer) -> Linked:
    """Those that ``user`` may see; a private one was never there."""
    rows = apps.get_model("actors", "HistoricalActor_sources").objects.filter(history__id=actor.pk)
    pairs = list(rows.values_list("history", "source"))
    sources = list(Source.objects.visible_to(user).filter(pk__in={pk for _version, pk in pairs}))
    label_of = {
        source.pk: link.label for source, link in zip(sources, source_links(sources), strict=True)
    }
    names: defaultdict[int, set[str]] = defaultdict(set)
    for version, pk in pairs:
        if pk in label_of:
            names[version].add(label_of[pk])
    return names


def _state(record: Any, skills: dict[str, tuple[str, str]], linked: Mapping[str, Linked]) -> State:
    return State(
        texts={name: getattr(record, name) for name in TEXTS}
        | {"sector": _label(Sector, record.sector)},
        sets={
            "roles": {_label(Role, role) for role in record.roles},
            **{name: set(by_version[record.history_id]) for name, by_version in linked.items()},
        },
        skills=skills,
    )


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value


def _level(level: int | None) -> str:
    return _("no answer") if level is None else str(Level(level).label)


def _differences(before: State | None, after: State) -> Iterator[str]:
    if before is None:
        yield _("Added to the map.")
        before = State(texts=after.texts, sets=after.sets)
    for name, label in TEXTS.items():
        yield from _text_change(str(label), before.texts[name], after.texts[name])
    for name, label in SETS.items():
        old, new = before.sets[name], after.sets[name]
        if added := sorted(new - old):
            yield _("%(what)s added: %(names)s.") % {"what": label, "names": joined(added)}
        if removed := sorted(old - new):
            yield _("%(what)s taken away: %(names)s.") % {"what": label, "names": joined(removed)}
    yield from _skill_changes(before.skills, after.skills)


def _text_change(label: str, before: str, after: str) -> Iterator[str]:
    if before == after:
        return
    said = {"what": label, "before": _short(before), "after": _short(after)}
    if not before:
        yield _("%(what)s added: “%(after)s”.") % said
    elif not after:
        yield _("%(what)s taken away; it was “%(before)s”.") % said
    else:
        yield _("%(what)s changed from “%(before)s” to “%(after)s”.") % said


def _short(text: str) -> str:
    return Truncator(text).chars(TEXT_LENGTH)


def _skill_changes(
    before: dict[str, tuple[str, str]], after: dict[str, tuple[str, str]]
) -> Iterator[str]:
    for competency in Competency:
        old, new = before.get(competency.value), after.get(competency.value)
        said = {"skill": competency.label}
        if old is None and new is not None:
            yield _("Skill added: %(skill)s (%(level)s).") % (said | {"level": new[0]})
        elif old is not None and new is None:
            yield _("Skill taken away: %(skill)s.") % said
        elif old is not None and new is not None:
            yield from _text_change(str(competency.label), old[0], new[0])
            evidence = _("Evidence for %(skill)s") % said
            yield from _text_change(evidence, old[1], new[1])
