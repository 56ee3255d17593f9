"""How far a change in law or practice is, as a table of moves. No I/O: commands save."""

from __future__ import annotations

from portal.kernel.errors import Refused

from .models import LawChange

C = LawChange.Status

MOVES: dict[C, tuple[C, ...]] = {
    C.IDEA: (C.DRAFTED, C.REJECTED),
    C.DRAFTED: (C.INTRODUCED, C.ENACTED, C.REJECTED),
    C.INTRODUCED: (C.ENACTED, C.REJECTED),
    C.ENACTED: (),
    C.REJECTED: (C.IDEA,),
}


def move(change: LawChange, to: C) -> None:
    """Assign a status. Raises `Refused` (code `bad_move`) when the table has no such move."""
    now = C(change.status)
    if to not in MOVES[now]:
        raise Refused(
            f"Change {change.number} is {now.label.lower()} and cannot become {to.label.lower()}. "
            "Reload the page to see where it stands.",
            code="bad_move",
            repeated=to == now,
        )
    change.status = to
