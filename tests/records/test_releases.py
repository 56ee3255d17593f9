"""Prints and exports: only what may leave, numbered, logged with every record in them, stopped when access ends."""

from __future__ import annotations

import csv
import io
import time
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.records import commands, releases
from portal.records.models import AccessEntry, Inquiry, Record, Release
from portal.records.releases import COLUMNS, harmless
from portal.records.shown import hits
from tests import make
from tests.make import record, record_set
from tests.records.rows import grant_row
from tests.records.scene import Sharing, force, seen_by, signed_in

pytestmark = pytest.mark.django_db

FOR = {"recipient": "Deputy D. Ames, Cedar County Prosecutor", "reason": "Charging decision"}


def printing(client: Client, of: Record | uuid.UUID, **more: str) -> Any:
    key = getattr(of, "pk", of)
    return client.post(reverse("records:print", kwargs={"pk": key}), {**FOR, "key": str(uuid.uuid4()), **more})


def test_a_print_is_a_logged_release(sharing: Sharing) -> None:
    of = record(
        sharing.records,
        participants=[("defendant", "Dane Halvorsen"), ("victim", "Ann Zeigler")],
        entries=[f"Entry {n}" for n in range(60)],
    )
    answer = printing(signed_in(sharing.clerk), of)
    text = answer.content.decode()
    made = Release.objects.get()
    assert answer.status_code == 200
    assert made.number in text
    assert made.inquiry is not None
    assert dict(answer.context["release_pairs"])["Case number"] == made.inquiry.case_number
    assert FOR["recipient"] in text
    assert "Dane Halvorsen" in text
    assert "Zeigler" not in text
    assert len(answer.context["case"].entries) == 60, "the whole docket, not a page of it"
    (entry,) = AccessEntry.objects.filter(action="print")
    assert (entry.release, entry.record_ids, entry.outcome) == (made, [of.pk], "shown")
    assert entry.withheld == 61
    assert (made.kind, made.membership, made.inquiry) == ("print", sharing.clerk, entry.inquiry)


def test_a_form_sent_twice_is_one_release(sharing: Sharing) -> None:
    of, client, key = record(sharing.records), signed_in(sharing.clerk), str(uuid.uuid4())
    first, second = printing(client, of, key=key), printing(client, of, key=key)
    assert first.context["release"] == second.context["release"]
    assert Release.objects.count() == 1
    assert AccessEntry.objects.filter(action="print").count() == 2, "each look is logged all the same"
    other = printing(client, of, key=key, reason="Another reason")
    assert other.context["release"] != first.context["release"]


def test_another_persons_key_makes_a_release_of_ones_own(sharing: Sharing) -> None:
    of, key = record(sharing.records), str(uuid.uuid4())
    printing(signed_in(sharing.owners_clerk), of, key=key)
    printing(signed_in(sharing.clerk), of, key=key)
    assert {made.membership for made in Release.objects.all()} == {sharing.owners_clerk, sharing.clerk}


@pytest.mark.parametrize("missing", ["recipient", "reason", "key"])
def test_a_print_needs_to_say_for_whom_and_why(sharing: Sharing, missing: str) -> None:
    answer = printing(signed_in(sharing.clerk), record(sharing.records), **{missing: " "})
    assert answer.status_code == 200
    assert "Halvorsen" not in answer.content.decode(), "the form shows nothing of the record but its number"
    assert not Release.objects.exists()


def test_what_may_not_be_printed_is_the_404_of_nothing(sharing: Sharing) -> None:
    force(sharing.grant, actions=["search", "view", "export"])
    of, client = record(sharing.records), signed_in(sharing.clerk)
    assert client.get(reverse("records:print", kwargs={"pk": of.pk})).status_code == 404
    refused, absent = printing(client, of), printing(client, uuid.uuid4())
    assert (refused.status_code, refused.content) == (404, absent.content)
    assert not Release.objects.exists()
    assert AccessEntry.objects.filter(action="print", outcome="refused").count() == 3


def test_a_release_stays_as_it_was_made(sharing: Sharing) -> None:
    printing(signed_in(sharing.clerk), record(sharing.records))
    made = Release.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        force(made, recipient="Somebody else")
    with pytest.raises(DatabaseError), transaction.atomic():
        Release.objects.all().delete()


def searched(client: Client, q: str = "halvorsen") -> str:
    """The address of the export of a search."""
    answer = client.post(reverse("records:search"), {"q": q}, follow=True)
    return str(answer.context["export"]) or reverse("records:export") + "?" + answer.redirect_chain[0][0].split("?")[1]


def exporting(client: Client, address: str) -> Any:
    return client.post(address, {**FOR, "key": str(uuid.uuid4())})


def lines(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_an_export_holds_the_search_as_it_is_seen(sharing: Sharing) -> None:
    made = [record(sharing.records, title="State v. Halvorsen"), record(sharing.records)]
    shown = record(
        sharing.records, participants=[("defendant", "Dane Halvorsen"), ("victim", "Ann Zeigler")], title="Z"
    )
    record(sharing.records, sealed=True)
    record(record_set(sharing.owner))
    client = signed_in(sharing.clerk)
    address = searched(client)
    assert "3 records for “halvorsen”" in client.get(address).content.decode()
    answer = exporting(client, address)
    head, *rows, end = lines(answer)
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    assert {row[0] for row in rows} == {each.docket_number for each in (*made, shown)}
    assert {row[1] for row in rows} == {"State v. Halvorsen", "Dane Halvorsen"}
    assert {len(row) for row in rows} == {len(head)}
    release = Release.objects.get()
    assert end == [f"End of release {release.number}: 3 records."]
    (entry,) = AccessEntry.objects.filter(action="export")
    assert set(entry.record_ids) == {each.pk for each in (*made, shown)}
    assert (entry.release, entry.found) == (release, 3)


def test_what_is_counted_before_an_export_is_a_search_in_the_log(sharing: Sharing) -> None:
    record(sharing.records)
    client = signed_in(sharing.clerk)
    address = searched(client)
    before = set(AccessEntry.objects.values_list("pk", flat=True))
    assert "1 record for" in client.get(address).content.decode()
    (entry,) = AccessEntry.objects.exclude(pk__in=before)
    assert (entry.action, entry.outcome, entry.searched_by, entry.found) == ("search", "shown", ["name"], 1)
    assert (entry.record_ids, entry.release) == ([], None)


def test_an_export_leaves_out_what_may_only_be_seen(sharing: Sharing) -> None:
    other = record_set(sharing.owner, "Exportable")
    grant_row(other, sharing.recipient)
    record(other, docket_number="E-1")
    record(sharing.records, docket_number="V-1")
    force(sharing.grant, actions=["search", "view"])
    client = signed_in(sharing.clerk)
    address = searched(client)
    assert "1 record for" in client.get(address).content.decode()
    assert [row[0] for row in lines(exporting(client, address))[1:-1]] == ["E-1"]


def test_without_the_action_nothing_is_offered_and_nothing_leaves(sharing: Sharing) -> None:
    force(sharing.grant, actions=["search", "view"])
    record(sharing.records)
    client = signed_in(sharing.clerk)
    answer = client.post(reverse("records:search"), {"q": "halvorsen"}, follow=True)
    assert answer.context["export"] == ""
    rows = lines(exporting(client, searched(client)))
    assert len(rows) == 2
    assert ": 0 records. 0 of 1 records: 1 stays behind: their agreement does not allow copies" in rows[-1][0]


def test_an_export_needs_a_search_of_this_session(sharing: Sharing) -> None:
    record(sharing.records)
    address = searched(signed_in(sharing.clerk))
    other = signed_in(sharing.owners_clerk)
    assert exporting(other, address).status_code == 302
    assert exporting(other, reverse("records:export")).status_code == 302


def end_grant(it: Sharing) -> None:
    force(it.grant, revoked_at=timezone.now())


def end_inquiry(it: Sharing) -> None:
    Inquiry.objects.update(ended_at=timezone.now())


def end_membership(it: Sharing) -> None:
    force(it.clerk, ended_at=timezone.now())


def let_expire(it: Sharing) -> None:
    force(it.grant, not_before=timezone.now() - timedelta(days=2), not_after=timezone.now())


ENDINGS: list[Callable[[Sharing], None]] = [end_grant, end_inquiry, end_membership, let_expire]


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda each: each.__name__)
def test_an_export_stops_when_access_ends(
    sharing: Sharing, monkeypatch: pytest.MonkeyPatch, ending: Callable[[Sharing], None]
) -> None:
    monkeypatch.setattr(releases, "BATCH", 2)
    for _ in range(7):
        record(sharing.records)
    client = signed_in(sharing.clerk)
    chunks = iter(exporting(client, searched(client)).streaming_content)
    before = [next(chunks), next(chunks)]
    ending(sharing)
    began = time.monotonic()
    after = b"".join(chunks).decode()
    assert time.monotonic() - began < 2
    assert before[1].decode().count("26-CR") == 2
    assert "26-CR" not in after
    assert "Stopped: what you may export has changed" in after
    logged = [key for entry in AccessEntry.objects.filter(action="export") for key in entry.record_ids]
    assert len(logged) == 2, "what left is logged, and nothing else"


def test_what_is_sealed_while_an_export_runs_is_not_in_it(sharing: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releases, "BATCH", 2)
    made = [record(sharing.records, docket_number=f"N-{n}") for n in range(5)]
    client = signed_in(sharing.clerk)
    chunks = iter(exporting(client, searched(client)).streaming_content)
    next(chunks), next(chunks)
    keeper = sharing.custodian
    commands.seal_record(actor=keeper.person, membership_id=keeper.pk, record_id=made[0].pk, **make.order("26-SO-1"))
    rest = b"".join(chunks).decode()
    assert "N-0" not in rest
    assert "N-1" in rest


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "\uff1d1",
        "\uff20x",
        "  @x",
        "\ufeff=1",
    ],
)
def test_no_cell_is_a_formula(value: str) -> None:
    assert harmless(value).startswith("'")
    assert harmless(f"Halvorsen {value}") == f"Halvorsen {value}"


def test_a_formula_in_a_record_is_text_in_the_file(sharing: Sharing) -> None:
    record(
        sharing.records,
        docket_number='=HYPERLINK("http://x")',
        title='=cmd|"/C calc"!A0\n"quoted", and more',
        court_id="@court",
    )
    client = signed_in(sharing.clerk)
    _, row, _ = lines(exporting(client, searched(client)))
    assert row[0] == '\'=HYPERLINK("http://x")'
    assert row[1].startswith("'=cmd")
    assert row[COLUMNS.index("Court")] == row[COLUMNS.index("Court id")] == "'@court"


def test_the_file_says_the_words_of_the_page(sharing: Sharing) -> None:
    """Codes stand beside words where a machine joins by them: the id of the court, and of the record."""
    force(sharing.owner, court_id="cedsup")
    record(sharing.records, court_id="cedsup", category="criminal", terminated_on=date(2026, 5, 1))
    custody = record_set(sharing.owner, record_class="custody")
    grant_row(custody, sharing.recipient)
    details = {"status": "in_custody", "booked_on": "2026-03-01", "agency": "cedsup"}
    record(custody, participants=[("detainee", "Dane Halvorsen")], details=details, filed_on=date(2026, 3, 1))
    client = signed_in(sharing.clerk)
    head, *rows, _ = lines(exporting(client, searched(client)))
    case, booking = (dict(zip(head, row, strict=True)) for row in rows)
    court = sharing.owner.name
    assert (case["Class"], case["Category"], case["Standing"]) == ("Case", "Criminal", "Closed")
    assert (case["Court"], case["Court id"]) == (court, "cedsup")
    assert (booking["Class"], booking["Standing"]) == ("Custody and booking", "Open")
    assert booking["Other fields"] == f"Custody status: In custody; Booked: 2026-03-01; Booked by: {court}"


def test_the_file_says_the_restrictions_that_the_page_says(sharing: Sharing) -> None:
    record(sharing.records, docket_number="26-CR-00001", sealed=True)
    record(sharing.records, docket_number="26-CR-00002", juvenile=True)
    record(sharing.records, docket_number="26-CR-00003")
    client = signed_in(sharing.custodian)
    head, *rows, _ = lines(exporting(client, searched(client)))
    said = {row[0]: row[head.index("Restriction")] for row in rows}
    assert said == {"26-CR-00001": "Sealed", "26-CR-00002": "Juvenile", "26-CR-00003": ""}


def test_what_does_not_end_has_no_standing_in_the_file(sharing: Sharing) -> None:
    arrests = record_set(sharing.owner, record_class="arrest")
    grant_row(arrests, sharing.recipient)
    details = {"arrested_on": timezone.localdate().isoformat(), "agency": "CA0990100"}
    record(arrests, participants=[("arrestee", "Dane Halvorsen")], details=details)
    client = signed_in(sharing.clerk)
    head, row, _ = lines(exporting(client, searched(client)))
    assert (row[head.index("Class")], row[head.index("Standing")]) == ("Arrest", "")


def test_standing_is_that_of_the_day_of_the_release(sharing: Sharing) -> None:
    """A file that waits to be fetched is compared with what it would say now, which time alone does not change."""
    orders = record_set(sharing.owner, record_class="protection_order")
    day = timezone.localdate()
    details = {"status": "issued", "kind": "Civil", "issued_on": "2026-03-02", "expires_on": day.isoformat()}
    of = record(orders, participants=[("respondent", "Dane Halvorsen")], details=details)
    place = COLUMNS.index("Standing")
    with seen_by(sharing.viewer(sharing.owners_clerk)) as decision:
        rows = hits(decision, [of.pk])
        for days, word in ((-1, "Open"), (2, "Expired")):
            made = Release(made_at=timezone.now() + timedelta(days=days))
            assert next(csv.reader([releases.text_of(rows, made)]))[place] == word


# --- By word of mouth -----------------------------------------------------------------------------------------------


def telling(client: Client, of: Record, **more: Any) -> Any:
    sent = {**FOR, "key": str(uuid.uuid4()), "told": ["name"], **more}
    return client.post(reverse("records:told", args=[of.pk]), sent, follow=True)


@pytest.fixture
def passes_on(sharing: Sharing) -> Client:
    """The recipient's clerk, under a term that lets them pass on what they see."""
    grant_row(sharing.records, sharing.recipient, actions=("search", "view", "redisclose"))
    return signed_in(sharing.clerk)


def test_what_is_told_is_a_logged_release(sharing: Sharing, passes_on: Client) -> None:
    of = record(sharing.records, participants=[("defendant", "Dane Halvorsen"), ("victim", "Ann Zeigler")])
    assert "Record what was told" in passes_on.get(reverse("records:detail", args=[of.pk])).content.decode()
    answer = telling(passes_on, of)
    made = Release.objects.get()
    assert f"release {made.number}" in answer.content.decode()
    assert (made.kind, made.told, made.recipient) == ("told", ["name"], FOR["recipient"])
    (entry,) = AccessEntry.objects.filter(action="redisclose")
    assert (entry.release, entry.record_ids, entry.outcome) == (made, [of.pk], "shown")
    accounting = signed_in(sharing.custodian).get(reverse("records:disclosures", args=[of.pk])).content.decode()
    assert "By word of mouth: name and aliases" in accounting
    assert FOR["recipient"] in accounting


def test_only_what_one_is_shown_can_be_passed_on(sharing: Sharing, passes_on: Client) -> None:
    of = record(sharing.records, participants=[("victim", "Ann Zeigler", {"birth_date": date(1988, 5, 17)})])
    for told in (["name"], ["birth_date"], [], ["nonsense"]):
        telling(passes_on, of, told=told)
    assert Release.objects.count() == 0
    telling(passes_on, of, told=["record", "record"])
    assert Release.objects.get().told == ["record"], "that there is such a record can always be told"


def test_what_is_told_twice_with_one_form_is_one_release(sharing: Sharing, passes_on: Client) -> None:
    of, key = record(sharing.records, participants=[("defendant", "Dane Halvorsen")]), str(uuid.uuid4())
    telling(passes_on, of, key=key)
    telling(passes_on, of, key=key)
    assert (Release.objects.count(), AccessEntry.objects.filter(action="redisclose").count()) == (1, 1)
    telling(passes_on, record(sharing.records), key=key)
    assert Release.objects.count() == 2, "of another record it is another release"


def test_where_the_terms_do_not_let_it_pass_on_there_is_no_such_page(sharing: Sharing) -> None:
    of, client = record(sharing.records, participants=[("defendant", "Dane Halvorsen")]), signed_in(sharing.clerk)
    assert "Record what was told" not in client.get(reverse("records:detail", args=[of.pk])).content.decode()
    assert telling(client, of).status_code == 404
    assert Release.objects.count() == 0


def test_a_release_by_word_of_mouth_says_what_and_no_other_does(sharing: Sharing) -> None:
    values = {"membership": sharing.clerk, "recipient": "x", "reason": "x"}
    for kind, told in (("told", []), ("print", ["name"])):
        with pytest.raises(DatabaseError), transaction.atomic():
            Release.objects.create(kind=kind, told=told, **values)
