"""Places that stay: read from the database, worked out once for whoever has none."""

from collections.abc import Mapping
from itertools import chain

from actors.models import City
from ecosystem.analysis.communities import Communities, communities_of
from ecosystem.analysis.data import EcosystemData
from ecosystem.maps.by_group import arrange_by_group
from ecosystem.maps.by_ties import arrange_by_ties
from ecosystem.maps.geometry import Point
from ecosystem.maps.layout import Layout, Member, arrange_by_sector
from ecosystem.models import Arrangement, LayoutPosition


def places_by_sector(city: City, data: EcosystemData) -> dict[int, Point]:
    """A place for every actor of ``data``, in the city's arrangement by sector."""
    return places_for(city, Arrangement.BY_SECTOR, data)


def places_for(
    city: City,
    arrangement: Arrangement,
    data: EcosystemData,
    communities: Communities | None = None,
) -> dict[int, Point]:
    """A place for every actor of ``data``, in one of the city's arrangements.

    One query when all have one. The first reader after somebody came finds the newcomers' places
    and keeps them. Places of actors that this reader does not see count as taken. ``communities``
    spares finding them again, where they are known.
    """
    rows = LayoutPosition.objects.filter(city=city, arrangement=arrangement)
    stored = {
        actor: (sector, Point(x, y))
        for actor, sector, x, y in rows.values_list("actor", "actor__sector", "x", "y")
    }
    members = {actor.id: Member(actor.id, actor.sector) for actor in data.actors}
    kept = {actor: place for actor, (_sector, place) in stored.items()}
    unseen = {
        actor: Member(actor, sector)
        for actor, (sector, _place) in stored.items()
        if actor not in members
    }
    ties = [(tie.source, tie.target) for tie in data.ties if tie.status == "existing"]
    everyone = list(chain(members.values(), unseen.values()))
    layout: Layout
    if arrangement == Arrangement.BY_GROUP:
        number_of = (communities or communities_of(data)).number_of
        groups = {actor.id: number_of[actor.slug] for actor in data.actors}
        layout = arrange_by_group(dict.fromkeys(unseen, 0) | groups, ties, kept)
    elif arrangement == Arrangement.BY_TIES:
        layout = arrange_by_ties(everyone, ties, kept)
    else:
        layout = arrange_by_sector(everyone, ties, kept)
    changed = {a: p for a, p in layout.places.items() if kept.get(a) != p}
    if changed:
        _keep(city, arrangement, changed, moved=bool(kept))
    return {actor: layout.places[actor] for actor in members}


def _keep(
    city: City, arrangement: Arrangement, places: Mapping[int, Point], *, moved: bool
) -> None:
    """Save places. ``moved``: some may be stored already and are now elsewhere.

    On an empty map nobody has moved, so of two first readers the faster one decides.
    """
    rows = [
        LayoutPosition(city=city, arrangement=arrangement, actor_id=actor, x=place.x, y=place.y)
        for actor, place in places.items()
    ]
    if moved:
        LayoutPosition.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["city", "arrangement", "actor"],
            update_fields=["x", "y"],
        )
    else:
        LayoutPosition.objects.bulk_create(rows, ignore_conflicts=True)
