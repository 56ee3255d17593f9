"""Meetings: notice, agenda, attendance, minutes."""

from __future__ import annotations

import hashlib
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.dateformat import format as date_format
from simple_history.models import HistoricalRecords

from agencies.models import User
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet

from .boards import Board, Seat


class MeetingQuerySet(TrackedQuerySet["Meeting"]):
    def coming(self) -> MeetingQuerySet:
        """Called and not yet begun."""
        return self.filter(status=Meeting.Status.CALLED, starts_at__gt=Now())

    def visible_to(self, person: User) -> MeetingQuerySet:
        """Meetings of the boards that the person reads."""
        return self.filter(board__in=Board.objects.visible_to(person).values("pk"))


class Meeting(models.Model):
    """A noticed meeting of a board."""

    class Status(models.TextChoices):
        CALLED = "called", "Called"
        OPEN = "in_session", "In session"
        ADJOURNED = "adjourned", "Adjourned"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    board = models.ForeignKey(Board, models.PROTECT, related_name="meetings")
    status = models.CharField(max_length=10, choices=Status, default=Status.CALLED)
    starts_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64, default="America/Los_Angeles", help_text="In which its time is noticed")
    place = models.CharField(max_length=200)
    business = models.TextField(blank=True)
    is_special = models.BooleanField(default=False, help_text="A special meeting has a notice period of its own")
    noticed_at = models.DateTimeField(auto_now_add=True)
    notice_hours = models.PositiveSmallIntegerField(
        default=0, help_text="What the charter asked for when it was called"
    )
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    adjourned_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.CharField(max_length=500, blank=True)

    objects = MeetingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_at"]

    def __str__(self) -> str:
        return f"{self.board}, {self.day}"

    @property
    def day(self) -> str:
        """The day on the meeting's own clock: `Nov 3, 2026`."""
        return date_format(self.starts_at.astimezone(ZoneInfo(self.time_zone)), "M j, Y")


class AgendaItem(models.Model):
    """A piece of business of a meeting. Final action is taken only on what was noticed in time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    motion = models.ForeignKey("boards.Motion", models.PROTECT, null=True, blank=True, related_name="agenda_items")
    minutes = models.ForeignKey(
        "boards.Minutes", models.PROTECT, null=True, blank=True, related_name="agenda_items", help_text="To approve"
    )
    closed_ground = models.CharField(
        max_length=200, blank=True, help_text="Legal ground for closed session; empty: open"
    )
    added_at = models.DateTimeField(db_default=Now())
    discussion = models.TextField(blank=True, help_text="What the minutes say of it")

    objects = TrackedQuerySet["AgendaItem"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["number"]
        constraints = [
            # Two items change places in one transaction.
            models.UniqueConstraint(
                fields=["meeting", "number"], name="agendaitem_number", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["meeting", "motion"], name="agendaitem_motion_once"),
            models.UniqueConstraint(fields=["meeting", "minutes"], name="agendaitem_minutes_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Attendance(models.Model):
    """That somebody took a seat at a meeting, presided there, or left it. Written once; the newest of a seat counts."""

    class Move(models.TextChoices):
        ARRIVED = "arrived", "Arrived"
        PRESIDES = "presides", "Took the chair pro tem"
        LEFT = "left", "Left"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendance")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    move = models.CharField(max_length=8, choices=Move)
    sequence = models.PositiveIntegerField(help_text="1, 2, 3 ... within the meeting, in the order of the lock")
    at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint(fields=["meeting", "sequence"], name="attendance_sequence")]

    def __str__(self) -> str:
        return f"{self.seat}: {self.get_move_display().lower()}"


class Minutes(models.Model):
    """What was done at a meeting, drafted from what was recorded; approved at a later meeting of the board."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes")
    public_text = models.TextField()
    closed_text = models.TextField(blank=True, help_text="Of closed sessions: for members only")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_in = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="approved_minutes")

    objects = TrackedQuerySet["Minutes"].as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="minutes_approved_in_a_meeting",
                condition=Q(approved_at=None, approved_in=None)
                | Q(approved_at__isnull=False, approved_in__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"Minutes of {self.meeting}"

    @property
    def sha256(self) -> str:
        """Of both versions: what somebody read and approves, or corrects, is just this."""
        return hashlib.sha256(f"{self.public_text}\0{self.closed_text}".encode()).hexdigest()


class CalendarFeed(models.Model):
    """The secret address under which a person's calendar program reads the meetings of their boards."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    key_hash = models.CharField(
        max_length=64, unique=True, help_text="SHA-256 of the key; the key itself is shown once"
    )
    made_at = models.DateTimeField(db_default=Now())

    objects = TrackedQuerySet["CalendarFeed"].as_manager()
    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"Calendar of {self.person}"
