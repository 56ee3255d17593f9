"""Reading files: encodings, separators, headings, workbooks; what is no line is named by its place."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest

from portal.kernel.reading import tables
from sharing_agreements.registers.reading import (
    Layout,
    Lines,
    Unreadable,
    propose,
    read_day,
    read_lines,
    read_sheets,
)

from .scene import csv, workbook

ROW = ("AL", "Elmore County Sheriff", "Jail model", "Elmore", "2025-05-08")


def sheets_of(folder: Path, content: bytes) -> list[tables.Sheet]:
    path = folder / "file"
    path.write_bytes(content)
    return read_sheets(path)


def lines_of(folder: Path, content: bytes) -> Lines:
    sheets = sheets_of(folder, content)
    return read_lines(sheets, propose(sheets))


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("cp1252"),
        lambda text: gzip.compress(text.encode()),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace('","', '";"').encode(),
        lambda text: text.replace('","', '"\t"').encode(),
        lambda text: ("Register of agreements\nas of May\n" + text).encode(),
    ],
    ids=["utf-8 with mark", "utf-16", "windows-1252", "gzip", "crlf", "semicolons", "tabs", "title above"],
)
def test_the_same_list_is_read_however_it_was_saved(tmp_path: Path, encode: object) -> None:
    text = csv(("NM", "Do\u00f1a Ana\u00a0 County  Sheriff ", "Task force"), ROW).decode()
    found = lines_of(tmp_path, encode(text))  # type: ignore[operator]
    assert [line.values["agency"] for line in found.lines] == ["Do\u00f1a Ana County Sheriff", "Elmore County Sheriff"]
    assert found.lines[1].values["signed"] == "2025-05-08"


def test_rows_that_cannot_be_read_are_named_by_line_and_leave_the_others(tmp_path: Path) -> None:
    good = csv(ROW).decode()
    bad = ['"AL","a "quoted" name"', "AL,,Jail model", "AL,B,C,,,,,,surplus", 'AL,"C\x81D",E', f"AL,{'x' * 301}"]
    found = lines_of(tmp_path, ("\n".join([good, *bad, "AL,Last Police,Task force"])).encode("latin-1"))
    assert [line.values["agency"] for line in found.lines] == ["Elmore County Sheriff", "Last Police"]
    errors = [problem.place for problem in found.problems if problem.severity == "error"]
    assert errors == ["line 3", "line 4", "line 5", "line 6", "line 7"]


def test_a_workbook_is_read_by_sheet_and_row_with_its_days(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["List"],
        [],
        ["STATE", "AGENCY", "SIGNED", "ENDS"],
        ["Texas", "A", datetime(2025, 3, 4), 45785],
        ["TX", ""],
    ]
    notes: list[list[object]] = [["Read me"]]
    content = workbook({"Notes": notes, "Register": rows})
    found = lines_of(tmp_path, content)
    assert found.lines[0].values == {"state": "TX", "agency": "A", "signed": "2025-03-04", "ends": "45785"}
    assert [line.place for line in found.lines] == ["sheet Register, row 4"]
    assert [(problem.place, problem.severity) for problem in found.problems] == [("sheet Register, row 5", "error")]


def test_what_is_alike_counts_once_and_what_differs_stays_apart_in_any_order(tmp_path: Path) -> None:
    other = (*ROW[:4], "2019-01-02")
    one, two = lines_of(tmp_path, csv(ROW, ROW, other)), lines_of(tmp_path, csv(other, ROW))
    assert {line.key: line.values["signed"] for line in one.lines} == {
        line.key: line.values["signed"] for line in two.lines
    }
    assert all(line.twice for line in one.lines)
    assert len(one.lines) == 2
    assert [problem.place for problem in one.problems] == ["line 3"]


def test_a_file_of_several_snapshots_is_read_one_at_a_time(tmp_path: Path) -> None:
    rows = [(day, "AL", name, "Task force") for day in ("2025-05-16", "2025-05-17", "2025-05-18") for name in "AB"]
    sheets = sheets_of(tmp_path, csv(*rows, headings=("date", "state", "agency", "type")))
    layout = propose(sheets)
    assert layout.columns["listing"] == 0
    found = read_lines(sheets, Layout(0, 0, layout.columns, "", "2025-05-17"))
    assert [line.place for line in found.lines] == ["line 4", "line 5"]
    assert found.listings == ["2025-05-16", "2025-05-17", "2025-05-18"]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>'


def with_part(content: bytes, name: str, change: object) -> bytes:
    """A workbook with one of its parts changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            part = old.read(each)
            new.writestr(each, change(part) if each == name else part)  # type: ignore[operator]
    return made.getvalue()


def test_hostile_workbooks_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook({"S": [["State", "Agency"], ["AL", "A"]]})
    sheet = "xl/worksheets/sheet1.xml"
    entities = with_part(content, sheet, lambda part: part.replace(b"<worksheet", BOMB.encode() + b"<worksheet", 1))
    monkeypatch.setattr(tables, "MOST_UNPACKED", 1024 * 1024)
    bomb = with_part(content, sheet, lambda part: part + b" " * (tables.MOST_UNPACKED + 1))
    for bad in (entities, bomb, content[: len(content) // 2], b"PK\x03\x04 nothing"):
        with pytest.raises(Unreadable):
            sheets_of(tmp_path, bad)
    monkeypatch.setattr(tables, "MOST_ROWS", 1)
    for many in (content, csv(ROW)):
        with pytest.raises(Unreadable, match="more than 1 rows"):
            sheets_of(tmp_path, many)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00", b"\n\n", b"\x1f\x8b\x08broken", b"\xff\xfea"])
def test_what_is_no_register_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Unreadable, match=r"\. |Choose"):
        sheets_of(tmp_path, content)


TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("", None),
        ("2025-05-08", date(2025, 5, 8)),
        ("2025-05-08 00:00:00", date(2025, 5, 8)),
        ("13/05/2025", date(2025, 5, 13)),
        ("05/05/2025", date(2025, 5, 5)),
        ("May 8, 2025", date(2025, 5, 8)),
        ("8-May-2025", date(2025, 5, 8)),
        ("Sept. 3, 2024", date(2024, 9, 3)),
    ],
)
def test_a_day_that_can_be_read_one_way_is_clear(text: str, on: date | None) -> None:
    day = read_day(text, today=TODAY)
    assert (day.on, day.doubt) == (on, "")


@pytest.mark.parametrize(
    ("text", "doubt", "candidates"),
    [
        ("05/08/2025", "order", ["2025-05-08", "2025-08-05"]),
        ("5/8/25", "two_digits", ["2025-05-08", "2025-08-05", "1925-05-08", "1925-08-05"]),
        ("8-May-25", "two_digits", ["2025-05-08", "1925-05-08"]),
        ("45785", "serial", ["2025-05-08"]),
        ("pending", "text", []),
        ("#N/A", "text", []),
        ("2025", "text", []),
        ("cancelled 2025-03-01", "text", ["2025-03-01"]),
        ("2025-02-30", "impossible", []),
        ("2025-01-01; 2025-03-04", "several", ["2025-01-01", "2025-03-04"]),
        ("1950-01-01", "early", ["1950-01-01"]),
        ("2027-01-01", "future", ["2027-01-01"]),
        ("2201-01-01", "late", ["2201-01-01"]),
    ],
)
def test_a_doubtful_day_is_never_guessed(text: str, doubt: str, candidates: list[str]) -> None:
    day = read_day(text, today=TODAY)
    assert (day.on, day.doubt, [on.isoformat() for on in day.candidates]) == (None, doubt, candidates)


def test_the_order_of_day_and_month_counts_once_a_person_states_it() -> None:
    assert read_day("05/08/2025", order="mdy").on == date(2025, 5, 8)
    assert read_day("05/08/2025", order="dmy").on == date(2025, 8, 5)
    assert read_day("13/08/2025", order="mdy").doubt == "impossible"
