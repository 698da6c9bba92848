"""Who is who. Rules take a user, never a request."""

from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser

from .models import User

Viewer: TypeAlias = User | AnonymousUser


def is_national(user: Viewer) -> bool:
    """National staff and superusers see every city."""
    return user.is_active and (
        user.is_superuser or getattr(user, "is_national_staff", False)
    )


def operator() -> User:
    """Whoever runs a command on the server: sees what national staff see. Never stored."""
    return User(is_active=True, is_national_staff=True)
