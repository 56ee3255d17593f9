"""Who may convene, move, open, vote and close, and when."""

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.db.models.functions import Now

from agencies.models import Membership, User
from portal.kernel.errors import Refused
from sharing_agreements.grants import database_now
from sharing_agreements.models import Agreement

from .models import Ballot, Board, Charter, Elector, Motion, Seat

A = Agreement.Status
K = Motion.Kind

BALLOT_NEEDS = {K.APPROVE: A.BEFORE_BOARD, K.SUSPEND: A.IN_FORCE, K.RATIFY: A.SUSPENDED, K.RESUME: A.SUSPENDED}
"""In which status an agreement must be for a ballot of each kind."""

MOTION_NEEDS = {**BALLOT_NEEDS, K.APPROVE: A.IN_REVIEW}
"""In which status an agreement must be for a motion of each kind; the motion to approve brings it before the board."""


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


def _narrowest_first() -> list[Charter]:
    """Charters in force: those for some states before those for any, by the name of the board."""
    charters = Charter.objects.in_force().select_related("board")
    return sorted(charters, key=lambda charter: (not charter.states, charter.board.name))


def responsible_board(agreement: Agreement) -> Board | None:
    """The board whose charter in force covers this kind of agreement and the lead agency's state; the narrowest one."""
    for charter in _narrowest_first():
        here = not charter.states or agreement.lead_agency.state in charter.states
        if here and agreement.kind in charter.responsible_for:
            return charter.board
    return None


def responsibility(boards: Collection[UUID]) -> Q:
    """Agreements, as a condition on them, for which one of these boards is the responsible one."""
    found, charters = Q(pk__in=[]), _narrowest_first()
    for kind in Agreement.Kind.values:
        taken: set[str] = set()
        for charter in charters:
            if kind not in charter.responsible_for:
                continue
            states = Q(lead_agency__state__in=set(charter.states) - taken)
            rest = ~Q(lead_agency__state__in=taken)
            if charter.board_id in boards:
                found |= Q(kind=kind) & (states if charter.states else rest)
            if not charter.states:
                break
            taken |= set(charter.states)
    return found


def may_move(person: User, board: Board, agreement: Agreement, kind: str) -> Seat:
    """Put an agreement before the board. Returns the mover's seat."""
    seat = seat_of(person, board)
    if responsible_board(agreement) != board:
        raise PermissionDenied("Another board is responsible for this agreement.")
    open_motion = agreement.motions.open().first()
    if open_motion:
        raise Refused(f"Motion {open_motion.number} on {agreement.number} is before the board already.", code="open")
    if agreement.status != MOTION_NEEDS[K(kind)]:
        raise Refused(
            f"{agreement.number} is {agreement.get_status_display().lower()}, so there is nothing to "
            f"{K(kind).label.lower()}. Reload the docket.",
            code="bad_status",
        )
    if kind == K.RATIFY and not agreement.chair_suspensions.unratified().exists():
        raise Refused(
            "The chair's suspension was ratified already, or the board suspended it.", code="nothing_to_ratify"
        )
    return seat


def may_open_ballot(person: User, motion: Motion) -> None:
    may_preside(person, motion.board)
    if motion.status != Motion.Status.PENDING:
        raise Refused(f"{_closed(motion)} It cannot be opened again.", code="not_pending")


def _closed(motion: Motion) -> str:
    """What became of a motion on which nobody votes now."""
    return {
        Motion.Status.PENDING: "The ballot is not open yet.",
        Motion.Status.VOTING: "The ballot is open already.",
        Motion.Status.CARRIED: "The ballot is closed: the motion carried.",
        Motion.Status.LOST: "The ballot is closed: the motion was lost.",
        Motion.Status.MOOT: "The motion has no object any more: the agreement has left the board.",
    }[Motion.Status(motion.status)]


def may_vote(person: User, ballot: Ballot) -> Elector:
    """Take a position. Returns the person's elector, as frozen when the ballot opened."""
    elector = ballot.electors.filter(person=person, person__is_active=True).first()
    if elector is None:
        raise PermissionDenied("You were not a member in office when the ballot opened.")
    if elector.conflict:
        raise PermissionDenied(f"You may not vote on this motion: {elector.conflict}.")
    if ballot.motion.status != Motion.Status.VOTING:
        raise Refused(_closed(ballot.motion), code="closed")
    if ballot.closes_at <= database_now():
        raise Refused(AFTER_DEADLINE, code="closed")
    return elector


AFTER_DEADLINE = "The ballot closed at its deadline. The newest position of each member until then counts."


def may_settle(person: User | None, ballot: Ballot) -> None:
    """Write down the result after the deadline: the portal itself, or a member."""
    if person is not None:
        seat_of(person, ballot.motion.board)
    if ballot.motion.status != Motion.Status.VOTING:
        raise Refused(_closed(ballot.motion), code="closed")
    if ballot.closes_at > database_now():
        raise Refused("The ballot is still open. It can be closed once its deadline has passed.", code="open")


def may_suspend_alone(person: User, board: Board, agreement: Agreement) -> None:
    may_preside(person, board)
    if responsible_board(agreement) != board:
        raise PermissionDenied("Another board is responsible for this agreement.")
    if not charter_of(board).chair_may_suspend:
        raise PermissionDenied("The charter does not let the chair suspend alone; put a motion to the board.")
    if agreement.status != A.IN_FORCE:
        raise Refused(f"{agreement.number} is not in force, so there is nothing to suspend.", code="not_in_force")


def conflict_of(seat: Seat, motion: Motion) -> str:
    """Why the holder of this seat may not vote on the motion; empty when they may. The database checks it again."""
    agreement = motion.agreement
    interested = {agreement.lead_agency_id, *motion.version.parties.values_list("agency", flat=True)}
    if seat.holder_id == agreement.author_id:
        return "author of the agreement"
    if seat.agency_id in interested:
        return "holds the seat of a party"
    employed = Membership.objects.filter(Q(ended_at=None) | Q(ended_at__gt=Now()), person=seat.holder_id)
    if employed.filter(agency__in=interested).exists():
        return "works for a party"
    return ""
