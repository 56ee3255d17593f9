"""Appointing who audits an agency or the whole portal."""

from uuid import UUID

from django.db import transaction

from agencies import policy
from agencies.models import Agency, Auditor, Invitation, User
from portal.kernel import history
from portal.kernel.clock import database_now

from .inviting import note_of
from .steps import note, start_audit, write_invitation


@transaction.atomic(durable=True)
def appoint_auditor(*, actor: User, email: str, agency_id: UUID | None = None) -> Auditor | Invitation:
    """Appoint the person with this address for an agency, or without one for the whole portal.

    Somebody without an account is invited; the appointment starts when they accept.
    """
    agency = Agency.objects.for_update(agency_id) if agency_id else None
    policy.may_appoint_auditors(actor)
    known = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if known is None:
        made = write_invitation(actor=actor, agency=agency, email=email, audits=True)
        note_of(made, "auditor.invited", actor)
        return made
    person = User.objects.for_update(known.pk)
    policy.may_audit(person, agency_id)
    return start_audit(person, agency_id, actor=actor, reason="Appointed")


@transaction.atomic(durable=True)
def end_auditor(*, actor: User, auditor_id: UUID, reason: str = "") -> Auditor:
    """End an appointment from this moment on."""
    auditor = Auditor.objects.select_related("person", "agency").for_update(auditor_id)
    policy.may_end_auditor(actor, auditor)
    auditor.ended_at = database_now()
    history.save(auditor, actor=actor, reason=reason or "Ended")
    note("auditor.ended", auditor, actor=actor, agency_id=auditor.agency_id, person=str(auditor.person_id))
    return auditor
