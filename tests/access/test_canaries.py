"""Private words, each only once in the world, and the site crawled as everybody.

Whoever sees most reads first, so that everything kept for a second reader is kept by then.
"""

import logging
import re
from datetime import date, timedelta
from functools import cache

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.mail import do_later
from actors.models import City, Relationship
from actors.services.campaigns import choose, due_reminders, queue_reminders, start
from actors.services.new_links import ask_for_new_link
from actors.services.outbox import send_due
from actors.services.roles import give_role
from tests.access.crawler import Answer, crawl, dead_ends_of, links_of
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

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

MAY_SEE = """
              conv  conv2  super  natl  stew  cont  view  user  link  anon
contact       +     .      +      +     +     .     .     .     .     .
contactmail   +     .      +      +     +     .     .     .     .     .
contactphone  +     .      +      +     +     .     .     .     .     .
labcontact    +     .      +      +     .     .     .     .     .     .
source        +     .      +      +     .     .     .     .     .     .
story         .     .      +      .     .     .     .     .     .     .
proposed      +     .      +      +     .     +     .     .     .     .
proposedname  +     .      +      +     .     +     .     .     .     .
proposedoffer +     .      +      +     .     +     .     .     .     .
proposedtie   +     .      +      +     .     +     .     .     .     .
archived      +     .      +      +     .     +     .     .     .     .
archivedunit  +     .      +      +     .     +     .     .     .     .
privcity      +     .      +      +     .     +     +     .     .     .
privactor     +     .      +      +     +     +     +     .     .     .
privtable     +     .      +      +     .     +     +     .     .     .
privproject   +     .      +      +     .     +     +     .     .     .
privsnapshot  +     .      +      +     .     +     +     .     .     .
farcity       .     +      +      +     .     .     .     .     .     .
faractor      .     +      +      +     .     .     .     .     .     .
fartie        .     +      +      +     .     .     .     .     .     .
farcampaign   .     +      +      +     .     .     .     .     .     .
invited       +     .      +      +     .     .     .     .     .     .
campaign      +     .      +      +     .     .     .     .     .     .
letter        +     .      +      +     .     .     .     .     .     .
proposal      +     .      +      +     .     .     .     .     .     .
assigned      +     .      +      +     .     .     .     .     .     .
declined      +     .      +      +     .     .     .     .     .     .
token         .     .      .      .     .     .     .     .     .     .
historic      .     .      +      .     .     .     .     .     .     .
conveners     +     .      +      +     .     .     .     .     .     .
"""
"""Public city: a contact kept back of City Hall (its steward sees it) and one of the other
organization; a private source; a story without consent; an organization that is proposed, its
other name, offer and tie; an archived one, and one that is part of it. The private city and its
records, the private city of others. Who was invited, the campaign, its letter, a proposal, who does
an introduction, why one was declined; the hash of a link; what a snapshot knew of somebody hidden;
the name of a convener, which conveners of that city see.

"super" also reads the administration, which alone shows stories and what a snapshot was made from.
"""

CANARY = re.compile("zq([a-z]+)qz")


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


def addresses_to_type(world):
    """Every address of the tables, filled in, and some that search for the private words."""
    pks = {name: record.pk for name, record in world.records.items()}
    rows = [
        re.sub(r"{(.*?)}", lambda match: str(pks[match[1]]), address)
        for address in read_rows()
        if not address.startswith(("/account/", "/i18n/"))
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
        "/p/ties/add/?q=zq",
    ]


def links_to_follow(world, who):
    """Of the cities that are like the public one to this person, that one is enough."""
    user = world.users[who] or AnonymousUser()
    own = set(City.objects.visible_to(user).values_list("slug", flat=True)) - {"pub"}
    own_city = re.compile(f"/cities/({'|'.join(own)})/")

    def follow(address):
        is_ours = not address.startswith(("/static/", "/i18n/", ONLY_WITH_WHAT_TO_FIND))
        return is_ours and not own_city.match(address)

    return follow


ONLY_WITH_WHAT_TO_FIND = "/admin/autocomplete/"


def homes(world, who):
    """Where each begins: at the front door, and where the first click after signing in leads."""
    if who == "anon":
        return ["/"]
    if who == "link":
        return ["/", "/p/"]
    if who == "super":
        snapshot = reverse(
            "admin:ecosystem_snapshot_change", args=[world.records["pub.snapshot"].pk]
        )
        return ["/", "/start/", "/account/", "/admin/", snapshot]
    return ["/", "/start/", "/account/"]


def read_all(world, who, dead):
    """All answers that person gets: first by following links, then to addresses typed in.

    Superusers, who may see all of it, type none in.
    """
    asked = set()

    def ask(address):
        asked.add(address)
        return world.browser(who, raise_request_exception=False).get(address)

    for answer, came_from in crawl(ask, homes(world, who), links_to_follow(world, who)):
        yield answer
        dead += [f"{answer.address}#{one} to {who}" for one in dead_ends_of(answer)]
        dead += [f"{one} on {answer.address}" for one in missing_files(answer)]
        if answer.status >= 400:
            dead.append(f"{answer.status}: {answer.address} to {who} on {came_from}")
    for address in [] if who == "super" else addresses_to_type(world):
        if address not in asked:
            answer = Answer.of(address, ask(address))
            yield answer
            if answer.status >= 500:
                dead.append(f"{answer.status}: {address} to {who}")


def missing_files(answer):
    """Scripts, styles and pictures of the page that there are not."""
    files = [link for link in links_of(answer) if link.startswith("/static/")]
    return [link for link in files if not is_file(link)]


@cache
def is_file(address):
    return finders.find(address.partition("?")[0].removeprefix("/static/")) is not None


def rows_of_all_tables():
    """``{table: number of rows}``, but for what reading may leave behind."""
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.label not in KEPT_BY_READING
    }


KEPT_BY_READING = ("ecosystem.StoredResult", "ecosystem.LayoutPosition", "sessions.Session")


def test_private_words_reach_only_those_whom_they_are_for(caplog):
    caplog.set_level(logging.INFO)
    world = make_world()
    place_canaries(world)
    world.sign_in()
    people, *rows = read_lines(MAY_SEE)
    allowed = {
        name: {p for p, m in zip(people, marks, strict=True) if m == "+"} for name, *marks in rows
    }
    before = rows_of_all_tables()

    leaks, seen, dead = [], {name: set() for name in allowed}, []
    for who in people:
        for answer in read_all(world, who, dead):
            for name in set(CANARY.findall(answer.said)) & allowed.keys():
                seen[name].add(who)
                if who not in allowed[name]:
                    leaks.append(f"{name} to {who} at {answer.address}")

    assert leaks == []
    assert dead == []
    assert seen == allowed
    assert CANARY.findall(caplog.text) == []
    assert rows_of_all_tables() == before


def test_a_mail_says_only_what_is_meant_for_its_reader(
    client, settings, caplog, time_machine, django_capture_on_commit_callbacks
):
    """Invitation, reminder, a new link, a role, a code and a new password."""
    caplog.set_level(logging.INFO)
    settings.SITE_URL = "https://maps.example.org"
    world = make_world()
    place_canaries(world)
    campaign, person = world.records["pub.campaign"], world.records["pub.contact"]
    world.records["pub.invitation"].delete()
    choose(campaign, [person], by=world.users["conv"])
    convener, stranger = world.users["conv"].email, "stranger@example.org"

    with django_capture_on_commit_callbacks(execute=True):
        start(campaign, by=world.users["conv"])
        send_due()
        give_role(campaign.city, stranger, "viewer", by=world.users["conv"], sign_in_at=SIGN_IN)
        client.post("/account/login/code/", {"email": convener})
        client.post("/account/password/reset/", {"email": convener})
    time_machine.move_to(timezone.now() + timedelta(days=campaign.reminder_every_days + 1))
    with django_capture_on_commit_callbacks(execute=True):
        queue_reminders(due_reminders(timezone.localdate()))
        send_due()
        ask_for_new_link(person.email)
    do_later(len, "").result(timeout=10)  # behind the mails that are sent in the background

    mails = [
        (one.to, sorted(CANARY.findall(str(one.message()) + str(one.extra_headers))))
        for one in mail.outbox
    ]
    assert mails == [
        ([person.email], ["letter"]),
        ([convener], []),
        ([convener], []),
        ([stranger], []),
        ([person.email], ["letter"]),
        ([person.email], ["letter"]),
    ]
    assert CANARY.findall(caplog.text) == []


SIGN_IN = "https://maps.example.org/account/login/"
