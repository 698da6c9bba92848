from typing import Any

from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.db.models import Model
from django.http import HttpRequest

from actors.admin import MapRecordAdmin
from ecosystem.models import Introduction, Snapshot

BY_CITY = ("city", RelatedOnlyFieldListFilter)


@admin.register(Introduction)
class IntroductionAdmin(MapRecordAdmin):
    list_display = ("source", "target", "through", "city", "competency", "status", "due_on")
    list_filter = ("status", "competency", BY_CITY)
    list_select_related = ("source", "target", "through", "city")
    search_fields = ("source__name", "target__name", "through__name", "assigned_to")


@admin.register(Snapshot)
class SnapshotAdmin(admin.ModelAdmin):
    """Snapshots can be looked at and deleted; what one says is never changed."""

    list_display = ("city", "as_of", "taken_at", "taken_by", "method", "note")
    list_filter = ("method", BY_CITY)
    list_select_related = ("city", "taken_by")
    search_fields = ("city__name", "note")
    date_hierarchy = "as_of"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
