"""A name and a number in one line, numbers written as one word, tracking numbers and ids of sources."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import timezone

from agencies.models import RecordSet
from portal.records.exports import commands as exports
from portal.records.models import AccessEntry
from portal.records.searching import Search
from privacy.models import ANY, DisclosureRule
from tests import make
from tests.make.records import expunged as expunged_by_order
from tests.records.rows import grant_row
from tests.records.scene import Sharing, finality_lifted, force, signed_in
from tests.records.test_classes import warrants_of
from tests.records.test_search import numbers, search

pytestmark = pytest.mark.django_db

STATE = {"state_id": "CA01234567"}


def arrests_of(sharing: Sharing, **grant: Any) -> RecordSet:
    held = make.record_set(sharing.owner, "Arrests", record_class="arrest")
    grant_row(held, sharing.recipient, **grant)
    return held


def arrest(held: RecordSet, number: str, tracking: str, **more: Any) -> Any:
    details = {"arrested_on": timezone.localdate().isoformat(), "agency": "CA0190000", "tracking_number": tracking}
    people = [("arrestee", "Dane Halvorsen", STATE)]
    more = {"participants": people, "details": details, **more}
    return make.record(held, docket_number=number, filed_on=timezone.localdate(), **more)


def test_a_name_and_a_docket_number_in_one_line_both_fit(sharing: Sharing) -> None:
    made = make.record(sharing.records, docket_number="26-CR-70001")
    make.record(sharing.records, docket_number="26-CR-70002")
    make.record(sharing.records, docket_number="CC-26-CR-70001", participants=[("defendant", "Ana Ortiz")])
    client = signed_in(sharing.clerk)
    for typed in (
        "Halvorsen 26-CR-70001",
        "halv dan, 26 cr 70001",
        "26-CR-70001 Dane Halvorsen",
        "Dane 26-CR-70001 Halvorsen",
        "Halvorsen case no. CR 26-70001",
    ):
        answer = search(client, typed)
        assert numbers(answer) == [made.docket_number], typed
        assert answer.context["hits"][0]["facts"][0] == "Defendant"
        assert answer.context["tally"].total == 1
        assert answer.context["tally"].by_standing == {"open": 1, "closed": 0}
    for typed in ("Quill 26-CR-70001", "Halvorsen 26-CR-70009", "Halvorsen Ortiz 26-CR-70001"):
        assert numbers(search(client, typed)) == [], typed
    entry = AccessEntry.objects.filter(action="search").order_by("at").first()
    assert entry is not None
    assert {"name", "docket_number"} <= set(entry.searched_by)
    assert "70001" not in repr(entry.__dict__)


def test_a_name_and_the_number_of_a_person_in_one_line_both_fit(sharing: Sharing) -> None:
    held = warrants_of(sharing)
    make.record(held, docket_number="26-W-1", participants=[("subject", "Dane Halvorsen", STATE)])
    make.record(held, docket_number="26-W-2", participants=[("subject", "Ana Ortiz", STATE)])
    assert numbers(search(signed_in(sharing.clerk), "halvorsen CA01234567")) == ["26-W-1"]


def test_whom_the_viewer_is_not_shown_is_found_by_neither_with_the_other(sharing: Sharing) -> None:
    """The number alone finds the record; with a name it would say whether a victim or an informant bears it."""
    people = [("defendant", "Dane Halvorsen"), ("victim", "Vera Zelig"), ("informant", "Ines Quill")]
    made = make.record(sharing.records, docket_number="26-CR-70001", participants=people)
    make.record(sharing.records, docket_number="26-CR-70002", sealed=True)
    client = signed_in(sharing.clerk)
    assert numbers(search(client, "26-CR-70001")) == [made.docket_number]
    for typed in ("Zelig 26-CR-70001", "Quill 26-CR-70001", "Halvorsen 26-CR-70002"):
        assert numbers(search(client, typed)) == [], typed
    owners = signed_in(sharing.owners_clerk, inquiry=False)
    assert numbers(search(owners, "Zelig 26-CR-70001")) == [made.docket_number]
    assert numbers(search(owners, "Quill 26-CR-70001")) == [], "an informant is rendered to nobody"


def test_a_withheld_number_of_a_person_is_not_found_beside_a_name(sharing: Sharing) -> None:
    people: list[Any] = [("victim", "Vera Zelig", STATE), ("subject", "Dane Halvorsen")]
    make.record(warrants_of(sharing), docket_number="26-W-1", participants=people)
    assert numbers(search(signed_in(sharing.clerk), "Halvorsen CA01234567")) == []


def test_a_name_with_a_number_in_it_is_found_as_before(sharing: Sharing) -> None:
    made = make.record(sharing.records, participants=[("defendant", "Route 66 Holdings 1999")])
    assert numbers(search(signed_in(sharing.clerk), "Route 66 Holdings 1999")) == [made.docket_number]


def test_pages_of_a_name_and_a_number_go_on_where_they_ended(sharing: Sharing) -> None:
    held = warrants_of(sharing)
    for number in range(30):
        make.record(held, docket_number=f"26-W-{number}", participants=[("subject", "Dane Halvorsen", STATE)])
    client = signed_in(sharing.clerk)
    first = search(client, "halvorsen CA01234567")
    assert first.context["tally"].total == 30
    second = client.get(first.context["next"])
    assert len({*numbers(first), *numbers(second)}) == 30
    assert numbers(client.get(second.context["previous"])) == numbers(first)


def test_a_number_that_was_written_as_one_word_is_found(sharing: Sharing) -> None:
    held = warrants_of(sharing)
    for number in ("W-26-00123", "W-2026-00124", "26-CR-70001"):
        make.record(held, docket_number=number, participants=[("subject", "Dane Halvorsen")])
    client = signed_in(sharing.clerk)
    for typed, number in (
        ("W2600123", "W-26-00123"),
        ("w 2600123", "W-26-00123"),
        ("W202600124", "W-2026-00124"),
        ("CR2670001", "26-CR-70001"),
        ("Halvorsen W2600123", "W-26-00123"),
    ):
        assert numbers(search(client, typed)) == [number], typed
    for typed in ("W2600124", "X2600123", "Ortiz W2600123"):
        assert numbers(search(client, typed)) == [], typed


def shown_numbers_of_records(sharing: Sharing) -> None:
    """The owner's rules show numbers that are nobody's in particular, as they show those of whoever was arrested."""
    with finality_lifted():
        rules = DisclosureRule.objects.filter(version__policy__agency=sharing.owner, data_category="identifiers")
        for each in rules.filter(participant_role="arrestee"):
            force(each, participant_role=ANY)


def test_an_arrest_is_found_by_its_tracking_number_in_any_writing(sharing: Sharing) -> None:
    shown_numbers_of_records(sharing)
    held = arrests_of(sharing)
    arrest(held, "A-26-1", "3-000123 4567")
    arrest(held, "A-26-2", "30001234568")
    client = signed_in(sharing.clerk)
    for typed in ("30001234567", "3 0001 234567", "Halvorsen 30001234567"):
        assert numbers(search(client, typed)) == ["A-26-1"], typed
    assert numbers(search(client, "3000123456")) == []


def test_a_tracking_number_that_is_withheld_finds_nothing(sharing: Sharing) -> None:
    """The number of the record is its own: a rule that shows numbers of whoever was arrested does not show it."""
    arrest(arrests_of(sharing), "A-26-1", "30001234567")
    client = signed_in(sharing.clerk)
    assert numbers(search(client, "halvorsen")) == ["A-26-1"]
    for typed in ("30001234567", "halvorsen 30001234567"):
        assert numbers(search(client, typed)) == [], typed
    assert numbers(search(signed_in(sharing.owners_clerk), "30001234567")) == ["A-26-1"]


def test_a_docket_is_found_by_the_id_of_its_source(sharing: Sharing) -> None:
    source: dict[str, Any] = {"source_system": "docket-json", "source_id": "casd/3:15-cr-00331"}
    make.record(sharing.records, docket_number="3:15-cr-00331", **source)
    make.record(
        sharing.records, docket_number="3:15-cr-00331", source_system="docket-json", source_id="cand/3:15-cr-331"
    )
    make.record(make.record_set(sharing.third), docket_number="1", **source)
    answer = search(signed_in(sharing.clerk), "casd/3:15-cr-00331")
    assert answer.context["tally"].total == 1


def test_such_searches_go_with_the_record(sharing: Sharing) -> None:
    shown_numbers_of_records(sharing)
    held = arrests_of(sharing)
    of = arrest(held, "A-26-00123", "30001234567")
    client = signed_in(sharing.clerk)
    there = [search(client, typed).redirect_chain[-1][0] for typed in ("30001234567", "A2600123", "Zelig A-26-00123")]
    client.get(f"/records/{of.pk}/")
    expunged_by_order(sharing.custodian, of.pk)
    assert [client.get(address).context["lost"] for address in there] == [True] * 3


def test_a_large_export_remembers_a_name_and_a_number(sharing: Sharing) -> None:
    query = Search("Halvorsen W2600123").query()
    assert query.beside is not None
    assert exports._read(json.loads(json.dumps(exports._written(query)))) == query
