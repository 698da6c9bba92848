"""What a table that is being put together lacks, and who would complete it, in words (G13, G14)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.framework import Role
from ecosystem.analysis.defaults import HOLDER_LEVEL
from ecosystem.analysis.index import MapIndex, index_data
from ecosystem.analysis.next_steps.introductions import Improvement
from ecosystem.analysis.reach import best_path, distances_from
from ecosystem.findings.finding import Case
from ecosystem.findings.text import (
    Name,
    Text,
    in_sentence,
    listed,
    name_of,
    names_of,
    say,
    sentences,
    skill,
    skills,
)

NAMED = 3
"""Of a completing set that is no larger, everybody is named in its first sentence."""


@dataclass(frozen=True, slots=True)
class Joining:
    """Somebody to add: what it brings, and the way to it."""

    brings: Text
    way: Text


@dataclass(frozen=True, slots=True)
class Offer:
    """The smallest completing set, explained. ``slugs`` is what a button adds; may be empty."""

    sentence: Text
    joining: tuple[Joining, ...]
    uncoverable: tuple[Text, ...]
    slugs: str


def spoken(case: Case) -> str:
    """How many sit at the table and how many skills they cover, short, to be read aloud."""
    size = case.results.scope.size
    covered = sum(cell.state == "covered" for cell in case.results.cells)
    members = ngettext("%(count)s member.", "%(count)s members.", size)
    pattern = ngettext(
        "%(count)s of %(all)s skills is covered.",
        "%(count)s of %(all)s skills are covered.",
        covered,
    )
    return str(
        sentences(
            say(members, count=size), say(pattern, count=covered, all=len(case.results.cells))
        )
    )


def missing_parts(case: Case) -> Text | None:
    """The parts that nobody at the table plays, none when all are played."""
    missing = case.results.presence.missing_roles
    if not missing or not case.results.scope.size:
        return None
    labels = [in_sentence(str(Role(slug).label)) for slug in missing]
    return say(_("Nobody at the table plays these parts yet: %(roles)s."), roles=listed(labels, 4))


def completing_offer(case: Case, cities: Mapping[str, str]) -> Offer:
    """Who would complete the table, and what nobody on the map can cover.

    ``cities`` are the names of the cities to ask, by slug.
    """
    found = case.results.completing_set
    return Offer(
        sentence=_completing_sentence(case),
        joining=_joining(case, found.actors) if found.actors else (),
        uncoverable=tuple(
            _uncoverable_sentence(one.competency, cities.get(one.ask or ""))
            for one in found.uncoverable
        ),
        slugs=",".join(found.actors),
    )


def _completing_sentence(case: Case) -> Text:
    found, cells = case.results.completing_set, case.results.cells
    if not found.actors:
        if not found.uncoverable:
            return Text((_("Every one of the twelve skills is covered at this table."),))
        return Text((_("Nobody else on the map could turn another skill into a covered one."),))
    coverable = len(cells) - len(found.uncoverable)
    count = len(found.actors)
    adding = (
        listed(names_of(case.actors, found.actors), None)
        if count <= NAMED
        else say(_("these %(count)s organizations"), count=count)
    )
    if not found.uncoverable:
        return say(_("Adding %(actors)s would cover all twelve skills."), actors=adding)
    pattern = ngettext(
        "Adding %(actors)s would cover the %(count)s skill that organizations on the map can "
        "cover.",
        "Adding %(actors)s would cover all %(count)s skills that organizations on the map can "
        "cover.",
        coverable,
    )
    return say(pattern, actors=adding, count=coverable)


def _joining(case: Case, slugs: tuple[str, ...]) -> tuple[Joining, ...]:
    """What each brings to the cells that are not covered yet."""
    index = index_data(case.analysis.data)
    distance = distances_from(index.members, index.adjacency)
    open_cells = [one.competency for one in case.results.cells if one.state != "covered"]
    return tuple(
        Joining(
            brings=say(
                _("%(actor)s brings %(skills)s."),
                actor=name_of(index.actors[slug]),
                skills=skills(_held(index, slug, open_cells)),
            ),
            way=_way(
                case,
                best_path([slug], distance, index.adjacency) if slug in distance else None,
            ),
        )
        for slug in slugs
    )


def _held(index: MapIndex, slug: str, competencies: list[str]) -> list[str]:
    return [
        one
        for one in competencies
        if (statement := index.statements[one].get(slug)) and statement.level >= HOLDER_LEVEL
    ]


def _way(case: Case, path: tuple[str, ...] | None) -> Text:
    """How one gets to know an actor; nothing while nobody is at the table."""
    if not case.results.scope.size:
        return Text(())
    if path is None:
        return Text((_("No recorded tie leads there: get in touch directly."),))
    names = names_of(case.actors, path)
    if len(path) == 2:
        return say(_("It works with %(member)s already."), member=names[0])
    if len(path) == 3:
        return say(
            _("%(member)s works with %(through)s, which can introduce you."),
            member=names[0],
            through=names[1],
        )
    return say(
        _("The way is long: from %(member)s through %(through)s."),
        member=names[0],
        through=listed(names[1:-1], None),
    )


def _uncoverable_sentence(competency: str, city: str | None) -> Text:
    label = skill(competency)
    if city:
        return say(
            _("%(skill)s: too few on this map have it. Ask how they do it in %(city)s."),
            skill=label,
            city=city,
        )
    return say(_("%(skill)s: too few on this map have it, nor does any other city."), skill=label)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One introduction worth making (G14): who, what gets better, and the way."""

    name: Name
    improves: tuple[Improvement, ...]
    way: Text


def suggestions(case: Case) -> list[Suggestion]:
    """Whom to bring in first: the most for the fewest introductions, in order."""
    return [
        Suggestion(
            name=name_of(case.actors[one.actor]),
            improves=one.cells,
            way=_way(case, one.path),
        )
        for one in case.results.introductions
    ]
