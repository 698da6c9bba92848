"""Starting the map of a new city."""

from collections.abc import Collection, Sequence
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from actors.framework import ActorStatus
from actors.models import Actor, City, Source
from actors.models.source import SourceKind
from ecosystem.common.wording import folded

from .editing import create_record, free_slug, sent_before
from .revisions import map_change

RESERVED_CITIES: Final = frozenset({"new"})
"""Addresses beside those of the cities."""

REASON: Final = "First list of the guided set-up"


def create_city(city: City, *, by: User) -> City:
    """Store a new city with a free short name; a form sent twice stores one.

    The same name in the same state by the same person within minutes is a form sent twice.
    """
    same = {"name": city.name, "state": city.state}
    try:
        with transaction.atomic():
            city.slug = free_city_slug(city.name, city.state)
            return create_record(city, by=by, same=same, city=None)
    except IntegrityError:
        # Somebody took the short name at the same moment: perhaps this very form, sent twice.
        if stored := sent_before(City, by, same):
            return stored
        city.pk = None
        city.slug = free_city_slug(city.name, city.state)
        return create_record(city, by=by, same=same, city=None)


def free_city_slug(name: str, state: str) -> str:
    """A short name for addresses that no city has: boston, else boston-ma, else boston-ma-2."""
    base = slugify(name)[:60].strip("-") or "city"
    with_state = f"{base}-{state.lower()}" if state else base
    taken = set(City.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    taken |= RESERVED_CITIES
    number, slug = 1, base
    while slug in taken:
        slug = with_state if number == 1 else f"{with_state}-{number}"
        number += 1
    return slug


class NamedMeanwhile(Exception):
    """Somebody put organizations of these ``names`` on the map. Nothing was written."""

    def __init__(self, names: Collection[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def add_first_actors(
    city: City, entries: Sequence[tuple[str, str]], *, by: User, seen: Collection[str] = ()
) -> tuple[list[Actor], list[Actor]]:
    """Publish organizations, each (name, sector), all or none; a list sent twice is stored once.

    They cite one source: the knowledge of who wrote the list on this day, which is one informant.
    Returns who was added, and who had been added by the same list before. ``seen`` are names that
    the writer knew to be taken and wants once more; raises ``NamedMeanwhile`` for others.
    """
    with transaction.atomic():
        City.objects.select_for_update().get(pk=city.pk)
        added: list[Actor] = []
        before: list[Actor] = []
        for name, sector in entries:
            if stored := sent_before(Actor, by, {"city": city, "name": name}):
                before.append(stored)
            else:
                added.append(Actor(city=city, name=name, sector=sector))
        here = city.actors.filter(merged_into=None).values_list("name", flat=True)
        taken = {folded(name) for name in here} - {folded(name) for name in seen}
        if names := [actor.name for actor in added if folded(actor.name) in taken]:
            raise NamedMeanwhile(names)
        with map_change(*added):
            for actor in added:
                actor.slug = free_slug(actor.name)
                actor.status = ActorStatus.PUBLISHED
                actor._change_reason = REASON  # type: ignore[attr-defined]
                actor.save()
                actor.sources.add(_first_list(city))
    return added, before


def _first_list(city: City) -> Source:
    day = timezone.localdate()
    citation = f"First list of {city.full_name}, {day.isoformat()}"
    stored, _is_new = Source.objects.get_or_create(
        citation=citation,
        defaults={
            "kind": SourceKind.GENERAL_KNOWLEDGE,
            "city": city,
            "published_on": day,
            "is_informant": True,
        },
    )
    return stored
