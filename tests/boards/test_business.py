"""Meetings, motions, and the chair's own power: who, when, what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from agencies.models import Role
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.notices.models import Notice
from sharing_agreements.boards import commands
from sharing_agreements.boards.models import ChairSuspension, Meeting, Motion
from sharing_agreements.commands import withdraw
from sharing_agreements.models import Agreement, Grant
from tests import kept, make

from .conftest import OwnerSql, Scene, set_up

pytestmark = pytest.mark.django_db

S = Agreement.Status


def convene(scene: Scene, actor: object = None, days: int = 7) -> Meeting:
    at = timezone.now() + timedelta(days=days)
    return commands.convene(
        actor=actor or scene.chair,  # type: ignore[arg-type]
        board_id=scene.board.pk,
        starts_at=at.replace(minute=0, second=0, microsecond=0),
        place="Room 210",
        business="Budget",
    )


# --- Meetings -------------------------------------------------------------------------------------------------------


def test_the_chair_calls_a_meeting_and_every_member_gets_notice(scene: Scene) -> None:
    meeting = convene(scene)
    event = Event.objects.get(kind="board.convened", subject_id=scene.board.pk)
    told = set(Notice.objects.filter(event=event).values_list("recipient", flat=True))
    assert told == set(scene.board.seats.exclude(number=1).values_list("holder", flat=True))
    assert list(Meeting.objects.coming()) == [meeting]


def test_nobody_else_does_and_not_for_a_time_past_or_twice(scene: Scene) -> None:
    for person in (scene.member(2), make.portal_administrator(), make.person(scene.court).person):
        with pytest.raises(PermissionDenied):
            convene(scene, person)
    with pytest.raises(ValidationError):
        convene(scene, days=-1)
    convene(scene)
    with pytest.raises(Refused) as why:
        convene(scene)
    assert why.value.code == "convened"


# --- Motions --------------------------------------------------------------------------------------------------------


def move(scene: Scene, agreement: Agreement, kind: str = "approve", actor: object = None, **values: object) -> Motion:
    return commands.move_motion(
        actor=actor or scene.member(2),  # type: ignore[arg-type]
        board_id=scene.board.pk,
        agreement_id=agreement.pk,
        kind=kind,
        **{**make.needed_to_move(kind), **values},
    )


def test_a_member_takes_an_agreement_up_once(scene: Scene) -> None:
    made = scene.submitted()
    motion = move(scene, made)
    assert motion.text == f"That the Board approve version 1 of agreement {made.number} as noticed."
    assert motion.mover.number == 2
    assert Agreement.objects.get(pk=made.pk).status == S.BEFORE_BOARD
    with pytest.raises(Refused) as why:
        move(scene, made)
    assert why.value.code == "open"


def test_only_members_of_the_responsible_board_move(scene: Scene) -> None:
    made = scene.submitted()
    other = make.board(states=["NV"])
    stranger = other.seats.all()[0].holder
    for person in (make.person(scene.court).person, make.portal_administrator(), make.auditor(), stranger):
        with pytest.raises(PermissionDenied):
            move(scene, made, actor=person)
    with pytest.raises(PermissionDenied):
        commands.move_motion(actor=stranger, board_id=other.pk, agreement_id=made.pk, kind="approve")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["suspend", "ratify", "resume"])
def test_there_is_nothing_to_suspend_ratify_or_resume_before_it_is_in_force(scene: Scene, kind: str) -> None:
    with pytest.raises(Refused) as why:
        move(scene, scene.submitted(), kind)
    assert why.value.code == "bad_status"


def test_what_the_board_suspended_is_resumed_and_not_ratified(scene: Scene) -> None:
    made = scene.in_force()
    make.suspended(made, scene.board)
    with pytest.raises(Refused) as why:
        move(scene, made, "ratify")
    assert why.value.code == "nothing_to_ratify"
    resumed = make.carry(make.ballot(scene.board, made, Motion.Kind.RESUME))
    assert resumed.status == S.IN_FORCE


def test_numbers_of_motions_follow_each_other(scene: Scene) -> None:
    first, second = move(scene, scene.submitted()), move(scene, scene.submitted())
    year = f"{timezone.now():%Y}"
    short = scene.board.short_name
    assert (first.number, second.number) == (f"{short}-{year}-001", f"{short}-{year}-002")


def test_withdrawing_drops_the_motion_and_its_ballot(scene: Scene) -> None:
    made = scene.submitted()
    ballot = make.ballot(scene.board, made)
    commands.cast_vote(actor=scene.member(2), ballot_id=ballot.pk, position="yes")
    withdraw(actor=made.author, agreement_id=made.pk, reason="No longer needed")
    motion = Motion.objects.get(pk=ballot.motion_id)
    assert motion.status == Motion.Status.MOOT
    with pytest.raises(Refused, match="no object"):
        commands.cast_vote(actor=scene.member(3), ballot_id=ballot.pk, position="yes")
    with pytest.raises(Refused):
        commands.settle(ballot_id=ballot.pk)
    assert Event.objects.filter(kind="agreement.motion_dropped", subject_id=made.pk).count() == 1


# --- The chair alone ------------------------------------------------------------------------------------------------


def suspend(scene: Scene, agreement: Agreement, actor: object = None, reason: str = "A leak") -> Agreement:
    return commands.suspend_by_chair(
        actor=actor or scene.chair,  # type: ignore[arg-type]
        board_id=scene.board.pk,
        agreement_id=agreement.pk,
        reason=reason,
    )


@kept.fixture
def chartered() -> Scene:
    return set_up(chair_may_suspend=True, ratify_within_days=5)


def test_the_chair_closes_access_at_once_where_chartered(chartered: Scene) -> None:
    made = chartered.in_force()
    assert suspend(chartered, made).status == S.SUSPENDED
    assert not Grant.objects.live().exists()
    left = ChairSuspension.objects.unratified().get()
    assert left.ratify_by - left.at == pytest.approx(timedelta(days=5), abs=timedelta(seconds=5))


def test_nobody_else_does_not_without_a_charter_and_not_without_a_reason(scene: Scene, chartered: Scene) -> None:
    made = chartered.in_force()
    with pytest.raises(PermissionDenied):
        suspend(scene, made)
    for person in (chartered.member(2), make.portal_administrator()):
        with pytest.raises(PermissionDenied):
            suspend(chartered, made, person)


def test_a_reason_is_needed_and_something_in_force(chartered: Scene) -> None:
    made = chartered.in_force()
    with pytest.raises(ValidationError):
        suspend(chartered, made, reason=" ")
    suspend(chartered, made)
    with pytest.raises(Refused) as why:
        suspend(chartered, made)
    assert why.value.code == "not_in_force"


def test_a_motion_to_suspend_that_is_open_gives_way_so_that_the_board_can_ratify(chartered: Scene) -> None:
    made = chartered.in_force()
    ballot = make.ballot(chartered.board, made, Motion.Kind.SUSPEND)
    suspend(chartered, made)
    assert Motion.objects.get(pk=ballot.motion_id).status == Motion.Status.MOOT
    ratified = make.carry(make.ballot(chartered.board, made, Motion.Kind.RATIFY))
    assert ratified.status == S.SUSPENDED
    suspension = ChairSuspension.objects.get()
    assert suspension.ratified_at is not None
    assert suspension.lifted_at is None
    assert not ChairSuspension.objects.unratified().exists()


def test_a_suspension_that_is_not_ratified_ends_with_that_decision(chartered: Scene) -> None:
    made = chartered.in_force()
    suspend(chartered, made)
    ballot = make.ballot(chartered.board, made, Motion.Kind.RATIFY)
    for number in (1, 2, 3):
        commands.cast_vote(actor=chartered.member(number), ballot_id=ballot.pk, position="no", statement="No leak")
    assert Agreement.objects.get(pk=made.pk).status == S.IN_FORCE
    assert ChairSuspension.objects.get().lifted_at is not None
    assert Grant.objects.live().count() == 1


@pytest.mark.parametrize("kind", [Motion.Kind.RESUME, Motion.Kind.RATIFY])
def test_the_chair_does_not_suspend_again_what_the_board_has_opened_again(chartered: Scene, kind: str) -> None:
    made = chartered.in_force()
    suspend(chartered, made)
    ballot = make.ballot(chartered.board, made, kind)
    position = "yes" if kind == Motion.Kind.RESUME else "no"
    for number in (1, 2, 3):
        commands.cast_vote(
            actor=chartered.member(number), ballot_id=ballot.pk, position=position, statement="There was no leak"
        )
    assert Agreement.objects.get(pk=made.pk).status == S.IN_FORCE
    with pytest.raises(Refused, match="takes a vote"):
        suspend(chartered, made)
    make.carry(make.ballot(chartered.board, made, Motion.Kind.SUSPEND))
    assert not Grant.objects.live().exists(), "the board may"


def test_the_chair_does_not_suspend_what_the_board_refused_to_suspend(chartered: Scene) -> None:
    made = chartered.in_force()
    ballot = make.ballot(chartered.board, made, Motion.Kind.SUSPEND)
    for number in (1, 2, 3):
        commands.cast_vote(actor=chartered.member(number), ballot_id=ballot.pk, position="no", statement="No leak")
    with pytest.raises(Refused, match="decided against suspending"):
        suspend(chartered, made)


def test_any_member_opens_the_ballot_once_the_day_to_ratify_is_past(chartered: Scene, owner_sql: OwnerSql) -> None:
    made, member = chartered.in_force(), chartered.member(3)
    suspend(chartered, made)
    motion = commands.move_motion(
        actor=member, board_id=chartered.board.pk, kind=Motion.Kind.RATIFY, agreement_id=made.pk
    )
    with pytest.raises(PermissionDenied, match="Only the chair"):
        commands.open_ballot(actor=member, motion_id=motion.pk)
    owner_sql("UPDATE boards_chairsuspension SET at = now() - interval '9 days', ratify_by = now() - interval '1 day'")
    make.vote_through(commands.open_ballot(actor=member, motion_id=motion.pk))
    assert not ChairSuspension.objects.unratified().exists()


def test_a_chair_with_a_conflict_ends_no_ballot_and_others_open_it(scene: Scene) -> None:
    member, chairs = scene.member(3), scene.board.seats.get(is_chair=True).agency
    motion = commands.move_motion(
        actor=member,
        board_id=scene.board.pk,
        kind="sanction",
        agency_id=chairs.pk,
        measure="reprimand",
        grounds="For late audits.",
    )
    ballot = commands.open_ballot(actor=member, motion_id=motion.pk)
    with pytest.raises(PermissionDenied, match="Another member ends this ballot"):
        commands.cancel_ballot(actor=scene.chair, ballot_id=ballot.pk, reason="I do not like it")
    commands.cancel_ballot(actor=member, ballot_id=ballot.pk, reason="Wrong annex")


def test_no_ballot_opens_on_what_the_charter_no_longer_covers(scene: Scene) -> None:
    made = scene.in_force()
    motion = make.motion(scene.board, made, Motion.Kind.SUSPEND)
    make.amended(scene.board, responsible_for=["user_agreement"])
    with pytest.raises(Refused, match="does not cover") as why:
        commands.open_ballot(actor=scene.chair, motion_id=motion.pk)
    assert why.value.code == "not_responsible"


def test_a_later_suspension_is_ratified_by_itself(chartered: Scene, owner_sql: OwnerSql) -> None:
    made = chartered.in_force()
    suspend(chartered, made)
    make.carry(make.ballot(chartered.board, made, Motion.Kind.RESUME))
    owner_sql("UPDATE boards_decision SET at = at - interval '90 days'")
    suspend(chartered, made, reason="Another leak")
    make.carry(make.ballot(chartered.board, made, Motion.Kind.RATIFY))
    first, second = ChairSuspension.objects.order_by("at")
    assert (first.ratified_at, second.lifted_at) == (None, None)
    assert first.lifted_at is not None
    assert second.ratified_at is not None


def test_a_chair_of_a_board_without_the_power_is_told_to_make_a_motion(scene: Scene) -> None:
    with pytest.raises(PermissionDenied, match="put a motion"):
        suspend(scene, scene.in_force())


def test_members_are_told_of_a_motion_and_of_its_ballot_only_those_who_may_vote(scene: Scene) -> None:
    make.person(scene.court, roles=(Role.SIGNATORY,))
    ballot = make.ballot(scene.board, scene.submitted())
    event = Event.objects.get(kind="agreement.ballot_opened", detail__ballot=str(ballot.pk))
    told = set(Notice.objects.filter(event=event).values_list("recipient", flat=True))
    assert told == set(scene.board.seats.exclude(number=1).values_list("holder", flat=True))
