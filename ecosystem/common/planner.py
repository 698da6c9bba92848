"""Figures about the tables, which PostgreSQL plans its queries by."""

from django.db import connection


def count_rows_anew() -> None:
    """Call it after many rows were stored at once.

    PostgreSQL counts by itself a minute or so later. Until then it takes a new table for empty, and
    a page of a map of a hundred organizations takes half a minute.
    """
    if connection.vendor != "postgresql":
        return
    tables = connection.introspection.django_table_names(only_existing=True)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, sorted(tables)))}")
