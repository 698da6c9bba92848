"""What would change if some actors left, in words (G11)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.framework import Competency, Role
from ecosystem.analysis.cells import Cell
from ecosystem.analysis.fragility import Departure
from ecosystem.analysis.gaps import GapResults
from ecosystem.analysis.what_if import WhatIf
from ecosystem.findings.departures import (
    lost_skills,
    still_near,
    unlearned_skills,
    weakened_skills,
)
from ecosystem.findings.finding import Case
from ecosystem.findings.skills import reach_sentence
from ecosystem.findings.text import Text, in_sentence, listed, names_of, say, sector, skills

NAMED = 8
"""Leavers named in a sentence; the others are counted."""


@dataclass(frozen=True, slots=True)
class SkillRow:
    """One skill before and after. ``is_worse`` marks the rows to look at."""

    slug: str
    label: str
    before: Cell
    after: Cell
    is_worse: bool
    leads: Text | None


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A figure before and after."""

    label: str
    before: int
    after: int


def leaving_sentence(before: Case, found: WhatIf) -> Text:
    """The answer in one sentence: how much would get worse."""
    if not before.actors:
        return Text((_("Nobody is on this map yet."),))
    if not found.leavers:
        return Text((_("Pick one or more organizations to see what would open without them."),))
    leavers = listed(names_of(before.actors, found.leavers), NAMED)
    if found.is_harmless:
        return say(
            _("If %(actors)s left, nothing that this page looks at would get worse."),
            actors=leavers,
        )
    worse = len(found.changes.skills)
    pieces = found.components
    if worse and pieces:
        return say(_worse_and_apart(pieces), actors=leavers, skills=_worse(worse), count=pieces)
    if worse:
        return say(_("If %(actors)s left, %(skills)s."), actors=leavers, skills=_worse(worse))
    if pieces:
        pattern = ngettext(
            "If %(actors)s left, the map would fall into %(count)s more piece.",
            "If %(actors)s left, the map would fall into %(count)s more pieces.",
            pieces,
        )
        return say(pattern, actors=leavers, count=pieces)
    return say(
        _("If %(actors)s left, every skill would stay, but a sector or a part would be empty."),
        actors=leavers,
    )


def _worse(count: int) -> Text:
    pattern = ngettext(
        "%(count)s of the twelve skills would be worse off",
        "%(count)s of the twelve skills would be worse off",
        count,
    )
    return say(pattern, count=count)


def _worse_and_apart(pieces: int) -> str:
    return ngettext(
        "If %(actors)s left, %(skills)s, and the map would fall into %(count)s more piece.",
        "If %(actors)s left, %(skills)s, and the map would fall into %(count)s more pieces.",
        pieces,
    )


def change_sentences(before: Case, found: WhatIf) -> Iterator[Text]:
    """What exactly would get worse, the worst first."""
    yield from _skill_changes(before, found)
    changes = found.changes
    if found.components:
        pattern = ngettext(
            "Those that stay would be in %(count)s more piece, without a tie between the pieces.",
            "Those that stay would be in %(count)s more pieces, without a tie between the pieces.",
            found.components,
        )
        yield say(pattern, count=found.components)
    if needed := changes.needed_sectors:
        yield say(
            _("Nobody would be here any more from these needed or expected sectors: %(sectors)s."),
            sectors=listed([sector(slug) for slug in needed], None),
        )
    if others := [slug for slug in changes.sectors if slug not in needed]:
        yield say(
            _("Nobody would be here any more from: %(sectors)s."),
            sectors=listed([sector(slug) for slug in others], None),
        )
    if changes.roles:
        yield say(
            _("Nobody here would play these parts any more: %(roles)s."),
            roles=listed([in_sentence(str(Role(slug).label)) for slug in changes.roles], None),
        )


def _skill_changes(before: Case, found: WhatIf) -> Iterator[Text]:
    changes = found.changes
    departure = Departure("", changes.cells, found.components, changes.reach)
    lost, weakened = lost_skills(departure), weakened_skills(departure)
    at_table = before.is_collaborative
    if lost:
        pattern = (
            _("Nobody known at this table would be left for %(skills)s.")
            if at_table
            else _("No known organization of this city would be left for %(skills)s.")
        )
        yield say(pattern, skills=skills(lost))
        near = still_near(departure)
        if near.pieces:
            yield near
    if weakened:
        yield say(_("Only one organization would be left for %(skills)s."), skills=skills(weakened))
    if unlearned := unlearned_skills(departure):
        pattern = (
            _("Nobody known at this table would be learning %(skills)s any more.")
            if at_table
            else _("No known organization of this city would be learning %(skills)s any more.")
        )
        yield say(pattern, skills=skills(unlearned))
    if farther := [one.competency for one in changes.reach if one.competency not in lost]:
        yield say(
            _("The way to somebody with this would be longer: %(skills)s."), skills=skills(farther)
        )


def skill_rows(after: Case, found: WhatIf) -> list[SkillRow]:
    """The twelve skills before and after, in framework order."""
    worse = found.changes.skills
    rows = zip(found.before.cells, found.after.cells, found.after.reach, strict=True)
    return [
        SkillRow(
            slug=new.competency,
            label=str(Competency(new.competency).label),
            before=old,
            after=new,
            is_worse=new.competency in worse,
            leads=reach_sentence(after, reach)
            if new.competency in worse and reach.reach != "in_the_room"
            else None,
        )
        for old, new, reach in rows
    ]


def number_rows(found: WhatIf) -> list[NumberRow]:
    """The figures behind the sentences, before and after."""
    labels = (
        _("Organizations counted here"),
        _("Skills that are covered"),
        _("Skills that hang on one organization"),
        _("Sectors that are here"),
        _("Parts that somebody plays"),
        _("Organizations on the map"),
        _("Ties between them"),
        _("Pieces of the map without a tie between them"),
    )
    figures = zip(_figures(found.before), _figures(found.after), strict=True)
    return [NumberRow(label, *both) for label, both in zip(labels, figures, strict=True)]


def _figures(results: GapResults) -> tuple[int, ...]:
    states = [cell.state for cell in results.cells]
    presence, structure = results.presence, results.structure
    return (
        results.scope.size,
        states.count("covered"),
        states.count("single"),
        sum(map(bool, presence.sectors.values())),
        sum(map(bool, presence.roles.values())),
        structure.size,
        structure.ties,
        structure.components,
    )
