"""Dataclasses as JSON and back: equal to what they were."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import pytest

from ecosystem.services.plain import from_plain, to_plain


@dataclass(frozen=True)
class Leaf:
    name: str
    day: date | None = None


@dataclass(frozen=True)
class Tree:
    leaf: Leaf
    kind: Literal["oak", "elm"]
    height: float | None
    leaves: tuple[Leaf, ...] = ()
    pair: tuple[str, int] = ("", 0)
    dated: tuple[str, date] | None = None
    numbers: frozenset[int] = frozenset()
    pairs: frozenset[tuple[int, str]] = frozenset()
    by_name: Mapping[str, int] = field(default_factory=dict)
    by_pair: dict[tuple[str, str], Leaf] = field(default_factory=dict)


@pytest.mark.parametrize(
    "tree",
    [
        Tree(Leaf("a"), "oak", None),
        Tree(
            leaf=Leaf("é", date(2018, 6, 30)),
            kind="elm",
            height=0.1 + 0.2,
            leaves=(Leaf("b"), Leaf("c", date(1, 1, 1))),
            pair=("d", 2),
            dated=("e", date(2020, 2, 29)),
            numbers=frozenset({3, 1, 2}),
            pairs=frozenset({(2, "f"), (1, "g")}),
            by_name={"z": 1, "a": 2},
            by_pair={("x", "y"): Leaf("h")},
        ),
    ],
)
def test_a_value_comes_back_equal(tree):
    assert from_plain(Tree, json.loads(json.dumps(to_plain(tree)))) == tree


def test_the_order_of_a_mapping_stays_and_a_set_is_sorted():
    tree = Tree(Leaf("a"), "oak", 1.0, by_name={"z": 1, "a": 2}, numbers=frozenset({9, 1, 5}))

    plain = to_plain(tree)

    assert plain[6] == [1, 5, 9]
    assert plain[8] == [["z", 1], ["a", 2]]


@dataclass
class Strange:
    value: Any


@dataclass
class Ambiguous:
    value: date | Leaf


@pytest.mark.parametrize("kind", [Strange, Ambiguous])
def test_a_type_that_nothing_reads_is_refused(kind):
    with pytest.raises(TypeError, match=r"cannot be read|does not tell"):
        from_plain(kind, [1])
