"""PostgreSQL is told how many rows there are, after many came at once."""

import pytest
from django.db import connection

from ecosystem.common.planner import count_rows_anew
from tests.factories import ActorFactory

pytestmark = pytest.mark.django_db


def known_rows(table):
    """What PostgreSQL's planner believes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
        return cursor.fetchone()[0]


def test_rows_are_counted_where_the_database_plans_by_them(django_assert_num_queries):
    ActorFactory.create_batch(7)

    if connection.vendor == "postgresql":
        count_rows_anew()
        assert known_rows("actors_actor") == 7
    else:
        with django_assert_num_queries(0):
            count_rows_anew()
