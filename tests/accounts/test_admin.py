import pytest
from django.urls import reverse

from accounts.models import User
from tests.actors.admin_forms import admin_url, change, delete, entries
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "a-quite-long-new-password"


@pytest.fixture
def administrator(client):
    client.force_login(UserFactory(is_staff=True))
    return client


@pytest.fixture
def superuser(client):
    client.force_login(UserFactory(admin=True))
    return client


def add_user(client, **fields):
    url = reverse("admin:accounts_user_add")
    given = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD} | fields
    return client.post(url, entries(client.get(url)) | given)


def test_admin_adds_a_user_with_history(administrator):
    add_user(administrator, email="new@example.org", name="New")

    user = User.objects.get(email="new@example.org")
    assert user.check_password(NEW_PASSWORD)
    assert (user.is_staff, user.is_superuser, user.is_national_staff) == (False, False, False)
    assert user.history.get().history_user == User.objects.get(is_staff=True)


def test_admin_refuses_an_email_that_exists_in_another_case(administrator):
    UserFactory(email="ada@example.org")

    refused = add_user(administrator, email="ADA@example.org")

    errors = refused.context["adminform"].form.errors
    assert errors == {"__all__": ["Somebody with this e-mail address exists already."]}


def test_administrator_gives_no_rights(administrator):
    user = UserFactory()

    change(administrator, user, is_staff="on", is_superuser="on", is_national_staff="on", name="B")

    user.refresh_from_db()
    assert (user.is_staff, user.is_superuser, user.is_national_staff) == (False, False, False)
    assert user.name == "B"


def test_administrator_changes_no_superuser(administrator):
    other = UserFactory(admin=True)
    password = other.password

    assert administrator.get(admin_url(other, "change")).status_code == 200  # to look at
    assert administrator.post(admin_url(other, "change"), {"name": "B"}).status_code == 403
    assert delete(administrator, other).status_code == 403
    url = reverse("admin:auth_user_password_change", args=[other.pk])
    sent = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    assert administrator.post(url, sent).status_code == 403
    other.refresh_from_db()
    assert other.password == password


def test_superuser_gives_rights(superuser):
    user = UserFactory()

    change(superuser, user, is_national_staff="on")

    user.refresh_from_db()
    assert user.is_national_staff


def test_admin_sets_a_password(administrator):
    user = UserFactory()
    url = reverse("admin:auth_user_password_change", args=[user.pk])

    administrator.post(
        url, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    )

    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)


def test_changing_a_user_keeps_the_password(administrator):
    user = UserFactory()
    password = user.password

    change(administrator, user, name="B")

    user.refresh_from_db()
    assert (user.name, user.password) == ("B", password)


def test_stale_save_does_not_bring_an_account_back(superuser):
    user = UserFactory()
    opened = entries(superuser.get(admin_url(user, "change")))
    sent = entries(superuser.get(admin_url(user, "change")))
    del sent["is_active"]
    superuser.post(admin_url(user, "change"), sent)

    refused = superuser.post(admin_url(user, "change"), opened)

    user.refresh_from_db()
    assert not user.is_active
    sentences = refused.context["adminform"].form.non_field_errors()
    assert list(sentences)[1:] == ["Active, stored now: False"]
