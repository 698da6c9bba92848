from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, ReadOnlyPasswordHashField
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rules import can_change_account, can_grant_rights
from accounts.services import forget_second_steps
from ecosystem.common.admin import RecordAdmin, RecordForm

admin.site.site_header = "CivicWeave"
admin.site.site_title = "CivicWeave"
admin.site.index_title = _("Administration")

# One door: the same limits and second steps for administrators as for everybody.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

admin.site.unregister(Group)  # rights come from roles in cities, not from groups
# People's own: where they are signed in, and keys that only they have.
admin.site.unregister([EmailAddress, Authenticator, UserSession])

RIGHTS = ("is_national_staff", "is_staff", "is_superuser")


class UserForm(RecordForm):
    password = ReadOnlyPasswordHashField(label=_("Password"))


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "language")


@admin.register(User)
class UserAdmin(RecordAdmin, DjangoUserAdmin):  # type: ignore[misc]  # the bases overlap
    """Who signs in. Only superusers give rights, and only they change superusers."""

    form = UserForm
    add_form = NewUserForm
    list_display = ("email", "name", *RIGHTS, "is_active", "last_login")
    list_filter = (*RIGHTS, "is_active", "language")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "language", "password")}),
        (_("Rights"), {"fields": ("is_active", *RIGHTS)}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {"fields": ("email", "name", "language", "usable_password", "password1", "password2")},
        ),
    )

    actions = ("forget_second_steps",)

    @admin.action(description=_("Lost phone: take away second steps and sign out everywhere"))
    def forget_second_steps(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            forget_second_steps(user)
        self.message_user(request, _("They can sign in by password or mailed code again."))

    def get_actions(self, request: HttpRequest) -> Any:
        """What weakens an account is for superusers, as rights are."""
        actions = super().get_actions(request)
        if not can_grant_rights(request.user):
            actions.pop("forget_second_steps", None)
        return actions

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        rights = () if can_grant_rights(request.user) else RIGHTS
        return [*super().get_readonly_fields(request, obj), *rights]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or can_change_account(request.user, obj)
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (
            obj is None or can_change_account(request.user, obj)
        )

    @transaction.atomic
    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002  # Django's name
        form_url: str = "",
    ) -> HttpResponse:
        return super().user_change_password(request, id, form_url)
