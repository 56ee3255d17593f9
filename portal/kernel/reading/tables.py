"""The sheets of a file as rows of text: CSV in the encodings and with the separators that are met, gzip, workbooks."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from portal.kernel.files import PACKED, TEXT, WORKBOOK, kind_of
from portal.kernel.reading.pieces import DAMAGED
from portal.kernel.typed import plain

MEBIBYTE = 1024 * 1024
MOST_UNPACKED = 64 * MEBIBYTE
MOST_PARTS = 2000
MOST_SHEETS = 20
MOST_ROWS = 20_000
MOST_COLUMNS = 100
LONGEST_CELL = 2000
SEPARATORS = (",", ";", "\t", "|")

if not openpyxl.DEFUSEDXML:  # entities of a hostile workbook would be expanded
    raise ImportError("Workbooks are read only with defusedxml. Install what requirements.txt names.")


class Unreadable(Exception):
    """The file holds no table; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of one line, blanks trimmed; `flaw`: why it could not be read."""

    place: str
    cells: tuple[str, ...] = ()
    flaw: str = ""


@dataclass(slots=True)
class Sheet:
    """One table of a file. `notes`: what a person should know about how it was read."""

    name: str
    rows: list[Row]
    notes: list[str] = field(default_factory=list)


def read_sheets(path: Path) -> list[Sheet]:
    """The sheets of a file that hold anything. Raises `Unreadable`."""
    with path.open("rb") as opened:
        kind = kind_of(opened.read(64 * 1024))
    if kind is WORKBOOK:
        sheets = _workbook(path)
    elif kind is PACKED:
        sheets = [_csv(_unpacked(path))]
    elif kind is TEXT:
        sheets = [_csv(path.read_bytes())]
    else:
        raise Unreadable("The file is neither a CSV file nor a workbook. Save it as one of these.")
    found = [sheet for sheet in sheets if sheet.rows]
    if not found:
        raise Unreadable("The file holds no row. Choose another file.")
    return found


def tidy(text: str) -> str:
    """A cell as it is kept: one line, no blanks around, nothing that nobody sees."""
    return plain(" ".join(text.split()))[:LONGEST_CELL]


def _too_many(what: str) -> Unreadable:
    return Unreadable(f"The file has more than {what}. Split it, and import the parts one by one.")


# --- CSV --------------------------------------------------------------------------------------------------------------


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path) as opened:
            raw = opened.read(MOST_UNPACKED + 1)
    except DAMAGED:
        raise Unreadable("The gzip file is damaged. Pack it again, or choose the file that was packed.") from None
    if len(raw) > MOST_UNPACKED:
        raise _too_many(f"{MOST_UNPACKED // MEBIBYTE} MB unpacked")
    return raw


def _csv(raw: bytes) -> Sheet:
    text, notes = _decoded(raw)
    separator = _separator(text)
    rows: list[Row] = []
    for row in _csv_rows(text, separator):
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise _too_many(f"{MOST_ROWS:,} rows")
    return Sheet("", rows, notes)


def _decoded(raw: bytes) -> tuple[str, list[str]]:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return raw.decode("utf-16"), []
        except UnicodeDecodeError:
            raise Unreadable("The file begins as UTF-16 and is cut short. Save it again as CSV UTF-8.") from None
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        note = "The file is not UTF-8 and was read as Windows-1252. Look at names with accents before you commit."
        return raw.decode("cp1252", "replace"), [note]


def _separator(text: str) -> str:
    """What stands between cells: the sign by which most of the first lines fall into the same number of cells."""
    start = text[: 64 * 1024]

    def evenness(sign: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) for row in csv.reader(io.StringIO(start, newline=""), delimiter=sign) if row)
        except csv.Error:
            return (0, 0)
        several = [(times, width) for width, times in widths.items() if width > 1]
        return max(several, default=(0, 0))

    return max(SEPARATORS, key=evenness)


def _csv_rows(text: str, separator: str) -> Iterator[Row]:
    csv.field_size_limit(MEBIBYTE)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            yield Row(f"line {before + 1}", flaw="is no row of a CSV file: its quotes do not match. It was left out.")
            before = reader.line_num
            continue
        if cells is None:
            return
        place, before = f"line {before + 1}", reader.line_num
        if any(cell.strip() for cell in cells):
            yield _row(place, cells)


def _row(place: str, cells: list[str]) -> Row:
    if len(cells) > MOST_COLUMNS:
        return Row(place, flaw=f"has more than {MOST_COLUMNS} cells. It was left out.")
    if any("\x00" in cell or "\ufffd" in cell for cell in cells):
        return Row(place, flaw="holds bytes that are no text. It was left out.")
    return Row(place, tuple(tidy(cell) for cell in cells))


# --- Workbooks --------------------------------------------------------------------------------------------------------


def _workbook(path: Path) -> list[Sheet]:
    _measure(path)
    try:
        # By its content, since the name under which it is stored ends in nothing.
        with path.open("rb") as opened:
            book = openpyxl.load_workbook(opened, read_only=True, data_only=True, keep_links=False)
            sheets = book.worksheets
            if len(sheets) > MOST_SHEETS:
                raise _too_many(f"{MOST_SHEETS} sheets")
            return [Sheet(tidy(sheet.title)[:60], list(_sheet_rows(sheet)), _hidden(sheet)) for sheet in sheets]
    except Unreadable:
        raise
    except (InvalidFileException, zipfile.BadZipFile, KeyError):
        raise Unreadable("The file is no workbook (.xlsx). Save it as .xlsx or CSV.") from None
    except Exception as error:  # whatever a broken workbook, or one with entities, makes the library raise
        raise Unreadable(
            f"The workbook is damaged or holds what is not read ({type(error).__name__}). Save it as CSV."
        ) from error


def _measure(path: Path) -> None:
    """Refuse what would unpack to more than memory should take; no part unpacks to more than it says."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except DAMAGED:
        raise Unreadable("The workbook is damaged. Save it again, or save it as CSV.") from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise _too_many(f"{MOST_UNPACKED // MEBIBYTE} MB unpacked")


def _hidden(sheet: Any) -> list[str]:
    return [] if sheet.sheet_state == "visible" else ["This sheet is hidden in the workbook."]


def _sheet_rows(sheet: Any) -> Iterable[Row]:
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
        if number > MOST_ROWS:
            raise _too_many(f"{MOST_ROWS:,} rows")
        texts = [_text(cell) for cell in cells]
        if any(texts):
            yield Row(f"row {number}", tuple(texts))


def _text(value: object) -> str:
    """A cell's value as text; days as ISO 8601, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return tidy(str(value).replace("\x00", ""))
