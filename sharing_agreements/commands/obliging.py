"""Obligations of a draft; that they were done, that this was a mistake, and that somebody was reminded of them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format

from agencies.models import User
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.days import agreed
from portal.kernel.errors import Refused
from portal.kernel.files import Stored
from sharing_agreements import fingerprint, obligation_policy, obligations
from sharing_agreements.models import (
    Agreement,
    AgreementVersion,
    Fulfilment,
    FulfilmentWithdrawal,
    Obligation,
    ObligationReminder,
)
from sharing_agreements.obligations import Occurrence
from sharing_agreements.steps import note

from .drafting import editable

Step = ObligationReminder.Step
KIND = {Step.SOON: "agreement.obligation_due", Step.OVERDUE: "agreement.obligation_overdue"}


@transaction.atomic(durable=True)
def save_obligation(
    *,
    actor: User,
    agreement_id: UUID,
    clause_id: UUID,
    what: str,
    owes: str,
    agency_id: UUID | None = None,
    every_months: int | None = None,
    first_on: date | None = None,
    remind_days: int = 30,
    obligation_id: UUID | None = None,
    as_read: str = "",
) -> Obligation:
    """Add an obligation to a clause of a draft, or change one. It keeps its key, so that what was done counts on.

    `as_read`: the fingerprint of what the change was made on; refused where it says something else now.
    """
    agreement, version = editable(actor, agreement_id)
    found = _of_draft(version, obligation_id, as_read) if obligation_id else Obligation(version=version)
    found.code = found.code or _next_code(version)
    found.version, version.agreement = version, agreement
    found.clause = version.clauses.get(pk=clause_id)
    found.what, found.owes, found.agency_id = " ".join(what.split()), owes, agency_id
    found.every_months, found.first_on, found.remind_days = every_months, first_on, remind_days
    if first_on is not None:
        agreed(first_on)
    found.full_clean(validate_constraints=False)
    _must_fit(found)
    found.validate_constraints()
    if same := _same_as(found):
        raise Refused(f"Obligation {same.code} says the same already. Change it instead.", code="same_obligation")
    history.save(found, actor=actor, reason="Edited")
    note("agreement.edited", agreement, actor=actor, acting_agency_id=agreement.lead_agency_id)
    return found


def _of_draft(version: AgreementVersion, obligation_id: UUID, as_read: str) -> Obligation:
    """An obligation of a draft, as whoever changes it has read it."""
    found = version.obligations.select_related("clause").get(pk=obligation_id)
    if as_read and as_read != fingerprint.of_obligation(found):
        raise Refused(
            "Somebody changed this obligation since you opened it. Compare what stands now with what you entered, "
            "and save again.",
            code="changed",
        )
    return found


def _must_fit(found: Obligation) -> None:
    """Say at the field what does not fit, where the checks of the table would say it of the whole."""
    version = found.version
    if found.owes == Obligation.Owes.PARTY and not version.parties.filter(agency=found.agency_id).exists():
        raise ValidationError({"agency": "Choose the party that owes it."})
    if found.owes != Obligation.Owes.PARTY and found.agency_id is not None:
        raise ValidationError({"agency": "Leave this empty, unless one party owes it."})
    if found.every_months is None and found.first_on is None:
        raise ValidationError({"first_on": "Say on which day it is due."})
    if found.first_on is not None and version.ends_on is not None and found.first_on >= version.ends_on:
        raise ValidationError({"first_on": "Choose a day up to the last day of the agreement."})
    first = version.agreement.follows_id is None
    if found.every_months is None and first and found.first_on and found.first_on < version.effective_on:
        raise ValidationError({"first_on": "Choose the day on which the agreement takes effect, or a later one."})


def _same_as(found: Obligation) -> Obligation | None:
    """Another obligation of the version that says the same, as when a form is sent twice."""
    names = ("clause_id", "what", "owes", "agency_id", "every_months", "first_on")
    said = {name: getattr(found, name) for name in names}
    return found.version.obligations.exclude(pk=found.pk).filter(**said).first()


def _next_code(version: AgreementVersion) -> str:
    used = {int(code[1:]) for code in version.obligations.values_list("code", flat=True)}
    if len(used) >= obligations.MOST:
        raise Refused(f"A text has at most {obligations.MOST} obligations. Put some into one.", code="many")
    return f"O{max(used, default=0) + 1}"


@transaction.atomic(durable=True)
def remove_obligation(*, actor: User, agreement_id: UUID, obligation_id: UUID) -> Agreement:
    """Take an obligation out of a draft."""
    agreement, version = editable(actor, agreement_id)
    history.delete(version.obligations.get(pk=obligation_id), actor=actor, reason="Removed")
    note("agreement.edited", agreement, actor=actor, acting_agency_id=agreement.lead_agency_id)
    return agreement


# --- Doing it -------------------------------------------------------------------------------------------------------


def _occurrence(agreement: Agreement, obligation_id: UUID, agency_id: UUID, due_on: date) -> Occurrence:
    found = obligations.find(agreement, obligation_id, agency_id, due_on, now=database_now())
    if found is None:
        raise Refused("Nothing is due on that day. Reload the page to see what is.", code="not_due")
    return found


@transaction.atomic(durable=True)
def mark_done(
    *,
    actor: User,
    agreement_id: UUID,
    obligation_id: UUID,
    agency_id: UUID,
    due_on: date,
    note_of_it: str,
    stored: Stored | None = None,
) -> Fulfilment:
    """Say for a party that it did what is due on a day, with a file that shows it if there is one."""
    agreement = Agreement.objects.for_update(agreement_id)
    obligation_policy.may_answer_for(actor, agency_id)
    occurrence = _occurrence(agreement, obligation_id, agency_id, due_on)
    obligation_policy.may_mark_done(actor, occurrence)
    words = note_of_it.strip()
    if not words:
        raise ValidationError({"note_of_it": "Say what was done, and by whom."})
    obligation = occurrence.obligation
    before = Fulfilment.objects.filter(key=obligation.key, agency=agency_id, due_on=due_on).count()
    made = Fulfilment(
        agreement=agreement,
        obligation=obligation,
        key=obligation.key,
        agency_id=agency_id,
        due_on=due_on,
        turn=before + 1,
        note=words,
        done_by=actor,
        **_file(stored),
    )
    made.full_clean(exclude=["done_at"])
    made.save(force_insert=True)
    _note("agreement.obligation_done", occurrence, actor, acting_agency_id=agency_id)
    return made


def _file(stored: Stored | None) -> dict[str, Any]:
    if stored is None:
        return {}
    return {
        "file": stored.id,
        "file_name": stored.name,
        "file_kind": stored.kind.code,
        "size": stored.size,
        "sha256": stored.sha256,
    }


@transaction.atomic(durable=True)
def take_done_back(*, actor: User, agreement_id: UUID, fulfilment_id: UUID, reason: str) -> FulfilmentWithdrawal:
    """Say that what was marked as done was not: what was said stays readable, and the day is open again."""
    agreement = Agreement.objects.for_update(agreement_id)
    found = Fulfilment.objects.select_related("obligation__clause", "agency").get(pk=fulfilment_id, agreement=agreement)
    obligation_policy.may_take_back(actor, found)
    if not reason.strip():
        raise ValidationError({"reason": "Say why; whoever reads the agreement reads it."})
    made = FulfilmentWithdrawal(fulfilment=found, reason=reason.strip(), by=actor)
    made.full_clean(exclude=["at"])
    made.save(force_insert=True)
    note(
        "agreement.obligation_reopened",
        agreement,
        actor=actor,
        acting_agency_id=found.agency_id,
        reason=made.reason,
        **_detail(found.obligation, found.agency_id, str(found.agency), found.due_on),
    )
    return made


@transaction.atomic(durable=True)
def remind_of_obligation(
    *, agreement_id: UUID, obligation_id: UUID, agency_id: UUID, due_on: date
) -> ObligationReminder | None:
    """Tell the administrators of a party what is due, once before its day and once after it; asked for by beat."""
    agreement = Agreement.objects.for_update(agreement_id)
    occurrence = obligations.find(agreement, obligation_id, agency_id, due_on, now=database_now())
    if occurrence is None or not occurrence.is_asked_for:
        return None
    step = occurrence.reminder
    row = {"key": occurrence.obligation.key, "agency_id": agency_id, "due_on": due_on, "step": step}
    if ObligationReminder.objects.filter(**row).exists():
        return None
    _note(KIND[step], occurrence, None)
    return ObligationReminder.objects.create(**row)


def _note(kind: str, occurrence: Occurrence, actor: User | None, **more: Any) -> None:
    detail = _detail(occurrence.obligation, occurrence.agency.pk, occurrence.party, occurrence.due_on)
    note(kind, occurrence.agreement, actor=actor, **detail, **more)


def _detail(obligation: Obligation, agency_id: UUID, party: str, due_on: date) -> dict[str, Any]:
    """By which the event names the day; what is to be done stands in the text."""
    return {
        "obligation": str(obligation.pk),
        "code": obligation.code,
        "clause": obligation.clause.number,
        "agency": str(agency_id),
        "party": party,
        "due_on": due_on.isoformat(),
        "due": date_format(due_on, "M j, Y"),
    }
