"""The findings of a scope as lines of text: sentences to read out, then a table."""

import unicodedata
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.framework import Area
from ecosystem.analysis.cells import Cell
from ecosystem.analysis.reach import Reach
from ecosystem.findings import Findings
from ecosystem.findings.finding import Case
from ecosystem.findings.steps import completing_answer, steps_of
from ecosystem.findings.text import day, listed, names_of, say, skill
from ecosystem.templatetags.ui import STATE_LABELS

WIDTH = 100
STEPS = 5
"""So many next steps are told, the most useful ones."""
SKILL, STATE, ASKED, WHO = 30, 18, 10, 36
"""Widths of the table's columns; with two spaces between them they fill the line."""


def lines(case: Case, findings: Findings) -> Iterator[str]:
    """Everything a convener would read out, without color, at most 100 columns wide."""
    scope = case.results.scope
    title = clean(str(say(_("%(name)s, %(day)s"), name=scope.name, day=day(case.results.as_of))))
    yield from wrapped(title)
    yield "=" * min(WIDTH, width(title))
    yield from wrapped(findings.headline)
    yield from wrapped(case.scope_base())
    yield from wrapped(case.map_base())
    for heading, group in (
        (_("Gaps and risks"), findings.gaps_and_risks),
        (_("Questions to ask: not known yet, and not a gap"), findings.questions),
        (_("About this map"), findings.notes),
    ):
        if group:
            yield ""
            yield heading
            yield "-" * width(heading)
            for finding in group:
                yield from wrapped(str(finding.sentence), first="* ", then="  ")
                if finding.next:
                    yield from wrapped(str(finding.next), first="  > ", then="    ")
    if scope.size:
        yield from next_steps(case)
        yield ""
        yield from table(case)


def next_steps(case: Case) -> Iterator[str]:
    """The first next steps, each with what it changes, and who would complete the scope."""
    heading = _("What to do next")
    yield ""
    yield heading
    yield "-" * width(heading)
    for step in steps_of(case).first[:STEPS]:
        yield from wrapped(str(step.sentence), first="* ", then="  ")
        for change in step.changes:
            if change.after is not None:
                told = say(
                    _("%(skill)s: from “%(before)s” to “%(after)s”"),
                    skill=change.label,
                    before=str(STATE_LABELS[change.before]),
                    after=str(STATE_LABELS[change.after]),
                )
                yield from wrapped(str(told), first="  > ", then="    ")
    yield from wrapped(str(completing_answer(case)), first="* ", then="  ")


def table(case: Case) -> Iterator[str]:
    """The twelve skills: state, how many answered, and who has it or how far it is."""
    reach_of = {reach.competency: reach for reach in case.results.reach}
    yield _row(_("Skill"), _("State"), _("Answered"), _("Who has it, or who could be asked"))
    yield _row("-" * SKILL, "-" * STATE, "-" * ASKED, "-" * WHO)
    area = ""
    for cell in case.results.cells:
        if cell.area != area:
            area = cell.area
            yield fitted(str(Area(area).label), WIDTH).rstrip()
        answered = say(
            _("%(answered)s of %(members)s"), answered=cell.answered, members=cell.members
        )
        yield _row(
            f"  {skill(cell.competency)}",
            state_words(case, cell),
            str(answered),
            _who(case, cell, reach_of[cell.competency]),
        )


def state_words(case: Case, cell: Cell) -> str:
    """A sign and words, so that unknown never looks like absent."""
    asked = cell.answered + case.declined[cell.competency, ""]
    words = {
        "covered": str(say(_("[+] %(count)s have it"), count=len(cell.holders))),
        "single": _("[1] only one"),
        "thin": _("[~] being learned"),
        "absent": _("[-] nobody has it"),
        "unknown": _("[?] partly asked") if asked else _("[?] not asked"),
    }
    return words[cell.state]


def _who(case: Case, cell: Cell, reach: Reach) -> str:
    here = cell.holders or cell.learners
    if here:
        return str(listed(names_of(case.actors, here)))
    if reach.holder and reach.holder in case.actors:
        holder = case.actors[reach.holder].name
    elif found := case.holders_elsewhere(cell.competency):
        name, elsewhere = found[0]
        pattern = _("%(holder)s in %(city)s") if elsewhere.city_name else "%(holder)s"
        holder = str(say(pattern, holder=name, city=elsewhere.city_name or ""))
    else:
        return _("nobody recorded anywhere")
    steps = len(reach.path) - 1 if reach.path else 0
    if steps:
        pattern = ngettext(
            "%(count)s introduction: %(holder)s", "%(count)s introductions: %(holder)s", steps
        )
        return str(say(pattern, count=steps, holder=holder))
    if reach.holder in case.actors:
        return str(say(_("not connected yet: %(holder)s"), holder=holder))
    return str(say(_("elsewhere: %(holder)s"), holder=holder))


def _row(*texts: str) -> str:
    columns = zip(texts, (SKILL, STATE, ASKED, WHO), strict=True)
    return "  ".join(fitted(text, space) for text, space in columns).rstrip()


def wrapped(text: str, *, first: str = "", then: str = "") -> Iterator[str]:
    """A sentence in lines of at most 100 columns; ``textwrap`` counts letters, not columns."""
    line, fresh = first, True
    for word in clean(text).split():
        if not fresh and width(line) + 1 + width(word) > WIDTH:
            yield line
            line, fresh = then, True
        line += word if fresh else f" {word}"
        fresh = False
        while width(line) > WIDTH:  # a word without end
            yield (part := _cut(line, WIDTH))
            line = then + line[len(part) :]
    yield line


def fitted(text: str, space: int) -> str:
    """Cut or filled up to ``space`` columns; wide characters take two."""
    text = clean(text)
    if width(text) > space:
        text = f"{_cut(text, space - 1).rstrip()}…"
    return text + " " * (space - width(text))


def _cut(text: str, space: int) -> str:
    """As much of the beginning as fits."""
    while width(text) > space:
        text = text[:-1]
    return text


def width(text: str) -> int:
    """Columns a text takes in a terminal."""
    return sum(
        1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
        if not unicodedata.combining(character)
    )


def clean(text: str) -> str:
    """Without characters that steer a terminal or turn the direction of a line around."""
    return "".join(
        " " if unicodedata.category(character) in ("Cc", "Zl", "Zp") else character
        for character in text
        if unicodedata.bidirectional(character)
        not in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    )
