"""The comparison as JSON: of the ``compare`` command and the API.

Cities are named by their short names, figures as in the result document of a city (gap method,
section 11), with numbers of actors where that one lists them. Shares are rounded to 6 digits,
undefined numbers are null.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from actors.models import City
from ecosystem.analysis.defaults import METHOD
from ecosystem.comparison.kept import plain
from ecosystem.payloads import DIGITS
from ecosystem.services.comparison import ComparedCity, Comparison, GapPeers


def comparison_document(
    comparison: Comparison, peers: Mapping[int, Sequence[GapPeers]], not_found: Sequence[str] = ()
) -> dict[str, Any]:
    """Everything that is compared.

    Keys: ``method``; ``cities``, each with its ``figures``; ``equal_coverage``, the numbers of each
    map at the sample coverage of the least well sampled one (G19); ``peers``, for each gap who
    could help (G20); ``not_found``, what was asked for and is compared with nothing.
    """
    return {
        "method": METHOD,
        "cities": [_city(city) for city in comparison.cities],
        "equal_coverage": _rounded(
            {
                "coverage": comparison.equal.coverage,
                "lowest": list(comparison.equal.lowest),
                "cities": {city.city.slug: plain(city.rarefied) for city in comparison.cities},
            }
        ),
        "peers": [
            _peers(city.city, gap)
            for city in comparison.cities
            for gap in peers.get(city.city.pk, ())
        ],
        "not_found": list(not_found),
    }


def _city(compared: ComparedCity) -> dict[str, Any]:
    city = compared.city
    figures = plain(compared.figures)
    figures["reach"] = plain(compared.reach)
    return {
        "city": city.slug,
        "name": city.name,
        "state": city.state,
        "stage": city.stage,
        "population": city.population,
        "as_of": figures.pop("as_of"),
        "size": figures.pop("size"),
        "figures": _rounded({key: item for key, item in figures.items() if key != "city"}),
    }


def _peers(city: City, found: GapPeers) -> dict[str, Any]:
    return {
        "city": city.slug,
        "competency": found.gap.competency,
        "state": found.gap.state,
        "confirmed": found.gap.is_confirmed,
        "helpers": [
            {
                "city": helper.city.slug,
                "holders": [
                    {
                        "actor": holder.slug,
                        "evidence": holder.evidence,
                        "projects": [project.slug for project in holder.projects],
                    }
                    for holder in helper.holders
                ],
            }
            for helper in found.helpers
        ],
        "more": found.more,
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return round(value, DIGITS) if isinstance(value, float) else value
