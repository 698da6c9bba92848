"""What a list of actors can be narrowed down to. Pages and the API use the same filters."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet, MultipleChoiceFilter

from ecosystem.analysis.defaults import HOLDER_LEVEL, LEARNER_LEVEL
from ecosystem.common.wording import folded

from .framework import Competency, Role, Sector, TieKind
from .models import Actor, OtherName, Relationship, SkillStatement

HOLDER: Final = "holder"
LEARNER: Final = "learner"


class ActorFilter(FilterSet):
    """Any of the values chosen for one filter, and all of the filters together.

    ``ties`` are the relationships that count for ``tie``; without them, the existing ones in force
    today that the person asking may see.
    """

    q = CharFilter(label=_("Name or what it does"), method="search")
    sector = MultipleChoiceFilter(label=_("Sector"), choices=Sector, distinct=False)
    role = MultipleChoiceFilter(label=_("Role"), choices=Role, method="with_role")
    competency = MultipleChoiceFilter(
        label=_("Skill"), choices=Competency, method="with_competency"
    )
    level = ChoiceFilter(
        label=_("How well"),
        choices=[(HOLDER, _("Can help with it")), (LEARNER, _("Is learning it"))],
        method="with_level",
    )
    tie = MultipleChoiceFilter(label=_("Kind of tie"), choices=TieKind, method="with_tie")

    class Meta:
        model = Actor
        fields: Sequence[str] = []

    def __init__(
        self, *args: Any, ties: QuerySet[Relationship] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._ties = ties

    @property
    def ties(self) -> QuerySet[Relationship]:
        if self._ties is not None:
            return self._ties
        user = self.request.user if self.request else AnonymousUser()
        return Relationship.objects.visible_to(user).existing().current_on(timezone.localdate())

    def search(self, queryset: QuerySet[Actor], _name: str, value: str) -> QuerySet[Actor]:
        """Actors that have every word somewhere in their names or description.

        Compared here and not in the database: SQLite ignores neither accents nor the case of
        letters beyond A to Z, and the two databases should find the same.
        """
        words = folded(value).split()
        if not words:
            return queryset
        texts: defaultdict[int, list[str]] = defaultdict(list)
        candidates = queryset.order_by()
        for pk, *names in candidates.values_list("pk", "name", "description"):
            texts[pk] += names
        others = OtherName.objects.filter(actor__in=candidates.values("pk"))
        for pk, name in others.values_list("actor", "name"):
            texts[pk].append(name)
        found = []
        for pk, parts in texts.items():
            text = folded("\n".join(parts))
            if all(word in text for word in words):
                found.append(pk)
        return queryset.filter(pk__in=found)

    def with_role(self, queryset: QuerySet[Actor], _name: str, roles: list[str]) -> QuerySet[Actor]:
        any_of_them = Q()
        for role in roles:
            any_of_them |= Q(roles__has=role)
        return queryset.filter(any_of_them)

    def with_competency(
        self, queryset: QuerySet[Actor], _name: str, competencies: list[str]
    ) -> QuerySet[Actor]:
        """Holders of any of them, or those that are learning it when ``level`` says so."""
        learners = self.form.cleaned_data.get("level") == LEARNER
        level = Q(level=LEARNER_LEVEL) if learners else Q(level__gte=HOLDER_LEVEL)
        statements = SkillStatement.objects.filter(level, competency__in=competencies)
        return queryset.filter(pk__in=statements.values("actor"))

    def with_level(self, queryset: QuerySet[Actor], _name: str, _level: str) -> QuerySet[Actor]:
        """Nothing by itself: it says which level ``competency`` asks for."""
        return queryset

    def with_tie(self, queryset: QuerySet[Actor], _name: str, kinds: list[str]) -> QuerySet[Actor]:
        """Actors at either end of such a tie with somebody else."""
        ties = self.ties.filter(kind__in=kinds).exclude(source=F("target"))
        return queryset.filter(Q(pk__in=ties.values("source")) | Q(pk__in=ties.values("target")))
