"""Partners who answer at the same moment: nothing is lost, nothing is there twice."""

import pytest

from actors.models import Actor, Invitation, Relationship, SkillStatement
from actors.selectors.partner import load_record
from actors.services.partner import (
    Answer,
    AnsweredMeanwhile,
    add_missing,
    add_tie,
    change_skills,
    confirm_everything,
)
from tests.factories import ActorFactory, CityFactory, InvitationFactory, RelationshipFactory
from tests.racing import race

ROUNDS = 10


@pytest.fixture
def pairs(transactional_db):
    """Ids of two invitations of one city, by the actors that could work with each other."""
    city = CityFactory()
    made = [
        [InvitationFactory(actor=ActorFactory(city=city), campaign__city=city).pk for _ in "ab"]
        for _ in range(ROUNDS)
    ]
    for one, other in made:
        first, second = load(one), load(other)
        RelationshipFactory(city=city, source=first.actor, target=second.actor, kind="advises")
    return made


def load(pk):
    return Invitation.objects.select_related("actor", "campaign__city").get(pk=pk)


def test_two_sides_that_name_each_other_at_once_both_get_in(pairs, threads_write):
    turns = [list(pair) for pair in pairs]
    other = dict(pairs) | {second: first for first, second in pairs}

    def name_the_other(turn):
        own = turn.pop()
        return add_tie(load(own), load(other[own]).actor, "funds", "out")[0]["what"]

    assert race(2, name_the_other, turns) == [["tie_added", "tie_added"]] * ROUNDS


def test_one_side_that_says_it_twice_at_once_makes_one_tie(pairs, threads_write):
    race(2, lambda pair: add_tie(load(pair[0]), load(pair[1]).actor, "funds", "out"), pairs)

    def counted(pair):
        return Relationship.objects.filter(kind="funds", source=load(pair[0]).actor).count()

    assert race(1, counted, pairs) == [[1]] * ROUNDS


def test_everything_confirmed_by_four_at_once_is_saved_once(pairs, threads_write):
    firsts = [pair[0] for pair in pairs]
    seen = {pk: race(1, lambda pk: load_record(load(pk)).seen, [pk])[0][0] for pk in firsts}

    race(4, lambda pk: confirm_everything(load(pk), seen=seen[pk]), firsts)

    def written(pk):
        actor = load(pk).actor
        return (actor.history.count(), actor.outgoing_ties.get().source_answer)

    assert race(1, written, firsts) == [[(2, "confirmed")]] * ROUNDS


def test_of_four_different_answers_to_one_question_one_is_stored(pairs, threads_write):
    firsts = [pair[0] for pair in pairs]
    levels = {pk: ["0", "1", "2", "3"] for pk in firsts}

    def answer(pk):
        entered = levels[pk].pop()
        try:
            change_skills(load(pk), {"coding": Answer(entered, "")})
        except AnsweredMeanwhile as meanwhile:
            return ("refused", meanwhile.stored["coding"])
        return ("stored", entered)

    answers = race(4, answer, firsts)

    def stored(pk):
        return str(SkillStatement.objects.get(actor=load(pk).actor).level)

    kept = [one for [one] in race(1, stored, firsts)]
    expected = [[("refused", level)] * 3 + [("stored", level)] for level in kept]
    assert [sorted(four) for four in answers] == expected


def test_missing_organization_sent_twice_at_once_is_proposed_once(pairs, threads_write):
    firsts = [pair[0] for pair in pairs]

    race(2, lambda pk: add_missing(load(pk), f"Union {pk}", "media", "funds", "out"), firsts)

    def proposed(pk):
        return Actor.objects.filter(name=f"Union {pk}", status="proposed").count()

    assert race(1, proposed, firsts) == [[1]] * ROUNDS
