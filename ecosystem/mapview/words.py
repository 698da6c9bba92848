"""Every word that the scripts of the map write: they hold no sentence themselves."""

from typing import TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.framework import Level

Forms: TypeAlias = dict[str, str]


def script_words(title: str) -> dict[str, str | Forms]:
    """By the keys that ``static/js/network-map/README.md`` lists. ``title`` names the map."""
    return {
        "map": title,
        "keys": _(
            "Arrow keys move between organizations, + and − zoom, 0 shows everything, Enter "
            "opens the profile, Escape lets go."
        ),
        "ties": _forms(ngettext("{n} tie", "{n} ties", 1), ngettext("{n} tie", "{n} ties", 2)),
        "spoken": _("{name}, {sector}, {ties}"),
        "released": _("Nobody is picked"),
        "shown": _forms(
            ngettext("{n} organization shown of {all}", "{n} organizations shown of {all}", 1),
            ngettext("{n} organization shown of {all}", "{n} organizations shown of {all}", 2),
        ),
        "arranged": {
            "sector": _("Arranged by sector"),
            "ties": _("Arranged by ties"),
            "group": _("Arranged by group"),
        },
        "visitor": _("from elsewhere"),
        "workingTies": _forms(
            ngettext("working link", "working links", 1),
            ngettext("working link", "working links", 2),
        ),
        "wished": _("Wished for"),
        "more": _forms(
            ngettext("and {n} more", "and {n} more", 1), ngettext("and {n} more", "and {n} more", 2)
        ),
        "profile": _("Open full profile"),
        "close": _("Let go"),
        "focus": _("Show only"),
        "steps1": _("1 step around it"),
        "steps2": _("2 steps around it"),
        "stepsAll": _("everyone"),
        "pathTo": _("Show the path to another"),
        "pathPick": _("Pick the organization to reach"),
        "noPath": _("No path of existing ties leads there"),
        "noTies": _("No working link on record"),
        "failed": _("The map could not be loaded. The drawing and the table below say the same."),
        "asOf": _("As of {day}"),
        "levels": {str(level.value): str(level.label) for level in Level}
        | {"unknown": _("Not asked")},
        "group": _("Group {n}"),
        "alone": _("In no group"),
        "copied": _("The link is copied"),
    }


def _forms(one: str, other: str) -> Forms:
    return {"one": one, "other": other}
