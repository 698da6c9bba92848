"""Ways from other pages to those that change the map, for those who may."""

from typing import Any

from django.urls import reverse

from accounts.rules import Viewer
from actors.models import Actor, City
from actors.rules import can_contribute, can_edit_actor


def editing_context(actor: Actor, city: City, user: Viewer) -> dict[str, Any]:
    """What the page of ``actor`` in ``city`` shows to those who may change it; else nothing.

    An actor of another city is changed there; here, ties of it may be recorded.
    """
    if not user.is_authenticated:
        return {}
    contributes = can_contribute(user, city.pk)
    cares = can_edit_actor(user, actor)
    place = [city.slug, actor.slug]
    links: dict[str, str] = {}
    if (cares and actor.city_id in (city.pk, None)) or (contributes and actor.city_id == city.pk):
        links = {
            "profile": reverse("actor_edit", args=place),
            "skills": reverse("actor_skills", args=place),
            "offers": reverse("actor_offers", args=place),
            "needs": reverse("actor_needs", args=place),
        }
        if cares:
            links["contacts"] = reverse("actor_contacts", args=place)
    if contributes or cares:
        links["tie"] = reverse("tie_new", args=[city.slug], query={"from": actor.slug})
    return {"edit": links} if links else {}
