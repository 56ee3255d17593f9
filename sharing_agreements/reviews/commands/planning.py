"""Adopting the plan of a board's reviews."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.models import Agency, User
from portal.audit.record import record
from portal.kernel.errors import Refused
from portal.notices.tell import tell
from sharing_agreements.boards.models import Board
from sharing_agreements.reviews import policy
from sharing_agreements.reviews.models import ReviewPlan, ReviewStage
from sharing_agreements.reviews.planning import MOST, plan_of, saying


@transaction.atomic(durable=True)
def adopt_plan(
    *, actor: User, board_id: UUID, stages: list[dict[str, Any]], reason: str, after: int, without: bool = False
) -> ReviewPlan:
    """Say which stages agreements pass before the board takes them up. What is in review goes on under its own plan.

    `stages`: `step`, `discipline`, `agency_id`, `days`, `guidance`, `kinds`, `takes_administrative`.
    `without`: that there is to be no review, where no stage is named. `after`: the number of the plan that the new one
    was made from, 0 for the first.
    """
    board = Board.objects.for_update(board_id)
    policy.may_plan(actor, board)
    before = plan_of(board)
    if (before.number if before else 0) != after:
        raise Refused(
            "Another plan was adopted since you opened this one. Look at it, and begin again.", code="changed"
        )
    if not reason.strip():
        raise ValidationError({"reason": "Say why the plan is this; it stays with the plan."})
    if len(stages) > MOST:
        raise ValidationError(f"A plan has at most {MOST} stages.")
    if bool(stages) == without:
        raise ValidationError({"without": "Name a stage, or tick that there is to be no review; not both."})
    plan = ReviewPlan(board=board, number=after + 1, adopted_by=actor, reason=reason.strip())
    made = [ReviewStage(plan=plan, **stage) for stage in stages]
    if before is not None and saying(made) == saying(list(before.stages.all())):
        raise Refused("The plan says this already.", code="same", repeated=True)
    plan.full_clean()
    plan.save(force_insert=True)
    for stage in made:
        stage.full_clean()
        if stage.agency.status != Agency.Status.ACTIVE:
            raise ValidationError(f"{stage.agency} takes no part in the portal. Choose another agency.")
        stage.save(force_insert=True)
    tell(record("board.review_plan_adopted", board, actor=actor, plan=plan.number, stages=[str(each) for each in made]))
    return plan
