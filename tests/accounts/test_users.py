import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.rules import can_change_account, can_grant_rights, is_national, operator
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("email", ["ada@example.org", "Ada@example.org", "ADA@EXAMPLE.ORG"])
def test_email_is_unique_in_any_case(email):
    User.objects.create_user("ada@example.org", PASSWORD)

    with pytest.raises(ValidationError) as refused:
        User.objects.create_user(email, PASSWORD)

    assert "exists" in str(refused.value)


def test_user_is_found_by_email_in_any_case():
    user = User.objects.create_user("Ada@Example.org", PASSWORD)

    assert user.email == "Ada@example.org"
    assert User.objects.get_by_natural_key("aDA@eXAMPLE.ORG") == user


def test_user_signs_in_with_email_in_any_case(client):
    user = User.objects.create_user("ada@example.org", PASSWORD)

    assert client.login(username="ADA@example.org", password=PASSWORD)
    assert str(user.pk) == client.session["_auth_user_id"]


@pytest.mark.parametrize("email", ["", "ada", "ada@", "a" * 250 + "@example.org"])
def test_user_needs_an_email_address(email):
    with pytest.raises((ValueError, ValidationError)):
        User.objects.create_user(email, PASSWORD)

    assert not User.objects.exists()


def test_superuser_has_every_right():
    user = User.objects.create_superuser("ada@example.org", PASSWORD)

    assert (user.is_staff, user.is_superuser, user.is_national_staff) == (True, True, True)


def test_user_is_called_by_name_else_by_email():
    assert str(User(email="a@example.org", name="Ada")) == "Ada"
    assert str(User(email="a@example.org")) == "a@example.org"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, False),
        ({"is_staff": True}, False),
        ({"is_national_staff": True}, True),
        ({"is_superuser": True}, True),
        ({"is_national_staff": True, "is_active": False}, False),
        ({"is_superuser": True, "is_active": False}, False),
    ],
)
def test_national_are_active_national_staff_and_superusers(fields, expected):
    assert is_national(UserFactory.build(**fields)) is expected


def test_operator_is_national_and_never_stored():
    assert is_national(operator())
    assert operator().pk is None


@pytest.mark.parametrize(
    ("fields", "grants", "changes", "changes_superuser"),
    [
        ({}, False, False, False),
        ({"is_national_staff": True}, False, False, False),
        ({"is_staff": True}, False, True, False),
        ({"is_staff": True, "is_active": False}, False, False, False),
        ({"is_staff": True, "is_superuser": True}, True, True, True),
        ({"is_staff": True, "is_superuser": True, "is_active": False}, False, False, False),
    ],
)
def test_who_changes_accounts(fields, grants, changes, changes_superuser):
    user = UserFactory.build(**fields)

    assert can_grant_rights(user) is grants
    assert can_change_account(user, UserFactory.build()) is changes
    assert can_change_account(user, UserFactory.build(admin=True)) is changes_superuser
