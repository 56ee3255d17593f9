"""On which days something falls due: once, or every so many months. No I/O.

Something falls due at the end of its day, by the clock of the agency that leads. It belongs to the agreement that is in
force at that moment, so that of one and the agreement that follows it exactly one asks for it, whenever the one takes
over from the other.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from portal.kernel.days import LAST_YEAR

from .models import first_moment

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    """Once on `first_on`; or every so many months, from `first_on` or from one interval after the anchor on."""

    every_months: int | None
    first_on: date | None


@dataclass(frozen=True)
class Span:
    """From when to when an agreement is in force; `ends` is the first moment at which it is not, None: no end."""

    begins: datetime
    ends: datetime | None
    zone: str

    def has(self, day: date) -> bool:
        """Whether what is due on a day falls due while it is in force."""
        moment = end_of(day, self.zone)
        return self.begins < moment and (self.ends is None or moment <= self.ends)


def end_of(day: date, zone: str) -> datetime:
    """The first moment after a day."""
    return first_moment(day + DAY, zone)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last one where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def days(rule: Rule, anchor: date) -> Iterator[date]:
    """Every day on which it falls due, whatever is in force then. Each is counted from the first, so that the 31st of a
    month comes back after a shorter one. `anchor`: the day on which the obligation came into force."""
    if rule.every_months is None:
        if rule.first_on is not None:
            yield rule.first_on
        return
    begins, first = (rule.first_on, 0) if rule.first_on is not None else (anchor, 1)
    last = (LAST_YEAR - begins.year) * 12 // rule.every_months
    for times in count(first):
        if times > last:
            return
        yield months_after(begins, times * rule.every_months)


def due(rule: Rule, *, anchor: date, span: Span) -> Iterator[date]:
    """The days that fall into a span."""
    return (day for day in days(rule, anchor) if span.has(day))
