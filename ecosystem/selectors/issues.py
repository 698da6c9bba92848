"""Who works on an issue, and why one can say so."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.rules import Viewer
from actors.models import Actor, Issue
from collaboratives.models import Collaborative, Membership


@dataclass(frozen=True, slots=True)
class WorkOnIssue:
    """That an actor works on an issue: by itself, or at the tables of these collaboratives."""

    itself: bool
    tables: tuple[str, ...]


def load_issues(user: Viewer) -> dict[str, str]:
    """Names by slug, ordered by name, of the issues that anybody whom ``user`` may see works on;
    one query."""
    actors = Actor.issues.through.objects.filter(actor__in=Actor.objects.visible_to(user))
    tables = Collaborative.objects.visible_to(user).exclude(issue=None)
    known = Issue.objects.filter(
        Q(pk__in=actors.values("issue")) | Q(pk__in=tables.values("issue"))
    )
    return dict(known.order_by("name").values_list("slug", "name"))


def load_work_on_issue(
    issue: str, actors: Collection[int], user: Viewer, day: date
) -> dict[int, WorkOnIssue]:
    """Who of these actors works on an issue on a day, by id; two queries.

    Only collaboratives that ``user`` may see count.
    """
    by_itself = set(
        Actor.objects.filter(issues__slug=issue).order_by("pk").values_list("pk", flat=True)
    )
    tables: defaultdict[int, list[str]] = defaultdict(list)
    places = Membership.objects.visible_to(user).current_on(day)
    for actor, name in (
        places.filter(collaborative__issue__slug=issue)
        .order_by("collaborative__name", "pk")
        .values_list("actor", "collaborative__name")
    ):
        tables[actor].append(name)
    return {
        actor: WorkOnIssue(actor in by_itself, tuple(dict.fromkeys(tables[actor])))
        for actor in actors
        if actor in by_itself or actor in tables
    }
