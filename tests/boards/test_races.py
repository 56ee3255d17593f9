"""Votes at the same instant, on real transactions. What holds is the agreement's row lock, which every command on a
motion takes first.

Each was seen red with WITHOUT_LOCKS=1 (see tests/racing.py): two deciding votes then broke on the one decision that a
ballot may have, or took the same sequence number; a vote and a withdrawal both took effect.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from agencies.models import Role
from portal.audit.models import Event
from portal.kernel import history
from sharing_agreements import commands as agreements
from sharing_agreements import fingerprint, governance, grants
from sharing_agreements.boards import commands, counting, policy, reminding
from sharing_agreements.boards.commands import ballots
from sharing_agreements.boards.models import Attendance, Ballot, Decision, Elector, Motion, Reminder, Sanction, Vote
from sharing_agreements.boards.rule import Rule
from sharing_agreements.boards.tally import tally
from sharing_agreements.models import Agreement, Grant
from tests import make
from tests.racing import at_once, slowly

from .conftest import OwnerSql, Scene, set_up

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

S = Agreement.Status


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return set_up(chair_may_suspend=True)


def count(kind: str) -> int:
    return Event.objects.filter(kind=f"agreement.{kind}").count()


def status(ballot: Ballot) -> str:
    return make.agreement_of(ballot).status


def voting(scene: Scene, ballot: Ballot, number: int, position: str = "yes") -> object:
    person = scene.member(number)
    return lambda: commands.cast_vote(actor=person, ballot_id=ballot.pk, position=position, statement="Because")


def test_two_deciding_votes_make_one_decision(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    for number in (1, 2):
        voting(scene, ballot, number)()  # type: ignore[operator]
    with slowly(monkeypatch, ballots, "positions"):
        codes = at_once(voting(scene, ballot, 3), voting(scene, ballot, 4))  # type: ignore[arg-type]
    assert codes == ["closed"]
    assert (Decision.objects.count(), count("decided"), count("approved")) == (1, 1, 1)
    assert status(ballot) == S.SIGNING


def test_votes_at_once_are_counted_one_after_the_other(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    with slowly(monkeypatch, policy, "may_vote"):
        codes = at_once(*[voting(scene, ballot, n, "abstain") for n in (1, 2, 3)])  # type: ignore[arg-type]
    assert codes == []
    assert sorted(Vote.objects.values_list("sequence", flat=True)) == [1, 2, 3]


def test_a_vote_sent_twice_is_cast_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    with slowly(monkeypatch, policy, "may_vote"):
        codes = at_once(voting(scene, ballot, 2), voting(scene, ballot, 2))  # type: ignore[arg-type]
    assert codes == ["same_vote"]
    assert (Vote.objects.count(), count("vote_cast")) == (1, 1)


def test_the_deciding_vote_against_withdrawal_has_one_effect(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two locks: without the row lock alone the trigger on votes still refuses one on a dropped motion. Seen red with
    both away: the agreement was withdrawn, and then in signing."""
    made = scene.submitted()
    ballot = make.ballot(scene.board, made)
    for number in (1, 2):
        voting(scene, ballot, number)()  # type: ignore[operator]
    with slowly(monkeypatch, policy, "may_vote"):
        codes = at_once(
            voting(scene, ballot, 3),  # type: ignore[arg-type]
            lambda: agreements.withdraw(actor=made.author, agreement_id=made.pk, reason="No longer needed"),
        )
    motion = Motion.objects.get(pk=ballot.motion_id)
    if codes == ["closed"]:  # the withdrawal came first
        assert (status(ballot), motion.status) == (S.WITHDRAWN, Motion.Status.MOOT)
        assert Decision.objects.get().outcome == Decision.Outcome.CANCELLED
        assert count("approved") == 0
    else:  # the vote came first, and what is being signed may still be withdrawn
        assert codes == []
        assert (status(ballot), motion.status, Decision.objects.count()) == (S.WITHDRAWN, Motion.Status.CARRIED, 1)
        approved, withdrawn = (Event.objects.get(kind=f"agreement.{kind}") for kind in ("approved", "withdrawn"))
        assert approved.sequence < withdrawn.sequence


def test_a_vote_that_rejects_against_withdrawal_ends_it_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    made = scene.submitted()
    ballot = make.ballot(scene.board, made)
    for number in (1, 2):
        voting(scene, ballot, number, "no")()  # type: ignore[operator]
    with slowly(monkeypatch, ballots, "positions"):
        codes = at_once(
            voting(scene, ballot, 3, "no"),  # type: ignore[arg-type]
            lambda: agreements.withdraw(actor=made.author, agreement_id=made.pk, reason="No longer needed"),
        )
    assert codes in (["closed"], ["too_late"])
    assert status(ballot) == (S.WITHDRAWN if codes == ["closed"] else S.REJECTED)
    assert count("withdrawn") + count("rejected") == 1


def test_taking_it_back_against_taking_it_up_has_one_effect(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    made, member = scene.submitted(), scene.member(2)
    with slowly(monkeypatch, policy, "responsible_board"):
        codes = at_once(
            lambda: agreements.take_back(actor=made.author, agreement_id=made.pk, reason="A typing mistake"),
            lambda: commands.move_motion(actor=member, board_id=scene.board.pk, agreement_id=made.pk, kind="approve"),
        )
    now = Agreement.objects.get(pk=made.pk)
    assert codes in (["not_in_review"], ["bad_status"])
    assert now.status == (S.BEFORE_BOARD if codes == ["not_in_review"] else S.DRAFT)
    assert Motion.objects.count() == (1 if codes == ["not_in_review"] else 0)


def test_two_ballots_opened_at_once_are_one(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    motion, chair = make.motion(scene.board, scene.submitted()), scene.chair

    def open_it() -> None:
        commands.open_ballot(actor=chair, motion_id=motion.pk)

    with slowly(monkeypatch, policy, "may_open_ballot"):
        assert at_once(open_it, open_it) == ["not_pending"]
    assert (Ballot.objects.count(), Elector.objects.count(), count("ballot_opened")) == (1, 5, 1)


def test_a_motion_made_twice_is_made_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    made, one, other = scene.submitted(), scene.member(2), scene.member(3)

    def move(person: object) -> object:
        return lambda: commands.move_motion(
            actor=person,  # type: ignore[arg-type]
            board_id=scene.board.pk,
            agreement_id=made.pk,
            kind="approve",
        )

    with slowly(monkeypatch, policy, "responsible_board"):
        assert at_once(move(one), move(other)) == ["open"]  # type: ignore[arg-type]
    assert Motion.objects.count() == 1


def test_a_vote_at_the_deadline_counts_or_comes_too_late_and_the_result_agrees(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vote asks just before the deadline and writes just after it: the trigger on votes refuses it then. Seen red
    with that trigger disabled."""
    motion = make.motion(scene.board, scene.submitted())
    closes = timezone.now() + timedelta(seconds=1.5)
    ballot = commands.open_ballot(actor=scene.chair, motion_id=motion.pk, closes_at=closes)
    for number in (1, 2):
        voting(scene, ballot, number)()  # type: ignore[operator]

    def settle_when_due() -> None:
        while timezone.now() < closes + timedelta(milliseconds=100):
            pass
        commands.settle(ballot_id=ballot.pk)

    with slowly(monkeypatch, policy, "may_vote", 1.6):
        codes = at_once(voting(scene, ballot, 3), settle_when_due)  # type: ignore[arg-type]
    assert codes == ["closed"]
    assert Decision.objects.get(ballot=ballot).outcome == Decision.Outcome.NO_QUORUM  # two of five took part
    assert Vote.objects.count() == 2
    assert [each.position for each in counting.positions(ballot)].count("yes") == 2


def test_a_recusal_against_the_deciding_vote_leaves_one_decision_that_counts_what_was_cast(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seat 3 approves as the third of five, or seat 4 recuses: whichever comes first, the decision agrees with the
    votes on record."""
    ballot = make.ballot(scene.board, scene.submitted())
    for number in (1, 2):
        voting(scene, ballot, number)()  # type: ignore[operator]
    with slowly(monkeypatch, ballots, "positions"):
        codes = at_once(voting(scene, ballot, 3), voting(scene, ballot, 4, "recused"))  # type: ignore[arg-type]
    assert codes in ([], ["closed"])
    decision = Decision.objects.get(ballot=ballot)
    counted = tally(Rule.of(ballot.rule), counting.positions(ballot))
    assert (decision.outcome, count("decided"), count("approved")) == ("carried", 1, 1)
    assert [list(step) for step in counted.steps] == decision.steps, "the decision counted another set of votes"
    assert Vote.objects.count() == (3 if codes else 4)


def at_a_meeting(scene: Scene) -> Ballot:
    """A ballot among those present, which the chair can close at any time."""
    make.amended(scene.board, notice_hours=0)
    motion = make.motion(scene.board, scene.submitted())
    meeting = commands.convene(
        actor=scene.chair,
        board_id=scene.board.pk,
        starts_at=timezone.now() + timedelta(minutes=5),
        place="Room 210",
        business="Case exchange",
        motion_ids=[motion.pk],
    )
    commands.call_to_order(actor=scene.chair, meeting_id=meeting.pk)
    make.its_time(meeting)
    for seat in scene.board.seats.all():
        if not Attendance.objects.filter(meeting=meeting, seat=seat).exists():
            assert seat.holder is not None
            commands.arrive(actor=scene.chair, meeting_id=meeting.pk, seat_id=seat.pk, person_id=seat.holder.pk)
    return commands.open_ballot(actor=scene.chair, motion_id=motion.pk, meeting_id=meeting.pk)


def test_the_close_against_a_vote_counts_the_vote_or_refuses_it(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    ballot, chair = at_a_meeting(scene), scene.chair
    monkeypatch.setattr(policy, "TIME_TO_ANSWER", timedelta(0))
    voting(scene, ballot, 1)()  # type: ignore[operator]
    with slowly(monkeypatch, ballots, "positions"), slowly(monkeypatch, policy, "may_vote"):
        codes = at_once(
            voting(scene, ballot, 2, "no"),  # type: ignore[arg-type]
            lambda: commands.settle(ballot_id=ballot.pk, actor=chair),
        )
    assert codes in ([], ["closed"])
    decision = Decision.objects.get(ballot=ballot)
    assert Vote.objects.filter(elector__ballot=ballot).count() == (1 if codes else 2)
    assert decision.outcome == ("carried" if codes else "lost")
    assert [list(step) for step in tally(Rule.of(ballot.rule), counting.positions(ballot)).steps] == decision.steps


def test_cancelling_against_the_deciding_vote_has_one_end(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    ballot, chair = make.ballot(scene.board, scene.submitted()), scene.chair
    for number in (1, 2):
        voting(scene, ballot, number)()  # type: ignore[operator]
    with slowly(monkeypatch, policy, "may_vote"), slowly(monkeypatch, policy, "may_cancel_ballot"):
        codes = at_once(
            voting(scene, ballot, 3),  # type: ignore[arg-type]
            lambda: commands.cancel_ballot(actor=chair, ballot_id=ballot.pk, reason="A wrong annex"),
        )
    assert codes == ["closed"]
    decision, motion = Decision.objects.get(ballot=ballot), Motion.objects.get(pk=ballot.motion_id)
    if decision.outcome == Decision.Outcome.CARRIED:
        assert (motion.status, status(ballot), count("ballot_cancelled")) == (Motion.Status.CARRIED, S.SIGNING, 0)
    else:
        assert (motion.status, status(ballot), count("decided")) == (Motion.Status.PENDING, S.BEFORE_BOARD, 0)
        assert Vote.objects.count() == 2


def test_an_alternate_against_the_holder_leaves_the_holders_position(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both locks hold it: the motion's row, and the trigger that refuses an alternate once the holder has voted."""
    other = make.person(make.agency()).person
    seat = scene.board.seats.get(number=2)
    seat.alternate = other
    history.save(seat, actor=None, reason="Stands by")
    ballot = make.ballot(scene.board, scene.submitted())
    with slowly(monkeypatch, policy, "may_vote"):
        codes = at_once(
            voting(scene, ballot, 2, "no"),  # type: ignore[arg-type]
            lambda: commands.cast_vote(actor=other, ballot_id=ballot.pk, position="yes"),
        )
    assert codes in ([], ["holder_voted"])
    assert Vote.objects.count() == (1 if codes else 2)
    assert len(set(Vote.objects.values_list("sequence", flat=True))) == Vote.objects.count()
    assert next(each.position for each in counting.positions(ballot) if each.seat == 2) == "no"


def test_a_second_against_a_withdrawal_leaves_one_of_them(monkeypatch: pytest.MonkeyPatch, scene: Scene) -> None:
    make.amended(scene.board, second_required=True)
    moved = make.motion(scene.board, scene.submitted())
    chair, seconder = scene.chair, scene.member(2)
    with slowly(monkeypatch, policy, "may_second"), slowly(monkeypatch, policy, "may_withdraw"):
        codes = at_once(
            lambda: commands.second(actor=seconder, motion_id=moved.pk),
            lambda: commands.withdraw_motion(actor=chair, motion_id=moved.pk, reason="To word it anew"),
        )
    motion = Motion.objects.get(pk=moved.pk)
    assert motion.status == Motion.Status.WITHDRAWN  # what was seconded may still be withdrawn
    assert codes in ([], ["seconded"])
    assert (motion.seconder is None, count("motion_seconded")) == ((True, 0) if codes else (False, 1))
    assert count("motion_withdrawn") == 1


def test_the_same_motion_made_twice_at_once_is_one(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    chair = scene.chair

    def move() -> Motion:
        return commands.move_motion(
            actor=chair,
            board_id=scene.board.pk,
            kind=Motion.Kind.SANCTION,
            agency_id=scene.police.pk,
            measure=Motion.Measure.PLAN,
            grounds="That the agency train its clerks.",
        )

    with slowly(monkeypatch, policy, "before_the_board"):
        assert at_once(move, move) == ["open"]
    assert Motion.objects.count() == 1


def test_two_workers_remind_once(scene: Scene, monkeypatch: pytest.MonkeyPatch, owner_sql: OwnerSql) -> None:
    ballot = make.ballot(scene.board, scene.submitted())
    with transaction.atomic():
        owner_sql(
            "UPDATE boards_ballot SET opened_at = now() - interval '4 days', closes_at = now() + interval '3 days'"
        )

    def remind() -> object:
        return commands.remind_of_ballot(ballot_id=ballot.pk)

    with slowly(monkeypatch, reminding, "due"):
        assert at_once(remind, remind) == []
    assert (Reminder.objects.count(), count("ballot_reminded")) == (1, 1)


def test_a_suspension_by_the_chair_against_the_boards_own_suspends_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, chair = scene.in_force(), scene.chair
    ballot = make.ballot(scene.board, made, Motion.Kind.SUSPEND)
    for number in (1, 2):
        voting(scene, ballot, number)()  # type: ignore[operator]
    with slowly(monkeypatch, ballots, "positions"):
        codes = at_once(
            voting(scene, ballot, 3),  # type: ignore[arg-type]
            lambda: commands.suspend_by_chair(
                actor=chair, board_id=scene.board.pk, agreement_id=made.pk, reason="A leak"
            ),
        )
    assert codes in (["closed"], ["not_in_force"])
    assert (status(ballot), count("suspended")) == (S.SUSPENDED, 1)


def test_a_sanction_against_the_last_signature_leaves_nothing_open_to_the_agency(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What holds is that the sanction locks the agreements that name the agency, drafts too (`sanctions.lock_reach`).
    Seen red without it: neither saw the other, and the grant stayed open to the agency."""
    signing = make.in_signing(scene.court, scene.police, scene.cases, on=scene.board)
    version = Agreement.objects.get(pk=signing.pk).current_version
    assert version is not None
    first, last = version.parties.get(agency=scene.court), version.parties.get(agency=scene.police)
    judge, chief = (make.person(party.agency, roles=(Role.SIGNATORY,)).person for party in (first, last))
    commands_sign(judge, signing, first.pk, version.sha256)
    sanction = commands.move_motion(
        actor=scene.chair,
        board_id=scene.board.pk,
        kind=Motion.Kind.SANCTION,
        agency_id=scene.police.pk,
        measure=Motion.Measure.SUSPENSION,
        grounds="Records were sold.",
    )
    ballot = commands.open_ballot(actor=scene.chair, motion_id=sanction.pk)
    for number in (1, 2):
        voting(scene, ballot, number)()  # type: ignore[operator]
    with slowly(monkeypatch, governance, "barred", 0.6):
        codes = at_once(
            voting(scene, ballot, 3),  # type: ignore[arg-type]
            lambda: commands_sign(chief, signing, last.pk, version.sha256),
        )
    assert codes == []
    assert Agreement.objects.get(pk=signing.pk).status == S.IN_FORCE
    assert Sanction.objects.standing().get().agency == scene.police
    assert (count("signed"), Decision.objects.filter(ballot=ballot, outcome="carried").count()) == (2, 1)
    assert not Grant.objects.standing().filter(recipient=scene.police).exists()
    assert grants.drift() == {"stale": 0, "missing": 0, "barred": 0}


def test_a_party_that_signs_beside_a_withdrawal_is_bound_or_not(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    signing = make.in_signing(scene.court, scene.police, scene.cases, on=scene.board)
    version = Agreement.objects.get(pk=signing.pk).current_version
    assert version is not None
    party = version.parties.get(agency=scene.police)
    chief = make.person(scene.police, roles=(Role.SIGNATORY,)).person
    with slowly(monkeypatch, fingerprint, "sha256"):
        codes = at_once(
            lambda: commands_sign(chief, signing, party.pk, version.sha256),
            lambda: agreements.withdraw(actor=signing.author, agreement_id=signing.pk, reason="No longer needed"),
        )
    assert codes in ([], ["not_signing"])
    assert Agreement.objects.get(pk=signing.pk).status == S.WITHDRAWN
    if not codes:
        signed, withdrawn = (Event.objects.get(kind=f"agreement.{kind}") for kind in ("signed", "withdrawn"))
        assert signed.sequence < withdrawn.sequence
    assert count("signed") == (0 if codes else 1)


def commands_sign(actor: object, agreement: Agreement, party_id: object, sha256: str) -> Agreement:
    return agreements.sign(actor=actor, agreement_id=agreement.pk, party_id=party_id, sha256=sha256)  # type: ignore[arg-type]
