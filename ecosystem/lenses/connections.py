"""Lenses on ties: residents at the rim, bridges between sectors, nobody to work with."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecosystem.analysis.structure import SectorConnection
from ecosystem.analysis.vocabulary import RESIDENTS
from ecosystem.findings import Case
from ecosystem.findings.connections import residents_sentence, sector_pair_sentence
from ecosystem.findings.table import missing_sentence, outsiders_of, whom_to_invite
from ecosystem.findings.text import (
    Text,
    in_sentence,
    listed,
    number,
    say,
    sector,
    sentences,
)
from ecosystem.lenses.lens import Answer, names

CONNECTORS_LIT = 5
"""Those that work with most sectors; were all lit that touch two, hardly anybody would be dark."""


def rim(case: Case) -> Answer:
    """Where residents stand; lit are they, those with the fewest ties first."""
    measures = {m.actor: m for m in case.results.actors}
    residents = [slug for slug, actor in case.actors.items() if actor.sector == RESIDENTS]
    residents.sort(key=lambda slug: (measures[slug].degree, measures[slug].core, slug))
    alone = [slug for slug in residents if not measures[slug].degree]
    parts: list[Text] = [residents_sentence(case)]
    if alone:
        pattern = ngettext(
            "No tie is recorded for %(names)s.", "No tie is recorded for %(names)s.", len(alone)
        )
        parts.append(say(pattern, names=names(case, alone)))
    return Answer(
        question=_("Where do residents stand?"),
        sentence=sentences(*parts),
        lit=residents,
        base=case.map_base(),
        place="residents",
    )


def isolated(case: Case) -> Answer:
    """Who has no recorded tie."""
    isolates = case.results.structure.isolates
    if not case.actors:
        sentence = Text((_("Nobody is here yet."),))
    elif isolates:
        pattern = ngettext(
            "%(count)s organization has no recorded tie: %(names)s. That nobody recorded one does "
            "not mean that there is none.",
            "%(count)s organizations have no recorded tie: %(names)s. That nobody recorded one "
            "does not mean that there is none.",
            len(isolates),
        )
        sentence = say(pattern, count=len(isolates), names=names(case, isolates))
    else:
        sentence = Text((_("Every organization on the map has a recorded tie."),))
    return Answer(
        question=_("Who has no recorded tie?"),
        sentence=sentence,
        lit=isolates,
        base=case.map_base(),
        place="alone",
    )


def bridges(case: Case) -> Answer:
    """Who ties sectors that hardly meet, then who is the only link between parts of the map."""
    short = [pair for pair in case.results.sector_connection if pair.state != "connected"]
    met = _sectors_met(case)
    scores = Counter(
        {slug: sum(_meets(met[slug], pair) > 0 for pair in short) for slug in case.actors}
    )
    connectors = sorted(
        (slug for slug in scores if scores[slug]),
        key=lambda slug: (-scores[slug], -len(case.adjacency[slug]), slug),
    )[:CONNECTORS_LIT]
    opened = {d.actor: d.components for d in case.results.fragility.departures}
    points = sorted(
        case.results.structure.articulation_points,
        key=lambda slug: (-opened.get(slug, 0), slug),
    )
    return Answer(
        question=_("Who holds the map together?"),
        sentence=_bridges_sentence(case, short, connectors, points),
        lit=(*connectors, *points),
        base=case.map_base(),
        place="sectors",
    )


def _bridges_sentence(
    case: Case, short: list[SectorConnection], connectors: list[str], points: list[str]
) -> Text:
    parts: list[Text | str] = []
    if short:
        pattern = ngettext(
            "%(count)s pair of sectors has fewer ties than could be expected.",
            "%(count)s pairs of sectors have fewer ties than could be expected.",
            len(short),
        )
        parts.append(say(pattern, count=len(short)))
        if connectors:
            pattern = ngettext(
                "%(names)s is best placed to bring such sectors together.",
                "%(names)s are best placed to bring such sectors together.",
                len(connectors),
            )
            parts.append(say(pattern, names=names(case, connectors)))
    else:
        parts.append(_("No two sectors have fewer ties than could be expected."))
    if points:
        pattern = ngettext(
            "%(count)s organization is the only link between parts of the map: %(names)s.",
            "%(count)s organizations are the only links between parts of the map: %(names)s.",
            len(points),
        )
        parts.append(say(pattern, count=len(points), names=names(case, points)))
    else:
        parts.append(_("Nobody is the only link between parts of the map."))
    return sentences(*parts)


def between(case: Case, pair: SectorConnection) -> Answer:
    """Who ties two sectors together, or the organizations of one: those with most ties to both."""
    met = _sectors_met(case)
    meetings = {slug: _meets(met[slug], pair) for slug in case.actors}
    lit = sorted(
        (slug for slug in meetings if meetings[slug]),
        key=lambda slug: (-meetings[slug], -len(case.adjacency[slug]), slug),
    )
    a, b = in_sentence(sector(pair.a)), in_sentence(sector(pair.b))
    if pair.a == pair.b:
        question = say(_("Who ties the %(a)s sector together?"), a=a)
    else:
        question = say(_("Who ties %(a)s and %(b)s together?"), a=a, b=b)
    return Answer(
        question=str(question),
        sentence=sentences(_pair_sentence(pair), _between_sentence(case, lit)),
        lit=lit,
        base=case.map_base(),
        place="sectors",
        parameters={"a": pair.a} if pair.a == pair.b else {"a": pair.a, "b": pair.b},
    )


def _pair_sentence(pair: SectorConnection) -> Text:
    if pair.state != "connected":
        return sector_pair_sentence(pair)
    pattern = ngettext(
        "%(a)s and %(b)s: %(observed)s tie is recorded, where an even spread would give about "
        "%(expected)s.",
        "%(a)s and %(b)s: %(observed)s ties are recorded, where an even spread would give about "
        "%(expected)s.",
        pair.observed,
    )
    if pair.a == pair.b:
        pattern = ngettext(
            "%(a)s: %(observed)s tie among these organizations is recorded, where an even spread "
            "would give about %(expected)s.",
            "%(a)s: %(observed)s ties among these organizations are recorded, where an even spread "
            "would give about %(expected)s.",
            pair.observed,
        )
    return say(
        pattern,
        a=sector(pair.a),
        b=in_sentence(sector(pair.b)),
        observed=pair.observed,
        expected=number(pair.expected or 0, 1),
    )


def _between_sentence(case: Case, lit: list[str]) -> Text:
    if not lit:
        return Text((_("Nobody works with both sides yet."),))
    pattern = ngettext(
        "%(names)s works with both sides.", "%(names)s work with both sides.", len(lit)
    )
    return say(pattern, names=names(case, lit))


def _sectors_met(case: Case) -> Mapping[str, Counter[str]]:
    """Per actor, how often each sector is among its partners and itself."""
    return {
        slug: Counter(case.actors[other].sector for other in (slug, *case.adjacency[slug]))
        for slug in case.actors
    }


def _meets(met: Counter[str], pair: SectorConnection) -> int:
    """How often an actor has both sides at hand; 0 is never."""
    if pair.a == pair.b:
        return met[pair.a] - 1 if met[pair.a] > 1 else 0
    return min(met[pair.a], met[pair.b])


def of_sector(case: Case, slug: str) -> Answer:
    """Who stands for a sector, in the scope first, then the others on the map."""
    here = case.results.presence.sectors[slug]
    outside = outsiders_of(case, slug)
    label = in_sentence(sector(slug))
    if here:
        pattern = ngettext(
            "%(count)s organization of the %(sector)s sector is here: %(names)s.",
            "%(count)s organizations of the %(sector)s sector are here: %(names)s.",
            len(here),
        )
        sentence = say(pattern, count=len(here), sector=label, names=_listed(case, here))
    else:
        sentence = sentences(missing_sentence(case, slug), whom_to_invite(case, outside))
    return Answer(
        question=str(say(_("Who stands for the %(sector)s sector?"), sector=label)),
        sentence=sentence,
        lit=(*here, *(name.slug for name in outside)),
        base=case.scope_base(),
        place="presence",
        parameters={"a": slug},
    )


def _listed(case: Case, slugs: Iterable[str]) -> Text:
    return listed(names(case, slugs))
