"""The outbox: messages owed to people because of events. PostgreSQL holds it; Celery only empties it.

And what people chose about how they are told.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from portal.audit.models import Event
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet

from .groups import Way, most_urgent

if TYPE_CHECKING:
    from agencies.models import User

    from .kinds import Kind

LEASE = timedelta(seconds=settings.NOTICES_LEASE_SECONDS)
MOST_ATTEMPTS = 8


class NoticeQuerySet(models.QuerySet["Notice"]):
    def owed(self) -> NoticeQuerySet:
        """Due now on the database's clock, and not leased to a worker."""
        unleased = Q(claimed_at=None) | Q(claimed_at__lt=Now() - LEASE)
        return self.filter(unleased, status=Notice.Status.OWED, next_try_at__lte=Now())

    def inbox_of(self, person_id: UUID) -> NoticeQuerySet:
        """What one person finds in the portal."""
        return self.filter(recipient_id=person_id, channel=Notice.Channel.PORTAL, status=Notice.Status.SENT)

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)

    def over(self) -> NoticeQuerySet:
        """Delivered longer ago than notices are kept, and read where that is known; their events stay."""
        kept = timedelta(days=settings.NOTICES_KEPT_DAYS)
        known = ~Q(channel=Notice.Channel.PORTAL) | Q(read_at__isnull=False)
        return self.filter(known, status=Notice.Status.SENT, settled_at__lt=Now() - kept)

    def failed(self) -> NoticeQuerySet:
        """Given up after the last attempt; a portal administrator can have them tried again."""
        return self.filter(status=Notice.Status.FAILED)


class Notice(models.Model):
    """One message owed to one person on one channel because of one event."""

    class Channel(models.TextChoices):
        PORTAL = "portal", "In the portal"
        EMAIL = "email", "By email"
        DIGEST = "digest", "In the daily digest"

    class Status(models.TextChoices):
        OWED = "owed", "Owed"
        SENT = "sent", "Sent"
        DROPPED = "dropped", "No longer owed"
        FAILED = "failed", "Failed for good"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="notices")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel)
    status = models.CharField(max_length=8, choices=Status, default=Status.OWED)
    claimed_at = models.DateTimeField(null=True, help_text="Since when a worker has it to itself")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often a worker began on it")
    next_try_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True, help_text="When it was sent, dropped or given up")
    why = models.CharField(max_length=100, blank=True, help_text="Why it was dropped or failed: a code, never content")
    read_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(db_default=Now())

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "recipient", "channel"], name="notice_once"),
            models.CheckConstraint(
                name="notice_settled_or_owed",
                condition=Q(status="owed", settled_at=None) | ~Q(status="owed") & Q(settled_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["channel", "next_try_at"], name="notice_owed", condition=Q(status="owed")),
            models.Index(
                fields=["recipient", "-id"], name="notice_inbox", condition=Q(channel="portal", status="sent")
            ),
            models.Index(fields=["-id"], name="notice_failed", condition=Q(status="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.channel} notice {self.pk}"


MAIL_LEASE = timedelta(minutes=10)


class OwedMail(models.Model):
    """A mail owed to an address that no notice can reach, since nobody signs in with it. It holds no secret and no
    content: a worker writes the letter when it sends. See `outbox`."""

    class Status(models.TextChoices):
        OWED = "owed", "Owed"
        SENT = "sent", "Sent"
        DROPPED = "dropped", "No longer owed"
        FAILED = "failed", "Failed for good"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    status = models.CharField(max_length=8, choices=Status, default=Status.OWED)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True, help_text="When it was sent, dropped or given up")
    why = models.CharField(max_length=100, blank=True, help_text="Why it was dropped or failed: a code, never content")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


DIGEST_HOUR = 7


class Preferences(models.Model):
    """How one person is told. Without a row, or without a word on a group, the group's own default holds."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notice_preferences")
    ways = models.JSONField(default=dict, help_text="By key of the group, only what the person chose")
    digest_hour = models.PositiveSmallIntegerField(default=DIGEST_HOUR, help_text="Full hour in the person's time zone")

    objects = TrackedQuerySet["Preferences"].as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "preferences"
        constraints = [models.CheckConstraint(name="preferences_hour_of_a_day", condition=Q(digest_hour__lte=23))]

    def __str__(self) -> str:
        return f"Preferences of {self.person}"

    def way(self, kinds: list[Kind]) -> Way:
        """The way of telling this person of an event that concerns them through these kinds."""
        return most_urgent([self._way(kind) for kind in kinds])

    def _way(self, kind: Kind) -> Way:
        if kind.asks or kind.group.fixed:
            return Way.NOW
        return Way(self.ways.get(kind.group.key, kind.group.default))

    def next_digest(self, now: datetime) -> datetime:
        """The first moment after `now` at which the person's clock shows the hour of the digest."""
        try:
            zone = ZoneInfo(self.person.time_zone)
        except (LookupError, ValueError):  # a zone that this server does not know: no reason to fail a command
            zone = ZoneInfo("UTC")
        today = now.astimezone(zone).date()
        days = (today, today + timedelta(days=1))
        moments = (datetime.combine(day, time(self.digest_hour), zone).astimezone(UTC) for day in days)
        return next(moment for moment in moments if moment > now)


def preferences_of(person: User) -> Preferences:
    """What the person chose; without a row the defaults, not saved."""
    try:
        return person.notice_preferences
    except Preferences.DoesNotExist:
        return Preferences(person=person)
