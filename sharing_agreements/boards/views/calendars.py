"""A person's calendar of meetings, under an address that only they know."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.views.shared import person_of, pressed
from portal.kernel.access import members, public
from portal.kernel.policy import allows
from portal.kernel.throttle import within
from sharing_agreements.boards import commands, meeting_policy
from sharing_agreements.boards.commands.calendars import fingerprint
from sharing_agreements.boards.ical import calendar, with_changes
from sharing_agreements.boards.models import Board, CalendarFeed, Meeting

from .shared import crumbs

KEPT = timedelta(days=365)
"""How long a meeting that is over stays in the calendar."""
A_MINUTE = 60
"""How often one network address may ask for calendars; people of one courthouse share it."""


@members
@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Make the address, another in its place, or close it. The address is shown once, in answer to the button."""
    person = person_of(request)
    if not allows(meeting_policy.may_have_feed, person):
        raise Http404
    address = ""
    if request.method == "POST":
        key = commands.renew_calendar(actor=person)
        address = f"{settings.PORTAL_ADDRESS}{reverse('boards:calendar_feed')}?{urlencode({'key': key})}"
    context = {
        "crumbs": crumbs(request, None, "Calendar of meetings"),
        "feed": CalendarFeed.objects.filter(person=person).first(),
        "address": address,
    }
    answer = render(request, "boards/meeting_calendar.html", context)
    answer["Cache-Control"] = "no-store, private"
    return answer


@members
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if not allows(meeting_policy.may_have_feed, person) and not CalendarFeed.objects.filter(person=person).exists():
        raise Http404
    return pressed(
        request,
        lambda: commands.revoke_calendar(actor=person),
        "The address is closed. Calendars that read it get nothing any more.",
        "boards:calendar",
    )


@public
@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """The meetings of the boards of whoever the key belongs to; a wrong key finds nothing, like any wrong address."""
    if not within(request, "calendar_feed", most=A_MINUTE):
        return HttpResponse("Too many requests. Try again in a minute.", status=429, content_type="text/plain")
    key = request.GET.get("key", "")
    found = CalendarFeed.objects.filter(key_hash=fingerprint(key), person__is_active=True).select_related("person")
    owner = found.first()
    if owner is None:
        raise Http404
    since = timezone.now() - KEPT
    meetings = Meeting.objects.filter(board__in=Board.objects.of_member(owner.person), starts_at__gte=since)
    content = calendar(with_changes(meetings).order_by("starts_at"), f"Meetings, {settings.PORTAL_NAME}")
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "no-store, private"
    return answer
