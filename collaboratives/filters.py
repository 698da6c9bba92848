"""What a list of projects can be narrowed down to."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, FilterSet, MultipleChoiceFilter

from accounts.rules import Viewer
from actors.framework import Competency, ProcessStep
from actors.models import SkillStatement
from ecosystem.analysis.defaults import HOLDER_LEVEL
from ecosystem.common.filtering import OfferedFilters

from .models import Project
from .selectors import current_places

WITH_CODE: Final = "yes"
ADOPTED: Final = "elsewhere"
ADOPTING: Final = "from"


class ProjectFilter(OfferedFilters, FilterSet):
    """Any of the values chosen for one filter, and all of the filters together.

    Parameters
    ----------
    data
        What came in with the address.
    queryset
        The projects to choose from: those that ``user`` may see.
    user
        Whose sight decides which members and which adoptions count.
    issues, cities
        Slugs and names to offer.
    find
        Ids of the projects that a search finds. Passed in, because pages forgive more when they
        compare words than a database does.
    """

    q = CharFilter(label=_("Name or what it does"), method="search")
    issue = MultipleChoiceFilter(
        label=_("Issue"), field_name="collaborative__issue__slug", distinct=False
    )
    step = MultipleChoiceFilter(label=_("Step"), choices=ProcessStep, distinct=False)
    city = MultipleChoiceFilter(
        label=_("City"), field_name="collaborative__city__slug", distinct=False
    )
    skill = MultipleChoiceFilter(
        label=_("Skill behind it"), choices=Competency, method="with_skill"
    )
    code = MultipleChoiceFilter(
        label=_("Code"), choices=[(WITH_CODE, _("Source code is open"))], method="with_code"
    )
    adopted = MultipleChoiceFilter(
        label=_("Adoption"),
        choices=[
            (ADOPTED, _("Adopted by another project")),
            (ADOPTING, _("Built on another project")),
        ],
        method="with_adoption",
    )

    class Meta:
        model = Project
        fields: Sequence[str] = []

    def __init__(
        self,
        data: QueryDict,
        queryset: QuerySet[Project],
        *,
        user: Viewer,
        issues: Mapping[str, str],
        cities: Mapping[str, str],
        find: Callable[[str], Collection[int]],
    ) -> None:
        super().__init__(data, queryset)
        self.user = user
        self.find = find
        self.filters["issue"].extra["choices"] = list(issues.items())
        self.filters["city"].extra["choices"] = list(cities.items())
        self.keep_offered(data)

    def search(self, queryset: QuerySet[Project], _name: str, value: str) -> QuerySet[Project]:
        return queryset.filter(pk__in=self.find(value))

    def with_skill(
        self, queryset: QuerySet[Project], _name: str, skills: list[str]
    ) -> QuerySet[Project]:
        """Projects of collaboratives in which a current member holds one of the skills."""
        holders = SkillStatement.objects.filter(competency__in=skills, level__gte=HOLDER_LEVEL)
        places = current_places(self.user).filter(actor__in=holders.values("actor"))
        return queryset.filter(collaborative__in=places.values("collaborative"))

    def with_code(
        self, queryset: QuerySet[Project], _name: str, _values: list[str]
    ) -> QuerySet[Project]:
        """Projects whose code has an address that a browser may follow."""
        return queryset.filter(
            Q(code_url__istartswith="https://") | Q(code_url__istartswith="http://")
        )

    def with_adoption(
        self, queryset: QuerySet[Project], _name: str, ways: list[str]
    ) -> QuerySet[Project]:
        """Projects that others built on, or that build on others: hidden ones do not count."""
        seen = Project.objects.visible_to(self.user)
        wanted = Q()
        if ADOPTED in ways:
            wanted |= Q(pk__in=seen.filter(adopted_from__isnull=False).values("adopted_from"))
        if ADOPTING in ways:
            wanted |= Q(adopted_from__in=seen.values("pk"))
        return queryset.filter(wanted)
