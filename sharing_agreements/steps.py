"""What happens to an agreement as a consequence of a decision: plain functions that commands of several floors share.

The caller holds the agreement's row lock and its transaction.
"""

from typing import Any
from uuid import UUID

from django.utils.formats import date_format

from agencies.models import Agency, User
from portal.audit.models import Event
from portal.audit.record import record
from portal.kernel.clock import database_now
from portal.kernel.history import save
from portal.notices.tell import tell

from . import governance, grants, reviewing, succession
from .lifecycle import MOVES, S, move
from .models import SUBMITTED, Agreement, Withdrawal
from .versions import copy

ALIVE = tuple(status for status, moves in MOVES.items() if moves)
"""Agreements of which something may still become."""


def locked(agreement_id: UUID) -> Agreement:
    """The agreement, locked with the one that it follows: older before newer, as everything that locks several does."""
    follows = Agreement.objects.values_list("follows", flat=True).get(pk=agreement_id)
    old = Agreement.objects.for_update(follows) if follows else None
    agreement = Agreement.objects.for_update(agreement_id)
    agreement.follows = old
    return agreement


def note(
    kind: str, agreement: Agreement, *, actor: User | None, acting_agency_id: UUID | None = None, **detail: Any
) -> Event:
    """Record what happened to the agreement, and owe the notices of it."""
    version = agreement.current_version.number if agreement.current_version else None
    return tell(record(kind, agreement, actor=actor, acting_agency_id=acting_agency_id, version=version, **detail))


def approve(agreement: Agreement, *, actor: User | None, **detail: Any) -> None:
    """The board approved, or its chair where the charter delegates that: signing opens at once."""
    move(agreement, S.APPROVED)
    save(agreement, actor=actor, reason=f"Approved by the {detail.get('by', 'board')}")
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
    back_to_draft(agreement, actor=actor, reason="Sent back by the board")
    note("agreement.sent_back", agreement, actor=actor, conditions=conditions, **detail)


def back_to_draft(agreement: Agreement, *, actor: User | None, reason: str) -> None:
    """Begin the next version with everything that the submitted one says; no review of that one is open any more."""
    assert agreement.current_version is not None  # noqa: S101  (it was submitted)
    reviewing.end(agreement, actor=actor, reason=reason)
    move(agreement, S.DRAFT)
    agreement.current_version = copy(agreement.current_version, actor)
    save(agreement, actor=actor, reason=reason)


def enter_into_force(agreement: Agreement, *, actor: User) -> None:
    """The last party signed: grants open in this transaction, each from its first day on.

    What it follows closes at that very moment: reconciled together, neither leaves a gap nor overlaps.
    """
    move(agreement, S.IN_FORCE)
    agreement.in_force_at = database_now()
    save(agreement, actor=actor, reason="Signed by every party")
    reason = f"{agreement.number} entered into force"
    if agreement.follows is not None:
        _take_over(agreement.follows, agreement, actor=actor)
        grants.reconcile(agreement.follows, agreement, actor=actor, reason=reason)
        note("agreement.superseded", agreement.follows, actor=actor, successor=agreement.number)
    else:
        grants.reconcile(agreement, actor=actor, reason=reason)
    later = agreement.standing == "begins" and agreement.current_version is not None
    begins = {"begins": date_format(agreement.begins_at, "M j, Y")} if later else {}
    note("agreement.in_force", agreement, actor=actor, acting_agency_id=None, **begins)


def _take_over(old: Agreement, new: Agreement, *, actor: User) -> None:
    """Fix when the old one ends, and let notices of withdrawal that reach beyond that hold for the new one too."""
    for notice in old.withdrawals.standing().filter(effective_at__gt=succession.starts_at(new)):
        if succession.binds(new, notice.agency_id):
            names = ("agency_id", "reason", "given_by_id", "given_at", "effective_at")
            carried = Withdrawal(agreement=new, **{name: getattr(notice, name) for name in names})
            save(carried, actor=actor, reason=f"Given under {old.number}")
    fix_end(new, actor=actor, reason=f"Notices of withdrawal under {old.number}")
    fix_end(old, actor=actor, reason=f"{new.number} takes over")
    if old.standing == S.SUPERSEDED:
        move(old, S.SUPERSEDED)
        save(old, actor=actor, reason=f"{new.number} took over")


def fix_end(agreement: Agreement, *, actor: User | None, reason: str) -> None:
    """Write down when the agreement ends before its last day, if it does."""
    at, by = succession.early_end(agreement)
    if (agreement.closes_at, agreement.closes_by) != (at, by):
        agreement.closes_at, agreement.closes_by = at, by
        save(agreement, actor=actor, reason=reason)


def suspend(agreement: Agreement, *, actor: User | None, reason: str, **detail: Any) -> None:
    """Close what the agreement opened, at this commit; what was signed to follow it waits with it."""
    _halt(agreement, S.SUSPENDED, actor, reason, detail)
    successor = _successor(agreement)
    if successor is not None and successor.status == S.IN_FORCE:
        _halt(successor, S.SUSPENDED, actor, f"{agreement.number} was suspended", {"with": agreement.number})


def terminate(agreement: Agreement, *, actor: User | None, reason: str, **detail: Any) -> None:
    """End the agreement for good: what it opened closes at this commit, and nothing follows it."""
    _halt(agreement, S.TERMINATED, actor, reason, detail)
    successor = _successor(agreement)
    if successor is None:
        return
    why = f"{agreement.number} was terminated"
    if successor.status in {S.IN_FORCE, S.SUSPENDED}:
        _halt(successor, S.TERMINATED, actor, why, {"with": agreement.number})
    elif S.WITHDRAWN in MOVES[S(successor.status)]:  # it may have been terminated by itself before
        withdraw(successor, actor=actor, reason=why)


def _successor(agreement: Agreement) -> Agreement | None:
    """What follows the agreement, locked: a vote or a signature on it may be under way."""
    found = succession.successor(agreement)
    return Agreement.objects.for_update(found.pk) if found is not None else None


def _waits_with(successor: Agreement, agreement: Agreement) -> bool:
    """Whether it was suspended only because what it follows was."""
    mine = Event.objects.filter(subject_label=Agreement._meta.label, subject_id=successor.pk)
    last = mine.filter(kind="agreement.suspended").order_by("sequence").last()
    return successor.status == S.SUSPENDED and last is not None and last.detail.get("with") == agreement.number


def _halt(agreement: Agreement, to: S, actor: User | None, reason: str, detail: dict[str, Any]) -> None:
    move(agreement, to)
    save(agreement, actor=actor, reason=reason)
    grants.reconcile(agreement, actor=actor, reason=f"{agreement.number} {to.label.lower()}")
    note(f"agreement.{to}", agreement, actor=actor, reason=reason, **detail)


def resume(agreement: Agreement, *, actor: User | None, reason: str, **detail: Any) -> None:
    """Open again what was suspended, and what was suspended with it."""
    _open_again(agreement, actor, reason, detail)
    successor = _successor(agreement)
    if successor is not None and _waits_with(successor, agreement):
        _open_again(successor, actor, f"{agreement.number} was resumed", {"with": agreement.number})


def _open_again(agreement: Agreement, actor: User | None, reason: str, detail: dict[str, Any]) -> None:
    move(agreement, S.IN_FORCE)
    save(agreement, actor=actor, reason=reason)
    grants.reconcile(agreement, actor=actor, reason=f"{agreement.number} resumed")
    note("agreement.resumed", agreement, actor=actor, reason=reason, **detail)


def withdraw(agreement: Agreement, *, actor: User | None, reason: str) -> None:
    """End an agreement that never came into force; a motion on it has no object any more."""
    move(agreement, S.WITHDRAWN)
    agreement.shown_at = None
    save(agreement, actor=actor, reason=reason)
    reviewing.end(agreement, actor=actor, reason=reason)
    governance.drop(agreement, actor=actor, reason=f"{agreement.number} was withdrawn")
    acting = agreement.lead_agency_id if actor is not None else None
    note("agreement.withdrawn", agreement, actor=actor, acting_agency_id=acting, reason=reason)


def party_ended(agency: Agency, actor: User) -> None:
    """An agency has ended: what agreements opened to it or from it closes, and everybody else concerned is told."""
    mine = Agreement.objects.filter(SUBMITTED, current_version__parties__agency=agency, status__in=ALIVE)
    for key in mine.order_by("pk").values_list("pk", flat=True):
        agreement = Agreement.objects.for_update(key)
        grants.reconcile(agreement, actor=actor, reason=f"{agency} ended")
        note("agreement.party_ended", agreement, actor=actor, party=agency.name, agency=str(agency.pk))
