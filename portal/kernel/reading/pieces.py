"""Cuts a stream of JSON into its documents by their brackets, in bounded memory: a bad one leaves the others alone.

A stream is one object, a list of objects, or objects one after another; `lines` cuts one that has one on each line.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

MEBIBYTE = 1024 * 1024
LONGEST_PIECE = 32 * MEBIBYTE
DEEPEST = 64
CHUNK = 256 * 1024
DAMAGED = (OSError, EOFError, zlib.error, zipfile.BadZipFile)
"""What a damaged compressed file raises on reading."""


class Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """One document of a stream: its bytes, or the flaw for which there are none."""

    place: str
    raw: bytes = b""
    flaw: str = ""


def documents(stream: Stream, longest: int = LONGEST_PIECE) -> Iterator[Piece]:
    """The documents of a JSON stream; `place` is `[3]` in a list, else empty, then `document 2`, and so on."""
    cutter = _Cutter(longest)
    try:
        start = _start(stream)
        if start.flaw:
            yield start
            return
        chunk = start.raw
        while chunk:
            yield from cutter.feed(chunk)
            chunk = stream.read(CHUNK)
    except DAMAGED as error:
        yield Piece("", flaw=f"cannot be read any further: {type(error).__name__}. The file is damaged.")
        return
    yield from cutter.end()


def lines(stream: Stream, longest: int = LONGEST_PIECE) -> Iterator[Piece]:
    """The lines of a JSON Lines stream that hold anything, with `line 3` as the place."""
    number, rest, too_long = 1, b"", False
    try:
        start = _start(stream)
        if start.flaw:
            yield start
            return
        chunk = start.raw
        while chunk:
            first, *others = chunk.split(b"\n")
            rest = b"" if too_long else rest + first
            for other in others:
                yield from _line(number, rest, too_long)
                number, rest, too_long = number + 1, other, False
            too_long = too_long or len(rest) > longest
            chunk = stream.read(CHUNK)
    except DAMAGED as error:
        yield Piece(f"line {number}", flaw=f"cannot be read any further: {type(error).__name__}. The file is damaged.")
        return
    yield from _line(number, rest, too_long or len(rest) > longest)


def _line(number: int, raw: bytes, too_long: bool) -> Iterator[Piece]:
    if too_long:
        yield Piece(f"line {number}", flaw="is too long to be read.")
    elif nesting(raw) > DEEPEST:
        yield Piece(f"line {number}", flaw=f"is nested deeper than {DEEPEST} levels.")
    elif raw.strip():
        yield Piece(f"line {number}", raw.strip())


def nesting(raw: bytes) -> int:
    """How deep the brackets of a piece go."""
    cutter = _Cutter(len(raw))
    for _ in cutter.feed(raw):
        pass
    return cutter.deepest


_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"\x00\x00": "UTF-32"}


def _start(stream: Stream) -> Piece:
    """The first bytes without a byte order mark, or the flaw of an encoding that JSON does not allow."""
    chunk = stream.read(CHUNK)
    encoding = _MARKS.get(chunk[:2]) or ("UTF-16" if b"\x00" in chunk[:2] else "")
    if encoding:
        return Piece("", flaw=f"looks like {encoding}. Save it as UTF-8.")
    return Piece("", chunk.removeprefix(b"\xef\xbb\xbf"))


_OUTSIDE = re.compile(rb'["{}\[\],]')
_INSIDE = re.compile(rb'["\\]')
_BLANK = b" \t\r\n"


class _Cutter:
    """Follows strings and brackets over chunks and hands out what stands between two separators."""

    def __init__(self, longest: int) -> None:
        self.deepest = 0
        self._longest = longest
        self._base = 0  # 1 inside a list of documents
        self._depth = 0
        self._quoted = self._escaped = False
        self._count = 0
        self._begun = self._closed = False
        self._after_comma = False
        self._forget()

    def _forget(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self.deepest = 0

    def feed(self, chunk: bytes) -> Iterator[Piece]:
        at = taken = 0
        if not self._begun:
            taken = at = len(chunk) - len(chunk.lstrip(_BLANK))
            if at == len(chunk):
                return
            self._begun = True
            if chunk[at : at + 1] == b"[":
                self._base = self._depth = 1
                taken = at = at + 1
        while (found := self._next(chunk, at)) is not None:
            at, cut_before, cut_after = found
            if cut_before or cut_after:
                self._keep(chunk[taken : at - 1 if cut_before else at])
                taken = at
                yield from self._cut(separated=cut_before)
        self._keep(chunk[taken:])

    def _next(self, chunk: bytes, at: int) -> tuple[int, bool, bool] | None:
        """Where reading goes on, and whether a document ends before the byte just read or with it."""
        if self._escaped and at < len(chunk):
            self._escaped = False
            return at + 1, False, False
        match = (_INSIDE if self._quoted else _OUTSIDE).search(chunk, at)
        if match is None:
            return None
        return match.end(), *self._turn(match[0])

    def _turn(self, mark: bytes) -> tuple[bool, bool]:
        if self._quoted:
            self._quoted, self._escaped = mark != b'"', mark == b"\\"
        elif mark == b'"':
            self._quoted = True
        elif mark in b"{[":
            self._depth += 1
            self.deepest = max(self.deepest, self._depth - self._base)
        elif mark == b",":
            return self._base == 1 and self._depth == 1, False
        elif self._base == 1 and self._depth == 1 and mark == b"]":
            self._base = self._depth = 0
            self._closed = True
            return True, False
        elif self._depth > self._base:
            self._depth -= 1
            return False, self._base == 0 and self._depth == 0
        return False, False

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size <= self._longest:
            self._parts.append(part)
        else:
            self._parts.clear()

    def _place(self, *, listed: bool) -> str:
        if listed:
            return f"[{self._count}]"
        if self._closed:
            return "after the list"
        return f"document {self._count + 1}" if self._count else ""

    def _cut(self, *, separated: bool) -> Iterator[Piece]:
        place, deepest, size = self._place(listed=separated), self.deepest, self._size
        raw = b"".join(self._parts).strip(_BLANK)
        comma, self._after_comma = self._after_comma, separated and self._base == 1
        self._forget()
        if size > self._longest:
            yield Piece(place, flaw=f"is longer than {self._longest // MEBIBYTE} MiB.")
        elif deepest > DEEPEST:
            yield Piece(place, flaw=f"is nested deeper than {DEEPEST} levels.")
        elif raw:
            yield Piece(place, raw)
        elif comma or self._after_comma:
            yield Piece(place, flaw="holds nothing: there is a comma too many.")
        else:
            return
        self._count += 1

    def end(self) -> Iterator[Piece]:
        """What is left when the stream ends: a document cut short, or a list that was never closed."""
        if self._base:
            self._parts.clear()
            yield Piece(self._place(listed=True), flaw="is where the file ends, inside a list. It was cut short.")
        elif self._size > self._longest or b"".join(self._parts).strip(_BLANK):
            yield from self._cut(separated=False)
