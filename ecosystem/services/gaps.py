"""The gaps of a scope: found anew, or as kept since the last edit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product
from typing import Any, Final

from accounts.rules import Viewer
from actors.models import City
from collaboratives.models import Collaborative
from ecosystem.analysis.data import Actor, EcosystemData, Experience
from ecosystem.analysis.gaps import (
    Connections,
    GapResults,
    analyse_connections,
    analyse_index,
)
from ecosystem.analysis.index import MapIndex, index_data
from ecosystem.analysis.vocabulary import COMPETENCIES, SECTORS
from ecosystem.payloads import gap_document
from ecosystem.selectors.elsewhere import load_experience_of
from ecosystem.selectors.maps import load_ecosystem
from ecosystem.services.plain import from_plain, to_plain
from ecosystem.services.store import (
    audience_of,
    cities_seen,
    country_keys,
    digest,
    far_keys,
    map_keys,
    program,
    read_or_make,
    read_or_make_packed,
    reader_of,
    scope_of,
)

EXPERIENCED: Final = tuple(product(SECTORS, COMPETENCIES))


@dataclass(frozen=True)
class GapAnalysis:
    """A scope's input values and what the gap method finds in them."""

    data: EcosystemData
    results: GapResults

    @cached_property
    def actors(self) -> dict[str, Actor]:
        """Everyone on the map, by slug."""
        return {actor.slug: actor for actor in self.data.actors}

    @cached_property
    def members(self) -> dict[str, Actor]:
        """The scope, by slug."""
        return {a.slug: a for a in self.data.actors if a.id in self.data.scope.members}


def run_gaps(
    city: City,
    *,
    user: Viewer,
    as_of: date | None = None,
    collaborative: Collaborative | None = None,
) -> GapAnalysis:
    """Load what ``user`` may see of a city or collaborative and find its gaps."""
    data = load_ecosystem(city, user=user, as_of=as_of, collaborative=collaborative)
    return GapAnalysis(data, analyse_index(index_data(data)))


@dataclass(frozen=True)
class GapStore:
    """The kept gaps of a scope on the day of its map, as one reader may see them.

    ``audience`` and ``key`` say for whom and since when: two readers with the same pair read the
    same, to the last byte. Both are read when the object is made, before any data.
    """

    city: City
    user: Viewer
    collaborative: Collaborative | None
    scope: str
    audience: str
    key: str

    def document(self) -> bytes:
        """The result document (gap method, section 11): JSON, compressed by Brotli."""

        def make(scopes: Collection[str]) -> dict[str, Any]:
            return {self.scope: gap_document(self.analysis().results)}

        found = read_or_make_packed("document", {self.scope: self.key}, self.audience, make)
        return found[self.scope]

    def analysis(self) -> GapAnalysis:
        """Input and results, as ``run_gaps`` finds them."""

        def make(scopes: Collection[str]) -> dict[str, Any]:
            return {self.scope: to_plain(self._run())}

        found = read_or_make("analysis", {self.scope: self.key}, self.audience, make)
        return from_plain(GapAnalysis, found[self.scope])

    def _run(self) -> GapAnalysis:
        data = load_ecosystem(
            self.city,
            user=self.user,
            collaborative=self.collaborative,
            experience=self._experience(),
        )
        index = index_data(data)
        return GapAnalysis(data, analyse_index(index, self._connections(index)))

    def _experience(self) -> Mapping[tuple[str, str], Experience]:
        """Who can do what in the whole country (G15): added up once after an edit of anything, for
        all maps."""

        def make(scopes: Collection[str]) -> dict[str, Any]:
            return {scope: _added_up_experience(self.user, self.audience) for scope in scopes}

        keys = country_keys(self.user)
        found = read_or_make("experience", keys, self.audience, make)
        return _experience_from(*found.values())

    def _connections(self, index: MapIndex) -> Connections:
        """What depends on who is on the map and on its ties alone: kept under just these, so that
        an edited competency, or an edit elsewhere, leaves the slow part as it is."""

        def make(scopes: Collection[str]) -> dict[str, Any]:
            return {self.scope: to_plain(analyse_connections(index))}

        keys = {self.scope: _network_key(index)}
        found = read_or_make("connections", keys, self.audience, make)
        return from_plain(Connections, found[self.scope])


def gap_store(city: City, *, user: Viewer, collaborative: Collaborative | None = None) -> GapStore:
    """Where the gaps of a scope are kept for ``user``. ``city`` as the database has it now.

    One query for anybody, up to three more for those signed in.
    """
    [key] = far_keys([city], user).values()
    audience = audience_of(user, city)
    return GapStore(
        city,
        reader_of(user, audience),
        collaborative,
        scope=scope_of(city, collaborative),
        audience=audience,
        key=key,
    )


def kept_gaps(
    city: City, *, user: Viewer, collaborative: Collaborative | None = None
) -> GapAnalysis:
    """``run_gaps`` on the day of the map, computed by the first reader after an edit only."""
    return gap_store(city, user=user, collaborative=collaborative).analysis()


def _added_up_experience(user: Viewer, audience: str) -> list[int]:
    """The numbers of ``load_experience``: those kept of each city, and counted anew those of the
    cities that were edited and of the national actors. Seven queries at most."""
    cities = list(cities_seen(user))

    def make(missing: Collection[str]) -> dict[str, Any]:
        found = load_experience_of([int(scope) for scope in missing], user)
        return {str(city): _numbers(one) for city, one in found.items()}

    kept = read_or_make("experiences", map_keys(cities), audience, make)
    national = _numbers(load_experience_of([None], user)[None])
    return [sum(numbers) for numbers in zip(national, *kept.values(), strict=True)]


def _numbers(experience: Mapping[tuple[str, str], Experience]) -> list[int]:
    """Holders and answers of each sector and competency: quicker added up than mappings."""
    nobody = Experience()
    found = [experience.get(cell, nobody) for cell in EXPERIENCED]
    return [number for one in found for number in (one.holders, one.answered)]


def _experience_from(numbers: Sequence[int]) -> dict[tuple[str, str], Experience]:
    pairs = map(Experience, numbers[::2], numbers[1::2])
    return {cell: one for cell, one in zip(EXPERIENCED, pairs, strict=True) if one.answered}


def _network_key(index: MapIndex) -> str:
    nodes = [(slug, actor.sector) for slug, actor in index.actors.items()]
    edges = [(edge.a, edge.b) for edge in index.edges]
    return digest(program(), nodes, edges)
