"""How rows of a table become records."""

from dataclasses import dataclass, field
from typing import Any

from actors.models.statement import StatementOrigin
from ecosystem.exchange import columns
from ecosystem.exchange.columns import ACTORS, CITIES, COLLABORATIVES


@dataclass(frozen=True)
class Target:
    """How the rows of a file become records.

    ``keys``: what makes a row and a record the same, strictest first (see ``match_rows``).
    ``links``: fields that point at records of another file. ``late``: such a field of the same
    file, set when all its records are there. ``always_new``: further values of a new record.
    """

    file: str
    keys: tuple[tuple[str, ...], ...]
    links: dict[str, str] = field(default_factory=dict)
    late: str = ""
    always_new: dict[str, Any] = field(default_factory=dict)


_COLLABORATIVE = {"collaborative": COLLABORATIVES}
_TIE = ("city_id", "source_id", "target_id", "kind")
_GIVEN = ("collaborative_id", "giver_id", "giver_name", "kind")

TARGETS = (
    Target(CITIES, (("slug",),)),
    Target(ACTORS, (("slug",),), {"city": CITIES}, late="part_of"),
    Target(COLLABORATIVES, (("slug",),), {"city": CITIES}),
    Target(columns.PROJECTS, (("slug",),), _COLLABORATIVE),
    Target(
        columns.COMPETENCIES,
        (("actor_id", "competency"),),
        {"actor": ACTORS},
        always_new={"origin": StatementOrigin.SOURCE.value},
    ),
    Target(
        # A current membership is any; one that people ended is still the one that was loaded.
        columns.MEMBERSHIPS,
        (("collaborative_id", "actor_id", "until"), ("collaborative_id", "actor_id")),
        _COLLABORATIVE | {"actor": ACTORS},
    ),
    Target(
        # A tie that ended, or that was wished for and came about, is still the same tie.
        columns.RELATIONSHIPS,
        ((*_TIE, "status", "ended_on"), (*_TIE, "status"), _TIE),
        {"city": CITIES, "source": ACTORS, "target": ACTORS},
    ),
    Target(
        # A giver may give the same kind twice, so the words decide first, then the order.
        columns.RESOURCES,
        ((*_GIVEN, "description", "amount"), (*_GIVEN, "description"), _GIVEN),
        _COLLABORATIVE | {"giver": ACTORS},
    ),
    Target(
        # Other words are another engagement: what people noted of the old one must not move over.
        columns.ENGAGEMENTS,
        (("collaborative_id", "what", "step", "level"), ("collaborative_id", "what")),
        _COLLABORATIVE,
    ),
    Target(columns.CRITERIA, (("collaborative_id", "text"),), _COLLABORATIVE),
)
"""In an order in which everything comes after what it points at."""

MODELS: dict[str, Any] = {table.file: table.model for table in columns.TABLES}
