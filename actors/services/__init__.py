"""Changes to who is there, one file per topic."""

from .revisions import (
    SHOWN_THROUGH,
    SHOWN_WHERE_CITED,
    TIE_MODELS,
    cities_by_revision,
    map_change,
    raise_revisions,
)

__all__ = [
    "SHOWN_THROUGH",
    "SHOWN_WHERE_CITED",
    "TIE_MODELS",
    "cities_by_revision",
    "map_change",
    "raise_revisions",
]
