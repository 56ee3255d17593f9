"""The life of an agreement as one table of moves. No I/O: commands save."""

from portal.kernel.errors import Refused

from .models import Agreement

S = Agreement.Status

MOVES: dict[S, frozenset[S]] = {
    S.DRAFT: frozenset({S.IN_REVIEW, S.WITHDRAWN}),
    S.IN_REVIEW: frozenset({S.BEFORE_BOARD, S.DRAFT, S.WITHDRAWN}),
    S.BEFORE_BOARD: frozenset({S.APPROVED, S.REJECTED, S.DRAFT, S.WITHDRAWN}),
    S.APPROVED: frozenset({S.SIGNING, S.WITHDRAWN}),
    S.SIGNING: frozenset({S.IN_FORCE, S.REJECTED, S.WITHDRAWN}),
    S.IN_FORCE: frozenset({S.SUSPENDED, S.TERMINATED, S.SUPERSEDED}),
    S.SUSPENDED: frozenset({S.IN_FORCE, S.TERMINATED}),
    S.TERMINATED: frozenset(),
    S.SUPERSEDED: frozenset(),
    S.REJECTED: frozenset(),
    S.WITHDRAWN: frozenset(),
}

OPENS_RECORDS = frozenset({S.IN_FORCE})
SHOWN_TO_BOARD = frozenset(S) - {S.DRAFT}


def move(agreement: Agreement, to: S) -> None:
    """The one place that assigns a status. Nothing else: no saving, no mail.

    Raises `Refused` (code `bad_move`) when the table has no such move.
    """
    now = S(agreement.status)
    if to not in MOVES[now]:
        raise Refused(
            f"{agreement.number} is {now.label.lower()} and cannot become {to.label.lower()}. "
            "Reload the page to see where it stands.",
            code="bad_move",
        )
    agreement.status = to
