from typing import Any

from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.http import HttpRequest

from actors.models import (
    Actor,
    Campaign,
    City,
    CityRole,
    Contact,
    Invitation,
    Issue,
    Merge,
    Need,
    Offer,
    OtherName,
    OutboxMessage,
    Proposal,
    Relationship,
    SkillStatement,
    Source,
    Steward,
    Tag,
)
from actors.services import map_change
from ecosystem.common.admin import PartInline, RecordAdmin, choice_set_filter

BY_CITY = ("city", RelatedOnlyFieldListFilter)
BY_ACTORS_CITY = ("actor__city", RelatedOnlyFieldListFilter)


class MapRecordAdmin(RecordAdmin):
    """A record that may be on maps: whoever reads one learns of each change."""

    change = staticmethod(map_change)


@admin.register(City)
class CityAdmin(MapRecordAdmin):
    list_display = ("name", "state", "stage", "visibility", "map_date", "updated_at")
    list_filter = ("stage", "visibility", "state")
    search_fields = ("name", "slug", "state")
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("tie_revision", "fact_revision")


@admin.register(CityRole)
class CityRoleAdmin(MapRecordAdmin):
    list_display = ("user", "city", "kind", "granted_by", "updated_at")
    list_filter = ("kind", BY_CITY)
    list_select_related = ("user", "city", "granted_by")
    search_fields = ("user__email", "user__name", "city__name")


@admin.register(Issue)
class IssueAdmin(MapRecordAdmin):
    list_display = ("name", "slug")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    history_list_display = ()


@admin.register(Tag)
class TagAdmin(MapRecordAdmin):
    list_display = ("name", "city")
    list_filter = (BY_CITY,)
    list_select_related = ("city",)
    search_fields = ("name", "city__name")
    history_list_display = ()


@admin.register(Source)
class SourceAdmin(MapRecordAdmin):
    list_display = ("citation", "title", "kind", "city", "is_informant", "is_public")
    list_filter = ("kind", "is_informant", "is_public", BY_CITY)
    list_select_related = ("city",)
    search_fields = ("citation", "title", "url")
    date_hierarchy = "published_on"


class OtherNameInline(PartInline):
    model = OtherName


@admin.register(Actor)
class ActorAdmin(MapRecordAdmin):
    list_display = ("name", "city", "sector", "roles", "status", "part_of", "updated_at")
    list_filter = ("status", "sector", choice_set_filter(Actor, "roles"), BY_CITY)
    list_select_related = ("city", "part_of")
    search_fields = ("name", "slug", "other_names__name", "description", "website")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (OtherNameInline,)

    @admin.display(description=Actor._meta.get_field("roles").verbose_name)
    def roles(self, actor: Any) -> str:
        return str(actor.get_roles_display())


@admin.register(OtherName)
class OtherNameAdmin(MapRecordAdmin):
    list_display = ("name", "actor")
    list_filter = (BY_ACTORS_CITY,)
    list_select_related = ("actor",)
    search_fields = ("name", "actor__name")
    history_list_display = ()


@admin.register(Steward)
class StewardAdmin(MapRecordAdmin):
    list_display = ("user", "actor", "status", "approved_by", "updated_at")
    list_filter = ("status", BY_ACTORS_CITY)
    list_select_related = ("user", "actor", "approved_by")
    search_fields = ("user__email", "user__name", "actor__name")


@admin.register(Contact)
class ContactAdmin(MapRecordAdmin):
    list_display = ("name", "job", "actor", "level", "is_public", "consented_on")
    list_filter = ("is_public", "level", "language", BY_ACTORS_CITY)
    list_select_related = ("actor",)
    search_fields = ("name", "email", "job", "actor__name")


@admin.register(SkillStatement)
class SkillStatementAdmin(MapRecordAdmin):
    list_display = ("actor", "competency", "level", "origin", "confirmed_on", "updated_at")
    list_filter = ("competency", "level", "origin", BY_ACTORS_CITY)
    list_select_related = ("actor",)
    search_fields = ("actor__name", "competency", "evidence")
    date_hierarchy = "confirmed_on"


@admin.register(Relationship)
class RelationshipAdmin(MapRecordAdmin):
    list_display = ("source", "kind", "target", "city", "status", "strength", "ended_on")
    list_filter = (
        "kind",
        "status",
        "strength",
        "formality",
        choice_set_filter(Relationship, "carried_levels"),
        BY_CITY,
    )
    list_select_related = ("source", "target", "city")
    search_fields = ("source__name", "target__name", "description", "kind")


class ExchangeAdmin(MapRecordAdmin):
    list_display = ("description", "actor", "competency", "resource_kind", "is_open", "ends_on")
    list_filter = ("is_open", "competency", "resource_kind", BY_ACTORS_CITY)
    list_select_related = ("actor",)
    search_fields = ("description", "actor__name")


admin.site.register((Offer, Need), ExchangeAdmin)


@admin.register(Campaign)
class CampaignAdmin(MapRecordAdmin):
    list_display = ("name", "city", "status", "starts_on", "ends_on", "started_by")
    list_filter = ("status", "language", BY_CITY)
    list_select_related = ("city", "started_by")
    search_fields = ("name", "subject")


@admin.register(Invitation)
class InvitationAdmin(MapRecordAdmin):
    """What became of each link. Only its end can be changed here: a campaign makes and sends it."""

    list_display = ("actor", "campaign", "contact", "sent_at", "opened_at", "answered_at")
    list_filter = (("campaign", RelatedOnlyFieldListFilter),)
    list_select_related = ("actor", "campaign", "contact")
    search_fields = ("actor__name", "email", "contact__name")
    readonly_fields = (
        "campaign",
        "actor",
        "contact",
        "email",
        "sent_at",
        "opened_at",
        "answered_at",
        "bounced_at",
        "reminded_at",
        "reminder_count",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Proposal)
class ProposalAdmin(MapRecordAdmin):
    list_display = ("actor", "subject", "city", "status", "proposed_by", "decided_by")
    list_filter = ("status", "subject", BY_CITY)
    list_select_related = ("actor", "city", "proposed_by", "decided_by")
    search_fields = ("actor__name", "reason")


class KeptAdmin(admin.ModelAdmin):
    """What the program wrote down, to look at only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Merge)
class MergeAdmin(KeptAdmin):
    list_display = ("merged", "kept", "city", "merged_at", "merged_by", "undone_at")
    list_filter = (BY_CITY,)
    list_select_related = ("merged", "kept", "city", "merged_by")


@admin.register(OutboxMessage)
class OutboxMessageAdmin(KeptAdmin):
    list_display = ("invitation", "kind", "created_at", "sent_at", "attempts", "error")
    list_filter = ("kind",)
    list_select_related = ("invitation__campaign", "invitation__actor")
