"""Imports: read into staging, previewed as differences, committed at once or not at all."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from agencies.models import Membership, RecordSet
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet


class Import(models.Model):
    """One file or folder on its way into one record set."""

    class Status(models.TextChoices):
        RECEIVED = "received", "Received"
        READING = "reading", "Reading"
        PREVIEW = "preview", "Ready to commit"
        COMMITTING = "committing", "Committing"
        COMMITTED = "committed", "Committed"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Failed"

    UNDER_WAY = (Status.RECEIVED, Status.READING, Status.COMMITTING)
    """A worker reads it or writes it, or is about to."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record_set = models.ForeignKey(RecordSet, models.PROTECT, related_name="imports")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=Status, default=Status.RECEIVED)
    stored_as = models.CharField(max_length=300, editable=False, help_text="Path in the private store")
    size = models.BigIntegerField(default=0, help_text="Bytes")
    read_bytes = models.BigIntegerField(default=0)
    cases = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    families = models.JSONField(
        default=dict, db_default={}, help_text="How many dockets of each family were read and refused"
    )
    why = models.CharField(max_length=300, blank=True, help_text="Why it failed, in words to act on")
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="A worker's lease, renewed as it goes")
    made_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = TrackedQuerySet["Import"].as_manager()
    history = HistoricalRecords()

    class Meta:
        indexes = [models.Index(fields=["record_set", "-made_at"], name="import_newest")]

    def __str__(self) -> str:
        return f"Import into {self.record_set}"

    @property
    def to_write(self) -> int:
        """How many records a commit would add or change."""
        return self.added + self.changed


class ImportProblem(models.Model):
    """Something in a file that could not be read, by place and reason; never the value itself."""

    class Severity(models.TextChoices):
        NOTE = "note", "Kept, worth a look"
        ERROR = "error", "Left out"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(Import, models.CASCADE, related_name="problems")
    severity = models.CharField(max_length=8, choices=Severity)
    place = models.CharField(max_length=300)
    reason = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class StagedCase(models.Model):
    """A case as it was read, waiting for the commit. Holds record content, so it lies under row-level security too."""

    class Verdict(models.TextChoices):
        NEW = "new", "New"
        CHANGED = "changed", "Changed"
        UNCHANGED = "unchanged", "Unchanged"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(Import, models.CASCADE, related_name="staged")
    record_set = models.ForeignKey(RecordSet, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    source_id = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    verdict = models.CharField(max_length=12, choices=Verdict)
    draft = models.JSONField()
    differences = models.JSONField(default=list, help_text="[{field, before, after}] against the stored record")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record_set", "batch", "source_id"], name="staged_once"),
        ]
        indexes = [models.Index(fields=["batch", "position"], name="staged_order", condition=~Q(verdict="unchanged"))]

    def __str__(self) -> str:
        return f"{self.verdict} {self.source_id}"
