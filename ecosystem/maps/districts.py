"""Where the districts of a map stand: one disc per sector, residents in the middle."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray

from ecosystem.analysis.vocabulary import RESIDENTS
from ecosystem.maps.geometry import Disc

WIDTH = 1000.0
HEIGHT = 1000.0
"""Size of the whole map, in map units."""

GROUND = Disc(500.0, 500.0, 490.0)
FLATNESS = 0.66
"""Maps are drawn wider than high, because screens and pages in landscape are."""

GAP = 26.0
"""Free space between two districts: their names stand in it."""

HEAD = 30.0
"""Space above each district, for its name."""

SMALLEST = 62.0
"""Radius of a district of one actor: its name is about as wide."""

ROOM = 46.0
"""Radius of the space that one actor has at most; on a full map it has less."""

CLOCKWISE = (
    "government",
    "data_intermediary",
    "civic_technologist",
    "academia",
    "private",
    "national_network",
    "media",
    "philanthropy",
    "nonprofit_service",
)
"""Sectors around the residents, from the top. The same on every map, so that maps read alike."""


STEPS = 150
"""Steps in which the discs are pulled together. More change nothing that the eye sees."""

TURNS = (0.0, -0.5, 0.5, -1.0, 1.0, -pi / 2)
"""Directions tried for the first of the ring, in radians from the top."""


def planned_radius(members: int, room: float) -> float:
    """Radius of a district of ``members`` actors that have ``room`` each."""
    return max(SMALLEST, room * sqrt(members))


def pack_districts(sizes: Mapping[str, int]) -> dict[str, Disc]:
    """Place one disc per sector, its area in proportion to its members, none overlapping.

    Parameters
    ----------
    sizes
        Number of actors by sector, all at least 1.

    Returns
    -------
    dict
        A disc by sector, inside the map, with ``GAP`` between any two and ``HEAD`` above each. The
        discs are as large as fits, up to ``ROOM`` per actor.
    """
    sectors = tuple(sector for sector in (RESIDENTS, *CLOCKWISE) if sizes.get(sector))
    discs = _packed(sectors, tuple(sizes[sector] for sector in sectors)) if sectors else ()
    return dict(zip(sectors, discs, strict=True))


@lru_cache(maxsize=256)
def _packed(sectors: tuple[str, ...], sizes: tuple[int, ...]) -> tuple[Disc, ...]:
    counts = np.array(sizes, dtype=float)
    packings = [_largest_packing(sectors, counts, turned) for turned in TURNS]
    # A ring turned away from the top has to be worth it: maps should read alike.
    _room, discs = max(
        (room * (1 - 0.05 * abs(turned)) * _wideness(discs), tuple(discs))
        for turned, (room, discs) in zip(TURNS, packings, strict=True)
    )
    if not discs:
        raise ValueError(f"No room for {len(sectors)} districts.")
    return discs


def _wideness(discs: Sequence[Disc]) -> float:
    """1 for an arrangement that is wider than high, less for a tower of a few small districts."""
    if not discs:
        return 1.0
    width = max(d.x + d.radius for d in discs) - min(d.x - d.radius for d in discs)
    height = max(d.y + d.radius for d in discs) - min(d.y - d.radius for d in discs)
    return min(1.0, sqrt(FLATNESS * width / height)) if len(discs) > 1 else 1.0


def _largest_packing(
    sectors: Sequence[str], counts: NDArray[np.float64], turned: float
) -> tuple[float, list[Disc]]:
    """The greatest room per actor for which the discs fit on the map, and these discs."""
    found = _pack(sectors, counts, ROOM, turned)
    if found:
        return ROOM, found
    room, fits, too_large = 0.0, list[Disc](), ROOM
    for _step in range(7):
        middle = (room + too_large) / 2
        tried = _pack(sectors, counts, middle, turned)
        if tried:
            room, fits = middle, tried
        else:
            too_large = middle
    return room, fits


def _pack(
    sectors: Sequence[str], counts: NDArray[np.float64], room: float, turned: float
) -> list[Disc]:
    """Pull the discs together from a wide ring, then center them; none if the map is too small."""
    radii = np.maximum(SMALLEST, room * np.sqrt(counts))
    x, y = _ring_around(sectors, radii, turned)
    reach = radii + GAP / 2
    apart = reach[:, None] + reach[None, :]
    np.fill_diagonal(apart, 0.0)
    anchored = np.array([sector == RESIDENTS for sector in sectors])
    for step in range(STEPS):
        pull = 0.05 * (1 - step / STEPS) * ~anchored
        x, y = _push_apart(x - pull * x * FLATNESS, y - pull * y, apart, anchored)
    for _settle in range(60):
        x, y = _push_apart(x, y, apart, anchored)
    return _on_map(x, y, radii)


def _ring_around(
    sectors: Sequence[str], radii: NDArray[np.float64], turned: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Start: each disc in its direction, which is as wide as the disc; the middle one at 0."""
    around = np.array([0.0 if sector == RESIDENTS else 1.0 for sector in sectors])
    widths = (radii + GAP) * around
    angles = 2 * pi * (np.cumsum(widths) - widths / 2) / max(widths.sum(), 1.0) - pi / 2
    first = int(np.argmax(around)) if around.any() else 0
    angles = angles - (angles[first] + pi / 2) + turned
    distance = around * (widths.sum() / pi + radii.max()) if len(sectors) > 1 else around * 0
    return distance * np.cos(angles) / FLATNESS, distance * np.sin(angles)


def _push_apart(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    apart: NDArray[np.float64],
    anchored: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    dx, dy = x[:, None] - x[None, :], (y[:, None] - y[None, :]) * _HEADROOM
    distance = np.hypot(dx, dy)
    overlap = np.maximum(apart - distance, 0.0)
    unit = np.maximum(distance, 1e-9)
    share = np.where(anchored[None, :], 1.0, 0.5)
    move_x = (overlap * dx / unit * share).sum(axis=1)
    move_y = (overlap * dy / unit * share).sum(axis=1)
    free = ~anchored
    return x + move_x * free * 0.7, y + move_y * free * 0.7


_HEADROOM = 0.9
"""Below 1: discs one above the other keep more distance, because a name stands between them."""


def _on_map(
    x: NDArray[np.float64], y: NDArray[np.float64], radii: NDArray[np.float64]
) -> list[Disc]:
    left, right = (x - radii).min(), (x + radii).max()
    top, bottom = (y - radii - HEAD).min(), (y + radii).max()
    if right - left > 2 * GROUND.radius or bottom - top > 2 * GROUND.radius * FLATNESS:
        return []
    x = x + GROUND.x - (left + right) / 2
    y = y + GROUND.y - (top + bottom) / 2
    discs = [Disc(float(a), float(b), float(r)) for a, b, r in zip(x, y, radii, strict=True)]
    crowded = any(
        one.gap_to(other) < GAP * 0.5 for i, one in enumerate(discs) for other in discs[:i]
    )
    return [] if crowded else discs
