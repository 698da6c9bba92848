"""Who works together more than with others: communities found in the ties (G9).

Kept apart from the gap document: they belong to the map's arrangement by group and are computed
with it, once per change of ties.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import networkx as nx

from ecosystem.analysis import defaults
from ecosystem.analysis.data import EcosystemData
from ecosystem.analysis.graph import Edge, merge_ties, simple_graph
from ecosystem.analysis.vocabulary import SECTORS


@dataclass(frozen=True, slots=True)
class Community:
    """A group found by Louvain with the seed of ``defaults``.

    Attributes
    ----------
    number
        1 for the largest; of two equally large ones, the one whose first member comes first.
    members
        Slugs, sorted; at least two.
    sectors
        Number of members by sector, most first, then in framework order; only those present.
    best_connected
        The member with most ties inside the community, the first of them by slug.
    """

    number: int
    members: tuple[str, ...]
    sectors: Mapping[str, int]
    best_connected: str


@dataclass(frozen=True, slots=True)
class Communities:
    """Every actor of a map is in exactly one of ``found``, or ``not_connected``.

    ``modularity`` says how clear-cut they are: at most 1, 0 no clearer than chance; None without
    a tie.
    """

    found: tuple[Community, ...]
    not_connected: tuple[str, ...]
    modularity: float | None

    @property
    def number_of(self) -> dict[str, int]:
        """The community of every actor by slug; 0 for who is not connected."""
        numbers = dict.fromkeys(self.not_connected, 0)
        numbers.update((slug, one.number) for one in self.found for slug in one.members)
        return numbers


def communities_of(data: EcosystemData) -> Communities:
    """The communities of a city map."""
    actors = sorted(data.actors, key=lambda actor: actor.slug)
    edges = merge_ties(data.ties, {actor.id: actor.slug for actor in actors})
    return communities({actor.slug: actor.sector for actor in actors}, edges)


def communities(sector_of: Mapping[str, str], edges: Iterable[Edge]) -> Communities:
    """Split a map into communities by Louvain's method, unweighted.

    An actor without a tie is no community of one: nothing is known of whom it works with.

    Parameters
    ----------
    sector_of
        Sector of every actor on the map, isolates too, in any order.
    edges
        The merged ties, in any order.

    References
    ----------
    Blondel, Guillaume, Lambiotte and Lefebvre (2008), Fast unfolding of communities in large
    networks, Journal of Statistical Mechanics P10008; as networkx has it.
    """
    # Slug order: the result depends on the order in which nodes and edges are added.
    graph = simple_graph(sorted(sector_of), sorted(edges, key=lambda edge: (edge.a, edge.b)))
    isolates = tuple(slug for slug in graph if not graph.adj[slug])
    if not graph.size():
        return Communities((), isolates, None)
    parts = nx.community.louvain_communities(
        graph,
        weight=None,
        resolution=defaults.LOUVAIN_RESOLUTION,
        seed=defaults.LOUVAIN_SEED,
    )
    connected = [tuple(sorted(part)) for part in parts if not part <= set(isolates)]
    ordered = sorted(connected, key=lambda members: (-len(members), members))
    return Communities(
        tuple(
            _community(number, members, sector_of, graph)
            for number, members in enumerate(ordered, start=1)
        ),
        isolates,
        nx.community.modularity(graph, parts, weight=None),
    )


def _community(
    number: int, members: tuple[str, ...], sector_of: Mapping[str, str], graph: "nx.Graph[str]"
) -> Community:
    counts = Counter(sector_of[slug] for slug in members)
    inside = frozenset(members)
    return Community(
        number=number,
        members=members,
        sectors={
            sector: counts[sector]
            for sector in sorted(SECTORS, key=lambda sector: -counts[sector])
            if counts[sector]
        },
        best_connected=max(members, key=lambda slug: sum(n in inside for n in graph.adj[slug])),
    )
