"""What somebody disputes: its note stands beside the field for whoever is shown the field, and for nobody else."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.urls import reverse

from agencies.models import Membership, Role, User
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.kernel.history import save
from portal.kernel.ids import uuid7
from portal.kernel.viewing import as_job
from portal.notices import kinds
from portal.notices.models import Notice
from portal.records import commands, readers
from portal.records.models import Charge, Dispute, DocketEntry, Participant, Record
from tests import kept, make
from tests.make import accepted, asked, person, record, record_set
from tests.racing import at_once, slowly
from tests.records.rows import grant_row
from tests.records.scene import Sharing, as_owner, force, seen_by, set_up_sharing, signed_in
from tests.records.test_disclosures import heads_of

pytestmark = pytest.mark.django_db

NOTE = "It was a cousin of the same name."


@kept.fixture
def case(sharing: Sharing) -> Record:
    return record(
        sharing.records,
        title="State v. Halvorsen",
        participants=[
            ("defendant", "Dane Halvorsen", {"birth_date": "1990-02-03", "contact": "12 Elm Street"}),
            ("victim", "Ann Zeigler", {"birth_date": "1991-04-05"}),
        ],
        charges=["Assault in the second degree"],
        entries=["ORDER setting bail", "MOTION to dismiss"],
    )


def by(who: Membership, of: Record) -> dict[str, Any]:
    return {"actor": who.person, "membership_id": who.pk, "record_id": of.pk}


def key(model: type[Model], of: Record, **which: object) -> UUID:
    with as_job("custody", of.record_set_id):
        found: UUID = model._default_manager.filter(record=of, **which).values_list("pk", flat=True).get()
    return found


def disputed(who: Membership, of: Record, field: str, target: UUID | None = None, **more: str) -> Dispute:
    values: dict[str, Any] = {"note": NOTE, "words_of": "subject", **more}
    return commands.dispute(**by(who, of), field=field, of=target, **values)


def every_field(who: Membership, of: Record) -> dict[str, str]:
    """One dispute of each field that their custodian is shown; the words of each by its name."""
    defendant, victim = key(Participant, of, role="defendant"), key(Participant, of, role="victim")
    fields = {
        "record": ("record", None),
        "name": ("name", defendant),
        "birth_date": ("birth_date", defendant),
        "contact": ("contact", defendant),
        "victim": ("name", victim),
        "victims_day": ("birth_date", victim),
        "charge": ("charge", key(Charge, of, position=1)),
        "entry": ("entry", key(DocketEntry, of, position=1)),
    }
    words = {name: f"Doubt about {name.replace('_', ' ')}, it is said." for name in fields}
    for name, (field, target) in fields.items():
        disputed(who, of, field, target, note=words[name])
    return words


def page(who: Membership, at: Record, name: str = "detail") -> str:
    answer = signed_in(who).get(reverse(f"records:{name}", args=[at.pk]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def said(words: dict[str, str], text: str) -> set[str]:
    return {name for name, note in words.items() if note in text}


def told(kind: str) -> set[User]:
    return {notice.recipient for notice in Notice.objects.filter(event__kind=kind, channel="portal")}


# --- Who reads it -----------------------------------------------------------------------------------------------------


def test_whoever_sees_a_field_sees_its_note_and_nobody_else(sharing: Sharing, case: Record) -> None:
    assert "Disputed" not in page(sharing.clerk, case)
    words = every_field(sharing.custodian, case)
    assert said(words, page(sharing.custodian, case)) == set(words)
    assert said(words, page(sharing.owners_clerk, case)) == set(words)
    theirs = page(sharing.clerk, case)
    assert "Dane Halvorsen" in theirs
    assert "Ann Zeigler" not in theirs
    shown = said(words, theirs)
    assert shown >= {"name", "charge"}
    assert not shown & {"victim", "victims_day"}, "nobody learns that what is withheld from them is disputed"
    assert not shown & {"record", "entry"}, "free text is withheld with the victim"
    assert "Disputed: this record" in theirs, "that the record itself is disputed is said without the words"
    printed = {"recipient": "T. Bauer", "reason": "Charging", "key": str(uuid7())}
    paper = signed_in(sharing.clerk).post(reverse("records:print", args=[case.pk]), printed).content.decode()
    assert said(words, paper) == shown


def test_a_masked_value_has_no_note(sharing: Sharing) -> None:
    """The standard policy shows other agencies the year alone of when a witness was born, or nothing."""
    of = record(sharing.records, participants=[("defendant", "Dane Halvorsen", {"birth_date": "1990-02-03"})])
    disputed(sharing.custodian, of, "birth_date", key(Participant, of))
    text = page(sharing.clerk, of)
    with seen_by(sharing.viewer()) as decision:
        ruling = decision.disclosure.ruling(of.record_set_id, "defendant", "birth_date")
    assert (NOTE in text) == ruling.shown
    assert ("Disputed" in text) == ruling.shown


def test_an_entry_that_was_released_shows_its_note(sharing: Sharing, case: Record) -> None:
    entry = key(DocketEntry, case, position=1)
    disputed(sharing.custodian, case, "entry", entry)
    assert NOTE not in page(sharing.clerk, case)
    commands.clear_entry(**by(sharing.custodian, case), entry_id=entry)
    assert NOTE in page(sharing.clerk, case)


def test_a_row_of_a_search_and_of_an_export_shows_the_notes_of_what_stands_in_it(
    sharing: Sharing, case: Record
) -> None:
    words = every_field(sharing.custodian, case)

    def row(who: Membership) -> str:
        client = signed_in(who)
        found = client.post(reverse("records:search"), {"q": "Halvorsen"}, follow=True)
        return str(found.content.decode())

    def cell(who: Membership) -> str:
        client = signed_in(who)
        name = client.post(reverse("records:search"), {"q": "Halvorsen"}).headers["Location"].partition("?s=")[2]
        form = {"recipient": "T. Bauer", "reason": "Charging", "key": str(uuid7())}
        answer: Any = client.post(f"{reverse('records:export')}?s={name}", form)
        lines = b"".join(iter(answer.streaming_content)).decode().removeprefix("\ufeff")
        return next(csv.DictReader(io.StringIO(lines)))["Disputed"]

    assert said(words, row(sharing.clerk)) == said(words, cell(sharing.clerk)) == {"name"}
    assert said(words, row(sharing.owners_clerk)) == said(words, cell(sharing.owners_clerk)) == {"record", "name"}
    assert cell(sharing.clerk).startswith("Disputed; Disputed (name and aliases): ")
    assert "in the words of who disputes it" in cell(sharing.clerk)
    theirs = row(sharing.clerk)
    assert "Disputed: name and aliases" in theirs
    by_number = signed_in(sharing.clerk).post(reverse("records:search"), {"q": case.docket_number}, follow=True)
    assert said(words, by_number.content.decode()) == {"name"}


def test_a_row_shows_no_note_of_a_party_whose_name_is_withheld(sharing: Sharing) -> None:
    people = [("defendant", "Dane Halvorsen"), ("juvenile", "Zoe Halvorsen")]
    of = record(sharing.records, participants=people)
    disputed(sharing.custodian, of, "name", key(Participant, of, role="juvenile"))
    for who, shown in ((sharing.owners_clerk, True), (sharing.clerk, False)):
        found = signed_in(who).post(reverse("records:search"), {"q": "Dane"}, follow=True).content.decode()
        assert "Dane Halvorsen" in found
        assert (NOTE in found) == shown
        assert ("Disputed" in found) == shown


def test_who_acts_for_an_informant_stays_away_with_the_note(sharing: Sharing) -> None:
    of = record(
        sharing.records, participants=[("informant", "Sam Quill"), ("attorney", "Ida Birch", {"represents": 0})]
    )
    with pytest.raises(ValidationError, match="only what you are shown"):
        disputed(sharing.custodian, of, "name", key(Participant, of, role="attorney"))
    with as_job("custody", of.record_set_id):
        for each in Participant.objects.filter(record=of):
            made = Dispute(record=of, record_set_id=of.record_set_id, field="name", participant=each)
            made.note, made.words_of = NOTE, "agency"
            save(made, actor=None)
    for who in (sharing.custodian, sharing.clerk):
        text = page(who, of)
        assert NOTE not in text
        assert "Disputed" not in text


# --- Who marks it -----------------------------------------------------------------------------------------------------


def test_custodians_and_privacy_officers_of_the_owner_dispute_and_nobody_else(sharing: Sharing, case: Record) -> None:
    officer = person(sharing.owner, roles=(Role.PRIVACY_OFFICER,))
    theirs = person(sharing.recipient, roles=(Role.CUSTODIAN,))
    accepted(theirs)
    made = disputed(officer, case, "record")
    for who in (sharing.owners_clerk, sharing.clerk, theirs):
        with pytest.raises((PermissionDenied, Record.DoesNotExist)):
            disputed(who, case, "name", key(Participant, case, role="defendant"))
        with pytest.raises((PermissionDenied, Record.DoesNotExist)):
            commands.end_dispute(**by(who, case), dispute_id=made.pk, outcome="stands")
    with pytest.raises(Record.DoesNotExist):
        disputed(sharing.outsider, case, "record")
    borrowed = {**by(sharing.custodian, case), "actor": sharing.owners_clerk.person}
    with pytest.raises(PermissionDenied):
        commands.dispute(**borrowed, field="record", of=None, note=NOTE, words_of="agency")
    ended = commands.end_dispute(**by(sharing.custodian, case), dispute_id=made.pk, outcome="corrected")
    assert ended.outcome == "corrected"
    with pytest.raises(Refused, match="settled"):
        commands.end_dispute(**by(officer, case), dispute_id=made.pk, outcome="stands")
    assert "Disputed" not in page(sharing.owners_clerk, case)
    commands.seal_record(**by(sharing.custodian, case), **make.order())
    with pytest.raises(Record.DoesNotExist):
        disputed(officer, case, "record")
    disputed(sharing.custodian, case, "record")


def test_what_is_wrong_is_said_and_nothing_written(sharing: Sharing, case: Record) -> None:
    defendant = key(Participant, case, role="defendant")
    other = record(sharing.records)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"field": "name", "target": None}, "only what you are shown"),
        ({"field": "name", "target": key(Participant, other)}, "only what you are shown"),
        ({"field": "charge", "target": defendant}, "only what you are shown"),
        ({"field": "anything", "target": None}, "only what you are shown"),
        ({"field": "record", "note": " "}, "cannot be blank"),
        ({"field": "record", "note": "x" * 501}, "at most 500"),
        ({"field": "record", "words_of": "nobody"}, "not a valid choice"),
        ({"field": "record", "request_number": "ASK-26-0123456789"}, "no request of this number"),
    ]
    for values, why in wrong:
        with pytest.raises(ValidationError, match=why):
            disputed(sharing.custodian, case, **values)
    with pytest.raises(Refused, match="protected person"):
        disputed(sharing.custodian, case, "name", defendant, note="Zeigler mistook me.")
    made = disputed(sharing.custodian, case, "name", key(Participant, case, role="victim"), note="Zeigler, not Ziegler")
    with pytest.raises(Refused, match="already"):
        disputed(sharing.custodian, case, "name", made.participant_id)
    with pytest.raises(ValidationError, match="how it was settled"):
        commands.end_dispute(**by(sharing.custodian, case), dispute_id=made.pk, outcome="perhaps")
    with pytest.raises(Dispute.DoesNotExist):
        commands.end_dispute(**by(sharing.custodian, other), dispute_id=made.pk, outcome="stands")
    assert Event.objects.filter(kind="record.disputed").count() == 1


def test_it_can_name_the_request_that_asks_for_it(sharing: Sharing, case: Record) -> None:
    number = asked(sharing.owner).number
    disputed(sharing.custodian, case, "record", request_number=number)
    assert number in page(sharing.custodian, case, "disputes")
    assert number not in page(sharing.custodian, case), "it stands on the page of who accounts for it alone"


def test_the_pages_of_disputes(sharing: Sharing, case: Record) -> None:
    client = signed_in(sharing.custodian, inquiry=False)
    at = reverse("records:disputes", args=[case.pk])
    assert at in client.get(reverse("records:detail", args=[case.pk])).content.decode()
    text = client.get(at).content.decode()
    for words in (
        "Nothing is disputed",
        "Dane Halvorsen, defendant: date of birth",
        "Entry 1",
        "against Dane Halvorsen",
    ):
        assert words in text
    empty = client.post(at, {}).content.decode()
    for words in ("Choose what is disputed.", "Write what is disputed about it."):
        assert words in empty
    defendant = key(Participant, case, role="defendant")
    form = {"about": f"name:{defendant}", "note": "Zeigler mistook me.", "words_of": "subject"}
    refused = client.post(at, form).content.decode()
    assert "seems to name a protected person" in refused
    assert f'<option value="name:{defendant}" selected>' in refused
    assert "only what you are shown" in client.post(at, {**form, "about": "name:x"}).content.decode()
    form["note"] = NOTE
    done = client.post(at, form, follow=True).content.decode()
    assert "It is marked as disputed." in done
    assert NOTE in done
    again = client.post(at, form, follow=True).content.decode()
    assert "disputed already" in again
    end = reverse("records:dispute_end", args=[case.pk, key(Dispute, case)])
    assert end in done
    assert NOTE in client.get(end).content.decode()
    assert "Choose how it was settled." in client.post(end, {}).content.decode()
    settled = client.post(end, {"outcome": "stands"}, follow=True).content.decode()
    assert "It stands as it was" in settled
    assert NOTE not in settled
    assert client.get(end).status_code == 404
    for who, read, sent in ((sharing.owners_clerk, 403, 403), (sharing.clerk, 403, 404), (sharing.outsider, 404, 404)):
        assert {signed_in(who).get(each).status_code for each in (at, end)} == {read}
        assert signed_in(who).post(at, form).status_code == sent
        assert signed_in(who).post(end, {"outcome": "stands"}).status_code == sent


# --- Who is told ------------------------------------------------------------------------------------------------------


def test_agencies_that_were_shown_the_field_are_told_and_no_others(sharing: Sharing, case: Record) -> None:
    page(sharing.clerk, case)
    officer = person(sharing.recipient, roles=(Role.PRIVACY_OFFICER,))
    made = disputed(sharing.custodian, case, "name", key(Participant, case, role="defendant"))
    assert told("record.disputed") == {sharing.clerk.person, officer.person}
    event = Event.objects.get(kind="record.disputed")
    words = kinds.words(event, sharing.clerk.person)
    assert words is not None
    assert "name and aliases" in words.body
    for hidden in (NOTE, "Halvorsen", "Zeigler", case.docket_number):
        assert hidden not in f"{words} {event.detail}"
    disputed(sharing.custodian, case, "name", key(Participant, case, role="victim"))
    disputed(sharing.custodian, case, "entry", key(DocketEntry, case, position=1))
    assert Notice.objects.filter(event__kind="record.disputed").values("event").distinct().count() == 1
    commands.end_dispute(**by(sharing.custodian, case), dispute_id=made.pk, outcome="stands")
    assert told("record.dispute_ended") == {sharing.clerk.person, officer.person}
    ended = kinds.words(Event.objects.get(kind="record.dispute_ended"), sharing.clerk.person)
    assert ended is not None
    assert "it stands as it was" in ended.body
    commands.seal_record(**by(sharing.custodian, case), **make.order())
    assert kinds.words(event, sharing.clerk.person) is None, "to them the record is not there any more"


def test_a_term_that_leaves_a_field_out_tells_nobody_of_its_dispute(sharing: Sharing) -> None:
    other = record_set(sharing.owner, "Civil cases")
    grant_row(other, sharing.recipient, data_categories=("name",))
    of = record(other, charges=["Trespass"], entries=["ORDER"])
    page(sharing.clerk, of)
    disputed(sharing.custodian, of, "charge", key(Charge, of))
    disputed(sharing.custodian, of, "entry", key(DocketEntry, of))
    assert told("record.disputed") == set()
    disputed(sharing.custodian, of, "record")
    assert told("record.disputed") == {sharing.clerk.person, *heads_of(sharing.recipient)}


def test_of_a_sealed_record_nobody_hears_that_it_is_disputed(sharing: Sharing, case: Record) -> None:
    page(sharing.clerk, case)
    commands.seal_record(**by(sharing.custodian, case), **make.order())
    disputed(sharing.custodian, case, "record")
    assert told("record.disputed") == set()


def test_free_text_that_was_shown_whole_tells_of_its_dispute(sharing: Sharing) -> None:
    of = record(sharing.records, entries=["ORDER"])
    assert "ORDER" in page(sharing.clerk, of)
    disputed(sharing.custodian, of, "entry", key(DocketEntry, of))
    assert told("record.disputed") == {sharing.clerk.person, *heads_of(sharing.recipient)}


# --- What the database keeps ------------------------------------------------------------------------------------------


def change(model: type[Model], of: Record, which: dict[str, object], **values: object) -> None:
    """As an import of its source changes it."""
    with as_job("import", of.record_set_id):
        row = model._default_manager.get(record=of, **which)
        for name, value in values.items():
            setattr(row, name, value)
        save(row, actor=None)


@pytest.mark.parametrize(
    ("field", "model", "which", "values"),
    [
        ("name", Participant, {"role": "defendant"}, {"name": "Dane Halvorson"}),
        ("birth_date", Participant, {"role": "defendant"}, {"birth_date": "1990-02-04"}),
        ("charge", Charge, {"position": 1}, {"disposition": "Dismissed"}),
        ("entry", DocketEntry, {"position": 1}, {"description": "ORDER as to Ann Zeigler"}),
        ("record", Participant, {"role": "victim"}, {"name": "Zoe Zeigler"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_words_are_kept_back_once_what_they_were_read_beside_has_changed(
    sharing: Sharing,
    case: Record,
    field: str,
    model: type[Model],
    which: dict[str, object],
    values: dict[str, object],
) -> None:
    target = None if field == "record" else key(model, case, **which)
    disputed(sharing.custodian, case, field, target)
    assert NOTE in page(sharing.owners_clerk, case)
    change(model, case, which, **values)
    after = page(sharing.owners_clerk, case)
    assert NOTE not in after
    assert "The words are kept back" in after
    listing = page(sharing.custodian, case, "disputes")
    assert NOTE not in listing
    assert "has changed since" in listing


def test_a_note_is_kept_back_when_somebody_comes_onto_the_record_whom_it_may_name(
    sharing: Sharing, case: Record
) -> None:
    disputed(sharing.custodian, case, "name", key(Participant, case, role="defendant"), note="Quill was there.")
    assert "Quill was there." in page(sharing.clerk, case)
    with as_job("import", case.record_set_id):
        new = Participant(record=case, record_set_id=case.record_set_id, position=9, role="victim", label="Victim B")
        new.name = "Sam Quill"
        save(new, actor=None)
    assert "Quill" not in page(sharing.clerk, case)


def test_what_an_import_leaves_as_it_is_keeps_its_words(sharing: Sharing, case: Record) -> None:
    disputed(sharing.custodian, case, "contact", key(Participant, case, role="defendant"))
    change(Participant, case, {"role": "victim"}, birth_date="1992-01-01")
    change(Participant, case, {"role": "defendant"}, facts={"x": "y"})
    change(DocketEntry, case, {"position": 2}, description="MOTION denied")
    assert NOTE in page(sharing.owners_clerk, case)


def test_a_dispute_goes_with_what_an_import_takes_away(sharing: Sharing, case: Record) -> None:
    disputed(sharing.custodian, case, "charge", key(Charge, case))
    with as_job("import", case.record_set_id):
        Charge.objects.get(record=case).delete()
        assert not Dispute.objects.exists()
        assert Dispute.history.filter(history_type="-").count() == 1


def test_the_second_lock_hides_disputes_with_what_they_are_of(sharing: Sharing) -> None:
    """Row-level security alone: what hangs on a record that is not open, or on an informant, is not there."""
    of = record(sharing.records, participants=[("defendant", "Dane Halvorsen"), ("informant", "Sam Quill")])
    sealed, unshared = record(sharing.records, sealed=True), record(record_set(sharing.owner, "Civil cases"))
    informants = record(sharing.records, participants=[("informant", "Sam Quill")], charges=["Theft"])
    rows: dict[Record, dict[str, Any]] = {
        of: {"field": "name", "participant_id": key(Participant, of, role="defendant")},
        sealed: {"field": "record"},
        unshared: {"field": "record"},
        informants: {"field": "charge", "charge_id": key(Charge, informants)},
    }
    made: dict[Record, Dispute] = {}
    for at, values in [
        *rows.items(),
        (of, {"field": "name", "participant_id": key(Participant, of, role="informant")}),
    ]:
        with as_job("custody", at.record_set_id):
            one = Dispute(record=at, record_set_id=at.record_set_id, note=NOTE, words_of="agency", **values)
            save(one, actor=None)
            made[at] = made.get(at, one)

    def seen(who: Membership) -> set[UUID]:
        with seen_by(sharing.viewer(who)):
            return set(Dispute.objects.values_list("pk", flat=True))

    assert seen(sharing.clerk) == {made[of].pk}
    assert seen(sharing.owners_clerk) == {made[of].pk, made[unshared].pk}
    assert seen(sharing.custodian) == {made[of].pk, made[unshared].pk, made[sealed].pk}
    assert seen(sharing.outsider) == set()
    assert not Dispute.objects.exists(), "nobody is named, nothing is seen"
    with seen_by(sharing.viewer(sharing.clerk)):
        assert not Dispute.history.exists()
    with seen_by(sharing.viewer(sharing.custodian)):
        assert Dispute.history.count() == 5
        assert Dispute.objects.filter(pk=made[of].pk)._raw_delete("default") == 0
    with pytest.raises(DatabaseError), seen_by(sharing.viewer(sharing.custodian)):
        save(
            Dispute(record=of, record_set_id=of.record_set_id, field="record", note="x", words_of="agency"), actor=None
        )


def test_the_rulings_alone_hide_disputes_too(sharing: Sharing, case: Record) -> None:
    """As the owner of the tables, for whom row-level security lets everything through."""
    from portal.records.decision import decide  # noqa: PLC0415
    from portal.records.shown import case_file, hits  # noqa: PLC0415

    every_field(sharing.custodian, case)
    with as_owner(), transaction.atomic():
        assert Dispute.objects.count() == 8
        decision = decide(sharing.viewer())
        found = case_file(decision, case.pk)
        assert found is not None
        victim = {person.id for person in found.people if person.role == "victim"}
        assert not victim & {each.of for each in found.disputes}
        assert {each.note for each in found.disputes if each.field == "record"} == {None}
        assert "entry" not in {each.field for each in found.disputes}
        (hit,) = hits(decision, [case.pk])
        assert [each.label for each in hit.disputed] == ["", "name and aliases"]


@pytest.mark.parametrize(
    "values",
    [
        {"field": "name"},
        {"field": "record", "participant": True},
        {"field": "record", "ended_at": True},
        {"field": "record", "outcome": "stands"},
    ],
)
def test_the_database_refuses_a_dispute_of_nothing_or_half_settled(
    sharing: Sharing, case: Record, values: dict[str, Any]
) -> None:
    if "participant" in values:
        values = {"field": "record", "participant_id": key(Participant, case, role="victim")}
    if "ended_at" in values:
        values = {"field": "record", "ended_at": case.updated_at}
    with pytest.raises(DatabaseError, match="dispute_"), as_job("custody", case.record_set_id):
        save(Dispute(record=case, record_set_id=case.record_set_id, note=NOTE, words_of="agency", **values), actor=None)


@pytest.mark.django_db(transaction=True)
def test_two_who_dispute_at_once_dispute_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sharing = set_up_sharing()
    of = record(sharing.records)
    other = person(sharing.owner, roles=(Role.PRIVACY_OFFICER,))
    with slowly(monkeypatch, readers, "shown_field", 0.5):
        codes = at_once(
            lambda: disputed(sharing.custodian, of, "record"),
            lambda: disputed(other, of, "record"),
        )
    assert codes == ["disputed"]
    assert Event.objects.filter(subject_id=of.pk).count() == 1
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="permission denied"):
        cursor.execute("DELETE FROM records_historicaldispute")


def test_a_grant_that_ended_does_not_hide_that_they_hold_a_copy(sharing: Sharing, case: Record) -> None:
    page(sharing.clerk, case)
    force(sharing.grant, revoked_at=case.updated_at)
    disputed(sharing.custodian, case, "name", key(Participant, case, role="defendant"))
    assert told("record.disputed") == {sharing.clerk.person, *heads_of(sharing.recipient)}
