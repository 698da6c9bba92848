"""Findings about how the map hangs together, and on whom (G9 to G12)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecosystem.analysis import defaults
from ecosystem.analysis.structure import SectorConnection
from ecosystem.analysis.vocabulary import REQUIRED_SECTORS
from ecosystem.findings.departures import departure_finding
from ecosystem.findings.finding import Case, Finding
from ecosystem.findings.text import (
    Text,
    in_sentence,
    listed,
    names_of,
    number,
    say,
    sector,
)

NATIONAL = "national_network"

APART = 1e6
"""More than any number of ties that could be missing between two sectors."""

PAIRS_TOLD = 8
"""So many pairs of sectors are told one by one: ten sectors have 55 pairs."""

TIES_MIN = 5
"""On a map of fewer ties almost none has a way around, which says nothing but that it is small."""

RESIDENTS_MIN = 2
"""One organization is not where residents stand: its ties are its own."""


def connection_findings(case: Case) -> Iterator[Finding]:
    """Departures, sectors apart, residents at the rim, only links, one-person ties, isolates.

    Of a collaborative only the departure that takes most from its table: how the whole map hangs
    together is told of the city.
    """
    departures = case.results.fragility.departures
    if case.is_collaborative:
        departures = tuple(d for d in departures if d.cells or d.reach)
    if departures:
        yield departure_finding(case, departures[0])
    if case.is_collaborative:
        return
    yield from _sector_pairs(case)
    yield from _residents(case)
    yield from _structure(case)


def sector_pair_sentence(connection: SectorConnection) -> Text:
    """How two sectors are connected, when they are less so than an even spread would give."""
    expected = number(connection.expected or 0)
    a, b = sector(connection.a), in_sentence(sector(connection.b))
    if connection.a == connection.b:
        if not connection.observed:
            pattern = _(
                "%(a)s: no tie among these organizations is recorded, where an even spread would "
                "give about %(expected)s."
            )
        else:
            pattern = ngettext(
                "%(a)s: only %(observed)s tie among these organizations is recorded, where an even "
                "spread would give about %(expected)s.",
                "%(a)s: only %(observed)s ties among these organizations are recorded, where an "
                "even spread would give about %(expected)s.",
                connection.observed,
            )
    elif not connection.observed:
        pattern = _(
            "%(a)s and %(b)s: no tie between them is recorded, where an even spread would give "
            "about %(expected)s."
        )
    else:
        pattern = ngettext(
            "%(a)s and %(b)s: only %(observed)s tie between them is recorded, where an even spread "
            "would give about %(expected)s.",
            "%(a)s and %(b)s: only %(observed)s ties between them are recorded, where an even "
            "spread would give about %(expected)s.",
            connection.observed,
        )
    return say(pattern, a=a, b=b, observed=connection.observed, expected=expected)


def _sector_pairs(case: Case) -> Iterator[Finding]:
    """The pairs that matter most one by one, the others as a number; the dashboard has them all."""
    apart = [pair for pair in case.results.sector_connection if pair.state != "connected"]
    apart.sort(key=_pair_weight, reverse=True)
    for connection in apart[:PAIRS_TOLD]:
        yield _sector_pair(case, connection)
    if others := len(apart[PAIRS_TOLD:]):
        pattern = ngettext(
            "%(count)s more pair of sectors has fewer ties than could be expected.",
            "%(count)s more pairs of sectors have fewer ties than could be expected.",
            others,
        )
        yield Finding(
            kind="sectors_weak",
            sentence=say(pattern, count=others),
            base=case.map_base(),
            why=_("They are compared like the pairs above, and have fewer ties to win."),
            rule="g10",
            term=_("sector connection"),
            place="sectors",
            weight=-2 * APART,
        )


def _sector_pair(case: Case, connection: SectorConnection) -> Finding:
    structure = case.results.structure
    expected = connection.expected or 0
    why = say(
        _(
            "The %(ties)s ties of the map were spread evenly, in thought, over all pairs of "
            "organizations. %(pairs)s of these pairs are of these sectors, so about %(expected)s "
            "ties would fall there. Recorded: %(observed)s. A tie that nobody recorded is in "
            "neither number."
        ),
        ties=structure.ties,
        pairs=connection.pairs,
        expected=number(expected, 1),
        observed=connection.observed,
    )
    return Finding(
        kind="sectors_disconnected" if connection.state == "disconnected" else "sectors_weak",
        sentence=sector_pair_sentence(connection),
        base=case.map_base(),
        why=str(why),
        rule="g10",
        term=_("sector connection"),
        place="sectors",
        next=Text(
            (
                _("Introduce two of them to each other, or record a tie that is there.")
                if connection.a == connection.b
                else _(
                    "Introduce one organization of each to the other, or record a tie that is "
                    "there."
                ),
            )
        ),
        sectors=tuple(dict.fromkeys((connection.a, connection.b))),
        weight=_pair_weight(connection),
    )


def _pair_weight(connection: SectorConnection) -> float:
    """Needed sectors apart come first, then the most ties to win, national networks last."""
    shortfall = (connection.expected or 0) - connection.observed
    pair = {connection.a, connection.b}
    if NATIONAL in pair:
        return shortfall - APART
    if len(pair) > 1 and pair.issubset(REQUIRED_SECTORS):
        return shortfall + APART
    return shortfall


def _residents(case: Case) -> Iterator[Finding]:
    residents = case.results.residents
    theirs, others = residents.median_degree, residents.median_degree_others
    if theirs is None or others is None or theirs >= others or residents.members < RESIDENTS_MIN:
        return
    yield Finding(
        kind="residents_at_the_rim",
        sentence=residents_sentence(case),
        base=case.map_base(),
        why=str(
            say(
                _(
                    "Typical means the median: as many organizations have more ties as have "
                    "fewer. It rests on %(members)s resident and community and %(others)s other "
                    "organizations."
                ),
                members=residents.members,
                others=residents.others,
            )
        ),
        rule="g12",
        term=_("median degree and core number"),
        place="residents",
        next=Text(
            (_("Ask resident groups whom they work with, and bring them into shared work."),)
        ),
    )


def residents_sentence(case: Case) -> Text:
    """Whether residents stand at the rim, said in any case."""
    residents = case.results.residents
    theirs, others = residents.median_degree, residents.median_degree_others
    if theirs is None:
        return Text((_("No resident or community organization is on the map."),))
    if others is None:
        return Text((_("Only resident and community organizations are on the map."),))
    if residents.members < RESIDENTS_MIN:
        pattern = ngettext(
            "Only one resident or community organization is on the map, with %(theirs)s recorded "
            "tie; the typical number of the others is %(others)s.",
            "Only one resident or community organization is on the map, with %(theirs)s recorded "
            "ties; the typical number of the others is %(others)s.",
            int(theirs),
        )
    elif theirs < others:
        pattern = ngettext(
            "Residents stand at the rim: the typical number of recorded ties is %(theirs)s for "
            "the %(members)s resident and community organizations, and %(others)s for the one "
            "other.",
            "Residents stand at the rim: the typical number of recorded ties is %(theirs)s for "
            "the %(members)s resident and community organizations, and %(others)s for the "
            "%(count)s others.",
            residents.others,
        )
    else:
        pattern = ngettext(
            "Residents are as well connected as others: the typical number of recorded ties is "
            "%(theirs)s for the %(members)s resident and community organizations, and %(others)s "
            "for the one other.",
            "Residents are as well connected as others: the typical number of recorded ties is "
            "%(theirs)s for the %(members)s resident and community organizations, and %(others)s "
            "for the %(count)s others.",
            residents.others,
        )
    return say(
        pattern,
        theirs=number(theirs, 1),
        members=residents.members,
        others=number(others, 1),
        count=residents.others,
    )


def told_bridges(case: Case) -> tuple[tuple[str, str], ...]:
    """Ties without a way around, where the map has enough ties for a way around."""
    structure = case.results.structure
    return structure.bridges if structure.ties >= TIES_MIN else ()


def _structure(case: Case) -> Iterator[Finding]:
    structure = case.results.structure
    base = case.map_base()
    if points := structure.articulation_points:
        pattern = ngettext(
            "%(count)s organization is the only link between parts of the map: %(names)s.",
            "%(count)s organizations are the only links between parts of the map: %(names)s.",
            len(points),
        )
        yield Finding(
            kind="only_links",
            sentence=say(pattern, count=len(points), names=names_of(case.actors, points)),
            base=base,
            why=_("Without such an organization, others would have no way to the rest of the map."),
            rule="g9",
            term=_("articulation points"),
            place="fragility",
            next=Text((_("Bring their partners together with each other."),)),
            actors=points,
        )
    if bridges := told_bridges(case):
        pattern = ngettext(
            "%(count)s of %(ties)s ties has no way around: if it ends, part of the map is cut off.",
            "%(count)s of %(ties)s ties have no way around: if one ends, part of the map is cut "
            "off.",
            len(bridges),
        )
        yield Finding(
            kind="ties_without_detour",
            sentence=say(pattern, count=len(bridges), ties=structure.ties),
            base=base,
            why=_("Between the two organizations of such a tie there is no other way on the map."),
            rule="g9",
            term=_("bridges"),
            place="fragility",
            next=Text((_("Add a second tie where it matters, through a common partner."),)),
        )
    if pairs := case.results.fragility.one_person_ties:
        yield _one_person(case, pairs)
    if isolates := structure.isolates:
        pattern = ngettext(
            "No tie is recorded for %(names)s: whom does it work with?",
            "No tie is recorded for %(names)s: whom do they work with?",
            len(isolates),
        )
        yield Finding(
            kind="not_connected",
            sentence=say(pattern, names=listed(names_of(case.actors, isolates))),
            base=base,
            why=_("Nobody has recorded a tie, which does not mean that there is none."),
            rule="g9",
            term=_("isolates"),
            place="fragility",
            next=Text((_("Ask whom they work with, and introduce them to others."),)),
            actors=isolates,
            weight=len(isolates),
        )


def _one_person(case: Case, pairs: tuple[tuple[str, str], ...]) -> Finding:
    pattern = ngettext(
        "%(count)s tie is carried by one person, and ends when that person leaves.",
        "%(count)s ties are carried by one person each, and end when that person leaves.",
        len(pairs),
    )
    return Finding(
        kind="one_person_ties",
        sentence=say(pattern, count=len(pairs)),
        base=case.map_base(),
        why=str(
            say(
                _(
                    "Counted are ties known to be carried by %(count)s person. Where nobody said "
                    "how many carry a tie, it is not counted."
                ),
                count=defaults.ONE_PERSON,
            )
        ),
        rule="g11",
        term=_("one-person ties"),
        place="fragility",
        next=Text((_("Introduce a second person on each side."),)),
        actors=tuple(sorted({slug for pair in pairs for slug in pair})),
    )
