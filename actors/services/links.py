"""Personal links: a partner opens its own page without a password.

A link holds a token of 256 bits. The database knows only its SHA-256, and forgets even that when
the link is used. Opening the address uses nothing up: programs that look at mail before people do
open addresses, too. A person then says "Continue", and of all who do so with one link exactly one
gets in: by a single UPDATE that asks for the hash and takes it away.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from actors.framework import ActorStatus
from actors.models import Invitation, OutboxMessage
from actors.models.outbox import MessageKind

LINK_DAYS: Final = 30
TOKEN_BYTES: Final = 32

NEW_LINK_EVERY: Final = timedelta(days=1)
"""So often, at most, one invitation gets another link because somebody asked for one."""


def make_link(invitation: Invitation, *, days: int = LINK_DAYS) -> str:
    """The path of a new personal link; earlier links of this invitation stop working.

    Raises ``ValueError`` for a revoked invitation: it gets none.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = {"token_hash": hash_of(token), "expires_at": timezone.now() + timedelta(days=days)}
    found = Invitation.objects.filter(pk=invitation.pk, revoked_at=None)
    if not found.update(version=F("version") + 1, **made):
        raise ValueError("A revoked invitation gets no link.")
    invitation.refresh_from_db(fields=["token_hash", "expires_at", "version"])
    return reverse("partner_link", args=[token])


def hash_of(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_links(now: datetime) -> Q:
    """Invitations whose link, or the session it was swapped for, may be used."""
    archived = Q(actor__status=ActorStatus.ARCHIVED)
    return Q(revoked_at=None, expires_at__gt=now) & ~archived


def find_link(token_hash: str) -> Invitation | None:
    """The invitation that a link opens, not used yet. Expired, revoked and unknown are alike."""
    found = Invitation.objects.filter(open_links(timezone.now()), token_hash=token_hash)
    return found.select_related("contact", "campaign").first()


def claim_link(token_hash: str) -> Invitation | None:
    """Use a link up. Whoever comes second, or too late, gets None."""
    invitation = find_link(token_hash)
    if invitation is None:
        return None
    now = timezone.now()
    claimed = Invitation.objects.filter(
        pk=invitation.pk, token_hash=token_hash, revoked_at=None, expires_at__gt=now
    ).update(
        token_hash=None,
        opened_at=Coalesce("opened_at", now),
        version=F("version") + 1,
        updated_at=now,
    )
    return find_opened(invitation.pk) if claimed == 1 else None


def find_opened(invitation_id: int) -> Invitation | None:
    """The invitation behind a session, as long as it is neither revoked nor expired."""
    found = Invitation.objects.filter(open_links(timezone.now()), pk=invitation_id)
    return found.select_related("actor__city", "campaign__city", "contact").first()


def revoke_links(invitations: Iterable[Invitation]) -> int:
    """End these links and the sessions they were swapped for; says how many there were."""
    now = timezone.now()
    open_ones = Invitation.objects.filter(
        pk__in=[invitation.pk for invitation in invitations], revoked_at=None
    )
    return open_ones.update(
        token_hash=None, revoked_at=now, version=F("version") + 1, updated_at=now
    )


def ask_for_new_link(email: str) -> int:
    """Queue a mail with a new link to an address on record; says to how many invitations.

    Nothing is sent from here, so that the answer takes as long for a stranger's address, which
    gets no mail. One invitation gets at most one in ``NEW_LINK_EVERY``.
    """
    now = timezone.now()
    period = int(now.timestamp() // NEW_LINK_EVERY.total_seconds())
    archived = Q(actor__status=ActorStatus.ARCHIVED)
    asked = Invitation.objects.filter(
        ~archived, email__iexact=email, revoked_at=None, sent_at__isnull=False, bounced_at=None
    )
    queued = 0
    for invitation in asked.order_by("pk"):
        _message, is_new = OutboxMessage.objects.get_or_create(
            key=f"new-link:{invitation.pk}:{period}",
            defaults={"kind": MessageKind.INVITATION, "invitation": invitation},
        )
        queued += is_new
    return queued
