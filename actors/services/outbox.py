"""Sends what waits in the outbox, each message at most once.

A message is claimed before it is sent, by one UPDATE that is committed first: of several senders
exactly one gets it, on every database and without holding a lock while the mail server is asked.

* What the server took is sent. What it refused for good (5xx at the address) is not tried again,
  and its invitation counts as bounced. What it put off is tried again later, ``MOST_TRIES`` times.
* Where the connection broke while a message was handed over, nobody can know whether it went
  out. It is not sent again by itself: the convener sees it and decides.
* When the server can't be reached, nothing is claimed and everything waits.

Due is what was never tried, and what was put off until now.
"""

import logging
import smtplib
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from actors.models import Campaign, Invitation, OutboxMessage
from actors.models.campaign import CampaignStatus
from actors.models.outbox import MessageKind

from .letters import Recipient, site_address, write_letter
from .links import LINK_DAYS, make_link, newest_invitations
from .refusals import no_mail_path, refusal_key, refused_among

logger = logging.getLogger(__name__)

MOST_TRIES: Final = 6
FIRST_WAIT: Final = timedelta(minutes=10)
"""Before the second try; each further wait is four times as long: in all a little over two days."""

NEW_LINK_KEY: Final = "new-link:"
"""How keys of links begin that somebody asked for: those go out also when the campaign is over."""

REFUSED, PUT_OFF, NOT_WANTED, NO_MAIL = "refused", "put off", "not wanted", "no mail"
"""First word of ``OutboxMessage.error``; the number of the server's answer follows, never its
words, which often name the address. Claimed and without any of them: nobody knows."""

NO_ADDRESS: Final = 553
"""The number mail servers give for what is no address to them."""


@dataclass(slots=True)
class Sending:
    """What came of a run. ``unsure`` may or may not have gone out; ``waiting`` wait for another.

    ``no_mail`` were for people who asked not to be written to. ``is_reachable`` is False when the
    mail server was not.
    """

    sent: int = 0
    refused: int = 0
    put_off: int = 0
    not_wanted: int = 0
    no_mail: int = 0
    unsure: int = 0
    waiting: int = 0
    is_reachable: bool = True


def due_messages(now: datetime) -> Q:
    """Never tried, or put off until ``now``."""
    return Q(sent_at=None) & (Q(attempts=0, next_try_at=None) | Q(next_try_at__lte=now))


def waiting_messages() -> Q:
    """Not sent yet, but it will be: now or later."""
    return Q(sent_at=None) & (Q(attempts=0) | Q(next_try_at__isnull=False))


def unsure_messages() -> Q:
    """Handed to the server without an answer: perhaps sent."""
    return Q(sent_at=None, attempts__gt=0, next_try_at=None, error="")


def send_due(
    *, campaign: Campaign | None = None, key: str = "", seconds: float | None = None
) -> Sending:
    """Send what is due, oldest first: all, or of one campaign, or the message with one key.

    Begin none after ``seconds``. Raises ``letters.CannotSend`` when no link can be written, or
    nobody knows who must not be written to. Not inside a transaction.
    """
    site_address("/")
    refusal_key()
    done = Sending()
    messages = _due(campaign, key)
    waiting = list(messages.order_by("pk").values_list("pk", "attempts"))
    if waiting:
        _send_all(waiting, done, time.monotonic() + seconds if seconds else float("inf"))
    done.waiting = _due(campaign, key).count()
    return done


def _due(campaign: Campaign | None, key: str) -> QuerySet[OutboxMessage]:
    messages: QuerySet[OutboxMessage] = OutboxMessage.objects.filter(due_messages(timezone.now()))
    messages = messages.filter(key=key) if key else messages
    return messages.filter(invitation__campaign=campaign) if campaign else messages


def _send_all(waiting: list[tuple[int, int]], done: Sending, until: float) -> None:
    connection = get_connection()
    try:
        connection.open()
    except Exception as error:
        kind = type(error).__name__  # its text may hold a password
        logger.error("The mail server could not be reached: %s. Messages wait.", kind)
        done.is_reachable = False
        return
    try:
        for pk, attempts in waiting:
            if time.monotonic() >= until:
                return
            if _claim(pk, attempts) and not _send_one(pk, connection, done):
                return
    finally:
        connection.close()


def _claim(pk: int, attempts: int) -> bool:
    """Whether this sender is the one that sends the message. Stored when it returns."""
    with transaction.atomic(durable=True):
        mine = OutboxMessage.objects.filter(
            due_messages(timezone.now()), pk=pk, attempts=attempts
        ).update(attempts=F("attempts") + 1, next_try_at=None, error="")
    return mine == 1


def _send_one(pk: int, connection: Any, done: Sending) -> bool:
    """Send a claimed message. False when the connection is of no use for the next."""
    message = OutboxMessage.objects.select_related(
        "invitation__campaign__city",
        "invitation__campaign__started_by",
        "invitation__actor",
        "invitation__contact",
    ).get(pk=pk)
    if not is_wanted(message):
        _put_down(message, NOT_WANTED)
        done.not_wanted += 1
        return True
    if not is_asked_for(message) and refused_among([message.invitation.email]):
        _put_down(message, NO_MAIL)
        done.no_mail += 1
        return True
    try:
        mail = _mail(message, connection)
    except ValueError:  # revoked meanwhile: there is no link to send
        _put_down(message, NOT_WANTED)
        done.not_wanted += 1
        return True
    return _hand_over(message, mail, connection, done)


def _hand_over(message: OutboxMessage, mail: EmailMessage, connection: Any, done: Sending) -> bool:
    try:
        connection.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as refusal:
        code = min((int(answer[0]) for answer in refusal.recipients.values()), default=550)
        _refused(message, code, done, is_address=True)
        return True
    except smtplib.SMTPResponseException as refusal:
        _refused(message, int(refusal.smtp_code), done, is_address=False)
        return True
    except (ValueError, smtplib.SMTPNotSupportedError):
        _refused(message, NO_ADDRESS, done, is_address=True)  # found out before anything was sent
        return True
    except Exception as error:
        # Not its text, which may hold the address.
        kind = type(error).__name__
        logger.error("Message %s may have been sent or not: %s.", message.pk, kind)
        done.unsure += 1
        return False
    _sent(message)
    done.sent += 1
    return True


def is_wanted(message: OutboxMessage) -> bool:
    """Whether it should still go out, now that it is its turn."""
    invitation = message.invitation
    if not invitation.email or invitation.revoked_at or invitation.bounced_at:
        return False
    if is_asked_for(message):
        return True
    if message.kind == MessageKind.REMINDER and invitation.answered_at:
        return False
    return is_running(invitation.campaign)


def is_asked_for(message: OutboxMessage) -> bool:
    """A link that its reader asked for: it also goes to who wants no letters otherwise."""
    return message.key.startswith(NEW_LINK_KEY)


def is_running(campaign: Campaign) -> bool:
    """Started, not stopped, and its last day is not over."""
    today = timezone.localdate()
    begun = campaign.starts_on is None or campaign.starts_on <= today
    over = campaign.ends_on is not None and campaign.ends_on < today
    return campaign.status == CampaignStatus.RUNNING and begun and not over


def reply_address(campaign: Campaign) -> str:
    """Where answers go: whoever started the campaign, as long as the account is in use."""
    person = campaign.started_by
    return person.email if person is not None and person.is_active else ""


def _mail(message: OutboxMessage, connection: Any) -> EmailMessage:
    """The letter with new personal links, which exist nowhere else."""
    invitation = message.invitation
    is_new_link = is_asked_for(message)
    also = newest_invitations(invitation.email) if is_new_link else []
    no_mail = site_address(no_mail_path(invitation.email, invitation.campaign.language))
    campaign = invitation.campaign
    is_reminder = message.kind == MessageKind.REMINDER and invitation.sent_at
    letter = write_letter(
        campaign,
        Recipient(
            name=invitation.contact.name if invitation.contact else "",
            organization=invitation.actor.name,
            link=_new_link(invitation),
            no_mail=no_mail,
            was_asked_for=is_new_link,
            others=tuple(
                (one.actor.name, one.campaign.city.name, _new_link(one))
                for one in also
                if one.actor_id != invitation.actor_id
            ),
            valid_until=timezone.localdate() + timedelta(days=LINK_DAYS),
            reminds_of=timezone.localdate(invitation.sent_at) if is_reminder else None,
        ),
    )
    reply_to = reply_address(campaign)
    return EmailMessage(
        letter.subject,
        letter.body,
        to=[invitation.email],
        reply_to=[reply_to] if reply_to else None,
        headers={  # RFC 8058: the button of a mail program
            "List-Unsubscribe": f"<{no_mail}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        connection=connection,
    )


def _new_link(invitation: Invitation) -> str:
    return site_address(make_link(invitation, days=LINK_DAYS))


def _sent(message: OutboxMessage) -> None:
    now = timezone.now()
    with transaction.atomic():
        OutboxMessage.objects.filter(pk=message.pk).update(sent_at=now, error="")
        changed: dict[str, Any] = {"sent_at": Coalesce("sent_at", now)}
        if message.kind == MessageKind.REMINDER:
            changed |= {"reminded_at": now, "reminder_count": F("reminder_count") + 1}
        _change(message.invitation, now, changed)


def _refused(message: OutboxMessage, code: int, done: Sending, *, is_address: bool) -> None:
    """For good with 5xx at the address; anything else is tried again while tries are left."""
    if is_address and code >= 500:
        now = timezone.now()
        with transaction.atomic():
            _put_down(message, f"{REFUSED} {code}")
            _change(message.invitation, now, {"bounced_at": Coalesce("bounced_at", now)})
        done.refused += 1
    elif message.attempts >= MOST_TRIES:
        _put_down(message, f"{REFUSED} {code}")
        done.refused += 1
    else:
        wait = FIRST_WAIT * 4 ** (message.attempts - 1)
        OutboxMessage.objects.filter(pk=message.pk).update(
            error=f"{PUT_OFF} {code}", next_try_at=timezone.now() + wait
        )
        done.put_off += 1


def _put_down(message: OutboxMessage, why: str) -> None:
    OutboxMessage.objects.filter(pk=message.pk).update(error=why, next_try_at=None)


def _change(invitation: Invitation, now: datetime, changed: dict[str, Any]) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(
        version=F("version") + 1, updated_at=now, **changed
    )
