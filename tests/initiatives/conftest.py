"""A board on which a court sits, and an initiative of the court with two partners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests import kept
from tests.sharing_agreements.conftest import OwnerSql, owner_sql

__all__ = ["OwnerSql", "owner_sql"]

if TYPE_CHECKING:
    from agencies.models import Agency, User
    from sharing_agreements.boards.models import Board
    from sharing_agreements.initiatives.models import Initiative


@dataclass
class Scene:
    """The court leads; the police and the sheriff take part, of whom the board has no seat."""

    board: Board
    court: Agency
    police: Agency
    sheriff: Agency
    initiative: Initiative
    lead: User
    officer: User
    """Of the police: its administrator."""


@kept.fixture
def scene() -> Scene:
    from tests import make  # noqa: PLC0415 - settings are known only now

    board = make.board(members=2)
    court, police = make.agency("A Court", kind="court"), make.agency("B Police")
    sheriff = make.agency("C Sheriff")
    make.seat(board, 3, holder=make.person(court, ("agency_administrator",)))
    made = make.initiative(board, court, police, sheriff)
    officer = make.someone(police, "agency_administrator")
    return Scene(board, court, police, sheriff, made, make.lead_of(made), officer)
