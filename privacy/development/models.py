"""How a draft becomes a policy: a second person reviews its provisions, and the head of the agency adopts the whole.

Nothing here is ever changed: a later row says something newer. What a row says holds for the words that it was said of.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portal.kernel.ids import uuid7
from privacy.models import PolicyVersion, Provision


class ReviewRequest(models.Model):
    """That a draft was given to review; from then on those who review and who adopt read it. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="review_requests")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"Review of {self.version}"


class Finding(models.TextChoices):
    """How far a provision meets what the national template asks of its section."""

    FULLY_MET = "fully_met", "Fully met"
    PARTIALLY_MET = "partially_met", "Partially met"
    NOT_ADDRESSED = "not_addressed", "Not addressed"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


SHORT_OF = (Finding.PARTIALLY_MET, Finding.NOT_ADDRESSED)
"""Findings that say in a remark what is missing."""


class ProvisionMark(models.Model):
    """What a second person found of a provision, its words and rules as they were. Written once; the newest counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provision = models.ForeignKey(Provision, models.CASCADE, related_name="marks")
    finding = models.CharField(max_length=14, choices=Finding)
    remark = models.TextField(max_length=4000, blank=True)
    words_sha256 = models.CharField(max_length=64, editable=False, help_text="Of number, heading, text and rules")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    carried = models.BooleanField(default=False, help_text="Taken over from the version before, whose words it was of")

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                name="mark_says_what_is_missing",
                condition=~Q(finding__in=["partially_met", "not_addressed"]) | ~Q(remark=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provision.number}: {self.get_finding_display()}"


class YearlyReview(models.Model):
    """That an officer looked through the policy in force and found it still right. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="yearly_reviews")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    note = models.CharField(max_length=1000, help_text="What was looked at, and why it stays as it is")

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.version}: still right"


class YearlyReminder(models.Model):
    """That the officers were reminded of a yearly review; once each step. Written once."""

    class Step(models.TextChoices):
        SOON = "soon", "Due soon"
        LATE = "late", "Overdue"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="yearly_reminders")
    due_on = models.DateField()
    step = models.CharField(max_length=4, choices=Step)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "due_on", "step"], name="yearly_reminder_once")]

    def __str__(self) -> str:
        return f"{self.version}, {self.due_on}: {self.get_step_display()}"


class Adoption(models.Model):
    """That the head of the agency adopted a draft, or a board decided so, exactly as it read. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="adoptions")
    sha256 = models.CharField(max_length=64, editable=False, help_text="Of the whole version")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=200, blank=True, help_text="What that person was at the agency; or the board")
    motion = models.CharField(
        max_length=16, blank=True, default="", db_default="", help_text="Number of the motion that carried"
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                name="adoption_by_head_or_board",
                condition=Q(by__isnull=False, motion="") | (Q(by=None) & ~Q(motion="") & ~Q(title="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}, adopted by {self.adopter}"

    @property
    def adopter(self) -> str:
        """Who adopted it, with what they are: a person and their title, or a board and its motion."""
        if self.by is None:
            return f"{self.title}, motion {self.motion}"
        return f"{self.by}, {self.title.lower()}" if self.title else str(self.by)
