"""Which records may be of one organization. Nothing is read from the database here."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import numpy as np
from rapidfuzz import fuzz, process

from actors.filters import folded

NAMES_ENOUGH: Final = 90
"""Of 100: "Boston Housing Autority" is the authority, "Code for Boston" not "Code for Tulsa"."""

NAMES_WITH_SAME_SITE: Final = 60
"""Of 100: departments share a site, so that names have to be near as well, but less so."""

LEFT_OUT: Final = frozenset({"the", "of", "and", "for", "inc", "incorporated", "llc", "corp", "co"})
"""Words that come and go with no other organization meant."""

ROWS_AT_ONCE: Final = 500
"""Names compared with all others in one step: 500 × 5,000 comparisons take 2.5 MB."""


@dataclass(frozen=True, slots=True)
class Known:
    """A record by its number, all its names and its website."""

    pk: int
    names: Sequence[str]
    website: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one: the lower number first, and how near their names are, of 100."""

    first: int
    second: int
    score: int
    same_site: bool

    @property
    def key(self) -> str:
        return f"{self.first}-{self.second}"


def possible_duplicates(records: Iterable[Known], but: Collection[str] = ()) -> list[Pair]:
    """Pairs whose names are nearly the same, or rather alike with one website; nearest first.

    The order of words, case, accents, punctuation and legal forms do not count. ``but`` are the
    keys of pairs that somebody looked at already.
    """
    words: list[str] = []
    owners: list[int] = []
    sites: dict[int, str] = {}
    for record in records:
        sites[record.pk] = same_address(record.website)
        for name in {sorted_words(one) for one in record.names} - {""}:
            words.append(name)
            owners.append(record.pk)
    best: dict[tuple[int, int], int] = {}
    for start in range(0, len(words), ROWS_AT_ONCE):
        scores = process.cdist(
            words[start : start + ROWS_AT_ONCE],
            words,
            scorer=fuzz.ratio,
            score_cutoff=NAMES_WITH_SAME_SITE,
            dtype=np.uint8,
        )
        for row, column in zip(*np.nonzero(scores), strict=True):
            one, other = owners[start + int(row)], owners[int(column)]
            score = int(scores[row, column])
            if one >= other:
                continue
            if score < NAMES_ENOUGH and not (sites[one] and sites[one] == sites[other]):
                continue
            best[one, other] = max(score, best.get((one, other), 0))
    pairs = [
        Pair(one, other, score, bool(sites[one]) and sites[one] == sites[other])
        for (one, other), score in best.items()
    ]
    seen = set(but)
    return sorted(
        (pair for pair in pairs if pair.key not in seen),
        key=lambda pair: (-pair.score, pair.first, pair.second),
    )


def sorted_words(name: str) -> str:
    """The words that tell a name from others, in alphabetical order."""
    text = "".join(letter if letter.isalnum() else " " for letter in folded(name))
    words = text.split()
    return " ".join(sorted([word for word in words if word not in LEFT_OUT] or words))


def same_address(website: str) -> str:
    """A website without what does not tell it from others; empty for none, or none to be read."""
    try:
        parts = urlsplit(website.strip().casefold())
    except ValueError:
        return ""
    if not parts.netloc:
        return ""
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}"
