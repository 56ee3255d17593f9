"""What keeps accounts running: sessions, and the mails that no notice can carry."""

from __future__ import annotations

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q

from portal.notices.models import OwedMail

from .memberships import Invitation
from .people import User


class Session(AbstractBaseSession):
    """A session that knows whose it is, so that all of a person's sessions can be ended at once."""

    person_id = models.UUIDField(null=True, db_index=True)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "session"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from agencies.sessions import SessionStore  # noqa: PLC0415 (the store needs this model)

        return SessionStore


class AccountMail(OwedMail):
    """A mail owed to an address that no notice can reach: an invitation, or a link to choose a new password.

    It holds no secret: the worker derives the link when it sends. A reset that somebody asks for an unknown address is
    a row without a person, so that asking takes the same time for every address; the worker drops it.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        PASSWORD_RESET = "password_reset", "Password reset"

    kind = models.CharField(max_length=16, choices=Kind)
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, related_name="mails")
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

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
