from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter

from actors.admin import MapRecordAdmin
from collaboratives import services  # noqa: F401  # tells map_change where these records are
from collaboratives.models import (
    Ballot,
    Collaborative,
    Contribution,
    Criterion,
    Decision,
    Engagement,
    Membership,
    Outcome,
    OutcomeReading,
    Project,
    ProjectStep,
    Review,
    ReviewAction,
    Story,
)

BY_CITY = ("collaborative__city", RelatedOnlyFieldListFilter)
BY_COLLABORATIVE = ("collaborative", RelatedOnlyFieldListFilter)


@admin.register(Collaborative)
class CollaborativeAdmin(MapRecordAdmin):
    list_display = ("name", "city", "issue", "backbone", "stage", "started_year", "updated_at")
    list_filter = ("stage", "decision_rule", ("city", RelatedOnlyFieldListFilter))
    list_select_related = ("city", "issue", "backbone")
    search_fields = ("name", "slug", "purpose")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Membership)
class MembershipAdmin(MapRecordAdmin):
    list_display = ("actor", "collaborative", "function", "decision_role", "since", "until")
    list_filter = ("decision_role", BY_CITY)
    list_select_related = ("actor", "collaborative")
    search_fields = ("actor__name", "collaborative__name", "function")


@admin.register(Project)
class ProjectAdmin(MapRecordAdmin):
    list_display = ("name", "collaborative", "step", "adopted_from", "updated_at")
    list_filter = ("step", BY_CITY)
    list_select_related = ("collaborative", "adopted_from")
    search_fields = ("name", "slug", "summary")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(ProjectStep)
class ProjectStepAdmin(MapRecordAdmin):
    list_display = ("project", "step", "entered_on")
    list_filter = ("step", ("project__collaborative__city", RelatedOnlyFieldListFilter))
    list_select_related = ("project",)
    search_fields = ("project__name", "note")


@admin.register(Criterion)
class CriterionAdmin(MapRecordAdmin):
    list_display = ("text", "collaborative", "weight", "position")
    list_filter = (BY_COLLABORATIVE,)
    list_select_related = ("collaborative",)
    search_fields = ("text", "collaborative__name")


@admin.register(Ballot)
class BallotAdmin(MapRecordAdmin):
    list_display = ("member", "project", "criterion", "points")
    list_filter = (("criterion__collaborative", RelatedOnlyFieldListFilter),)
    list_select_related = ("member", "project", "criterion")
    search_fields = ("member__name", "project__name", "criterion__text")


@admin.register(Contribution)
class ContributionAdmin(MapRecordAdmin):
    list_display = ("__str__", "collaborative", "project", "amount", "hours", "status")
    list_filter = ("kind", "status", BY_CITY)
    list_select_related = ("giver", "collaborative", "project")
    search_fields = ("giver__name", "giver_name", "description", "collaborative__name")


@admin.register(Engagement)
class EngagementAdmin(MapRecordAdmin):
    list_display = ("what", "collaborative", "step", "level", "participant_count", "held_on")
    list_filter = ("step", "level", BY_CITY)
    list_select_related = ("collaborative",)
    search_fields = ("what", "notes", "collaborative__name")


@admin.register(Outcome)
class OutcomeAdmin(MapRecordAdmin):
    list_display = ("indicator", "collaborative", "baseline", "target", "unit", "target_on")
    list_filter = (BY_CITY,)
    list_select_related = ("collaborative",)
    search_fields = ("indicator", "collaborative__name")


@admin.register(OutcomeReading)
class OutcomeReadingAdmin(MapRecordAdmin):
    list_display = ("outcome", "read_on", "value")
    list_filter = (("outcome__collaborative__city", RelatedOnlyFieldListFilter),)
    list_select_related = ("outcome",)
    search_fields = ("outcome__indicator", "note")
    date_hierarchy = "read_on"


@admin.register(Story)
class StoryAdmin(MapRecordAdmin):
    list_display = ("title", "collaborative", "is_public", "consented_on")
    list_filter = ("is_public", BY_CITY)
    list_select_related = ("collaborative",)
    search_fields = ("title", "text", "teller")


@admin.register(Review)
class ReviewAdmin(MapRecordAdmin):
    list_display = ("collaborative", "held_on", "updated_at")
    list_filter = (BY_CITY,)
    list_select_related = ("collaborative",)
    search_fields = ("collaborative__name", "what_worked", "what_to_change", "who_is_missing")
    date_hierarchy = "held_on"


@admin.register(ReviewAction)
class ReviewActionAdmin(MapRecordAdmin):
    list_display = ("what", "review", "actor", "due_on", "done_on")
    list_filter = (("review__collaborative__city", RelatedOnlyFieldListFilter),)
    list_select_related = ("review__collaborative", "actor")
    search_fields = ("what", "actor__name")


@admin.register(Decision)
class DecisionAdmin(MapRecordAdmin):
    list_display = ("what", "collaborative", "decided_on", "rule")
    list_filter = ("rule", BY_CITY)
    list_select_related = ("collaborative",)
    search_fields = ("what", "why", "collaborative__name")
    date_hierarchy = "decided_on"
