"""Finds the documents under a path: plain and packed files, folders, archives, one document in memory at a time."""

from __future__ import annotations

import gzip
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import IO

from portal.kernel.reading.pieces import DAMAGED, Piece, Stream, documents, lines
from portal.kernel.reading.problem import shown

Progress = Callable[[int], None]
WHOLE = (".json", ".json.gz")
BY_LINE = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
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
    """The documents of one opened file, by the ending of its name."""
    ending = name.lower()
    counted = Counted(opened, progress)
    source = shown(name, 200)
    if not ending.endswith(WHOLE + BY_LINE):
        yield source, Piece("", flaw="is not .json, .jsonl or .zip; it was skipped.")
        return
    with ExitStack() as stack:
        stream: Stream = counted
        if ending.endswith(".gz"):
            stream = stack.enter_context(gzip.GzipFile(fileobj=counted))  # type: ignore[call-overload]
        cut = documents if ending.endswith(WHOLE) else lines
        found = False
        for piece in cut(stream):
            found = True
            yield _named(source, piece), piece
        if not found:
            yield source, Piece("", flaw="holds no docket.")


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
