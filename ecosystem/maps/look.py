"""Colors and letters of the drawing, as attributes of the SVG: a file has no style sheet.

The same as ``static/css/tokens.css`` and the marks in ``ecosystem/templatetags/ui.py``; tests hold
them together.
"""

from typing import Final, NamedTuple

FONT: Final = "Public Sans Variable, Public Sans, Helvetica, Arial, sans-serif"
INK: Final = "#1b2733"
SECOND_INK: Final = "#46525f"
PAPER: Final = "#fff"
LINK: Final = "#0b57a4"


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
