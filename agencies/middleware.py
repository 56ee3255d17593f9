"""What a session may last, and under which membership it acts."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from . import commands
from .models import Membership, User

Answer = Callable[[HttpRequest], HttpResponse]
STARTED, SEEN, ACTING = "started_at", "seen_at", "membership"
ENDED = "ended_because"
SEEN_EVERY = 60
WAITING = "waiting"
"""Pages that ask again by themselves (progress of an import) ask for `?waiting=1`: a page left open is no use."""


def start_session(request: HttpRequest, **kwargs: Any) -> None:
    """Receiver of user_logged_in: from here on half an hour and twelve hours are counted."""
    request.session[STARTED] = request.session[SEEN] = int(time.time())
    request.session.pop(ENDED, None)


def session_seconds(request: HttpRequest) -> int | None:
    """How long this session has lasted."""
    started = request.session.get(STARTED)
    return int(time.time()) - started if isinstance(started, int) else None


class Unkept:
    """What signed-in people are sent is theirs for now: no cache keeps it, nor a shared computer's browser."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if request.user.is_authenticated:
            patch_cache_control(answer, private=True, no_store=True)
        return answer


class SessionLimits:
    """Sign in again after 30 idle minutes and after 12 hours, on the server (CJIS Security Policy IA-5, AC-11).

    A session without its marks counts as over.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            now = int(time.time())
            seen = request.session.get(SEEN, 0)
            if why := self.over(request, now):
                seconds = session_seconds(request)
                commands.note_sign_out(actor=request.user, why=why, seconds=seconds)
                logout(request)
                request.session[ENDED] = why
            elif now - seen > SEEN_EVERY and WAITING not in request.GET:
                request.session[SEEN] = now
        return self.get_response(request)

    def over(self, request: HttpRequest, now: int) -> str:
        """Why the session is over, or nothing."""
        if now - request.session.get(STARTED, 0) > settings.SESSION_COOKIE_AGE:
            return "whole_time"
        return "idle" if now - request.session.get(SEEN, 0) > settings.SESSION_IDLE_SECONDS else ""


class ActingMembership:
    """Puts `request.membership` and `request.user.acting` in place: the one of the current `request.memberships` that
    this session acts under, or None. What the person may do follows from it alone; others count after a switch."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = self.acting(request)  # type: ignore[attr-defined]
        if isinstance(request.user, User):
            membership: Membership | None = request.membership  # type: ignore[attr-defined]
            request.user.acting = membership.pk if membership else None
            timezone.activate(request.user.time_zone)
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def acting(self, request: HttpRequest) -> Membership | None:
        if not isinstance(request.user, User):
            return None
        current = Membership.objects.current().filter(person=request.user).select_related("agency", "person")
        mine = request.memberships = list(current.order_by("started_at", "pk"))  # type: ignore[attr-defined]
        chosen = request.session.get(ACTING)
        found = next((each for each in mine if str(each.pk) == chosen), None)
        if found is None and mine:
            found = mine[0]
            request.session[ACTING] = str(found.pk)
        return found
