"""Bytes that a first visit to the map of 1,000 actors fetches, as compressed as they are sent."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin

from bench.arithmetic import Row, at_most, not_measured
from bench.measures.pages import PAGES
from bench.world import Answer, ask, city_of

WHOLE_PAGE = at_most(75)  # KB: page, styles, scripts and data, without fonts
ENCODINGS = "gzip, br"
IMPORTED = re.compile(rb"""(?:import|from)\s*["']([^"']+)["']""")
FONT = re.compile(rb"""url\(["']?([^)"']+\.woff2)""")


class _Links(HTMLParser):
    """The style sheets, scripts and data that a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_data = given.get("rel") == "preload" and given.get("as") == "fetch"
        if tag == "link" and (is_data or given.get("rel") in ("stylesheet", "modulepreload")):
            self.found.append(given.get("href") or "")
        if tag == "script" and given.get("src"):
            self.found.append(given["src"] or "")


def rows() -> Iterator[Row]:
    path = PAGES["map"].format(city=city_of(1_000).slug)
    try:
        page = ask(path, ENCODINGS)
        files = fetched_with(path)
    except Exception as problem:
        yield not_measured("map page", problem)
        return
    yield Row("1,000: map page", _kilobytes(page), "KB")
    for kind in ("css", "js", "json"):
        sizes = [_kilobytes(answer) for name, answer in files.items() if name.endswith(kind)]
        yield Row(f"{len(sizes)} files {kind}", sum(sizes), "KB")
    whole = _kilobytes(page) + sum(map(_kilobytes, files.values()))
    yield Row("1,000: map page with styles, scripts and data", whole, "KB", limit=WHOLE_PAGE)
    for name in sorted(_fonts(files)):
        yield Row(
            f"font {name.rpartition('/')[2]}, if its letters occur", _kilobytes(ask(name)), "KB"
        )


def fetched_with(path: str) -> dict[str, Answer]:
    """The files that a page names, and the modules that its scripts import, by address."""
    links = _Links()
    links.feed(ask(path).body.decode())
    waiting = [urljoin(path, link) for link in links.found]
    files: dict[str, Answer] = {}
    while waiting:
        name = waiting.pop()
        if name in files:
            continue
        files[name] = ask(name, ENCODINGS)
        if name.endswith(".js"):
            imported = IMPORTED.findall(ask(name).body)
            waiting += [urljoin(name, other.decode()) for other in imported]
    return files


def _fonts(files: dict[str, Answer]) -> set[str]:
    return {
        urljoin(name, font.decode())
        for name in files
        if name.endswith(".css")
        for font in FONT.findall(ask(name).body)
    }


def _kilobytes(answer: Answer) -> float:
    return len(answer.body) / 1024
