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


class NextSteps:
    """Section 6 on such a map, by trial: sets cell by cell, gains anew, all pairs of actors."""

    def __init__(self, found, city):
        self.map, self.city = found, city
        self.outside = sorted(set(found.graph) - found.scope)

    def path(self, slug):
        """The first of the shortest ways from a member, all ties being alike."""
        paths = [
            path
            for member in self.map.scope
            if nx.has_path(self.map.graph, member, slug)
            for path in nx.all_shortest_paths(self.map.graph, member, slug)
        ]
        return min(paths, key=lambda path: (len(path), path), default=None)

    def cost(self, slug):
        path = self.path(slug)
        return {2: 1, 3: 2}.get(len(path), 4) if path else 4

    def open_cells(self, members):
        held = {c: {organisation(s) for s in self.map.holders[c] & members} for c in COMPETENCIES}
        return [c for c in COMPETENCIES if len(held[c]) < 2]

    def completing_set(self):
        uncoverable = self.open_cells(set(self.map.graph))
        helpful = [s for s in self.outside if any(s in self.map.holders[c] for c in COMPETENCIES)]

        def sets(chosen, more):
            """Every set of that many more actors that closes what can be closed, and its like."""
            cells = set(self.open_cells(self.map.scope | chosen)) - set(uncoverable)
            if not cells:
                yield chosen
            elif more:
                hardest = min(
                    sorted(cells), key=lambda cell: len(self.map.holders[cell] & set(helpful))
                )
                for slug in self.map.holders[hardest] & set(helpful) - chosen:
                    yield from sets(chosen | {slug}, more - 1)

        for size in itertools.count():
            complete = {frozenset(chosen) for chosen in sets(frozenset(), size)}
            if complete:
                break
        cost = {slug: self.cost(slug) for slug in set().union(*complete)}
        best = min(complete, key=lambda chosen: (sum(map(cost.get, chosen)), sorted(chosen)))
        return {
            "actors": sorted(best),
            "introductions": sum(map(cost.get, best)),
            "uncoverable": [{"competency": c, "ask": self.city_to_ask(c)} for c in uncoverable],
        }

    def city_to_ask(self, competency):
        far = self.map.holders[competency] - set(self.map.graph)
        homes = Counter(home for s in far if (home := actors()[s]["city_slug"]))
        return min(homes, key=lambda home: (-homes[home], home), default=None)

    def introductions(self):
        joined = Map(self.city, self.map.scope)
        cost = {slug: self.cost(slug) for slug in self.outside}
        while len(joined.scope - self.map.scope) < 5:
            gains = {}
            for slug in self.outside:
                more = Map(self.city, joined.scope | {slug})
                gains[slug] = sum(more.strength(c) - joined.strength(c) for c in COMPETENCIES)
            # Seven digits tell these gains apart and hide the last bits.
            best = min(gains, key=lambda s: (-round(gains[s] / cost[s], 7), s), default=None)
            if best is None or gains[best] < 1e-7:
                return
            more = Map(self.city, joined.scope | {best})
            path = self.path(best)
            yield {
                "actor": best,
                "gain": six(gains[best]),
                "cost": cost[best],
                "path": path,
                "ask": path[-2] if path else None,
                "cells": [
                    {"competency": c, "from": joined.state(c), "to": more.state(c)}
                    for c in COMPETENCIES
                    if RANK[more.state(c)] < RANK[joined.state(c)]
                ],
            }
            joined = more

    def questions(self):
        near = {n for member in self.map.scope for n in self.map.graph[member]} - self.map.scope
        for c in COMPETENCIES:
            holding = Counter(actors()[s]["sector"] for s in self.map.holders[c])

            def order(slug, holding=holding):
                # Nobody says less than solid: whoever answered, holds it.
                known = holding[actors()[slug]["sector"]]
                return (slug in near, -(known + 1) / (known + 2), slug)

            if self.map.state(c) == "unknown":
                silent = (self.map.scope | near) - self.map.holders[c]
                yield {
                    "competency": c,
                    "state": "unknown",
                    "ask": sorted(silent, key=order)[:3],
                }

    def sector_introductions(self):
        graph = self.map.graph
        for one in self.map.sector_connection():
            if one["state"] == "connected":
                continue
            best = None
            for x, y in itertools.permutations(sorted(graph), 2):
                if (actors()[x]["sector"], actors()[y]["sector"]) != (one["a"], one["b"]):
                    continue
                if graph.has_edge(x, y):
                    continue
                steps = len(graph)
                if nx.has_path(graph, x, y):
                    steps = nx.shortest_path_length(graph, x, y)
                ranked = (steps, -graph.degree(x) - graph.degree(y), x, y)
                best = min(best or ranked, ranked)
            _steps, _degrees, x, y = best
            way = min(nx.all_shortest_paths(graph, x, y)) if nx.has_path(graph, x, y) else None
            yield {
                "a": one["a"],
                "b": one["b"],
                "between": [x, y],
                "through": way[-2] if way else None,
            }


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
    steps = NextSteps(found, city)
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
        "completing_set": steps.completing_set(),
        "introductions": list(steps.introductions()),
        "questions": list(steps.questions()),
        "sector_introductions": list(steps.sector_introductions()),
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
        "completing_set": document["completing_set"],
        "introductions": document["introductions"],
        "questions": document["questions"],
        "sector_introductions": document["sector_introductions"],
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
