"""What can be measured, by the name it is asked for. A new file here is a new name below."""

from collections.abc import Callable, Iterator

from bench.arithmetic import Row
from bench.measures import (
    browser,
    compare,
    country,
    gaps,
    growth,
    layout,
    pages,
    queries,
    steps,
    wire,
)

MEASURES: dict[str, Callable[[], Iterator[Row]]] = {
    "gaps": gaps.rows,
    "steps": steps.rows,
    "growth": growth.rows,
    "layout": layout.rows,
    "queries": queries.rows,
    "pages": pages.rows,
    "compare": compare.rows,
    "country": country.rows,
    "wire": wire.rows,
    "browser": browser.rows,
}
