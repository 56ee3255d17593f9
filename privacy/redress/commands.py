"""The verbs of redress: the only writers of requests, appeals, reminders and the mails they owe."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import Agency, User
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.notices.tell import tell

from . import policy, reminding
from .codes import number_of
from .mails import owe
from .models import (
    ANSWER_WITHIN,
    DECIDE_APPEAL_WITHIN,
    EXTENDED_BY,
    FORGOTTEN,
    Appeal,
    Ground,
    Outcome,
    RedressMail,
    RedressReminder,
    RedressRequest,
)

M = RedressMail.Kind


# --- Who asks -------------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def ask(*, request_id: UUID, agency_id: UUID, **values: Any) -> RedressRequest:
    """Ask an agency for something. `request_id` comes with the form, so that one sent twice is one request.

    `values`: kind, asked_for, name, email, address, about, case_number.
    """
    agency = Agency.objects.for_update(agency_id)
    known = RedressRequest.objects.filter(pk=request_id, agency=agency).first()
    values = {name: value.strip() for name, value in values.items()}
    if known is not None:
        if any(getattr(known, name) != value for name, value in values.items()):
            raise Refused(f"This form was sent already, as {known.number}. Open a new one to ask more.", code="sent")
        return known
    policy.may_ask(agency)
    made = RedressRequest(
        pk=request_id,
        agency=agency,
        number=number_of(request_id, agency.today.year),
        due_on=agency.today + ANSWER_WITHIN,
        **values,
    )
    if not (made.email or made.address):
        raise ValidationError({"email": "Give an email or a postal address, so that the agency can reach you."})
    made.full_clean()
    history.save(made, actor=None, reason="Received")
    _tell("redress.received", made, None)
    owe(made, M.RECEIVED)
    return made


@transaction.atomic(durable=True)
def appeal(*, request_id: UUID, reason: str) -> Appeal:
    """Appeal against the answer. Whoever calls this was shown to hold the code of the request."""
    found = _locked(request_id)
    policy.may_appeal(found)
    made = Appeal(request=found, reason=reason.strip(), due_on=found.agency.today + DECIDE_APPEAL_WITHIN)
    if not made.reason:
        raise ValidationError({"reason": "Say what is wrong with the answer."})
    made.full_clean()
    history.save(made, actor=None, reason="Appealed")
    _tell("redress.appealed", found, None)
    owe(found, M.APPEALED)
    return made


# --- Who answers ----------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def take(*, actor: User, request_id: UUID) -> RedressRequest:
    """Take a request in hand, from a colleague too."""
    found = _locked(request_id)
    policy.may_take(actor, found)
    found.handler = actor
    history.save(found, actor=actor, reason="Taken in hand")
    _tell("redress.taken", found, actor)
    return found


@transaction.atomic(durable=True)
def record_proof(*, actor: User, request_id: UUID, proof: str) -> RedressRequest:
    """Record how it was shown who asks, and that they may ask for whom they ask."""
    found = _locked(request_id)
    policy.may_prove(actor, found)
    found.proof, found.proven_at = proof, database_now()
    found.full_clean()
    history.save(found, actor=actor, reason=found.get_proof_display())
    _tell("redress.proven", found, actor)
    return found


@transaction.atomic(durable=True)
def extend(*, actor: User, request_id: UUID, reason: str) -> RedressRequest:
    """Give the agency more time, once, with a reason that who asked reads."""
    found = _locked(request_id)
    policy.may_extend(actor, found)
    if not reason.strip():
        raise ValidationError({"reason": "Say why it takes longer: who asked reads it."})
    found.extended_because, found.due_on = reason.strip(), found.due_on + EXTENDED_BY
    found.full_clean()
    history.save(found, actor=actor, reason="Extended")
    _tell("redress.extended", found, actor)
    owe(found, M.EXTENDED)
    return found


@transaction.atomic(durable=True)
def answer(*, actor: User, request_id: UUID, outcome: str, answer: str, ground: str = "") -> RedressRequest:
    """Answer it, for good. What is refused, also in part, has a ground."""
    found = _locked(request_id)
    policy.may_answer(actor, found)
    policy.may_grant(found, outcome)
    refused = outcome in {Outcome.REFUSED, Outcome.PARTLY}
    if refused and ground not in Ground.values:
        raise ValidationError({"ground": "Choose the ground of what is refused."})
    if ground and not refused:
        raise ValidationError({"ground": "Nothing is refused by this outcome: choose no ground, or another outcome."})
    if ground == Ground.UNFOUNDED and found.kind != RedressRequest.Kind.COMPLAINT:
        raise ValidationError({"ground": "This ground is for a complaint. Choose another."})
    if not answer.strip():
        raise ValidationError({"answer": "Write what who asked will read."})
    found.outcome, found.ground, found.answer = outcome, ground, answer.strip()
    found.decided_by, found.decided_at = actor, database_now()
    found.full_clean()
    history.save(found, actor=actor, reason=found.get_outcome_display())
    _tell("redress.answered", found, actor, outcome=outcome)
    owe(found, M.ANSWERED)
    return found


@transaction.atomic(durable=True)
def decide_appeal(*, actor: User, request_id: UUID, outcome: str, answer: str) -> Appeal:
    """Decide on the appeal, for good: somebody else than who answered."""
    found = _locked(request_id)
    policy.may_decide_appeal(actor, found)
    if not answer.strip():
        raise ValidationError({"answer": "Write what who asked will read."})
    decided = found.appeal
    decided.outcome, decided.answer = outcome, answer.strip()
    decided.decided_by, decided.decided_at = actor, database_now()
    decided.full_clean()
    history.save(decided, actor=actor, reason=decided.get_outcome_display())
    _tell("redress.appeal_decided", found, actor, outcome=outcome)
    owe(found, M.DECIDED)
    return decided


# --- The portal -----------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def remind(*, request_id: UUID) -> RedressReminder | None:
    """Remind the agency of what is due, once; None where nothing is, or it was said."""
    found = _locked(request_id)
    due = reminding.due(found)
    if due is None or found.reminders.filter(step=due.step, due_on=due.day).exists():
        return None
    made = RedressReminder.objects.create(request=found, step=due.step, due_on=due.day)
    _tell(f"redress.due_{due.step}", found, None, day=due.day.isoformat())
    return made


@transaction.atomic(durable=True)
def forget(*, request_id: UUID) -> RedressRequest:
    """Forget who asked, what, and in which words it was answered; that somebody asked, and the outcome, stay."""
    found = _locked(request_id)
    policy.may_be_forgotten(found, database_now())
    for name in RedressRequest.PERSONAL:
        setattr(found, name, "")
    found.answer, found.forgotten_at = FORGOTTEN, database_now()
    history.save(found, actor=None, reason="Kept long enough")
    against = getattr(found, "appeal", None)
    if against is not None:
        against.reason, against.answer = "", FORGOTTEN
        history.save(against, actor=None, reason="Kept long enough")
    record("redress.forgotten", found, actor=None, acting_agency_id=found.agency_id)
    return found


def _locked(request_id: UUID) -> RedressRequest:
    RedressRequest.objects.for_update(request_id)
    return RedressRequest.objects.select_related("agency", "appeal").get(pk=request_id)


def _tell(kind: str, found: RedressRequest, actor: User | None, **detail: object) -> None:
    tell(record(kind, found, actor=actor, acting_agency_id=found.agency_id, **detail))
