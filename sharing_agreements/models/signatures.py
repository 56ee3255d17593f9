"""What parties answer to the exact text, and that they were reminded to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from portal.kernel.ids import uuid7

from .texts import AgreementVersion, Party


class Signature(models.Model):
    """One party's answer to the exact text: signed or declined, once, by a signatory. Written once, never changed."""

    class Decision(models.TextChoices):
        SIGNED = "signed", "Signed"
        DECLINED = "declined", "Declined"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    party = models.OneToOneField(Party, models.PROTECT, related_name="signature")
    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="signatures")
    signatory = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    title = models.CharField(max_length=120, help_text="The authority under which the person signs")
    decision = models.CharField(max_length=8, choices=Decision)
    reason = models.CharField(max_length=1000, blank=True)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.decision} by {self.signatory}"


class SignatureReminder(models.Model):
    """That a party's missing answer was brought to mind, once each step, in one transaction with the notices of it."""

    class Step(models.TextChoices):
        FIRST = "first", "A week after it was asked for"
        SECOND = "second", "Two weeks after"
        ESCALATED = "escalated", "To administrators of the party and drafters of the lead agency"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="reminders")
    step = models.CharField(max_length=10, choices=Step)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "step"], name="signature_reminder_once")]

    def __str__(self) -> str:
        return self.get_step_display()
