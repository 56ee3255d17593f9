"""What an agreement waits for in law."""

from __future__ import annotations

from django.db import models
from simple_history.models import HistoricalRecords

from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet
from privacy.law.models import LawChange

from .agreements import Agreement


class AwaitedChange(models.Model):
    """That an agreement, or a part of it, becomes possible by a change in law or practice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="awaits")
    change = models.ForeignKey(LawChange, models.PROTECT, related_name="awaited_by")

    objects = TrackedQuerySet["AwaitedChange"].as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "change"], name="agreement_awaits_once")]

    def __str__(self) -> str:
        return f"{self.agreement} waits for {self.change}"
