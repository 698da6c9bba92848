"""A database with invented cities, and a server without a network.

Imported after Django's settings are there. Everything is read as a visitor who did not sign in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection

from actors.models import City
from ecosystem.synthesis import synthesize

VISITOR = AnonymousUser()


@contextmanager
def database() -> Iterator[None]:
    """A new database with twenty small cities, removed afterwards; beside the one of the settings.

    They are there because no city is alone in practice: what it reads of others takes time too.
    """
    before = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":  # on a disk, as in production
        connection.settings_dict["TEST"]["NAME"] = str(Path(before).with_name("bench.sqlite3"))
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        synthesize(cities=20, actors=100, seed=0)
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


@cache
def city_of(actors: int) -> City:
    """An invented city of so many actors, made when it is first asked for."""
    synthesize(cities=1, actors=actors, seed=actors)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return City.objects.get(slug=f"synthetic-{actors}-1")


# ── The server ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Answer:
    """What went over the wire: ``body`` as it was sent, compressed if it was."""

    status: int
    body: bytes
    encoding: str
    etag: str = ""


class Refused(Exception):
    """A page did not answer with 200, or with 304 to somebody who has it."""


def ask(path: str, encodings: str = "", etag: str = "") -> Answer:
    """Ask the whole application, middleware included, as gunicorn would."""
    where, _, query = path.partition("?")
    environ = {
        "PATH_INFO": where,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT_ENCODING": encodings,
        "wsgi.input": BytesIO(),
    }
    if etag:
        environ["HTTP_IF_NONE_MATCH"] = etag
    setup_testing_defaults(environ)
    said: dict[str, str] = {}

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> None:
        said["status"] = status
        said.update({name.lower(): value for name, value in headers})

    result = _application()(environ, start_response)
    try:
        body = b"".join(result)
    finally:
        if hasattr(result, "close"):
            result.close()
    answer = Answer(
        int(said["status"][:3]), body, said.get("content-encoding", ""), said.get("etag", "")
    )
    if answer.status != (304 if etag else 200):
        raise Refused(f"{path} answered {said['status']}")
    return answer


@cache
def _application():
    settings.ROOT_URLCONF = "bench.urls"
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True  # so that a page that fails says why
    call_command("collectstatic", interactive=False, verbosity=0)
    return get_wsgi_application()
