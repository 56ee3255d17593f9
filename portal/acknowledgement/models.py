"""What people accept before a shared record opens: the portal's rules of behavior, and policies in force."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agencies.models import Agency
from portal.kernel.ids import uuid7
from privacy.models import PolicyVersion

COUNTS_FOR = timedelta(days=365)
"""How long an acceptance counts. CJIS Security Policy, PL-4: acknowledged yearly, or when the rules are revised."""


class BehaviorRules(models.Model):
    """A numbered text of the portal's rules of behavior, for whoever looks at shared records. Written once.

    The text with the highest number is in force.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.PositiveIntegerField(unique=True)
    text = models.TextField(validators=[MaxLengthValidator(20_000)])
    changed = models.CharField(max_length=500, blank=True, help_text="What is new since the text before, in a sentence")
    published_at = models.DateTimeField(db_default=Now())
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        verbose_name_plural = "rules of behavior"

    def __str__(self) -> str:
        return f"Rules of behavior, version {self.number}"


class Acceptance(models.Model):
    """That a person accepted one text that was in force then. Written once, each time anew."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="acceptances")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", help_text="For which they acted")
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, null=True, related_name="acceptances")
    rules = models.ForeignKey(BehaviorRules, models.PROTECT, null=True, related_name="acceptances")
    accepted_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-accepted_at"]
        constraints = [
            models.CheckConstraint(
                name="acceptance_of_one_text",
                condition=Q(policy_version__isnull=False, rules=None) | Q(policy_version=None, rules__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.policy_version or self.rules}"


class AcceptanceReminder(models.Model):
    """That somebody was told that an acceptance stops counting soon; once. Written once."""

    acceptance = models.OneToOneField(Acceptance, models.PROTECT, primary_key=True, related_name="reminder")
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"Reminder: {self.acceptance}"
