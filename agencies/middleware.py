"""What a session may last, and under which membership it acts."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from .models import Membership, User

Answer = Callable[[HttpRequest], HttpResponse]
STARTED, SEEN, ACTING = "started_at", "seen_at", "membership"
SEEN_EVERY = 60


class SessionLimits:
    """Sign in again after 30 idle minutes and after 12 hours, on the server (CJIS Security Policy IA-5, AC-11)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            started = request.session.setdefault(STARTED, now)
            seen = request.session.get(SEEN, now)
            if now - seen > settings.SESSION_IDLE_SECONDS or now - started > settings.SESSION_COOKIE_AGE:
                logout(request)
            elif SEEN not in request.session or now - seen > SEEN_EVERY:
                request.session[SEEN] = now
        return self.get_response(request)


class ActingMembership:
    """Puts `request.membership` in place: the one current membership that this session acts under, or None."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = self.acting(request)  # type: ignore[attr-defined]
        if isinstance(request.user, User):
            timezone.activate(request.user.time_zone)
        answer = self.get_response(request)
        timezone.deactivate()
        return answer

    def acting(self, request: HttpRequest) -> Membership | None:
        if not isinstance(request.user, User):
            return None
        mine = Membership.objects.current().filter(person=request.user).select_related("agency", "person")
        chosen = request.session.get(ACTING)
        found = mine.filter(pk=chosen).first() if chosen else None
        if found is None:
            found = mine.order_by("started_at", "pk").first()
            if found is not None:
                request.session[ACTING] = str(found.pk)
        return found
