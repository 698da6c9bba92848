"""Which known words are near a mistyped one."""

from collections.abc import Collection

from rapidfuzz import fuzz, process, utils

ENOUGH = 70  # of 100: “goverment” finds “government”, “xyz” finds nothing
MOST = 3  # more than three guesses are a list, not a hint


def near_matches(text: str, known: Collection[str]) -> list[str]:
    """The known words that ``text`` may have meant, nearest first, ties in alphabetical order."""
    found = process.extract(
        text[:200],  # longer is no slip of the pen, and costs time
        sorted(known),
        scorer=fuzz.ratio,
        processor=utils.default_process,
        score_cutoff=ENOUGH,
        limit=MOST,
    )
    return [word for word, _score, _position in found]
