"""What would open if one actor left, in the words of the scope it is asked of (G11).

A skill is lost to a scope: a city's own organizations, or those at a table. Somebody outside may
still have it, which the next step says.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecosystem.analysis.fragility import Departure
from ecosystem.findings.finding import Case, Finding
from ecosystem.findings.text import Text, name_of, say, sentences, skills


def lost_skills(departure: Departure) -> tuple[str, ...]:
    """Competencies that had a holder in the scope, and would have none."""
    return tuple(
        change.competency
        for change in departure.cells
        if change.from_ in ("covered", "single") and change.to not in ("covered", "single")
    )


def weakened_skills(departure: Departure) -> tuple[str, ...]:
    """Competencies that would hang on one organization."""
    return tuple(change.competency for change in departure.cells if change.to == "single")


def unlearned_skills(departure: Departure) -> tuple[str, ...]:
    """Competencies that nobody in the scope has, and nobody would be learning any more."""
    return tuple(change.competency for change in departure.cells if change.from_ == "thin")


def departure_sentence(case: Case, departure: Departure) -> Text:
    """What would open if one actor left, the worst of it."""
    actor = name_of(case.actors[departure.actor])
    lost, weakened = lost_skills(departure), weakened_skills(departure)
    parts, unlearned = departure.components, unlearned_skills(departure)
    if lost and parts:
        pattern = _lost_and_apart(parts, at_table=case.is_collaborative)
        return say(pattern, actor=actor, skills=skills(lost), count=parts)
    if lost:
        pattern = (
            _("If %(actor)s left, nobody known at this table would be left for %(skills)s.")
            if case.is_collaborative
            else _(
                "If %(actor)s left, no known organization of this city would be left for "
                "%(skills)s."
            )
        )
        return say(pattern, actor=actor, skills=skills(lost))
    if parts:
        pattern = ngettext(
            "If %(actor)s left, the map would fall into %(count)s more piece.",
            "If %(actor)s left, the map would fall into %(count)s more pieces.",
            parts,
        )
        return say(pattern, actor=actor, count=parts)
    if weakened:
        return say(
            _("If %(actor)s left, only one organization would be left for %(skills)s."),
            actor=actor,
            skills=skills(weakened),
        )
    if unlearned:
        pattern = (
            _("If %(actor)s left, nobody known at this table would be learning %(skills)s.")
            if case.is_collaborative
            else _(
                "If %(actor)s left, no known organization of this city would be learning "
                "%(skills)s."
            )
        )
        return say(pattern, actor=actor, skills=skills(unlearned))
    return say(
        _("If %(actor)s left, the way to somebody with %(skills)s would be longer."),
        actor=actor,
        skills=skills(change.competency for change in departure.reach),
    )


def _lost_and_apart(parts: int, *, at_table: bool) -> str:
    if at_table:
        return ngettext(
            "If %(actor)s left, nobody known at this table would be left for %(skills)s, and the "
            "map would fall into %(count)s more piece.",
            "If %(actor)s left, nobody known at this table would be left for %(skills)s, and the "
            "map would fall into %(count)s more pieces.",
            parts,
        )
    return ngettext(
        "If %(actor)s left, no known organization of this city would be left for %(skills)s, and "
        "the map would fall into %(count)s more piece.",
        "If %(actor)s left, no known organization of this city would be left for %(skills)s, and "
        "the map would fall into %(count)s more pieces.",
        parts,
    )


def still_near(departure: Departure) -> Text:
    """How far the lost skills would be that somebody else on the map has; may be empty."""
    lost = lost_skills(departure)
    told = []
    for pattern, reach in (
        (_("One introduction away would still be: %(skills)s."), "one_introduction"),
        (_("Two introductions away would still be: %(skills)s."), "two_introductions"),
        (_("On the map, but farther away, would still be: %(skills)s."), "in_the_city"),
    ):
        near = [c.competency for c in departure.reach if c.competency in lost and c.to == reach]
        if near:
            told.append(say(pattern, skills=skills(near)))
    return sentences(*told)


def departure_finding(case: Case, departure: Departure) -> Finding:
    """The departure that opens the most."""
    lost, weakened = lost_skills(departure), weakened_skills(departure)
    advice = (
        _(
            "Find a second organization for these skills, and bring its partners together with "
            "each other."
        )
        if departure.cells
        else _("Bring its partners together with each other.")
    )
    near = still_near(departure)
    return Finding(
        kind="departure",
        sentence=departure_sentence(case, departure),
        base=case.map_base(),
        why=_(
            "Each organization was taken off the map in thought, with what it can do and whom it "
            "works with. This is the one whose leaving opens the most."
        ),
        rule="g11",
        term=_("fragility"),
        place="fragility",
        next=sentences(advice, near) if near.pieces else Text((advice,)),
        skills=lost or weakened or unlearned_skills(departure),
        actors=(departure.actor,),
    )
