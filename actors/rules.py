"""Who may see what of cities, actors and what hangs on them.

Each function returns a filter for the rows that ``user`` may see; pages, API, commands and
templates all ask here, through ``visible_to`` of the querysets. What a user may not see is
absent, so it answers 404.
"""

from typing import Any, Protocol, TypeGuard

from django.db.models import Q

from accounts.models import User
from accounts.rules import Viewer, is_national

from .framework import ActorStatus, Visibility


class AtHome(Protocol):
    """An actor, of which the rules need only this. Its model asks here, so it is not named."""

    @property
    def pk(self) -> Any: ...

    @property
    def city_id(self) -> int | None: ...


# Not the empty Q(): that one disappears when it is joined with another by "|".
EVERYTHING = ~Q(pk__in=[])
NOTHING = Q(pk__in=[])


def _is_signed_in(user: Viewer) -> TypeGuard[User]:
    return user.is_authenticated and user.is_active


def visible_cities(user: Viewer, city: str = "") -> Q:
    """Public maps, those of one's own cities, and maps for partners also to stewards there.

    ``city`` is the lookup from the row to its city with trailing underscores, such as "city__".
    """
    if is_national(user):
        return EVERYTHING
    seen = Q(**{f"{city}visibility": Visibility.PUBLIC})
    if _is_signed_in(user):
        # Subqueries, not joins: a join would repeat a row per role.
        seen |= Q(**{f"{city}pk__in": user.city_roles.values("city")})
        stewarded = user.stewardships.filter(status="approved").values("actor__city")
        seen |= Q(**{f"{city}visibility": Visibility.PARTNERS, f"{city}pk__in": stewarded})
    return seen


def convened_cities(user: Viewer, city: str = "") -> Q:
    """Cities that ``user`` convenes: there, contacts, strengths and disputes are visible."""
    if is_national(user):
        return EVERYTHING
    if not _is_signed_in(user):
        return NOTHING
    return Q(**{f"{city}pk__in": user.city_roles.filter(kind="convener").values("city")})


def can_convene(user: Viewer, city_id: int | None) -> bool:
    """Whether ``user`` decides on a city's map: its conveners and national staff.

    On national organizations, which have no city, national staff alone decide.
    """
    if is_national(user):
        return True
    if city_id is None:
        return False
    return _is_signed_in(user) and user.city_roles.filter(city=city_id, kind="convener").exists()


def can_contribute(user: Viewer, city_id: int | None) -> bool:
    """Whether ``user`` may add to a city's map: who convenes it, and its contributors.

    What a contributor adds is proposed, until somebody who convenes the city publishes it.
    """
    if is_national(user):
        return True
    if city_id is None:
        return False
    kinds = ("convener", "contributor")
    return _is_signed_in(user) and user.city_roles.filter(city=city_id, kind__in=kinds).exists()


def can_edit_actor(user: Viewer, actor: AtHome) -> bool:
    """Whether what ``user`` says of ``actor`` is published at once.

    So it is for its approved stewards and who convenes its city; a national actor, which has no
    city, is in the care of its stewards and of national staff.
    """
    if is_national(user):
        return True
    if not _is_signed_in(user):
        return False
    if actor.city_id is not None and can_convene(user, actor.city_id):
        return True
    return user.stewardships.filter(actor=actor.pk, status="approved").exists()


def can_suggest(user: Viewer, city_id: int | None) -> bool:
    """Whether ``user`` may suggest corrections: a role in the city, or any stewardship.

    To national organizations, which have no city: a role in any.
    """
    if is_national(user):
        return True
    if not _is_signed_in(user):
        return False
    roles = user.city_roles.all()
    if (roles if city_id is None else roles.filter(city=city_id)).exists():
        return True
    return user.stewardships.filter(status="approved").exists()


def can_speak_for(user: Viewer, actor: AtHome) -> bool:
    """Whether ``user`` answers as ``actor`` itself: its approved stewards, and nobody else."""
    if not _is_signed_in(user):
        return False
    return user.stewardships.filter(actor=actor.pk, status="approved").exists()


def visible_actors(user: Viewer, actor: str = "") -> Q:
    """Published actors of visible cities and national ones; drafts also in one's own care."""
    if is_national(user):
        return EVERYTHING
    in_sight = Q(**{f"{actor}city": None}) | visible_cities(user, f"{actor}city__")
    seen = Q(**{f"{actor}status": ActorStatus.PUBLISHED}) & in_sight
    if _is_signed_in(user):
        editable = user.city_roles.filter(kind__in=["convener", "contributor"]).values("city")
        seen |= Q(**{f"{actor}city__in": editable})
        seen |= Q(**{f"{actor}pk__in": _stewarded(user)})
    return seen


def visible_relationships(user: Viewer) -> Q:
    """Ties on visible maps between visible actors."""
    on_visible_map = Q(city=None) | visible_cities(user, "city__")
    return on_visible_map & visible_actors(user, "source__") & visible_actors(user, "target__")


def visible_contacts(user: Viewer) -> Q:
    """People who agreed to be shown; all to the city's conveners and the actor's stewards."""
    if is_national(user):
        return EVERYTHING
    seen = Q(is_public=True) & visible_actors(user, "actor__")
    if _is_signed_in(user):
        seen |= convened_cities(user, "actor__city__") | Q(actor__in=_stewarded(user))
    return seen


def visible_sources(user: Viewer) -> Q:
    """Publications; a city's own sources with its map, private ones to its conveners."""
    in_sight = Q(city=None) | visible_cities(user, "city__")
    return (Q(is_public=True) & in_sight) | convened_cities(user, "city__")


def visible_invitations(user: Viewer, city: str = "campaign__city__") -> Q:
    """Campaigns and invitations are the conveners' own."""
    return convened_cities(user, city)


def visible_proposals(user: Viewer) -> Q:
    """One's own, and those one decides on: about ties of the cities one convenes, and about
    organizations at home there."""
    about_ties = Q(subject="tie")
    seen = about_ties & convened_cities(user, "city__")
    seen |= ~about_ties & convened_cities(user, "actor__city__")
    return seen | Q(proposed_by=user.pk) if _is_signed_in(user) else seen


def visible_city_roles(user: Viewer) -> Q:
    """One's own roles, and all roles in the cities one convenes."""
    return _own(user) | convened_cities(user, "city__")


def visible_stewards(user: Viewer) -> Q:
    """One's own stewardships, asked for or approved, and all in the cities one convenes."""
    return _own(user) | convened_cities(user, "actor__city__")


def _own(user: Viewer) -> Q:
    return Q(user=user.pk) if _is_signed_in(user) else NOTHING


def _stewarded(user: User) -> object:
    return user.stewardships.filter(status="approved").values("actor")
