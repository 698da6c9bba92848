"""Ways from other pages to those that change the map, for those who may."""

from typing import Any

from django.urls import reverse

from accounts.rules import Viewer
from actors.models import Actor, City
from actors.rules import can_contribute, can_edit_actor
from ecosystem.addresses import page_of


def editing_context(actor: Actor, city: City | None, user: Viewer) -> dict[str, Any]:
    """What the page of ``actor`` in ``city`` shows to those who may change it; else nothing.

    An actor of another city is changed there; here, ties of it may be recorded. Without a city: the
    page of a national actor; its ties are recorded on the map of a city.
    """
    if not user.is_authenticated:
        return {}
    here = city.pk if city else None
    contributes = can_contribute(user, here)
    cares = can_edit_actor(user, actor)
    links: dict[str, str] = {}
    if (cares and actor.city_id in (here, None)) or (contributes and actor.city_id == here):
        links = {
            "profile": page_of("actor_edit", city, actor.slug),
            "skills": page_of("actor_skills", city, actor.slug),
            "offers": page_of("actor_offers", city, actor.slug),
            "needs": page_of("actor_needs", city, actor.slug),
        }
        if cares:
            links["contacts"] = page_of("actor_contacts", city, actor.slug)
    if city is not None and (contributes or cares):
        links["tie"] = reverse("tie_new", args=[city.slug], query={"from": actor.slug})
    return {"edit": links} if links else {}
