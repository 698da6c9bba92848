"""Ties and skills changed in the browser, and what the gaps say at once.

Expected texts and values by hand, from issue 5.
"""

from datetime import date

import pytest

from actors.models import City, Proposal, Relationship, SkillStatement
from actors.services.editing import create_record
from ecosystem.services.gaps import run_gaps
from tests.ecosystem.reading import said
from tests.ecosystem.test_editing import errors_of, filled_in, text_of
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    RelationshipFactory,
    SourceFactory,
    StewardFactory,
)

pytestmark = pytest.mark.django_db

TIES = "/cities/town/ties/new/"
PAIR = f"{TIES}?from=club&to=hall"
SKILLS = "/cities/town/actors/club/skills/"
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to("2026-03-02 12:00")


def found(client, address):
    return [actor.slug for actor, _url in client.get(address).context["found"]]


def pairs():
    return set(Relationship.objects.values_list("source__slug", "kind", "target__slug"))


# ── Picking two ──────────────────────────────────────────────────────────────────────────────────


def test_both_sides_are_looked_for_by_a_part_of_their_name(client, town, convener):
    ActorFactory(city=CityFactory(private=True), name="Secret Data Lab")
    ActorFactory(city=town, name="Old Data Lab", archived=True)
    away = ActorFactory(name="Data Away")

    assert found(client, f"{TIES}?q=data") == ["lab", away.slug]
    assert found(client, f"{TIES}?from=lab&q=data") == [away.slug]
    assert found(client, f"{TIES}?from=lab&q=Citi Hall") == ["hall"]
    assert found(client, f"{TIES}?q=") == []
    [(_actor, address)] = client.get(f"{TIES}?to=hall&q=club").context["found"]
    assert address == "/cities/town/ties/new/?from=club&to=hall"


def test_a_search_while_typing_answers_with_the_results_only(client, town, convener):
    response = client.get(f"{TIES}?from=lab&q=hall", headers={"HX-Request": "true"})

    assert "<html" not in response.content.decode()
    assert "City Hall" in text_of(response)


def test_a_name_that_is_not_found_can_be_added(client, town, convener):
    response = client.get(f"{TIES}?from=lab&q=Radio+Uno")

    assert response.context["found"] == []
    assert 'href="/cities/town/actors/new/?name=Radio+Uno"' in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_tie_of_an_organization_with_itself_is_refused(client, town, convener, method):
    response = getattr(client, method)(f"{TIES}?from=lab&to=lab", {"tie": "out:funds"})

    if method == "post":
        assert "Choose another organization: a tie needs two." in text_of(response)
    assert Relationship.objects.count() == 3


# ── Recording ────────────────────────────────────────────────────────────────────────────────────


def test_tie_is_recorded_with_all_that_is_known_of_it(client, town, convener):
    before = town.tie_revision
    source = SourceFactory(title="Annual report")

    response = client.post(
        PAIR,
        {
            "tie": "in:funds",
            "status": "existing",
            "description": "A yearly grant.",
            "strength": "3",
            "formality": "agreement",
            "carried_by": "2",
            "carried_levels": ["executive"],
            "started_on": "2020-01-01",
            "since_year": "2019",
            "source": "Annual report",
        },
    )

    tie = Relationship.objects.get(kind="funds")
    assert (tie.source.slug, tie.target.slug, tie.city) == ("hall", "club", town)
    assert (tie.status, tie.strength, tie.formality, tie.carried_by, tie.carried_levels) == (
        "existing",
        3,
        "agreement",
        2,
        ("executive",),
    )
    assert (tie.description, tie.started_on, tie.since_year) == (
        "A yearly grant.",
        date(2020, 1, 1),
        2019,
    )
    assert list(tie.sources.all()) == [source]
    assert tie.history.first().history_user == convener
    assert said(response) == ["The tie is recorded and on the map: City Hall – Funds – Code Club."]
    assert response.headers["Location"] == "/cities/town/actors/club/#ties"
    assert City.objects.get(pk=town.pk).tie_revision == before + 1


def test_tie_sent_twice_is_recorded_once_and_another_time_refused(client, town, convener):
    sent = {"tie": "out:advises", "status": "existing"}

    first, second = client.post(PAIR, sent), client.post(PAIR, sent)
    third = client.post(PAIR, sent | {"description": "Something else"})

    assert (first.status_code, second.status_code, third.status_code) == (302, 302, 200)
    assert errors_of(third) == {"__all__": ["This tie is already recorded."]}
    assert Relationship.objects.filter(kind="advises").count() == 1


def test_tie_that_somebody_else_recorded_a_moment_before_is_refused_in_words(
    client, town, convener, monkeypatch
):
    """The other one comes between the look at the form and the writing."""

    def another_first(*args, **kwargs):
        hall, club = town.actors.get(slug="hall"), town.actors.get(slug="club")
        known = {"kind": "advises", "description": "Theirs"}
        RelationshipFactory(city=town, source=club, target=hall, **known)
        return create_record(*args, **kwargs)

    monkeypatch.setattr("ecosystem.views.editing.ties.create_record", another_first)

    response = client.post(PAIR, {"tie": "out:advises", "status": "existing"})

    assert errors_of(response) == {"__all__": ["This tie is already recorded."]}
    assert Relationship.objects.filter(kind="advises").count() == 1


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"tie": ""}, {"tie": ["Choose what the tie is about."]}),
        ({"carried_by": "0"}, {"__all__": ["A tie is carried by at least one person."]}),
        (
            {"since_year": "2050"},
            {
                "since_year": [
                    "Write a year with four digits that is not still to come, as in 2016."
                ]
            },
        ),
        (
            {"started_on": "yesterday"},
            {"started_on": ["Write the day as year-month-day, as in 2026-06-30."]},
        ),
    ],
)
def test_wrong_entries_are_said_and_nothing_is_recorded(client, town, convener, changes, errors):
    response = client.post(PAIR, {"tie": "out:advises", "status": "existing"} | changes)

    assert errors_of(response) == errors
    assert Relationship.objects.count() == 3


@pytest.mark.parametrize(
    "address", ["?from=secret&to=hall", "?from=hall&to=nobody", "?from=old&to=hall"]
)
def test_organizations_that_are_not_there_answer_404(client, town, convener, address):
    ActorFactory(city=CityFactory(private=True), slug="secret")
    ActorFactory(city=town, slug="old", archived=True)

    sent = {"tie": "out:advises", "status": "existing"}

    assert client.get(TIES + address).status_code == 404
    assert client.post(TIES + address, sent).status_code == 404
    assert Relationship.objects.count() == 3


def test_a_tie_wished_for_is_on_the_profile_and_counts_nowhere(client, town, convener):
    response = client.post(PAIR, {"tie": "out:advises", "status": "wished"})

    assert said(response) == ["The wish is recorded: Code Club – Advises – City Hall."]
    analysis = run_gaps(town, user=convener)
    assert [tie.status for tie in analysis.data.ties].count("existing") == 3
    assert "Ties wished for" in text_of(client.get("/cities/town/actors/club/"))


def test_contributor_proposes_a_tie_and_a_steward_one_of_the_own_record(client, town, contributor):
    sent = {"tie": "in:funds", "status": "existing", "started_on": "2020-01-01"}
    first = client.post(PAIR, sent | {"source": "Annual report"})
    client.force_login(StewardFactory(actor=town.actors.get(slug="lab")).user)
    client.post(f"{TIES}?from=lab&to=fund", {"tie": "out:advises", "status": "wished"})

    assert said(first) == [
        "Thank you: your proposal is with those who convene Town. They decide on it."
    ]
    assert Proposal.objects.first().reason == "Source: Annual report"
    assert list(Proposal.objects.values_list("actor__slug", "subject", "record", "changes")) == [
        (
            "hall",
            "tie",
            None,
            {
                "started_on": {"from": None, "to": "2020-01-01"},
                "source": {"from": None, "to": "hall"},
                "target": {"from": None, "to": "club"},
                "kind": {"from": None, "to": "funds"},
                "status": {"from": None, "to": "existing"},
            },
        ),
        (
            "lab",
            "tie",
            None,
            {
                "source": {"from": None, "to": "lab"},
                "target": {"from": None, "to": "fund"},
                "kind": {"from": None, "to": "advises"},
                "status": {"from": None, "to": "wished"},
            },
        ),
    ]
    assert Relationship.objects.count() == 3


# ── Changing, ending, taking away ────────────────────────────────────────────────────────────────


@pytest.fixture
def tie(town):
    return RelationshipFactory(
        city=town,
        source=town.actors.get(slug="hall"),
        target=town.actors.get(slug="club"),
        kind="funds",
        strength=2,
        started_on=date(2020, 1, 1),
        source_answer="confirmed",
        target_answer="disputed",
    )


def test_tie_is_read_from_the_profile_it_was_opened_on_and_can_be_turned(
    client, town, convener, tie
):
    address = f"/cities/town/ties/{tie.pk}/?of=club"
    sent = filled_in(client, address)
    assert sent["tie"] == "in:funds"

    client.post(address, sent | {"tie": "out:funds", "reason": "It was the wrong way round"})

    tie.refresh_from_db()
    assert (tie.source.slug, tie.target.slug) == ("club", "hall")
    assert (tie.source_answer, tie.target_answer) == ("disputed", "confirmed")
    assert tie.history.first().history_change_reason == "It was the wrong way round"


def test_tie_that_says_the_same_from_both_sides_stays_as_it_was_recorded(client, town, convener):
    tie = town.relationships.get(source__slug="hall")
    tie.kind = "delivers_project_with"
    tie.save()
    address = f"/cities/town/ties/{tie.pk}/?of=lab"

    client.post(address, filled_in(client, address, description="An atlas"))

    tie.refresh_from_db()
    assert (tie.source.slug, tie.kind, tie.description) == (
        "hall",
        "delivers_project_with",
        "An atlas",
    )


def test_strength_is_for_those_who_convene(client, town, tie):
    address = f"/cities/town/ties/{tie.pk}/"
    fields = {}
    for kind in ("convener", "contributor"):
        client.force_login(CityRoleFactory(city=town, kind=kind).user)
        fields[kind] = "strength" in client.get(address).context["form"].fields

    assert fields == {"convener": True, "contributor": False}


def test_second_writer_of_a_tie_sees_both_versions(client, town, convener, tie):
    address = f"/cities/town/ties/{tie.pk}/"
    mine = filled_in(client, address, description="Mine")
    client.post(address, filled_in(client, address, description="Theirs", tie="out:hosts"))

    response = client.post(address, mine)

    assert response.status_code == 409
    assert [tuple(row) for row in response.context["conflict"]["differences"]] == [
        ("What they do together", "Theirs", "Mine"),
        ("What is the tie about?", "Hosts", "Funds"),
    ]


def test_ended_tie_leaves_the_map_and_is_kept(client, town, convener, tie):
    address = f"/cities/town/ties/{tie.pk}/"
    sent = {"action": "end", "ended_on": "2026-02-01", "based_on": "1", "reason": "Grant over"}

    first, second = client.post(address, sent), client.post(address, sent)

    tie.refresh_from_db()
    assert (tie.ended_on, tie.version) == (date(2026, 2, 1), 2)
    assert said(first)[0] == "Ended on Feb. 1, 2026 and kept: City Hall – Funds – Code Club."
    assert (first.status_code, second.status_code) == (302, 302)
    assert tie.history.first().history_change_reason == "Grant over"


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2019-12-31", "A tie can't end before it started: mend one of the two days."),
        (
            "2026-03-03",
            "This day is still to come: come back then, or enter an earlier one.",
        ),
        ("", "Enter the day on which it ended."),
    ],
)
def test_impossible_end_is_refused(client, town, convener, tie, day, message):
    address = f"/cities/town/ties/{tie.pk}/"

    response = client.post(address, {"action": "end", "ended_on": day, "based_on": "1"})
    edited = client.post(address, filled_in(client, address, ended_on="2019-12-31"))

    assert response.context["end_form"].errors["ended_on"] == [message]
    assert errors_of(edited)["ended_on"] == [
        "A tie can't end before it started: mend one of the two days."
    ]
    tie.refresh_from_db()
    assert tie.ended_on is None


def test_tie_changed_meanwhile_is_neither_ended_nor_taken_away(client, town, convener, tie):
    address = f"/cities/town/ties/{tie.pk}/"
    client.post(address, filled_in(client, address, description="Theirs"))

    ended = client.post(address, {"action": "end", "ended_on": "2026-02-01", "based_on": "1"})
    gone = client.post(address, {"action": "delete", "reason": "Wrong", "based_on": "1"})

    assert (ended.status_code, gone.status_code) == (409, 409)
    assert "so nothing was done" in text_of(ended)
    tie.refresh_from_db()
    assert (tie.ended_on, tie.description) == (None, "Theirs")


def test_only_a_convener_takes_a_wrong_entry_away_and_says_why(client, town, convener, tie):
    address = f"/cities/town/ties/{tie.pk}/"
    sent = {"action": "delete", "based_on": "1"}

    without = client.post(address, sent)
    client.force_login(CityRoleFactory(city=town, kind="contributor").user)
    client.post(address, sent | {"reason": "Wrong"})
    kept = Relationship.objects.filter(pk=tie.pk).exists()
    client.force_login(convener)
    done = client.post(address, sent | {"reason": "Typed in twice"})

    assert without.context["delete_form"].errors["reason"] == [
        "Say why it was wrong, so that nobody enters it again."
    ]
    assert kept
    assert not Relationship.objects.filter(pk=tie.pk).exists()
    assert said(done)[-1] == "Taken away as a wrong entry: City Hall – Funds – Code Club."
    assert Relationship.history.first().history_change_reason == "Typed in twice"


def test_contributor_proposes_to_end_a_tie(client, town, contributor, tie):
    client.post(
        f"/cities/town/ties/{tie.pk}/",
        {"action": "end", "ended_on": "2026-02-01", "reason": "Over"},
    )

    proposal = Proposal.objects.get()
    assert (proposal.subject, proposal.record, proposal.changes, proposal.reason) == (
        "tie",
        tie.pk,
        {"ended_on": {"from": None, "to": "2026-02-01"}},
        "Over",
    )
    tie.refresh_from_db()
    assert tie.ended_on is None


# ── Skills ───────────────────────────────────────────────────────────────────────────────────────


def answers(client, **changes):
    sent = filled_in(client, SKILLS)
    return sent | {name.replace("__", "-"): value for name, value in changes.items()}


def test_twelve_skills_are_answered_on_one_page(client, town, convener):
    sent = answers(client)
    sent |= {
        "coding-answer": "3",
        "coding-evidence": "Built the budget app.",
        "coding-origin": "itself",
        "coding-source": "https://club.example.org/app",
        "fundraising-answer": "unsaid",
        "user-centered-design-answer": "",
        "issue-knowledge-answer": "0",
        "issue-knowledge-confirmed_on": "2026-01-05",
    }

    response = client.post(SKILLS, sent)

    said_of_club = SkillStatement.objects.filter(actor__slug="club")
    assert list(
        said_of_club.order_by("competency").values_list(
            "competency", "level", "evidence", "origin", "confirmed_on", "said_by"
        )
    ) == [
        ("coding", 3, "Built the budget app.", "itself", TODAY, convener.pk),
        ("fundraising", None, "", "source", TODAY, convener.pk),
        ("issue-knowledge", 0, "", "convener", date(2026, 1, 5), convener.pk),
    ]
    assert [s.citation for s in said_of_club.get(competency="coding").sources.all()] == [
        "https://club.example.org/app"
    ]
    assert said(response) == ["Saved: 4 skills of Code Club."]
    deleted = SkillStatement.history.filter(competency="user-centered-design").first()
    assert (deleted.history_type, deleted.history_user) == ("-", convener)


def test_an_answered_question_changes_the_gaps_at_once(client, town, convener):
    """G1: Data Lab alone shares data in the town; Code Club is the second holder."""

    def state():
        cells = run_gaps(town, user=convener).results.cells
        return {cell.competency: cell.state for cell in cells}["data-collection-sharing"]

    before = state()

    client.post(SKILLS, answers(client) | {"data-collection-sharing-answer": "2"})

    assert (before, state()) == ("single", "covered")
    page = client.get("/cities/town/actors/?competency=data-collection-sharing")
    assert [row["actor"].slug for row in page.context["rows"]] == ["club", "lab"]


def test_only_changed_skills_are_written(client, town, convener):
    response = client.post(SKILLS, answers(client))

    assert said(response) == ["Nothing was changed."]
    assert set(SkillStatement.objects.values_list("version", flat=True)) == {1}


def test_wrong_entries_about_skills_are_said_beside_them(client, town, convener):
    sent = answers(client) | {
        "coding-evidence": "Built the budget app.",
        "fundraising-answer": "7",
        "issue-knowledge-answer": "1",
        "issue-knowledge-confirmed_on": "2026-03-03",
    }

    response = client.post(SKILLS, sent)

    assert errors_of(response) == {
        "coding-answer": ["Choose an answer: something is written about it below."],
        "fundraising-answer": ["Select a valid choice. 7 is not one of the available choices."],
        "issue-knowledge-confirmed_on": ["This day is still to come: enter when it was said."],
    }
    assert SkillStatement.objects.filter(actor__slug="club").count() == 2


def test_second_writer_of_a_skill_sees_both_answers_and_others_do_not_matter(
    client, town, convener
):
    mine = answers(client) | {"coding-answer": "1", "fundraising-answer": "2"}
    client.post(SKILLS, answers(client) | {"coding-answer": "3", "issue-knowledge-answer": "2"})

    response = client.post(SKILLS, mine)

    assert response.status_code == 409
    assert [tuple(row) for row in response.context["conflict"]["differences"]] == [
        ("Coding", "Strong, could teach", "Learning"),
    ]
    assert SkillStatement.objects.get(actor__slug="club", competency="fundraising").level == 0
    form = response.context["form"]
    again = {name: form[name].value() or "" for name in form.fields}
    assert client.post(SKILLS, again).status_code == 302
    levels = SkillStatement.objects.filter(actor__slug="club").values_list("competency", "level")
    assert dict(levels) == {
        "coding": 1,
        "fundraising": 2,
        "issue-knowledge": 2,
        "user-centered-design": 1,
    }


def test_same_answers_sent_twice_are_saved_once(client, town, convener):
    sent = answers(client) | {"coding-answer": "3"}

    first, second = client.post(SKILLS, sent), client.post(SKILLS, sent)

    assert (first.status_code, second.status_code) == (302, 302)
    assert said(second) == ["Saved: 1 skill of Code Club."] * 2
    assert SkillStatement.objects.get(actor__slug="club", competency="coding").version == 1


def test_contributor_proposes_answers_one_by_one(client, town, contributor):
    sent = answers(client) | {"coding-answer": "3", "user-centered-design-answer": ""}
    stored = SkillStatement.objects.get(competency="user-centered-design")

    client.post(SKILLS, sent | {"reason": "I was there"})

    rows = Proposal.objects.values_list("subject", "record", "changes", "reason")
    assert list(rows) == [
        (
            "skill",
            None,
            {
                "competency": {"from": None, "to": "coding"},
                "level": {"from": None, "to": 3},
                "evidence": {"from": None, "to": ""},
                "origin": {"from": None, "to": "convener"},
                "confirmed_on": {"from": None, "to": "2026-03-02"},
            },
            "I was there",
        ),
        ("skill", stored.pk, {"is_asked": {"from": True, "to": False}}, "I was there"),
    ]
    assert not SkillStatement.objects.filter(actor__slug="club", competency="coding").exists()
