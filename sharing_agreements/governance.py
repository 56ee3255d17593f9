"""What boards, a floor above, answer and do for agreements. They register when they are ready, as notice kinds do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django.db.models import Q

from agencies.models import User

if TYPE_CHECKING:
    from .models import Agreement


class Governance(Protocol):
    """One floor that governs agreements."""

    def before(self, person: User) -> Q:
        """Agreements, as a condition on them, for which a board on which the person sits is responsible."""

    def responsible_for(self, agreement: Agreement) -> str | None:
        """The name of the board that decides on the agreement, or None where no charter covers it."""

    def actions(self, person: User, agreement: Agreement) -> list[dict[str, Any]]:
        """What the person can start on the agreement by office: label, href, main."""

    def drop(self, agreement: Agreement, *, actor: User | None, reason: str) -> None:
        """Close what is open on an agreement that has left the board; the caller holds its row lock."""

    def barred(self) -> list[tuple[UUID, Q]]:
        """Agencies that receive nothing, each with the agreements, as a condition on them, of which that holds."""


_floors: list[Governance] = []


def register(floor: Governance) -> None:
    """Called once by a floor above, when its app is ready."""
    _floors.append(floor)


def before_a_board_of(person: User) -> Q:
    """Agreements that the person reads by office."""
    found = Q(pk__in=[])
    for floor in _floors:
        found |= floor.before(person)
    return found


def responsible_board(agreement: Agreement) -> str | None:
    """The name of the board that decides on the agreement, or None."""
    return next(filter(None, (floor.responsible_for(agreement) for floor in _floors)), None)


def actions(person: User, agreement: Agreement) -> list[dict[str, Any]]:
    """What the person can start on the agreement by office, as buttons of its page."""
    return [action for floor in _floors for action in floor.actions(person, agreement)]


def drop(agreement: Agreement, *, actor: User | None, reason: str) -> None:
    """The agreement has left the board: whatever is open there on it has no object any more."""
    for floor in _floors:
        floor.drop(agreement, actor=actor, reason=reason)


def barred() -> list[tuple[UUID, Q]]:
    """Agencies to which nothing opens, each with the agreements, as a condition on them, of which that holds."""
    return [each for floor in _floors for each in floor.barred()]
