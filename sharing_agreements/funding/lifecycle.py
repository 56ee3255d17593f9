"""The life of an application as one table of moves. No I/O."""

from __future__ import annotations

from portal.kernel.errors import Refused

from .models import Application

S = Application.Status

MOVES: dict[S, frozenset[S]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.AWARDED, S.REJECTED, S.WITHDRAWN}),
    S.AWARDED: frozenset(),
    S.REJECTED: frozenset(),
    S.WITHDRAWN: frozenset(),
}


def move(application: Application, to: S) -> None:
    """The one place that assigns an application's status. Raises `Refused` (code `bad_move`) for another."""
    now = S(application.status)
    if to not in MOVES[now]:
        raise Refused(
            f"The application is {now.label.lower()} and cannot become {to.label.lower()}. Reload the page.",
            code="bad_move",
        )
    application.status = to
