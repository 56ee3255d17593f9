"""Files, folders and archives: one docket in memory at a time, a bad one reported, the others read."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.reading.pieces import DEEPEST, Piece, documents, lines
from portal.records.reading import Reading, read_docket, read_path
from tests.records.dockets import DOCKET, docket, hold_to_account

GOOD = json.dumps(DOCKET).encode()


def numbered(count: int) -> list[bytes]:
    return [json.dumps(docket(docket_number=f"3:15-cr-{number:05}")).encode() for number in range(count)]


def outcome(reading: Reading) -> str:
    return reading.case.docket_number if reading.case else reading.problems[0].reason


def outcomes(path: Path) -> dict[str, str]:
    return {reading.source: outcome(reading) for reading in read_path(path)}


def refusal(raw: bytes) -> str:
    reading = read_docket(raw)
    assert reading.case is None
    return reading.problems[0].reason


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "holds no docket"),
        (b"  \n ", "holds no docket"),
        (b"[]", "holds no docket"),
        (b"{}", "empty object"),
        (b"null", "is null, not a docket"),
        (b'"text"', "is text, not a docket"),
        (b"[1]", "a list or several"),
        (GOOD + GOOD, "a list or several"),
        (b"<html>", "is a web page"),
        (GOOD[:-20], "is not JSON"),
        (b'{"court_id": NaN}', "NaN is no JSON value"),
        (b'{"court_id": "\x00"}', "is not JSON"),
        (GOOD.replace(b"Sampleton", b"Sampl\xe9ton"), "is not UTF-8"),
        (GOOD.decode().encode("utf-16"), "looks like UTF-16"),
        (GOOD.decode().encode("utf-16-le"), "looks like UTF-16"),
        (GOOD.decode().encode("utf-32-be"), "looks like UTF-32"),
        (b'{"court_id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested deeper"),
        (b'{"court_id": ' + b"[" * 100_000, "nested deeper"),
    ],
)
def test_what_is_no_docket_is_refused_with_its_reason(raw: bytes, reason: str) -> None:
    assert reason in refusal(raw)


def test_numbers_that_python_would_change_are_left_out() -> None:
    raw = GOOD[:-1] + b', "big": ' + b"9" * 5000 + b', "wide": 1e999, "fine": 0.12345678901234567890123, "half": 0.5}'
    reading = read_docket(raw)
    assert reading.case is not None
    assert reading.case.other == {"half": 0.5}
    assert {each.place for each in reading.problems if each.severity == "error"} == {"big", "wide", "fine"}


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert read_docket(b"\xef\xbb\xbf" + GOOD).case == read_docket(GOOD).case


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "cannot be opened" in outcome(read_docket(tmp_path / "none.json"))
    assert [outcome(each) for each in read_path(tmp_path / "none.json")] == [
        "cannot be opened: No such file or directory."
    ]


def test_a_list_of_dockets_is_read_one_by_one_around_the_bad(tmp_path: Path) -> None:
    good = numbered(3)
    path = tmp_path / "many.json"
    path.write_bytes(b" [\n" + b",\n".join([good[0], b'{"court_id": }', good[1], b"5", b"", good[2], b""]) + b"] x")
    assert outcomes(path) == {
        "many.json[0]": "3:15-cr-00000",
        "many.json[1]": "is not JSON: Expecting value, line 1, column 14.",
        "many.json[2]": "3:15-cr-00001",
        "many.json[3]": "is a number, not a docket.",
        "many.json[4]": "holds nothing: there is a comma too many.",
        "many.json[5]": "3:15-cr-00002",
        "many.json[6]": "holds nothing: there is a comma too many.",
        "many.json, after the list": "is not JSON: Expecting value, line 1, column 1.",
    }


def test_a_list_that_was_cut_short_gives_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "many.json"
    path.write_bytes(b"[" + b",".join(numbered(3))[:-50])
    assert list(outcomes(path).values()) == [
        "3:15-cr-00000",
        "3:15-cr-00001",
        "is where the file ends, inside a list. It was cut short.",
    ]


def test_dockets_one_after_another_and_by_line(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"\n".join(numbered(2)))
    (tmp_path / "b.jsonl").write_bytes(b"\r\n\r\n".join([*numbered(1), b'{"broken": "', numbered(2)[1]]))
    assert outcomes(tmp_path) == {
        "a.json": "3:15-cr-00000",
        "a.json, document 2": "3:15-cr-00001",
        "b.jsonl, line 1": "3:15-cr-00000",
        "b.jsonl, line 3": "is not JSON: Unterminated string starting at, line 1, column 12.",
        "b.jsonl, line 5": "3:15-cr-00001",
    }


def test_a_folder_is_read_in_order_and_what_is_no_docket_is_named(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.json").write_bytes(GOOD)
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(GOOD))
    (tmp_path / "bad.json.gz").write_bytes(gzip.compress(GOOD)[:-30])
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "notes.txt").write_text("notes")
    (tmp_path / "zero.json").write_bytes(b"")
    found = outcomes(tmp_path)
    assert list(found) == ["a.json.gz", "b/two.json", "bad.json.gz", "loop", "notes.txt", "zero.json"]
    assert found["b/two.json"] == found["a.json.gz"] == "3:15-cr-00331"
    assert "damaged" in found["bad.json.gz"]
    assert "not followed" in found["loop"]
    assert "skipped" in found["notes.txt"]
    assert found["zero.json"] == "holds no docket."


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, raw in members.items():
            made.writestr(name, raw)
    return path


def test_an_archive_is_read_without_unpacking(tmp_path: Path) -> None:
    members = {"b.json": GOOD, "../a.json": GOOD, "__MACOSX/._b.json": b"x", "c/many.json": b"[" + GOOD + b"]"}
    path = archive(tmp_path / "all.zip", members)
    assert outcomes(path) == {
        "all.zip/../a.json": "3:15-cr-00331",
        "all.zip/__MACOSX/._b.json": "is a file that a Macintosh adds to archives; it was skipped.",
        "all.zip/b.json": "3:15-cr-00331",
        "all.zip/c/many.json[0]": "3:15-cr-00331",
    }
    assert not (tmp_path.parent / "a.json").exists()


def test_a_damaged_archive(tmp_path: Path) -> None:
    whole = archive(tmp_path / "all.zip", {"a.json": GOOD * 50, "b.json": GOOD}).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[:-40])
    (tmp_path / "hurt.zip").write_bytes(whole[:60] + b"\xff\xff\xff\xff" + whole[64:])
    (tmp_path / "all.zip").unlink()
    found = outcomes(tmp_path)
    assert found["cut.zip"] == "is no ZIP archive, or a damaged one."
    assert found["hurt.zip/b.json"] == "3:15-cr-00331"
    assert any("damaged" in each for name, each in found.items() if name.startswith("hurt.zip/a.json"))


def test_an_encrypted_member_is_named(tmp_path: Path) -> None:
    path = archive(tmp_path / "all.zip", {"a.json": GOOD})
    raw = bytearray(path.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    assert "encrypted" in outcomes(path)["all.zip/a.json"]


class Endless(io.RawIOBase):
    """A list of many dockets that was never in memory."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts

    def read(self, size: int = -1, /) -> bytes:
        return next(self._parts, b"")


def test_a_huge_list_needs_the_memory_of_one_docket() -> None:
    filler = json.dumps(docket(docket_entries=DOCKET["docket_entries"] * 200)).encode()

    def parts() -> Iterator[bytes]:
        yield b"["
        for _ in range(60):
            yield from (filler, b",")
        yield filler + b"]"

    tracemalloc.start()
    count = sum(len(piece.raw) == len(filler) for piece in documents(Endless(parts())))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 61
    assert peak < 8 * len(filler) < 61 * len(filler) / 4


@pytest.mark.parametrize("cut", [documents, lines])
def test_what_is_too_long_takes_no_memory(cut: Any) -> None:
    def parts() -> Iterator[bytes]:
        yield b'{"a": "'
        for _ in range(64):
            yield b"x" * 256 * 1024
        yield b'"}'

    tracemalloc.start()
    (piece,) = cut(Endless(parts()), longest=1024 * 1024)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "long" in piece.flaw
    assert peak < 4 * 1024 * 1024


@pytest.mark.parametrize("cut", [documents, lines])
def test_what_is_too_long_is_passed_over(cut: Any) -> None:
    raw = b"\n".join([b'{"a": 1}', b'{"a": "' + b"x" * 2_000_000 + b'"}', b'{"a": 2}'])
    pieces = list(cut(io.BytesIO(raw), longest=1024 * 1024))
    assert [piece.raw for piece in pieces] == [b'{"a": 1}', b"", b'{"a": 2}']
    assert "long" in pieces[1].flaw


def test_progress_counts_every_byte(tmp_path: Path) -> None:
    told: list[int] = []
    path = tmp_path / "many.json"
    path.write_bytes(b"[" + b",".join(numbered(400)) + b"]")
    assert sum(reading.case is not None for reading in read_path(path, told.append)) == 400
    assert sum(told) == path.stat().st_size
    assert len(told) > 2


class Dripping(io.BytesIO):
    """Hands out its bytes in pieces of the sizes given, then the rest one by one."""

    def __init__(self, raw: bytes, sizes: list[int]) -> None:
        super().__init__(raw)
        self._sizes = sizes

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._sizes.pop() if self._sizes else 1)


quoted = st.dictionaries(st.text(), st.text(st.sampled_from('\\"{}[], \n')) | st.lists(st.integers()), max_size=3)


@given(st.lists(quoted, max_size=4), st.lists(st.integers(1, 40)), st.sampled_from([None, 1]), st.booleans())
def test_cutting_does_not_depend_on_where_chunks_end(
    values: list[dict[str, Any]], sizes: list[int], indent: int | None, listed: bool
) -> None:
    parts = [json.dumps(value, indent=indent).encode() for value in values]
    raw = b"[" + b" , ".join(parts) + b"]" if listed else b" ".join(parts)
    stream: IO[bytes] = Dripping(raw, [4, *sizes])
    assert list(documents(stream)) == [
        Piece(f"[{index}]" if listed else f"document {index + 1}" if index else "", part)
        for index, part in enumerate(parts)
    ]


@given(st.binary(max_size=200))
def test_cutting_any_bytes_ends(raw: bytes) -> None:
    for cut in (documents, lines):
        for piece in cut(io.BytesIO(b"[" + raw)):
            assert bool(piece.raw) != bool(piece.flaw)
    hold_to_account(read_docket(b"[" + raw))


def test_the_deepest_that_is_read_is_read() -> None:
    inner: Any = "x"
    for _ in range(DEEPEST - 1):
        inner = [inner]
    assert read_docket(json.dumps(docket(deep=inner)).encode()).case is not None
    assert "nested deeper" in refusal(json.dumps(docket(deep=[inner])).encode())
