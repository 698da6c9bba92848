"""Who may do what in a city: giving, changing and taking away roles."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from accounts.adapter import SITE_NAME, Site
from accounts.backends import user_with_address
from accounts.mail import send_later
from accounts.models import User
from accounts.rules import Viewer, is_national
from actors.models import City, CityRole
from actors.models.city import CityRoleKind
from ecosystem.common.versions import record_change

CONVENER: Final = CityRoleKind.CONVENER.value


class LastConvener(Exception):
    """Without this person nobody would convene the city; national staff alone may do that."""


class HasAnotherRole(Exception):
    """The person has another role here already: ``stored``. Nothing was written."""

    def __init__(self, stored: CityRole) -> None:
        super().__init__(str(stored))
        self.stored = stored


class AddressRefused(Exception):
    """No account can be made for this address."""


def give_role(
    city: City, address: str, kind: str, *, by: User, sign_in_at: str = ""
) -> tuple[CityRole, bool]:
    """Give the person with this e-mail address a role; also whether anything changed by it.

    Without an account one is made, without a password: its owner signs in by a mailed code. Both
    cases look the same to who gives the role, so that nobody learns by trying addresses who has an
    account.

    With ``sign_in_at``, the address of the sign-in page, the person is told by mail after the
    transaction, but only with the first role ever in this city: nobody gets that mail twice.

    Raises ``AddressRefused``, and ``HasAnotherRole`` for a person who has one here, which is
    changed by ``change_role`` alone: somebody else may have given it a moment ago.
    """
    with transaction.atomic():
        _one_at_a_time(city)
        user = user_with_address(address) or _new_account(address)
        role = CityRole.objects.filter(city=city, user=user).first()
        if role is not None:
            if role.kind != kind:
                raise HasAnotherRole(role)
            return role, False
        role = CityRole(city=city, user=user, kind=kind, granted_by=by)
        if sign_in_at and not CityRole.history.filter(city_id=city.pk, user_id=user.pk).exists():
            transaction.on_commit(_invitation(role, sign_in_at))
        with record_change(role):
            role.save()
    return role, True


def change_role(role: CityRole, kind: str, *, by: User, based_on: int) -> None:
    """Give a person another role in the same city.

    Raises ``LastConvener``, and ``ChangedMeanwhile`` when the role is not as the writer saw it.
    """
    with transaction.atomic():
        _one_at_a_time(role.city)
        if kind != CONVENER:
            _keep_one_convener(role, by)
        with record_change(role, based_on=based_on):
            role.kind, role.granted_by = kind, by
            role.save()


def take_role(role: CityRole, *, by: User, based_on: int) -> None:
    """Take a role away. The account stays; what the person entered stays, too.

    Raises ``LastConvener``, and ``ChangedMeanwhile`` when the role is not as the writer saw it.
    """
    with transaction.atomic():
        _one_at_a_time(role.city)
        _keep_one_convener(role, by)
        with record_change(role, based_on=based_on):
            role.delete()


def _one_at_a_time(city: City) -> None:
    """Two conveners who take each other's role away at one moment must not both succeed."""
    City.objects.select_for_update().get(pk=city.pk)


def _keep_one_convener(role: CityRole, by: Viewer) -> None:
    stored = CityRole.objects.filter(pk=role.pk, kind=CONVENER)
    if is_national(by) or not stored.exists():
        return
    others = CityRole.objects.filter(city=role.city_id, kind=CONVENER, user__is_active=True)
    if not others.exclude(pk=role.pk).exists():
        raise LastConvener


def _new_account(address: str) -> User:
    language = translation.get_language() or ""
    known = {code for code, _name in User._meta.get_field("language").choices or ()}
    try:
        return User.objects.create_user(address, language=language if language in known else "en")
    except ValidationError as error:
        raise AddressRefused from error


def _invitation(role: CityRole, sign_in_at: str) -> Callable[[], None]:
    """What is sent once the role is stored, in the language of its owner."""

    def send() -> None:
        site = Site(SITE_NAME, urlsplit(sign_in_at).netloc)
        words = {"role": role, "city": role.city, "sign_in_at": sign_in_at, "current_site": site}
        with translation.override(role.user.language):
            subject = render_to_string("actors/people/invitation_subject.txt", words)
            text = render_to_string("actors/people/invitation.txt", words)
        send_later(EmailMessage(" ".join(subject.split()), text, to=[role.user.email]))

    return send
