"""What anybody may read of boards that meet in public: coming meetings with their agenda, and approved minutes."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet
from django.db.models.functions import Extract, Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.kernel.access import public
from portal.kernel.parts import part
from sharing_agreements.boards.models import Meeting, Minutes
from sharing_agreements.boards.policy import noticed_in_time
from sharing_agreements.boards.wording import blocks, clock

from . import pages
from .views import AT_ONCE, kept

M = Meeting.Status
MOST_COMING = 50


def held_in_public() -> QuerySet[Meeting]:
    """Meetings of boards that meet in public."""
    return Meeting.objects.filter(board__meets_in_public=True).select_related("board")


def _time(meeting: Meeting) -> str:
    """In the board's zone, whoever reads."""
    return clock(meeting.starts_at, ZoneInfo(meeting.time_zone))


@public
@require_safe
@kept(AT_ONCE)
def meetings(request: HttpRequest) -> HttpResponse:
    """Coming meetings, those that are cancelled too; and minutes, the newest first."""
    coming = held_in_public().filter(starts_at__gt=Now(), status__in=[M.CALLED, M.CANCELLED])
    now = held_in_public().filter(status=M.OPEN)
    approved = Minutes.objects.filter(approved_at__isnull=False, meeting__board__meets_in_public=True)
    newest_first = approved.select_related("meeting__board").annotate(
        back=0 - Extract(F("meeting__starts_at"), "epoch")
    )
    page = pages.of(newest_first, request.GET, by="back")
    context = {
        "section": "meetings",
        "coming": [_row(meeting) for meeting in [*now, *coming.order_by("starts_at")[:MOST_COMING]]],
        "coming_columns": _columns("Meeting", "Time", "Place", "State"),
        "page": page,
        "minutes": [_minutes_row(minutes) for minutes in page.items],
        "minutes_columns": _columns("Minutes", "Meeting of", "Approved"),
    }
    return render(request, "public/meetings.html", context)


def _columns(*labels: str) -> list[dict[str, Any]]:
    return [{"label": label, "head": number == 0} for number, label in enumerate(labels)]


def _link(meeting: Meeting) -> Any:
    return part("link", text=meeting.board.name, href=reverse("public:meeting", args=[meeting.pk]))


def _row(meeting: Meeting) -> list[Any]:
    kind = "Special meeting" if meeting.is_special else "Regular meeting"
    return [
        part("lines", text=_link(meeting), under=kind),
        _time(meeting),
        meeting.place,
        part("state", status=meeting.status),
    ]


def _minutes_row(minutes: Minutes) -> list[Any]:
    zone = ZoneInfo(minutes.meeting.time_zone)
    approved = minutes.approved_at.astimezone(zone).date() if minutes.approved_at else None
    return [_link(minutes.meeting), _time(minutes.meeting), approved]


@public
@require_safe
@kept(AT_ONCE)
def meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Time, place and agenda; the minutes once they are approved. Of closed business the legal ground alone."""
    found = get_object_or_404(held_in_public(), pk=pk)
    minutes = Minutes.objects.filter(meeting=found, approved_at__isnull=False).first()
    items = list(found.agenda.order_by("number"))
    for item in items:
        item.meeting = found
    context = {
        "section": "meetings",
        "meeting": found,
        "kind": "Special meeting" if found.is_special else "Regular meeting",
        "facts": [part("state", status=found.status), _time(found), found.place],
        "items": [
            {
                "number": item.number,
                "title": "Closed session" if item.closed_ground else item.title,
                "ground": item.closed_ground,
                "noticed": noticed_in_time(item),
            }
            for item in items
        ],
        "minutes": minutes,
        "text": blocks(minutes.public_text) if minutes else [],
        "noticed": clock(found.noticed_at, ZoneInfo(found.time_zone)),
        "approved": clock(minutes.approved_at, ZoneInfo(found.time_zone)) if minutes and minutes.approved_at else "",
    }
    return render(request, "public/meeting.html", context)
