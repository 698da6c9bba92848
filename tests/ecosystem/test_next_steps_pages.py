"""The pages of next steps: what everybody reads, and what conveners do. Expected texts by hand."""

from datetime import date
from html import unescape

import pytest
from django.core.management import call_command
from django.urls import reverse

from actors.models import City, Relationship
from ecosystem.models import Introduction
from tests.ecosystem.reading import said
from tests.ecosystem.towns import make_table
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    IntroductionFactory,
    RelationshipFactory,
    ReviewFactory,
    SkillStatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
TAKE_UP = {"action": "accept", "assigned_to": "Ana  Díaz ", "due_on": "2026-04-01"}


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to("2026-03-02 12:00")


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(unescape(response.content.decode()).split())


def steps_page(client, city="town"):
    return page(client, reverse("next_steps", args=[city]))


def suggested(kind, target, **query):
    return reverse("suggested_step", args=["town", kind, target], query=query)


def taken_up(client):
    client.post(suggested("skill", "fund"), TAKE_UP)
    return Introduction.objects.get()


def step(introduction):
    return reverse("next_step", args=["town", introduction.pk])


# ── What everybody reads ─────────────────────────────────────────────────────────────────────────


def test_page_says_what_to_do_first_in_a_sentence(client, town):
    response = client.get(reverse("next_steps", args=["town"]))

    context = response.context
    assert str(context["lede"]) == "Ask Data Lab to introduce Big Fund. 9 more steps are suggested."
    assert str(context["completing"]) == (
        "Nobody else on this map could cover one more skill by joining."
    )
    [first] = context["steps"].introductions
    assert [str(name) for name in first.path] == ["Data Lab", "Big Fund"]
    assert [(c.label, c.before, c.after) for c in first.changes] == [
        ("Fundraising", "absent", "single")
    ]
    assert first.lens == "lens=fill&skill=fundraising"
    assert context["addresses"] == {}


def test_reference_cities_lead_to_what_was_found_by_hand(client):
    """G14: San Antonio's user-centered design is one introduction away, at Code for America, which
    Community Information Now works with. G13: nobody on Washington's map raises funds; of the
    holders elsewhere Seattle has three, no other city more than two."""
    call_command("load_reference", verbosity=0)

    san_antonio = client.get(reverse("next_steps", args=["san-antonio"])).context
    washington = client.get(reverse("next_steps", args=["washington-dc"])).context

    first = san_antonio["steps"].introductions[0]
    assert [name.slug for name in first.path] == ["cinow", "code-for-america"]
    assert ("user-centered-design", "unknown", "single") in [
        (change.skill, change.before, change.after) for change in first.changes
    ]
    [fundraising] = [row for row in washington["beyond"] if row.label == "Fundraising"]
    assert fundraising.city == City.objects.get(slug="seattle-king-county").name
    assert fundraising.url == (
        "/cities/seattle-king-county/actors/?competency=fundraising&level=holder"
    )
    assert len(client.get(fundraising.url).context["page_obj"].object_list) == 3


def test_collaborative_has_next_steps_of_its_own(client, town):
    make_table(town)

    response = client.get(reverse("collaborative_next_steps", args=["town", "round-table"]))

    assert [str(one.heading) for one in response.context["steps"].introductions] == [
        "Data Lab",
        "Big Fund",
    ]
    assert str(response.context["steps"].introductions[1].sentence) == (
        "Ask Code Club to connect you with Data Lab, who can introduce Big Fund."
    )


def test_city_page_and_dashboards_show_the_first_five(client, town):
    make_table(town)
    pages = [
        reverse("city", args=["town"]),
        reverse("gaps", args=["town"]),
        reverse("collaborative_gaps", args=["town", "round-table"]),
    ]

    for address in pages:
        first = client.get(address).context["first_steps"]
        assert len(first["rows"]) == 5
        assert first["address"] in page(client, address)


def test_hidden_city_has_no_page(client):
    CityFactory(slug="hidden", private=True)

    assert client.get(reverse("next_steps", args=["hidden"])).status_code == 404


def test_hidden_city_is_not_named_as_the_one_to_ask(client, town):
    hidden = CityFactory(slug="hidden", name="Hidden", private=True)
    SkillStatementFactory(actor__city=hidden, competency="data-communication", level=3)

    anybody = steps_page(client)
    client.force_login(UserFactory(national=True))
    national = steps_page(client)

    assert ("Ask Hidden" in anybody, "Ask Hidden" in national) == (False, True)


def test_city_without_actors_says_what_to_do(client):
    CityFactory(slug="empty", name="Empty")

    assert "Add organizations first, then see what to do next." in steps_page(client, "empty")


@pytest.mark.parametrize("count", [1, 12])
def test_queries_do_not_grow(client, django_assert_num_queries, count):
    city = CityFactory(slug="grows", map_date=TODAY)
    lab = ActorFactory(city=city)
    for number in range(count):
        other = ActorFactory(city=None, with_statements=3, slug=f"v{number}")
        RelationshipFactory(city=city, source=lab, target=other)
        IntroductionFactory(city=city, target=other, source=None, status="accepted")
    client.force_login(CityRoleFactory(city=city).user)
    client.get(reverse("next_steps", args=["grows"]))  # computes and keeps the gaps

    with django_assert_num_queries(12):
        client.get(reverse("next_steps", args=["grows"]))


# ── Who sees what conveners did ──────────────────────────────────────────────────────────────────


def everybody_else(city):
    return [
        None,
        UserFactory(),
        CityRoleFactory(city=city, kind="contributor").user,
        CityRoleFactory().user,
    ]


def test_names_and_reasons_are_the_conveners_own(client, convener, town):
    taken = taken_up(client)
    client.post(
        suggested("question", "club", skill="issue-knowledge"),
        {"action": "decline", "reason": "They asked us not to."},
    )
    secrets = ["Ana Díaz", "They asked us not to.", step(taken)]

    own = steps_page(client)
    assert [secret in own for secret in secrets] == [True, True, True]
    for user in everybody_else(town):
        client.logout()
        if user:
            client.force_login(user)
        text = steps_page(client) + page(client, reverse("city", args=["town"]))
        assert [secret in text for secret in secrets] == [False, False, False]
        # It would tell that somebody took it up, if it were missing.
        assert 'id="step-skill-fund"' in text
        answers = [
            client.get(step(taken)).status_code,
            client.post(step(taken), {"action": "finish"}).status_code,
            client.get(suggested("skill", "fund")).status_code,
            client.post(suggested("skill", "fund"), TAKE_UP).status_code,
        ]
        assert answers == ([302] * 4 if user is None else [403] * 4)
    taken.refresh_from_db()
    assert taken.status == "accepted"


def test_step_of_another_city_or_none_is_not_found(client, convener):
    elsewhere = IntroductionFactory(status="accepted")

    for number in (elsewhere.pk, elsewhere.pk + 999):
        address = reverse("next_step", args=["town", number])
        assert client.get(address).status_code == 404
        assert client.post(address, {"action": "finish"}).status_code == 404


def test_table_of_another_city_is_not_found(client, convener):
    make_table(other := CityFactory())
    assert other.slug != "town"

    answer = client.get(suggested("skill", "fund", table="round-table"))

    assert answer.status_code == 404


# ── Taking up, declining, doing ──────────────────────────────────────────────────────────────────


def test_convener_takes_a_suggestion_up(client, convener):
    answer = client.post(suggested("skill", "fund"), TAKE_UP)

    assert (answer.status_code, answer.url) == (302, reverse("next_steps", args=["town"]))
    assert said(answer) == ["Ana Díaz does it by April 1, 2026."]
    lists = client.get(answer.url).context
    assert lists["steps"].introductions == ()
    [row] = lists["lists"]["accepted"]
    assert (str(row.sentence), row.said, row.is_overdue) == (
        "Meet Big Fund through Data Lab.",
        ("Ana Díaz does it.", "Due on April 1, 2026."),
        False,
    )


def test_suggestion_of_a_collaborative_returns_there(client, convener, town):
    table = make_table(town)

    answer = client.post(suggested("skill", "lab", table="round-table"), TAKE_UP)

    assert answer.url == reverse("collaborative_next_steps", args=["town", "round-table"])
    assert Introduction.objects.get().collaborative == table


def test_second_click_saves_once(client, convener):
    answers = [client.post(suggested("skill", "fund"), TAKE_UP) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Introduction.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "sentences"),
    [
        (
            {"assigned_to": " ", "due_on": ""},
            [
                "Say who does it, so that it gets done.",
                "Choose a day by which it should be done.",
            ],
        ),
        ({"due_on": "soon"}, ["Write the day as year-month-day, as in 2026-06-30."]),
        ({"due_on": "2026-03-01"}, ["This day is past: choose today or a later day."]),
        (
            {"due_on": "2126-03-01"},
            ["This day is more than 5 years away: choose an earlier one."],
        ),
        (
            {"assigned_to": "x" * 201},
            ["Ensure this value has at most 200 characters (it has 201)."],
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(client, convener, given, sentences):
    answer = client.post(suggested("skill", "fund"), TAKE_UP | given)

    form = answer.context["forms"]["accept"]
    assert (answer.status_code, [one for those in form.errors.values() for one in those]) == (
        422,
        sentences,
    )
    assert Introduction.objects.count() == 0


def test_reason_is_needed_to_decline(client, convener):
    answer = client.post(suggested("skill", "fund"), {"action": "decline", "reason": "  "})

    assert answer.status_code == 422
    assert "Say why, so that others need not ask again." in answer.content.decode()


@pytest.mark.parametrize("action", ["", "explode", "tie", "answer"])
def test_unknown_action_is_refused(client, convener, action):
    answer = client.post(suggested("skill", "fund"), {"action": action, "level": "3"})

    assert (answer.status_code, Introduction.objects.count()) == (400, 0)


@pytest.mark.parametrize(
    ("kind", "target"), [("skill", "hall"), ("skill", "no-such"), ("sectors", "fund"), ("x", "y")]
)
def test_what_is_not_suggested_cannot_be_taken_up(client, convener, kind, target):
    answer = client.post(suggested(kind, target), TAKE_UP)

    assert (answer.status_code, Introduction.objects.count()) == (302, 0)
    assert said(answer) == [
        "This step is not suggested any longer: the map changed meanwhile.",
        "Nothing of what you wrote was stored: “Ana Díaz, 2026-04-01”.",
    ]


def test_someone_else_was_first_shows_both(client, convener):
    taken_up(client)

    answer = client.post(suggested("skill", "fund"), TAKE_UP | {"assigned_to": "Bo"})

    text = " ".join(unescape(answer.content.decode()).split())
    assert answer.status_code == 409
    assert "Nothing was overwritten." in text
    assert "Ana Díaz does it." in text
    assert 'You entered under “Who does it?”:</strong> <span dir="auto">Bo</span>' in text


def test_stale_page_shows_both_and_saves_nothing(client, convener):
    taken = taken_up(client)
    form = client.get(step(taken)).context["forms"]["accept"]
    seen = {"based_on": form["based_on"].value()}
    client.post(step(taken), TAKE_UP | seen | {"assigned_to": "Bo"})

    answer = client.post(step(taken), {"action": "decline", "reason": "No answer."} | seen)

    text = unescape(answer.content.decode())
    assert answer.status_code == 409
    assert ("Bo does it." in text, "No answer." in text) == (True, True)
    assert Introduction.objects.get().status == "accepted"

    form = answer.context["forms"]["decline"]
    again = {"action": "decline", "reason": form["reason"].value()}
    client.post(step(taken), again | {"based_on": form["based_on"].value()})
    assert Introduction.objects.get().reason == "No answer."


def test_done_step_asks_for_the_tie_and_records_it(client, convener, town):
    taken = taken_up(client)

    answer = client.post(step(taken), {"action": "finish", "based_on": taken.version})
    form = client.get(answer.url).context["forms"]["tie"]["other"]
    client.post(step(taken), {"action": "tie", "other": "hall", "tie": "in:funds"})

    assert answer.url == step(taken)
    assert form.value() == "lab"  # who made the introduction, most likely
    assert [name for _slug, name in form.field.choices] == ["City Hall", "Code Club", "Data Lab"]
    taken.refresh_from_db()
    tie = taken.relationship
    assert (tie.source.slug, tie.kind, tie.target.slug) == ("hall", "funds", "fund")
    [row] = client.get(reverse("next_steps", args=["town"])).context["lists"]["done"]
    assert [(c.skill, c.before, c.after, now) for c, now in row.changes] == [
        ("fundraising", "absent", "single", "absent")
    ]


@pytest.mark.parametrize(
    "given", [{}, {"tie": "funds"}, {"tie": "out:nothing"}, {"tie": "out:funds", "other": "far"}]
)
def test_tie_with_nobody_or_of_no_kind_is_refused(client, convener, given):
    taken = taken_up(client)
    client.post(step(taken), {"action": "finish"})
    count = Relationship.objects.count()

    answer = client.post(step(taken), {"action": "tie", "other": "hall"} | given)

    assert (answer.status_code, Relationship.objects.count()) == (422, count)


def test_question_is_done_with_its_answer(client, convener, town):
    address = suggested("question", "club", skill="issue-knowledge")
    client.post(address, TAKE_UP)
    taken = Introduction.objects.get()

    answer = client.post(step(taken), {"action": "answer", "level": "3", "evidence": "A game."})

    assert said(answer)[-1] == "The answer is recorded and on the map."
    [row] = client.get(answer.url).context["lists"]["done"]
    assert [(c.skill, c.before, c.after, now) for c, now in row.changes] == [
        ("issue-knowledge", "unknown", None, "single")
    ]


def test_answer_that_came_meanwhile_is_told(client, convener):
    client.post(suggested("question", "club", skill="issue-knowledge"), TAKE_UP)
    taken = Introduction.objects.get()
    SkillStatementFactory(actor=taken.target, competency="issue-knowledge", level=1)

    answer = client.post(step(taken), {"action": "answer", "level": "3"})

    assert answer.status_code == 409
    assert "Another answer was recorded meanwhile: “Learning”." in unescape(answer.content.decode())


def test_declined_step_keeps_its_reason_until_it_is_reopened(client, convener):
    client.post(suggested("skill", "fund"), {"action": "decline", "reason": "Not now."})
    [row] = client.get(reverse("next_steps", args=["town"])).context["lists"]["declined"]

    client.post(row.url, {"action": "reopen"})

    after = client.get(reverse("next_steps", args=["town"])).context
    assert (row.reason, after["lists"]["declined"]) == ("Not now.", [])
    assert [str(one.heading) for one in after["steps"].introductions] == ["Big Fund"]


def test_names_are_data(client, convener, town):
    club = town.actors.get(slug="club")
    club.name = "<b>Club</b> %(count)s"
    club.save()
    client.post(
        suggested("question", "club", skill="issue-knowledge"),
        TAKE_UP | {"assigned_to": "<i>Ana</i>"},
    )

    text = client.get(reverse("next_steps", args=["town"])).content.decode()

    assert ("<b>Club" in text, "<i>Ana" in text) == (False, False)
    assert "&lt;b&gt;Club&lt;/b&gt; %(count)s" in text


# ── The next review ──────────────────────────────────────────────────────────────────────────────


def test_collaborative_sees_what_was_done_since_its_last_review(client, convener, town):
    table = make_table(town)
    ReviewFactory(collaborative=table, held_on=date(2026, 1, 15))
    target = town.actors.get(slug="lab")
    for day, skill in ((date(2026, 1, 10), "coding"), (date(2026, 2, 10), "fundraising")):
        IntroductionFactory(
            city=town,
            collaborative=table,
            source=None,
            target=target,
            status="done",
            closed_on=day,
            expected=[{"competency": skill, "from": "unknown", "to": "single"}],
        )
    address = reverse("collaborative", args=["town", "round-table"])

    since = client.get(address).context["since_review"]
    client.logout()

    assert since["answer"] == "1 next step was done since Jan. 15, 2026."
    assert [[(c.skill, now) for c, now in row.changes] for row in since["rows"]] == [
        [("fundraising", "absent")]
    ]
    assert client.get(address).context["since_review"] == {}
