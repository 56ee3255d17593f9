"""Who exports a list is told how many of it stay behind and why, of records that they see in the list alone."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse

from agencies.models import Membership, RecordSet
from portal.kernel.viewing import as_job, tell_database
from portal.records import listing, staying
from portal.records.decision import Viewer, explain, look_as
from portal.records.exports import tasks
from portal.records.listing import Query
from portal.records.models import Export, Record
from sharing_agreements.models import Action
from tests.make import certified, record, record_set
from tests.records.rows import grant_row
from tests.records.scene import Sharing, an_inquiry, force, signed_in

pytestmark = pytest.mark.django_db

FOR = {"recipient": "Deputy D. Ames, Cedar County Prosecutor", "reason": "Charging decision"}
SEEN = ("search", "view")
NAMED = Query(name_words=("halvorsen",))


def told(sharing: Sharing, query: Query = NAMED, who: Membership | None = None) -> staying.Staying:
    with transaction.atomic():
        found = staying.staying(look_as(sharing.viewer(who, Action.EXPORT)), query)
        tell_database()
    return found


def page_and_file(who: Membership, q: str = "halvorsen") -> tuple[str, list[list[str]]]:
    client = signed_in(who)
    address = client.post(reverse("records:search"), {"q": q}, follow=True).context["export"]
    page = client.get(address).content.decode()
    sent = client.post(address, {**FOR, "key": str(uuid4())})
    text = b"".join(sent.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return page, list(csv.reader(io.StringIO(text)))


@pytest.fixture
def kept(sharing: Sharing) -> RecordSet:
    """Another set of the court, of which nothing may be copied."""
    found = record_set(sharing.owner, "Read here")
    grant_row(found, sharing.recipient, actions=SEEN)
    return found


def why_of(of: RecordSet) -> str:
    return f"their agreement does not allow copies ({of.grants.get().version.agreement.number}, term T1)"


def test_the_page_and_the_file_say_how_many_stay_and_why(sharing: Sharing, kept: RecordSet) -> None:
    for of, number in ((sharing.records, 4), (kept, 2)):
        for _ in range(number):
            record(of)
    page, (_, *rows, end) = page_and_file(sharing.clerk)
    why = why_of(kept)
    assert "4 records for “halvorsen”" in page
    assert "4 of 6 records: 2 stay behind" in page
    assert f"<li>2: {why}</li>" in page
    assert len(rows) == 4
    assert end[0].endswith(f": 4 records. 4 of 6 records: 2 stay behind: {why}.")


def test_where_all_may_leave_nothing_is_said(sharing: Sharing) -> None:
    record(sharing.records)
    page, rows = page_and_file(sharing.clerk)
    assert "stay behind" not in page
    assert rows[-1][0].endswith(": 1 record.")


def test_what_is_not_seen_in_the_list_is_not_counted(sharing: Sharing, kept: RecordSet) -> None:
    """Sealed records, those of a set that is not shared, juveniles, and names that are withheld."""
    record(sharing.records)
    record(kept, sealed=True)
    record(kept, juvenile=True)
    record(kept, participants=[("victim", "Ann Halvorsen")])
    record(record_set(sharing.owner))
    assert told(sharing) == staying.Staying(1, ())
    assert told(sharing, who=sharing.outsider) == staying.Staying(0, ())


ACQUITTED = {"description": "Theft", "outcome": "acquitted", "disposed_on": date(2026, 3, 9)}


@pytest.mark.parametrize("why", [staying.JUVENILE, staying.NONCONVICTION, staying.FOUND_BY])
def test_a_record_stays_for_a_reason_of_its_own(sharing: Sharing, why: str) -> None:
    """As the decision on that one record says; by which words it was found, it does not know."""
    held = record_set(sharing.owner, record_class="arrest")
    narrow: dict[str, Any] = {"participant_roles": ("judge",)} if why == staying.FOUND_BY else {}
    narrow |= {"data_categories": ("name", "charges")} if why == staying.NONCONVICTION else {}
    grant_row(held, sharing.recipient, actions=SEEN, includes_juvenile=why == staying.JUVENILE)
    grant_row(held, sharing.recipient, actions=("export",), **narrow)
    values: dict[str, Any] = {"participants": [("arrestee", "Dane Halvorsen")]}
    convicted = {"description": "Fraud", "outcome": "convicted"}
    of = record(
        held,
        juvenile=why == staying.JUVENILE,
        charges=[ACQUITTED if why == staying.NONCONVICTION else convicted],
        **values,
    )
    viewer = sharing.viewer(action=Action.EXPORT)
    assert told(sharing) == staying.Staying(1, ((1, why),))
    assert explain(viewer, _written(of)).open == (why == staying.FOUND_BY)
    if why != staying.FOUND_BY:
        record(held, charges=[convicted], **values)
        assert told(sharing).heading == "1 of 2 records: 1 stays behind"


def _written(of: Record) -> Record:
    """The record as the database keeps it."""
    with as_job("import", of.record_set_id):
        return Record.objects.get(pk=of.pk)


def test_what_is_overdue_for_review_stays_with_its_custodian(sharing: Sharing) -> None:
    certified(sharing.custodian)
    files = record_set(sharing.owner, record_class="intelligence")
    for days in (-1, 1):
        due = sharing.owner.today + timedelta(days=days)
        record(files, participants=[("subject", "Dane Halvorsen")], details={"review_due_on": due.isoformat()})
    inquiry = an_inquiry(sharing.custodian)
    viewer = Viewer(sharing.custodian.pk, Action.EXPORT, "C", inquiry.pk)
    with transaction.atomic():
        found = staying.staying(look_as(viewer), Query(record_class="intelligence"))
        tell_database()
    assert found == staying.Staying(2, ((1, staying.OVERDUE),))


def test_several_reasons_stand_each_with_its_number(sharing: Sharing, kept: RecordSet) -> None:
    force(sharing.grant, actions=SEEN, includes_juvenile=True)
    grant_row(sharing.records, sharing.recipient, actions=("export",))
    for of, juvenile in ((sharing.records, False), (sharing.records, True), (kept, False), (kept, False)):
        record(of, juvenile=juvenile)
    why = why_of(kept)
    assert told(sharing).said == f"1 of 4 records: 3 stay behind: 2, {why}; 1, {staying.JUVENILE}."


def test_of_more_than_are_counted_those_are_whose_sets_are_shut(
    sharing: Sharing, kept: RecordSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST_COUNTED", 3)
    for of, number in ((sharing.records, 3), (kept, 2)):
        for _ in range(number):
            record(of)
    found = told(sharing)
    assert found.heading == "More than 3 records: at least 2 of them stay behind"
    for _ in range(3):
        record(kept)
    assert told(sharing).heading == "More than 3 records: 3+ of them stay behind"


def test_a_large_export_says_it_on_its_page_and_in_its_file(
    sharing: Sharing, kept: RecordSet, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, settings: Any
) -> None:
    monkeypatch.setattr(listing, "MOST_COUNTED", 3)
    settings.MEDIA_ROOT = tmp_path
    for of, number in ((sharing.records, 5), (kept, 2)):
        for _ in range(number):
            record(of)
    client = signed_in(sharing.clerk)
    address = client.post(reverse("records:search"), {"q": "halvorsen"}, follow=True).context["export"]
    page = client.post(address, {**FOR, "key": str(uuid4())}, follow=True).content.decode()
    said = f"at least 2 of them stay behind: {why_of(kept)}."
    assert said in page
    tasks.write_exports()
    sent = client.post(reverse("records:export_file", args=[Export.objects.get().pk]))
    assert said in b"".join(sent.streaming_content).decode()  # type: ignore[attr-defined]


def test_who_exports_or_prints_is_told_what_is_under_a_restriction(sharing: Sharing) -> None:
    record(sharing.records)
    sealed, juvenile = record(sharing.records, sealed=True), record(sharing.records, juvenile=True)
    client, plain = signed_in(sharing.custodian), signed_in(sharing.clerk)
    page, rows = page_and_file(sharing.custodian)
    assert told(sharing, who=sharing.custodian).restricted == "1 sealed, 1 juvenile"
    assert "1 sealed, 1 juvenile. The file says so" in page
    assert sum(bool(row[14]) for row in rows[1:-1]) == 2
    assert "under a restriction" not in page_and_file(sharing.clerk)[0]
    for of, words in ((sealed, "This record is sealed"), (juvenile, "This is a juvenile record")):
        assert words in client.get(reverse("records:print", args=[of.pk])).content.decode()
        assert plain.get(reverse("records:print", args=[of.pk])).status_code == 404
