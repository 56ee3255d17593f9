"""What may be changed about a seat while somebody holds it."""

from __future__ import annotations

from agencies.models import User
from portal.kernel.errors import Refused

from .attendance import sitting
from .models import Elector, Meeting, Seat
from .policy import may_establish


def _in_term(seat: Seat) -> None:
    if not Seat.objects.in_term().filter(pk=seat.pk).exists():
        raise Refused(f"Seat {seat.number} is vacant. Fill it, and name the alternate there.", code="vacant")


def may_change_alternate(person: User, seat: Seat) -> None:
    """An alternate who sits there now is recorded as gone first: a ballot opened there would take their vote."""
    may_establish(person)
    _in_term(seat)
    if seat.alternate is None:
        return
    for meeting in Meeting.objects.filter(board=seat.board_id, status=Meeting.Status.OPEN):
        if sitting(meeting).get(seat.pk) == seat.alternate:
            raise Refused(
                f"{seat.alternate} sits in seat {seat.number} at the meeting in session. Whoever presides records "
                "first that they left.",
                code="sits",
            )


def may_correct(person: User, seat: Seat) -> None:
    """A slip of whoever entered it. Once a ballot was opened to the seat, its record names the seat as it was."""
    may_establish(person)
    _in_term(seat)
    if Elector.objects.filter(seat=seat).exists():
        raise Refused(
            f"A ballot was opened to seat {seat.number}, and its record names the seat so. Vacate it, and fill it anew "
            "under the right number and title.",
            code="on_record",
        )
