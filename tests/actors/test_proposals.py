"""Proposals: stored once, and put into the record as they were meant."""

import pytest

from actors.models import Actor, Need, Offer, Proposal, Relationship, SkillStatement
from actors.proposed import changes_of, field_label, in_words, plain_same
from actors.services.proposals import (
    CannotAccept,
    Conflicting,
    DecidedAlready,
    accept,
    decline,
    propose,
)
from ecosystem.common.versions import ChangedMeanwhile
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    IssueFactory,
    OfferFactory,
    OtherNameFactory,
    ProposalFactory,
    RelationshipFactory,
    SkillStatementFactory,
    SourceFactory,
    TagFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return CityFactory()


@pytest.fixture
def convener(city):
    return CityRoleFactory(city=city).user


@pytest.fixture
def actor(city):
    return ActorFactory(city=city, name="Lab")


def proposed(actor, subject, record, **changes):
    pairs = {name: {"from": before, "to": after} for name, (before, after) in changes.items()}
    return ProposalFactory(actor=actor, subject=subject, record=record, changes=pairs)


def test_proposal_sent_twice_is_stored_once(city, actor):
    by = UserFactory()
    changes = {"website": {"from": "", "to": "https://example.org"}}

    first = propose(actor, "actor", changes, by=by, city=city, record=actor.pk)
    second = propose(actor, "actor", changes, by=by, city=city, record=actor.pk)
    other = propose(actor, "actor", changes, by=UserFactory(), city=city, record=actor.pk)

    assert first == second != other


def test_every_field_of_a_profile_can_be_proposed(city, actor, convener):
    parent = ActorFactory(city=city, name="University")
    issue, old = IssueFactory(slug="housing"), IssueFactory(slug="parks")
    actor.issues.add(old)
    TagFactory(city=city, name="open data")
    kept, gone, unseen = SourceFactory.create_batch(3)
    actor.sources.add(kept, gone, unseen)
    OtherNameFactory(actor=actor, name="L.")
    proposal = proposed(
        actor,
        "actor",
        actor.pk,
        name=("Lab", "Data Lab"),
        sector=("government", "academia"),
        roles=([], ["backbone"]),
        description=("", "Counts things."),
        website=("", "https://lab.example.org"),
        issues=(["parks"], ["housing"]),
        latitude=(None, 42.5),
        longitude=(None, -71.5),
        other_names=("L.", "L.\nThe Lab"),
        part_of=("", "University"),
        tags=("", "open data, new"),
        kept_sources=([kept.pk, gone.pk], [kept.pk]),
        source=("", "https://paper.example.org"),
        source_kind=("", "document"),
    )

    accept(proposal, by=convener, record_version=actor.version)

    stored = Actor.objects.get(pk=actor.pk)
    assert (stored.name, stored.sector, stored.roles) == ("Data Lab", "academia", ("backbone",))
    assert (stored.description, stored.website) == ("Counts things.", "https://lab.example.org")
    assert (stored.latitude, stored.longitude, stored.part_of) == (42.5, -71.5, parent)
    assert list(stored.issues.all()) == [issue]
    assert set(stored.other_names.values_list("name", flat=True)) == {"L.", "The Lab"}
    assert set(stored.tags.values_list("name", flat=True)) == {"open data", "new"}
    cited = set(stored.sources.values_list("citation", flat=True))
    assert cited == {kept.citation, unseen.citation, "https://paper.example.org"}
    assert stored.version == actor.version + 1


def test_skill_is_added_changed_and_taken_away(actor, convener):
    new = proposed(
        actor,
        "skill",
        None,
        competency=(None, "coding"),
        level=(None, 3),
        evidence=(None, "An app"),
        origin=(None, "peer"),
        confirmed_on=(None, "2018-05-01"),
        source=("", "https://paper.example.org"),
    )

    accept(new, by=convener)

    statement = SkillStatement.objects.get()
    said = (statement.competency, statement.level, statement.evidence, statement.origin)
    assert said == ("coding", 3, "An app", "peer")
    assert str(statement.confirmed_on) == "2018-05-01"
    assert statement.sources.get().citation == "https://paper.example.org"
    change = proposed(actor, "skill", statement.pk, level=(3, None))
    accept(change, by=convener, record_version=statement.version)
    statement.refresh_from_db()
    assert (statement.level, statement.evidence) == (None, "An app")
    end = proposed(actor, "skill", statement.pk, is_asked=(True, False))
    accept(end, by=convener, record_version=statement.version)
    assert not SkillStatement.objects.exists()


def test_tie_is_added_and_changed(city, actor, convener):
    other = ActorFactory(city=city, slug="club")
    new = proposed(
        actor,
        "tie",
        None,
        source=(None, actor.slug),
        target=(None, "club"),
        kind=(None, "funds"),
        status=("existing", "existing"),
        description=("", "A grant"),
        strength=(None, 3),
        started_on=(None, "2017-01-01"),
    )

    accept(new, by=convener)

    tie = Relationship.objects.get()
    assert (tie.city, tie.source, tie.target, tie.kind) == (city, actor, other, "funds")
    assert (tie.strength, str(tie.started_on), tie.description) == (3, "2017-01-01", "A grant")
    change = proposed(
        actor, "tie", tie.pk, ended_on=(None, "2018-01-01"), source=("", "Minutes of May")
    )
    accept(change, by=convener, record_version=tie.version)
    tie.refresh_from_db()
    assert str(tie.ended_on) == "2018-01-01"
    assert (tie.source, tie.sources.get().citation) == (actor, "Minutes of May")


def test_ends_of_a_tie_follow_a_merge(city, actor, convener):
    club = ActorFactory(city=city)
    ActorFactory(city=city, slug="old-club", archived=True, merged_into=club)
    new = proposed(
        actor, "tie", None, source=(None, actor.slug), target=(None, "old-club"), kind=("", "funds")
    )

    accept(new, by=convener)

    assert Relationship.objects.get().target == club


def test_offer_and_need_are_added_and_changed(actor, convener):
    for subject in ("offer", "need"):
        new = proposed(
            actor, subject, None, description=("", "A room"), resource_kind=("", "in_kind_space")
        )
        accept(new, by=convener)
    offer = Offer.objects.get()
    change = proposed(actor, "offer", offer.pk, is_open=(True, False))
    accept(change, by=convener, record_version=offer.version)

    offer.refresh_from_db()
    assert (offer.actor, offer.resource_kind, offer.is_open) == (actor, "in_kind_space", False)
    assert Need.objects.get().description == "A room"


@pytest.mark.parametrize(
    ("subject", "changes", "words"),
    [
        ("actor", {"website": ("", "javascript:alert(1)")}, "URL"),
        ("actor", {"sector": ("government", "circus")}, "circus"),
        ("actor", {"part_of": ("", "Nobody")}, "No single organization here is called “Nobody”."),
        ("actor", {"latitude": (None, 91.0), "longitude": (None, 0.0)}, "latitude"),
        ("tie", {"source": (None, "x"), "target": (None, "y")}, "is not on the map any longer"),
        ("tie", {"target": (None, "lab"), "source": (None, "lab"), "kind": ("", "funds")}, "two"),
        ("skill", {"competency": (None, "juggling"), "level": (None, 2)}, "juggling"),
        ("skill", {"competency": (None, "coding"), "level": (None, 9)}, "9"),
    ],
)
def test_what_the_record_cannot_hold_is_refused_and_stays_open(
    city, convener, subject, changes, words
):
    actor = ActorFactory(city=city, slug="lab")
    record = actor.pk if subject == "actor" else None
    proposal = proposed(actor, subject, record, **changes)

    with pytest.raises(CannotAccept) as refused:
        accept(proposal, by=convener, record_version=actor.version)

    assert words in str(refused.value)
    proposal.refresh_from_db()
    assert proposal.status == "open"
    assert Actor.objects.get(pk=actor.pk).version == actor.version
    assert not Relationship.objects.exists()
    assert not SkillStatement.objects.exists()


def test_fields_that_are_not_a_proposers_are_left_alone(actor, convener):
    proposal = proposed(
        actor,
        "actor",
        actor.pk,
        status=("published", "published"),
        merged_into=(None, 1),
        id=(1, 2),
    )

    accept(proposal, by=convener, record_version=actor.version, despite_conflicts=True)

    assert Actor.objects.get(pk=actor.pk).merged_into is None


def test_record_of_another_actor_is_never_touched(city, actor, convener):
    foreign = OfferFactory()
    tie = RelationshipFactory(city=city)
    for subject, record in (("offer", foreign.pk), ("tie", tie.pk), ("actor", tie.source.pk)):
        proposal = proposed(actor, subject, record, description=("", "Mine"))

        with pytest.raises(CannotAccept, match="is gone"):
            accept(proposal, by=convener, record_version=1)


def test_decisions_hold(actor, convener):
    proposal = proposed(actor, "actor", actor.pk, website=("", "https://example.org"))

    with pytest.raises(ValueError, match="needs an answer"):
        decline(proposal, answer="  ", by=convener)
    decline(proposal, answer="No.", by=convener)
    decline(proposal, answer=" No. ", by=convener)  # sent twice
    with pytest.raises(DecidedAlready):
        decline(proposal, answer="Never.", by=convener)
    with pytest.raises(DecidedAlready):
        accept(proposal, by=convener, record_version=actor.version)

    proposal.refresh_from_db()
    assert (proposal.status, proposal.answer, proposal.decided_by) == ("declined", "No.", convener)
    assert Actor.objects.get().website == ""


def test_old_version_and_conflicts_are_refused(actor, convener):
    proposal = proposed(
        actor, "actor", actor.pk, website=("https://a.example.org", "https://b.org")
    )

    with pytest.raises(ChangedMeanwhile):
        accept(proposal, by=convener, record_version=actor.version + 1)
    with pytest.raises(Conflicting) as refused:
        accept(proposal, by=convener, record_version=actor.version)

    assert refused.value.fields == ["website"]
    assert Proposal.objects.get().status == "open"


def test_skill_recorded_meanwhile_is_not_overwritten(actor, convener):
    SkillStatementFactory(actor=actor, competency="coding", level=1)
    proposal = proposed(actor, "skill", None, competency=(None, "coding"), level=(None, 3))

    with pytest.raises(CannotAccept, match="recorded about this skill since"):
        accept(proposal, by=convener)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (None, "", True),
        ([], None, True),
        (["a", "b"], ["b", "a"], True),
        (2, "2", True),
        (False, None, False),
        ("a", "b", False),
    ],
)
def test_plain_values_mean_the_same(one, other, same):
    assert plain_same(one, other) is same


def test_changes_are_said_in_words(city, actor):
    tie = RelationshipFactory(city=city, source=actor, strength=1)
    proposal = proposed(
        actor,
        "tie",
        tie.pk,
        strength=(1, 3),
        ended_on=(None, "2018-01-31"),
        target=("club", "hall"),
        carried_levels=([], ["executive"]),
    )

    said = [
        (field_label(proposal, change.name), in_words(proposal, change.name, change.after, names))
        for names in [{("actor", "hall"): "City Hall"}]
        for change in changes_of(proposal, tie)
    ]

    assert said == [
        ("strength", "Coordinates"),
        ("ended on", "Jan. 31, 2018"),
        ("to", "City Hall"),
        ("levels of these people", "Executive"),
    ]
