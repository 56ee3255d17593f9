"""Two meetings that the board has held, the first with approved minutes, and one that is coming."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from time import sleep
from zoneinfo import ZoneInfo

from django.utils import timezone

from agencies.models import User
from sharing_agreements.boards import commands as boards
from sharing_agreements.boards.models import Ballot, Board, Decision, Meeting, MotionKind
from sharing_agreements.boards.policy import charter_of, charter_rules

PLACE = "Cedar County Administration Building, Room 210, and by video"
GROUND = "Gov. Code 54957(a), security of public facilities"
Find = Callable[[str], User]


def load(board: Board, find: Find) -> None:
    """What is there already is left alone."""
    if board.meetings.exists():
        return
    chair = find("r.abernathy@corrections.example")
    _first(board, chair)
    _second(board, chair, find)
    _coming(board, chair)


def _first(board: Board, chair: User) -> None:
    """Discussion in open and in closed session; its minutes are drafted at once."""
    meeting = _called(board, chair, business="How the exchange is used, and what comes next.")
    use = boards.add_item(actor=chair, meeting_id=meeting.pk, title="Use of the exchange in its first months")
    breach = boards.add_item(
        actor=chair, meeting_id=meeting.pk, title="Security of the exchange point", closed_ground=GROUND
    )
    _begin(meeting, chair, without=5)
    boards.note_discussion(
        actor=chair,
        item_id=use.pk,
        discussion="Seat 3 reported that deputies confirm hits by telephone. Seat 2 asked for a date for Probation.",
    )
    boards.note_discussion(
        actor=chair, item_id=breach.pk, discussion="Seat 1 reported on the access test of the exchange point."
    )
    boards.adjourn(actor=chair, meeting_id=meeting.pk)
    boards.draft_minutes(actor=chair, meeting_id=meeting.pk)


def _second(board: Board, chair: User, find: Find) -> None:
    """Approves the minutes of the first, and lengthens the notice of special meetings."""
    proposed = {**charter_rules(charter_of(board)), "special_notice_hours": 24}
    motion = boards.move_motion(
        actor=find("v.nakamura@probation.example"),
        board_id=board.pk,
        kind=MotionKind.CHARTER,
        proposed=proposed,
        grounds="Members need a day to arrange for a special meeting.",
    )
    meeting = _called(board, chair, business="", motion_ids=[motion.pk])
    _begin(meeting, chair)
    item = meeting.agenda.select_related("minutes").get(minutes__isnull=False)
    assert item.minutes is not None  # noqa: S101  (asked for)
    boards.approve_minutes(actor=chair, item_id=item.pk, sha256=item.minutes.sha256)
    ballot = boards.open_ballot(actor=chair, motion_id=motion.pk, meeting_id=meeting.pk)
    _votes(ballot, find)
    boards.adjourn(actor=chair, meeting_id=meeting.pk)
    boards.draft_minutes(actor=chair, meeting_id=meeting.pk)


def _votes(ballot: Ballot, find: Find) -> None:
    against = "A breach may not leave us 24 hours."
    for email, position, statement in (
        ("s.whitlock@sheriff.example", "no", against),
        ("v.nakamura@probation.example", "yes", ""),
        ("t.bauer@da.example", "yes", ""),
        ("h.lindqvist@court.example", "yes", ""),
        ("r.abernathy@corrections.example", "yes", ""),
    ):
        if not Decision.objects.filter(ballot=ballot).exists():
            boards.cast_vote(actor=find(email), ballot_id=ballot.pk, position=position, statement=statement)


def _coming(board: Board, chair: User) -> None:
    zone = ZoneInfo(board.time_zone)
    day = timezone.now().astimezone(zone).date() + timedelta(days=14)
    meeting = boards.convene(
        actor=chair,
        board_id=board.pk,
        starts_at=datetime.combine(day, time(10), zone),
        place=PLACE,
        business="The agenda stands on this page. Agencies that wish to be heard write to the chair.",
    )
    boards.add_item(actor=chair, meeting_id=meeting.pk, title="A date for Probation to join the case exchange")
    boards.add_item(actor=chair, meeting_id=meeting.pk, title="Findings of the access test", closed_ground=GROUND)


def _called(board: Board, chair: User, *, business: str, **more: object) -> Meeting:
    """A special meeting that begins at once; it is waited for, as members would."""
    starts = timezone.now() + timedelta(seconds=2)
    meeting = boards.convene(
        actor=chair,
        board_id=board.pk,
        starts_at=starts,
        place=PLACE,
        business=business,
        is_special=True,
        **more,  # type: ignore[arg-type]
    )
    sleep(max(0.0, (starts - timezone.now()).total_seconds()))
    return meeting


def _begin(meeting: Meeting, chair: User, *, without: int = 0) -> None:
    boards.call_to_order(actor=chair, meeting_id=meeting.pk)
    for seat in meeting.board.seats.in_office().exclude(is_chair=True).exclude(number=without):
        assert seat.holder_id is not None  # noqa: S101  (in office)
        boards.arrive(actor=chair, meeting_id=meeting.pk, seat_id=seat.pk, person_id=seat.holder_id)
