"""Votes at the same instant, on real transactions. What holds is the agreement's row lock, which every command on a
motion takes first.

Each was seen red with WITHOUT_LOCKS=1 (see tests/racing.py): two deciding votes then broke on the one decision that a
ballot may have, or took the same sequence number; a vote and a withdrawal both took effect.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Role
from portal.audit.models import Event
from sharing_agreements import commands as agreements
from sharing_agreements import fingerprint
from sharing_agreements.boards import commands, counting, policy
from sharing_agreements.boards.commands import ballots
from sharing_agreements.boards.models import Ballot, Decision, Elector, Motion, Vote
from sharing_agreements.models import Agreement
from tests import make
from tests.racing import at_once, slowly

from .conftest import Scene, set_up

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
