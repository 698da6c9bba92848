"""Where one actor sits in its city's network, in plain words (gap method, G9 and G11)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.framework import TieStatus
from ecosystem.analysis.fragility import Departure, ReachChange
from ecosystem.analysis.structure import ActorMeasures
from ecosystem.findings.departures import lost_skills, unlearned_skills, weakened_skills
from ecosystem.findings.text import Text, listed, names_of, say, skill, skills
from ecosystem.services.gaps import GapAnalysis
from ecosystem.templatetags.ui import reach_label

NAMES_SHOWN = 6
"""Names in one sentence; the others are counted."""

FEW_SHARE = 0.1
"""Share of the map that may have more ties for "only so many work with more" to be said."""


@dataclass(frozen=True)
class Position:
    """``sentences`` say how it is connected, ``losses`` what would open if it left.

    ``technical`` is the same in the terms of network analysis, for small print; ``size`` the number
    of actors on the map.
    """

    partner_count: int
    sentences: list[Text]
    losses: list[Text]
    technical: list[str]
    size: int


def position_of(slug: str, analysis: GapAnalysis) -> Position | None:
    """The position of an actor, or None when it is not on the map."""
    measures = {measure.actor: measure for measure in analysis.results.actors}
    own = measures.get(slug)
    if own is None:
        return None
    departures = analysis.results.fragility.departures
    departure = next((one for one in departures if one.actor == slug), None)
    alone = [one for one in _partners(slug, analysis) if measures[one].degree == 1]
    return Position(
        partner_count=own.degree,
        sentences=list(_sentences(own, measures)),
        losses=[*_links_lost(sorted(alone), departure, analysis), *_skills_lost(departure)],
        technical=list(_technical(own, measures, analysis)),
        size=len(measures),
    )


def _partners(slug: str, analysis: GapAnalysis) -> set[str]:
    """Slugs of the others that it has an existing tie with, on this map."""
    pk = analysis.actors[slug].id
    slug_of = {actor.id: actor.slug for actor in analysis.data.actors}
    ends = {
        tie.target if tie.source == pk else tie.source
        for tie in analysis.data.ties
        if tie.status == TieStatus.EXISTING and pk in (tie.source, tie.target)
    }
    return {slug_of[end] for end in ends if end != pk}


def _sentences(own: ActorMeasures, measures: Mapping[str, ActorMeasures]) -> Iterator[Text]:
    if own.degree == 0:
        yield say(
            _(
                "No tie with anyone on this map is recorded. That is a gap in the record, not "
                "proof that it works alone."
            )
        )
        return
    degrees = [measure.degree for measure in measures.values()]
    yield say(
        ngettext(
            "It works with %(count)s organization; half of those on the map work with %(median)s "
            "or fewer.",
            "It works with %(count)s organizations; half of those on the map work with %(median)s "
            "or fewer.",
            own.degree,
        ),
        count=own.degree,
        median=int(median(degrees)),
    )
    more = sum(degree > own.degree for degree in degrees)
    if not more:
        yield say(_("Nobody on the map works with more."))
    elif more <= len(degrees) * FEW_SHARE:
        pattern = ngettext(
            "Only %(count)s organization works with more.",
            "Only %(count)s organizations work with more.",
            more,
        )
        yield say(pattern, count=more)
    deepest = max(measure.core for measure in measures.values())
    if own.core == deepest and deepest > 1:
        inside = sum(measure.core == deepest for measure in measures.values())
        yield say(
            _(
                "It is one of %(count)s organizations in the part of the map where everybody "
                "works with at least %(core)s others of that part."
            ),
            count=inside,
            core=deepest,
        )
    elif own.core == 1 and deepest > 1:
        yield say(_("It stands at the rim of the map, outside its closely knit parts."))


def _links_lost(
    alone: list[str], departure: Departure | None, analysis: GapAnalysis
) -> Iterator[Text]:
    if alone:
        yield say(
            ngettext(
                "%(count)s organization would lose its only link: %(names)s.",
                "%(count)s organizations would lose their only link: %(names)s.",
                len(alone),
            ),
            count=len(alone),
            names=listed(names_of(analysis.actors, alone), NAMES_SHOWN),
        )
    if departure is not None and departure.components:
        yield say(
            ngettext(
                "The map would fall into %(count)s more piece.",
                "The map would fall into %(count)s more pieces.",
                departure.components,
            ),
            count=departure.components,
        )


def _skills_lost(departure: Departure | None) -> Iterator[Text]:
    if departure is None:
        return
    if left_to_one := weakened_skills(departure):
        yield say(
            _("Only one organization would be left for %(skills)s."),
            skills=skills(left_to_one),
        )
    if lost := lost_skills(departure):
        yield say(
            _("No known organization of this city would be left for %(skills)s."),
            skills=skills(lost),
        )
    if learned := unlearned_skills(departure):
        yield say(
            _("No known organization of this city would be learning %(skills)s."),
            skills=skills(learned),
        )
    yield from map(_farther, departure.reach)


def _farther(change: ReachChange) -> Text:
    return say(
        _("%(skill)s would be farther: from “%(before)s” to “%(after)s”."),
        skill=skill(change.competency),
        before=reach_label(change.from_),
        after=reach_label(change.to),
    )


def _technical(
    own: ActorMeasures, measures: Mapping[str, ActorMeasures], analysis: GapAnalysis
) -> Iterator[str]:
    deepest = max(measure.core for measure in measures.values())
    yield _("degree %(number)s") % {"number": number_format(own.degree)}
    yield _("core %(number)s of %(deepest)s") % {
        "number": number_format(own.core),
        "deepest": number_format(deepest),
    }
    yield _("betweenness %(number)s") % {"number": number_format(round(own.betweenness, 3), 3)}
    if own.constraint is not None:
        yield _("constraint %(number)s") % {"number": number_format(round(own.constraint, 2), 2)}
    if own.actor in analysis.results.structure.articulation_points:
        yield _("articulation point")
    if own.actor in analysis.results.structure.isolates:
        yield _("isolate")
