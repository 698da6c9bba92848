"""Findings about competencies: missing, hanging on one, not asked about (G1, G3, G8)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecosystem.analysis import defaults
from ecosystem.analysis.cells import Cell
from ecosystem.analysis.reach import Reach
from ecosystem.findings.finding import Case, Finding, Kind
from ecosystem.findings.text import (
    Text,
    in_sentence,
    listed,
    name_of,
    names_of,
    number,
    say,
    sentences,
    skill,
    skills,
)

KIND_OF_STATE: dict[str, Kind] = {
    "absent": "skill_absent",
    "thin": "skill_thin",
    "single": "skill_single",
    "unknown": "skill_unknown",
}

TOLD_TOGETHER = 4
"""From so many skills on that nobody was asked about, one question stands for all."""


def skill_findings(case: Case) -> Iterator[Finding]:
    """One finding for every competency that is not covered, and one for all that is old.

    Where nobody was asked about many and no way leads to anybody, one question stands for all.
    """
    if not case.results.scope.size:
        return
    reach_of = {reach.competency: reach for reach in case.results.reach}
    unasked = [
        cell
        for cell in case.results.cells
        if cell.state == "unknown"
        and not cell.answered
        and not case.declined[cell.competency, ""]
        and not reach_of[cell.competency].path
    ]
    if len(unasked) < TOLD_TOGETHER:
        unasked = []
    for cell in case.results.cells:
        if cell.state != "covered" and cell not in unasked:
            yield _skill_finding(case, cell, reach_of[cell.competency])
    if unasked:
        yield _unasked_finding(case, [cell.competency for cell in unasked])
    if stale := [cell.competency for cell in case.results.cells if cell.freshness == "stale"]:
        yield _stale_finding(case, stale)


def _skill_finding(case: Case, cell: Cell, reach: Reach) -> Finding:
    return Finding(
        kind=KIND_OF_STATE[cell.state],
        sentence=state_sentence(case, cell),
        base=case.scope_base(cell.answered),
        why=state_reason(cell),
        rule="g1",
        term=_("state of a competency cell"),
        place=f"reach-{cell.competency}" if reach.reach != "in_the_room" else "skills",
        next=what_to_do(case, cell, reach),
        path=tuple(names_of(case.actors, reach.path or ())),
        skills=(cell.competency,),
        actors=cell.holders + cell.learners,
        weight=-REACH_ORDER[reach.reach],
    )


REACH_ORDER = {
    "in_the_room": 0,
    "one_introduction": 1,
    "two_introductions": 2,
    "in_the_city": 3,
    "elsewhere": 4,
    "nowhere": 5,
}
"""The nearer a missing skill, the sooner its gap closes."""


def state_sentence(case: Case, cell: Cell) -> Text:
    """What is known of one competency, in one sentence."""
    label, answered = skill(cell.competency), cell.answered
    holders, learners = names_of(case.actors, cell.holders), names_of(case.actors, cell.learners)
    if cell.state == "covered":
        pattern = ngettext(
            "%(skill)s is covered: %(count)s organization is known to have it.",
            "%(skill)s is covered: %(count)s organizations are known to have it.",
            len(holders),
        )
        return say(pattern, skill=label, count=len(holders))
    if cell.state == "single" and len(holders) == 1:
        return say(
            _("%(skill)s depends on one organization: %(holder)s."), skill=label, holder=holders
        )
    if cell.state == "single":
        pattern = _("%(skill)s depends on one organization, of which %(holders)s are parts.")
        return say(pattern, skill=label, holders=holders)
    if cell.state == "thin":
        pattern = ngettext(
            "%(skill)s is still being learned: %(learners)s is at the beginning.",
            "%(skill)s is still being learned: %(learners)s are at the beginning.",
            len(learners),
        )
        return say(pattern, skill=label, learners=learners)
    if cell.state == "absent":
        pattern = ngettext(
            "%(skill)s is missing: %(count)s organization was asked, and it does not have it.",
            "%(skill)s is missing: %(count)s organizations were asked, and none has it.",
            answered,
        )
        return say(pattern, skill=label, count=answered)
    unsaid = case.declined[cell.competency, ""]
    if not answered and not unsaid:
        return say(_("Nobody has been asked about %(skill)s yet."), skill=in_sentence(label))
    if not answered:
        pattern = ngettext(
            "%(count)s organization was asked about %(skill)s, and would rather not say.",
            "%(count)s organizations were asked about %(skill)s, and would rather not say.",
            unsaid,
        )
        return say(pattern, skill=in_sentence(label), count=unsaid)
    pattern = ngettext(
        "Too few have been asked about %(skill)s: %(count)s organization, and it does not have it.",
        "Too few have been asked about %(skill)s: %(count)s organizations, and none has it.",
        answered,
    )
    told = say(pattern, skill=in_sentence(label), count=answered)
    if not unsaid:
        return told
    more = ngettext(
        "%(count)s more would rather not say.", "%(count)s more would rather not say.", unsaid
    )
    return sentences(told, say(more, count=unsaid))


def state_reason(cell: Cell) -> str:
    """The rule behind the state, with the numbers of this cell."""
    if cell.state == "single":
        return str(
            say(
                _(
                    "A skill is covered when at least %(needed)s different organizations have it. "
                    "A department and the organization it is part of count as one. "
                    "Here it is one: if it leaves, nobody known here has the skill."
                ),
                needed=defaults.COVERED_ORGANISATIONS,
            )
        )
    if cell.state == "thin":
        return _(
            "Nobody known has this skill solidly. Learning does not count as having, but it is a "
            "start to build on."
        )
    share = number(100 * defaults.ABSENT_ANSWERED_SHARE)
    if cell.state == "absent":
        pattern = _(
            "A skill counts as missing only when at least %(share)s%% of the organizations were "
            "asked. Here %(answered)s of %(members)s answered, and none has it."
        )
    else:
        pattern = _(
            "A skill counts as missing only when at least %(share)s%% of the organizations were "
            "asked. Here %(answered)s of %(members)s answered, so this is a question, not a gap."
        )
    return str(say(pattern, share=share, answered=cell.answered, members=cell.members))


def what_to_do(case: Case, cell: Cell, reach: Reach) -> Text:
    """The next step: whom to ask, and through whom."""
    silent = cell.members - cell.answered - case.declined[cell.competency, ""]
    if cell.state == "single":
        if not silent:
            return Text(
                (_("Invite a second organization with this skill, or let another learn it."),)
            )
        pattern = ngettext(
            "Ask who else can do it: %(count)s organization has not been asked.",
            "Ask who else can do it: %(count)s organizations have not been asked.",
            silent,
        )
        return say(pattern, count=silent)
    if cell.state == "thin" and reach.reach == "nowhere":
        return say(
            _("Help %(learners)s to learn it: nobody is recorded anywhere who has it."),
            learners=names_of(case.actors, cell.learners),
        )
    return reach_sentence(case, reach)


def reach_sentence(case: Case, reach: Reach) -> Text:
    """How far the nearest holder is, and whom to ask for it."""
    path = names_of(case.actors, reach.path or ())
    if reach.reach == "in_the_room":
        return Text((_("Somebody here has this skill."),))
    if reach.reach == "one_introduction":
        return say(
            _(
                "%(holder)s has this skill and already works with %(member)s, which can bring it "
                "in."
            ),
            holder=path[-1],
            member=path[0],
        )
    if reach.reach == "two_introductions":
        return say(
            _(
                "%(holder)s has this skill: ask %(member)s, which works with %(through)s, to "
                "introduce you."
            ),
            holder=path[-1],
            member=path[0],
            through=path[1],
        )
    if reach.reach == "in_the_city":
        if path:
            pattern = _("%(holder)s has this skill, but is more than two introductions away.")
        else:
            pattern = _(
                "%(holder)s has this skill, but no recorded tie leads there: get in touch directly."
            )
        holder = path[-1] if path else name_of(case.actors[str(reach.holder)])
        return say(pattern, holder=holder)
    if reach.reach == "elsewhere":
        return elsewhere_sentence(case, reach.competency)
    return Text((_("Nobody is recorded anywhere with this skill: ask the organizations here."),))


def elsewhere_sentence(case: Case, competency: str) -> Text:
    """Which other cities have a skill, and whom to ask there first."""
    found = case.holders_elsewhere(competency)
    start = Text((_("Nobody on this map is known to have this skill."),))
    if not found:
        return sentences(start, _("Somebody in another city has it."))
    name, holder = found[0]
    cities = dict.fromkeys(other.city_name for _name, other in found if other.city_name)
    if holder.city_name is None:
        return sentences(
            start, say(_("%(holder)s, which works nationally, has it: ask there."), holder=name)
        )
    ask = say(_("Ask %(holder)s in %(city)s how they do it."), holder=name, city=holder.city_name)
    others = list(cities)[1:]
    if not others:
        return sentences(start, ask)
    return sentences(start, ask, say(_("It is known in %(cities)s too."), cities=listed(others)))


def _unasked_finding(case: Case, unasked: list[str]) -> Finding:
    size = case.results.scope.size
    ask = ngettext(
        "Ask the only organization here what it can do.",
        "Ask the %(count)s organizations here what they can do.",
        size,
    )
    return Finding(
        kind="skill_unknown",
        sentence=say(
            _("Nobody has been asked yet about %(count)s skills: %(skills)s."),
            count=len(unasked),
            skills=skills(unasked),
        ),
        base=case.scope_base(0),
        why=_(
            "Without an answer nobody can tell whether a skill is here or missing, so these are "
            "questions, not gaps."
        ),
        rule="g1",
        term=_("state of a competency cell"),
        place="reach",
        next=say(ask, count=size),
        skills=tuple(unasked),
        weight=-len(REACH_ORDER),
    )


def _stale_finding(case: Case, stale: list[str]) -> Finding:
    sentence = say(
        ngettext(
            "What is known of %(skills)s is more than %(months)s months old.",
            "What is known of these skills is more than %(months)s months old: %(skills)s.",
            len(stale),
        ),
        skills=skills(stale),
        months=defaults.AGEING_MONTHS,
    )
    return Finding(
        kind="stale",
        sentence=sentence,
        base=case.scope_base(),
        why=str(
            say(
                _(
                    "An answer is fresh for %(fresh)s months and old after %(ageing)s, because "
                    "staff and budgets change. Old answers still count, and should be confirmed."
                ),
                fresh=defaults.FRESH_MONTHS,
                ageing=defaults.AGEING_MONTHS,
            )
        ),
        rule="g3",
        term=_("freshness"),
        place="freshness",
        next=Text((_("Ask the organizations that are named with these skills to confirm them."),)),
        skills=tuple(stale),
        weight=len(stale),
    )
