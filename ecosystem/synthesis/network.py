"""Who works with whom: communities by sector, hubs with a heavy tail, isolates, visitors.

Plain numbers: the city's own actors are 0 … n - 1, its visitors follow.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

from ecosystem.analysis.vocabulary import RESIDENTS
from ecosystem.synthesis.draw import Urn

Pair = tuple[int, int]

AVERAGE_DEGREE = 8
ISOLATED_SHARE = 0.05
HUB_SHARE = 0.02
WITHIN_SECTOR = 0.65
TO_HUB = 0.2
"""Of an actor's ties, so many stay in its sector and so many go to a hub; the rest go anywhere."""

TAIL = 1.6
MOST_ATTRACTIVE = 40.0
"""How much an actor draws ties: Pareto's distribution of this exponent, cut off here."""

RIM = 0.5
"""Residents draw so many times the ties of others."""

WISHED_PER_ACTOR = 0.4
PAST_PER_ACTOR = 0.3


class Network(NamedTuple):
    """Pairs of actors, none twice in a list, in either direction, and none with itself.

    ``existing`` ones work together on the day of the map, ``wished`` and ``past`` ones do not.
    """

    existing: list[Pair]
    wished: list[Pair]
    past: list[Pair]


def draw_network(random: Random, sectors: Sequence[str], visitors: int) -> Network:
    """Tie the actors of a city, given their sectors in order, and its visitors.

    Existing pairs are four times the actors, visitors counted in, so that the average degree is 8;
    fewer where so many would tie more than a third of all possible pairs.
    """
    own = len(sectors)
    loners = set(random.sample(range(own), round(ISOLATED_SHARE * own)))
    connected = [actor for actor in range(own) if actor not in loners]
    pull = [
        min(random.paretovariate(TAIL), MOST_ATTRACTIVE) * (RIM if sector == RESIDENTS else 1)
        for sector in sectors
    ]
    everyone = Urn(connected, [pull[actor] for actor in connected])
    hubs_first = sorted(connected, key=lambda actor: -pull[actor])
    hubs = hubs_first[: max(1, round(HUB_SHARE * len(connected)))]
    hub_urn = Urn(hubs, [pull[actor] for actor in hubs])
    community = _communities(sectors, connected, pull)

    def partner(actor: int) -> int:
        roll = random.random()
        if roll < WITHIN_SECTOR:
            return community[sectors[actor]].draw(random)
        return (hub_urn if roll < WITHIN_SECTOR + TO_HUB else everyone).draw(random)

    def pair() -> Pair:
        actor = everyone.draw(random)
        return actor, partner(actor)

    pairs = _Pairs()
    for visitor in range(own, own + visitors):
        for _ in range(random.randint(1, 5)):
            pairs.add(everyone.draw(random), visitor)
    for actor in connected:  # so that few stay alone that are not meant to
        pairs.add(actor, partner(actor))
    possible = len(connected) * (len(connected) - 1) // 2
    size = own + visitors
    pairs.fill(min(size * AVERAGE_DEGREE // 2, max(len(pairs), -(-possible // 3))), pair)
    existing = pairs.listed()
    return Network(
        existing,
        wished=_others(random, pairs, everyone, round(WISHED_PER_ACTOR * own)),
        past=_others(random, pairs, everyone, round(PAST_PER_ACTOR * own)),
    )


def _communities(
    sectors: Sequence[str], connected: Sequence[int], pull: Sequence[float]
) -> dict[str, Urn[int]]:
    members: defaultdict[str, list[int]] = defaultdict(list)
    for actor in connected:
        members[sectors[actor]].append(actor)
    return {
        sector: Urn(actors, [pull[actor] for actor in actors]) for sector, actors in members.items()
    }


def _others(random: Random, pairs: "_Pairs", everyone: Urn[int], count: int) -> list[Pair]:
    """Pairs of actors that are in no list yet; fewer than ``count`` where the city is small."""
    before = len(pairs)
    pairs.fill(before + count, lambda: (everyone.draw(random), everyone.draw(random)))
    return pairs.listed()[before:]


class _Pairs:
    """Different pairs in the order they came; a pair keeps the direction it came in."""

    def __init__(self) -> None:
        self._found: dict[Pair, Pair] = {}

    def __len__(self) -> int:
        return len(self._found)

    def add(self, a: int, b: int) -> None:
        if a != b:
            self._found.setdefault((a, b) if a < b else (b, a), (a, b))

    def fill(self, count: int, draw: Callable[[], Pair]) -> None:
        """Add drawn pairs up to ``count`` in all, or until nearly all drawn ones are there."""
        for _ in range(20 * max(0, count - len(self))):
            if len(self) >= count:
                return
            self.add(*draw())

    def listed(self) -> list[Pair]:
        return list(self._found.values())
