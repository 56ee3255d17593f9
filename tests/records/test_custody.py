"""What the owner's records custodian does, and that nobody else does it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import TestCase
from django.urls import reverse

from agencies.models import Membership, Role, Training
from portal.audit.models import Event
from portal.kernel import files
from portal.kernel.errors import Refused
from portal.kernel.viewing import as_job
from portal.records import commands
from portal.records.decision import see_as
from portal.records.models import AccessEntry, CourtOrder, DocketEntry, Record
from portal.records.models.orders import FILES
from portal.records.tasks import sweep_orders
from tests import kept, make
from tests.make import person, record
from tests.racing import at_once, slowly
from tests.records.scene import Sharing, answers, force, set_up_sharing, signed_in

pytestmark = pytest.mark.django_db

ORDER = "26-SO-114"


def by(who: Membership, of: Record) -> dict[str, Any]:
    return {"actor": who.person, "membership_id": who.pk, "record_id": of.pk}


def entry_of(of: Record, position: int = 1) -> DocketEntry:
    with as_job("custody", of.record_set_id):
        return DocketEntry.objects.get(record=of, position=position)


@kept.fixture
def case(sharing: Sharing) -> Record:
    return record(
        sharing.records,
        participants=[("defendant", "Dane Halvorsen"), ("victim", "Ann Zeigler")],
        entries=["Order", "X"],
    )


def test_at_the_commit_of_sealing_the_record_ceases_to_exist_for_others(sharing: Sharing, case: Record) -> None:
    commands.seal_record(**by(sharing.custodian, case), **make.order())
    case.sealed = True
    assert set(answers(sharing.viewer(), case).values()) == {False}
    assert set(answers(sharing.viewer(sharing.owners_clerk), case).values()) == {False}
    assert set(answers(sharing.viewer(sharing.custodian), case).values()) == {True}
    commands.unseal_record(**by(sharing.custodian, case), **make.order("26-SO-200"))
    case.sealed = False
    assert set(answers(sharing.viewer(), case).values()) == {True}


def test_sealing_is_in_the_records_history_and_the_event_does_not_say_the_word(sharing: Sharing, case: Record) -> None:
    commands.seal_record(**by(sharing.custodian, case), **make.order())
    with as_job("custody", sharing.records.pk):
        newest = case.history.first()
    assert (newest.sealed, newest.history_user, newest.history_change_reason) == (
        True,
        sharing.custodian.person,
        f"Sealed by order {ORDER} of Cedar County Superior Court",
    )
    event = Event.objects.get(subject_id=case.pk)
    assert (event.kind, event.actor_id) == ("record.custody_changed", sharing.custodian.person_id)
    assert event.acting_agency_id == sharing.owner.pk
    assert "seal" not in repr(event.detail).lower()
    assert ORDER not in repr(event.detail)


def test_a_record_is_sealed_once(sharing: Sharing, case: Record) -> None:
    commands.seal_record(**by(sharing.custodian, case), **make.order())
    with pytest.raises(Refused, match="sealed already"):
        commands.seal_record(**by(sharing.custodian, case), **make.order())
    commands.unseal_record(**by(sharing.custodian, case), **make.order())
    with pytest.raises(Refused, match="not sealed"):
        commands.unseal_record(**by(sharing.custodian, case), **make.order())
    for wrong, field in (
        ({"order_number": "  "}, "order_number"),
        ({"authority": ""}, "authority"),
        ({"scope": " "}, "scope"),
        ({"ordered_on": sharing.owner.today + timedelta(days=1)}, "ordered_on"),
    ):
        with pytest.raises(ValidationError) as why:
            commands.seal_record(**by(sharing.custodian, case), **{**make.order(), **wrong})
        assert list(why.value.message_dict) == [field]


def test_an_order_that_opens_a_record_is_not_older_than_the_one_that_sealed_it(sharing: Sharing, case: Record) -> None:
    commands.seal_record(**by(sharing.custodian, case), **make.order())
    older = {**make.order("26-SO-200"), "ordered_on": make.order()["ordered_on"] - timedelta(days=1)}
    with pytest.raises(ValidationError, match=r"sealed by an order of Mar 2, 2026") as why:
        commands.unseal_record(**by(sharing.custodian, case), **older)
    assert list(why.value.message_dict) == ["ordered_on"]
    client = signed_in(sharing.custodian)
    at = reverse("records:unseal", kwargs={"pk": case.pk})
    asked = client.get(at).content.decode()
    assert "The record was sealed by an order of Mar 2, 2026." in asked
    assert 'min="2026-03-02"' in asked
    assert "This one can&#x27;t be older." in client.post(at, older).content.decode()
    order = CourtOrder(record=case, record_set_id=case.record_set_id, effect="unseal", **older)
    order.entered_by = sharing.custodian.person
    with as_job("custody", case.record_set_id), pytest.raises(IntegrityError, match="not older"), transaction.atomic():
        order.save(force_insert=True)
    commands.unseal_record(**by(sharing.custodian, case), **make.order("26-SO-200"))
    commands.seal_record(**by(sharing.custodian, case), **older)
    commands.unseal_record(**by(sharing.custodian, case), **older)
    assert [each.effect for each in orders(case)] == ["seal", "unseal", "seal", "unseal"]


def test_what_its_source_sealed_is_opened_by_an_order_of_any_day(sharing: Sharing) -> None:
    of = record(sharing.records, sealed=True)
    commands.unseal_record(**by(sharing.custodian, of), **make.order())
    assert not Event.objects.filter(subject_id=of.pk, kind="record.recall_lifted").exists(), "nobody was asked anything"


def recipients_custodian(it: Sharing) -> Membership:
    return person(it.recipient, roles=(Role.CUSTODIAN,))


def owners_clerk(it: Sharing) -> Membership:
    return it.owners_clerk


def owners_administrator(it: Sharing) -> Membership:
    return person(it.owner, roles=(Role.ADMINISTRATOR,))


def untrained_custodian(it: Sharing) -> Membership:
    for training in Training.objects.filter(person=it.custodian.person):
        force(training, completed_on="2020-01-01", expires_on="2021-01-01")
    return it.custodian


def outsider(it: Sharing) -> Membership:
    return it.outsider


OTHERS: list[Callable[[Sharing], Membership]] = [
    recipients_custodian,
    owners_clerk,
    owners_administrator,
    untrained_custodian,
    outsider,
]


@pytest.mark.parametrize("other", OTHERS, ids=lambda each: each.__name__)
def test_nobody_else_seals_or_clears(sharing: Sharing, case: Record, other: Callable[[Sharing], Membership]) -> None:
    entry, who = entry_of(case), other(sharing)
    for command, more in (
        (commands.seal_record, make.order()),
        (commands.unseal_record, make.order()),
        (commands.clear_entry, {"entry_id": entry.pk}),
        (commands.withdraw_clearing, {"entry_id": entry.pk}),
    ):
        with pytest.raises((PermissionDenied, Record.DoesNotExist)):
            command(**by(who, case), **more)
    assert entry_of(case).cleared_at is None
    assert not Event.objects.filter(subject_id=case.pk).exists()


def test_nobody_acts_under_another_persons_membership(sharing: Sharing, case: Record) -> None:
    borrowed = {**by(sharing.custodian, case), "actor": sharing.owners_clerk.person}
    with pytest.raises(PermissionDenied):
        commands.seal_record(**borrowed, **make.order())


def test_clearing_is_written_down_and_taken_back(sharing: Sharing, case: Record) -> None:
    entry = entry_of(case)
    for _ in range(2):
        commands.clear_entry(**by(sharing.custodian, case), entry_id=entry.pk)
    cleared = entry_of(case)
    assert cleared.cleared_by == sharing.custodian.person
    assert cleared.cleared_at is not None
    for _ in range(2):
        commands.withdraw_clearing(**by(sharing.custodian, case), entry_id=entry.pk)
    assert entry_of(case).cleared_at is None
    kinds = [event.kind for event in Event.objects.filter(subject_id=case.pk).order_by("sequence")]
    assert kinds == ["record.entry_cleared", "record.clearing_withdrawn"], "what is asked twice happens once"


def test_what_the_custodian_cannot_read_is_not_cleared(sharing: Sharing) -> None:
    of = record(
        sharing.records, participants=[("defendant", "Dane Halvorsen"), ("informant", "Sam Quill")], entries=["Order"]
    )
    with pytest.raises(Refused, match="withheld from you too"):
        commands.clear_entry(**by(sharing.custodian, of), entry_id=entry_of(of).pk)


def test_an_entry_of_another_record_is_not_cleared(sharing: Sharing, case: Record) -> None:
    other = record(sharing.records, entries=["Order"])
    with pytest.raises(DocketEntry.DoesNotExist):
        commands.clear_entry(**by(sharing.custodian, case), entry_id=entry_of(other).pk)


def test_the_pages_of_custody(sharing: Sharing, case: Record) -> None:
    client = signed_in(sharing.custodian, inquiry=False)
    page = reverse("records:detail", kwargs={"pk": case.pk})
    entry = entry_of(case)
    clear = reverse("records:entry_clear", kwargs={"pk": case.pk, "entry": entry.pk})
    assert clear in client.get(page).content.decode()
    asked = client.get(clear + "?entries=50")
    text = asked.content.decode()
    assert "Release this docket entry?" in text
    assert "reads it all the same" in text
    assert "Order" in text, "who releases it reads it once more"
    assert f'href="{page}?entries=50#entry-{entry.pk}"' in text
    assert entry_of(case).cleared_at is None, "asking changes nothing"
    assert AccessEntry.objects.filter(record_ids__contains=[case.pk], outcome="shown").count() == 2
    answer = client.post(clear, {"entries": "50"}, follow=True)
    assert "The entry is released." in answer.content.decode()
    answer = client.post(clear, follow=True)
    assert "The entry is released." in answer.content.decode(), "sent twice, it is released once"
    assert "released already" in client.get(clear).content.decode()
    assert answer.redirect_chain[0][0].endswith(f"#entry-{entry.pk}")
    withdraw = reverse("records:entry_withdraw", kwargs={"pk": case.pk, "entry": entry.pk})
    assert withdraw in answer.content.decode()
    assert "Withhold this docket entry again?" in client.get(withdraw).content.decode()
    assert "The entry is withheld again." in client.post(withdraw, follow=True).content.decode()
    seal = reverse("records:seal", kwargs={"pk": case.pk})
    assert client.get(seal).status_code == 200
    assert "Give the number of the order" in client.post(seal, {"order_number": ""}).content.decode()
    sealed = client.post(seal, make.order(), follow=True).content.decode()
    assert "The record is sealed." in sealed
    assert "Unseal by order" in sealed
    assert f"Sealed by order {ORDER} of Cedar County Superior Court" in sealed
    again = client.post(seal, make.order())
    assert again.status_code == 302, "a form sent twice leads to the record as it is"
    assert "sealed already" in client.get(page).content.decode()
    unseal = reverse("records:unseal", kwargs={"pk": case.pk})
    assert "no longer sealed" in client.post(unseal, make.order(), follow=True).content.decode()


def test_the_addresses_of_custody_to_others(sharing: Sharing, case: Record) -> None:
    entry = entry_of(case)

    def statuses(who: Membership, of: object) -> set[int]:
        client = signed_in(who)
        key = {"pk": of}
        found = {client.get(reverse(f"records:{name}", kwargs=key)).status_code for name in ("seal", "unseal")}
        for name in ("seal", "unseal"):
            found.add(client.post(reverse(f"records:{name}", kwargs=key), make.order()).status_code)
        for name in ("entry_clear", "entry_withdraw"):
            address = reverse(f"records:{name}", kwargs={**key, "entry": entry.pk})
            found |= {client.get(address).status_code, client.post(address).status_code}
        return found

    assert statuses(sharing.owners_clerk, case.pk) == {403}, "who sees the record learns that this is not theirs to do"
    assert statuses(sharing.outsider, case.pk) == {404}
    assert statuses(sharing.outsider, uuid.uuid4()) == {404}
    assert statuses(sharing.custodian, uuid.uuid4()) == {404}
    assert AccessEntry.objects.filter(outcome="refused").count() == 32
    page = signed_in(sharing.owners_clerk).get(reverse("records:detail", kwargs={"pk": case.pk})).content.decode()
    assert "by order" not in page
    assert "/clear/" not in page


@pytest.mark.django_db(transaction=True)
def test_two_who_seal_at_once_seal_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sharing = set_up_sharing()
    of = record(sharing.records)
    other = person(sharing.owner, roles=(Role.CUSTODIAN,))
    with slowly(monkeypatch, commands.custody, "_locked", 0.5):
        codes = at_once(
            lambda: commands.seal_record(**by(sharing.custodian, of), **make.order("26-SO-1")),
            lambda: commands.seal_record(**by(other, of), **make.order("26-SO-2")),
        )
    assert codes == ["sealed"]
    assert Event.objects.filter(subject_id=of.pk).count() == 1
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        commands.unseal_record(**by(sharing.custodian, of), **make.order("26-SO-3"))


def test_the_page_of_an_entry_is_of_that_record_and_of_what_its_custodian_reads(sharing: Sharing, case: Record) -> None:
    client = signed_in(sharing.custodian, inquiry=False)
    other = record(sharing.records, entries=["Elsewhere"])
    for name in ("entry_clear", "entry_withdraw"):
        address = reverse(f"records:{name}", kwargs={"pk": case.pk, "entry": entry_of(other).pk})
        assert client.get(address).status_code == 404
    hidden = record(sharing.records, participants=[("informant", "Sam Quill")], entries=["Quill spoke"])
    address = reverse("records:entry_clear", kwargs={"pk": hidden.pk, "entry": entry_of(hidden).pk})
    text = client.get(address).content.decode()
    assert "Quill" not in text
    assert "withheld from you too" in text
    assert "Release this entry</button>" not in text


def test_an_entry_that_names_somebody_protected_is_released_on_purpose_only(sharing: Sharing) -> None:
    alias = {"aliases": "also known as\nZelig the Hat"}
    texts = [
        "ORDER as to Dane Halvorsen",
        "<b>WILLOW</b> and O'MARSH's motion; Zelig, A. Birch",
        "Ann Halvorsen appeared",
    ]
    texts.append("the protected person A. Halvorsen has moved")
    of = record(
        sharing.records,
        participants=[
            ("defendant", "Dane Halvorsen"),
            ("victim", "Ann Halvorsen", alias),
            ("witness", "Willow O'Marsh"),
            ("attorney", "Ida Birch"),
        ],
        entries=texts,
    )
    client = signed_in(sharing.custodian, inquiry=False)
    addresses = [
        reverse("records:entry_clear", kwargs={"pk": of.pk, "entry": entry_of(of, n).pk}) for n in (1, 2, 3, 4)
    ]
    plain, *naming = [client.get(address).content.decode() for address in addresses]
    assert "seems to name" not in plain, "a family name behind a name that is another's alone is not telling"
    assert "This entry seems to name 2 protected people." in naming[0]
    assert "&lt;b&gt;<mark>WILLOW</mark>&lt;/b&gt; and O&#x27;<mark>MARSH</mark>&#x27;s motion" in naming[0]
    assert "<mark>Zelig</mark>, A. Birch" in naming[0]
    assert "This entry seems to name 1 protected person." in naming[1]
    assert "<mark>Ann</mark> <mark>Halvorsen</mark>" in naming[1]
    assert "A. <mark>Halvorsen</mark> has moved" in naming[2], "a family name alone may be either's"
    refused = client.post(addresses[1], follow=True)
    assert refused.redirect_chain[-1][0] == addresses[1]
    assert "This entry seems to name 2 protected people. Read" in refused.content.decode()
    assert entry_of(of, 2).cleared_at is None
    assert "The entry is released." in client.post(addresses[0], follow=True).content.decode()
    done = client.post(addresses[1], {"names_read": "on"}, follow=True)
    assert "The entry is released." in done.content.decode()
    assert entry_of(of, 2).cleared_at is not None
    with pytest.raises(Refused, match="a protected person"):
        commands.clear_entry(**by(sharing.custodian, of), entry_id=entry_of(of, 3).pk)
    assert client.get(addresses[1]).content.decode().count("seems to name") == 0, "it is released already"


# --- The order itself -------------------------------------------------------------------------------------------------


def sealed_with(sharing: Sharing, case: Record, content: bytes = b"%PDF-1.7 order") -> str:
    """Seals it on the page with the order as a file; what the page says then."""
    address = reverse("records:seal", kwargs={"pk": case.pk})
    document = SimpleUploadedFile("../order.pdf", content)
    answer = signed_in(sharing.custodian).post(address, {**make.order(), "document": document}, follow=True)
    return str(answer.content.decode())


def orders(of: Record) -> list[CourtOrder]:
    with as_job("custody", of.record_set_id):
        return list(CourtOrder.objects.filter(record=of))


def stored() -> list[bytes]:
    return [path.read_bytes() for path in (Path(settings.MEDIA_ROOT) / "orders").glob("*/*")]


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "private"


def test_the_order_is_a_download_for_custodians_alone(sharing: Sharing, case: Record) -> None:
    page = sealed_with(sharing, case)
    (made,) = orders(case)
    address = reverse("records:order_document", kwargs={"pk": case.pk, "order": made.pk})
    assert address in page
    answer = signed_in(sharing.custodian).get(address)
    assert answer.getvalue() == b"%PDF-1.7 order"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="order.pdf"'
    assert AccessEntry.objects.filter(record_ids=[case.pk], outcome="shown").count() >= 2
    for other in (sharing.clerk, sharing.owners_clerk):
        assert signed_in(other).get(address).status_code == 404
    commands.unseal_record(**by(sharing.custodian, case), **make.order("26-SO-200"))
    for other in (sharing.clerk, sharing.owners_clerk):
        client = signed_in(other)
        assert client.get(address).status_code == 404, "open again, its orders stay with the custodians"
        assert "26-SO-114" not in client.get(reverse("records:detail", kwargs={"pk": case.pk})).content.decode()
        with transaction.atomic():
            see_as(sharing.viewer(other))
            assert not CourtOrder.objects.exists(), "the second lock alone says so"


def test_what_is_no_pdf_seals_nothing_and_leaves_no_file(sharing: Sharing, case: Record) -> None:
    assert "this file is no PDF" in sealed_with(sharing, case, b"<html>")
    assert (orders(case), stored()) == ([], [])
    assert not Record.objects.filter(sealed=True).exists()
    commands.seal_record(**by(sharing.custodian, case), **make.order())
    assert "sealed already" in sealed_with(sharing, case)
    assert stored() == [], "a form sent twice keeps no second file"


def test_an_order_stays_as_it_was_entered_and_goes_with_its_record(sharing: Sharing, case: Record) -> None:
    kept_file = files.keep(SimpleUploadedFile("o.pdf", b"%PDF-1.7"), folder=FILES, kinds=(files.PDF,), most=99)
    commands.seal_record(**by(sharing.custodian, case), **make.order(), stored=kept_file)
    for sql in ("UPDATE records_courtorder SET scope = 'x'", "DELETE FROM records_courtorder"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    sweep_orders()
    assert len(stored()) == 1
    with TestCase.captureOnCommitCallbacks(execute=True):
        make.expunged(sharing.custodian, case.pk)
    assert (orders(case), stored()) == ([], [])


def test_a_file_that_a_crash_left_is_swept(sharing: Sharing, case: Record) -> None:
    sealed_with(sharing, case)
    left = Path(settings.MEDIA_ROOT) / "orders" / "ff" / uuid.uuid4().hex
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"x")
    for path in (Path(settings.MEDIA_ROOT) / "orders").glob("*/*"):
        os.utime(path, (0, 0))
    sweep_orders()
    assert stored() == [b"%PDF-1.7 order"]
