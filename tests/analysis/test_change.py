"""G21: what a snapshot keeps comes back exactly, and so does the difference of two."""

import json
from copy import deepcopy
from dataclasses import fields, replace
from random import Random

import pytest

from ecosystem.analysis.change import CellChange, Change, TableChange, apply, difference
from ecosystem.analysis.data import EcosystemData, Experience, Scope
from ecosystem.analysis.gaps import analyse
from ecosystem.analysis.snapshot import (
    TABLES,
    MapRecord,
    Member,
    Named,
    from_values,
    keep_only,
    slugs_in,
    to_values,
)
from ecosystem.analysis.vocabulary import COMPETENCIES, ROLES, SECTORS
from ecosystem.payloads import gap_document
from tests.analysis.builders import ecosystem, ids_of, random_ecosystem

SEEDS = range(60)


def small_record():
    """A unit of a parent off the map, a visitor, a tie recorded twice, a member off the map."""
    data = ecosystem(
        "a b",
        "v",
        ties=["a-b:3", "a-v", "a-b"],
        levels={"coding": {"a": 2, "v": 3}, "fundraising": {"b": 0}},
        roles={"a": ["data_specialist", "backbone"]},
        part_of={"b": "p"},
        informants={"a": "survey report"},
        confirmed={"v": None},
        elsewhere={"fundraising": ["z1", "z0"]},
    )
    ids = ids_of(["a", "b", "v", "p"])
    data = replace(
        data,
        cities_elsewhere={"fundraising": "there"},
        experience={("government", "coding"): Experience(2, 5)},
        declined=frozenset({(ids["b"], "coding"), (ids["v"], "fundraising")}),
    )
    return MapRecord(
        data,
        {
            ids["p"]: Named("p", "Parent", "government"),
            900: Named("m", "Member", "academia", "there"),
        },
        {"table": "Round Table"},
        (Member("table", "m", "hosts"), Member("table", "a", decision_role="decides")),
    )


SMALL = {
    "map": {"here": {"kind": "city", "name": "Here", "city": "here", "as_of": "2018-06-30"}},
    "actors": {
        "a": {
            "name": "A",
            "sector": "government",
            "roles": ["backbone", "data_specialist"],
            "city": "here",
            "part_of": None,
            "informants": ["report", "survey"],
            "member": True,
        },
        "b": {
            "name": "B",
            "sector": "government",
            "roles": [],
            "city": "here",
            "part_of": "p",
            "informants": [],
            "member": True,
        },
        "v": {
            "name": "V",
            "sector": "government",
            "roles": [],
            "city": "here",
            "part_of": None,
            "informants": [],
            "member": False,
        },
    },
    "beyond": {
        "m": {"name": "Member", "sector": "academia", "city": "there", "part_of": None},
        "p": {"name": "Parent", "sector": "government", "city": None, "part_of": None},
    },
    "statements": {
        "a coding": {"level": 2, "confirmed_on": "2018-06-30"},
        "b fundraising": {"level": 0, "confirmed_on": "2018-06-30"},
        "v coding": {"level": 3, "confirmed_on": None},
    },
    "declined": {"b coding": {}, "v fundraising": {}},
    "ties": {
        "a b funds 1": {
            "status": "existing",
            "strength": 3,
            "carried_by": None,
            "confirmed": "none",
        },
        "a b funds 2": {
            "status": "existing",
            "strength": None,
            "carried_by": None,
            "confirmed": "none",
        },
        "a v funds 1": {
            "status": "existing",
            "strength": None,
            "carried_by": None,
            "confirmed": "none",
        },
    },
    "elsewhere": {"fundraising": {"holders": ["z0", "z1"], "city": "there"}},
    "experience": {"government coding": {"holders": 2, "answered": 5}},
    "collaboratives": {"table": {"name": "Round Table"}},
    "memberships": {
        "table a 1": {"function": "", "decision_role": "decides"},
        "table m 1": {"function": "hosts", "decision_role": ""},
    },
}


# ── Values ───────────────────────────────────────────────────────────────────────────────────────


def test_values_are_tables_of_rows_under_slugs():
    assert to_values(small_record()) == SMALL


def test_values_hold_every_field_that_a_city_has():
    """A new field of the input needs its place in the values, or results come back different."""
    of_collaboratives = {"engagements", "deciders", "undecided"}

    assert {one.name for one in fields(EcosystemData)} - of_collaboratives == {
        "scope",
        "actors",
        "statements",
        "declined",
        "ties",
        "as_of",
        "holders_elsewhere",
        "cities_elsewhere",
        "experience",
        "parents",
    }
    assert from_values(SMALL).data.declined == {(2, "coding"), (5, "fundraising")}


def test_values_pass_through_json_and_back_unchanged():
    record = from_values(json.loads(json.dumps(SMALL)))

    assert to_values(record) == SMALL
    assert from_values(to_values(record)) == record


@pytest.mark.parametrize("seed", SEEDS)
def test_values_give_the_same_results_whatever_the_ids_and_the_order_of_rows(seed):
    random = Random(seed)
    data = random_ecosystem(random)
    above = set(data.parents.values())
    beyond = {pk: Named(f"parent-{pk}", f"Parent {pk}", "government") for pk in above}
    shuffled = replace(
        data,
        actors=tuple(random.sample(data.actors, len(data.actors))),
        ties=tuple(random.sample(data.ties, len(data.ties))),
        statements=tuple(random.sample(data.statements, len(data.statements))),
    )

    values = to_values(MapRecord(data, beyond))
    record = from_values(values)

    assert to_values(MapRecord(shuffled, beyond)) == values
    assert to_values(record) == values
    assert gap_document(analyse(record.data)) == gap_document(analyse(data))


def test_values_of_a_collaborative_are_refused():
    scope = Scope("collaborative", "table", "Table", "here", frozenset())
    data = replace(ecosystem("a"), scope=scope)

    with pytest.raises(ValueError, match="of a city map, not of a collaborative"):
        to_values(MapRecord(data))


def test_values_of_a_tie_to_nobody_are_refused():
    whole = ecosystem("a b", ties=["a-b"])
    data = replace(whole, actors=whole.actors[:1], scope=replace(whole.scope, members=frozenset()))

    with pytest.raises(ValueError, match=r"Not on the map: \[101\]"):
        to_values(MapRecord(data))


@pytest.mark.parametrize(
    ("damage", "error", "said"),
    [
        ({"ties": None}, ValueError, r"Tables that are missing: \['ties'\]"),
        ({"ties": {"a b": {}}}, ValueError, "Not a key of 4 parts: 'a b'"),
        ({"statements": {"x coding": {"level": 1, "confirmed_on": None}}}, KeyError, "'x'"),
        ({"statements": {"a coding": {}}}, KeyError, "'level'"),
        ({"statements": {"a coding": {"level": 1, "confirmed_on": "soon"}}}, ValueError, "soon"),
    ],
)
def test_values_of_another_form_are_refused(damage, error, said):
    values = {
        table: damage.get(table, rows)
        for table, rows in SMALL.items()
        if damage.get(table, rows) is not None
    }

    with pytest.raises(error, match=said):
        from_values(values)


def test_keep_only_takes_everything_along_that_speaks_of_somebody_hidden():
    kept = keep_only(SMALL, {"b", "v", "m"}, {"table"})

    assert kept == SMALL | {
        "actors": {"b": SMALL["actors"]["b"] | {"part_of": None}, "v": SMALL["actors"]["v"]},
        "beyond": {"m": SMALL["beyond"]["m"]},
        "statements": {key: SMALL["statements"][key] for key in ("b fundraising", "v coding")},
        "declined": SMALL["declined"],
        "ties": {},
        "elsewhere": {},
        "experience": {},
        "memberships": {"table m 1": SMALL["memberships"]["table m 1"]},
    }
    assert slugs_in(kept) == {"b", "v", "m"}
    assert to_values(from_values(kept)) == kept
    assert keep_only(SMALL, slugs_in(SMALL), set())["memberships"] == {}


# ── Differences ──────────────────────────────────────────────────────────────────────────────────


def test_difference_of_the_same_is_nothing():
    change = difference(SMALL, deepcopy(SMALL))

    assert change == Change(dict.fromkeys(TABLES, TableChange()), ())
    assert not change
    assert apply(SMALL, change) == SMALL


def test_difference_lists_what_came_left_and_changed_and_the_cells():
    """By hand: coding loses its only holder of the scope, b is asked about it and learns it."""
    after = deepcopy(SMALL)
    del after["ties"]["a b funds 2"]
    after["ties"]["a v funds 1"]["status"] = "wished"
    after["statements"]["a coding"] |= {"level": 0, "confirmed_on": "2019-01-01"}
    after["statements"]["b coding"] = {"level": 1, "confirmed_on": None}
    after["actors"]["c"] = SMALL["actors"]["a"] | {"name": "C", "informants": []}
    after["actors"]["b"]["sector"] = "academia"
    del after["memberships"]["table m 1"]

    change = difference(SMALL, after)

    assert change.actors == TableChange(
        came={"c": after["actors"]["c"]}, changed={"b": {"sector": ("government", "academia")}}
    )
    assert change.ties == TableChange(
        left={"a b funds 2": SMALL["ties"]["a b funds 2"]},
        changed={"a v funds 1": {"status": ("existing", "wished")}},
    )
    assert change.statements == TableChange(
        came={"b coding": {"level": 1, "confirmed_on": None}},
        changed={
            "a coding": {"confirmed_on": ("2018-06-30", "2019-01-01"), "level": (2, 0)},
        },
    )
    assert change.memberships == TableChange(left={"table m 1": SMALL["memberships"]["table m 1"]})
    assert change.cells == (CellChange("coding", "single", "thin", ("a",), ()),)
    assert [change.tables[name].count for name in TABLES] == [0, 2, 0, 2, 0, 2, 0, 0, 0, 1]
    assert apply(SMALL, change) == after


def edit(random, values):
    """One random edit of the values. Returns (table, key, kind, field) or None if there is none."""
    table = random.choice(["actors", "statements", "ties", "memberships", "collaboratives"])
    rows = values[table]
    how = random.choice(["come", "leave", "change"])
    if how == "leave" and rows:
        del rows[random.choice(sorted(rows))]
    elif how == "change" and rows:
        row = rows[random.choice(sorted(rows))]
        if table == "actors":
            row["sector"] = random.choice(SECTORS)
        elif table == "statements":
            row["level"] = random.randrange(4)
        elif table == "ties":
            row["confirmed"] = random.choice(["none", "one", "both"])
        elif table == "memberships":
            row["function"] = random.choice("fgh")
        else:
            row["name"] = random.choice("RST")
    elif how == "come":
        actors = sorted(values["actors"]) or ["n0"]
        one, other = random.choice(actors), random.choice(actors)
        if table == "actors":
            rows[f"n{random.randrange(30)}"] = {
                "name": random.choice("XYZ"),
                "sector": random.choice(SECTORS),
                "roles": sorted(random.sample(ROLES, 2)),
                "city": "here",
                "part_of": None,
                "informants": [],
                "member": random.random() < 0.8,
            }
        elif table == "statements":
            rows[f"{one} {random.choice(COMPETENCIES)}"] = {
                "level": random.randrange(4),
                "confirmed_on": random.choice([None, "2018-01-01"]),
            }
        elif table == "ties":
            rows[f"{one} {other} advises 1"] = {
                "status": random.choice(["existing", "wished"]),
                "strength": None,
                "carried_by": random.choice([None, 1, 2]),
                "confirmed": "none",
            }
        elif table == "memberships":
            rows[f"t{random.randrange(3)} {one} 1"] = {"function": "f", "decision_role": ""}
        else:
            rows[f"t{random.randrange(3)}"] = {"name": "R"}


def mended(values):
    """The values without rows that speak of an actor that a random edit took away."""
    on_map = values["actors"].keys()
    for table, ends in (("statements", slice(0, 1)), ("ties", slice(0, 2))):
        values[table] = {
            key: row for key, row in values[table].items() if set(key.split()[ends]) <= on_map
        }
    return values


@pytest.mark.parametrize("seed", SEEDS)
def test_random_edits_come_back_as_exactly_their_difference(seed):
    """The expected difference is kept by comparing row by row, in the most literal way."""
    random = Random(seed)
    before = to_values(MapRecord(random_ecosystem(random)))
    after = deepcopy(before)
    for _step in range(random.randrange(25)):
        edit(random, after)
    after = mended(after)
    untouched = deepcopy(before)

    change = difference(before, after)

    for table in TABLES:
        old, new = before[table], after[table]
        assert change.tables[table] == TableChange(
            came={key: new[key] for key in set(new) - set(old)},
            left={key: old[key] for key in set(old) - set(new)},
            changed={
                key: {
                    name: (old[key][name], new[key][name])
                    for name in old[key]
                    if old[key][name] != new[key][name]
                }
                for key in set(old) & set(new)
                if old[key] != new[key]
            },
        )
    assert apply(before, change) == after
    assert apply(after, difference(after, before)) == before
    assert before == untouched
    states = [
        {cell.competency: cell for cell in analyse(from_values(values).data).cells}
        for values in (before, after)
    ]
    assert change.cells == tuple(
        CellChange(
            one,
            states[0][one].state,
            states[1][one].state,
            states[0][one].holders,
            states[1][one].holders,
        )
        for one in COMPETENCIES
        if states[0][one].state != states[1][one].state
    )


@pytest.mark.parametrize(
    ("table_change", "said"),
    [
        (TableChange(came={"a": {}}), "'a' that comes is there already"),
        (TableChange(left={"x": {}}), "'x' that leaves is not there"),
        (TableChange(left={"a": {"name": "B"}}), "'a' that leaves is not there, or is another"),
        (TableChange(changed={"x": {"name": ("A", "B")}}), "'x' that changes is not there"),
        (TableChange(changed={"a": {"name": ("B", "C")}}), "name of 'a' is not 'B'"),
    ],
)
def test_apply_refuses_a_change_of_something_else(table_change, said):
    change = Change(dict.fromkeys(TABLES, TableChange()) | {"actors": table_change})

    with pytest.raises(ValueError, match=said):
        apply(SMALL, change)
