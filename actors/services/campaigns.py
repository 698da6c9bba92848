"""Rounds of "please check your profile": whom to ask, sending, reminders, and ending.

Each person is asked once for each organization it speaks for: an address that stands at two
organizations gets two messages, each with the link to one of them, and never a second of either.
Addresses are the same whatever the case of their letters. What people do here leaves rows in the
history; what a mail server or a clock does shows in the moments of the invitation.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import User
from actors.framework import ActorStatus
from actors.models import Campaign, Contact, Invitation, OutboxMessage
from actors.models.campaign import CampaignStatus
from actors.models.outbox import MessageKind
from ecosystem.common.versions import record_change

from .links import revoke_links
from .outbox import NEW_LINK_KEY, is_running, waiting_messages
from .refusals import refused_among

MOST_REMINDERS: Final = 3
"""After so many without an answer, nobody is reminded again."""


class CampaignRefused(Exception):
    """Why a campaign can't do this now, in a sentence. Nothing was written."""


def save_campaign(campaign: Campaign, *, by: User, based_on: int) -> Campaign:
    """Store the message and the days of a campaign.

    Raises ``ChangedMeanwhile`` when it is not as the writer saw it. A new one that has the name of
    a draft of the same person with the same text is that draft: the form was sent twice.
    """
    if campaign._state.adding:
        return _create(campaign, by)
    with record_change(campaign, based_on=based_on):
        campaign.save()
    return campaign


def _create(campaign: Campaign, by: User) -> Campaign:
    with transaction.atomic():
        type(campaign.city).objects.select_for_update().get(pk=campaign.city.pk)
        same = Campaign.objects.filter(
            city=campaign.city,
            name=campaign.name,
            subject=campaign.subject,
            message=campaign.message,
            status=CampaignStatus.DRAFT,
            started_by=by,
        ).first()
        if same is not None:
            return same
        campaign.started_by = by
        campaign.save()
    return campaign


# ── Whom to ask ──────────────────────────────────────────────────────────────────────────────────


def choose(campaign: Campaign, contacts: Iterable[Contact], *, by: User) -> int:
    """Put people on the list, and say how many are new. Nothing is sent yet.

    Left out are those without an address, those on the list already, those whose organization is
    archived or elsewhere, addresses from which a message of this city came back, and those that
    asked not to be written to.
    """
    contacts = list(contacts)
    with transaction.atomic():
        Campaign.objects.select_for_update().get(pk=campaign.pk)
        known = {(row.actor_id, row.email.casefold()) for row in campaign.invitations.all()}
        dead = came_back(campaign.city_id)
        silent = refused_among(contact.email for contact in contacts)
        new = []
        for contact in contacts:
            key = (contact.actor_id, contact.email.casefold())
            actor = contact.actor
            is_here = actor.city_id == campaign.city_id and actor.status != ActorStatus.ARCHIVED
            is_dead = key[1] in dead or contact.email in silent
            if not contact.email or key in known or is_dead or not is_here:
                continue
            known.add(key)
            new.append(
                Invitation(campaign=campaign, actor=actor, contact=contact, email=contact.email)
            )
        if new:
            bulk_create_with_history(
                new, Invitation, default_user=by, default_change_reason="Chosen for a campaign"
            )
    return len(new)


def came_back(city_id: int) -> set[str]:
    """Addresses, in small letters, from which a message of this city came back."""
    bounced = Invitation.objects.filter(campaign__city=city_id, bounced_at__isnull=False)
    return {email.casefold() for email in bounced.values_list("email", flat=True)}


def unsent(campaign: Campaign) -> QuerySet[Invitation]:
    """People on the list to whom no message was ever written."""
    rows: QuerySet[Invitation] = campaign.invitations.filter(
        messages=None, sent_at=None, revoked_at=None
    )
    return rows.order_by("pk")


def leave_out(campaign: Campaign, invitations: Collection[int], *, by: User) -> int:
    """Take people off the list to whom nothing was written yet."""
    with transaction.atomic():
        Campaign.objects.select_for_update().get(pk=campaign.pk)
        rows = list(unsent(campaign).filter(pk__in=invitations))
        for row in rows:
            row._change_reason = "Taken off the list"  # type: ignore[attr-defined]
            row.delete()
    return len(rows)


# ── Sending ──────────────────────────────────────────────────────────────────────────────────────


def start(
    campaign: Campaign, *, by: User, based_on: int | None = None, up_to: int | None = None
) -> int:
    """Write to everybody on the list who was not written to; says to how many.

    A draft begins to run, a stopped campaign goes on. Addresses are taken once more from the
    people's records: who left, or has no address any longer, goes off the list. Who asked not to
    be written to stays on it, unwritten. ``up_to`` is the last invitation that the sender saw:
    who came onto the list after it waits for a sender who did. Done twice, it writes nothing new.
    Raises ``CampaignRefused``, and ``ChangedMeanwhile`` when it is not as the sender saw it.
    """
    with record_change(campaign, based_on=based_on):
        _read_again(campaign)
        today = timezone.localdate()
        if campaign.ends_on is not None and campaign.ends_on < today:
            raise CampaignRefused(
                _("The last day of this campaign is over. Change it first, then send.")
            )
        rows = _with_addresses_of_today(campaign, up_to)
        if not rows and campaign.status == CampaignStatus.DRAFT:
            if left_out(campaign):
                raise CampaignRefused(
                    _("Everybody on the list asked not to be written to. Nothing was sent.")
                )
            raise CampaignRefused(_("Nobody is on the list yet. Choose whom to ask first."))
        OutboxMessage.objects.bulk_create(
            OutboxMessage(key=f"invitation:{row.pk}", kind=MessageKind.INVITATION, invitation=row)
            for row in rows
        )
        campaign.status = CampaignStatus.RUNNING
        campaign.starts_on = campaign.starts_on or today
        campaign.started_by = campaign.started_by or by
        campaign._change_reason = "Sent"  # type: ignore[attr-defined]
        campaign.save()
    return len(rows)


def _read_again(campaign: Campaign) -> None:
    """All that is stored, under the lock; the version was raised already."""
    fields = [one.name for one in Campaign._meta.concrete_fields if one.name != "version"]
    campaign.refresh_from_db(fields=fields)


def left_out(campaign: Campaign) -> int:
    """How many on the list nobody writes to, because they asked for it."""
    emails = [row.email for row in unsent(campaign)]
    silent = refused_among(emails)
    return sum(email in silent for email in emails)


def _with_addresses_of_today(campaign: Campaign, up_to: int | None) -> list[Invitation]:
    found = []
    rows = unsent(campaign).select_related("contact")
    if up_to is not None:
        rows = rows.filter(pk__lte=up_to)
    silent = refused_among(row.contact.email for row in rows if row.contact)
    taken = {
        (row.actor_id, row.email.casefold())
        for row in campaign.invitations.filter(messages__isnull=False)
    }
    for row in rows:
        email = row.contact.email if row.contact else ""
        key = (row.actor_id, email.casefold())
        if not email or key in taken:
            row._change_reason = "No address any longer"  # type: ignore[attr-defined]
            row.delete()
            continue
        taken.add(key)
        if email != row.email:
            row.email = email
            row.save(update_fields=["email", "updated_at"])
        if email not in silent:
            found.append(row)
    return found


def send_again(invitation: Invitation, *, seen: int) -> bool:
    """Write to one person once more; the earlier link stops working.

    ``seen`` is how many messages to this person the page showed: sent twice, the form asks for the
    same message. False when it was asked for already. Raises ``CampaignRefused``.
    """
    if not is_running(invitation.campaign):
        raise CampaignRefused(_("This campaign does not run, so it sends nothing."))
    if invitation.revoked_at or invitation.bounced_at:
        raise CampaignRefused(
            _("This person gets no more messages: the link was taken back, or a message came back.")
        )
    if refused_among([invitation.email]):
        raise CampaignRefused(_("This person asked not to be written to. Nothing was sent."))
    _message, is_new = OutboxMessage.objects.get_or_create(
        key=f"again:{invitation.pk}:{seen}",
        defaults={"kind": MessageKind.INVITATION, "invitation": invitation},
    )
    return is_new


# ── Reminders ────────────────────────────────────────────────────────────────────────────────────


class Due(NamedTuple):
    """Who is to be reminded, and who would be but asked not to be written to.

    Those who have waited longest first.
    """

    reminders: list[Invitation]
    no_mail: list[Invitation]


def due_reminders(today: date, campaign: Campaign | None = None) -> Due:
    """Who is to be reminded today.

    Asked by a running campaign at least ``reminder_every_days`` ago, counted from the day of the
    last message of any kind, without an answer, reminded fewer than ``MOST_REMINDERS`` times, and
    with no message that waits.
    """
    waiting = Invitation.objects.filter(
        campaign__status=CampaignStatus.RUNNING,
        sent_at__isnull=False,
        answered_at=None,
        bounced_at=None,
        revoked_at=None,
        reminder_count__lt=MOST_REMINDERS,
    ).exclude(actor__status=ActorStatus.ARCHIVED)
    queued = OutboxMessage.objects.filter(waiting_messages()).values("invitation")
    waiting = waiting.exclude(pk__in=queued)
    if campaign is not None:
        waiting = waiting.filter(campaign=campaign)
    rows = waiting.annotate(
        last_mail=Coalesce(Max("messages__sent_at"), "reminded_at", "sent_at")
    ).select_related("campaign")
    due: list[Invitation] = []
    for row in rows.order_by("last_mail", "pk"):
        every = timedelta(days=max(1, row.campaign.reminder_every_days))
        if is_running(row.campaign) and timezone.localdate(row.last_mail) + every <= today:
            due.append(row)
    silent = refused_among(row.email for row in due)
    return Due(
        [row for row in due if row.email not in silent],
        [row for row in due if row.email in silent],
    )


def queue_reminders(due: Due) -> int:
    """Write the reminders of a day into the outbox; says how many are new.

    The key of each holds its number: whoever asks again before it went out, or at the same time,
    asks for the same one.
    """
    wanted = {f"reminder:{row.pk}:{row.reminder_count + 1}": row for row in due.reminders}
    with transaction.atomic():
        known = set(OutboxMessage.objects.filter(key__in=wanted).values_list("key", flat=True))
        OutboxMessage.objects.bulk_create(
            (
                OutboxMessage(key=key, kind=MessageKind.REMINDER, invitation=row)
                for key, row in wanted.items()
                if key not in known
            ),
            ignore_conflicts=True,
        )
    return len(wanted) - len(known)


# ── Ending ───────────────────────────────────────────────────────────────────────────────────────


def stop(campaign: Campaign, *, based_on: int | None = None) -> None:
    """Send nothing more: no reminder, and nothing that still waits. Links that are out work on.

    Raises ``ChangedMeanwhile`` when it is not as the writer saw it.
    """
    with record_change(campaign, based_on=based_on):
        _read_again(campaign)
        own = OutboxMessage.objects.filter(invitation__campaign=campaign)
        own.filter(waiting_messages()).exclude(key__startswith=NEW_LINK_KEY).delete()
        campaign.status = CampaignStatus.STOPPED
        campaign._change_reason = "Stopped"  # type: ignore[attr-defined]
        campaign.save(update_fields=["status", "version", "updated_at"])


def revoke(invitations: Collection[Invitation], *, by: User) -> int:
    """Take links back, and what people opened with them; says how many. They get no more mail."""
    with transaction.atomic():
        count = revoke_links(invitations)
        changed = Invitation.objects.filter(pk__in=[row.pk for row in invitations])
        _leave_trace(list(changed), by, "Link taken back")
    return count


def mark_bounced(invitation: Invitation, *, by: User) -> None:
    """A message came back: this person gets none any longer."""
    _set_bounced(invitation, by, is_bounced=True)


def unmark_bounced(invitation: Invitation, *, by: User) -> None:
    """The address works after all."""
    _set_bounced(invitation, by, is_bounced=False)


def _set_bounced(invitation: Invitation, by: User, *, is_bounced: bool) -> None:
    with record_change(invitation):
        invitation.refresh_from_db(fields=["bounced_at"])
        if bool(invitation.bounced_at) == is_bounced:
            return
        invitation.bounced_at = timezone.now() if is_bounced else None
        invitation._change_reason = (  # type: ignore[attr-defined]
            "Message came back" if is_bounced else "Address works"
        )
        invitation._history_user = by  # type: ignore[attr-defined]
        invitation.save(update_fields=["bounced_at", "version", "updated_at"])


def _leave_trace(invitations: list[Invitation], by: User, reason: str) -> None:
    """History rows for what one UPDATE did to all of them."""
    if invitations:
        bulk_update_with_history(
            invitations,
            Invitation,
            ["revoked_at"],
            default_user=by,
            default_change_reason=reason,
        )
