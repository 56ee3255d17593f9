"""What the database itself refuses of ballots, whatever the code above it does. Each refusal is provoked directly."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from agencies.models import Role
from portal.kernel import history
from sharing_agreements.boards import commands
from sharing_agreements.boards.models import Ballot, Charter, Elector, Meeting, Seat, Vote
from sharing_agreements.boards.policy import charter_rules
from tests import kept, make
from tests.sharing_agreements.test_guards import refused, run

from .conftest import OwnerSql, Scene

pytestmark = pytest.mark.django_db


@kept.fixture
def ballot(scene: Scene) -> Ballot:
    make.seat(scene.board, 6, holder=make.person(scene.police, roles=(Role.SIGNATORY,)))
    return make.ballot(scene.board, scene.submitted())


def elector(ballot: Ballot, seat: Seat, **values: object) -> Elector:
    return Elector(**{"ballot": ballot, "seat": seat, "agency": seat.agency, "person": seat.holder, **values})


def test_a_conflicted_elector_casts_no_vote(ballot: Ballot) -> None:
    conflicted = ballot.electors.get(seat__number=6)
    with refused("A conflicted or absent elector casts no vote"):
        Vote.objects.create(elector=conflicted, by=conflicted.person, sequence=1, position="yes")


def test_no_elector_without_a_conflict_is_of_a_party_or_works_there(scene: Scene, ballot: Ballot) -> None:
    with refused("may not vote on it"):
        elector(ballot, scene.board.seats.get(number=6)).save()


def test_a_portal_administrator_is_no_elector_and_holds_no_seat(scene: Scene, ballot: Ballot) -> None:
    administrator = make.portal_administrator()
    seat = scene.board.seats.get(number=2)
    with refused("A portal administrator casts no vote"):
        elector(ballot, seat, person=administrator).save()
    seat.holder = administrator
    with refused("A portal administrator holds no seat"):
        history.save(seat, actor=None, reason="By the back door")


@pytest.mark.parametrize("table", ["ballot", "elector", "vote", "decision"])
@pytest.mark.parametrize("change", ["UPDATE boards_{} SET id = id", "DELETE FROM boards_{}"])
def test_the_runtime_role_changes_no_ballot_elector_vote_or_decision(table: str, change: str) -> None:
    with refused("permission denied", DatabaseError):
        run(change.format(table))


@pytest.mark.parametrize("name", ["board", "charter", "seat", "meeting", "motion", "chairsuspension"])
@pytest.mark.parametrize("change", ["UPDATE {} SET history_change_reason = ''", "DELETE FROM {}"])
def test_the_runtime_role_changes_no_history(name: str, change: str) -> None:
    with refused("permission denied", DatabaseError):
        run(change.format(f"boards_historical{name}"))


@pytest.mark.parametrize("table", ["board", "charter", "seat", "meeting", "minutes", "motion"])
def test_the_runtime_role_removes_nothing_of_a_board_and_changes_no_charter(table: str) -> None:
    with refused("permission denied", DatabaseError):
        run(f"DELETE FROM boards_{table}")
    with refused("permission denied", DatabaseError):
        run("UPDATE boards_charter SET threshold = 'majority'")


def test_a_sanction_is_kept_until_a_decision_lifts_it(scene: Scene) -> None:
    moved = commands.move_motion(
        actor=scene.chair,
        board_id=scene.board.pk,
        kind="sanction",
        agency_id=scene.police.pk,
        measure="plan",
        grounds="For late audits.",
    )
    make.vote_through(commands.open_ballot(actor=scene.chair, motion_id=moved.pk))
    with refused("permission denied", DatabaseError):
        run("DELETE FROM boards_sanction")
    with refused("lifted by a decision"):
        run("UPDATE boards_sanction SET lifted_at = now()")


def test_a_meeting_keeps_the_notice_that_its_charter_asked(scene: Scene) -> None:
    Meeting(board=scene.board, starts_at=timezone.now(), place="Room 2", called_by=scene.chair, notice_hours=72).save()
    with refused("keeps the time of notice"):
        run("UPDATE boards_meeting SET notice_hours = 0")


def test_a_vote_is_one_of_the_positions_and_is_dated_by_the_database(ballot: Ballot) -> None:
    voter = ballot.electors.get(seat__number=2)
    with refused("vote_position"):
        Vote.objects.create(elector=voter, by=voter.person, sequence=1, position="maybe")
    long_ago = timezone.now() - timedelta(days=999)
    cast = Vote.objects.create(elector=voter, by=voter.person, sequence=1, position="no", statement="No", at=long_ago)
    cast.refresh_from_db()
    assert timezone.now() - cast.at < timedelta(minutes=1)


@pytest.mark.parametrize("change", ["text = 'Other'", "conditions = 'Other'", "effective_on = '2030-01-01'"])
def test_a_motion_keeps_its_words(ballot: Ballot, change: str) -> None:
    with refused("in the words in which it was made"):
        run(f"UPDATE boards_motion SET {change} WHERE id = '{ballot.motion_id}'")


def test_no_motion_is_carried_or_lost_without_a_decision(ballot: Ballot) -> None:
    for status in ("carried", "lost"):
        with refused("by a decision of the board"):
            run(f"UPDATE boards_motion SET status = '{status}' WHERE id = '{ballot.motion_id}'")


def test_no_vote_is_cast_after_the_decision(ballot: Ballot) -> None:
    voter = ballot.electors.get(seat__number=2)
    make.carry(ballot)
    with refused("The ballot is closed"):
        Vote.objects.create(elector=voter, by=voter.person, sequence=99, position="no")


def test_no_vote_is_cast_after_the_deadline(ballot: Ballot, owner_sql: OwnerSql) -> None:
    voter = ballot.electors.get(seat__number=2)
    owner_sql("UPDATE boards_ballot SET opened_at = now() - interval '2 days', closes_at = now() - interval '1 second'")
    with refused("The ballot is closed"):
        Vote.objects.create(elector=voter, by=voter.person, sequence=99, position="no")


def test_no_vote_is_cast_on_a_motion_that_was_dropped(ballot: Ballot) -> None:
    from sharing_agreements.commands import withdraw  # noqa: PLC0415

    made = make.agreement_of(ballot)
    withdraw(actor=made.author, agreement_id=made.pk, reason="No longer needed")
    with refused("The ballot is closed"):
        voter = ballot.electors.get(seat__number=2)
        Vote.objects.create(elector=voter, by=voter.person, sequence=99, position="no")


def test_the_electorate_is_closed_once_the_ballot_is_open(ballot: Ballot, owner_sql: OwnerSql) -> None:
    owner_sql("UPDATE boards_ballot SET opened_at = now() - interval '1 second'")
    late = make.seat(ballot.motion.board, 7)
    with refused("The electorate froze when the ballot opened"):
        elector(ballot, Seat.objects.get(holder=late.person)).save()


def test_a_motion_has_one_ballot_at_a_time(ballot: Ballot) -> None:
    with refused("A ballot on this motion is open"):
        Ballot.objects.create(
            motion=ballot.motion,
            opened_by=ballot.opened_by,
            closes_at=timezone.now() + timedelta(days=1),
            rule=ballot.rule,
            sha256=ballot.sha256,
        )


def test_one_motion_on_an_agreement_is_open(ballot: Ballot) -> None:
    motion = ballot.motion
    motion.pk, motion.number, motion._state.adding = None, "2026-999", True
    with refused("motion_one_open"):
        history.save(motion, actor=None, reason="By the back door")


def test_a_fixed_quorum_has_its_number(scene: Scene) -> None:
    wrong = {**charter_rules(scene.board.charters.get()), "quorum": "fixed", "quorum_number": None}
    with refused("charter_fixed_quorum"):
        Charter.objects.create(board=scene.board, number=2, adopted_on=date(2026, 2, 1), **wrong)
