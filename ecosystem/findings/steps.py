"""Next steps told to people: whom to meet, what to ask, whom to bring together (G13 to G16)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecosystem.analysis.next_steps import Introduction, Question, SectorIntroduction
from ecosystem.findings.finding import Case
from ecosystem.findings.text import (
    Name,
    Text,
    in_sentence,
    listed,
    name_of,
    names_of,
    number,
    say,
    sector,
    sentences,
    skill,
)
from ecosystem.models import IntroductionKind
from ecosystem.services.introductions import Suggestion, suggestions_of

OF_A_KIND = 3
"""Among the first steps so many introductions come before a question and a pair of sectors."""


@dataclass(frozen=True)
class Change:
    """A skill with its state before and after, or only before where nobody knows what comes."""

    skill: str
    label: str
    before: str
    after: str | None


@dataclass(frozen=True)
class Step:
    """One next step.

    Attributes
    ----------
    kind
        ``skill``, ``question`` or ``sectors`` (``ecosystem.models.IntroductionKind``).
    heading
        What it is about, in a few words.
    sentence
        What to do.
    why
        Small print: what it rests on, and the technical name.
    path
        The way to the actor: a member, who introduces, the actor. Empty without one.
    changes
        The skills it improves.
    lens
        What the address of the map takes to show it.
    suggestions
        What can be taken up, with the name of the actor that is spoken to.
    """

    kind: str
    heading: str | Text
    sentence: Text
    why: str
    path: tuple[Name, ...] = ()
    changes: tuple[Change, ...] = ()
    lens: str = ""
    suggestions: tuple[tuple[Name, Suggestion], ...] = field(default=())

    @property
    def anchor(self) -> str:
        """Its place on the page, the same as long as it is suggested."""
        key = (part for part in self.suggestions[0][1].key if part)
        return "-".join(("step", *key))


@dataclass(frozen=True)
class Steps:
    """All next steps of a scope, apart by kind, each in the order of the method."""

    introductions: tuple[Step, ...]
    questions: tuple[Step, ...]
    sectors: tuple[Step, ...]

    @property
    def first(self) -> tuple[Step, ...]:
        """All of them, the most useful first.

        Up to three introductions, one question and one pair of sectors; then the other
        introductions, questions and pairs.
        """
        first = (*self.introductions[:OF_A_KIND], *self.questions[:1], *self.sectors[:1])
        rest = (*self.introductions[OF_A_KIND:], *self.questions[1:], *self.sectors[1:])
        return (*first, *rest)

    @property
    def count(self) -> int:
        return len(self.introductions) + len(self.questions) + len(self.sectors)


def steps_of(case: Case, without: frozenset[tuple[str, ...]] = frozenset()) -> Steps:
    """The next steps of a scope in words; those whose suggestions are all in ``without`` are left
    out: somebody took them up or declined them."""
    suggested: dict[str, list[Suggestion]] = {kind: [] for kind in IntroductionKind.values}
    for one in suggestions_of(case.results):
        suggested[one.kind].append(one)
    open_ = {
        kind: [one for one in those if one.key not in without] for kind, those in suggested.items()
    }
    results = case.results
    introductions = {one.actor: one for one in results.introductions}
    pairs = {one.between: one for one in results.sector_introductions}
    by_skill: dict[str, list[Suggestion]] = {}
    for one in open_[IntroductionKind.QUESTION]:
        by_skill.setdefault(one.competency, []).append(one)
    return Steps(
        introductions=tuple(
            _introduction_step(case, introductions[one.target], one)
            for one in open_[IntroductionKind.SKILL]
        ),
        questions=tuple(
            _question_step(case, question, by_skill[question.competency])
            for question in results.questions
            if question.competency in by_skill
        ),
        sectors=tuple(
            _sector_step(case, pairs[one.source or "", one.target], one)
            for one in open_[IntroductionKind.SECTORS]
        ),
    )


def suggestion_step(case: Case, suggestion: Suggestion) -> Step:
    """The step of one suggestion alone."""
    others = {one.key for one in suggestions_of(case.results)} - {suggestion.key}
    return steps_of(case, frozenset(others)).first[0]


def steps_answer(case: Case, steps: Steps) -> Text:
    """What to do first, in one sentence, and what else there is."""
    if not case.results.scope.size:
        return Text((_("Add organizations first, then see what to do next."),))
    if not steps.count:
        return Text((_("There is nothing to suggest right now."),))
    told = [steps.first[0].sentence]
    if more := steps.count - 1:
        pattern = ngettext(
            "%(count)s more step is suggested.", "%(count)s more steps are suggested.", more
        )
        told.append(say(pattern, count=more))
    return sentences(*told)


# ── Introductions ────────────────────────────────────────────────────────────────────────────────


def _introduction_step(case: Case, one: Introduction, suggestion: Suggestion) -> Step:
    actor = name_of(case.actors[one.actor])
    changes = tuple(
        Change(cell.competency, skill(cell.competency), cell.from_, cell.to) for cell in one.cells
    )
    return Step(
        kind=IntroductionKind.SKILL,
        heading=Text((actor,)),
        sentence=introduction_sentence(case, one),
        why=_introduction_why(one),
        path=tuple(names_of(case.actors, one.path or ())),
        changes=changes,
        lens=urlencode({"lens": "fill", "skill": changes[0].skill}) if changes else "",
        suggestions=((actor, suggestion),),
    )


def introduction_sentence(case: Case, one: Introduction) -> Text:
    """Whom to ask for the introduction."""
    actor = name_of(case.actors[one.actor])
    if one.path is None or one.ask is None:
        pattern = _(
            "Write to %(actor)s yourself: nobody here is recorded as connected with it, directly "
            "or through others."
        )
        return say(pattern, actor=actor)
    first, ask = name_of(case.actors[one.path[0]]), name_of(case.actors[one.ask])
    if not one.through:
        return say(_("Ask %(first)s to introduce %(actor)s."), first=first, actor=actor)
    if len(one.through) == 1:
        pattern = _("Ask %(first)s to connect you with %(ask)s, who can introduce %(actor)s.")
        return say(pattern, first=first, ask=ask, actor=actor)
    pattern = _(
        "%(actor)s is farther away: start with %(first)s; the last on the way, %(ask)s, can "
        "introduce you."
    )
    return say(pattern, first=first, ask=ask, actor=actor)


def _introduction_why(one: Introduction) -> str:
    """The numbers behind it."""
    steps = ngettext(
        "%(count)s introduction in effort", "%(count)s introductions in effort", one.cost
    )
    return str(
        say(
            _("Adds %(gain)s to the strength of the twelve skills for %(steps)s (G14)."),
            gain=number(max(one.gain, 0.01), 2),
            steps=str(say(steps, count=one.cost)),
        )
    )


# ── Questions ────────────────────────────────────────────────────────────────────────────────────


def _question_step(case: Case, one: Question, suggestions: Sequence[Suggestion]) -> Step:
    asked = [name_of(case.actors[suggestion.target]) for suggestion in suggestions]
    return Step(
        kind=IntroductionKind.QUESTION,
        heading=skill(one.competency),
        sentence=say(
            _("Ask %(actors)s about %(skill)s."),
            actors=asked,
            skill=in_sentence(skill(one.competency)),
        ),
        why=_(
            "They have not answered yet. First come those whose kind of organization has this "
            "skill most often, wherever it was asked about (G15)."
        ),
        changes=(Change(one.competency, skill(one.competency), one.state, None),),
        lens=urlencode({"lens": "fill", "skill": one.competency}),
        suggestions=tuple(zip(asked, suggestions, strict=True)),
    )


# ── Between sectors ──────────────────────────────────────────────────────────────────────────────


def _sector_step(case: Case, one: SectorIntroduction, suggestion: Suggestion) -> Step:
    x, y = (name_of(case.actors[slug]) for slug in one.between)
    return Step(
        kind=IntroductionKind.SECTORS,
        heading=sector_pair(one.a, one.b),
        sentence=sector_sentence(case, one),
        why=_sector_why(case, one),
        path=(x, *between, y) if (between := _between(case, one)) else (),
        lens=urlencode({"lens": "bridges", "a": one.a, "b": one.b}),
        suggestions=((y, suggestion),),
    )


def _between(case: Case, one: SectorIntroduction) -> tuple[Name, ...]:
    """The broker that works with both; nobody when they are farther apart."""
    if one.through and set(one.between) <= case.adjacency[one.through].keys():
        return (name_of(case.actors[one.through]),)
    return ()


def sector_pair(a: str, b: str) -> str:
    """ "Academia – Business", or a sector with itself."""
    if a == b:
        return str(say(_("Inside one sector: %(sector)s"), sector=sector(a)))
    return f"{sector(a)} – {sector(b)}"


def sector_sentence(case: Case, one: SectorIntroduction) -> Text:
    """Who could bring which two together."""
    x, y = (name_of(case.actors[slug]) for slug in one.between)
    if one.through is None:
        pattern = _("Bring %(x)s and %(y)s together: nobody on the map connects them yet.")
        return say(pattern, x=x, y=y)
    broker = name_of(case.actors[one.through])
    if _between(case, one):
        return say(
            _("Ask %(broker)s, who works with both, to introduce %(x)s and %(y)s to each other."),
            broker=broker,
            x=x,
            y=y,
        )
    pattern = _("Bring %(x)s and %(y)s together: %(broker)s, who works with %(y)s, can help.")
    return say(pattern, x=x, y=y, broker=broker)


def _sector_why(case: Case, one: SectorIntroduction) -> str:
    found = next(c for c in case.results.sector_connection if (c.a, c.b) == (one.a, one.b))
    return str(
        say(
            ngettext(
                "%(observed)s tie is recorded; spread evenly, there would be %(expected)s (G16).",
                "%(observed)s ties are recorded; spread evenly, there would be %(expected)s (G16).",
                found.observed,
            ),
            observed=found.observed,
            expected=number(found.expected or 0, 1),
        )
    )


# ── The smallest completing set ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Beyond:
    """A skill that nobody on the map can cover, and the city to ask, with its holders there."""

    label: str
    city: str
    url: str


def completing_answer(case: Case) -> Text:
    """Who would have to join so that every skill that can be covered is covered."""
    found = case.results.completing_set
    if not found.actors:
        if not found.uncoverable:
            return Text((_("All twelve skills are covered: nobody has to join for that."),))
        return Text((_("Nobody else on this map could cover one more skill by joining."),))
    pattern = ngettext(
        "If %(actors)s joined, every skill that this map has to offer would be covered, each by "
        "at least two organizations.",
        "If these %(count)s joined, every skill that this map has to offer would be covered, each "
        "by at least two organizations: %(actors)s.",
        len(found.actors),
    )
    names = names_of(case.actors, found.actors)
    return say(pattern, count=len(names), actors=listed(names, None))


def completing_effort(case: Case) -> str:
    """How much work it is, and that no smaller set would do."""
    found = case.results.completing_set
    if not found.actors:
        return ""
    pattern = ngettext(
        "Fewer organizations would not do. It takes %(count)s introduction in effort: 1 for an "
        "organization that somebody here works with, 2 for one that is a step farther, 4 for all "
        "others (G13).",
        "Fewer organizations would not do. It takes %(count)s introductions in effort: 1 for an "
        "organization that somebody here works with, 2 for one that is a step farther, 4 for all "
        "others (G13).",
        found.introductions,
    )
    return str(say(pattern, count=found.introductions))


def beyond_rows(case: Case, city_names: Mapping[str, str]) -> list[Beyond]:
    """The skills that nobody on the map can cover, each with the city to ask."""
    rows = []
    for one in case.results.completing_set.uncoverable:
        city, url = "", ""
        if one.ask is not None and one.ask in city_names:
            city = city_names[one.ask]
            query = urlencode({"competency": one.competency, "level": "holder"})
            url = f"{reverse('actor_list', args=[one.ask])}?{query}"
        rows.append(Beyond(skill(one.competency), city, url))
    return rows
