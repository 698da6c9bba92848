"""The guided set-up of a new city, what is still to do, and handing the map over."""

from datetime import date

import pytest
import time_machine
from django.core.cache import cache
from django.template import Context, Template

from actors.forms.setup import Line, read_list
from actors.framework import Sector
from actors.models import Actor, Campaign, City, Source
from ecosystem.selectors.setup import load_steps
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    IntroductionFactory,
    ReviewFactory,
    SkillStatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NEW = "/cities/new/"
SETUP = "/cities/boston/setup/"
LIST = "/cities/boston/setup/actors/"


@pytest.fixture(autouse=True)
def clean_cache():
    cache.clear()


@pytest.fixture
def city():
    return CityFactory(slug="boston", name="Boston", boundary="The city limits.")


@pytest.fixture
def ana(city, client):
    """The only convener, signed in."""
    user = CityRoleFactory(city=city, user__email="ana@example.org").user
    client.force_login(user)
    return user


def text_of(response):
    return " ".join(response.content.decode().split())


# ── Starting ─────────────────────────────────────────────────────────────────────────────────────

FIELDS = {
    "name": "Springfield",
    "state": "ma",
    "stage": "exploring",
    "boundary": "Inside the city limits.",
    "visibility": "private",
}


def test_national_staff_start_a_city(client):
    client.force_login(UserFactory(national=True))

    answer = client.post(NEW, FIELDS)

    city = City.objects.get()
    assert (answer.status_code, answer.url) == (302, "/cities/springfield/setup/actors/")
    assert (city.name, city.state, city.boundary, city.visibility) == (
        "Springfield",
        "MA",
        "Inside the city limits.",
        "private",
    )


def test_the_form_sent_twice_starts_one_city(client):
    client.force_login(UserFactory(national=True))

    answers = [client.post(NEW, FIELDS).url for _time in range(2)]

    assert answers == ["/cities/springfield/setup/actors/"] * 2
    assert City.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "slug"), [("Boston", "boston-ma"), ("New", "new-ma"), ("東京", "city")]
)
def test_a_new_city_gets_an_address_of_its_own(client, city, name, slug):
    client.force_login(UserFactory(national=True))

    client.post(NEW, FIELDS | {"name": name, "is_other": "1"})

    assert City.objects.exclude(pk=city.pk).get().slug == slug


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": " "}, "Write the name of the city."),
        ({"boundary": ""}, "Say what the map covers"),
        ({"state": "Massachusetts"}, "at most 2"),
        ({"state": "M1"}, "Write the two letters of the state, as in MA."),
        ({"latitude": "42,36"}, "Write degrees with a point, as in 42.3601."),
        ({"latitude": "42.36"}, "A place needs both"),
        ({"latitude": "142", "longitude": "0"}, "A place needs both"),
        ({"population": "a lot"}, "Write a whole number, without commas."),
        ({"visibility": "nobody"}, "Select a valid choice"),
    ],
)
def test_wrong_entries_are_said_and_kept(client, changed, sentence):
    client.force_login(UserFactory(national=True))

    answer = client.post(NEW, FIELDS | changed)

    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert not City.objects.exists()


def test_only_national_staff_start_a_city(client, city):
    answers = [client.get(NEW).status_code]
    client.force_login(CityRoleFactory(city=city).user)
    answers += [client.get(NEW).status_code, client.post(NEW, FIELDS).status_code]

    assert answers == [302, 403, 403]
    assert City.objects.count() == 1


def test_a_city_without_organizations_has_its_pages(client):
    client.force_login(UserFactory(national=True))
    client.post(NEW, FIELDS)

    pages = ("", "map/", "gaps/", "actors/", "next-steps/", "people/", "workshop/", "handover/")

    found = {page: client.get(f"/cities/springfield/{page}").status_code for page in pages}
    assert found == dict.fromkeys(pages, 200)


# ── Who may go on ────────────────────────────────────────────────────────────────────────────────

PAGES = [SETUP, *(f"{SETUP}{step}/" for step in ("boundary", "actors", "method", "people"))]
PAGES += [f"{SETUP}campaign/", "/cities/boston/handover/"]


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_for_those_who_convene(client, city, page):
    answers = [client.get(page).status_code]
    for user in (
        CityRoleFactory(city=city, kind="contributor").user,
        CityRoleFactory().user,
        CityRoleFactory(city=city).user,
        UserFactory(national=True),
    ):
        client.force_login(user)
        answers.append(client.get(page).status_code)

    assert answers == [302, 403, 403, 200, 200]


def test_steps_and_cities_that_are_not_there_answer_404(client, ana):
    CityFactory(slug="hidden", private=True)

    pages = (f"{SETUP}seventh/", "/cities/hidden/setup/", "/cities/hidden/setup/actors/")

    assert [client.get(page).status_code for page in pages] == [404, 404, 404]


# ── Boundary ─────────────────────────────────────────────────────────────────────────────────────


def test_a_stale_boundary_shows_both_versions(client, city, ana):
    seen = city.version
    fields = FIELDS | {"name": "Boston", "visibility": "public", "based_on": seen}
    client.post(f"{SETUP}boundary/", fields | {"boundary": "The county."})

    answer = client.post(f"{SETUP}boundary/", fields | {"boundary": "The region."})

    assert answer.status_code == 409
    page = text_of(answer)
    assert ("The county." in page, "The region." in page) == (True, True)
    assert City.objects.get(pk=city.pk).boundary == "The county."


# ── First organizations ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("City Hall", ("City Hall", "", False)),
        ("  City   Hall , Local government ", ("City Hall", "government", False)),
        ("City Hall\tgovernment", ("City Hall", "government", False)),
        ("City Hall, Boston\tlocal gov", ("City Hall, Boston", "government", False)),
        ("Code for Boston, civic_technologist", ("Code for Boston", "civic_technologist", False)),
        ("Cambridge, MA Office", ("Cambridge, MA Office", "", False)),
        ("City Hall, Local goverment", ("City Hall", "", True)),
        ("City Hall\tsomething", ("City Hall", "", True)),
        (", media", ("", "media", True)),
        ("x" * 301, ("x" * 301, "", True)),
        ("Data, national network", ("Data", "national_network", False)),
    ],
)
def test_a_line_is_read_as_people_write_it(line, read):
    (found,) = read_list(f"\n{line}\n\n")

    assert (found.number, found.name, found.sector, bool(found.problem)) == (2, *read)


def test_sectors_are_read_in_spanish_too(settings):
    from django.utils import translation

    with translation.override("es"):
        spanish = str(Sector.PHILANTHROPY.label)
        assert read_list(f"Barr, {spanish}") == [Line(1, "Barr", "philanthropy")]


def preview(client, text, sector=""):
    return client.post(LIST, {"text": text, "sector": sector})


def rows_of(response):
    """Name, sector, whether it is to be added, and the note of each line of the preview."""
    return [
        (row.initial["name"], row.initial["sector"], row.initial["add"], str(row.note))
        for row in response.context["rows"]
    ]


def test_a_pasted_list_is_shown_line_by_line_before_anything_is_stored(client, city, ana):
    ActorFactory(city=city, name="City Hall")
    ActorFactory(city=city, name="Boston Housing Authority")
    ActorFactory(name="Somewhere Else", city__private=True)

    answer = preview(
        client,
        "city hall, government\nBoston Housing Autority, medai\nSomewhere Else\n"
        "New One, media\nNew One",
        "philanthropy",
    )

    assert rows_of(answer) == [
        ("city hall", "government", False, "It is on the map already."),
        (
            "Boston Housing Autority",
            "",  # not given another sector silently
            False,
            "There is no sector called “medai”: choose one. "
            "Is it the same as this one? Then leave it out.",
        ),
        ("Somewhere Else", "philanthropy", True, ""),
        ("New One", "media", True, ""),
        ("New One", "philanthropy", False, "This name stands in the list more than once."),
    ]
    assert Actor.objects.count() == 3


def rows(*entries):
    sent = {"form-TOTAL_FORMS": len(entries), "form-INITIAL_FORMS": len(entries)}
    for number, (name, sector, add) in enumerate(entries):
        sent |= {f"form-{number}-name": name, f"form-{number}-sector": sector}
        if add:
            sent[f"form-{number}-add"] = "on"
    return sent


def test_checked_lines_are_added_with_one_source(client, city, ana):
    before = City.objects.get(pk=city.pk).tie_revision

    with time_machine.travel(date(2026, 5, 12), tick=False):
        answer = client.post(
            LIST,
            rows(
                ("City Hall", "government", True), ("Not this", "", False), ("WGBH", "media", True)
            ),
        )

    found = Actor.objects.order_by("name").values_list(
        "name", "sector", "status", "slug", "sources__citation"
    )
    citation = "First list of Boston, MA, 2026-05-12"
    assert (answer.status_code, answer.url) == (302, f"{SETUP}method/")
    assert list(found) == [
        ("City Hall", "government", "published", "city-hall", citation),
        ("WGBH", "media", "published", "wgbh", citation),
    ]
    assert City.objects.get(pk=city.pk).tie_revision == before + 1


def test_a_list_sent_twice_is_stored_once(client, city, ana):
    sent = rows(("City Hall", "government", True), ("WGBH", "media", True))

    for _time in range(2):
        client.post(LIST, sent)

    assert sorted(Actor.objects.values_list("name", flat=True)) == ["City Hall", "WGBH"]
    assert Source.objects.count() == 1


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (("", "media", True), "Write its name, or take the check mark away."),
        (("City Hall", "", True), "Choose the sector that fits best."),
        (("City Hall", "kings", True), "Select a valid choice"),
        (("x" * 301, "media", True), "Write at most 300 letters."),
    ],
)
def test_one_wrong_line_stores_nothing_and_loses_nothing(client, city, ana, entry, sentence):
    answer = client.post(LIST, rows(("Right Beside It", "media", True), entry))

    assert sentence in text_of(answer)
    assert 'value="Right Beside It"' in text_of(answer)
    assert not Actor.objects.exists()


def test_a_list_that_is_too_long_stays_in_its_field(client, city, ana):
    text = "\n".join(f"Organization {number}" for number in range(201))

    answer = preview(client, text)

    assert "These are 201 lines: paste at most 200 at once" in text_of(answer)
    assert "Organization 200" in text_of(answer)


def test_a_long_list_is_looked_at_in_few_queries(client, city, ana, django_assert_max_num_queries):
    ActorFactory(city=city, name="Organization 7")

    with django_assert_max_num_queries(10):
        answer = preview(client, "\n".join(f"Organization {n}" for n in range(200)), "media")

    assert len(answer.context["rows"].forms) == 200


# ── What is still to do ──────────────────────────────────────────────────────────────────────────


def done(city):
    return [step.name for step in load_steps(city) if step.is_done]


def test_what_is_stored_says_what_is_done():
    city = CityFactory()
    seen = [done(city)]

    City.objects.filter(pk=city.pk).update(boundary="The city limits.")
    seen.append(done(city))
    actor = ActorFactory(city=city)
    seen.append(done(city))
    SkillStatementFactory(actor=actor)
    seen.append(done(city))
    CityRoleFactory(city=city)
    CityRoleFactory(city=city, kind="viewer")
    seen.append(done(city))
    CityRoleFactory(city=city, kind="contributor")
    seen.append(done(city))
    campaign = Campaign.objects.create(city=city, name="First", subject="Hello", message="Hello")
    seen.append(done(city))
    Campaign.objects.filter(pk=campaign.pk).update(status="running")
    seen.append(done(city))

    assert seen == [
        [],
        ["boundary"],
        ["boundary", "actors"],
        ["boundary", "actors", "method"],
        ["boundary", "actors", "method"],
        ["boundary", "actors", "method", "people"],
        ["boundary", "actors", "method", "people"],
        ["boundary", "actors", "method", "people", "campaign"],
    ]


def test_having_read_the_method_is_remembered(client, city, ana):
    answer = client.post(f"{SETUP}method/")

    assert (answer.status_code, answer.url) == (302, f"{SETUP}people/")
    assert "3 of five steps are still to do." in text_of(client.get(SETUP))


def checklist(city, can_convene):
    page = Template("{% load setup %}{% setup_checklist city can_convene %}")
    return page.render(Context({"city": city, "can_convene": can_convene}))


def test_the_checklist_is_for_those_who_convene_a_living_map(city, django_assert_num_queries):
    past = CityFactory(map_date=date(2018, 6, 30))

    with django_assert_num_queries(1):
        shown = [
            bool(checklist(*one).strip()) for one in ((city, True), (city, False), (past, True))
        ]

    assert shown == [True, False, False]


# ── Handing over ─────────────────────────────────────────────────────────────────────────────────


@time_machine.travel(date(2026, 11, 20), tick=False)
def test_the_hand_over_says_what_is_due_this_month(client, city, ana):
    housing, youth = (
        CollaborativeFactory(city=city, name=name, review_every_months=6)
        for name in ("Housing", "Youth")
    )
    ReviewFactory(collaborative=housing, held_on=date(2026, 5, 31))  # due on 30 November
    ReviewFactory(collaborative=youth, held_on=date(2026, 10, 1))  # due on 1 April
    for name, due in (("Soon", date(2026, 12, 1)), ("Later", date(2027, 2, 1))):
        IntroductionFactory(
            city=city,
            target=ActorFactory(city=city, name=name),
            status="accepted",
            accepted_on=date(2026, 11, 1),
            due_on=due,
        )
    ActorFactory(city=city, proposed=True)

    answer = client.get("/cities/boston/handover/")

    assert [task["text"] for task in answer.context["tasks"]] == [
        "Decide on 1 thing that people proposed or asked for.",
        "Introduce Soon: agreed for Dec. 1, 2026.",
        "Hold a review of Housing: due on Nov. 30, 2026.",
    ]


@pytest.mark.parametrize("count", [1, 5])
def test_the_hand_over_takes_a_fixed_number_of_queries(
    client, city, ana, count, django_assert_max_num_queries
):
    for _number in range(count):
        team = CollaborativeFactory(city=city)
        ReviewFactory(collaborative=team)
        IntroductionFactory(city=city, target=ActorFactory(city=city), status="accepted")
        CityRoleFactory(city=city)

    with django_assert_max_num_queries(20):
        client.get("/cities/boston/handover/")
