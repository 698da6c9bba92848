"""What the comparison says in sentences, before any figure."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.framework import Competency
from actors.models import City
from ecosystem.analysis import defaults
from ecosystem.analysis.rarefaction import EqualCoverage
from ecosystem.comparison.asked import COMPARED_MAX, LISTED_MAX
from ecosystem.findings.text import Text, in_sentence, listed, say, sector, sentences, skill, skills
from ecosystem.selectors.comparison import Coverage
from ecosystem.services.comparison import ComparedCity, Comparison
from ecosystem.templatetags.ui import share

SKILLS_NAMED = 3


def headline(comparison: Comparison) -> Text:
    """The comparison in one or two sentences."""
    cities = comparison.cities
    if not cities:
        return Text((_("Pick the cities to compare."),))
    if len(cities) == 1:
        pattern = _("%(city)s alone: these are the figures of its own page.")
        return say(pattern, city=cities[0].city.name)
    nobody = _nobody_recorded(
        [city.figures.size for city in cities],
        {
            slug: [city.figures.cells[position].holders for city in cities]
            for position, slug in enumerate(Competency.values)
        },
    )
    return sentences(nobody, _most_complete(cities))


def table_headline(coverage: Sequence[Coverage]) -> Text:
    """All cities of the table in one sentence."""
    if not coverage:
        return Text((_("No city's map is open to everyone yet."),))
    return _nobody_recorded(
        [one.size for one in coverage],
        {
            slug: [one.cells[position].holders for one in coverage]
            for position, slug in enumerate(Competency.values)
        },
    )


def _nobody_recorded(sizes: Sequence[int], holders: Mapping[str, Sequence[int]]) -> Text:
    """Which skill most cities have nobody for; cities without a map are not counted."""
    drawn = [position for position, size in enumerate(sizes) if size]
    if not drawn:
        return Text((_("Nobody is on any of these maps yet."),))
    missing = {
        slug: sum(counts[position] == 0 for position in drawn) for slug, counts in holders.items()
    }
    most = max(missing.values())
    if not most:
        pattern = ngettext(
            "In %(count)s city somebody is recorded for each of the twelve skills.",
            "In each of %(count)s cities somebody is recorded for each of the twelve skills.",
            len(drawn),
        )
        return say(pattern, count=len(drawn))
    worst = [slug for slug, count in missing.items() if count == most]
    if len(worst) > SKILLS_NAMED:
        pattern = ngettext(
            "Of %(all)s cities, %(count)s has nobody recorded for %(first)s; the same is true of "
            "%(others)s more skills.",
            "Of %(all)s cities, %(count)s have nobody recorded for %(first)s; the same is true of "
            "%(others)s more skills.",
            most,
        )
        first = in_sentence(skill(worst[0]))
        return say(pattern, all=len(drawn), count=most, first=first, others=len(worst) - 1)
    pattern = ngettext(
        "Of %(all)s cities, %(count)s has nobody recorded for %(skills)s.",
        "Of %(all)s cities, %(count)s have nobody recorded for %(skills)s.",
        most,
    )
    return say(pattern, all=len(drawn), count=most, skills=skills(worst))


def _most_complete(cities: Sequence[ComparedCity]) -> Text:
    known = [
        (found, city.city.name)
        for city in cities
        if (found := city.figures.completeness.completeness) is not None
    ]
    if not known:
        return Text((_("How complete the maps are cannot be told: too few sources name anyone."),))
    most = max(found for found, _name in known)
    names = [name for found, name in known if found == most]
    pattern = ngettext(
        "The most complete map is that of %(names)s, at most %(share)s.",
        "The most complete maps are those of %(names)s, at most %(share)s.",
        len(names),
    )
    return say(pattern, names=listed(names), share=share(most))


def notes(
    comparison: Comparison, *, lost: Sequence[str], picked: int, ignored: Sequence[str] = ()
) -> list[Text]:
    """What to know before reading: what was not found, and what is not compared."""
    found = []
    if lost:
        names = listed([f"“{slug}”" for slug in lost[:LISTED_MAX]], limit=None)
        found.append(
            say(
                _("Not found, or not open to you: %(names)s. The others are compared.")
                if comparison.cities
                else _("Not found, or not open to you: %(names)s."),
                names=names,
            )
        )
    if picked > COMPARED_MAX:
        pattern = _(
            "The first %(count)s of the %(picked)s picked cities are shown in detail; all are in "
            "the table."
        )
        found.append(say(pattern, count=COMPARED_MAX, picked=picked))
    if ignored:
        values = listed([f"“{value}”" for value in ignored], limit=None)
        pattern = _("This page does not know %(values)s, and left it out.")
        found.append(say(pattern, values=values))
    empty = [city.city.name for city in comparison.cities if not city.figures.size]
    if empty:
        pattern = _("Nobody is on the map of %(cities)s yet, so there is nothing to compare.")
        found.append(say(pattern, cities=listed(empty, limit=None)))
    return found


def who_is_missing(cities: Sequence[ComparedCity]) -> Text:
    """Which city lacks a sector that this work cannot do without (G6)."""
    lacking = [
        say(
            _("%(city)s: %(sectors)s"),
            city=city.city.name,
            sectors=listed([in_sentence(sector(s)) for s in _required(city)], limit=None),
        )
        for city in cities
        if city.figures.size and _required(city)
    ]
    if not lacking:
        return Text((_("Each has the four sectors that this work cannot do without."),))
    pattern = _("Nobody is recorded of a sector that this work cannot do without. %(cities)s.")
    return say(pattern, cities="; ".join(map(str, lacking)))


def _required(city: ComparedCity) -> tuple[str, ...]:
    return city.figures.missing_required


def ranked_sentence(cities: Sequence[ComparedCity]) -> Text:
    """Whose answers are enough for an order (G18)."""
    thin = [city.city.name for city in cities if city.figures.size and not city.figures.ranked]
    drawn = sum(bool(city.figures.size) for city in cities)
    needed = share(defaults.RANKED_ANSWERED_SHARE_MIN)
    if not thin:
        return Text((_("Enough questions are answered in each to compare what is known."),))
    if len(thin) == drawn:
        pattern = _(
            "In none of them are %(needed)s of the questions answered, so skills are shown and "
            "put in no order."
        )
        return say(pattern, needed=needed)
    pattern = _(
        "Fewer than %(needed)s of the questions are answered in %(cities)s: left out of any order."
    )
    return say(pattern, needed=needed, cities=listed(thin, limit=None))


def equal_sentences(comparison: Comparison) -> Text:
    """What raw numbers and those at equal coverage can tell, and of whom (G19)."""
    equal, name_of = comparison.equal, {c.city.slug: c.city.name for c in comparison.cities}
    if equal.coverage is None:
        pattern = _(
            "No map has the %(needed)s sources that are needed, so the maps cannot be set equal: "
            "a longer list may only mean that more people were asked."
        )
        return say(pattern, needed=defaults.COMPLETENESS_INFORMANTS_MIN)
    lowest = listed([name_of[slug] for slug in equal.lowest])
    pattern = _(
        "The sources of %(city)s reach least of who there is to name, about %(share)s. Beside each "
        "number as recorded stands what the same map would show had it been asked no better. A "
        "city that stays larger then probably has more; one that does not was asked more."
    )
    parts = [say(pattern, city=lowest, share=share(equal.coverage))]
    if unknown := _not_set_equal(equal, name_of):
        pattern = _("Too few sources to set equal: %(cities)s.")
        parts.append(say(pattern, cities=listed(unknown, limit=None)))
    return sentences(*parts)


def _not_set_equal(equal: EqualCoverage, name_of: Mapping[str, str]) -> list[str]:
    return [name_of[slug] for slug, one in equal.maps.items() if one.actors is None]


def map_label(city: City, size: int, ties: int) -> str:
    """A small map in words."""
    who = ngettext("%(count)s organization", "%(count)s organizations", size)
    links = ngettext("%(count)s working link", "%(count)s working links", ties)
    pattern = _("%(city)s: %(who)s, %(links)s")
    return str(say(pattern, city=city.name, who=say(who, count=size), links=say(links, count=ties)))
