"""How far away a missing competency is (G8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Literal

from ecosystem.analysis.cells import Tally
from ecosystem.analysis.graph import Adjacency
from ecosystem.analysis.index import MapIndex

ReachClass = Literal[
    "in_the_room", "one_introduction", "two_introductions", "in_the_city", "elsewhere", "nowhere"
]

REACH_RANK: Mapping[ReachClass, int] = {
    "in_the_room": 0,
    "one_introduction": 1,
    "two_introductions": 2,
    "in_the_city": 3,
    "elsewhere": 4,
    "nowhere": 5,
}
"""Which reach is longer: the greater."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The nearest holder of one competency.

    ``path`` runs from a member of the scope to ``holder``, both included. Both are None in the
    room and nowhere; a holder that is elsewhere, or on the map without any connection, has no path.
    """

    competency: str
    reach: ReachClass
    holder: str | None = None
    path: tuple[str, ...] | None = None

    @property
    def through(self) -> tuple[str, ...]:
        """The actors between the member and the holder, who can introduce; () without a path."""
        return self.path[1:-1] if self.path else ()


def distances_from(members: Iterable[str], adjacency: Adjacency) -> dict[str, int]:
    """Edges between each actor and the nearest member. Unconnected actors are left out."""
    distance = dict.fromkeys(members, 0)
    layer, steps = list(distance), 0
    while layer:
        steps += 1
        following = []
        for actor in layer:
            for neighbour in adjacency[actor]:
                if neighbour not in distance:
                    distance[neighbour] = steps
                    following.append(neighbour)
        layer = following
    return distance


def reaches(
    index: MapIndex, tallies: Mapping[str, Tally], distance: Mapping[str, int]
) -> tuple[Reach, ...]:
    """Nearest holder of each of the 12 competencies, in framework order.

    Parameters
    ----------
    index, tallies
        The map, and who holds what on it.
    distance
        Distances from the scope, by ``distances_from``.

    Notes
    -----
    The path is a shortest one from any member to any outside holder. Among those of equal length
    the one whose weakest edge is strongest, then the one whose slugs come first. An empty scope is
    connected to nobody. Of several holders without a connection, or elsewhere, the first by slug.
    """
    return tuple(_reach(index, tally, distance) for tally in tallies.values())


def _reach(index: MapIndex, tally: Tally, distance: Mapping[str, int]) -> Reach:
    competency = tally.competency
    if tally.holders:
        return Reach(competency, "in_the_room")
    if not tally.outside_holders:
        elsewhere = index.data.holders_elsewhere.get(competency)
        if elsewhere:
            return Reach(competency, "elsewhere", min(elsewhere))
        return Reach(competency, "nowhere")
    nearest = nearest_holders(tally, distance)
    if not nearest:
        return Reach(competency, "in_the_city", tally.outside_holders[0])
    path = best_path(nearest, distance, index.adjacency)
    return Reach(competency, _class_at(distance[nearest[0]]), path[-1], path)


def _class_at(distance: int) -> ReachClass:
    if distance == 1:
        return "one_introduction"
    return "two_introductions" if distance == 2 else "in_the_city"


def nearest_holders(tally: Tally, distance: Mapping[str, int]) -> list[str]:
    """The outside holders at the smallest distance from the scope; [] if none is connected."""
    connected = [slug for slug in tally.outside_holders if slug in distance]
    least = min((distance[slug] for slug in connected), default=0)
    return [slug for slug in connected if distance[slug] == least]


def best_path(
    targets: Iterable[str], distance: Mapping[str, int], adjacency: Adjacency
) -> tuple[str, ...]:
    """The shortest path from the scope to one of ``targets`` with the strongest weakest edge.

    Parameters
    ----------
    targets
        At least one actor, all at the same distance ≥ 1 from the scope.
    distance
        Distances from the scope, by ``distances_from``.
    adjacency
        Neighbours with strengths.

    Returns
    -------
    tuple
        Slugs from a member to a target. Of equally strong paths the first in slug order.

    Notes
    -----
    Walks back from the targets layer by layer and keeps, for every actor on the way, the best
    weakest edge it can still reach a target with; then walks forward, always to the smallest slug
    that keeps the best. Linear in the edges looked at: no list of all paths is ever made.
    """
    layer: dict[str, float] = dict.fromkeys(targets, inf)
    layers = [layer]
    for steps in range(distance[next(iter(layer))] - 1, -1, -1):
        before: dict[str, float] = {}
        for actor, weakest in layer.items():
            for neighbour, strength in adjacency[actor].items():
                if distance.get(neighbour) == steps:
                    before[neighbour] = max(before.get(neighbour, 0), min(strength, weakest))
        layer = before
        layers.append(layer)
    members = layers.pop()
    best = max(members.values())
    path = [min(slug for slug, weakest in members.items() if weakest == best)]
    for layer in reversed(layers):
        path.append(
            min(
                slug
                for slug, strength in adjacency[path[-1]].items()
                if strength >= best and layer.get(slug, 0) >= best
            )
        )
    return tuple(path)


def reach_without(index: MapIndex, tally: Tally, leaver: str) -> ReachClass:
    """Reach of one competency if ``leaver`` were not on the map, by looking at two steps only."""
    if any(slug != leaver for slug in tally.holders):
        return "in_the_room"
    outside = [slug for slug in tally.outside_holders if slug != leaver]
    if not outside:
        return "elsewhere" if index.data.holders_elsewhere.get(tally.competency) else "nowhere"
    members, adjacency = index.members - {leaver}, index.adjacency
    if not all(members.isdisjoint(adjacency[slug]) for slug in outside):
        return "one_introduction"
    between = {near for slug in outside for near in adjacency[slug] if near != leaver}
    if not all(members.isdisjoint(adjacency[slug]) for slug in between):
        return "two_introductions"
    return "in_the_city"
