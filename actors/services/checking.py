"""What conveners do with entries of the list of things to check, each in one step.

Every step may be sent twice. ``based_on`` is the version that was seen; ``ChangedMeanwhile`` is
raised, and nothing is written, when somebody saved in between.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from actors.framework import ActorStatus
from actors.models import Actor, City, Dismissal

from .revisions import map_change


def publish_actor(actor: Actor, *, based_on: int) -> None:
    """Put a proposed actor on the map."""
    _set_status(actor, ActorStatus.PUBLISHED, _("Proposed organization published"), based_on)


def decline_actor(actor: Actor, *, based_on: int, reason: str = "") -> None:
    """Archive a proposed actor."""
    said = reason or _("Proposed organization declined")
    _set_status(actor, ActorStatus.ARCHIVED, said[:100], based_on)


def archive_actor(actor: Actor, *, based_on: int) -> None:
    """Take an actor off the map; its record stays."""
    _set_status(
        actor, ActorStatus.ARCHIVED, _("Archived from the list of things to check"), based_on
    )


def confirm_actor(actor: Actor, *, based_on: int) -> None:
    """Say that an actor's record is still right today."""
    _set(actor, "confirmed_on", timezone.localdate(), _("Still right"), based_on)


def _set_status(actor: Actor, status: ActorStatus, reason: str, based_on: int) -> None:
    _set(actor, "status", status, reason, based_on)


def _set(actor: Actor, field: str, value: Any, reason: str, based_on: int) -> None:
    with transaction.atomic():
        stored = Actor.objects.select_for_update().get(pk=actor.pk)
        if getattr(stored, field) == value:
            return
        with map_change(actor, based_on=based_on):
            setattr(actor, field, value)
            actor._change_reason = reason  # type: ignore[attr-defined]
            actor.save()


def dismiss(city: City | None, kind: str, key: str, *, by: User, until: date | None = None) -> None:
    """Remember that somebody looked at an entry and found nothing to do, until a day or for ever.

    On the day itself it comes back.
    """
    Dismissal.objects.update_or_create(
        city=city, kind=kind, key=key, defaults={"until": until, "dismissed_by": by}
    )
