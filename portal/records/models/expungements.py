"""That a record is to be destroyed, that it was, and who says that its copies were."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from agencies.models import Agency, Auditor, Membership, RecordSet, Role, User
from portal.kernel.ids import uuid7

from .record import Record


class Ground(models.TextChoices):
    """Why a record is destroyed."""

    ORDER = "order", "By order of a court"
    RETENTION = "retention", "It is past the day until which it is kept"
    PURGE = "purge", "Purged: intelligence that is not relevant, or wrong (28 CFR 23.20(h))"


def order_where_a_court_ordered(name: str) -> models.CheckConstraint:
    """A court's order is named whole where there is one, and not at all where there is none."""
    ordered = ~Q(authority="") & ~Q(order_number="") & Q(ordered_on__isnull=False)
    return models.CheckConstraint(
        name=name,
        condition=(Q(ground="order") & ordered)
        | (~Q(ground="order") & Q(authority="", order_number="", ordered_on=None)),
    )


class ExpungementRequest(models.Model):
    """That one records custodian asks for a record to be destroyed; it is, once another one confirms. It is destroyed
    with the record, and its custodians alone read it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.OneToOneField(Record, models.CASCADE, related_name="expungement_request")
    record_set = models.ForeignKey(RecordSet, models.PROTECT, related_name="+")
    ground = models.CharField(max_length=10, choices=Ground)
    authority = models.CharField(max_length=120, blank=True, help_text="The court that ordered it")
    order_number = models.CharField(max_length=64, blank=True, help_text="The number of the order, never of the case")
    ordered_on = models.DateField(null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [order_where_a_court_ordered("expungement_asked_by_order")]

    def __str__(self) -> str:
        return self.get_ground_display()


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
    """All that is left of a record: its id, and why it went. Nothing here names anybody, and the database destroys the
    record in the statement that writes this row (migration 0017), where another custodian asked for it (0030)."""

    id = models.UUIDField(primary_key=True, editable=False, help_text="The id that the record had")
    record_set = models.ForeignKey(RecordSet, models.PROTECT, related_name="expungements")
    ground = models.CharField(max_length=10, choices=Ground, default=Ground.ORDER, db_default="order")
    authority = models.CharField(max_length=120, blank=True, help_text="The court that ordered it")
    order_number = models.CharField(max_length=64, blank=True, help_text="The number of the order, never of the case")
    ordered_on = models.DateField(null=True, blank=True)
    source_mac = models.CharField(max_length=64, help_text="By which an import knows it again: says nothing by itself")
    key_name = models.CharField(max_length=16, help_text="Which of the portal's keys made it")
    expunged_at = models.DateTimeField(db_default=Now())
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Unknown of what was destroyed before two had to agree",
    )
    expunged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ExpungementQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["record_set", "source_mac"], name="expunged_source")]
        constraints = [
            order_where_a_court_ordered("expunged_by_order"),
            models.CheckConstraint(name="expunged_by_two", condition=~Q(asked_by=F("expunged_by"))),
        ]

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """By its order, or by its ground where no court ordered it."""
        return f"Expunged by order {self.order_number}" if self.order_number else str(self.get_ground_display())


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
