"""The simple undirected graph behind every measure of structure (gap method, section 1).

networkx is the model. Nodes are slugs, added in slug order like the edges, because results that
depend on row order (Louvain) must not change when rows come in another order.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import networkx as nx

from ecosystem.analysis import defaults
from ecosystem.analysis.data import Tie

Adjacency = Mapping[str, Mapping[str, int]]
"""Neighbours of every actor with the strength of the edge; unknown strength already counts 1."""


class Edge(NamedTuple):
    """All current ties between two actors, ``a`` < ``b`` by slug.

    ``strength`` (1 to 4) is the greatest recorded one; ``carried_by`` the number of people on
    all ties together. None is unknown: no tie records a strength, one tie records no carriers.
    """

    a: str
    b: str
    strength: int | None
    carried_by: int | None


def merge_ties(ties: Iterable[Tie], slug_of: Mapping[int, str]) -> tuple[Edge, ...]:
    """Merge parallel and opposite ties into simple edges.

    Left out: wished-for ties, self-ties, and ties with an end that is not in ``slug_of``.

    Parameters
    ----------
    ties
        Ties in force on the day of the map, in any order.
    slug_of
        Slug of every actor on the map, by id, **in slug order**.

    Returns
    -------
    tuple
        One ``Edge`` per connected pair, ordered by ``(a, b)``.
    """
    slugs = list(slug_of.values())
    rank = {actor: position for position, actor in enumerate(slug_of)}
    size = len(slugs)
    merged: dict[int, tuple[int | None, int | None]] = {}
    for tie in ties:
        if tie.status != "existing":
            continue
        source, target = rank.get(tie.source), rank.get(tie.target)
        if source is None or target is None or source == target:
            continue
        # One number per pair: numbers sort several times faster than pairs of slugs.
        pair = source * size + target if source < target else target * size + source
        found = tie.strength, tie.carried_by
        known = merged.get(pair)
        merged[pair] = found if known is None else _merge(known, found)
    return tuple(
        Edge(slugs[pair // size], slugs[pair % size], *merged[pair]) for pair in sorted(merged)
    )


def _merge(
    one: tuple[int | None, int | None], other: tuple[int | None, int | None]
) -> tuple[int | None, int | None]:
    strengths = [strength for strength in (one[0], other[0]) if strength is not None]
    carried_by = None if one[1] is None or other[1] is None else one[1] + other[1]
    return max(strengths, default=None), carried_by


def adjacency_of(actors: Iterable[str], edges: Iterable[Edge]) -> dict[str, dict[str, int]]:
    """Neighbours of each actor with the edge's strength; isolates have none.

    Unknown strength counts ``defaults.UNKNOWN_STRENGTH`` (G8).
    """
    neighbours: dict[str, dict[str, int]] = {actor: {} for actor in actors}
    for a, b, strength, _carried_by in edges:
        weight = defaults.UNKNOWN_STRENGTH if strength is None else strength
        neighbours[a][b] = neighbours[b][a] = weight
    return neighbours


def simple_graph(actors: Iterable[str], edges: Iterable[Edge]) -> "nx.Graph[str]":
    """The networkx graph of a map: every actor a node, isolates too.

    Edge attributes ``strength`` and ``carried_by`` may be None. Neither is a distance: leave
    ``weight`` unset in measures that walk shortest paths.
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(actors)
    graph.add_edges_from(
        (a, b, {"strength": strength, "carried_by": carried_by})
        for a, b, strength, carried_by in edges
    )
    return graph
