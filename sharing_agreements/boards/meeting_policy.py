"""Who may call, open, keep and close a meeting and its minutes, and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied

from agencies.models import User
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused

from .attendance import may_sit, presence, sitting
from .models import AgendaItem, Ballot, Board, Charter, Meeting, Minutes, Motion, Seat
from .policy import charter_of, its_time_has_come, may_preside, noticed_in_time, presiding, seat_of
from .wording import clock

M = Meeting.Status

EARLY = timedelta(minutes=15)
"""A meeting is called to order no sooner than this before the time for which it was noticed."""
GRACE = timedelta(minutes=10)
"""The chair and who stands by for the chair are waited for until so long after it."""
LATE = timedelta(hours=12)
"""And no later than this after it: whoever came has left by then."""


def may_convene(person: User, board: Board) -> None:
    may_preside(person, board)
    charter_of(board)


def notice_asked(charter: Charter, *, is_special: bool) -> int:
    """How many hours ahead the charter wants a meeting noticed."""
    return charter.special_notice_hours if is_special else charter.notice_hours


def may_be_noticed(board: Board, starts_at: datetime, hours: int) -> None:
    """Whether the notice period can still be kept."""
    earliest = database_now() + timedelta(hours=hours)
    if starts_at < earliest:
        # Up to the next full minute, so that the time that is named can be chosen.
        next_minute = earliest.replace(second=0, microsecond=0) + timedelta(minutes=2)
        raise Refused(
            f"The charter asks for {hours} hours' notice, which can no longer be kept. "
            f"The earliest time is {clock(next_minute, ZoneInfo(board.time_zone))}.",
            code="too_late",
        )


def _called(meeting: Meeting) -> None:
    if meeting.status != M.CALLED:
        raise Refused(f"{_state(meeting)} Its notice stands as it was.", code="not_called")


def _in_session(meeting: Meeting) -> None:
    if meeting.status != M.OPEN:
        raise Refused(f"{_state(meeting)} This is done while the board is in session.", code="not_in_session")


def _state(meeting: Meeting) -> str:
    return {
        M.CALLED: "The meeting has not begun.",
        M.OPEN: "The meeting is in session.",
        M.ADJOURNED: "The meeting is adjourned.",
        M.CANCELLED: "The meeting is cancelled.",
    }[M(meeting.status)]


def may_cancel(person: User, meeting: Meeting) -> None:
    may_preside(person, meeting.board, meeting)
    _called(meeting)


def may_change_agenda(person: User, meeting: Meeting) -> None:
    """Put business on: until the meeting is over. What comes late is discussed, and not acted upon."""
    may_preside(person, meeting.board, meeting)
    if meeting.status not in {M.CALLED, M.OPEN}:
        raise Refused(f"{_state(meeting)} Its agenda stands.", code="over")


def may_reorder(person: User, meeting: Meeting) -> None:
    """Take business off or change its order: before the meeting begins."""
    may_preside(person, meeting.board, meeting)
    _called(meeting)


def takes_item(meeting: Meeting, motion: Motion | None, minutes: Minutes | None) -> None:
    """Whether this motion or these minutes can stand on the agenda."""
    if motion is not None:
        if motion.board_id != meeting.board_id:
            raise PermissionDenied("Another board decides on this motion.")
        if motion.status not in {Motion.Status.MOVED, Motion.Status.PENDING}:
            raise Refused(f"Motion {motion.number} awaits no ballot any more.", code="not_pending")
        if meeting.agenda.filter(motion=motion).exists():
            raise Refused(f"Motion {motion.number} is on the agenda already.", code="on_agenda")
    if minutes is not None:
        if minutes.meeting.board_id != meeting.board_id:
            raise PermissionDenied("Another board approves these minutes.")
        if minutes.approved_at is not None:
            raise Refused("These minutes are approved already.", code="approved")
        if meeting.agenda.filter(minutes=minutes).exists():
            raise Refused("These minutes are on the agenda already.", code="on_agenda")


# --- In session -----------------------------------------------------------------------------------------------------


def may_call_to_order(person: User, meeting: Meeting) -> Seat:
    """Who begins a meeting, not long before its time. Returns the seat that they take.

    The chair, or the alternate for the chair's seat. Where neither has come, or the chair's seat is vacant, any member
    who holds a voting seat; they preside pro tem.
    """
    seat, opens_at = _seat_to_begin_from(person, meeting)
    if meeting.status != M.CALLED:
        raise Refused(_state(meeting), code="begun" if meeting.status == M.OPEN else "over")
    now, zone = database_now(), ZoneInfo(meeting.time_zone)
    if now < opens_at:
        who = "It can" if seat.is_chair else "Where neither the chair nor who stands by for the chair has come, you can"
        to = "be called" if seat.is_chair else "call it"
        raise Refused(
            f"It is noticed for {clock(meeting.starts_at, zone)}. {who} {to} to order from {clock(opens_at, zone)}.",
            code="too_early",
        )
    if now > meeting.starts_at + LATE:
        raise Refused("The time for which it was noticed has passed. Cancel it and call another.", code="lapsed")
    if other := meeting.board.meetings.filter(status=M.OPEN).first():
        raise Refused(f"The meeting of {other.day} is still in session. Adjourn it.", code="other")
    return seat


def _seat_to_begin_from(person: User, meeting: Meeting) -> tuple[Seat, datetime]:
    """The seat from which the person may call it to order, and from when."""
    held = Seat.objects.held().filter(board=meeting.board_id).select_related("holder", "alternate")
    chair = held.filter(is_chair=True).first()
    if chair is not None and person in may_sit(chair, charter_of(meeting.board)):
        return chair, meeting.starts_at - EARLY
    own = held.filter(is_voting=True, holder=person).first()
    if own is None:
        raise PermissionDenied(
            "The chair calls the meeting to order, or who stands by for the chair; where neither comes, a member who "
            "holds a voting seat."
        )
    return own, meeting.starts_at + (GRACE if chair else timedelta(0))


def may_take_chair(person: User, meeting: Meeting) -> Seat:
    """Preside pro tem once whoever presided has left. Returns the member's seat."""
    seat = seat_of(person, meeting.board)
    _in_session(meeting)
    if (stay := presiding(meeting)) is not None:
        raise Refused(f"{stay.person} presides.", code="presided")
    if seat.is_chair:
        raise Refused("You are the chair. Record that you are here, and you preside.", code="chair")
    here = sitting(meeting)
    if here and here.get(seat.pk) != person:
        raise Refused("Somebody is still there: one of them presides, and records that you have come.", code="not_here")
    if not here:
        may_arrive(meeting, seat, person)
    return seat


def may_record(person: User, meeting: Meeting) -> None:
    """Record who is there: whoever presides, while the board is in session."""
    may_preside(person, meeting.board, meeting)
    _in_session(meeting)


def may_arrive(meeting: Meeting, seat: Seat, who: User) -> None:
    """One seat a person, one person a seat, and nobody without a right to it."""
    if who not in may_sit(seat, charter_of(meeting.board)):
        raise PermissionDenied(f"{who} neither holds seat {seat.number} nor stands by for it.")
    here = sitting(meeting)
    if (there := here.get(seat.pk)) is not None:
        if there == who:
            raise Refused(f"{who} sits in seat {seat.number} already.", code="here")
        raise Refused(f"{there} sits in seat {seat.number}. Record first that they left.", code="taken")
    if who in here.values():
        raise Refused(f"{who} sits in another seat, and takes one at a time.", code="elsewhere")


def may_leave(meeting: Meeting, seat: Seat, named: str | None = None) -> User:
    """Returns who sits there, where it is whom a page named."""
    there = sitting(meeting).get(seat.pk)
    if there is None:
        raise Refused(f"Nobody sits in seat {seat.number}.", code="not_here")
    if named is not None and named != str(there.pk):
        raise Refused(f"{there} sits in seat {seat.number} now. Reload the page, then record who left.", code="other")
    return there


def may_note(person: User, item: AgendaItem) -> None:
    """Write down what was said on an item: from the call to order until the minutes are drafted."""
    may_preside(person, item.meeting.board, item.meeting)
    if item.meeting.status not in {M.OPEN, M.ADJOURNED}:
        raise Refused(f"{_state(item.meeting)} Nothing was said on this yet.", code="not_begun")
    if Minutes.objects.filter(meeting=item.meeting).exists():
        raise Refused("The minutes are drafted; change their text.", code="drafted")


def may_adjourn(person: User, meeting: Meeting) -> None:
    may_preside(person, meeting.board, meeting)
    _in_session(meeting)
    its_time_has_come(meeting)
    if open_ballot := Ballot.objects.undecided().filter(meeting=meeting).select_related("motion").first():
        raise Refused(f"The ballot on motion {open_ballot.motion.number} is open. Close it first.", code="ballot_open")


# --- Minutes --------------------------------------------------------------------------------------------------------


def may_draft_minutes(person: User, meeting: Meeting) -> None:
    may_preside(person, meeting.board, meeting)
    if meeting.status != M.ADJOURNED:
        raise Refused(f"{_state(meeting)} Minutes are drafted when it is over.", code="not_adjourned")
    if Minutes.objects.filter(meeting=meeting).exists():
        raise Refused("The minutes are drafted already.", code="drafted")


def may_edit_minutes(person: User, minutes: Minutes) -> None:
    may_preside(person, minutes.meeting.board, minutes.meeting)
    if minutes.approved_at is not None:
        raise Refused("Approved minutes are not changed.", code="approved")


def may_approve_minutes(person: User, item: AgendaItem) -> Minutes:
    """The board approves what was noticed, at a later meeting, with a quorum; whoever presides records it."""
    meeting, minutes = item.meeting, item.minutes
    may_preside(person, meeting.board, meeting)
    _in_session(meeting)
    if minutes is None:
        raise Refused("This item is no minutes to approve.", code="no_minutes")
    if minutes.approved_at is not None:
        raise Refused("These minutes are approved already.", code="approved")
    if not noticed_in_time(item):
        raise Refused(
            "These minutes were not on the agenda when the notice of this meeting was due. "
            "Put them on the agenda of the next.",
            code="not_noticed",
        )
    its_time_has_come(meeting)
    there = presence(meeting, charter_of(meeting.board))
    if not there.is_quorum:
        raise Refused(f"{there.in_words}. Without a quorum the board approves nothing.", code="no_quorum")
    return minutes


def is_what_was_read(minutes: Minutes, sha256: str) -> None:
    """Whether nobody has changed the wording since the page that somebody answers was shown."""
    if sha256 != minutes.sha256:
        raise Refused("The minutes have been changed since you read them. Read them again.", code="other_text")


# --- Calendars ------------------------------------------------------------------------------------------------------


def may_have_feed(person: User) -> None:
    """Whoever sits on a board or stands by for somebody who does."""
    if not Seat.objects.of(person).exists():
        raise PermissionDenied("Members of boards and their alternates have a calendar of meetings.")
