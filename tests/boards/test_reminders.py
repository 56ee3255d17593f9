"""Reminders: to whoever has not acted, at most once each time, then to alternates and chair. And each step's notice."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from agencies.models import Role, User
from portal.audit.models import Event
from portal.kernel import history
from portal.notices import kinds
from portal.notices.delivery import deliver
from portal.notices.models import Notice
from sharing_agreements.boards import commands, docket, reminding
from sharing_agreements.boards.models import Ballot, Motion, Reminder
from sharing_agreements.boards.tasks import remind_members
from tests import make

from .conftest import OwnerSql, Scene, set_up

pytestmark = pytest.mark.django_db

Step = Reminder.Step


def aged(owner_sql: OwnerSql, ballot: Ballot, since: str, left: str) -> None:
    """The ballot as it is after that time, with so much left."""
    owner_sql(
        f"UPDATE boards_ballot SET opened_at = now() - interval '{since}', closes_at = now() + interval '{left}' "
        f"WHERE id = '{ballot.pk}'"
    )


def told(kind: str) -> set[User]:
    """Whom the newest event of this kind owed a notice."""
    event = Event.objects.filter(kind=kind).order_by("-at").first()
    return {notice.recipient for notice in Notice.objects.filter(event=event)} if event else set()


def with_alternate(scene: Scene, number: int) -> User:
    seat = scene.board.seats.get(number=number, ended_at=None)
    seat.alternate = make.person(make.agency()).person
    history.save(seat, actor=None, reason="Stands by")
    return seat.alternate


# --- When -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "at", "wanted"),
    [
        (7, 3.49, set()),
        (7, 3.5, {Step.HALF}),
        (7, 5.99, {Step.HALF}),
        (7, 6, {Step.LAST}),
        (7, 6.29, {Step.LAST}),
        (7, 6.31, {Step.LAST, Step.ESCALATED}),
        (30, 28.9, {Step.HALF}),
        (30, 29, {Step.LAST, Step.ESCALATED}),
        (1, 0.49, set()),
        (1, 0.5, {Step.HALF}),
        (1, 0.91, {Step.HALF, Step.ESCALATED}),
        (7, 7, set()),
    ],
)
def test_what_is_due_when(days: float, at: float, wanted: set[Step]) -> None:
    opened = timezone.now()
    ballot = Ballot(opened_at=opened, closes_at=opened + timedelta(days=days))
    assert reminding.due(ballot, opened + timedelta(days=at)) == wanted


# --- Who, and once --------------------------------------------------------------------------------------------------


def test_only_who_has_not_voted_is_reminded_and_once_each_time(scene: Scene, owner_sql: OwnerSql) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    remind_members()
    assert not Reminder.objects.exists(), "nothing before half time"
    commands.cast_vote(actor=scene.member(2), ballot_id=ballot.pk, position="yes")
    aged(owner_sql, ballot, "4 days", "3 days")
    for _ in range(3):
        remind_members()
    assert told("agreement.ballot_reminded") == {scene.member(number) for number in (1, 3, 4, 5)}
    assert [reminder.step for reminder in Reminder.objects.all()] == [Step.HALF]
    aged(owner_sql, ballot, "149 hours", "19 hours")
    commands.cast_vote(actor=scene.member(3), ballot_id=ballot.pk, position="abstain")
    for _ in range(3):
        remind_members()
    assert told("agreement.ballot_reminded") == {scene.member(number) for number in (1, 4, 5)}
    assert Event.objects.filter(kind="agreement.ballot_reminded").count() == 2


def test_a_vote_of_the_alternate_is_a_vote_and_nobody_is_reminded_of_what_ended(
    scene: Scene, owner_sql: OwnerSql
) -> None:
    other = with_alternate(scene, 2)
    ballot = make.ballot(scene.board, scene.submitted())
    commands.cast_vote(actor=other, ballot_id=ballot.pk, position="yes")
    aged(owner_sql, ballot, "4 days", "3 days")
    remind_members()
    assert scene.member(2) not in told("agreement.ballot_reminded")
    commands.cancel_ballot(actor=scene.chair, ballot_id=ballot.pk, reason="A wrong annex")
    aged(owner_sql, ballot, "149 hours", "19 hours")
    remind_members()
    assert Event.objects.filter(kind="agreement.ballot_reminded").count() == 1


def test_a_reminder_that_waits_for_its_worker_is_not_sent_to_who_voted_meanwhile(
    scene: Scene, owner_sql: OwnerSql
) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    deliver()
    aged(owner_sql, ballot, "4 days", "3 days")
    remind_members()
    commands.cast_vote(actor=scene.member(2), ballot_id=ballot.pk, position="yes")
    deliver()
    event = Event.objects.get(kind="agreement.ballot_reminded")
    sent = Notice.objects.filter(event=event, status=Notice.Status.SENT, channel=Notice.Channel.PORTAL)
    assert {notice.recipient for notice in sent} == {scene.member(number) for number in (1, 3, 4, 5)}


def test_shortly_before_the_close_the_alternates_and_the_chair_hear_of_it(scene: Scene, owner_sql: OwnerSql) -> None:
    other, idle = with_alternate(scene, 2), with_alternate(scene, 3)
    ballot = make.ballot(scene.board, scene.submitted())
    commands.cast_vote(actor=scene.member(3), ballot_id=ballot.pk, position="yes")
    commands.cast_vote(actor=scene.chair, ballot_id=ballot.pk, position="yes")
    aged(owner_sql, ballot, "149 hours", "19 hours")
    remind_members()
    assert not told("agreement.ballot_escalated")
    assert docket.awaiting(other) == []
    aged(owner_sql, ballot, "154 hours", "14 hours")
    for _ in range(2):
        remind_members()
    assert told("agreement.ballot_escalated") == {other, scene.chair}
    assert [item.text for item in docket.awaiting(other)] == [
        f"{scene.member(2)}, for whom you stand by, has not voted."
    ]
    assert docket.awaiting(idle) == []
    event = Event.objects.get(kind="agreement.ballot_escalated")
    to_other, to_chair = kinds.words(event, other), kinds.words(event, scene.chair)
    assert to_other is not None
    assert to_chair is not None
    assert "as alternate" in to_other.subject
    assert "No vote yet from seat 2, seat 4 and seat 5" in to_chair.body


def test_what_was_missed_while_no_worker_ran_is_said_once_and_not_after_the_close(
    scene: Scene, owner_sql: OwnerSql
) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    aged(owner_sql, ballot, "160 hours", "8 hours")
    remind_members()
    assert set(Reminder.objects.values_list("step", flat=True)) == {Step.LAST, Step.ESCALATED}
    other = make.ballot(scene.board, scene.submitted())
    owner_sql(
        f"UPDATE boards_ballot SET opened_at = now() - interval '8 days', closes_at = now() - interval '1 second' "
        f"WHERE id = '{other.pk}'"
    )
    remind_members()
    assert not Reminder.objects.filter(ballot=other).exists()


def test_a_worker_killed_before_its_commit_leaves_neither_reminder_nor_notice(
    scene: Scene, owner_sql: OwnerSql, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(**values: object) -> None:
        raise Killed

    ballot = make.ballot(scene.board, scene.submitted())
    aged(owner_sql, ballot, "4 days", "3 days")
    with monkeypatch.context() as patched:
        patched.setattr(Reminder.objects, "create", die)
        with pytest.raises(Killed):
            remind_members()
    assert not Event.objects.filter(kind="agreement.ballot_reminded").exists()
    remind_members()
    assert Event.objects.filter(kind="agreement.ballot_reminded").count() == 1


def test_an_overdue_suspension_by_the_chair_reminds_every_member_once(owner_sql: OwnerSql) -> None:
    scene = set_up(chair_may_suspend=True)
    made = scene.in_force()
    commands.suspend_by_chair(actor=scene.chair, board_id=scene.board.pk, agreement_id=made.pk, reason="A leak")
    remind_members()
    assert not told("agreement.suspension_overdue")
    owner_sql("UPDATE boards_chairsuspension SET ratify_by = now() - interval '1 second'")
    for _ in range(2):
        remind_members()
    assert told("agreement.suspension_overdue") == {scene.member(number) for number in range(1, 6)}
    event = Event.objects.get(kind="agreement.suspension_overdue")
    words = kinds.words(event, scene.member(2))
    assert words is not None
    assert "Until it has decided, the agreement stays suspended." in words.body
    assert kinds.is_due(event, scene.member(2))
    make.carry(make.ballot(scene.board, made, Motion.Kind.RATIFY))
    assert not kinds.is_due(event, scene.member(2))


# --- Each step, on the reader's clock -------------------------------------------------------------------------------


def said(kind: str, to: User) -> str:
    event = Event.objects.filter(kind=kind).order_by("-at").first()
    assert event is not None, kind
    words = kinds.words(event, to)
    assert words is not None, kind
    return f"{words.subject} | {words.body}"


def test_every_step_of_a_motion_is_told_with_its_outcome(scene: Scene, owner_sql: OwnerSql) -> None:
    make.amended(scene.board, second_required=True)
    assert "Charter 2 is in force" in said("board.charter_adopted", scene.member(3))
    made = scene.submitted()
    moved = make.motion(scene.board, made)
    assert "It awaits a second." in said("agreement.motion_made", scene.member(3))
    commands.withdraw_motion(actor=scene.chair, motion_id=moved.pk, reason="To word it anew")
    assert "was withdrawn" in said("agreement.motion_withdrawn", scene.member(3))
    moved = make.motion(scene.board, made)
    commands.second(actor=scene.member(2), motion_id=moved.pk)
    assert "is seconded" in said("agreement.motion_seconded", scene.member(3))
    ballot = commands.open_ballot(actor=scene.chair, motion_id=moved.pk)
    commands.cancel_ballot(actor=scene.chair, ballot_id=ballot.pk, reason="A wrong annex")
    assert "is cancelled | Nothing is decided" in said("agreement.ballot_cancelled", scene.member(3))
    ballot = commands.open_ballot(actor=scene.chair, motion_id=moved.pk)
    owner_sql(
        "UPDATE boards_ballot SET opened_at = now() - interval '2 days', closes_at = now() - interval '1 second' "
        f"WHERE id = '{ballot.pk}'"
    )
    commands.settle(ballot_id=ballot.pk)
    assert ": no quorum | " in said("agreement.decided", scene.member(3))
    make.vote_through(commands.open_ballot(actor=scene.chair, motion_id=moved.pk))
    assert ": carried | " in said("agreement.decided", scene.member(3))
    for person in (make.person(scene.court).person, make.person(make.agency()).person):
        event = Event.objects.filter(kind="agreement.decided").order_by("-at").first()
        assert event is not None
        assert kinds.words(event, person) is None


def test_a_sanction_is_told_to_the_board_and_to_whoever_answers_for_the_agency(scene: Scene) -> None:
    chief = make.person(scene.police, roles=(Role.SIGNATORY,)).person
    clerk = make.person(scene.police, roles=(Role.CLERK,)).person
    moved = commands.move_motion(
        actor=scene.chair,
        board_id=scene.board.pk,
        kind=Motion.Kind.SANCTION,
        agency_id=scene.police.pk,
        measure=Motion.Measure.REPRIMAND,
        grounds="That the Board reprimand it.",
    )
    make.vote_through(commands.open_ballot(actor=scene.chair, motion_id=moved.pk))
    people = told("board.sanction_imposed")
    assert {chief, scene.member(2)} <= people
    assert clerk not in people
    assert "Reprimand, Cedar Police: was imposed by" in said("board.sanction_imposed", chief)


def test_moments_stand_on_the_clock_of_whoever_reads(scene: Scene) -> None:
    member = scene.member(2)
    make.ballot(scene.board, scene.submitted())
    closes = Ballot.objects.get().closes_at
    for zone in ("America/New_York", "Pacific/Honolulu"):
        member.time_zone = zone
        local = closes.astimezone(ZoneInfo(zone))
        assert f"{local:%Z}" in said("agreement.ballot_opened", member)
        assert f"{local.hour % 12 or 12}:{local:%M}" in said("agreement.ballot_opened", member)
