"""Calling meetings, their agenda, attendance and end: who, when, and what the database holds by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies.models import Role, User
from portal.audit.models import Event
from portal.kernel import history
from portal.kernel.errors import Refused
from portal.notices import kinds
from portal.notices.models import Notice
from sharing_agreements.boards import commands, policy
from sharing_agreements.boards.attendance import presence, sitting
from sharing_agreements.boards.models import AgendaItem, Attendance, Ballot, Decision, Meeting, Motion, Seat
from sharing_agreements.boards.policy import charter_of, noticed_in_time
from tests import kept, make

from .conftest import OwnerSql, Scene, set_up

pytestmark = pytest.mark.django_db

M = Meeting.Status


@dataclass
class Room:
    """A board whose charter asks for no notice, so that its meetings can be held at once."""

    scene: Scene

    def called(self, **more: Any) -> Meeting:
        values: dict[str, Any] = {"starts_at": timezone.now() + timedelta(minutes=5), "place": "Room 1", "business": ""}
        return commands.convene(actor=self.scene.chair, board_id=self.scene.board.pk, **{**values, **more})

    def in_session(self, *numbers: int, **more: Any) -> Meeting:
        """Called to order by the chair, with the holders of these seats here, and its time has come."""
        meeting = self.called(**more)
        commands.call_to_order(actor=self.scene.chair, meeting_id=meeting.pk)
        make.its_time(meeting)
        for number in numbers:
            self.arrives(meeting, number)
        return Meeting.objects.get(pk=meeting.pk)

    def arrives(self, meeting: Meeting, number: int, who: User | None = None, by: User | None = None) -> Attendance:
        seat = self.seat(number)
        assert seat.holder is not None
        return commands.arrive(
            actor=by or self.scene.chair,
            meeting_id=meeting.pk,
            seat_id=seat.pk,
            person_id=(who or seat.holder).pk,
        )

    def leaves(self, meeting: Meeting, number: int) -> Attendance:
        return commands.leave(actor=self.scene.chair, meeting_id=meeting.pk, seat_id=self.seat(number).pk)

    def seat(self, number: int) -> Seat:
        return self.scene.board.seats.get(number=number, ended_at=None)

    def stands_by(self, number: int) -> User:
        """Somebody new, as the alternate for a seat."""
        seat = self.seat(number)
        seat.alternate = make.person(seat.agency, roles=(Role.CLERK,)).person
        history.save(seat, actor=None, reason="Alternate named")
        return seat.alternate

    def motion(self) -> Motion:
        return make.motion(self.scene.board, self.scene.submitted())


@kept.fixture
def room() -> Room:
    return Room(set_up(notice_hours=0, special_notice_hours=0))


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What happens within is refused with this code."""
    with pytest.raises(Refused) as why:
        yield
    assert why.value.code == code


# --- Notice ---------------------------------------------------------------------------------------------------------


def test_a_meeting_keeps_the_notice_period_or_is_refused_with_the_earliest_time() -> None:
    scene = set_up(notice_hours=72, special_notice_hours=24)
    at = timezone.now() + timedelta(hours=71)
    values: dict[str, Any] = {"actor": scene.chair, "board_id": scene.board.pk, "place": "Room 1", "business": ""}
    with pytest.raises(Refused) as why:
        commands.convene(starts_at=at, **values)
    assert why.value.code == "too_late"
    earliest = (timezone.now() + timedelta(hours=72)).astimezone(ZoneInfo(scene.board.time_zone))
    assert "72 hours" in str(why.value)
    assert f"{earliest:%b} {earliest.day}, {earliest.year}" in str(why.value)
    special = commands.convene(starts_at=at, is_special=True, **values)
    assert special.notice_hours == 24
    regular = commands.convene(starts_at=timezone.now() + timedelta(hours=73), **values)
    assert regular.notice_hours == 72


def test_members_with_a_vote_and_without_and_alternates_are_told_in_their_own_zone(room: Room) -> None:
    other = room.stands_by(2)
    outside = make.person(room.scene.court).person
    guest = make.person(make.agency(time_zone="America/New_York"))
    commands.fill_seat(
        actor=make.portal_administrator(),
        board_id=room.scene.board.pk,
        number=9,
        title="Adviser",
        membership_id=guest.pk,
        is_voting=False,
    )
    meeting = room.called()
    event = Event.objects.get(kind="board.convened")
    told = set(Notice.objects.filter(event=event).values_list("recipient", flat=True))
    assert {other.pk, guest.person_id, room.scene.member(5).pk} <= told
    assert outside.pk not in told
    assert room.scene.chair.pk not in told
    reader = User.objects.get(pk=guest.person_id)
    reader.time_zone = "America/New_York"
    words = kinds.words(event, reader)
    assert words is not None
    there = meeting.starts_at.astimezone(ZoneInfo("America/New_York"))
    assert f"{there.hour % 12 or 12}:{there:%M}" in words.body
    assert there.tzname() in words.body  # type: ignore[operator]
    assert "(on your clock: " in words.body
    assert words.link.endswith(f"/boards/meetings/{meeting.pk}/")


def test_a_meeting_is_cancelled_with_a_reason_before_it_begins(room: Room) -> None:
    meeting = room.called()
    with pytest.raises(PermissionDenied):
        commands.cancel_meeting(actor=room.scene.member(2), meeting_id=meeting.pk, reason="No")
    with pytest.raises(ValidationError):
        commands.cancel_meeting(actor=room.scene.chair, meeting_id=meeting.pk, reason=" ")
    commands.cancel_meeting(actor=room.scene.chair, meeting_id=meeting.pk, reason="No heating")
    meeting.refresh_from_db()
    assert (meeting.status, meeting.cancelled_reason) == (M.CANCELLED, "No heating")
    assert Notice.objects.filter(event__kind="board.meeting_cancelled").exists()
    for again in (
        lambda: commands.cancel_meeting(actor=room.scene.chair, meeting_id=meeting.pk, reason="No heating"),
        lambda: commands.call_to_order(actor=room.scene.chair, meeting_id=meeting.pk),
        lambda: commands.add_item(actor=room.scene.chair, meeting_id=meeting.pk, title="Late"),
    ):
        with pytest.raises(Refused):
            again()


# --- Agenda ---------------------------------------------------------------------------------------------------------


def test_motions_and_other_business_stand_on_the_agenda_in_order(room: Room) -> None:
    motion = room.motion()
    meeting = room.called(motion_ids=[motion.pk])
    commands.add_item(actor=room.scene.chair, meeting_id=meeting.pk, title="Budget")
    secret = commands.add_item(
        actor=room.scene.chair, meeting_id=meeting.pk, title="Breach", closed_ground="Gov. Code 54957"
    )
    with refused("on_agenda"):
        commands.add_item(actor=room.scene.chair, meeting_id=meeting.pk, motion_id=motion.pk)
    commands.move_item_up(actor=room.scene.chair, item_id=secret.pk)
    titles = list(meeting.agenda.order_by("number").values_list("number", "title"))
    assert titles == [(1, f"Approve version 1 of {motion.agreement.number}"), (2, "Breach"), (3, "Budget")]  # type: ignore[union-attr]
    first = meeting.agenda.get(number=1)
    with refused("first"):
        commands.move_item_up(actor=room.scene.chair, item_id=first.pk)
    commands.drop_item(actor=room.scene.chair, item_id=first.pk)
    assert list(meeting.agenda.order_by("number").values_list("number", "title")) == [(1, "Breach"), (2, "Budget")]
    assert Event.objects.filter(kind="board.agenda_changed").count() == 3
    told = Notice.objects.filter(event__kind="board.agenda_changed").values("recipient").distinct().count()
    assert told == 4
    with pytest.raises(PermissionDenied):
        commands.add_item(actor=room.scene.member(2), meeting_id=meeting.pk, title="Mine")


def test_what_comes_after_the_notice_is_due_is_discussed_and_not_voted_on(owner_sql: OwnerSql) -> None:
    scene = set_up(notice_hours=24)
    room = Room(scene)
    motion = room.motion()
    meeting = room.called(starts_at=timezone.now() + timedelta(hours=25))
    owner_sql(f"UPDATE boards_meeting SET starts_at = now() + interval '5 minutes' WHERE id = '{meeting.pk}'")
    item = commands.add_item(actor=scene.chair, meeting_id=meeting.pk, motion_id=motion.pk)
    assert not noticed_in_time(AgendaItem.objects.get(pk=item.pk))
    commands.call_to_order(actor=scene.chair, meeting_id=meeting.pk)
    with refused("not_noticed"):
        commands.open_ballot(actor=scene.chair, motion_id=motion.pk, meeting_id=meeting.pk)


# --- In session -----------------------------------------------------------------------------------------------------


def test_it_is_called_to_order_by_the_chair_not_long_before_its_time_nor_after(room: Room, owner_sql: OwnerSql) -> None:
    meeting = room.called(starts_at=timezone.now() + timedelta(minutes=20))
    with refused("too_early"):
        commands.call_to_order(actor=room.scene.chair, meeting_id=meeting.pk)
    owner_sql(f"UPDATE boards_meeting SET starts_at = now() - interval '13 hours' WHERE id = '{meeting.pk}'")
    with refused("lapsed"):
        commands.call_to_order(actor=room.scene.chair, meeting_id=meeting.pk)
    owner_sql(f"UPDATE boards_meeting SET starts_at = now() + interval '14 minutes' WHERE id = '{meeting.pk}'")
    with refused("too_early"):
        commands.call_to_order(actor=room.scene.member(2), meeting_id=meeting.pk)
    commands.call_to_order(actor=room.scene.chair, meeting_id=meeting.pk)
    assert sitting(meeting) == {room.seat(1).pk: room.scene.chair}
    with refused("begun"):
        commands.call_to_order(actor=room.scene.chair, meeting_id=meeting.pk)
    with refused("other"):
        commands.call_to_order(actor=room.scene.chair, meeting_id=room.called().pk)


def test_who_stands_by_for_the_chair_presides_where_the_charter_allows_it(room: Room) -> None:
    other = room.stands_by(1)
    meeting = room.called()
    commands.call_to_order(actor=other, meeting_id=meeting.pk)
    room.arrives(meeting, 2, by=other)
    assert set(sitting(meeting).values()) == {other, room.scene.member(2)}
    with refused("taken"):
        room.arrives(meeting, 1)
    make.its_time(meeting)
    commands.adjourn(actor=other, meeting_id=meeting.pk)

    make.amended(room.scene.board, alternates=False)
    with pytest.raises(PermissionDenied):
        commands.call_to_order(actor=other, meeting_id=room.called().pk)


def test_a_seat_takes_one_person_a_person_one_seat_and_nobody_without_a_right(room: Room) -> None:
    other = room.stands_by(3)
    seat = room.seat(4)
    seat.alternate = room.scene.member(2)
    history.save(seat, actor=None, reason="Alternate named")
    meeting = room.in_session(2)
    with refused("here"):
        room.arrives(meeting, 2)
    with refused("elsewhere"):
        room.arrives(meeting, 4, room.scene.member(2))
    with pytest.raises(PermissionDenied):
        room.arrives(meeting, 5, other)
    with pytest.raises(PermissionDenied):
        room.arrives(meeting, 5, by=room.scene.member(2))
    room.arrives(meeting, 3, other)
    with refused("taken"):
        room.arrives(meeting, 3)
    room.leaves(meeting, 3)
    with refused("not_here"):
        room.leaves(meeting, 3)
    room.arrives(meeting, 3)
    assert sitting(meeting)[room.seat(3).pk] == room.scene.member(3)


def test_the_database_itself_refuses_such_attendance(room: Room) -> None:
    meeting = room.in_session(2)
    stranger = make.person(room.scene.court).person

    def write(number: int, who: User, on: Meeting = meeting) -> None:
        with transaction.atomic():
            Attendance.objects.create(
                meeting=on, seat=room.seat(number), person=who, move="arrived", sequence=90, recorded_by=who
            )

    with pytest.raises(IntegrityError, match="holder or the alternate"):
        write(3, stranger)
    with pytest.raises(IntegrityError, match="takes one person"):
        write(2, room.scene.member(2))
    with pytest.raises(IntegrityError, match="in session"):
        write(3, room.scene.member(3), room.called())


def test_the_quorum_is_shown_from_the_rule_as_people_come_and_go(room: Room) -> None:
    meeting = room.in_session(2)
    charter = charter_of(room.scene.board)
    assert presence(meeting, charter).in_words == "2 of 5 voting members present; a quorum is 3: not met"
    room.arrives(meeting, 3)
    assert presence(meeting, charter).is_quorum
    room.leaves(meeting, 2)
    assert not presence(meeting, charter).is_quorum


def test_a_vote_stays_open_for_who_is_silent_and_closes_once_they_had_time(room: Room, owner_sql: OwnerSql) -> None:
    motion = room.motion()
    meeting = room.in_session(2, 3, 4, motion_ids=[motion.pk])
    ballot = commands.open_ballot(actor=room.scene.chair, motion_id=motion.pk, meeting_id=meeting.pk)
    commands.cast_vote(actor=room.scene.member(3), ballot_id=ballot.pk, position="yes")
    with pytest.raises(Refused, match="Seat 2 and 4 took no position yet"):
        commands.settle(actor=room.scene.chair, ballot_id=ballot.pk)
    owner_sql("UPDATE boards_ballot SET opened_at = opened_at - interval '2 minutes'")
    assert commands.settle(actor=room.scene.chair, ballot_id=ballot.pk).outcome == Decision.Outcome.CARRIED


def test_a_vote_without_a_quorum_decides_nothing_and_can_be_taken_again(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "TIME_TO_ANSWER", timedelta(0))
    motion = room.motion()
    meeting = room.in_session(2, motion_ids=[motion.pk])

    def vote(*numbers: int) -> Decision:
        ballot = commands.open_ballot(actor=room.scene.chair, motion_id=motion.pk, meeting_id=meeting.pk)
        for number in numbers:
            commands.cast_vote(actor=room.scene.member(number), ballot_id=ballot.pk, position="yes")
        decided = Decision.objects.filter(ballot=ballot).first()
        return decided or commands.settle(actor=room.scene.chair, ballot_id=ballot.pk)

    assert vote().outcome == Decision.Outcome.NO_QUORUM
    room.arrives(meeting, 3)
    assert vote(1, 2).outcome == Decision.Outcome.CARRIED


def test_it_is_not_adjourned_while_a_vote_is_open(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "TIME_TO_ANSWER", timedelta(0))
    motion = room.motion()
    meeting = room.in_session(2, 3, motion_ids=[motion.pk])
    ballot = commands.open_ballot(actor=room.scene.chair, motion_id=motion.pk, meeting_id=meeting.pk)
    with refused("ballot_open"):
        commands.adjourn(actor=room.scene.chair, meeting_id=meeting.pk)
    commands.settle(actor=room.scene.chair, ballot_id=ballot.pk)
    with pytest.raises(PermissionDenied):
        commands.adjourn(actor=room.scene.member(2), meeting_id=meeting.pk)
    commands.adjourn(actor=room.scene.chair, meeting_id=meeting.pk)
    with refused("not_in_session"):
        room.arrives(meeting, 4)
    with refused("not_in_session"):
        commands.open_ballot(actor=room.scene.chair, motion_id=room.motion().pk, meeting_id=meeting.pk)
    assert Ballot.objects.count() == 1


def test_no_meeting_is_called_for_a_year_that_nobody_means(room: Room) -> None:
    for days in (732, 2_000_000):
        with pytest.raises(ValidationError, match="two years ahead"):
            room.called(starts_at=timezone.now() + timedelta(days=days))
    assert room.called(starts_at=timezone.now() + timedelta(days=730)).status == M.CALLED
