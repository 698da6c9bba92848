"""Five cities, who has to do with them, and real records in every state.

Cities: ``pub``, ``part`` and ``priv`` (public, for partners, private) have the same people: viewer,
contributor, convener, and the steward of their City Hall. ``other`` (public) and ``far`` (private)
have a convener and a steward of their own, who have no part in the first three.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actors.services.links import make_link
from tests.factories import (
    ActorFactory,
    CampaignFactory,
    CityFactory,
    CityRoleFactory,
    CollaborativeFactory,
    ContactFactory,
    IntroductionFactory,
    InvitationFactory,
    MergeFactory,
    NeedFactory,
    OfferFactory,
    ProjectFactory,
    ProposalFactory,
    RelationshipFactory,
    SkillStatementFactory,
    SnapshotFactory,
    StewardFactory,
    UserFactory,
)

DAY = date(2018, 6, 30)
HOMES = {
    "pub": "public",
    "part": "partners",
    "priv": "private",
    "other": "public",
    "far": "private",
}
OWN = ("pub", "part", "priv")


@dataclass
class World:
    """``users`` by short name, None for those without an account; ``records`` as "pub.hall"."""

    users: dict = field(default_factory=dict)
    records: dict = field(default_factory=dict)
    cookies: dict = field(default_factory=dict)

    def sign_in(self):
        """A session for each; of "link", that of a browser that used a personal link."""
        name = settings.SESSION_COOKIE_NAME
        for who, user in self.users.items():
            client = Client()
            if user is not None:
                client.force_login(user)
            if who == "link":
                client.get(make_link(self.records["pub.invitation"]))
                client.post(reverse("partner_continue"))
            self.cookies[who] = client.cookies[name].value if name in client.cookies else None

    def browser(self, who, **options):
        """A new browser with the session of that person, whatever became of earlier ones."""
        client = Client(**options)
        if cookie := self.cookies[who]:
            client.cookies[settings.SESSION_COOKIE_NAME] = cookie
        return client


def make_city(key, visibility):
    """The records of one city, by short name."""
    city = CityFactory(slug=key, name=f"Town of {key}", visibility=visibility, map_date=DAY)

    def actor(name, **others):
        return ActorFactory(city=city, slug=f"{key}-{name}", name=f"{name} of {key}", **others)

    hall, lab = actor("hall"), actor("lab", sector="data_intermediary")
    proposed, archived = actor("proposed", proposed=True), actor("archived", archived=True)
    merged = actor("merged", archived=True, merged_into=lab)
    for one, competency in ((hall, "coding"), (lab, "coding"), (lab, "fundraising")):
        SkillStatementFactory(actor=one, competency=competency)
    table = CollaborativeFactory(city=city, slug=f"{key}-table", members=[hall, lab])
    campaign = CampaignFactory(city=city)
    contact = ContactFactory(actor=hall)
    return {
        "city": city,
        "hall": hall,
        "lab": lab,
        "proposed": proposed,
        "archived": archived,
        "merged": merged,
        "merge": MergeFactory(city=city, kept=lab, merged=merged),
        "tie": RelationshipFactory(city=city, source=hall, target=lab),
        "tie2": RelationshipFactory(city=city, source=hall, target=proposed),
        "table": table,
        "project": ProjectFactory(collaborative=table, slug=f"{key}-project"),
        "contact": contact,
        "offer": OfferFactory(actor=hall),
        "need": NeedFactory(actor=hall),
        "proposal": ProposalFactory(actor=hall),
        "campaign": campaign,
        "invitation": InvitationFactory(
            campaign=campaign,
            actor=hall,
            contact=contact,
            sent_at=timezone.now(),
            expires_at=timezone.now() + timedelta(days=30),
        ),
        "snapshot": SnapshotFactory(city=city),
        "step": IntroductionFactory(city=city, source=hall, target=lab),
    }


def make_world():
    world = World()
    fund = ActorFactory(national=True, slug="fund", name="Big Fund")
    world.records["fund"] = fund
    for key, visibility in HOMES.items():
        made = make_city(key, visibility)
        world.records |= {f"{key}.{name}": record for name, record in made.items()}
        RelationshipFactory(city=made["city"], source=fund, target=made["lab"])

    users = world.users
    users |= {"anon": None, "link": None, "user": UserFactory()}
    for short, kind in {"view": "viewer", "cont": "contributor", "conv": "convener"}.items():
        users[short] = UserFactory()
        for key in OWN:
            CityRoleFactory(city=world.records[f"{key}.city"], user=users[short], kind=kind)
    users["conv2"], users["stew"], users["stew2"] = UserFactory(), UserFactory(), UserFactory()
    for key in HOMES:
        hall = world.records[f"{key}.hall"]
        if key not in OWN:
            CityRoleFactory(city=world.records[f"{key}.city"], user=users["conv2"])
        StewardFactory(actor=hall, user=users["stew" if key in OWN else "stew2"])
    users["admin"] = UserFactory(is_staff=True)
    users["natl"] = UserFactory(national=True)
    users["super"] = UserFactory(admin=True)
    return world
