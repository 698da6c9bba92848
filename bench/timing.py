"""Timing several things in turns, so that noise meets them alike."""

import gc
from collections.abc import Callable, Mapping
from time import perf_counter, process_time

from django.db import connection

ROUNDS = range(5, 100)
SECONDS = 3.0  # then enough rounds were timed, if there were five

Times = dict[str, list[float]]


def clock() -> Callable[[], float]:
    """Seconds. SQLite works in this process, so its processor time is all there is to measure, and
    what else the machine does is not in it. PostgreSQL works elsewhere: there it is the wall clock.
    """
    return process_time if connection.vendor == "sqlite" else perf_counter


def in_turns(things: Mapping[str, Callable[[], object]], seconds: float = SECONDS) -> Times:
    """Milliseconds of each thing in each round, after one round that is not counted.

    Garbage is collected as in production, while it is timed; but what was there before is left out
    of it, so that the harness' own data costs nothing.
    """
    for do in things.values():
        do()
    gc.collect()
    gc.freeze()
    now = clock()
    found: Times = {name: [] for name in things}
    began = perf_counter()
    for number in range(1, ROUNDS.stop):
        for name, do in things.items():
            start = now()
            do()
            found[name].append((now() - start) * 1000)
        if number >= ROUNDS.start and perf_counter() - began > seconds:
            break
    gc.unfreeze()
    return found
