"""Walks over ties: who is a few steps away, and the shortest way between two."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from ecosystem.mapview.values import MapTie

Near: TypeAlias = Sequence[Sequence[int]]
"""The neighbors of every actor, by index, in the order in which to prefer them."""


def neighbors(size: int, ties: Iterable[MapTie]) -> list[list[int]]:
    """Whom each actor works with over existing ties, in slug order."""
    near: list[set[int]] = [set() for _actor in range(size)]
    for tie in ties:
        if tie.exists:
            near[tie.a].add(tie.b)
            near[tie.b].add(tie.a)
    return [sorted(others) for others in near]


def within(near: Near, start: int, steps: int) -> set[int]:
    """Who is at most so many steps away, ``start`` included."""
    reached, rim = {start}, {start}
    for _step in range(steps):
        rim = {other for actor in rim for other in near[actor]} - reached
        reached |= rim
    return reached


def shortest_path(near: Near, start: int, end: int) -> list[int]:
    """A shortest way from ``start`` to ``end``, both included, or none. Of several one, always the
    same: that through the first actors by slug."""
    came_from: dict[int, int | None] = {start: None}
    queue = [start]
    for actor in queue:
        if actor == end:
            break
        for other in near[actor]:
            if other not in came_from:
                came_from[other] = actor
                queue.append(other)
    path: list[int] = []
    at: int | None = end if end in came_from else None
    while at is not None:
        path.append(at)
        at = came_from[at]
    return path[::-1]
