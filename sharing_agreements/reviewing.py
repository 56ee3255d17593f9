"""What reviews, a floor above, answer and do for agreements. They register when they are ready, as boards do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.db.models import Q

from agencies.models import User
from portal.kernel.parts import Part

if TYPE_CHECKING:
    from .models import Agreement


@dataclass(frozen=True)
class Stage:
    """One stage as a page shows it."""

    name: str
    href: str
    state: Part
    when: str | None
    who: str | None


@dataclass(frozen=True)
class Step:
    """Stages that run side by side."""

    number: int
    stages: list[Stage]


@dataclass(frozen=True)
class Planned:
    """One stage of a plan in words."""

    name: str
    within: str
    takes: str
    guidance: str


class Reviews(Protocol):
    """The floor that keeps the stages of review between submission and the board."""

    def read_by(self, person: User) -> Q:
        """Agreements, as a condition on them, that the person reads because they are to review them, or did."""

    def begin(self, agreement: Agreement, *, actor: User) -> None:
        """The agreement was submitted: open the first stages. The caller holds its row lock."""

    def outstanding(self, agreement: Agreement) -> list[str]:
        """The stages that have not approved the current version, each as it is called."""

    def under_way(self) -> Q:
        """Agreements, as a condition on them, of which stages have not approved the current version."""

    def end(self, agreement: Agreement, *, actor: User | None, reason: str) -> None:
        """The agreement has left review: close what is open. The caller holds its row lock."""

    def planned(self, agreement: Agreement) -> list[tuple[int, list[Planned]]]:
        """The stages that the agreement would pass if it were submitted now, step by step."""

    def stages(self, agreement: Agreement) -> list[Step]:
        """The stages of the version submitted last."""


_floors: list[Reviews] = []


def register(floor: Reviews) -> None:
    """Called once by the floor above, when its app is ready."""
    _floors.append(floor)


def read_by(person: User) -> Q:
    """Agreements that the person reads as a reviewer."""
    found = Q(pk__in=[])
    for floor in _floors:
        found |= floor.read_by(person)
    return found


def begin(agreement: Agreement, *, actor: User) -> None:
    """Open the stages of review of a version that was just submitted."""
    for floor in _floors:
        floor.begin(agreement, actor=actor)


def outstanding(agreement: Agreement) -> list[str]:
    """What is to be approved before a board takes the agreement up; empty where nothing is."""
    return [stage for floor in _floors for stage in floor.outstanding(agreement)]


def under_way() -> Q:
    """Agreements in review that no board takes up yet."""
    found = Q(pk__in=[])
    for floor in _floors:
        found |= floor.under_way()
    return found


def end(agreement: Agreement, *, actor: User | None, reason: str) -> None:
    """Close what is open on an agreement that is in review no more."""
    for floor in _floors:
        floor.end(agreement, actor=actor, reason=reason)


def planned(agreement: Agreement) -> list[tuple[int, list[Planned]]]:
    """What a draft would pass before a board takes it up; empty where nothing is planned."""
    return [step for floor in _floors for step in floor.planned(agreement)]


def stages(agreement: Agreement) -> list[Step]:
    """The stages of review, step by step; empty where it had none."""
    return [step for floor in _floors for step in floor.stages(agreement)]
