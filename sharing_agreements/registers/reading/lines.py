"""The rows of a sheet as lines of a register, each with the key by which the next snapshot knows it again."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agencies.reading import state_code
from portal.kernel.reading.problem import Problem
from portal.kernel.reading.tables import Row, Sheet

from .columns import FIELDS, Layout, cell_of

COMPARED = ("agency", "state", "county", "kind", "signed", "ends", "status", "link")
"""What of a line counts as its content; the key is made of some of it."""
NOTHING = frozenset({"#n/a", "n/a", "na", "none", "null", "-", "--", "\u2013", "\u2014", "#value!", "#ref!"})
"""How lists write that there is nothing to say; a day so written is a doubt all the same."""
DAYS = ("signed", "ends")
ORI = re.compile(r"[A-Z0-9]{9}")
MOST_PROBLEMS = 500
LONGEST = {
    "agency": 300,
    "ori": 40,
    "state": 60,
    "county": 200,
    "kind": 300,
    "signed": 300,
    "ends": 300,
    "status": 300,
    "link": 2000,
}
"""Characters of a value; a line with a longer one is no line of a register."""


@dataclass(frozen=True, slots=True)
class Line:
    """One agreement of a list: its values as written, blanks tidied, of the fields that have a column. `key` is unique
    within a snapshot.

    Lines that are alike in what makes the key share `base`; `twice`: there are several such.
    """

    key: str
    base: str
    place: str
    values: dict[str, str]
    other: dict[str, str] = field(default_factory=dict)
    twice: bool = False


@dataclass(slots=True)
class Lines:
    """What a sheet holds: lines, and what was left out or noted, by place."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    listings: list[str] = field(default_factory=list)
    rows: int = 0


def name_key(text: str) -> str:
    """A name as two lists may share it: without case, blanks too many, and kinds of apostrophes and dashes."""
    text = re.sub("[\u2018\u2019\u02bc\u0060\u00b4]", "'", text)
    return " ".join(re.sub("[\u2010-\u2015]", "-", text).casefold().split())


def read_lines(sheets: Sequence[Sheet], layout: Layout) -> Lines:
    """Every line below the header, in the listing that the layout names if the file holds several."""
    sheet, found = sheets[layout.sheet], Lines()
    header, below = sheet.rows[layout.header], sheet.rows[layout.header + 1 :]
    at_listing = layout.columns.get("listing")
    if at_listing is not None:
        listed = (cell_of(row, at_listing) for row in below if not row.flaw)
        found.listings = list(dict.fromkeys(value for value in listed if value))
    lines = []
    for row in below:
        if at_listing is not None and not row.flaw and cell_of(row, at_listing) != layout.listing:
            continue
        found.rows += 1
        line = _line(row, header, layout, sheet.name, found.problems)
        if line is not None:
            lines.append(line)
    found.lines = _told_apart(lines, found.problems)
    if len(found.problems) > MOST_PROBLEMS:
        more = len(found.problems) - MOST_PROBLEMS
        found.problems[MOST_PROBLEMS:] = [Problem("", f"{more:,} further problems are not listed.")]
    return found


def _line(row: Row, header: Row, layout: Layout, sheet: str, problems: list[Problem]) -> Line | None:
    place = f"sheet {sheet}, {row.place}" if sheet else row.place
    values = {name: cell_of(row, at) for name, at in layout.columns.items() if name != "listing"}
    for name, value in values.items():
        if name not in DAYS and value.casefold() in NOTHING:
            values[name] = ""
    if flaw := row.flaw or _flaw(row, header, values):
        problems.append(Problem(place, flaw))
        return None
    if len(row.cells) < len(header.cells) and not sheet:
        problems.append(Problem(place, "has fewer cells than the header; those that lack count as empty.", "note"))
    if "state" in values:
        values["state"] = state_code(values["state"]) or values["state"]
    if values.get("ori"):
        values["ori"] = values["ori"].upper().replace("-", "")
        if not ORI.fullmatch(values["ori"]):
            problems.append(Problem(place, "has an ORI that is not nine letters and digits; it was left out.", "note"))
            values["ori"] = ""
    base = "|".join(name_key(values.get(name, "")) for name in ("state", "agency", "kind"))
    return Line(base, base, place, values, _other(row, header, layout))


def _flaw(row: Row, header: Row, values: dict[str, str]) -> str:
    """Why a row is no line of the register, or nothing."""
    if any(row.cells[len(header.cells) :]):
        return "has more cells than the header; which column they belong to is not clear. It was left out."
    if long := next((name for name, value in values.items() if len(value) > LONGEST[name]), ""):
        return f"has more than {LONGEST[long]} characters under {FIELDS[long]}. It was left out."
    return "" if values.get("agency") else "names no agency. It was left out."


def _other(row: Row, header: Row, layout: Layout) -> dict[str, str]:
    """What the columns say that have no field, by their headings."""
    used = set(layout.columns.values())
    headed = zip(header.cells, row.cells, strict=False)
    cells = ((at, heading, cell) for at, (heading, cell) in enumerate(headed) if at not in used and cell)
    return {heading or f"column {at + 1}": cell for at, heading, cell in cells}


def _told_apart(lines: Sequence[Line], problems: list[Problem]) -> list[Line]:
    """Lines with keys of their own: what is written twice alike counts once, what differs stays apart, numbered.

    Numbered by content, so that another order of the rows in the next snapshot changes nothing.
    """
    groups: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        alike = [each for each in groups[line.base] if each.values == line.values]
        if alike:
            problems.append(Problem(line.place, f"says the same as {alike[0].place}. It counts once.", "note"))
        else:
            groups[line.base].append(line)
    found = []
    for group in groups.values():
        if len(group) == 1:
            found.append(group[0])
            continue
        group.sort(
            key=lambda line: [line.values.get(name, "") for name in ("signed", "county", "ends", "link", "status")]
        )
        found += [
            replace(line, key=f"{line.base}|#{number}" if number > 1 else line.base, twice=True)
            for number, line in enumerate(group, 1)
        ]
    return found
