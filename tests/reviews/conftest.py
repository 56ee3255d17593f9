"""A board with a plan of two steps, and a draft that is to pass them."""

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
class Office:
    """A court leads, a police department receives; the state's court administration reviews."""

    board: Board
    court: Agency
    police: Agency
    cases: RecordSet
    administration: Agency
    privacy: User
    counsel: User
    security: User

    @property
    def chair(self) -> User:
        holder = self.board.seats.get(is_chair=True, ended_at=None).holder
        assert holder is not None
        return holder

    def submitted(self) -> Agreement:
        from tests import make  # noqa: PLC0415

        return make.submitted(self.court, self.police, self.cases)


def set_up() -> Office:
    """Privacy first, then law and technics side by side."""
    from agencies.models import Role  # noqa: PLC0415 - settings are known only now
    from tests import make  # noqa: PLC0415

    board = make.board()
    court, police = make.agency("Cedar Court", kind="court"), make.agency("Cedar Police")
    administration = make.agency("State Court Administration", kind="court")
    people = [
        make.someone(administration, role) for role in (Role.PRIVACY_OFFICER, Role.COUNSEL, Role.SECURITY_OFFICER)
    ]
    make.plan(
        board,
        make.stage("privacy", administration, days=10, guidance="Victims and juveniles."),
        make.stage("legal", administration, step=2),
        make.stage("technical", administration, step=2),
    )
    return Office(board, court, police, make.record_set(court, "Criminal cases"), administration, *people)


@kept.fixture
def office() -> Office:
    return set_up()
