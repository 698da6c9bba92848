"""What the gap method found, told to people.

``findings`` turns the results of a scope into sentences, ordered by what they open or close, with
what each rests on, why it is said and what to do next. Confirmed gaps and questions to ask stay
apart: nobody answered is never told as nobody has it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rules import Viewer
from actors.models import City
from ecosystem.findings.connections import connection_findings
from ecosystem.findings.finding import CELL_KINDS, ORDER, Case, Finding, Kind
from ecosystem.findings.quality import quality_findings
from ecosystem.findings.skills import skill_findings
from ecosystem.findings.table import table_findings
from ecosystem.findings.text import Name, Text, say, sentences
from ecosystem.findings.voice import voice_findings
from ecosystem.selectors.elsewhere import load_holders_elsewhere
from ecosystem.services.gaps import GapAnalysis

__all__ = [
    "Case",
    "Finding",
    "Findings",
    "Name",
    "Text",
    "case_of",
    "find",
    "headline",
]

LEADING = 6
"""About one screen of findings."""

MOST_OF_A_KIND: Mapping[Kind, int] = {
    "sector_missing": 2,
    "skill_absent": 3,
    "skill_thin": 2,
    "skill_single": 2,
}
"""How many of a kind stand among the first findings; one of any other."""


@dataclass(frozen=True)
class Findings:
    """All findings of a scope, told apart.

    ``gaps_and_risks`` are the confirmed gaps and what else to look into, in one order; the latter
    rests on what is recorded so far. ``questions`` are what nobody knows yet, ``notes`` what to
    know about the map itself.
    """

    headline: str
    gaps_and_risks: tuple[Finding, ...]
    questions: tuple[Finding, ...]
    notes: tuple[Finding, ...]

    @property
    def leading(self) -> tuple[Finding, ...]:
        """The gaps and risks that a page shows at once."""
        return self.gaps_and_risks[:LEADING]

    @property
    def following(self) -> tuple[Finding, ...]:
        """The other gaps and risks, which a page folds away."""
        return self.gaps_and_risks[LEADING:]

    @property
    def confirmed(self) -> tuple[Finding, ...]:
        """The confirmed gaps alone: skills that answers show to be absent, thin or single (G1)."""
        return tuple(f for f in self.gaps_and_risks if f.kind in CELL_KINDS)

    @property
    def counted(self) -> Text:
        """How many gaps are confirmed, and how much else there is to look into, counted apart."""
        confirmed = len(self.confirmed)
        others = len(self.gaps_and_risks) - confirmed
        told = [
            say(
                ngettext("%(count)s gap is confirmed.", "%(count)s gaps are confirmed.", confirmed)
                if confirmed
                else _("No gap is confirmed."),
                count=confirmed,
            )
        ]
        if others:
            told.append(say(_others(others, also=bool(confirmed)), count=others))
        return sentences(*told)

    def first(self, count: int) -> tuple[Finding, ...]:
        """The gaps and risks for one screen: few of a kind, and no skill told twice."""
        chosen: list[Finding] = []
        kinds: Counter[int] = Counter()
        told: set[str] = set()
        for finding in self.gaps_and_risks:
            if len(chosen) == count:
                break
            if kinds[ORDER[finding.kind]] == MOST_OF_A_KIND.get(finding.kind, 1):
                continue
            if finding.skills and told.issuperset(finding.skills):
                continue
            chosen.append(finding)
            kinds[ORDER[finding.kind]] += 1
            told.update(finding.skills)
        return tuple(chosen)


def _others(count: int, *, also: bool) -> str:
    if also:
        return ngettext(
            "%(count)s more thing to look into, from what is recorded so far.",
            "%(count)s more things to look into, from what is recorded so far.",
            count,
        )
    return ngettext(
        "%(count)s thing to look into, from what is recorded so far.",
        "%(count)s things to look into, from what is recorded so far.",
        count,
    )


def case_of(analysis: GapAnalysis, city: City, user: Viewer) -> Case:
    """The case of a scope, with who has elsewhere what nobody here has; at most one query."""
    missing = [reach.competency for reach in analysis.results.reach if reach.reach == "elsewhere"]
    return Case(analysis, load_holders_elsewhere(city, missing, user))


def find(case: Case) -> Findings:
    """All findings of a scope, in the order of ``finding.TONE``, then the weightiest first."""
    found = sorted(
        (
            *table_findings(case),
            *skill_findings(case),
            *connection_findings(case),
            *voice_findings(case),
            *quality_findings(case),
        ),
        key=lambda finding: (ORDER[finding.kind], -finding.weight),
    )
    return Findings(
        headline=headline(case),
        gaps_and_risks=tuple(f for f in found if f.tone in ("gap", "risk")),
        questions=tuple(f for f in found if f.tone == "question"),
        notes=tuple(f for f in found if f.tone == "note"),
    )


def headline(case: Case) -> str:
    """The twelve competencies of a scope in one sentence."""
    results = case.results
    if not results.scope.size:
        if results.scope.kind == "collaborative":
            return _("Nobody is at this table yet.")
        return _("Nobody is on this map yet.")
    counts = Counter(cell.state for cell in results.cells)
    silent = [c.competency for c in results.cells if c.state == "unknown" and not c.answered]
    unsaid = sum(1 for competency in silent if case.declined[competency, ""])
    clauses = [
        str(
            say(_covered_clause(counts["covered"]), count=counts["covered"], all=len(results.cells))
        )
    ]
    clauses += [
        str(say(clause(count), count=count))
        for clause, count in (
            (_single_clause, counts["single"]),
            (_thin_clause, counts["thin"]),
            (_absent_clause, counts["absent"]),
            (_asked_clause, counts["unknown"] - len(silent)),
            (_unsaid_clause, unsaid),
            (_unasked_clause, len(silent) - unsaid),
        )
        if count
    ]
    # Translators: a list of independent clauses, such as "7 of 12 skills are covered, 4 hang …".
    return str(say(_("%(clauses)s."), clauses=", ".join(clauses)))


def _covered_clause(count: int) -> str:
    return ngettext(
        "%(count)s of %(all)s skills is covered", "%(count)s of %(all)s skills are covered", count
    )


def _single_clause(count: int) -> str:
    return ngettext(
        "%(count)s hangs on one organization", "%(count)s hang on one organization", count
    )


def _thin_clause(count: int) -> str:
    return ngettext("%(count)s is only being learned", "%(count)s are only being learned", count)


def _absent_clause(count: int) -> str:
    return ngettext("%(count)s is missing", "%(count)s are missing", count)


def _asked_clause(count: int) -> str:
    return ngettext(
        "%(count)s too few have been asked about", "%(count)s too few have been asked about", count
    )


def _unsaid_clause(count: int) -> str:
    return ngettext(
        "%(count)s was asked about, and nobody said",
        "%(count)s were asked about, and nobody said",
        count,
    )


def _unasked_clause(count: int) -> str:
    return ngettext("%(count)s nobody has asked about", "%(count)s nobody has asked about", count)
