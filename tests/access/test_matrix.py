"""Every route, as everybody, on real records: own, others', private and missing ones."""

import logging
import re

import pytest
from django.db import transaction
from django.template.backends.django import Template
from django.urls import resolve, reverse

from tests.access.addresses import routes
from tests.access.tables import GROUPS, OF_ALL, OF_CITIES, OF_RECORDS
from tests.access.world import HOMES, make_world

pytestmark = pytest.mark.django_db

OTHER_METHODS = ("PUT", "PATCH", "DELETE")
SAFE = ("GET", "HEAD", "OPTIONS")
FEW = ("anon", "user", "cont", "conv", "natl")
"""Of each kind of rights one, for methods that no page has, and those answered as GET is."""


def read_lines(text):
    return [line.split() for line in text.strip("\n").splitlines() if line.strip()]


def read_groups():
    people, *rows = read_lines(GROUPS)
    return {name: dict(zip(people, marks, strict=True)) for name, *marks in rows}


def read_rows():
    """``{address: (group of GET, group of POST)}``, the city's name put in."""
    rows = {}
    for address, get, post in read_lines(OF_CITIES)[1:]:
        for city in HOMES:
            named = [one if one == "x" else f"{one}.{city}" for one in (get, post)]
            rows[f"/cities/{city}{address}"] = tuple(named)
        rows[f"/cities/gone{address}"] = ("nobody", "nobody")
    for table in (OF_RECORDS, OF_ALL):
        rows |= {address: (get, post) for address, get, post in read_lines(table)[1:]}
    return rows


def expected(rows, method):
    """What everybody is answered at each address.

    A method that a page does not have is refused after those who may not come in; by the API, which
    asks nobody first, before.
    """
    groups = read_groups()
    people = groups["all"]
    found = {}
    for address, (get, post) in rows.items():
        wanted = {
            "GET": get,
            "HEAD": get,
            "OPTIONS": post if get == "x" else get,
            "POST": post,
        }.get(method, "x")
        door = groups[post if get == "x" else get]
        if method == "OPTIONS" and post == "X":
            found[address] = groups["all"]
        elif wanted == "X" or (wanted == "x" and post == "X"):
            found[address] = dict.fromkeys(people, "x")
        elif wanted == "x":
            found[address] = {who: "x" if mark == "+" else mark for who, mark in door.items()}
        else:
            found[address] = groups[wanted]
    return found


def answered(world, rows, method):
    """What ``world.users`` are answered, as ``expected``."""
    found = {}
    pks = {name: record.pk for name, record in world.records.items()}
    for address in rows:
        path = re.sub(r"{(.*?)}", lambda match: str(pks[match[1]]), address)
        found[address] = {who: mark_of(world, who, method, path) for who in world.users}
    return found


def ask(browser, method, path):
    """The answer; what it changed is taken back."""
    if method in SAFE and not path.startswith(("/p/", "/account/")):  # these touch the session
        return browser.generic(method, path)
    with transaction.atomic():
        response = browser.generic(method, path)
        transaction.set_rollback(True)
    return response


def mark_of(world, who, method, path):
    """The answer in one sign."""
    response = ask(world.browser(who, raise_request_exception=False), method, path)
    signs = {403: "-", 404: ".", 405: "x"}
    if response.status_code in signs:
        return signs[response.status_code]
    if response.status_code >= 500:
        return f"{response.status_code}!"
    to = response.headers.get("Location", "")
    return ">" if to.startswith(reverse("account_login") + "?") else "+"


def differences(seen, wanted):
    return [
        f"{address} {who}: {mark}, not {wanted[address][who]}"
        for address, marks in seen.items()
        for who, mark in marks.items()
        if mark != wanted[address][who]
    ]


def test_every_route_is_in_the_tables():
    addresses = [re.sub(r"{.*?}", "1", row).partition("?")[0] for row in read_rows()]

    listed = {resolve(address).route.replace("^", "") for address in addresses}

    own = {route for route, name in routes().items() if not name.startswith("admin:")}
    assert listed == own


@pytest.fixture
def world():
    made = make_world()
    made.sign_in()
    return made


@pytest.fixture(autouse=True)
def answers_without_pages(monkeypatch):
    """Who is let in shows before a page is written; test_canaries reads the pages themselves."""
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    monkeypatch.setattr(Template, "render", lambda *_args, **_kwargs: "")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_everybody_is_answered_as_the_tables_say(world, method):
    rows = read_rows()

    seen = answered(world, rows, method)

    assert differences(seen, expected(rows, method)) == []


@pytest.mark.one_database
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", *OTHER_METHODS])
def test_other_methods_let_nobody_in_whom_reading_and_writing_do_not(world, method):
    # Signing in is a library's, which refuses a method as late as it likes.
    # A step that is not suggested leads back to the list, whatever was to be done with it.
    left_out = re.compile("part|other|/account/|/next-steps/skill/|/i18n/|/live|/ready")
    rows = {address: row for address, row in read_rows().items() if not left_out.search(address)}
    world.users = {who: world.users[who] for who in FEW}

    if method == "PATCH":  # the API has pages of its own for it, and tests of these
        rows = {address: row for address, row in rows.items() if "/api/v1/actors/" not in address}

    seen = answered(world, rows, method)

    wanted = expected(rows, method)
    for address, (get, _post) in rows.items():
        # A method may be refused, or described, before a record is looked for that is not there.
        if get.startswith(("none", "nobody")) and method != "HEAD":
            early = "+" if method == "OPTIONS" else "x"
            told = {who: mark for who, mark in seen[address].items() if mark == early}
            wanted[address] = wanted[address] | told
    assert differences(seen, wanted) == []


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("/cities/pub/actors/pub-merged/", "all"),  # leads on to the one that took over
        ("/cities/priv/actors/priv-merged/", "read.priv"),
        ("/cities/pub/actors/far-hall/", "nobody"),  # has no tie here, whoever asks
    ],
)
def test_an_actor_is_looked_for_where_it_was_and_where_it_is_not(world, address, group):
    seen = answered(world, {address: None}, "GET")

    assert seen == {address: read_groups()[group]}
