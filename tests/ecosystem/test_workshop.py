"""The workshop page: what is typed in a room is stored at once, cited, and can be undone."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.cache import cache

from actors.forms.workshop import TieLine, read_tie
from actors.models import Actor, City, Relationship, Source
from ecosystem.analysis.completeness import completeness
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    OtherNameFactory,
    RelationshipFactory,
    SkillStatementFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

WORKSHOP = "/cities/boston/workshop/"
DAY = date(2026, 5, 12)
ROOM = "Workshop in Boston, MA, 2026-05-12"


@pytest.fixture(autouse=True)
def on_the_day():
    cache.clear()
    with time_machine.travel(DAY, tick=False):
        yield


@pytest.fixture
def city():
    return CityFactory(slug="boston", name="Boston")


@pytest.fixture
def ana(city, client):
    """A convener, signed in."""
    user = CityRoleFactory(city=city).user
    client.force_login(user)
    return user


def text_of(response):
    return " ".join(response.content.decode().split())


def enter(client, name, sector="", **more):
    sent = {"action": "organization", "name": name, "sector": sector} | more
    return client.post(WORKSHOP, sent, follow=True)


def tie(client, first, kind, second, **more):
    sent = {"action": "tie", "first": first, "kind": kind, "second": second} | more
    return client.post(WORKSHOP, sent, follow=True)


def entered(client):
    """The list of the page, newest first."""
    return [
        (entry.kind, entry.how, str(entry.record))
        for entry in client.get(WORKSHOP).context["entries"]
    ]


def undo(client, number=0, **changed):
    entry = client.get(WORKSHOP).context["entries"][number]
    sent = {"action": "undo", "entry": entry.key, "based_on": entry.record.version} | changed
    return client.post(WORKSHOP, sent, follow=True)


def cited():
    """Each organization with the citations of its sources."""
    return {
        actor.name: sorted(actor.sources.values_list("citation", flat=True))
        for actor in Actor.objects.all()
    }


# ── Who ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", [WORKSHOP, f"{WORKSHOP}sheet/"])
def test_only_those_who_convene_have_the_pages(client, city, page):
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


def test_others_store_nothing(client, city):
    client.force_login(CityRoleFactory(city=city, kind="contributor").user)

    answer = client.post(WORKSHOP, {"action": "organization", "name": "X", "sector": "media"})

    assert answer.status_code == 403
    assert not Actor.objects.exists()


# ── Organizations ────────────────────────────────────────────────────────────────────────────────


def test_a_name_is_on_the_map_at_once_and_cites_the_workshop(client, city, ana):
    before = City.objects.get(pk=city.pk).tie_revision

    answer = enter(client, "  City  Hall ", "government")

    source = Source.objects.get()
    assert "On the map: City Hall." in text_of(answer)
    assert entered(client) == [("organization", "added", "City Hall")]
    assert cited() == {"City Hall": [ROOM]}
    assert (source.kind, source.city, source.is_informant, source.is_public) == (
        "workshop",
        city,
        True,
        True,
    )
    assert City.objects.get(pk=city.pk).tie_revision > before


@pytest.mark.parametrize(
    "typed", ["City Hall, government", "City Hall, local g", "City Hall,Local government"]
)
def test_the_sector_may_follow_a_comma(client, city, ana, typed):
    enter(client, typed)

    assert [(one.name, one.sector) for one in Actor.objects.all()] == [("City Hall", "government")]


def test_sector_and_table_stay_for_the_next_name(client, city, ana):
    answer = enter(client, "City Hall", "government", table="North")

    assert answer.redirect_chain == [
        (f"{WORKSHOP}?day=2026-05-12&table=North&sector=government", 302)
    ]
    assert answer.context["forms"]["organization"]["sector"].value() == "government"


@pytest.mark.parametrize(
    ("name", "sector", "sentence"),
    [
        ("", "media", "Type the name of an organization."),
        ("City Hall", "", "Choose the sector that fits best."),
        ("City Hall", "kings", "Choose the sector that fits best."),
        ("x" * 301, "media", "Write at most 300 letters."),
        ("x" * 400, "media", "at most 340"),
        ("City\0Hall", "media", "Null characters are not allowed."),
    ],
)
def test_wrong_names_are_said_and_kept(client, city, ana, name, sector, sentence):
    answer = enter(client, name, sector)

    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert not Actor.objects.exists()


def test_a_table_is_an_informant_of_its_own_and_private(client, city, ana):
    """G17: two tables that name the same organization are two informants."""
    enter(client, "City Hall", "government", table="North")
    enter(client, "WGBH", "media", table="North")
    enter(client, "city hall", "government", table="South")
    again = enter(client, "City Hall", "government", table="South")

    assert cited() == {
        "City Hall": [f"{ROOM}, North", f"{ROOM}, South"],
        "WGBH": [f"{ROOM}, North"],
    }
    assert set(Source.objects.values_list("is_public", "is_informant")) == {(False, True)}
    assert "It was named here already: City Hall (Local government)." in text_of(again)
    informants_of = [
        frozenset(actor.sources.values_list("citation", flat=True)) for actor in Actor.objects.all()
    ]
    found = completeness(informants_of)
    assert (found.informants, found.observed, found.once, found.twice) == (2, 2, 1, 1)


def test_a_similar_name_is_asked_about_before_anything_is_stored(client, city, ana):
    authority = ActorFactory(city=city, name="Boston Housing Authority")

    asked = enter(client, "Boston Housing Autority", "government")
    yes = enter(client, "Boston Housing Autority", "government", known=authority.pk)
    no = enter(client, "Boston Housing Autority", "government", is_new=1)

    assert "Is it one of these?" in text_of(asked)
    assert 'value="Boston Housing Autority"' in text_of(asked)
    assert "that it was named here is noted: Boston Housing Authority (" in text_of(yes)
    assert "On the map: Boston Housing Autority." in text_of(no)
    assert cited() == {"Boston Housing Authority": [ROOM], "Boston Housing Autority": [ROOM]}


def test_another_name_of_an_organization_finds_it(client, city, ana):
    OtherNameFactory(actor=ActorFactory(city=city, name="Boston Housing Authority"), name="B.H.A.")

    enter(client, "b.h.a.")

    assert cited() == {"Boston Housing Authority": [ROOM]}


def test_organizations_of_other_cities_are_neither_offered_nor_cited(client, city, ana):
    hidden = ActorFactory(name="Canary Lab", city__private=True)

    answer = enter(client, "Canary Lap", "media", known=hidden.pk)

    assert "Canary Lab" not in text_of(answer)
    assert cited() == {"Canary Lab": [], "Canary Lap": [ROOM]}


# ── Ties ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pair(city):
    return ActorFactory(city=city, name="City Hall"), ActorFactory(
        city=city, name="Code for Boston"
    )


def test_a_tie_by_names(client, city, ana, pair):
    answer = tie(client, "city hall", "funds", "code for")

    assert "On the map: City Hall – Funds – Code for Boston." in text_of(answer)
    assert entered(client) == [("tie", "added", "City Hall – Funds – Code for Boston")]
    assert Relationship.objects.get().sources.get().citation == ROOM


def test_a_tie_that_is_known_is_cited(client, city, ana, pair):
    known = RelationshipFactory(
        city=city, source=pair[1], target=pair[0], kind="delivers_project_with"
    )

    # Delivering a project with somebody is the same from both sides.
    answers = [tie(client, "City Hall", "delivers_project_with", "Code for Boston") for _ in "12"]

    assert Relationship.objects.get() == known
    assert known.sources.get().citation == ROOM
    assert "is noted: City Hall" in text_of(answers[0])
    assert "It was named here already" in text_of(answers[1])


@pytest.mark.parametrize(
    ("first", "kind", "second", "sentence"),
    [
        ("", "funds", "City Hall", "Type the name of the first organization."),
        ("City Hall", "funds", "", "Type the name of the second organization."),
        ("City Hall", "funds", "city hall", "Choose another organization: a tie needs two."),
        ("City Hall", "loves", "Code for Boston", "Choose what they do together."),
        ("City Hall", "funds", "Nobody", "No organization here is called “Nobody”."),
    ],
)
def test_wrong_ties_are_said_and_kept(client, city, ana, pair, first, kind, second, sentence):
    answer = tie(client, first, kind, second)

    assert sentence in text_of(answer)
    assert not Relationship.objects.exists()


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("City Hall – Code for Boston: funds", TieLine("City Hall", "Code for Boston", "funds")),
        ("A-B Lab - C: shares data", TieLine("A-B Lab", "C", "shares_data")),
        ("A > B: Delivers a project with", TieLine("A", "B", "delivers_project_with")),
        ("A: the first – B: advises", TieLine("A: the first", "B", "advises")),
        ("City Hall, government", None),
        ("Data: a lab", None),
        ("A – B", None),
    ],
)
def test_a_tie_on_one_line(line, read):
    assert read_tie(line) == read


# ── Many lines ───────────────────────────────────────────────────────────────────────────────────


def test_lines_that_cannot_be_stored_stay_and_say_why(client, city, ana):
    ActorFactory(city=city, name="Boston Housing Authority")
    lines = [
        "City Hall, government",
        "Code for Boston",
        "City Hall – Code for Boston: funds",
        "City Hall – Nobody: funds",
        "City Hall – Code for Boston: loves",
        "Boston Housing Autority",
        "WGBH, meda",
        "! Boston Housing Authorities",
    ]

    answer = client.post(
        WORKSHOP, {"action": "many", "lines": "\n".join(lines), "many_sector": "nonprofit_service"}
    )

    page = text_of(answer)
    assert answer.context["forms"]["many"]["lines"].value().split("\n") == lines[3:7]
    assert [
        sentence in page
        for sentence in (
            "4 lines are stored.",
            "No organization here is called “Nobody”.",
            "There is no kind of tie called “loves”.",
            "Is it Boston Housing Authority? Then write it so.",
            "There is no sector called “meda”: choose one.",
        )
    ] == [True] * 5
    assert sorted(cited()) == [
        "Boston Housing Authorities",
        "Boston Housing Authority",
        "City Hall",
        "Code for Boston",
    ]
    assert Relationship.objects.count() == 1


def test_lines_without_a_sector_are_kept(client, city, ana):
    answer = client.post(WORKSHOP, {"action": "many", "lines": "City Hall\n!\n, media"})

    assert answer.context["forms"]["many"]["lines"].value() == "City Hall\n!\n, media"
    assert "Its sector is missing: write it after a comma." in text_of(answer)


# ── Undo ─────────────────────────────────────────────────────────────────────────────────────────


def test_undo_takes_the_last_back(client, city, ana):
    enter(client, "City Hall", "government")
    with time_machine.travel(DAY + timedelta(hours=12), tick=False):
        enter(client, "WGBH", "media")

        answer = undo(client)

        assert "Undone: WGBH." in text_of(answer)
        assert entered(client) == [("organization", "added", "City Hall")]
    assert cited() == {"City Hall": [ROOM]}


def test_undo_of_what_was_there_before_leaves_it_there(client, city, ana):
    actor = ActorFactory(city=city, name="City Hall", sources=[SourceFactory(citation="A book")])
    enter(client, "City Hall")
    assert entered(client) == [("organization", "named", "City Hall")]

    undo(client)

    assert entered(client) == []
    assert cited() == {"City Hall": ["A book"]}
    assert Actor.objects.get() == actor


def test_undo_of_what_another_table_named_as_well_leaves_it_there(client, city, ana):
    enter(client, "City Hall", "government", table="North")
    enter(client, "City Hall", "government", table="South")
    (number,) = (
        place
        for place, entry in enumerate(client.get(WORKSHOP).context["entries"])
        if entry.how == "added"
    )

    undo(client, number)

    assert cited() == {"City Hall": [f"{ROOM}, South"]}


def test_ties_are_undone_before_their_organizations(client, city, ana):
    enter(client, "City Hall", "government")
    enter(client, "WGBH", "media")
    tie(client, "City Hall", "funds", "WGBH")
    places = {entry.kind: n for n, entry in enumerate(client.get(WORKSHOP).context["entries"])}

    refused = undo(client, places["organization"])
    undo(client, places["tie"])
    undo(client)
    undo(client)

    assert "something else rests on it by now" in text_of(refused)
    assert (entered(client), Actor.objects.count(), Relationship.objects.count()) == ([], 0, 0)


def test_what_somebody_said_of_it_is_not_lost_by_undo(client, city, ana):
    enter(client, "City Hall", "government")
    SkillStatementFactory(actor=Actor.objects.get())

    answer = undo(client)

    assert "City Hall can’t be undone" in text_of(answer)
    assert Actor.objects.exists()


def test_undo_of_a_changed_record_is_refused(client, city, ana):
    enter(client, "City Hall", "government")

    answer = undo(client, based_on=0)

    assert answer.status_code == 409
    assert "Somebody else changed City Hall" in text_of(answer)
    assert Actor.objects.exists()


@pytest.mark.parametrize("entry", ["", "organization-0-0", "x", "city-1-1"])
def test_undo_of_nothing_says_so(client, city, ana, entry):
    sent = {"action": "undo", "entry": entry, "based_on": "1"}

    assert "It was undone already." in text_of(client.post(WORKSHOP, sent, follow=True))


def test_entries_of_other_cities_and_days_are_not_listed(client, city, ana):
    other = CityFactory(slug="detroit", name="Detroit")
    CityRoleFactory(city=other, user=ana)
    client.post(
        "/cities/detroit/workshop/",
        {"action": "organization", "name": "Elsewhere", "sector": "media"},
    )
    with time_machine.travel(DAY - timedelta(days=1), tick=False):
        enter(client, "Yesterday", "media")
    enter(client, "Today", "media")

    assert entered(client) == [("organization", "added", "Today")]


def test_an_evening_does_not_end_at_midnight_in_london(client, city, ana):
    with time_machine.travel(DAY + timedelta(days=1), tick=False):
        client.force_login(ana)
        enter(client, "City Hall", "government", day="2026-05-12")

        page = client.get(f"{WORKSHOP}?day=2026-05-12")

    assert cited() == {"City Hall": [ROOM]}
    assert "1 line is entered for May 12, 2026." in text_of(page)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("yesterday", "Write the day as year-month-day, as in 2026-06-30."),
        ("2026-05-13", "This day is still to come: enter when it was."),
        ("0001-01-01", "is too early"),
        ("2026-02-30", "Write the day as year-month-day, as in 2026-06-30."),
    ],
)
def test_days_that_cannot_be_are_refused(client, city, ana, day, sentence):
    asked = client.get(WORKSHOP, {"day": day})
    sent = enter(client, "City Hall", "government", day=day)

    assert [sentence in text_of(page) for page in (asked, sent)] == [True, True]
    assert not Actor.objects.exists()


@pytest.mark.parametrize("count", [1, 6])
def test_queries_do_not_grow_with_entries(client, city, ana, count, django_assert_max_num_queries):
    for number in range(count):
        enter(client, f"{'abcdefgh'[number] * 9}", "media")
        tie(client, "aaaaaaaaa", "funds", "bbbbbbbbb")

    with django_assert_max_num_queries(14):
        client.get(WORKSHOP)


def test_the_sheet_has_the_framework_and_the_list_so_far(client, city, ana):
    enter(client, "City Hall", "government")

    page = text_of(client.get(f"{WORKSHOP}sheet/"))

    assert [word in page for word in ("Community organizing", "Philanthropy", "City Hall")] == [
        True
    ] * 3
