"""Who may convene, move, open, vote and close, and when."""

from django.core.exceptions import PermissionDenied

from agencies.models import User
from portal.kernel.errors import Refused
from sharing_agreements.grants import database_now
from sharing_agreements.models import Agreement

from .models import Ballot, Board, Charter, Elector, Motion, Seat

A = Agreement.Status
K = Motion.Kind

BALLOT_NEEDS = {K.APPROVE: A.BEFORE_BOARD, K.SUSPEND: A.IN_FORCE, K.RATIFY: A.SUSPENDED, K.RESUME: A.SUSPENDED}
"""In which status an agreement must be for a ballot of each kind."""


def seat_of(person: User, board: Board) -> Seat:
    """The voting seat in office that the person holds on the board."""
    seat = Seat.objects.in_office().filter(board=board, holder=person).first()
    if seat is None:
        raise PermissionDenied("Only members in office of this board do that.")
    return seat


def may_establish(person: User) -> None:
    if not (person.is_active and person.is_portal_administrator):
        raise PermissionDenied("Only a portal administrator sets up boards.")


def may_preside(person: User, board: Board) -> None:
    if not seat_of(person, board).is_chair:
        raise PermissionDenied("Only the chair does that.")


def charter_of(board: Board) -> Charter:
    """The charter in force: the newest."""
    charter = board.charters.order_by("-number").first()
    if charter is None:
        raise Refused("The board has no charter yet, so it has no rule to vote by. Adopt one first.", code="no_charter")
    return charter


def responsible_board(agreement: Agreement) -> Board | None:
    """The board whose newest charter covers this kind of agreement and the lead agency's state; the narrowest first."""
    fitting = []
    for board in Board.objects.all():
        charter = board.charters.order_by("-number").first()
        if charter is None or agreement.kind not in charter.responsible_for:
            continue
        if not charter.states or agreement.lead_agency.state in charter.states:
            fitting.append((not charter.states, board.name, board))
    return min(fitting, key=lambda row: row[:2])[2] if fitting else None


def may_move(person: User, board: Board, agreement: Agreement, kind: str) -> Seat:
    """Put an agreement before the board. Returns the mover's seat."""
    seat = seat_of(person, board)
    if responsible_board(agreement) != board:
        raise PermissionDenied("Another board is responsible for this agreement.")
    needed = A.IN_REVIEW if kind == K.APPROVE else BALLOT_NEEDS[K(kind)]
    if agreement.status != needed:
        raise Refused(
            f"{agreement.number} is {agreement.get_status_display().lower()}, so there is nothing to "
            f"{K(kind).label.lower()}. Reload the docket.",
            code="bad_status",
        )
    return seat


def may_open_ballot(person: User, motion: Motion) -> None:
    may_preside(person, motion.board)
    if motion.status != Motion.Status.PENDING:
        raise Refused("The ballot on this motion is open or closed already.", code="not_pending")


def may_vote(person: User, ballot: Ballot) -> Elector:
    """Take a position. Returns the person's elector, as frozen when the ballot opened."""
    elector = ballot.electors.filter(person=person).first()
    if elector is None:
        raise PermissionDenied("You were not a member in office when the ballot opened.")
    if elector.conflict:
        raise PermissionDenied(f"You may not vote on this motion: {elector.conflict}.")
    if not person.is_active:
        raise PermissionDenied("Your account is not active.")
    if ballot.motion.status != Motion.Status.VOTING or ballot.closes_at <= database_now():
        raise Refused("The ballot is closed. Your earlier position, if any, was counted.", code="closed")
    return elector


def may_settle(ballot: Ballot) -> None:
    if ballot.motion.status != Motion.Status.VOTING:
        raise Refused("The ballot is closed already.", code="closed")
    if ballot.closes_at > database_now():
        raise Refused("The ballot is still open.", code="open")


def may_suspend_alone(person: User, board: Board, agreement: Agreement) -> None:
    may_preside(person, board)
    if responsible_board(agreement) != board:
        raise PermissionDenied("Another board is responsible for this agreement.")
    if not charter_of(board).chair_may_suspend:
        raise PermissionDenied("The charter does not let the chair suspend alone; put a motion to the board.")
    if agreement.status != A.IN_FORCE:
        raise Refused(f"{agreement.number} is not in force, so there is nothing to suspend.", code="not_in_force")
