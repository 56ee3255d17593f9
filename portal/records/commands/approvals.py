"""Asking a supervisor to approve an inquiry, and the answer."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import User
from portal.audit.record import record
from portal.kernel.clock import database_now
from portal.notices.tell import tell
from portal.records import policy
from portal.records.models import InquiryApproval

from .inquiries import locked


@transaction.atomic(durable=True)
def ask_approval(*, actor: User, inquiry_id: UUID, reason: str) -> InquiryApproval:
    """Ask the supervisors of one's agency to approve an open inquiry."""
    inquiry = locked(inquiry_id)
    policy.may_ask_approval(actor, inquiry)
    approval = InquiryApproval(inquiry=inquiry, reason=_line(reason))
    approval.full_clean()
    approval.save(force_insert=True)
    tell(record("inquiry.approval_asked", inquiry, actor=actor, acting_agency_id=inquiry.membership.agency_id))
    return approval


@transaction.atomic(durable=True)
def decide_approval(*, actor: User, inquiry_id: UUID, approved: bool, note: str = "") -> InquiryApproval:
    """Approve an inquiry, or refuse it with a note; either is final for this inquiry."""
    inquiry = locked(inquiry_id)
    approval = InquiryApproval.objects.get(inquiry=inquiry)
    policy.may_decide_approval(actor, approval)
    approval.approved, approval.decided_by, approval.decided_at = approved, actor, database_now()
    approval.note = _line(note)
    approval.full_clean()
    approval.save()
    kind = "inquiry.approved" if approved else "inquiry.refused"
    tell(record(kind, inquiry, actor=actor, acting_agency_id=inquiry.membership.agency_id))
    return approval


def _line(text: str) -> str:
    line = " ".join(text.split())
    if not line.isprintable():
        raise ValidationError("Type letters, digits and signs only.")
    return line
