"""Figures as plain values that JSON can hold, and back."""

from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from ecosystem.analysis.compare import (
    CellFigure,
    CityFigures,
    ConnectionFigure,
    FragilityFigure,
    ReachFigure,
    StructureFigure,
    VoiceFigure,
)
from ecosystem.analysis.completeness import Completeness
from ecosystem.analysis.rarefaction import Incidence
from ecosystem.analysis.structure import Residents
from ecosystem.selectors.comparison import Coverage, CoverageCell


def plain(value: Any) -> Any:
    """Dataclasses become objects, tuples lists, days text. Numbers keep all their digits."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def figures_from(kept: dict[str, Any]) -> CityFigures:
    """The figures that ``plain`` made these values from."""
    connection, fragility = kept["sector_connection"], kept["fragility"]
    return CityFigures(
        **kept
        | {
            "as_of": date.fromisoformat(kept["as_of"]),
            "cells": tuple(CellFigure(**cell) for cell in kept["cells"]),
            "missing_required": tuple(kept["missing_required"]),
            "missing_expected": tuple(kept["missing_expected"]),
            "reach": tuple(ReachFigure(**one) for one in kept["reach"]),
            "structure": StructureFigure(**kept["structure"]),
            "sector_connection": ConnectionFigure(
                connection["pairs"],
                tuple((a, b) for a, b in connection["disconnected"]),
                tuple((a, b) for a, b in connection["weak"]),
            ),
            "fragility": FragilityFigure(**fragility | {"single": tuple(fragility["single"])}),
            "residents": Residents(**kept["residents"]),
            "resident_voice": VoiceFigure(**kept["resident_voice"]),
            "completeness": Completeness(**kept["completeness"]),
            "incidence": Incidence(
                **kept["incidence"] | {"actors": tuple(kept["incidence"]["actors"])}
            ),
        }
    )


def plain_coverage(coverage: Coverage) -> list[Any]:
    """The number of actors, then the fields of each cell: short, because there are many."""
    return [
        coverage.size,
        [[c.competency, c.state, c.holders, c.learners, c.answered] for c in coverage.cells],
    ]


def coverage_from(kept: list[Any]) -> Coverage:
    """The coverage that ``plain_coverage`` made these values from."""
    size, cells = kept
    return Coverage(size, tuple(CoverageCell(*cell) for cell in cells))
