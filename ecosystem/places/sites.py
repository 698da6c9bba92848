"""Where actors are, from the database."""

from collections.abc import Collection

from actors.models import Actor, City
from ecosystem.places.projection import Site


def load_sites(actors: Collection[int]) -> dict[int, Site]:
    """The places of actors by id, in one query; whoever has none is left out.

    Asks for no right: only for actors that the viewer is known to see.
    """
    rows = Actor.objects.filter(pk__in=actors, latitude__isnull=False)
    return {
        pk: Site(latitude, longitude)
        for pk, latitude, longitude in rows.values_list("pk", "latitude", "longitude")
        if latitude is not None and longitude is not None
    }


def site_of(city: City) -> Site | None:
    """The middle of a city, where it is recorded."""
    if city.latitude is None or city.longitude is None:
        return None
    return Site(city.latitude, city.longitude)
