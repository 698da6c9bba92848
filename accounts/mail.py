"""Mail, and what else the answer does not wait for."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from django.core.mail import EmailMessage
from django.db import connections

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


def do_later(job: Callable[[str], object], email: str) -> "Future[None]":
    """Do something about an address in the background, in turn with the mails.

    What fails is logged without the address, and without words of an error that may hold it.
    """
    return _posting.submit(_do, job, email)


def _do(job: Callable[[str], object], email: str) -> None:
    try:
        job(email)
    except Exception as error:
        logger.error("%s failed: %s", job.__name__, type(error).__name__)
    finally:
        connections.close_all()  # this thread's own: no request ends here to close them
