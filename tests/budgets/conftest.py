"""A board, and a budget of its with three parties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests import kept
from tests.sharing_agreements.conftest import OwnerSql, owner_sql

__all__ = ["OwnerSql", "owner_sql"]

if TYPE_CHECKING:
    from agencies.models import Agency, User
    from sharing_agreements.boards.models import Board
    from sharing_agreements.budgets.models import Budget


@dataclass
class Scene:
    """The parties in the order of their names; the court owns the budget."""

    board: Board
    court: Agency
    police: Agency
    sheriff: Agency
    budget: Budget
    chair: User
    keeper: User


@kept.fixture
def scene() -> Scene:
    from tests import make  # noqa: PLC0415 - settings are known only now

    board = make.board(members=3)
    court, police = make.agency("A Court", kind="court"), make.agency("B Police")
    sheriff = make.agency("C Sheriff")
    budget = make.budget(board, court, police, sheriff)
    keeper = make.someone(court, "agency_administrator")
    return Scene(board, court, police, sheriff, budget, make.chair_of(board), keeper)
