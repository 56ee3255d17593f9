"""A board of five, and an agreement that comes before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests import kept
from tests.sharing_agreements.conftest import OwnerSql, owner_sql

__all__ = ["OwnerSql", "owner_sql"]

if TYPE_CHECKING:
    from agencies.models import Agency, RecordSet, User
    from sharing_agreements.boards.models import Board
    from sharing_agreements.models import Agreement


@dataclass
class Scene:
    """A board; a court that shares with a police department; people of the board by seat."""

    board: Board
    court: Agency
    police: Agency
    cases: RecordSet

    def member(self, number: int) -> User:
        """Who holds a seat."""
        holder = self.board.seats.get(number=number, ended_at=None).holder
        assert holder is not None
        return holder

    @property
    def chair(self) -> User:
        return self.member(1)

    def submitted(self) -> Agreement:
        from tests import make  # noqa: PLC0415

        return make.submitted(self.court, self.police, self.cases)

    def in_force(self) -> Agreement:
        from tests import make  # noqa: PLC0415

        return make.agreement_in_force(self.court, self.police, self.cases)


def set_up(**charter: object) -> Scene:
    """The scene with a charter of one's own."""
    from tests import make  # noqa: PLC0415 - settings are known only now

    board = make.board(members=5, **charter)  # type: ignore[arg-type]
    court, police = make.agency("Cedar Court", kind="court"), make.agency("Cedar Police")
    return Scene(board, court, police, make.record_set(court, "Criminal cases"))


def charter_form(**values: object) -> dict[str, object]:
    """What the form of a charter is sent with."""
    return {
        "adopted_on": "2026-01-05",
        "responsible_for": ["mou"],
        "states": [],
        "voting_seats": "0",
        "quorum": "majority_in_office",
        "quorum_number": "",
        "minimum_present": "0",
        "vacancy": "ignored",
        "recusal": "neither",
        "threshold": "majority",
        "denominator": "present",
        "abstention": "leaves",
        "special_threshold": "",
        "special_for": [],
        "chair_vote": "always",
        "tie": "lost",
        "ratify_within_days": "14",
        "alternates": "on",
        "written_ballots": "on",
        "ballot_days": "7",
        "notice_hours": "72",
        "special_notice_hours": "24",
        **values,
    }


@kept.fixture
def scene() -> Scene:
    return set_up()
