"""Reads the list of police agencies with their ORI, as CSV (plain or .gz) or as JSON by state (plain or .gz).

The ninth character of an ORI says what kind of agency it names (reference: FBI, NCIC; domain facts of this portal).
Other endings occur and are kept; they say nothing of the kind.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any

from agencies.reading.draft import LONGEST_COUNTY, LONGEST_NAME, AgencyDraft
from agencies.reading.states import STATES
from portal.kernel.reading.pieces import DAMAGED, Stream, documents
from portal.kernel.reading.problem import Problem, shown
from portal.kernel.reading.strict_json import LEFT_OUT, Unreadable, kept, kind, parse, unstorable

KINDS = {str(digit): "law_enforcement" for digit in range(10)} | {
    "A": "prosecutor",
    "B": "pretrial",
    "C": "corrections",
    "G": "probation_parole",
    "J": "court",
    "N": "emergency_communications",
}
"""The kind of an agency by the ninth character of its ORI; any other ending is `other`."""
LEVELS = {
    "City": "city",
    "County": "county",
    "State Police": "state",
    "Other State Agency": "state",
    "Tribal": "tribal",
    "Federal": "federal",
}
"""The level by the list's `agency_type_name`; any other is `other`."""
NAME, TYPE, COUNTY = "agency_name", "agency_type_name", "primary_county"
_ORI = re.compile(r"[A-Z0-9]{9}")
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")
_NUMBERS = frozenset({"icpsr_lat", "icpsr_lng", "months_reported", "nibrs_months_reported", "past_10_years_reported"})


def read_agencies(path: Path) -> Iterator[AgencyDraft | Problem]:
    """Each agency of the file in its order, and a Problem with its place (`line 7`, `CA.CA0010100`) for what could not
    be read. Both forms of one list give the same drafts, but for `place`."""
    reader = _by_state if path.name.lower().endswith((".json", ".json.gz")) else _rows
    seen: set[str] = set()
    try:
        with _opened(path) as opened:
            for place, row in reader(opened):
                yield from [row] if isinstance(row, Problem) else _agency(place, row, seen)
    except DAMAGED as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        yield Problem(shown(path.name), f"cannot be read any further: {reason}.")
        return
    if not seen:
        yield Problem(shown(path.name), "holds no agency.")


def write_agency(draft: AgencyDraft) -> dict[str, Any]:
    """The row of the list again, value by value, with `ori` and `state`, as the JSON form types them."""
    row = {"ori": draft.identity, "state": draft.state, NAME: draft.name, COUNTY: draft.county}
    return {key: value for key, value in row.items() if value} | dict(draft.other)


def _opened(path: Path) -> gzip.GzipFile | BufferedReader:
    return gzip.GzipFile(path) if path.name.lower().endswith(".gz") else path.open("rb")


def _rows(opened: Iterable[bytes]) -> Iterator[tuple[str, dict[str, Any] | Problem]]:
    """The rows of a CSV file under its header, empty cells as None and numbers as numbers."""
    texts = (
        line.decode("utf-8-sig" if number == 0 else "utf-8", "surrogateescape") for number, line in enumerate(opened)
    )
    reader = csv.reader(texts, strict=True)
    header: list[str] = []
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield "", Problem(f"line {reader.line_num}", f"is no row of a CSV file: {error}. It was left out.")
            continue
        if cells is None:
            return
        place = f"line {reader.line_num}"
        if not header:
            header = cells
            if missing := sorted({"ori", "state", NAME} - set(header)) or len(set(header)) != len(header):
                reason = (
                    f"has no column {', '.join(missing)}." if isinstance(missing, list) else "names a column twice."
                )
                yield "", Problem(place, f"is the header and {reason} No row was read.")
                return
        elif len(cells) != len(header):
            if cells:
                yield "", Problem(place, f"has {len(cells)} cells where the header has {len(header)}; it was left out.")
        elif any("\udc80" <= letter <= "\udcff" for cell in cells if not cell.isascii() for letter in cell):
            yield "", Problem(place, "is not UTF-8; it was left out.")
        else:
            yield place, {key: _typed(key, cell) for key, cell in zip(header, cells, strict=True)}


def _typed(key: str, cell: str) -> str | float | int | None:
    """A cell as the JSON form has it; a number that would not be written the same way again stays text."""
    if not cell and key not in ("ori", "state"):
        return None
    if key not in _NUMBERS:
        return cell
    if _WHOLE.fullmatch(cell):
        return int(cell)
    try:
        return float(cell) if repr(float(cell)) == cell and cell[-1].isdigit() else cell
    except ValueError:
        return cell


def _by_state(opened: Stream) -> Iterator[tuple[str, dict[str, Any] | Problem]]:
    """The rows of the JSON form: state, then ORI, then the agency."""
    for piece in documents(opened):
        try:
            value = parse(piece.raw) if not piece.flaw else None
        except Unreadable as error:
            yield "", Problem(piece.place, str(error))
            continue
        if not isinstance(value, dict):
            yield "", Problem(piece.place, piece.flaw or f"is {kind(value)}, not agencies by state.")
            continue
        for state, agencies in value.items():
            if not isinstance(agencies, dict):
                yield "", Problem(shown(state), f"is {kind(agencies)}, not agencies by ORI; it was left out.")
                continue
            for ori, row in agencies.items():
                place = f"{shown(state)}.{shown(ori)}"
                if not isinstance(row, dict):
                    yield "", Problem(place, f"is {kind(row)}, not an agency; it was left out.")
                elif row.keys() & {"ori", "state"}:
                    yield "", Problem(place, "gives ORI or state a second time; the agency was left out.")
                else:
                    yield place, {"ori": ori, "state": state, **row}


def _agency(place: str, row: dict[str, Any], seen: set[str]) -> Iterator[AgencyDraft | Problem]:
    if fault := _fault(row, seen):
        yield Problem(f"{place}, {fault[0]}", f"{fault[1]} The agency was left out.")
        return
    seen.add(row["ori"])
    problems: list[Problem] = []
    clean = kept(row, place, lambda at, reason: problems.append(Problem(at, reason)))
    yield from problems
    if clean is LEFT_OUT:
        return
    draft = _draft(clean, place)
    if not draft.name:
        yield Problem(f"{place}, {NAME}", "is empty; the agency is known by its ORI alone.", "note")
    yield draft


def _fault(row: dict[str, Any], seen: set[str]) -> tuple[str, str] | None:
    """What keeps a row from being an agency."""
    ori, state = row["ori"], row["state"]
    if not isinstance(ori, str) or not _ORI.fullmatch(ori):
        return "ori", "is not an ORI: nine capital letters and digits."
    if not isinstance(state, str) or state not in STATES:
        return "state", "is not the code of a state."
    for key, longest in ((NAME, LONGEST_NAME), (TYPE, LONGEST_NAME), (COUNTY, LONGEST_COUNTY)):
        value = row.get(key)
        if value is not None and not isinstance(value, str):
            return key, f"is {kind(value)}, not text."
        if value and (reason := unstorable(value)):
            return key, reason
        if value and len(value) > longest:
            return key, f"is longer than {longest} characters."
    return ("ori", "is the ORI of an agency further up.") if ori in seen else None


def _draft(row: dict[str, Any], place: str) -> AgencyDraft:
    name, county = (row.get(NAME) or "").strip(), (row.get(COUNTY) or "").strip()
    held = {"ori": row["ori"], "state": row["state"], NAME: name, COUNTY: county}
    return AgencyDraft(
        identity_kind="ori",
        identity=row["ori"],
        name=name,
        kind=KINDS.get(row["ori"][8], "other"),
        level=LEVELS.get(row.get(TYPE) or "", "other"),
        state=row["state"],
        county=county,
        other={key: value for key, value in row.items() if key not in held or value != held[key]},
        place=place,
    )
