"""Logs that a machine can read: one JSON object a line, with the id of the request.

No line holds the token of a personal link, or of one that ends letters, whoever writes it:
the site, Django, or the server in front of them in the same process.
"""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from uuid import uuid4

from asgiref.sync import iscoroutinefunction
from django.utils.decorators import sync_and_async_middleware

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

_LINK = re.compile(r"((?:/|%2F)p(?:/|%2F)(?:no-mail(?:/|%2F))?)[A-Za-z0-9_-]{16,}", re.IGNORECASE)
"""An address with a token; the screens behind a personal link have shorter names."""

_ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


@sync_and_async_middleware
def request_id_middleware(get_response):
    """Give every request an id: in its log lines, and as ``X-Request-ID`` in the answer.

    An id that a proxy sent is kept when it is short and plain, so that its log and ours join up.
    """

    def begin(request):
        sent = request.headers.get("X-Request-ID", "")
        request.id = sent if _ACCEPTED_ID.fullmatch(sent) else uuid4().hex
        return request_id.set(request.id)

    def end(request, response, token):
        request_id.reset(token)
        response.headers["X-Request-ID"] = request.id
        return response

    async def answer_later(request):
        token = begin(request)
        return end(request, await get_response(request), token)

    def answer(request):
        token = begin(request)
        return end(request, get_response(request), token)

    return answer_later if iscoroutinefunction(get_response) else answer


def without_links(text: str) -> str:
    """The text with the tokens of links left out."""
    return _LINK.sub(r"\1[…]", text)


class LinklessRecord(logging.LogRecord):
    """A log record that never says which personal link was asked for."""

    def getMessage(self) -> str:  # noqa: N802  # logging's name
        return without_links(super().getMessage())


def keep_links_out() -> None:
    """Make every logger of this process write such records."""
    logging.setLogRecordFactory(LinklessRecord)


class JsonFormatter(logging.Formatter):
    """Time (UTC), level, logger, message, request id; the traceback as one field."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            # Django logs a failed answer after the middleware, with the request in the record.
            "request_id": request_id.get() or getattr(getattr(record, "request", None), "id", None),
        }
        if status := getattr(record, "status_code", None):
            line["status"] = status
        if record.exc_info:
            line["traceback"] = without_links(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)
