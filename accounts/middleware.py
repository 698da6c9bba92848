"""How long a sign-in lasts."""

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

BEGUN: Final = "session_begun"
SEEN: Final = "session_seen"
"""Keys in a session: seconds since 1970."""

WRITTEN_EVERY: Final = 300
"""Seconds. A session is not written at each request: a page would wait for the database."""


def session_begins(request: HttpRequest, **kwargs: Any) -> None:
    """Connected to Django's signal of signing in when the program starts."""
    request.session[BEGUN] = request.session[SEEN] = int(time.time())


class SessionLimitMiddleware:
    """Signs out who was idle for too long, or signed in too long ago.

    ``SESSION_IDLE_SECONDS`` counts from the last request, give or take ``WRITTEN_EVERY``;
    ``SESSION_ABSOLUTE_SECONDS`` from signing in, whatever happened since. A session without the
    time when it began has been made by an earlier version of the program, and ends.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._check(request)
        return self.get_response(request)

    def _check(self, request: HttpRequest) -> None:
        now = int(time.time())
        begun, seen = request.session.get(BEGUN, 0), request.session.get(SEEN, 0)
        if (
            now - seen > settings.SESSION_IDLE_SECONDS
            or now - begun > settings.SESSION_ABSOLUTE_SECONDS
        ):
            logout(request)
            messages.info(request, _("You were signed out after a while, to be safe."))
        elif now - seen > WRITTEN_EVERY:
            request.session[SEEN] = now
