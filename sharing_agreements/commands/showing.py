"""Opening a draft for comment to the parties that it names, and closing it again."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from agencies.models import User
from portal.kernel import history
from portal.kernel.clock import database_now
from sharing_agreements import comment_policy
from sharing_agreements.models import Agreement
from sharing_agreements.steps import note


@transaction.atomic(durable=True)
def show_draft(*, actor: User, agreement_id: UUID) -> Agreement:
    """Let the named parties read the draft and comment on it, until it is closed or submitted."""
    agreement = Agreement.objects.for_update(agreement_id)
    comment_policy.may_show(actor, agreement)
    agreement.shown_at = database_now()
    history.save(agreement, actor=actor, reason="Opened for comment")
    note("agreement.opened_for_comment", agreement, actor=actor, acting_agency_id=agreement.lead_agency_id)
    return agreement


@transaction.atomic(durable=True)
def hide_draft(*, actor: User, agreement_id: UUID) -> Agreement:
    """The draft is the lead agency's alone again; what the parties said stays to be settled."""
    agreement = Agreement.objects.for_update(agreement_id)
    comment_policy.may_hide(actor, agreement)
    agreement.shown_at = None
    history.save(agreement, actor=actor, reason="Closed for comment")
    note("agreement.closed_for_comment", agreement, actor=actor, acting_agency_id=agreement.lead_agency_id)
    return agreement
