"""People with an account who send what no page of ours would send.

Each form that somebody finds is sent as it stands, and once for each record that it names, with the
same record of a city that is none of theirs. Nothing there may change, nobody gains a
right, nobody is led to another site, and nothing breaks.
"""

import re
from urllib.parse import urlencode, urlsplit

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.mail import do_later
from actors.models import City, CityRole
from actors.services.roles import take_role
from tests.access.crawler import crawl, forms_of
from tests.access.world import OWN, make_world
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

EVIL = "https://evil.example/"


@pytest.fixture
def world():
    made = make_world()
    made.sign_in()
    return made


# ── Forms ────────────────────────────────────────────────────────────────────────────────────────


def pages_of(world, who):
    """Every page of the public city and of the country that a link leads to, read by ``who``."""
    user = world.users[who] or AnonymousUser()
    own = set(City.objects.visible_to(user).values_list("slug", flat=True)) - {"pub"}
    left_out = re.compile(f"/(static|admin|i18n|account/second-step)/|/cities/({'|'.join(own)})/")

    def ask(address):
        return world.browser(who).get(address)

    starts = ["/", "/p/"] if who == "link" else ["/", "/account/"]
    for answer, _came_from in crawl(ask, starts, lambda link: not left_out.match(link)):
        yield answer


def forms_found(world, who):
    """``{(address, names of fields): (address, form)}``, the forms that change something."""
    found = {}
    for answer in pages_of(world, who):
        if answer.kind != "text/html" or answer.status != 200:
            continue
        for form in forms_of(answer.body):
            if form.is_post and "logout" not in form.action:
                names = tuple(sorted({name for name, _ in form.fields} | form.choices.keys()))
                key = (re.sub(r"\d+", "1", form.action or answer.address), names)
                found.setdefault(key, (form.action or answer.address.partition("#")[0], form))
    return list(found.values())


def filled_in(form):
    """What somebody sends who chose the first thing wherever there is a choice."""
    fields = dict.fromkeys(form.choices, "") | dict(form.fields)
    for name, value in fields.items():
        if value == "":
            fields[name] = next(filter(None, form.choices.get(name, [])), "A word")
    return fields


def tampered(form, world):
    """The form as it stands, then with each record that it names swapped for a stranger's."""
    fields = filled_in(form)
    wishes = WISHES | {"city": world.records["far.city"].pk, "actor": world.records["far.hall"].pk}
    for button in [dict([button]) for button in form.buttons] or [{}]:
        yield wishes | fields | button
        for name, value in fields.items():
            for stranger in strangers(world, value):
                yield fields | {name: stranger} | button


WISHES = {
    "next": EVIL,
    "back": EVIL,
    "is_superuser": "on",
    "is_staff": "on",
    "is_national_staff": "on",
    "status": "published",
    "is_public": "on",
    "_method": "DELETE",
    "merged_into": "1",
}
"""What a form of ours never sends of these is sent as well."""


def strangers(world, value):
    """By number or name, the records of the private city of others that are such as this one."""
    found = set()
    for name, record in world.records.items():
        city, _dot, kind = name.partition(".")
        if city != "pub" or f"far.{kind}" not in world.records:
            continue
        other = world.records[f"far.{kind}"]
        for key in ("pk", "slug"):
            if str(getattr(record, key, "")) == value and value:
                found.add(str(getattr(other, key)))
    return sorted(found - {value})


def rows_elsewhere():
    """All that is stored of the cities that are none of the public city's people's."""
    return rows_of("other", "far")


def rows_of(*cities):
    """By table, without the revisions: these also rise when a national organization changes."""
    found = {}
    for label, path in CITY_OF.items():
        model = apps.get_model(label)
        rows = model._base_manager.filter(**{f"{path}__in": cities}).order_by("pk")
        names = [one.attname for one in model._meta.concrete_fields]
        kept = [name for name in names if not name.endswith("_revision")]
        found[label] = list(rows.values_list(*kept))
    return found


CITY_OF = {
    "actors.City": "slug",
    "actors.CityRole": "city__slug",
    "actors.Actor": "city__slug",
    "actors.Steward": "actor__city__slug",
    "actors.Contact": "actor__city__slug",
    "actors.SkillStatement": "actor__city__slug",
    "actors.OtherName": "actor__city__slug",
    "actors.Offer": "actor__city__slug",
    "actors.Need": "actor__city__slug",
    "actors.Relationship": "city__slug",
    "actors.Source": "city__slug",
    "actors.Campaign": "city__slug",
    "actors.Invitation": "campaign__city__slug",
    "actors.OutboxMessage": "invitation__campaign__city__slug",
    "actors.Merge": "city__slug",
    "actors.Dismissal": "city__slug",
    "collaboratives.Collaborative": "city__slug",
    "collaboratives.Membership": "collaborative__city__slug",
    "collaboratives.Project": "collaborative__city__slug",
    "ecosystem.Introduction": "city__slug",
    "ecosystem.Snapshot": "city__slug",
}
"""Where the tables say which city a row is of; a proposal anybody may make where they may read."""


def rights_of_all():
    users = apps.get_model("accounts.User").objects.order_by("pk")
    return list(users.values_list("pk", "is_superuser", "is_staff", "is_national_staff"))


def send(world, who, address, fields, before):
    """What is wrong with the answer, or with the tables after it; all of it is taken back."""
    with transaction.atomic():
        browser = world.browser(who, raise_request_exception=False)
        response = browser.post(address, fields, HTTP_X_HTTP_METHOD_OVERRIDE="DELETE")
        elsewhere, rights = before
        wrong = {
            f"answers {response.status_code}": response.status_code >= 500,
            "leads away": "evil.example" in response.headers.get("Location", ""),
            "changes another city": rows_elsewhere() != elsewhere,
            "gives rights": rights_of_all()[: len(rights)] != rights,
        }
        transaction.set_rollback(True)
    return [f"{address} {what}: {fields}" for what, is_so in wrong.items() if is_so]


@pytest.mark.parametrize(
    ("who", "least"), [("conv", 60), ("stew", 18), ("cont", 25), ("view", 6), ("link", 15)]
)
def test_no_form_reaches_into_another_city(world, who, least, settings):
    """``least`` forms are found, or the crawl has lost its way."""
    settings.SITE_URL = "https://maps.example.org"
    before = rows_elsewhere(), rights_of_all()
    found = forms_found(world, who)

    problems = [
        problem
        for address, form in found
        for fields in tampered(form, world)
        for problem in send(world, who, address, fields, before)
    ]

    assert problems == []
    assert len(found) >= least


def test_a_change_to_another_city_would_be_noticed(world):
    """The same form, sent by somebody whose city it is."""
    before = rows_elsewhere(), rights_of_all()
    fields = {"action": "give", "email": "new@example.org", "kind": "viewer"}

    (problem,) = send(world, "conv2", "/cities/far/people/", fields, before)

    assert problem.startswith("/cities/far/people/ changes another city: ")


# ── Addresses and headers ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "elsewhere",
    [EVIL, "//evil.example/", r"/\evil.example/", "https:evil.example", "javascript:alert(1)"],
)
def test_no_address_leads_to_another_site(world, elsewhere):
    """After signing in or out, choosing a language, and proving who one is."""
    credentials = {"login": world.users["conv"].email, "password": PASSWORD}
    answers = [
        Client().post("/account/login/", credentials | {"next": elsewhere}),
        Client().post(f"/account/login/?{urlencode({'next': elsewhere})}", credentials),
        Client().post("/i18n/setlang/", {"language": "es", "next": elsewhere}),
        Client().post("/i18n/setlang/", {"language": "es"}, HTTP_REFERER=elsewhere),
        world.browser("conv").post("/account/confirm/", credentials | {"next": elsewhere}),
        world.browser("conv").post("/account/logout/", {"next": elsewhere}),
    ]

    places = [urlsplit(answer.headers.get("Location", "/")) for answer in answers]

    assert [answer.status_code for answer in answers] == [302] * 6
    assert [(place.scheme, place.netloc) for place in places] == [("", "")] * 6


@pytest.mark.parametrize(
    "header", ["HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_X_HOST", "HTTP_X_ORIGINAL_URL"]
)
def test_no_header_puts_another_site_into_a_mail(world, client, header):
    address = world.users["conv"].email

    client.post("/account/password/reset/", {"email": address}, **{header: "evil.example"})
    client.post("/account/login/code/", {"email": address}, **{header: "evil.example"})
    do_later(len, "").result(timeout=10)  # behind the mails

    assert len(mail.outbox) == 2
    assert [one.subject for one in mail.outbox if "evil" in str(one.message())] == []


def test_another_host_is_no_address_of_this_site(world, client, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    answer = client.post(
        "/account/password/reset/", {"email": world.users["conv"].email}, HTTP_HOST="evil.example"
    )
    do_later(len, "").result(timeout=10)

    assert (answer.status_code, mail.outbox) == (400, [])


def test_a_method_named_in_a_header_or_field_is_not_taken(world):
    steward, api = world.browser("stew"), "/api/v1/actors/pub-hall/"
    before = rows_of("pub")

    answers = [
        steward.post(api, "{}", content_type="application/json", HTTP_X_HTTP_METHOD_OVERRIDE=one)
        for one in ("PATCH", "PUT", "DELETE")
    ]
    answers.append(steward.post(api, {"_method": "PATCH", "name": "Mine"}))

    assert [answer.status_code for answer in answers] == [405] * 4
    assert rows_of("pub") == before


# ── Answers that are kept ────────────────────────────────────────────────────────────────────────

VALIDATED = (
    *("/cities/pub/", "/cities/pub/map/", "/cities/pub/map.json", "/cities/pub/map.svg"),
    *("/cities/pub/map.json?part=rest", "/cities/pub/places.json", "/cities/pub/gaps/"),
    *("/cities/pub/actors/", "/cities/pub/next-steps/", "/cities/pub/history/", "/solutions/"),
    *("/cities/pub/actors/pub-hall/", "/api/v1/actors/pub-hall/", "/cities/pub/peers/", "/"),
)


@pytest.mark.one_database
def test_what_one_reader_keeps_is_never_confirmed_to_another(world):
    """The browser of a convener is used by somebody else: what it kept is asked for again."""
    wrong, confirmed = [], 0
    for address in VALIDATED:
        kept = world.browser("conv").get(address)
        if "ETag" not in kept.headers:
            continue
        own = world.browser("conv").get(address, HTTP_IF_NONE_MATCH=kept.headers["ETag"])
        confirmed += own.status_code == 304
        for who in ("anon", "view", "conv2"):
            again = world.browser(who).get(address, HTTP_IF_NONE_MATCH=kept.headers["ETag"])
            fresh = world.browser(who).get(address)
            if again.status_code == 304 and fresh.content != kept.content:
                wrong.append(f"{address} to {who}")

    assert wrong == []
    assert confirmed >= 4


@pytest.mark.one_database
def test_no_cache_between_may_keep_what_was_written_for_somebody(world):
    """Whatever somebody with an account reads is private, or kept by no cache, or by its cookie."""
    loose = []
    for who in ("conv", "link"):
        for answer in pages_of(world, who):
            said = answer.headers.get("Cache-Control", "")
            is_kept_apart = "private" in said or "no-store" in said
            if not is_kept_apart and "Cookie" not in answer.headers.get("Vary", ""):
                loose.append(f"{answer.address} to {who}: {said}")

    assert loose == []


# ── Rights that end ──────────────────────────────────────────────────────────────────────────────


def test_a_right_that_was_taken_away_is_gone_with_the_next_click(world):
    """The session goes on; nothing of the earlier right is kept in it or beside it."""
    person, city = world.users["conv"], world.records["pub.city"]
    browser = world.browser("conv")
    pages = [
        "/cities/pub/people/",
        "/cities/priv/",
        "/cities/priv/map.json",
        "/cities/pub/to-check/",
    ]
    before = [browser.get(page).status_code for page in pages]
    etag = browser.get("/cities/priv/map.json").headers["ETag"]

    for key in OWN:
        role = CityRole.objects.get(user=person, city=world.records[f"{key}.city"])
        take_role(role, by=world.users["natl"], based_on=role.version)

    after = [browser.get(page).status_code for page in pages]
    kept = browser.get("/cities/priv/map.json", HTTP_IF_NONE_MATCH=etag).status_code
    given = {"action": "give", "email": person.email, "kind": "convener"}
    answer = browser.post(reverse("people", args=[city.slug]), given)
    assert (before, after) == ([200] * 4, [403, 404, 404, 403])
    assert (kept, answer.status_code) == (404, 403)
    assert not CityRole.objects.filter(user=person).exists()


def test_an_account_that_was_closed_reads_what_anybody_reads(world):
    person = world.users["conv"]
    person.is_active = False
    person.save()

    answers = [
        world.browser("conv").get(page) for page in ("/cities/priv/", "/account/", "/start/")
    ]

    assert [answer.status_code for answer in answers] == [404, 302, 302]


def test_a_steward_whose_care_ended_changes_nothing(world):
    hall = world.records["pub.hall"]
    browser, edit = world.browser("stew"), "/cities/pub/actors/pub-hall/edit/"
    before = browser.get(edit).status_code

    hall.stewards.all().delete()

    change = {"name": "Mine"}
    answers = [
        browser.get(edit),
        browser.post(edit, change),
        browser.get("/cities/pub/actors/pub-hall/contacts/"),
        browser.patch(
            "/api/v1/actors/pub-hall/",
            change,
            "application/json",
            HTTP_IF_MATCH=f'"{hall.version}"',
        ),
    ]
    hall.refresh_from_db()
    assert (before, [answer.status_code for answer in answers]) == (200, [403] * 4)
    assert hall.name == "hall of pub"
