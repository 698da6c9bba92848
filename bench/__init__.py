"""How fast it is: ``./dev bench [NAMES…]``. Never part of the tests.

Machines are noisy, so what counts is a ratio of two things that were timed in turns in one run,
and of every list of times the median. ``measures/`` holds one file for each name; each yields rows
for the table. Times are in milliseconds, of one thread: of the processor on SQLite, of the wall
clock on PostgreSQL.
"""
