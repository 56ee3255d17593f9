"""That the custodians of an agency were reminded of reviews of criminal intelligence."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from agencies.models import Agency
from portal.kernel.ids import uuid7


class ReviewReminder(models.Model):
    """That an agency's records custodians were reminded of what is to be reviewed by a day; once each step. Written
    once."""

    class Step(models.TextChoices):
        SOON = "soon", "Due soon"
        LATE = "late", "Overdue"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    due_on = models.DateField()
    step = models.CharField(max_length=4, choices=Step)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "due_on", "step"], name="intelligence_reminder_once")]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.get_step_display()}"
