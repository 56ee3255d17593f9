"""Reads records of any class from JSON: one object a record, its properties those of the description.

A record is taken whole or refused whole: a property that is not described, a value that is none of its field, or one
that
is missing refuses the line, by place and reason; a reason never repeats a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from portal.kernel.reading.pieces import LONGEST_PIECE, Piece
from portal.kernel.reading.problem import Problems, shown
from portal.kernel.reading.strict_json import Flaw, Unreadable, kind, parse
from portal.records.reading import CaseDraft, ChargeDraft, EntryDraft, ParticipantDraft, Reading
from portal.records.reading.sources import pieces_of
from privacy.models import ParticipantRole

from .catalogue import CHARGE, CHARGES, EVENT, EVENTS, HEARING, HEARINGS, JUVENILE, PERSON, SEALED, described
from .fields import BadValue, Field, RecordClass
from .intelligence import flaw_of_review

SOURCE_SYSTEM = "niem-json"
FAMILY = "niem"
SUFFIX = (".niem.json", ".niem.jsonl", ".niem.json.gz", ".niem.jsonl.gz")
"""By which a file of cases says that it is written so, and not as a docket."""
LONGEST_NUMBER = 64
MOST_ROWS = 10_000


def read_records(path: str | Path, record_class: str, progress: Callable[[int], None]) -> Iterator[Reading]:
    """Every record under a path, as `reading.read_path` does for dockets: one in memory at a time."""
    for source, piece in pieces_of(Path(path), progress):
        yield read_piece(source, piece, described(record_class))


def read_piece(source: str, piece: Piece, of: RecordClass) -> Reading:
    """One record, or why it was refused."""
    problems = Problems()
    draft = None
    if piece.flaw or len(piece.raw) > LONGEST_PIECE:
        problems.error("", piece.flaw or "is too long to be read.")
    else:
        try:
            value = parse(piece.raw)
        except Unreadable as error:
            problems.error("", str(error))
        else:
            draft = _record(value, of, problems)
    found = problems.all()
    return Reading(source, None if found else draft, found, FAMILY)


@dataclass
class _Given:
    """The properties of one object: leaves by their path, and lists of objects by their property."""

    place: str
    problems: Problems
    leaves: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)

    def error(self, path: str, reason: str) -> None:
        self.problems.error(f"{self.place}{shown(path)}", reason)

    def take(self, value: Mapping[str, Any], lists: tuple[str, ...], path: str = "") -> None:
        for key, each in value.items():
            whole = path + key
            if isinstance(each, Flaw):
                self.error(whole, each.reason)
            elif whole in lists:
                self._list(whole, each)
            elif isinstance(each, dict):
                self.take(each, (), f"{whole}/")
            else:
                self.leaves[whole] = each

    def _list(self, key: str, value: Any) -> None:
        if not isinstance(value, list) or len(value) > MOST_ROWS:
            self.error(key, f"is {kind(value)}, not a list of objects.")
            return
        self.lists[key] = [(f"{self.place}{shown(key)}[{number}].", each) for number, each in enumerate(value)]

    def values(self, fields: tuple[Field, ...]) -> dict[str, Any]:
        """The fields that are given, checked; whatever is left is none."""
        found = {}
        for each in fields:
            if each.niem in self.leaves:
                try:
                    found[each.name] = each.checked(self.leaves.pop(each.niem))
                except BadValue as error:
                    self.error(each.niem, str(error))
            elif each.required:
                self.error(each.niem, "is missing.")
        for path in self.leaves:
            self.error(path, "is no property of this class that is described; the record was refused.")
        return found


def _given(value: Any, place: str, lists: tuple[str, ...], problems: Problems) -> _Given:
    given = _Given(place, problems)
    if isinstance(value, dict):
        given.take(value, lists)
    else:
        problems.error(place.rstrip("."), f"is {kind(value)}, not an object.")
    return given


def _record(value: Any, of: RecordClass, problems: Problems) -> CaseDraft | None:
    given = _given(value, "", (*of.people, EVENTS, HEARINGS), problems)
    number = given.leaves.pop(of.number, None)
    if not isinstance(number, str) or not number.strip() or len(number) > LONGEST_NUMBER:
        problems.error(of.number, f"is missing, or no text of up to {LONGEST_NUMBER} characters.")
        return None
    sealed, juvenile = (_flag(given, name) for name in (SEALED, JUVENILE))
    details = given.values(of.fields)
    if of.closes and (flaw := flaw_of_review(details)):
        problems.error("", flaw)
    people, charges = _people(given, of, problems)
    roles = {each.role for each in people}
    lifted = {name: details.pop(name, "") for name in ("title", "court")} if of.name == "case" else {}
    return CaseDraft(
        source_system=SOURCE_SYSTEM,
        source_id=number.strip(),
        court_id=lifted.get("court", ""),
        docket_number=number.strip(),
        title=lifted.get("title", ""),
        filed_on=of.day(details, of.begins),
        terminated_on=of.day(details, *of.ends),
        category=_kind(of, details),
        sealed=sealed,
        juvenile=juvenile or ParticipantRole.JUVENILE in roles,
        participants=tuple(people),
        charges=tuple(charges),
        entries=tuple(_entries(given, problems)),
        record_class=of.name,
        details=details,
    )


def _kind(of: RecordClass, details: Mapping[str, Any]) -> str:
    """Its category, as lists say it."""
    found = next((each for each in of.fields if each.name == of.kind and each.name in details), None)
    return str(found.value(details[found.name]))[:60] if found else ""


def _flag(given: _Given, name: str) -> bool:
    value = given.leaves.pop(name, False)
    if not isinstance(value, bool):
        given.error(name, f"is {kind(value)}, not true or false.")
    return value is not False


def _people(given: _Given, of: RecordClass, problems: Problems) -> tuple[list[ParticipantDraft], list[ChargeDraft]]:
    people: list[ParticipantDraft] = []
    charges: list[ChargeDraft] = []
    for key, role in of.people.items():
        for place, row in given.lists.get(key, []):
            person = _given(row, place, (CHARGES,), problems)
            values = person.values(PERSON)
            alias = values.get("alias", "")
            people.append(
                ParticipantDraft(
                    role=str(role),
                    source_type=str(role.label),
                    name=values.get("name", ""),
                    extra=f"also known as {alias}" if alias else "",
                    birth_date=_day(values, "birth_date"),
                    contact=values.get("contact", ""),
                    state_id=values.get("state_id", ""),
                    fbi_id=values.get("fbi_id", ""),
                    place=key,
                )
            )
            charges += [
                _charge(_given(each, at, (), problems), len(charges) + offset, len(people) - 1)
                for offset, (at, each) in enumerate(person.lists.get(CHARGES, []), 1)
            ]
    return people, charges


def _day(values: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(values[name]) if name in values else None


def _charge(given: _Given, sequence: int, participant: int) -> ChargeDraft:
    values = given.values(CHARGE)
    days: dict[str, Any] = {name: _day(values, name) for name in ("filed_on", "disposed_on", "sentenced_on")}
    words = ("count_number", "description", "statute", "degree", "plea", "status", "outcome", "disposition", "sentence")
    said = {name: values.get(name, "") for name in (*words, "fine")}
    return ChargeDraft(sequence=sequence, kind="count", participant=participant, **said, **days)


def _entries(given: _Given, problems: Problems) -> Iterator[EntryDraft]:
    """Events and hearings in the order of their days."""
    rows: list[dict[str, Any]] = []
    for key, fields in ((EVENTS, EVENT), (HEARINGS, HEARING)):
        rows += [_given(each, at, (), problems).values(fields) for at, each in given.lists.get(key, [])]
    for sequence, values in enumerate(sorted(rows, key=lambda row: row.get("filed_on", "")), 1):
        yield EntryDraft(
            sequence=sequence,
            number=values.get("number", "")[:40],
            filed_on=_day(values, "filed_on"),
            description=values.get("description", ""),
            hearing=values.get("kind", ""),
            held_at=", ".join(filter(None, (values.get("hour", ""), values.get("place", ""))))[:120],
        )
