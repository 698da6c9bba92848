"""Forms of signing in that look for accounts as ``user_with_address`` does."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import RequestLoginCodeForm, ResetPasswordForm
from django.contrib.auth.tokens import default_token_generator

from accounts.backends import user_with_address
from accounts.models import User


class CodeForm(RequestLoginCodeForm):
    """Asks for a code by mail. Says nothing about whether there is an account."""

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self._user = _active(email)
        if self._user is None:
            adapter = get_adapter()
            context = {"code": adapter.generate_login_code()}
            adapter.rehearse_mail("account/email/login_code", email, context)
        return email


class ResetForm(ResetPasswordForm):
    """Asks for a link by mail to set a new password. As silent as ``CodeForm``."""

    def clean_email(self) -> str:
        email: str = super().clean_email()
        user = _active(email)
        self.users = [user] if user else []
        if user is None:
            nobody = User(pk=0, email=email)
            key = default_token_generator.make_token(nobody)
            context = {"password_reset_url": key, "user": nobody}
            get_adapter().rehearse_mail("account/email/password_reset_key", email, context)
        return email


def _active(email: str) -> User | None:
    user = user_with_address(email)
    return user if user and user.is_active else None
