"""A large export is written by a worker, once and whole, and leaves only while what is in it may."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from portal.audit.models import Event
from portal.kernel import files
from portal.kernel.errors import Refused
from portal.kernel.viewing import as_job
from portal.notices import kinds
from portal.notices.models import Notice
from portal.records import commands as records
from portal.records import listing, releases
from portal.records.exports import commands, kept, tasks
from portal.records.models import AccessEntry, Export, Record, Release
from portal.records.models.exports import KEPT
from tests.make import expunged, order, record
from tests.records.scene import Sharing, force, signed_in

pytestmark = pytest.mark.django_db

FOR = {"recipient": "Deputy D. Ames, Cedar County Prosecutor", "reason": "Charging decision"}


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> None:
    """More than three records are many, two are a batch, and a file is read batch by batch."""
    monkeypatch.setattr(listing, "MOST_COUNTED", 3)
    monkeypatch.setattr(releases, "BATCH", 2)
    monkeypatch.setattr(commands, "BATCHES_AT_ONCE", 1)
    settings.MEDIA_ROOT = tmp_path


def many(sharing: Sharing, number: int = 5) -> list[Record]:
    return [record(sharing.records) for _ in range(number)]


def asked(client: Client, *, key: str = "") -> Any:
    answer = client.post(reverse("records:search"), {"q": "halvorsen"}, follow=True)
    return client.post(answer.context["export"], {**FOR, "key": key or str(uuid4())}, follow=True)


def test_a_search_by_statute_is_written_with_what_one_is_charged_under(sharing: Sharing) -> None:
    for statute in ("18:401(3)", "18:401", "18:371", "18:401(1)", "18:401"):
        record(sharing.records, charges=[{"description": "Contempt", "statute": statute}])
    client = signed_in(sharing.clerk)
    found = client.post(reverse("records:search"), {"q": "18 USC 401"}, follow=True).context["export"]
    client.post(found, {**FOR, "key": str(uuid4())}, follow=True)
    tasks.write_exports()
    assert Export.objects.get().records == 4


def fetched(client: Client, export: Export) -> list[list[str]]:
    answer = client.post(reverse("records:export_file", args=[export.pk]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def path(export: Export) -> Path:
    return files.path_of(kept.FOLDER, export.pk)


def test_many_records_are_written_by_a_worker_logged_and_fetched(sharing: Sharing) -> None:
    made, client = many(sharing), signed_in(sharing.clerk)
    page = asked(client)
    export = Export.objects.get()
    assert "Waiting" in page.content.decode()
    assert export.about == 5
    tasks.write_exports()
    export.refresh_from_db()
    assert (export.status, export.records, export.asked) == ("ready", 5, {})
    assert path(export).stat().st_mode & 0o777 == 0o600
    head, *rows, end = fetched(client, export)
    assert head == list(releases.COLUMNS)
    assert {row[0] for row in rows} == {each.docket_number for each in made}
    assert end == [f"End of release {export.release.number}: 5 records."]
    logged = AccessEntry.objects.filter(release=export.release)
    assert sorted(key for entry in logged for key in entry.record_ids) == sorted(each.pk for each in made)
    assert Notice.objects.filter(event__kind="export.ended", recipient=sharing.clerk.person).exists()
    assert "Ready" in client.get(reverse("records:exports")).content.decode()


def test_a_change_of_the_inquiry_says_which_files_it_takes_and_they_say_so(sharing: Sharing) -> None:
    many(sharing)
    client = signed_in(sharing.clerk)
    asked(client)
    tasks.write_exports()
    there = reverse("records:inquiry_change")
    warned = client.get(there)
    assert "1 export of yours under it will be lost" in warned.content.decode()
    client.post(there, {"purpose": "C", "case_number": "MPD-26-9", "under": warned.context["under"]})
    job = client.get(reverse("records:export_job", args=[Export.objects.get().pk])).content.decode()
    assert "The inquiry under which it was asked for is over" in job
    assert "Fetch the file" not in job
    assert "Inquiry over" in client.get(reverse("records:exports")).content.decode()
    assert "will be lost" not in client.get(there).content.decode()


def test_so_says_the_page_that_asks_under_which_inquiry_to_go_on(sharing: Sharing) -> None:
    many(sharing)
    client = signed_in(sharing.clerk)
    stale = client.post(reverse("records:search"), {"q": "halvorsen"}, follow=True).context["export"]
    there = reverse("records:inquiry_change")
    under = client.get(there).context["under"]
    client.post(there, {"purpose": "C", "case_number": "MPD-26-9", "under": under})
    assert "will be lost" not in client.get(stale).content.decode()
    asked(client)
    assert "1 export of yours under it will be lost" in client.get(stale).content.decode()


def test_few_records_come_at_once_and_a_form_sent_twice_is_one_export(sharing: Sharing) -> None:
    many(sharing, 3)
    client, key = signed_in(sharing.clerk), str(uuid4())
    assert asked(client)["Content-Type"].startswith("text/csv")
    many(sharing, 2)
    asked(client, key=key)
    asked(client, key=key)
    assert Export.objects.count() == 1


@pytest.mark.parametrize("moment", ["before the file", "behind the file"])
def test_a_worker_that_is_killed_loses_nothing_and_writes_nothing_twice(
    sharing: Sharing, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    class Killed(BaseException):
        pass

    made, client = many(sharing), signed_in(sharing.clerk)
    asked(client)
    export = Export.objects.get()
    append, calls = kept.append, []

    def killed(of: Export, text: str) -> None:
        calls.append(text)
        if len(calls) == 2 and moment == "before the file":
            raise Killed
        append(of, text)
        if len(calls) == 2:
            raise Killed

    monkeypatch.setattr(kept, "append", killed)
    with pytest.raises(Killed):
        tasks.write_exports()
    export.refresh_from_db()
    assert (export.status, export.records) == ("writing", 2)
    tasks.write_exports()
    rows = fetched(client, export)[1:-1]
    assert sorted(row[0] for row in rows) == sorted(each.docket_number for each in made)
    entries = AccessEntry.objects.filter(release=export.release)
    assert sorted(key for entry in entries for key in entry.record_ids) == sorted(each.pk for each in made)


def test_access_that_ends_stops_it_at_the_next_batch_and_nothing_is_kept(
    sharing: Sharing, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(sharing)
    asked(signed_in(sharing.clerk))
    append = kept.append

    def ends(of: Export, text: str) -> None:
        append(of, text)
        force(sharing.grant, suspended_at=timezone.now())

    monkeypatch.setattr(kept, "append", ends)
    tasks.write_exports()
    export = Export.objects.get()
    assert (export.status, export.records, export.asked) == ("stopped", 2, {})


@pytest.mark.parametrize("what", ["inquiry", "grant", "rule", "sealed", "changed"])
def test_a_file_leaves_only_while_it_says_what_may_leave(sharing: Sharing, what: str) -> None:
    made, client = many(sharing), signed_in(sharing.clerk)
    asked(client)
    tasks.write_exports()
    export = Export.objects.get()
    if what == "inquiry":
        inquiry = export.release.inquiry
        assert inquiry is not None
        records.end_inquiry(actor=sharing.clerk.person, inquiry_id=inquiry.pk)
    elif what == "grant":
        force(sharing.grant, suspended_at=timezone.now())
    elif what == "rule":
        force(sharing.grant.term, participant_roles=["judge"])
    elif what == "sealed":
        keeper = sharing.custodian
        with TestCase.captureOnCommitCallbacks(execute=True):
            records.seal_record(actor=keeper.person, membership_id=keeper.pk, record_id=made[0].pk, **order())
    else:
        from tests.records.test_watches import written_anew  # noqa: PLC0415

        written_anew(made[0], docket_number="26-CR-99999")
    address = reverse("records:export_file", args=[export.pk])
    if what in ("inquiry", "grant", "rule"):
        assert "has changed" in client.post(address, follow=True).content.decode()
    elif what == "sealed":
        export.refresh_from_db()
        assert (export.status, path(export).exists()) == ("removed", False), "nothing of it is kept meanwhile"
        assert "Export again" in client.get(reverse("records:export_job", args=[export.pk])).content.decode()
        event = Event.objects.filter(kind="export.ended").latest("sequence")
        words = kinds.words(event, sharing.clerk.person)
        assert words is not None
        assert "was removed, since what you may export has changed" in words.body
    else:
        rows = fetched(client, export)
        assert rows[-1][0].startswith("Stopped: what you may export has changed.")
        assert made[0].docket_number not in {row[0] for row in rows}


@pytest.mark.parametrize("what", ["juvenile", "grant", "inquiry"])
def test_a_file_of_which_something_closed_is_void(sharing: Sharing, what: str) -> None:
    made = many(sharing)
    asked(signed_in(sharing.clerk))
    tasks.write_exports()
    tasks.write_exports()
    export = Export.objects.get()
    assert export.status == "ready", "as long as everything in it is open"
    if what == "juvenile":
        with as_job("import", sharing.records.pk):
            force(made[0], juvenile=True)
    elif what == "grant":
        force(sharing.grant, suspended_at=timezone.now())
    else:
        assert export.release.inquiry is not None
        records.end_inquiry(actor=sharing.clerk.person, inquiry_id=export.release.inquiry.pk)
    tasks.write_exports()
    export.refresh_from_db()
    assert export.status == "removed"
    told = Event.objects.filter(kind="export.ended", detail__status="removed").count()
    assert told == (0 if what == "inquiry" else 1), "that an inquiry is over is no news to who ended it"


def test_it_is_its_owners_alone_cancelled_by_them_and_removed_in_time(sharing: Sharing) -> None:
    many(sharing)
    client = signed_in(sharing.clerk)
    asked(client)
    tasks.write_exports()
    export = Export.objects.get()
    other = signed_in(sharing.owners_clerk)
    assert other.get(reverse("records:export_job", args=[export.pk])).status_code == 404
    assert other.post(reverse("records:export_file", args=[export.pk])).status_code == 404
    for command in (commands.cancel_export, commands.fetch_export):
        with pytest.raises(PermissionDenied):
            command(actor=sharing.owners_clerk.person, export_id=export.pk)
    force(export, finished_at=timezone.now() - KEPT)
    tasks.write_exports()
    export.refresh_from_db()
    assert export.status == "removed"
    with pytest.raises(Refused, match="no file"):
        commands.fetch_export(actor=sharing.clerk.person, export_id=export.pk)
    asked(client)
    second = Export.objects.exclude(pk=export.pk).get()
    client.post(reverse("records:export_cancel", args=[second.pk]))
    tasks.write_exports()
    second.refresh_from_db()
    assert (second.status, second.asked, second.records) == ("cancelled", {}, 0)


def test_an_expungement_removes_files_that_hold_the_record(sharing: Sharing) -> None:
    made = many(sharing)
    asked(signed_in(sharing.clerk))
    tasks.write_exports()
    expunged(sharing.custodian, made[0].pk)
    assert Export.objects.get().status == "removed"


def test_what_was_asked_is_not_kept_once_it_is_over(sharing: Sharing) -> None:
    many(sharing)
    asked(signed_in(sharing.clerk))
    export = Export.objects.get()
    assert export.asked["name_words"] == ["halvorsen"]
    with pytest.raises(IntegrityError), transaction.atomic():
        force(export, status="ready")
    assert not Release.objects.filter(reason__icontains="halvorsen").exists()
