"""What maps would show had all been sampled equally well (G19).

Informants are the sampling units: a map with fewer of them, or with informants who name other
actors each, is less complete, and would look poorer than it is beside a well sampled one. So the
better sampled maps are thought back to the sample coverage of the least well sampled one.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import exp, floor, lgamma

from ecosystem.analysis.completeness import WhyNot, completeness
from ecosystem.analysis.data import Actor


@dataclass(frozen=True)
class Incidence:
    """Who was named how often on one map.

    Attributes
    ----------
    units
        Number of informants that named at least one actor of the scope.
    actors
        For every actor that was named, by how many of them; ascending.
    sectors, roles
        By how many of them a sector or role was named. One that names any actor of a sector names
        the sector. Sectors and roles nobody named are left out.
    coverage
        Sample coverage of the whole sample (G17), a share; None when ``why_not`` says why.
    """

    units: int
    actors: tuple[int, ...]
    sectors: Mapping[str, int]
    roles: Mapping[str, int]
    coverage: float | None = None
    why_not: WhyNot | None = None

    @cached_property
    def _mentions(self) -> tuple[tuple[int, int], ...]:
        """How often an actor was named, and how many actors were named so often."""
        return tuple((times, len(list(same))) for times, same in groupby(self.actors))

    def coverage_of(self, units: float) -> float:
        """Expected sample coverage of a random sample of so many of the informants.

        Parameters
        ----------
        units
            0 to all of them. Between two whole numbers it is interpolated; from all but one to all
            of them as well, where the estimate for the whole sample takes over.

        Raises
        ------
        ValueError
            If coverage of the whole sample is not known, or ``units`` is out of range.

        References
        ----------
        Chao and Jost (2012), Coverage-based rarefaction and extrapolation, Ecology 93, 2533-2547;
        for incidence data Chao et al. (2014), Rarefaction and extrapolation with Hill numbers,
        Ecological Monographs 84, 45-67, table 2.
        """
        return self._between(units, self._coverage_of_whole)

    def _coverage_of_whole(self, units: int) -> float:
        if self.coverage is None:
            raise ValueError("The coverage of this sample is not known.")
        if units == self.units:
            return self.coverage
        incidences = sum(self.actors)
        missed = sum(
            count * times / incidences * _missed(self.units - 1, times - 1, units)
            for times, count in self._mentions
        )
        return 1 - missed

    def units_for(self, coverage: float) -> float:
        """So many informants are expected to reach this sample coverage; the inverse of the above.

        Raises ValueError if the whole sample does not reach it.
        """
        if self.coverage is None or not 0 <= coverage <= self.coverage:
            raise ValueError("A sample can be made smaller, never larger.")
        # Expected coverage grows with the sample: the first whole number that reaches it.
        upper = bisect_left(range(self.units), coverage, key=self._coverage_of_whole)
        if upper == 0:
            return 0.0
        below, above = self._coverage_of_whole(upper - 1), self._coverage_of_whole(upper)
        return upper - 1 + (coverage - below) / (above - below)

    def expected_actors(self, units: float) -> float:
        """Expected number of actors that a random sample of so many informants names.

        References
        ----------
        Colwell et al. (2012), Models and estimators linking individual-based and sample-based
        rarefaction, extrapolation and comparison of assemblages, J. Plant Ecology 5, 3-21, eq. 17.
        """
        return self._expected(self._mentions, units)

    def expected_sectors(self, units: float) -> float:
        """Expected number of sectors that a random sample of so many informants names."""
        return self._expected([(times, 1) for times in self.sectors.values()], units)

    def expected_roles(self, units: float) -> float:
        """Expected number of roles that a random sample of so many informants names."""
        return self._expected([(times, 1) for times in self.roles.values()], units)

    def _expected(self, mentions: Sequence[tuple[int, int]], units: float) -> float:
        return self._between(
            units,
            lambda whole: sum(
                count * (1 - _missed(self.units, times, whole)) for times, count in mentions
            ),
        )

    def _between(self, units: float, of_whole: Callable[[int], float]) -> float:
        if not 0 <= units <= self.units:
            raise ValueError(f"A sample of {units} of {self.units} informants cannot be drawn.")
        below = floor(units)
        if below == units:
            return of_whole(below)
        return (below + 1 - units) * of_whole(below) + (units - below) * of_whole(below + 1)


@dataclass(frozen=True, slots=True)
class Rarefied:
    """A map thought back to a sample coverage; None throughout when ``why_not`` says why.

    ``units`` is how many informants that takes, ``actors``, ``sectors`` and ``roles`` the numbers
    they are expected to name. None of the four is a whole number, as a rule.
    """

    units: float | None = None
    actors: float | None = None
    sectors: float | None = None
    roles: float | None = None
    why_not: WhyNot | None = None


@dataclass(frozen=True, slots=True)
class EqualCoverage:
    """Several maps at the ``coverage`` of the least well sampled one, by key of the map.

    ``coverage`` is None when that of no map is known; ``lowest`` are the keys of the maps that
    have it, sorted.
    """

    coverage: float | None
    lowest: tuple[str, ...]
    maps: Mapping[str, Rarefied]


def incidence(actors: Iterable[Actor]) -> Incidence:
    """Who of these actors, the scope of a map, was named how often."""
    named = [actor for actor in actors if actor.informants]
    found = completeness(actor.informants for actor in named)
    sectors: dict[str, set[str]] = {}
    roles: dict[str, set[str]] = {}
    for actor in named:
        sectors.setdefault(actor.sector, set()).update(actor.informants)
        for role in actor.roles:
            roles.setdefault(role, set()).update(actor.informants)
    return Incidence(
        units=found.informants,
        actors=tuple(sorted(len(actor.informants) for actor in named)),
        sectors={sector: len(sectors[sector]) for sector in sorted(sectors)},
        roles={role: len(roles[role]) for role in sorted(roles)},
        coverage=found.sample_coverage,
        why_not=found.why_not,
    )


def equal_coverage(maps: Mapping[str, Incidence]) -> EqualCoverage:
    """Every map at the sample coverage of the least well sampled one (G19).

    A map with too few informants to estimate its coverage (G17) takes no part: it does not pull the
    others down, and has no expected numbers.
    """
    known = {key: one.coverage for key, one in maps.items() if one.coverage is not None}
    lowest = min(known.values(), default=None)
    return EqualCoverage(
        coverage=lowest,
        lowest=tuple(sorted(key for key, coverage in known.items() if coverage == lowest)),
        maps={key: _rarefied(one, lowest) for key, one in maps.items()},
    )


def _rarefied(sample: Incidence, coverage: float | None) -> Rarefied:
    if coverage is None or sample.coverage is None:
        return Rarefied(why_not=sample.why_not)
    units = sample.units_for(coverage)
    return Rarefied(
        units=units,
        actors=sample.expected_actors(units),
        sectors=sample.expected_sectors(units),
        roles=sample.expected_roles(units),
    )


def _missed(units: int, times: int, drawn: int) -> float:
    """Chance that ``drawn`` of ``units`` informants are all among those that do not name it.

    ``times`` is how many do; the quotient of two binomial coefficients, by their logarithms.
    """
    silent = units - times
    if drawn > silent:
        return 0.0
    return exp(_ln_choose(silent, drawn) - _ln_choose(units, drawn))


def _ln_choose(among: int, chosen: int) -> float:
    return lgamma(among + 1) - lgamma(chosen + 1) - lgamma(among - chosen + 1)
