"""Canaries: words, days and telephone numbers that stand nowhere else, and how to find one in whatever was sent.

All canaries begin alike, so that a text in which none stands is put aside by one look. Whatever could hide one is
undone and looked into again, in any order and nesting: escapes of HTML, addresses, JSON and mail, base64 at each
of its three offsets, hex, compression, PDF, marks between letters, NULs of wide characters.
"""

from __future__ import annotations

import base64
import gzip
import html
import io
import quopri
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from urllib.parse import unquote_to_bytes

STEM = "quoxi"
YEAR = 1871
PHONE = "555-871-"
DEEPEST = 5
LARGEST = 4 * 1024 * 1024

VOWELS, CONSONANTS = "aeiou", "bdfglmnprstvz"
SYLLABLES = [consonant + vowel for consonant in CONSONANTS for vowel in VOWELS]
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def word(number: int) -> str:
    """The canary of this number as a word: Quoxibabern. Their order is not that of their numbers."""
    number = number * 911 % len(SYLLABLES) ** 2
    return f"{STEM}{SYLLABLES[number // len(SYLLABLES)]}{SYLLABLES[number % len(SYLLABLES)]}rn".capitalize()


def beginning(canary: str) -> str:
    """What is typed into a search for a word: enough to find it, and not the word, which a page may then not say."""
    return canary[:-2]


def sounding(canary: str) -> str:
    """A word that sounds as the beginning of this one and begins none: a search finds the same similar names for it."""
    return beginning(canary) + beginning(canary)[-1]


NOBODYS = f"{STEM}haha".capitalize()
"""The beginning of a word that is planted nowhere."""


def day(number: int) -> date:
    """A day of the one year in which nobody was born; their order is not that of their numbers."""
    number = number * 37 % (12 * 28)
    return date(YEAR, 1 + number // 28, 1 + number % 28)


def phone(number: int) -> str:
    return f"{PHONE}{number:04d}"


WORD = re.compile(STEM + r"(?:[a-z]{4})rn")
DAYS = (
    (re.compile(rf"{YEAR}[-/.]?(\d\d)[-/.]?(\d\d)"), "md"),
    (re.compile(rf"(\d\d?)[-/.](\d\d?)[-/.](?:18)?{YEAR % 100}\b"), "md"),
    (re.compile(rf"\b([a-z]{{3}})[a-z]*\.?\s+(\d\d?)(?:st|nd|rd|th)?,?\s+{YEAR}"), "nd"),
    (re.compile(rf"(\d\d?)(?:st|nd|rd|th)?\.?\s+([a-z]{{3}})[a-z]*\.?,?\s+{YEAR}"), "dn"),
)
NUMBER = re.compile(r"555\D{0,3}871\D{0,3}(\d{4})")
STARTS = re.compile(rf"{STEM}|{YEAR}|/{YEAR % 100}|555\D{{0,3}}871")


def _said(text: str) -> Iterator[str]:
    """The canaries that stand in a text of small letters as they are."""
    if not STARTS.search(text):
        return
    yield from WORD.findall(text)
    for pattern, order in DAYS:
        for pair in pattern.findall(text):
            month, of_month = pair if order != "dn" else reversed(pair)
            number = MONTHS.index(month) + 1 if month in MONTHS else int(month) if month.isdigit() else 0
            if 1 <= number <= 12:
                yield f"{YEAR}-{number:02d}-{int(of_month):02d}"
    for four in NUMBER.findall(text):
        yield PHONE + four


def key(canary: str | date) -> str:
    """How `found` names a canary."""
    return canary.isoformat() if isinstance(canary, date) else canary.lower()


def found(blob: bytes | str) -> set[str]:
    """The canaries in what was sent, in whatever form."""
    blobs, seen, canaries = [(blob.encode() if isinstance(blob, str) else blob, 0)], set(), set()
    while blobs:
        raw, depth = blobs.pop()
        if raw in seen:
            continue
        seen.add(raw)
        canaries |= set(_said(raw.decode("utf-8", "ignore").lower()))
        if depth < DEEPEST:
            blobs += [(each, depth + 1) for each in _undone(raw) if each and each != raw]
    return canaries


def _offsets(text: str) -> Iterator[bytes]:
    """What stays the same of a text in base64, wherever in it the text begins."""
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + text.encode())
        whole = (before + len(text)) // 3 * 4
        yield coded[(before * 8 + 5) // 6 : whole]


def _any(parts: set[bytes]) -> re.Pattern[bytes]:
    return re.compile(b"|".join(map(re.escape, sorted(parts))))


CASES = (STEM, STEM.capitalize(), STEM.upper(), PHONE, f"{YEAR}-")
IN_BASE64 = _any({part for text in CASES for part in _offsets(text)})
IN_HEX = _any(
    {text.encode().hex().encode() for text in CASES} | {text.encode().hex().upper().encode() for text in CASES}
)
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]+")
BROKEN_BASE64 = re.compile(rb"(?<=[A-Za-z0-9+/]{60})\r?\n(?=[A-Za-z0-9+/=])")
PLAIN_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}")
HEX = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
PRINTED = bytes([9, 10, 13, *range(32, 127)])
ESCAPED = re.compile(rb"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
TAGS = re.compile(rb"<[^>]{1,400}>|\xc2\xad|\xe2\x80\x8b")
PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")


def _undone(raw: bytes) -> Iterator[bytes]:
    """What stands in these bytes once one of the forms is undone."""
    if raw.startswith(b"%PDF"):
        yield from _pdf(raw)
        return
    yield from (undo(raw) for marks, undo in WRITTEN if any(mark in raw for mark in marks))
    yield from _base64(BROKEN_BASE64.sub(b"", raw))
    yield from _hex(raw)
    yield from _zip(raw) if raw.startswith(b"PK\x03\x04") else _unpacked(raw)


def _escapes_undone(raw: bytes) -> bytes:
    return ESCAPED.sub(lambda m: chr(int(m[1] or m[2], 16)).encode("utf-8", "ignore"), raw)


def _html_undone(raw: bytes) -> bytes:
    return html.unescape(raw.decode("utf-8", "ignore")).encode("utf-8", "ignore")


WRITTEN: tuple[tuple[tuple[bytes, ...], Callable[[bytes], bytes]], ...] = (
    ((b"%",), lambda raw: unquote_to_bytes(raw.replace(b"+", b" "))),
    ((b"&",), _html_undone),
    ((b"\\",), _escapes_undone),
    ((b"<", b"\xc2\xad", b"\xe2\x80\x8b"), lambda raw: TAGS.sub(b"", raw)),
    ((b"=\n", b"=\r\n", b"=3D"), quopri.decodestring),
    ((b"\0",), lambda raw: raw.replace(b"\0", b"")),
)
"""Ways of writing a text: what shows that one was used, and how it is undone."""


def _hex(raw: bytes) -> Iterator[bytes]:
    for at in IN_HEX.finditer(raw):
        run = HEX.match(raw, at.start())
        yield bytes.fromhex(run[0].decode()) if run else b""


def _base64(raw: bytes) -> Iterator[bytes]:
    """Runs with a beginning of a canary at any offset; and whatever else is text or compressed."""
    if IN_BASE64.search(raw):
        for run in BASE64.findall(raw):
            if IN_BASE64.search(run):
                yield from (_decoded(run[offset:]) for offset in range(4))
    for run in PLAIN_BASE64.findall(raw):
        plain = _decoded(run)
        if not plain.translate(None, PRINTED) or PACKED.match(plain):
            yield plain


def _decoded(run: bytes) -> bytes:
    whole = run.translate(bytes.maketrans(b"-_", b"+/"))[: len(run) // 4 * 4 + len(run) % 4]
    if len(whole) % 4 == 1:
        whole = whole[:-1]
    return base64.b64decode(whole + b"=" * (-len(whole) % 4))


def _unpacked(raw: bytes) -> Iterator[bytes]:
    for at in PACKED.finditer(raw):
        try:
            unpacking = zlib.decompressobj(wbits=47)  # gzip or zlib, told by its head
            yield unpacking.decompress(raw[at.start() :], LARGEST)
        except (zlib.error, gzip.BadGzipFile):
            continue


def _zip(raw: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        for info in packed.infolist():
            yield info.filename.encode() + info.comment
            if info.file_size <= LARGEST:
                yield packed.read(info)


def _pdf(raw: bytes) -> Iterator[bytes]:
    """Its text, its fields and each of its streams; of what only begins as a PDF does, what is packed in it."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError
    from pypdf.generic import StreamObject

    try:
        reader = PdfReader(io.BytesIO(raw))
    except PyPdfError:
        yield from _unpacked(raw)
        return
    yield "\n".join(page.extract_text() or "" for page in reader.pages).encode()
    yield "\n".join(f"{name} {value}" for name, value in (reader.metadata or {}).items()).encode()
    for number in range(1, int(str(reader.trailer["/Size"]))):
        held = reader.get_object(number)
        if isinstance(held, StreamObject):
            yield held.get_data()
