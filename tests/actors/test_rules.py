"""Who sees what. Each table is written by hand from the rules in product.md: + seen, . absent."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.rules import operator
from actors import models as actors
from collaboratives import models as collaboratives
from tests.factories import (
    ActorFactory,
    BallotFactory,
    CampaignFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    ContactFactory,
    InvitationFactory,
    MembershipFactory,
    MergeFactory,
    OfferFactory,
    OtherNameFactory,
    OutboxMessageFactory,
    OutcomeReadingFactory,
    ProjectFactory,
    ProposalFactory,
    RelationshipFactory,
    SkillStatementFactory,
    SourceFactory,
    StewardFactory,
    StoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

# Users: anonymous; signed in without any role; a convener whose account is inactive; viewer,
# contributor and convener of the city, and of another city (…2); somebody who asked to look after
# the actor “theirs”; its approved steward; an administrator (may open the administration, which is
# no right on the pages); national staff; a superuser; whoever runs a command on the server.
#
# Records: actors by status, “theirs” is a proposed one. A contact kept back and one who agreed to
# be shown, both of the published actor, and one kept back of theirs. A public and a private source
# of the city. Of the published actor: skill, offer, other name, tie, member, ballot; skill2 and
# tie2 are of the proposed one, member2 and ballot2 of the archived one. A story kept back, and one
# whose teller agreed. A proposal that the contributor made. The contributor's role, the steward's
# record.

PUBLIC = """
              anon  user  gone  view  cont  conv  view2 cont2 conv2 claim stew  admin natl  super op
city          +     +     +     +     +     +     +     +     +     +     +     +     +     +     +
proposed      .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
published     +     +     +     +     +     +     +     +     +     +     +     +     +     +     +
archived      .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
theirs        .     .     .     .     +     +     .     .     .     .     +     .     +     +     +
contact       .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
shown         +     +     +     +     +     +     +     +     +     +     +     +     +     +     +
at_theirs     .     .     .     .     .     +     .     .     .     .     +     .     +     +     +
source        +     +     +     +     +     +     +     +     +     +     +     +     +     +     +
private       .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
skill         +     +     +     +     +     +     +     +     +     +     +     +     +     +     +
skill2        .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
offer         +     +     +     +     +     +     +     +     +     +     +     +     +     +     +
name          +     +     +     +     +     +     +     +     +     +     +     +     +     +     +
tie           +     +     +     +     +     +     +     +     +     +     +     +     +     +     +
tie2          .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
collaborative +     +     +     +     +     +     +     +     +     +     +     +     +     +     +
project       +     +     +     +     +     +     +     +     +     +     +     +     +     +     +
reading       +     +     +     +     +     +     +     +     +     +     +     +     +     +     +
member        +     +     +     +     +     +     +     +     +     +     +     +     +     +     +
member2       .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
ballot        +     +     +     +     +     +     +     +     +     +     +     +     +     +     +
ballot2       .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
story         .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
agreed        +     +     +     +     +     +     +     +     +     +     +     +     +     +     +
campaign      .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
invitation    .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
proposal      .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
merge         .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
message       .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
role          .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
steward       .     .     .     .     .     +     .     .     .     .     +     .     +     +     +
"""

PARTNERS = """
              anon  user  gone  view  cont  conv  view2 cont2 conv2 claim stew  admin natl  super op
city          .     .     .     +     +     +     .     .     .     .     +     .     +     +     +
proposed      .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
published     .     .     .     +     +     +     .     .     .     .     +     .     +     +     +
archived      .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
theirs        .     .     .     .     +     +     .     .     .     .     +     .     +     +     +
contact       .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
shown         .     .     .     +     +     +     .     .     .     .     +     .     +     +     +
at_theirs     .     .     .     .     .     +     .     .     .     .     +     .     +     +     +
source        .     .     .     +     +     +     .     .     .     .     +     .     +     +     +
private       .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
skill         .     .     .     +     +     +     .     .     .     .     +     .     +     +     +
skill2        .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
offer         .     .     .     +     +     +     .     .     .     .     +     .     +     +     +
name          .     .     .     +     +     +     .     .     .     .     +     .     +     +     +
tie           .     .     .     +     +     +     .     .     .     .     +     .     +     +     +
tie2          .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
collaborative .     .     .     +     +     +     .     .     .     .     +     .     +     +     +
project       .     .     .     +     +     +     .     .     .     .     +     .     +     +     +
reading       .     .     .     +     +     +     .     .     .     .     +     .     +     +     +
member        .     .     .     +     +     +     .     .     .     .     +     .     +     +     +
member2       .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
ballot        .     .     .     +     +     +     .     .     .     .     +     .     +     +     +
ballot2       .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
story         .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
agreed        .     .     .     +     +     +     .     .     .     .     +     .     +     +     +
campaign      .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
invitation    .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
proposal      .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
merge         .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
message       .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
role          .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
steward       .     .     .     .     .     +     .     .     .     .     +     .     +     +     +
"""

PRIVATE = """
              anon  user  gone  view  cont  conv  view2 cont2 conv2 claim stew  admin natl  super op
city          .     .     .     +     +     +     .     .     .     .     .     .     +     +     +
proposed      .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
published     .     .     .     +     +     +     .     .     .     .     .     .     +     +     +
archived      .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
theirs        .     .     .     .     +     +     .     .     .     .     +     .     +     +     +
contact       .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
shown         .     .     .     +     +     +     .     .     .     .     .     .     +     +     +
at_theirs     .     .     .     .     .     +     .     .     .     .     +     .     +     +     +
source        .     .     .     +     +     +     .     .     .     .     .     .     +     +     +
private       .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
skill         .     .     .     +     +     +     .     .     .     .     .     .     +     +     +
skill2        .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
offer         .     .     .     +     +     +     .     .     .     .     .     .     +     +     +
name          .     .     .     +     +     +     .     .     .     .     .     .     +     +     +
tie           .     .     .     +     +     +     .     .     .     .     .     .     +     +     +
tie2          .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
collaborative .     .     .     +     +     +     .     .     .     .     .     .     +     +     +
project       .     .     .     +     +     +     .     .     .     .     .     .     +     +     +
reading       .     .     .     +     +     +     .     .     .     .     .     .     +     +     +
member        .     .     .     +     +     +     .     .     .     .     .     .     +     +     +
member2       .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
ballot        .     .     .     +     +     +     .     .     .     .     .     .     +     +     +
ballot2       .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
story         .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
agreed        .     .     .     +     +     +     .     .     .     .     .     .     +     +     +
campaign      .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
invitation    .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
proposal      .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
merge         .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
message       .     .     .     .     .     +     .     .     .     .     .     .     +     +     +
role          .     .     .     .     +     +     .     .     .     .     .     .     +     +     +
steward       .     .     .     .     .     +     .     .     .     .     +     .     +     +     +
"""


def read_table(text):
    users, *rows = [line.split() for line in text.strip("\n").splitlines()]
    return {record: dict(zip(users, marks, strict=True)) for record, *marks in rows}


def make_world(visibility):
    """The records that the tables name, and the users."""
    city, elsewhere = CityFactory(visibility=visibility), CityFactory()
    proposed = ActorFactory(city=city, proposed=True)
    published = ActorFactory(city=city)
    archived = ActorFactory(city=city, archived=True)
    theirs = ActorFactory(city=city, proposed=True)
    third = ActorFactory(city=city)
    collaborative = CollaborativeFactory(city=city)
    ballot = BallotFactory(criterion__collaborative=collaborative, member=published)
    campaign = CampaignFactory(city=city)

    users = {
        "anon": AnonymousUser(),
        "user": UserFactory(),
        "gone": CityRoleFactory(city=city, user__is_active=False).user,
        "admin": UserFactory(is_staff=True),
        "natl": UserFactory(national=True),
        "super": UserFactory(is_superuser=True),
        "op": operator(),
    }
    roles = {}
    for short, kind in {"view": "viewer", "cont": "contributor", "conv": "convener"}.items():
        roles[kind] = CityRoleFactory(city=city, kind=kind)
        users[short] = roles[kind].user
        users[f"{short}2"] = CityRoleFactory(city=elsewhere, kind=kind).user
    users["claim"] = StewardFactory(actor=theirs, status="claimed").user
    steward = StewardFactory(actor=theirs)
    users["stew"] = steward.user

    records = {
        "city": city,
        "proposed": proposed,
        "published": published,
        "archived": archived,
        "theirs": theirs,
        "contact": ContactFactory(actor=published),
        "shown": ContactFactory(actor=published, public=True),
        "at_theirs": ContactFactory(actor=theirs),
        "source": SourceFactory(city=city),
        "private": SourceFactory(city=city, is_public=False),
        "skill": SkillStatementFactory(actor=published),
        "skill2": SkillStatementFactory(actor=proposed),
        "offer": OfferFactory(actor=published),
        "name": OtherNameFactory(actor=published),
        "tie": RelationshipFactory(city=city, source=published, target=third),
        "tie2": RelationshipFactory(city=city, source=published, target=proposed),
        "collaborative": collaborative,
        "project": ProjectFactory(collaborative=collaborative),
        "reading": OutcomeReadingFactory(outcome__collaborative=collaborative),
        "member": MembershipFactory(collaborative=collaborative, actor=published),
        "member2": MembershipFactory(collaborative=collaborative, actor=archived),
        "ballot": ballot,
        "ballot2": BallotFactory(
            criterion=ballot.criterion, project=ballot.project, member=archived
        ),
        "story": StoryFactory(collaborative=collaborative),
        "agreed": StoryFactory(collaborative=collaborative, public=True),
        "campaign": campaign,
        "invitation": InvitationFactory(campaign=campaign, actor=published),
        "proposal": ProposalFactory(actor=published, proposed_by=users["cont"]),
        "merge": MergeFactory(city=city, kept=published, merged=archived),
        "message": OutboxMessageFactory(invitation__campaign=campaign),
        "role": roles["contributor"],
        "steward": steward,
    }
    return records, users


@pytest.mark.parametrize(
    ("visibility", "table"), [("public", PUBLIC), ("partners", PARTNERS), ("private", PRIVATE)]
)
def test_visible_to_shows_what_the_table_says(visibility, table):
    records, users = make_world(visibility)

    seen = {
        name: {
            who: "+" if type(record).objects.visible_to(user).contains(record) else "."
            for who, user in users.items()
        }
        for name, record in records.items()
    }

    assert seen == read_table(table)


@pytest.mark.parametrize("who", ["view", "cont", "conv", "stew", "user"])
def test_visible_to_shows_no_row_twice(who):
    records, users = make_world("public")
    user = users[who]
    for _ in range(2):
        CityRoleFactory(user=user)
        StewardFactory(user=user)

    for model in {type(record) for record in records.values()}:
        keys = [row.pk for row in model.objects.visible_to(user)]
        assert len(keys) == len(set(keys)), model


@pytest.mark.parametrize("who", ["anon", "user", "conv"])
def test_national_records_are_seen_by_all_but_never_their_kept_contacts(who):
    _records, users = make_world("private")
    national = ActorFactory(national=True)
    tie = RelationshipFactory(city=None, source=national, target=ActorFactory(national=True))
    kept = ContactFactory(actor=national)
    shown = ContactFactory(actor=national, public=True)
    publication = SourceFactory()
    user = users[who]

    assert actors.Actor.objects.visible_to(user).contains(national)
    assert actors.Relationship.objects.visible_to(user).contains(tie)
    assert actors.Contact.objects.visible_to(user).contains(shown)
    assert actors.Source.objects.visible_to(user).contains(publication)
    assert not actors.Contact.objects.visible_to(user).contains(kept)


def test_tie_and_membership_of_an_actor_of_a_private_city_are_hidden_elsewhere():
    hidden = ActorFactory(city=CityFactory(private=True))
    tie = RelationshipFactory(source=hidden)
    member = MembershipFactory(collaborative=CollaborativeFactory(city=tie.city), actor=hidden)
    convener = CityRoleFactory(city=tie.city).user

    for user in (AnonymousUser(), convener):
        assert actors.City.objects.visible_to(user).contains(tie.city)
        assert not actors.Actor.objects.visible_to(user).contains(hidden)
        assert not actors.Relationship.objects.visible_to(user).contains(tie)
        assert not collaboratives.Membership.objects.visible_to(user).contains(member)


def test_every_model_of_actors_and_collaboratives_says_who_sees_it():
    everyones = {actors.Issue, actors.Tag}  # words of the vocabulary, named by visible records

    for module in (actors, collaboratives):
        for name in module.__all__:
            model = getattr(module, name)
            assert hasattr(model.objects, "visible_to") or model in everyones, name
