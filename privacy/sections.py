"""The fifteen sections of the national template for privacy policies, and what each must state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from .models import DisclosureRule, Provision

Numbered = TypeVar("Numbered", Provision, DisclosureRule)


class Section(NamedTuple):
    number: int
    name: str
    states: str

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


SECTIONS = tuple(
    Section(number, name, states)
    for number, (name, states) in enumerate(
        (
            ("Purpose", "Goals, and the rights that the policy protects"),
            ("Applicability and legal compliance", "Who must comply, under which laws; who acknowledges it"),
            ("Governance and oversight", "The privacy officer, and who oversees"),
            ("Definitions", "Words that the policy uses in a sense of its own"),
            ("Information", "What is and is not collected, and the labels that limit who sees it"),
            ("Acquiring and receiving information", "Laws and methods; what is asked of those who give information"),
            ("Quality assurance", "How errors are found and handled, and how recipients are told"),
            ("Collation and analysis", "Who may analyse, and for what"),
            ("Merging records", "Written criteria for a match, and what happens to a partial one"),
            ("Sharing and dissemination", "Need and right to know; the accounting of what was disclosed"),
            ("Redress", "Seeing what is held, corrections, appeals, complaints"),
            ("Security", "Safeguards, and who is told of a breach"),
            ("Retention and destruction", "How long records are kept, and how they are removed"),
            ("Accountability and enforcement", "Openness, audits, reports of violations, sanctions, yearly review"),
            ("Training", "Who is trained, in what, and how often"),
        ),
        1,
    )
)


def section(number: int) -> Section:
    """The section with this number, 1 to 15."""
    return SECTIONS[number - 1]


def in_order(things: Iterable[Numbered]) -> list[Numbered]:
    """Provisions by number and rules by code, as a person counts: 10.2 before 10.10, R7 before R12."""
    return sorted(things, key=_place)


def _place(thing: Provision | DisclosureRule) -> tuple[int, ...]:
    text = thing.number if isinstance(thing, Provision) else thing.code.removeprefix("R")
    return tuple(int(part) if part.isdigit() else 0 for part in text.split("."))
