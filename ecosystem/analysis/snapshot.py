"""What a snapshot keeps of a city map, as values that go into JSON and come back (G21).

A snapshot outlives the rows it was made of: everything is keyed by slugs, never by ids of the
database. The values are tables of rows, ``{table: {key: {field: value}}}``, so that two snapshots
are compared row by row:

========================  =====================================  ===================================
table                     key                                    fields
========================  =====================================  ===================================
``map``                   slug of the scope                      kind, name, city, as_of
``actors``                slug                                   name, sector, roles, city, part_of,
                                                                 informants, member
``beyond``                slug of somebody off the map who is    name, sector, city, part_of
                          a parent or a member
``statements``            actor, competency                      level, confirmed_on
``declined``              actor, competency                      none: would rather not say
``ties``                  source, target, kind, number           status, strength, carried_by,
                                                                 confirmed
``elsewhere``             competency                             holders, city
``experience``            sector, competency                     holders, answered
``collaboratives``        slug                                   name
``memberships``           collaborative, actor, number           function, decision_role
========================  =====================================  ===================================

The parts of a key are joined by a space. A number tells rows with the same ends apart; it is
nearly always 1. Lists without an order of their own are sorted, days written as in ISO 8601.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeAlias

from ecosystem.analysis.data import Actor, EcosystemData, Experience, Scope, Statement, Tie

Row: TypeAlias = dict[str, Any]
Table: TypeAlias = dict[str, Row]
Values: TypeAlias = dict[str, Table]

TABLES: Final = (
    "map",
    "actors",
    "beyond",
    "statements",
    "declined",
    "ties",
    "elsewhere",
    "experience",
    "collaboratives",
    "memberships",
)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who is not on the map and is named all the same; ``city`` is None if national."""

    slug: str
    name: str
    sector: str
    city: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A current place in a collaborative, both by slug. ``decision_role`` is empty if not asked."""

    collaborative: str
    actor: str
    function: str = ""
    decision_role: str = ""


@dataclass(frozen=True, slots=True)
class MapRecord:
    """A city map with what hangs on it.

    ``beyond`` names, by id, everybody off the map who is above an actor by ``part_of`` or a member
    of a collaborative. ``collaboratives`` gives names by slug.
    """

    data: EcosystemData
    beyond: Mapping[int, Named] = field(default_factory=dict)
    collaboratives: Mapping[str, str] = field(default_factory=dict)
    memberships: tuple[Member, ...] = ()


def to_values(record: MapRecord) -> Values:
    """A map record as plain values, ready for JSON; the same for the same map in any row order.

    Parents of units that are neither on the map nor in ``beyond`` are left out.

    Raises
    ------
    ValueError
        If the scope is not a city, or a statement or tie speaks of somebody who is not on the map.
    """
    data = record.data
    if data.scope.kind != "city":
        raise ValueError("A snapshot is of a city map, not of a collaborative.")
    slug_of = {pk: one.slug for pk, one in record.beyond.items()}
    slug_of |= {actor.id: actor.slug for actor in data.actors}
    on_map = {actor.id for actor in data.actors}
    strange = {
        *(one.actor for one in data.statements),
        *(end for tie in data.ties for end in (tie.source, tie.target)),
        *data.scope.members,
    } - on_map
    if strange:
        raise ValueError(f"Not on the map: {sorted(strange)}")
    above = {actor.id: actor.part_of for actor in data.actors} | dict(data.parents)

    def parent(pk: int) -> str | None:
        found = above.get(pk)
        return None if found is None else slug_of.get(found)

    return {
        "map": {
            data.scope.slug: {
                "kind": data.scope.kind,
                "name": data.scope.name,
                "city": data.scope.city,
                "as_of": data.as_of.isoformat(),
            }
        },
        "actors": {
            actor.slug: {
                "name": actor.name,
                "sector": actor.sector,
                "roles": sorted(actor.roles),
                "city": actor.city,
                "part_of": parent(actor.id),
                "informants": sorted(actor.informants),
                "member": actor.id in data.scope.members,
            }
            for actor in sorted(data.actors, key=lambda actor: actor.slug)
        },
        "beyond": {
            one.slug: {
                "name": one.name,
                "sector": one.sector,
                "city": one.city,
                "part_of": parent(pk),
            }
            for pk, one in sorted(record.beyond.items(), key=lambda item: item[1].slug)
        },
        "statements": dict(
            sorted(
                (
                    f"{slug_of[one.actor]} {one.competency}",
                    {"level": one.level, "confirmed_on": _written(one.confirmed_on)},
                )
                for one in data.statements
            )
        ),
        "declined": {
            key: {}
            for key in sorted(
                f"{slug_of[actor]} {competency}"
                for actor, competency in data.declined
                if actor in on_map
            )
        },
        "ties": _numbered(
            (
                f"{slug_of[tie.source]} {slug_of[tie.target]} {tie.kind}",
                {
                    "status": tie.status,
                    "strength": tie.strength,
                    "carried_by": tie.carried_by,
                    "confirmed": tie.confirmed,
                },
            )
            for tie in data.ties
        ),
        "elsewhere": {
            competency: {
                "holders": sorted(data.holders_elsewhere.get(competency, ())),
                "city": data.cities_elsewhere.get(competency),
            }
            for competency in sorted({*data.holders_elsewhere, *data.cities_elsewhere})
        },
        "experience": {
            " ".join(key): {"holders": one.holders, "answered": one.answered}
            for key, one in sorted(data.experience.items())
        },
        "collaboratives": {
            slug: {"name": name} for slug, name in sorted(record.collaboratives.items())
        },
        "memberships": _numbered(
            (
                f"{one.collaborative} {one.actor}",
                {"function": one.function, "decision_role": one.decision_role},
            )
            for one in record.memberships
        ),
    }


def from_values(values: Values) -> MapRecord:
    """The map record that ``to_values`` made these from, with ids of its own: 1, 2 … by slug.

    Raises
    ------
    ValueError
        If a table is missing, or a key or a day is not in the form of ``to_values``.
    KeyError
        If a field is missing, or a row speaks of somebody who is neither on the map nor beyond it.
    """
    if missing := [table for table in TABLES if table not in values]:
        raise ValueError(f"Tables that are missing: {missing}")
    ((slug, about),) = values["map"].items()
    named = values["beyond"] | values["actors"]
    id_of = {name: number for number, name in enumerate(sorted(named), 1)}
    parents = {
        id_of[name]: id_of[row["part_of"]]
        for name, row in sorted(named.items())
        if row["part_of"] is not None
    }
    actors = sorted(values["actors"].items())
    data = EcosystemData(
        scope=Scope(
            about["kind"],
            slug,
            about["name"],
            about["city"],
            frozenset(id_of[name] for name, row in actors if row["member"]),
        ),
        actors=tuple(
            Actor(
                id_of[name],
                name,
                row["name"],
                row["sector"],
                frozenset(row["roles"]),
                row["city"],
                parents.get(id_of[name]),
                frozenset(row["informants"]),
            )
            for name, row in actors
        ),
        statements=tuple(
            Statement(id_of[actor], competency, row["level"], _read(row["confirmed_on"]))
            for (actor, competency), row in _rows(values["statements"], 2)
        ),
        ties=tuple(
            Tie(id_of[source], id_of[target], kind, **row)
            for (source, target, kind, _number), row in _rows(values["ties"], 4)
        ),
        as_of=date.fromisoformat(about["as_of"]),
        holders_elsewhere={
            competency: frozenset(row["holders"])
            for competency, row in sorted(values["elsewhere"].items())
            if row["holders"]
        },
        cities_elsewhere={
            competency: row["city"]
            for competency, row in sorted(values["elsewhere"].items())
            if row["city"] is not None
        },
        experience={
            (sector, competency): Experience(**row)
            for (sector, competency), row in _rows(values["experience"], 2)
        },
        declined=frozenset(
            (id_of[actor], competency) for (actor, competency), _row in _rows(values["declined"], 2)
        ),
        parents=parents,
    )
    return MapRecord(
        data,
        {
            id_of[name]: Named(name, row["name"], row["sector"], row["city"])
            for name, row in sorted(values["beyond"].items())
        },
        {name: row["name"] for name, row in sorted(values["collaboratives"].items())},
        tuple(
            Member(collaborative, actor, row["function"], row["decision_role"])
            for (collaborative, actor, _number), row in _rows(values["memberships"], 3)
        ),
    )


def slugs_in(values: Values) -> set[str]:
    """Slugs of the organizations on the map and of those beyond it that are named."""
    return {*values["actors"], *values["beyond"]}


def keep_only(values: Values, actors: Set[str], collaboratives: Set[str]) -> Values:
    """The values without everybody else and whatever speaks of them.

    A unit whose parent is gone has none. What was known beyond the map goes altogether: it is of
    other cities, and cells do not depend on it. This is for readers who may not see all that was
    seen when a snapshot was taken.
    """

    def kept(table: str) -> Table:
        return {
            slug: row | {"part_of": row["part_of"] if row["part_of"] in actors else None}
            for slug, row in values[table].items()
            if slug in actors
        }

    def said(table: str) -> Table:
        return {key: row for key, row in values[table].items() if key.partition(" ")[0] in actors}

    return {
        "map": values["map"],
        "actors": kept("actors"),
        "beyond": kept("beyond"),
        "statements": said("statements"),
        "declined": said("declined"),
        "ties": {key: row for key, row in values["ties"].items() if set(key.split()[:2]) <= actors},
        "elsewhere": {},
        "experience": {},
        "collaboratives": {
            slug: row for slug, row in values["collaboratives"].items() if slug in collaboratives
        },
        "memberships": {
            key: row
            for key, row in values["memberships"].items()
            if key.split()[0] in collaboratives and key.split()[1] in actors
        },
    }


def _numbered(rows: Iterable[tuple[str, Row]]) -> Table:
    """Rows under their key and a number, which counts rows with the same key in order of value."""
    ordered = sorted(rows, key=lambda row: (row[0], [_rank(value) for value in row[1].values()]))
    seen: Counter[str] = Counter()
    table = {}
    for key, row in ordered:
        seen[key] += 1
        table[f"{key} {seen[key]}"] = row
    return table


def _rank(value: str | int | None) -> tuple[int, str]:
    """Unknown comes last."""
    return (1, "") if value is None else (0, str(value))


def _rows(table: Table, parts: int) -> list[tuple[list[str], Row]]:
    found = [(key.split(" "), row) for key, row in sorted(table.items())]
    if wrong := [" ".join(key) for key, _row in found if len(key) != parts]:
        raise ValueError(f"Not a key of {parts} parts: {wrong[0]!r}")
    return found


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _read(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
