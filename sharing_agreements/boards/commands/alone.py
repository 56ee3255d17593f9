"""What the chair decides without a vote of the board, where the charter delegates it."""

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import User
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from sharing_agreements import steps
from sharing_agreements.boards import chair_policy as policy
from sharing_agreements.boards.counting import positions
from sharing_agreements.boards.deciding import append_vote, decide, note_vote
from sharing_agreements.boards.lifecycle import move
from sharing_agreements.boards.models import Ballot, Board, ChairSuspension, Elector, Motion, Vote
from sharing_agreements.boards.policy import charter_of
from sharing_agreements.boards.rule import Rule
from sharing_agreements.boards.steps import drop_motions, next_number, note, text_sha256
from sharing_agreements.boards.tally import tally
from sharing_agreements.boards.wording import standard_text
from sharing_agreements.lifecycle import S
from sharing_agreements.lifecycle import move as move_agreement
from sharing_agreements.models import Agreement


@transaction.atomic(durable=True)
def suspend_by_chair(*, actor: User, board_id: UUID, agreement_id: UUID, reason: str) -> Agreement:
    """The chair closes access at once where the charter allows it; the board ratifies in time or resumes it."""
    agreement = Agreement.objects.for_update(agreement_id)
    board = Board.objects.for_update(board_id)
    policy.may_suspend_alone(actor, board, agreement)
    if not reason.strip():
        raise ValidationError({"reason": "Say why; the board decides on it."})
    ratify_by = database_now() + timedelta(days=charter_of(board).ratify_within_days)
    suspension = ChairSuspension(
        agreement=agreement, board=board, chair=actor, reason=reason.strip(), at=database_now(), ratify_by=ratify_by
    )
    history.save(suspension, actor=actor, reason="Suspended by the chair")
    drop_motions(agreement, actor=actor, reason="The chair suspended the agreement")
    steps.suspend(
        agreement,
        actor=actor,
        reason=reason.strip(),
        by="chair",
        board=str(board.pk),
        ratify_by=ratify_by.isoformat(),
    )
    return agreement


@transaction.atomic(durable=True)
def approve_by_chair(*, actor: User, board_id: UUID, agreement_id: UUID, sha256: str) -> Agreement:
    """The chair approves an administrative amendment where the charter delegates that; its parties then sign it.

    It is a motion with a ballot of one, so that it has a decision record, stands in the registers and can be replayed
    like every decision. `sha256`: of the text that the chair read.
    """
    agreement = steps.locked(agreement_id)
    board = Board.objects.for_update(board_id)
    seat = policy.may_approve_alone(actor, board, agreement)
    if agreement.current_version is None or sha256 != agreement.current_version.sha256:
        raise Refused("The text has changed since you read it. Read it again.", code="other_text")
    motion = Motion(
        board=board,
        number=next_number(board),
        kind=Motion.Kind.APPROVE,
        agreement=agreement,
        version=agreement.current_version,
        mover=seat,
    )
    motion.text = standard_text(motion)
    motion.full_clean()
    history.save(motion, actor=actor, reason="By delegation")
    move_agreement(agreement, S.BEFORE_BOARD)
    history.save(agreement, actor=actor, reason=f"Taken up as motion {motion.number}")
    note("motion_made", motion, actor=actor, acting_agency_id=seat.agency_id)
    ballot = _ballot_of_one(motion, actor)
    elector = Elector.objects.create(ballot=ballot, seat=seat, agency_id=seat.agency_id, person=actor, is_chair=True)
    move(motion, Motion.Status.VOTING)
    history.save(motion, actor=actor, reason="By delegation")
    vote = append_vote(elector, actor, Vote.Position.YES, "")
    note_vote(ballot, vote, actor)
    decide(ballot, tally(Rule.of(ballot.rule), positions(ballot)), actor)
    return agreement


def _ballot_of_one(motion: Motion, actor: User) -> Ballot:
    now = database_now()
    return Ballot.objects.create(
        motion=motion,
        opened_at=now,
        opened_by=actor,
        closes_at=now + timedelta(minutes=1),
        rule=Rule.delegated_to_chair(charter_of(motion.board)).as_stored(),
        sha256=text_sha256(motion),
    )
