"""The lives of a motion and of a meeting, each as one table of moves. No I/O."""

from __future__ import annotations

from portal.kernel.errors import Refused

from .models import Meeting, Motion

S = Motion.Status

MOVES: dict[S, frozenset[S]] = {
    S.MOVED: frozenset({S.PENDING, S.MOOT, S.WITHDRAWN}),
    S.PENDING: frozenset({S.VOTING, S.MOOT, S.WITHDRAWN}),
    S.VOTING: frozenset({S.CARRIED, S.LOST, S.MOOT, S.PENDING}),  # back to pending: the ballot gave no decision
    S.CARRIED: frozenset(),
    S.LOST: frozenset(),
    S.MOOT: frozenset(),
    S.WITHDRAWN: frozenset(),
}

M = Meeting.Status

MEETING_MOVES: dict[M, frozenset[M]] = {
    M.CALLED: frozenset({M.OPEN, M.CANCELLED}),
    M.OPEN: frozenset({M.ADJOURNED}),
    M.ADJOURNED: frozenset(),
    M.CANCELLED: frozenset(),
}


def move(motion: Motion, to: S) -> None:
    """The one place that assigns a motion's status. Raises `Refused` (code `bad_move`) for a move not in the table."""
    now = S(motion.status)
    if to not in MOVES[now]:
        raise Refused(
            f"Motion {motion.number} is {now.label.lower()} and cannot become {to.label.lower()}. Reload the page.",
            code="bad_move",
        )
    motion.status = to


def move_meeting(meeting: Meeting, to: M) -> None:
    """The one place that assigns a meeting's status. Raises `Refused` (code `bad_move`) for a move not in the table."""
    now = M(meeting.status)
    if to not in MEETING_MOVES[now]:
        raise Refused(
            f"The meeting is {now.label.lower()} and cannot become {to.label.lower()}. Reload the page.",
            code="bad_move",
        )
    meeting.status = to
