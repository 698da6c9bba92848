"""What a newcomer does first: ``./dev run``, and a look at what is there."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
START_SECONDS = 60  # everything is installed already: the tests run in the same environment


@pytest.fixture
def running_site(tmp_path):
    """The address of a ``./dev run`` on an empty database."""
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, ROOT / "dev", "run", f"127.0.0.1:{port}"],
        env={**_own_environment(), "DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite3'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield _first_answer(f"http://127.0.0.1:{port}", server)
    finally:
        os.killpg(server.pid, signal.SIGTERM)  # the reloader and its child
        server.communicate(timeout=10)


def _own_environment():
    """This process's environment without what the tests put into it."""
    of_tests = {"DEBUG", "SECRET_KEY", "ENV_FILE", "ALLOWED_HOSTS", "SECURE_SSL_REDIRECT"}
    return {name: value for name, value in os.environ.items() if name not in of_tests}


def _free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _first_answer(address, server):
    deadline = time.monotonic() + START_SECONDS
    pause = threading.Event()  # never set: between two tries there is nothing to wait for
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/ready", timeout=1).close()
        except OSError:
            pause.wait(0.1)
        else:
            return address
    server.kill()
    return pytest.fail(f"./dev run did not answer: {server.communicate()[0]}")


def test_dev_run_shows_the_seven_cities(running_site, chromium, axe):
    found = {}
    for size in [(1440, 1000), (390, 844)]:
        window = chromium.new_context(viewport=dict(zip(("width", "height"), size, strict=True)))
        page = window.new_page()
        page.goto(running_site)
        cities = page.locator("main .cards").get_by_role("heading", level=3).all_inner_texts()
        found[size] = (sorted(cities), axe(page))
        window.close()

    names = [
        "Boston, MA",
        "Cleveland, OH",
        "Pittsburgh, PA",
        "San Antonio, TX",
        "Seattle/King County, WA",
        "St. Louis, MO",
        "Washington, DC",
    ]
    assert found == {(1440, 1000): (names, []), (390, 844): (names, [])}
