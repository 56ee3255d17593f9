"""Opening, voting, deciding: who, when, what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies import commands as agencies
from agencies import links
from agencies.models import Role
from portal.audit.models import Event
from portal.kernel.errors import Refused
from sharing_agreements import fingerprint
from sharing_agreements.boards import commands, policy, tasks
from sharing_agreements.boards.models import Ballot, Charter, Decision, Motion, Seat, Vote
from sharing_agreements.boards.opening import short_of_quorum
from sharing_agreements.boards.rule import Rule
from sharing_agreements.models import Agreement
from tests import make

from .conftest import OwnerSql, Scene, set_up

pytestmark = pytest.mark.django_db

S = Agreement.Status
M = Motion.Status


def vote(scene: Scene, ballot: Ballot, number: int, position: str, statement: str = "") -> Vote:
    return commands.cast_vote(
        actor=scene.member(number), ballot_id=ballot.pk, position=position, statement=statement or position
    )


def status(ballot: Ballot) -> str:
    return Motion.objects.get(pk=ballot.motion_id).status


def past(ballot: Ballot, owner_sql: OwnerSql) -> None:
    """Moves a ballot into the past, as only time does."""
    owner_sql(
        "UPDATE boards_ballot SET opened_at = now() - interval '2 days', closes_at = now() - interval '1 second' "
        f"WHERE id = '{ballot.pk}'"
    )


# --- Opening --------------------------------------------------------------------------------------------------------


def test_opening_freezes_rule_electorate_conflicts_and_text(scene: Scene) -> None:
    made = scene.submitted()
    ballot = make.ballot(scene.board, made)
    assert Rule.of(ballot.rule) == Rule(quorum="majority_in_office", threshold="majority", charter=1)
    assert made.current_version is not None
    assert ballot.sha256 == fingerprint.sha256(made.current_version)
    make.amended(scene.board, threshold="unanimous")
    commands.vacate_seat(
        actor=make.portal_administrator(), seat_id=scene.board.seats.get(number=5).pk, reason="Term ended"
    )
    assert Ballot.objects.get(pk=ballot.pk).rule["threshold"] == Charter.Threshold.MAJORITY
    assert ballot.electors.count() == 5


def test_only_the_chair_opens_it_once_and_for_a_time_to_come(scene: Scene) -> None:
    motion = make.motion(scene.board, scene.submitted())
    for person in (scene.member(2), make.portal_administrator(), make.auditor()):
        with pytest.raises(PermissionDenied):
            commands.open_ballot(actor=person, motion_id=motion.pk)
    with pytest.raises(ValidationError):
        commands.open_ballot(actor=scene.chair, motion_id=motion.pk, closes_at=timezone.now())
    commands.open_ballot(actor=scene.chair, motion_id=motion.pk)
    with pytest.raises(Refused) as why:
        commands.open_ballot(actor=scene.chair, motion_id=motion.pk)
    assert why.value.code == "not_pending"


def test_seats_of_parties_and_people_who_work_for_a_party_have_a_conflict(scene: Scene) -> None:
    party = make.person(scene.police, roles=(Role.SIGNATORY,))
    two_jobs = make.person(make.agency(), roles=(Role.ADMINISTRATOR,))
    keeper = make.administrator_of(scene.court)
    assert keeper is not None
    invited = agencies.invite(actor=keeper, agency_id=scene.court.pk, email=two_jobs.person.email, roles=["clerk"])
    agencies.accept_invitation(actor=two_jobs.person, token=links.token_of(invited))
    made = scene.submitted()
    make.seat(scene.board, 6, holder=party)
    make.seat(scene.board, 7, holder=two_jobs)
    ballot = make.ballot(scene.board, made)
    found = dict(ballot.electors.values_list("seat__number", "conflict"))
    assert found[6] == "holds the seat of a party"
    assert found[7] == "works for a party"
    assert {found[number] for number in range(1, 6)} == {""}
    with pytest.raises(PermissionDenied, match="holds the seat of a party"):
        vote(scene, ballot, 6, "yes")


def test_the_author_has_a_conflict_wherever_they_work_now(scene: Scene) -> None:
    motion = make.motion(scene.board, scene.submitted())
    assert motion.agreement is not None
    author = motion.agreement.author
    moved_on = Seat(board=scene.board, number=9, agency=make.agency(), holder=author)
    assert policy.conflict_of(author, moved_on, motion) == "author of the agreement"


# --- Voting ---------------------------------------------------------------------------------------------------------


def test_the_newest_position_counts_and_all_stay(scene: Scene) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    vote(scene, ballot, 2, "no", "Too wide")
    vote(scene, ballot, 2, "yes")
    vote(scene, ballot, 3, "yes")
    assert status(ballot) == M.VOTING
    vote(scene, ballot, 4, "yes")
    assert status(ballot) == M.CARRIED
    votes = Vote.objects.filter(elector__ballot=ballot).order_by("sequence")
    assert list(votes.values_list("sequence", "position")) == [(1, "no"), (2, "yes"), (3, "yes"), (4, "yes")]
    assert make.agreement_of(ballot).status == S.SIGNING


def test_the_same_position_again_is_recorded_once_and_said_so(scene: Scene) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    vote(scene, ballot, 2, "yes")
    with pytest.raises(Refused, match="recorded already: approve") as why:
        vote(scene, ballot, 2, "yes")
    assert why.value.code == "same_vote"
    assert Vote.objects.count() == 1
    assert Event.objects.filter(kind="agreement.vote_cast").count() == 1


def test_dissent_needs_a_reason_and_a_position_must_be_one(scene: Scene) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    with pytest.raises(ValidationError):
        commands.cast_vote(actor=scene.member(2), ballot_id=ballot.pk, position="no", statement=" ")
    with pytest.raises(ValidationError):
        commands.cast_vote(actor=scene.member(2), ballot_id=ballot.pk, position="maybe")


def test_only_electors_vote(scene: Scene) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    late = make.seat(scene.board, 6)
    for person in (late.person, make.portal_administrator(), make.auditor(), make.person(scene.court).person):
        with pytest.raises(PermissionDenied):
            commands.cast_vote(actor=person, ballot_id=ballot.pk, position="yes")
    gone = scene.member(2)
    agencies.deactivate_person(actor=make.portal_administrator(), person_id=gone.pk, reason="Left")
    with pytest.raises(PermissionDenied):
        commands.cast_vote(actor=gone, ballot_id=ballot.pk, position="yes")


def test_a_lost_motion_to_approve_rejects_the_agreement(scene: Scene) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    for number in (1, 2, 3):
        vote(scene, ballot, number, "no", "Too wide")
    assert status(ballot) == M.LOST
    made = make.agreement_of(ballot)
    assert made.status == S.REJECTED
    decided = Event.objects.get(kind="agreement.decided", subject_id=made.pk)
    assert (decided.detail["carried"], decided.detail["yes"], decided.detail["cast"]) == (False, 0, 3)


def test_recusing_oneself_leaves_the_count_and_want_of_a_quorum_ends_no_ballot_early(
    scene: Scene, owner_sql: OwnerSql
) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    for number in (1, 2, 3):
        vote(scene, ballot, number, "recused", "A cousin works there")
    # Three of five no longer take part, but each may still say otherwise.
    assert status(ballot) == M.VOTING
    past(ballot, owner_sql)
    decision = commands.settle(ballot_id=ballot.pk)
    assert status(ballot) == M.PENDING
    assert make.agreement_of(ballot).status == S.BEFORE_BOARD
    assert (decision.outcome, decision.steps[1]) == (Decision.Outcome.NO_QUORUM, ["3 recused", "2 may vote."])


def test_after_the_decision_nobody_votes(scene: Scene) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    for number in (1, 2, 3):
        vote(scene, ballot, number, "yes")
    with pytest.raises(Refused, match="carried") as why:
        vote(scene, ballot, 4, "no", "Too late")
    assert why.value.code == "closed"


def test_a_change_of_the_text_voids_the_ballot(scene: Scene, owner_sql: OwnerSql) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    owner_sql(
        "ALTER TABLE sharing_agreements_clause DISABLE TRIGGER clause_final",
        f"UPDATE sharing_agreements_clause SET text = 'Other' WHERE version_id = '{ballot.motion.version_id}'",
        "ALTER TABLE sharing_agreements_clause ENABLE TRIGGER clause_final",
    )
    for number in (1, 2, 3):
        with pytest.raises(Refused) as why:
            vote(scene, ballot, number, "yes")
        assert why.value.code == "other_text"
    assert not Vote.objects.exists()
    assert not Decision.objects.exists()


# --- The deadline ---------------------------------------------------------------------------------------------------


def test_at_the_deadline_the_votes_cast_decide_whoever_writes_it_down(scene: Scene, owner_sql: OwnerSql) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    for number, position in ((1, "yes"), (2, "abstain"), (3, "abstain")):
        vote(scene, ballot, number, position)
    with pytest.raises(Refused) as why:
        commands.settle(ballot_id=ballot.pk)
    assert why.value.code == "open"
    past(ballot, owner_sql)
    with pytest.raises(Refused) as why:
        vote(scene, ballot, 4, "no", "Too late")
    assert why.value.code == "closed"
    with pytest.raises(PermissionDenied):
        commands.settle(ballot_id=ballot.pk, actor=make.person(scene.court).person)
    decision = commands.settle(ballot_id=ballot.pk, actor=scene.member(4))
    assert decision.outcome == Decision.Outcome.CARRIED
    with pytest.raises(Refused):
        commands.settle(ballot_id=ballot.pk)


def test_beat_settles_what_is_due_and_leaves_the_rest(scene: Scene, owner_sql: OwnerSql) -> None:
    due, running = make.ballot(scene.board, scene.submitted()), make.ballot(scene.board, scene.submitted())
    past(due, owner_sql)
    tasks.settle_due_ballots()
    assert (status(due), status(running)) == (M.PENDING, M.VOTING)
    tasks.settle_due_ballots()
    assert Decision.objects.get().outcome == Decision.Outcome.NO_QUORUM


def test_the_database_refuses_a_vote_that_came_too_late_and_the_command_says_so(
    scene: Scene, owner_sql: OwnerSql, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deadline passes between the command's question and the database's answer."""
    ballot = make.ballot(scene.board, scene.submitted())
    past(ballot, owner_sql)
    monkeypatch.setattr(policy, "database_now", lambda: timezone.now() - timedelta(days=1))
    with pytest.raises(Refused) as why:
        vote(scene, ballot, 2, "yes")
    assert why.value.code == "closed"


def test_a_ballot_in_which_nobody_votes_decides_nothing(owner_sql: OwnerSql) -> None:
    scene = set_up(quorum="fixed", quorum_number=1)
    made = scene.submitted()
    for number in range(2, 6):
        commands.vacate_seat(
            actor=make.portal_administrator(), seat_id=scene.board.seats.get(number=number).pk, reason="Term ended"
        )
    assert Seat.objects.in_office().filter(board=scene.board).count() == 1
    ballot = make.ballot(scene.board, made)
    past(ballot, owner_sql)
    assert commands.settle(ballot_id=ballot.pk).outcome == Decision.Outcome.NO_QUORUM
    assert (status(ballot), make.agreement_of(ballot).status) == (M.PENDING, S.BEFORE_BOARD)
    again = commands.open_ballot(actor=scene.chair, motion_id=ballot.motion_id)
    vote(scene, again, 1, "yes")
    assert (status(again), make.agreement_of(again).status) == (M.CARRIED, S.SIGNING)


def test_no_ballot_closes_in_a_year_that_nobody_means(scene: Scene) -> None:
    """A close far off stood in the way of every page that showed it, and of any decision."""
    motion = make.motion(scene.board, scene.submitted())
    for days in (91, 2_000_000):
        with pytest.raises(ValidationError, match="within 90 days"):
            commands.open_ballot(
                actor=scene.chair, motion_id=motion.pk, closes_at=timezone.now() + timedelta(days=days)
            )
    commands.open_ballot(actor=scene.chair, motion_id=motion.pk, closes_at=timezone.now() + timedelta(days=89))


# --- A quorum out of reach ------------------------------------------------------------------------------------------


def test_the_chair_is_warned_of_a_ballot_that_cannot_reach_its_quorum_and_may_open_it(db: None) -> None:
    scene = set_up(quorum="fixed", quorum_number=5)
    motion = make.motion(scene.board, scene.submitted())
    client = Client()
    client.force_login(scene.chair)
    address = reverse("boards:motion", args=[motion.pk])
    assert "cannot reach its quorum" not in client.get(address).content.decode()
    gone = scene.board.seats.get(number=5)
    commands.vacate_seat(actor=make.portal_administrator(), seat_id=gone.pk, reason="Left")
    page = client.get(address).content.decode()
    assert "cannot reach its quorum: 4 of the members in office may vote, and 5 have to take part" in page
    opened = commands.open_ballot(actor=scene.chair, motion_id=motion.pk)
    assert opened.electors.count() == 4


def test_who_has_a_conflict_does_not_count_toward_the_quorum_that_is_foreseen(db: None) -> None:
    scene = set_up(quorum="fixed", quorum_number=5)
    board_agency = scene.board.seats.get(number=2).agency
    assert board_agency is not None
    agreement = make.submitted(scene.court, board_agency, scene.cases)
    motion = make.motion(scene.board, agreement)
    assert "4 of the members in office may vote" in short_of_quorum(motion)
    opened = commands.open_ballot(actor=scene.chair, motion_id=motion.pk)
    assert opened.electors.filter(conflict="").count() == 4
