"""The review of criminal intelligence by its owner's custodian (28 CFR 23.20(h)): kept with a reason, for a time; and
reminding of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from agencies.models import Agency, RecordSet, User
from portal.audit.record import record as note
from portal.kernel.errors import Refused
from portal.kernel.history import save
from portal.kernel.viewing import as_job
from portal.notices.tell import tell
from portal.records import policy
from portal.records.classes.columns import columns
from portal.records.classes.intelligence import MOST_YEARS, latest_review
from portal.records.keeping import due_soon, step_of
from portal.records.models import Record, ReviewReminder
from sharing_agreements.models import last_day

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


@transaction.atomic(durable=True)
def remind_of_reviews(*, agency_id: UUID) -> list[ReviewReminder]:
    """Tell an agency's custodians of each day by which criminal intelligence of theirs is to be reviewed: once before
    it, and once when it has passed."""
    agency = Agency.objects.for_update(agency_id)
    made = []
    for day in days_of_reviews(agency):
        step = step_of(agency, day)
        if step is not None and not ReviewReminder.objects.filter(agency=agency, due_on=day, step=step).exists():
            made.append(ReviewReminder.objects.create(agency=agency, due_on=day, step=step))
            tell(note(f"record_set.review_{step}", agency, actor=None, acting_agency_id=agency.pk, day=day.isoformat()))
    return made


def days_of_reviews(agency: Agency) -> list[date]:
    """Days by which something is to be reviewed, as far as they are near or have passed, the earliest first."""
    found: set[date] = set()
    for key in _held_apart().filter(owner=agency).values_list("pk", flat=True):
        with as_job(CUSTODY, key):
            closing = due_soon(Record.objects.filter(record_set=key), agency).values_list("closes_at", flat=True)
            found |= {day for at in closing.distinct() if (day := last_day(at, agency.time_zone))}
    return sorted(found)


def agencies_that_review() -> list[UUID]:
    """Those that hold criminal intelligence."""
    return list(_held_apart().order_by("owner").values_list("owner", flat=True).distinct())


def _held_apart() -> QuerySet[RecordSet]:
    return RecordSet.objects.filter(closed_at=None, record_class=RecordSet.RecordClass.INTELLIGENCE)
