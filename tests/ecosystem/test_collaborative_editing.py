"""Editing a collaborative and who sits at its table, for those who convene its city."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.contrib.messages import get_messages

from actors.models import City
from collaboratives.models import Collaborative, Membership
from ecosystem.services.gaps import kept_gaps
from tests.ecosystem.towns import make_table, make_town
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    IssueFactory,
    MembershipFactory,
    StewardFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PAGE = "/cities/town/collaboratives/round-table/"
EDIT, MEMBERS = f"{PAGE}edit/", f"{PAGE}members/"
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to(f"{TODAY}T12:00:00Z", tick=False)


@pytest.fixture
def town():
    city = make_town()
    city.map_date = None  # kept up to date
    city.save()
    return city


@pytest.fixture
def table(town):
    return make_table(town)


@pytest.fixture
def convener(client, town):
    user = CityRoleFactory(city=town, user__name="Ana").user
    client.force_login(user)
    return user


def text_of(response):
    return unescape(" ".join(response.content.decode().split()))


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def filled_in(client, path, **changed):
    """The form of a page as a browser would send it back, with some fields changed."""
    form = client.get(path).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in sent.items() if value is not None} | changed


def seat(table, slug="hall"):
    return table.memberships.get(actor__slug=slug, until=None)


def seat_page(row):
    return f"{MEMBERS}{row.pk}/"


def members_counted(city, table):
    """Whom the results of today count, and how many the page of the collaborative lists."""
    found = kept_gaps(City.objects.get(pk=city.pk), user=UserFactory(), collaborative=table)
    return sorted(found.members)


# ── Who may ──────────────────────────────────────────────────────────────────────────────────────


def test_pages_and_buttons_are_for_those_who_convene(client, town, table):
    row = seat(table)
    pages = [EDIT, MEMBERS, f"{MEMBERS}new/?actor=lab", seat_page(row)]
    people = {
        "viewer": CityRoleFactory(city=town, kind="viewer").user,
        "contributor": CityRoleFactory(city=town, kind="contributor").user,
        "steward": StewardFactory(actor=row.actor).user,
        "elsewhere": CityRoleFactory().user,
        "convener": CityRoleFactory(city=town).user,
        "national": UserFactory(national=True),
    }
    answers, buttons = {}, {}
    for who, user in people.items():
        client.force_login(user)
        answers[who] = {client.get(page).status_code for page in pages}
        answers[who] |= {client.post(page).status_code for page in pages if page != MEMBERS}
        buttons[who] = EDIT in client.get(PAGE).content.decode()
    client.logout()

    assert answers == {
        "viewer": {403},
        "contributor": {403},
        "steward": {403},
        "elsewhere": {403},
        "convener": {200, 302},
        "national": {200, 302},
    }
    assert [who for who, shown in buttons.items() if shown] == ["convener", "national"]
    assert client.get(EDIT).url == f"/account/login/?next={EDIT}"


def test_what_is_hidden_is_absent(client, town, table, convener):
    hidden = CityFactory(slug="hidden", private=True)
    away = ActorFactory(city=hidden, slug="canary", name="Canary Works")
    row = MembershipFactory(collaborative=table, actor=away)
    other = CollaborativeFactory(city=hidden, slug="canary-table")
    draft = ActorFactory(city=town, name="Canary Draft", proposed=True)

    assert client.get(seat_page(row)).status_code == 404
    assert client.get(f"{MEMBERS}new/?actor={away.slug}").status_code == 404
    assert client.get(f"{MEMBERS}new/?actor={draft.slug}").status_code == 404
    assert client.get("/cities/hidden/collaboratives/canary-table/edit/").status_code == 404
    assert client.get(f"/cities/town/collaboratives/{other.slug}/edit/").status_code == 404
    assert "Canary" not in client.get(f"{MEMBERS}?q=canary").content.decode()


# ── What it is about ─────────────────────────────────────────────────────────────────────────────


def test_all_of_it_is_edited_with_a_reason_and_everybody_reads_it_at_once(
    client, town, table, convener
):
    issue = IssueFactory(name="Youth jobs")
    before = (City.objects.get(pk=town.pk).fact_revision, table.version)
    wanted = {
        "name": "Square Table",
        "purpose": "Jobs for all",
        "vision": "Nobody waits",
        "principles": "We listen",
        "issue": issue.pk,
        "decision_rule": "consent",
        "backbone": seat(table).actor.pk,
        "stage": "paused",
        "review_every_months": 3,
    }

    answer = client.post(EDIT, filled_in(client, EDIT, **wanted, reason="Agreed in May"))

    assert (answer.status_code, answer.url) == (302, PAGE)
    stored = Collaborative.objects.get()
    found = {name: getattr(stored, name) for name in wanted} | {
        "issue": stored.issue_id,
        "backbone": stored.backbone_id,
    }
    assert found == wanted
    last = stored.history.first()
    assert (last.history_user, last.history_change_reason) == (convener, "Agreed in May")
    assert (City.objects.get(pk=town.pk).fact_revision, stored.version) == (
        before[0] + 1,
        before[1] + 1,
    )
    client.logout()
    page = text_of(client.get(PAGE))
    for word in ("Square Table", "Jobs for all", "Nobody waits", "We listen", "Nobody objects"):
        assert word in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": " "}, "Give the collaborative a name, so that people find it."),
        ({"name": "other TABLE"}, "Town has a collaborative of this name already"),
        ({"purpose": "x" * 4001}, "at most 4000 characters"),
        ({"review_every_months": "0"}, "Write at least 1 month."),
        ({"review_every_months": "often"}, "Write a whole number of months, such as 6."),
        ({"backbone": "lab"}, "The backbone has to be one of the members: choose it again."),
        ({"stage": "over"}, "Select a valid choice"),
        ({"name": "null\0"}, "Null characters are not allowed."),
    ],
)
def test_wrong_entries_are_said_and_change_nothing(
    client, town, table, convener, changed, sentence
):
    CollaborativeFactory(city=town, slug="other", name="Other Table")
    if "backbone" in changed:
        changed = {"backbone": town.actors.get(slug="lab").pk}

    answer = client.post(EDIT, filled_in(client, EDIT, vision="Kept", **changed))

    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert "Kept" in text_of(answer)
    assert Collaborative.objects.get(pk=table.pk).version == table.version


def test_backbone_that_the_writer_may_not_see_stays(client, town, table, convener):
    hidden = ActorFactory(city__private=True, name="Canary Works")
    Collaborative.objects.filter(pk=table.pk).update(backbone=hidden)

    page = client.get(EDIT).content.decode()
    client.post(EDIT, filled_in(client, EDIT, vision="New", backbone=""))

    assert "Canary" not in page
    stored = Collaborative.objects.get()
    assert (stored.vision, stored.backbone) == ("New", hidden)


# ── Who sits there ───────────────────────────────────────────────────────────────────────────────


def test_member_is_found_by_search_and_counts_at_once(client, town, table, convener):
    before = members_counted(town, table)

    found = client.get(f"{MEMBERS}?q=data").context["found"]
    path = found[0][1]
    answer = client.post(
        path, filled_in(client, path, function="Cleans data", decision_role="decides")
    )

    assert [actor.slug for actor, _url in found] == ["lab"]
    assert (answer.url, said(answer)) == (MEMBERS, ["Data Lab sits at the table of Round Table."])
    row = seat(table, "lab")
    assert (row.function, row.decision_role, row.since, row.until) == (
        "Cleans data",
        "decides",
        TODAY,
        None,
    )
    assert row.history.get().history_user == convener
    assert (before, members_counted(town, table)) == (["club", "hall"], ["club", "hall", "lab"])
    client.logout()
    assert "3 organizations sit at this table." in text_of(client.get(PAGE))


def test_search_leads_a_member_to_its_seat_and_answers_scripts_with_a_part(
    client, town, table, convener
):
    part = client.get(f"{MEMBERS}?q=hall", headers={"HX-Request": "true"})

    assert part.context["found"] == [(seat(table).actor, seat_page(seat(table)))]
    assert "<html" not in part.content.decode()
    assert client.get(f"{MEMBERS}new/?actor=hall").url == seat_page(seat(table))


def test_on_a_historic_map_nobody_says_since_when(client, table, convener):
    City.objects.update(map_date=date(2018, 6, 30))
    path = f"{MEMBERS}new/?actor=lab"

    client.post(path, filled_in(client, path))

    assert seat(table, "lab").since is None


def test_who_leaves_counts_on_the_last_day_and_is_kept(client, town, table, convener, time_machine):
    row = seat(table)
    page = seat_page(row)

    answer = client.post(page, filled_in(client, page, until=TODAY.isoformat(), reason="Merged"))

    assert said(answer) == ["Saved: Nov. 20, 2026 is the last day of City Hall at this table."]
    assert Membership.objects.get(pk=row.pk).until == TODAY
    assert row.history.first().history_change_reason == "Merged"
    assert members_counted(town, table) == ["club", "hall"]
    assert "until Nov. 20, 2026" in text_of(client.get(PAGE))
    time_machine.move_to(f"{TODAY + timedelta(days=1)}T12:00:00Z", tick=False)
    client.force_login(convener)
    assert members_counted(town, table) == ["club"]
    groups = client.get(MEMBERS).context["groups"]
    assert [[line["actor"].slug for line in lines] for _label, lines in groups] == [
        ["club"],
        ["hall"],
    ]
    # It comes back the day after, and not for days that it sat there already.
    new = f"{MEMBERS}new/?actor=hall"
    same_days = client.post(new, filled_in(client, new, since=TODAY.isoformat()))
    assert "City Hall is recorded at this table for these days already" in text_of(same_days)
    assert client.post(new, filled_in(client, new)).status_code == 302
    assert members_counted(town, table) == ["club", "hall"]


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ({"until": "2026-11-21"}, "This day is still to come"),
        ({"since": "2026-11-21"}, "This day is still to come"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "It can’t leave before it came"),
        ({"since": "1899-12-31"}, "1899-12-31 is too early"),
        ({"until": "May"}, "Write the day as year-month-day, as in 2026-06-30."),
    ],
)
def test_days_that_cannot_be_are_said(client, table, convener, days, sentence):
    page = seat_page(seat(table))

    answer = client.post(page, filled_in(client, page, **days))

    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert seat(table).version == 1


def test_backbone_does_not_leave_before_another_is_chosen(client, table, convener):
    row = seat(table)
    Collaborative.objects.update(backbone=row.actor)
    page = seat_page(row)

    leaving = client.post(page, filled_in(client, page, until=TODAY.isoformat()))
    slip = client.post(page, {"action": "take_away", "based_on": row.version})

    sentence = "City Hall holds the collaborative together: choose another backbone first, or none."
    assert sentence in text_of(leaving)
    assert said(slip) == [sentence]
    assert seat(table) == row


def test_slip_of_today_is_taken_away_and_an_older_member_only_leaves(
    client, town, table, convener, time_machine
):
    slip, old = seat(table, "club"), seat(table)
    sent = {"action": "take_away", "based_on": 1}

    today = client.post(seat_page(slip), sent)
    time_machine.move_to(f"{TODAY + timedelta(days=1)}T12:00:00Z", tick=False)
    client.force_login(convener)
    tomorrow = client.post(seat_page(old), sent)

    assert said(today) == ["Taken away as a slip: Code Club."]
    assert said(tomorrow)[-1] == ("It was not entered today: say on which day it left instead.")
    assert "Entered by mistake?" not in text_of(client.get(seat_page(old)))
    assert [row.actor.slug for row in Membership.objects.all()] == ["hall"]
    gone = Membership.history.filter(id=slip.pk).first()
    assert (gone.history_type, gone.history_change_reason) == ("-", "Entered by mistake")
    assert client.get(seat_page(slip)).status_code == 404


def test_leaving_and_a_slip_are_undone_from_the_history(client, town, table, convener):
    page, slip = seat_page(seat(table)), seat(table, "club")
    client.post(page, filled_in(client, page, until="2026-11-01"))
    client.post(seat_page(slip), {"action": "take_away", "based_on": slip.version})
    changes = client.get("/cities/town/history/?kind=membership").context["lines"][:2]

    for line in changes:
        url = f"/cities/town/history/membership/{line.entry.group.last}/"
        seen = client.get(url).context["plan"].seen
        assert client.post(url, {"seen": seen, "reason": "Wrong"}).status_code == 302

    assert members_counted(town, table) == ["club", "hall"]
    assert seat(table, "club").pk == slip.pk


def test_names_are_data(client, town, table, convener):
    ActorFactory(city=town, slug="bold", name="<b>Bold</b>")
    client.post(f"{MEMBERS}new/?actor=bold", {"function": "<i>x</i>"})

    for page in (MEMBERS, f"{MEMBERS}?q=bold", seat_page(seat(table, "bold")), PAGE, EDIT):
        text = client.get(page).content.decode()
        assert "<b>Bold" not in text
        assert "<i>x" not in text


@pytest.mark.parametrize("count", [1, 12])
def test_queries_do_not_grow_with_members(
    client, town, table, convener, count, django_assert_max_num_queries
):
    for _number in range(count):
        MembershipFactory(collaborative=table, actor=ActorFactory(city=town))

    with django_assert_max_num_queries(14):
        client.get(MEMBERS)
    with django_assert_max_num_queries(22):
        client.get(EDIT)


def test_pages_speak_spanish(client, table, convener):
    page = client.get(EDIT, headers={"Accept-Language": "es"})

    assert '<html lang="es"' in page.content.decode()
