"""Who may see what of collaboratives: what the city's map shows to whom, decides."""

from django.db.models import Q

from accounts.rules import Viewer
from actors.rules import convened_cities, visible_actors, visible_cities


def visible_collaboratives(user: Viewer, collaborative: str = "") -> Q:
    """Collaboratives of visible cities."""
    return visible_cities(user, f"{collaborative}city__")


def visible_memberships(user: Viewer) -> Q:
    """Places in visible collaboratives of actors that ``user`` may see."""
    return visible_collaboratives(user, "collaborative__") & visible_actors(user, "actor__")


def visible_ballots(user: Viewer) -> Q:
    """Points that actors whom ``user`` may see gave in visible collaboratives."""
    return visible_collaboratives(user, "criterion__collaborative__") & visible_actors(
        user, "member__"
    )


def visible_stories(user: Viewer) -> Q:
    """Stories whose teller agreed; all stories to the conveners of the city."""
    agreed = Q(is_public=True) & visible_collaboratives(user, "collaborative__")
    return agreed | convened_cities(user, "collaborative__city__")
