"""Next steps that are taken up, declined, done and recorded. Expected values by hand."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.rules import operator
from actors.models import Relationship, SkillStatement
from ecosystem.analysis.next_steps import smallest_completing_set
from ecosystem.common.versions import ChangedMeanwhile
from ecosystem.models import Introduction
from ecosystem.services import introductions
from ecosystem.services.gaps import run_gaps
from ecosystem.services.introductions import Scope, StatementExists, Suggestion
from tests.ecosystem.towns import make_table
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    RelationshipFactory,
    SkillStatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
DUE = date(2026, 4, 1)


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to("2026-03-02 12:00")


@pytest.fixture
def convener(town):
    return CityRoleFactory(city=town).user


def suggestions(city, **scope):
    found = run_gaps(city, user=AnonymousUser(), **scope)
    return introductions.suggestions_of(found.results)


def taken_up(town, convener, number=0, **fields):
    given = {"assigned_to": "Ana", "due_on": DUE} | fields
    return introductions.take_up(suggestions(town)[number], Scope(town), by=convener, **given)


def question(town, competency, target):
    return introductions.find_suggestion(
        run_gaps(town, user=AnonymousUser()).results,
        kind="question",
        target=target,
        competency=competency,
    )


def test_suggestions_name_who_meets_whom_through_whom(town):
    """G14: Big Fund works with Data Lab, which introduces it; G15: nobody was asked."""
    found = suggestions(town)

    assert found[0] == Suggestion(
        kind="skill",
        target="fund",
        through="lab",
        competency="fundraising",
        expected=({"competency": "fundraising", "from": "absent", "to": "single"},),
    )
    assert [one.target for one in found if one.competency == "user-centered-design"] == [
        "hall",
        "lab",
        "fund",
    ]
    assert [one.expected for one in found if one.competency == "issue-knowledge"] == 3 * [
        ({"competency": "issue-knowledge", "from": "unknown", "to": None},)
    ]


def test_somebody_two_introductions_away_meets_a_member(town):
    """G14: Round Table reaches Big Fund by City Hall or Code Club, through Data Lab."""
    found = suggestions(town, collaborative=make_table(town))

    assert (found[0].target, found[0].source, found[0].through) == ("lab", None, "club")
    fund = next(one for one in found if one.kind == "skill" and one.target == "fund")
    assert (fund.source, fund.through) == ("club", "lab")


def test_suggestion_stays_the_same_when_the_way_to_it_changes():
    one = Suggestion("skill", "fund", source="hall", through="lab", competency="coding")
    other = Suggestion("skill", "fund", competency="fundraising")

    assert one.key == other.key
    assert Suggestion("question", "hall", competency="coding").key != one.key
    assert Suggestion("sectors", "b", source="a").key != Suggestion("sectors", "b", source="c").key


def test_suggestion_taken_up_is_stored_with_who_does_it_by_when(town, convener):
    taken = taken_up(town, convener)

    stored = Introduction.objects.get()
    assert stored == taken
    assert (stored.kind, stored.city, stored.collaborative) == ("skill", town, None)
    assert (stored.source, stored.target.slug, stored.through.slug) == (None, "fund", "lab")
    assert (stored.status, stored.assigned_to, stored.due_on) == ("accepted", "Ana", DUE)
    assert (stored.accepted_on, stored.closed_on) == (TODAY, None)
    assert stored.expected == [{"competency": "fundraising", "from": "absent", "to": "single"}]
    assert stored.history.get().history_user == convener


def test_history_never_names_who_does_it(town, convener):
    taken = taken_up(town, convener)

    assert not hasattr(taken.history.get(), "assigned_to")


def test_second_click_stores_nothing_more(town, convener):
    first = taken_up(town, convener)
    second = taken_up(town, convener)

    assert (first, Introduction.objects.count(), first.history.count()) == (second, 1, 1)


def test_second_person_does_not_overwrite_the_first(town, convener):
    taken_up(town, convener)

    with pytest.raises(ChangedMeanwhile) as refused:
        taken_up(town, convener, assigned_to="Bo")

    assert refused.value.stored.assigned_to == "Ana"
    assert Introduction.objects.get().assigned_to == "Ana"


def test_declined_suggestion_cannot_be_taken_up_by_who_did_not_see_that(town, convener):
    first = suggestions(town)[0]
    introductions.turn_down(first, Scope(town), reason="Not now.", by=convener)
    again = introductions.turn_down(first, Scope(town), reason="Not now.", by=convener)

    with pytest.raises(ChangedMeanwhile):
        taken_up(town, convener)
    with pytest.raises(ChangedMeanwhile):
        introductions.turn_down(first, Scope(town), reason="Never.", by=convener)

    stored = Introduction.objects.get()
    assert stored == again
    assert (stored.status, stored.reason, stored.closed_on) == ("declined", "Not now.", TODAY)


def test_same_suggestion_for_city_and_collaborative_are_two(town, convener):
    table = make_table(town)
    both = [
        introductions.take_up(
            Suggestion("skill", "fund"), scope, assigned_to="Ana", due_on=DUE, by=convener
        )
        for scope in (Scope(town), Scope(town, table))
    ]

    assert [one.collaborative for one in both] == [None, table]
    assert both[0] != both[1]


def test_reopened_introduction_forgets_who_and_why_and_can_be_taken_up_again(town, convener):
    first = suggestions(town)[0]
    declined = introductions.turn_down(first, Scope(town), reason="Not now.", by=convener)

    reopened = introductions.reopen(declined, by=convener, based_on=declined.version)

    stored = Introduction.objects.get()
    assert (stored.status, stored.reason, stored.closed_on) == ("open", "", None)
    assert [past.reason for past in stored.history.all()] == ["", "Not now."]
    assert taken_up(town, convener) == reopened
    assert Introduction.objects.get().status == "accepted"


def test_done_twice_is_done_once(town, convener):
    taken = taken_up(town, convener)
    version = taken.version

    introductions.finish(taken, by=convener, based_on=version)
    introductions.finish(Introduction.objects.get(), by=convener, based_on=version)

    stored = Introduction.objects.get()
    assert (stored.status, stored.closed_on, stored.version) == ("done", TODAY, version + 1)


def test_stale_change_is_refused_and_changes_nothing(town, convener):
    taken = taken_up(town, convener)
    before = taken.version
    introductions.accept(
        Introduction.objects.get(), assigned_to="Bo", due_on=DUE, by=convener, based_on=before
    )

    with pytest.raises(ChangedMeanwhile) as refused:
        introductions.decline(taken, reason="Why not.", by=convener, based_on=before)

    assert refused.value.stored.assigned_to == "Bo"
    assert (Introduction.objects.get().status, Introduction.objects.get().reason) == (
        "accepted",
        "",
    )


def test_what_is_done_is_not_declined_any_more(town, convener):
    taken = taken_up(town, convener)
    introductions.finish(taken, by=convener)

    with pytest.raises(ChangedMeanwhile):
        introductions.decline(Introduction.objects.get(), reason="Late.", by=convener)


def test_tie_that_came_of_it_joins_the_map_and_raises_the_revision(town, convener):
    taken = introductions.finish(taken_up(town, convener), by=convener)
    hall, fund = (town.actors.get(slug="hall"), taken.target)
    town.refresh_from_db()
    before = town.tie_revision

    tie = introductions.record_tie(taken, source=fund, target=hall, kind="funds", by=convener)
    again = introductions.record_tie(taken, source=fund, target=hall, kind="funds", by=convener)

    town.refresh_from_db()
    assert tie == again == Introduction.objects.get().relationship
    assert (tie.city, tie.status, tie.started_on) == (town, "existing", None)  # a map of 2018
    assert town.tie_revision == before + 1
    assert tie.history.get().history_user == convener


def test_tie_on_a_map_of_today_begins_today(convener, town):
    city = CityFactory(map_date=None)
    one, other = ActorFactory.create_batch(2, city=city)
    done = Introduction.objects.create(city=city, target=one, status="done", closed_on=TODAY)

    tie = introductions.record_tie(done, source=one, target=other, kind="advises", by=convener)

    assert tie.started_on == TODAY


def test_tie_that_is_recorded_already_is_linked(town, convener):
    taken = introductions.finish(taken_up(town, convener), by=convener)
    hall = town.actors.get(slug="hall")
    stored = RelationshipFactory(city=town, source=taken.target, target=hall, kind="funds")
    count = Relationship.objects.count()

    tie = introductions.record_tie(
        taken, source=taken.target, target=hall, kind="funds", by=convener
    )

    assert (tie, Relationship.objects.count()) == (stored, count)
    assert Introduction.objects.get().relationship == stored


@pytest.mark.parametrize("level", [3, 0, None])
def test_answer_is_recorded_and_the_question_done(town, convener, level):
    asked = question(town, "issue-knowledge", "club")
    taken = introductions.take_up(asked, Scope(town), assigned_to="Ana", due_on=DUE, by=convener)
    town.refresh_from_db()
    before = town.fact_revision

    for _click in range(2):
        introductions.record_answer(taken, level=level, evidence="A game.", by=convener)

    statement = SkillStatement.objects.get(actor__slug="club", competency="issue-knowledge")
    town.refresh_from_db()
    assert (statement.level, statement.evidence, statement.origin) == (level, "A game.", "convener")
    assert (statement.said_by, statement.confirmed_on) == (convener, TODAY)
    assert (Introduction.objects.get().status, town.fact_revision > before) == ("done", True)
    assert question(town, "issue-knowledge", "club") is None


def test_answer_that_came_meanwhile_is_not_overwritten(town, convener):
    asked = question(town, "issue-knowledge", "club")
    taken = introductions.take_up(asked, Scope(town), assigned_to="Ana", due_on=DUE, by=convener)
    own = SkillStatementFactory(actor=taken.target, competency="issue-knowledge", level=1)

    with pytest.raises(StatementExists) as refused:
        introductions.record_answer(taken, level=3, evidence="", by=convener)

    assert (refused.value.stored, SkillStatement.objects.get(pk=own.pk).level) == (own, 1)
    assert Introduction.objects.get().status == "accepted"


def test_only_conveners_see_introductions_and_none_that_name_somebody_hidden(town, convener):
    taken = taken_up(town, convener)
    hidden = ActorFactory(city=CityFactory(private=True))
    secret = Introduction.objects.create(city=town, target=taken.target, through=hidden)
    national = UserFactory(national=True)

    def seen(user):
        return set(Introduction.objects.visible_to(user))

    assert seen(convener) == {taken}
    assert seen(national) == seen(operator()) == {taken, secret}
    assert seen(AnonymousUser()) == seen(UserFactory()) == set()
    assert seen(CityRoleFactory(city=town, kind="contributor").user) == set()
    assert seen(CityRoleFactory().user) == set()


def test_overdue_comes_first_and_what_has_no_day_last(town):
    days = [DUE, None, date(2026, 2, 1)]
    rows = [
        Introduction.objects.create(
            city=town, target=ActorFactory(city=town), status="accepted", due_on=day
        )
        for day in days
    ]

    ordered = introductions.in_working_order(rows)

    assert [one.due_on for one in ordered] == [date(2026, 2, 1), DUE, None]
    assert [introductions.is_overdue(one, TODAY) for one in ordered] == [True, False, False]


def test_completing_set_of_the_town_by_hand(town):
    """G13: nobody outside covers a skill; two organizations would be needed for each."""
    found = smallest_completing_set(run_gaps(town, user=AnonymousUser()).data)

    assert (found.actors, found.introductions, len(found.uncoverable)) == ((), 0, 11)
