"""A city's map as plain values: all that filters, table, panel and data need of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from actors.filters import folded
from ecosystem.analysis.cells import freshness_of
from ecosystem.analysis.data import EcosystemData, Statement, Tie
from ecosystem.mapview.search import Searchable, searchable


@dataclass(frozen=True, slots=True)
class Extra:
    """What of an actor the gap method does not need."""

    other_names: tuple[str, ...] = ()
    issues: frozenset[str] = frozenset()
    collaboratives: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Extras:
    """By id of the actor, and the names of what they mention by slug, in the order to show them."""

    of: Mapping[int, Extra] = field(default_factory=dict)
    issues: Mapping[str, str] = field(default_factory=dict)
    collaboratives: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MapActor:
    """An actor on the map. ``skills``: level by competency; what is not in it nobody asked."""

    index: int
    id: int
    slug: str
    name: str
    sector: str
    roles: frozenset[str]
    visitor: bool
    skills: Mapping[str, int]
    fresh: str
    extra: Extra

    @cached_property
    def searchable(self) -> Searchable:
        return searchable(self.name, *self.extra.other_names)

    @cached_property
    def by_name(self) -> tuple[str, str]:
        """To sort by name."""
        return folded(self.name), self.slug


@dataclass(frozen=True, slots=True)
class MapTie:
    """A recorded tie between two actors, by their indexes, from ``a`` to ``b``."""

    a: int
    b: int
    tie: Tie

    @property
    def exists(self) -> bool:
        """Not only wished for."""
        return self.tie.status == "existing"

    @property
    def strength(self) -> int:
        return self.tie.strength or 0


@dataclass(frozen=True)
class MapValues:
    """A map: its actors in slug order, and its ties as recorded, without those to oneself."""

    data: EcosystemData
    extras: Extras

    @cached_property
    def actors(self) -> tuple[MapActor, ...]:
        data = self.data
        told: dict[int, list[Statement]] = {actor.id: [] for actor in data.actors}
        for statement in data.statements:
            told[statement.actor].append(statement)
        nothing = Extra()
        return tuple(
            MapActor(
                index,
                actor.id,
                actor.slug,
                actor.name,
                actor.sector,
                actor.roles,
                actor.city != data.scope.city,
                {one.competency: one.level for one in told[actor.id]},
                self._freshness(told[actor.id]),
                self.extras.of.get(actor.id, nothing),
            )
            for index, actor in enumerate(sorted(data.actors, key=lambda actor: actor.slug))
        )

    def _freshness(self, statements: list[Statement]) -> str:
        """Of the newest answer; answers without a day count as old, none at all as never."""
        if not statements:
            return "never"
        days = [one.confirmed_on for one in statements if one.confirmed_on]
        return freshness_of(max(days, default=None), self.data.as_of) or "stale"

    @cached_property
    def ties(self) -> tuple[MapTie, ...]:
        index_of = {actor.id: actor.index for actor in self.actors}
        return tuple(
            MapTie(index_of[tie.source], index_of[tie.target], tie)
            for tie in self.data.ties
            if tie.source != tie.target
        )

    @cached_property
    def index_of(self) -> dict[str, int]:
        """The index of every actor by slug."""
        return {actor.slug: actor.index for actor in self.actors}

    @cached_property
    def has_strengths(self) -> bool:
        """Whether any strength is known to this reader."""
        return any(tie.strength for tie in self.ties)

    @cached_property
    def known(self) -> dict[str, frozenset[str]]:
        """What an address can ask for on this map, beside the national vocabulary."""
        return {
            "issue": frozenset(self.extras.issues),
            "collaborative": frozenset(self.extras.collaboratives),
            "actor": frozenset(self.index_of),
            "strength": frozenset("1234" if self.has_strengths else ""),
        }
