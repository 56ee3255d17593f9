"""Reads a document by a table that says what each of its keys is, and writes a draft out again by the same table.

What has a column goes there; everything else is kept as the source wrote it (`other`), so that nothing is lost. A value
that does not fit its column is kept too, and noted. Only what no database can hold is left out, and said by its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from portal.kernel.reading.problem import Problems, shown
from portal.kernel.reading.strict_json import LEFT_OUT, Flaw, kept, kind, unstorable
from portal.records.reading.draft import (
    LONGEST,
    LONGEST_OTHER,
    LONGEST_TEXT,
    CaseDraft,
    ChargeDraft,
    EntryDraft,
    ParticipantDraft,
)

IN, OF, MADE = "@in", "@of", "@made"
"""In a draft's form: the list of the source in which it stood; the row that held this list (`p0`: participant 0); and
the columns that a reader made of other values, which are not written out."""
DERIVED = "-"
"""The list of rows that were made from values which stay where they are; nothing is written out for them."""
_LONG = frozenset({"description", "disposition", "contact", "extra"})
AS = "as "
"""In front of the writing of a source that its column does not repeat."""
ANY = "*"
"""In a shape: how all other keys are taken, without a note."""


@dataclass(frozen=True, slots=True)
class Text:
    """Text for a column of the draft; with `numbers` also a whole number, which is written out as one again."""

    slot: str
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day for a column, in any of the writings that `day_of` reads."""

    slot: str


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of texts for a column."""

    slot: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A value without a column, kept as it stands."""


@dataclass(frozen=True, slots=True)
class Part:
    """An object whose keys belong to the thing that holds it."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of objects that become rows of their own."""

    name: str
    shape: Shape


How = Text | Day | Texts | Kept | Part | Rows
Shape = Mapping[str, How]
Row = tuple[str, Any]
"""A row's place and value."""


def known(*keys: str) -> dict[str, How]:
    """Keys that are kept as they stand."""
    return dict.fromkeys(keys, Kept())


@dataclass(slots=True)
class Taken:
    """What an object came to: values of columns, rows, and the rest."""

    place: str
    values: dict[str, Any] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    other: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def text(self, slot: str) -> str:
        found: str = self.values.get(slot, "")
        return found

    def day(self, slot: str) -> date | None:
        found: date | None = self.values.get(slot)
        return found

    def beside(self, *path: str) -> str:
        """Text that is kept beside the columns, '' if there is none or it is something else."""
        value: Any = self.other
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value if isinstance(value, str) else ""


def take(shape: Shape, source: Mapping[str, Any], place: str, problems: Problems) -> Taken:
    taken = Taken(place)
    _Taker(taken, problems).take(shape, source, place, "", taken.other)
    return taken


class _Taker:
    def __init__(self, taken: Taken, problems: Problems) -> None:
        self._taken, self._problems = taken, problems

    def take(self, shape: Shape, source: Mapping[str, Any], place: str, path: str, other: dict[str, Any]) -> None:
        for key, value in source.items():
            at = f"{place}.{shown(key)}" if place else shown(key)
            if reason := unstorable(key):
                self._problems.error(at, f"has a key that {reason} It was left out.")
            elif isinstance(value, Flaw):
                self._problems.error(at, value.reason)
            else:
                self._value(shape.get(key, shape.get(ANY)), key, value, at, f"{path}{key}", other)

    def _value(self, how: How | None, key: str, value: Any, at: str, path: str, other: dict[str, Any]) -> None:
        if how is None:
            self._problems.note(at, "is not a key that this reader knows; it is kept as it stands.")
        elif isinstance(how, Part) and isinstance(value, dict):
            self._taken.form[path] = "object"
            inner: dict[str, Any] = {}
            self.take(how.shape, value, at, f"{path}.", inner)
            if inner:
                other[key] = inner
            return
        elif isinstance(how, Rows) and isinstance(value, list):
            self._taken.form[path] = "list"
            self._taken.rows.setdefault(how.name, []).extend((f"{at}[{n}]", row) for n, row in enumerate(value))
            return
        elif not isinstance(how, Kept):
            if _column(how, path, value, self._taken):
                return
            if not (isinstance(value, str) and unstorable(value)):
                wanted = "a day that can be read" if isinstance(how, Day) else "what a column can hold"
                self._problems.note(at, f"is {kind(value)}, and not {wanted}; it is kept as it stands.")
        part = kept(value, at, self._problems.error)
        if part is not LEFT_OUT:
            other[key] = part


def _column(how: How, path: str, value: Any, taken: Taken) -> bool:
    """Put a value where the table says, and remember how it was written; False if it does not fit."""
    if value is None or value == "":
        taken.form[path] = "null" if value is None else "empty"
        return True
    if isinstance(how, Texts):
        return _texts(how, path, value, taken)
    if isinstance(how, Text) and how.numbers and isinstance(value, int) and not isinstance(value, bool):
        text = str(value)
    elif isinstance(value, str) and not unstorable(value):
        text = value
    else:
        return False
    if isinstance(how, Day):
        return _day(how, path, text, taken)
    if not isinstance(how, Text) or len(text) > longest_of(how.slot):
        return False
    taken.values[how.slot] = text
    if text is not value:
        taken.form[path] = "number"
    return True


def _texts(how: Texts, path: str, value: Any, taken: Taken) -> bool:
    longest = LONGEST.get("roles", LONGEST_OTHER)
    fits = isinstance(value, list) and all(
        isinstance(each, str) and each and len(each) <= longest and not unstorable(each) for each in value
    )
    if fits:
        taken.form[path] = "list"
        taken.values[how.slot] = tuple(value)
    return fits


def longest_of(slot: str) -> int:
    return LONGEST.get(slot, LONGEST_TEXT if slot in _LONG else LONGEST_OTHER)


def _day(how: Day, path: str, value: str, taken: Taken) -> bool:
    found = day_of(value)
    if found is None:
        return False
    taken.values[how.slot] = found
    if found.isoformat() != value:
        taken.form[path] = AS + value
    return True


_ISO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?")
_WRITINGS = ("%m/%d/%Y", "%B %d, %Y", "%b %d %Y", "%b %d, %Y", "%d %b %Y")
_RFC_822 = re.compile(r"[A-Z][a-z]{2}, ([0-9]{1,2} [A-Z][a-z]{2} [0-9]{4}) [0-9:]+ .+")


def day_of(text: str) -> date | None:
    """The calendar day of a text, as the court wrote it: a time of day and its zone do not move it."""
    try:
        if match := _ISO.fullmatch(text):
            return date.fromisoformat(match[1])
        if match := _RFC_822.fullmatch(text):
            text = match[1]
        if not text.isascii() or len(text) > 40:
            return None
    except ValueError:
        return None
    for writing in _WRITINGS:
        try:
            return datetime.strptime(text, writing).date()
        except ValueError:
            continue
    return None


# --- Writing out ------------------------------------------------------------------------------------------------------

Draft = CaseDraft | ParticipantDraft | ChargeDraft | EntryDraft


def write(case: CaseDraft, shape: Shape) -> dict[str, Any]:
    """The document that a case was read from."""
    return _Writer(case).whole(shape, case, "")


class _Writer:
    """A row is called by a letter and its index (`p0`); its lists are those rows that name it as theirs."""

    def __init__(self, case: CaseDraft) -> None:
        self._rows: dict[tuple[str, str], list[tuple[str, Draft]]] = {}
        drafts: tuple[tuple[str, Sequence[Draft]], ...] = (
            ("p", case.participants),
            ("e", case.entries),
            ("c", case.charges),
        )
        for letter, each in drafts:
            for index, draft in enumerate(each):
                at = (draft.form.get(IN, DERIVED), draft.form.get(OF, ""))
                self._rows.setdefault(at, []).append((f"{letter}{index}", draft))

    def whole(self, shape: Shape, draft: Draft, name: str) -> dict[str, Any]:
        return _merged(self._part(shape, draft, name, ""), draft.other)

    def _part(self, shape: Shape, draft: Draft, name: str, path: str) -> dict[str, Any]:
        found = {key: self._written(how, draft, name, f"{path}{key}") for key, how in shape.items()}
        return {key: value for key, value in found.items() if value is not _ABSENT}

    def _written(self, how: How, draft: Draft, name: str, path: str) -> Any:
        form = draft.form.get(path, "")
        if form in _EMPTY:
            return _EMPTY[form]
        if isinstance(how, Part):
            return self._part(how.shape, draft, name, f"{path}.") if form == "object" else _ABSENT
        if isinstance(how, Rows):
            rows = self._rows.get((how.name, name), [])
            return [self.whole(how.shape, row, called) for called, row in rows] if form == "list" else _ABSENT
        return _value(how, draft, form)


_ABSENT = object()
_EMPTY: Mapping[str, Any] = {"null": None, "empty": ""}


def _value(how: How, draft: Draft, form: str) -> Any:
    if isinstance(how, Kept | Part | Rows):
        return _ABSENT
    if how.slot in draft.form.get(MADE, "").split():
        return _ABSENT
    found = getattr(draft, how.slot)
    if isinstance(how, Texts):
        return list(found) if form == "list" else _ABSENT
    if not found:
        return _ABSENT
    if isinstance(how, Day):
        return form.removeprefix(AS) if form.startswith(AS) else found.isoformat()
    return int(found) if form == "number" else found


def _merged(found: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    for key, value in other.items():
        inner = found.get(key)
        found[key] = _merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return found
