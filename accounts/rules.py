"""Who is who. Rules take a user, never a request."""

from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser

from .models import User

Viewer: TypeAlias = User | AnonymousUser


def is_national(user: Viewer) -> bool:
    """National staff and superusers see every city."""
    return user.is_active and (user.is_superuser or getattr(user, "is_national_staff", False))


def operator() -> User:
    """Whoever runs a command on the server: sees what national staff see. Never stored."""
    return User(is_active=True, is_national_staff=True)


def can_grant_rights(user: Viewer) -> bool:
    """Only a superuser makes somebody national staff, administrator or superuser."""
    return user.is_active and user.is_superuser


def can_change_account(user: Viewer, account: User) -> bool:
    """An administrator changes every account but those of superusers, which superusers do."""
    return user.is_active and user.is_staff and (user.is_superuser or not account.is_superuser)
