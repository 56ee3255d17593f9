"""Takes the keys of one JSON object one by one: typed, storable, and nothing forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal

from portal.kernel.reading.problem import Problems, shown
from portal.kernel.reading.strict_json import LEFT_OUT, Flaw, Repeating, kept, kind, unstorable
from portal.records.reading.draft import LONGEST, LONGEST_OTHER, LONGEST_TEXT

Usual = Literal["empty", "null", "missing"]
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONG = frozenset({"description", "disposition", "contact", "extra_info", "address"})


class Fields:
    """The object at `place`. `form` gathers how empty values were written, `faults` the keys whose value was left out.

    `usual` is how the source writes a value that it does not have; only another writing is remembered in `form`.
    """

    def __init__(self, source: Mapping[str, Any], place: str, problems: Problems) -> None:
        self._source = source
        self._place = f"{place}." if place else ""
        self._problems = problems
        self._taken: set[str] = set()
        self.form: dict[str, str] = {}
        self.faults: set[str] = set()
        if isinstance(source, Repeating):
            for key in source.repeated:
                if not isinstance(source[key], Flaw):
                    problems.note(self.place(key), "is given more than once, each time the same.")

    def place(self, key: str) -> str:
        return self._place + shown(key)

    def fault(self, key: str, reason: str) -> None:
        self.faults.add(key)
        self._problems.error(self.place(key), reason)

    def text(self, key: str, *, usual: Usual = "empty", numbers: bool = False) -> str:
        """The text under the key, else ''. With `numbers`, a whole number is text that remembers that it was one."""
        value = self._take(key, usual)
        if numbers and isinstance(value, int) and not isinstance(value, bool):
            self.form[key] = "number"
            value = str(value)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.fault(key, f"is {kind(value)}, not text; it was left out.")
            return ""
        if value == "" and usual != "empty":
            self.form[key] = "empty"
        longest = LONGEST.get(key, LONGEST_TEXT if key in _LONG else LONGEST_OTHER)
        if reason := unstorable(value):
            self.fault(key, f"{reason} It was left out.")
        elif len(value) > longest:
            self.fault(key, f"is longer than {longest:,} characters; it was left out.")
        else:
            return value
        return ""

    def day(self, key: str, *, usual: Usual = "null") -> date | None:
        """The calendar day under the key, written YYYY-MM-DD."""
        value = self._take(key, usual)
        if value is None:
            return None
        if value == "":
            self.form[key] = "empty"
            return None
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            self.fault(key, "is not a date written YYYY-MM-DD; it was left out.")
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fault(key, "is a day that no calendar has; it was left out.")
            return None

    def flag(self, key: str, *, in_doubt: bool) -> bool:
        """True or false under the key, which is usually missing. A value that says neither counts as `in_doubt`."""
        value = self._take(key, "missing")
        if isinstance(value, bool):
            self.form[key] = "true" if value else "false"
            return value
        if value is not None or key in self.faults:
            self.fault(key, f"is neither true nor false; it was taken for {'true' if in_doubt else 'false'}.")
            return in_doubt
        return False

    def rows(self, key: str, *, usual: Usual = "empty") -> Iterator[tuple[str, Any]]:
        """The members of the list under the key, each with its place; a member that is flawed is reported."""
        value = self._take(key, usual)
        if value is None:
            return
        if not isinstance(value, list):
            self.fault(key, f"is {kind(value)}, not a list; it was left out.")
            return
        if not value and usual != "empty":
            self.form[key] = "empty"
        for index, row in enumerate(value):
            place = f"{self.place(key)}[{index}]"
            if isinstance(row, Flaw):
                self._problems.error(place, row.reason)
            else:
                yield place, row

    def part(self, key: str) -> Fields | None:
        """The object under the key, which is usually missing; its form is kept here under `key.`."""
        value = self._take(key, "missing")
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(key, f"is {kind(value)}, not an object; it was left out.")
            return None
        self.form[key] = "present"
        return Fields(value, self.place(key), self._problems)

    def rest(self, known: frozenset[str] = frozenset()) -> dict[str, Any]:
        """Every key that was not asked for, kept as it stands; each that is not `known` is noted."""
        found: dict[str, Any] = {}
        for key, value in self._source.items():
            if key in self._taken:
                continue
            if reason := unstorable(key):
                self._problems.error(self.place(key), f"has a key that {reason} It was left out.")
                continue
            part = kept(value, self.place(key), self._problems.error)
            if part is not LEFT_OUT:
                if key not in known:
                    self._problems.note(
                        self.place(key), "is not a key that this reader knows; it is kept as it stands."
                    )
                found[key] = part
        return found

    def _take(self, key: str, usual: Usual) -> Any:
        """The value, with None for null, missing and flawed."""
        self._taken.add(key)
        if key not in self._source:
            if usual != "missing":
                self.form[key] = "missing"
            return None
        value = self._source[key]
        if isinstance(value, Flaw):
            self.fault(key, value.reason)
            return None
        if value is None and usual != "null":
            self.form[key] = "null"
        return value
