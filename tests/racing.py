"""Several threads that do the same thing at the same moment, each with its own connection."""

import sqlite3
import threading

import pytest
from django.db import connection, connections


@pytest.fixture
def threads_write(transactional_db, tmp_path):
    """Other threads get a database that they can write to at once; they find what is stored now.

    On SQLite it is a copy of the test's, so ask for this fixture after those that make rows, and
    look at the result in a thread, as with ``race(1, …)``. In memory, writers don't wait for each
    other; in a file, as on a server, they do.
    """
    if connection.vendor != "sqlite":
        yield
        return
    path = tmp_path / "race.sqlite3"
    copy = sqlite3.connect(path)
    connection.connection.backup(copy)
    copy.close()
    before = connections.settings["default"]["NAME"]
    connections.settings["default"]["NAME"] = str(path)
    yield
    connections.settings["default"]["NAME"] = before


def race(racers, run, rounds):
    """What ``run(one)`` gave each of the racers, for each of the rounds; all start together.

    Raises what any of them raised.
    """
    results = [[] for _ in rounds]
    errors = []
    start = threading.Barrier(racers)

    def take_part():
        try:
            for number, one in enumerate(rounds):
                start.wait(timeout=60)
                results[number].append(run(one))
        except threading.BrokenBarrierError:
            pass  # somebody else fell
        except Exception as error:
            errors.append(error)
            start.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=take_part) for _ in range(racers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results
