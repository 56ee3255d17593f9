"""Which row of a sheet is its header, and which column says what: a proposal, for a person to confirm."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from portal.kernel.reading.tables import Row, Sheet

FIELDS = {
    "agency": "Agency",
    "ori": "ORI",
    "state": "State",
    "county": "County",
    "kind": "Kind of agreement",
    "signed": "Signed on",
    "ends": "Ends on",
    "status": "Status",
    "link": "Link",
    "listing": "Listing (a file of several snapshots)",
}
"""What a column can say, with the words for it."""

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "agency": (
        "law enforcement agency",
        "participating agency",
        "agency name",
        "agency",
        "name of agency",
        "lea",
        "department",
        "party",
        "organization",
    ),
    "ori": ("ori", "ori9", "agency ori", "ori number", "ori code"),
    "state": ("state", "st", "state name", "state code"),
    "county": ("county", "county name", "parish", "county or parish"),
    "kind": (
        "support type",
        "type of agreement",
        "agreement type",
        "kind of agreement",
        "kind",
        "model",
        "agreement",
        "program",
        "type",
    ),
    "signed": (
        "signed",
        "signed on",
        "date signed",
        "signed date",
        "signature date",
        "executed",
        "executed on",
        "date executed",
        "effective",
        "effective date",
        "start",
        "start date",
        "begins",
    ),
    "ends": (
        "ends",
        "ends on",
        "end",
        "end date",
        "date ended",
        "expires",
        "expires on",
        "expiration",
        "expiration date",
        "expiry",
        "expiry date",
        "termination date",
        "terminated",
    ),
    "status": ("status", "state of agreement", "agreement status", "standing"),
    "link": ("moa url", "mou url", "url", "link", "document", "agreement url", "source", "source pdf", "file"),
    "listing": ("snapshot", "snapshot date", "as of", "listed on", "listing"),
}
"""Headings by which a column is known, the surest first."""

SEARCHED = 30
"""Rows from the top among which the header stands."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a sheet is read: the header's place, the column (from 0) of each field, and how its days are written.

    `order`: `mdy` or `dmy` where the person says so, else empty; `listing`: the one snapshot of several that is read.
    """

    sheet: int = 0
    header: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)
    order: str = ""
    listing: str = ""

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "columns": dict(self.columns)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Layout:
        return cls(**kept)


def heading_key(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.casefold()).split())


def known_headings(row: Row) -> dict[str, int]:
    """Field to column, by the headings of a row; each column says one thing."""
    keys = [heading_key(cell) for cell in row.cells]
    found: dict[str, int] = {}
    for name, headings in HEADINGS.items():
        place = next((keys.index(h) for h in headings if h in keys and keys.index(h) not in found.values()), None)
        if place is not None:
            found[name] = place
    return found


def propose(sheets: Sequence[Sheet], *, earlier: Mapping[str, str] | None = None) -> Layout:
    """The layout by the headings; `earlier` (field to heading) are the columns that a person chose last time."""
    at, best = (0, 0), 0
    for number, each in enumerate(sheets):
        for place, row in enumerate(each.rows[:SEARCHED]):
            if not row.flaw and (known := len(known_headings(row))) > max(best, 1):
                at, best = (number, place), known
    sheet, header = at
    return columns_of(sheets, sheet, header, earlier=earlier)


def columns_of(sheets: Sequence[Sheet], sheet: int, header: int, *, earlier: Mapping[str, str] | None = None) -> Layout:
    """The layout where a person says which row is the header."""
    rows = sheets[sheet].rows
    if earlier:
        keys = [heading_key(cell) for cell in rows[header].cells]
        columns = {name: keys.index(heading) for name, heading in earlier.items() if heading in keys}
        if "agency" in columns:
            return Layout(sheet, header, columns)
    columns = known_headings(rows[header])
    if "listing" not in columns and (listing := _tells_repeats_apart(rows[header:], columns)) is not None:
        columns["listing"] = listing
    return Layout(sheet, header, columns)


def _tells_repeats_apart(rows: Sequence[Row], columns: Mapping[str, int]) -> int | None:
    """A column called a date, where the same agreements come again under each of its values: several snapshots."""
    place = next((at for at, cell in enumerate(rows[0].cells) if heading_key(cell) in {"date", "day"}), None)
    if place is None or "agency" not in columns:
        return None
    named = [at for name, at in columns.items() if name in {"agency", "state", "kind", "ori"}]
    seen = [(cell_of(row, place), *(cell_of(row, at) for at in named)) for row in rows[1:] if not row.flaw]
    repeats = len(seen) - len({line[1:] for line in seen})
    within = len(seen) - len(set(seen))
    return place if repeats * 4 >= len(seen) > 0 and within * 4 <= repeats else None


def cell_of(row: Row, at: int | None) -> str:
    return row.cells[at] if at is not None and at < len(row.cells) else ""
