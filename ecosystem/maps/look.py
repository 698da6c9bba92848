"""Colors, letters and lines of the drawing, as attributes of the SVG: a file has no style sheet.

The same as ``static/css/tokens.css``, ``static/js/network-map/style.js`` and the marks in
``ecosystem/templatetags/ui.py``; tests hold them together.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

FONT: Final = "Public Sans Variable, Public Sans, Helvetica, Arial, sans-serif"
INK: Final = "#1b2733"
SECOND_INK: Final = "#46525f"
PAPER: Final = "#fff"
LINK: Final = "#0b57a4"
GOLD: Final = "#ffbe2e"
QUIET: Final = "#ebe8df"


class SectorLook(NamedTuple):
    color: str
    tint: str
    letter: str


SECTORS: Final = {
    "government": SectorLook("#1f4e8c", "#e4ecf6", "G"),
    "data_intermediary": SectorLook("#0f6b63", "#def0ed", "D"),
    "civic_technologist": SectorLook("#0b5f86", "#dceef6", "T"),
    "philanthropy": SectorLook("#44631a", "#ebf1df", "F"),
    "residents_community": SectorLook("#a8321c", "#f9e6e1", "R"),
    "academia": SectorLook("#5b3d9e", "#ece7f6", "A"),
    "private": SectorLook("#7a4f00", "#f8edd8", "B"),
    "media": SectorLook("#4a5560", "#e8ebee", "M"),
    "nonprofit_service": SectorLook("#8b2f6b", "#f6e5f0", "S"),
    "national_network": SectorLook("#33291f", "#ece8e2", "N"),
}


class Hue(NamedTuple):
    color: str
    tint: str


PLAIN: Final = Hue(SECOND_INK, QUIET)
"""Of what has no hue of its own."""


def group_hue(number: int) -> Hue:
    """Of a community; those beyond the hues of the sectors share one. 0 is in none."""
    hues = list(SECTORS.values())
    return Hue(*hues[number - 1][:2]) if 0 < number <= len(hues) else PLAIN


class Paint(NamedTuple):
    """How a dot is filled. ``ring`` is the color of its outline, empty for the paper around it."""

    fill: str
    ring: str = ""
    ink: str = PAPER
    dotted: bool = False

    @property
    def opened(self) -> "Paint":
        """The same for a visitor: open, with an outline."""
        return Paint(PAPER, self.fill, self.fill)


SKILL_LEVELS: Final[Mapping[int | None, Paint]] = {
    3: Paint("#0f6b63"),
    2: Paint("#86c2b7", "#0f6b63", "#0a3833"),
    1: Paint("#fff0d6", "#a85a00", "#5c3300"),
    0: Paint(PAPER, "#b8361a", "#861d07"),
    None: Paint(PAPER, "#818b97", "#56616d", dotted=True),
}
"""By level of the skill that is shown; None was not asked. Told apart in grey as well."""


class Line(NamedTuple):
    """``dash`` as SVG has it; empty for a line without gaps."""

    dash: str
    width: float


KINDS: Final[Mapping[str, Line]] = {
    "funds": Line("9 4", 1.8),
    "shares_data": Line("", 1.6),
    "delivers_project_with": Line("", 3.2),
    "advises": Line("2 3", 1.8),
    "hosts": Line("9 3 2 3", 1.8),
    "staffs": Line("9 3 2 3 2 3", 1.8),
    "volunteers_for": Line("3 6", 1.8),
    "convenes": Line("14 4", 2.6),
    "trains": Line("2 2", 3.2),
    "member_of": Line("", 0.9),
    "in_kind": Line("9 4", 3.2),
}
"""How a tie is drawn when one of its ends is picked."""

WISHED: Final = Line("5 5", 1.3)

LIGHTER: Final = 0.55
"""Opacity of a tie that not both sides have confirmed."""

DIMMED: Final = 0.24
"""Opacity of dots that nobody speaks of, while somebody is spoken of."""
