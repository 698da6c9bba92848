"""Who is at the table, by sector and by role (G6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ecosystem.analysis.index import MapIndex
from ecosystem.analysis.vocabulary import EXPECTED_SECTORS, REQUIRED_SECTORS, ROLES, SECTORS


@dataclass(frozen=True, slots=True)
class Presence:
    """Members of the scope by sector and by role.

    All ten sectors and ten roles are keys, in framework order; slugs of actors are sorted, and so
    are the missing ones. An actor has one sector and any number of roles.
    """

    sectors: Mapping[str, tuple[str, ...]]
    roles: Mapping[str, tuple[str, ...]]
    missing_required: tuple[str, ...]
    missing_expected: tuple[str, ...]
    missing_roles: tuple[str, ...]


def presence(index: MapIndex) -> Presence:
    """Who of the scope stands for which sector and role; an empty scope misses all."""
    sectors: dict[str, list[str]] = {sector: [] for sector in SECTORS}
    roles: dict[str, list[str]] = {role: [] for role in ROLES}
    for slug in sorted(index.members):
        actor = index.actors[slug]
        sectors[actor.sector].append(slug)
        for role in actor.roles:
            roles[role].append(slug)
    return Presence(
        sectors={sector: tuple(slugs) for sector, slugs in sectors.items()},
        roles={role: tuple(slugs) for role, slugs in roles.items()},
        missing_required=_missing(REQUIRED_SECTORS, sectors),
        missing_expected=_missing(EXPECTED_SECTORS, sectors),
        missing_roles=_missing(ROLES, roles),
    )


def _missing(wanted: Iterable[str], found: Mapping[str, list[str]]) -> tuple[str, ...]:
    return tuple(sorted(slug for slug in wanted if not found[slug]))
