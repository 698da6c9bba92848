"""What became of an entry of the list of things to check that is in it no longer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from actors.framework import ActorStatus
from actors.models import Actor, City, Dismissal, Merge, Proposal, Relationship, Steward
from actors.models.dismissal import DEAD_END, DISPUTED, DUPLICATE
from actors.models.people import StewardStatus
from actors.models.proposal import ProposalStatus
from ecosystem.selectors.checking import (
    CLAIM,
    PROPOSAL,
    PROPOSED,
    STALE,
    UNCONFIRMED,
    Entry,
    load_freshness,
    proposals_of,
)

CHOICES: Final[Mapping[str, str | Promise]] = {
    "publish": gettext_lazy("Publish"),
    "decline": gettext_lazy("Decline"),
    "accept": gettext_lazy("Accept"),
    "approve": gettext_lazy("Approve"),
    "confirm": gettext_lazy("Still right: confirm today"),
    "fine": gettext_lazy("Fine as it is"),
    "archive": gettext_lazy("Archive it"),
    "keep": gettext_lazy("Keep the tie"),
    "remove": gettext_lazy("Take the tie away"),
    "different": gettext_lazy("They are different"),
}
"""What the buttons are called, by action."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """``way`` is the action that does the same, empty for none; ``answer`` what was said with it.

    ``who`` and ``when`` are of the last change; None where nobody knows.
    """

    way: str
    what: str
    who: User | None = None
    when: datetime | None = None
    answer: str = ""

    def __str__(self) -> str:
        """In one or two sentences."""
        parts = [self.what]
        if self.answer:
            parts.append(_("The answer was: “%(answer)s”") % {"answer": self.answer})
        if self.when is not None:
            name = self.who.name if self.who else ""
            said = {
                "who": name or _("Somebody"),
                "when": date_format(timezone.localtime(self.when), "DATETIME_FORMAT"),
            }
            parts.append(_("Last changed by %(who)s, %(when)s.") % said)
        return " ".join(map(str, parts))


def resolved(entry: Entry, city: City | None, user: User) -> Resolved | None:
    """What became of it; None when there never was such a record here, or not for ``user``."""
    return FINDERS[entry.kind](entry, city, user)


def _one_actor(entry: Entry, city: City | None, user: User) -> Resolved | None:
    seen = Actor.objects.visible_to(user).select_related("merged_into")
    actor = seen.filter(city=city, pk=entry.key).first()
    if actor is None:
        return None
    said: dict[str, Any] = {"actor": actor.name, "other": actor.merged_into}
    way, what = "", _("%(actor)s was changed.")
    if actor.merged_into is not None:
        what = _("%(actor)s is merged into %(other)s.")
    elif actor.status == ActorStatus.ARCHIVED:
        way = "decline" if entry.kind == PROPOSED else "archive"
        what = _("%(actor)s is archived: it is on no map.")
    elif entry.kind == PROPOSED and actor.status == ActorStatus.PUBLISHED:
        way, what = "publish", _("%(actor)s is on the map.")
    elif entry.kind in (STALE, UNCONFIRMED):
        last: date | None = load_freshness([actor.pk], timezone.localdate())[actor.pk].last_on
        if last is not None:
            way, what = "confirm", _("%(actor)s is confirmed as of %(day)s.")
            said["day"] = date_format(last)
    elif entry.kind == DEAD_END:
        if found := _dismissed(
            entry, city, "fine", _("%(actor)s is left out of this list.") % said
        ):
            return found
        what = _("%(actor)s has a tie, a place or a website by now.")
    return Resolved(way, what % said, *_last(actor.history))


def _pair(entry: Entry, city: City | None, user: User) -> Resolved | None:
    numbers = [int(one) for one in entry.key.split("-")]
    found = Actor.objects.visible_to(user).in_bulk(numbers)
    homes = {actor.city_id for actor in found.values()}
    here = city and city.pk
    if len(found) != 2 or here not in homes or not homes <= {here, None}:
        return None
    first, second = (found[number] for number in numbers)
    said = {"first": first.name, "second": second.name}
    merge = Merge.objects.filter(kept__in=numbers, merged__in=numbers, undone_at=None).first()
    if merge is not None:
        what = _("%(first)s and %(second)s were merged.") % said
        return Resolved("", what, merge.merged_by, merge.merged_at)
    what = _("%(first)s and %(second)s are two organizations.") % said
    if dismissed := _dismissed(entry, city, "different", what):
        return dismissed
    what = _("%(first)s and %(second)s are no longer alike, or one of them left the map.")
    return Resolved("", what % said)


def _tie(entry: Entry, city: City | None, user: User) -> Resolved | None:
    tie = Relationship.objects.visible_to(user).filter(city=city, pk=entry.key).first()
    if tie is None:
        gone = Relationship.history.filter(id=entry.key, city=city, history_type="-")
        if not gone.exists():
            return None
        return Resolved("remove", _("The tie is off the map."), *_last(gone))
    if kept := _dismissed(entry, city, "keep", _("The tie is kept.")):
        return kept
    what = _("No side says any longer that this tie is wrong, or it has ended.")
    return Resolved("", what, *_last(tie.history))


def _claim(entry: Entry, city: City | None, user: User) -> Resolved | None:
    seen = Steward.objects.visible_to(user).filter(actor__city=city, pk=entry.key)
    steward = seen.select_related("actor", "user").first()
    if steward is not None:
        said = {"person": steward.user, "actor": steward.actor.name}
        what = _("%(person)s looks after %(actor)s.") % said
        way = "approve" if steward.status == StewardStatus.APPROVED else ""
        return Resolved(way, what, *_last(steward.history))
    gone = Steward.history.filter(id=entry.key, history_type="-")
    here = gone.filter(actor_id__in=Actor.objects.filter(city=city).order_by().values("pk"))
    if not here.exists():
        return None
    return Resolved("decline", _("The request is declined."), *_last(here))


def _proposal(entry: Entry, city: City | None, user: User) -> Resolved | None:
    seen = proposals_of(city, user).select_related("actor", "decided_by")
    proposal: Proposal | None = seen.filter(pk=entry.key).first()
    if proposal is None:
        return None
    said = {"actor": proposal.actor.name}
    by = (proposal.decided_by, proposal.decided_at)
    if proposal.status == ProposalStatus.ACCEPTED:
        return Resolved("accept", _("The proposal for %(actor)s was accepted.") % said, *by)
    if proposal.status == ProposalStatus.DECLINED:
        what = _("The proposal for %(actor)s was declined.") % said
        return Resolved("decline", what, *by, answer=proposal.answer)
    what = _("%(actor)s is archived: it is on no map.") % said
    return Resolved("", what, *_last(proposal.actor.history))


def _dismissed(entry: Entry, city: City | None, way: str, what: str) -> Resolved | None:
    rows = Dismissal.objects.filter(city=city, kind=entry.kind, key=entry.key)
    row = rows.select_related("dismissed_by").first()
    return Resolved(way, what, row.dismissed_by, row.dismissed_at) if row else None


def _last(history: Any) -> tuple[User | None, datetime | None]:
    row = history.select_related("history_user").order_by("-history_id").first()
    return (row.history_user, row.history_date) if row else (None, None)


FINDERS: Final[Mapping[str, Callable[[Entry, City | None, User], Resolved | None]]] = {
    PROPOSED: _one_actor,
    STALE: _one_actor,
    UNCONFIRMED: _one_actor,
    DEAD_END: _one_actor,
    DUPLICATE: _pair,
    DISPUTED: _tie,
    CLAIM: _claim,
    PROPOSAL: _proposal,
}
