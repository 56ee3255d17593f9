"""What follows when a board has decided a motion, by its kind. Runs in the transaction of the decision."""

from datetime import datetime, time
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.db.models import Max

from agencies.models import User
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.notices.tell import tell
from privacy.development.commands import adopt_by_board
from privacy.models import PolicyVersion
from sharing_agreements import steps
from sharing_agreements.budgets import steps as budgets
from sharing_agreements.models import Agreement

from . import grounds, proposing, sanctions
from .models import ChairSuspension, Charter, Motion, MotionKind, Sanction


class Effect(Protocol):
    def __call__(self, motion: Motion, actor: User | None, *, carried: bool) -> None: ...


def _approve(motion: Motion, actor: User | None, *, carried: bool) -> None:
    if carried:
        alone = {"by": "chair"} if motion.ballots.filter(rule__delegated=True).exists() else {}
        steps.approve(_agreement(motion), actor=actor, motion=motion.number, **alone)
    else:
        steps.reject(_agreement(motion), actor=actor, reason=f"Motion {motion.number} was lost", motion=motion.number)


def _send_back(motion: Motion, actor: User | None, *, carried: bool) -> None:
    if carried:
        steps.send_back(_agreement(motion), actor=actor, conditions=motion.conditions, motion=motion.number)


def _reject(motion: Motion, actor: User | None, *, carried: bool) -> None:
    if carried:
        reason = motion.grounds or f"Motion {motion.number} carried"
        steps.reject(_agreement(motion), actor=actor, reason=reason, motion=motion.number)


def _suspend(motion: Motion, actor: User | None, *, carried: bool) -> None:
    if carried:
        steps.suspend(_agreement(motion), actor=actor, reason=_carried(motion), motion=motion.number)


def _ratify(motion: Motion, actor: User | None, *, carried: bool) -> None:
    """A suspension that the board does not ratify ends with that decision."""
    _end_chair_suspensions(motion, actor, ratified=carried)
    if not carried:
        reason = "The suspension was not ratified"
        steps.resume(_agreement(motion), actor=actor, reason=reason, motion=motion.number)


def _resume(motion: Motion, actor: User | None, *, carried: bool) -> None:
    if carried:
        _end_chair_suspensions(motion, actor, ratified=False)
        steps.resume(_agreement(motion), actor=actor, reason=_carried(motion), motion=motion.number)


def _terminate(motion: Motion, actor: User | None, *, carried: bool) -> None:
    if carried:
        _end_chair_suspensions(motion, actor, ratified=False)
        why = {"ground": motion.ground, "because": grounds.because(motion)}
        steps.terminate(_agreement(motion), actor=actor, reason=_carried(motion), motion=motion.number, **why)


def _amend_charter(motion: Motion, actor: User | None, *, carried: bool) -> None:
    """The proposed rules become the next charter; ballots that are open keep theirs."""
    if not carried or motion.proposed is None:
        return
    newest = motion.board.charters.aggregate(newest=Max("number"))["newest"] or 0
    zone = ZoneInfo(motion.board.time_zone)
    adopted = Charter(
        board=motion.board, number=newest + 1, adopted_on=database_now().astimezone(zone).date(), **motion.proposed
    )
    history.save(adopted, actor=actor, reason=_carried(motion))
    sanctions.apply(motion, actor=actor, reason=_carried(motion))
    tell(record("board.charter_adopted", motion.board, actor=actor, charter=adopted.number, motion=motion.number))


def _adopt_policy(motion: Motion, actor: User | None, *, carried: bool) -> None:
    """The text is the one voted on: whoever decides holds the lock of the policy, and has compared it."""
    version = motion.policy_version
    if carried and version is not None:
        if version.status == PolicyVersion.Status.DRAFT:
            adopt_by_board(version, board=motion.board.name, motion=motion.number)
        PolicyVersion.objects.for_update(version.pk)
        record("policy.adopted", version, actor=actor, board=motion.board.name, motion=motion.number)


def _adopt_budget(motion: Motion, actor: User | None, *, carried: bool) -> None:
    if carried and motion.budget_version is not None:
        budgets.adopt(motion.budget_version, motion=motion.number, actor=actor)


def _approve_initiative(motion: Motion, actor: User | None, *, carried: bool) -> None:
    if motion.initiative_proposal is not None:
        initiatives = proposing.initiatives()
        decided = initiatives.approve if carried else initiatives.decline
        decided(motion.initiative_proposal, motion=motion.number, actor=actor)


def _support(motion: Motion, actor: User | None, *, carried: bool) -> None:
    change = motion.law_change
    if carried and change is not None:
        said = {"board": motion.board.name, "motion": motion.number, "number": change.number}
        record("law.change_supported", change, actor=actor, acting_agency_id=change.agency_id, **said)


def _sanction(motion: Motion, actor: User | None, *, carried: bool) -> None:
    if not carried or motion.agency is None:
        return
    zone = ZoneInfo(motion.board.time_zone)
    on = motion.effective_on
    now = database_now()
    starts = max(now, datetime.combine(on, time(), zone)) if on else now
    imposed = Sanction(motion=motion, agency=motion.agency, measure=motion.measure, starts_at=starts)
    history.save(imposed, actor=actor, reason=_carried(motion))
    if imposed.measure == Motion.Measure.SUSPENSION:
        sanctions.apply(motion, actor=actor, reason=f"Suspended by sanction, motion {motion.number}")
    tell(record("board.sanction_imposed", motion.board, actor=actor, motion=motion.number, **_of(imposed)))


def _lift(motion: Motion, actor: User | None, *, carried: bool) -> None:
    sanction = motion.lifts
    if carried and sanction is not None and sanction.lifted_at is None:
        sanction.lifted_at = database_now()
        history.save(sanction, actor=actor, reason=_carried(motion))
        sanctions.apply(motion, actor=actor, reason=f"Sanction lifted, motion {motion.number}")
        tell(record("board.sanction_lifted", motion.board, actor=actor, motion=motion.number, **_of(sanction)))


def _of(sanction: Sanction) -> dict[str, Any]:
    return {"sanction": str(sanction.pk), "agency": str(sanction.agency_id), "measure": sanction.measure}


def _agreement(motion: Motion) -> Agreement:
    assert motion.agreement is not None  # noqa: S101  (a constraint of the table)
    return motion.agreement


def _carried(motion: Motion) -> str:
    return f"Motion {motion.number} carried"


def _end_chair_suspensions(motion: Motion, actor: User | None, *, ratified: bool) -> None:
    for suspension in ChairSuspension.objects.unratified().filter(agreement=motion.agreement):
        if ratified:
            suspension.ratified_at = database_now()
        else:
            suspension.lifted_at = database_now()
        what = "Ratified" if ratified else "Ended"
        history.save(suspension, actor=actor, reason=f"{what} by motion {motion.number}")


K = MotionKind

EFFECTS: dict[MotionKind, Effect] = {
    K.APPROVE: _approve,
    K.SEND_BACK: _send_back,
    K.REJECT: _reject,
    K.SUSPEND: _suspend,
    K.RATIFY: _ratify,
    K.RESUME: _resume,
    K.TERMINATE: _terminate,
    K.CHARTER: _amend_charter,
    K.POLICY: _adopt_policy,
    K.BUDGET: _adopt_budget,
    K.INITIATIVE: _approve_initiative,
    K.LAW: _support,
    K.SANCTION: _sanction,
    K.LIFT: _lift,
}
