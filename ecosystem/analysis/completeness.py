"""How complete a map is, by who was named how often (G17)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ecosystem.analysis import defaults

WhyNot = Literal["nobody_named", "fewer_than_five_informants"]


@dataclass(frozen=True, slots=True)
class Completeness:
    """Estimated completeness, with what it rests on.

    ``informants`` named at least one actor; ``observed`` actors were named at least once, ``once``
    by exactly one informant, ``twice`` by exactly two. ``unseen`` is an estimated number of actors
    nobody named, a lower bound; ``completeness`` and ``sample_coverage`` are shares (0 to 1). The
    three are None when ``why_not`` says why.
    """

    informants: int
    observed: int
    once: int
    twice: int
    unseen: float | None = None
    completeness: float | None = None
    sample_coverage: float | None = None
    why_not: WhyNot | None = None


def completeness(informants_of: Iterable[frozenset[str]]) -> Completeness:
    """Chao2 completeness and sample coverage on incidence data.

    Parameters
    ----------
    informants_of
        For every actor of the scope, the informants that named it. An actor that none named (it
        came by another way) is no part of the sample and not counted as observed.

    Returns
    -------
    Completeness
        Without estimates for fewer than 5 informants, and when nobody named anyone.

    References
    ----------
    Chao (1987), Estimating the population size for capture-recapture data with unequal
    catchability, Biometrics 43, 783-791.
    Chao and Jost (2012), Coverage-based rarefaction and extrapolation, Ecology 93, 2533-2547.
    """
    named = [names for names in informants_of if names]
    informants = len(frozenset().union(*named))
    mentions = Counter(len(names) for names in named)
    observed, once, twice = len(named), mentions[1], mentions[2]
    if why_not := _why_not(informants):
        return Completeness(informants, observed, once, twice, why_not=why_not)
    unseen = _unseen(informants, once, twice)
    return Completeness(
        informants=informants,
        observed=observed,
        once=once,
        twice=twice,
        unseen=unseen,
        completeness=observed / (observed + unseen),
        sample_coverage=_coverage(informants, once, twice, sum(map(len, named))),
    )


def _why_not(informants: int) -> WhyNot | None:
    if informants == 0:
        return "nobody_named"
    if informants < defaults.COMPLETENESS_INFORMANTS_MIN:
        return "fewer_than_five_informants"
    return None


def _unseen(informants: int, once: int, twice: int) -> float:
    share = (informants - 1) / informants
    if twice:
        return share * once**2 / (2 * twice)
    return share * once * (once - 1) / 2


def _coverage(informants: int, once: int, twice: int, incidences: int) -> float:
    if once == 0:
        return 1.0  # also where (T - 1)·Q1 + 2·Q2 would be 0
    remaining = (informants - 1) * once
    return 1 - once / incidences * (remaining / (remaining + 2 * twice))
