"""On which maps changed records are."""

from django.db.models import Model

import collaboratives.services  # noqa: F401  # tells actors.services where its records are shown
from actors import services


def cities_touched(ids_by_model: dict[type[Model], set[int]]) -> dict[bool, set[int]]:
    """Cities by the revision to raise: true for ``tie_revision``, false for ``fact_revision``."""
    return services.cities_by_revision(ids_by_model)
