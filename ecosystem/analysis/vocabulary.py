"""The fixed national vocabulary as plain slugs, in framework order.

Source: *Collaborating for 21st Century Solutions* (June 2018), figure "Competencies for
Civic Tech & Data Collaboratives"; roles from the draft framework *Harnessing Technology and
Data for Social Impact*. ``actors.framework`` gives the same slugs their translated names.
"""

AREAS = {
    "management-communications": (
        "management-convening",
        "communication-facilitation",
        "community-organizing",
        "fundraising",
    ),
    "domain-policy": ("issue-knowledge", "policy-program-design"),
    "data-analysis-translation": (
        "data-collection-sharing",
        "data-quality-analysis",
        "data-communication",
    ),
    "technology-design-development": (
        "coding",
        "infrastructure-maintenance",
        "user-centered-design",
    ),
}

COMPETENCIES = tuple(competency for area in AREAS.values() for competency in area)

AREA_OF = {competency: area for area, members in AREAS.items() for competency in members}

SECTORS = (
    "government",
    "data_intermediary",
    "civic_technologist",
    "philanthropy",
    "residents_community",
    "academia",
    "private",
    "media",
    "nonprofit_service",
    "national_network",
)

ROLES = (
    "civic_technologist",
    "data_specialist",
    "community",
    "local_government",
    "issue_expert",
    "service_provider",
    "resource_provider",
    "backbone",
    "storyteller",
    "network_weaver",
)

PROCESS_STEPS = ("identify", "define", "iterate", "implement", "learn")

ENGAGEMENT_LEVELS = ("inform", "consult", "involve", "collaborate", "empower")
"""The IAP2 spectrum of public participation, least first."""

RESIDENTS = "residents_community"
RESIDENT_ROLE = "community"
REQUIRED_SECTORS = ("government", "data_intermediary", "civic_technologist", RESIDENTS)
EXPECTED_SECTORS = ("philanthropy",)
