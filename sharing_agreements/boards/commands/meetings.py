"""Meetings: calling them, their agenda, who is there, and their end."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from agencies.models import User
from portal.audit.models import Event
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.notices.tell import tell
from sharing_agreements.boards import meeting_policy as policy
from sharing_agreements.boards.attendance import sitting
from sharing_agreements.boards.lifecycle import move_meeting
from sharing_agreements.boards.models import AgendaItem, Attendance, Board, Meeting, Minutes, Motion, Seat
from sharing_agreements.boards.policy import charter_of
from sharing_agreements.boards.wording import heading

M = Meeting.Status
FARTHEST = timedelta(days=731)


def note(kind: str, meeting: Meeting, *, actor: User | None, **detail: Any) -> Event:
    """Record what happened to a meeting, and owe the notices of it."""
    about: dict[str, Any] = {"meeting": str(meeting.pk), "starts_at": meeting.starts_at.isoformat()}
    return tell(record(f"board.{kind}", meeting.board, actor=actor, **about, **detail))


def _locked(meeting_id: UUID) -> Meeting:
    Meeting.objects.for_update(meeting_id)
    return Meeting.objects.select_related("board").get(pk=meeting_id)


# --- Notice ---------------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def convene(
    *,
    actor: User,
    board_id: UUID,
    starts_at: datetime,
    place: str,
    business: str,
    is_special: bool = False,
    motion_ids: Collection[UUID] = (),
) -> Meeting:
    """Call a meeting with these motions on its agenda; every member gets notice. Minutes to approve come first."""
    board = Board.objects.for_update(board_id)
    policy.may_convene(actor, board)
    if starts_at <= database_now():
        raise ValidationError({"starts_at": "A meeting is called for a time to come."})
    if starts_at > database_now() + FARTHEST:
        raise ValidationError({"starts_at": "A meeting is called at most two years ahead. Look at the year."})
    if board.meetings.filter(starts_at=starts_at).exclude(status=M.CANCELLED).exists():
        raise Refused("A meeting is called for that time already.", code="convened")
    hours = policy.notice_asked(charter_of(board), is_special=is_special)
    policy.may_be_noticed(board, starts_at, hours)
    meeting = Meeting(
        board=board,
        starts_at=starts_at,
        time_zone=board.time_zone,
        place=place.strip(),
        business=business.strip(),
        is_special=is_special,
        notice_hours=hours,
        called_by=actor,
    )
    meeting.full_clean()
    history.save(meeting, actor=actor, reason="Convened")
    for minutes in Minutes.objects.filter(meeting__board=board, approved_at=None).order_by("meeting__starts_at"):
        _put_on(meeting, actor, minutes=minutes)
    for motion in Motion.objects.filter(pk__in=motion_ids).order_by("number"):
        _put_on(meeting, actor, motion=motion)
    note("convened", meeting, actor=actor, special=is_special)
    return meeting


@transaction.atomic(durable=True)
def cancel_meeting(*, actor: User, meeting_id: UUID, reason: str) -> Meeting:
    """Call a meeting off before it begins."""
    meeting = _locked(meeting_id)
    policy.may_cancel(actor, meeting)
    if not reason.strip():
        raise ValidationError({"reason": "Say why; every member reads it."})
    meeting.cancelled_reason = reason.strip()
    move_meeting(meeting, M.CANCELLED)
    meeting.full_clean()
    history.save(meeting, actor=actor, reason=reason.strip())
    note("meeting_cancelled", meeting, actor=actor)
    return meeting


# --- Agenda ---------------------------------------------------------------------------------------------------------


def _put_on(
    meeting: Meeting,
    actor: User,
    *,
    title: str = "",
    closed_ground: str = "",
    motion: Motion | None = None,
    minutes: Minutes | None = None,
) -> AgendaItem:
    """Add an item as the last one; a motion and minutes bring their own title."""
    policy.takes_item(meeting, motion, minutes)
    if motion is not None:
        title = heading(motion)
    elif minutes is not None:
        title = f"Minutes of the meeting of {minutes.meeting.day}"
    last = meeting.agenda.aggregate(last=Max("number"))["last"] or 0
    item = AgendaItem(
        meeting=meeting,
        number=last + 1,
        title=title.strip()[:200],
        motion=motion,
        minutes=minutes,
        closed_ground=closed_ground.strip(),
        added_at=database_now(),
    )
    item.full_clean()
    history.save(item, actor=actor, reason="Put on the agenda")
    return item


@transaction.atomic(durable=True)
def add_item(
    *,
    actor: User,
    meeting_id: UUID,
    title: str = "",
    closed_ground: str = "",
    motion_id: UUID | None = None,
    minutes_id: UUID | None = None,
) -> AgendaItem:
    """Put a motion, minutes to approve, or other business on the agenda, and tell the members again."""
    meeting = _locked(meeting_id)
    policy.may_change_agenda(actor, meeting)
    motion = Motion.objects.get(pk=motion_id) if motion_id else None
    minutes = Minutes.objects.select_related("meeting").get(pk=minutes_id) if minutes_id else None
    item = _put_on(meeting, actor, title=title, closed_ground=closed_ground, motion=motion, minutes=minutes)
    note("agenda_changed", meeting, actor=actor, item=str(item.pk))
    return item


@transaction.atomic(durable=True)
def drop_item(*, actor: User, item_id: UUID) -> Meeting:
    """Take business off the agenda before the meeting; what follows moves up."""
    meeting = _locked(AgendaItem.objects.get(pk=item_id).meeting_id)
    policy.may_reorder(actor, meeting)
    item = AgendaItem.objects.filter(pk=item_id).first()
    if item is None:
        raise Refused("This is off the agenda already.", code="dropped")
    after = list(meeting.agenda.filter(number__gt=item.number).order_by("number"))
    history.delete(item, actor=actor, reason="Taken off the agenda")
    for other in after:
        other.number -= 1
        history.save(other, actor=actor, reason="Moved up")
    note("agenda_changed", meeting, actor=actor)
    return meeting


@transaction.atomic(durable=True)
def move_item_up(*, actor: User, item_id: UUID) -> Meeting:
    """Change places with the item before. Nobody is told: the business stays the same."""
    meeting = _locked(AgendaItem.objects.get(pk=item_id).meeting_id)
    policy.may_reorder(actor, meeting)
    item = AgendaItem.objects.get(pk=item_id)
    before = meeting.agenda.filter(number=item.number - 1).first()
    if before is None:
        raise Refused("This is the first item already.", code="first")
    before.number, item.number = item.number, before.number
    for moved in (before, item):
        history.save(moved, actor=actor, reason="Moved on the agenda")
    record("board.agenda_reordered", meeting.board, actor=actor, meeting=str(meeting.pk))
    return meeting


@transaction.atomic(durable=True)
def note_discussion(*, actor: User, item_id: UUID, discussion: str) -> AgendaItem:
    """Write down what was said on an item; the minutes are drafted with it."""
    meeting = _locked(AgendaItem.objects.get(pk=item_id).meeting_id)
    item = AgendaItem.objects.select_related("meeting__board").get(pk=item_id)
    policy.may_note(actor, item)
    item.discussion = discussion.strip()
    history.save(item, actor=actor, reason="Discussion noted")
    record("board.discussion_noted", meeting.board, actor=actor, meeting=str(meeting.pk), item=str(item.pk))
    return item


# --- In session -----------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def call_to_order(*, actor: User, meeting_id: UUID) -> Meeting:
    """Begin the meeting from the chair's seat, or in the chair's absence pro tem from one's own."""
    Board.objects.for_update(Meeting.objects.get(pk=meeting_id).board_id)
    meeting = _locked(meeting_id)
    seat = policy.may_call_to_order(actor, meeting)
    meeting.opened_at = database_now()
    move_meeting(meeting, M.OPEN)
    history.save(meeting, actor=actor, reason="Called to order")
    _append(meeting, seat, actor, Attendance.Move.ARRIVED, actor)
    if not seat.is_chair:
        _append(meeting, seat, actor, Attendance.Move.PRESIDES, actor)
    note("called_to_order", meeting, actor=actor)
    return meeting


@transaction.atomic(durable=True)
def take_chair(*, actor: User, meeting_id: UUID) -> Attendance:
    """Go on with a meeting at which nobody presides any more, as chair pro tem."""
    meeting = _locked(meeting_id)
    seat = policy.may_take_chair(actor, meeting)
    if sitting(meeting).get(seat.pk) != actor:
        _append(meeting, seat, actor, Attendance.Move.ARRIVED, actor)
    return _append(meeting, seat, actor, Attendance.Move.PRESIDES, actor)


@transaction.atomic(durable=True)
def arrive(*, actor: User, meeting_id: UUID, seat_id: UUID, person_id: UUID) -> Attendance:
    """Record that somebody takes a seat: its holder, or the alternate where the charter allows one."""
    meeting = _locked(meeting_id)
    policy.may_record(actor, meeting)
    seat = Seat.objects.held().select_related("holder", "alternate").get(pk=seat_id, board=meeting.board)
    who = User.objects.get(pk=person_id)
    policy.may_arrive(meeting, seat, who)
    return _append(meeting, seat, who, Attendance.Move.ARRIVED, actor)


@transaction.atomic(durable=True)
def leave(*, actor: User, meeting_id: UUID, seat_id: UUID, named: str | None = None) -> Attendance:
    """Record that whoever sits in a seat leaves it. `named`: the id of whom the page showed there, where one did."""
    meeting = _locked(meeting_id)
    policy.may_record(actor, meeting)
    seat = Seat.objects.get(pk=seat_id, board=meeting.board)
    return _append(meeting, seat, policy.may_leave(meeting, seat, named), Attendance.Move.LEFT, actor)


def _append(meeting: Meeting, seat: Seat, who: User, move: Attendance.Move, actor: User) -> Attendance:
    last = meeting.attendance.aggregate(last=Max("sequence"))["last"] or 0
    made = Attendance.objects.create(
        meeting=meeting, seat=seat, person=who, move=move, sequence=last + 1, at=database_now(), recorded_by=actor
    )
    record(
        "board.chair_taken" if move == Attendance.Move.PRESIDES else f"board.member_{move}",
        meeting.board,
        actor=actor,
        meeting=str(meeting.pk),
        seat=seat.number,
        by="holder" if who.pk == seat.holder_id else "alternate",
    )
    return made


@transaction.atomic(durable=True)
def adjourn(*, actor: User, meeting_id: UUID) -> Meeting:
    """End the meeting, once no ballot of it is open."""
    meeting = _locked(meeting_id)
    policy.may_adjourn(actor, meeting)
    meeting.adjourned_at = database_now()
    move_meeting(meeting, M.ADJOURNED)
    history.save(meeting, actor=actor, reason="Adjourned")
    note("adjourned", meeting, actor=actor)
    return meeting
