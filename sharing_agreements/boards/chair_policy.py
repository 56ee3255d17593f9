"""What the chair decides without a vote, where the charter delegates it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from agencies.models import User
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from sharing_agreements.models import Agreement

from .models import HEEDED, Board, Charter, Decision, Motion, MotionKind, Seat
from .policy import charter_of, conflict_of, may_preside, responsible_board, reviewed

S = Agreement.Status

DECIDED_AGAINST_IT = Q(ballot__motion__kind=MotionKind.RESUME, outcome=Decision.Outcome.CARRIED) | Q(
    ballot__motion__kind__in=[MotionKind.RATIFY, MotionKind.SUSPEND], outcome=Decision.Outcome.LOST
)
"""Decisions of the board after which the chair does not suspend alone."""


def _delegated(person: User, board: Board, agreement: Agreement) -> Charter:
    """The charter under which the chair of the responsible board acts."""
    may_preside(person, board)
    if responsible_board(agreement) != board:
        raise PermissionDenied("Another board is responsible for this agreement.")
    return charter_of(board)


def may_suspend_alone(person: User, board: Board, agreement: Agreement) -> None:
    """Close at once what an agreement opened. Also where the chair's own agency is a party: the board decides then."""
    if not _delegated(person, board, agreement).chair_may_suspend:
        raise PermissionDenied("The charter does not let the chair suspend alone; put a motion to the board.")
    if agreement.status != S.IN_FORCE:
        now = agreement.get_status_display().lower()
        raise Refused(f"{agreement.number} is {now}, so there is nothing to suspend.", code="not_in_force")
    lately = Decision.objects.filter(DECIDED_AGAINST_IT, ballot__motion__agreement=agreement)
    if lately.filter(at__gt=database_now() - HEEDED).exists():
        raise Refused(
            f"The board decided against suspending {agreement.number} less than {HEEDED.days} days ago. "
            "A suspension takes a vote: put a motion to the board.",
            code="heeded",
        )


def may_approve_alone(person: User, board: Board, agreement: Agreement) -> Seat:
    """Approve an administrative amendment, where the chair could also vote on it. Returns the chair's seat."""
    if not _delegated(person, board, agreement).chair_may_approve:
        raise PermissionDenied("The charter asks for a vote on every amendment; put a motion to the board.")
    if not agreement.is_administrative:
        raise PermissionDenied("Only an administrative amendment is approved by the chair alone.")
    chair = Seat.objects.held().filter(board=board, is_chair=True).get()
    if why := conflict_of(person, chair, Motion(board=board, agreement=agreement, version=agreement.current_version)):
        raise Refused(f"You may not decide on it: {why}. Put a motion to the board.", code="conflict")
    if agreement.status != S.IN_REVIEW:
        now = agreement.get_status_display().lower()
        raise Refused(f"{agreement.number} is {now}, so there is nothing to approve alone.", code="not_in_review")
    reviewed(agreement)
    return chair
