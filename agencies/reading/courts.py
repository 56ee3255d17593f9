"""Reads the court list of courts-db: a JSON list of courts, each with an id, a system, a place and its history."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from agencies.reading.draft import LONGEST_COURT_ID, LONGEST_NAME, AgencyDraft
from agencies.reading.states import state_code
from portal.kernel.reading.pieces import Piece, documents
from portal.kernel.reading.problem import Problem
from portal.kernel.reading.strict_json import LEFT_OUT, Unreadable, kept, kind, parse, unstorable

LEVELS = {"federal": "federal", "state": "state", "tribal": "tribal"}
"""The level of a court by the list's `system`; any other is `other`."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_courts(path: Path) -> Iterator[AgencyDraft | Problem]:
    """Each court of the file in its order, and a Problem with its place (`[12].name`) for what could not be read."""
    seen: set[str] = set()
    try:
        with path.open("rb") as opened:
            for piece in documents(opened):
                yield from _court(piece, seen)
    except OSError as error:
        yield Problem(path.name, f"cannot be opened: {error.strerror or type(error).__name__}.")
        return
    if not seen:
        yield Problem(path.name, "holds no court.")


def write_court(draft: AgencyDraft) -> dict[str, Any]:
    """The row of the list again, value by value."""
    row = {"id": draft.identity, "name": draft.name}
    if draft.parent:
        row["parent"] = draft.parent
    return row | ({"examples": list(draft.aliases)} if draft.aliases else {}) | dict(draft.other)


def _court(piece: Piece, seen: set[str]) -> Iterator[AgencyDraft | Problem]:
    try:
        value = parse(piece.raw) if not piece.flaw else None
    except Unreadable as error:
        piece = Piece(piece.place, flaw=str(error))
    if piece.flaw:
        yield Problem(piece.place, piece.flaw)
        return
    if not isinstance(value, dict):
        yield Problem(piece.place, f"is {kind(value)}, not a court; it was left out.")
        return
    if fault := _fault(value, seen):
        yield Problem(f"{piece.place}.{fault[0]}", f"{fault[1]} The court was left out.")
        return
    seen.add(value["id"])
    problems: list[Problem] = []
    row = kept(value, piece.place, lambda place, reason: problems.append(Problem(place, reason)))
    yield from problems
    if row is not LEFT_OUT:
        yield _draft(row, piece.place)


def _fault(value: dict[str, Any], seen: set[str]) -> tuple[str, str] | None:
    """What keeps a row from being a court."""
    for key, longest in (("id", LONGEST_COURT_ID), ("name", LONGEST_NAME)):
        text = value.get(key)
        if not isinstance(text, str) or not text.strip():
            return key, f"is {kind(text)}, where a court's {key} is expected."
        if reason := unstorable(text):
            return key, reason
        if len(text.strip()) > longest:
            return key, f"is longer than {longest} characters."
    return ("id", "is the id of a court further up.") if value["id"] in seen else None


def _draft(row: dict[str, Any], place: str) -> AgencyDraft:
    name, parent, examples = row["name"].strip(), row.get("parent"), row.get("examples")
    aliases = tuple(each for each in examples if isinstance(each, str)) if isinstance(examples, list) else ()
    started, ended = _lifetime(row.get("dates"))
    held = {"id": row["id"], "name": name}
    if isinstance(parent, str) and parent:
        held["parent"] = parent
    if aliases:
        held["examples"] = list(aliases)
    other = {key: value for key, value in row.items() if key not in held or value != held[key]}
    return AgencyDraft(
        identity_kind="court",
        identity=row["id"],
        name=name,
        kind="court",
        level=LEVELS.get(str(row.get("system")), "other"),
        state=state_code(row.get("location"), row.get("jurisdiction")),
        parent=held.get("parent", ""),
        aliases=aliases,
        started_on=started,
        ended_on=ended,
        defunct=row.get("active") is False or ended is not None,
        other=other,
        place=place,
    )


def _lifetime(periods: Any) -> tuple[date | None, date | None]:
    """The first day of the first period, and the last day of the last if that has ended; periods stay in `other`."""
    rows = [each for each in periods if isinstance(each, dict)] if isinstance(periods, list) else []
    starts = [day for each in rows if (day := _day(each.get("start")))]
    ends = [_day(each.get("end")) for each in rows]
    last = None if None in ends else max((day for day in ends if day), default=None)
    return min(starts, default=None), last


def _day(value: Any) -> date | None:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
