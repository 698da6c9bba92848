"""From the database to campaigns: whom one could ask, and who answered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.rules import Viewer
from actors.framework import ActorStatus, Sector
from actors.models import Actor, Campaign, City, Contact, Invitation, OutboxMessage
from actors.services.campaigns import came_back
from actors.services.outbox import unsure_messages, waiting_messages
from actors.services.refusals import refused_among
from ecosystem.analysis.cells import freshness_of
from ecosystem.selectors.maps import map_day

NEVER: Final = "never"
"""Of freshness: nobody confirmed it. Of asking: no message was ever sent."""

ASKED, ANSWERED = "asked", "answered"
WITH, WITHOUT = "with", "without"


@dataclass(frozen=True, slots=True)
class Person:
    """A contact with an address. ``came_back``: a message to it did.

    ``wants_no_mail``: this address is not to be written to, whoever it told.
    """

    pk: int
    name: str
    job: str
    email: str
    language: str
    is_chosen: bool
    came_back: bool
    wants_no_mail: bool

    @property
    def can_be_asked(self) -> bool:
        return not (self.is_chosen or self.came_back or self.wants_no_mail)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organization that could be asked, with the people whose address is known.

    ``freshness`` is fresh, ageing, stale or never; ``asked`` never, asked or answered.
    """

    slug: str
    name: str
    sector: str
    confirmed_on: date | None
    freshness: str
    asked: str
    asked_at: datetime | None
    people: tuple[Person, ...]

    @property
    def address(self) -> str:
        return WITH if self.people else WITHOUT


def load_candidates(campaign: Campaign, user: Viewer) -> list[Candidate]:
    """Organizations of the campaign's city that are not archived, by name, in seven queries."""
    city = campaign.city
    actors = Actor.objects.visible_to(user).filter(city=city)
    rows = list(
        actors.exclude(status=ActorStatus.ARCHIVED)
        .order_by("name", "pk")
        .values_list("pk", "slug", "name", "sector", "confirmed_on")
    )
    people = _people(campaign, user)
    asked = _asked(city, user)
    day = map_day(city)
    found = []
    for pk, slug, name, sector, confirmed_on in rows:
        state, when = asked.get(pk, (NEVER, None))
        found.append(
            Candidate(
                slug=slug,
                name=name,
                sector=sector,
                confirmed_on=confirmed_on,
                freshness=freshness_of(confirmed_on, day) or NEVER,
                asked=state,
                asked_at=when,
                people=tuple(people[pk]),
            )
        )
    return found


def _people(campaign: Campaign, user: Viewer) -> Mapping[int, list[Person]]:
    rows = campaign.invitations.values_list("actor", "email")
    chosen = {(actor, email.casefold()) for actor, email in rows}
    dead = came_back(campaign.city_id)
    people: defaultdict[int, list[Person]] = defaultdict(list)
    contacts = Contact.objects.visible_to(user).filter(actor__city=campaign.city).exclude(email="")
    found = list(
        contacts.order_by("name", "pk").values_list(
            "pk", "actor", "name", "job", "email", "language"
        )
    )
    silent = refused_among(row[4] for row in found)
    for pk, actor, name, job, email, language in found:
        key = email.casefold()
        person = Person(
            pk,
            name,
            job,
            email,
            language,
            is_chosen=(actor, key) in chosen,
            came_back=key in dead,
            wants_no_mail=email in silent,
        )
        people[actor].append(person)
    return people


def _asked(city: City, user: Viewer) -> Mapping[int, tuple[str, datetime | None]]:
    """Per actor that was ever asked in this city: whether it answered, and when it was asked."""
    found: dict[int, tuple[str, datetime | None]] = {}
    sent = Invitation.objects.visible_to(user).filter(campaign__city=city, sent_at__isnull=False)
    for actor, when, answered in sent.order_by("sent_at").values_list(
        "actor", "sent_at", "answered_at"
    ):
        was_answered = answered is not None or found.get(actor, ("",))[0] == ANSWERED
        found[actor] = (ANSWERED if was_answered else ASKED, when)
    return found


# ── Response ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Response:
    """Counts of people: on the list, asked, and what came of it.

    Who was asked and opened, answered or bounced counts in each of these. ``no_mail`` asked not to
    be written to.
    """

    listed: int = 0
    asked: int = 0
    opened: int = 0
    answered: int = 0
    bounced: int = 0
    no_mail: int = 0

    def add(self, row: "Asked") -> None:
        self.listed += 1
        self.asked += row.is_asked
        self.opened += row.opened_at is not None or row.answered_at is not None
        self.answered += row.answered_at is not None
        self.bounced += row.bounced_at is not None
        self.no_mail += row.wants_no_mail


@dataclass(frozen=True, slots=True)
class Asked:
    """One invitation. ``state`` is where it stands, the latest thing first.

    revoked, answered, no_mail, bounced, opened, waiting, unsure, failed, sent or chosen.
    """

    pk: int
    slug: str
    organization: str
    sector: str
    name: str
    email: str
    sent_at: datetime | None
    opened_at: datetime | None
    answered_at: datetime | None
    bounced_at: datetime | None
    revoked_at: datetime | None
    reminded_at: datetime | None
    reminder_count: int
    messages: int
    wants_no_mail: bool
    state: str

    @property
    def is_asked(self) -> bool:
        return self.sent_at is not None or self.bounced_at is not None

    @property
    def since(self) -> datetime | None:
        """When it came to be in its state, where that has a moment."""
        moments = {
            "revoked": self.revoked_at,
            "answered": self.answered_at,
            "bounced": self.bounced_at,
            "opened": self.opened_at,
            "sent": self.sent_at,
        }
        return moments.get(self.state)


def load_asked(campaign: Campaign, user: Viewer) -> list[Asked]:
    """Everybody on the list of a campaign, by organization, in four queries."""
    kept = Invitation.objects.visible_to(user).filter(campaign=campaign)
    written = _messages(campaign, user)
    rows = list(kept.select_related("actor", "contact").order_by("actor__name", "pk"))
    silent = refused_among(row.email for row in rows)
    found = []
    for row in rows:
        count, states = written.get(row.pk, (0, frozenset()))
        found.append(
            Asked(
                pk=row.pk,
                slug=row.actor.slug,
                organization=row.actor.name,
                sector=row.actor.sector,
                name=row.contact.name if row.contact else "",
                email=row.email,
                sent_at=row.sent_at,
                opened_at=row.opened_at,
                answered_at=row.answered_at,
                bounced_at=row.bounced_at,
                revoked_at=row.revoked_at,
                reminded_at=row.reminded_at,
                reminder_count=row.reminder_count,
                messages=count,
                wants_no_mail=row.email in silent,
                state=_state(row, states, wants_no_mail=row.email in silent),
            )
        )
    return found


def _messages(campaign: Campaign, user: Viewer) -> Mapping[int, tuple[int, frozenset[str]]]:
    """Per invitation how many messages were written, and how those stand that are not sent."""
    counts: defaultdict[int, int] = defaultdict(int)
    states: defaultdict[int, set[str]] = defaultdict(set)
    rows = OutboxMessage.objects.visible_to(user).filter(invitation__campaign=campaign)
    marked = rows.annotate(
        is_waiting=Count("pk", filter=waiting_messages()),
        is_unsure=Count("pk", filter=unsure_messages()),
    )
    for invitation, sent_at, waiting, unsure in marked.values_list(
        "invitation", "sent_at", "is_waiting", "is_unsure"
    ):
        counts[invitation] += 1
        if sent_at is None:
            states[invitation].add("waiting" if waiting else "unsure" if unsure else "failed")
    return {pk: (count, frozenset(states[pk])) for pk, count in counts.items()}


def _state(row: Invitation, unsent: frozenset[str], *, wants_no_mail: bool) -> str:
    for name in ("revoked", "answered"):
        if getattr(row, f"{name}_at") is not None:
            return name
    if wants_no_mail:
        return "no_mail"
    for name in ("bounced", "opened"):
        if getattr(row, f"{name}_at") is not None:
            return name
    for name in ("waiting", "unsure"):
        if name in unsent:
            return name
    if row.sent_at is not None:
        return "sent"
    return "failed" if unsent else "chosen"


def total_response(rows: Sequence[Asked]) -> Response:
    """Of all sectors together."""
    total = Response()
    for row in rows:
        total.add(row)
    return total


def response_by_sector(rows: Sequence[Asked]) -> dict[str, Response]:
    """The sectors with somebody on the list, in the order of the vocabulary."""
    found: defaultdict[str, Response] = defaultdict(Response)
    for row in rows:
        found[row.sector].add(row)
    return {sector: found[sector] for sector in Sector.values if sector in found}


def load_campaigns(city: City, user: Viewer) -> QuerySet[Campaign]:
    """Newest first, each with ``asked_count``, ``answered_count`` and ``listed_count``."""
    asked = Q(invitations__sent_at__isnull=False) | Q(invitations__bounced_at__isnull=False)
    campaigns: QuerySet[Campaign] = Campaign.objects.visible_to(user).filter(city=city)
    return campaigns.annotate(
        listed_count=Count("invitations"),
        asked_count=Count("invitations", filter=asked),
        answered_count=Count("invitations", filter=Q(invitations__answered_at__isnull=False)),
    ).order_by("-pk")


def is_over(campaign: Campaign) -> bool:
    """Whether its last day is past."""
    return campaign.ends_on is not None and campaign.ends_on < timezone.localdate()
