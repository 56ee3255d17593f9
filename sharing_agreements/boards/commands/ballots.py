"""Opening, voting, deciding. Every command here locks the motion first, so that votes are counted one at a time."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import User
from portal.kernel import history
from portal.kernel.clock import database_now
from sharing_agreements.boards import policy
from sharing_agreements.boards.counting import positions
from sharing_agreements.boards.deciding import append_vote, decide, note_vote, same_text
from sharing_agreements.boards.lifecycle import move
from sharing_agreements.boards.models import Ballot, Decision, Meeting, Motion, Vote
from sharing_agreements.boards.opening import freeze
from sharing_agreements.boards.rule import Rule
from sharing_agreements.boards.steps import locked, note, text_sha256
from sharing_agreements.boards.tally import settled, tally

AT_A_MEETING = timedelta(minutes=30)
"""How long a ballot at a meeting stays open unless the chair closes it."""

LONGEST = timedelta(days=90)
"""How long any ballot stays open; a date far off would be a slip, and nothing could be decided until then."""


@transaction.atomic(durable=True)
def open_ballot(
    *, actor: User, motion_id: UUID, closes_at: datetime | None = None, meeting_id: UUID | None = None
) -> Ballot:
    """Open the vote, and freeze rule, electorate, attendance, conflicts and the text's hash.

    With `meeting_id` the ballot is held among those present at that meeting; else it is a written one.
    """
    motion = locked(motion_id)
    meeting = Meeting.objects.for_update(meeting_id) if meeting_id else None  # nobody comes, leaves or adjourns
    policy.may_open_ballot(actor, motion, meeting)
    charter, now = policy.charter_of(motion.board), database_now()
    closes_at = closes_at or now + (AT_A_MEETING if meeting else timedelta(days=charter.ballot_days))
    if closes_at <= now:
        raise ValidationError({"closes_at": "A ballot closes at a time to come."})
    if closes_at > now + LONGEST:
        raise ValidationError({"closes_at": f"A ballot closes within {LONGEST.days} days. Choose an earlier time."})
    ballot = Ballot.objects.create(
        motion=motion,
        meeting=meeting,
        opened_at=now,
        opened_by=actor,
        closes_at=closes_at,
        rule=Rule.under(charter, motion.kind).as_stored(),
        sha256=text_sha256(motion),
    )
    freeze(ballot)
    move(motion, Motion.Status.VOTING)
    history.save(motion, actor=actor, reason="Ballot opened")
    note("ballot_opened", motion, actor=actor, ballot=str(ballot.pk), closes_at=closes_at.isoformat())
    return ballot


def _locked(ballot_id: UUID) -> Ballot:
    """The ballot with its motion locked."""
    ballot = Ballot.objects.get(pk=ballot_id)
    ballot.motion = locked(ballot.motion_id)
    return ballot


@transaction.atomic(durable=True)
def cast_vote(*, actor: User, ballot_id: UUID, position: str, statement: str = "") -> Vote:
    """Take a position; the newest before the close counts. A vote after which nothing can change the result decides.

    Want of a quorum decides nothing, so it ends no ballot early: whoever recused themselves may still say otherwise.
    """
    ballot = _locked(ballot_id)
    elector = policy.may_vote(actor, ballot)
    same_text(ballot)
    if position not in Vote.Position.values:
        raise ValidationError({"position": "Choose one of the positions."})
    if position == Vote.Position.NO and not statement.strip():
        raise ValidationError({"statement": "Give a reason; it is recorded as dissent."})
    vote = append_vote(elector, actor, position, statement.strip())
    note_vote(ballot, vote, actor)
    outcome = settled(Rule.of(ballot.rule), positions(ballot))
    if outcome is not None and outcome.outcome != Decision.Outcome.NO_QUORUM:
        decide(ballot, outcome, actor)
    return vote


@transaction.atomic(durable=True)
def settle(*, ballot_id: UUID, actor: User | None = None) -> Decision:
    """Write the decision of a ballot that is over: past its deadline, or closed by the chair of the meeting.

    After the deadline the result stood already; this only notes it. Nobody else has to be there for that.
    """
    ballot = _locked(ballot_id)
    policy.may_settle(actor, ballot)
    return decide(ballot, tally(Rule.of(ballot.rule), positions(ballot)), actor)


@transaction.atomic(durable=True)
def cancel_ballot(*, actor: User, ballot_id: UUID, reason: str) -> Decision:
    """End the ballot without a decision; the motion awaits another. The positions taken stay on record."""
    ballot = _locked(ballot_id)
    policy.may_cancel_ballot(actor, ballot)
    if not reason.strip():
        raise ValidationError({"reason": "Say why the ballot is cancelled; every member reads it."})
    decision = Decision.objects.create(
        ballot=ballot, outcome=Decision.Outcome.CANCELLED, steps=[], reason=reason.strip()
    )
    move(ballot.motion, Motion.Status.PENDING)
    history.save(ballot.motion, actor=actor, reason=reason.strip())
    note("ballot_cancelled", ballot.motion, actor=actor, ballot=str(ballot.pk), reason=reason.strip())
    return decision
