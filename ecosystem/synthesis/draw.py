"""Chance that can be repeated."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Thing = TypeVar("Thing")

MAP_DAY = date(2026, 6, 30)
"""The day every invented city shows. Fixed, so that what was fresh when it was made stays fresh."""


def stream(seed: int, *names: object) -> Random:
    """Numbers for one aspect of one city; drawing more of one aspect moves no other."""
    return Random("/".join(map(str, ("synthesize", seed, *names))))  # noqa: S311 (no secret: must repeat)


def days_before(random: Random, most: int, least: int = 0) -> date:
    """A day ``least`` to ``most`` days before the map's."""
    return MAP_DAY - timedelta(days=random.randint(least, most))


def weighted(random: Random, weights: Mapping[Thing, float]) -> Thing:
    """One of the keys, as often as its weight says."""
    return random.choices(list(weights), list(weights.values()))[0]


class Urn(Generic[Thing]):
    """Things to draw again and again, each as often as its weight says."""

    def __init__(self, things: Sequence[Thing], weights: Sequence[float]) -> None:
        self.things = things
        self.cumulative = list(accumulate(weights))

    def draw(self, random: Random) -> Thing:
        found = bisect(self.cumulative, random.random() * self.cumulative[-1])
        return self.things[min(found, len(self.things) - 1)]
