"""Laying out by forces: ties pull together, everybody pushes everybody else away.

Plain numbers: actors are 0 … size - 1, ties are pairs of them. Deterministic: chance enters only
with a seed. Lengths are in usual distances between neighbors, y grows downwards.
"""

from collections.abc import Sequence
from math import sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.fft import fftfreq, irfft2, rfft2
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from ecosystem.maps.geometry import Points

Pairs: TypeAlias = NDArray[np.intp]
"""An array of shape (m, 2): the two ends of each tie."""

STEPS = 110
STEPS_OF_MANY = 200
"""Of up to ``LARGE`` and of more, whose groups need longer to come apart."""

FIRST_STEP = 0.12
"""How far a step may move an actor at first, in widths of the layout; it falls to none."""

GRAVITY = 0.006
LOWER = 1.9
"""Gravity keeps loose ends near; it is this much stronger up and down: screens are wide."""

LARGE = 500
GRID = 64
"""From ``LARGE`` on, each is pushed by the squares of a grid of so many a side, not by each other
actor."""

SEED = 20180613
PIVOTS = 24

NEAREST = 0.05
"""Squares of distances below this count as this: on one spot there is no way apart."""

WIDE = 0.5
"""Spread of a layout, in square roots of its size: about one usual distance between neighbors."""

CLEAR = 0.7
"""No two stand nearer than this, in usual distances."""


def as_pairs(ties: Sequence[tuple[int, int]]) -> Pairs:
    return np.array(ties, dtype=np.intp).reshape(-1, 2)


def components(size: int, ties: Pairs) -> list[NDArray[np.intp]]:
    """The parts that hang together, the largest first, then by their first actor."""
    count, part_of = connected_components(_matrix(size, ties), directed=False)
    parts = [np.flatnonzero(part_of == number) for number in range(count)]
    return sorted(parts, key=lambda part: (-len(part), part[0]))


def lay_out(size: int, ties: Pairs) -> Points:
    """Places for actors that all hang together, around (0, 0), none nearer than ``CLEAR``.

    References
    ----------
    Jacomy, Venturini, Heymann and Bastian (2014), ForceAtlas2, PLoS ONE 9(6) e98679: forces as
    there in LinLog mode, steps shrinking as in Fruchterman and Reingold (1991).
    Brandes and Pich (2007), Eigensolver methods for progressive multidimensional scaling of large
    data, Graph Drawing 2006: the start.
    """
    if size == 1:
        return np.zeros((1, 2))
    places = _pulled(_start(size, ties), ties)
    places = _level(places)
    spread = sqrt(float(np.mean(np.sum(places**2, axis=1))))
    return kept_apart(places * (WIDE * sqrt(size) / max(spread, 1e-9)), CLEAR)


def kept_apart(places: Points, least: float, rounds: int = 200) -> Points:
    """The same places with those that stand too near pushed apart, as little as it takes."""
    places = places.copy()
    for number in range(rounds):
        close = cKDTree(places).query_pairs(least * 0.9999, output_type="ndarray")
        if not len(close):
            break
        close = close[np.lexsort((close[:, 1], close[:, 0]))]
        one, other = close[:, 0], close[:, 1]
        way = places[one] - places[other]
        distance = np.hypot(way[:, 0], way[:, 1])
        same = distance < 1e-9
        angle = one[same] * 2.399963 + number
        way[same] = np.column_stack([np.cos(angle), np.sin(angle)])
        distance[same] = 1.0
        move = way * ((least - distance * ~same) / distance * 0.52)[:, None]
        for axis in (0, 1):
            places[:, axis] += np.bincount(one, move[:, axis], len(places))
            places[:, axis] -= np.bincount(other, move[:, axis], len(places))
    return places


def _matrix(size: int, ties: Pairs) -> csr_matrix:
    return csr_matrix((np.ones(len(ties)), (ties[:, 0], ties[:, 1])), shape=(size, size))


def _start(size: int, ties: Pairs) -> Points:
    """Where few steps lead from to a good layout: distances in ties, squeezed into a plane."""
    graph = _matrix(size, ties)
    pivots = [int(np.argmax(np.bincount(ties.ravel(), minlength=size)))]
    nearest = np.full(size, np.inf)
    rows = []
    for _pivot in range(min(PIVOTS, size)):
        rows.append(dijkstra(graph, directed=False, indices=pivots[-1], unweighted=True))
        nearest = np.minimum(nearest, rows[-1])
        pivots.append(int(np.argmax(nearest)))
    squared = np.column_stack(rows) ** 2
    centered = squared - squared.mean(axis=0) - squared.mean(axis=1)[:, None] + squared.mean()
    places = centered @ _two_main_axes(centered)
    places /= max(float(np.abs(places).max()), 1e-9)
    # Who is alike in all distances would stay on one spot: a little chance sets them apart.
    return places + np.random.default_rng(SEED).normal(scale=0.02, size=places.shape)


def _two_main_axes(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Directions in which the points differ most, the sign of each decided."""
    _values, vectors = np.linalg.eigh(points.T @ points)
    axes = vectors[:, -1:-3:-1]
    largest = np.argmax(np.abs(axes), axis=0)
    axes = axes * np.where(axes[largest, range(axes.shape[1])] < 0, -1.0, 1.0)
    return axes if axes.shape[1] == 2 else np.column_stack([axes, np.zeros(len(axes))])


def _pulled(places: Points, ties: Pairs) -> Points:
    size = len(places)
    one, other = ties[:, 0], ties[:, 1]
    mass = np.bincount(ties.ravel(), minlength=size).astype(np.float64) + 1.0
    places = places * sqrt(size) * 2
    pushes, steps = (_pushes, STEPS) if size < LARGE else (_pushes_of_squares, STEPS_OF_MANY)
    for step in range(steps):
        force = pushes(places, mass)
        way = places[other] - places[one]
        length = np.hypot(way[:, 0], way[:, 1]) + 1e-9
        pull = way * (2.2 * np.log1p(length) / length)[:, None]
        for axis, gravity in ((0, GRAVITY), (1, GRAVITY * LOWER)):
            force[:, axis] += np.bincount(one, pull[:, axis], size)
            force[:, axis] -= np.bincount(other, pull[:, axis], size)
            force[:, axis] -= gravity * mass * places[:, axis]
        force /= mass[:, None]
        strength = np.hypot(force[:, 0], force[:, 1]) + 1e-9
        width = 2 * sqrt(float(np.mean(np.sum(places**2, axis=1))))
        longest = FIRST_STEP * width * (1 - step / steps) ** 1.6
        places = places + force * (np.minimum(strength, longest) / strength)[:, None]
        places -= places.mean(axis=0)
    return places


def _pushes(places: Points, mass: NDArray[np.float64]) -> Points:
    """The push that each gets from the others: their masses over their distance."""
    square = np.sum(places**2, axis=1)
    squared = np.maximum(square[:, None] + square[None, :] - 2 * places @ places.T, NEAREST)
    pushed = mass[None, :] / squared
    np.fill_diagonal(pushed, 0.0)
    return (places * pushed.sum(axis=1)[:, None] - pushed @ places) * mass[:, None]


def _pushes_of_squares(places: Points, mass: NDArray[np.float64]) -> Points:
    """The same for many, nearly: masses are dealt out to the corners of a grid, which push each
    other; an actor gets what its four corners get, each as far as it is near.

    References
    ----------
    Hockney and Eastwood (1988), Computer simulation using particles: the particle-mesh method.
    """
    low, width = places.min(axis=0), np.ptp(places, axis=0)
    side = max(float(width.max()) / (GRID - 2), 1e-9)
    spot = (places - low) / side
    first = spot.astype(np.intp)
    part = spot - first
    corners = [
        (
            (first[:, 0] + right) * GRID + first[:, 1] + down,
            np.abs(1 - right - part[:, 0]) * np.abs(1 - down - part[:, 1]),
        )
        for right in (0, 1)
        for down in (0, 1)
    ]
    masses = sum(np.bincount(corner, mass * near, GRID * GRID) for corner, near in corners)
    spectrum = rfft2(np.reshape(masses, (GRID, GRID)), (2 * GRID, 2 * GRID))
    apart = fftfreq(2 * GRID, 1 / (2 * GRID)) * side
    squared = np.maximum(apart[:, None] ** 2 + apart[None, :] ** 2, NEAREST)
    force = np.empty_like(places)
    for axis, way in ((0, apart[:, None]), (1, apart[None, :])):
        pushed = irfft2(spectrum * rfft2(way / squared), (2 * GRID, 2 * GRID))[:GRID, :GRID].ravel()
        force[:, axis] = sum(pushed[corner] * near for corner, near in corners)
    return force * mass[:, None]


def _level(places: Points) -> Points:
    """Turned so that it is wider than high."""
    centered = places - places.mean(axis=0)
    return centered @ _two_main_axes(centered)
