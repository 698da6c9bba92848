"""Placing names on a picture so that no two overlap."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ecosystem.maps.geometry import Disc, Points
from ecosystem.maps.lettering import width_of

LINE = 1.16
"""Height of a line, in units of the font size."""

ASCENT = 0.8
"""From the baseline to the top of a capital with its accent, in units of the font size."""


LATER = 0.3
"""A place is worth this many hidden dots less than the one tried before it."""

AIR = 1.5
"""Free space around every name."""


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def within(self, other: "Box") -> bool:
        return (
            self.left >= other.left
            and self.top >= other.top
            and self.right <= other.right
            and self.bottom <= other.bottom
        )

    def grown(self, by: float) -> "Box":
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


class Label(NamedTuple):
    """A text of one or two lines. ``x`` is its start, middle or end, ``y`` its first baseline."""

    lines: tuple[str, ...]
    x: float
    y: float
    size: float
    anchor: str = "middle"

    @property
    def box(self) -> Box:
        """What the drawn text covers at most."""
        wide = max(width_of(line, self.size) for line in self.lines)
        left = self.x - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        top = self.y - ASCENT * self.size
        return Box(left, top, left + wide, top + LINE * self.size * len(self.lines))


def around(lines: Sequence[str], dot: Disc, size: float, clearance: float = 3.0) -> Iterator[Label]:
    """Where a name can stand beside its dot: below, above, right, left, then at the corners."""
    text = tuple(lines)
    tall = LINE * size * len(text)
    below = dot.y + dot.radius + clearance + ASCENT * size
    above = dot.y - dot.radius - clearance - tall + ASCENT * size
    beside = dot.y - tall / 2 + ASCENT * size
    right, left = dot.x + dot.radius + clearance + 1, dot.x - dot.radius - clearance - 1
    yield Label(text, dot.x, below, size)
    yield Label(text, dot.x, above, size)
    yield Label(text, right, beside, size, "start")
    yield Label(text, left, beside, size, "end")
    for y in (below, above):
        yield Label(text, dot.x - dot.radius, y, size, "start")
        yield Label(text, dot.x + dot.radius, y, size, "end")


class Board:
    """What is on the picture already, and what should stay in sight.

    No name covers another, nor a disc of ``kept_free``; it hides as few ``dots`` as it can.
    """

    def __init__(self, frame: Box, dots: Iterable[Disc], kept_free: Iterable[Disc] = ()) -> None:
        self.frame = frame
        self.boxes: list[Box] = []
        self._dots = np.array([*dots], dtype=float).reshape(-1, 3)
        self._kept_free = np.array([*kept_free], dtype=float).reshape(-1, 3)

    def put(
        self, candidates: Iterable[Label], cost: Callable[[Label], float] = lambda _label: 0.0
    ) -> Label | None:
        """Take a candidate that is free: an early one, unless a later one hides fewer dots.

        ``cost`` is what else speaks against a candidate, in hidden dots.
        """
        ranked = [
            (count_touched(self._dots, label.box) + cost(label) + LATER * rank, rank, label)
            for rank, label in enumerate(candidates)
            if self.is_free(label)
        ]
        if not ranked:
            return None
        best = min(ranked)[2]
        self.take(best)
        return best

    def take(self, label: Label) -> None:
        """Keep a label's place from all later ones."""
        self.boxes.append(label.box.grown(AIR))

    def is_free(self, label: Label) -> bool:
        """Whether it lies on the picture, over no name and no disc that is kept free."""
        box = label.box.grown(AIR)
        return (
            box.within(self.frame)
            and not any(box.overlaps(other) for other in self.boxes)
            and not count_touched(self._kept_free, box)
        )


def count_touched(discs: Points, box: Box) -> int:
    """How many of the discs, rows of x, y and radius, reach into the box."""
    x, y, radius = discs[:, 0], discs[:, 1], discs[:, 2]
    dx = np.maximum(np.maximum(box.left - x, x - box.right), 0.0)
    dy = np.maximum(np.maximum(box.top - y, y - box.bottom), 0.0)
    return int(np.count_nonzero(dx * dx + dy * dy < radius * radius))
