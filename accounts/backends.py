"""Who signs in with an address."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


def user_with_address(address: str) -> User | None:
    """The account of an address, active or not, whatever its case.

    Letters beyond ASCII have to be as they are stored: several of them become the same letter in
    another case, and a code must not reach a look-alike mailbox.
    """
    found = User.objects.filter(email__iexact=address).first()
    if found is None or (not address.isascii() and found.email != address):
        return None
    return found


class AddressBackend(AuthenticationBackend):
    """Passwords, checked in about the same time whether there is an account or not.

    An account has the one address that an administrator wrote into it; addresses that
    django-allauth keeps besides are not asked.
    """

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        return self._check_password(user_with_address(email), password)
