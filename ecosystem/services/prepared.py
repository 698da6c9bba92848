"""Queries that are asked at every request, written once: writing one takes Django several times as
long as the database takes to answer it."""

from dataclasses import dataclass
from typing import Any, Self

from django.db import connection
from django.db.models import QuerySet


class Slot(str):
    """Stands in a filter for a text that is given when the query is asked."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """The SQL of a queryset of values. Rows come as the database gives them, without conversion."""

    sql: str
    params: tuple[Any, ...]

    @classmethod
    def of(cls, rows: QuerySet[Any, Any]) -> Self:
        return cls(*rows.query.sql_with_params())

    def fetch(self, **slots: str) -> list[tuple[Any, ...]]:
        """All rows, each ``Slot`` filled with what is given under its name."""
        params = [slots[one] if isinstance(one, Slot) else one for one in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            return cursor.fetchall()
