"""Private words, each only once in the world, and every page of the tables read as everybody else.

Whoever convenes reads first, so that everything kept for a second reader is kept by then.
"""

import logging
import re
from datetime import date

import pytest
from django.core import mail

from actors.models import Relationship
from tests.access.test_matrix import read_lines, read_rows
from tests.access.world import make_world
from tests.factories import (
    ActorFactory,
    ContactFactory,
    IntroductionFactory,
    OfferFactory,
    OtherNameFactory,
    ProposalFactory,
    RelationshipFactory,
    SnapshotFactory,
    SourceFactory,
    StoryFactory,
)

pytestmark = pytest.mark.django_db

MAY_SEE = """
              anon user view cont conv conv2 stew
contact       .    .    .    .    +    .     +
contactmail   .    .    .    .    +    .     +
contactphone  .    .    .    .    +    .     +
labcontact    .    .    .    .    +    .     .
source        .    .    .    .    +    .     .
story         .    .    .    .    +    .     .
proposed      .    .    .    +    +    .     .
proposedname  .    .    .    +    +    .     .
proposedoffer .    .    .    +    +    .     .
proposedtie   .    .    .    +    +    .     .
archived      .    .    .    +    +    .     .
archivedunit  .    .    .    +    +    .     .
privcity      .    .    +    +    +    .     .
privactor     .    .    +    +    +    .     +
privtable     .    .    +    +    +    .     .
privproject   .    .    +    +    +    .     .
privsnapshot  .    .    +    +    +    .     .
farcity       .    .    .    .    .    +     .
faractor      .    .    .    .    .    +     .
fartie        .    .    .    .    .    +     .
farcampaign   .    .    .    .    .    +     .
invited       .    .    .    .    +    .     .
campaign      .    .    .    .    +    .     .
letter        .    .    .    .    +    .     .
proposal      .    .    .    .    +    .     .
assigned      .    .    .    .    +    .     .
declined      .    .    .    .    +    .     .
token         .    .    .    .    .    .     .
historic      .    .    .    .    .    .     .
conveners     .    .    .    .    +    .     .
"""
"""Public city: a contact kept back of City Hall (its steward sees it) and one of the other
organization; a private source; a story without consent; an organization that is proposed, its
other name, offer and tie; an archived one, and one that is part of it. The private city and its
records, the private city of others. Who was invited, the campaign, its letter, a proposal, who does
an introduction, why one was declined; the hash of a link; what a snapshot knew of somebody hidden;
the name of a convener, which conveners of that city see."""

SEEN_NOWHERE_YET = {"story", "contactphone", "fartie"}
"""Who may see these finds them on no page of the tables."""


def canary(name):
    return f"zq{name}qz"


def place_canaries(world):
    """Write each word of the table into one private field."""
    get = world.records.__getitem__
    city, hall, lab = get("pub.city"), get("pub.hall"), get("pub.lab")
    ContactFactory(
        actor=hall,
        name=canary("contact"),
        email=f"{canary('contactmail')}@example.org",
        phone=canary("contactphone"),
    )
    ContactFactory(actor=lab, name=canary("labcontact"), email="lab-person@example.org")
    private = SourceFactory(city=city, is_public=False, citation=canary("source"))
    for record in (hall, get("pub.table"), get("pub.tie"), hall.statements.get()):
        record.sources.add(private)
    StoryFactory(collaborative=get("pub.table"), text=canary("story"))

    proposed, archived = get("pub.proposed"), get("pub.archived")
    rename(proposed, canary("proposed"))
    OtherNameFactory(actor=proposed, name=canary("proposedname"))
    OfferFactory(actor=proposed, description=canary("proposedoffer"))
    Relationship.objects.filter(pk=get("pub.tie2").pk).update(description=canary("proposedtie"))
    rename(archived, canary("archived"))
    lab.part_of = archived
    lab.save()
    ActorFactory(city=city, archived=True, part_of=lab, name=canary("archivedunit"))

    rename(get("priv.city"), canary("privcity"))
    rename(get("priv.hall"), canary("privactor"))
    rename(get("priv.table"), canary("privtable"))
    rename(get("priv.project"), canary("privproject"))
    SnapshotFactory(city=get("priv.city"), note=canary("privsnapshot"))
    rename(get("far.city"), canary("farcity"))
    rename(get("far.hall"), canary("faractor"))
    RelationshipFactory(
        city=get("far.city"), source=get("far.hall"), target=lab, description=canary("fartie")
    )
    rename(get("far.campaign"), canary("farcampaign"))

    campaign, invitation = get("pub.campaign"), get("pub.invitation")
    campaign.name, campaign.message = canary("campaign"), canary("letter")
    campaign.save()
    invitation.email = f"{canary('invited')}@example.org"
    invitation.token_hash = canary("token")
    invitation.save()
    ProposalFactory(actor=hall, reason=canary("proposal"))
    made = {"city": city, "source": hall, "target": lab}
    IntroductionFactory(
        **made,
        competency="fundraising",
        status="accepted",
        assigned_to=canary("assigned"),
        accepted_on=date(2018, 7, 1),
    )
    IntroductionFactory(**made, competency="coding", status="declined", reason=canary("declined"))
    snapshot = get("pub.snapshot")
    hidden = {"name": canary("historic"), "status": "proposed"}
    snapshot.inputs["actor"] = snapshot.inputs.get("actor", {}) | {canary("historic"): hidden}
    snapshot.save()
    world.users["conv"].name = canary("conveners")
    world.users["conv"].save()


def rename(record, name):
    record.name = name
    record.save()


def read_all(world, who, addresses, failed):
    """All answers that person gets, with headers: ``{address: text}``.

    Addresses that answer with an error of the server are added to ``failed``.
    """
    pages = {}
    for address in addresses:
        response = world.browser(who, raise_request_exception=False).get(address)
        if response.status_code >= 500:
            failed.append(f"{address} as {who}")
        text = response.getvalue().decode("utf-8", "replace")
        pages[address] = text + "\n" + str(dict(response.headers))
    return pages


def starts(world):
    """Every address of the tables, filled in, and some that search for the private words."""
    pks = {name: record.pk for name, record in world.records.items()}
    rows = [
        re.sub(r"{(.*?)}", lambda match: str(pks[match[1]]), address)
        for address in read_rows()
        if not address.startswith(("/p/", "/account/", "/i18n/"))
        and not re.search("/part|/other|gone|999|part-|other-", address)
    ]
    hidden = "pub-proposed"
    return [
        *rows,
        f"/cities/pub/what-if/?without={hidden}",
        f"/cities/pub/map/?actor={hidden}",
        f"/cities/pub/map.json?actor={hidden}",
        "/cities/pub/actors/?q=zq",
        "/?q=zq",
        "/solutions/?q=zq",
        "/solutions/pub-project/?city=far",
        "/compare/?city=priv&city=far",
        "/compare/figures.csv?city=priv&city=far",
        "/api/v1/compare/?city=priv&city=far",
        "/api/v1/cities/pub/gaps/?as_of=2018-06-30",
    ]


def test_private_words_reach_only_those_whom_they_are_for(caplog):
    caplog.set_level(logging.INFO)
    world = make_world()
    place_canaries(world)
    world.users.pop("link")
    world.sign_in()
    people, *rows = read_lines(MAY_SEE)
    allowed = {
        name: {p for p, m in zip(people, marks, strict=True) if m == "+"} for name, *marks in rows
    }

    leaks, seen, failed = [], set(), []
    for who in sorted(people, key=["conv", "conv2"].__contains__, reverse=True):
        for address, text in read_all(world, who, starts(world), failed).items():
            for name, readers in allowed.items():
                if canary(name) not in text:
                    continue
                seen.add(name)
                if who not in readers:
                    leaks.append(f"{name} to {who} at {address}")

    assert leaks == []
    assert failed == []
    assert {name for name in allowed if allowed[name]} - seen <= SEEN_NOWHERE_YET
    told = caplog.text + "".join(str(message.message()) for message in mail.outbox)
    assert [name for name in allowed if canary(name) in told] == []
