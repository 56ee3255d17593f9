"""Saying for which changes in law an agreement waits."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from agencies.models import User
from portal.kernel import history
from portal.kernel.errors import Refused
from sharing_agreements import policy
from sharing_agreements.models import Agreement, AwaitedChange
from sharing_agreements.steps import note


@transaction.atomic(durable=True)
def await_change(*, actor: User, agreement_id: UUID, change_id: UUID) -> Agreement:
    """Say that an agreement waits for a change; that stands beside its text and is no part of it."""
    agreement = Agreement.objects.for_update(agreement_id)
    policy.may_draft(actor, agreement.lead_agency_id)
    if agreement.awaits.filter(change=change_id).exists():
        raise Refused(f"{agreement.number} waits for it already.", code="same", repeated=True)
    history.save(AwaitedChange(agreement=agreement, change_id=change_id), actor=actor, reason="Waits for it")
    _note("awaits_change", agreement, actor, change_id)
    return agreement


@transaction.atomic(durable=True)
def await_no_more(*, actor: User, agreement_id: UUID, change_id: UUID) -> Agreement:
    """Say that an agreement waits for a change no more."""
    agreement = Agreement.objects.for_update(agreement_id)
    policy.may_draft(actor, agreement.lead_agency_id)
    found = agreement.awaits.filter(change=change_id).first()
    if found is None:
        raise Refused(f"{agreement.number} does not wait for it.", code="same", repeated=True)
    history.delete(found, actor=actor, reason="Waits no more")
    _note("awaits_no_more", agreement, actor, change_id)
    return agreement


def _note(kind: str, agreement: Agreement, actor: User, change_id: UUID) -> None:
    agency = agreement.lead_agency_id
    note(f"agreement.{kind}", agreement, actor=actor, acting_agency_id=agency, law_change=str(change_id))
