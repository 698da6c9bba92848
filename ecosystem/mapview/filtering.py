"""Who is shown, which ties are drawn, and the numbers beside the choices."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from ecosystem.analysis.data import EcosystemData
from ecosystem.mapview.paths import neighbors, within
from ecosystem.mapview.search import is_found, search_words
from ecosystem.mapview.state import FRESHNESS, MapState
from ecosystem.mapview.values import MapActor, MapTie, MapValues

ActorTest: TypeAlias = Callable[[MapActor], bool]
TieTest: TypeAlias = Callable[[MapTie], bool]
Counts: TypeAlias = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Shown:
    """The part of a map that is drawn, counted and listed.

    ``ties`` pass the filters of ties and run between shown actors.
    """

    values: MapValues
    indexes: frozenset[int]
    ties: tuple[MapTie, ...]

    @cached_property
    def actors(self) -> tuple[MapActor, ...]:
        """In slug order."""
        return tuple(actor for actor in self.values.actors if actor.index in self.indexes)

    @cached_property
    def neighbors(self) -> list[list[int]]:
        """Whom each actor of the map, by index, works with among those shown."""
        return neighbors(len(self.values.actors), self.ties)

    @property
    def data(self) -> EcosystemData:
        """The same as input values of the analysis and of the drawing."""
        whole = self.values.data
        ids = {actor.id for actor in self.actors}
        return replace(
            whole,
            actors=tuple(actor for actor in whole.actors if actor.id in ids),
            ties=tuple(tie.tie for tie in self.ties),
        )


def apply_filters(values: MapValues, state: MapState) -> Shown:
    """An actor is shown when every filter lets it through; of one filter any value will do."""
    actor_tests = _actor_tests(values, state).values()
    indexes = frozenset(
        actor.index for actor in values.actors if all(test(actor) for test in actor_tests)
    )
    tie_tests = _tie_tests(state).values()
    ties = [tie for tie in values.ties if all(test(tie) for test in tie_tests)]
    start = values.index_of.get(state.actor)
    if state.steps and start is not None:
        reachable = indexes | {start}
        among = [tie for tie in ties if tie.a in reachable and tie.b in reachable]
        indexes = frozenset(within(neighbors(len(values.actors), among), start, state.steps))
    return Shown(
        values, indexes, tuple(tie for tie in ties if tie.a in indexes and tie.b in indexes)
    )


def _actor_tests(values: MapValues, state: MapState) -> dict[str, ActorTest]:
    """One test for each filter of actors in use, by its key."""
    tests: dict[str, ActorTest] = {}
    if state.sector:
        tests["sector"] = lambda actor: actor.sector in state.sector
    if state.role:
        tests["role"] = lambda actor: not actor.roles.isdisjoint(state.role)
    if state.issue:
        tests["issue"] = lambda actor: not actor.extra.issues.isdisjoint(state.issue)
    if state.collaborative:
        tests["collaborative"] = lambda actor: (
            not actor.extra.collaboratives.isdisjoint(state.collaborative)
        )
    if state.fresh:
        tests["fresh"] = lambda actor: actor.fresh in state.fresh
    if state.skill and state.color != "skill":
        tests["skill"] = lambda actor: any(
            actor.skills.get(skill, -1) >= state.level for skill in state.skill
        )
    if words := search_words(state.q):
        tests["q"] = lambda actor: is_found(words, actor.searchable)
    return tests


def _tie_tests(state: MapState) -> dict[str, TieTest]:
    """One test for each filter of ties in use, by its key."""
    tests: dict[str, TieTest] = {}
    if state.kind:
        tests["kind"] = lambda tie: tie.tie.kind in state.kind
    if state.strength:
        tests["strength"] = lambda tie: tie.strength >= state.strength
    if state.status:
        tests["status"] = lambda tie: tie.tie.status in state.status
    return tests


# ── Numbers beside the choices ───────────────────────────────────────────────────────────────────


def count_choices(values: MapValues, state: MapState) -> Counts:
    """By filter and value: how many would be shown with it alone in its filter, the others as set.

    Kinds, statuses and strengths count recorded ties between the actors that are shown then, not
    only those around a picked one.
    """
    return _count_actors(values, state) | _count_ties(values, state)


def _count_actors(values: MapValues, state: MapState) -> dict[str, Counter[str]]:
    tests = _actor_tests(values, state)
    counts: dict[str, Counter[str]] = {
        key: Counter() for key in ("sector", "role", "skill", "issue", "collaborative", "fresh")
    }
    for actor in values.actors:
        failed = [key for key, test in tests.items() if not test(actor)]
        if len(failed) > 1:
            continue
        for key, own in _choices_of(actor, state.level).items():
            if not failed or failed[0] == key:
                counts[key].update(own)
    return counts


def _choices_of(actor: MapActor, level: int) -> dict[str, list[str] | frozenset[str]]:
    return {
        "sector": [actor.sector],
        "role": actor.roles,
        "skill": [skill for skill, own in actor.skills.items() if own >= level],
        "issue": actor.extra.issues,
        "collaborative": actor.extra.collaboratives,
        "fresh": [one for one in FRESHNESS if one == actor.fresh],
    }


def _count_ties(values: MapValues, state: MapState) -> dict[str, Counter[str]]:
    shown = apply_filters(values, state.changed(steps=0)).indexes
    tests = _tie_tests(state)
    counts: dict[str, Counter[str]] = {key: Counter() for key in ("kind", "status", "strength")}
    for tie in values.ties:
        if tie.a not in shown or tie.b not in shown:
            continue
        failed = [key for key, test in tests.items() if not test(tie)]
        if len(failed) > 1:
            continue
        for key, own in (
            ("kind", [tie.tie.kind]),
            ("status", [tie.tie.status]),
            ("strength", [str(least) for least in range(1, tie.strength + 1)]),
        ):
            if not failed or failed[0] == key:
                counts[key].update(own)
    return counts
