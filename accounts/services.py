"""Changes to how people sign in."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from accounts.models import User


@transaction.atomic
def forget_second_steps(user: User) -> None:
    """Take away authenticator app, passkeys and recovery codes, and sign out everywhere.

    For who lost them; password and mailed code go on working. The history of the account says so.
    """
    user._change_reason = "Second steps taken away, signed out everywhere"  # type: ignore[attr-defined]  # the history reads it
    user.save()
    Authenticator.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
