"""What initiatives, a floor above, answer of what they put before boards. They register when they are ready, as notice
kinds do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django.db.models import QuerySet

from agencies.models import User

from .models import Board

if TYPE_CHECKING:
    from sharing_agreements.initiatives.models import Proposal


class Initiatives(Protocol):
    """Proposals that await boards, and what a decision on one brings about, in its transaction."""

    def before(self, board: Board) -> QuerySet[Proposal]:
        """What was put before the board and not decided on."""

    def may_be_approved(self, proposal: Proposal) -> None:
        """Raises `Refused` where it is not before its board any more."""

    def approve(self, proposal: Proposal, *, motion: str, actor: User | None) -> None: ...

    def decline(self, proposal: Proposal, *, motion: str, actor: User | None) -> None: ...


_registered: list[Initiatives] = []


def register(initiatives: Initiatives) -> None:
    """Called once by the floor above, when its app is ready."""
    _registered[:] = [initiatives]


def initiatives() -> Initiatives:
    return _registered[0]
