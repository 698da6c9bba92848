"""Which tables a folder of a map has, which columns each has, and what goes into them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from actors.framework import (
    CityStage,
    Competency,
    EngagementLevel,
    ProcessStep,
    ResourceKind,
    Role,
    Sector,
    TieKind,
    TieStatus,
)
from actors.models import Actor, City, Issue, Relationship, SkillStatement, Source
from collaboratives.models import (
    Collaborative,
    Contribution,
    Criterion,
    Engagement,
    Membership,
    Project,
)
from ecosystem.exchange import cells

CITIES = "cities.csv"
ACTORS = "actors.csv"
RELATIONSHIPS = "relationships.csv"
COMPETENCIES = "competencies.csv"
COLLABORATIVES = "collaboratives.csv"
MEMBERSHIPS = "memberships.csv"
PROJECTS = "projects.csv"
RESOURCES = "resources.csv"
ENGAGEMENTS = "engagements.csv"
CRITERIA = "priorities_criteria.csv"

MOST_PEOPLE = 1_000_000_000


@dataclass(frozen=True)
class Column:
    """A column of a table: where its cells go and how they are read.

    ``field`` is a field of the table's model, or a name that the plan resolves. ``filled``: a
    blank cell is refused; otherwise it means ``blank``. ``optional``: the header may lack it.
    ``refers_to``: the file among whose short names the cell must be.
    """

    name: str
    field: str
    read: cells.CellReader
    filled: bool = False
    blank: Any = None
    optional: bool = False
    refers_to: str = ""


@dataclass(frozen=True)
class Table:
    """A file of the folder. No two of its rows may share ``key``, which names fields.

    ``noun`` counts its rows in a sentence.
    """

    file: str
    model: type[Model]
    noun: Any
    key: tuple[str, ...]
    columns: tuple[Column, ...]


def _text(name: str, model: type[Model], field: str = "", **more: Any) -> Column:
    field = field or name
    return Column(name, field, cells.text(cells.longest(model, field)), blank="", **more)


def _slug(model: type[Model]) -> Column:
    return Column("slug", "slug", cells.slug(cells.longest(model, "slug")), filled=True, blank="")


def _reference(name: str, field: str, file: str, *, filled: bool = True) -> Column:
    return Column(name, field, cells.text(cells.LONGEST_TEXT), filled=filled, refers_to=file)


def _address(name: str, model: type[Model]) -> Column:
    return Column(name, name, cells.web_address(cells.longest(model, name)), blank="")


_SOURCE = Column("source", "sources", cells.sources(cells.longest(Source, "citation")), filled=True)
_PLACE = (
    Column("latitude", "latitude", cells.degrees(90)),
    Column("longitude", "longitude", cells.degrees(180)),
)
_COLLABORATIVE = _reference("collaborative_slug", "collaborative", COLLABORATIVES)
_STEP = Column("stage", "step", cells.choice(ProcessStep, _("a step of the process")), filled=True)

TABLES = (
    Table(
        CITIES,
        City,
        ngettext_lazy("%(count)d city", "%(count)d cities", "count"),
        ("slug",),
        (
            _slug(City),
            _text("name", City, filled=True),
            Column("state", "state", cells.state, blank=""),
            Column("stage", "stage", cells.choice(CityStage, _("a stage")), filled=True),
            *_PLACE,
            Column("population_2020", "population", cells.whole(0, MOST_PEOPLE)),
            _text("summary", City),
            Column("map_date", "map_date", cells.day, optional=True),
            _SOURCE,
        ),
    ),
    Table(
        ACTORS,
        Actor,
        ngettext_lazy("%(count)d actor", "%(count)d actors", "count"),
        ("slug",),
        (
            _reference("city_slug", "city", CITIES, filled=False),
            _slug(Actor),
            _text("name", Actor, filled=True),
            Column("sector", "sector", cells.choice(Sector, _("a sector")), filled=True),
            Column(
                "roles",
                "roles",
                cells.choice_set(Role, _("a role"), Actor._meta.get_field("roles")),
                blank=(),
            ),
            _reference("part_of", "part_of", ACTORS, filled=False),
            _text("description", Actor),
            _address("website", Actor),
            *_PLACE,
            _SOURCE,
        ),
    ),
    Table(
        RELATIONSHIPS,
        Relationship,
        ngettext_lazy("%(count)d relationship", "%(count)d relationships", "count"),
        ("city", "source", "target", "kind", "status", "ended_on"),
        (
            _reference("city_slug", "city", CITIES, filled=False),
            _reference("source_slug", "source", ACTORS),
            _reference("target_slug", "target", ACTORS),
            Column("kind", "kind", cells.choice(TieKind, _("a kind of tie")), filled=True),
            _text("description", Relationship),
            Column("since_year", "since_year", cells.year),
            Column(
                "status",
                "status",
                cells.choice(TieStatus, _("a status")),
                blank=TieStatus.EXISTING.value,
                optional=True,
            ),
            Column("strength", "strength", cells.whole(1, 4), optional=True),
            Column("carried_by", "carried_by", cells.whole(1, 32_767), optional=True),
            Column("started_on", "started_on", cells.day, optional=True),
            Column("ended_on", "ended_on", cells.day, optional=True),
            _SOURCE,
        ),
    ),
    Table(
        COMPETENCIES,
        SkillStatement,
        ngettext_lazy("%(count)d skill statement", "%(count)d skill statements", "count"),
        ("actor", "competency"),
        (
            _reference("actor_slug", "actor", ACTORS),
            Column(
                "competency_slug",
                "competency",
                cells.choice(Competency, _("a competency")),
                filled=True,
            ),
            _text("evidence", SkillStatement),
            Column("level", "level", cells.whole(0, 3), blank=2, optional=True),
            Column("confirmed_on", "confirmed_on", cells.day, optional=True),
            _SOURCE,
        ),
    ),
    Table(
        COLLABORATIVES,
        Collaborative,
        ngettext_lazy("%(count)d collaborative", "%(count)d collaboratives", "count"),
        ("slug",),
        (
            _reference("city_slug", "city", CITIES),
            _slug(Collaborative),
            _text("name", Collaborative, filled=True),
            _text("purpose", Collaborative),
            Column("started_year", "started_year", cells.year),
            Column("issue_area", "issue", cells.text(cells.longest(Issue, "name"))),
            _SOURCE,
        ),
    ),
    Table(
        MEMBERSHIPS,
        Membership,
        ngettext_lazy("%(count)d membership", "%(count)d memberships", "count"),
        ("collaborative", "actor"),
        (
            _COLLABORATIVE,
            _reference("actor_slug", "actor", ACTORS),
            _text("role", Membership, "function"),
            _SOURCE,
        ),
    ),
    Table(
        PROJECTS,
        Project,
        ngettext_lazy("%(count)d project", "%(count)d projects", "count"),
        ("slug",),
        (
            _COLLABORATIVE,
            _slug(Project),
            _text("name", Project, filled=True),
            _text("summary", Project),
            _STEP,
            _address("url", Project),
            _SOURCE,
        ),
    ),
    Table(
        RESOURCES,
        Contribution,
        ngettext_lazy("%(count)d resource", "%(count)d resources", "count"),
        ("collaborative", "giver", "giver_name", "kind", "description", "amount"),
        (
            _COLLABORATIVE,
            _text("giver_slug_or_name", Contribution, "giver_name", filled=True),
            Column(
                "kind",
                "kind",
                cells.choice(ResourceKind, _("a kind of resource")),
                filled=True,
            ),
            Column("amount_usd", "amount", cells.money),
            _text("description", Contribution),
            _SOURCE,
        ),
    ),
    Table(
        ENGAGEMENTS,
        Engagement,
        ngettext_lazy("%(count)d engagement", "%(count)d engagements", "count"),
        ("collaborative", "what", "step", "level"),
        (
            _COLLABORATIVE,
            _text("what", Engagement, filled=True),
            _STEP,
            Column("participants", "participant_count", cells.whole(0, MOST_PEOPLE)),
            Column(
                "level",
                "level",
                cells.choice(EngagementLevel, _("a level of participation")),
                filled=True,
            ),
            _SOURCE,
            _text("notes", Engagement),
        ),
    ),
    Table(
        CRITERIA,
        Criterion,
        ngettext_lazy("%(count)d criterion", "%(count)d criteria", "count"),
        ("collaborative", "text"),
        (_COLLABORATIVE, _text("criterion", Criterion, "text", filled=True), _SOURCE),
    ),
)
"""In the order of the closing sentence. The plan's order is that of what rests on what."""

FILES = [table.file for table in TABLES]
MODELS: dict[str, Any] = {table.file: table.model for table in TABLES}
