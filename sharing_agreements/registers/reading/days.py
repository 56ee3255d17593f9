"""Days as registers write them. What can be read in two ways is a doubt with its candidates, never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

EARLIEST = date(1970, 1, 1)
LATEST = date(2100, 12, 31)
EXCEL_BEGINS = date(1899, 12, 30)
SERIALS = range(20_000, 80_000)

DOUBTS = {
    "text": "It is no day.",
    "two_digits": "The year has two digits.",
    "order": "Day and month can be read in two ways.",
    "several": "The cell holds several days.",
    "serial": "It is a number, as Excel counts days.",
    "impossible": "No calendar has this day.",
    "early": "It lies before 1970.",
    "future": "It is still to come.",
    "late": "It lies after 2100.",
}
"""Why a day is not taken as it is written."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
_PATTERNS = tuple(
    re.compile(rf"(?<![\w/.-]){pattern}(?![\w/-])", re.IGNORECASE)
    for pattern in (
        rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?:[ T]{_CLOCK}(?:Z|[+-]\d\d:?\d\d)?)?",
        r"(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y>\d{4}|\d{2})(?: \d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?)?",
        rf"{_MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>\d{{4}}|\d{{2}})",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ -]{_MONTH}[ ,-] ?(?P<y>\d{{4}}|\d{{2}})",
    )
)


@dataclass(frozen=True, slots=True)
class Day:
    """What a cell says: `on` where it is clear, else a doubt (a key of DOUBTS) with what it may mean."""

    on: date | None = None
    doubt: str = ""
    candidates: tuple[date, ...] = ()


def read_day(text: str, *, order: str = "", today: date | None = None) -> Day:
    """The day that a cell holds; an empty one holds none. `today`: a day after it is a doubt, as for a signature."""
    if not text:
        return Day()
    if text.isdecimal() and text.isascii() and len(text) < 6 and int(text) in SERIALS:
        return Day(doubt="serial", candidates=(EXCEL_BEGINS + timedelta(days=int(text)),))
    found = list(_matches(text))
    if not found:
        return Day(doubt="text")
    if len(found) > 1:
        readings = [_reading(match, order) for match in found]
        days = [on for day in readings for on in ([day.on] if day.on else day.candidates)]
        return Day(doubt="several", candidates=tuple(dict.fromkeys(days)))
    if re.sub(r"[\s.,;()]", "", text.replace(found[0][0], "")):
        # Words beside a day may turn it round: "cancelled 2025-03-01".
        only = _reading(found[0], order)
        return Day(doubt="text", candidates=(only.on,) if only.on else only.candidates)
    return _bounded(_reading(found[0], order), today)


def _matches(text: str) -> Iterator[re.Match[str]]:
    """The days in a text from left to right, none of which overlaps another."""
    found = sorted((match for pattern in _PATTERNS for match in pattern.finditer(text)), key=lambda m: m.start())
    end = -1
    for match in found:
        if match.start() >= end:
            end = match.end()
            yield match


def _reading(match: re.Match[str], order: str) -> Day:
    parts = match.groupdict()
    if parts.get("name"):
        pairs = [(MONTHS.index(parts["name"][:3].lower()) + 1, int(parts["d"]))]
    elif "a" in parts:
        first, second = int(parts["a"]), int(parts["b"])
        both = {"mdy": [(first, second)], "dmy": [(second, first)]}
        pairs = both.get(order, [(first, second), (second, first)])
    else:
        pairs = [(int(parts["m"]), int(parts["d"]))]
    years = [int(parts["y"])] if len(parts["y"]) == 4 else [2000 + int(parts["y"]), 1900 + int(parts["y"])]
    days = list(dict.fromkeys(on for year in years for pair in pairs if (on := _day(year, *pair))))
    if not days:
        return Day(doubt="impossible")
    if len(years) > 1:
        return Day(doubt="two_digits", candidates=tuple(days))
    return Day(days[0]) if len(days) == 1 else Day(doubt="order", candidates=tuple(days))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _bounded(day: Day, today: date | None) -> Day:
    if day.on is None:
        return day
    if day.on < EARLIEST:
        return Day(doubt="early", candidates=(day.on,))
    if day.on > LATEST:
        return Day(doubt="late", candidates=(day.on,))
    # The day after today may have begun elsewhere.
    if today is not None and day.on > today + timedelta(days=1):
        return Day(doubt="future", candidates=(day.on,))
    return day
