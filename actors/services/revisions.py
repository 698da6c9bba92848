"""Changes to who is there, and the revisions that tell readers that a map changed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import F, Model, Q, QuerySet

from actors.models import (
    Actor,
    City,
    Contact,
    Issue,
    Need,
    Offer,
    OtherName,
    Relationship,
    SkillStatement,
    Source,
    Steward,
    Tag,
)
from ecosystem.common.versions import record_change

SHOWN_THROUGH: dict[type[Model], str] = {
    Contact: "actor",
    Need: "actor",
    Offer: "actor",
    OtherName: "actor",
    Relationship: "city",
    SkillStatement: "actor",
    Steward: "actor",
    Tag: "city",
}
"""The record that brings each kind of record onto maps. Higher apps add their own models.

A model that is missing here and is no city, actor, source or issue is on no map.
"""

SHOWN_WHERE_CITED: tuple[type[Model], ...] = (Issue, Source)
"""Models on the maps of whatever points at them."""

TIE_MODELS: tuple[type[Model], ...] = (Actor, Relationship)
"""Models whose change can change the structure of the network."""


def raise_revisions(city_ids: Iterable[int], *, ties: bool) -> None:
    """Tell readers that these maps changed. Call it in the transaction of the change.

    ``ties`` raises ``tie_revision``, for actors and relationships; otherwise ``fact_revision`` is
    raised, for everything else. Never both: what depends on structure alone is kept under
    ``tie_revision``, everything else under the pair, and the pair changes with either. A reader
    reads the pair before the rows; the other way round, old rows would pass for new ones.

    What a map says of other cities (who elsewhere has a competency) changes without these two: a
    stored result that contains it needs the revisions of those cities in its key as well.
    """
    field = "tie_revision" if ties else "fact_revision"
    City.objects.filter(pk__in=set(city_ids)).update(**{field: F(field) + 1})


@contextmanager
def map_change(*records: Model, based_on: int | None = None) -> Iterator[None]:
    """Change, create or delete ``records`` in the body, in one transaction, and tell the readers.

    The version of each record is raised before the body saves it, and after the body the revision
    of every city that showed one of them before or shows it now, once. Rows that the body adds to
    or removes from a record, such as its other names, are part of its change.

    Raises ``ecosystem.common.versions.ChangedMeanwhile`` when a stored version is not ``based_on``.
    """
    with record_change(*records, based_on=based_on):
        ids_by_model: dict[type[Model], set[Any]] = defaultdict(set)
        for record in records:
            if record.pk is not None:
                ids_by_model[type(record)].add(record.pk)
        before = cities_by_revision(ids_by_model)
        yield
        for record in records:
            if record.pk is not None:
                ids_by_model[type(record)].add(record.pk)
        after = cities_by_revision(ids_by_model)
        for ties in (True, False):
            if cities := before[ties] | after[ties]:
                raise_revisions(cities, ties=ties)


def cities_by_revision(ids_by_model: dict[type[Model], set[Any]]) -> dict[bool, set[int]]:
    """Ids of the cities that show these rows: under True for actors and ties, else under False.

    An actor is on the map of its home city, of every city where a relationship names it, ended and
    wished-for ones included, of the cities of its collaboratives, and wherever a unit of it is. A
    relationship is on the map of its city, a national one on none. What belongs to an actor or to
    a collaborative is where that is; a source and an issue are where they are cited.
    """
    cities: dict[bool, set[int]] = {True: set(), False: set()}
    for model, ids in ids_by_model.items():
        rows = model._base_manager.filter(pk__in=ids)
        cities[issubclass(model, TIE_MODELS)] |= _cities_showing_rows(rows)
    return cities


def _cities_showing_rows(rows: QuerySet[Any]) -> set[int]:
    model = rows.model
    if model is City:
        return set(rows.values_list("pk", flat=True))
    if model is Actor:
        return _cities_showing_actors(set(rows.values_list("pk", flat=True)))
    if through := SHOWN_THROUGH.get(model):
        shown = model._meta.get_field(through).related_model
        return _cities_showing_rows(shown._base_manager.filter(pk__in=rows.values(through)))
    if model in SHOWN_WHERE_CITED:
        return _cities_citing(rows)
    return set()


def _cities_showing_actors(actor_ids: set[int]) -> set[int]:
    actors = _with_units(actor_ids)
    ties = Relationship.objects.filter(Q(source__in=actors) | Q(target__in=actors))
    return set(
        City.objects.filter(
            Q(pk__in=Actor.objects.filter(pk__in=actors).values("city"))
            | Q(pk__in=ties.values("city"))
            # Named, not imported: collaboratives stand on actors.
            | Q(pk__in=City.objects.filter(collaboratives__memberships__actor__in=actors))
        ).values_list("pk", flat=True)
    )


def _with_units(actor_ids: set[int]) -> set[int]:
    """The actors and all units of theirs, whose organization they are."""
    found, layer = set(actor_ids), set(actor_ids)
    while layer:
        units = Actor.objects.filter(part_of__in=layer).values_list("pk", flat=True)
        layer = set(units) - found
        found |= layer
    return found


def _cities_citing(rows: QuerySet[Any]) -> set[int]:
    cities = set()
    for relation in rows.model._meta.related_objects:
        citing = relation.related_model._base_manager.filter(
            **{f"{relation.field.name}__in": rows.values("pk")}
        )
        cities |= _cities_showing_rows(citing)
    return cities
