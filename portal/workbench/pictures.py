"""Pictures drawn on the server as SVG, colour by class, each with the same figures in a table."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .log import Day

WIDTH, HEIGHT, BASE, TOP = 1200, 170, 140, 20


def by_day(days: list[Day]) -> SafeString:
    """Entries of the access log by day, stacked: viewed, released, refused."""
    most = max((day.total for day in days), default=0) or 1
    step = (WIDTH - 50) / max(len(days), 14)  # one day is a bar, not a wall
    bars = format_html_join("", "{}", ((_bar(day, 50 + n * step, step * 0.6, most),) for n, day in enumerate(days)))
    refused = sum(day.refused for day in days)
    title = f"Entries by day: {sum(day.total for day in days)} in all, {refused} refused. Figures in the table below."
    return format_html(
        '<svg class="p-pic p-pic--wide" viewBox="0 0 {} {}" role="img" aria-labelledby="by-day">'
        '<title id="by-day">{}</title>'
        '<line class="s-line" x1="40" x2="{}" y1="{}" y2="{}"/><text class="t-soft t-end" x="34" y="{}">0</text>'
        '<text class="t-soft t-end" x="34" y="{}">{}</text>{}</svg>',
        WIDTH, HEIGHT, title, WIDTH, BASE, BASE, BASE + 4, TOP + 4, most, bars,
    )  # fmt: skip


def _bar(day: Day, x: float, width: float, most: int) -> SafeString:
    y, parts = float(BASE), []
    for tone, count in (("f-accent", day.viewed), ("f-mid", day.released), ("f-stop", day.refused)):
        height = (BASE - TOP) * count / most
        y -= height
        if count:
            parts.append((tone, f"{x:.1f}", f"{y:.1f}", f"{width:.1f}", f"{max(height, 1.5):.1f}"))
    rects = format_html_join("", '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', parts)
    label = format_html('<text class="t-soft t-mid" x="{}" y="160">{}</text>', f"{x + width / 2:.1f}", day.day.day)
    return format_html("{}{}", rects, label)


def by_day_table(days: list[Day]) -> dict[str, Any]:
    """The same figures: one row a day."""
    return {
        "caption": "Entries by day",
        "columns": [
            {"label": "Day", "head": True},
            *({"label": name, "num": True} for name in ("Viewed", "Released", "Refused")),
        ],
        "rows": [[day.day, day.viewed, day.released, day.refused] for day in days],
    }
