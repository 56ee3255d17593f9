"""Dockets of every family: told apart by their shape, read into one kind of draft, and written out unaltered."""

from __future__ import annotations

import copy
import io
import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.reading.strict_json import unstorable
from portal.records.importing.report import Report
from portal.records.reading import CaseDraft, Source, read_docket, read_path, write_docket
from portal.records.reading.comparing import differences
from portal.records.reading.documents import sources_of
from portal.records.reading.draft import from_json, to_json
from portal.records.reading.families import FAMILIES
from portal.records.reading.html_text import cells_of, plain_text
from portal.records.reading.sources import Begun, pieces_in
from tests.records.dockets import texts
from tests.records.family_documents import FLORIDA, FLORIDA_PAGE, ITEM, JSON, RECAP_XML, XML, fresh, raw_of
from tests.shared_data import SHARED, needs_shared_data

DOCKETS = SHARED / "dockets"


def sources(raw: bytes) -> list[Source]:
    return list(sources_of(("file", piece) for piece in pieces_in(Begun(io.BytesIO(raw)))))


def held(raw: bytes) -> list[Source]:
    """The dockets of a document, each held against it: stored and staged it would be the same, nothing lost."""
    found = sources(raw)
    for source in found:
        reading = source.reading
        if reading.case is None:
            assert [each for each in reading.problems if each.severity == "error"]
            continue
        staged = to_json(reading.case)
        assert not unstorable("".join(texts(staged)))
        back = from_json(json.loads(json.dumps(staged, allow_nan=False)))
        assert back == reading.case
        assert differences(source.document, write_docket(back), reading.problems) == []
    return found


def case_of(raw: bytes) -> CaseDraft:
    found = held(raw)[0].reading
    assert found.case is not None, found.problems
    return found.case


def people(case: CaseDraft) -> list[tuple[str, str, str, int | None]]:
    return [(each.role, each.source_type, each.name, each.represents) for each in case.participants]


def entries(case: CaseDraft) -> list[tuple[str, date | None, str]]:
    return [(each.number, each.filed_on, each.description) for each in case.entries]


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_is_known_by_its_shape_and_written_out_unaltered(family: str) -> None:
    found = held(raw_of(family))
    assert {each.reading.family for each in found} == {family}
    assert all(each.reading.case for each in found)
    said = [problem for each in found for problem in each.reading.problems]
    assert [each for each in said if each.severity == "error"] == []


def test_an_appeal() -> None:
    case = case_of(raw_of("federal_appellate"))
    assert (case.source_id, case.court_id, case.docket_number) == ("ca9/24-9071", "ca9", "24-9071")
    assert people(case) == [
        ("petitioner", "Appellant", "ARLO SAMPLETON", None),
        ("attorney", "Attorney", "Dora Defender", 0),
        ("victim", "Victim", "Vera Onlooker", None),
        ("plaintiff", "Plaintiff - Appellee", "TESTBURY", None),
        ("judge", "Panel", "Judge Alpha", None),
        ("judge", "Panel", "Judge Beta", None),
        ("judge", "Judge below", "Wilhelmina Testbench", None),
    ]
    assert entries(case) == [("7", date(2024, 6, 18), "OPENING BRIEF of Arlo Sampleton as to Vera Onlooker")]
    assert case.facts == {
        "originating_court": "Southern District of Sampleland",
        "originating_number": "3:23-cv-09017",
        "case_type": "civil, private",
        "nature_of_suit": "3190 Other Contract",
        "fee_status": "Paid",
    }


def test_an_appeal_of_the_newer_system_whose_parties_are_a_table() -> None:
    case = case_of(raw_of("federal_appellate_acms"))
    assert case.source_id == "acms/00000000-0000-4000-8000-000000000001"
    assert people(case) == [
        ("petitioner", "Petitioner", "ARLO SAMPLETON", None),
        ("attorney", "Attorney", "Dora Defender, Attorney", 0),
        ("victim", "Victim", "Vera Onlooker", None),
    ]
    assert case.participants[1].attorney_roles == ("Retained",)
    assert case.participants[1].contact == "Direct: 555-0101\n1 Sample Street"
    assert entries(case) == [("1", date(2024, 6, 18), "PETITION of Arlo\xa0Sampleton & Vera Onlooker")]
    sealed = fresh("federal_appellate_acms")
    sealed["docketInfo"]["isCaseSealed"] = "who knows"
    assert case_of(json.dumps(sealed).encode()).sealed, "in doubt it is"


def test_a_docket_of_the_supreme_court_in_both_forms() -> None:
    case = case_of(raw_of("scotus"))
    assert (case.source_id, case.court_id, case.filed_on) == ("scotus/23-97483", "scotus", date(2024, 5, 15))
    assert case.participants[1].contact == (
        "Defender\n1 Sample Street\nSuite 2\nSampleton, OH 00000\n555-0101\ncounsel@example.org"
    )
    site = case_of(raw_of("scotus_site"))
    assert (site.docket_number, site.filed_on) == ("23A9999", date(2024, 5, 9))
    assert site.title == "Arlo Sampleton, Applicant v. Warden Testbury"
    assert people(site) == [
        ("petitioner", "Petitioner", "Arlo Sampleton", None),
        ("attorney", "Attorney", "Dora Defender", 0),
        ("attorney", "Attorney", "Paul Second", 0),
    ]
    assert entries(site)[0][:2] == ("", date(2024, 5, 7))


def test_a_docket_of_texas() -> None:
    case = case_of(raw_of("state_texas"))
    assert people(case) == [
        ("plaintiff", "Criminal - State of Texas", "The State of Texas", None),
        ("prosecution_attorney", "Attorney", "Paul Prosecutor", 0),
        ("defendant", "Criminal - Appellant", "Sampleton, Arlo", None),
        ("defense_attorney", "Attorney", "Dora Defender", 2),
        ("victim", "Victim", "Vera Onlooker", None),
        ("judge", "Judge below", "Honorable Wilhelmina Testbench", None),
    ]
    assert entries(case) == [
        ("", date(2019, 1, 11), "Mandate issued. Affirm TC judgment. as to Arlo Sampleton and Vera Onlooker"),
        ("", date(2018, 8, 6), "Brief filed - oral argument requested. State"),
    ]
    assert case.facts["originating_county"] == "Sample"


def test_a_docket_of_florida_and_a_page_of_them() -> None:
    case = case_of(raw_of("state_florida"))
    assert (case.source_id, case.facts["standing"]) == ("florida/2D2025-92797", "Closed")
    assert people(case) == [
        ("petitioner", "Appellant", "Arlo Sampleton", None),
        ("attorney", "Attorney", "Dora Defender", 0),
        ("other", "Participant", "", None),
    ], "who is not public is not named"
    assert case.unnamed
    assert entries(case) == [("", date(2025, 10, 18), "Notice - Notice of Appeal: of Arlo Sampleton and Vera Onlooker")]
    page = [each.reading.case for each in held(raw_of("state_florida_service"))]
    assert [each and (each.source_id, each.court_id, each.juvenile, each.unnamed) for each in page] == [
        ("florida/SC2026-90703", "flsc", True, True),
        ("florida/SC2026-90704", "flsc", True, True),
    ]


def test_dispositions_of_north_carolina() -> None:
    case = case_of(raw_of("state_nc_odyssey"))
    assert (case.docket_number, case.source_id, case.category) == ("21CR954321-910", "nc/9054321", "criminal")
    assert people(case) == [("defendant", "Defendant", "Arlo Sampleton", None)]
    (charge,) = case.charges
    assert (charge.description, charge.statute, charge.count_number, charge.disposition, charge.participant) == (
        "MISDEMEANOR LARCENY",
        "14-72(A)",
        "01",
        "Dismissed by the Court",
        0,
    )
    assert entries(case) == [
        ("", date(2001, 12, 1), "Disposition: Dismissed by the Court of MISDEMEANOR LARCENY"),
        ("", None, "PleaEvent"),
    ]


def test_the_xml_of_the_docket_library() -> None:
    case = case_of(raw_of("recap_xml"))
    assert (case.source_id, case.title, case.category) == (
        "ohsd/1:10-cv-90744",
        "Sampleton v. Testbury & Co.",
        "civil",
    )
    assert [each[:3] for each in people(case)] == [
        ("plaintiff", "Plaintiff", "Arlo Sampleton"),
        ("attorney", "Attorney", "Dora Defender"),
        ("victim", "Victim", "Vera Onlooker"),
        ("judge", "Assigned judge", "Judge Wilhelmina Testbench"),
    ]
    assert case.participants[1].attorney_roles == ("LEAD ATTORNEY", "ATTORNEY TO BE NOTICED")
    assert entries(case) == [
        ("10", date(2011, 3, 11), "MOTION by Arlo Sampleton as to Vera Onlooker"),
        ("10", None, "Attachment 1: Exhibit A"),
        ("11", None, ""),
    ]


def test_a_feed_gives_its_items_docket_by_docket_and_stands_for_none() -> None:
    cases = [each.reading.case for each in held(raw_of("feed_xml"))]
    assert [each and (each.source_system, each.source_id, len(each.entries)) for each in cases] == [
        ("docket-feed", "rss:nysd/1:18-cv-93366", 2),
        ("docket-feed", "rss:nysd/1:18-cv-93367", 1),
    ]
    assert cases[0] is not None
    assert entries(cases[0])[0] == ("3", date(2018, 4, 18), "[Notice of Appearance] (3)")
    assert cases[0].unnamed, "it names no party, so its text may name anybody"
    other = {**ITEM, "docket_entries": [{**ITEM["docket_entries"][0], "document_number": "4", "short_description": 5}]}
    another = {**ITEM, "case_name": "Another name"}
    items = [each.reading.case for each in held(json.dumps([ITEM, other, another]).encode())]
    assert [each and [entry.number for entry in each.entries] for each in items] == [["3"], ["3", "4"]]
    assert items[1] is not None
    assert ("docket-json", "nysd/1:18-cv-93365") in items[1].identities
    assert ("docket-json", "nysd/1:18-cv-93365/7") in items[1].identities


@pytest.mark.parametrize(
    "title", ["In re: Sealed Case", "SEALED v. SEALED", "Sealed Appellant v. Smith", "US v. Sealed"]
)
def test_what_a_court_calls_sealed_in_place_of_a_title_is_sealed(title: str) -> None:
    assert case_of(json.dumps({**fresh("federal_appellate"), "case_name": title}).encode()).sealed
    company = {**fresh("federal_appellate"), "case_name": "Sealed Air Corporation v. Sealed Air Holdings"}
    assert not case_of(json.dumps(company).encode()).sealed


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (json.dumps(FLORIDA["parties"][0]).encode(), "lists parties of a Florida case"),
        (b'{"_embedded": {"results": [{"partyHeader": {}}]}, "page": {}}', "lists parties of a Florida case"),
        (b'{"_embedded": {"results": [{"documentLinkUUID": "1"}]}, "page": {}}', "lists documents"),
        (b'{"_embedded": {"results": []}, "page": {}}', "lists no docket"),
        (b'{"_embedded": {"results": [5]}, "page": {}}', "is a number, not a docket"),
        (b"{}", "empty object"),
        (b"<html><body>Docket</body></html>", "is a web page"),
        (b"<!DOCTYPE html><p>", "is a web page"),
        (b"<other><a>1</a></other>", "without court and number"),
        (b"<rss><channel><item><title>No number</title></item></channel></rss>", "without court and number"),
        (b"<rss>5</rss>", "lists no docket"),
        (b"<a>" * 100_000, "nested deeper than 64"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declarations of its own"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>', "declarations of its own"),
        (b'<!DOCTYPE a [<!ENTITY % p SYSTEM "x">%p;]><a/>', "declarations of its own"),
        (b'<!DOCTYPE a SYSTEM "x.dtd"><a>&b;</a>', "is not XML"),
        (b"<a>one<b>two</b>three</a>", "text between its elements"),
        (b"<a>\x00</a>", "is not XML"),
        (b'<?xml version="1.0" encoding="shift_jis"?><a>x</a>', "encoding that cannot be read"),
    ],
)
def test_what_is_no_docket_is_refused_with_a_reason(raw: bytes, reason: str) -> None:
    (found,) = held(raw)
    assert found.reading.case is None
    assert reason in " ".join(each.reason for each in found.reading.problems)


def test_encodings_of_xml() -> None:
    for encoding in ("utf-16", "iso-8859-1", "utf-8"):
        text = RECAP_XML.replace('encoding="utf-8"', f'encoding="{encoding}"').replace("Sampleton v.", "Sämpleton v.")
        assert case_of(text.encode(encoding)).title.startswith("Sämpleton v.")


def test_files_are_known_by_what_they_hold(tmp_path: Path) -> None:
    """Whatever they are called, and packed."""
    import gzip  # noqa: PLC0415

    (tmp_path / "one.txt").write_bytes(raw_of("state_texas"))
    (tmp_path / "two.acms_json").write_bytes(raw_of("federal_appellate_acms"))
    (tmp_path / "three").write_bytes(gzip.compress(raw_of("recap_xml")))
    (tmp_path / "four.json").write_bytes(raw_of("feed_xml"))
    found = {each.source: each.family for each in read_path(tmp_path)}
    assert found == {
        "four.json item[0]": "feed_xml",
        "four.json item[1]": "feed_xml",
        "one.txt": "state_texas",
        "three": "recap_xml",
        "two.acms_json": "federal_appellate_acms",
    }
    assert read_docket(tmp_path / "three.xml").case is None


def test_the_report_counts_by_family_and_finds_what_is_altered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for family in (*JSON, *XML):
        (tmp_path / family).write_bytes(raw_of(family))
    (tmp_path / "notes").write_text("notes")
    report = Report()
    report.add(tmp_path)
    assert report.clean
    assert {name: (each.documents, each.accepted) for name, each in report.families.items()} == {
        **{name: (1, 1) for name in (*JSON, *XML) if name != "federal_district"},
        "federal_district, criminal": (1, 1),
        "state_florida_service": (2, 2),
        "feed_xml": (2, 2),
        "of no family": (1, 0),
    }
    said = "\n".join(report.lines(forms=True))
    assert "refused 1: is neither JSON nor XML; it was skipped." in said
    assert "caseHeader.filedDate: 2026-05-05T15:00:00.000+00:00 is 2026-05-05" in said

    def stored(path: Path) -> dict[str, CaseDraft]:
        cases = [each.case for each in read_path(path) if each.case]
        return {each.source_id: from_json({**to_json(each), "title": "Another"}) for each in cases}

    for wrong, counted in ((stored, "altered"), (lambda path: 1 / 0, "crashed")):
        report = Report(wrong)  # type: ignore[arg-type]
        report.add(tmp_path / "state_texas")
        assert not report.clean
        assert [getattr(each, counted) for each in report.families.values()] != [[]]


# --- Any damage -------------------------------------------------------------------------------------------------------

EXAMPLES = int(os.environ.get("SOAK", "50"))

odd: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**18, 10**299, -1, 1e300, 0.1, 1e22, "", " ", "0", "x\x00", "\ud800", "\u202e", "\ufdfa"]),
    st.sampled_from(["0000-00-00", "2024-02-30", "2024-06-18T25:99:99Z", "13/13/2024", "May 9, 2024", "9" * 70]),
    st.sampled_from(
        ["x" * 5000, "<td><div>A<br>B</div>", "&#0;&#xd800;<td>", "Victim", "Sealed", [], {}, [[]], {"": {}}]
    ),
    st.recursive(
        st.text(max_size=3) | st.integers(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=6,
    ),
)


def damage(value: Any, data: st.DataObject) -> Any:
    """The value with something somewhere in it dropped, exchanged, nested, repeated or added."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        return copy.deepcopy(data.draw(odd))
    key = data.draw(st.sampled_from(keys))
    if isinstance(value[key], (dict, list)) and data.draw(st.integers(0, 3)):
        value[key] = damage(value[key], data)
        return value
    how = data.draw(st.sampled_from(["drop", "exchange", "nest", "list", "enlarge", "add", "repeat"]))
    if how == "drop":
        del value[key]
    elif how == "exchange":
        value[key] = copy.deepcopy(data.draw(odd))
    elif how == "nest":
        value[key] = {str(key): value[key]}
    elif how == "list":
        value[key] = [value[key]]
    elif how == "enlarge":
        value[key] = value[key] * 60 if isinstance(value[key], str) and len(value[key]) < 5000 else [value[key]] * 9
    elif isinstance(value, list):
        value.append(value[key] if how == "repeat" else copy.deepcopy(data.draw(odd)))
    else:
        value[data.draw(st.text(max_size=5))] = copy.deepcopy(data.draw(odd))
    return value


@pytest.mark.parametrize("family", JSON)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_a_document_with_any_damage_is_read_unaltered_or_refused(family: str, data: st.DataObject) -> None:
    value = fresh(family)
    for _ in range(data.draw(st.integers(1, 4))):
        value = damage(value, data) if isinstance(value, (dict, list)) else value
    held(json.dumps(value).encode())


@pytest.mark.parametrize("family", XML)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_markup_with_any_damage_is_read_unaltered_or_refused(family: str, data: st.DataObject) -> None:
    raw = bytearray(raw_of(family))
    pieces = st.sampled_from(
        [b"<", b">", b"&", b"</party>", b"<item>", b"&#0;", b"\xff", b"<![CDATA[x]]>", b"<!-- -->"]
    )
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 60))] = data.draw(pieces | st.binary(max_size=6))
    held(bytes(raw))


@given(st.text(st.sampled_from("<>/&;#x0div tdbrp'\"=A\n\x00\ud800")) | st.text())
def test_any_html_has_a_text(source: str) -> None:
    assert "\x00" not in plain_text(source)
    assert all(line.strip() for cell in cells_of(source) for block in cell for line in block)


# --- The real dockets -------------------------------------------------------------------------------------------------


@needs_shared_data
def test_every_real_docket_is_read_unaltered() -> None:
    report = Report()
    report.add(DOCKETS)
    assert report.clean, list(report.lines())
    found = {name: (each.documents, each.accepted) for name, each in report.families.items()}
    assert found == {
        "federal_appellate_acms": (5, 5),
        "federal_appellate": (13, 13),
        "scotus": (21, 21),
        "scotus_site": (5, 5),
        "state_texas": (20, 20),
        "state_florida": (310, 251),
        "state_florida_service": (254, 250),
        "state_nc_odyssey": (1, 1),
        "recap_xml": (7, 7),
        "feed_items": (285, 285),
        "feed_xml": (285, 285),
        "federal_district, criminal": (14, 14),
        "federal_district, civil and other": (34, 34),
        "of no family": (3, 0),
    }
    assert not [each.left_out for each in report.families.values() if each.left_out]


def pairs(folder: str, one: str, other: str) -> Iterator[tuple[CaseDraft, CaseDraft]]:
    """Cases of two forms of the same, by the endings of their files."""
    for path in sorted((DOCKETS / folder).glob(f"*{one}")):
        stem = path.name.removesuffix(one)
        two = {each.case.docket_number: each.case for each in read_path(path.with_name(stem + other)) if each.case}
        for reading in read_path(path):
            assert reading.case is not None
            yield reading.case, two[reading.case.docket_number]


def plainly(text: str) -> str:
    """Without blanks, which publishers set as they like."""
    return "".join(text.split())


@needs_shared_data
@pytest.mark.parametrize(
    ("folder", "one", "other", "count"),
    [
        ("federal_appellate_acms", ".acms_json", ".json", 5),
        ("scotus/json", ".compare.json", ".json", 5),
        ("state_florida/cases", ".compare.json", ".json", 250),
    ],
)
def test_two_forms_of_one_docket_are_one(folder: str, one: str, other: str, count: int) -> None:
    found = list(pairs(folder, one, other))
    assert len(found) == count
    for a, b in found:
        assert (a.source_id, a.filed_on, a.court_id or b.court_id) == (b.source_id, b.filed_on, b.court_id)
        assert people(a) == people(b)
        assert [(each.filed_on, plainly(each.description)) for each in a.entries] == [
            (each.filed_on, plainly(each.description)) for each in b.entries
        ]
        assert a.juvenile == b.juvenile


@needs_shared_data
def test_markup_says_what_the_json_beside_it_says() -> None:
    library = list(pairs("recap_internet_archive_xml", ".xml", ".json"))
    assert len(library) == 7
    for a, b in library:
        assert (a.source_id, a.filed_on, a.terminated_on, a.category) == (
            b.source_id,
            b.filed_on,
            b.terminated_on,
            b.category or a.category,
        )
        assert {plainly(each.description) for each in b.entries} <= {plainly(each.description) for each in a.entries}
    for path in sorted((DOCKETS / "rss_feeds").glob("*.xml")):
        feed = [each.case for each in read_path(path) if each.case]
        items = [each.case for each in read_path(path.with_suffix(".json")) if each.case]
        assert {each.source_id for each in feed} == {each.source_id for each in items} or path.stem == "sdny_1"
        assert {each.docket_number for each in feed} == {each.docket_number for each in items}
        assert sum(len(each.entries) for each in feed) >= sum(len(each.entries) for each in items)


REAL = {
    family: next(iter(sorted((DOCKETS / folder).glob(pattern), key=lambda path: path.stat().st_size)), None)
    for family, folder, pattern in (
        ("district", "federal_civil", "[!c]*.json"),
        ("appellate", "federal_appellate", "ca1.json"),
        ("acms", "federal_appellate_acms", "*.acms_json"),
        ("scotus", "scotus/html", "*.json"),
        ("site", "scotus/json", "*.compare.json"),
        ("texas", "state_texas/coa", "04*.json"),
        ("florida", "state_florida/serialized", "*.json"),
        ("nc", "state_nc_odyssey_MIT", "*.json"),
        ("recap", "recap_internet_archive_xml", "ohsd*.json"),
    )
}


@needs_shared_data
@pytest.mark.parametrize("family", REAL)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_a_real_document_with_any_damage_is_read_unaltered_or_refused(family: str, data: st.DataObject) -> None:
    path = REAL[family]
    assert path is not None
    value = json.loads(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        value = damage(value, data) if isinstance(value, (dict, list)) else value
    held(json.dumps(value).encode())


def test_a_page_of_results_is_not_one_docket() -> None:
    assert len(held(json.dumps(FLORIDA_PAGE).encode())) == 2
    assert "several dockets" in read_docket(json.dumps(FLORIDA_PAGE).encode()).problems[0].reason
