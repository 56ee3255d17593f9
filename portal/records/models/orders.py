"""The order of a court by which a record was sealed, or opened again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from agencies.models import RecordSet
from portal.kernel.ids import uuid7

from .record import Record

FILES = "orders"
"""The folder of the private store in which the orders lie."""


class CourtOrder(models.Model):
    """Which court ordered what, and the order itself where it is at hand. Written once; the record's custodians alone
    read it, and it is destroyed with the record."""

    class Effect(models.TextChoices):
        SEAL = "seal", "Sealed"
        UNSEAL = "unseal", "Opened again"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="orders")
    record_set = models.ForeignKey(RecordSet, models.PROTECT, related_name="+")
    effect = models.CharField(max_length=8, choices=Effect)
    authority = models.CharField(max_length=120, help_text="The court that ordered it")
    order_number = models.CharField(max_length=64)
    ordered_on = models.DateField()
    scope = models.CharField(max_length=400, help_text="What the order covers")
    file = models.UUIDField(null=True, editable=False, help_text="Where the order lies in the private store")
    file_name = models.CharField(max_length=120, blank=True, editable=False)
    size = models.PositiveBigIntegerField(default=0, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["entered_at", "id"]

    def __str__(self) -> str:
        return f"{self.get_effect_display()} by order {self.order_number} of {self.authority}"
