"""Two questions a load balancer asks: is the process alive, and can it answer visitors?"""

import logging
from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nothing of the database: a restart would not mend that."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Database migrated and cache readable, or 503. Says which of them failed, never why."""
    answers = {
        "database": _answers(_database_is_migrated),
        "cache": _answers(_cache_is_readable),
    }
    good = all(answers.values())
    return JsonResponse(
        {"status": "ok" if good else "unavailable", **answers},
        status=200 if good else 503,
    )


def _answers(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except Exception:  # whatever the reason, the answer is no; the log has the reason
        logger.exception("Not ready: %s failed", question.__name__)
        return False


def _database_is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _cache_is_readable() -> bool:
    cache.get("ready")
    return True
