"""Who may add to a map, and whose word about an actor counts at once. Tables by hand."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.rules import operator
from actors.rules import can_contribute, can_convene, can_edit_actor, can_suggest
from tests.factories import (
    ActorFactory,
    CityFactory,
    CityRoleFactory,
    StewardFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

WHO = """
               contribute  own  other_actor  national  suggest  suggest_national  decide_national
anonymous      .           .    .            .         .        .                 .
nobody         .           .    .            .         .        .                 .
inactive       .           .    .            .         .        .                 .
viewer         .           .    .            .         +        +                 .
contributor    +           .    .            .         +        +                 .
convener       +           +    +            .         +        +                 .
elsewhere      .           .    .            .         .        +                 .
claimant       .           .    .            .         .        .                 .
steward        .           +    .            .         +        +                 .
national_care  .           .    .            +         +        +                 .
administrator  .           .    .            .         .        .                 .
staff          +           +    +            +         +        +                 +
command        +           +    +            +         +        +                 +
"""


def parse(table):
    head, *rows = table.strip().splitlines()
    return {
        who: {question: mark == "+" for question, mark in zip(head.split(), marks, strict=True)}
        for who, *marks in map(str.split, rows)
    }


def test_who_may_add_and_whose_word_counts_at_once():
    city, other_city = CityFactory(), CityFactory()
    own, other = ActorFactory(city=city), ActorFactory(city=city)
    national = ActorFactory(national=True)
    users = {
        "anonymous": AnonymousUser(),
        "nobody": UserFactory(),
        "inactive": CityRoleFactory(city=city, user__is_active=False).user,
        "viewer": CityRoleFactory(city=city, kind="viewer").user,
        "contributor": CityRoleFactory(city=city, kind="contributor").user,
        "convener": CityRoleFactory(city=city).user,
        "elsewhere": CityRoleFactory(city=other_city).user,
        "claimant": StewardFactory(actor=own, status="claimed").user,
        "steward": StewardFactory(actor=own).user,
        "national_care": StewardFactory(actor=national).user,
        "administrator": UserFactory(is_staff=True),
        "staff": UserFactory(national=True),
        "command": operator(),
    }

    found = {
        who: {
            "contribute": can_contribute(user, city.pk),
            "own": can_edit_actor(user, own),
            "other_actor": can_edit_actor(user, other),
            "national": can_edit_actor(user, national),
            "suggest": can_suggest(user, city.pk),
            "suggest_national": can_suggest(user, None),
            "decide_national": can_convene(user, None),
        }
        for who, user in users.items()
    }

    assert found == parse(WHO)
