"""A new link for somebody whose link is used up or too old."""

from datetime import timedelta
from functools import partial
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from actors.models import OutboxMessage
from actors.models.outbox import MessageKind

from .links import newest_invitations
from .outbox import NEW_LINK_KEY, send_due, waiting_messages
from .refusals import address_hash

NEW_LINK_EVERY: Final = timedelta(days=1)
"""So often, at most, an address gets a mail because somebody asked for one."""


def ask_for_new_link(email: str) -> bool:
    """One mail with a link to each organization that this address was asked about.

    It is sent as soon as it is stored; what fails then waits for the next run. False when there is
    none, because nobody ever wrote there, or because one was asked for less than
    ``NEW_LINK_EVERY`` ago or still waits. How long this takes tells a friend from a stranger:
    nobody's answer may wait for it.
    """
    newest = newest_invitations(email)
    if not newest:
        return False
    now = timezone.now()
    own = f"{NEW_LINK_KEY}{address_hash(email)}:"
    recent = Q(created_at__gt=now - NEW_LINK_EVERY) | waiting_messages()
    if OutboxMessage.objects.filter(recent, key__startswith=own).exists():
        return False
    # Who asks at the same moment asks for the same message.
    key = f"{own}{int(now.timestamp() // NEW_LINK_EVERY.total_seconds())}"
    with transaction.atomic():
        _message, is_new = OutboxMessage.objects.get_or_create(
            key=key, defaults={"kind": MessageKind.INVITATION, "invitation": newest[0]}
        )
        if is_new:
            transaction.on_commit(partial(send_due, key=key))
    return is_new
