"""Which plan a board has, and which of its stages an agreement passes. Reads only."""

from __future__ import annotations

from collections.abc import Iterable

from sharing_agreements.boards.models import Board
from sharing_agreements.boards.policy import responsible_board
from sharing_agreements.models import Agreement

from .models import ReviewPlan, ReviewStage

MOST = 12
"""Stages of one plan."""


def plan_of(board: Board) -> ReviewPlan | None:
    """The plan in force: the newest."""
    return board.review_plans.order_by("-number").first()


def stages_for(agreement: Agreement) -> list[ReviewStage]:
    """The stages that the responsible board's plan in force has for an agreement like this, the first step first."""
    board = responsible_board(agreement)
    plan = plan_of(board) if board else None
    if plan is None:
        return []
    return [stage for stage in plan.stages.select_related("agency") if stage.takes(agreement)]


def saying(stages: Iterable[ReviewStage]) -> list[tuple[object, ...]]:
    """What stages say, in whatever order they come."""
    names = ("step", "discipline", "agency_id", "days", "guidance", "takes_administrative")
    return sorted((*(getattr(each, name) for name in names), *sorted(each.kinds)) for each in stages)
