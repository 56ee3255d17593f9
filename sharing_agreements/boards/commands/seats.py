"""Changes to a seat that is held: who stands by for it, and what was entered wrong."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import User
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.errors import Refused
from portal.notices.tell import tell
from sharing_agreements.boards import seat_policy as policy
from sharing_agreements.boards.models import Board, Meeting, Seat

from .setting_up import alternate_of, end_terms


def _locked(seat_id: UUID) -> Seat:
    """The seat, with its board and the meeting in session locked: nobody comes or leaves meanwhile."""
    board = Board.objects.for_update(Seat.objects.get(pk=seat_id).board_id)
    for meeting in board.meetings.filter(status=Meeting.Status.OPEN):
        Meeting.objects.for_update(meeting.pk)
    Seat.objects.for_update(seat_id)
    return Seat.objects.select_related("board", "holder", "alternate").get(pk=seat_id)


@transaction.atomic(durable=True)
def change_alternate(*, actor: User, seat_id: UUID, membership_id: UUID | None, reason: str) -> Seat:
    """Name, replace or, without a membership, remove who stands by; ballots that are open keep their electors."""
    seat = _locked(seat_id)
    policy.may_change_alternate(actor, seat)
    if not reason.strip():
        raise ValidationError({"reason": "Say why; it stands in the history."})
    before = seat.alternate
    now = alternate_of(seat, membership_id) if membership_id else None
    if now == before:
        stands = f"{now} stands" if now else "Nobody stands"
        raise Refused(f"{stands} by for seat {seat.number} already.", code="same")
    seat.alternate = now
    seat.full_clean()
    history.save(seat, actor=actor, reason=reason.strip())
    changed = record(
        "board.alternate_changed",
        seat.board,
        actor=actor,
        seat=seat.number,
        seat_id=str(seat.pk),
        alternate=str(now.pk) if now else "",
        former=str(before.pk) if before else "",
        reason=reason.strip(),
    )
    tell(changed)
    return seat


@transaction.atomic(durable=True)
def correct_seat(*, actor: User, seat_id: UUID, number: int, title: str, reason: str) -> Seat:
    """Set right a number or a title that was entered wrong, before any ballot was opened to the seat."""
    seat = _locked(seat_id)
    policy.may_correct(actor, seat)
    if not reason.strip():
        raise ValidationError({"reason": "Say what was wrong; it stands in the history."})
    end_terms(seat.board)
    if seat.board.seats.filter(number=number, ended_at=None).exclude(pk=seat.pk).exists():
        raise Refused(f"Seat {number} is taken. Choose another number, or correct that one first.", code="taken")
    before = f"Seat {seat.number}, {seat.title}"
    if (seat.number, seat.title) == (number, title.strip()):
        raise Refused(f"It stands so already: {before}.", code="same")
    seat.number, seat.title = number, title.strip()
    seat.full_clean()
    history.save(seat, actor=actor, reason=reason.strip())
    tell(record("board.seat_corrected", seat.board, actor=actor, seat=number, before=before, reason=reason.strip()))
    return seat
