"""What keeps accounts running: sessions, and the mails that no notice can carry."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portal.kernel.ids import uuid7

from .memberships import Invitation
from .people import User

MAIL_LEASE = timedelta(minutes=10)


class Session(AbstractBaseSession):
    """A session that knows whose it is, so that all of a person's sessions can be ended at once."""

    person_id = models.UUIDField(null=True, db_index=True)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "session"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from agencies.sessions import SessionStore  # noqa: PLC0415 (the store needs this model)

        return SessionStore


class AccountMailQuerySet(models.QuerySet["AccountMail"]):
    def owed(self) -> AccountMailQuerySet:
        """Due now on the database's clock, and not leased to a worker."""
        unleased = Q(claimed_at=None) | Q(claimed_at__lt=Now() - MAIL_LEASE)
        return self.filter(unleased, status=AccountMail.Status.OWED, next_try_at__lte=Now())


class AccountMail(models.Model):
    """A mail owed to an address that no notice can reach: an invitation, or a link to choose a new password.

    It holds no secret: the worker derives the link when it sends. A reset that somebody asks for an unknown address is
    a row without a person, so that asking takes the same time for every address; the worker drops it.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        PASSWORD_RESET = "password_reset", "Password reset"

    class Status(models.TextChoices):
        OWED = "owed", "Owed"
        SENT = "sent", "Sent"
        DROPPED = "dropped", "No longer owed"
        FAILED = "failed", "Failed for good"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=16, choices=Kind)
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, related_name="mails")
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=8, choices=Status, default=Status.OWED)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True, help_text="When it was sent, dropped or given up")
    why = models.CharField(max_length=100, blank=True, help_text="Why it was dropped or failed: a code, never content")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = AccountMailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_mail_has_its_subject",
                condition=Q(kind="invitation", invitation__isnull=False) | Q(kind="password_reset", invitation=None),
            )
        ]
        indexes = [models.Index(fields=["next_try_at"], name="account_mail_owed", condition=Q(status="owed"))]

    def __str__(self) -> str:
        return f"{self.kind} mail {self.pk}"
