"""Where every actor stands in the arrangement by sector.

Each arrangement is a function of the same shape: members, ties and the places kept from earlier go
in, a place for every member comes out. This one gives each sector a district, a disc sized by its
members. Whoever has a place keeps it; a newcomer takes a free one in its district. Only when a
district has outgrown its ground is the whole map laid out anew.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import dist, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree

from ecosystem.maps.districts import (
    FLATNESS,
    GAP,
    GROUND,
    HEAD,
    SMALLEST,
    pack_districts,
    planned_radius,
)
from ecosystem.maps.geometry import (
    Disc,
    Point,
    Points,
    enclosing_disc,
    smallest_distance,
    spread,
    sunflower,
)

RIM = 0.6
"""Free ground between the outermost dots and the rim, in distances between neighbors."""

TIGHTEST = 0.5
"""A newcomer may stand this much nearer than neighbors usually do, or the map is laid out anew."""

ENOUGH = 44.0
"""Distance between neighbors from which on nobody is crowded, however empty the map."""

OUTGROWN = 2.0
"""Laid out anew once this many times as many stand on it as were kept: the scale is another."""

PASSES = 3
"""Rounds of moving actors toward their neighbors, who move as well."""

BLOCK = 120
"""Members matched with slots at a time: matching costs the cube of their number."""


class Member(NamedTuple):
    """An actor to be placed."""

    id: int
    sector: str


class Layout(NamedTuple):
    """``places`` of all members by id. ``fresh`` is True when no kept place was used."""

    places: dict[int, Point]
    fresh: bool


def arrange_by_sector(
    members: Iterable[Member],
    ties: Iterable[tuple[int, int]],
    kept: Mapping[int, Point] | None = None,
) -> Layout:
    """Place every member in the district of its sector.

    Parameters
    ----------
    members
        Actors to place, in any order.
    ties
        Pairs of ids. Ends that are not members are left out.
    kept
        Places from earlier, by id; those of others than ``members`` are ignored.

    Returns
    -------
    Layout
        The same for the same input, whatever its order. A kept place stays unless its actor changed
        sector or the map is laid out anew.
    """
    return arrange_in_districts(members, ties, kept, pack_districts)


def arrange_in_districts(
    members: Iterable[Member],
    ties: Iterable[tuple[int, int]],
    kept: Mapping[int, Point] | None,
    pack: Callable[[Mapping[str, int]], dict[str, Disc]],
) -> Layout:
    """The same for districts of any kind: ``sector`` names one, ``pack`` places them by size."""
    everyone = sorted(set(members))
    neighbors = neighbors_of(everyone, ties)
    known = {m.id: kept[m.id] for m in everyone if kept and m.id in kept}
    if known and len(everyone) < OUTGROWN * max(len(known), 4):
        extended = _Extension(everyone, neighbors, known).places()
        if extended is not None:
            return Layout(extended, fresh=False)
    return Layout(_laid_out_anew(everyone, neighbors, pack), fresh=True)


def districts_of(
    members: Iterable[Member], places: Mapping[int, Point], smallest: float = SMALLEST
) -> dict[str, Disc]:
    """The discs to be drawn: each holds the places of its sector's members, none overlaps another.

    They follow from the places alone, so that they stay as long as the places do. ``smallest`` is
    the radius that a disc has at least, where there is room.
    """
    standing = defaultdict(list)
    for member in sorted(set(members)):
        standing[member.sector].append(places[member.id])
    tight = {sector: enclosing_disc(points) for sector, points in sorted(standing.items())}
    usual = {sector: _spacing(standing[sector], disc) for sector, disc in tight.items()}
    wide = {
        sector: disc._replace(radius=max(smallest, disc.radius + RIM * usual[sector]))
        for sector, disc in tight.items()
    }
    return _apart(wide, tight)


def _spacing(points: Sequence[Point], disc: Disc) -> float:
    """Usual distance between neighbors in a district: from its area, at most that of the map."""
    return min(1.8 * (disc.radius + 10) / sqrt(len(points)), 60.0)


def _apart(wide: Mapping[str, Disc], tight: Mapping[str, Disc]) -> dict[str, Disc]:
    """Take back the free ground at the rims where two discs would otherwise overlap."""
    discs = dict(wide)
    sectors = list(discs)
    for i, one in enumerate(sectors):
        for other in sectors[:i]:
            overlap = -discs[one].gap_to(discs[other]) + GAP / 4
            if overlap <= 0:
                continue
            spare = [discs[s].radius - tight[s].radius for s in (one, other)]
            share = min(1.0, overlap / max(sum(spare), 1e-9))
            for sector, free in zip((one, other), spare, strict=True):
                radius = discs[sector].radius - share * free
                discs[sector] = discs[sector]._replace(radius=radius)
    return discs


def neighbors_of(
    members: Iterable[Member], ties: Iterable[tuple[int, int]]
) -> dict[int, list[int]]:
    """Ids of the others each has a tie with, sorted."""
    near: dict[int, set[int]] = {member.id: set() for member in members}
    for one, other in ties:
        if one != other and one in near and other in near:
            near[one].add(other)
            near[other].add(one)
    return {actor: sorted(others) for actor, others in near.items()}


# ── A new map ────────────────────────────────────────────────────────────────────────────────────


def _laid_out_anew(
    members: Sequence[Member],
    neighbors: Mapping[int, list[int]],
    pack: Callable[[Mapping[str, int]], dict[str, Disc]],
) -> dict[int, Point]:
    by_sector: defaultdict[str, list[int]] = defaultdict(list)
    for member in members:
        by_sector[member.sector].append(member.id)
    discs = pack({sector: len(ids) for sector, ids in by_sector.items()})
    slots = {sector: _slots(len(ids), discs[sector]) for sector, ids in by_sector.items()}
    places = {actor: discs[s].center for s, ids in by_sector.items() for actor in ids}
    for _round in range(PASSES):
        moved = dict(places)
        for sector, ids in by_sector.items():
            moved.update(_assign(ids, slots[sector], neighbors, places))
        places = moved
    return places


def _slots(count: int, disc: Disc) -> Points:
    """Well-spread places in a district, clear of its rim."""
    return spread(count, disc._replace(radius=disc.radius - 4))


def _assign(
    ids: Sequence[int],
    slots: Points,
    neighbors: Mapping[int, list[int]],
    places: Mapping[int, Point],
) -> dict[int, Point]:
    """Give each actor a slot so that the well connected stand near their neighbors.

    The cost of a slot is the distance to the middle of the neighbors, weighted by their number.
    Whoever has none takes what is left, outward from the middle of the map.
    """
    weights = np.array([sqrt(len(neighbors[actor])) for actor in ids])
    middles = np.array([_middle([places[other] for other in neighbors[actor]]) for actor in ids])
    found: dict[int, Point] = {}
    for members, ground in _blocks(middles, weights, slots):
        way = slots[ground][None, :] - middles[members][:, None]
        distance = np.hypot(way[..., 0], way[..., 1])
        weight = weights[members][:, None]
        rows, columns = linear_sum_assignment(
            np.where(weight == 0, -0.2 * distance, weight * distance)
        )
        for member, slot in zip(members[rows], slots[ground[columns]].tolist(), strict=True):
            found[ids[member]] = Point(*slot)
    return found


def _middle(points: Sequence[Point]) -> Point:
    """Of the neighbors; without any, of the map."""
    if not points:
        return GROUND.center
    return Point(sum(p.x for p in points) / len(points), sum(p.y for p in points) / len(points))


def _blocks(
    middles: Points, weights: NDArray[np.float64], slots: Points
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Members and slots, as many of each in a block, by number; a small district is one block.

    Whoever has no tie gets the outermost slots of a large one. The others are halved by where
    they want to stand and the slots by where they are, across and along in turn, until the halves
    are small.
    """
    if len(slots) <= BLOCK:
        everyone = np.arange(len(slots))
        return [(everyone, everyone)]
    outward = np.argsort(np.hypot(slots[:, 0] - GROUND.x, slots[:, 1] - GROUND.y), kind="stable")
    tied, alone = np.flatnonzero(weights > 0), np.flatnonzero(weights == 0)
    done = [
        (alone[at : at + BLOCK], outward[len(tied) + at :][:BLOCK])
        for at in range(0, len(alone), BLOCK)
    ]
    waiting = [(tied, outward[: len(tied)], 0)]
    while waiting:
        members, ground, axis = waiting.pop()
        if len(members) <= BLOCK:
            done.append((members, ground))
            continue
        half = len(members) // 2
        members = members[np.argsort(middles[members, axis], kind="stable")]
        ground = ground[np.argsort(slots[ground, axis], kind="stable")]
        waiting += [
            (members[:half], ground[:half], 1 - axis),
            (members[half:], ground[half:], 1 - axis),
        ]
    return done


# ── Newcomers on a map that is known ─────────────────────────────────────────────────────────────


class _Extension:
    """Places for newcomers among those who keep theirs."""

    def __init__(
        self,
        members: Sequence[Member],
        neighbors: Mapping[int, list[int]],
        kept: Mapping[int, Point],
    ) -> None:
        self.members = members
        self.neighbors = neighbors
        self.sizes: defaultdict[str, int] = defaultdict(int)
        for member in members:
            self.sizes[member.sector] += 1
        self.taken: defaultdict[str, dict[int, Point]] = defaultdict(dict)
        for member in members:
            if member.id in kept:
                self.taken[member.sector][member.id] = kept[member.id]
        total = sum(len(places) for places in self.taken.values())
        room = max(smallest_distance(kept.values()) / 2, 8.0) if total > 1 else 40.0
        for sector, places in self.taken.items():
            self.taken[sector] = _without_strays(
                places, 2.2 * planned_radius(self.sizes[sector], room)
            )

    def places(self) -> dict[int, Point] | None:
        """A place for everybody, or None if the ground has become too small."""
        discs = districts_of(
            [m for m in self.members if m.id in self.taken[m.sector]],
            {actor: place for taken in self.taken.values() for actor, place in taken.items()},
        )
        if _overlapping(discs):
            return None
        for member in self._newcomers():
            place = self._place_for(member, discs)
            if place is None:
                return None
            self.taken[member.sector][member.id] = place
        return {actor: place for taken in self.taken.values() for actor, place in taken.items()}

    def _newcomers(self) -> list[Member]:
        """The best connected first, then by id."""
        missing = [m for m in self.members if m.id not in self.taken[m.sector]]
        return sorted(missing, key=lambda m: (-len(self.neighbors[m.id]), m.id))

    def _place_for(self, member: Member, discs: dict[str, Disc]) -> Point | None:
        sector = member.sector
        if sector not in discs:
            new = _free_ground(planned_radius(self.sizes[sector], 20), discs)
            if new is None:
                return None
            discs[sector] = new
            return new.center
        standing = list(self.taken[sector].values())
        spacing = _spacing(standing, discs[sector])
        # As far from the others as is usual here, then on a ring of new ground, then as near as
        # actors stand where the map is fullest, then nearer.
        grown = self._grown(sector, discs, spacing)
        fullest = min(_spacing(list(self.taken[s].values()), discs[s]) for s in discs)
        fullest = min(fullest, ENOUGH)
        for disc, usual, tightness in (
            (discs[sector], spacing, 0.9),
            (grown, spacing, 0.75),
            (grown, fullest, 0.9),
            (grown, fullest, TIGHTEST),
        ):
            place = self._free_slot(member, disc, standing, usual, tightness)
            if place is not None:
                discs[sector] = disc
                return place
        return None

    def _free_slot(
        self,
        member: Member,
        disc: Disc,
        standing: Sequence[Point],
        spacing: float,
        tightness: float,
    ) -> Point | None:
        """The free place nearest to the member's neighbors."""
        inner = disc._replace(radius=max(disc.radius - RIM * spacing, 1.0))
        candidates = sunflower(max(400, 30 * len(standing)), inner)
        clear = cKDTree(np.array(standing)).query(candidates)[0]
        free = candidates[clear >= tightness * spacing]
        clear = clear[clear >= tightness * spacing]
        if not len(free):
            return None
        goal = self._middle_of_neighbors(member, disc)
        cost = np.hypot(free[:, 0] - goal.x, free[:, 1] - goal.y) - 1.5 * np.minimum(clear, spacing)
        best = int(np.argmin(cost))
        return Point(float(free[best, 0]), float(free[best, 1]))

    def _middle_of_neighbors(self, member: Member, disc: Disc) -> Point:
        standing = {a: p for taken in self.taken.values() for a, p in taken.items()}
        near = [standing[other] for other in self.neighbors[member.id] if other in standing]
        if not near:
            return disc.center
        return Point(*np.mean(near, axis=0).tolist())

    def _grown(self, sector: str, discs: Mapping[str, Disc], spacing: float) -> Disc:
        """The district with a ring more of ground, as far as its surroundings leave room."""
        disc = discs[sector]
        room = min(
            (disc.gap_to(other) - GAP / 2 for s, other in discs.items() if s != sector),
            default=GROUND.radius,
        )
        room = min(room, _room_on_map(disc))
        return disc._replace(radius=disc.radius + max(0.0, min(spacing, room)))


def _without_strays(places: Mapping[int, Point], reach: float) -> dict[int, Point]:
    """Those who stand together; an actor whose sector was changed still stands elsewhere.

    ``reach`` is how far from the one in the middle a member can be.
    """
    if len(places) < 2:
        return dict(places)
    points = np.array(list(places.values()))
    total = np.hypot(
        points[:, None, 0] - points[None, :, 0], points[:, None, 1] - points[None, :, 1]
    ).sum(axis=1)
    middle = Point(*points[int(np.argmin(total))].tolist())
    return {actor: place for actor, place in places.items() if dist(place, middle) <= reach}


def _overlapping(discs: Mapping[str, Disc]) -> bool:
    listed = list(discs.values())
    return any(one.gap_to(other) < 0 for i, one in enumerate(listed) for other in listed[:i])


def _free_ground(radius: float, discs: Mapping[str, Disc]) -> Disc | None:
    """Ground for a sector that comes new, as near to the middle as there is some."""
    grid = [Point(x, y) for x in range(40, 961, 20) for y in range(40, 961, 20)]
    for wanted in (radius, SMALLEST):
        free = [
            disc
            for disc in (Disc(p.x, p.y, wanted) for p in grid)
            if _room_on_map(disc) >= 0 and all(disc.gap_to(d) >= GAP for d in discs.values())
        ]
        if free:
            return min(free, key=lambda disc: (dist(disc.center, GROUND.center), disc))
    return None


def _room_on_map(disc: Disc) -> float:
    """How much larger the disc can grow on the map's ground; negative when it is outside."""
    return min(
        disc.x - disc.radius - (GROUND.x - GROUND.radius),
        GROUND.x + GROUND.radius - disc.x - disc.radius,
        disc.y - disc.radius - HEAD - (GROUND.y - GROUND.radius * FLATNESS),
        GROUND.y + GROUND.radius * FLATNESS - disc.y - disc.radius,
    )
