"""Who presides and from when: what waits for the noticed time, and a chair pro tem where the chair stays away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies.models import User
from portal.audit.models import Event
from sharing_agreements.boards import commands, docket, policy
from sharing_agreements.boards.models import Attendance, Ballot, Decision, Elector, Meeting, Minutes, Motion
from tests import kept, make

from .conftest import OwnerSql, set_up
from .test_meetings import Room, refused

pytestmark = pytest.mark.django_db


@kept.fixture
def room() -> Room:
    return Room(set_up(notice_hours=0, special_notice_hours=0, chair_may_suspend=True))


# --- The noticed time -----------------------------------------------------------------------------------------------


def test_a_meeting_that_begins_early_decides_and_ends_from_its_noticed_time(room: Room) -> None:
    """Seen red with `its_time_has_come` emptied."""
    motion, chair = room.motion(), room.scene.chair
    before = room.in_session(2)
    commands.adjourn(actor=chair, meeting_id=before.pk)
    commands.draft_minutes(actor=chair, meeting_id=before.pk)
    meeting = room.called(motion_ids=[motion.pk], starts_at=timezone.now() + timedelta(minutes=14))
    commands.call_to_order(actor=chair, meeting_id=meeting.pk)
    for number in (2, 3):
        room.arrives(meeting, number)
    minutes, asked = meeting.agenda.get(minutes__isnull=False), meeting.agenda.get(motion=motion)

    def vote() -> Ballot:
        return commands.open_ballot(actor=chair, motion_id=motion.pk, meeting_id=meeting.pk)

    commands.note_discussion(actor=chair, item_id=asked.pk, discussion="Seat 2 asked for figures.")
    for early in (
        vote,
        lambda: commands.approve_minutes(actor=chair, item_id=minutes.pk, sha256=make.wording(minutes)),
        lambda: commands.adjourn(actor=chair, meeting_id=meeting.pk),
    ):
        with refused("before_its_time"):
            early()
    make.its_time(meeting)
    make.vote_through(vote())
    commands.approve_minutes(actor=chair, item_id=minutes.pk, sha256=make.wording(minutes))
    commands.adjourn(actor=chair, meeting_id=meeting.pk)
    assert Decision.objects.get().outcome == Decision.Outcome.CARRIED


def test_the_database_itself_takes_no_vote_before_the_noticed_time(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    motion = room.motion()
    meeting = room.called(motion_ids=[motion.pk])
    commands.call_to_order(actor=room.scene.chair, meeting_id=meeting.pk)
    monkeypatch.setattr(policy, "its_time_has_come", lambda meeting: None)
    with pytest.raises(IntegrityError, match="before the time"):
        commands.open_ballot(actor=room.scene.chair, motion_id=motion.pk, meeting_id=meeting.pk)


# --- A chair pro tem ------------------------------------------------------------------------------------------------


def waited_for(room: Room, owner_sql: OwnerSql, *, minutes: int = 11, **more: object) -> Meeting:
    """A meeting for whose chair everybody has waited so long."""
    meeting = room.called(**more)
    owner_sql(f"UPDATE boards_meeting SET starts_at = now() - interval '{minutes} minutes' WHERE id = '{meeting.pk}'")
    owner_sql("UPDATE boards_agendaitem SET added_at = now() - interval '1 hour'")
    return Meeting.objects.get(pk=meeting.pk)


def begun_by(member: User, meeting: Meeting) -> Meeting:
    return commands.call_to_order(actor=member, meeting_id=meeting.pk)


def test_where_the_chair_stays_away_a_member_with_a_vote_presides(room: Room, owner_sql: OwnerSql) -> None:
    member, motion = room.scene.member(2), room.motion()
    meeting = waited_for(room, owner_sql, minutes=9, motion_ids=[motion.pk])
    with refused("too_early"):
        begun_by(member, meeting)
    owner_sql(f"UPDATE boards_meeting SET starts_at = now() - interval '11 minutes' WHERE id = '{meeting.pk}'")
    with pytest.raises(PermissionDenied):
        begun_by(room.stands_by(3), meeting)
    begun_by(member, meeting)
    with pytest.raises(PermissionDenied):
        room.arrives(meeting, 3, by=room.scene.member(3))
    room.arrives(meeting, 3, by=member)

    def vote() -> Ballot:
        return commands.open_ballot(actor=member, motion_id=motion.pk, meeting_id=meeting.pk)

    with refused("no_quorum"):
        vote()
    room.arrives(meeting, 4, by=member)
    ballot = vote()
    assert not Elector.objects.get(ballot=ballot, person=member).is_chair, "the casting vote stays with the chair"
    make.vote_through(ballot)
    assert Motion.objects.get(pk=motion.pk).status == Motion.Status.CARRIED
    assert docket.awaiting(member)[0].title.startswith("In session")
    commands.adjourn(actor=member, meeting_id=meeting.pk)
    text = commands.draft_minutes(actor=member, meeting_id=meeting.pk).public_text
    assert "by seat 2, Member 2" in text
    assert "presided as chair pro tem: neither the chair nor the chair's alternate was there" in text
    assert "Seat 1, Member 1" in text.partition("Attendance")[2]
    edited = commands.edit_minutes(
        actor=member,
        minutes_id=Minutes.objects.get().pk,
        sha256=make.wording(Minutes.objects.get()),
        public_text="As read.",
    )
    assert edited.public_text == "As read."


def test_what_is_the_chairs_own_does_not_pass_over(room: Room, owner_sql: OwnerSql) -> None:
    member, made = room.scene.member(2), room.scene.in_force()
    begun_by(member, waited_for(room, owner_sql))
    with pytest.raises(PermissionDenied):
        commands.suspend_by_chair(actor=member, board_id=room.scene.board.pk, agreement_id=made.pk, reason="A leak")
    with pytest.raises(PermissionDenied):
        commands.convene(
            actor=member,
            board_id=room.scene.board.pk,
            starts_at=timezone.now() + timedelta(days=9),
            place="Room 1",
            business="",
        )
    other = room.motion()
    with pytest.raises(PermissionDenied):
        commands.open_ballot(actor=member, motion_id=other.pk)
    with pytest.raises(PermissionDenied):
        commands.cancel_meeting(actor=member, meeting_id=room.called().pk, reason="No")


def test_a_chair_who_comes_late_presides_and_hands_back_on_leaving(room: Room, owner_sql: OwnerSql) -> None:
    member = room.scene.member(2)
    meeting = begun_by(member, waited_for(room, owner_sql))
    room.arrives(meeting, 1, by=member)
    with pytest.raises(PermissionDenied):
        room.arrives(meeting, 3, by=member)
    room.arrives(meeting, 3)
    room.leaves(meeting, 1)
    room.arrives(meeting, 4, by=member)
    kinds = list(
        Event.objects.filter(kind__in=["board.chair_taken", "board.called_to_order"])
        .order_by("sequence")
        .values_list("kind", "detail__seat")
    )
    assert kinds == [("board.chair_taken", 2), ("board.called_to_order", None)]


def test_a_meeting_is_not_stranded_when_whoever_presided_leaves(room: Room, owner_sql: OwnerSql) -> None:
    second, third = room.scene.member(2), room.scene.member(3)
    meeting = begun_by(second, waited_for(room, owner_sql))
    with refused("presided"):
        commands.take_chair(actor=third, meeting_id=meeting.pk)
    room.arrives(meeting, 4, by=second)
    commands.leave(actor=second, meeting_id=meeting.pk, seat_id=room.seat(2).pk)
    with pytest.raises(PermissionDenied):
        commands.adjourn(actor=second, meeting_id=meeting.pk)
    with refused("not_here"):
        commands.take_chair(actor=third, meeting_id=meeting.pk)
    fourth = room.scene.member(4)
    commands.take_chair(actor=fourth, meeting_id=meeting.pk)
    commands.leave(actor=fourth, meeting_id=meeting.pk, seat_id=room.seat(4).pk)
    with refused("chair"):
        commands.take_chair(actor=room.scene.chair, meeting_id=meeting.pk)
    with pytest.raises(PermissionDenied):
        commands.take_chair(actor=room.stands_by(4), meeting_id=meeting.pk)
    commands.take_chair(actor=third, meeting_id=meeting.pk)
    commands.adjourn(actor=third, meeting_id=meeting.pk)
    with refused("not_in_session"):
        commands.take_chair(actor=second, meeting_id=meeting.pk)


def test_with_the_chairs_seat_vacant_nobody_is_waited_for(room: Room, owner_sql: OwnerSql) -> None:
    meeting = room.called()
    commands.vacate_seat(actor=make.portal_administrator(), seat_id=room.seat(1).pk, reason="Left")
    with refused("too_early"):
        begun_by(room.scene.member(2), meeting)
    make.its_time(meeting)
    begun_by(room.scene.member(2), meeting)
    assert policy.presiding(meeting).person == room.scene.member(2)  # type: ignore[union-attr]


def test_the_database_itself_lets_nobody_else_preside_pro_tem(room: Room) -> None:
    """The chair's seat presides as itself; an alternate and whoever is not here do not preside."""
    other = room.stands_by(2)
    meeting = room.in_session()
    room.arrives(meeting, 2, other)
    for number, who in ((1, room.scene.chair), (2, other), (2, room.scene.member(2)), (3, room.scene.member(3))):
        with pytest.raises(IntegrityError, match="presides pro tem"), transaction.atomic():
            Attendance.objects.create(
                meeting=meeting, seat=room.seat(number), person=who, move="presides", sequence=90, recorded_by=who
            )


def test_the_alternate_who_presides_for_the_chair_closes_the_vote_too(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An alternate holds no seat; seen red while closing asked for one."""
    monkeypatch.setattr(policy, "TIME_TO_ANSWER", timedelta(0))
    other, motion = room.stands_by(1), room.motion()
    meeting = room.called(motion_ids=[motion.pk])
    begun_by(other, meeting)
    for number in (2, 3):
        room.arrives(meeting, number, by=other)
    make.its_time(meeting)
    ballot = commands.open_ballot(actor=other, motion_id=motion.pk, meeting_id=meeting.pk)
    commands.cast_vote(actor=room.scene.member(2), ballot_id=ballot.pk, position="yes")
    assert commands.settle(actor=other, ballot_id=ballot.pk).outcome == Decision.Outcome.CARRIED
