"""Exports that a worker writes: how far they are, and what was open when they began."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agencies.models import Membership
from portal.kernel.ids import uuid7

from .access import Inquiry, Release

KEPT = timedelta(hours=24)
"""For how long a file can be fetched; access that ends, and the end of its inquiry, come before."""


class ExportQuerySet(models.QuerySet["Export"]):
    def of(self, membership: Membership | None) -> ExportQuerySet:
        """One's own, as far as one acts under the membership now."""
        return self.filter(release__membership=membership) if membership is not None else self.none()

    def under_way(self) -> ExportQuerySet:
        return self.filter(status__in=Export.UNDER_WAY)

    def open_under(self, inquiry: Inquiry) -> ExportQuerySet:
        """Those that are lost when the inquiry is over: files that are written, or wait to be fetched."""
        return self.filter(release__inquiry=inquiry, status__in=[*Export.UNDER_WAY, Export.Status.READY])


class Export(models.Model):
    """A file on its way to be a release. `asked` and `extent` are kept no longer than it is needed: what was searched
    is often a name."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        WRITING = "writing", "Being written"
        READY = "ready", "Ready"
        STOPPED = "stopped", "Stopped"
        CANCELLED = "cancelled", "Cancelled"
        REMOVED = "removed", "Removed"

    UNDER_WAY = (Status.WAITING, Status.WRITING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    release = models.OneToOneField(Release, models.PROTECT, related_name="job")
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    asked = models.JSONField(default=dict, blank=True, help_text="The query; emptied once it is over")
    extent = models.JSONField(help_text="What was open when it began")
    about = models.PositiveIntegerField(help_text="Number of records found when it began, as far as was counted")
    stays = models.TextField(
        blank=True, default="", db_default="", help_text="How many of the list stay behind, and why; empty for none"
    )
    records = models.PositiveIntegerField(default=0)
    size = models.BigIntegerField(default=0, help_text="Bytes of the file that count; what lies behind is of a crash")
    place_day = models.DateField(null=True, blank=True)
    place_id = models.UUIDField(null=True, blank=True)
    source_address = models.GenericIPAddressField(null=True)
    made_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="export_forgets_what_was_asked", condition=Q(status__in=["waiting", "writing"]) | Q(asked={})
            ),
        ]

    def __str__(self) -> str:
        return f"Export {self.pk}"
