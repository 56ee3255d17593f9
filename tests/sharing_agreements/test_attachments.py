"""Files that belong to a text: signed with it, frozen with it, read by who reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from agencies.models import Role, User
from portal.audit.models import Event
from portal.kernel import files
from portal.kernel.errors import Refused
from portal.kernel.ids import uuid7
from sharing_agreements import attachments, changes, commands, executed, fingerprint, redline
from sharing_agreements.models import Agreement, Attachment
from sharing_agreements.models.attachments import FILES
from tests import kept, make

from .conftest import Pair
from .test_views import at, client_of, current, read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@kept.fixture
def drafted(pair: Pair) -> Agreement:
    return make.draft(pair.court, pair.police, pair.cases)


def submit(agreement: Agreement) -> Agreement:
    return commands.submit(actor=agreement.author, agreement_id=agreement.pk)


def detach(agreement: Agreement, attachment: Attachment) -> None:
    commands.detach(actor=agreement.author, agreement_id=agreement.pk, attachment_id=attachment.pk)


def there(attachment: Attachment) -> bool:
    return files.path_of(FILES, attachment.file).exists()


# --- Part of the text -----------------------------------------------------------------------------------------------


def test_each_change_of_the_attachments_changes_the_fingerprint_and_taking_all_off_brings_it_back(
    drafted: Agreement,
) -> None:
    seen = [fingerprint.sha256(current(drafted))]

    def now() -> str:
        seen.append(fingerprint.sha256(current(drafted)))
        return seen[-1]

    first = make.attached(drafted, b"Locks.", "Plan")
    with_first = now()
    second = make.attached(drafted, b"More locks.", "Second plan")
    now()
    detach(drafted, first)
    now()
    renamed = make.attached(drafted, b"Locks.", "Plan, renamed")
    detach(drafted, second)
    now()
    detach(drafted, renamed)
    make.attached(drafted, b"Other locks.", "Plan")
    now()
    assert len(set(seen)) == len(seen) == 6
    detach(drafted, Attachment.objects.get())
    assert now() == seen[0]
    make.attached(drafted, b"Locks.", "Plan")
    assert now() == with_first


def test_nothing_is_attached_to_a_submitted_text_nor_taken_off_it(drafted: Agreement) -> None:
    attachment = make.attached(drafted)
    submit(drafted)
    with pytest.raises(Refused, match="its text is frozen"):
        make.attached(drafted, b"Other", "Other")
    with pytest.raises(Refused, match="its text is frozen"):
        detach(drafted, attachment)
    assert there(attachment)
    with connection.cursor() as cursor:
        for sql in ("UPDATE {} SET title = 'x'", "UPDATE {} SET sha256 = 'x'", "DELETE FROM {}"):
            with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
                cursor.execute(sql.format("sharing_agreements_attachment"))
    attachment.pk, attachment.title = uuid7(), "Slipped in"
    with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
        attachment.save(force_insert=True)


def test_the_next_version_has_the_same_files_and_the_store_keeps_what_any_version_has(
    drafted: Agreement, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    attachment = make.attached(drafted)
    submit(drafted)
    commands.take_back(actor=drafted.author, agreement_id=drafted.pk, reason="To add")
    copied = current(drafted).attachments.get()
    assert copied.pk != attachment.pk
    names = ("title", "file", "file_name", "size", "sha256", "attached_by_id", "attached_at")
    assert all(getattr(copied, name) == getattr(attachment, name) for name in names)
    with django_capture_on_commit_callbacks(execute=True):
        detach(drafted, copied)
    assert there(attachment), "the submitted version still has it"
    with django_capture_on_commit_callbacks(execute=True):
        detach(drafted, added := make.attached(drafted, b"Only here", "Only here"))
    assert not there(added)


def test_the_sweep_takes_only_files_that_nothing_names(drafted: Agreement, monkeypatch: pytest.MonkeyPatch) -> None:
    attachment = make.attached(drafted)
    lost = files.keep(SimpleUploadedFile("x.txt", b"lost"), folder=FILES, kinds=attachments.TAKEN, most=100)
    assert attachments.sweep() == 0, "it may be on its way in"
    monkeypatch.setattr(files, "LEFT_ALONE", -60.0)
    assert attachments.sweep() == 1
    assert there(attachment)
    assert not files.path_of(FILES, lost.id).exists()


def test_attachments_are_in_the_redline_the_executed_copy_and_the_difference_of_a_change(pair: Pair) -> None:
    drafted = make.draft(pair.court, pair.police, pair.cases)
    plan = make.attached(drafted, b"Locks.", "Plan")
    agreement = make.signed_by_all(make.approved(drafted))
    old = current(agreement)
    (section,) = [each for each in executed.document(agreement, old, []).sections if each.anchor == "attachments"]
    assert section.rows == [("Plan", "plan.txt", f"sha256 {plan.sha256}")]
    follower = make.change(agreement)
    new = current(follower)
    assert changes.difference(old, new).nothing
    assert redline.rest_changed(old, new) == []
    detach(follower, new.attachments.get())
    make.attached(follower, b"Better locks.", "Plan")
    assert changes.difference(old, new).rest
    (said,) = redline.rest_changed(old, new)
    assert said.field == "Attachment “Plan”"
    assert plan.sha256 in str(said.pieces)


# --- What is taken --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("plan.pdf", b"PK\x03\x04 a zip that calls itself a PDF", "By its content this file is no PDF or plain text"),
        ("plan.txt", b"MZ\x00\x01\x02\x03\x00\x00", "By its content this file is no PDF or plain text"),
        ("plan.txt", b"", "The submitted file is empty"),
    ],
)
def test_a_file_of_another_kind_is_not_taken_whatever_its_name_says(
    drafted: Agreement, name: str, content: bytes, says: str
) -> None:
    assert says in sent(client_of(drafted.author), drafted, name, content)
    assert not Attachment.objects.exists()


def sent(client: Client, agreement: Agreement, name: str, content: bytes, title: str = "Plan") -> str:
    given = {"title": title, "file": SimpleUploadedFile(name, content)}
    return read(client.post(at("attachments", agreement.pk), given, follow=True))


def test_a_file_that_is_too_large_is_not_taken(drafted: Agreement, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST", files.MEBIBYTE)
    page = sent(client_of(drafted.author), drafted, "plan.txt", b"x" * (files.MEBIBYTE + 1))
    assert "The file is larger than 1 MB" in page
    assert not Attachment.objects.exists()


def test_what_is_refused_is_not_kept(drafted: Agreement, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    client = client_of(drafted.author)
    assert "is attached and part of the text" in sent(client, drafted, "plan.txt", b"Locks.")
    kept_files = sorted(tmp_path.rglob("*"))
    assert "attached already, as “Plan”" in sent(client, drafted, "again.txt", b"Locks.", "Again")
    assert "Another attachment has this title" in sent(client, drafted, "other.txt", b"Others.")
    monkeypatch.setattr(attachments, "MOST_FILES", 1)
    assert "at most 1 attachments" in sent(client, drafted, "other.txt", b"Others.", "Other")
    assert [each for each in sorted(tmp_path.rglob("*")) if each.is_file()] == [
        each for each in kept_files if each.is_file()
    ]


def test_a_file_is_kept_under_a_name_of_the_portal_and_served_as_a_download_only(drafted: Agreement) -> None:
    client = client_of(drafted.author)
    sent(client, drafted, '../../etc/<script>\u202e"x.html', b"<script>alert(1)</script>", "Exhibit <A>")
    made = Attachment.objects.get()
    assert there(made)
    assert "/" not in made.file_name
    assert "<" not in made.file_name
    assert "\u202e" not in made.file_name
    answer = client.get(at("attachment", drafted.pk, made.pk))
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Disposition"].endswith('.txt"')
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]
    assert "Exhibit &lt;A&gt;" in read(client.get(at("text", drafted.pk)))


def test_a_title_is_one_line_and_says_something(drafted: Agreement) -> None:
    assert make.attached(drafted, b"1", "Exhibit\n A ").title == "Exhibit A"
    with pytest.raises(ValidationError):
        make.attached(drafted, b"2", " \n")


# --- Who reads them -------------------------------------------------------------------------------------------------


def test_a_file_is_read_by_who_reads_the_agreement_and_does_not_exist_for_others(
    drafted: Agreement, pair: Pair
) -> None:
    attachment = make.attached(drafted)
    file = at("attachment", drafted.pk, attachment.pk)
    police = client_of(make.someone(pair.police, Role.SIGNATORY))
    clerk, stranger = client_of(make.person(pair.court).person), client_of(make.person(make.agency()).person)

    def statuses() -> list[int]:
        found = [client.get(file) for client in (clerk, police, stranger)]
        assert all(b"".join(answer) for answer in found), "read to its end, a file is closed"
        return [answer.status_code for answer in found]

    assert statuses() == [200, 404, 404]
    submit(drafted)
    assert statuses() == [200, 200, 404]
    page = read(police.get(at("attachments", drafted.pk)))
    assert attachment.sha256 in page
    assert "Take off" not in page
    assert "Attach a file" not in page
    commands.take_back(actor=drafted.author, agreement_id=drafted.pk, reason="To change")
    assert statuses() == [200, 404, 404], "it is a draft again"
    other = make.submitted(pair.court, pair.police, pair.cases)
    assert clerk.get(at("attachment", other.pk, attachment.pk)).status_code == 404
    assert clerk.get(at("attachment", drafted.pk, uuid4())).status_code == 404


def test_only_a_drafter_attaches_and_takes_off(drafted: Agreement, pair: Pair) -> None:
    attachment, clerk = make.attached(drafted), make.person(pair.court).person
    with pytest.raises(PermissionDenied):
        commands.detach(actor=clerk, agreement_id=drafted.pk, attachment_id=attachment.pk)
    client = client_of(clerk)
    given = {"title": "Other", "file": SimpleUploadedFile("o.txt", b"Other")}
    assert client.post(at("attachments", drafted.pk), given).status_code == 403
    assert client.post(at("attachment_remove", drafted.pk, attachment.pk)).status_code == 403
    mine = client_of(drafted.author)
    page = read(mine.post(at("attachment_remove", drafted.pk, attachment.pk), follow=True))
    assert "is no longer attached" in page
    assert not Attachment.objects.exists()
    assert mine.post(at("attachment_remove", drafted.pk, attachment.pk)).status_code == 404


# --- Who was given them ---------------------------------------------------------------------------------------------


def downloaded(client: Client, agreement: Agreement, attachment: Attachment) -> None:
    answer = client.get(at("attachment", agreement.pk, attachment.pk))
    assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_each_download_is_written_down_with_who_when_and_which_version(drafted: Agreement, pair: Pair) -> None:
    attachment = make.attached(drafted, title="Security plan")
    submit(drafted)
    clerk, signatory = make.person(pair.court).person, make.someone(pair.police, Role.SIGNATORY)
    for person in (clerk, signatory, signatory):
        downloaded(client_of(person), drafted, attachment)
    client_of(make.person(make.agency()).person).get(at("attachment", drafted.pk, attachment.pk))
    told = Event.objects.filter(kind="agreement.attachment_downloaded").order_by("sequence")
    assert [(each.actor, each.acting_agency_id) for each in told] == [
        (clerk, pair.court.pk),
        (signatory, pair.police.pk),
        (signatory, pair.police.pk),
    ]
    assert told[0].detail == {
        "version": 1, "attachment": str(attachment.pk), "attached": "Security plan", "of_version": 1,
        "sha256": attachment.sha256,
    }  # fmt: skip


def test_downloads_are_read_by_the_lead_agency_its_auditors_and_of_their_own_by_each_party(
    drafted: Agreement, pair: Pair
) -> None:
    attachment = make.attached(drafted, title="Security plan")
    submit(drafted)
    clerk, signatory = make.person(pair.court).person, make.someone(pair.police, Role.SIGNATORY)
    for person in (clerk, signatory):
        downloaded(client_of(person), drafted, attachment)
    says = "of version 1 was downloaded"

    def shown(person: User) -> int:
        return read(client_of(person).get(at("history", drafted.pk))).count(says)

    assert shown(clerk) == shown(make.auditor(pair.court)) == shown(make.auditor()) == 2
    assert shown(signatory) == 1, "their own agency's"
    member = make.the_board().seats.get(number=2).holder
    assert member is not None
    assert shown(member) == shown(make.auditor(pair.police)) == 0
    assert says not in read(client_of(clerk).get(at("detail", drafted.pk)))
    whole = reverse("workbench:agreement_history", args=[drafted.pk])
    assert read(client_of(make.auditor(pair.court)).get(whole)).count("of version 1 downloaded") == 2
    assert read(client_of(make.auditor(pair.police)).get(whole)).count("of version 1 downloaded") == 0
