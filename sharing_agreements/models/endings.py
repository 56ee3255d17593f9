"""How agreements end: that their end comes near, how parties leave, and what they certify afterwards."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from agencies.models import Agency, RecordSet
from portal.kernel.ids import uuid7
from portal.kernel.models import TrackedQuerySet

from .agreements import THRESHOLDS, Agreement


class ExpiryNotice(models.Model):
    """That whoever must act was told how near the end is, once each threshold. Written once, with the notices of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="expiry_notices")
    days = models.PositiveSmallIntegerField(choices=[(days, f"{days} days") for days in THRESHOLDS])
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "days"], name="expiry_notice_once"),
            models.CheckConstraint(name="expiry_notice_days", condition=Q(days__in=THRESHOLDS)),
        ]

    def __str__(self) -> str:
        return f"{self.agreement.number}: {self.days} days before its end"


class WithdrawalQuerySet(TrackedQuerySet["Withdrawal"]):
    def standing(self) -> WithdrawalQuerySet:
        """Notices that were not taken back."""
        return self.filter(taken_back_at=None)


class Withdrawal(models.Model):
    """One party's notice that it leaves: what the agreement opens to it and from it closes at `effective_at`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="withdrawals")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=1000)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(db_default=Now())
    effective_at = models.DateTimeField(help_text="The first moment at which nothing is shared with it or by it")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = WithdrawalQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "agency"], name="withdrawal_once", condition=Q(taken_back_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency} leaves {self.agreement.number}"


class Certificate(models.Model):
    """A recipient's word that it returned or destroyed what it received of a record set. Written once, never changed.

    For each end of the sharing there is one: `closed_at` is the moment after which nothing was open any more.
    """

    class Manner(models.TextChoices):
        RETURNED = "returned", "Returned to the owner"
        PURGED = "purged", "Destroyed"
        NOTHING_HELD = "nothing", "Nothing was kept outside the portal"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="certificates")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    record_set = models.ForeignKey(RecordSet, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()
    manner = models.CharField(max_length=8, choices=Manner)
    method = models.CharField(max_length=1000, help_text="How, by whom, and what the law makes the agency keep")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    title = models.CharField(max_length=120, help_text="The authority under which the person certifies")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "agency", "record_set", "closed_at"], name="certificate_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_manner_display()}: {self.record_set} by {self.agency}"
