"""Imports: staged, previewed, committed at once or not at all; the same file twice changes nothing."""

import json
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from agencies.models import Membership, RecordSet
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.kernel.viewing import as_job
from portal.records.importing import commands, shapes, uploads, writing
from portal.records.importing.report import columns
from portal.records.models import Charge, DocketEntry, Import, ImportProblem, Participant, Record, StagedCase
from portal.records.reading import read_sources, write_docket
from portal.records.reading.comparing import differences
from portal.records.reading.draft import LONGEST
from portal.records.reading.shape import longest_of
from portal.records.tasks import work_on_imports
from tests import kept, make
from tests.records.family_documents import JSON, XML, raw_of
from tests.records.scene import Sharing, signed_in

pytestmark = pytest.mark.django_db


@kept.fixture
def custodian() -> Membership:
    return make.person(make.agency(kind="court"), roles=("records_custodian",))


@kept.fixture
def record_set(custodian: Membership) -> RecordSet:
    return make.record_set(custodian.agency)


def docket(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "court_id": "casd",
        "docket_number": f"3:15-cr-{number:05}",
        "case_name": "United States v. Rowan",
        "date_filed": "2015-02-10",
        "assigned_to_str": "Thomas Whelan",
        "parties": [
            {
                "type": "Defendant",
                "name": "Alder Rowan",
                "attorneys": [{"name": "Ida Birch", "contact": "1 Main St", "roles": ["LEAD ATTORNEY"]}],
                "criminal_data": {
                    "counts": [{"name": "8:1326(a) Reentry(1)", "status": "pending", "disposition": "Two years"}],
                    "complaints": [],
                },
            },
            {"type": "Material Witness", "name": "Willow Marsh", "attorneys": []},
        ],
        "docket_entries": [
            {"date_filed": "2015-02-10", "document_number": "1", "description": "COMPLAINT as to Alder Rowan"}
        ],
        **changes,
    }


def write(path: Path, *dockets: Any) -> Path:
    path.write_text(json.dumps(list(dockets)))
    return path


def start(custodian: Membership, record_set: RecordSet, path: Path) -> Import:
    batch = commands.start_import(actor=custodian.person, record_set_id=record_set.pk, path=path)
    commands.read(batch.pk)
    return Import.objects.get(pk=batch.pk)


def committed(custodian: Membership, record_set: RecordSet, path: Path) -> Import:
    batch = start(custodian, record_set, path)
    commands.ask_commit(actor=custodian.person, batch_id=batch.pk)
    commands.commit(batch.pk)
    return Import.objects.get(pk=batch.pk)


def counts(record_set: RecordSet) -> tuple[int, ...]:
    with as_job("import", record_set.pk):
        models = (Record, Participant, Charge, DocketEntry)
        pasts = tuple(model.history.model.objects.count() for model in models)
        return (*(model.objects.count() for model in models), *pasts)


def test_a_docket_is_previewed_and_then_committed_with_its_history(
    custodian: Membership, record_set: RecordSet, tmp_path: Path
) -> None:
    batch = start(custodian, record_set, write(tmp_path / "a.json", docket()))
    assert (batch.status, batch.added, batch.refused) == ("preview", 1, 0)
    assert counts(record_set) == (0,) * 8

    commands.ask_commit(actor=custodian.person, batch_id=batch.pk)
    work_on_imports()

    assert Import.objects.get(pk=batch.pk).status == "committed"
    # A defendant with an attorney, a witness and a judge; each row with one row of history.
    assert counts(record_set) == (1, 4, 1, 1, 1, 4, 1, 1)
    with as_job("import", record_set.pk):
        record = Record.objects.get()
        attorney = Participant.objects.get(role="defense_attorney")
        assert record.docket_key == "15-cr-1"
        assert record.participant_roles == ["defendant", "defense_attorney", "judge", "witness"]
        assert attorney.represents is not None
        assert attorney.represents.name == "Alder Rowan"
        assert Participant.objects.get(role="witness").label == "Witness A"
        past = Record.history.get()
        assert past.history_user == custodian.person
        assert str(batch.pk) in past.history_change_reason
        assert not StagedCase.objects.exists()


def test_the_same_file_again_changes_nothing(custodian: Membership, record_set: RecordSet, tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", docket())
    committed(custodian, record_set, path)
    before = counts(record_set)
    again = committed(custodian, record_set, path)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)
    assert counts(record_set) == before


def test_a_changed_docket_shows_its_differences_and_writes_only_those(
    custodian: Membership, record_set: RecordSet, tmp_path: Path
) -> None:
    committed(custodian, record_set, write(tmp_path / "a.json", docket()))
    before = counts(record_set)
    later = docket(date_terminated="2016-01-02")
    later["docket_entries"].append({"date_filed": "2016-01-02", "document_number": "2", "description": "JUDGMENT"})

    batch = start(custodian, record_set, write(tmp_path / "b.json", later))
    with as_job("import", record_set.pk):
        shown = {d["field"]: (d["before"], d["after"]) for d in StagedCase.objects.get().differences}
    assert shown["terminated on"] == ("", "2016-01-02")
    assert shown["entry 2: description"] == ("", "JUDGMENT")
    assert "title" not in shown

    commands.ask_commit(actor=custodian.person, batch_id=batch.pk)
    commands.commit(batch.pk)
    after = counts(record_set)
    # One more entry; one more version of the record and one history row of the new entry, and nothing else.
    assert [b - a for a, b in zip(before, after, strict=True)] == [0, 0, 0, 1, 1, 0, 0, 1]


def test_a_file_never_unseals_and_changed_words_lose_their_clearance(
    custodian: Membership, record_set: RecordSet, tmp_path: Path
) -> None:
    committed(custodian, record_set, write(tmp_path / "a.json", docket(sealed=True)))
    changed = docket(sealed=False)
    changed["docket_entries"][0]["description"] = "COMPLAINT as to Willow Marsh"
    committed(custodian, record_set, write(tmp_path / "b.json", changed))
    with as_job("import", record_set.pk):
        assert Record.objects.get().sealed
        assert DocketEntry.objects.get().cleared_at is None


def test_bad_rows_are_named_by_place_and_the_rest_goes_on(
    custodian: Membership, record_set: RecordSet, tmp_path: Path
) -> None:
    bad_party = docket(2, parties=[{"type": "Defendant", "name": 7}, {"type": "Victim", "name": "Fern Hollow"}])
    path = write(tmp_path / "a.json", docket(1), {"court_id": "casd"}, bad_party, docket(1))
    batch = committed(custodian, record_set, path)
    assert (batch.cases, batch.added, batch.refused) == (4, 2, 2)
    problems = list(ImportProblem.objects.filter(batch=batch).values_list("place", "reason"))
    assert any("parties[0]" in place for place, _ in problems)
    assert any("stands in this import already" in reason for _, reason in problems)
    with as_job("import", record_set.pk):
        assert "unread" in Record.objects.get(source_id__contains="00002").participant_roles


def test_a_commit_that_fails_midway_leaves_nothing(
    custodian: Membership, record_set: RecordSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "BATCH", 1)
    batch = start(custodian, record_set, write(tmp_path / "a.json", docket(1), docket(2)))
    commands.ask_commit(actor=custodian.person, batch_id=batch.pk)
    written: list[int] = []
    original = writing.write

    def dies_at_the_second(*args: Any, **kwargs: Any) -> None:
        if written:
            raise ConnectionError("worker killed")
        original(*args, **kwargs)
        written.append(1)

    monkeypatch.setattr(commands, "write", dies_at_the_second)
    with pytest.raises(ConnectionError):
        commands.commit(batch.pk)
    monkeypatch.undo()
    assert counts(record_set) == (0,) * 8
    work_on_imports()  # the sweep takes it up again
    assert counts(record_set)[0] == 2


def test_reading_goes_on_where_a_killed_worker_stopped(
    custodian: Membership, record_set: RecordSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "BATCH", 1)
    path = write(tmp_path / "a.json", *(docket(n) for n in range(1, 5)))
    batch = commands.start_import(actor=custodian.person, record_set_id=record_set.pk, path=path)
    assert commands.read(batch.pk, seconds=0) is False
    assert Import.objects.get(pk=batch.pk).cases == 1
    assert commands.read(batch.pk) is True
    assert Import.objects.get(pk=batch.pk).added == 4


def test_cancel_stops_reading_at_the_next_batch(
    custodian: Membership, record_set: RecordSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "BATCH", 1)
    path = write(tmp_path / "a.json", docket(1), docket(2))
    batch = commands.start_import(actor=custodian.person, record_set_id=record_set.pk, path=path)
    commands.read(batch.pk, seconds=0)
    commands.cancel_import(actor=custodian.person, batch_id=batch.pk)
    work_on_imports()
    stopped = Import.objects.get(pk=batch.pk)
    assert stopped.status == "cancelled"
    with as_job("import", record_set.pk):
        assert not StagedCase.objects.exists()


def test_a_record_changed_after_the_preview_stops_the_commit(
    custodian: Membership, record_set: RecordSet, tmp_path: Path
) -> None:
    first = start(custodian, record_set, write(tmp_path / "a.json", docket()))
    committed(custodian, record_set, write(tmp_path / "b.json", docket()))
    commands.ask_commit(actor=custodian.person, batch_id=first.pk)
    commands.commit(first.pk)
    failed = Import.objects.get(pk=first.pk)
    assert failed.status == "failed"
    assert "changed since the preview" in failed.why
    assert counts(record_set)[0] == 1


def test_only_a_custodian_of_the_owner_imports(custodian: Membership, record_set: RecordSet, tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", docket())
    clerk = make.person(custodian.agency, roles=("clerk",))
    stranger = make.person(make.agency(), roles=("records_custodian",))
    for person in (clerk, stranger):
        with pytest.raises(PermissionDenied):
            commands.start_import(actor=person.person, record_set_id=record_set.pk, path=path)
    assert not Import.objects.exists()


def test_a_commit_or_cancel_that_is_sent_twice_happens_once(
    client: Any, custodian: Membership, record_set: RecordSet, tmp_path: Path
) -> None:
    """The second answer is the state that is, without an error; another move than the one made is refused."""
    client.force_login(custodian.person)
    batch = start(custodian, record_set, write(tmp_path / "a.json", docket()))
    for _ in range(2):
        answer = client.post(f"/records/imports/{batch.pk}/commit/", follow=True)
        assert "usa-alert--error" not in answer.content.decode()
    work_on_imports()
    assert "usa-alert--error" not in client.post(f"/records/imports/{batch.pk}/commit/", follow=True).content.decode()
    assert counts(record_set)[0] == 1
    assert Event.objects.filter(kind="import.commit_asked").count() == 1
    with pytest.raises(Refused, match="committed already"):
        commands.cancel_import(actor=custodian.person, batch_id=batch.pk)

    other = start(custodian, record_set, write(tmp_path / "b.json", docket(2)))
    for _ in range(2):
        answer = client.post(f"/records/imports/{other.pk}/cancel/", follow=True)
        assert "usa-alert--error" not in answer.content.decode()
    assert Event.objects.filter(kind="import.cancel_asked").count() == 1
    with pytest.raises(Refused, match="cancelled"):
        commands.ask_commit(actor=custodian.person, batch_id=other.pk)


def uploaded(client: Any, record_set: RecordSet, path: Path, **more: Any) -> Any:
    with path.open("rb") as upload:
        return client.post("/records/imports/", {"record_set": record_set.pk, "file": upload, **more})


def kept_files() -> list[Path]:
    return [path for path in uploads.store().rglob("*") if path.is_file()]


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("files")
def test_an_uploaded_file_goes_once_it_is_read(client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not before: a worker that was killed goes on with it. And never a file that lies elsewhere."""
    custodian = make.person(make.agency(kind="court"), roles=("records_custodian",))
    record_set = make.record_set(custodian.agency)
    monkeypatch.setattr(commands, "BATCH", 1)
    monkeypatch.setattr(uploads, "LEFT_ALONE", -1.0)
    client.force_login(custodian.person)
    path = write(tmp_path / "a.json", docket(1), docket(2))
    uploaded(client, record_set, path)
    batch = Import.objects.get()
    assert [str(each) for each in kept_files()] == [batch.stored_as]
    commands.read(batch.pk, seconds=0)
    uploads.sweep()
    assert kept_files(), "half read, it is needed to go on"
    commands.read(batch.pk)
    assert not list(uploads.store().iterdir())
    commands.ask_commit(actor=custodian.person, batch_id=batch.pk)
    commands.commit(batch.pk)
    assert counts(record_set)[0] == 2, "what is staged needs no file"
    committed(custodian, record_set, path)
    assert path.exists(), "a file of somebody at a terminal is theirs"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("files")
def test_an_uploaded_file_goes_when_its_import_is_cancelled_or_refused(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    custodian = make.person(make.agency(kind="court"), roles=("records_custodian",))
    record_set = make.record_set(custodian.agency)
    client.force_login(custodian.person)
    uploaded(client, record_set, write(tmp_path / "a.json", docket()))
    commands.cancel_import(actor=custodian.person, batch_id=Import.objects.get().pk)
    assert not kept_files()
    uploaded(client, record_set, write(tmp_path / "b.json"))
    work_on_imports()
    assert Import.objects.latest("made_at").status == "preview"
    assert not kept_files()

    def refuse(**asked: Any) -> None:
        raise Refused("The record set is closed. Choose another one.", code="closed")

    monkeypatch.setattr(commands, "start_import", refuse)
    assert "Choose another one" in uploaded(client, record_set, write(tmp_path / "c.json")).content.decode()
    assert not kept_files(), "a file whose import is refused is not kept"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("files")
def test_an_upload_sent_twice_is_one_import(client: Any, tmp_path: Path) -> None:
    custodian = make.person(make.agency(kind="court"), roles=("records_custodian",))
    record_set = make.record_set(custodian.agency)
    client.force_login(custodian.person)
    key = client.get("/records/imports/").context["form"]["key"].value()
    path = write(tmp_path / "a.json", docket())
    answers = [uploaded(client, record_set, path, key=key) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"] == f"/records/imports/{key}/"
    assert Import.objects.count() == len(kept_files()) == 1


@pytest.mark.usefixtures("files")
def test_the_sweep_removes_what_a_crash_left(custodian: Membership, record_set: RecordSet) -> None:
    def upload(age: float) -> Path:
        path = uploads.keep(SimpleUploadedFile("a.json", b"[]"), "a.json")
        os.utime(path.parent, (time.time() - age, time.time() - age))
        return path

    orphan, arriving, waiting = upload(7200), upload(60), upload(7200)
    commands.start_import(actor=custodian.person, record_set_id=record_set.pk, path=waiting)
    assert uploads.sweep() == 1
    assert (orphan.exists(), arriving.exists(), waiting.exists()) == (False, True, True)
    assert not orphan.parent.exists()


def test_what_changes_nothing_is_closed_not_committed(
    client: Any, custodian: Membership, record_set: RecordSet, tmp_path: Path
) -> None:
    client.force_login(custodian.person)
    path = write(tmp_path / "a.json", docket())
    first = start(custodian, record_set, path)
    assert "Commit 1 record<" in client.get(f"/records/imports/{first.pk}/").content.decode()
    committed(custodian, record_set, path)
    again = start(custodian, record_set, path)
    text = client.get(f"/records/imports/{again.pk}/").content.decode()
    assert "There is nothing to commit" in text
    assert "Commit 0" not in text
    assert "Close the import" in text
    assert "Close the import into" in client.get("/today/").content.decode()
    client.post(f"/records/imports/{again.pk}/cancel/")
    assert "it would have changed nothing" in client.get(f"/records/imports/{again.pk}/").content.decode()


def test_where_nothing_moves_it_is_said_why(
    client: Any, custodian: Membership, record_set: RecordSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "BATCH", 1)
    client.force_login(custodian.person)
    path = write(tmp_path / "a.json", docket(1), docket(2))
    batch = commands.start_import(actor=custodian.person, record_set_id=record_set.pk, path=path)

    def says(words: str, *, ago: int, of: str, **state: Any) -> bool:
        then = timezone.now() - timedelta(seconds=ago)
        QuerySet(Import).filter(pk=batch.pk).update(**{of: then}, **state)
        text = client.get(f"/records/imports/{batch.pk}/", headers={"HX-Request": "true"}).content.decode()
        assert text.count('id="import-state"') == text.count('id="follow"') == 1, "htmx brings both up to date"
        return words in text

    assert not says("No worker has taken it up", ago=5, of="made_at")
    assert says("No worker has taken it up", ago=30, of="made_at")
    commands.read(batch.pk, seconds=0)
    assert not says("worker may have stopped", ago=5, of="claimed_at")
    assert says("another worker goes on behind it, soon after", ago=30, of="claimed_at")
    assert says("in one step", ago=30, of="claimed_at", status="committing")
    assert says("Cancelling was asked for", ago=1, of="cancel_asked_at")


def test_the_command_imports_and_says_what_it_did(
    custodian: Membership, record_set: RecordSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "a.json", docket(1), {})
    call_command("import_dockets", path, record_set=str(record_set.pk), email=custodian.person.email)
    said = capsys.readouterr()
    assert "2 dockets: 1 new, 0 changed, 0 unchanged, 1 refused" in said.out
    assert "Committed: 1 added" in said.out
    assert "error:" in said.err


def test_staged_content_is_under_the_second_lock(custodian: Membership, record_set: RecordSet, tmp_path: Path) -> None:
    start(custodian, record_set, write(tmp_path / "a.json", docket()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_stagedcase")
        assert cursor.fetchone() == (0,)


def test_the_pages_of_an_import(client: Any, custodian: Membership, record_set: RecordSet, tmp_path: Path) -> None:
    client.force_login(custodian.person)
    path = write(tmp_path / "a.json", docket())
    with path.open("rb") as upload:
        answer = client.post("/records/imports/", {"record_set": record_set.pk, "file": upload})
    assert answer.status_code == 302
    work_on_imports()
    page = client.get(answer["Location"])
    assert b"What a commit would change" in page.content
    assert client.post(answer["Location"] + "commit/").status_code == 302
    work_on_imports()
    assert b"Committed" in client.get(answer["Location"]).content

    client.force_login(make.person(make.agency(), roles=("records_custodian",)).person)
    assert client.get(answer["Location"]).status_code == 404
    client.force_login(make.person(custodian.agency, roles=("clerk",)).person)
    assert client.get("/records/imports/").status_code == 404


def test_equal_problems_are_one_line_by_place_and_what_was_refused_was_not_read(sharing: Sharing) -> None:
    keeper = sharing.custodian
    batch = Import(
        record_set=sharing.records,
        membership=keeper,
        started_by=keeper.person,
        stored_as="",
        size=1,
        cases=3,
        refused=2,
    )
    batch.save_base(force_insert=True)
    places = [
        ("b.json [10] x", "is odd."),
        ("b.json [2] x", "is old."),
        *((f"b.json [{n}] y", "is new.") for n in range(30, 40)),
    ]
    for place, reason in places:
        ImportProblem.objects.create(batch=batch, severity="note", place=place, reason=reason)
    answer = signed_in(keeper, inquiry=False).get(reverse("records:import", args=[batch.pk]))
    text = answer.content.decode()
    assert [each["place"] for each in answer.context["problems"]] == ["b.json [2] x", "b.json [10] x", "b.json [30] y"]
    assert "10 times: is new." in text
    assert "<dt>Dockets read</dt><dd>1</dd>" in text


def test_every_family_is_stored_whole_and_counted(
    client: Any, custodian: Membership, record_set: RecordSet, tmp_path: Path
) -> None:
    """What the rows say is written out again, and is the source; pages say how many of each family there are."""
    for family in (*JSON, *XML):
        (tmp_path / family).write_bytes(raw_of(family))
    (tmp_path / "page.html").write_text("<html>")
    batch = committed(custodian, record_set, tmp_path)
    with as_job("import", record_set.pk):
        stored = {each.source_id: shapes.draft_of(each) for each in Record.objects.all()}
    sources = [each for each in read_sources(tmp_path) if each.reading.case]
    assert len(sources) == len(stored) == len(JSON) + len(XML) + 2
    for source in sources:
        assert source.reading.case is not None
        case = stored[source.reading.case.source_id]
        assert differences(source.document, write_docket(case), source.reading.problems) == []
        assert columns(case) == columns(source.reading.case)
    assert batch.families["feed_xml"] == {"read": 2, "refused": 0}
    client.force_login(custodian.person)
    text = client.get(reverse("records:import", args=[batch.pk])).content.decode()
    assert "Florida, from the courts" in text
    assert "No docket that is known" in text
    assert "is a web page" in text


def test_no_value_that_a_reader_takes_is_longer_than_its_column() -> None:
    """A source's value that is too long is kept beside its column; the database would refuse the whole import."""
    columns = {"number": (DocketEntry, "number"), "source_type": (Participant, "source_type")}
    columns |= {name: (Charge, name) for name in ("statute", "count_number")} | {"status": (Charge, "standing")}
    columns |= {name: (Record, name) for name in ("court_id", "docket_number", "category")}
    for slot, (model, name) in columns.items():
        field: Any = model._meta.get_field(name)
        assert longest_of(slot) <= field.max_length, slot
    roles: Any = Participant._meta.get_field("attorney_roles")
    assert LONGEST["roles"] <= roles.base_field.max_length
