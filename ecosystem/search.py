"""Search over everything that a visitor may see: cities, actors, collaboratives, projects.

Case and accents are forgiven, and every word has to occur somewhere in the entry. The values are
compared here and not in the database, which would find "José" for "jose" only on PostgreSQL with an
extension; at some thousand entries that takes milliseconds.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Q
from django.urls import reverse

from accounts.rules import Viewer
from actors.filters import folded
from actors.models import Actor, City, OtherName
from actors.rules import visible_cities
from collaboratives.models import Collaborative, Project

LONGEST_QUERY: Final = 100
SHOWN: Final = 25
"""Entries of each kind on the page; the others are counted."""

EXCERPT: Final = 160
"""Length of what is said beside a name, in characters."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found. ``text`` is searched as well, ``note`` only shown."""

    name: str
    url: str
    text: str = ""
    other_names: tuple[str, ...] = ()
    note: str = ""
    sector: str = ""

    @property
    def excerpt(self) -> str:
        """The beginning of the text."""
        if len(self.text) <= EXCERPT:
            return self.text
        return self.text[:EXCERPT].rpartition(" ")[0].rstrip(",;:.") + " …"


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one kind, the best matches first. ``total`` counts those not shown, too."""

    kind: str
    entries: tuple[Entry, ...]
    total: int


@dataclass(frozen=True)
class Found:
    """What was found for ``query``; kinds without a match are left out."""

    query: str
    groups: tuple[Group, ...] = field(default=())

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)


def search_everything(query: str, user: Viewer) -> Found:
    """Find what ``user`` may see, in five queries, none for a query without a word in it."""
    query = " ".join(query.split())[:LONGEST_QUERY]
    words = folded(query).split()
    if not words:
        return Found(query)
    kinds = {
        "cities": _cities(user),
        "actors": _actors(user),
        "collaboratives": _collaboratives(user),
        "projects": _projects(user),
    }
    groups = [
        Group(kind, tuple(matches[:SHOWN]), len(matches))
        for kind, entries in kinds.items()
        if (matches := _matching(entries, words))
    ]
    return Found(query, tuple(groups))


def _matching(entries: Iterable[Entry], words: list[str]) -> list[Entry]:
    """Entries with every word; those with all of them in the name come first, then by name."""
    ranked = []
    for entry in entries:
        name = folded(" ".join((entry.name, *entry.other_names)))
        if all(word in name for word in words):
            begins = any(part.startswith(words[0]) for part in name.split())
            ranked.append((0 if begins else 1, folded(entry.name), entry.url, entry))
        elif all(word in f"{name} {folded(entry.text)}" for word in words):
            ranked.append((2, folded(entry.name), entry.url, entry))
    return [entry for *_order, entry in sorted(ranked, key=lambda match: match[:3])]


def _cities(user: Viewer) -> Iterator[Entry]:
    rows = City.objects.visible_to(user).order_by("pk")
    for city in rows.only("slug", "name", "state", "summary"):
        yield Entry(
            city.name,
            city.get_absolute_url(),
            city.summary,
            (city.state,),
            note="" if city.full_name == city.name else city.state,
        )


def _actors(user: Viewer) -> Iterator[Entry]:
    # An actor in one's care may be at home on a map that one does not see: no page shows it there.
    in_sight = Q(city=None) | visible_cities(user, "city__")
    actors = Actor.objects.published().visible_to(user).filter(in_sight)
    other_names = defaultdict(list)
    named = OtherName.objects.filter(actor__in=actors).order_by("name")
    for actor, name in named.values_list("actor", "name"):
        other_names[actor].append(name)
    for pk, slug, name, sector, text, city, city_name in actors.order_by("pk").values_list(
        "pk", "slug", "name", "sector", "description", "city__slug", "city__name"
    ):
        url = (
            reverse("actor", args=[city, slug]) if city else reverse("national_actor", args=[slug])
        )
        yield Entry(name, url, text, tuple(other_names[pk]), city_name or "", sector)


def _collaboratives(user: Viewer) -> Iterator[Entry]:
    rows = Collaborative.objects.visible_to(user).order_by("pk")
    for slug, name, purpose, city, city_name in rows.values_list(
        "slug", "name", "purpose", "city__slug", "city__name"
    ):
        yield Entry(name, reverse("collaborative", args=[city, slug]), purpose, note=city_name)


def _projects(user: Viewer) -> Iterator[Entry]:
    rows = Project.objects.visible_to(user).order_by("pk")
    for name, text, slug, city_name in rows.values_list(
        "name", "summary", "slug", "collaborative__city__name"
    ):
        yield Entry(name, reverse("solution", args=[slug]), text, note=city_name)
