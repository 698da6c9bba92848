"""What the analysis takes in: plain values, no database objects (gap method, section 1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Actor:
    """An organisation or group. ``city`` is None for a national actor.

    ``part_of`` is the id of its parent actor, which need not be among the actors given.
    ``informants`` are the independent sources that named it on the map that is analysed.
    """

    id: int
    slug: str
    name: str
    sector: str
    roles: frozenset[str] = frozenset()
    city: str | None = None
    part_of: int | None = None
    informants: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Statement:
    """What ``actor`` can do: level 0 none, 1 developing, 2 solid, 3 strong."""

    actor: int
    competency: str
    level: int
    confirmed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """A relationship in force on the day of the map. Unknown strength and carriers are None."""

    source: int
    target: int
    kind: str
    status: str = "existing"
    strength: int | None = None
    carried_by: int | None = None
    confirmed: str = "none"


@dataclass(frozen=True, slots=True)
class Engagement:
    """How residents took part in a collaborative once: at which process step, at which level.

    ``due_on`` is the day for which a result was promised to them, ``returned_on`` the day on which
    they were told.
    """

    what: str
    step: str
    level: str
    held_on: date | None = None
    due_on: date | None = None
    returned_on: date | None = None

    def is_held(self, day: date) -> bool:
        """Whether it was held by ``day``, or nobody recorded when."""
        return self.held_on is None or self.held_on <= day

    def is_returned(self, day: date) -> bool:
        """Whether its result was reported back by ``day``."""
        return self.returned_on is not None and self.returned_on <= day


@dataclass(frozen=True, slots=True)
class Experience:
    """How many actors of one sector hold a competency, of those that said anything about it.

    On all maps that the person asking may see; each actor counts once. ``answered`` ≥ ``holders``.
    """

    holders: int = 0
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Scope:
    """The actors a question is asked of: a city map's own actors or a collaborative's members.

    ``kind`` is "city" or "collaborative"; ``city`` the slug of the city map it stands on.
    """

    kind: str
    slug: str
    name: str
    city: str
    members: frozenset[int]


@dataclass(frozen=True, slots=True)
class EcosystemData:
    """One city map and what is known beyond it.

    ``actors`` are all on the map: own actors, visitors, and members of the scope without a tie.
    ``ties`` run between them. ``holders_elsewhere`` gives slugs of visible holders
    (level 2 or 3) that are not on the map: at least the first, of each competency with fewer than
    two organisations holding it on the map.
    """

    scope: Scope
    actors: tuple[Actor, ...]
    statements: tuple[Statement, ...]
    ties: tuple[Tie, ...]
    as_of: date
    holders_elsewhere: Mapping[str, frozenset[str]] = field(default_factory=dict)
    cities_elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Slug of the city to ask for such a competency: where the most actors that are not on the map
    hold it. Without a key nobody does, or national actors alone."""
    experience: Mapping[tuple[str, str], Experience] = field(default_factory=dict)
    """By sector and competency (G15), nationwide. Without a key nobody answered."""
    declined: frozenset[tuple[int, str]] = frozenset()
    """Actor and competency: asked, and would rather not say. Unknown, but not a question (G15)."""
    parents: Mapping[int, int] = field(default_factory=dict)
    """Parent of every unit, by id, off the map too: a unit's organisation is its topmost parent."""
    engagements: tuple[Engagement, ...] = ()
    """Of the collaborative whose members are the scope; empty for a city."""
    deciders: frozenset[int] = frozenset()
    """Members of the collaborative, by id, that have a say in its decisions; empty for a city."""
    undecided: frozenset[int] = frozenset()
    """Members of whom nobody recorded what part they have in decisions; empty for a city."""
