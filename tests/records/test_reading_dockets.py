"""Dockets become drafts with everything their source holds; what is wrong is named by place, and the rest goes on."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.records.reading import read_docket, write_docket
from portal.records.reading.charges import count_number_of, statute_of
from portal.records.reading.roles import role_of
from tests.records.dockets import DOCKET, canonical, docket, hold_to_account, read, told
from tests.shared_data import FEDERAL_CRIMINAL, SHARED, needs_shared_data


def case_of(value: Any) -> Any:
    reading = read(value)
    assert reading.case is not None, reading.problems
    return reading.case


def test_a_docket_becomes_a_case() -> None:
    case = case_of(DOCKET)
    assert case.source_id == "casd/3:15-cr-00331/1"
    assert (case.court_id, case.docket_number, case.title) == ("casd", "3:15-cr-00331", "United States v. Sampleton")
    assert (case.filed_on, case.terminated_on, case.category) == (date(2015, 2, 10), None, "criminal")
    assert case.facts["federal_dn_office_code"] == "3"
    assert [(each.role, each.name, each.represents) for each in case.participants] == [
        ("defendant", "Arlo Sampleton", None),
        ("defense_attorney", "Dora Defender", 0),
        ("witness", "Vera Onlooker", None),
        ("attorney", "Wanda Witnesscounsel", 2),
        ("plaintiff", "USA", None),
        ("prosecution_attorney", "Paul Prosecutor", 4),
        ("judge", "Wilhelmina Testbench", None),
    ]
    assert case.participants[0].aliases == ("Arlo Example",)
    assert case.participants[2].source_type == "Material Witness"
    assert [(each.kind, each.participant, each.statute, each.count_number) for each in case.charges] == [
        ("count", 0, "8:1324(a)(1)(A)(ii)", "1"),
        ("complaint", 0, "8:1324", ""),
    ]
    assert [(each.sequence, each.number, each.entered_on) for each in case.entries] == [
        (1, "1", date(2015, 2, 11)),
        (2, "", date(2015, 2, 12)),
    ]
    assert read(DOCKET).problems == ()
    hold_to_account(read(DOCKET), DOCKET)


def test_who_stands_alone_keeps_their_part() -> None:
    """An attorney row of a witness without counsel holds the witness's own name and address."""
    parties = docket()["parties"]
    parties[1]["attorneys"] = [
        {"name": "Vera Onlooker", "contact": "Cell 4\nPRO SE\n", "roles": []},
        {"name": "V. Onlooker", "contact": "Cell 4\nPRO SE\n", "roles": []},
    ]
    case = case_of(docket(parties=parties))
    assert [each.role for each in case.participants if each.represents == 2] == ["witness", "witness"]


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("Material Witness", "witness"),
        ("Victim", "victim"),
        ("Minor Victim/Witness", "victim"),
        ("Complaining Witness", "victim"),
        ("Confidential Informant", "informant"),
        ("CI", "informant"),
        ("Juvenile", "juvenile"),
        ("Juvenile Defendant", "juvenile"),
        ("Arresting Officer", "arrest_official"),
        ("Special Master", "special_master"),
        ("Intervenor Defendant", "intervenor"),
        ("Interested\xa0Party", "interested_party"),
        ("Counter Defendant", "defendant"),
        ("Petitioner", "petitioner"),
        ("Amicus\xa0Curiae", "other"),
    ],
)
def test_types_become_roles_and_the_protected_ones_win(word: str, role: str) -> None:
    assert role_of(word) == role


def test_an_unknown_type_is_other_and_noted() -> None:
    parties = docket()["parties"]
    parties[1]["type"] = "Bystander"
    reading = read(docket(parties=parties))
    assert reading.case is not None
    assert (reading.case.participants[2].role, reading.case.participants[2].source_type) == ("other", "Bystander")
    assert "parties[1].type" in told(reading, "note")


@pytest.mark.parametrize(
    ("line", "statute", "number"),
    [
        ("8:1326(a) and (b)(1) Reentry of Removed Alien(1)", "8:1326(a) and (b)(1)", "1"),
        ("18:758-High Speed Flight from Immigration Checkpoint(2)", "18:758", "2"),
        ("21:952 and 960 - Importation of Marijuana(2-4)", "21:952 and 960", "2-4"),
        ("18:111(a)(1); 18:758 - Assault; Flight", "18:111(a)(1); 18:758", ""),
        ("18:513A.F (18:513(a) and 2 -UTTERING(1)", "18:513A.F", "1"),
        ("Count 1 18:371 - Conspiracy", "18:371", ""),
        ("DISTRIBUTE EXPLOSIVE MATERIAL(3s)", "", "3s"),
        ("CPC 273.5(a) - Corporal Injury(1)", "CPC 273.5(a)", "1"),
        ("18:111(a)(1)", "18:111(a)(1)", ""),
        ("", "", ""),
    ],
)
def test_statute_and_number_are_read_where_they_are_plain(line: str, statute: str, number: str) -> None:
    assert (statute_of(line), count_number_of(line)) == (statute, number)


def test_the_optional_keys_of_other_courts() -> None:
    parties = docket()["parties"]
    parties[0] |= {"date_of_birth": "1990-01-31", "address": "1 Sample Street", "phone": "555-0101"}
    source = docket(parties=parties, sealed=True, juvenile=False, invented=True, category="Felony")
    case = case_of(source)
    assert (case.sealed, case.juvenile, case.invented, case.category) == (True, False, True, "Felony")
    person = case.participants[0]
    assert (person.birth_date, person.address, person.phone) == (date(1990, 1, 31), "1 Sample Street", "555-0101")
    hold_to_account(read(source), source)


@pytest.mark.parametrize("doubtful", ["yes", 1, [], {}])
def test_a_doubtful_seal_is_a_seal(doubtful: Any) -> None:
    reading = read(docket(sealed=doubtful, juvenile=doubtful))
    assert reading.case is not None
    assert reading.case.sealed
    assert reading.case.juvenile
    assert {"sealed", "juvenile"} <= told(reading).keys()


def test_a_juvenile_party_makes_a_juvenile_case() -> None:
    parties = docket()["parties"]
    parties[0]["type"] = "Juvenile"
    source = docket(parties=parties, juvenile=False)
    assert case_of(source).juvenile
    hold_to_account(read(source), source)


def test_unknown_keys_are_kept_and_noted() -> None:
    parties = docket()["parties"]
    parties[0]["height"] = {"feet": 5, "inches": [10.5, None]}
    parties[0]["criminal_data"]["bail"] = "none"
    source = docket(parties=parties, colour="red")
    reading = read(source)
    assert reading.case is not None
    assert reading.case.other == {"colour": "red"}
    assert {"colour", "parties[0].height", "parties[0].criminal_data.bail"} == told(reading, "note").keys()
    hold_to_account(reading, source)


def test_one_bad_row_is_left_out_and_the_rest_goes_on() -> None:
    parties = docket()["parties"]
    parties.insert(1, {"name": 5, "type": "Victim"})
    parties.insert(2, "nobody")
    parties[0]["attorneys"].append({"contact": "x"})
    entries = docket()["docket_entries"]
    entries.insert(1, {**entries[0], "date_filed": "2015-02-30"})
    reading = read(docket(parties=parties, docket_entries=entries))
    assert reading.case is not None
    assert len(reading.case.entries) == 2
    assert reading.case.parties_left_out == 2
    assert [each.name for each in reading.case.participants if each.represents is None][:2] == [
        "Arlo Sampleton",
        "Vera Onlooker",
    ]
    assert {
        "parties[1].name",
        "parties[1]",
        "parties[2]",
        "parties[0].attorneys[1]",
        "docket_entries[1].date_filed",
        "docket_entries[1]",
    } <= told(reading).keys()


def test_a_bad_date_does_not_take_a_witness_off_the_case() -> None:
    parties = docket()["parties"]
    parties[1]["date_terminated"] = "31.12.2015"
    reading = read(docket(parties=parties))
    assert reading.case is not None
    assert [each.role for each in reading.case.participants].count("witness") == 1
    assert list(told(reading)) == ["parties[1].date_terminated"]


def test_parties_that_are_no_list_count_as_left_out() -> None:
    assert case_of(docket(parties={"name": "x"})).parties_left_out == 1


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"court_id": None}, "court_id"),
        ({"court_id": "  "}, "court_id"),
        ({"docket_number": 15}, "docket_number"),
        ({"docket_number": "x\x00"}, "docket_number"),
        ({"docket_number": "9" * 65}, "docket_number"),
        ({"federal_defendant_number": []}, "federal_defendant_number"),
    ],
)
def test_without_identity_a_docket_is_refused(changes: dict[str, Any], place: str) -> None:
    reading = read(docket(**changes))
    assert reading.case is None
    assert place in told(reading)


def test_what_postgresql_cannot_hold_is_left_out() -> None:
    entries = docket()["docket_entries"]
    entries[0]["description"] = "half \ud800"
    entries[1]["more"] = {"deep": ["good", "bad\x00"]}
    reading = read(docket(case_name="A\x00B", docket_entries=entries, cause="x" * 5000))
    assert reading.case is not None
    assert reading.case.title == reading.case.facts.get("cause", "") == ""
    assert [each.other for each in reading.case.entries] == [{"more": {"deep": ["good"]}}]
    assert {"case_name", "cause", "docket_entries[0].description", "docket_entries[1].more.deep[1]"} <= told(
        reading
    ).keys()
    hold_to_account(reading)


def test_empty_values_are_written_as_they_stood() -> None:
    parties = [{"name": "A", "type": "Defendant", "attorneys": None, "criminal_data": None, "date_terminated": ""}]
    source = {
        "court_id": "x",
        "docket_number": "1",
        "parties": parties,
        "cause": None,
        "ordered_by": "",
        "sealed": None,
    }
    hold_to_account(read(source), source)
    source = docket(docket_entries=[{"document_number": 5, "pacer_seq_no": 7}], federal_defendant_number=2)
    assert case_of(source).entries[0].number == "5"
    assert case_of(source).source_id.endswith("/2")
    hold_to_account(read(source), source)


def test_blanks_and_line_ends_are_values_too() -> None:
    source = docket()
    for row in (source, source["parties"][0], source["docket_entries"][0], source["parties"][0]["attorneys"][0]):
        row |= {key: f" {text}\r\n\xa0" for key, text in row.items() if isinstance(text, str) and "date" not in key}
    for charge in ("counts", "complaints"):
        row = source["parties"][0]["criminal_data"][charge][0]
        row |= {key: f"\t{text} " for key, text in row.items()}
    source["ordered_by"] = " "
    assert told(read(source)) == {}
    hold_to_account(read(source), source)


def test_a_key_given_twice() -> None:
    same = canonical(DOCKET)[:-1].encode() + b', "cause": "", "case_name": "Another"}'
    reading = read_docket(same)
    assert reading.case is not None
    assert reading.case.title == ""
    assert "case_name" in told(reading)
    assert "cause" in told(reading, "note")
    twice = canonical(DOCKET)[:-1].encode() + b', "odd": 1, "odd": true, "odder": [1], "odder": [1.0]}'
    assert told(read_docket(twice)).keys() == {"odd", "odder"}
    assert read_docket(b'{"court_id": "a", "court_id": "b", "docket_number": "1"}').case is None


def test_problems_never_repeat_a_value() -> None:
    parties = [{"name": "Vera Onlooker", "type": "Victim", "date_of_birth": "1990-02-31", "phone": ["555-0101"]}]
    reading = read(docket(parties=parties))
    said = " ".join(each.place + each.reason for each in reading.problems)
    assert "Onlooker" not in said
    assert "1990" not in said
    assert "555" not in said


def test_a_flood_of_problems_is_counted_not_listed() -> None:
    reading = read(docket(docket_entries=[5] * 5000))
    assert len(reading.problems) == 1001
    assert reading.problems[-1].reason.startswith("4,000 further")


words = st.text() | st.text(st.sampled_from("a\x00\ud800\udfff\ue000."))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
KEYS = sorted(
    {*DOCKET, *DOCKET["parties"][0], *DOCKET["docket_entries"][0], *DOCKET["parties"][0]["criminal_data"]}
    | {"sealed", "juvenile", "invented", "category", "date_of_birth", "address", "phone", "roles", "contact", "status"}
)
docket_like = st.dictionaries(
    st.sampled_from(KEYS) | st.text(),
    st.recursive(
        json_values | st.sampled_from(["2015-02-10", "2015-02-30", "", "Victim", "USA", "PRO SE", "also known as\nX"]),
        lambda inner: (
            st.lists(st.dictionaries(st.sampled_from(KEYS), inner, max_size=6) | inner, max_size=3)
            | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
        ),
        max_leaves=15,
    ),
)


@given(json_values | docket_like)
def test_any_json_is_read_or_refused(value: Any) -> None:
    hold_to_account(read(value), value)


@given(docket_like)
def test_any_docket_with_an_identity_is_its_source_or_says_why_not(value: dict[str, Any]) -> None:
    source = value | {"court_id": "casd", "docket_number": "3:15-cr-00331"}
    hold_to_account(read(source), source)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    hold_to_account(read_docket(raw))
    hold_to_account(read_docket(b"{" + raw + b"}"))


@given(st.data())
def test_a_docket_with_any_damage_is_read_or_refused(data: st.DataObject) -> None:
    raw = bytearray(json.dumps(DOCKET).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=8))
    hold_to_account(read_docket(bytes(raw)))


@given(st.data())
def test_a_docket_with_any_value_exchanged_is_its_source_or_says_why_not(data: st.DataObject) -> None:
    source = docket()
    for _ in range(data.draw(st.integers(1, 3))):
        exchange(source, data)
    hold_to_account(read(source), source)


def exchange(value: Any, data: st.DataObject) -> None:
    """Goes down to somewhere in the value and puts something else there, or takes it away."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        return
    key = data.draw(st.sampled_from(keys))
    if isinstance(value[key], (dict, list)) and data.draw(st.booleans()):
        exchange(value[key], data)
    elif data.draw(st.booleans()):
        value[key] = data.draw(json_values)
    else:
        del value[key]


@needs_shared_data
@pytest.mark.parametrize("name", [path.name for path in sorted(FEDERAL_CRIMINAL.glob("*.json"))] or ["absent"])
def test_every_real_criminal_docket_is_read_without_a_problem_and_unaltered(name: str) -> None:
    path = FEDERAL_CRIMINAL / name
    reading = read_docket(path)
    assert reading.problems == ()
    assert reading.case is not None
    assert canonical(write_docket(reading.case)) == canonical(json.loads(path.read_bytes()))


@needs_shared_data
def test_the_real_dockets_are_thirteen_with_all_their_rows() -> None:
    cases = [read_docket(path).case for path in sorted(FEDERAL_CRIMINAL.glob("*.json"))]
    found = [case for case in cases if case is not None]
    parties = [each for case in found for each in case.participants if each.represents is None and each.role != "judge"]
    attorneys = [each for case in found for each in case.participants if each.represents is not None]
    assert (len(found), len(parties), len(attorneys)) == (13, 35, 68)
    assert sum(len(case.charges) for case in found) == 30
    assert sum(len(case.entries) for case in found) == 271
    assert len({case.source_id for case in found}) == 12, "one docket was fetched twice"


@needs_shared_data
def test_other_real_dockets_of_the_form_are_read_unaltered() -> None:
    paths = [
        path for folder in ("federal_civil", "federal_special") for path in (SHARED / "dockets" / folder).glob("*.json")
    ]
    for path in paths:
        reading = read_docket(path)
        assert told(reading) == {}, path.name
        hold_to_account(reading, json.loads(path.read_bytes()))
    assert len(paths) == 28
