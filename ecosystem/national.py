"""The country's maps together: what most lack, where a skill is plenty, how well they are known.

Figures and their words over the lines of ``ecosystem.summaries``. Cities are counted, never put in
an order of merit: there is no league table.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rules import Viewer
from actors.framework import Competency
from actors.models import Actor
from ecosystem.analysis.defaults import ABSENT_ANSWERED_SHARE, RANKED_ANSWERED_SHARE_MIN
from ecosystem.findings.text import (
    Name,
    Text,
    day,
    listed,
    say,
    sentences,
    skill,
    skills,
)
from ecosystem.selectors.lately import CityDay, Kind, load_lately, load_names
from ecosystem.summaries import GAP_STATES, CitySummary
from ecosystem.templatetags.ui import share

CITIES_NAMED: Final = 3
"""Cities that are named for a skill; the others are counted."""

DAYS_SHOWN: Final = 8
HALF: Final = 0.5

DRAWN: Final = ("covered", "single", "thin", "absent", "unknown")
"""States in the order in which the bars show them."""


@dataclass(frozen=True, slots=True)
class BarPart:
    """A piece of a bar: where it begins and how wide it is, as SVG percentages."""

    state: str
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class CityWith:
    """A city that is well provided with a skill. ``url`` lists who has it."""

    name: str
    url: str
    holders: int


@dataclass(frozen=True, slots=True)
class SkillAcross:
    """One competency over all cities with own actors: in how many it is in which state (G1).

    ``plenty`` are the cities with the most known holders among those that are covered, in the order
    of the alphabet; ``more`` is how many other cities are covered.
    """

    competency: str
    cities: Counter[str]
    plenty: tuple[CityWith, ...]
    more: int

    @property
    def label(self) -> str:
        return skill(self.competency)

    @property
    def short(self) -> int:
        """Cities where a gap is confirmed. Where nobody was asked, nothing is lacking."""
        return sum(self.cities[state] for state in GAP_STATES)

    @property
    def none_yet(self) -> int:
        """Cities where nobody has it: it was asked, or somebody is learning it."""
        return self.cities["absent"] + self.cities["thin"]

    @property
    def single(self) -> int:
        return self.cities["single"]

    @property
    def covered(self) -> int:
        return self.cities["covered"]

    @property
    def unknown(self) -> int:
        return self.cities["unknown"]

    @property
    def bar(self) -> list[BarPart]:
        """The states side by side, each as wide as its share of the cities."""
        total, passed, parts = self.cities.total(), 0, []
        for state in DRAWN:
            if count := self.cities[state]:
                parts.append(
                    BarPart(state, f"{100 * passed / total:.2f}%", f"{100 * count / total:.2f}%")
                )
                passed += count
        return parts


def skills_across(summaries: Iterable[CitySummary]) -> list[SkillAcross]:
    """The twelve competencies over the cities with own actors, those most often short first.

    Ties in framework order. Empty when no city has anybody.
    """
    asked = [one for one in summaries if one.own_actors]
    if not asked:
        return []
    across = [_across(number, one, asked) for number, one in enumerate(Competency.values)]
    return sorted(across, key=lambda one: -one.short)


def _across(number: int, competency: str, summaries: Sequence[CitySummary]) -> SkillAcross:
    cells = [(one, one.cells[number]) for one in summaries]
    covered = [(one, cell.holders) for one, cell in cells if cell.state == "covered"]
    most = sorted(covered, key=lambda pair: (-pair[1], pair[0].name, pair[0].slug))[:CITIES_NAMED]
    return SkillAcross(
        competency,
        Counter(cell.state for _city, cell in cells),
        tuple(
            CityWith(
                one.name,
                f"{reverse('actor_list', args=[one.slug])}?competency={competency}",
                holders,
            )
            for one, holders in sorted(most, key=lambda pair: (pair[0].name, pair[0].slug))
        ),
        len(covered) - len(most),
    )


def short_sentence(across: Sequence[SkillAcross]) -> str:
    """Which skills cities lack most often, and in how many cities."""
    most = max((one.short for one in across), default=0)
    if not most:
        return _("No city is known to be short of a skill. That may change as more are asked.")
    often = {one.competency for one in across if one.short == most}
    return str(
        say(
            ngettext(
                "Most often short: %(skills)s. In %(count)s city, one organization at most is "
                "known to have it.",
                "Most often short: %(skills)s. In %(count)s cities, one organization at most is "
                "known to have it.",
                most,
            ),
            skills=skills(one for one in Competency.values if one in often),
            count=most,
        )
    )


def plenty_sentence(across: Sequence[SkillAcross]) -> str:
    """Which skills most cities have at two organizations or more."""
    most = max((one.covered for one in across), default=0)
    if not most:
        return _("No skill is known to be at two organizations or more in any city yet.")
    often = {one.competency for one in across if one.covered == most}
    return str(
        say(
            ngettext(
                "Most widespread: %(skills)s, at two organizations or more in %(count)s city.",
                "Most widespread: %(skills)s, at two organizations or more in %(count)s cities.",
                most,
            ),
            skills=skills(one for one in Competency.values if one in often),
            count=most,
        )
    )


# ── How fresh and complete ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class MapsKnown:
    """How well the maps are known: sentences, and three bar tables (components/_bars.html)."""

    age: str
    completeness: str
    bars: list[dict[str, Any]]


def maps_known(summaries: Sequence[CitySummary]) -> MapsKnown:
    """How fresh and complete the maps are."""
    return MapsKnown(
        age=_age_sentence(summaries),
        completeness=_completeness_sentence(summaries),
        bars=[_age_bars(summaries), _answered_bars(summaries), _completeness_bars(summaries)],
    )


def _age_sentence(summaries: Sequence[CitySummary]) -> str:
    past = [one.as_of for one in summaries if one.is_historic]
    current = len(summaries) - len(past)
    parts = []
    if current:
        pattern = ngettext(
            "%(count)s map is kept up to date.", "%(count)s maps are kept up to date.", current
        )
        parts.append(str(say(pattern, count=current)))
    if past:
        pattern = ngettext(
            "%(count)s map describes a past day: %(day)s.",
            "%(count)s maps describe a past day, the earliest %(day)s.",
            len(past),
        )
        parts.append(str(say(pattern, count=len(past), day=day(min(past)))))
    total = sum(one.statements for one in summaries)
    fresh = sum(one.fresh_statements for one in summaries)
    if total:
        pattern = ngettext(
            "Of %(count)s answer about skills, %(share)s was at most a year old on the day of its "
            "map.",
            "Of %(count)s answers about skills, %(share)s were at most a year old on the day of "
            "their map.",
            total,
        )
        parts.append(str(say(pattern, count=total, share=share(fresh / total))))
    return " ".join(parts)


def _completeness_sentence(summaries: Sequence[CitySummary]) -> str:
    known = [one.completeness for one in summaries if one.completeness is not None]
    if not known:
        return _("No map rests on enough sources to tell how complete it is.")
    said = {"known": len(known), "all": len(summaries)}
    lowest, highest = share(min(known)), share(max(known))
    if lowest == highest:
        return str(
            say(
                _(
                    "How complete a map is can be told for %(known)s of %(all)s: about %(share)s "
                    "of who is there."
                ),
                share=lowest,
                **said,
            )
        )
    return str(
        say(
            _(
                "How complete a map is can be told for %(known)s of %(all)s: they show between "
                "%(lowest)s and %(highest)s of who is there."
            ),
            lowest=lowest,
            highest=highest,
            **said,
        )
    )


def _age_bars(summaries: Sequence[CitySummary]) -> dict[str, Any]:
    fresh = sum(one.fresh_statements for one in summaries)
    older = sum(one.statements for one in summaries) - fresh
    rows = [(_("At most a year old"), fresh), (_("Older, or without a day"), older)]
    return _bars(_("How old the answers are"), _("Age"), _("Answers"), rows)


def _answered_bars(summaries: Sequence[CitySummary]) -> dict[str, Any]:
    low, high = RANKED_ANSWERED_SHARE_MIN, ABSENT_ANSWERED_SHARE
    shares = [one.answered_share for one in summaries]
    known = [one for one in shares if one is not None]
    rows = [
        (_("%(share)s or more") % {"share": share(high)}, sum(one >= high for one in known)),
        (
            _("%(low)s to %(high)s") % {"low": share(low), "high": share(high)},
            sum(low <= one < high for one in known),
        ),
        (
            _("Under %(share)s: too few to compare") % {"share": share(low)},
            sum(one < low for one in known),
        ),
        (_("Nobody on the map yet"), len(shares) - len(known)),
    ]
    return _bars(_("How much has been asked"), _("Questions answered"), _("Maps"), rows)


def _completeness_bars(summaries: Sequence[CitySummary]) -> dict[str, Any]:
    high = ABSENT_ANSWERED_SHARE
    known = [one.completeness for one in summaries if one.completeness is not None]
    rows = [
        (_("%(share)s or more") % {"share": share(high)}, sum(one >= high for one in known)),
        (
            _("%(low)s to %(high)s") % {"low": share(HALF), "high": share(high)},
            sum(HALF <= one < high for one in known),
        ),
        (_("Under %(share)s") % {"share": share(HALF)}, sum(one < HALF for one in known)),
        (_("Too few sources to tell"), len(summaries) - len(known)),
    ]
    return _bars(_("How much of who is there"), _("Shown on the map"), _("Maps"), rows)


def _bars(
    caption: str, name_label: str, count_label: str, rows: Sequence[tuple[str, int]]
) -> dict[str, Any]:
    return {
        "caption": caption,
        "name_label": name_label,
        "count_label": count_label,
        "largest": max(count for _label, count in rows),
        "rows": [{"label": label, "count": count} for label, count in rows],
    }


# ── What changed lately ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Lately:
    """What changed in a city on a day, in sentences."""

    change: CityDay
    text: Text


def lately(user: Viewer) -> list[Lately]:
    """The newest days of change over all visible cities, newest first, in seven queries."""
    days = load_lately(user, DAYS_SHOWN)
    kinds: tuple[Kind, ...] = ("actor", "profile")
    pks = [pk for one in days for kind in kinds for pk in one.records.get(kind, ())]
    actors = load_names(pks, user)
    return [Lately(one, sentences(*_said(one, actors))) for one in days]


def _said(change: CityDay, actors: dict[int, Actor]) -> Iterator[Text]:
    records = change.records
    if "opened" in records:
        yield say(_("The map was opened to everyone."))
    if "actor" in records:
        yield say(_("Added: %(names)s."), names=_names(records["actor"], actors))
    if "profile" in records:
        yield say(_("Changed: %(names)s."), names=_names(records["profile"], actors))
    if count := len(records.get("skill", ())):
        pattern = ngettext(
            "%(count)s answer about a skill.", "%(count)s answers about skills.", count
        )
        yield say(pattern, count=count)
    if count := len(records.get("collaborative", ())):
        pattern = ngettext(
            "%(count)s collaborative added.", "%(count)s collaboratives added.", count
        )
        yield say(pattern, count=count)
    if count := len(records.get("project", ())):
        pattern = ngettext("%(count)s project added.", "%(count)s projects added.", count)
        yield say(pattern, count=count)


def _names(pks: Iterable[int], actors: dict[int, Actor]) -> Text:
    shown = sorted((actors[pk] for pk in pks if pk in actors), key=lambda one: (one.name, one.slug))
    return listed(
        [Name(one.slug, one.name, one.sector, one.city.slug if one.city else None) for one in shown]
    )
