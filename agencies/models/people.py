"""People with accounts, and what they were trained in."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet


class PeopleManager(UserManager["User"]):
    use_in_migrations = False  # other apps' data migrations know nothing of tracked querysets

    def get_queryset(self) -> TrackedQuerySet[User]:
        return TrackedQuerySet(self.model, using=self._db)

    def for_update(self, pk: object) -> User:
        """Lock one person, the root of what is done to an account."""
        return self.get_queryset().for_update(pk)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person with an account. What they may do comes from memberships, seats and appointments, never from flags here,
    but for the portal administrator, who keeps agencies and accounts and sees no record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(max_length=254, unique=True, editable=False)
    email = models.EmailField("work email", unique=True)
    is_portal_administrator = models.BooleanField(default=False)
    deactivated_at = models.DateTimeField(null=True, editable=False)
    time_zone = models.CharField(max_length=64, default="America/Los_Angeles")

    objects: ClassVar[PeopleManager] = PeopleManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    acting: UUID | None = None
    """The membership that the session acts under, set for each request by agencies.middleware and kept nowhere. None
    where no session stands behind the person, as in a management command: then every current membership counts."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_any_case"),
            models.CheckConstraint(
                name="user_deactivated", condition=Q(is_active=True, deactivated_at=None) | Q(is_active=False)
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def save(self, *args: object, **kwargs: object) -> None:
        self.email = self.email.strip().lower()
        self.username = self.email
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Training(models.Model):
    """A completed training; access to records needs one that has not expired (CJIS Security Policy AT-2: yearly).

    It counts from the day it was completed to the day it expires, both included, by the clock of the agency for which
    the person acts: where somebody works for agencies of two zones, it ends at each one's midnight.
    """

    class Kind(models.TextChoices):
        AWARENESS = "awareness", "Security and privacy awareness"
        INTELLIGENCE = "intelligence", "Criminal intelligence systems (28 CFR part 23)"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="trainings")
    kind = models.CharField(
        max_length=12,
        choices=Kind,
        default=Kind.AWARENESS,
        db_default=Kind.AWARENESS,
        help_text="What it opens: records, or beside them criminal intelligence",
    )
    title = models.CharField(max_length=120, default="Security and privacy awareness")
    completed_on = models.DateField()
    expires_on = models.DateField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = TrackedQuerySet["Training"].as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.CheckConstraint(name="training_expires_after", condition=Q(expires_on__gt=F("completed_on")))
        ]
        indexes = [models.Index(fields=["person", "-expires_on"], name="training_current")]

    def __str__(self) -> str:
        return f"{self.title} until {self.expires_on}"


def is_certified(person: User, today: date) -> bool:
    """Whether somebody is certified in 28 CFR part 23 on a day: today by the clock of the agency for which they act."""
    kept = Training.objects.filter(person=person, kind=Training.Kind.INTELLIGENCE)
    return kept.filter(completed_on__lte=today, expires_on__gte=today).exists()
