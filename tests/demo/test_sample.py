"""The demonstration sample: readable throughout, with every kind of case, and no real person's name in it."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from agencies.reading import AgencyDraft, read_agencies, read_courts, same_name
from portal.kernel.reading.problem import Problem
from portal.records.reading import CaseDraft, name_key, read_docket, read_path, write_docket
from portal.records.reading.roles import PROTECTED
from tests.records.dockets import canonical, texts
from tests.shared_data import COURTS, FEDERAL_CRIMINAL, ORI_CSV, needs_shared_data

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "portal" / "demo" / "sample"
FEDERAL, INVENTED, AGENCIES = SAMPLE / "federal", SAMPLE / "invented", SAMPLE / "agencies"
APPEALS = SAMPLE / "appeals"
DOCKETS = sorted([*FEDERAL.glob("*.json"), *INVENTED.glob("*.json"), *APPEALS.glob("*.json")])
WORD = re.compile(r"[a-z]{3,}")


@cache
def cases(folder: Path) -> list[CaseDraft]:
    readings = list(read_path(folder))
    assert [reading.problems for reading in readings] == [()] * len(readings)
    return [reading.case for reading in readings if reading.case]


def words(value: Any) -> set[str]:
    """The words of three letters and more in all text of a value, without accents and case."""
    return {word for text in texts(value) for word in WORD.findall(name_key(text))}


def plain_words() -> set[str]:
    lines = (Path(__file__).parent / "plain_words.txt").read_text().splitlines()
    return {word for line in lines if not line.startswith("#") for word in line.split()}


@pytest.mark.parametrize("path", DOCKETS, ids=lambda path: path.name)
def test_every_docket_of_the_sample_is_read_unaltered(path: Path) -> None:
    reading = read_docket(path)
    assert reading.problems == ()
    assert reading.case is not None
    assert canonical(write_docket(reading.case)) == canonical(json.loads(path.read_bytes()))


def test_the_sample_has_every_kind_of_case() -> None:
    federal, invented = cases(FEDERAL), cases(INVENTED)
    assert len(federal) == 5
    assert not any(case.invented for case in federal)
    assert len(invented) == 12
    assert all(case.invented for case in invented)
    assert (sum(case.sealed for case in invented), sum(case.juvenile for case in invented)) == (2, 2)
    roles = Counter(each.role for case in invented for each in case.participants)
    assert {"victim", "witness", "informant", "juvenile", "guardian", "arrest_official", "judge"} <= roles.keys()
    assert len({case.source_id for case in federal + invented}) == 17
    assert sum(len(case.charges) > 1 for case in invented) >= 8
    people = [each for case in invented for each in case.participants if each.role in PROTECTED]
    assert sum(bool(each.birth_date and each.address) for each in people) >= 15


def test_protected_people_are_named_in_docket_text() -> None:
    """Or the demonstration would not show that free text is withheld with its people."""
    for case in [*cases(INVENTED), next(case for case in cases(FEDERAL) if case.source_id == "casd/3:15-cr-00331/1")]:
        people = [each for each in case.participants if each.role in PROTECTED and each.represents is None]
        text = name_key(" ".join(entry.description for entry in case.entries))
        assert any(word in text.split() for each in people for word in name_key(each.name).split()), case.source_id


def test_contacts_lead_nowhere() -> None:
    for path in DOCKETS:
        text = path.read_text()
        assert set(re.findall(r"@[\w.-]+", text)) <= {"@example.org"}
        phones = re.findall(r"\(?\d{3}\)?[ -]?\d{3}-\d{4}", text)
        assert all(re.search(r"555-01\d\d$", phone) for phone in phones), path.name


def test_the_agencies_of_the_sample_are_read() -> None:
    everything = [
        *read_courts(AGENCIES / "courts.json"),
        *read_courts(AGENCIES / "invented_courts.json"),
        *read_agencies(AGENCIES / "police.csv"),
        *read_agencies(AGENCIES / "invented_police.csv"),
    ]
    assert [each for each in everything if isinstance(each, Problem)] == []
    drafts = [each for each in everything if isinstance(each, AgencyDraft)]
    assert Counter(each.identity_kind for each in drafts) == {"court": 44, "ori": 66}
    assert {case.court_id for case in cases(FEDERAL) + cases(INVENTED) + cases(APPEALS)} <= {
        each.identity for each in drafts
    }
    assert {each.parent for each in drafts} - {""} <= {each.identity for each in drafts}
    assert {"law_enforcement", "prosecutor", "probation_parole", "corrections", "other"} <= {
        each.kind for each in drafts
    }
    assert len(same_name(drafts)) == 2


def test_the_notices_stand_beside_the_sample() -> None:
    notice = (SAMPLE / "NOTICE.md").read_text()
    for words_of_it in ("juriscraper", "courts-db", "Free Law Project", "CC0", "THIS SOFTWARE IS PROVIDED"):
        assert words_of_it in notice
    assert "portal/demo/sample/NOTICE.md" in (ROOT / "NOTICE").read_text()


@needs_shared_data
def test_no_word_of_the_real_dockets_is_in_the_sample_but_reviewed_plain_ones() -> None:
    """Names stand in running text too, so every word counts: what both have must be on the list of plain words."""
    real: set[str] = set()
    for path in FEDERAL_CRIMINAL.glob("*.json"):
        real |= words(list(values(json.loads(path.read_bytes()))))
    for path in DOCKETS:
        shared = real & words([path.stem, *values(json.loads(path.read_bytes()))])
        assert shared - plain_words() == set(), path.name


@needs_shared_data
def test_no_real_person_is_in_the_sample_or_on_the_list_of_plain_words() -> None:
    """The plain words are reviewed by hand; the people whom the dockets list by name are checked against them here."""
    not_personal = {"attorney", "defender", "defenders", "federal", "fed", "public", "usa", "hon"}
    not_personal |= words(["In the Matter of Search Warrants Executed on April 9, 2018", "The Trump Organization"])
    people: set[str] = set()
    for path in FEDERAL_CRIMINAL.glob("*.json"):
        case = read_docket(path).case
        assert case is not None
        for each in case.participants:
            people |= words([each.name, *each.aliases]) | words(re.findall(r"[\w.]+(?=@)", each.contact))
        people |= words([case.title.partition(" v. ")[2]])
    found = set().union(*(words([path.stem, *values(json.loads(path.read_bytes()))]) for path in DOCKETS))
    assert (people - not_personal) & (found | plain_words()) - {"ecf", "dkt", "efile"} == set()


def values(value: Any) -> list[str]:
    """All text values; the keys are the format's words."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in values(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in values(inner)]
    return [value] if isinstance(value, str) else []


@needs_shared_data
def test_the_real_agencies_of_the_sample_are_unchanged() -> None:
    courts = {each.identity: each.other for each in read_courts(COURTS) if isinstance(each, AgencyDraft)}
    police = {each.identity: each.other for each in read_agencies(ORI_CSV) if isinstance(each, AgencyDraft)}
    for each in [*read_courts(AGENCIES / "courts.json"), *read_agencies(AGENCIES / "police.csv")]:
        assert isinstance(each, AgencyDraft)
        assert each.other == (courts if each.identity_kind == "court" else police)[each.identity]
