"""How signing in differs from what django-allauth does by itself."""

from io import BytesIO
from typing import Any, NamedTuple

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import MultiFernet
from django.core.mail import EmailMessage
from django.http import HttpRequest

from accounts.mail import send_later
from accounts.models import User
from ecosystem.common.ciphers import ciphers

SITE_NAME = "CivicWeave"


class Site(NamedTuple):
    """What mails say they come from."""

    name: str
    domain: str


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: conveners and administrators make accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send after the answer: waiting for the mail server would tell who has an account."""
        send_later(self._written(template_prefix, email, context))

    def rehearse_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a message that nobody gets, so that the answer takes as long as to an account."""
        self._written(template_prefix, email, context)

    def _written(self, template_prefix: str, email: str, context: dict[str, Any]) -> EmailMessage:
        request = current.request
        known = {"request": request, "email": email} | context
        site = Site(SITE_NAME, request.get_host())
        return self.render_mail(template_prefix, email, known | {"current_site": site})

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell of a change that matters for signing in, at the one address of the account."""
        super().send_notification_mail(template_prefix, user, context, user.email)

    def format_email_subject(self, subject: str) -> str:
        return f"{SITE_NAME}: {subject}"


class MFAAdapter(DefaultMFAAdapter):
    """Keys of authenticator apps and of recovery codes are stored encrypted.

    By keys derived from ``SECRET_KEY`` and its fallbacks: whoever steals the database alone cannot
    use them.
    """

    def build_totp_svg(self, url: str) -> str:
        drawn = BytesIO()
        segno.make(url, error="m").save(drawn, kind="svg", scale=4, border=4, light="#fff")
        return drawn.getvalue().decode()

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    """Encrypts by the current key, reads what earlier ones wrote."""
    return MultiFernet(ciphers("second factors"))
