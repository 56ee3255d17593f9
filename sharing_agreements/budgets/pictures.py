"""A budget over its years as a picture drawn on the server, with the same figures as a table."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from . import years
from .sharing import Plan, Sums
from .wording import dollars

WIDTH, HEIGHT, BASE, TOP, LEFT = 860, 250, 200, 46, 20
BARS = (("f-accent", "Shared by the parties"), ("f-mid", "From other sources"), ("f-soft", "In kind"))
MISSING = ("s-dash", "Less from sources than the year before")


def drop(plan: Plan, year: int) -> Decimal:
    """By how much the parties' part rises in a year because other sources give less than the year before."""
    before = plan.sums.get(year - 1)
    return max(before.sources - plan.sums[year].sources, Decimal(0)) if before else Decimal(0)


def ended(plan: Plan, year: int) -> list[str]:
    """Sources that gave in the year before and give nothing in this one."""
    names = {number: {source.name for source in plan.sources if source.year == number} for number in (year - 1, year)}
    return sorted(names[year - 1] - names[year])


def by_year(plan: Plan) -> SafeString:
    """One bar a year: what the parties share, what other sources pay, what is in kind; and where sources end."""
    sums = list(plan.sums.values())
    most = max((_whole(each) + drop(plan, each.year) for each in sums), default=Decimal(0)) or Decimal(1)
    step = (WIDTH - 2 * LEFT) / len(sums)
    bars = format_html_join("", "{}", ((_bar(plan, each, LEFT + n * step, step, most),) for n, each in enumerate(sums)))
    title = "Costs by fiscal year: " + "; ".join(
        f"{years.label(each.year)} {dollars(each.to_share)} shared, {dollars(each.sources)} from other sources"
        for each in sums
    )
    return format_html(
        '<svg class="p-pic p-pic--life" viewBox="0 0 {} {}" role="img" aria-labelledby="by-year">'
        '<title id="by-year">{}. Figures in the table below.</title>'
        '<line class="s-line" x1="{}" x2="{}" y1="{}" y2="{}"/>{}</svg>',
        WIDTH, HEIGHT, title, LEFT, WIDTH - LEFT, BASE, BASE, bars,
    )  # fmt: skip


def _parts(sums: Sums) -> tuple[Decimal, Decimal, Decimal]:
    """The parts of a bar, from below: shared, paid by other sources, in kind."""
    return sums.to_share, min(sums.sources, sums.cash), sums.in_kind


def _whole(sums: Sums) -> Decimal:
    return sum(_parts(sums), Decimal(0))


def _bar(plan: Plan, sums: Sums, x: float, step: float, most: Decimal) -> SafeString:
    width, y = min(step * 0.5, 120.0), float(BASE)
    x += (step - width) / 2
    rects = []
    missing = drop(plan, sums.year)
    for tone, amount in zip((*(tone for tone, _ in BARS), "s-dash"), (*_parts(sums), missing), strict=True):
        height = float((BASE - TOP) * amount / most)
        y -= height
        if amount:
            rects.append((tone, f"{x:.1f}", f"{y:.1f}", f"{width:.1f}", f"{max(height, 1.5):.1f}"))
    drawn = format_html_join("", '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', rects)
    middle = f"{x + width / 2:.1f}"
    said = f"{_short(missing)} less: {ended(plan, sums.year)[0]} ended" if ended(plan, sums.year) else ""
    return format_html(
        '{}<text class="t-b t-mid" x="{}" y="{}">{}</text><text class="t-soft t-mid" x="{}" y="{}">{} shared</text>'
        '<text class="t-mid" x="{}" y="{}">{}</text>',
        drawn, middle, BASE + 20, years.label(sums.year), middle, BASE + 38, _short(sums.to_share),
        middle, f"{y - 8:.1f}", said or (f"{_short(missing)} less from sources" if missing else ""),
    )  # fmt: skip


def _short(amount: Decimal) -> str:
    """Whole dollars: the table has the cents."""
    return f"${amount:,.0f}"


def table(plan: Plan) -> dict[str, Any]:
    """The picture's figures, a row a year."""
    names = (
        "In money",
        "In kind",
        "From other sources",
        "Less from sources than the year before",
        "Shared by the parties",
        "Actual so far",
    )
    columns: Sequence[dict[str, Any]] = [
        {"label": "Fiscal year", "head": True},
        *({"label": n, "num": True} for n in names),
    ]
    return {
        "caption": "Costs by fiscal year",
        "columns": columns,
        "rows": [
            [
                plan.budget.spelled(each.year),
                dollars(each.cash),
                dollars(each.in_kind),
                dollars(each.sources),
                dollars(drop(plan, each.year) or None),
                dollars(each.to_share),
                dollars(each.actual),
            ]
            for each in plan.sums.values()
        ],
    }
