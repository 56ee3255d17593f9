"""Texts of existing agreements: kept whatever they say, found where they say something, by whoever may see them."""

from __future__ import annotations

import re

import pytest
from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse

from portal.kernel import files
from portal.kernel.errors import Refused
from portal.kernel.reading import pdf_text
from sharing_agreements.registers import commands
from sharing_agreements.registers.models import ATTACHMENT_WORDS, ENTRY_WORDS, FILES, Attachment, Entry, Register
from sharing_agreements.registers.searching import search
from sharing_agreements.registers.snippets import marked, snippets, window
from tests import kept, make

from . import scene
from .scene import attached, committed, csv, pdf

pytestmark = pytest.mark.django_db
WORDS = "The Sheriff shall supervise detention\nofficers trained under this memorandum."


@kept.fixture
def entry() -> Entry:
    register, keeper = scene.register()
    committed(register, keeper, csv(("AL", "Elmore County Sheriff", "Jail model")))
    made = Entry.objects.get()
    made.keeper = keeper  # type: ignore[attr-defined]
    return made


def everything() -> object:
    return Register.objects.all()


def keeper_of(entry: Entry) -> object:
    return entry.keeper  # type: ignore[attr-defined]


def test_the_text_of_a_pdf_is_found_by_its_words_with_a_snippet(entry: Entry) -> None:
    made = attached(entry, keeper_of(entry), pdf(WORDS, "<b>Annex</b>"), "moa.pdf")  # type: ignore[arg-type]
    assert (made.pages, made.has_text, made.flaw) == (2, True, "")
    found = search(everything(), '"supervised detention" -parole')  # type: ignore[arg-type]
    ((attachment, shown),) = found.texts
    assert (attachment, found.text_count, found.entry_count) == (made, 1, 0)
    assert "<mark>supervise</mark> <mark>detention</mark>" in shown
    assert "&lt;b&gt;" in marked("<b>x</b>")
    assert search(everything(), "elmore jail").entries == [entry]  # type: ignore[arg-type]
    assert search(everything(), "supervise parole").text_count == 0  # type: ignore[arg-type]


def test_the_search_is_answered_by_its_indexes() -> None:
    query = SearchQuery("detention", config="english", search_type="websearch")
    texts = Attachment.objects.filter(removed_at=None).annotate(found=ATTACHMENT_WORDS).filter(found=query)
    entries = Entry.objects.annotate(found=ENTRY_WORDS).filter(found=query)
    with connection.cursor() as cursor:
        for found in (texts.values("pk"), entries.values("pk")):
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [found.model._meta.db_table])
            indexes = [row[0] for row in cursor.fetchall() if "USING gin" in row[0]]
            searched = re.search(r"to_tsvector.*(?= @@)", found.explain())
            assert searched is not None
            assert any(searched[0] in index for index in indexes)


def test_a_snippet_shows_where_the_words_stand_together() -> None:
    text = (
        "detention. " + "Nothing here. " * 500 + "The officers <who> were supervised in detention." + " And on." * 500
    )
    (shown,) = snippets([text], '"supervise in detention" officer -parole')
    assert "&lt;who&gt; were <mark>supervised</mark> in <mark>detention</mark>." in shown
    assert shown.startswith("\u2026 ")
    assert len(window(text, "x" * 200)) < 400
    assert window("short", "absent") == "short"


def test_what_has_no_text_or_is_broken_is_kept_and_says_so(entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = keeper_of(entry)
    scanned = attached(entry, keeper, pdf("", ""), "scan.pdf")  # type: ignore[arg-type]
    assert (scanned.pages, scanned.has_text, scanned.flaw) == (2, False, "")
    broken = attached(entry, keeper, b"%PDF-1.7\nbroken", "broken.pdf")  # type: ignore[arg-type]
    assert broken.flaw.startswith("It is damaged")
    monkeypatch.setattr(pdf_text, "SECONDS", 0.01)
    slow = attached(entry, keeper, pdf(WORDS), "slow.pdf")  # type: ignore[arg-type]
    assert slow.flaw == "Reading it took too long and was stopped."
    assert all(files.path_of(FILES, each.file).exists() for each in (scanned, broken, slow))
    client = Client()
    client.force_login(keeper)  # type: ignore[arg-type]
    page = client.get(reverse("registers:entry", args=[entry.pk])).content.decode()
    assert "No text in this file" in page
    assert "It is damaged" in page


def test_a_long_text_is_cut_where_the_index_ends(entry: Entry) -> None:
    long = " ".join(f"w{number:x}" for number in range(90_000)).encode()
    made = attached(entry, keeper_of(entry), long, "long.txt")  # type: ignore[arg-type]
    assert made.text_is_cut
    assert search(everything(), "w1 wff").text_count == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("content", ["caf\u00e9 treaty".encode("cp1252"), "caf\u00e9 treaty".encode("utf-16")])
def test_plain_text_is_read_in_the_encodings_that_are_met(entry: Entry, content: bytes) -> None:
    made = attached(entry, keeper_of(entry), content, "moa.txt")  # type: ignore[arg-type]
    assert made.text == "caf\u00e9 treaty"


def test_a_download_is_for_whoever_sees_the_register(entry: Entry) -> None:
    made = attached(entry, keeper_of(entry), b"words", "../moa.txt")  # type: ignore[arg-type]
    address = reverse("registers:attachment", args=[made.pk])
    client = Client()
    client.force_login(keeper_of(entry))  # type: ignore[arg-type]
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == b"words"  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="moa.txt"'
    client.force_login(make.person().person)
    assert client.get(address).status_code == 404
    assert b"moa.txt" not in client.get(reverse("registers:search"), {"q": "words"}).content


def test_the_same_file_is_attached_once_and_a_removed_one_is_gone(
    entry: Entry, django_capture_on_commit_callbacks: object
) -> None:
    keeper = keeper_of(entry)
    made = attached(entry, keeper, b"words of it", "moa.txt")  # type: ignore[arg-type]
    with pytest.raises(Refused, match="attached already"):
        attached(entry, keeper, b"words of it", "again.txt")  # type: ignore[arg-type]
    with pytest.raises(PermissionDenied):
        commands.remove_attachment(actor=make.person().person, attachment_id=made.pk, reason="Mine")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        commands.remove_attachment(actor=keeper, attachment_id=made.pk, reason="Wrong file")  # type: ignore[arg-type]
    assert not files.path_of(FILES, made.file).exists()
    assert search(everything(), "words").text_count == 0  # type: ignore[arg-type]
    attached(entry, keeper, b"words of it", "moa.txt")  # type: ignore[arg-type]
