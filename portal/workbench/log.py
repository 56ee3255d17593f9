"""The access log as an auditor reads it: filtered, drawn by day, paged by key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import and_
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from portal.records.models import AccessEntry

PAGE = 50
MOST_DAYS = 31
RELEASES = (AccessEntry.Action.PRINT, AccessEntry.Action.EXPORT, AccessEntry.Action.REDISCLOSE)


@dataclass(frozen=True)
class Filter:
    """What to show. `words` finds a person, an agency, an agreement, an inquiry, a watch, a release, a stated case or a
    record by its id; not by its number, which an auditor need not know."""

    words: str = ""
    action: str = ""
    purpose: str = ""
    since: date | None = None
    until: date | None = None

    def apply(self, entries: QuerySet[AccessEntry]) -> QuerySet[AccessEntry]:
        zone = timezone.get_current_timezone()
        if self.words:
            entries = entries.filter(_meaning(self.words.strip()))
        if self.action == "refused":
            entries = entries.filter(outcome=AccessEntry.Outcome.REFUSED)
        elif self.action == "released":
            entries = entries.filter(action__in=RELEASES, outcome=AccessEntry.Outcome.SHOWN)
        elif self.action:
            entries = entries.filter(action=self.action)
        if self.purpose:
            entries = entries.filter(purpose=self.purpose)
        if self.since:
            entries = entries.filter(at__gte=datetime.combine(self.since, time(), zone))
        if self.until:
            entries = entries.filter(at__lt=datetime.combine(self.until + timedelta(days=1), time(), zone))
        return entries


NUMBERED = {"INQ": ("inquiry", 6), "WAT": ("watch", 6), "REL": ("release", 10)}
"""What has a number that begins so, and with how many digits of its id it ends."""


def _meaning(words: str) -> Q:
    try:
        return Q(record_ids__contains=[UUID(words)])
    except ValueError:
        pass
    kind, _, rest = words.upper().partition("-")
    if rest and kind in NUMBERED:
        of, digits = NUMBERED[kind]
        tail = rest.rpartition("-")[2].lower()
        return Q(**{f"{of}__id__endswith": tail}) if len(tail) == digits else Q(pk=None)
    names = [
        Q(person__first_name__icontains=word) | Q(person__last_name__icontains=word)
        for word in words.replace(",", " ").split()
    ]
    return (
        reduce(and_, names, Q())
        | Q(person__email__iexact=words)
        | Q(agency__name__icontains=words)
        | Q(inquiry__case_number__icontains=words)
        | Q(watch__case_number__icontains=words)
        | Q(agreements__contains=[words.upper()])
    )


@dataclass(frozen=True)
class Day:
    day: date
    viewed: int
    released: int
    refused: int

    @property
    def total(self) -> int:
        return self.viewed + self.released + self.refused


def by_day(entries: QuerySet[AccessEntry], zone: ZoneInfo) -> list[Day]:
    """The newest days with entries and those between, at most `MOST_DAYS`, oldest first."""
    refused = Q(outcome=AccessEntry.Outcome.REFUSED)
    rows = (
        entries.annotate(day=TruncDate("at", tzinfo=zone))
        .values("day")
        .annotate(
            refused_count=Count("pk", filter=refused),
            released_count=Count("pk", filter=Q(action__in=RELEASES) & ~refused),
            viewed_count=Count("pk", filter=~Q(action__in=RELEASES) & ~refused),
        )
        .order_by("-day")[:MOST_DAYS]
    )
    found = {r["day"]: Day(r["day"], r["viewed_count"], r["released_count"], r["refused_count"]) for r in rows}
    if not found:
        return []
    last = max(found)
    first = max(min(found), last - timedelta(days=MOST_DAYS - 1))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [found.get(day, Day(day, 0, 0, 0)) for day in days]


def page(
    entries: QuerySet[AccessEntry], *, before: tuple[datetime, UUID] | None = None, size: int = PAGE
) -> tuple[list[AccessEntry], bool]:
    """One page, newest first, and whether older entries follow."""
    if before:
        at, key = before
        entries = entries.filter(Q(at__lt=at) | Q(at=at, pk__lt=key))
    whole = entries.select_related("person", "agency", "inquiry", "release", "watch")
    rows = list(whole.order_by("-at", "-pk")[: size + 1])
    return rows[:size], len(rows) > size
