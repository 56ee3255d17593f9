"""Writing votes down, and what they decide: plain functions that commands share.

The caller holds the motion's row lock and its transaction.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.db.models import Max
from psycopg.errors import CheckViolation

from agencies.models import User
from portal.kernel import history
from portal.kernel.errors import Refused
from privacy.law.models import LawChange
from privacy.models import PrivacyPolicy

from . import policy
from .effects import EFFECTS
from .lifecycle import move
from .models import Ballot, Decision, Elector, Motion, MotionKind, Vote
from .steps import note, text_sha256
from .tally import Tally


def append_vote(elector: Elector, actor: User, position: str, statement: str) -> Vote:
    """Write the vote as the next of its ballot; a position that the elector holds already is not written twice."""
    cast = Vote.objects.filter(elector__ballot=elector.ballot_id)
    newest = cast.filter(elector=elector, by=actor).order_by("-sequence").first()
    if newest and (newest.position, newest.statement) == (position, statement):
        raise Refused(f"Your position is recorded already: {newest.get_position_display().lower()}.", code="same_vote")
    last = cast.aggregate(last=Max("sequence"))["last"] or 0
    try:
        return Vote.objects.create(elector=elector, by=actor, sequence=last + 1, position=position, statement=statement)
    except IntegrityError as error:
        if isinstance(error.__cause__, CheckViolation):  # the database's own guard: it closed since it was asked
            raise Refused(policy.AFTER_DEADLINE, code="closed") from error
        raise


def note_vote(ballot: Ballot, vote: Vote, actor: User) -> None:
    """Record the vote as an event too: a replay compares both."""
    note(
        "vote_cast",
        ballot.motion,
        actor=actor,
        ballot=str(ballot.pk),
        seat=vote.elector.seat.number,
        position=vote.position,
        sequence=vote.sequence,
        statement=vote.statement,
        by="holder" if actor.pk == vote.elector.person_id else "alternate",
    )


AFTER = {
    Decision.Outcome.CARRIED: Motion.Status.CARRIED,
    Decision.Outcome.LOST: Motion.Status.LOST,
    Decision.Outcome.NO_QUORUM: Motion.Status.PENDING,
    Decision.Outcome.TIED: Motion.Status.PENDING,
}
"""Where a motion stands after a ballot: without a quorum, or tied where the charter says so, it awaits another."""


def same_text(ballot: Ballot) -> None:
    """Refuse to go on with a ballot whose text is another than when it opened; members can read only what there is."""
    motion = ballot.motion
    if motion.policy_version is not None:
        PrivacyPolicy.objects.for_update(motion.policy_version.policy_id)  # so that a draft stays as it is voted on
        motion.policy_version.refresh_from_db()
    if motion.law_change is not None:
        motion.law_change = LawChange.objects.for_update(motion.law_change.pk)
    if text_sha256(motion) != ballot.sha256:
        raise Refused(
            "The text is no longer the one on which the ballot opened, so it decides nothing. Whoever leads the vote "
            "cancels the ballot, and opens another on the text as it is.",
            code="other_text",
        )


def decide(ballot: Ballot, outcome: Tally, actor: User | None) -> Decision:
    """Write the decision and let follow what follows from it."""
    motion = ballot.motion
    same_text(ballot)
    decision = Decision.objects.create(
        ballot=ballot, outcome=outcome.outcome, steps=[list(step) for step in outcome.steps]
    )
    after = AFTER[Decision.Outcome(outcome.outcome)]
    move(motion, after)
    history.save(motion, actor=actor, reason="Decided")
    detail: dict[str, Any] = {"outcome": outcome.outcome, "decision": str(decision.pk), "ballot": str(ballot.pk)}
    note(
        "decided",
        motion,
        actor=actor,
        carried=outcome.carried,
        yes=outcome.yes,
        cast=outcome.cast,
        quorum_met=outcome.quorum_met,
        **detail,
    )
    if after != Motion.Status.PENDING:
        EFFECTS[MotionKind(motion.kind)](motion, actor, carried=outcome.carried)
    return decision
