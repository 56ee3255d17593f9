"""What a clause makes parties do by a day, and that they did it."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from agencies.models import Agency
from portal.kernel.files import KINDS
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet

from .agreements import Agreement
from .texts import AgreementVersion, Clause

PROOFS = "obligations"
"""The folder of the private store in which files lie that show that something was done."""
LONGEST_RHYTHM, EARLIEST_REMINDER = 120, 365
"""Months between two days, and days before one."""


class Obligation(models.Model):
    """Something that a clause asks of parties, once or again and again. Part of the text: signed and frozen with it.

    On which days it falls due follows from what it says and from when the agreement is in force (`obligations.py`).
    """

    class Owes(models.TextChoices):
        EACH = "each", "Each party"
        LEAD = "lead", "The lead agency"
        PARTY = "party", "One party"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(AgreementVersion, models.CASCADE, related_name="obligations")
    key = models.UUIDField(default=uuid7, editable=False, help_text="The same in every version and change of the text")
    code = models.CharField(max_length=8, help_text="O1")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="obligations")
    what = models.CharField(max_length=500, help_text="What is to be done")
    owes = models.CharField(max_length=8, choices=Owes)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    every_months = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_RHYTHM)],
        help_text="None: once",
    )
    first_on = models.DateField(
        null=True, blank=True, help_text="None: the first time is one interval after the agreement came into force"
    )
    remind_days = models.PositiveSmallIntegerField(default=30, validators=[MaxValueValidator(EARLIEST_REMINDER)])

    objects = TrackedQuerySet["Obligation"].as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="obligation_code"),
            models.UniqueConstraint(fields=["version", "key"], name="obligation_key_once"),
            models.CheckConstraint(
                name="obligation_names_who",
                condition=Q(owes="party", agency__isnull=False) | (~Q(owes="party") & Q(agency=None)),
            ),
            models.CheckConstraint(
                name="obligation_says_when",
                condition=Q(every_months__gte=1) | Q(every_months=None, first_on__isnull=False),
            ),
            models.CheckConstraint(name="obligation_says_what", condition=~Q(what="")),
        ]
        indexes = [models.Index(fields=["key"], name="obligation_key")]

    def __str__(self) -> str:
        return f"{self.code}: {self.what}"


class FulfilmentQuerySet(models.QuerySet["Fulfilment"]):
    def standing(self) -> FulfilmentQuerySet:
        """Those that nobody took back."""
        return self.filter(withdrawal=None)


class Fulfilment(models.Model):
    """One party's word that it did what was due on a day. Written once, never changed; see `FulfilmentWithdrawal`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="fulfilments")
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="fulfilments")
    key = models.UUIDField(help_text="That of the obligation, by which it is known after an amendment")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    due_on = models.DateField()
    turn = models.PositiveSmallIntegerField(default=1, help_text="2 where the first was taken back")
    note = models.CharField(max_length=1000, help_text="What was done")
    file = models.UUIDField(null=True, editable=False, help_text="In the private store")
    file_name = models.CharField(max_length=120, blank=True)
    file_kind = models.CharField(max_length=4, blank=True, choices=[(code, kind.label) for code, kind in KINDS.items()])
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes")
    sha256 = models.CharField(max_length=64, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(db_default=Now())

    objects = FulfilmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "agency", "due_on", "turn"], name="fulfilment_once"),
            models.CheckConstraint(name="fulfilment_says_what", condition=~Q(note="")),
            models.CheckConstraint(
                name="fulfilment_file_whole",
                condition=Q(file=None, file_name="", file_kind="", size=0, sha256="")
                | (Q(file__isnull=False) & ~Q(file_name="") & ~Q(file_kind="") & ~Q(sha256="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} did what was due on {self.due_on}"


class FulfilmentWithdrawal(models.Model):
    """That what was marked as done was not, and why: it is owed again. Written once, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    fulfilment = models.OneToOneField(Fulfilment, models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(name="fulfilment_withdrawal_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"Taken back: {self.fulfilment}"


class ObligationReminder(models.Model):
    """That a party was reminded of what is due on a day, once before it and once after it."""

    class Step(models.TextChoices):
        SOON = "soon", "Due soon"
        OVERDUE = "overdue", "Overdue"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.UUIDField(help_text="That of the obligation")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    due_on = models.DateField()
    step = models.CharField(max_length=8, choices=Step)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "agency", "due_on", "step"], name="obligation_reminder_once")
        ]

    def __str__(self) -> str:
        return self.get_step_display()
