"""A register of a test, and its snapshots, reached by the commands that people use."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import count

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import Agency, Role, User
from portal.kernel import files
from portal.kernel.files import PACKED, PDF, TEXT, WORKBOOK, Stored
from portal.kernel.reading.pdf_text import text_of_pdf, text_of_plain
from sharing_agreements.registers import commands
from sharing_agreements.registers.commands.snapshots import newest
from sharing_agreements.registers.models import FILES, Attachment, Entry, Register, Snapshot
from tests import make

_n = count(1)
HEADINGS = ("State", "Agency", "Kind", "County", "Signed", "Ends", "Status", "URL")
DAY = date(2025, 5, 19)


def drafter(agency: Agency) -> User:
    return make.person(agency, roles=(Role.DRAFTER,), trained=False).person


def register(owner: Agency | None = None, *, actor: User | None = None) -> tuple[Register, User]:
    """A register of an agency (a new one if none is given), and the drafter who keeps it."""
    owner = owner or make.agency()
    keeper = actor or drafter(owner)
    return commands.open_register(actor=keeper, owner_id=owner.pk, name=f"Register {next(_n)}"), keeper


def csv(*rows: Sequence[str], headings: Sequence[str] = HEADINGS, separator: str = ",") -> bytes:
    """A file with a row of headings; short rows are filled up."""
    filled = [list(row) + [""] * (len(headings) - len(row)) for row in rows]
    return "\n".join(separator.join(f'"{cell}"' for cell in row) for row in [headings, *filled]).encode()


def workbook(sheets: Mapping[str, Iterable[Sequence[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def stored(content: bytes, name: str = "list.csv") -> Stored:
    upload = SimpleUploadedFile(name, content)
    return files.keep(upload, folder=FILES, kinds=(TEXT, WORKBOOK, PACKED, PDF), most=files.MEBIBYTE * 20)


def received(register: Register, actor: User, content: bytes, *, on: date = DAY, name: str = "list.csv") -> Snapshot:
    return commands.receive(actor=actor, register_id=register.pk, stored=stored(content, name), taken_on=on)


def committed(register: Register, actor: User, content: bytes, *, on: date = DAY, name: str = "list.csv") -> Snapshot:
    preview = received(register, actor, content, on=on, name=name)
    last = newest(register)
    return commands.commit(actor=actor, snapshot_id=preview.pk, base_id=last.pk if last else None)


def attached(entry: Entry, actor: User, content: bytes, name: str) -> Attachment:
    kept = stored(content, name)
    path = files.path_of(FILES, kept.id)
    text = text_of_pdf(path) if kept.kind is PDF else text_of_plain(path)
    return commands.attach(actor=actor, entry_id=entry.pk, stored=kept, text=text)


def pdf(*pages: str) -> bytes:
    """A PDF with these words on its pages; none for a page that says nothing."""
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

    written = io.BytesIO()
    canvas = Canvas(written)
    for words in pages:
        for at, line in enumerate(words.splitlines()):
            canvas.drawString(72, 720 - 16 * at, line)
        canvas.showPage()
    canvas.save()
    return written.getvalue()
