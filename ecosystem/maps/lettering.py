"""How wide a text is drawn, and cutting it to fit. Widths are in units of the font size.

Measured in Public Sans semi-bold and in Arial, which stands in for it in a file; of the two the
wider, rounded up. A name may turn out a little narrower than its box, never wider.
"""

import unicodedata
from typing import Final

ELLIPSIS: Final = "…"

WIDTHS: Final = {
    character: width
    for width, characters in {
        0.28: "',.ij|’·",
        0.32: "Il ",
        0.36: "!():;[]`",
        0.40: "-/\\frt{}",
        0.44: "*",
        0.50: '"“”',
        0.52: "z",
        0.56: "1J_acsvy",
        0.60: "+<=>^ekx~–",
        0.64: "#024679?FLTbdghnopqu",
        0.68: "$358EPSYZß",
        0.72: "ABCDKRUVX",
        0.76: "&",
        0.80: "GHNOQw",
        0.92: "%Mm",
        0.96: "W",
        1.00: "@…",
        1.16: "—",
    }.items()
    for character in characters
}


KEPT_CONTROLS: Final = "\t\n\r\u200c\u200d"
"""White space, which becomes a space, and the joiners that some scripts and emoji need."""


def clean(text: str) -> str:
    """The text in one line, without control characters; direction marks go, a picture has none.

    A name that carries its own direction overrides would turn the words around it.
    """
    kept = (
        " " if c.isspace() else c
        for c in text
        if c in KEPT_CONTROLS or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn", "Co")
    )
    return " ".join("".join(kept).split())


def width_of(text: str, size: float = 1.0) -> float:
    """Width of a text drawn at ``size``."""
    return size * sum(map(_advance, text))


def _advance(character: str) -> float:
    if character in WIDTHS:
        return WIDTHS[character]
    if unicodedata.combining(character) or character in KEPT_CONTROLS:
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.4  # emoji are wider than ideographs
    letter = unicodedata.normalize("NFD", character)[0]  # an accent makes no letter wider
    return WIDTHS.get(letter, 0.85)


def clip(text: str, widest: float, size: float = 1.0) -> str:
    """The text, or as much as fits with an ellipsis, cut between words if that costs little."""
    if width_of(text, size) <= widest:
        return text
    room = widest - width_of(ELLIPSIS, size)
    used, end = 0.0, 0
    for end, character in enumerate(text):  # noqa: B007 - the place where it stopped is the result
        used += width_of(character, size)
        if used > room:
            break
    start = text[:end]
    at_word = start.rpartition(" ")[0]
    if len(at_word) >= 0.6 * len(start):
        start = at_word
    return start.rstrip(" ,;:-–(") + ELLIPSIS


def wrap(text: str, widest: float, size: float = 1.0, lines: int = 2) -> list[str]:
    """The text in at most ``lines`` lines, balanced; what does not fit becomes an ellipsis."""
    if width_of(text, size) <= widest or lines == 1:
        return [clip(text, widest, size)]
    words = text.split(" ")
    splits = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    fitting = [pair for pair in splits if width_of(pair[0], size) <= widest]
    if not fitting:
        return [clip(text, widest, size)]
    whole = [pair for pair in fitting if width_of(pair[1], size) <= widest]
    if whole:  # the two lines as alike as they come
        return list(min(whole, key=lambda pair: max(width_of(part) for part in pair)))
    first, rest = fitting[-1]
    return [first, *wrap(rest, widest, size, lines - 1)]
