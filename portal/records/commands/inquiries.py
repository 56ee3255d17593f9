"""Stating why one looks: opened, changed, ended; an inquiry that is over stays as it was."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import Membership, User
from portal.audit.record import record
from portal.kernel.clock import database_now
from portal.kernel.ids import of_form, uuid7
from portal.notices.tell import tell
from portal.records import policy
from portal.records.models import Inquiry

LONGEST = timedelta(hours=12)
"""How long an inquiry stays open: a working day, as a session does."""


@transaction.atomic(durable=True)
def open_inquiry(
    *, actor: User, membership_id: UUID, purpose: str, case_number: str, key: UUID | None = None
) -> Inquiry:
    """State a purpose and a case number, under which this membership then searches and views.

    `key` comes with the form: the same form again is the same inquiry.
    """
    membership = Membership.objects.for_update(membership_id)
    policy.may_open_inquiry(actor, membership)
    again = _made_by(key, membership, purpose, case_number)
    return again or _opened(actor, membership, purpose, case_number, key)


@transaction.atomic(durable=True)
def change_inquiry(
    *, actor: User, inquiry_id: UUID, purpose: str, case_number: str, key: UUID | None = None
) -> Inquiry:
    """State another purpose or case number: the old inquiry ends, a new one opens under the same membership."""
    old = locked(inquiry_id)
    policy.may_end_inquiry(actor, old)
    policy.may_open_inquiry(actor, old.membership)
    again = _made_by(key, old.membership, purpose, case_number)
    if again is not None:
        return again
    _end(actor, old)
    return _opened(actor, old.membership, purpose, case_number, key)


@transaction.atomic(durable=True)
def end_inquiry(*, actor: User, inquiry_id: UUID) -> Inquiry:
    """End an inquiry before its time; ending it twice ends it once."""
    inquiry = locked(inquiry_id)
    policy.may_end_inquiry(actor, inquiry)
    _end(actor, inquiry)
    return inquiry


def locked(inquiry_id: UUID) -> Inquiry:
    """With its approval: both follow one lock."""
    found = Inquiry.objects.select_related("membership").select_for_update(of=("self",), no_key=True)
    return found.get(pk=inquiry_id)


def _made_by(key: UUID | None, membership: Membership, purpose: str, case_number: str) -> Inquiry | None:
    """The open inquiry that this form made already."""
    same = {"membership": membership, "purpose": purpose, "case_number": _plain(case_number)}
    return Inquiry.objects.open().filter(pk=of_form(key, membership.pk), **same).first() if key else None


def _plain(case_number: str) -> str:
    return " ".join(case_number.split())


def _opened(actor: User, membership: Membership, purpose: str, case_number: str, key: UUID | None) -> Inquiry:
    now = database_now()
    pk = of_form(key, membership.pk) if key else uuid7()
    if Inquiry.objects.filter(pk=pk).exists():
        pk = uuid7()  # the same form of an inquiry that is over
    inquiry = Inquiry(
        pk=pk,
        membership=membership,
        purpose=purpose,
        case_number=_plain(case_number),
        opened_at=now,
        open_until=now + LONGEST,
    )
    inquiry.full_clean()
    if not inquiry.case_number.isprintable():
        raise ValidationError({"case_number": "Type the case number in letters, digits and signs."})
    inquiry.save(force_insert=True)
    tell(record("inquiry.opened", inquiry, actor=actor, acting_agency_id=membership.agency_id, purpose=purpose))
    return inquiry


def _end(actor: User, inquiry: Inquiry) -> None:
    now = database_now()
    if inquiry.ended_at is None and inquiry.open_until > now:
        inquiry.ended_at = now
        inquiry.save(update_fields=["ended_at"])
        tell(record("inquiry.ended", inquiry, actor=actor, acting_agency_id=inquiry.membership.agency_id))
