"""Marking a field of a record as disputed, and ending the dispute: by records custodians and privacy officers of its
owner. Agencies that were shown the field are told, and no others: to them it is not even disputed."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import User
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.kernel.history import save
from portal.kernel.viewing import as_job
from portal.records import policy, readers
from portal.records.decision import Decision
from portal.records.models import Dispute, Record
from portal.records.shown import case_file
from portal.records.shown.disputes import fields_of
from portal.records.shown.protected import naming
from privacy.redress.models import RedressRequest

from .steps import CUSTODY, seen_by, write_down


@transaction.atomic(durable=True)
def dispute(
    *,
    actor: User,
    membership_id: UUID,
    record_id: UUID,
    field: str,
    of: UUID | None,
    note: str,
    words_of: str,
    request_number: str = "",
) -> Dispute:
    """Put a note beside a field that the actor is shown; `of`: its participant, charge or docket entry."""
    seen, decision = seen_by(actor, membership_id, record_id, may=policy.may_account)
    case = case_file(decision, seen.pk, whole=True)
    found = next((each for each in fields_of(case) if (each.field, each.of) == (field, of)), None) if case else None
    if case is None or found is None:
        raise ValidationError({"about": "Choose what is disputed: only what you are shown can be."})
    note = " ".join(note.split())
    # Who is shown a name is shown the names of everybody in that role; a note beside it may say those.
    others = [each for each in case.people if not (field == Dispute.Field.NAME and each.role == found.role)]
    policy.may_be_said(naming(decision, seen.record_set_id, others, note))
    if request_number and not RedressRequest.objects.filter(agency=case.open_set.owner_id, number=request_number):
        raise ValidationError(
            {"request_number": "Your agency has no request of this number. Leave it out, or mend it."}
        )
    with as_job(CUSTODY, seen.record_set_id):
        locked = Record.objects.for_update(record_id)
        made = Dispute(
            record=locked,
            record_set_id=seen.record_set_id,
            field=field,
            note=note,
            words_of=words_of,
            request_number=request_number,
            **{found.key: of} if found.key else {},
        )
        if locked.disputes.open().filter(field=field, **{found.key: of} if found.key else {}).exists():
            raise Refused("This is marked as disputed already.", code="disputed", repeated=True)
        made.full_clean(exclude=["opened_at"], validate_constraints=False)
        save(made, actor=actor, reason="Disputed")
        _tell("record.disputed", locked, made, found.role, actor, decision)
    return made


@transaction.atomic(durable=True)
def end_dispute(*, actor: User, membership_id: UUID, record_id: UUID, dispute_id: UUID, outcome: str) -> Dispute:
    """Take the note away: what is disputed was corrected, by an import from its source, or stands as it was."""
    seen, decision = seen_by(actor, membership_id, record_id, may=policy.may_account)
    if outcome not in Dispute.Outcome.values:
        raise ValidationError({"outcome": "Choose how it was settled."})
    with as_job(CUSTODY, seen.record_set_id):
        locked = Record.objects.for_update(record_id)
        found = locked.disputes.select_related("participant", "charge__participant").get(pk=dispute_id)
        if found.ended_at is not None:
            raise Refused("This dispute is settled.", code="ended", repeated=True)
        found.ended_at, found.outcome = database_now(), outcome
        save(found, actor=actor, reason=found.get_outcome_display())
        person = found.participant or (found.charge.participant if found.charge else None)
        _tell("record.dispute_ended", locked, found, person.role if person else "", actor, decision, outcome=outcome)
    return found


def _tell(kind: str, of: Record, disputed: Dispute, role: str, actor: User, decision: Decision, **more: str) -> None:
    """Of a sealed record nobody else hears anything."""
    agencies = [] if of.sealed else readers.shown_field(decision, of, disputed, role)
    told = [str(key) for key in agencies]
    write_down(of, actor, decision, kind, dispute=str(disputed.pk), field=disputed.field, agencies=told, **more)
