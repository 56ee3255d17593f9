"""What a ballot freezes when it opens. The caller holds the motion's row lock and its transaction."""

from agencies.models import User
from sharing_agreements.boards import policy
from sharing_agreements.boards.attendance import sitting
from sharing_agreements.boards.models import Ballot, Elector, Meeting, Motion, Seat
from sharing_agreements.boards.rule import Rule
from sharing_agreements.boards.tally import Position, at_best


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


def short_of_quorum(motion: Motion, meeting: Meeting | None = None) -> str:
    """That a ballot opened now could not reach its quorum, as a sentence; empty where it could. It may be opened still:
    who has a conflict today may have none tomorrow, and a ballot without a quorum decides nothing."""
    here = sitting(meeting) if meeting else {}
    positions = []
    for seat in Seat.objects.in_office().filter(board=motion.board).select_related("holder"):
        assert seat.holder is not None  # noqa: S101  (in office)
        conflict = policy.conflict_of(here.get(seat.pk, seat.holder), seat, motion)
        present = seat.pk in here if meeting else None
        positions.append(Position(seat.number, bool(conflict), "", present, seat.is_chair))
    best = at_best(Rule.under(policy.charter_of(motion.board), motion.kind), positions)
    if best.quorum_met:
        return ""
    able = sum(each.may_still_act for each in positions)
    whom = f"{able} of those present" if meeting else f"{able} of the members in office"
    return (
        f"As things stand this ballot cannot reach its quorum: {whom} may vote, and {best.quorum_needed} have to "
        "take part."
    )


def _standing_by(seat: Seat, motion: Motion) -> User | None:
    """The alternate, unless the alternate has a conflict or may hold no seat."""
    other = seat.alternate
    if other is None or not other.is_active or other.is_portal_administrator:
        return None
    return None if policy.conflict_of(other, seat, motion) else other
