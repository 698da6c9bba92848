"""Finding a name as people type it: without case and accents, and with one slip.

The same as ``static/js/shared/text.js``; both are tested with one list of cases.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from actors.filters import folded

NOT_A_WORD: Final = re.compile(r"[\W_]+")
TYPO_FROM: Final = 5
"""Letters of a word from which on a slip is forgiven."""

LEFT_OUT: Final = 3
"""Letters that an abbreviation may leave out."""


class Searchable(NamedTuple):
    """What a search is compared with: the folded text, and its words."""

    text: str
    words: tuple[str, ...]


def searchable(*texts: str) -> Searchable:
    text = folded("\n".join(text for text in texts if text))
    return Searchable(text, tuple(word for word in NOT_A_WORD.split(text) if word))


def search_words(query: str) -> list[str]:
    """The folded words of a search."""
    return folded(query).split()


def is_found(words: Sequence[str], where: Searchable) -> bool:
    """Whether every word is in the text, or with one slip among its words."""
    return all(
        word in where.text
        or (len(word) >= TYPO_FROM and any(is_similar(word, other) for other in where.words))
        for word in words
    )


def is_similar(word: str, other: str) -> bool:
    """Whether ``word`` is the beginning of ``other`` but for one slip, or short for it."""
    return _starts_with_one_slip(word, other) or _is_abbreviation(word, other)


def _starts_with_one_slip(word: str, other: str) -> bool:
    """One letter more, less, other, or two swapped make ``word`` the start of ``other``."""
    same = 0
    while same < len(word) and word[same : same + 1] == other[same : same + 1]:
        same += 1
    rest, left = word[same:], other[same:]
    if left.startswith(rest[1:]):  # one letter too many
        return True
    if left and (left[1:].startswith(rest) or left[1:].startswith(rest[1:])):  # missing, another
        return True
    swapped = left[1::-1] + left[2:]
    return len(left) > 1 and rest[:2] == swapped[:2] and swapped[2:].startswith(rest[2:])


def _is_abbreviation(word: str, other: str) -> bool:
    """Whether ``word`` is ``other`` with a few letters left out, the first one kept: "govrnmnt"."""
    if word[:1] != other[:1] or len(other) > len(word) + LEFT_OUT:
        return False
    letters = iter(other)
    return all(letter in letters for letter in word)
