"""The private store: files are told by their content, lie under names of our own, and leave as downloads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.kernel import files
from portal.kernel.errors import Refused
from portal.kernel.files import PACKED, PDF, TEXT, WORKBOOK, Stored


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def kept(content: bytes, name: str = "a.pdf") -> Stored:
    return files.keep(SimpleUploadedFile(name, content), folder="things", kinds=(PDF, TEXT), most=1000)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7", PDF),
        (b"\n%PDF-1.7", PDF),
        (b"PK\x03\x04", WORKBOOK),
        (b"\x1f\x8b\x08", PACKED),
        ("caf\u00e9\n".encode(), TEXT),
        ("caf\u00e9\n".encode("utf-16"), TEXT),
        (b"out of a PDF \x01" * 9 + b"." * 1000, TEXT),
        (b"MZ\x90\x00", None),
        (b"\x01\x02\x03 text", None),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"GIF89a\x01\x00", None),
    ],
)
def test_a_file_is_told_by_its_content(head: bytes, kind: object) -> None:
    assert files.kind_of(head) is kind


def test_what_is_kept_lies_privately_under_a_name_of_our_own(store: Path) -> None:
    stored = kept(b"%PDF-1.7 x", name="..\\..\\etc/../pass\u202ewd<b>.pdf")
    path = files.path_of("things", stored.id)
    assert path.read_bytes() == b"%PDF-1.7 x"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert path.relative_to(store).parts == ("things", stored.id.hex[-2:], stored.id.hex)
    assert stored.name == "passwdb.pdf"
    assert files.safe_name(f"{'x' * 500}.pdf") == "x" * 116 + ".pdf"
    assert files.safe_name("...") == "file"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"%PDF-" + b"x" * 1000, "size"), (b"PK\x03\x04", "kind"), (b"MZ\x00", "kind")],
)
def test_what_is_not_wanted_is_refused_and_not_kept(store: Path, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as no:
        kept(content)
    assert no.value.code == code
    assert [path for path in store.rglob("*") if path.is_file()] == []


def test_no_browser_opens_a_download_as_a_page() -> None:
    stored = kept(b"<script>alert(1)</script>", name='a";x=.html')
    answer = files.answer("things", stored.id, kind=stored.kind, name=stored.name)
    assert answer["Content-Disposition"] == 'attachment; filename="a;x=.html.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    answer.file_to_stream.close()  # type: ignore[union-attr]


def test_a_file_whose_row_is_not_written_goes() -> None:
    stored = kept(b"%PDF-1.7")
    with pytest.raises(ValueError, match="no row"), files.discarded_unless_taken("things", stored):
        raise ValueError("no row")
    assert not files.path_of("things", stored.id).exists()


def test_the_sweep_removes_old_files_that_no_row_names() -> None:
    named, left, new = kept(b"%PDF-1"), kept(b"%PDF-2"), kept(b"%PDF-3")
    for stored in (named, left):
        os.utime(files.path_of("things", stored.id), (0, 0))
    assert files.sweep("things", {named.id}) == 1
    there = [files.path_of("things", stored.id).exists() for stored in (named, left, new)]
    assert there == [True, False, True]
