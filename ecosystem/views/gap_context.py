"""What the gap templates need, for a city and for a collaborative alike.

``load_gap_context`` is what a view calls; its result goes into the context of a template that
includes ``ecosystem/_gap_cells.html``, ``_gap_reach.html``, ``_gap_presence.html`` and their kind.
Each of these says in its first lines which of the keys it reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rules import Viewer
from actors.framework import Area, Competency, Role, Sector
from actors.models import City
from ecosystem.analysis.cells import Cell, SectorCell
from ecosystem.analysis.vocabulary import AREAS, EXPECTED_SECTORS, REQUIRED_SECTORS
from ecosystem.findings import Case, Findings, case_of, find
from ecosystem.findings.skills import reach_sentence, state_sentence
from ecosystem.findings.text import Name, Text, listed, names_of, say, sentences
from ecosystem.services.gaps import GapAnalysis

Context: TypeAlias = dict[str, Any]

NAMES_IN_A_ROW = 4


@dataclass(frozen=True)
class ReachRow:
    """One skill that nobody in the scope is known to have, and the way to somebody who has it."""

    slug: str
    label: str
    state: str
    answered: int
    reach: str
    says: Text
    leads: Text
    path: tuple[Name, ...]


@dataclass(frozen=True)
class PresenceRow:
    """A sector or role, and who stands for it. ``needed`` is "required", "expected" or nothing."""

    slug: str
    label: str
    count: int
    names: Text
    needed: str
    url: str


def load_gap_context(analysis: GapAnalysis, *, city: City, user: Viewer) -> Context:
    """``gap_context``, with the cities that hold what nobody here does; at most one query."""
    return gap_context(case_of(analysis, city, user))


def gap_context(case: Case) -> Context:
    """The parts that speak of the scope alone, a city's own actors or a collaborative's members.

    Keys: ``scope`` (kind, slug, name, city, size), ``as_of`` (date), ``base`` (size of the scope),
    ``answered`` (share of questions answered), ``findings``, ``gap_answer``, ``map_address``,
    ``what_if_url``, ``heat``, ``skill_areas``, ``strip``, ``skills_answer``, ``reach_rows``,
    ``reach_answer``, ``presence``, ``presence_answer``.
    """
    results = case.results
    findings = find(case)
    reach_rows = _reach_rows(case)
    return {
        "scope": results.scope,
        "as_of": results.as_of,
        "base": results.scope.size,
        "answered": results.answered_share,
        "findings": findings,
        "gap_answer": _gap_answer(findings),
        "map_address": map_address(case),
        "what_if_url": _what_if(case),
        "heat": _heat(case),
        "skill_areas": _skill_areas(case),
        "strip": [{"state": c.state, "holders": len(c.holders)} for c in results.cells],
        "skills_answer": findings.headline,
        "reach_rows": reach_rows,
        "reach_answer": _reach_answer(case, reach_rows),
        "presence": _presence(case),
        "presence_answer": _presence_answer(case, findings),
    }


def _gap_answer(findings: Findings) -> str:
    """What is confirmed, what is recorded and what is open, counted apart; then the skills."""
    if not findings.gaps_and_risks and not findings.questions:
        return findings.headline
    open_ = len(findings.questions)
    questions = say(
        ngettext("%(count)s question is open.", "%(count)s questions are open.", open_),
        count=open_,
    )
    return str(sentences(findings.counted, questions, findings.headline))


def map_address(case: Case) -> str:
    """The map of the city, asked about this scope, ready to take a lens."""
    scope = case.results.scope
    address = reverse("map", args=[scope.city])
    return f"{address}?table={scope.slug}&" if case.is_collaborative else f"{address}?"


def _what_if(case: Case) -> str:
    """Where to see what would change if somebody left this scope; "" for one not saved yet."""
    scope = case.results.scope
    if not scope.slug:
        return ""
    if case.is_collaborative:
        return reverse("collaborative_what_if", args=[scope.city, scope.slug])
    return reverse("what_if", args=[scope.city])


# ── Skills ───────────────────────────────────────────────────────────────────────────────────────


def _heat(case: Case) -> Context:
    """12 skills × the sectors present, the whole scope first (components/_heat_map.html)."""
    results = case.results
    cells = {cell.competency: cell for cell in results.cells}
    by_sector: dict[str, list[SectorCell]] = {slug: [] for slug in cells}
    for cell in results.sector_cells:
        by_sector[cell.competency].append(cell)
    sectors = [cell.sector for cell in next(iter(by_sector.values()))]
    return {
        "caption": _("Who can do what: the twelve skills, together and by sector"),
        "corner": _("Skill"),
        "columns": [
            {"label": _("All together"), "all": True},
            *({"label": Sector(slug).label, "sector": slug} for slug in sectors),
        ],
        "groups": [
            {
                "label": Area(area).label,
                "rows": [
                    {
                        "label": Competency(slug).label,
                        "url": _skill_url(case, cells[slug]),
                        "cells": [
                            _square(case, cells[slug]),
                            *(_sector_square(case, cell) for cell in by_sector[slug]),
                        ],
                    }
                    for slug in competencies
                ],
            }
            for area, competencies in AREAS.items()
        ],
    }


def _asked(case: Case, cell: Cell | SectorCell, sector: str = "") -> Context:
    """How many were asked; and whether all were, and would rather not say."""
    declined = case.declined[cell.competency, sector]
    return {
        "answered": cell.answered + declined,
        "unsaid": bool(declined) and declined == cell.members,
    }


def _square(case: Case, cell: Cell) -> Context:
    return _asked(case, cell) | {
        "state": cell.state,
        "holders": len(cell.holders),
        "stale": cell.freshness == "stale",
    }


def _sector_square(case: Case, cell: SectorCell) -> Context:
    return _asked(case, cell, cell.sector) | {"state": cell.state, "holders": cell.holders}


def _skill_url(case: Case, cell: Cell) -> str:
    """Who has the skill, in the directory; nobody there: the way to somebody who has it."""
    if not cell.holders:
        return f"#reach-{cell.competency}" if case.results.scope.size else ""
    if case.is_collaborative:
        return ""  # the directory lists the city, not the table
    return _directory(case, f"competency={cell.competency}&level=holder")


def _directory(case: Case, query: str) -> str:
    return f"{reverse('actor_list', args=[case.results.scope.city])}?{query}"


def _skill_areas(case: Case) -> list[Context]:
    """The twelve skills in their areas (components/_skills.html)."""
    cells = {cell.competency: cell for cell in case.results.cells}
    return [
        {
            "label": Area(area).label,
            "skills": [
                {
                    "label": Competency(slug).label,
                    "state": cells[slug].state,
                    "holders": len(cells[slug].holders),
                    **_asked(case, cells[slug]),
                }
                for slug in competencies
            ],
        }
        for area, competencies in AREAS.items()
    ]


# ── Reach ────────────────────────────────────────────────────────────────────────────────────────


def _reach_rows(case: Case) -> list[ReachRow]:
    """Skills nobody in the scope is known to have, the nearest first."""
    if not case.results.scope.size:
        return []
    cells = {cell.competency: cell for cell in case.results.cells}
    order = list(REACH_CLASSES)
    missing = [reach for reach in case.results.reach if reach.reach != "in_the_room"]
    return [
        ReachRow(
            slug=reach.competency,
            label=str(Competency(reach.competency).label),
            state=cells[reach.competency].state,
            answered=_asked(case, cells[reach.competency])["answered"],
            reach=reach.reach,
            says=state_sentence(case, cells[reach.competency]),
            leads=reach_sentence(case, reach),
            path=tuple(names_of(case.actors, reach.path or ())),
        )
        for reach in sorted(missing, key=lambda reach: order.index(reach.reach))
    ]


REACH_CLASSES = (
    "in_the_room",
    "one_introduction",
    "two_introductions",
    "in_the_city",
    "elsewhere",
    "nowhere",
)


def _reach_answer(case: Case, rows: Sequence[ReachRow]) -> str:
    if not case.results.scope.size:
        return _("Add organizations first, then see how far each skill is.")
    if not rows:
        return _("Every skill is held by somebody here.")
    near = sum(row.reach in ("one_introduction", "two_introductions") for row in rows)
    if len(rows) == 1:
        return (
            _("Nobody here is known to have one of the skills, and an introduction leads to it.")
            if near
            else _(
                "Nobody here is known to have one of the skills, and no introduction leads to it."
            )
        )
    if len(rows) == len(case.results.cells):
        missing = _("Nobody here is known to have any of the twelve skills.")
    else:
        pattern = ngettext(
            "Nobody here is known to have %(count)s of the twelve skills.",
            "Nobody here is known to have %(count)s of the twelve skills.",
            len(rows),
        )
        missing = str(say(pattern, count=len(rows)))
    return str(sentences(missing, _introductions(near, len(rows))))


def _introductions(near: int, missing: int) -> Text:
    """To how many of several missing skills introductions lead."""
    if not near:
        return Text((_("No introduction leads to any of them."),))
    if near == missing:
        return Text((_("Introductions lead to all of them."),))
    pattern = ngettext(
        "An introduction leads to %(near)s of them.",
        "Introductions lead to %(near)s of them.",
        near,
    )
    return say(pattern, near=near)


# ── Who is at the table ──────────────────────────────────────────────────────────────────────────


def _presence(case: Case) -> Context:
    """Sectors and roles with who stands for them, and the longest bar."""
    presence = case.results.presence
    sectors = [
        PresenceRow(
            slug=slug,
            label=str(Sector(slug).label),
            count=len(actors),
            names=listed(names_of(case.actors, actors), NAMES_IN_A_ROW),
            needed=_needed(slug),
            url=_presence_url(case, "sector", slug, len(actors)),
        )
        for slug, actors in presence.sectors.items()
    ]
    roles = [
        PresenceRow(
            slug=slug,
            label=str(Role(slug).label),
            count=len(actors),
            names=listed(names_of(case.actors, actors), NAMES_IN_A_ROW),
            needed="",
            url=_presence_url(case, "role", slug, len(actors)),
        )
        for slug, actors in presence.roles.items()
    ]
    return {
        "sectors": sectors,
        "roles": roles,
        "largest_sector": max(row.count for row in sectors),
        "largest_role": max(row.count for row in roles),
    }


def _needed(sector: str) -> str:
    if sector in REQUIRED_SECTORS:
        return "required"
    return "expected" if sector in EXPECTED_SECTORS else ""


def _presence_url(case: Case, name: str, slug: str, count: int) -> str:
    if case.is_collaborative or not count:
        return ""
    return _directory(case, f"{name}={slug}")


def _presence_answer(case: Case, findings: Findings) -> Text:
    """The first missing sector, or that all needed ones are there."""
    if not case.results.scope.size:
        return Text((_("Nobody is here yet."),))
    missing = [
        f for f in findings.gaps_and_risks if f.kind in ("sector_missing", "sector_expected")
    ]
    if len(missing) == 1:
        return missing[0].sentence
    if missing:
        slugs = (*case.results.presence.missing_required, *case.results.presence.missing_expected)
        return say(
            _("Nobody is here from these sectors, which are needed or expected: %(sectors)s."),
            sectors=listed([str(Sector(slug).label) for slug in slugs], None),
        )
    return Text((_("Every sector that a city needs is here."),))
