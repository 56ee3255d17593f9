"""Finds the documents under a path: plain and packed files, folders, archives, one document in memory at a time."""

from __future__ import annotations

import gzip
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import IO

from portal.kernel.reading.pieces import CHUNK, DAMAGED, LONGEST_PIECE, Piece, Stream, documents, lines
from portal.kernel.reading.problem import shown
from portal.records.reading.markup import is_markup

Progress = Callable[[int], None]
WHOLE = (".json", ".json.gz")
"""Names of files that are said to be damaged where they are no JSON; others are skipped."""
BY_LINE = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
GZIP = b"\x1f\x8b"
BLANK = b"\xef\xbb\xbf \t\r\n"
HEAD = 1024
MOST_MEMBERS = 1_000_000
LARGEST_ARCHIVE = 64 * 1024**3
"""Bytes that the members of an archive may come to, unpacked."""


def pieces_of(path: Path, progress: Progress) -> Iterator[tuple[str, Piece]]:
    """(source, piece) for each document; the source is `folder/file.json[3]`, a flawed file a piece with its flaw."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            yield from _folder(path, progress)
        elif stat.S_ISREG(mode):
            yield from _file(path, path.name, progress)
        else:
            yield shown(path.name, 200), Piece("", flaw="is neither a file nor a folder.")
    except OSError as error:
        yield shown(path.name, 200), Piece("", flaw=f"cannot be opened: {error.strerror or type(error).__name__}.")


def _folder(folder: Path, progress: Progress) -> Iterator[tuple[str, Piece]]:
    """The files below a folder in the order of their paths; a link to a folder is not followed."""
    found = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() and path.is_dir():
            yield shown(name, 200), Piece("", flaw="is a link to a folder, which is not followed.")
        elif not path.is_dir():
            found += 1
            yield from _below(path, name, progress)
    if not found:
        yield shown(folder.name, 200), Piece("", flaw="is a folder without any file.")


def _below(path: Path, name: str, progress: Progress) -> Iterator[tuple[str, Piece]]:
    if not path.is_file():
        yield shown(name, 200), Piece("", flaw="is no regular file; it was skipped.")
        return
    try:
        yield from _file(path, name, progress)
    except OSError as error:
        yield shown(name, 200), Piece("", flaw=f"cannot be opened: {error.strerror or type(error).__name__}.")


def _file(path: Path, name: str, progress: Progress) -> Iterator[tuple[str, Piece]]:
    if name.lower().endswith(".zip"):
        yield from _archive(path, name, progress)
        return
    with path.open("rb") as opened:
        yield from _stream(opened, name, progress)


def _stream(opened: IO[bytes], name: str, progress: Progress) -> Iterator[tuple[str, Piece]]:
    """The documents of one opened file: what it is its first bytes say; its name, only whether it goes by lines."""
    source = shown(name, 200)
    try:
        with ExitStack() as stack:
            stream = Begun(Counted(opened, progress))
            if stream.head.startswith(GZIP) or name.lower().endswith(".gz"):
                stream = Begun(stack.enter_context(gzip.GzipFile(fileobj=stream)))  # type: ignore[call-overload]
            found = False
            for piece in _cut(stream, name.lower()):
                found = True
                yield _named(source, piece), piece
            if not found:
                yield source, Piece("", flaw="holds no docket.")
    except DAMAGED as error:
        yield source, Piece("", flaw=f"cannot be read any further: {type(error).__name__}. The file is damaged.")


def _cut(stream: Begun, name: str) -> Iterator[Piece]:
    if name.endswith(BY_LINE):
        return lines(stream)
    if is_markup(stream.head) or name.endswith(WHOLE) or stream.head.lstrip(BLANK)[:1] in (b"{", b"["):
        return pieces_in(stream)
    return iter([Piece("", flaw="is neither JSON nor XML; it was skipped.")])


def pieces_in(stream: Begun) -> Iterator[Piece]:
    """The documents of a stream of JSON, or the one of markup."""
    return iter([_whole(stream)]) if is_markup(stream.head) else documents(stream)


def _whole(stream: Begun) -> Piece:
    """A document of markup, which is one as a whole."""
    raw = b"".join(iter(lambda: stream.read(CHUNK) if stream.given <= LONGEST_PIECE else b"", b""))
    return Piece("", raw) if len(raw) <= LONGEST_PIECE else Piece("", flaw="is too long to be read.")


def _named(source: str, piece: Piece) -> str:
    if not piece.place:
        return source
    return f"{source}{piece.place}" if piece.place.startswith("[") else f"{source}, {piece.place}"


def _archive(path: Path, name: str, progress: Progress) -> Iterator[tuple[str, Piece]]:
    source = shown(name, 200)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        yield source, Piece("", flaw="is no ZIP archive, or a damaged one.")
        return
    with archive:
        members = sorted((each for each in archive.infolist() if not each.is_dir()), key=lambda each: each.filename)
        if len(members) > MOST_MEMBERS or sum(each.file_size for each in members) > LARGEST_ARCHIVE:
            yield source, Piece("", flaw="unpacks to more than this portal reads at once. Split it.")
            return
        if not members:
            yield source, Piece("", flaw="is an archive without any file.")
        for member in members:
            yield from _member(archive, member, f"{name}/{member.filename}", progress)


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, progress: Progress
) -> Iterator[tuple[str, Piece]]:
    source = shown(name, 200)
    if PurePosixPath(member.filename).name.startswith("._") or member.filename.startswith("__MACOSX/"):
        yield source, Piece("", flaw="is a file that a Macintosh adds to archives; it was skipped.")
        return
    try:
        opened = archive.open(member)
    except (RuntimeError, NotImplementedError, *DAMAGED):
        yield source, Piece("", flaw="cannot be unpacked: it is encrypted, damaged or packed in an unknown way.")
        return
    with opened:
        yield from _stream(opened, name, lambda count: None)
    progress(member.compress_size)


class Counted:
    """A stream that tells how many bytes were read from it."""

    def __init__(self, stream: IO[bytes], progress: Progress) -> None:
        self._stream, self._progress = stream, progress

    def read(self, size: int = -1, /) -> bytes:
        found = self._stream.read(size)
        self._progress(len(found))
        return found


class Begun:
    """A stream of which the first bytes were looked at. `given`: bytes that were read from it."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.head = self._ahead = stream.read(HEAD)
        self.given = 0

    def read(self, size: int = -1, /) -> bytes:
        found, self._ahead = (self._ahead, b"") if size < 0 else (self._ahead[:size], self._ahead[size:])
        found = found or self._stream.read(size)
        self.given += len(found)
        return found
