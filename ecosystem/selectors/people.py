"""Who has a part in a city: roles, and who looks after which organization."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Case, IntegerField, Value, When
from django.utils.timezone import localdate

from accounts.models import User
from accounts.rules import Viewer
from actors.models import City, CityRole, Steward
from actors.models.city import CityRoleKind

IN_ORDER: Final = (CityRoleKind.CONVENER, CityRoleKind.CONTRIBUTOR, CityRoleKind.VIEWER)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a role, as conveners see it.

    ``name`` is empty until the person signed in after the role was given. Until then only the
    address is shown that a convener typed: otherwise anybody's name could be had by typing an
    address.
    """

    role: CityRole
    name: str
    address: str
    has_come: bool
    since: date
    given_by: str
    is_self: bool

    @property
    def called(self) -> str:
        return self.name or self.address


def load_people(city: City, user: Viewer) -> list[Person]:
    """Everyone with a role in ``city`` that ``user`` may see, conveners first; one query."""
    order = Case(
        *(When(kind=kind, then=Value(place)) for place, kind in enumerate(IN_ORDER)),
        output_field=IntegerField(),
    )
    roles = CityRole.objects.visible_to(user).filter(city=city)
    roles = roles.select_related("user", "granted_by", "city").order_by(order, "created_at", "pk")
    return [_person(role, user) for role in roles]


def _person(role: CityRole, viewer: Viewer) -> Person:
    owner: User = role.user
    has_come = owner.last_login is not None and owner.last_login >= role.created_at
    is_self = owner.pk == viewer.pk
    return Person(
        role=role,
        name=owner.name if has_come or is_self else "",
        address=owner.email,
        has_come=has_come or is_self,
        since=localdate(role.created_at),
        given_by=role.granted_by.name if role.granted_by else "",
        is_self=is_self,
    )


def load_stewards(city: City, user: Viewer) -> list[Steward]:
    """Who looks after an organization of ``city``, and who asked to; claims first; one query."""
    stewards = Steward.objects.visible_to(user).filter(actor__city=city)
    stewards = stewards.select_related("user", "actor__city")
    return list(stewards.order_by("-status", "actor__name", "pk"))
