"""Files that people hand in: told by their content, kept privately under names of our own, served as downloads.

Kept are bytes alone. Whose they are, who may read them and what they are called stands in a table of the caller, which
holds the `id`, and lets the file through its own `visible_to` before it calls `answer`.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404

from portal.kernel.errors import Refused
from portal.kernel.ids import uuid7
from portal.kernel.typed import plain

MEBIBYTE = 1024 * 1024
LONGEST_NAME = 120
HEAD = 64 * 1024
"""Bytes from the beginning by which a file's kind is told."""
VISIBLE = bytes({*range(32, 256), *b"\t\n\r\f"})
LEFT_ALONE = 3600.0
"""Seconds for which the sweep leaves a file that no row names: it may be on its way in."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its code, what people call it, and how its downloads are labelled."""

    code: str
    label: str
    suffix: str
    content_type: str


PDF = Kind("pdf", "PDF", ".pdf", "application/pdf")
WORKBOOK = Kind("xlsx", "Excel workbook (.xlsx)", ".xlsx", "application/octet-stream")
PACKED = Kind("gz", "gzip", ".gz", "application/gzip")
TEXT = Kind("txt", "plain text", ".txt", "text/plain; charset=utf-8")
KINDS = {kind.code: kind for kind in (PDF, WORKBOOK, PACKED, TEXT)}


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the store. `name` is what the person called it, made safe to show and to save under."""

    id: UUID
    kind: Kind
    name: str
    size: int
    sha256: str


def kind_of(head: bytes) -> Kind | None:
    """What kind of file begins like this, whatever its name says; None for any other."""
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return WORKBOOK
    if head.startswith(b"\x1f\x8b"):
        return PACKED
    return TEXT if _is_text(head) else None


def _is_text(head: bytes) -> bool:
    """Text holds no NUL, and hardly a control character but blanks and ends of lines, such as stray ones in text that
    was taken out of a PDF; UTF-16 says so by its mark."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\x00" not in head and 100 * len(head.translate(None, VISIBLE)) <= len(head)


def keep(upload: UploadedFile[Any], *, folder: str, kinds: Collection[Kind], most: int) -> Stored:
    """Write an upload into the private store. Raises `Refused` for one that is empty, too large or of another kind."""
    size = upload.size or 0
    if not size:
        raise Refused("The file is empty. Choose another one.", code="empty")
    if size > most:
        raise Refused(f"The file is larger than {most // MEBIBYTE} MB. Choose a smaller one.", code="size")
    upload.seek(0)
    kind = kind_of(upload.read(HEAD))
    if kind is None or kind not in kinds:
        wanted = " or ".join(each.label for each in kinds)
        raise Refused(f"By its content this file is no {wanted}. Choose one that is.", code="kind")
    stored_id, digest = uuid7(), hashlib.sha256()
    path = path_of(folder, stored_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    upload.seek(0)
    with path.open("xb") as kept:
        path.chmod(0o600)
        for chunk in upload.chunks():
            digest.update(chunk)
            kept.write(chunk)
    return Stored(stored_id, kind, safe_name(upload.name or ""), size, digest.hexdigest())


def safe_name(name: str) -> str:
    """A file's name without folders and without what turns a line around; its end stays when it is shortened."""
    last = plain(name.replace("\\", "/").rsplit("/", 1)[-1])
    shown = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*').strip(" .")
    return shown[-LONGEST_NAME:] or "file"


def path_of(folder: str, stored_id: UUID) -> Path:
    """Where a file lies: nothing of the path comes from a person."""
    return Path(settings.MEDIA_ROOT) / folder / stored_id.hex[-2:] / stored_id.hex


def discard(folder: str, stored_id: UUID) -> None:
    """Remove a file from the store; one that is gone already is no error."""
    path_of(folder, stored_id).unlink(missing_ok=True)


@contextlib.contextmanager
def discarded_unless_taken(folder: str, stored: Stored) -> Iterator[None]:
    """A file whose row could not be written is not kept."""
    try:
        yield
    except BaseException:
        discard(folder, stored.id)
        raise


def sweep(folder: str, named: Collection[UUID]) -> int:
    """Remove what a crash left: old files that no row names. Returns how many."""
    root, old = Path(settings.MEDIA_ROOT) / folder, time.time() - LEFT_ALONE
    known = {each.hex for each in named}
    left = [path for path in root.glob("*/*") if path.name not in known and path.stat().st_mtime < old]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def answer(folder: str, stored_id: UUID, *, kind: Kind, name: str) -> FileResponse:
    """A download that no browser opens as a page; the caller has asked who may read it."""
    shown = name if name.lower().endswith(kind.suffix) else f"{name}{kind.suffix}"
    try:
        opened = path_of(folder, stored_id).open("rb")
    except FileNotFoundError:
        log.error("a file that a row names is not in the store: %s %s", folder, stored_id)
        raise Http404 from None
    response = FileResponse(opened, as_attachment=True, filename=shown, content_type=kind.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response
