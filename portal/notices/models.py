"""The outbox: messages owed to people because of events. PostgreSQL holds it; Celery only empties it."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portal.audit.models import Event
from portal.kernel.ids import uuid7

LEASE = timedelta(seconds=settings.NOTICES_LEASE_SECONDS)
MOST_ATTEMPTS = 8


class NoticeQuerySet(models.QuerySet["Notice"]):
    def owed(self) -> "NoticeQuerySet":
        """Due now on the database's clock, and not leased to a worker."""
        unleased = Q(claimed_at=None) | Q(claimed_at__lt=Now() - LEASE)
        return self.filter(unleased, status=Notice.Status.OWED, next_try_at__lte=Now())

    def inbox_of(self, person_id: UUID) -> "NoticeQuerySet":
        """What one person finds in the portal."""
        return self.filter(recipient_id=person_id, channel=Notice.Channel.PORTAL, status=Notice.Status.SENT)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def over(self) -> "NoticeQuerySet":
        """Delivered longer ago than notices are kept, and read where that is known; their events stay."""
        kept = timedelta(days=settings.NOTICES_KEPT_DAYS)
        known = Q(channel=Notice.Channel.EMAIL) | Q(read_at__isnull=False)
        return self.filter(known, status=Notice.Status.SENT, settled_at__lt=Now() - kept)

    def failed(self) -> "NoticeQuerySet":
        """Given up after the last attempt; a portal administrator can have them tried again."""
        return self.filter(status=Notice.Status.FAILED)


class Notice(models.Model):
    """One message owed to one person on one channel because of one event."""

    class Channel(models.TextChoices):
        PORTAL = "portal", "In the portal"
        EMAIL = "email", "By email"

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
    made_at = models.DateTimeField(auto_now_add=True)

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
