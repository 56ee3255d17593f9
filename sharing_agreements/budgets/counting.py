"""Figures that the portal itself can count for a denominator. Floors above register what only they know."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

Counted = Callable[[Collection[UUID], date, date], dict[UUID, int]]
"""Takes the agencies and the first and the last day; gives a number for each agency that has any."""


@dataclass(frozen=True)
class Count:
    """How the portal counts something, and in what words that stands as the source."""

    source: str
    counted: Counted
    dated: bool = True
    """Whether it is counted from one day to another, and not as it is now."""


_counts: dict[str, Count] = {}


def register(basis: str, count: Count) -> None:
    """Called by a floor when its app is ready; `basis` is a value of `Basis`."""
    _counts[basis] = count


def of(basis: str) -> Count | None:
    """How the portal counts what a denominator is about; None where somebody has to say."""
    return _counts.get(basis)
