"""Mail that the answer does not wait for."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)

_posting: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


def send_later(message: EmailMessage) -> "Future[None]":
    """Send in the background. A process that ends in good order sends what is waiting first.

    A message that cannot be sent is logged, without its address and text.
    """
    return _posting.submit(_send, message)


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception:
        logger.exception("A message could not be sent.")
