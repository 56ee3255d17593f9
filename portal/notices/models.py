"""The outbox: messages owed to people because of events. PostgreSQL holds it; Celery only empties it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portal.audit.models import Event
from portal.kernel.ids import uuid7

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 8


class NoticeQuerySet(models.QuerySet["Notice"]):
    def owed(self) -> "NoticeQuerySet":
        """Due now on the database's clock, and not leased to a worker."""
        unleased = Q(claimed_at=None) | Q(claimed_at__lt=Now() - LEASE)
        return self.filter(unleased, status=Notice.Status.OWED, next_try_at__lte=Now())

    def inbox_of(self, person_id: object) -> "NoticeQuerySet":
        """What one person finds in the portal, newest first."""
        return self.filter(recipient_id=person_id, channel=Notice.Channel.PORTAL, status=Notice.Status.SENT)


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
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True, help_text="When it was sent, dropped or given up")
    why = models.CharField(max_length=100, blank=True, help_text="Why it was dropped or failed: a code, never content")
    read_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "recipient", "channel"], name="notice_once")]
        indexes = [
            models.Index(fields=["next_try_at"], name="notice_owed", condition=Q(status="owed")),
            models.Index(fields=["recipient", "-made_at"], name="notice_inbox"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} notice {self.pk}"
