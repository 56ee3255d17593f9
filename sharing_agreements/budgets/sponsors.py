"""What boards, a floor above, answer of the budgets that they sponsor. They register when they are ready, as notice
kinds do."""

from __future__ import annotations

from typing import Any, Protocol

from django.db.models import QuerySet

from agencies.models import User


class Sponsors(Protocol):
    """Boards that sponsor budgets."""

    def read_by(self, person: User) -> QuerySet[Any]:
        """The boards on which the person sits or stands by."""

    def led_by(self, person: User) -> QuerySet[Any]:
        """The boards that the person chairs."""


_registered: list[Sponsors] = []


def register(boards: Sponsors) -> None:
    """Called once by the floor above, when its app is ready."""
    _registered[:] = [boards]


def boards() -> Sponsors:
    return _registered[0]
