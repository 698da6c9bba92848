"""Giving, changing and taking away roles in a city."""

import pytest
from django.core import mail
from django.utils.translation import get_language

from accounts.models import User
from actors.models import CityRole
from actors.services.roles import (
    HasAnotherRole,
    LastConvener,
    change_role,
    give_role,
    take_role,
)
from ecosystem.common.versions import ChangedMeanwhile, GoneMeanwhile
from tests.factories import CityFactory, CityRoleFactory, UserFactory

pytestmark = pytest.mark.django_db

SIGN_IN = "https://maps.example.org/account/login/code/"


@pytest.fixture
def city():
    return CityFactory(name="Boston")


@pytest.fixture
def ana(city):
    """The only convener."""
    return CityRoleFactory(city=city, user__email="ana@example.org").user


def roles_of(city):
    return sorted(
        CityRole.objects.filter(city=city).values_list("user__email", "kind", "granted_by__email")
    )


def test_a_new_address_gets_an_account_without_a_password(city, ana):
    role, is_changed = give_role(city, "Ben@Example.org", "contributor", by=ana)

    assert is_changed
    assert roles_of(city) == [
        ("Ben@example.org", "contributor", "ana@example.org"),
        ("ana@example.org", "convener", None),
    ]
    assert (role.user.has_usable_password(), role.user.is_active, role.user.is_staff) == (
        False,
        True,
        False,
    )


def test_an_account_is_found_whatever_the_case_of_its_address(city, ana):
    ben = UserFactory(email="ben@example.org")

    give_role(city, "BEN@example.org", "viewer", by=ana)

    assert User.objects.count() == 2
    assert ben.city_roles.get().kind == "viewer"


def test_the_same_role_given_twice_is_stored_once(city, ana):
    give_role(city, "ben@example.org", "viewer", by=ana)
    role, is_changed = give_role(city, "ben@example.org", "viewer", by=ana)

    assert not is_changed
    assert role.history.count() == 1


def lose(role, by):
    take_role(role, by=by, based_on=role.version)


def become_viewer(role, by):
    change_role(role, "viewer", by=by, based_on=role.version)


LOSSES = [lose, become_viewer]


def test_another_role_is_not_given_over_the_one_that_somebody_has(city, ana):
    give_role(city, "ben@example.org", "contributor", by=ana)

    with pytest.raises(HasAnotherRole) as refused:
        give_role(city, "ben@example.org", "viewer", by=ana)

    assert refused.value.stored.kind == "contributor"
    assert CityRole.objects.get(user__email="ben@example.org").kind == "contributor"


@pytest.mark.parametrize("change", LOSSES)
def test_a_role_that_was_taken_away_meanwhile_does_not_come_back(city, ana, change):
    role = CityRoleFactory(city=city, kind="contributor")
    take_role(CityRole.objects.get(pk=role.pk), by=ana, based_on=role.version)

    with pytest.raises(GoneMeanwhile):
        change(role, ana)

    assert not CityRole.objects.filter(user=role.user).exists()
    assert [row.history_type for row in CityRole.history.filter(id=role.pk)] == ["-", "+"]


@pytest.fixture
def mailed(monkeypatch, django_capture_on_commit_callbacks):
    """``mailed(call)`` are the messages that are sent once the transaction of ``call`` is over."""
    waiting = []

    def send_now(message):
        waiting.append(message)
        return message.send()

    monkeypatch.setattr("actors.services.roles.send_later", send_now)

    def run(call):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            call()
        return [(message.to, message.subject) for message in mail.outbox]

    return run


@pytest.mark.parametrize("is_known", [True, False])
def test_a_first_role_is_told_by_mail_once_to_known_and_new_addresses_alike(
    city, ana, mailed, is_known
):
    if is_known:
        UserFactory(email="ben@example.org")

    def give():
        give_role(city, "ben@example.org", "contributor", by=ana, sign_in_at=SIGN_IN)

    def give_after_taking():
        role = CityRole.objects.get(user__email="ben@example.org")
        take_role(role, by=ana, based_on=role.version)
        give()

    first, text = mailed(give), mail.outbox[0].body
    second, again = mailed(give), mailed(give_after_taking)

    assert first == [(["ben@example.org"], "CivicWeave: your part in the map of Boston, MA")]
    assert SIGN_IN in text
    assert "This mail was sent by CivicWeave, maps.example.org." in text
    assert (second, again) == ([], [])


def test_the_mail_is_written_in_the_language_of_its_reader(city, ana, mailed, monkeypatch):
    UserFactory(email="ben@example.org", language="es")
    languages = []

    def write(template, _words):
        languages.append(get_language())
        return template

    monkeypatch.setattr("actors.services.roles.render_to_string", write)
    mailed(lambda: give_role(city, "ben@example.org", "viewer", by=ana, sign_in_at=SIGN_IN))

    assert languages == ["es", "es"]


@pytest.mark.parametrize("change", LOSSES)
def test_the_last_convener_stays(city, ana, change):
    CityRoleFactory(city=city, kind="contributor")
    # One who can no longer sign in convenes nothing, and neither does one of another city.
    CityRoleFactory(city=city, user__is_active=False)
    CityRoleFactory()
    role = ana.city_roles.get()

    with pytest.raises(LastConvener):
        change(role, ana)

    assert CityRole.objects.get(pk=role.pk).kind == "convener"


@pytest.mark.parametrize("change", LOSSES)
def test_national_staff_may_take_the_last_convener_away(city, ana, change):
    role = ana.city_roles.get()

    change(role, UserFactory(national=True))

    assert not CityRole.objects.filter(city=city, kind="convener").exists()


@pytest.mark.parametrize("change", LOSSES)
def test_one_of_two_conveners_may_go(city, ana, change):
    other = CityRoleFactory(city=city).user

    change(ana.city_roles.get(), other)

    conveners = CityRole.objects.filter(city=city, kind="convener")
    assert [role.user for role in conveners] == [other]


def test_a_stale_change_is_refused(city, ana):
    role = CityRoleFactory(city=city, kind="viewer")
    seen = role.version
    change_role(role, "contributor", by=ana, based_on=seen)

    with pytest.raises(ChangedMeanwhile):
        change_role(CityRole.objects.get(pk=role.pk), "convener", by=ana, based_on=seen)
    with pytest.raises(ChangedMeanwhile):
        take_role(CityRole.objects.get(pk=role.pk), by=ana, based_on=seen)

    assert CityRole.objects.get(pk=role.pk).kind == "contributor"
