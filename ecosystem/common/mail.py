"""Mail of a development server: printed, and kept for a page that shows it."""

from collections.abc import Sequence
from typing import Any, Final

from django.core.cache import cache
from django.core.mail import EmailMessage
from django.core.mail.backends.console import EmailBackend
from django.utils import timezone

KEPT_UNDER: Final = "development-outbox"
MOST_KEPT: Final = 50
KEPT_SECONDS: Final = 7 * 24 * 60 * 60


class KeepingBackend(EmailBackend):
    """Prints each mail to the log, and keeps the last ``MOST_KEPT`` in the cache.

    Only for development: what it keeps has personal links in it.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        sent = super().send_messages(email_messages)
        new = [
            {
                "subject": message.subject,
                "to": ", ".join(message.to),
                "reply_to": ", ".join(message.reply_to),
                "body": str(message.body),
                "sent_at": timezone.now(),
            }
            for message in email_messages
        ]
        cache.set(KEPT_UNDER, [*reversed(new), *kept_mails()][:MOST_KEPT], KEPT_SECONDS)
        return sent or 0


def kept_mails() -> list[dict[str, Any]]:
    """The mails that were sent last, newest first."""
    kept: list[dict[str, Any]] = cache.get(KEPT_UNDER, [])
    return kept
