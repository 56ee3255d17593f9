"""Opening, voting, deciding. Every command here locks the agreement first, so that votes are counted one at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from psycopg.errors import CheckViolation

from agencies.models import User
from portal.kernel import history
from portal.kernel.errors import Refused
from sharing_agreements import fingerprint, steps
from sharing_agreements.boards import policy
from sharing_agreements.boards.counting import positions
from sharing_agreements.boards.lifecycle import Rule, Tally, move, settled, tally
from sharing_agreements.boards.models import Ballot, ChairSuspension, Decision, Elector, Motion, Seat, Vote
from sharing_agreements.grants import database_now
from sharing_agreements.models import Agreement


def _locked(motion_id: UUID) -> Motion:
    """The motion with its agreement's row locked."""
    agreement = Agreement.objects.for_update(Motion.objects.values_list("agreement", flat=True).get(pk=motion_id))
    motion = Motion.objects.select_related("board", "version").get(pk=motion_id)
    motion.agreement = motion.version.agreement = agreement
    return motion


@transaction.atomic(durable=True)
def open_ballot(*, actor: User, motion_id: UUID, closes_at: datetime | None = None) -> Ballot:
    """Open the vote, and freeze rule, electorate, conflicts and the text's hash."""
    motion = _locked(motion_id)
    policy.may_open_ballot(actor, motion)
    if motion.agreement.status != policy.BALLOT_NEEDS[Motion.Kind(motion.kind)]:
        raise Refused(f"{motion.agreement.number} has moved on; this motion has no object.", code="moot")
    charter, now = policy.charter_of(motion.board), database_now()
    closes_at = closes_at or now + timedelta(days=charter.ballot_days)
    if closes_at <= now:
        raise ValidationError({"closes_at": "A ballot closes at a time to come."})
    seats = list(Seat.objects.in_office().filter(board=motion.board).select_related("holder"))
    ballot = Ballot.objects.create(
        motion=motion,
        opened_at=now,
        opened_by=actor,
        closes_at=closes_at,
        rule={
            "charter": charter.number,
            "quorum": charter.quorum,
            "quorum_number": charter.quorum_number,
            "threshold": charter.threshold,
        },
        sha256=fingerprint.sha256(motion.version),
    )
    for seat in seats:
        assert seat.holder is not None  # noqa: S101  (in office)
        Elector.objects.create(
            ballot=ballot,
            seat=seat,
            agency_id=seat.agency_id,
            person=seat.holder,
            conflict=policy.conflict_of(seat, motion),
        )
    move(motion, Motion.Status.VOTING)
    history.save(motion, actor=actor, reason="Ballot opened")
    _note("agreement.ballot_opened", motion, actor, ballot=str(ballot.pk), closes_at=closes_at.isoformat())
    return ballot


def _note(kind: str, motion: Motion, actor: User | None, **detail: Any) -> None:
    steps.note(
        kind,
        motion.agreement,
        actor=actor,
        board=str(motion.board_id),
        motion=motion.number,
        motion_id=str(motion.pk),
        motion_kind=motion.kind,
        **detail,
    )


@transaction.atomic(durable=True)
def cast_vote(*, actor: User, ballot_id: UUID, position: str, statement: str = "") -> Vote:
    """Take a position; the newest before the close counts. A vote after which nothing can change the result decides."""
    motion = _locked(Ballot.objects.values_list("motion", flat=True).get(pk=ballot_id))
    ballot = motion.ballot
    ballot.motion = motion
    elector = policy.may_vote(actor, ballot)
    if position not in Vote.Position.values:
        raise ValidationError({"position": "Choose one of the positions."})
    if position == Vote.Position.NO and not statement.strip():
        raise ValidationError({"statement": "Give a reason; it is recorded as dissent."})
    vote = _append(elector, position, statement.strip())
    _note(
        "agreement.vote_cast",
        motion,
        actor,
        ballot=str(ballot.pk),
        seat=elector.seat.number,
        position=position,
        sequence=vote.sequence,
        statement=vote.statement,
    )
    if outcome := settled(Rule.of(ballot.rule), positions(ballot)):
        _decide(ballot, outcome, actor)
    return vote


def _append(elector: Elector, position: str, statement: str) -> Vote:
    """Write the vote as the next of its ballot; a position that the elector holds already is not written twice."""
    cast = Vote.objects.filter(elector__ballot=elector.ballot_id)
    newest = cast.filter(elector=elector).order_by("-sequence").first()
    if newest and (newest.position, newest.statement) == (position, statement):
        raise Refused(f"Your position is recorded already: {newest.get_position_display().lower()}.", code="same_vote")
    last = cast.aggregate(last=Max("sequence"))["last"] or 0
    try:
        return Vote.objects.create(elector=elector, sequence=last + 1, position=position, statement=statement)
    except IntegrityError as error:
        if isinstance(error.__cause__, CheckViolation):  # the database's own guard: it closed since it was asked
            raise Refused(policy.AFTER_DEADLINE, code="closed") from error
        raise


@transaction.atomic(durable=True)
def settle(*, ballot_id: UUID, actor: User | None = None) -> Decision:
    """Write the decision of a ballot whose deadline has passed; the result stood then, this only notes it."""
    motion = _locked(Ballot.objects.values_list("motion", flat=True).get(pk=ballot_id))
    ballot = motion.ballot
    ballot.motion = motion
    policy.may_settle(actor, ballot)
    return _decide(ballot, tally(Rule.of(ballot.rule), positions(ballot)), actor)


def _decide(ballot: Ballot, outcome: Tally, actor: User | None) -> Decision:
    motion = ballot.motion
    if fingerprint.sha256(motion.version) != ballot.sha256:
        raise Refused(
            "The text is no longer the one on which the ballot opened, so it decides nothing.", code="other_text"
        )
    decision = Decision.objects.create(
        ballot=ballot, carried=outcome.carried, steps=[list(step) for step in outcome.steps]
    )
    move(motion, Motion.Status.CARRIED if outcome.carried else Motion.Status.LOST)
    history.save(motion, actor=actor, reason="Decided")
    _note(
        "agreement.decided",
        motion,
        actor,
        carried=outcome.carried,
        decision=str(decision.pk),
        yes=outcome.yes,
        cast=outcome.cast,
        quorum_met=outcome.quorum_met,
    )
    EFFECTS[Motion.Kind(motion.kind)](motion, actor, outcome.carried)
    return decision


def _approval(motion: Motion, actor: User | None, carried: bool) -> None:
    if carried:
        steps.approve(motion.agreement, actor=actor, motion=motion.number)
    else:
        steps.reject(motion.agreement, actor=actor, reason=f"Motion {motion.number} was lost", motion=motion.number)


def _suspension(motion: Motion, actor: User | None, carried: bool) -> None:
    if carried:
        steps.suspend(motion.agreement, actor=actor, reason=f"Motion {motion.number} carried", motion=motion.number)


def _ratification(motion: Motion, actor: User | None, carried: bool) -> None:
    """A suspension that the board does not ratify ends with that decision."""
    _end_chair_suspensions(motion, actor, ratified=carried)
    if not carried:
        steps.resume(motion.agreement, actor=actor, reason="The suspension was not ratified", motion=motion.number)


def _resumption(motion: Motion, actor: User | None, carried: bool) -> None:
    if carried:
        _end_chair_suspensions(motion, actor, ratified=False)
        steps.resume(motion.agreement, actor=actor, reason=f"Motion {motion.number} carried", motion=motion.number)


def _end_chair_suspensions(motion: Motion, actor: User | None, *, ratified: bool) -> None:
    for suspension in ChairSuspension.objects.unratified().filter(agreement=motion.agreement):
        if ratified:
            suspension.ratified_at = database_now()
        else:
            suspension.lifted_at = database_now()
        what = "Ratified" if ratified else "Ended"
        history.save(suspension, actor=actor, reason=f"{what} by motion {motion.number}")


EFFECTS: dict[Motion.Kind, Callable[[Motion, User | None, bool], None]] = {
    Motion.Kind.APPROVE: _approval,
    Motion.Kind.SUSPEND: _suspension,
    Motion.Kind.RATIFY: _ratification,
    Motion.Kind.RESUME: _resumption,
}
