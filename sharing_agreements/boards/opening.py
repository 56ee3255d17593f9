"""What a ballot freezes when it opens. The caller holds the motion's row lock and its transaction."""

from agencies.models import User
from sharing_agreements.boards import policy
from sharing_agreements.boards.attendance import sitting
from sharing_agreements.boards.models import Ballot, Elector, Motion, Seat


def freeze(ballot: Ballot) -> None:
    """Write the electors: who holds a voting seat, or sits for them at the meeting; conflicts; who stands by."""
    alternates = policy.charter_of(ballot.motion.board).alternates
    here = sitting(ballot.meeting) if ballot.meeting else {}
    for seat in Seat.objects.in_office().filter(board=ballot.motion.board).select_related("holder", "alternate"):
        assert seat.holder is not None  # noqa: S101  (in office)
        person = here.get(seat.pk, seat.holder)
        Elector.objects.create(
            ballot=ballot,
            seat=seat,
            agency_id=seat.agency_id,
            person=person,
            alternate=_standing_by(seat, ballot.motion) if alternates and ballot.meeting is None else None,
            is_chair=seat.is_chair,
            present=seat.pk in here if ballot.meeting else None,
            conflict=policy.conflict_of(person, seat, ballot.motion),
        )


def _standing_by(seat: Seat, motion: Motion) -> User | None:
    """The alternate, unless the alternate has a conflict or may hold no seat."""
    other = seat.alternate
    if other is None or not other.is_active or other.is_portal_administrator:
        return None
    return None if policy.conflict_of(other, seat, motion) else other
