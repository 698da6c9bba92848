"""What can be measured, by the name it is asked for. A new file here is a new name below."""

from collections.abc import Callable, Iterator

from bench.arithmetic import Row
from bench.measures import browser, gaps, growth, layout, pages, queries, wire

MEASURES: dict[str, Callable[[], Iterator[Row]]] = {
    "gaps": gaps.rows,
    "growth": growth.rows,
    "layout": layout.rows,
    "queries": queries.rows,
    "pages": pages.rows,
    "wire": wire.rows,
    "browser": browser.rows,
}
