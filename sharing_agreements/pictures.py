"""The life of an agreement as a picture drawn on the server, with the same facts as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.audit.models import Event

from .models import EXPIRING, Agreement, first_moment

S = Agreement.Status
LEFT, STAGE, LINE, FORCE, RIGHT = 40, 70, 84, 320, 800
STAGES = (("Drafted", "drafted"), ("Review", "submitted"), ("Board", "motion_made"), ("Signing", "signing_opened"))
ROOM = 96
"""Between two marks, so that their words stand apart."""
OVER = {S.REJECTED: "rejected", S.WITHDRAWN: "withdrawn"}
CLOSED = frozenset({"terminated", "superseded"})
PAST = CLOSED | {"suspended", "expired"}
"""Standings in which being in force lies behind: the large mark is where the agreement stands now."""


@dataclass(frozen=True)
class Mark:
    """One point of a life: what, when, and whether it has come."""

    what: str
    at: datetime | date | None
    came: bool
    x: float


@dataclass(frozen=True)
class Life:
    """What the picture shows: stages, the time in force, suspensions."""

    stages: list[Mark]
    begins: Mark
    expires: Mark | None
    ends: Mark | None
    halted: Mark | None
    suspensions: list[tuple[datetime, datetime | None]]
    pauses: list[tuple[float, float]]
    today: float


def life_of(agreement: Agreement, events: Sequence[Event]) -> Life:
    """The life as its events and dates tell it. Before it is in force the stages stand at equal distances."""
    version, now = agreement.current_version, timezone.now()
    assert version is not None  # noqa: S101  (drafting makes one)
    newest = {event.kind.partition(".")[2]: event.at for event in events}
    stages = [Mark(what, newest.get(kind), kind in newest, LEFT + n * STAGE) for n, (what, kind) in enumerate(STAGES)]
    zone = agreement.lead_agency.time_zone
    start = max(filter(None, [first_moment(version.effective_on, zone), agreement.in_force_at]))
    begun = agreement.in_force_at is not None and start <= now
    standing = agreement.standing
    closed = newest.get(standing) if standing in CLOSED else None
    end = closed or agreement.ends_at
    if over := OVER.get(S(agreement.status)):
        stages = [mark for mark in stages if mark.came]
        return Life(stages, Mark(over.capitalize(), newest.get(over), True, FORCE), None, None, None, [], [], FORCE)
    place, halts = _scale(start, end), suspensions(events)
    here = place(now) if begun else max((mark.x for mark in stages if mark.came), default=LEFT) + STAGE / 2
    if standing == "suspended":
        here = min(max(here, FORCE + ROOM), RIGHT - ROOM)
    return Life(
        stages,
        Mark("In force", start if begun or start > now else None, begun, FORCE),
        Mark("Expiring", end - EXPIRING, end - EXPIRING <= now, place(end - EXPIRING))
        if end
        and not closed
        and agreement.closes_by != Agreement.Closing.SUCCESSOR
        and end - EXPIRING > start + EXPIRING / 2
        and abs(place(end - EXPIRING) - here) > ROOM
        else None,
        _end(standing, end) if end else None,
        Mark("Suspended", halts[-1][0], True, here) if standing == "suspended" and halts else None,
        halts,
        [(place(since), place(until) if until else here) for since, until in halts],
        here,
    )


def _end(standing: str, end: datetime) -> Mark:
    """The last moment: to come, or how it ended."""
    what = standing.capitalize() if standing in PAST - {"suspended"} else "Ends"
    return Mark(what, end - timedelta(seconds=1), end <= timezone.now(), RIGHT)


def _scale(start: datetime, end: datetime | None) -> Callable[[datetime], float]:
    """Where a moment stands between entry into force and the end, or, without an end, two years on."""
    length = (end or max(start, timezone.now()) + timedelta(days=730)) - start
    seconds = max(length.total_seconds(), 1.0)

    def place(at: datetime) -> float:
        share = (at - start).total_seconds() / seconds
        return FORCE + (RIGHT - FORCE) * min(max(share, 0.0), 1.0)

    return place


def suspensions(events: Sequence[Event]) -> list[tuple[datetime, datetime | None]]:
    """From when to when it was suspended; None: it still is."""
    found: list[tuple[datetime, datetime | None]] = []
    for event in events:
        if event.kind == "agreement.suspended":
            found.append((event.at, None))
        elif event.kind == "agreement.resumed" and found and found[-1][1] is None:
            found[-1] = (found[-1][0], event.at)
    return found


# --- Drawing --------------------------------------------------------------------------------------------------------


def draw(agreement: Agreement, life: Life) -> SafeString:
    """The picture; colour by class only."""
    over, past = agreement.status in OVER, agreement.standing in PAST
    parts = [
        _line("s-line", LEFT, RIGHT + 40),
        _line("s-axis", LEFT, life.begins.x if life.begins.came else life.today),
    ]
    if life.begins.came and not over:
        parts.append(_line("s-accent", FORCE, min(life.today, RIGHT)))
    if life.expires:
        parts.append(_line("s-warn", life.expires.x, RIGHT))
    parts += [_pause(a, b) for a, b in life.pauses]
    parts += [_mark(mark, small=True) for mark in life.stages]
    parts.append(_mark(life.begins, small=past, stop=over))
    parts += [_mark(mark, small=mark is life.expires) for mark in (life.expires, life.ends) if mark]
    if life.halted:
        parts.append(_mark(life.halted, small=False, stop=True))
    if not over and agreement.standing not in CLOSED:
        marks = [*life.stages, life.begins, *filter(None, (life.expires, life.ends, life.halted))]
        parts.append(_today(life.today, over_a_mark=any(abs(mark.x - life.today) < 40 for mark in marks)))
    title = f"Life of {agreement.number}: " + "; ".join(f"{row[0]} {row[1]}" for row in rows(agreement, life))
    return format_html(
        '<svg class="p-pic p-pic--life" viewBox="0 0 860 140" role="img" aria-labelledby="life-title">'
        '<title id="life-title">{}</title>{}</svg>',
        title,
        format_html_join("", "{}", ((each,) for each in parts)),
    )


def _line(tone: str, a: float, b: float) -> SafeString:
    return format_html('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>', tone, f"{a:.0f}", LINE, f"{b:.0f}", LINE)


def _mark(mark: Mark, *, small: bool, stop: bool = False) -> SafeString:
    tone = "f-stop" if stop else ("f-soft" if small else "f-accent") if mark.came else "f-sheet"
    return format_html(
        '<circle class="{}" cx="{}" cy="{}" r="{}"/><text class="t-mid{}" x="{}" y="62">{}</text>'
        '<text class="t-soft t-mid" x="{}" y="112">{}</text>',
        tone, f"{mark.x:.0f}", LINE, 6 if small else 9, "" if small else " t-b", f"{mark.x:.0f}", mark.what,
        f"{mark.x:.0f}", _short(mark.at, year=mark.x >= FORCE) if mark.at else "",
    )  # fmt: skip


def _pause(a: float, b: float) -> SafeString:
    place = f"{a:.0f}", f"{max(b - a, 8):.0f}"
    return format_html(
        '<rect class="f-sheet" x="{}" y="76" width="{}" height="16"/>'
        '<rect class="f-hatch" x="{}" y="76" width="{}" height="16"/>',
        *place,
        *place,
    )


def _today(x: float, *, over_a_mark: bool) -> SafeString:
    return format_html(
        '<line class="s-now" x1="{}" y1="30" x2="{}" y2="{}"/><text class="t-b t-mid" x="{}" y="22">Today, {}</text>',
        f"{x:.0f}", f"{x:.0f}", 46 if over_a_mark else 98, f"{min(max(x, 60), 800):.0f}", _short(timezone.now()),
    )  # fmt: skip


def _short(at: datetime | date, *, year: bool = True) -> str:
    day = timezone.localtime(at).date() if isinstance(at, datetime) else at
    return f"{day:%b} {day.day}" + (f", {day.year}" if year else "")


# --- The same as a table --------------------------------------------------------------------------------------------


def rows(agreement: Agreement, life: Life) -> list[tuple[str, str]]:
    """The facts of the picture, each with its day."""
    found = [(mark.what, _short(mark.at) if mark.at else "to come") for mark in life.stages]
    for mark in (life.begins, life.expires, life.ends):
        if mark:
            found.append((mark.what, _short(mark.at) if mark.at else "to come"))
    for begin, end in life.suspensions:
        found.append(("Suspended", f"{_short(begin)} to {_short(end)}" if end else f"since {_short(begin)}"))
    if life.ends is None and agreement.status not in OVER:
        found.append(("Ends", "no end is set"))
    return found


def table(agreement: Agreement, life: Life) -> dict[str, Any]:
    """The picture's facts for the table beneath it."""
    return {
        "caption": f"Life of {agreement.number}",
        "columns": [{"label": "What", "head": True}, {"label": "When"}],
        "rows": [list(row) for row in rows(agreement, life)],
    }
