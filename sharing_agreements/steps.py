"""What happens to an agreement as a consequence of a decision: plain functions that commands of several floors share.

The caller holds the agreement's row lock and its transaction.
"""

from typing import Any
from uuid import UUID

from agencies.models import Agency, User
from portal.audit.models import Event
from portal.audit.record import record
from portal.kernel.clock import database_now
from portal.kernel.history import save
from portal.notices.tell import tell

from . import grants
from .lifecycle import MOVES, S, move
from .models import SUBMITTED, Agreement
from .versions import copy

ALIVE = tuple(status for status, moves in MOVES.items() if moves)
"""Agreements of which something may still become."""


def note(
    kind: str, agreement: Agreement, *, actor: User | None, acting_agency_id: UUID | None = None, **detail: Any
) -> Event:
    """Record what happened to the agreement, and owe the notices of it."""
    version = agreement.current_version.number if agreement.current_version else None
    return tell(record(kind, agreement, actor=actor, acting_agency_id=acting_agency_id, version=version, **detail))


def approve(agreement: Agreement, *, actor: User | None, **detail: Any) -> None:
    """The board approved: signing opens at once."""
    move(agreement, S.APPROVED)
    save(agreement, actor=actor, reason="Approved by the board")
    note("agreement.approved", agreement, actor=actor, **detail)
    move(agreement, S.SIGNING)
    save(agreement, actor=actor, reason="Opened for signing")
    note("agreement.signing_opened", agreement, actor=actor)


def reject(agreement: Agreement, *, actor: User | None, reason: str, **detail: Any) -> None:
    move(agreement, S.REJECTED)
    save(agreement, actor=actor, reason=reason)
    note("agreement.rejected", agreement, actor=actor, reason=reason, **detail)


def send_back(agreement: Agreement, *, actor: User | None, conditions: str, **detail: Any) -> None:
    """The board asks for changes: the version it saw stays as it is, and a copy becomes the next draft."""
    assert agreement.current_version is not None  # noqa: S101  (it was submitted)
    move(agreement, S.DRAFT)
    agreement.current_version = copy(agreement.current_version, actor)
    save(agreement, actor=actor, reason="Sent back by the board")
    note("agreement.sent_back", agreement, actor=actor, conditions=conditions, **detail)


def enter_into_force(agreement: Agreement, *, actor: User) -> None:
    """The last party signed: grants open in this transaction, each from its first day on."""
    move(agreement, S.IN_FORCE)
    agreement.in_force_at = database_now()
    save(agreement, actor=actor, reason="Signed by every party")
    grants.reconcile(agreement, actor=actor, reason=f"{agreement.number} entered into force")
    note("agreement.in_force", agreement, actor=actor)


def suspend(agreement: Agreement, *, actor: User | None, reason: str, **detail: Any) -> None:
    """Close what the agreement opened, at this commit."""
    move(agreement, S.SUSPENDED)
    save(agreement, actor=actor, reason=reason)
    grants.reconcile(agreement, actor=actor, reason=f"{agreement.number} suspended")
    note("agreement.suspended", agreement, actor=actor, reason=reason, **detail)


def terminate(agreement: Agreement, *, actor: User | None, reason: str, **detail: Any) -> None:
    """End the agreement for good: what it opened closes at this commit."""
    move(agreement, S.TERMINATED)
    save(agreement, actor=actor, reason=reason)
    grants.reconcile(agreement, actor=actor, reason=f"{agreement.number} terminated")
    note("agreement.terminated", agreement, actor=actor, reason=reason, **detail)


def resume(agreement: Agreement, *, actor: User | None, reason: str, **detail: Any) -> None:
    move(agreement, S.IN_FORCE)
    save(agreement, actor=actor, reason=reason)
    grants.reconcile(agreement, actor=actor, reason=f"{agreement.number} resumed")
    note("agreement.resumed", agreement, actor=actor, reason=reason, **detail)


def party_ended(agency: Agency, actor: User) -> None:
    """An agency has ended: what agreements opened to it or from it closes, and everybody else concerned is told."""
    mine = Agreement.objects.filter(SUBMITTED, current_version__parties__agency=agency, status__in=ALIVE)
    for key in mine.order_by("pk").values_list("pk", flat=True):
        agreement = Agreement.objects.for_update(key)
        grants.reconcile(agreement, actor=actor, reason=f"{agency} ended")
        note("agreement.party_ended", agreement, actor=actor, party=agency.name, agency=str(agency.pk))
