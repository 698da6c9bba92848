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
from actors.models import Invitation

LINK_DAYS: Final = 30
TOKEN_BYTES: Final = 32


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
    gone = Q(actor__status=ActorStatus.ARCHIVED, actor__merged_into=None)
    return Q(revoked_at=None, expires_at__gt=now) & ~gone


def find_link(token_hash: str) -> Invitation | None:
    """The invitation that a link opens, not used yet. Expired, revoked and unknown are alike."""
    found = Invitation.objects.filter(open_links(timezone.now()), token_hash=token_hash)
    return _of_who_stands(found.select_related("actor", "contact", "campaign").first())


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
    return _of_who_stands(found.select_related("actor__city", "campaign__city", "contact").first())


def _of_who_stands(invitation: Invitation | None) -> Invitation | None:
    """The invitation with the actor that keeps the record: a merge may have left it behind.

    Not stored, so that it leads back when the merge is undone. None when that actor is archived.
    """
    if invitation is None:
        return None
    invitation.actor = invitation.actor.standing
    return None if invitation.actor.status == ActorStatus.ARCHIVED else invitation


def revoke_links(invitations: Iterable[Invitation]) -> int:
    """End these links and the sessions they were swapped for; says how many there were."""
    now = timezone.now()
    open_ones = Invitation.objects.filter(
        pk__in=[invitation.pk for invitation in invitations], revoked_at=None
    )
    return open_ones.update(
        token_hash=None, revoked_at=now, version=F("version") + 1, updated_at=now
    )


def newest_invitations(email: str) -> list[Invitation]:
    """What this address may ask for a new link to: per organization the invitation sent last.

    The newest first. Left out is what was revoked or came back, and who is off the map.
    """
    archived = Q(actor__status=ActorStatus.ARCHIVED)
    asked = Invitation.objects.filter(
        ~archived, email__iexact=email, revoked_at=None, sent_at__isnull=False, bounced_at=None
    )
    newest: dict[int, Invitation] = {}
    for one in asked.select_related("actor", "campaign__city").order_by("-sent_at", "-pk"):
        newest.setdefault(one.actor_id, one)
    return list(newest.values())
