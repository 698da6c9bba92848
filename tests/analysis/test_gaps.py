"""The whole analysis of a scope, and what it rests on."""

import csv
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from random import Random

import pytest

from ecosystem.analysis.data import Actor, EcosystemData, Scope, Statement, Tie
from ecosystem.analysis.fragility import Fragility
from ecosystem.analysis.gaps import (
    GapResults,
    ScopeSummary,
    analyse,
    analyse_connections,
    analyse_index,
)
from ecosystem.analysis.index import index_data
from ecosystem.analysis.next_steps import NO_STEPS
from ecosystem.analysis.reach import Reach
from tests.analysis.builders import AS_OF, ecosystem, random_ecosystem

ROOT = Path(__file__).parents[2]
REFERENCE_DATA = ROOT / "ecosystem" / "reference"


def test_analysis_never_imports_django():
    program = """
import importlib, pkgutil, sys
import ecosystem.analysis
for module in pkgutil.iter_modules(ecosystem.analysis.__path__, "ecosystem.analysis."):
    importlib.import_module(module.name)
print([name for name in sys.modules if name.partition(".")[0] == "django"])
"""

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


def test_results_are_named_like_the_result_document():
    """Section 11."""
    assert [field.name for field in fields(GapResults)] == [
        "method",
        "scope",
        "as_of",
        "answered_share",
        "actor_answered_shares",
        "cells",
        "areas",
        "sector_cells",
        "presence",
        "resident_voice",
        "reach",
        "structure",
        "actors",
        "sector_connection",
        "fragility",
        "residents",
        "completing_set",
        "introductions",
        "questions",
        "sector_introductions",
        "completeness",
    ]


def test_results_say_whose_they_are_and_of_which_day():
    found = analyse(ecosystem("a b", "v"))

    assert (found.method, found.as_of) == ("1", AS_OF)
    assert found.scope == ScopeSummary("city", "here", "Here", "here", 2)


def test_results_of_an_empty_map_are_defined():
    """Every rule, undefined case."""
    found = analyse(ecosystem())

    assert (found.answered_share, found.actor_answered_shares) == (None, {})
    assert Counter(cell.state for cell in found.cells) == {"unknown": 12}
    assert {area.strength for area in found.areas} == {0.0}
    assert (found.sector_cells, found.actors, found.sector_connection) == ((), (), ())
    assert {item.reach for item in found.reach} == {"nowhere"}
    assert found.fragility == Fragility((), ())
    assert found.completeness.why_not == "nobody_named"
    assert (found.completing_set.actors, found.completing_set.introductions) == ((), 0)
    assert {(item.ask, item.state) for item in found.questions} == {((), "unknown")}
    assert (found.introductions, found.sector_introductions) == ((), ())


def test_results_with_known_next_steps_leave_them_as_they_are():
    assert analyse(random_ecosystem(Random(3)), steps=NO_STEPS).questions == ()


@pytest.mark.parametrize("seed", range(30))
def test_results_do_not_depend_on_the_order_of_rows(seed):
    random = Random(seed)
    data = random_ecosystem(random)
    shuffled = replace(
        data,
        actors=tuple(random.sample(data.actors, len(data.actors))),
        statements=tuple(random.sample(data.statements, len(data.statements))),
        ties=tuple(random.sample(data.ties, len(data.ties))),
    )

    assert analyse(shuffled) == analyse(data)


def test_results_with_known_connections_are_the_same():
    data = random_ecosystem(Random(3))
    index = index_data(data)

    assert analyse_index(index, analyse_connections(index)) == analyse(data)


def test_results_of_a_random_map_have_no_nan():
    """NaN is the one value that is not equal to itself."""
    for seed in range(30):
        found = analyse(random_ecosystem(Random(seed)))

        assert all(item.constraint is None or item.constraint > 0 for item in found.actors)
        assert all(0 <= item.betweenness <= 1 for item in found.actors)


def test_results_of_boston():
    """Section 12, counted by hand in the files."""
    found = analyse(_city("boston"))

    assert (found.scope.size, found.structure.size, found.structure.ties) == (50, 55, 62)
    assert Counter(cell.state for cell in found.cells) == {"covered": 7, "single": 4, "unknown": 1}
    assert [item for item in found.reach if item.reach != "in_the_room"] == [
        Reach(
            "communication-facilitation",
            "one_introduction",
            "code-for-america",
            ("code-for-boston", "code-for-america"),
        )
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _city(slug: str) -> EcosystemData:
    """A city map straight from the files, by the rules of section 12."""
    actors, skills = _rows("actors"), _rows("competencies")
    ties = [row for row in _rows("relationships") if row["city_slug"] == slug]
    ids = {row["slug"]: number for number, row in enumerate(actors)}
    own = {row["slug"] for row in actors if row["city_slug"] == slug}
    on_map = own.union(*((row["source_slug"], row["target_slug"]) for row in ties))
    elsewhere = defaultdict(set)
    for row in skills:
        if row["actor_slug"] not in on_map:
            elsewhere[row["competency_slug"]].add(row["actor_slug"])
    as_of = date(2018, 6, 30)
    return EcosystemData(
        scope=Scope("city", slug, slug, slug, frozenset(ids[actor] for actor in own)),
        actors=tuple(
            Actor(ids[row["slug"]], row["slug"], row["name"], row["sector"])
            for row in actors
            if row["slug"] in on_map
        ),
        statements=tuple(
            Statement(ids[row["actor_slug"]], row["competency_slug"], 2, as_of) for row in skills
        ),
        ties=tuple(
            Tie(ids[row["source_slug"]], ids[row["target_slug"]], row["kind"]) for row in ties
        ),
        as_of=as_of,
        holders_elsewhere={key: frozenset(slugs) for key, slugs in elsewhere.items()},
        parents={ids[row["slug"]]: ids[row["part_of"]] for row in actors if row["part_of"]},
    )
