"""Reads dockets of every family from files: one, or as many as a path holds."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from portal.kernel.reading.pieces import DAMAGED, LONGEST_PIECE, Piece
from portal.kernel.reading.problem import Problem, Problems
from portal.kernel.reading.strict_json import Unreadable, kind, parse
from portal.records.reading import feeds, markup
from portal.records.reading.comparing import parse_plainly
from portal.records.reading.draft import CaseDraft
from portal.records.reading.families import FAMILIES, family_of, refusal
from portal.records.reading.sources import Begun, pieces_in, pieces_of

MOST_HELD = 20_000
"""Dockets of one feed that are held until the feed ends."""
_ENTRY = re.compile(r"docket_entries\[([0-9]+)\]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one docket of a source came to; `case` is None where it was refused. `source` names file and place, `family`
    is that of the document, '' where it is none that is known."""

    source: str
    case: CaseDraft | None
    problems: tuple[Problem, ...]
    family: str = ""


def read_docket(source: str | Path | bytes | IO[bytes]) -> Reading:
    """The one docket of a file (by path, its bytes, or opened in binary). Faults come back, nothing is raised."""
    if isinstance(source, (str, Path)):
        name = Path(source).name
        try:
            with Path(source).open("rb") as opened:
                return _only(name, opened)
        except OSError as error:
            return _refused(name, f"cannot be opened: {error.strerror or type(error).__name__}.")
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    return _only(str(getattr(source, "name", "")), stream)


@dataclass(frozen=True, slots=True)
class Source:
    """What reading made of a docket, and its document as the standard library parses it, where that was asked for."""

    reading: Reading
    document: Any = None


def read_path(path: str | Path, progress: Callable[[int], None] | None = None) -> Iterator[Reading]:
    """Every docket under a path, in the order of names: a file (JSON or XML; one document or several, one a line, or
    packed with gzip or in a .zip) or a folder, recursively. One document is in memory at a time, but for a feed, of
    which the items of one docket become one. `progress` is told of bytes read, as they are read."""
    pieces = pieces_of(Path(path), progress or (lambda count: None))
    found = (Source(reading) for source, piece in pieces for reading in read_piece(source, piece))
    return (each.reading for each in _joined(found))


def read_sources(path: Path) -> Iterator[Source]:
    """As `read_path`, each docket beside its document."""
    return sources_of(pieces_of(path, lambda count: None))


def sources_of(pieces: Iterable[tuple[str, Piece]]) -> Iterator[Source]:
    def each() -> Iterator[Source]:
        for source, piece in pieces:
            readings = list(read_piece(source, piece))
            value = _plainly(piece.raw) if any(reading.case for reading in readings) else None
            listed = FAMILIES[readings[0].family].listed(value) if value is not None else []
            for index, reading in enumerate(readings):
                yield Source(reading, listed[index][1] if listed else None)

    return _joined(each())


def _joined(sources: Iterator[Source]) -> Iterator[Source]:
    """The same with the items of feeds joined, docket by docket, file by file."""
    held: dict[tuple[str, str], Source] = {}
    for source in sources:
        case = source.reading.case
        file = source.reading.source.rpartition("[")[0]
        if held and (len(held) >= MOST_HELD or next(iter(held))[0] != file):
            yield from held.values()
            held.clear()
        if case is None or case.family != feeds.ITEMS:
            yield source
            continue
        first = held.get((file, case.source_id))
        joined = _with_entries_of(first, source) if first else source
        if joined is None:
            yield source
        else:
            held[file, case.source_id] = joined
    yield from held.values()


def _with_entries_of(first: Source, other: Source) -> Source | None:
    """One docket of two items that say the same of it; None if they differ."""
    one, two = first.reading.case, other.reading.case
    if one is None or two is None or replace(one, entries=two.entries) != two:
        return None
    entries = (*one.entries, *two.entries)
    case = replace(one, entries=tuple(replace(each, sequence=n) for n, each in enumerate(entries, 1)))
    rows = len(one.entries) + sum(bool(_ENTRY.fullmatch(each.place)) for each in first.reading.problems)
    moved = [
        replace(each, place=_ENTRY.sub(lambda found: f"docket_entries[{rows + int(found[1])}]", each.place, count=1))
        for each in other.reading.problems
    ]
    reading = replace(first.reading, case=case, problems=(*first.reading.problems, *moved))
    document = first.document
    if document is not None:
        document = {**document, "docket_entries": [*document["docket_entries"], *other.document["docket_entries"]]}
    return Source(reading, document)


def _plainly(raw: bytes) -> Any:
    return markup.parse(raw) if markup.is_markup(raw) else parse_plainly(raw)


def _only(name: str, stream: IO[bytes]) -> Reading:
    try:
        found = pieces_in(Begun(stream))
    except DAMAGED as error:
        return _refused(name, f"cannot be read: {type(error).__name__}. The file is damaged.")
    piece = next(found, None)
    if piece is None:
        return _refused(name, "holds no docket.")
    if piece.flaw:
        return _refused(name, piece.flaw)
    if piece.place or next(found, None) is not None:
        return _refused(name, "holds a list or several documents, where one docket is expected.")
    readings = list(read_piece(name, piece))
    return readings[0] if len(readings) == 1 else _refused(name, "holds several dockets, where one is expected.")


def _refused(source: str, reason: str, family: str = "") -> Reading:
    return Reading(source, None, (Problem("", reason),), family)


def read_piece(source: str, piece: Piece) -> Iterator[Reading]:
    """The dockets of one document: one, or those that a page of results lists."""
    if piece.flaw:
        yield _refused(source, piece.flaw)
        return
    if len(piece.raw) > LONGEST_PIECE:
        yield _refused(source, "is too long to be read.")
        return
    try:
        value = markup.parse(piece.raw) if markup.is_markup(piece.raw) else parse(piece.raw)
    except Unreadable as error:
        yield _refused(source, str(error))
        return
    yield from read_value(source, value)


def read_value(source: str, value: Any) -> Iterator[Reading]:
    if not isinstance(value, dict):
        yield _refused(source, f"is {kind(value)}, not a docket.")
        return
    if not value:
        yield _refused(source, "is an empty object: it holds no docket.")
        return
    family = family_of(value)
    if reason := refusal(value):
        yield _refused(source, reason, family)
        return
    listed = FAMILIES[family].listed(value)
    if not listed:
        yield _refused(source, "lists no docket.", family)
    for place, each in listed:
        problems = Problems()
        case = FAMILIES[family].read(each, problems) if isinstance(each, dict) else None
        if not isinstance(each, dict):
            problems.error("", f"is {kind(each)}, not a docket.")
        yield Reading(f"{source} {place}".strip(), case, problems.all(), family)
