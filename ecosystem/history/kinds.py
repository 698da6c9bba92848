"""The kinds of record whose changes a city's history tells, and what of each is public.

Records about people (contacts, roles, stewards, invitations) and stories are none of them: their
history keeps no words, on purpose, so there is nothing to tell and nothing to bring back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db.models import ForeignKey, Model
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from simple_history.utils import get_m2m_reverse_field_name

from actors.models import (
    Actor,
    Need,
    Offer,
    OtherName,
    Relationship,
    SkillStatement,
    Source,
)
from collaboratives.models import (
    Collaborative,
    Contribution,
    Decision,
    Engagement,
    Membership,
    Outcome,
    OutcomeReading,
    Project,
    ProjectStep,
    Review,
    ReviewAction,
)

UNTOLD: Final = frozenset({"id", "version", "created_at", "updated_at"})
"""Bookkeeping: never told, never put back."""

SILENT: Final = frozenset({"slug", "said_by", "merged_into"})
"""Put back with the rest, but no change to speak of by themselves."""


@dataclass(frozen=True)
class Kind:
    """``parent`` is the field that leads towards the city; its model is a kind, too, or the city.

    ``public`` are the fields told to everybody; without any, the kind is for conveners alone.
    ``actor`` are the fields that name the actors it is about.
    """

    slug: str
    label: str | Promise
    model: type[Model]
    parent: str
    actor: tuple[str, ...] = ()
    public: tuple[str, ...] = ()

    @property
    def rows(self) -> Any:
        """All versions of all its records."""
        return self.model.history.model._default_manager  # type: ignore[attr-defined]

    @property
    def stored(self) -> Any:
        return self.model._base_manager

    @cached_property
    def fields(self) -> list[Any]:
        """The stored fields that its history keeps, without bookkeeping."""
        kept = {field.attname for field in self.rows.model.tracked_fields}
        return [
            field
            for field in self.model._meta.concrete_fields
            if field.attname in kept and field.name not in UNTOLD
        ]

    @cached_property
    def links(self) -> list[Any]:
        """The many-to-many fields that its history keeps."""
        return list(self.rows.model._history_m2m_fields)

    @cached_property
    def may_be_national(self) -> bool:
        """Whether a record of this kind can be without a city."""
        above = parent_of(self)
        if above is not None:
            return above.may_be_national
        return bool(self.model._meta.get_field(self.parent).null)

    @property
    def is_versioned(self) -> bool:
        return any(field.name == "version" for field in self.model._meta.concrete_fields)

    def told(self, *, to_all: bool) -> Sequence[Any]:
        """The fields whose changes are told, in the order of the record."""
        own: list[Any] = [*self.fields, *self.links]
        if to_all:
            return [field for field in own if field.name in self.public]
        return [field for field in own if field.name not in SILENT and field.name != self.parent]

    def linked_rows(self, field: Any) -> tuple[Any, str]:
        """The history of a many-to-many field, and the column there that names the other record."""
        meta = self.model._meta
        model = apps.get_model(meta.app_label, f"Historical{meta.object_name}_{field.name}")
        return model._default_manager, f"{get_m2m_reverse_field_name(field)}_id"


def label_of(field: Any) -> str:
    return str(capfirst(field.verbose_name))


KINDS: Final = {
    kind.slug: kind
    for kind in (
        Kind(
            "organization",
            _("Organization"),
            Actor,
            "city",
            ("id",),
            (
                "name",
                "sector",
                "roles",
                "description",
                "website",
                "service_area",
                "part_of",
                "issues",
                "sources",
            ),
        ),
        Kind("other-name", _("Other name"), OtherName, "actor", ("actor",), ("name",)),
        Kind(
            "skill",
            _("Skill"),
            SkillStatement,
            "actor",
            ("actor",),
            ("level", "evidence", "sources"),
        ),
        Kind(
            "tie",
            _("Tie"),
            Relationship,
            "city",
            ("source", "target"),
            (
                "source",
                "target",
                "kind",
                "status",
                "description",
                "since_year",
                "started_on",
                "ended_on",
                "sources",
            ),
        ),
        Kind("offer", _("Offer"), Offer, "actor", ("actor",)),
        Kind("need", _("Need"), Need, "actor", ("actor",)),
        Kind("source", _("Source"), Source, "city"),
        Kind(
            "collaborative",
            _("Collaborative"),
            Collaborative,
            "city",
            (),
            ("name", "purpose", "vision", "principles", "issue", "backbone", "stage", "sources"),
        ),
        Kind(
            "membership",
            _("Membership"),
            Membership,
            "collaborative",
            ("actor",),
            ("function", "since", "until", "sources"),
        ),
        Kind(
            "project",
            _("Project"),
            Project,
            "collaborative",
            (),
            ("name", "summary", "step", "hypothesis", "url", "code_url", "sources"),
        ),
        Kind("project-step", _("Step of a project"), ProjectStep, "project"),
        Kind("contribution", _("Contribution"), Contribution, "collaborative", ("giver",)),
        Kind("engagement", _("Engagement"), Engagement, "collaborative"),
        Kind("outcome", _("Outcome"), Outcome, "collaborative"),
        Kind("reading", _("Reading of an outcome"), OutcomeReading, "outcome"),
        Kind("review", _("Review"), Review, "collaborative"),
        Kind("review-action", _("Agreed action"), ReviewAction, "review", ("actor",)),
        Kind("decision", _("Decision"), Decision, "collaborative"),
    )
}
"""By their name in addresses. Whatever hangs on a record comes after it."""

BY_MODEL: Final[dict[type[Model], Kind]] = {kind.model: kind for kind in KINDS.values()}


def parent_of(kind: Kind) -> Kind | None:
    """The kind that its ``parent`` leads to; None when that is the city itself."""
    field = kind.model._meta.get_field(kind.parent)
    return BY_MODEL.get(field.related_model)  # type: ignore[arg-type]


def city_path(kind: Kind) -> str:
    """The lookup from a record to its city, such as "project__collaborative__city"."""
    above = parent_of(kind)
    return kind.parent if above is None else f"{kind.parent}__{city_path(above)}"


def foreign_keys(kind: Kind) -> list[Any]:
    return [field for field in kind.fields if isinstance(field, ForeignKey)]
