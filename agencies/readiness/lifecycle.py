"""The life of an assessment and of an action as tables of moves. No I/O: commands save."""

from __future__ import annotations

from portal.kernel.errors import Refused

from .models import Assessment, PlanAction

S = Assessment.Status
A = PlanAction.Status

MOVES: dict[S, frozenset[S]] = {
    S.DRAFT: frozenset({S.IN_REVIEW}),
    S.IN_REVIEW: frozenset({S.DRAFT, S.REVIEWED}),
    S.REVIEWED: frozenset(),
}
ACTION_MOVES: dict[A, tuple[A, ...]] = {
    A.PLANNED: (A.BEGUN, A.DONE, A.GIVEN_UP),
    A.BEGUN: (A.DONE, A.GIVEN_UP),
    A.DONE: (A.BEGUN,),
    A.GIVEN_UP: (A.PLANNED,),
}


def move(assessment: Assessment, to: S) -> None:
    """Assign a status. Raises `Refused` (code `bad_move`) when the table has no such move."""
    now = S(assessment.status)
    if to not in MOVES[now]:
        raise Refused(
            f"Version {assessment.number} is {now.label.lower()}. Reload the page to see where it stands.",
            code="bad_move",
        )
    assessment.status = to


def move_action(action: PlanAction, to: A) -> None:
    """Assign a status. Raises `Refused` (code `bad_move`) when the table has no such move."""
    now = A(action.status)
    if to not in ACTION_MOVES[now]:
        raise Refused(
            f"Action {action.number} is {now.label.lower()}. Reload the page to see where it stands.",
            code="bad_move",
            repeated=to == now,
        )
    action.status = to
