"""The reference cities, checked by a second program that shares no line with the first.

It reads the CSV files, knows networkx and the text of the gap method, and recomputes by brute force
what the analysis finds fast: every city and every collaborative, rule by rule.
"""

import csv
import itertools
import statistics
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import networkx as nx
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command

from actors.models import City
from collaboratives.models import Collaborative
from ecosystem.payloads import gap_document
from ecosystem.services.gaps import run_gaps

FOLDER = Path(__file__).parents[2] / "ecosystem" / "reference"
RANK = {"covered": 0, "single": 1, "thin": 2, "absent": 3, "unknown": 3}
NEARNESS = [
    "in_the_room",
    "one_introduction",
    "two_introductions",
    "in_the_city",
    "elsewhere",
    "nowhere",
]
COMPETENCIES = [
    "management-convening",
    "communication-facilitation",
    "community-organizing",
    "fundraising",
    "issue-knowledge",
    "policy-program-design",
    "data-collection-sharing",
    "data-quality-analysis",
    "data-communication",
    "coding",
    "infrastructure-maintenance",
    "user-centered-design",
]


@cache
def rows(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def actors():
    return {row["slug"]: row for row in rows("actors")}


def organisation(slug):
    while parent := actors()[slug]["part_of"]:
        slug = parent
    return slug


def documents(row):
    entries = row["source"].split(" | ")
    return {e for e in entries if not e.startswith("population:") and e != "general knowledge"}


def six(number):
    return None if number is None else round(number, 6)


class Map:
    """A city map, or a collaborative on it; ``without`` leaves one actor out of everything."""

    def __init__(self, city, members=None, without=None):
        self.ties = [row for row in rows("relationships") if row["city_slug"] == city]
        own = {slug for slug, row in actors().items() if row["city_slug"] == city}
        self.scope = set(own if members is None else members) - {without}
        ends = {row[end] for row in self.ties for end in ("source_slug", "target_slug")}
        self.graph = nx.Graph()
        self.graph.add_nodes_from(own | ends | self.scope)
        self.graph.add_edges_from((row["source_slug"], row["target_slug"]) for row in self.ties)
        self.graph.remove_nodes_from({without} & set(self.graph))
        self.holders = defaultdict(set)
        for row in rows("competencies"):
            if row["actor_slug"] != without:
                self.holders[row["competency_slug"]].add(row["actor_slug"])

    def state(self, competency):
        holders = self.holders[competency] & self.scope
        if len({organisation(slug) for slug in holders}) >= 2:
            return "covered"
        if holders:
            return "single"
        return "unknown"  # the files never say that somebody lacks anything

    def strength(self, competency):
        organisations = {organisation(slug) for slug in self.holders[competency] & self.scope}
        return 1 - 0.4 ** len(organisations)

    def reach(self, competency):
        holders = self.holders[competency]
        if holders & self.scope:
            return ("in_the_room", None, None)
        on_map = holders & set(self.graph)
        paths = [
            path
            for member, holder in itertools.product(self.scope, on_map)
            if nx.has_path(self.graph, member, holder)
            for path in nx.all_shortest_paths(self.graph, member, holder)
        ]
        if paths:
            best = min(paths, key=lambda path: (len(path), path))
            steps = {2: "one_introduction", 3: "two_introductions"}
            return (steps.get(len(best), "in_the_city"), best[-1], best)
        if on_map:
            return ("in_the_city", min(on_map), None)
        return ("elsewhere", min(holders), None) if holders else ("nowhere", None, None)

    def structure(self):
        graph = self.graph
        parts = list(nx.connected_components(graph))
        return {
            "size": len(graph),
            "ties": graph.number_of_edges(),
            "density": six(nx.density(graph)),
            "components": len(parts),
            "largest_component_share": six(max(map(len, parts)) / len(graph)),
            "isolates": sorted(nx.isolates(graph)),
            "articulation_points": sorted(nx.articulation_points(graph)),
            "bridges": sorted(sorted(pair) for pair in nx.bridges(graph)),
        }

    def measures(self):
        graph = self.graph
        betweenness, constraint = nx.betweenness_centrality(graph), nx.constraint(graph)
        core = nx.core_number(graph)
        return [
            {
                "actor": slug,
                "degree": graph.degree(slug),
                "core": core[slug],
                "betweenness": six(betweenness[slug]),
                "constraint": six(constraint[slug]) if graph.degree(slug) else None,
            }
            for slug in sorted(graph)
        ]

    def sector_connection(self):
        graph = self.graph
        sizes = Counter(actors()[slug]["sector"] for slug in graph)
        all_pairs = len(graph) * (len(graph) - 1) / 2
        observed = Counter(
            tuple(sorted((actors()[a]["sector"], actors()[b]["sector"]))) for a, b in graph.edges
        )
        for a, b in itertools.combinations_with_replacement(sorted(sizes), 2):
            pairs = sizes[a] * (sizes[a] - 1) // 2 if a == b else sizes[a] * sizes[b]
            expected = graph.number_of_edges() * pairs / all_pairs
            state = "connected"
            if observed[a, b] < 0.5 * expected and expected >= 2:
                state = "weak"
            if not observed[a, b] and expected >= 1:
                state = "disconnected"
            yield {
                "a": a,
                "b": b,
                "observed": observed[a, b],
                "pairs": pairs,
                "expected": six(expected),
                "state": state,
            }

    def residents(self):
        core = nx.core_number(self.graph)
        are_residents = defaultdict(list)
        for slug in self.graph:
            are_residents[actors()[slug]["sector"] == "residents_community"].append(slug)

        def median(values):
            return float(statistics.median(values)) if values else None

        theirs, others = are_residents[True], are_residents[False]
        return {
            "members": len(theirs),
            "others": len(others),
            "median_degree": median([self.graph.degree(slug) for slug in theirs]),
            "median_degree_others": median([self.graph.degree(slug) for slug in others]),
            "median_core": median([core[slug] for slug in theirs]),
            "median_core_others": median([core[slug] for slug in others]),
        }

    def completeness(self):
        named_by = {slug: documents(actors()[slug]) for slug in self.scope}
        for row in self.ties:
            for slug in {row["source_slug"], row["target_slug"]} & self.scope:
                named_by[slug] |= documents(row)
        informants = len(set().union(*named_by.values()))
        counts = Counter(map(len, named_by.values()))
        once, twice = counts[1], counts[2]
        observed, mentions = sum(map(bool, named_by.values())), sum(map(len, named_by.values()))
        found = dict.fromkeys(("unseen", "completeness", "sample_coverage"))
        if informants >= 5:
            pairs = once**2 / (2 * twice) if twice else once * (once - 1) / 2
            unseen = (informants - 1) / informants * pairs
            rare = (informants - 1) * once
            found = {
                "unseen": six(unseen),
                "completeness": six(observed / (observed + unseen)),
                "sample_coverage": six(1 - once / mentions * rare / (rare + 2 * twice))
                if once
                else 1.0,
            }
        counted = {"informants": informants, "observed": observed, "once": once, "twice": twice}
        return counted | found


def departures(city, members):
    """Every actor left out in turn, and everything computed again."""
    whole = Map(city, members)
    parts = nx.number_connected_components(whole.graph)
    for slug in sorted(whole.graph):
        rest = Map(city, members, without=slug)
        cells = [
            {"competency": c, "from": whole.state(c), "to": rest.state(c)}
            for c in COMPETENCIES
            if RANK[rest.state(c)] > RANK[whole.state(c)]
        ]
        reach = [
            {"competency": c, "from": whole.reach(c)[0], "to": rest.reach(c)[0]}
            for c in COMPETENCIES
            if NEARNESS.index(rest.reach(c)[0]) > NEARNESS.index(whole.reach(c)[0])
        ]
        more = max(0, nx.number_connected_components(rest.graph) - parts)
        if cells or reach or more:
            yield {"actor": slug, "cells": cells, "components": more, "reach": reach}


def worst_first(departure):
    lost = [change for change in departure["cells"] if RANK[change["to"]] > RANK["single"]]
    return (-len(lost), -departure["components"], departure["actor"])


def recomputed(city, members=None):
    found = Map(city, members)
    return {
        "cells": [
            (
                c,
                found.state(c),
                six(found.strength(c)),
                sorted(found.holders[c] & found.scope),
                len(found.holders[c] & found.scope),
                len(found.scope),
            )
            for c in COMPETENCIES
        ],
        "reach": [(c, *found.reach(c)) for c in COMPETENCIES],
        "structure": found.structure(),
        "actors": found.measures(),
        "sector_connection": list(found.sector_connection()),
        "residents": found.residents(),
        "completeness": found.completeness(),
        "departures": sorted(departures(city, members), key=worst_first),
    }


def computed(analysis):
    document = gap_document(analysis.results)
    completeness = document["completeness"]
    del completeness["why_not"]
    fields = ("competency", "state", "strength", "holders", "answered", "members")
    return {
        "cells": [tuple(cell[field] for field in fields) for cell in document["cells"]],
        "reach": [(r["competency"], r["reach"], r["holder"], r["path"]) for r in document["reach"]],
        "structure": document["structure"],
        "actors": document["actors"],
        "sector_connection": document["sector_connection"],
        "residents": document["residents"],
        "completeness": completeness,
        "departures": document["fragility"]["departures"],
    }


@pytest.mark.django_db
def test_every_reference_city_and_collaborative_is_computed_alike_twice():
    call_command("load_reference", verbosity=0)
    members = defaultdict(list)
    for row in rows("memberships"):
        members[row["collaborative_slug"]].append(row["actor_slug"])
    cities = {city.slug: city for city in City.objects.all()}
    tables = {table.slug: table for table in Collaborative.objects.all()}
    user = AnonymousUser()

    once = {
        **{slug: computed(run_gaps(city, user=user)) for slug, city in cities.items()},
        **{
            slug: computed(run_gaps(cities[table.city.slug], user=user, collaborative=table))
            for slug, table in tables.items()
        },
    }
    again = {
        **{row["slug"]: recomputed(row["slug"]) for row in rows("cities")},
        **{
            row["slug"]: recomputed(row["city_slug"], members[row["slug"]])
            for row in rows("collaboratives")
        },
    }

    assert len(again) == 7 + 14
    assert once == again
