"""What is told of the picked actor."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _

from actors.framework import REVERSE_TIE_LABELS, Competency, Level, TieKind
from ecosystem.maps import look
from ecosystem.mapview.search import is_found, search_words
from ecosystem.mapview.values import MapActor, MapValues

NAMES_SHOWN: Final = 5
SELECTABLE: Final = 150
"""Up to so many the other end of a path is chosen from a list, else by typing its name."""


def actor_panel(values: MapValues, actor: MapActor) -> dict[str, Any]:
    """The actor with its ties by kind and its skills, for ``ecosystem/_map_panel.html``.

    All its ties are told, whatever the filters: it is a description of the actor.
    """
    partners = {
        other for tie in values.ties if tie.exists for other in _other(tie.a, tie.b, actor.index)
    }
    return {
        "actor": actor,
        "partner_count": len(partners),
        "groups": list(_groups(values, actor)),
        "skills": list(_skills(actor)),
        "unasked": len(Competency) - len(actor.skills),
    }


def _other(a: int, b: int, own: int) -> Iterator[int]:
    if a == own:
        yield b
    elif b == own:
        yield a


def _groups(values: MapValues, actor: MapActor) -> Iterator[dict[str, Any]]:
    """Its ties by what they are about and which way they go; those only wished for last."""
    found: defaultdict[tuple[bool, str, str], set[int]] = defaultdict(set)
    for tie in values.ties:
        kind = TieKind(tie.tie.kind)
        for other in _other(tie.a, tie.b, actor.index):
            label = kind.label if tie.a == actor.index else REVERSE_TIE_LABELS[kind]
            found[not tie.exists, kind.value, str(label)].add(other)
    order = sorted(found.items(), key=lambda item: (item[0][0], -len(item[1]), item[0]))
    for (wished, kind_slug, said), others in order:
        line = look.WISHED if wished else look.KINDS[kind_slug]
        named = sorted((values.actors[index] for index in others), key=lambda one: one.by_name)
        most = NAMES_SHOWN if len(named) > NAMES_SHOWN + 1 else len(named)
        yield {
            "label": _("Wished for: %(tie)s") % {"tie": said} if wished else said,
            "line": line,
            "count": len(named),
            "first": named[:most],
            "more": named[most:],
        }


def _skills(actor: MapActor) -> Iterator[dict[str, Any]]:
    """What it said of its skills, the strongest first."""
    for level in sorted(Level, reverse=True):
        own = [str(skill.label) for skill in Competency if actor.skills.get(skill.value) == level]
        if own:
            yield {"label": level.label, "skills": own}


# ── Another one ───────────────────────────────────────────────────────────────────────────


def find_by_name(values: MapValues, asked: str) -> str:
    """The slug of the actor meant by a name that somebody typed, or nothing."""
    words = search_words(asked)
    if not words:
        return ""
    found = [actor for actor in values.actors if is_found(words, actor.searchable)]
    return min(found, key=lambda actor: (len(actor.name), actor.by_name)).slug if found else ""
