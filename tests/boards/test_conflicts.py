"""Conflicts of interest, for every kind of motion: the policy and the database say the same, and the database holds it.

What is inserted here is what no form and no command would write.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from agencies.models import Agency, Membership, Role, User
from portal.kernel import history
from sharing_agreements.boards import commands, policy
from sharing_agreements.boards.models import Ballot, Elector, Motion, MotionKind, Sanction, Seat, Vote
from tests import kept, make
from tests.sharing_agreements.test_guards import refused

from .conftest import Scene, set_up

pytestmark = pytest.mark.django_db

K = MotionKind


@dataclass
class Case:
    """A motion, and the agency that it concerns (none of a motion on the charter)."""

    motion: Motion
    agency: Agency | None


def on_agreement(kind: str) -> Callable[[Scene], Case]:
    def made(scene: Scene) -> Case:
        agreement = scene.submitted() if kind in {K.APPROVE, K.SEND_BACK, K.REJECT} else scene.in_force()
        if kind == K.RATIFY:
            chair = scene.chair
            commands.suspend_by_chair(actor=chair, board_id=scene.board.pk, agreement_id=agreement.pk, reason="A leak")
        if kind == K.RESUME:
            make.suspended(agreement, scene.board)
        besides: dict[str, Any] = {"conditions": "Narrow it"} if kind == K.SEND_BACK else make.needed_to_move(kind)
        moved = commands.move_motion(
            actor=scene.chair, board_id=scene.board.pk, kind=kind, agreement_id=agreement.pk, **besides
        )
        return Case(moved, scene.police)

    return made


def charter(scene: Scene) -> Case:
    now = policy.charter_of(scene.board)
    proposed = {**policy.charter_rules(now), "ballot_days": now.ballot_days + 1}
    return Case(
        commands.move_motion(actor=scene.chair, board_id=scene.board.pk, kind=K.CHARTER, proposed=proposed), None
    )


def budget(scene: Scene) -> Case:
    version = make.budget_version(make.budget(scene.board, scene.court, scene.police))
    return Case(
        commands.move_motion(actor=scene.chair, board_id=scene.board.pk, kind=K.BUDGET, budget_version_id=version.pk),
        None,
    )


def initiative(scene: Scene) -> Case:
    lead = scene.board.seats.get(number=1, ended_at=None).agency
    return Case(make.initiative_moved(make.initiative_proposed(make.initiative(scene.board, lead, scene.police))), None)


def law(scene: Scene) -> Case:
    officer = make.someone(scene.board.seats.get(number=1, ended_at=None).agency, Role.PRIVACY_OFFICER)
    change = make.law_change(officer, audience="partners", on_agenda=True)
    moved = commands.move_motion(actor=scene.chair, board_id=scene.board.pk, kind=K.LAW, law_change_id=change.pk)
    return Case(moved, None)


def adopted_policy(scene: Scene) -> Case:
    version = make.policy(scene.police)
    moved = commands.move_motion(
        actor=scene.chair, board_id=scene.board.pk, kind=K.POLICY, policy_version_id=version.pk
    )
    return Case(moved, scene.police)


def sanction(scene: Scene) -> Case:
    moved = commands.move_motion(
        actor=scene.chair,
        board_id=scene.board.pk,
        kind=K.SANCTION,
        agency_id=scene.police.pk,
        measure=Motion.Measure.REPRIMAND,
        grounds="That the Board reprimand the agency for looking without a case.",
    )
    return Case(moved, scene.police)


def lift(scene: Scene) -> Case:
    imposed = commands.open_ballot(actor=scene.chair, motion_id=sanction(scene).motion.pk)
    make.vote_through(imposed)
    moved = commands.move_motion(
        actor=scene.chair, board_id=scene.board.pk, kind=K.LIFT, lifts_id=Sanction.objects.get().pk
    )
    return Case(moved, scene.police)


CASES: dict[str, Callable[[Scene], Case]] = {
    **{kind: on_agreement(kind) for kind in policy.BALLOT_NEEDS},
    K.CHARTER: charter,
    K.POLICY: adopted_policy,
    K.BUDGET: budget,
    K.INITIATIVE: initiative,
    K.LAW: law,
    K.SANCTION: sanction,
    K.LIFT: lift,
}


def test_every_kind_is_here() -> None:
    assert set(CASES) == set(MotionKind.values)


@kept.fixture
def scene() -> Scene:
    return set_up(chair_may_suspend=True)


def in_database(motion: Motion, person: User, agency: Agency) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT boards_has_conflict(%s, %s, %s)", [motion.pk, person.pk, agency.pk])
        return bool(cursor.fetchone()[0])


def seat_with(scene: Scene, holder: Membership, number: int, alternate: User | None = None) -> Seat:
    make.seat(scene.board, number, holder=holder)
    seat = scene.board.seats.get(number=number, ended_at=None)
    if alternate:
        seat.alternate = alternate
        history.save(seat, actor=None, reason="Stands by")
    return seat


@pytest.mark.parametrize("kind", CASES)
def test_policy_and_database_agree_on_who_has_a_conflict(scene: Scene, kind: str) -> None:
    case = CASES[kind](scene)
    elsewhere = make.person(make.agency(), roles=(Role.SIGNATORY,))
    officer = make.person(scene.police, roles=(Role.CLERK,))
    people = [elsewhere, officer, make.person(scene.court)]
    author = case.motion.agreement.author if case.motion.agreement else None
    wanted = {True: 0, False: 0}
    for seat in (
        seat_with(scene, elsewhere, 6),
        Seat(board=scene.board, number=7, agency=scene.police, holder=officer.person),
    ):
        for person in [*(membership.person for membership in people), *([author] if author else [])]:
            said = bool(policy.conflict_of(person, seat, case.motion))
            assert said == in_database(case.motion, person, seat.agency), (kind, person, seat)
            wanted[said] += 1
    assert wanted[False], "somebody may always vote"
    assert bool(wanted[True]) == (case.agency is not None)


@pytest.mark.parametrize("kind", [kind for kind in CASES if kind not in {K.CHARTER, K.BUDGET, K.INITIATIVE, K.LAW}])
def test_whoever_has_an_interest_is_frozen_as_conflicted_and_their_votes_are_refused(scene: Scene, kind: str) -> None:
    """The seat of the agency concerned, and an uninvolved seat whose holder or alternate works there."""
    officer, second_officer, third_officer = (make.person(scene.police, roles=(Role.CLERK,)) for _ in range(3))
    own = seat_with(scene, officer, 6)
    stand_in = seat_with(scene, make.person(make.agency()), 7, alternate=second_officer.person)
    case = CASES[kind](scene)
    ballot = commands.open_ballot(actor=scene.chair, motion_id=case.motion.pk)
    conflicted = ballot.electors.get(seat=own)
    assert conflicted.conflict
    assert ballot.electors.get(seat=stand_in).alternate is None
    with refused("A conflicted or absent elector casts no vote"):
        Vote.objects.create(elector=conflicted, by=officer.person, sequence=1, position="yes")
    with refused("Only the elector or the alternate"):
        voter = ballot.electors.get(seat=stand_in)
        Vote.objects.create(elector=voter, by=third_officer.person, sequence=1, position="yes")


def opened(scene: Scene) -> Ballot:
    return commands.open_ballot(actor=scene.chair, motion_id=sanction(scene).motion.pk)


def forged(ballot: Ballot, seat: Seat, **values: object) -> Elector:
    return Elector(**{"ballot": ballot, "seat": seat, "agency": seat.agency, "person": seat.holder, **values})


def test_no_elector_is_frozen_without_the_conflict_that_they_have(scene: Scene) -> None:
    ballot = opened(scene)
    seat = seat_with(scene, make.person(scene.police, roles=(Role.CLERK,)), 6)
    with refused("may not vote on it"):
        forged(ballot, seat).save()


def test_no_elector_is_frozen_with_a_conflict_that_they_do_not_have(scene: Scene) -> None:
    ballot = opened(scene)
    seat = seat_with(scene, make.person(make.agency()), 6)
    with refused("Nobody is kept from a vote"):
        forged(ballot, seat, conflict="inconvenient").save()


def test_no_elector_sits_elsewhere_for_another_agency_or_in_place_of_the_holder(scene: Scene) -> None:
    ballot = opened(scene)
    own = seat_with(scene, make.person(make.agency()), 6)
    other = make.board().seats.get(number=2)
    stranger = make.person(make.agency()).person
    for elector in (
        forged(ballot, other),
        forged(ballot, own, person=stranger),
        forged(ballot, own, agency=make.agency()),
        forged(ballot, own, alternate=stranger),
        forged(ballot, own, present=True),
    ):
        with refused("An elector is a voting seat of the board, as it is held"):
            elector.save()


def test_no_alternate_votes_once_the_holder_has(scene: Scene) -> None:
    seat = seat_with(scene, make.person(make.agency()), 6, alternate=make.person(make.agency()).person)
    ballot = opened(scene)
    elector = ballot.electors.get(seat=seat)
    assert seat.holder is not None
    assert seat.alternate is not None
    commands.cast_vote(actor=seat.holder, ballot_id=ballot.pk, position="no", statement="Too hard")
    with refused("An alternate votes only while the holder has not"):
        Vote.objects.create(elector=elector, by=seat.alternate, sequence=9, position="yes")


def test_an_agency_does_not_vote_on_a_sanction_against_itself_nor_on_lifting_it(scene: Scene) -> None:
    seat = seat_with(scene, make.person(scene.police, roles=(Role.CLERK,)), 6)
    imposed = opened(scene)
    assert imposed.electors.get(seat=seat).conflict == "holds the seat of the agency concerned"
    make.vote_through(imposed)
    lifting = commands.move_motion(
        actor=scene.chair, board_id=scene.board.pk, kind=K.LIFT, lifts_id=Sanction.objects.get().pk
    )
    ballot = commands.open_ballot(actor=scene.chair, motion_id=lifting.pk)
    assert ballot.electors.get(seat=seat).conflict == "holds the seat of the agency concerned"


def test_whose_agency_a_sanction_is_about_neither_moves_nor_seconds_it(scene: Scene) -> None:
    make.amended(scene.board, second_required=True)
    concerned = make.seat(scene.board, 6, holder=make.person(scene.police)).person
    about = {"kind": "sanction", "agency_id": scene.police.pk, "measure": "reprimand", "grounds": "For late audits."}
    with pytest.raises(PermissionDenied, match="Another member"):
        commands.move_motion(actor=concerned, board_id=scene.board.pk, **about)  # type: ignore[arg-type]
    moved = commands.move_motion(actor=scene.chair, board_id=scene.board.pk, **about)  # type: ignore[arg-type]
    with pytest.raises(PermissionDenied, match="Another member"):
        commands.second(actor=concerned, motion_id=moved.pk)
    assert commands.second(actor=scene.member(2), motion_id=moved.pk).status == moved.Status.PENDING
