"""Real registers and texts of existing agreements; they are no part of the repository."""

from __future__ import annotations

import csv
import gzip
import io
import re
from datetime import date
from pathlib import Path

import pytest

from sharing_agreements.registers.comparing import differences, lines_of
from sharing_agreements.registers.models import Attachment, Entry, Issue, Register
from sharing_agreements.registers.searching import search
from tests.shared_data import AGREEMENTS

from . import scene
from .scene import attached, committed

needs_agreements = pytest.mark.skipif(not AGREEMENTS.is_dir(), reason="the real data is not here (PORTAL_SHARED_DATA)")
pytestmark = [pytest.mark.django_db, needs_agreements]
REGISTER = AGREEMENTS / "ice_287g_moa" / "register"
COLUMNS = ("STATE", "LAW ENFORCEMENT AGENCY", "SUPPORT TYPE", "COUNTY", "SIGNED", "MOA_url")
NOTHING = {"#n/a", "n/a", "na"}


def rows_of(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def plainly(text: str) -> str:
    words = " ".join(text.split())
    return "" if words.lower() in NOTHING else words


def test_two_snapshots_differ_as_counted_apart() -> None:
    register, keeper = scene.register()
    paths = [REGISTER / f"participating_{day}.csv" for day in ("20250519", "20250719")]
    days = (date(2025, 5, 19), date(2025, 7, 19))
    snapshots = [
        committed(register, keeper, path.read_bytes(), on=day, name=path.name)
        for path, day in zip(paths, days, strict=True)
    ]
    tables = [
        {
            tuple(plainly(row[name]).lower() for name in COLUMNS[:3]): tuple(plainly(row[name]) for name in COLUMNS)
            for row in rows_of(path.read_bytes())
        }
        for path in paths
    ]
    before, after = tables
    assert [len(table) for table in tables] == [364, 508]
    added, ended, both = after.keys() - before.keys(), before.keys() - after.keys(), before.keys() & after.keys()
    changed = {key for key in both if before[key] != after[key]}
    found = snapshots[1]
    assert (found.added, found.changed, found.ended) == (len(added), len(changed), len(ended))
    assert found.unchanged == len(both) - len(changed)
    assert (len(added), len(ended)) == (156, 12)
    told = differences(lines_of(snapshots[0]), lines_of(found))
    assert {line.values["agency"].lower() for line in told.ended} == {key[1] for key in ended}
    assert Entry.objects.filter(ended_in=found).count() == 12
    assert all(entry.signed_on for entry in Entry.objects.all())
    assert not Issue.objects.exclude(about="agency").exists()


def test_every_register_is_imported_whole() -> None:
    book = REGISTER / "pendingAgencies05152025am.xlsx"
    register, keeper = scene.register()
    assert committed(register, keeper, book.read_bytes(), name=book.name).added == 92
    packed = REGISTER / "daily_snapshots_with_ori.csv.gz"
    register, keeper = scene.register()
    rows = rows_of(gzip.decompress(packed.read_bytes()))
    listings = list(dict.fromkeys(row["date"] for row in rows))
    for listing in listings:
        done = committed(register, keeper, packed.read_bytes(), on=date(2025, 7, 19), name=packed.name)
        here = {
            tuple(plainly(row[name]).lower() for name in ("state", "agency", "type", "ori", "county"))
            for row in rows
            if row["date"] == listing
        }
        assert (done.layout["listing"], done.rows_read) == (listing, len(here))
    assert register.snapshots.filter(status="committed").count() == len(listings) == 17


def test_every_text_is_attached_and_found_and_the_scanned_pdf_says_so() -> None:
    register, keeper = scene.register()
    index = AGREEMENTS / "ice_287g_moa" / "index.csv"
    committed(register, keeper, index.read_bytes(), name=index.name)
    entries = {Path(entry.link).name: entry for entry in Entry.objects.all()}
    texts = {Path(row["source_pdf"]).name: row["file"] for row in rows_of(index.read_bytes()) if row["file"]}
    assert len(texts) == 36
    for name, file in texts.items():
        path = AGREEMENTS.parent / file
        made = attached(entries[name], keeper, path.read_bytes(), path.name)
        assert made.has_text
        run = re.search(r"(?:[A-Za-z]{2,} ){12}", made.text)
        assert run is not None
        found = search(Register.objects.all(), f'"{run[0].strip()}"')
        assert made in [attachment for attachment, _ in found.texts], name
    assert Attachment.objects.count() == 36
    for path in sorted((AGREEMENTS / "ice_287g_moa" / "pdf").glob("*.pdf")):
        made = attached(entries.get(path.name, Entry.objects.all()[0]), keeper, path.read_bytes(), path.name)
        assert made.has_text is ("Brevard" in path.name)
        assert made.flaw == ""
