"""What the gap templates need of the whole map: connections, fragility, residents, its quality."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecosystem.analysis.cells import freshness_of
from ecosystem.analysis.fragility import Departure
from ecosystem.analysis.structure import SectorConnection
from ecosystem.analysis.vocabulary import COMPETENCIES
from ecosystem.findings import Case, Name, Text
from ecosystem.findings.connections import residents_sentence, told_bridges
from ecosystem.findings.departures import (
    departure_sentence,
    lost_skills,
    still_near,
    unlearned_skills,
    weakened_skills,
)
from ecosystem.findings.quality import (
    completeness_base,
    completeness_reason,
    completeness_sentence,
    silent_sentence,
)
from ecosystem.findings.text import name_of, names_of, number, say, skills
from ecosystem.matrix import recorded_matrix, sector_context

Context: TypeAlias = dict[str, Any]

DEPARTURES_SHOWN = 8
"""The others are folded away: a convener can care for a few."""

LISTED = 8
"""So many names stand in a short list; the others are folded away."""


@dataclass(frozen=True)
class DepartureRow:
    """What would open if one actor left; ``near`` says who else would still have what is lost."""

    actor: Name
    lost: Text
    near: Text
    unlearned: Text
    weakened: Text
    farther: Text
    components: int


def map_context(case: Case) -> Context:
    """The parts that speak of the whole map.

    Keys: ``structure``, ``sector_matrix``, ``matrix_answer``, ``fragility``, ``fragility_answer``,
    ``residents``, ``residents_answer``, ``freshness``, ``freshness_answer``, ``completeness``,
    ``completeness_answer``, ``completeness_base``, ``completeness_reason``.
    """
    results = case.results
    return {
        "structure": results.structure,
        **sector_context(recorded_matrix(results)),
        "matrix_answer": _matrix_answer(results.sector_connection),
        "fragility": _fragility(case),
        "fragility_answer": _fragility_answer(case),
        "residents": _residents(case),
        "residents_answer": residents_sentence(case),
        "freshness": _freshness(case),
        "freshness_answer": _freshness_answer(case),
        "completeness": results.completeness,
        "completeness_answer": completeness_sentence(case),
        "completeness_base": completeness_base(case),
        "completeness_reason": completeness_reason(case),
    }


# ── Sectors ──────────────────────────────────────────────────────────────────────────────────────


def _matrix_answer(pairs: Iterable[SectorConnection]) -> str:
    states = Counter(pair.state for pair in pairs if pair.pairs)
    short = states["disconnected"] + states["weak"]
    if not states:
        return _("With fewer than two organizations there is nothing to connect.")
    if not short:
        return _("All sectors that could be expected to work together do.")
    pattern = ngettext(
        "%(count)s pair of sectors has fewer ties than could be expected, %(none)s without any.",
        "%(count)s pairs of sectors have fewer ties than could be expected, %(none)s without any.",
        short,
    )
    return str(say(pattern, count=short, none=states["disconnected"]))


# ── Fragility ────────────────────────────────────────────────────────────────────────────────────


def _fragility(case: Case) -> Context:
    results, actors = case.results, case.actors
    rows = [
        DepartureRow(
            actor=name_of(actors[departure.actor]),
            lost=skills(lost_skills(departure)),
            near=still_near(departure),
            unlearned=skills(unlearned_skills(departure)),
            weakened=skills(weakened_skills(departure)),
            farther=skills(
                change.competency
                for change in departure.reach
                if change.competency not in lost_skills(departure)
            ),
            components=departure.components,
        )
        for departure in _told_departures(case)
    ]
    return {
        "departures": rows[:DEPARTURES_SHOWN],
        "more_departures": rows[DEPARTURES_SHOWN:],
        "articulation_points": _folded(names_of(actors, results.structure.articulation_points)),
        "isolates": _folded(names_of(actors, results.structure.isolates)),
        "bridges": [names_of(actors, pair) for pair in told_bridges(case)],
        "one_person_ties": _folded(
            [names_of(actors, pair) for pair in results.fragility.one_person_ties]
        ),
    }


def _told_departures(case: Case) -> Sequence[Departure]:
    """Of a collaborative those that take something from its table, see ``connection_findings``."""
    departures = case.results.fragility.departures
    if case.is_collaborative:
        return [departure for departure in departures if departure.cells or departure.reach]
    return departures


def _folded(items: Sequence[Any]) -> Context:
    """The first of a list, and the others, which a page folds away."""
    return {"first": items[:LISTED], "others": items[LISTED:]}


def _fragility_answer(case: Case) -> Text:
    departures = _told_departures(case)
    if departures:
        return departure_sentence(case, departures[0])
    if case.is_collaborative:
        return Text((_("No single departure would take a skill from this table."),))
    if case.results.structure.size < 2:
        return Text((_("With fewer than two organizations nothing can fall apart."),))
    return Text((_("No single departure would lose a skill or cut anybody off."),))


# ── Residents ────────────────────────────────────────────────────────────────────────────────────


def _residents(case: Case) -> Context:
    found = case.results.residents
    rows = [
        (_("Residents & community"), found.members, found.median_degree, found.median_core),
        (_("All others"), found.others, found.median_degree_others, found.median_core_others),
    ]
    return {
        "rows": [
            {
                "label": label,
                "count": count,
                "degree": None if degree is None else number(degree, 1),
                "core": None if core is None else number(core, 1),
            }
            for label, count, degree, core in rows
        ],
        "largest": max(found.median_degree or 0, found.median_degree_others or 0),
    }


# ── How far the map can be trusted ───────────────────────────────────────────────────────────────


def _freshness(case: Case) -> Context:
    """Answers of the scope by age, and who has not answered anything."""
    ages = _ages(case)
    labels = {
        "fresh": _("Fresh: up to 12 months old"),
        "ageing": _("Ageing: 12 to 24 months old"),
        "stale": _("Old: more than 24 months"),
        None: _("No day known"),
    }
    return {
        "answers": sum(ages.values()),
        "questions": len(COMPETENCIES) * case.results.scope.size,
        "bars": {
            "caption": _("Answers by age"),
            "name_label": _("Age"),
            "count_label": _("Answers"),
            "largest": max(ages.values(), default=0),
            "rows": [
                {"label": label, "count": ages[age], "none": _("none")}
                for age, label in labels.items()
            ],
        },
    }


def _ages(case: Case) -> Counter[str | None]:
    data = case.analysis.data
    return Counter(
        freshness_of(statement.confirmed_on, data.as_of)
        for statement in data.statements
        if statement.actor in data.scope.members
    )


def _freshness_answer(case: Case) -> str:
    size = case.results.scope.size
    silent = sum(not share for share in case.results.actor_answered_shares.values())
    if not size:
        return _("Nobody has been asked yet.")
    if not silent:
        return _("Every organization has answered at least one question.")
    return str(silent_sentence(silent, size))
