"""How far an initiative is, as a table of moves. No I/O: commands save."""

from __future__ import annotations

from portal.kernel.errors import Refused

from .models import Initiative

S = Initiative.Status

MOVES: dict[S, tuple[S, ...]] = {
    S.IDEA: (S.BEFORE_BOARD, S.ENDED),
    S.BEFORE_BOARD: (S.IDEA, S.APPROVED),
    S.APPROVED: (S.RUNNING, S.ENDED),
    S.RUNNING: (S.COMPLETED, S.ENDED),
    S.COMPLETED: (),
    S.ENDED: (),
}


def move(initiative: Initiative, to: S) -> None:
    """Assign a status. Raises `Refused` (code `bad_move`) when the table has no such move."""
    now = S(initiative.status)
    if to not in MOVES[now]:
        raise Refused(
            f"{initiative} is {now.label.lower()} and cannot become {to.label.lower()}. "
            "Reload the page to see where it stands.",
            code="bad_move",
            repeated=to == now,
        )
    initiative.status = to
