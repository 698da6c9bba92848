"""Who is spoken of on the picture: by a lens, as the picked actor, or on a path."""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import pairwise

from ecosystem.maps import look
from ecosystem.maps.picture import Emphasis, Pair, Strong
from ecosystem.mapview.filtering import Shown
from ecosystem.mapview.paths import shortest_path
from ecosystem.mapview.state import MapState
from ecosystem.mapview.values import MapTie

PARALLEL = 3
"""Ties drawn at most between two actors."""


def path_between(shown: Shown, state: MapState) -> list[str]:
    """Slugs from the picked actor to the one asked for, over the ties that are drawn, or none."""
    index_of = shown.values.index_of
    start, end = index_of.get(state.actor), index_of.get(state.to)
    if start is None or end is None or not {start, end} <= shown.indexes:
        return []
    path = shortest_path(shown.neighbors, start, end)
    return [shown.values.actors[index].slug for index in path]


def emphasis_of(
    shown: Shown, state: MapState, lit: Collection[str], path: Sequence[str]
) -> Emphasis | None:
    """Who stands out, or None when nobody does. Who is not shown cannot."""
    visible = {actor.slug for actor in shown.actors}
    picked = state.actor if state.actor in visible else ""
    on_way = [slug for slug in path if slug in visible]
    trail = list(pairwise(on_way)) if len(on_way) == len(path) else []
    lit = visible.intersection(lit)
    strong: list[Strong] = []
    if picked and not trail:
        strong = list(_strong(shown, lambda tie: picked in _ends(shown, tie)))
    elif lit and not trail:
        plain = look.Line("", 1.2)
        pairs = {
            _pair(shown, tie)
            for tie in shown.ties
            if tie.exists and lit.issuperset(_ends(shown, tie))
        }
        strong = [Strong(pair, plain, 0, is_sure=True) for pair in sorted(pairs)]
    raised = {*lit, *on_way, *([picked] if picked else ())}
    if picked:
        raised.update(slug for tie in strong for slug in tie.pair)
    return Emphasis(frozenset(raised), picked, strong, trail) if raised else None


def _strong(shown: Shown, is_meant: Callable[[MapTie], bool]) -> Iterator[Strong]:
    """A line for each kind of tie between two, side by side."""
    lines: dict[Pair, dict[str, Strong]] = {}
    for tie in filter(is_meant, shown.ties):
        pair = _pair(shown, tie)
        own = lines.setdefault(pair, {})
        key = tie.tie.kind if tie.exists else "wished"
        line = look.KINDS[tie.tie.kind] if tie.exists else look.WISHED
        before = own.get(key)
        number = before.number if before else len(own)
        sure = tie.tie.confirmed == "both" or (before is not None and before.is_sure)
        own[key] = Strong(pair, line, number, sure)
    for own in lines.values():
        yield from list(own.values())[:PARALLEL]


def _ends(shown: Shown, tie: MapTie) -> Pair:
    actors = shown.values.actors
    return actors[tie.a].slug, actors[tie.b].slug


def _pair(shown: Shown, tie: MapTie) -> Pair:
    one, other = _ends(shown, tie)
    return (one, other) if one < other else (other, one)
