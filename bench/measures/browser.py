"""The map of 1,000 actors in headless Chromium: what travels, when it is seen, how it pans.

Served by gunicorn as in production: compressed files under hashed names. Each visit is the first
one of a new browser; the server has answered before. Slow 4G is that of Lighthouse: 150 ms until
an answer begins, 1.6 Mbit/s down, 0.75 up. There is no graphics card. All times are those of the
wall clock, so what else the machine does is in them.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from statistics import median
from threading import Event
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.db import connection
from playwright.sync_api import Browser, Page, sync_playwright

from bench.arithmetic import Row, at_most, not_measured
from bench.measures.pages import PAGES
from bench.world import ask, city_of

Result = TypeVar("Result")

SIZE = 1_000
VISITS = 5
START_SECONDS = 30

DRAWN = at_most(150)  # ms after the data is there
PAN = at_most(20)  # ms a frame
WIRE = at_most(75)  # KB
PAINTED_SLOWLY = at_most(1_000)  # ms
DRAWN_SLOWLY = at_most(2_500)  # ms

SLOW_4G = {
    "offline": False,
    "latency": 150,  # ms
    "downloadThroughput": 1_638.4 * 1024 / 8,  # bytes a second
    "uploadThroughput": 750 * 1024 / 8,
}
SLOW_DOWN = 4

KINDS = {".json": "data", ".js": "scripts", ".css": "styles", ".woff2": "font", ".svg": "icon"}
"""By the end of their address: what is preloaded the browser calls "other"."""

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]

READY = "network-map[data-ready]"
TIMES = """() => {
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    const [drawn] = performance.getEntriesByName("map-drawn");
    const [page] = performance.getEntriesByType("navigation");
    return {
        answered: page.responseStart,
        painted: paint.startTime,
        drawn: drawn.startTime + drawn.duration,
        drawing: drawn.duration,
    };
}"""
WATCH_FRAMES = """() => {
    const {camera} = document.querySelector("network-map").stage;
    const frames = [];
    let before = camera.x;
    let last = performance.now();
    const look = now => {
        if (camera.x !== before) frames.push(now - last);
        before = camera.x;
        last = now;
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    window.framesOfPan = frames;
}"""


@dataclass(frozen=True)
class Visit:
    """Milliseconds since the address was asked for; ``drawing`` since the data was there."""

    answered: float
    painted: float
    drawn: float
    drawing: float
    bytes: dict[str, int]


def rows() -> Iterator[Row]:
    path = PAGES["map"].format(city=city_of(SIZE).slug)
    try:
        for part in (path, f"{path[:-1]}.json", f"{path[:-1]}.json?part=rest"):
            ask(part)  # kept in the database for the server; collects the static files too
        with _server() as home, _chromium() as browser:
            yield from _rows(browser, home + path)
    except Exception as problem:
        yield not_measured("map in a browser", problem)


def _rows(browser: Browser, address: str) -> Iterator[Row]:
    _visit(browser, address, is_slow=False)
    fast = [_visit(browser, address, is_slow=False) for _number in range(VISITS)]
    slow = [_visit(browser, address, is_slow=True) for _number in range(VISITS)]
    what = f"{SIZE:,}: "

    for kind, size in sorted(fast[0].bytes.items()):
        yield Row(f"{what}{kind}", size / 1024, "KB")
    yield Row(f"{what}everything", sum(fast[0].bytes.values()) / 1024, "KB", limit=WIRE)

    yield Row(f"{what}answer begins", _median(fast, lambda visit: visit.answered))
    yield Row(f"{what}first paint", _median(fast, lambda visit: visit.painted))
    yield Row(f"{what}map drawn", _median(fast, lambda visit: visit.drawn))
    drawing = _median(fast, lambda visit: visit.drawing)
    yield Row(f"{what}map drawn after the data came", drawing, limit=DRAWN)
    yield Row(f"{what}a frame of a pan", median(_pan(browser, address)), limit=PAN)

    slowly = f"{what}slow 4G, processor {SLOW_DOWN}× slower: "
    yield Row(f"{slowly}answer begins", _median(slow, lambda visit: visit.answered))
    painted = _median(slow, lambda visit: visit.painted)
    yield Row(f"{slowly}first paint", painted, limit=PAINTED_SLOWLY)
    drawn = _median(slow, lambda visit: visit.drawn)
    yield Row(f"{slowly}map drawn", drawn, limit=DRAWN_SLOWLY)


def _median(visits: list[Visit], time_of: Callable[[Visit], float]) -> float:
    return median(map(time_of, visits))


# ── In the browser ───────────────────────────────────────────────────────────────────────────────


@contextmanager
def _chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        raise FileNotFoundError("no Chromium here; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def _visit(browser: Browser, address: str, *, is_slow: bool) -> Visit:
    return _with_page(browser, lambda page: _measure(page, address, is_slow=is_slow))


def _with_page(browser: Browser, do: Callable[[Page], Result]) -> Result:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="en-US")
    try:
        return do(context.new_page())
    finally:
        context.close()


def _measure(page: Page, address: str, *, is_slow: bool) -> Visit:
    tools = page.context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def on_response(event: dict[str, Any]) -> None:
        path = urlsplit(event["response"]["url"]).path
        kinds[event["requestId"]] = KINDS.get(PurePosixPath(path).suffix, "page")

    def on_end(event: dict[str, Any]) -> None:
        kind = kinds.get(event["requestId"], "other")
        sizes[kind] = sizes.get(kind, 0) + round(event["encodedDataLength"])

    tools.on("Network.responseReceived", on_response)
    tools.on("Network.loadingFinished", on_end)
    tools.send("Network.enable")
    if is_slow:
        tools.send("Network.emulateNetworkConditions", SLOW_4G)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_DOWN})
    page.goto(address)
    page.wait_for_selector(READY)
    page.wait_for_load_state("networkidle")
    return Visit(**page.evaluate(TIMES), bytes=sizes)


def _pan(browser: Browser, address: str) -> list[float]:
    """Milliseconds of each frame in which a mouse that is held down moved the map."""
    return _with_page(browser, lambda page: _drag(page, address))


def _drag(page: Page, address: str) -> list[float]:
    page.goto(address)
    page.wait_for_selector(READY)
    canvas = page.locator(f"{READY} canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    if box is None:
        raise LookupError("the canvas of the map is not to be seen")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate(WATCH_FRAMES)
    page.mouse.move(x, y)
    page.mouse.down()
    for there, back in pairwise((0, 200, -200, 200, 0)):
        page.mouse.move(x + back, y + (back - there) / 4, steps=40)
    page.mouse.up()
    frames: list[float] = page.evaluate("framesOfPan")
    return frames


# ── The server ───────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _server() -> Iterator[str]:
    """The address of gunicorn on the database of the bench.

    Threads, because no proxy stands before it: a browser opens connections that it does not use
    yet, and each would keep a whole worker waiting.
    """
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "ecosystem.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "2", "--threads", "8", "--log-level", "critical"]
    server = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": _database_url()})
    try:
        _wait_for(port, server)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def _database_url() -> str:
    """That of the settings, with the name of the database that the bench has made."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = monotonic() + START_SECONDS
    pause = Event()  # never set: between two tries there is nothing to wait for
    while monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            pause.wait(0.1)
        else:
            return
    raise ConnectionError("gunicorn did not start")
