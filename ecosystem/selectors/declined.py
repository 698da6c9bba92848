"""What was asked and not answered: no level, so the analysis does not know of it."""

from collections.abc import Iterable

from django.db.models import Q

from accounts.rules import Viewer
from actors.models import City, SkillStatement


def load_declined(
    city: City, visitors: Iterable[int], *, user: Viewer
) -> frozenset[tuple[int, str]]:
    """Actor and competency of each question that the actor would rather not answer; one query.

    Of the own actors of ``city`` and of those from elsewhere whose ids are given.
    """
    there = Q(actor__city=city) | Q(actor__in=list(visitors))
    rows = SkillStatement.objects.visible_to(user).filter(there, level=None)
    return frozenset(rows.values_list("actor", "competency"))
