"""Expunged by order: nothing of the record is left anywhere, it does not come back, and who looked certifies."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from agencies.models import Membership, Role, Session, User
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.kernel.ids import uuid7
from portal.kernel.viewing import as_job
from portal.notices import kinds
from portal.notices.models import Notice
from portal.notices.settling import still_owed
from portal.records import commands, expunged, readers
from portal.records.importing import commands as imports
from portal.records.models import (
    AccessEntry,
    Charge,
    DestructionCertificate,
    Dispute,
    DocketEntry,
    Expungement,
    ExpungementRequest,
    Import,
    ImportProblem,
    Participant,
    Record,
    Release,
    StagedCase,
)
from portal.records.shown import case_file as shown_case
from tests import make
from tests.make import accepted, auditor, person, record, record_set
from tests.make.records import ORDER
from tests.make.records import expunged as expunged_by_order
from tests.racing import at_once, slowly
from tests.records.dockets import docket
from tests.records.family_documents import ITEM
from tests.records.scene import Sharing, as_owner, set_up_sharing, signed_in
from tests.records.test_disclosures import heads_of

pytestmark = pytest.mark.django_db

PASSWORD = "cedar-basin-expunges"
NUMBER = "3:15-cr-00331"
SAID = (
    *("Sampleton", "Arlo Example", "Dora Defender", "Witnesscounsel", "Onlooker", "Paul Prosecutor", "Testbench"),
    *("15-cr-00331", "15-cr-331", "casd/3", "03700000001"),
    *("INDICTMENT as to", "Arrest of", "Transportation", "Sample Street", "counsel@example.org", "It was a cousin"),
)
"""Every name, number and text of the record, and of what was written about it."""


@pytest.fixture(autouse=True)
def _files_of_this_test(settings: Any, tmp_path: Path) -> None:
    """Files that other tests left behind say what the record says too."""
    settings.MEDIA_ROOT = tmp_path / "private"


def by(who: Membership, of: UUID) -> dict[str, Any]:
    return {"actor": who.person, "membership_id": who.pk, "record_id": of}


def tombstones() -> int:
    with expunged.reading():
        return Expungement.objects.count()


def imported(sharing: Sharing, path: Path, **changes: Any) -> Import:
    path.write_text(json.dumps(docket(**changes)))
    batch = imports.start_import(actor=sharing.custodian.person, record_set_id=sharing.records.pk, path=path)
    imports.read(batch.pk)
    return Import.objects.get(pk=batch.pk)


def committed(sharing: Sharing, path: Path, **changes: Any) -> UUID:
    batch = imported(sharing, path, **changes)
    imports.ask_commit(actor=sharing.custodian.person, batch_id=batch.pk)
    imports.commit(batch.pk)
    with as_job("import", sharing.records.pk):
        return Record.objects.get(docket_number=NUMBER).pk


def everything() -> str:
    """All rows of all tables as text, what sessions hold, the broker and the private files."""
    found: list[str] = []
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} AS t")
            found += [row[0] for row in cursor.fetchall()]
    found += [json.dumps(session.get_decoded()) for session in Session.objects.all()]
    broker = redis.Redis.from_url(settings.REDIS_URL)
    for key in broker.scan_iter():
        found += [repr(key), repr(broker.dump(key))]
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        found += [str(path), path.read_text(errors="replace") if path.is_file() else ""]
    return "\n".join(found)


def left() -> set[str]:
    text = everything().lower()
    return {words for words in SAID if words.lower() in text}


def page(who: Membership | User, name: str, *args: object) -> Any:
    if isinstance(who, Membership):
        return signed_in(who).get(reverse(name, args=args))
    client = make_client(who)
    return client.get(reverse(name, args=args))


def make_client(person: User) -> Any:
    from django.test import Client  # noqa: PLC0415

    client = Client()
    client.force_login(person)
    return client


def looks(who: Membership, at: UUID) -> None:
    assert page(who, "records:detail", at).status_code == 200


def told(kind: str) -> set[User]:
    return {notice.recipient for notice in Notice.objects.filter(event__kind=kind, channel="portal")}


# --- Nothing is left --------------------------------------------------------------------------------------------------


def lived(sharing: Sharing, folder: Path) -> UUID:
    """A record with everything that a record can have left behind, and a file that is read and waits for its commit."""
    pk = committed(sharing, folder / "3-15-cr-00331.json", extra={"unknown": 1})
    looks(sharing.clerk, pk)
    looks(sharing.owners_clerk, pk)
    client = signed_in(sharing.clerk)
    for words in ("sampleton", NUMBER, "Onlooker Vera", "Halvorsen"):
        client.post(reverse("records:search"), {"q": words}, follow=True)
    own = commands.open_inquiry(
        actor=sharing.clerk.person, membership_id=sharing.clerk.pk, purpose="C", case_number="our 15-CR-00331"
    )
    client = signed_in(sharing.clerk, inquiry=False)
    session = client.session
    session["inquiry"] = str(own.pk)
    session.save()
    at = reverse("records:print", args=[pk])
    for recipient, reason in (
        ("T. Bauer, district attorney", "Charging"),
        ("Dora Defender, counsel", f"Hearing in {NUMBER}"),
        ("T. Bauer, district attorney", "Bail of Mr. Sampleton"),
    ):
        assert client.post(at, {"recipient": recipient, "reason": reason, "key": str(uuid7())}).status_code == 200
    with as_job("custody", sharing.records.pk):
        person_id = Participant.objects.get(record=pk, role="defendant").pk
        entry = DocketEntry.objects.filter(record=pk).first()
    assert entry is not None
    made = commands.dispute(
        **by(sharing.custodian, pk), field="name", of=person_id, note="It was a cousin.", words_of="subject"
    )
    commands.end_dispute(**by(sharing.custodian, pk), dispute_id=made.pk, outcome="stands")
    commands.dispute(**by(sharing.custodian, pk), field="record", of=None, note="It was a cousin.", words_of="agency")
    commands.clear_entry(**by(sharing.custodian, pk), entry_id=entry.pk, names_read=True)
    commands.seal_record(**by(sharing.custodian, pk), **make.order(f"Order in {NUMBER}"))
    waiting = imported(sharing, folder / "again-3-15-cr-00331.json", case_name="United States v. Arlo Sampleton")
    assert waiting.status == "preview"
    return pk


def test_nothing_of_it_is_left_anywhere(sharing: Sharing, tmp_path: Path) -> None:
    pk = lived(sharing, tmp_path)
    other = record(
        sharing.records, participants=[("defendant", "Dane Halvorsen")], entries=["ORDER"], charges=["Theft"]
    )
    before = left()
    assert before == set(SAID), "the test finds what there is to find"
    expunged_by_order(sharing.custodian, pk)
    assert left() == set()
    with as_job("custody", sharing.records.pk):
        assert set(Record.objects.all()) == {other}
        assert {each.record_id for each in Participant.objects.all()} == {other.pk}
        assert Charge.objects.count() == DocketEntry.objects.count() == 1
        assert not Dispute.objects.exists()
        assert not StagedCase.objects.exists()
        for model, count in ((Record, 1), (Participant, 1), (Charge, 1), (DocketEntry, 1), (Dispute, 0)):
            assert model.history.count() == count, model
    assert AccessEntry.objects.filter(record_ids__contains=[pk], outcome="shown").exists(), "who looked is still known"
    releases = set(Release.objects.values_list("recipient", "reason"))
    assert ("T. Bauer, district attorney", "Charging") in releases, "what names neither number nor person stays"
    assert ("Expunged", "Expunged") in releases
    assert ("T. Bauer, district attorney", "Expunged") in releases
    numbers = {entry.inquiry.case_number for entry in readers.looks(pk, sharing.owner.pk) if entry.inquiry}
    assert numbers == {"MPD-26-1044", "Expunged"}, "the reader's own number stays, unless it is the record's"
    kept = [search[0] for each in Session.objects.all() for search in each.get_decoded().get("searches", {}).values()]
    assert kept == ["Halvorsen"], "a search that could not have found it is left alone"


# --- It does not come back --------------------------------------------------------------------------------------------


def test_an_import_does_not_bring_it_back(sharing: Sharing, tmp_path: Path) -> None:
    pk = committed(sharing, tmp_path / "first.json")
    expunged_by_order(sharing.custodian, pk)
    again = imported(sharing, tmp_path / "second.json")
    assert (again.status, again.added, again.refused) == ("preview", 0, 1)
    problems = ImportProblem.objects.filter(batch=again)
    assert [(each.place, each.reason) for each in problems] == [("Docket 1", "Expunged by order; not imported.")]
    assert left() == set()
    other = imported(sharing, tmp_path / "third.json", docket_number="3:15-cr-00332")
    assert (other.added, other.refused) == (1, 0)
    elsewhere = record_set(sharing.owner, "Civil cases")
    with as_job("import", elsewhere.pk):
        assert expunged.among(elsewhere.pk, [("any", "casd/3:15-cr-00331")]) == set(), "it is of that set alone"


def test_no_other_form_of_it_brings_it_back(sharing: Sharing, tmp_path: Path) -> None:
    """A feed tells of a docket without the number of the defendant; the whole docket is known by what a feed told."""
    expunged_by_order(sharing.custodian, committed(sharing, tmp_path / "first.json"))
    item = {**ITEM, "court_id": "casd", "docket_number": NUMBER}
    (tmp_path / "feed.json").write_text(json.dumps(item))
    batch = imports.start_import(
        actor=sharing.custodian.person, record_set_id=sharing.records.pk, path=tmp_path / "feed.json"
    )
    imports.read(batch.pk)
    assert ImportProblem.objects.get(batch=batch).reason == imports.EXPUNGED
    batch = Import.objects.get(pk=batch.pk)
    assert (batch.added, batch.refused, batch.families) == (0, 1, {"feed_items": {"read": 0, "refused": 1}})


def test_a_key_that_was_replaced_still_knows_it_and_without_one_nothing_is_imported(
    sharing: Sharing, tmp_path: Path
) -> None:
    expunged_by_order(sharing.custodian, committed(sharing, tmp_path / "first.json"))
    old = settings.SECRET_KEY
    with override_settings(SECRET_KEY="another" * 9, SECRET_KEY_FALLBACKS=[old]):
        assert imported(sharing, tmp_path / "second.json").refused == 1
    with override_settings(SECRET_KEY="another" * 9, SECRET_KEY_FALLBACKS=[]):
        batch = imported(sharing, tmp_path / "third.json", docket_number="3:15-cr-00332")
    assert batch.status == "failed"
    assert "SECRET_KEY_FALLBACKS" in batch.why
    with as_job("import", sharing.records.pk):
        assert not StagedCase.objects.filter(batch=batch).exists()


def test_what_is_kept_to_know_it_again_says_nothing_without_the_key(sharing: Sharing) -> None:
    source = ("test", "casd/3:15-cr-00331")
    macs = {expunged.mac(sharing.records.pk, source, secret) for secret in (None, "x", "y")}
    assert len(macs) == 3
    assert expunged.mac(uuid4(), source) not in macs
    assert expunged.mac(sharing.records.pk, ("tes", "tcasd/3:15-cr-00331")) not in macs
    assert expunged.key_name("x") != expunged.key_name("y")


# --- Who does it ------------------------------------------------------------------------------------------------------


def test_only_the_owners_custodians_expunge(sharing: Sharing) -> None:
    of = record(sharing.records)
    officer = person(sharing.owner, roles=(Role.PRIVACY_OFFICER,))
    theirs = person(sharing.recipient, roles=(Role.CUSTODIAN,))
    accepted(theirs)
    others = (officer, sharing.owners_clerk, sharing.clerk, theirs, sharing.outsider)
    for who in others:
        with pytest.raises((PermissionDenied, Record.DoesNotExist)):
            make.asked_expungement(who, of.pk)
    borrowed = {**by(sharing.custodian, of.pk), "actor": sharing.owners_clerk.person}
    make.asked_expungement(make.second_custodian(sharing.custodian), of.pk)
    for who in others:
        with pytest.raises((PermissionDenied, Record.DoesNotExist)):
            commands.expunge(**by(who, of.pk))
    with pytest.raises(PermissionDenied):
        commands.expunge(**borrowed)
    assert tombstones() == 0
    with pytest.raises(Record.DoesNotExist):
        expunged_by_order(sharing.custodian, uuid4())


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"authority": " "}, "Name the court"),
        ({"order_number": ""}, "Give the number"),
        ({"ordered_on": None}, "Give the date"),
        ({"ground": "retention"}, "not destroyed on that ground"),
        ({"ground": "purge"}, "not destroyed on that ground"),
        ({"ground": "whim"}, "Choose why"),
        ({"order_number": "26 CR 00117 EX"}, "number of the case"),
        ({"order_number": "26-cr-117/EX"}, "number of the case"),
        ({"order_number": "26 CR 0117"}, "number of the case"),
        ({"order_number": "2026CR000117"}, "number of the case"),
        ({"authority": "Court in 26-cr-00117"}, "number of the case"),
        ({"order_number": "State v. Halvorsen"}, "Nobody's name"),
        ({"authority": "Court of Dane Halvorsen"}, "Nobody's name"),
        ({"ordered_on": timezone.localdate() + timedelta(days=3)}, "not come yet"),
    ],
)
def test_the_order_is_whole_and_names_neither_case_nor_people(
    sharing: Sharing, wrong: dict[str, Any], why: str
) -> None:
    of = record(sharing.records, docket_number="26-CR-00117")
    with pytest.raises((Refused, ValidationError), match=why):
        expunged_by_order(sharing.custodian, of.pk, **wrong)
    assert tombstones() == 0
    with as_job("custody", sharing.records.pk):
        assert Record.objects.filter(pk=of.pk).exists()


def test_while_a_file_is_read_that_may_hold_it_nothing_is_expunged(sharing: Sharing, tmp_path: Path) -> None:
    pk = committed(sharing, tmp_path / "first.json")
    (tmp_path / "second.json").write_text(json.dumps(docket()))
    path = tmp_path / "second.json"
    batch = imports.start_import(actor=sharing.custodian.person, record_set_id=sharing.records.pk, path=path)
    with pytest.raises(Refused, match="import into this record set"):
        expunged_by_order(sharing.custodian, pk)
    imports.cancel_import(actor=sharing.custodian.person, batch_id=batch.pk)
    commands.expunge(**by(sharing.custodian, pk))


def test_the_pages_of_an_expungement(sharing: Sharing) -> None:
    sharing.custodian.person.set_password(PASSWORD)
    sharing.custodian.person.save()
    of = record(sharing.records, docket_number="26-CR-00117")
    looks(sharing.clerk, of.pk)
    client = signed_in(sharing.custodian, inquiry=False)
    at = reverse("records:expunge", args=[of.pk])
    assert at in client.get(reverse("records:seal", args=[of.pk])).content.decode()
    asked = client.get(at).content.decode()
    for words in ("This cannot be undone.", "Marlow Police Department", "26-CR-00117"):
        assert words in asked
    form = {**ORDER, "ground": "order", "ordered_on": "2026-03-02", "password": "not it"}
    assert "This is not your password" in client.post(at, form).content.decode()
    form["password"] = PASSWORD
    empty = client.post(at, {**form, **dict.fromkeys(ORDER, "")}).content.decode()
    assert "Name the court that ordered it." in empty
    assert "number of the case" in client.post(at, {**form, "order_number": "26-CR-00117"}).content.decode()
    second = make.second_custodian(sharing.custodian)
    second.person.set_password(PASSWORD)
    second.person.save()
    theirs = signed_in(second, inquiry=False)
    assert "Asked for. The record is destroyed once" in theirs.post(at, form, follow=True).content.decode()
    assert "Confirm, and expunge" not in theirs.get(at).content.decode(), "who asked does not confirm"
    waits = client.get(reverse("records:keeping")).content.decode()
    assert at in waits
    asked = client.get(at).content.decode()
    for words in ("Confirm, and expunge the record", "26-EX-31", str(second.person), "Refuse, and keep the record"):
        assert words in asked
    form = {"do": "confirm", "password": PASSWORD}
    assert tombstones() == 0
    client.post(reverse("records:search"), {"q": "Halvorsen"})
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    done = client.post(at, form, follow=True)
    text = done.content.decode()
    assert done.redirect_chain == [(reverse("records:detail", args=[of.pk]), 302)]
    for words in ("The record is expunged.", "26-EX-31", "Marlow Police Department", "Awaited", "1 of 1 certificate"):
        assert words in text
    assert "26-CR-00117" not in text
    assert "searches" not in client.session
    again = client.post(at, form)
    assert (again.status_code, again.headers["Location"]) == (302, reverse("records:detail", args=[of.pk]))
    assert tombstones() == 1
    listed = client.get(reverse("records:expungements")).content.decode()
    assert "26-EX-31" in listed
    assert "1 awaited" in listed
    for who, read in ((sharing.owners_clerk, 404), (sharing.clerk, 404), (sharing.outsider, 404)):
        assert page(who, "records:expunge", of.pk).status_code == read
        assert page(who, "records:expungements").status_code == 404
    other = record(sharing.records)
    assert page(sharing.owners_clerk, "records:expunge", other.pk).status_code == 403
    assert page(sharing.outsider, "records:expunge", other.pk).status_code == 404


def test_the_address_is_one_404_but_to_custodians_of_the_owner_and_auditors(sharing: Sharing) -> None:
    of = record(sharing.records)
    other = person(sharing.third, roles=(Role.CUSTODIAN,))
    expunged_by_order(sharing.custodian, of.pk)
    for who in (sharing.owners_clerk, sharing.clerk, sharing.outsider, other):
        gone, absent = page(who, "records:detail", of.pk), page(who, "records:detail", uuid4())
        assert gone.status_code == absent.status_code == 404
        assert bare(gone) == bare(absent)
    refusals = AccessEntry.objects.filter(outcome="refused", record_ids__contains=[of.pk])
    assert [entry.record_sets for entry in refusals] == [[sharing.records.pk]] * 4, "the owner's auditor sees who asked"
    for seen in (sharing.custodian, auditor(), auditor(sharing.owner)):
        assert "26-EX-31" in page(seen, "records:detail", of.pk).content.decode()
        assert "26-EX-31" in page(seen, "records:expungements").content.decode()
    elsewhere = auditor(sharing.third)
    assert page(elsewhere, "records:detail", of.pk).status_code == 404
    assert "26-EX-31" not in page(elsewhere, "records:expungements").content.decode()
    for name in ("print", "told", "disclosures", "disputes", "corrected", "seal", "unseal"):
        assert page(sharing.custodian, f"records:{name}", of.pk).status_code == 404


def bare(answer: Any) -> bytes:
    """A page without the token of its forms, and without the person it is for."""
    import re  # noqa: PLC0415

    return re.sub(rb'value="[A-Za-z0-9]{64}"', b"", answer.content)


# --- Who looked -------------------------------------------------------------------------------------------------------


def test_who_looked_is_told_finds_their_own_numbers_and_certifies(sharing: Sharing) -> None:
    of = record(sharing.records, docket_number="26-CR-00117")
    looks(sharing.clerk, of.pk)
    officer = person(sharing.recipient, roles=(Role.PRIVACY_OFFICER,), title="Privacy officer")
    idle = person(sharing.recipient)
    expunged_by_order(sharing.custodian, of.pk)
    assert told("record.expunged") == {sharing.clerk.person, officer.person}
    event = Event.objects.get(kind="record.expunged")
    words = kinds.words(event, officer.person)
    assert words is not None
    said = f"{words} {event.detail}"
    for hidden in ("26-CR-00117", "Halvorsen", "26-EX-31", "MPD-26-1044", str(of.pk)):
        assert hidden not in said, "a mail says nothing of it, and of no case"
    at = words.link
    theirs = signed_in(sharing.clerk).get(at).content.decode()
    for shown in ("26-EX-31", "Cedar County Superior Court", "MPD-26-1044", "INQ-"):
        assert shown in theirs
    assert "records custodian or privacy officer of your agency certifies" in theirs
    client = signed_in(officer)
    assert "MPD-26-1044" in client.get(at).content.decode(), "the office sees every look of its agency"
    assert signed_in(idle).get(at).status_code == 404
    assert signed_in(sharing.custodian).get(at).status_code == 404
    assert signed_in(sharing.outsider).get(at).status_code == 404
    owed = {each.recipient_id: each for each in Notice.objects.filter(event=event, channel="email")}
    assert still_owed(owed[officer.person_id])[0] is not None
    assert at in client.get(reverse("workbench:home")).content.decode(), "it is on the officer's home page"
    for other in (sharing.clerk, idle, sharing.custodian, sharing.outsider):
        assert at not in signed_in(other).get(reverse("workbench:home")).content.decode()
    assert "Choose" in (page_of := client.post(at, {}).content.decode()) or "required" in page_of
    form = {"manner": "destroyed", "method": "Shredded by the records desk."}
    assert signed_in(sharing.clerk).post(at, form).status_code == 403
    done = client.post(at, form, follow=True).content.decode()
    assert "Certified. The owner reads it." in done
    assert "Shredded by the records desk." in done
    assert "certified this already" in client.post(at, form, follow=True).content.decode()
    assert DestructionCertificate.objects.get().title == "Privacy officer"
    register = page(sharing.custodian, "records:detail", of.pk).content.decode()
    assert "Every agency has certified." in register
    assert "Shredded by the records desk." in register
    assert "All certified" in page(sharing.custodian, "records:expungements").content.decode()
    assert still_owed(owed[officer.person_id])[0] is None, "nothing is asked any more"
    assert at not in client.get(reverse("workbench:home")).content.decode()


def test_of_a_record_that_was_taken_back_the_page_shows_ones_own_numbers_and_not_why(sharing: Sharing) -> None:
    of = record(sharing.records, docket_number="26-CR-00117")
    looks(sharing.clerk, of.pk)
    colleague = person(sharing.recipient, roles=(Role.CLERK,))
    accepted(colleague)
    looks(colleague, of.pk)
    commands.seal_record(**by(sharing.custodian, of.pk), **make.order("26-SO-114"))
    event = Event.objects.get(kind="record.recalled")
    words = kinds.words(event, sharing.clerk.person)
    assert words is not None
    assert "MPD-26-1044" not in str(words)
    text = signed_in(sharing.clerk).get(words.link).content.decode()
    assert "MPD-26-1044" in text
    assert str(colleague.person) not in text, "a clerk finds their own looks"
    for hidden in ("26-CR-00117", "Halvorsen", "26-SO-114", "sealed", "Certify"):
        assert hidden not in text
    assert signed_in(sharing.clerk).post(words.link, {"manner": "destroyed", "method": "x"}).status_code == 200
    assert not DestructionCertificate.objects.exists()
    assert page(sharing.clerk, "records:recalled", uuid4()).status_code == 404


def test_only_for_an_agency_that_looked_and_by_its_office(sharing: Sharing) -> None:
    of = record(sharing.records)
    looks(sharing.clerk, of.pk)
    theirs = person(sharing.recipient, roles=(Role.CUSTODIAN,))
    stranger = person(sharing.third, roles=(Role.CUSTODIAN,))
    made = expunged_by_order(sharing.custodian, of.pk)
    word: dict[str, Any] = {"expungement_id": made.pk, "manner": "destroyed", "method": "Shredded."}
    for who in (sharing.clerk, stranger, sharing.custodian):
        with pytest.raises(PermissionDenied):
            commands.certify_destruction(actor=who.person, membership_id=who.pk, **word)
    with pytest.raises(Membership.DoesNotExist):
        commands.certify_destruction(actor=stranger.person, membership_id=theirs.pk, **word)
    mine: dict[str, Any] = {"actor": theirs.person, "membership_id": theirs.pk}
    with pytest.raises(ValidationError, match="how it was done"):
        commands.certify_destruction(**mine, **{**word, "method": " "})
    with pytest.raises(ValidationError, match="not a valid choice"):
        commands.certify_destruction(**mine, **{**word, "manner": "burnt"})
    assert readers.owed(theirs).exists()
    assert not any(readers.owed(who).exists() for who in (sharing.clerk, stranger, sharing.custodian))
    commands.certify_destruction(**mine, **word)
    assert not readers.owed(theirs).exists()
    with pytest.raises(Refused, match="already"):
        commands.certify_destruction(**mine, **word)


# --- What the database keeps ------------------------------------------------------------------------------------------


def tombstone(of: Record, asked_by: User, by: User, **values: Any) -> Expungement:
    said = {"source_mac": "0" * 64, "key_name": "0" * 16, "asked_by": asked_by, "expunged_by": by}
    return Expungement(**{"pk": of.pk, "record_set": of.record_set, **ORDER, **said, **values})


def test_the_database_destroys_only_with_the_row_that_says_so_and_in_the_job_of_custody(sharing: Sharing) -> None:
    of, other = record(sharing.records), record_set(sharing.owner, "Civil cases")
    two = make.second_custodian(sharing.custodian).person, sharing.custodian.person
    make.asked_expungement(Membership.objects.get(person=two[0]), of.pk)
    for job, at, row in (
        ("", other.pk, tombstone(of, *two)),
        ("import", sharing.records.pk, tombstone(of, *two)),
        ("custody", other.pk, tombstone(of, *two)),
        ("custody", other.pk, tombstone(of, *two, record_set=other)),
        ("custody", sharing.records.pk, tombstone(of, *two, pk=uuid4())),
        ("custody", sharing.records.pk, tombstone(of, two[0], two[0])),
        ("custody", sharing.records.pk, tombstone(of, two[1], two[0])),
        ("custody", sharing.records.pk, tombstone(of, *two, order_number="26-EX-32")),
    ):
        why = r"custodian expunges|row-level security|another confirms"
        with pytest.raises(DatabaseError, match=why), as_job(job, at):
            row.save(force_insert=True)
    with as_job("custody", sharing.records.pk):
        assert ExpungementRequest.objects.filter(record=of).exists()
    commands.withdraw_expungement(**by(sharing.custodian, of.pk))
    for ground in ("retention", "purge"):
        asked: dict[str, Any] = {"ground": ground, **dict.fromkeys(ORDER, ""), "ordered_on": None}
        row = tombstone(of, *two, **asked)
        with as_job("custody", sharing.records.pk):
            ExpungementRequest.objects.create(record=of, record_set=of.record_set, asked_by=two[0], **asked)
            with pytest.raises(DatabaseError, match="kept no longer"), transaction.atomic():
                row.save(force_insert=True)
        commands.withdraw_expungement(**by(sharing.custodian, of.pk))
    for table in ("records_historicalrecord", "records_historicalparticipant", "records_historicaldispute"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as one:
            one.execute(f"DELETE FROM {table}")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as one:
        one.execute("SELECT records_destroy()")
    with as_job("custody", sharing.records.pk):
        assert Record.objects.filter(pk=of.pk).exists()
    expunged_by_order(sharing.custodian, of.pk)
    assert not Expungement.objects.exists(), "row-level security: nobody reads of it by the way"
    for statement in ("UPDATE records_expungement SET authority = 'x'", "DELETE FROM records_expungement"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as one:
            one.execute(statement)


# --- Races ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_look_that_ends_after_the_expungement_has_shown_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has read the record, and is kept waiting before its end: it becomes the 404 of an absent record."""
    sharing = set_up_sharing()
    of = record(sharing.records)
    client = signed_in(sharing.clerk)
    read, go = threading.Event(), threading.Event()

    def slow(*args: Any, **more: Any) -> Any:
        found = shown_case(*args, **more)
        read.set()
        go.wait(10)
        return found

    monkeypatch.setattr("portal.records.views.record.case_file", slow)
    answers: list[Any] = []

    def look() -> None:
        answers.append(client.get(reverse("records:detail", args=[of.pk])))

    make.asked_expungement(make.second_custodian(sharing.custodian), of.pk)

    def destroy() -> None:
        read.wait(10)
        commands.expunge(**by(sharing.custodian, of.pk))
        go.set()

    assert at_once(look, destroy) == []
    assert answers[0].status_code == 404
    assert "Halvorsen" not in answers[0].content.decode()
    assert not AccessEntry.objects.filter(record_ids__contains=[of.pk], outcome="shown").exists()
    assert told("record.expunged") == set()


@pytest.mark.django_db(transaction=True)
def test_who_looked_while_it_was_expunged_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look that is ending holds up the expungement, which then counts it in."""
    sharing = set_up_sharing()
    of = record(sharing.records)
    entry = {"person": sharing.clerk.person, "agency": sharing.recipient, "action": "view", "outcome": "shown"}
    ending = threading.Event()

    def look() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            AccessEntry.objects.create(**entry, record_ids=[of.pk], record_sets=[sharing.records.pk])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            ending.set()
            cursor.execute("SELECT pg_sleep(0.7)")

    make.asked_expungement(make.second_custodian(sharing.custodian), of.pk)

    def destroy() -> None:
        ending.wait(10)
        commands.expunge(**by(sharing.custodian, of.pk))

    assert at_once(look, destroy) == []
    assert told("record.expunged") == {sharing.clerk.person, *heads_of(sharing.recipient)}


@pytest.mark.django_db(transaction=True)
def test_an_import_that_writes_it_and_an_expungement_do_not_meet(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sharing = set_up_sharing()
    pk = committed(sharing, tmp_path / "first.json")
    batch = imported(sharing, tmp_path / "second.json", case_name="United States v. Arlo Sampleton")
    imports.ask_commit(actor=sharing.custodian.person, batch_id=batch.pk)
    make.asked_expungement(make.second_custodian(sharing.custodian), pk)
    with slowly(monkeypatch, imports, "write", 0.7):
        codes = at_once(
            lambda: imports.commit(batch.pk),
            lambda: commands.expunge(**by(sharing.custodian, pk)),
        )
    assert codes == ["import"]
    commands.expunge(**by(sharing.custodian, pk))
    assert left() == set()


@pytest.mark.django_db(transaction=True)
def test_a_docket_that_is_being_staged_holds_the_expungement_off(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The lock alone, whatever the import says of itself: it was staged before, and would be committed after."""
    sharing = set_up_sharing()
    pk = committed(sharing, tmp_path / "first.json")
    (tmp_path / "second.json").write_text(json.dumps(docket()))
    path = tmp_path / "second.json"
    batch = imports.start_import(actor=sharing.custodian.person, record_set_id=sharing.records.pk, path=path)
    make.asked_expungement(make.second_custodian(sharing.custodian), pk)
    monkeypatch.setattr(Import, "UNDER_WAY", ())
    with slowly(monkeypatch, imports, "_staged", 0.7):
        codes = at_once(
            lambda: imports.read(batch.pk),
            lambda: threading.Event().wait(0.3) or commands.expunge(**by(sharing.custodian, pk)),
        )
    assert codes == ["import"]


@pytest.mark.django_db(transaction=True)
def test_two_who_expunge_at_once_expunge_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sharing = set_up_sharing()
    of = record(sharing.records)
    other = person(sharing.owner, roles=(Role.CUSTODIAN,))
    make.asked_expungement(make.second_custodian(sharing.custodian), of.pk)
    gone: list[bool] = []

    def destroy(who: Membership) -> None:
        try:
            commands.expunge(**by(who, of.pk))
        except (Record.DoesNotExist, Refused):
            gone.append(True)

    at_once(lambda: destroy(sharing.custodian), lambda: destroy(other))
    assert gone == [True]
    assert Event.objects.filter(kind="record.expunged").count() == 1
