"""A supervisor's word on an inquiry, where a rule of an owner asks for it before it shows what it shows."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencies.models import Membership, Role, User
from portal.kernel.ids import uuid7

from .access import Inquiry


class InquiryApprovalQuerySet(models.QuerySet["InquiryApproval"]):
    def awaiting(self, membership: Membership) -> InquiryApprovalQuerySet:
        """Those of colleagues that this supervisor can decide now."""
        open_now = Inquiry.objects.open().filter(membership__agency=membership.agency_id)
        return self.at(membership).filter(decided_at=None, inquiry__in=open_now)

    def at(self, membership: Membership) -> InquiryApprovalQuerySet:
        """What was asked of the supervisors of an agency, by others than this one."""
        if not membership.has(Role.SUPERVISOR):
            return self.none()
        found = self.filter(inquiry__membership__agency=membership.agency_id)
        return found.exclude(inquiry__membership__person=membership.person_id)


class InquiryApproval(models.Model):
    """Asked once of an inquiry, and decided once; it holds for this inquiry and ends with it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    inquiry = models.OneToOneField(Inquiry, models.PROTECT, related_name="approval")
    reason = models.CharField(max_length=300, help_text="Why the protected data is needed; no name of a person")
    asked_at = models.DateTimeField(db_default=Now())
    approved = models.BooleanField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects = InquiryApprovalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="approval_decided_whole",
                condition=Q(approved=None, decided_by=None, decided_at=None, note="")
                | Q(approved__isnull=False, decided_by__isnull=False, decided_at__gte=F("asked_at")),
            ),
            models.CheckConstraint(name="approval_refused_with_a_note", condition=~Q(approved=False) | ~Q(note="")),
        ]

    def __str__(self) -> str:
        return f"Approval of {self.inquiry}"
