"""The fixed national vocabulary with its translated names.

The slugs and their order are those of ``ecosystem.analysis.vocabulary``; a test holds the two
together. Cities add free tags, never choices here, so that maps stay comparable.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Sector(models.TextChoices):
    """Kind of organisation."""

    GOVERNMENT = "government", _("Local government")
    DATA_INTERMEDIARY = "data_intermediary", _("Data intermediary")
    CIVIC_TECHNOLOGIST = "civic_technologist", _("Civic technologist")
    PHILANTHROPY = "philanthropy", _("Philanthropy")
    RESIDENTS_COMMUNITY = "residents_community", _("Residents & community")
    ACADEMIA = "academia", _("Academia")
    PRIVATE = "private", _("Business")
    MEDIA = "media", _("Media")
    NONPROFIT_SERVICE = "nonprofit_service", _("Service nonprofit")
    NATIONAL_NETWORK = "national_network", _("National network")


class Role(models.TextChoices):
    """Part an actor plays: the key players at the table."""

    CIVIC_TECHNOLOGIST = "civic_technologist", _("Civic technologist")
    DATA_SPECIALIST = "data_specialist", _("Data specialist")
    COMMUNITY = "community", _("Community")
    LOCAL_GOVERNMENT = "local_government", _("Local government official")
    ISSUE_EXPERT = "issue_expert", _("Issue expert")
    SERVICE_PROVIDER = "service_provider", _("Service provider")
    RESOURCE_PROVIDER = "resource_provider", _("Resource provider")
    BACKBONE = "backbone", _("Backbone")
    STORYTELLER = "storyteller", _("Storyteller")
    NETWORK_WEAVER = "network_weaver", _("Network weaver")


class Area(models.TextChoices):
    """The four competency areas."""

    MANAGEMENT_COMMUNICATIONS = (
        "management-communications",
        _("Management & communications"),
    )
    DOMAIN_POLICY = "domain-policy", _("Domain & policy expertise")
    DATA_ANALYSIS_TRANSLATION = (
        "data-analysis-translation",
        _("Data analysis & translation"),
    )
    TECHNOLOGY_DESIGN_DEVELOPMENT = (
        "technology-design-development",
        _("Technology design & development"),
    )


class Competency(models.TextChoices):
    """What an actor can do: the twelve competencies, in framework order."""

    MANAGEMENT_CONVENING = "management-convening", _("Management & convening")
    COMMUNICATION_FACILITATION = (
        "communication-facilitation",
        _("Communication & facilitation"),
    )
    COMMUNITY_ORGANIZING = "community-organizing", _("Community organizing")
    FUNDRAISING = "fundraising", _("Fundraising")
    ISSUE_KNOWLEDGE = "issue-knowledge", _("Knowledge of the issue")
    POLICY_PROGRAM_DESIGN = "policy-program-design", _("Policy & program design")
    DATA_COLLECTION_SHARING = "data-collection-sharing", _("Data collection & sharing")
    DATA_QUALITY_ANALYSIS = "data-quality-analysis", _("Data quality & analysis")
    DATA_COMMUNICATION = "data-communication", _("Communicating data")
    CODING = "coding", _("Coding")
    INFRASTRUCTURE_MAINTENANCE = (
        "infrastructure-maintenance",
        _("Infrastructure & maintenance"),
    )
    USER_CENTERED_DESIGN = "user-centered-design", _("User-centered design")


class Level(models.IntegerChoices):
    """How well an actor can do it. No statement at all means that nobody asked."""

    NONE = 0, _("Not at all")
    DEVELOPING = 1, _("Learning")
    SOLID = 2, _("Solid")
    STRONG = 3, _("Strong, could teach")


class TieKind(models.TextChoices):
    """What a relationship is about, read from its source to its target."""

    FUNDS = "funds", _("Funds")
    SHARES_DATA = "shares_data", _("Shares data with")
    DELIVERS_PROJECT_WITH = "delivers_project_with", _("Delivers a project with")
    ADVISES = "advises", _("Advises")
    HOSTS = "hosts", _("Hosts")
    STAFFS = "staffs", _("Staffs")
    VOLUNTEERS_FOR = "volunteers_for", _("Volunteers for")
    CONVENES = "convenes", _("Convenes")
    TRAINS = "trains", _("Trains")
    MEMBER_OF = "member_of", _("Member of")
    IN_KIND = "in_kind", _("Gives in kind to")


REVERSE_TIE_LABELS = {
    TieKind.FUNDS: _("Funded by"),
    TieKind.SHARES_DATA: _("Receives data from"),
    TieKind.DELIVERS_PROJECT_WITH: _("Delivers a project with"),
    TieKind.ADVISES: _("Advised by"),
    TieKind.HOSTS: _("Hosted by"),
    TieKind.STAFFS: _("Staffed by"),
    TieKind.VOLUNTEERS_FOR: _("Has volunteers from"),
    TieKind.CONVENES: _("Convened by"),
    TieKind.TRAINS: _("Trained by"),
    TieKind.MEMBER_OF: _("Has as member"),
    TieKind.IN_KIND: _("Receives in kind from"),
}
"""The same tie read from its target."""


class TieStatus(models.TextChoices):
    EXISTING = "existing", _("Existing")
    WISHED = "wished", _("Wished for")


class TieStrength(models.IntegerChoices):
    IN_CONTACT = 1, _("In contact")
    COOPERATES = 2, _("Cooperates")
    COORDINATES = 3, _("Coordinates")
    FULLY_SHARED = 4, _("Fully shared work")


class Formality(models.TextChoices):
    INFORMAL = "informal", _("Informal")
    AGREEMENT = "agreement", _("By agreement")


class JobLevel(models.TextChoices):
    """Level in an organisation of a contact, or of the people who carry a tie."""

    EXECUTIVE = "executive", _("Executive")
    PROGRAM = "program", _("Program")
    TECHNICAL = "technical", _("Technical")


class ProcessStep(models.TextChoices):
    """The repeatable process of a collaborative, in order."""

    IDENTIFY = "identify", _("Identify an issue")
    DEFINE = "define", _("Define the problem")
    ITERATE = "iterate", _("Iterate solutions")
    IMPLEMENT = "implement", _("Implement and embed")
    LEARN = "learn", _("Learn and repeat")


class EngagementLevel(models.TextChoices):
    """The IAP2 spectrum of public participation, least first."""

    INFORM = "inform", _("Inform")
    CONSULT = "consult", _("Consult")
    INVOLVE = "involve", _("Involve")
    COLLABORATE = "collaborate", _("Collaborate")
    EMPOWER = "empower", _("Empower")


class ResourceKind(models.TextChoices):
    GRANT = "grant", _("Grant")
    MATCH = "match", _("Match")
    IN_KIND_LABOR = "in_kind_labor", _("Labor in kind")
    IN_KIND_SPACE = "in_kind_space", _("Space in kind")
    DATA = "data", _("Data")
    SOFTWARE = "software", _("Software")
    MEDIA_TIME = "media_time", _("Media time")
    PRIZE = "prize", _("Prize")
    EARNED = "earned", _("Earned")


class CityStage(models.TextChoices):
    """How far a city's work together is."""

    EXPLORING = "exploring", _("Exploring")
    PLANNING = "planning", _("Planning")
    IMPLEMENTING = "implementing", _("Implementing")
    SUSTAINING = "sustaining", _("Sustaining")


class Visibility(models.TextChoices):
    """Who may see a city's map."""

    PUBLIC = "public", pgettext_lazy("visibility", "Everyone")
    PARTNERS = "partners", pgettext_lazy("visibility", "Partners of the city")
    PRIVATE = "private", pgettext_lazy("visibility", "The city's team")


class ActorStatus(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")
