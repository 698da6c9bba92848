"""Signing in and out: the door, its limits, and how long it stays open."""

import re
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, hotp_value
from django.contrib.auth import get_user
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.test.signals import template_rendered
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import mail as posting
from accounts.backends import user_with_address
from accounts.models import User
from tests.factories import PASSWORD, CityFactory, CityRoleFactory, UserFactory

pytestmark = pytest.mark.django_db

LOGIN, CODE, CONFIRM = "/account/login/", "/account/login/code/", "/account/login/code/confirm/"
NEW_PASSWORD = "a-quite-long-new-password"


@pytest.fixture(autouse=True)
def _clean_limits():
    cache.clear()


@pytest.fixture
def ada():
    return UserFactory(email="ada@example.org", name="Ada")


def signed_in(client):
    """Whoever the browser of ``client`` is signed in as, or None."""
    return User.objects.filter(pk=getattr(get_user(client), "pk", None)).first()


def sent():
    """The messages sent, once none is waiting."""
    posting._posting.submit(lambda: None).result()
    return mail.outbox


def by_password(client, email="ada@example.org", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


def ask_for_code(client, email="ada@example.org"):
    return client.post(CODE, {"email": email})


def mailed_code():
    return re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", sent()[-1].body, re.MULTILINE)[1]


def shown(response):
    """The page as text, without what differs from one answer to the next by itself."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=")\w+', r"\1", response.content.decode())


# ── The ways in ──────────────────────────────────────────────────────────────────────────────────


def test_a_mailed_code_signs_in(client, ada):
    assertRedirects(ask_for_code(client), CONFIRM)
    [message] = sent()
    assert message.to == ["ada@example.org"]
    assert message.subject == "CivicWeave: your code to sign in"

    assertRedirects(
        client.post(CONFIRM, {"code": mailed_code()}), "/start/", target_status_code=302
    )

    assert signed_in(client) == ada


def test_a_password_signs_in(client, ada):
    assertRedirects(by_password(client), "/start/", target_status_code=302)

    assert signed_in(client) == ada


def test_signing_in_leads_back_to_the_page_it_was_asked_from(client, ada):
    assertRedirects(by_password(client, next="/method/"), "/method/")


def test_signing_in_leads_to_no_other_site(client, ada):
    response = by_password(client, next="https://evil.example/")

    assertRedirects(response, "/start/", target_status_code=302)


def test_a_convener_starts_in_the_own_city(client, ada):
    city = CityFactory(slug="springfield")
    CityFactory(slug="elsewhere")
    CityRoleFactory(user=ada, city=city, kind="convener")
    client.force_login(ada)

    assertRedirects(client.get("/start/"), "/cities/springfield/")


@pytest.mark.parametrize("convened", [0, 2])
def test_who_convenes_none_or_several_starts_with_all(client, ada, convened):
    for _number in range(convened):
        CityRoleFactory(user=ada, kind="convener")
    client.force_login(ada)

    assertRedirects(client.get("/start/"), "/")


def test_signing_out_takes_a_button(client, ada):
    client.force_login(ada)

    client.get("/account/logout/")
    still_in = signed_in(client)
    assertRedirects(client.post("/account/logout/"), "/")

    assert (still_in, signed_in(client)) == (ada, None)


def test_the_header_has_the_way_in_or_who_is_in(client, ada):
    outside = client.get("/method/")
    client.force_login(ada)
    inside = client.get("/method/")

    assertContains(outside, f'href="{LOGIN}?next=/method/"')
    assertContains(inside, "<bdi>Ada</bdi>")
    assertContains(inside, "Sign out")
    assertNotContains(inside, LOGIN)


# ── What is wrong ────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_password_says_the_same_as_an_unknown_address(client, ada):
    wrong = by_password(client, password="not the password at all")
    unknown = by_password(client, "eve@example.org", "not the password at all")

    assert shown(wrong) == shown(unknown).replace("eve@", "ada@")
    assertContains(wrong, "not correct")
    assert signed_in(client) is None


def test_asking_for_a_code_says_the_same_for_an_unknown_address(client, ada):
    other = Client()
    known, unknown = ask_for_code(client), ask_for_code(other, "eve@example.org")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    page = shown(client.get(CONFIRM))
    assert page == shown(other.get(CONFIRM)).replace("eve@", "ada@")
    assert [message.to for message in sent()] == [["ada@example.org"]]


def test_asking_for_a_new_password_says_the_same_for_an_unknown_address(client, ada):
    address = "/account/password/reset/"
    known = client.post(address, {"email": "ada@example.org"}, follow=True)
    unknown = Client().post(address, {"email": "eve@example.org"}, follow=True)

    assert shown(known) == shown(unknown)
    assert [message.to for message in sent()] == [["ada@example.org"]]


@pytest.mark.parametrize("address", [CODE, "/account/password/reset/"])
def test_an_unknown_address_makes_as_much_work(address, ada):
    """A message is written for it too, and goes nowhere: the answer takes as long."""

    def written(email):
        names = []
        with receiving(template_rendered, lambda template, **_: names.append(template.name)):
            Client().post(address, {"email": email})
        return names

    known, unknown = written("ada@example.org"), written("eve@example.org")

    assert known == unknown
    assert any("message.txt" in name for name in known)
    assert [message.to for message in sent()] == [["ada@example.org"]]


@contextmanager
def receiving(signal, receiver):
    def receive(sender, **kwargs):
        receiver(**kwargs)

    signal.connect(receive)
    yield
    signal.disconnect(receive)


def test_no_answer_waits_for_the_mail_server(client, ada, settings):
    """The server of this test takes no message before the answer has come."""
    settings.EMAIL_BACKEND = "tests.accounts.test_sign_in.SlowServer"
    SlowServer.may_go, SlowServer.took = Event(), []

    response = ask_for_code(client)

    assert (response.status_code, SlowServer.took) == (302, [])
    SlowServer.may_go.set()
    sent()
    assert SlowServer.took == ["ada@example.org"]


class SlowServer(BaseEmailBackend):
    may_go = Event()
    took = []

    def send_messages(self, messages):
        self.may_go.wait(20)
        self.took.extend(message.to[0] for message in messages)
        return len(messages)


class BrokenServer(BaseEmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError


def test_a_broken_mail_server_is_logged_without_an_address(client, ada, settings, caplog):
    settings.EMAIL_BACKEND = "tests.accounts.test_sign_in.BrokenServer"

    assertRedirects(ask_for_code(client), CONFIRM)
    sent()

    assert caplog.messages == ["A message could not be sent."]
    assert "example.org" not in caplog.text


@pytest.mark.parametrize("code", ["WRNG-CODE", "", "0"])
def test_a_wrong_code_does_not_sign_in(client, ada, code):
    ask_for_code(client)

    assert client.post(CONFIRM, {"code": code}).status_code == 200

    assert signed_in(client) is None


def test_the_third_wrong_code_ends_the_attempt(client, ada):
    ask_for_code(client)
    right = mailed_code()

    for _attempt in range(3):
        client.post(CONFIRM, {"code": "WRNG-CODE"})
    client.post(CONFIRM, {"code": right})

    assert signed_in(client) is None


def test_a_code_is_too_old_after_15_minutes(client, ada):
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as now:
        ask_for_code(client)
        code = mailed_code()
        now.shift(timedelta(minutes=16))
        client.post(CONFIRM, {"code": code})

    assert signed_in(client) is None


def test_who_is_not_active_gets_no_code_and_no_entry(client):
    UserFactory(email="ada@example.org", is_active=False)

    ask_for_code(client)
    by_password(Client())

    assert sent() == []
    assert signed_in(client) is None


@pytest.mark.parametrize(
    ("stored", "typed", "is_found"),
    [
        ("Ada@example.org", "ada@EXAMPLE.org", True),
        ("ada@example.org", "Ada@example.org", True),
        ("zoë@example.org", "zoë@example.org", True),
        # KELVIN SIGN, a K in lower case
        ("kim@example.org", "\u212aim@example.org", False),
        ("ada@example.org", "", False),
    ],
)
def test_an_address_is_found_in_any_case_but_not_by_a_look_alike(stored, typed, is_found):
    user = UserFactory(email=stored)

    assert user_with_address(typed) == (user if is_found else None)


# ── Limits ───────────────────────────────────────────────────────────────────────────────────────


def test_an_account_is_locked_for_a_while_after_five_wrong_passwords(client, ada):
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as now:
        for _attempt in range(5):
            by_password(client, password="not the password at all")
        refused = by_password(client)
        now.shift(timedelta(minutes=6))
        by_password(client)
        after_a_while = signed_in(client)

    assertContains(refused, "Too many failed")
    assert after_a_while == ada


def test_an_address_gets_three_codes_a_minute(client, ada):
    answers = [ask_for_code(Client()) for _attempt in range(4)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assertContains(answers[-1], "Too many")
    assert len(sent()) == 3


def test_limits_are_counted_in_the_cache_that_all_processes_share(settings):
    assert settings.CACHES["default"]["BACKEND"].endswith((".DatabaseCache", ".RedisCache"))


def test_a_forwarded_address_counts_only_behind_a_trusted_proxy(ada, settings):
    """31 tries a minute from one machine, each with another made-up address."""

    def last_answer():
        for number in range(31):
            answer = Client(headers={"x-forwarded-for": f"203.0.113.{number}"}).get(LOGIN)
            posted = Client(headers={"x-forwarded-for": f"203.0.113.{number}"}).post(LOGIN, {})
        assert answer.status_code == 200
        return posted.status_code

    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    behind_a_proxy = last_answer()
    cache.clear()
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0

    assert (behind_a_proxy, last_answer()) == (200, 429)


# ── Nobody signs up ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("email", ["ada@example.org", "eve@example.org"])
def test_nobody_signs_up(client, ada, email):
    read = client.get("/account/signup/")
    sent_in = client.post("/account/signup/", {"email": email, "password1": NEW_PASSWORD})

    assertContains(read, "Accounts are made for you")
    assert shown(read) == shown(sent_in)
    assert (User.objects.count(), sent()) == (1, [])


# ── A second step ────────────────────────────────────────────────────────────────────────────────


def app_code(secret):
    return hotp_value_text(secret, int(time.time()) // 30)


def hotp_value_text(secret, counter):
    return f"{hotp_value(secret, counter):06}"


@pytest.mark.django_db(transaction=True)
def test_an_authenticator_app_is_set_up_after_the_password_is_asked_again(client, ada):
    by_password(client)
    address = "/account/second-step/totp/activate/"
    asked_again = client.get(address)
    assert asked_again.url.startswith("/account/confirm/")
    client.post(asked_again.url, {"password": PASSWORD})

    page = client.get(address)
    secret = page.context["form"].secret
    client.post(address, {"code": app_code(secret)})

    assertContains(page, "data:image/svg+xml;base64,")
    app = Authenticator.objects.get(user=ada, type="totp")
    assert secret not in str(app.data)
    assert [message.to for message in sent()] == [[ada.email]]


def test_the_second_step_takes_the_code_of_the_app(client, ada):
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(ada, secret)

    assertRedirects(by_password(client), "/account/second-step/authenticate/")
    after_the_password = signed_in(client)
    client.post("/account/second-step/authenticate/", {"code": "000000"})
    after_a_wrong_code = signed_in(client)
    client.post("/account/second-step/authenticate/", {"code": app_code(secret)})

    assert (after_the_password, after_a_wrong_code, signed_in(client)) == (None, None, ada)


def test_a_mailed_code_needs_the_second_step_too(client, ada):
    TOTP.activate(ada, "JBSWY3DPEHPK3PXP")
    ask_for_code(client)

    client.post(CONFIRM, {"code": mailed_code()})

    assert signed_in(client) is None


def test_a_recovery_code_stands_in_for_the_app_once(ada):
    TOTP.activate(ada, "JBSWY3DPEHPK3PXP")
    code = RecoveryCodes.activate(ada).get_unused_codes()[0]
    first, second = Client(), Client()

    for client in (first, second):
        by_password(client)
        client.post("/account/second-step/authenticate/", {"code": code})

    assert (signed_in(first), signed_in(second)) == (ada, None)


def test_keys_are_read_after_the_secret_key_was_changed(client, ada, settings):
    TOTP.activate(ada, "JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another " * 8, [settings.SECRET_KEY]

    by_password(client)
    code = app_code("JBSWY3DPEHPK3PXP")
    client.post("/account/second-step/authenticate/", {"code": code})

    assert signed_in(client) == ada


# ── One's own account ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address", ["/account/", "/account/sessions/", "/account/second-step/", "/start/"]
)
def test_an_account_is_shown_to_its_owner_alone(client, address):
    assertRedirects(client.get(address), f"{LOGIN}?next={address}")


def test_an_account_says_how_its_owner_signs_in(client, ada):
    client.force_login(ada)
    before = client.get("/account/")
    TOTP.activate(ada, "JBSWY3DPEHPK3PXP")
    after = client.get("/account/")

    assertContains(before, "No authenticator app is set up.")
    assertContains(before, "Change the password")
    assertContains(after, "A code of your authenticator app is asked for.")


def test_a_new_password_takes_the_old_one_and_is_told_by_mail(client, ada):
    by_password(client)
    new = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

    client.post("/account/password/change/", {"oldpassword": "not it"} | new)
    ada.refresh_from_db()
    unchanged = ada.check_password(PASSWORD)
    client.post("/account/password/change/", {"oldpassword": PASSWORD} | new)

    ada.refresh_from_db()
    assert (unchanged, ada.check_password(NEW_PASSWORD)) == (True, True)
    assert [message.to for message in sent()] == [[ada.email]]


def test_a_mailed_link_sets_a_new_password_once(client, ada):
    client.post("/account/password/reset/", {"email": "ada@example.org"})
    link = re.search(r"http://testserver(\S+)", sent()[0].body)[1]
    form = client.get(link).url
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    ada.refresh_from_db()
    assert ada.check_password(NEW_PASSWORD)
    assertContains(Client().get(link), "does not work any more")


def test_the_list_of_sessions_shows_and_ends_the_others(ada):
    here, there = Client(headers={"user-agent": "Here"}), Client(headers={"user-agent": "There"})
    stranger = Client()
    by_password(here)
    by_password(there)
    by_password(stranger, UserFactory(email="eve@example.org").email)

    listed = here.get("/account/sessions/")
    here.post("/account/sessions/")

    assertContains(listed, "2 places, counting this one.")
    assertContains(listed, "There")
    assert (signed_in(here), signed_in(there)) == (ada, None)
    assert signed_in(stranger) is not None


# ── Administrators ───────────────────────────────────────────────────────────────────────────────


def test_administrators_use_the_same_door(client):
    UserFactory(email="ada@example.org", admin=True)
    asked = client.get("/admin/", follow=True)
    tried = client.post("/admin/login/", {"username": "ada@example.org", "password": PASSWORD})

    assert asked.redirect_chain[-1][0].startswith(f"{LOGIN}?next=")
    assert tried.url.startswith(LOGIN)
    assert signed_in(client) is None
    by_password(client)
    assert client.get("/admin/").status_code == 200


def test_who_is_no_administrator_is_not_asked_to_sign_in_again(client, ada):
    client.force_login(ada)

    assert client.get(reverse("admin:index"), follow=True).status_code == 403


@pytest.mark.parametrize(("is_superuser", "is_done"), [(True, True), (False, False)])
def test_a_superuser_helps_who_lost_a_phone(client, ada, is_superuser, is_done):
    elsewhere = Client()
    by_password(elsewhere)
    TOTP.activate(ada, "JBSWY3DPEHPK3PXP")
    client.force_login(UserFactory(is_staff=True, is_superuser=is_superuser))

    asked = {"action": "forget_second_steps", "_selected_action": [ada.pk]}
    client.post(reverse("admin:accounts_user_changelist"), asked)

    assert Authenticator.objects.exists() != is_done
    assert (signed_in(elsewhere) is None) == is_done
    assert ada.history.filter(history_change_reason__contains="taken away").exists() == is_done


# ── How long it lasts ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("hours_between", "times", "is_in"),
    [
        (11, 3, True),
        (13, 1, False),  # idle
        (11, 15, True),  # 165 hours
        (11, 16, False),  # 176 hours: a week is over, however busy it was
    ],
)
def test_a_session_ends_when_idle_and_after_a_week(client, ada, hours_between, times, is_in):
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as now:
        by_password(client)
        for _visit in range(times):
            now.shift(timedelta(hours=hours_between))
            answer = client.get("/method/")

        assert (signed_in(client) == ada) == is_in
    assert ("You were signed out after a while" in answer.text) == (not is_in)


def test_a_session_is_written_every_few_minutes_only(client, ada, django_assert_num_queries):
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as now:
        by_password(client)
        now.shift(timedelta(minutes=4))
        with django_assert_num_queries(2):  # the session and its user
            client.get("/account/inactive/")


def test_a_session_without_a_beginning_ends(client, ada):
    client.force_login(ada)
    session = client.session
    del session["session_begun"]
    session.save()

    client.get("/method/")

    assert signed_in(client) is None


def test_who_is_not_signed_in_has_no_session(client):
    client.get("/method/")

    assert "sessionid" not in client.cookies
