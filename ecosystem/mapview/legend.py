"""What colors and letters mean, with how many are shown of each."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from actors.framework import Level, Sector
from ecosystem.analysis.communities import Communities
from ecosystem.maps import look
from ecosystem.maps.groups import group_words
from ecosystem.mapview.filtering import Shown
from ecosystem.mapview.state import MapState


def legend(
    shown: Shown, state: MapState, communities: Callable[[], Communities]
) -> list[dict[str, Any]]:
    """The colors in use. With "sector" its mark is drawn, else a dot of "paint" with "letter"."""
    if state.color == "group":
        return _groups(shown, communities())
    if skill := state.colored_skill:
        counts = Counter(actor.skills.get(skill) for actor in shown.actors)
        return [
            {
                "label": _("Not asked") if level is None else Level(level).label,
                "paint": look.SKILL_LEVELS[level],
                "letter": "",
                "count": counts[level],
            }
            for level in look.SKILL_LEVELS
            if counts[level]
        ]
    sectors = Counter(actor.sector for actor in shown.actors)
    return [
        {"sector": sector.value, "label": sector.label, "count": sectors[sector.value]}
        for sector in Sector
        if sectors[sector.value]
    ]


def _groups(shown: Shown, communities: Communities) -> list[dict[str, Any]]:
    number_of = communities.number_of
    words = group_words(communities, {actor.slug: actor.name for actor in shown.values.actors})
    counts = Counter(number_of[actor.slug] for actor in shown.actors)
    return [
        {
            "label": words[number].title if number else _("In no group"),
            "paint": look.Paint(look.group_hue(number).color),
            "letter": str(number or ""),
            "count": counts[number],
        }
        for number in sorted(counts, key=lambda number: (number == 0, number))
    ]
