"""What a finding is, in which order findings are told, and what each rests on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecosystem.analysis.data import Actor
from ecosystem.analysis.gaps import GapResults
from ecosystem.analysis.graph import Adjacency, adjacency_of, merge_ties
from ecosystem.findings.text import Name, Text, day, say, sentences
from ecosystem.selectors.elsewhere import HolderElsewhere
from ecosystem.services.gaps import GapAnalysis

Tone: TypeAlias = Literal["gap", "risk", "question", "note"]
Kind: TypeAlias = Literal[
    "sector_missing",
    "skill_absent",
    "skill_thin",
    "sector_expected",
    "departure",
    "skill_single",
    "sectors_disconnected",
    "residents_at_the_rim",
    "sectors_weak",
    "only_links",
    "ties_without_detour",
    "one_person_ties",
    "results_open",
    "residents_do_not_decide",
    "skill_unknown",
    "not_connected",
    "residents_decision_unknown",
    "stale",
    "completeness",
]

TONE: Mapping[Kind, Tone] = {
    # Missing now: somebody could close it. The nearest in the order of the rules comes first.
    "sector_missing": "gap",
    "skill_absent": "gap",
    "skill_thin": "gap",
    "sector_expected": "gap",
    # There today, and lost with one departure.
    "departure": "risk",
    "skill_single": "gap",
    # There, but apart.
    "sectors_disconnected": "risk",
    "residents_at_the_rim": "risk",
    "sectors_weak": "risk",
    "only_links": "risk",
    "ties_without_detour": "risk",
    "one_person_ties": "risk",
    "residents_do_not_decide": "gap",
    "results_open": "risk",
    # Not known: a question, never a gap. A tie nobody recorded is as open as a skill.
    "skill_unknown": "question",
    "not_connected": "question",
    "residents_decision_unknown": "question",
    "stale": "question",
    # About the map itself.
    "completeness": "note",
}
"""All kinds, in the order in which they are told: by what they open or close."""

ORDER: Mapping[Kind, int] = {kind: place for place, kind in enumerate(TONE)} | {
    "sectors_weak": list(TONE).index("sectors_disconnected")  # told together
}

CELL_KINDS: frozenset[Kind] = frozenset({"skill_absent", "skill_thin", "skill_single"})
"""The confirmed gaps: states of a cell that rest on answers (G1)."""

LENS: Mapping[Kind, str] = {
    "sector_missing": "sector",
    "sector_expected": "sector",
    "sectors_disconnected": "bridges",
    "sectors_weak": "bridges",
    "residents_at_the_rim": "rim",
    "residents_do_not_decide": "rim",
    "residents_decision_unknown": "rim",
    "only_links": "bridges",
    "ties_without_detour": "bridges",
    "one_person_ties": "single",
    "skill_unknown": "unconfirmed",
    "not_connected": "isolated",
    "stale": "unconfirmed",
}
"""Which lens of the map shows a finding of several skills or of none."""

Elsewhere: TypeAlias = Mapping[str, Sequence[HolderElsewhere]]


@dataclass(frozen=True)
class Finding:
    """One thing to know, in plain words.

    Attributes
    ----------
    kind
        What was found; it gives the tone and the place in the order.
    sentence
        The finding itself.
    base
        Small print: what it rests on, and the day.
    why
        The rule in plain words with the numbers of this case.
    rule, term
        The rule of the gap method, such as "g1", and its technical name.
    place
        Anchor of the part of the dashboard that shows it.
    next
        What to do about it; None where nothing but care can be advised.
    path
        Who leads to the missing skill: member, who introduces, holder.
    skills, actors, sectors
        Slugs of the competencies, actors and sectors it speaks of.
    weight
        What it opens or closes, beside others of its kind: the greater comes first.
    """

    kind: Kind
    sentence: Text
    base: str
    why: str
    rule: str
    term: str
    place: str
    next: Text | None = None
    path: tuple[Name, ...] = ()
    skills: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    weight: float = 0

    @property
    def tone(self) -> Tone:
        """Gap, risk, question or note."""
        return TONE[self.kind]

    @property
    def anchor(self) -> str:
        """Its own anchor on the dashboard, the same as long as it is found."""
        about = self.skills if self.tells_one_skill else self.sectors
        return "-".join(("finding", self.kind, *about))

    @property
    def lens(self) -> str:
        """What the address of the map takes to show it, or nothing: ``lens=rim``."""
        return urlencode(self._lens())

    def _lens(self) -> dict[str, str]:
        if self.tells_one_skill:
            return {"lens": "fill", "skill": self.skills[0]}
        if self.kind == "departure":
            return {"lens": "leave", "actor": self.actors[0]}
        if name := LENS.get(self.kind):
            return {"lens": name, **dict(zip("ab", self.sectors, strict=False))}
        return {}

    @property
    def tells_one_skill(self) -> bool:
        """Whether it speaks of a single competency, and of nothing else."""
        return len(self.skills) == 1 and self.kind != "departure"


@dataclass(frozen=True)
class Case:
    """One scope to speak of, and who has elsewhere what nobody has here."""

    analysis: GapAnalysis
    elsewhere: Elsewhere

    @property
    def results(self) -> GapResults:
        return self.analysis.results

    @property
    def actors(self) -> Mapping[str, Actor]:
        return self.analysis.actors

    @property
    def is_collaborative(self) -> bool:
        return self.results.scope.kind == "collaborative"

    @cached_property
    def declined(self) -> Counter[tuple[str, str]]:
        """How many members of the scope were asked about a skill and would rather not say.

        By competency and sector; "" stands for all sectors. They are in no ``answered``.
        """
        data = self.analysis.data
        sector_of = {one.id: one.sector for one in data.actors if one.id in data.scope.members}
        found: Counter[tuple[str, str]] = Counter()
        for actor, competency in data.declined:
            if actor in sector_of:
                found.update([(competency, ""), (competency, sector_of[actor])])
        return found

    @cached_property
    def adjacency(self) -> Adjacency:
        """Whom each actor on the map has an existing tie with."""
        data = self.analysis.data
        slug_of = {self.actors[slug].id: slug for slug in sorted(self.actors)}
        return adjacency_of(slug_of.values(), merge_ties(data.ties, slug_of))

    @cached_property
    def as_of(self) -> str:
        """The day, as a sentence."""
        return str(say(_("As of %(day)s."), day=day(self.results.as_of)))

    def holders_elsewhere(self, competency: str) -> list[tuple[Name, HolderElsewhere]]:
        """Who has a skill outside this map, each with its name."""
        return [
            (Name(holder.slug, holder.name, holder.sector, holder.city), holder)
            for holder in self.elsewhere.get(competency, ())
        ]

    def scope_base(self, answered: int | None = None) -> str:
        """Small print of what the scope alone says: its size, and how many answered."""
        size = self.results.scope.size
        rests_on = say(
            ngettext("Rests on %(count)s organization.", "Rests on %(count)s organizations.", size),
            count=size,
        )
        if answered is None:
            return str(sentences(rests_on, self.as_of))
        if size == 1:
            rests_on = Text(
                (
                    _("Rests on 1 organization, which answered.")
                    if answered
                    else _("Rests on 1 organization, which has not answered."),
                )
            )
            return str(sentences(rests_on, self.as_of))
        pattern = (
            ngettext("%(count)s of them answered.", "%(count)s of them answered.", answered)
            if answered
            else _("None of them answered.")
        )
        return str(sentences(rests_on, say(pattern, count=answered), self.as_of))

    def map_base(self) -> str:
        """Small print of what the whole map says: its size and its ties."""
        structure = self.results.structure
        size = say(
            ngettext(
                "Rests on %(count)s organization on the map.",
                "Rests on %(count)s organizations on the map.",
                structure.size,
            ),
            count=structure.size,
        )
        ties = say(
            ngettext(
                "%(count)s tie between them is recorded.",
                "%(count)s ties between them are recorded.",
                structure.ties,
            ),
            count=structure.ties,
        )
        return str(sentences(size, ties, self.as_of))
