"""How each step of the analysis grows with the number of actors, and which one takes the time."""

import json
from collections.abc import Callable, Iterator
from statistics import median

from bench import raw
from bench.arithmetic import Row, at_most, growth_exponent
from bench.timing import in_turns
from bench.world import VISITOR, city_of
from ecosystem.analysis import cells, fragility, gaps, kernels, reach, structure
from ecosystem.analysis.completeness import completeness
from ecosystem.analysis.index import index_data
from ecosystem.analysis.presence import presence
from ecosystem.payloads import gap_document
from ecosystem.selectors.maps import load_ecosystem

SIZES = (100, 300, 1_000)
LINEAR = at_most(1.1)
BETWEENNESS = at_most(2.1)
LIMITS = {"betweenness": BETWEENNESS, "everything": BETWEENNESS}


def rows() -> Iterator[Row]:
    times = {size: in_turns(steps(size), seconds=4) for size in SIZES}
    for step in times[SIZES[0]]:
        medians = {size: median(times[size][step]) for size in SIZES}
        spent = " / ".join(f"{medians[size]:.2f}" for size in SIZES)
        exponent = growth_exponent(medians)
        limit = LIMITS.get(step, LINEAR)
        yield Row(f"{step}: {spent} ms", exponent, unit="", limit=limit)


def steps(size: int) -> dict[str, Callable[[], object]]:
    """Every step on its own, with what it needs made before."""
    city = city_of(size)
    data = load_ecosystem(city, user=VISITOR)
    index = index_data(data)
    graph = structure.graph_of(index)
    slugs, pairs = structure.numbered(index)
    tallies = cells.tally_statements(index)
    distance = reach.distances_from(index.members, index.adjacency)
    found = reach.reaches(index, tallies, distance)
    results = gaps.analyse_index(index)
    document = gap_document(results)

    def all_cells() -> None:
        tallies = cells.tally_statements(index)
        cells.areas(cells.cells(index, tallies))
        cells.sector_cells(index, tallies)
        cells.actor_answered_shares(index, tallies)
        cells.answered_share(index, tallies)

    def all_reaches() -> None:
        reach.reaches(index, tallies, reach.distances_from(index.members, index.adjacency))

    return {
        "raw rows": lambda: raw.read(city),
        "load_ecosystem": lambda: load_ecosystem(city, user=VISITOR),
        "index_data": lambda: index_data(data),
        "networkx graph": lambda: structure.graph_of(index),
        "betweenness": lambda: kernels.betweenness(len(slugs), pairs),
        "constraint": lambda: structure.constraints(graph),
        "structure, with cut points": lambda: structure.structure(index, graph),
        "cells": all_cells,
        "reach": all_reaches,
        "departures": lambda: fragility.departures(index, tallies, found, distance),
        "presence": lambda: presence(index),
        "completeness": lambda: completeness(
            index.actors[slug].informants for slug in index.members
        ),
        "document": lambda: gap_document(results),
        "JSON": lambda: json.dumps(document),
        "everything": lambda: json.dumps(
            gap_document(gaps.analyse(load_ecosystem(city, user=VISITOR)))
        ),
    }
