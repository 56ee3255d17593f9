"""Lists of agencies become drafts with what the list holds; nothing is merged, a bad row leaves the others alone."""

from __future__ import annotations

import csv
import dataclasses
import gzip
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.reading import (
    AgencyDraft,
    Problem,
    read_agencies,
    read_courts,
    same_name,
    state_code,
    write_agency,
    write_court,
)
from tests.shared_data import COURTS, ORI_BY_STATE, ORI_CSV, needs_shared_data

COURT: dict[str, Any] = {
    "id": "cedarsuperct",
    "name": "Cedar County Superior Court",
    "system": "state",
    "location": "California",
    "jurisdiction": "C.A.",
    "level": "gjc",
    "type": "trial",
    "parent": "calsuperct",
    "examples": ["Superior Court, Cedar County"],
    "dates": [{"start": "1901-01-01", "end": "1950-12-31"}, {"start": "1960-01-01", "end": None}],
    "locations": 1,
}
HEADER = "ori,state,agency_name,agency_type_name,primary_county,icpsr_lat,months_reported"
ROW = "CA0990100,CA,Cedar City Police Department,City,Cedar,38.5,12"


def split(found: Any) -> tuple[list[AgencyDraft], dict[str, str]]:
    everything = list(found)
    drafts = [each for each in everything if isinstance(each, AgencyDraft)]
    return drafts, {each.place: each.reason for each in everything if isinstance(each, Problem)}


def courts(tmp_path: Path, *rows: Any) -> tuple[list[AgencyDraft], dict[str, str]]:
    path = tmp_path / "courts.json"
    path.write_text(json.dumps(rows))
    return split(read_courts(path))


def police(tmp_path: Path, *lines: str | bytes, name: str = "police.csv") -> tuple[list[AgencyDraft], dict[str, str]]:
    path = tmp_path / name
    path.write_bytes(b"\r\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
    return split(read_agencies(path))


def test_a_court(tmp_path: Path) -> None:
    (court,), problems = courts(tmp_path, COURT)
    assert problems == {}
    assert (court.identity_kind, court.identity, court.kind, court.level) == ("court", "cedarsuperct", "court", "state")
    assert (court.state, court.county, court.parent) == ("CA", "", "calsuperct")
    assert (court.started_on, court.ended_on, court.defunct) == (date(1901, 1, 1), None, False)
    assert court.aliases == ("Superior Court, Cedar County",)
    assert write_court(court) == COURT


def test_a_court_that_has_ended(tmp_path: Path) -> None:
    ended = [{"start": "1901-01-01", "end": "1950-12-31"}]
    (first, second), _ = courts(tmp_path, COURT | {"dates": ended}, COURT | {"id": "b", "active": False})
    assert (first.ended_on, first.defunct, second.ended_on, second.defunct) == (date(1950, 12, 31), True, None, True)


@pytest.mark.parametrize(
    ("writings", "code"),
    [
        (("Ohio", "O.H."), "OH"),
        (("Washington D.C.",), "DC"),
        (("DC",), "DC"),
        (("D.C.",), "DC"),
        (("United States", "N.H."), "NH"),
        (("United States", "U.S."), ""),
        (("Dakota Territory", None), ""),
        (("Berlin", ""), ""),
        ((None, 5), ""),
    ],
)
def test_states_in_all_their_writings(writings: tuple[object, ...], code: str) -> None:
    assert state_code(*writings) == code


def test_bad_courts_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    rows = [COURT, COURT, "x", COURT | {"id": 5}, COURT | {"id": "b", "name": " "}, {"id": "c"}]
    found, problems = courts(
        tmp_path, *rows, COURT | {"id": "d", "name": "N\x00"}, COURT | {"id": "e", "notes": "\x00"}
    )
    assert [each.identity for each in found] == ["cedarsuperct", "e"]
    assert list(problems) == ["[1].id", "[2]", "[3].id", "[4].name", "[5].name", "[6].name", "[7].notes"]


def test_a_police_agency(tmp_path: Path) -> None:
    (agency,), problems = police(tmp_path, HEADER, ROW)
    assert problems == {}
    assert (agency.identity_kind, agency.identity, agency.name) == ("ori", "CA0990100", "Cedar City Police Department")
    assert (agency.kind, agency.level, agency.state, agency.county) == ("law_enforcement", "city", "CA", "Cedar")
    assert agency.other == {"agency_type_name": "City", "icpsr_lat": 38.5, "months_reported": 12}


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        ("0", "law_enforcement"),
        ("9", "law_enforcement"),
        ("A", "prosecutor"),
        ("B", "pretrial"),
        ("C", "corrections"),
        ("G", "probation_parole"),
        ("J", "court"),
        ("N", "emergency_communications"),
        ("X", "other"),
        ("E", "other"),
        ("M", "other"),
    ],
)
def test_the_ninth_character_says_the_kind_and_none_is_refused(tmp_path: Path, ending: str, kind: str) -> None:
    (agency,), _ = police(tmp_path, HEADER, ROW.replace("CA0990100", f"CA099010{ending}"))
    assert (agency.identity, agency.kind) == (f"CA099010{ending}", kind)


def test_blanks_around_a_name_are_kept_aside(tmp_path: Path) -> None:
    (agency,), _ = police(tmp_path, HEADER, ROW.replace("Department", "Department "))
    assert agency.name == "Cedar City Police Department"
    assert write_agency(agency)["agency_name"] == "Cedar City Police Department "
    (court,), _ = courts(tmp_path, COURT | {"name": " Cedar"})
    assert (court.name, write_court(court)["name"]) == ("Cedar", " Cedar")


def test_bad_police_rows_are_named_by_line_and_the_rest_is_read(tmp_path: Path) -> None:
    found, problems = police(
        tmp_path,
        HEADER,
        ROW,
        ROW,
        "short,CA",
        "",
        ROW.replace("CA0990100", "ca0990101"),
        ROW.replace("CA0990100,CA", "CA0990102,XX"),
        ROW.replace("CA0990100", "CA0990103").encode().replace(b"Cedar City", b"C\xe9dar"),
        ROW.replace("CA0990100", "CA0990104").replace("Cedar City", "C\x00"),
        ROW.replace("CA0990100", "CA0990105").replace("Cedar City Police Department", " "),
        ROW.replace("CA0990100", "CA0990106").replace("Cedar City", '"a"b'),
        ROW.replace("CA0990100", "CA0990107"),
    )
    assert [(each.identity, each.name) for each in found] == [
        ("CA0990100", "Cedar City Police Department"),
        ("CA0990105", ""),
        ("CA0990107", "Cedar City Police Department"),
    ]
    assert list(problems) == [
        "line 3, ori",
        "line 4",
        "line 6, ori",
        "line 7, state",
        "line 8",
        "line 9, agency_name",
        "line 10, agency_name",
        "line 11",
    ]


@pytest.mark.parametrize("first", ["", "name,other", "ori,state,agency_name,ori", HEADER])
def test_a_file_without_agencies_says_so(tmp_path: Path, first: str) -> None:
    found, problems = police(tmp_path, first)
    assert found == []
    assert problems


def test_a_damaged_file(tmp_path: Path) -> None:
    whole = gzip.compress("\n".join([HEADER, *[ROW] * 500]).encode(), mtime=0)
    found, problems = police(tmp_path, whole[:-30], name="police.csv.gz")
    assert len(found) <= 1
    assert "cannot be read any further" in problems["police.csv.gz"]
    assert "cannot be read" in next(iter(split(read_agencies(tmp_path / "none.csv"))[1].values()))


def test_the_json_form_gives_the_same_drafts(tmp_path: Path) -> None:
    row = {"agency_name": "Cedar City Police Department", "agency_type_name": "City", "primary_county": "Cedar"}
    values = {
        "CA": {"CA0990100": row | {"icpsr_lat": 38.5, "months_reported": 12}, "bad": row, "CA0990101": 5},
        "NV": [],
    }
    found, problems = police(tmp_path, json.dumps(values), name="police.json")
    assert [dataclasses.replace(each, place="") for each in found] == [
        dataclasses.replace(each, place="") for each in police(tmp_path, HEADER, ROW)[0]
    ]
    assert list(problems) == ["CA.bad, ori", "CA.CA0990101", "NV"]


def test_the_same_name_is_listed_and_nothing_merged(tmp_path: Path) -> None:
    elsewhere = ROW.replace("CA0990100,CA", "NV0990100,NV")
    found, _ = police(tmp_path, HEADER, ROW, ROW.replace("CA0990100", "CA0990200"), elsewhere)
    assert len(found) == 3
    assert same_name(found) == [("Cedar City Police Department", "CA", ("CA0990100", "CA0990200"))]
    loose = [dataclasses.replace(found[0], name="CEDAR  City Police Department"), found[1]]
    assert same_name(loose) == []
    assert len(same_name(loose, loosely=True)) == 1


@given(st.binary(max_size=200), st.sampled_from(["police.csv", "police.json", "police.csv.gz", "courts.json"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_give_drafts_or_problems(tmp_path: Path, raw: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    assert list(read_courts(path) if name == "courts.json" else read_agencies(path))
    path.write_bytes(HEADER.encode() + b"\n" + raw)
    assert list(read_agencies(path))


@needs_shared_data
def test_all_courts_are_read_unaltered() -> None:
    found, problems = split(read_courts(COURTS))
    rows = {row["id"]: row for row in json.loads(COURTS.read_bytes())}
    assert problems == {}
    assert len(found) == len(rows) == 2154
    for court in found:
        assert json.dumps(write_court(court), sort_keys=True) == json.dumps(rows[court.identity], sort_keys=True)
    assert Counter(court.level for court in found) == {"state": 1836, "federal": 275, "tribal": 33, "other": 10}
    assert {court.parent for court in found} - {""} <= rows.keys()
    assert sum(bool(court.parent) for court in found) == 1664
    assert sum(not court.state for court in found) == 14, "foreign, territorial and nationwide"


@needs_shared_data
def test_all_police_agencies_are_read_unaltered_from_both_forms() -> None:
    from_csv, noted = split(read_agencies(ORI_CSV))
    from_json, _ = split(read_agencies(ORI_BY_STATE))
    assert list(noted) == ["line 7230, agency_name"]
    by_state = json.loads(gzip.decompress(ORI_BY_STATE.read_bytes()))
    rows = {ori: {"ori": ori, "state": state, **row} for state, some in by_state.items() for ori, row in some.items()}
    assert len(from_csv) == len(from_json) == len(rows) == 14509
    for agency in from_json:
        assert json.dumps(write_agency(agency), sort_keys=True) == json.dumps(rows[agency.identity], sort_keys=True)
    as_csv = {each.identity: dataclasses.replace(each, place="") for each in from_csv}
    assert as_csv == {each.identity: dataclasses.replace(each, place="") for each in from_json}
    with gzip.open(ORI_CSV, "rt", newline="", encoding="utf-8") as opened:
        for row in csv.DictReader(opened):
            written = write_agency(as_csv[row["ori"]])
            assert {key: "" if value is None else str(value) for key, value in written.items()} == row


@needs_shared_data
def test_the_real_pairs_of_one_name_are_86() -> None:
    found, _ = split(read_agencies(ORI_CSV))
    pairs = same_name(found)
    assert len(pairs) == 86
    assert sum(len(identities) for _, _, identities in pairs) == 233
    assert len(same_name(found, loosely=True)) > 86
