"""What a partner changed, in sentences."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from actors.forms.partner import LEVELS
from actors.framework import Competency
from actors.services.partner import Change


def level_words(answer: str) -> str:
    """How well an actor does something, in its own words."""
    return str(dict(LEVELS).get(answer, ""))


def change_words(changes: Sequence[Change]) -> list[str]:
    """One sentence for each thing that changed, in the order in which it did."""
    return [_sentence(change) for change in changes]


def _sentence(change: Change) -> str:
    name: Any = change.get("name", "")
    match change["what"]:
        case "field":
            return _("%(part)s: changed.") % {"part": _fields()[name]}
        case "skill":
            said = {"skill": Competency(name).label, "level": level_words(change["to"])}
            return _("%(skill)s: %(level)s.") % said
        case "tie":
            return _ties()[change["to"]] % {"name": name}
        case _:
            return _others()[change["what"]] % {"name": name}


def _fields() -> dict[str, str]:
    return {
        "description": _("What you do"),
        "website": _("Website"),
        "service_area": _("The area you serve"),
        "place": _("Where you are"),
        "sector": _("What kind of organization you are"),
        "roles": _("The parts you play"),
        "issues": _("The issues you work on"),
    }


def _ties() -> dict[str, str]:
    return {
        "right": _("You confirmed that you work with %(name)s."),
        "wrong": _("You said that a tie with %(name)s is not right."),
        "ended": _("You said that a tie with %(name)s has ended."),
    }


def _others() -> dict[str, str]:
    return {
        "tie_added": _("You work with %(name)s."),
        "actor_added": _(
            "You work with %(name)s, which is new here. The city’s convener looks at it first."
        ),
        "offer_added": _("You can lend: %(name)s"),
        "need_added": _("You need: %(name)s"),
        "offer_closed": _("You no longer lend: %(name)s"),
        "need_closed": _("You no longer need: %(name)s"),
        "confirmed": _("You confirmed that all the rest is still right."),
    }
