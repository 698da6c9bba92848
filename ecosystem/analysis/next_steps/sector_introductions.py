"""Which two actors could connect two sectors (G16)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ecosystem.analysis.index import MapIndex
from ecosystem.analysis.reach import best_path, distances_from
from ecosystem.analysis.structure import SectorConnection


@dataclass(frozen=True, slots=True)
class SectorIntroduction:
    """Two actors without a tie, ``between[0]`` of sector ``a``, ``between[1]`` of sector ``b``.

    ``through`` is the broker: the last before ``between[1]`` on the way from ``between[0]``, so
    the one between them when they are two steps apart. None when nothing connects them.
    """

    a: str
    b: str
    between: tuple[str, str]
    through: str | None


def sector_introductions(
    index: MapIndex, connections: Iterable[SectorConnection]
) -> tuple[SectorIntroduction, ...]:
    """One introduction for each ``disconnected`` or ``weak`` pair of sectors, in slug order.

    Parameters
    ----------
    index
        The map.
    connections
        How its sectors are connected (G10).

    Notes
    -----
    Of the pairs of actors without a tie, the nearest; of those, the pair with the most ties
    together, then by slugs. When no such pair is connected, the pair with the most ties together,
    which is then in different components. The broker is on the way that ``best_path`` prefers.
    """
    wanted = [(one.a, one.b) for one in connections if one.state != "connected"]
    if not wanted:
        return ()
    actors = _Actors(index)
    found: dict[tuple[str, str], SectorIntroduction] = {}
    for apart in actors.layers():
        for a, b in wanted:
            if (a, b) not in found and (pair := actors.best_pair(a, b, apart)):
                found[a, b] = SectorIntroduction(a, b, pair, _broker(index, *pair))
        if len(found) == len(wanted):
            break
    for a, b in wanted:
        if (a, b) not in found and (pair := actors.best_pair(a, b, actors.without_tie())):
            found[a, b] = SectorIntroduction(a, b, pair, None)
    return tuple(found[pair] for pair in wanted if pair in found)


def _broker(index: MapIndex, x: str, y: str) -> str:
    return best_path([y], distances_from([x], index.adjacency), index.adjacency)[-2]


class _Actors:
    """Sets of actors as whole numbers, one bit each, so that "or" and "and" take them all at once.

    The lowest bit is the actor with the most ties, equals by slug: of any set, the best connected
    is its lowest bit.
    """

    def __init__(self, index: MapIndex) -> None:
        self.neighbours = index.adjacency
        self.degree = {slug: len(near) for slug, near in index.adjacency.items()}
        self.ordered = sorted(index.actors, key=lambda slug: (-self.degree[slug], slug))
        self.bit = {slug: 1 << number for number, slug in enumerate(self.ordered)}
        self.of_sector: dict[str, list[str]] = {}
        for slug in self.ordered:
            self.of_sector.setdefault(index.actors[slug].sector, []).append(slug)
        self.sector_bits = {
            sector: sum(self.bit[slug] for slug in slugs)
            for sector, slugs in self.of_sector.items()
        }

    def layers(self) -> Iterator[dict[str, int]]:
        """For each actor those exactly two steps away, then three, until there are no more."""
        reached = self._one_step()
        while True:
            further = {}
            for slug, near in self.neighbours.items():
                further[slug] = reached[slug]
                for neighbour in near:
                    further[slug] |= reached[neighbour]
            apart = {slug: further[slug] & ~reached[slug] for slug in reached}
            if not any(apart.values()):
                return
            yield apart
            reached = further

    def without_tie(self) -> dict[str, int]:
        """For each actor those that it has no tie with."""
        everyone = (1 << len(self.ordered)) - 1
        return {slug: everyone & ~near for slug, near in self._one_step().items()}

    def best_pair(self, a: str, b: str, others: Mapping[str, int]) -> tuple[str, str] | None:
        """The best connected pair of an actor of sector a and one of its ``others`` in sector b."""
        pairs = []
        for x in self.of_sector[a]:
            if there := others[x] & self.sector_bits[b]:
                y = self.ordered[(there & -there).bit_length() - 1]
                pair = (y, x) if a == b and y < x else (x, y)
                pairs.append((-self.degree[x] - self.degree[y], pair))
        return min(pairs)[1] if pairs else None

    def _one_step(self) -> dict[str, int]:
        """For each actor itself and its neighbours."""
        return {
            slug: self.bit[slug] | sum(self.bit[neighbour] for neighbour in near)
            for slug, near in self.neighbours.items()
        }
