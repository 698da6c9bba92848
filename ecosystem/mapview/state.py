"""The view that an address asks for, and the address of a view.

Several values repeat their key, defaults are left out, what is not known is left out and noted.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, NamedTuple, Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

VIEWS: Final = ("network", "places", "matrix")
ARRANGEMENTS: Final = ("sector", "ties", "group")
COLORS: Final = ("sector", "skill", "group")
STATUSES: Final = ("existing", "wished")
FRESHNESS: Final = ("fresh", "ageing", "stale", "never")
SORTS: Final = ("ties", "name", "sector")

DEFAULT_LEVEL: Final = 2
"""Who can help with a skill; 1 finds those who are learning it too."""

LONGEST_SEARCH: Final = 200
LONGEST_WORD: Final = 80
"""Of a word whose meaning others know, such as a lens."""

NOTED: Final = 60
"""So much of an unknown value is repeated in its note."""

LABELS: Final[Mapping[str, str | Promise]] = {
    "view": pgettext_lazy("a form of the map", "View"),
    "by": _("Arrangement"),
    "color": _("Color"),
    "sector": _("Sector"),
    "role": _("Role"),
    "skill": _("Skill"),
    "level": _("How well"),
    "issue": _("Issue"),
    "kind": _("Kind of tie"),
    "strength": _("Strength of the tie"),
    "status": _("Existing or wished for"),
    "fresh": _("How fresh the answers are"),
    "collaborative": _("Collaborative"),
    "q": _("Search"),
    "actor": _("Picked organization"),
    "to": _("Path to"),
    "steps": _("Steps around it"),
    "sort": _("Sort by"),
}
"""The keys of an address in words."""

ACTOR_FILTERS: Final = ("sector", "role", "skill", "issue", "collaborative", "fresh", "q")
TIE_FILTERS: Final = ("kind", "strength", "status")
FILTERS: Final = (*ACTOR_FILTERS, "level", *TIE_FILTERS)


class Ignored(NamedTuple):
    """A value of the address that this map does not know."""

    label: str | Promise
    value: str


@dataclass(frozen=True, slots=True)
class MapState:
    """A view of a map. The fields are the keys of the address, in the order they are written.

    ``level``, ``strength``: at least so much, 0 for any strength. ``steps`` and ``to`` mean nothing
    without ``actor``. ``a``, ``b`` and ``table`` belong to ``lens``, see ``ecosystem.lenses``.
    """

    view: str = "network"
    by: str = "sector"
    color: str = "sector"
    sector: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    skill: tuple[str, ...] = ()
    level: int = DEFAULT_LEVEL
    issue: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    strength: int = 0
    status: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    collaborative: tuple[str, ...] = ()
    q: str = ""
    actor: str = ""
    to: str = ""
    steps: int = 0
    lens: str = ""
    a: str = ""
    b: str = ""
    table: str = ""
    sort: str = "ties"

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the map down, the steps around an actor included."""
        chosen = (getattr(self, key) for key in (*ACTOR_FILTERS, *TIE_FILTERS))
        return any(chosen) or bool(self.steps)

    @property
    def colored_skill(self) -> str:
        """The skill that colors show: ``skill`` then hides nobody."""
        return self.skill[0] if self.color == "skill" and self.skill else ""

    def changed(self, **changes: Any) -> Self:
        """The state with other values. Without an actor there are no steps and no path."""
        state = replace(self, **changes)
        return state if state.actor else replace(state, to="", steps=0)

    def without_filters(self) -> Self:
        """The same view of everyone; a skill that colors or is asked about filters nobody."""
        kept = {"skill"} if self.color == "skill" or self.lens else set()
        cleared = {key: getattr(EMPTY, key) for key in FILTERS if key not in kept}
        return self.changed(**cleared, steps=0)

    def query(self, **changes: Any) -> str:
        """The query of the address of this view, without "?"; empty for the default view."""
        state = self.changed(**changes)
        pairs: list[tuple[str, Any]] = []
        for one in fields(state):
            value = getattr(state, one.name)
            if value != one.default:
                values = value if isinstance(value, tuple) else (value,)
                pairs += [(one.name, each) for each in values]
        return urlencode(pairs)

    def address(self, **changes: Any) -> str:
        """A link, on the same page, to this view with other values."""
        return f"?{self.query(**changes)}"

    def address_of(self, page: str) -> str:
        """The address of another page that shows this view."""
        query = self.query()
        return f"{page}?{query}" if query else page


EMPTY: Final = MapState()


def parse_state(
    asked: QueryDict, known: Mapping[str, Collection[str]]
) -> tuple[MapState, list[Ignored]]:
    """The view that an address asks for, and what of it is not known here.

    Parameters
    ----------
    asked
        The query of the address. Keys that are not ours are passed over.
    known
        The slugs of each kind of value: ``sector``, ``role``, ``skill``, ``issue``, ``kind``,
        ``collaborative``, ``actor``. Without ``strength`` in it nobody may ask for strengths.

    Returns
    -------
    tuple
        The state, and every value that was left out, cut to be shown.
    """
    values: dict[str, Any] = {}
    ignored: list[Ignored] = []
    for one in fields(MapState):
        given = [value for value in asked.getlist(one.name) if value]
        if not given:
            continue
        is_known = _knows(one.name, known)
        kept = [value for value in dict.fromkeys(given) if is_known(value)]
        ignored += [
            Ignored(LABELS[one.name], value[:NOTED].replace("\0", ""))
            for value in dict.fromkeys(given)
            if one.name in LABELS and not is_known(value)
        ]
        if kept:
            values[one.name] = _read(kept, one.default)
    return EMPTY.changed(**values), ignored


def _read(kept: list[str], default: object) -> object:
    """All of them, or of a key that has one value the last."""
    if isinstance(default, tuple):
        return tuple(kept)
    return int(kept[-1]) if isinstance(default, int) else _cut(kept[-1])


def _cut(text: str) -> str:
    return text.replace("\0", "").strip()[:LONGEST_SEARCH]


FIXED: Final[Mapping[str, Collection[str]]] = {
    "view": VIEWS,
    "by": ARRANGEMENTS,
    "color": COLORS,
    "level": ("1", "2", "3"),
    "status": STATUSES,
    "fresh": FRESHNESS,
    "steps": ("1", "2"),
    "sort": SORTS,
}
WORDS: Final = ("lens", "a", "b", "table")
"""What these mean is up to the lenses, which note what they do not know."""


def _knows(key: str, known: Mapping[str, Collection[str]]) -> Callable[[str], bool]:
    if key == "q":
        return lambda value: bool(_cut(value))
    if key in WORDS:
        return lambda value: len(value) <= LONGEST_WORD and "\0" not in value
    found = FIXED.get(key) or known.get("actor" if key == "to" else key, ())
    return lambda value: value in found
