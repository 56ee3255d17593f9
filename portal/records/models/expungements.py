"""That a record was destroyed by the order of a court, and who says that its copies were."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from agencies.models import Agency, Auditor, Membership, RecordSet, Role, User
from portal.kernel.ids import uuid7


class ExpungementQuerySet(models.QuerySet["Expungement"]):
    def visible_to(self, person: User, membership: Membership | None) -> ExpungementQuerySet:
        """Those of the agency that one keeps records for, and of the agencies that one audits; to nobody else was there
        ever such a record."""
        audited = Auditor.objects.current().filter(
            Q(agency=None) | Q(agency=OuterRef("record_set__owner")), person=person
        )
        seen = Q(Exists(audited))
        if membership is not None and membership.has(Role.CUSTODIAN):
            seen |= Q(record_set__owner=membership.agency_id)
        return self.filter(seen) if person.is_active else self.none()


class Expungement(models.Model):
    """All that is left of a record: its id, and by which order it went. Nothing here names anybody, and the database
    destroys the record in the statement that writes this row (migration 0017)."""

    id = models.UUIDField(primary_key=True, editable=False, help_text="The id that the record had")
    record_set = models.ForeignKey(RecordSet, models.PROTECT, related_name="expungements")
    authority = models.CharField(max_length=120, help_text="The court that ordered it")
    order_number = models.CharField(max_length=64, help_text="The number of the order, never of the case")
    ordered_on = models.DateField()
    source_mac = models.CharField(max_length=64, help_text="By which an import knows it again: says nothing by itself")
    key_name = models.CharField(max_length=16, help_text="Which of the portal's keys made it")
    expunged_at = models.DateTimeField(db_default=Now())
    expunged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ExpungementQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["record_set", "source_mac"], name="expunged_source")]

    def __str__(self) -> str:
        return f"Expunged by order {self.order_number}"


class DestructionCertificate(models.Model):
    """The word of an agency that looked at a record on what became of its copies. Written once, never changed."""

    class Manner(models.TextChoices):
        DESTROYED = "destroyed", "All copies are destroyed"
        NOTHING_HELD = "nothing", "Nothing was kept outside the portal"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    expungement = models.ForeignKey(Expungement, models.PROTECT, related_name="certificates")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    manner = models.CharField(max_length=10, choices=Manner)
    method = models.CharField(max_length=1000, help_text="How and by whom; names nobody whom the record was about")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    title = models.CharField(max_length=120, help_text="The authority under which the person certifies")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["expungement", "agency"], name="destruction_certified_once")]

    def __str__(self) -> str:
        return f"{self.get_manner_display()}: {self.agency}"
