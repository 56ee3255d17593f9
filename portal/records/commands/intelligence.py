"""The review of criminal intelligence by its owner's custodian (28 CFR 23.20(h)): kept with a reason, for a time."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import Agency, User
from portal.kernel.errors import Refused
from portal.kernel.history import save
from portal.kernel.viewing import as_job
from portal.records import policy
from portal.records.classes.columns import columns
from portal.records.classes.intelligence import MOST_YEARS, latest_review
from portal.records.models import Record

from .steps import CUSTODY, seen_by, write_down


@transaction.atomic(durable=True)
def review_intelligence(*, actor: User, membership_id: UUID, record_id: UUID, reason: str, due_on: date) -> Record:
    """Keep a record of intelligence until its next review, at most five years from today. What is not to be kept is
    destroyed instead (`expunge`). Its owner's clock says which day it is."""
    seen, decision = seen_by(actor, membership_id, record_id)
    owner = Agency.objects.get(pk=decision.sets[seen.record_set_id].owner_id)
    today, reason = owner.today, " ".join(reason.split())
    with as_job(CUSTODY, seen.record_set_id):
        locked = Record.objects.for_update(record_id)
        policy.may_review(locked)
        if not reason:
            raise ValidationError({"reason": "Say why it is still relevant. The reason stands on the record."})
        if not today < due_on <= latest_review(today):
            raise ValidationError({"due_on": f"Choose a day after today, at most {MOST_YEARS} years from now."})
        details = {
            **locked.details,
            "reviewed_on": today.isoformat(),
            "reviewer": str(actor),
            "reason_retained": reason,
            "review_due_on": due_on.isoformat(),
        }
        if details == locked.details:
            raise Refused("It was reviewed so today already.", code="reviewed")
        for name, value in columns(locked.record_class, details, owner.time_zone).items():
            setattr(locked, name, value)
        save(locked, actor=actor, reason="Reviewed (28 CFR 23.20(h))")
        write_down(seen, actor, decision, "record.reviewed", due_on=due_on.isoformat())
    return locked
