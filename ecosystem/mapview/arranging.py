"""Where everybody stands in the arrangement that is asked for, and how it is colored."""

from collections.abc import Callable, Mapping
from typing import Final

from actors.models import City
from ecosystem.analysis.communities import Communities
from ecosystem.analysis.data import EcosystemData
from ecosystem.maps import look
from ecosystem.maps.by_group import groups_of
from ecosystem.maps.geometry import Point
from ecosystem.maps.groups import group_words
from ecosystem.maps.picture import (
    Arrangement,
    District,
    Style,
    sector_arrangement,
    sector_style,
)
from ecosystem.maps.positions import places_for
from ecosystem.mapview.document import Arranged
from ecosystem.mapview.state import ARRANGEMENTS, MapState
from ecosystem.mapview.values import MapValues
from ecosystem.models import Arrangement as Kept

KEPT: Final = {"sector": Kept.BY_SECTOR, "ties": Kept.BY_TIES, "group": Kept.BY_GROUP}


def arrange(
    city: City, data: EcosystemData, by: str, communities: Callable[[], Communities]
) -> Arrangement:
    """The saved arrangement of a city; one query when everybody has a place in it."""
    if by == "group":
        return _by_group(city, data, communities())
    places = places_for(city, KEPT[by], data)
    return Arrangement(places) if by == "ties" else sector_arrangement(data, places)


def _by_group(city: City, data: EcosystemData, found: Communities) -> Arrangement:
    places = places_for(city, KEPT["group"], data, found)
    number_of = found.number_of
    words = group_words(found, {actor.slug: actor.name for actor in data.actors})
    groups = groups_of({actor.id: number_of[actor.slug] for actor in data.actors}, places)
    return Arrangement(
        places,
        {
            str(group.number): District(
                group.disc,
                words[group.number].title,
                str(group.number),
                look.group_hue(group.number),
            )
            for group in groups
        },
        {slug: str(number) for slug, number in number_of.items() if number},
    )


def places_by_sector(city: City, data: EcosystemData) -> Mapping[int, Point]:
    """Where everybody stands at first."""
    return places_for(city, KEPT["sector"], data)


def arrange_all(city: City, data: EcosystemData, communities: Communities) -> Arranged:
    """Every arrangement, for the rest of the data."""
    return Arranged(
        {
            by: places_for(city, KEPT[by], data, communities if by == "group" else None)
            for by in ARRANGEMENTS
        },
        communities,
    )


def style_of(values: MapValues, state: MapState, communities: Callable[[], Communities]) -> Style:
    """Colors and letters that the address asks for."""
    usual = sector_style({actor.slug: actor.sector for actor in values.actors})
    if state.color == "group":
        number_of = communities().number_of
        return Style(
            paint=lambda slug: look.Paint(look.group_hue(number_of[slug]).color),
            letter=lambda slug: str(number_of[slug] or ""),
        )
    if skill := state.colored_skill:
        levels = {actor.slug: actor.skills.get(skill) for actor in values.actors}
        return Style(lambda slug: look.SKILL_LEVELS[levels[slug]], usual.letter)
    return usual
