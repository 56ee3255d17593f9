"""Lines and figures of a budget from a sheet: every cell that cannot be taken is named, and then nothing is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TypeVar
from uuid import UUID

from agencies.models import Agency
from portal.kernel.reading.problem import Problem, Problems
from portal.kernel.reading.tables import Row, Sheet

from .models import Budget, BudgetLine

T = TypeVar("T")
LONGEST_NAME = 160
MOST_MONEY, MOST_WEIGHT = Decimal(10) ** 11, Decimal(10) ** 12

LINE_COLUMNS = {
    "name": ("line", "budget line", "item", "description"),
    "recurrence": ("recurrence", "recurring or one-time", "kind"),
    "year": ("fiscal year", "year", "fy"),
    "planned": ("planned", "plan", "budgeted", "amount"),
    "actual": ("actual", "spent"),
    "provided_by": ("in kind from", "provided by", "in kind"),
}
FIGURE_COLUMNS = {
    "agency": ("agency", "party", "ori"),
    "value": ("figure", "value", "weight", "count", "population", "officers", "users", "records", "transactions"),
}
"""By which headings a column is known, the usual one first."""

RECURRENCES = {
    "recurring": BudgetLine.Recurrence.RECURRING,
    "one-time": BudgetLine.Recurrence.ONE_TIME,
    "one time": BudgetLine.Recurrence.ONE_TIME,
    "onetime": BudgetLine.Recurrence.ONE_TIME,
}


class Unfit(Exception):
    """A cell that cannot be taken; the message says why, without repeating what it holds."""


@dataclass(frozen=True)
class LineRow:
    """One line as a sheet gives it; `actual` None leaves what is there."""

    year: int
    name: str
    recurrence: str
    planned: Decimal
    actual: Decimal | None
    provided_by_id: UUID | None


@dataclass
class Taken:
    """What a sheet holds. Where there are problems, nothing of it is written."""

    lines: list[LineRow] = field(default_factory=list)
    figures: dict[UUID, Decimal] = field(default_factory=dict)
    problems: Sequence[Problem] = ()


def read_lines(sheet: Sheet, budget: Budget, agencies: Sequence[Agency]) -> Taken:
    """Budget lines, one a row: Line, Recurrence, Fiscal year, Planned, and if wanted Actual and In kind from."""
    found, problems = Taken(), Problems(200)
    seen: set[tuple[int, str]] = set()
    for row, cell in _rows(sheet, LINE_COLUMNS, ("name", "year", "planned"), problems):
        values = (
            cell("year", lambda text: _year(text, budget)),
            cell("name", _name),
            cell("recurrence", _recurrence),
            cell("planned", lambda text: amount(text, most=MOST_MONEY)),
            cell("actual", lambda text: amount(text, most=MOST_MONEY) if text else None),
            cell("provided_by", lambda text: _agency(text, agencies) if text else None),
        )
        year, name, recurrence, planned, actual, giver = values
        if year is None or name is None or recurrence is None or planned is None:
            continue
        if (year, name.casefold()) in seen:
            problems.error(row.place, "The same line stands twice for this year. Keep one of them.")
        seen.add((year, name.casefold()))
        found.lines.append(LineRow(year, name, recurrence, planned, actual, giver))
    if not found.lines and not problems.all():
        problems.error("", "There is no row below the headings.")
    found.problems = problems.all()
    return found


def read_figures(sheet: Sheet, agencies: Sequence[Agency]) -> Taken:
    """Figures of parties, one a row: Agency (its name, ORI or court id) and Figure."""
    found, problems = Taken(), Problems(200)
    for row, cell in _rows(sheet, FIGURE_COLUMNS, ("agency", "value"), problems):
        agency = cell("agency", lambda text: _agency(text, agencies))
        value = cell("value", lambda text: amount(text, most=MOST_WEIGHT, places=4))
        if agency is None or value is None:
            continue
        if agency in found.figures:
            problems.error(row.place, "The same agency stands twice. Keep one of them.")
        found.figures[agency] = value
    if not found.figures and not problems.all():
        problems.error("", "There is no row below the headings.")
    found.problems = problems.all()
    return found


Cell = Callable[[str, Callable[[str], T]], T | None]


def _rows(
    sheet: Sheet, columns: Mapping[str, tuple[str, ...]], needed: Sequence[str], problems: Problems
) -> list[tuple[Row, Cell]]:  # type: ignore[type-arg]
    """The rows below the headings, each with a reader of its cells that notes what cannot be taken."""
    header = [heading.casefold() for heading in sheet.rows[0].cells]
    at = {
        name: header.index(heading)
        for name, known in columns.items()
        if (heading := next((each for each in known if each in header), ""))
    }
    for name in needed:
        if name not in at:
            wanted = columns[name][0].capitalize()
            problems.error(sheet.rows[0].place, f"There is no column “{wanted}”. The first row holds the headings.")
    if any(name not in at for name in needed):
        return []
    found = []
    for row in sheet.rows[1:]:
        if row.flaw:
            problems.error(row.place, row.flaw)
            continue
        found.append((row, _reader(row, at, sheet.rows[0].cells, problems)))
    return found


def _reader(row: Row, at: Mapping[str, int], headings: Sequence[str], problems: Problems) -> Cell:  # type: ignore[type-arg]
    def cell(name: str, read: Callable[[str], T]) -> T | None:
        number = at.get(name)
        text = row.cells[number] if number is not None and number < len(row.cells) else ""
        try:
            return read(text)
        except Unfit as why:
            heading = headings[number] if number is not None else name
            problems.error(f"{row.place}, {heading}", str(why))
            return None

    return cell


def _name(text: str) -> str:
    if not text:
        raise Unfit("Name what the money is for.")
    if len(text) > LONGEST_NAME:
        raise Unfit(f"Use at most {LONGEST_NAME} characters.")
    return text


def _recurrence(text: str) -> str:
    if not text:
        return BudgetLine.Recurrence.RECURRING
    if text.casefold() not in RECURRENCES:
        raise Unfit("Write Recurring or One-time.")
    return RECURRENCES[text.casefold()]


def _year(text: str, budget: Budget) -> int:
    number = re.fullmatch(r"(?:FY ?)?(\d{4})", text, re.IGNORECASE)
    if number is None or int(number[1]) not in budget.years:
        raise Unfit(f"Write a fiscal year of the budget, {budget.first_year} to {budget.last_year}.")
    return int(number[1])


def _agency(text: str, agencies: Sequence[Agency]) -> UUID:
    wanted = " ".join(text.split()).casefold()
    named = [each for each in agencies if wanted in {each.name.casefold(), *_codes(each)}]
    if not wanted or len(named) != 1:
        raise Unfit("Write the name or the ORI of one party, as this budget has it.")
    return named[0].pk


def _codes(agency: Agency) -> set[str]:
    return {code.casefold() for code in (agency.ori, agency.court_id) if code}


GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")


def amount(text: str, *, most: Decimal, places: int = 2) -> Decimal:
    """A number such as 12,300.50 or $12,300.50; a comma only where thousands are grouped. Raises `Unfit`."""
    bare = text.strip().removeprefix("$").strip()
    if "," in bare:
        if not GROUPED.fullmatch(bare):
            raise Unfit("Write an amount such as 12,300.50.")
        bare = bare.replace(",", "")
    try:
        number = Decimal(bare)
    except InvalidOperation:
        raise Unfit("Write an amount such as 12,300.50.") from None
    if not number.is_finite() or number < 0 or number >= most:
        raise Unfit("Write an amount of zero or more, as it would stand in a budget.")
    if number != number.quantize(Decimal(1).scaleb(-places)):
        raise Unfit(f"Use at most {places} decimal places.")
    return number
