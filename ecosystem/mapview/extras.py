"""What a map shows beyond the input of the gap method: other names, issues, collaboratives."""

from collections import defaultdict

from django.db.models import Q

from accounts.rules import Viewer
from actors.filters import folded
from actors.models import Actor, City
from collaboratives.models import Membership
from ecosystem.analysis.data import EcosystemData
from ecosystem.mapview.values import Extra, Extras, MapValues


def map_values(data: EcosystemData, city: City, user: Viewer) -> MapValues:
    """A city's map with all that its pages show. ``data`` holds what ``user`` may see of it."""
    return MapValues(data, load_extras(data, city, user))


def load_extras(data: EcosystemData, city: City, user: Viewer) -> Extras:
    """In two queries. An actor works on an issue by itself or through a collaborative."""
    ids = {actor.id for actor in data.actors}
    visitors = [actor.id for actor in data.actors if actor.city != city.slug]
    issues_of: defaultdict[int, set[str]] = defaultdict(set)
    names_of: defaultdict[int, set[str]] = defaultdict(set)
    issues: dict[str, str] = {}
    rows = Actor.objects.filter(Q(city=city) | Q(pk__in=visitors)).order_by("pk")
    for pk, other_name, issue, issue_name in rows.values_list(
        "pk", "other_names__name", "issues__slug", "issues__name"
    ):
        if pk not in ids:
            continue
        if other_name:
            names_of[pk].add(other_name)
        if issue:
            issues_of[pk].add(issue)
            issues[issue] = issue_name
    tables_of: defaultdict[int, set[str]] = defaultdict(set)
    tables: dict[str, str] = {}
    places = Membership.objects.visible_to(user).current_on(data.as_of)
    places = places.filter(Q(actor__city=city) | Q(actor__in=visitors)).order_by("pk")
    for pk, home, table, table_name, issue, issue_name in places.values_list(
        "actor",
        "collaborative__city",
        "collaborative__slug",
        "collaborative__name",
        "collaborative__issue__slug",
        "collaborative__issue__name",
    ):
        if pk not in ids:
            continue
        if home == city.pk:
            tables_of[pk].add(table)
            tables[table] = table_name
        if issue:
            issues_of[pk].add(issue)
            issues[issue] = issue_name
    return Extras(
        of={
            pk: Extra(
                other_names=tuple(sorted(names_of[pk])),
                issues=frozenset(issues_of[pk]),
                collaboratives=frozenset(tables_of[pk]),
            )
            for pk in ids
        },
        issues=_by_name(issues),
        collaboratives=_by_name(tables),
    )


def _by_name(names: dict[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda item: (folded(item[1]), item[0])))
