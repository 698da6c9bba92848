"""A database filled once, and then copied for each test that wants it as it was (SQLite).

Copying takes milliseconds. Emptying every table one by one, as Django does after a test that is no
single transaction, takes a second, and loading the reference cities takes several.
"""

import sqlite3

from django.db import connection

_copies = {}


def fill(name, make):
    """Let ``make()`` fill the database of this test; from the second time on, copy what it made."""
    if name not in _copies:
        make()
        keep(name)
    else:
        restore(name)


def keep(name):
    """Keep the database as it is now."""
    connection.ensure_connection()
    _copies[name] = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(_copies[name])


def restore(name):
    """Everything in the database is what it was at ``keep(name)``, counters included."""
    connection.ensure_connection()
    _copies[name].backup(connection.connection)
