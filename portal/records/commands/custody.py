"""What the owner's records custodian does: clear single docket entries, seal a record by order, unseal it by order,
tell whoever looked at a record that it was corrected.

Each first sees the record as its actor does, through both locks, and then works under the job `custody` on that set.
Events say that custody changed, not how: the word for a sealed record is said to its custodians alone, and to the
record's own history, which lies under row-level security.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format

from agencies.models import Agency, User
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.kernel.files import Stored
from portal.kernel.history import save
from portal.kernel.viewing import as_job
from portal.records import policy, readers
from portal.records.exports import kept as exports
from portal.records.models import CourtOrder, DocketEntry, Record
from portal.records.shown.case import case_file, free_text_of
from portal.records.shown.outcomes import keeps_back
from portal.records.shown.protected import naming
from privacy.models import DataCategory
from privacy.rules import DAY

from .steps import CUSTODY, seen_by, write_down

AGAIN = timedelta(days=1)
"""Within it the same correction is told once: a form sent twice is one message."""
ALREADY = "sealed"
"""Code of the refusal to bring about what is so already: a form sent twice is answered by the state that is."""


@transaction.atomic(durable=True)
def clear_entry(
    *, actor: User, membership_id: UUID, record_id: UUID, entry_id: UUID, names_read: bool = False
) -> DocketEntry:
    """Release one docket entry to those whom the rules show free text, although somebody on its record is withheld.

    Where it seems to name somebody who is, `names_read` says that its custodian releases it all the same.
    """
    seen, decision = seen_by(actor, membership_id, record_id)
    policy.may_clear(free_text_of(decision, seen.pk, seen.record_set_id))
    case = case_file(decision, seen.pk)
    with as_job(CUSTODY, seen.record_set_id):
        entry = _entry(seen.pk, entry_id)
        if entry.cleared_at is None:
            people = case.people if case else []
            found = naming(decision, seen.record_set_id, people, entry.description)
            policy.may_clear_names(replace(found, outcome=keeps_back(entry.pk, [])), names_read)
            entry.cleared_at, entry.cleared_by = database_now(), actor
            save(entry, actor=actor, reason="Cleared for release")
            write_down(seen, actor, decision, "record.entry_cleared", entry=str(entry.pk))
    return entry


@transaction.atomic(durable=True)
def withdraw_clearing(*, actor: User, membership_id: UUID, record_id: UUID, entry_id: UUID) -> DocketEntry:
    """Take a clearing back: from this commit on the entry is withheld again."""
    seen, decision = seen_by(actor, membership_id, record_id)
    with as_job(CUSTODY, seen.record_set_id):
        entry = _entry(seen.pk, entry_id)
        if entry.cleared_at is not None:
            entry.cleared_at = entry.cleared_by = None
            save(entry, actor=actor, reason="Clearing withdrawn")
            write_down(seen, actor, decision, "record.clearing_withdrawn", entry=str(entry.pk))
    return entry


@transaction.atomic(durable=True)
def seal_record(*, actor: User, membership_id: UUID, record_id: UUID, **order: Any) -> Record:
    """From this commit on the record exists for the owner's records custodians alone. `order`: see `_ordered`."""
    return _seal(actor, membership_id, record_id, CourtOrder.Effect.SEAL, order)


@transaction.atomic(durable=True)
def unseal_record(*, actor: User, membership_id: UUID, record_id: UUID, **order: Any) -> Record:
    """Open a sealed record again to those to whom agreements and roles open it. `order`: see `_ordered`."""
    return _seal(actor, membership_id, record_id, CourtOrder.Effect.UNSEAL, order)


def _seal(
    actor: User, membership_id: UUID, record_id: UUID, effect: CourtOrder.Effect, order: dict[str, Any]
) -> Record:
    seen, decision = seen_by(actor, membership_id, record_id)
    owner, sealed = decision.sets[seen.record_set_id].owner_id, effect == CourtOrder.Effect.SEAL
    with as_job(CUSTODY, seen.record_set_id):
        locked = _locked(record_id)
        if locked.sealed == sealed:
            raise Refused(f"This record is {'sealed already' if sealed else 'not sealed'}.", code=ALREADY)
        made = _ordered(CourtOrder(record=locked, record_set_id=locked.record_set_id, effect=effect), **order)
        if made.ordered_on > Agency.objects.get(pk=owner).today:
            raise ValidationError({"ordered_on": "The order is of a day that has not come yet."})
        if not sealed:
            _not_before_sealing(made)
        made.entered_by = actor
        made.full_clean(exclude=["entered_at", "record"])
        locked.sealed = sealed
        save(locked, actor=actor, reason=str(made))
        made.save(force_insert=True)
        write_down(seen, actor, decision, "record.custody_changed")
        if sealed:
            exports.void_those_with(record_id)
        if sealed and readers.agencies(record_id, owner).exists():
            write_down(seen, actor, decision, readers.RECALLED)
        if not sealed and (asked := readers.recall(record_id)) is not None:
            write_down(seen, actor, decision, readers.LIFTED, recalled=str(asked.pk))
    return locked


def _not_before_sealing(made: CourtOrder) -> None:
    """An order opens what an earlier one sealed; of a record that its source sealed there is none."""
    sealing = made.record.orders.filter(effect=CourtOrder.Effect.SEAL).last()
    if sealing is not None and made.ordered_on < sealing.ordered_on:
        day = date_format(sealing.ordered_on, DAY)
        raise ValidationError({"ordered_on": f"The record was sealed by an order of {day}. This one can't be older."})


def _ordered(
    made: CourtOrder,
    *,
    authority: str,
    order_number: str,
    ordered_on: date,
    scope: str,
    stored: Stored | None = None,
) -> CourtOrder:
    """The order as it was entered: which court, its number and day, what it covers, and the order itself if at hand."""
    made.authority, made.order_number = " ".join(authority.split()), " ".join(order_number.split())
    made.ordered_on, made.scope = ordered_on, " ".join(scope.split())
    if stored is not None:
        made.file, made.file_name, made.size, made.sha256 = stored.id, stored.name, stored.size, stored.sha256
    return made


@transaction.atomic(durable=True)
def tell_of_correction(*, actor: User, membership_id: UUID, record_id: UUID, category: str) -> int:
    """Tell the agencies that were shown something of it that the record was corrected; returns to how many.

    `category`: a `DataCategory`; those hear what it is that were shown this kind of data in full, others only that
    something shown to them was corrected. The correction itself comes with the next import from its source.
    """
    seen, decision = seen_by(actor, membership_id, record_id)
    if category not in DataCategory.values:
        raise ValidationError({"category": "Choose what was corrected."})
    if not readers.agencies(seen.pk, decision.sets[seen.record_set_id].owner_id).exists():
        raise Refused("No other agency has looked at this record, so there is nobody to tell.", code="nobody")
    with as_job(CUSTODY, seen.record_set_id):
        locked = _locked(record_id)
        if locked.sealed:
            raise Refused("It is sealed: to those who looked at it, it is not there any more.", code="sealed")
        if readers.told(seen.pk).filter(detail__category=category, at__gt=database_now() - AGAIN).exists():
            raise Refused("They were told so within the last day.", code="told", repeated=True)
        whole, part = ([str(each) for each in found] for found in readers.shown_kind(decision, locked, category))
        if not whole and not part:
            raise Refused(
                "No other agency was shown this kind of data on this record, so there is nobody to tell.", code="unseen"
            )
        write_down(seen, actor, decision, "record.corrected", category=category, agencies=whole, in_part=part)
    return len(whole) + len(part)


def _locked(record_id: UUID) -> Record:
    return Record.objects.for_update(record_id)


def _entry(record_id: UUID, entry_id: UUID) -> DocketEntry:
    """The entry, locked after its record, the root."""
    _locked(record_id)
    return DocketEntry.objects.select_for_update(of=("self",)).get(pk=entry_id, record_id=record_id)
