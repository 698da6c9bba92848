"""Results as JSON: of the ``gaps`` command, the API and the pages (gap method, section 11)."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any

from ecosystem.analysis.gaps import GapResults

DIGITS = 6


def gap_document(results: GapResults) -> dict[str, Any]:
    """The result document of a scope. Numbers are rounded to 6 digits, undefined ones are null."""
    return {
        "method": results.method,
        "scope": _plain(results.scope),
        "as_of": results.as_of.isoformat(),
        "answered_share": _plain(results.answered_share),
        "cells": _plain(results.cells),
        "areas": _plain(results.areas),
        "sector_cells": _plain(results.sector_cells),
        "presence": _plain(results.presence),
        "resident_voice": _plain(results.resident_voice),
        "reach": _plain(results.reach),
        "structure": _plain(results.structure),
        "actors": _plain(results.actors),
        "sector_connection": _plain(results.sector_connection),
        "fragility": _plain(results.fragility),
        "residents": _plain(results.residents),
        "completing_set": _plain(results.completing_set),
        "introductions": _plain(results.introductions),
        "questions": _plain(results.questions),
        "sector_introductions": _plain(results.sector_introductions),
        "completeness": _plain(results.completeness),
    }


def _plain(value: Any) -> Any:
    """Dataclasses become objects, tuples lists; a trailing underscore of a name is dropped."""
    if value is None or isinstance(value, str | int):  # most of them
        return value
    if isinstance(value, float):
        return round(value, DIGITS)
    if is_dataclass(value) and not isinstance(value, type):
        return {key: _plain(getattr(value, name)) for name, key in _keys(type(value))}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


@cache
def _keys(kind: Any) -> tuple[tuple[str, str], ...]:
    """The fields of a dataclass, each with its key in the document."""
    return tuple((field.name, field.name.rstrip("_")) for field in fields(kind))
