"""An initiative drawn on the server as SVG, colour by class, each picture with the same facts in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.kernel.parts import Part, part
from portal.kernel.templatetags.portal import UNKNOWN
from sharing_agreements.budgets import years

from .standing import Partner, Room
from .waiting import Step

LEFT, RIGHT, WIDTH, HEAD, ROW = 275, 545, 850, 44, 44
"""Of the plan: the time from and to, the whole width, the head, and a line."""
LONGEST = 36
"""Letters of a name that fit; the table has them all."""
STATES = {
    "done": ("f-good", "Done"),
    "planned": ("o-accent", "Planned"),
    "blocked": ("f-hatch", "Held up"),
    "overdue": ("f-stop", "Overdue"),
}
CHIPS = {
    "done": ("good", "good"),
    "planned": ("plain", "clock"),
    "blocked": ("warn", "pause"),
    "overdue": ("stop", "clock"),
}
HIGHEST = 4
"""Of readiness."""

Place = Callable[[date], float]
"""Where a day stands in the plan."""


def cut(text: str, longest: int = LONGEST) -> str:
    """The text, or its beginning with a sign that it goes on."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def day(on: date) -> str:
    return date_format(on, "M j, Y")


def state_of(step: Step) -> Part:
    tone, icon = CHIPS[step.state]
    return part("chip", tone=tone, icon=icon, text=STATES[step.state][1])


# --- The plan -------------------------------------------------------------------------------------------------------


def plan(room: Room) -> SafeString:
    """Milestones as lines over time, and an arrow from each to what waits for it."""
    first, last = room.first_day, room.last_day
    span = max((last - first).days, 1)

    def place(on: date) -> float:
        return LEFT + (RIGHT - LEFT) * (on - first).days / span

    rows = {step.milestone.pk: HEAD + ROW * n + ROW // 2 for n, step in enumerate(room.steps)}
    high = HEAD + ROW * len(room.steps)
    lines = format_html_join("", "{}", ((_line(step, rows[step.milestone.pk], place),) for step in room.steps))
    arrows = format_html_join("", "{}", ((each,) for each in _arrows(room.steps, rows, place)))
    ends = format_html(
        '<text class="t-soft" x="{}" y="16">{}</text><text class="t-soft t-end" x="{}" y="16">{}</text>',
        LEFT, day(first), RIGHT, day(last),
    )  # fmt: skip
    title = f"{len(room.steps)} milestones, {room.done} done, {len(room.held)} held up, {len(room.overdue)} overdue"
    return format_html(
        '<svg class="p-pic p-pic--map" viewBox="0 0 {} {}" role="img" aria-labelledby="plan-title">'
        '<title id="plan-title">{}. The same facts are in the table below.</title>{}{}{}{}</svg>',
        WIDTH, high + 8, title, ends, _now(first, last, place, high), lines, arrows,
    )  # fmt: skip


def _now(first: date, last: date, place: Place, high: int) -> SafeString:
    today = timezone.localdate()
    if not first <= today <= last + timedelta(days=1):
        return SafeString("")
    x = f"{place(min(today, last)):.1f}"
    return format_html(
        '<line class="s-now" x1="{0}" x2="{0}" y1="34" y2="{1}"/><text class="t-b t-mid" x="{0}" y="30">Today</text>',
        x, high,
    )  # fmt: skip


def _line(step: Step, y: int, place: Place) -> SafeString:
    milestone = step.milestone
    x, tone = place(milestone.done_on or milestone.due_on), STATES[step.state][0]
    when = f"done {day(milestone.done_on)}" if milestone.done_on else f"by {day(milestone.due_on)}"
    held = "; ".join(wait.said for wait in step.held_by)
    under = f"waits for {held}" if held else when
    beside = cut(str(milestone.agency), 28) + (f", {when}" if held else "")
    return format_html(
        '<line class="s-line" x1="0" x2="{}" y1="{}" y2="{}"/>'
        '<text class="{}" x="0" y="{}">{}</text><circle class="{}" cx="{}" cy="{}" r="7"/>'
        '<text x="{}" y="{}">{}</text><text class="t-soft" x="{}" y="{}">{}</text>',
        WIDTH, y + ROW // 2, y + ROW // 2,
        "t-soft" if step.state == "done" else "t-b", y + 4, cut(str(milestone)), tone, f"{x:.1f}", y,
        RIGHT + 24, y - 3, cut(beside, 44), RIGHT + 24, y + 13, cut(under, 44),
    )  # fmt: skip


def _arrows(steps: list[Step], rows: dict[Any, int], place: Place) -> Iterator[SafeString]:
    """From each milestone to those that wait for it: strong as long as it holds them up."""
    known = {step.milestone.pk: step.milestone for step in steps}
    for step in steps:
        for wait in step.waits:
            by = known.get(wait.block.by_milestone_id) if wait.block.by_milestone_id else None
            if by is None:
                continue
            x1, y1 = place(by.done_on or by.due_on), rows[by.pk]
            x2, y2 = place(step.milestone.done_on or step.milestone.due_on), rows[step.milestone.pk]
            holds = wait.holds and step.state != "done"
            turn = x1 if x2 - 12 > x1 else x2 - 22
            way = 7 if y2 > y1 else -7
            yield format_html(
                '<path class="{}" d="M{} {} {}V{} H{}"/><path class="f-soft" d="M{} {} l-7 -4 v8 z"/>',
                "s-axis" if holds else "s-dash",
                f"{turn:.1f}", y1 + (way if turn == x1 else 0),
                f"M{x1 - 7:.1f} {y1} H{turn:.1f} " if turn != x1 else "", y2, f"{x2 - 9:.1f}", f"{x2 - 7:.1f}", y2,
            )  # fmt: skip


def plan_table(room: Room) -> dict[str, Any]:
    return {
        "caption": "Milestones, and what they wait for",
        "columns": [
            {"label": "Milestone", "head": True},
            *({"label": each} for each in ("Who", "Due", "Done", "State", "Waits for")),
        ],
        "rows": [
            [
                str(step.milestone),
                who(step),
                step.milestone.due_on,
                step.milestone.done_on,
                STATES[step.state][1],
                "; ".join(wait.said for wait in step.held_by),
            ]
            for step in room.steps
        ],
    }


def who(step: Step) -> str:
    milestone = step.milestone
    return f"{milestone.agency}, {milestone.person}" if milestone.person else str(milestone.agency)


# --- The partners ---------------------------------------------------------------------------------------------------

READY, BAR, PAYS, SAYS, TALL = 255, 110, 440, 630, 34
"""Of the partners: where readiness and cost begin, how long their bars are, where words begin, and a line."""


def partners(room: Room) -> SafeString:
    """A line for each partner: how ready it is, what it pays, and what waits for it."""
    most = max((each.now or Decimal(0) for each in room.partners), default=Decimal(0)) or Decimal(1)
    lines = format_html_join("", "{}", ((_partner(each, 36 + TALL * n, most),) for n, each in enumerate(room.partners)))
    pays = f"Pays, {years.label(room.year)}" if room.year else "Pays"
    heads = format_html_join(
        "", '<text class="t-soft" x="{}" y="16">{}</text>',
        ((0, "Partner"), (READY, "Readiness, 0 to 4"), (PAYS, pays), (SAYS, "Has to do")),
    )  # fmt: skip
    return format_html(
        '<svg class="p-pic p-pic--map" viewBox="0 0 {} {}" role="img" aria-labelledby="partners-title">'
        '<title id="partners-title">{} partners: readiness, what each pays, and what waits for it. The same figures '
        "are in the table below.</title>{}{}</svg>",
        WIDTH, 40 + TALL * len(room.partners), len(room.partners), heads, lines,
    )  # fmt: skip


def _partner(each: Partner, y: int, most: Decimal) -> SafeString:
    score = each.assessment.score if each.assessment else None
    return format_html(
        '<line class="s-line" x1="0" x2="{}" y1="{}" y2="{}"/><text class="t-b" x="0" y="{}">{}</text>{}{}'
        '<text x="{}" y="{}">{}</text>',
        WIDTH, y + TALL - 6, y + TALL - 6, y + 14, cut(str(each.agency)),
        _bar("f-mid", READY, y, score, Decimal(HIGHEST), str(score) if score is not None else "not assessed"),
        _bar("f-accent", PAYS, y, each.now, most, f"${each.now:,.0f}" if each.now is not None else UNKNOWN),
        SAYS, y + 14, cut(has_to_do(each), 35),
    )  # fmt: skip


def _bar(tone: str, x: int, y: int, value: Decimal | None, most: Decimal, says: str) -> SafeString:
    wide = float(BAR * value / most) if value else 0.0
    rect = format_html('<rect class="{}" x="{}" y="{}" width="{}" height="16"/>', tone, x, y + 2, f"{wide:.1f}")
    return format_html('{}<text x="{}" y="{}">{}</text>', rect if wide else "", f"{x + wide + 6:.1f}", y + 14, says)


def has_to_do(each: Partner) -> str:
    """`2 open; milestone 3 waits for it`."""
    held = ", ".join(each.holds)
    waits = (
        f"; milestone{'s' if len(each.holds) > 1 else ''} {held} wait{'' if len(each.holds) > 1 else 's'}"
        if held
        else ""
    )
    return f"{each.open} open{waits}" if each.open or held else "nothing open"
