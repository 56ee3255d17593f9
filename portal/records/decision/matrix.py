"""Who sees what by a policy's rules, as tables for people: resolved by the code that decides, without any record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from privacy.models import ANY, DataCategory, ParticipantRole, Treatment

from .disclosure import NEVER_RENDERED
from .rules import STRICTNESS, Rules, Ruling, by_rules

ROLES = tuple(role for role in ParticipantRole if role != NEVER_RENDERED)
OF_RECORDS = (
    DataCategory.FREE_TEXT,
    DataCategory.ORDERS,
    DataCategory.CUSTODY,
    DataCategory.INCIDENT,
    DataCategory.INTELLIGENCE,
)
"""Kinds of data that are nobody's alone."""
OF_PEOPLE = tuple(each for each in DataCategory if each not in OF_RECORDS)
OF_THE_CHARGED = (DataCategory.CHARGES, DataCategory.NONCONVICTION)
CHARGED = (
    ParticipantRole.DEFENDANT,
    ParticipantRole.JUVENILE,
    ParticipantRole.SUBJECT,
    ParticipantRole.ARRESTEE,
    ParticipantRole.DETAINEE,
)


@dataclass(frozen=True)
class Cell:
    """One treatment, with the rules that say so for the people of its line."""

    treatment: str
    codes: tuple[str, ...]
    conditional: bool = False
    """Whether the rules ask something of who sees it."""


@dataclass(frozen=True)
class Line:
    """People treated alike in one kind of data, with a cell for each column of recipients."""

    category: DataCategory
    roles: tuple[ParticipantRole, ...]
    cells: tuple[Cell, ...]

    @property
    def everybody_else(self) -> bool:
        """Whether naming those whom the line is about would take longer than naming those whom it is not about."""
        return len(self.roles) > len(ROLES) / 2


@dataclass(frozen=True)
class Summary:
    """Recipients that see the same stand in one column; people who are treated alike in one line."""

    columns: tuple[tuple[str, ...], ...]
    lines: tuple[Line, ...]


def for_recipient(
    rules: Rules, recipient: str, purpose: str
) -> list[tuple[ParticipantRole, dict[DataCategory, Ruling]]]:
    """What one recipient sees of each participant role: a ruling for each kind of data about people."""
    return [
        (role, {category: by_rules(rules, recipient, purpose, role, category) for category in OF_PEOPLE})
        for role in ROLES
    ]


def of_records(rules: Rules, recipient: str, purpose: str) -> list[tuple[DataCategory, Ruling]]:
    """What a recipient sees of data that is nobody's alone; free text where everybody on the record is shown."""
    return [(each, by_rules(rules, recipient, purpose, ANY, each)) for each in OF_RECORDS]


def summary(rules: Rules, recipients: Iterable[str], purpose: str) -> Summary:
    """The whole policy in few columns and lines, who sees most first."""
    subjects = _subjects()
    rulings = {
        recipient: [by_rules(rules, recipient, purpose, role, category) for category, role in subjects]
        for recipient in recipients
    }
    columns: dict[tuple[tuple[str, bool], ...], list[str]] = {}
    for recipient, found in rulings.items():
        columns.setdefault(tuple(map(_seen, found)), []).append(recipient)
    ordered = sorted(columns.items(), key=lambda item: -item[0].count((Treatment.SHOWN, False)))
    lines: dict[tuple[object, ...], list[int]] = {}
    for place, (category, _) in enumerate(subjects):
        lines.setdefault((str(category), *(treatments[place] for treatments, _ in ordered)), []).append(place)
    made = [
        Line(
            category=subjects[places[0]][0],
            roles=tuple(ParticipantRole(subjects[place][1]) for place in places if subjects[place][1] != ANY),
            cells=tuple(_cell(rulings, same, places) for _, same in ordered),
        )
        for places in lines.values()
    ]
    order = list(DataCategory)
    made.sort(
        key=lambda line: (order.index(line.category), [_strict(cell) for cell in line.cells], line.everybody_else)
    )
    return Summary(tuple(tuple(same) for _, same in ordered), tuple(made))


def _seen(ruling: Ruling) -> tuple[str, bool]:
    return ruling.treatment, bool(ruling.obligations)


def _strict(cell: Cell) -> int:
    return STRICTNESS.index(cell.treatment)


def _cell(rulings: dict[str, list[Ruling]], recipients: list[str], places: list[int]) -> Cell:
    found = [rulings[recipient][place] for recipient in recipients for place in places]
    codes = tuple(dict.fromkeys(ruling.rule for ruling in found if ruling.rule))
    return Cell(found[0].treatment, codes, bool(found[0].obligations))


def _subjects() -> list[tuple[DataCategory, str]]:
    """Each kind of data with the people whom it can be about."""
    people = [(each, str(role)) for each in OF_PEOPLE if each not in OF_THE_CHARGED for role in ROLES]
    charged = [(each, str(role)) for each in OF_THE_CHARGED for role in CHARGED]
    return [*people, *charged, *((each, ANY) for each in OF_RECORDS)]
