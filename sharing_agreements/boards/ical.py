"""Meetings as iCalendar (RFC 5545): when, where and whose, and a link. What is decided there is not in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from icalendar import Calendar
from icalendar import Event as Entry

from .models import Meeting

USUAL_LENGTH = timedelta(hours=1)
"""A notice names no end; calendars show a meeting for so long until it is adjourned."""


def with_changes(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Meetings with how often they changed since they were called, and when last."""
    rows = Meeting.history.filter(id=OuterRef("pk")).order_by()
    count = rows.values("id").annotate(rows=Count("pk")).values("rows")
    newest = rows.order_by("-history_date").values("history_date")[:1]
    return meetings.select_related("board").annotate(saved=Coalesce(Subquery(count), 1), changed_at=Subquery(newest))


def calendar(meetings: Iterable[Meeting], name: str) -> bytes:
    """The file. `meetings`: from `with_changes`."""
    made = Calendar()
    made.add("prodid", f"-//{settings.PORTAL_NAME}//Boards//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    for meeting in meetings:
        made.add_component(_entry(meeting))
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _entry(meeting: Meeting) -> Entry:
    zone, entry = ZoneInfo(meeting.time_zone), Entry()
    starts = (meeting.opened_at or meeting.starts_at).astimezone(zone)
    ends = meeting.adjourned_at.astimezone(zone) if meeting.adjourned_at else starts + USUAL_LENGTH
    address = settings.PORTAL_ADDRESS + reverse("boards:meeting", args=[meeting.pk])
    saved, changed_at = meeting.saved, meeting.changed_at  # type: ignore[attr-defined]
    cancelled = meeting.status == Meeting.Status.CANCELLED
    entry.add("uid", f"{meeting.pk}@{urlsplit(settings.PORTAL_ADDRESS).hostname}")
    entry.add("sequence", saved - 1)
    entry.add("dtstamp", changed_at)
    entry.add("last-modified", changed_at)
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    entry.add("summary", f"{'Cancelled: ' if cancelled else ''}{meeting.board}, {_kind(meeting)}")
    entry.add("location", meeting.place)
    entry.add("description", f"Agenda and minutes: {address}")
    entry.add("url", address)
    entry.add("dtstart", starts)
    entry.add("dtend", ends)
    return entry


def _kind(meeting: Meeting) -> str:
    return "special meeting" if meeting.is_special else "meeting"
