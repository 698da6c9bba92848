"""Lenses on skills: who could bring one in, what hangs on one, what a departure would open."""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecosystem.analysis import defaults
from ecosystem.analysis.cells import Cell
from ecosystem.analysis.fragility import Departure
from ecosystem.analysis.graph import Adjacency
from ecosystem.analysis.reach import Reach, distances_from
from ecosystem.findings import Case
from ecosystem.findings.departures import (
    departure_sentence,
    lost_skills,
    still_near,
    weakened_skills,
)
from ecosystem.findings.skills import reach_sentence, state_sentence, what_to_do
from ecosystem.findings.text import Text, in_sentence, name_of, say, sentences, skill, skills
from ecosystem.lenses.lens import Answer, names

SCOUTS = 5
"""Whom to ask about other cities: the best connected know most, and more are too many to ask."""

FAR = 1_000_000
"""More introductions than any map has actors: not connected."""


def fill(case: Case, competency: str) -> Answer:
    """Who has a skill, who could bring it in, and through whom.

    Lit are the way to the nearest holder, the holders of the scope, other holders on the map by
    distance, those who are learning it; where only other cities have it, those on the map that
    work elsewhere too.
    """
    cell = next(c for c in case.results.cells if c.competency == competency)
    reach = next(r for r in case.results.reach if r.competency == competency)
    path = reach.path or ()
    outside = _outside_holders(case, competency)
    scouts = _scouts(case, competency) if reach.reach == "elsewhere" else []
    return Answer(
        question=str(
            say(
                _("Who could bring in %(skill)s, and through whom?"),
                skill=in_sentence(skill(competency)),
            )
        ),
        sentence=_fill_sentence(case, cell, reach, outside, scouts),
        lit=(*reversed(path), *cell.holders, *outside, *cell.learners, *scouts),
        base=case.scope_base(cell.answered),
        place="skills" if reach.reach == "in_the_room" else f"reach-{competency}",
        path=path,
        parameters={"skill": competency},
    )


def _fill_sentence(
    case: Case, cell: Cell, reach: Reach, outside: list[str], scouts: list[str]
) -> Text:
    if not case.results.scope.size:
        return Text((_("Nobody is here yet."),))
    if reach.reach != "in_the_room":
        leads = [state_sentence(case, cell), reach_sentence(case, reach)]
        if scouts:
            pattern = ngettext(
                "On this map, %(names)s works elsewhere too and may know whom to ask.",
                "On this map, %(names)s work elsewhere too and may know whom to ask.",
                len(scouts),
            )
            leads.append(say(pattern, names=names(case, scouts)))
        return sentences(*leads)
    parts: list[Text | str] = [state_sentence(case, cell)]
    if outside:
        pattern = ngettext(
            "On the map from outside, %(names)s has it too.",
            "On the map from outside, %(names)s have it too.",
            len(outside),
        )
        parts.append(say(pattern, names=names(case, outside)))
    elif cell.state == "single":
        parts.append(what_to_do(case, cell, reach))
    return sentences(*parts)


def _outside_holders(case: Case, competency: str) -> list[str]:
    """Holders on the map that are not in the scope, the nearest first."""
    members = case.analysis.members
    slug_of = {actor.id: slug for slug, actor in case.actors.items()}
    found = [
        slug_of[statement.actor]
        for statement in case.analysis.data.statements
        if statement.competency == competency
        and statement.level >= defaults.HOLDER_LEVEL
        and slug_of.get(statement.actor, "") not in members
        and statement.actor in slug_of
    ]
    distance = distances_from(frozenset(members), case.adjacency) if found else {}
    return sorted(found, key=lambda slug: (distance.get(slug, FAR), slug))


def _scouts(case: Case, competency: str) -> list[str]:
    """Actors on the map whose home is elsewhere: first those of a city that has the skill."""
    cities = {holder.city for holder in case.elsewhere.get(competency, ()) if holder.city}
    away = [slug for slug, actor in case.actors.items() if actor.city != case.results.scope.city]
    away.sort(
        key=lambda slug: (
            case.actors[slug].city not in cities,
            -len(case.adjacency[slug]),
            slug,
        )
    )
    return away[:SCOUTS]


def single(case: Case) -> Answer:
    """What hangs on one organization, or on one person.

    Lit are those without whom most skills would have nobody, then the ends of ties that one person
    carries.
    """
    alone = [cell for cell in case.results.cells if cell.state == "single"]
    holders = Counter(slug for cell in alone for slug in cell.holders)
    pairs = case.results.fragility.one_person_ties
    ends = Counter(slug for pair in pairs for slug in pair)
    lit = [*_most_first(holders), *_most_first(ends)]
    return Answer(
        question=_("What hangs on one organization or one person?"),
        sentence=_single_sentence(case, alone, _most_first(holders), len(pairs)),
        lit=lit,
        base=case.map_base(),
        place="fragility",
    )


def _most_first(counted: Counter[str]) -> list[str]:
    return sorted(counted, key=lambda slug: (-counted[slug], slug))


def _single_sentence(case: Case, alone: list[Cell], holders: list[str], ties: int) -> Text:
    parts: list[Text] = []
    if alone:
        pattern = ngettext(
            "%(count)s skill depends on one organization: %(skills)s. It is at %(names)s.",
            "%(count)s skills depend on one organization each: %(skills)s. They are at %(names)s.",
            len(alone),
        )
        parts.append(
            say(
                pattern,
                count=len(alone),
                skills=skills(cell.competency for cell in alone),
                names=names(case, holders),
            )
        )
    if ties:
        pattern = ngettext(
            "%(count)s tie is carried by one person, and ends when that person leaves.",
            "%(count)s ties are carried by one person each, and end when that person leaves.",
            ties,
        )
        parts.append(say(pattern, count=ties))
    if not parts:
        return Text((_("No skill and no tie is known to hang on one organization or one person."),))
    return sentences(*parts)


def leave(case: Case, actor: str) -> Answer:
    """What the departure of one actor would open.

    Lit are the actor itself, those that would be cut off, then those left alone with a skill or
    farther away with it.
    """
    departure = next((d for d in case.results.fragility.departures if d.actor == actor), None)
    cut_off = _cut_off(actor, case.adjacency) if departure and departure.components else []
    name = name_of(case.actors[actor])
    return Answer(
        question=str(say(_("What if %(actor)s left?"), actor=name)),
        sentence=_leave_sentence(case, actor, departure, cut_off),
        lit=(actor, *cut_off, *_affected(case, departure)),
        base=case.map_base(),
        place="fragility",
        parameters={"actor": actor},
    )


def _leave_sentence(
    case: Case, actor: str, departure: Departure | None, cut_off: list[str]
) -> Text:
    if departure is None:
        pattern = _(
            "If %(actor)s left, nobody would be cut off, and no skill would be lost or farther "
            "away, as far as is known."
        )
        return say(pattern, actor=name_of(case.actors[actor]))
    parts = [departure_sentence(case, departure)]
    if (near := still_near(departure)).pieces:
        parts.append(near)
    weakened = weakened_skills(departure)
    if weakened and (lost_skills(departure) or departure.components):
        pattern = _("Only one organization would be left for %(skills)s.")
        parts.append(say(pattern, skills=skills(weakened)))
    if cut_off:
        pattern = ngettext(
            "Cut off from the largest part would be %(names)s.",
            "Cut off from the largest part would be %(names)s.",
            len(cut_off),
        )
        parts.append(say(pattern, names=names(case, cut_off)))
    return sentences(*parts)


def _cut_off(actor: str, adjacency: Adjacency) -> list[str]:
    """Who would have no way to the largest piece that is left of the actor's part of the map.

    Of pieces of one size, that with the first slug counts as the largest.
    """
    pieces: list[list[str]] = []
    seen = {actor}
    for neighbor in sorted(adjacency[actor]):
        if neighbor in seen:
            continue
        piece, waiting = [neighbor], [neighbor]
        seen.add(neighbor)
        while waiting:
            new = adjacency[waiting.pop()].keys() - seen
            seen |= new
            piece += new
            waiting += new
        pieces.append(sorted(piece))
    pieces.sort(key=lambda piece: (-len(piece), piece))
    return [slug for piece in pieces[1:] for slug in piece]


def _affected(case: Case, departure: Departure | None) -> Iterable[str]:
    """Who would be left alone with a skill, then who would be farther away with one."""
    if departure is None:
        return ()
    holders = {cell.competency: cell.holders for cell in case.results.cells}
    nearest = {reach.competency: reach.holder for reach in case.results.reach}
    left = [slug for skill_ in weakened_skills(departure) for slug in holders[skill_]]
    farther = [nearest[change.competency] for change in departure.reach]
    return [slug for slug in (*left, *farther) if slug and slug in case.actors]
