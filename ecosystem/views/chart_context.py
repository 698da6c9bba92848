"""The drawings of the gap dashboard, each with the rows of the table that says the same."""

from collections import Counter, defaultdict
from typing import Any, Final, TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from actors.framework import Area, Competency
from ecosystem.analysis.cells import Area as AreaStrength
from ecosystem.analysis.cells import Cell
from ecosystem.analysis.vocabulary import AREAS
from ecosystem.charts import Axis, Bar, draw_bars, draw_radar
from ecosystem.findings import Case
from ecosystem.findings.text import in_sentence, say, skills
from ecosystem.templatetags.ui import share

Context: TypeAlias = dict[str, Any]

LEVELS: Final = (
    (3, "strong", pgettext_lazy("level of a skill", "strong"), "#0f6b63"),
    (2, "solid", pgettext_lazy("level of a skill", "solid"), "#86c2b7"),
    (1, "learning", pgettext_lazy("level of a skill", "learning"), "#e8a35c"),
    (0, "none", pgettext_lazy("level of a skill", "none"), "#b8361a"),
    ("declined", "unsaid", pgettext_lazy("level of a skill", "not said"), "#8a6fb0"),
    (None, "unknown", pgettext_lazy("level of a skill", "not asked"), "#c0c6cd"),
)
"""Level, look of its bar, name and color, the best first; who would rather not say, and who was not
asked, come last."""


def chart_context(case: Case) -> Context:
    """Keys: ``radar`` (drawing, rows, answer) and ``multiples`` (levels, rows)."""
    return {"radar": _radar(case), "multiples": _multiples(case)}


def _radar(case: Case) -> Context:
    """How strong the scope is in the four areas, as the method computes it (G2)."""
    areas = case.results.areas
    axes = [Axis(str(Area(area.area).label), area.strength, share(area.strength)) for area in areas]
    said = ", ".join(f"{axis.label} {axis.said}" for axis in axes)
    return {
        "drawing": draw_radar(axes, str(say(_("Strength by area: %(areas)s"), areas=said))),
        "rows": [
            {
                "label": axis.label,
                "strength": area.strength,
                "weakest": _weakest_skill(case, area),
            }
            for axis, area in zip(axes, areas, strict=True)
        ],
        "answer": _radar_answer(case),
    }


def _unknown(case: Case, area: str) -> list[Cell]:
    """Cells of an area of which too little is known to call them weak or strong."""
    return [c for c in case.results.cells if c.area == area and c.state == "unknown"]


def _weakest_skill(case: Case, area: AreaStrength) -> str:
    """The weakest skill of an area whose skills are all known; else what was not asked."""
    unknown = _unknown(case, area.area)
    if not unknown:
        return str(Competency(area.weakest).label)
    pattern = (
        _("Too few were asked: %(skills)s")
        if any(cell.answered or case.declined[cell.competency, ""] for cell in unknown)
        else _("Not asked: %(skills)s")
    )
    return str(say(pattern, skills=skills(cell.competency for cell in unknown)))


def _radar_answer(case: Case) -> str:
    """The strongest and the weakest area, of several the first in the framework's order.

    Strength is a lower bound: an area is called the weakest only when all its skills are known, so
    that no other can be weaker.
    """
    areas = case.results.areas
    strongest = max(areas, key=lambda area: area.strength)
    least = min(area.strength for area in areas)
    weakest = next((a for a in areas if a.strength == least and not _unknown(case, a.area)), None)
    if strongest.strength == least:
        if not strongest.strength:
            return _("Nobody here is known to have any of the twelve skills yet.")
        return _("All four areas are equally strong, as far as is known.")
    label = in_sentence(str(Area(strongest.area).label))
    if weakest is not None:
        pattern = _("Strongest in %(strongest)s, weakest in %(weakest)s, as far as is known.")
        lowest = in_sentence(str(Area(weakest.area).label))
        return str(say(pattern, strongest=label, weakest=lowest))
    unknown = sum(cell.state == "unknown" for cell in case.results.cells)
    pattern = ngettext(
        "Strongest in %(strongest)s, as far as is known. Which area is weakest cannot be said: "
        "too few were asked about %(count)s skill.",
        "Strongest in %(strongest)s, as far as is known. Which area is weakest cannot be said: "
        "too few were asked about %(count)s skills.",
        unknown,
    )
    return str(say(pattern, strongest=label, count=unknown))


def _multiples(case: Case) -> Context:
    """For each skill, how many of the scope have it at which level, or were not asked."""
    size = case.results.scope.size
    levels = _levels(case)
    rows = []
    for area, competencies in AREAS.items():
        for slug in competencies:
            counts = levels[slug]
            counts["declined"] = case.declined[slug, ""]
            known = sum(counts.values())
            found = [size - known if level is None else counts[level] for level, *_ in LEVELS]
            label = str(Competency(slug).label)
            rows.append(
                {
                    "area": Area(area).label,
                    "label": label,
                    "counts": found,
                    "drawing": _multiple(label, found, size),
                }
            )
    return {"levels": [str(name) for _level, _look, name, _fill in LEVELS], "rows": rows}


def _multiple(label: str, counts: list[int], size: int) -> str:
    bars = [
        Bar(str(name), count, look, fill)
        for count, (_level, look, name, fill) in zip(counts, LEVELS, strict=True)
    ]
    said = ", ".join(f"{bar.label} {bar.count}" for bar in bars)
    return draw_bars(bars, size, f"{label}: {said}")


def _levels(case: Case) -> defaultdict[str, Counter[int | str]]:
    """How many members stated each level, by competency."""
    found: defaultdict[str, Counter[int | str]] = defaultdict(Counter)
    data = case.analysis.data
    for statement in data.statements:
        if statement.actor in data.scope.members:
            found[statement.competency][statement.level] += 1
    return found
