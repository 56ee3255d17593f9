"""What could not be read, by place and reason. A reason never repeats a value, since values are personal data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

LONGEST = 300
"""Characters of a place or a reason that are kept."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a source. An `error` left something out; a `note` kept it and is worth a look."""

    place: str
    reason: str
    severity: Literal["error", "note"] = "error"


def shown(text: str, longest: int = 60) -> str:
    """A key or file name as a message may show it: printable, storable, short, and never nothing."""
    safe = "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)
    return (safe if len(safe) <= longest else safe[: longest - 1] + "…") or '""'


class Problems:
    """Collects the problems of one source, up to a number that a hostile file cannot inflate."""

    def __init__(self, most: int = 1000) -> None:
        self._kept: list[Problem] = []
        self._most = most
        self._further = 0

    def error(self, place: str, reason: str) -> None:
        self._add(Problem(place[:LONGEST], reason[:LONGEST], "error"))

    def note(self, place: str, reason: str) -> None:
        self._add(Problem(place[:LONGEST], reason[:LONGEST], "note"))

    def _add(self, problem: Problem) -> None:
        if len(self._kept) < self._most:
            self._kept.append(problem)
        else:
            self._further += 1

    def all(self) -> tuple[Problem, ...]:
        if not self._further:
            return tuple(self._kept)
        return (*self._kept, Problem("", f"{self._further:,} further problems of this source are not listed."))


def joined(problems: Sequence[Problem]) -> str:
    """The problems as lines for a terminal."""
    return "\n".join(f"{problem.severity}: {problem.place}: {problem.reason}" for problem in problems)
