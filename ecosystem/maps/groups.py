"""Communities in words, for their discs and lists."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.framework import Sector
from ecosystem.analysis.communities import Communities, Community


class GroupWords(NamedTuple):
    """``title`` stands on the map, ``mix`` beside it: whom the group joins."""

    title: str
    mix: str


def group_words(communities: Communities, name_of: Mapping[str, str]) -> dict[int, GroupWords]:
    """Title and mix of every community by its number; ``name_of`` every member by slug.

    A group is named for the member with most ties in it. The sectors that it mixes would say
    what it is like, but two groups of one city often mix the same.
    """
    return {
        one.number: GroupWords(
            _("Around %(name)s") % {"name": name_of[one.best_connected]}, _mix(one)
        )
        for one in communities.found
    }


def _mix(community: Community) -> str:
    size = len(community.members)
    sectors = ", ".join(
        f"{Sector(sector).label} {number_format(count)}"
        for sector, count in community.sectors.items()
    )
    pattern = ngettext(
        "%(count)s organization: %(sectors)s", "%(count)s organizations: %(sectors)s", size
    )
    return pattern % {"count": number_format(size), "sectors": sectors}
