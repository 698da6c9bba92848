"""Invented cities for load tests: of any size, and the same for the same seed.

``names`` and ``skills`` and ``network`` draw on plain values, ``rows`` turns what they draw into
unsaved records, ``store`` writes them. Everything random comes from ``draw.stream``, one stream of
numbers for each aspect of each city, so that a city depends on its seed, its own number and the
number of its actors, and on nothing else: not on how many cities there are, not on the database,
not on the day it is made.
"""

from ecosystem.synthesis.store import Impossible, Made, synthesize

__all__ = ["Impossible", "Made", "synthesize"]
