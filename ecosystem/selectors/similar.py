"""Organizations that a new name may mean already."""

from typing import Final, NamedTuple

from django.db.models import Q
from rapidfuzz import fuzz

from accounts.rules import Viewer
from actors.filters import folded
from actors.models import Actor, City, OtherName

ENOUGH: Final = 80
"""Of 100: "Boston Housing Autority" finds the authority, "Code for Boston" no "Code for Tulsa"."""

SHORTEST: Final = 3
"""Letters; fewer are the start of too many names."""

MOST: Final = 5
LONGEST: Final = 300


class Similar(NamedTuple):
    """An organization, the name by which it was found, and how near that is, of 100."""

    actor: Actor
    found_by: str
    score: float


def similar_actors(
    city: City | None, name: str, user: Viewer, *, but: int | None = None
) -> list[Similar]:
    """Who in ``city``, or nationally, has a name or another name like ``name``; nearest first.

    Two queries for the names and one for those found. Only what ``user`` may see. ``but`` is the
    id of an actor to leave out.
    """
    wanted = folded(" ".join(name.split()))[:LONGEST]
    if len(wanted) < SHORTEST:
        return []
    known = Actor.objects.visible_to(user).filter(Q(city=city) | Q(city=None), merged_into=None)
    names = list(known.order_by().values_list("pk", "name"))
    others = OtherName.objects.filter(actor__in=known.order_by().values("pk"))
    names += others.order_by().values_list("actor", "name")
    best: dict[int, tuple[float, str]] = {}
    for pk, one in names:
        score = _score(wanted, folded(one))
        if pk != but and score >= ENOUGH and score > best.get(pk, (0.0, ""))[0]:
            best[pk] = (score, one)
    nearest = sorted(best, key=lambda pk: (-best[pk][0], best[pk][1], pk))[:MOST]
    actors = Actor.objects.select_related("city").in_bulk(nearest)
    return [Similar(actors[pk], best[pk][1], best[pk][0]) for pk in nearest]


def _score(wanted: str, name: str) -> float:
    """How alike two names are, whatever the order of their words; a full start counts as well."""
    if len(wanted) > SHORTEST and name.startswith(wanted):
        return 90.0
    return max(fuzz.ratio(wanted, name), fuzz.token_sort_ratio(wanted, name))


def search_actors(city: City, words: str, user: Viewer, *, but: int | None = None) -> list[Actor]:
    """Who could be the other side of a tie: every word in the name; those of the city first.

    With no such name, those that are spelled nearly so.
    """
    wanted = folded(words)[:LONGEST].split()
    if not wanted:
        return []
    known = Actor.objects.visible_to(user).exclude(status="archived").filter(merged_into=None)
    names = known.order_by().values_list("pk", "name", "city")
    found = [
        (home != city.pk, folded(name), pk)
        for pk, name, home in names
        if pk != but and all(word in folded(name) for word in wanted)
    ]
    nearest = [pk for _away, _name, pk in sorted(found)[: MOST * 3]]
    if not nearest:
        return [one.actor for one in similar_actors(city, words, user, but=but)]
    actors = Actor.objects.select_related("city").in_bulk(nearest)
    return [actors[pk] for pk in nearest]
