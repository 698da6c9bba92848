"""How many rows one API answer may hold."""

from rest_framework.pagination import LimitOffsetPagination


class LimitedPagination(LimitOffsetPagination):
    """``?limit=&offset=``: 100 rows unless asked otherwise, and never more than 500."""

    default_limit = 100
    max_limit = 500
