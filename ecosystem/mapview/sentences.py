"""What the map says in a sentence: of itself, and of the way between two actors."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecosystem.findings.text import Name, Text, name_of, number, say
from ecosystem.mapview.filtering import Shown
from ecosystem.mapview.values import MapValues


def map_sentence(everyone: Shown) -> str:
    """The whole map in one sentence."""
    size, near = len(everyone.actors), everyone.neighbors
    links = sum(map(len, near)) // 2
    alone = sum(not others for others in near)
    if not size:
        return _("No organization is on this map yet.")
    if size == 1:
        return _("One organization is on this map so far, and nobody it works with.")
    said = number(size)
    if not links:
        return ngettext(
            "%(number)s organization or group is here; no working link is on record yet.",
            "%(number)s organizations and groups are here; no working link between them is on "
            "record yet.",
            size,
        ) % {"number": said}
    who = ngettext(
        "%(number)s organization or group", "%(number)s organizations and groups", size
    ) % {"number": said}
    working = ngettext("%(number)s working link", "%(number)s working links", links) % {
        "number": number(links)
    }
    rest = _("each works with at least one other")
    if alone:
        rest = ngettext(
            "%(number)s has none on record", "%(number)s have none on record", alone
        ) % {"number": number(alone)}
    return _("%(who)s, %(links)s; %(rest)s.") % {"who": who, "links": working, "rest": rest}


def path_text(values: MapValues, path: Sequence[str]) -> Text:
    """ "A works with B, who works with C." """
    names = [_name(values, slug) for slug in path]
    said = say(_("%(one)s works with %(other)s"), one=names[0], other=names[1])
    for name in names[2:]:
        said = say(_("%(before)s, who works with %(next)s"), before=said, next=name)
    return say(_("%(sentence)s."), sentence=said)


def no_path_text(values: MapValues, start: str, end: str) -> Text:
    """That nothing connects two actors in what is shown."""
    return say(
        _("No path of existing ties leads from %(one)s to %(other)s in what is shown."),
        one=_name(values, start),
        other=_name(values, end),
    )


def _name(values: MapValues, slug: str) -> Name:
    actor = values.actors[values.index_of[slug]]
    return name_of(next(one for one in values.data.actors if one.id == actor.id))
