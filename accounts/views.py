from typing import Any, cast

from allauth.mfa.models import Authenticator
from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import TemplateView

from accounts.models import User


class AccountView(LoginRequiredMixin, TemplateView):
    """One's own account: how to sign in, and where one is signed in."""

    template_name = "account/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = cast(User, self.request.user)
        kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        return super().get_context_data(
            has_password=user.has_usable_password(),
            has_app=Authenticator.Type.TOTP in kinds,
            passkey_count=kinds.count(Authenticator.Type.WEBAUTHN),
            **kwargs,
        )
