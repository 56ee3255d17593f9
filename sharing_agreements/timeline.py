"""What happened in the life of an agreement and its changes, along one line of time, and the same as a table.

It is as narrow as a phone: time runs downward, and what stands close together is written one below the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateformat import format as spell
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.audit.models import Event

from .models import MAY_END, THRESHOLDS, Agreement, Certificate, Signature, Withdrawal, first_moment
from .pictures import suspensions
from .succession import starts_at
from .wording import lower

WIDTH, BAR, TEXT, STEP, TOP = 340, 18, 52, 38, 24
LEAST, LETTERS = 260, 41
TODAY = "Today"
BEGINS = {
    "": "In force",
    "amendment": "Amendment in force",
    "renewal": "Renewal in force",
    "joinder": "Joinder in force",
}
TURNS = {
    "agreement.suspended": ("Suspended", "f-stop"),
    "agreement.resumed": ("In force again", "f-accent"),
    "agreement.terminated": ("Terminated", "f-stop"),
}
Period = tuple[datetime, datetime | None]
Place = Callable[[datetime], float]


@dataclass(frozen=True)
class Mark:
    """One moment: what happened or is to come, and to which agreement of the line."""

    at: datetime
    what: str
    tone: str
    number: str
    large: bool = False
    last: bool = False
    """Whether it is the first moment after a last day: that day is the one to name."""


@dataclass(frozen=True)
class Timeline:
    """The moments in order, when each agreement of the line was or will be in force, and when it was suspended."""

    agreement: Agreement
    marks: list[Mark]
    force: list[Period]
    pauses: list[Period]
    now: datetime


def timeline_of(agreement: Agreement, line: Sequence[Agreement]) -> Timeline | None:
    """The timeline of the agreements of a line that the viewer reads; None before anything stands on it."""
    events = Event.objects.filter(
        subject_label=Agreement._meta.label, subject_id__in=[each.pk for each in line], kind__in=TURNS
    )
    happened: dict[object, list[Event]] = {}
    for event in events.order_by("at", "sequence"):
        happened.setdefault(event.subject_id, []).append(event)
    numbers = {each.pk: each.number for each in line}
    over = {each.pk: _over(each, happened.get(each.pk, [])) for each in line}
    marks = [*_answers(numbers), *_leaving(numbers, over), *_certified(numbers)]
    force, pauses = [], []
    for each in line:
        mine = happened.get(each.pk, [])
        marks += [Mark(event.at, *TURNS[event.kind], each.number) for event in mine]
        if each.in_force_at is not None:
            marks.append(Mark(starts_at(each), BEGINS[each.change], "f-accent", each.number, large=True))
            force.append((starts_at(each), over[each.pk]))
            pauses += [(since, until or over[each.pk]) for since, until in suspensions(mine)]
    marks += _end(line)
    marks.sort(key=lambda mark: mark.at)
    return Timeline(agreement, marks, force, pauses, timezone.now()) if marks else None


def _over(agreement: Agreement, events: Iterable[Event]) -> datetime | None:
    """When it ended or will; None: no end is known."""
    stopped = [event.at for event in events if event.kind == "agreement.terminated"]
    return min([*stopped, *filter(None, [agreement.ends_at])], default=None)


def _answers(numbers: dict[Any, str]) -> Iterator[Mark]:
    given = Signature.objects.filter(version__agreement__in=numbers).select_related("party", "version")
    for each in given:
        signed = each.decision == Signature.Decision.SIGNED
        what = f"{each.party.name} {'signed' if signed else 'declined'}"
        yield Mark(each.at, what, "f-soft" if signed else "f-stop", numbers[each.version.agreement_id])


def _leaving(numbers: dict[Any, str], over: dict[Any, datetime | None]) -> Iterator[Mark]:
    """Notices to leave; one that holds for the next text too was given once. Nobody leaves what has ended before."""
    seen, left = set(), set()
    for each in Withdrawal.objects.filter(agreement__in=numbers).select_related("agency").order_by("pk"):
        notice, number = (each.agency_id, each.given_at), numbers[each.agreement_id]
        ended = over[each.agreement_id]
        if each.taken_back_at is None and notice not in left and (ended is None or each.effective_at <= ended):
            left.add(notice)
            yield Mark(each.effective_at, f"{each.agency} leaves", "f-stop", number, last=True)
        if notice in seen:
            continue
        seen.add(notice)
        yield Mark(each.given_at, f"{each.agency} gave notice", "f-warn", number)
        if each.taken_back_at is not None:
            yield Mark(each.taken_back_at, f"{each.agency} took it back", "f-soft", number)


def _certified(numbers: dict[Any, str]) -> Iterator[Mark]:
    given = Certificate.objects.filter(agreement__in=numbers).select_related("agency", "record_set")
    for each in given:
        what = f"{each.agency} certified: {lower(str(each.get_manner_display()))}"
        yield Mark(each.at, what, "f-good", numbers[each.agreement_id])


def _end(line: Sequence[Agreement]) -> Iterator[Mark]:
    """The end of the last text in force, and the thresholds before it."""
    signed = [each for each in line if each.in_force_at is not None]
    last = max(signed, key=starts_at, default=None)
    version = last.current_version if last else None
    if last is None or version is None or last.ends_at is None or last.status not in MAY_END:
        return
    yield Mark(last.ends_at, "Last day", "f-warn", last.number, large=True, last=True)
    if version.ends_on is None or last.closes_at is not None:
        return
    for days in THRESHOLDS:
        at = first_moment(version.ends_on - timedelta(days=days), last.lead_agency.time_zone)
        if at > starts_at(last):
            yield Mark(at, f"{days} days left", "f-warn", last.number)


# --- Drawing --------------------------------------------------------------------------------------------------------


def draw(found: Timeline) -> SafeString:
    """The picture; colour by class only, and what a colour says is written beside it."""
    shown = sorted([*found.marks, Mark(found.now, TODAY, "", "", large=True)], key=lambda mark: mark.at)
    height = max(LEAST, STEP * len(shown))
    place = _scale(found, height)
    words = _apart([place(mark.at) for mark in shown], TOP + height)
    marks = [_mark(found, mark, place(mark.at), y) for mark, y in zip(shown, words, strict=True)]
    title = f"Timeline of {found.agreement.number}: {len(found.marks)} moments. The table below says the same."
    return format_html(
        '<svg class="p-pic p-pic--time" viewBox="0 0 {} {}" role="img" aria-labelledby="time-title">'
        '<title id="time-title">{}</title><line class="s-axis" x1="{}" x2="{}" y1="{}" y2="{}"/>{}</svg>',
        WIDTH, TOP + height + STEP, title, BAR, BAR, TOP, TOP + height,
        format_html_join("", "{}", ((each,) for each in [*_bars(found, place), *marks])),
    )  # fmt: skip


def _bars(found: Timeline, place: Place) -> Iterator[SafeString]:
    """The time in force, what of it is past, each text apart from the one before; over it the suspensions."""
    periods = sorted(found.force, key=lambda period: period[0])
    for since, until in periods:
        yield _bar("f-none", place(since), place(until or _latest(found)))
    for n, (since, until) in enumerate(periods):
        if since < found.now:
            yield _bar("f-mid" if n % 2 else "f-accent", place(since), place(min(until or found.now, found.now)))
    for since, until in found.pauses:
        yield _bar("f-hatch", place(since), place(until or found.now), wide=True)


def _latest(found: Timeline) -> datetime:
    return max(found.now, found.marks[-1].at)


def _scale(found: Timeline, height: float) -> Place:
    """Where a moment stands between the first and the last."""
    first, last = min(found.now, found.marks[0].at), _latest(found)
    seconds = max((last - first).total_seconds(), 1.0)

    def place(at: datetime) -> float:
        return TOP + height * min(max((at - first).total_seconds() / seconds, 0.0), 1.0)

    return place


def _apart(wanted: list[float], bottom: float) -> list[float]:
    """Heights as near to the wanted ones as words take room: first pushed down, then back up from the bottom."""
    found: list[float] = []
    for y in wanted:
        found.append(max(y, found[-1] + STEP) if found else y)
    limit = bottom
    for n in range(len(found) - 1, -1, -1):
        found[n] = min(found[n], limit)
        limit = found[n] - STEP
    return found


def _bar(tone: str, since: float, until: float, *, wide: bool = False) -> SafeString:
    half = 7 if wide else 4
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
        tone, BAR - half, f"{since:.1f}", 2 * half, f"{max(until - since, 2):.1f}",
    )  # fmt: skip


def _mark(found: Timeline, mark: Mark, at: float, words: float) -> SafeString:
    cut = mark.what if len(mark.what) <= LETTERS else f"{mark.what[: LETTERS - 1]}…"
    return format_html(
        '<g><title>{}: {}</title><path class="s-line" d="M{} {}H{}L{} {}"/>{}'
        '<text{} x="{}" y="{}">{}</text><text class="t-soft" x="{}" y="{}">{}</text></g>',
        mark.what, when(found, mark), BAR + 8, f"{at:.1f}", BAR + 14, TEXT - 6, f"{words:.1f}", _point(found, mark, at),
        SafeString(' class="t-b"') if mark.large else "", TEXT, f"{words + 1:.1f}", cut,
        TEXT, f"{words + 16:.1f}", _under(found, mark),
    )  # fmt: skip


def _point(found: Timeline, mark: Mark, at: float) -> SafeString:
    """A dot on the line; today a stroke across it."""
    y = f"{at:.1f}"
    if mark.what == TODAY:
        return format_html('<line class="s-now" x1="2" x2="{}" y1="{}" y2="{}"/>', BAR + 14, y, y)
    tone = mark.tone if mark.at <= found.now else "f-sheet"
    return format_html('<circle class="{}" cx="{}" cy="{}" r="{}"/>', tone, BAR, y, 7 if mark.large else 5)


def _under(found: Timeline, mark: Mark) -> str:
    other = "" if mark.number in {"", found.agreement.number} else f", {mark.number}"
    return f"{when(found, mark)}{other}"


def when(found: Timeline, mark: Mark) -> str:
    """The day, on the calendar of the lead agency, and whether it is still to come."""
    at = mark.at - timedelta(seconds=1) if mark.last else mark.at
    day = spell(at.astimezone(ZoneInfo(found.agreement.lead_agency.time_zone)), "M j, Y")
    return day if mark.at <= found.now else f"{day}, to come"


def table(found: Timeline) -> dict[str, Any]:
    """The same moments, each with the agreement to which it belongs."""
    return {
        "caption": f"Timeline of {found.agreement.number}",
        "columns": [{"label": "When", "head": True}, {"label": "What"}, {"label": "Agreement"}],
        "rows": [[when(found, mark), mark.what, mark.number] for mark in found.marks],
    }
