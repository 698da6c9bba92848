"""How every number is computed, for residents and conveners."""

from typing import Any

from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from actors.framework import Area, Competency, Level, Sector
from ecosystem.analysis import defaults
from ecosystem.analysis.vocabulary import AREAS, EXPECTED_SECTORS, REQUIRED_SECTORS


class MethodView(TemplateView):
    """The gap method in plain words; its constants are those the analysis uses."""

    template_name = "ecosystem/method.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=_("How the numbers are computed"),
            lede=_(
                "Every number counts what somebody has said or written down, names how many "
                "organizations it rests on and the day it describes, and never takes a question "
                "that nobody asked for a gap."
            ),
            method=defaults,
            areas=_areas(),
            levels=[
                {"label": level.label, "weight": defaults.LEVEL_WEIGHTS[level.value]}
                for level in Level
            ],
            required=[Sector(sector).label for sector in REQUIRED_SECTORS],
            expected=[Sector(sector).label for sector in EXPECTED_SECTORS],
        )


def _areas() -> list[dict[str, Any]]:
    """The four areas with what each of their competencies means, in framework order."""
    meanings = {
        Competency.MANAGEMENT_CONVENING: _(
            "Bringing different partners together and keeping shared work on track."
        ),
        Competency.COMMUNICATION_FACILITATION: _(
            "Passing on what matters, and leading a conversation in which all are heard."
        ),
        Competency.COMMUNITY_ORGANIZING: _(
            "Working with the residents whom a problem touches, so that they shape what is done."
        ),
        Competency.FUNDRAISING: _("Winning funders, and finding the money for time and costs."),
        Competency.ISSUE_KNOWLEDGE: _(
            "Knowing the issue from study, from practice or from one's own life."
        ),
        Competency.POLICY_PROGRAM_DESIGN: _(
            "Shaping rules and services that are new and that work."
        ),
        Competency.DATA_COLLECTION_SHARING: _(
            "Gathering data, opening them to others and getting hold of them."
        ),
        Competency.DATA_QUALITY_ANALYSIS: _(
            "Judging how good data are, and finding out what they show."
        ),
        Competency.DATA_COMMUNICATION: _("Telling many people what data say, so that it helps."),
        Competency.CODING: _("Writing the programs of a solution."),
        Competency.INFRASTRUCTURE_MAINTENANCE: _(
            "Keeping technical systems running for years after the start."
        ),
        Competency.USER_CENTERED_DESIGN: _(
            "Building from what the people who use it need, and trying it out with them."
        ),
    }
    return [
        {
            "label": Area(area).label,
            "skills": [
                {"label": Competency(slug).label, "meaning": meanings[Competency(slug)]}
                for slug in slugs
            ],
        }
        for area, slugs in AREAS.items()
    ]
