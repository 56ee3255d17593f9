"""The grants that open records."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from agencies.models import Agency, RecordSet
from portal.kernel.ids import uuid7

from .texts import AgreementVersion, Term, last_day


class GrantQuerySet(models.QuerySet["Grant"]):
    def standing(self) -> GrantQuerySet:
        """Neither suspended, revoked nor past its end; may begin later."""
        return self.filter(Q(not_after=None) | Q(not_after__gt=Now()), suspended_at=None, revoked_at=None)

    def live(self) -> GrantQuerySet:
        """Grants that open records now, on the database's clock."""
        return self.standing().filter(not_before__lte=Now())


class Grant(models.Model):
    """What a term opens while its agreement is in force. Written by `grants.reconcile()` alone.

    A suspension is final for the row: resuming revokes it and writes a new one, so that the row tells exactly when
    it opened records and when not.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="grants")
    term = models.ForeignKey(Term, models.PROTECT, related_name="grants")
    recipient = models.ForeignKey(Agency, models.PROTECT, related_name="grants")
    record_set = models.ForeignKey(RecordSet, models.PROTECT, related_name="grants")
    actions = ArrayField(models.CharField(max_length=12))
    purposes = ArrayField(models.CharField(max_length=2))
    includes_juvenile = models.BooleanField()
    includes_intelligence = models.BooleanField(default=False, db_default=False)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = GrantQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["term"], name="grant_one_open", condition=Q(revoked_at=None)),
        ]
        indexes = [
            models.Index(fields=["recipient", "record_set"], name="grant_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.term} from {self.not_before:%Y-%m-%d}"

    @property
    def last_day(self) -> date | None:
        """The last day on which it opens records, in the lead agency's zone."""
        return last_day(self.not_after, self.version.agreement.lead_agency.time_zone)
