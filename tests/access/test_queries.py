"""A page asks the database as often for twelve rows of everything as for two."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ecosystem.models import StoredResult
from tests.access.test_matrix import read_rows
from tests.access.world import make_world
from tests.factories import (
    ActorFactory,
    CampaignFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    ContactFactory,
    IntroductionFactory,
    InvitationFactory,
    NeedFactory,
    OfferFactory,
    OtherNameFactory,
    ProjectFactory,
    RelationshipFactory,
    SkillStatementFactory,
    SnapshotFactory,
    SourceFactory,
    StewardFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def add_to(world, count):
    """``count`` more of everything, in and around the public city."""
    get = world.records.__getitem__
    city, hall, table = get("pub.city"), get("pub.hall"), get("pub.table")
    for number in range(count):
        source = SourceFactory(city=city)
        actor = ActorFactory(city=city, sources=[source])
        SkillStatementFactory(actor=actor, sources=[source])
        ContactFactory(actor=hall)
        contact = ContactFactory(actor=actor)
        OfferFactory(actor=hall)
        NeedFactory(actor=hall)
        OtherNameFactory(actor=hall)
        ActorFactory(city=city, proposed=True)
        ActorFactory(city=city, archived=True)
        tie = RelationshipFactory(city=city, source=hall, target=actor)
        tie.sources.add(source)
        CollaborativeFactory(city=city, members=[hall, actor])
        table.memberships.create(actor=actor)
        ProjectFactory(collaborative=table)
        InvitationFactory(campaign=get("pub.campaign"), actor=actor, contact=contact)
        CampaignFactory(city=city)
        SnapshotFactory(city=city, note=f"Snapshot {number}")
        IntroductionFactory(city=city, source=hall, target=actor)
        StewardFactory(actor=hall)
        CityRoleFactory(city=city)
        elsewhere = CityFactory()
        RelationshipFactory(city=elsewhere, source=get("fund"), target__city=elsewhere)


def addresses(world):
    """Pages of the public city and of the country, with ``world``'s own records."""
    pks = {name: record.pk for name, record in world.records.items()}
    wanted = [
        address
        for address, (get, _post) in read_rows().items()
        if get not in ("x", "nobody", "none.act", "none.pub")
        and not address.startswith(("/account/", "/p/"))
        and not re.search(r"/(part|priv|other|far|gone)(/|-)|city=far", address)
    ]
    return [re.sub(r"{(.*?)}", lambda match: str(pks[match[1]]), one) for one in wanted]


def count_queries(world, who, pages):
    """``{address: number of queries}`` of the first reader, who computes all, and of the second."""
    counted = {}
    for address in pages:
        browser = world.browser(who)
        numbers = []
        StoredResult.objects.all().delete()  # else a page before may have kept some of it
        for _reader in range(2):
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(address).status_code < 500, address
            numbers.append(len(asked))
        counted[address] = numbers
    return counted


@pytest.mark.parametrize("who", ["anon", "conv"])
def test_no_page_asks_more_often_because_there_is_more(who):
    world = make_world()
    add_to(world, 2)
    world.sign_in()
    pages = addresses(world)
    few = count_queries(world, who, pages)

    add_to(world, 10)
    many = count_queries(world, who, pages)

    grown = {
        address: (before, many[address])
        for address, before in few.items()
        if many[address][0] > before[0] + ALLOWED or many[address][1] > before[1] + ALLOWED
    }
    assert grown == {}


ALLOWED = 4
"""Queries more: a further block of a bulk statement, a second page of a list."""
