"""The filters of a map with their choices, as the form shows them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actors.framework import Competency, Role, Sector, TieKind, TieStatus, TieStrength
from ecosystem.mapview.filtering import Counts
from ecosystem.mapview.state import LABELS, MapState
from ecosystem.mapview.values import MapValues

FRESH: Final[Mapping[str, str | Promise]] = {
    "fresh": gettext_lazy("Answered within a year"),
    "ageing": gettext_lazy("1 to 2 years ago"),
    "stale": gettext_lazy("Longer ago, or no day known"),
    "never": gettext_lazy("Never answered"),
}
LEVELS: Final[Mapping[int, str | Promise]] = {
    1: gettext_lazy("At least learning"),
    2: gettext_lazy("Solid: can help with it"),
    3: gettext_lazy("Strong, could teach"),
}
OPEN: Final = ("sector", "skill")
"""The filters that are unfolded even when nothing in them is chosen."""

NEVER_HIDDEN: Final = ("sector", "skill", "kind", "fresh")
"""The other choices are left out where nobody on the map has them."""


def filter_groups(values: MapValues, state: MapState, counts: Counts) -> list[dict[str, Any]]:
    """The filters that offer anything, for ``ecosystem/_map_filters.html``."""
    groups = [
        _group("sector", Sector.choices, state, counts),
        _group("skill", Competency.choices, state, counts),
        _group("role", Role.choices, state, counts, _roles(values)),
        _group("issue", values.extras.issues.items(), state, counts),
        _group("collaborative", values.extras.collaboratives.items(), state, counts),
        _group("kind", TieKind.choices, state, counts, {tie.tie.kind for tie in values.ties}),
        _group("status", TieStatus.choices, state, counts, _statuses(values)),
        _group("fresh", FRESH.items(), state, counts),
    ]
    for group in groups:
        if group["name"] == "skill":
            group["levels"] = [
                {"value": level, "label": label, "checked": level == state.level}
                for level, label in LEVELS.items()
            ]
    if values.has_strengths:
        groups.insert(7, _strengths(state, counts))
    return [group for group in groups if group["options"]]


def _group(
    name: str,
    choices: Iterable[tuple[str, str | Promise]],
    state: MapState,
    counts: Counts,
    present: set[str] | None = None,
) -> dict[str, Any]:
    chosen = getattr(state, name)
    return {
        "name": name,
        "label": LABELS[name],
        "type": "checkbox",
        "open": bool(chosen) or name in OPEN,
        "options": [
            {
                "value": value,
                "label": label,
                "checked": value in chosen,
                "count": counts[name][value],
                "sector": value if name == "sector" else "",
            }
            for value, label in choices
            if present is None or value in present or value in chosen
        ],
    }


def _strengths(state: MapState, counts: Counts) -> dict[str, Any]:
    """At least so strong; only one can be chosen."""
    options = [{"value": "", "label": _("Any strength"), "checked": not state.strength}]
    options += [
        {
            "value": str(strength.value),
            "label": _("At least: %(strength)s") % {"strength": strength.label},
            "checked": strength == state.strength,
            "count": counts["strength"][str(strength.value)],
        }
        for strength in TieStrength
    ]
    return {
        "name": "strength",
        "label": LABELS["strength"],
        "type": "radio",
        "open": bool(state.strength),
        "options": options,
    }


def _roles(values: MapValues) -> set[str]:
    return {role for actor in values.actors for role in actor.roles}


def _statuses(values: MapValues) -> set[str]:
    """Nothing to choose from where no tie is wished for."""
    found = {tie.tie.status for tie in values.ties}
    return found if len(found) > 1 else set()


# ── What is chosen ───────────────────────────────────────────────────────────────────────────────


def chips(values: MapValues, state: MapState) -> Iterator[dict[str, str]]:
    """What narrows the map down, each with the address of the view without it."""
    labels = {
        name: dict(choices)
        for name, choices in (
            ("sector", Sector.choices),
            ("role", Role.choices),
            ("skill", Competency.choices),
            ("issue", values.extras.issues.items()),
            ("kind", TieKind.choices),
            ("status", TieStatus.choices),
            ("fresh", FRESH.items()),
            ("collaborative", values.extras.collaboratives.items()),
        )
    }
    for name, known in labels.items():
        if name == "skill" and state.colored_skill:
            continue
        chosen = getattr(state, name)
        for value in chosen:
            rest = tuple(other for other in chosen if other != value)
            yield _chip(name, str(known[value]), state.address(**{name: rest}))
    if state.strength:
        least = TieStrength(state.strength).label
        said = _("At least: %(strength)s") % {"strength": least}
        yield _chip("strength", said, state.address(strength=0))
    if state.q:
        yield _chip("q", f"“{state.q}”", state.address(q=""))


def _chip(name: str, value: str, url: str) -> dict[str, str]:
    label = _("%(filter)s: %(value)s") % {"filter": LABELS[name], "value": value}
    return {"label": label, "url": url}
