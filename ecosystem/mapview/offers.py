"""The questions that a map offers."""

from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from ecosystem.findings import Case
from ecosystem.lenses import all_lenses
from ecosystem.mapview.state import MapState

CLEARED: Final[dict[str, Any]] = {
    "lens": "",
    "a": "",
    "b": "",
    "table": "",
    "actor": "",
    "color": "sector",
    "skill": (),
}
"""What a lens sets is put back when another is asked for."""


class Offer(NamedTuple):
    """A question with how many actors its answer lights up. ``asks`` are its keys of an address."""

    name: str
    question: str
    lit_count: int
    asks: tuple[tuple[str, str], ...]

    @property
    def change(self) -> str:
        """What asking it changes in the state, as a query with empty values for what it clears."""
        asked = dict(self.asks)
        if self.name == "fill":
            asked["color"] = "skill"
        keys = ("lens", "actor", "to", "steps", "color", "skill", "a", "b", "table")
        return "&".join(f"{key}={asked.get(key, '')}" for key in keys)

    def address(self, state: MapState) -> str:
        """The link that asks it and keeps the rest of the view."""
        asked: dict[str, Any] = dict(self.asks)
        if skill := asked.pop("skill", ""):
            # The color shows who has the skill; as a filter it would hide those who lead to it.
            asked |= {"skill": (skill,), "color": "skill"}
        return state.address(**CLEARED | {"steps": 0, "to": ""} | asked)


def find_offers(case: Case) -> list[Offer]:
    """The questions of a map, which takes all its gaps."""
    return [
        Offer(
            lens.name,
            lens.question,
            lens.count,
            tuple(parse_qsl(urlsplit(lens.url).query)),
        )
        for lens in all_lenses(case)
    ]
