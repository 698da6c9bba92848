"""A real browser for the tests of this folder.

``page`` is a desktop window, ``phone`` a small one with touch. Both are strict: when a test ends,
an error in a script, something the Content-Security-Policy refused, or a request to anywhere else
than the test's own server fails it. Addresses are relative: ``page.goto("/cities/boston/")``.
"""

import os
import shutil
import threading
from pathlib import Path

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from playwright.sync_api import expect, sync_playwright

from tests import kept

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]

PATIENCE = 30_000
"""Milliseconds until a page that does not come fails a test, on a machine that has much to do."""

expect.set_options(timeout=PATIENCE)

FLAGS = [
    "--no-sandbox",  # as root, in containers, Chromium does not start with one
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("no Chromium here; on Debian: apt-get install chromium")
    # Playwright keeps an event loop running in this thread, so Django takes every query of a test
    # for a query from asynchronous code. It is not.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def one_request_at_a_time(live_server, monkeypatch):
    """The server answers one request after the other, and none when the test is over.

    On SQLite its threads share one connection with the test, and so one transaction. A late request
    would write into the clean-up between two tests: "FOREIGN KEY constraint failed". (A database
    file, with a connection for each thread, crashes CPython 3.11.7 in sqlite3 now and then.)
    """
    answer = WSGIHandler.__call__
    turn = threading.Lock()
    over = False

    def answer_in_turn(self, environ, start_response):
        with turn:
            if over:
                start_response("503 Service Unavailable", [])
                return []
            return answer(self, environ, start_response)

    monkeypatch.setattr(WSGIHandler, "__call__", answer_in_turn)
    yield
    with turn:
        over = True


@pytest.fixture
def open_window(chromium, live_server, one_request_at_a_time):
    """``open_window(**options)``, with the options of a Playwright context; checked afterwards."""
    contexts, problems = [], []

    def open_one(**options):
        context = chromium.new_context(
            base_url=live_server.url, locale="en-US", reduced_motion="reduce", **options
        )
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda error: problems.append(f"script: {error.error}"))
        context.on("console", lambda message: problems.extend(_complaint(message)))
        context.on("request", lambda request: problems.extend(_escape(request, live_server.url)))
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
    assert problems == []


def _complaint(message):
    if message.type == "error" and "Failed to load resource" not in message.text:
        yield f"console: {message.text}"


def _escape(request, home):
    if not request.url.startswith((home, "data:", "blob:", "about:")):
        yield f"request to another host: {request.url}"


@pytest.fixture
def reference_cities(transactional_db):
    """The seven cities of the reference data; loaded once."""
    kept.fill("reference cities", lambda: call_command("load_reference", verbosity=0))


@pytest.fixture
def page(open_window):
    return open_window(viewport={"width": 1440, "height": 1000})


@pytest.fixture
def phone(open_window):
    return open_window(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, has_touch=True
    )


@pytest.fixture(scope="session")
def axe():
    """``axe(page)`` is the list of what breaks WCAG 2.0 to 2.2, levels A and AA, one line each."""
    source = AXE.read_text()

    def violations(page):
        page.evaluate(source)  # through the debugger, so the page's policy stays as it is
        found = page.evaluate(
            "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", AXE_TAGS
        )
        return [
            f"{rule['id']}: {rule['help']}: {' '.join(map(str, node['target']))}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    return violations


@pytest.fixture
def sign_in(client, live_server):
    """``sign_in(page, user)`` gives the window a session of ``user``, without the sign-in page."""

    def give_session(page, user):
        client.force_login(user)
        session = client.cookies["sessionid"].value
        page.context.add_cookies(
            [{"name": "sessionid", "value": session, "url": live_server.url, "httpOnly": True}]
        )

    return give_session
