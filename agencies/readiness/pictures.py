"""Readiness drawn on the server as SVG, colour by class, each with the same figures in a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.kernel.templatetags.portal import UNKNOWN

from .models import Assessment
from .questionnaire import HIGHEST, Dimension
from .scoring import Score

LEFT, STEP, ROW = 330, 130, 26
"""Of the bars: where they begin, a level, and a line."""
NAMES, CELL, LINE, HEAD = 250, 46, 34, 250
"""Of the heat map: names of agencies, a cell, a line, and names of dimensions."""
FILLS = ((3, "f-accent", "t-on"), (2, "f-none", ""), (1, "f-well", ""), (0, "", ""))
"""From which score on a cell is filled how, with the class of the figure on it."""


class Row(NamedTuple):
    """A partner in the heat map."""

    assessment: Assessment
    scores: Mapping[str, Decimal]


def bars(dimensions: Sequence[Dimension], scores: Mapping[str, Score]) -> SafeString:
    """A bar for each dimension: solid up to its score, hatched what a critical item takes away."""
    high = 24 + ROW * len(dimensions)
    ticks = format_html_join(
        "",
        '<line class="s-line" x1="{0}" x2="{0}" y1="20" y2="{1}"/><text class="t-soft t-mid" x="{0}" y="12">{2}</text>',
        ((LEFT + STEP * level, high, level) for level in range(HIGHEST + 1)),
    )
    lines = format_html_join("", "{}", ((_bar(each, scores, 24 + ROW * n),) for n, each in enumerate(dimensions)))
    return format_html(
        '<svg class="p-pic p-pic--map" viewBox="0 0 {} {}" role="img" aria-labelledby="bars">'
        '<title id="bars">Score of each dimension, 0 to 4. The same figures are in the table below.</title>{}{}</svg>',
        LEFT + STEP * HIGHEST + 60, high + 4, ticks, lines,
    )  # fmt: skip


def _bar(dimension: Dimension, scores: Mapping[str, Score], top: int) -> SafeString:
    found = scores.get(dimension.key)
    name = format_html('<text x="0" y="{}">{}. {}</text>', top + 16, dimension.number, dimension.name)
    if found is None:
        return format_html('{}<text class="t-soft" x="{}" y="{}">not answered</text>', name, LEFT + 6, top + 16)
    wide, lost = round(found.value * STEP), round((found.mean - found.value) * STEP)
    rect = '<rect class="{}" x="{}" y="{}" width="{}" height="16"/>'
    solid = format_html(rect, "f-accent", LEFT, top + 4, max(wide, 2))
    hatch = format_html(rect, "f-hatch", LEFT + wide, top + 4, lost) if lost else ""
    return format_html(
        '{}{}{}<text class="t-b" x="{}" y="{}">{}</text>',
        name, solid, hatch, LEFT + max(wide, 2) + lost + 8, top + 16, found.value,
    )  # fmt: skip


def bars_table(dimensions: Sequence[Dimension], scores: Mapping[str, Score]) -> dict[str, Any]:
    return {
        "caption": "Score of each dimension",
        "columns": [
            {"label": "Dimension", "head": True},
            {"label": "Score", "num": True},
            {"label": "Without critical items", "num": True},
        ],
        "rows": [
            [f"{each.number}. {each.name}", *((found.value, found.mean) if found else (None, None))]
            for each in dimensions
            for found in (scores.get(each.key),)
        ],
    }


def heat(dimensions: Sequence[Dimension], rows: Sequence[Row]) -> SafeString:
    """Partners by dimensions: a figure in each cell, filled the more the higher it is."""
    heads = format_html_join(
        "",
        '<text class="{}" transform="translate({} {}) rotate(-60)">{}</text>',
        (
            ("t-b" if n == 0 else "", NAMES + CELL * n + CELL // 2 + 4, HEAD - 8, name)
            for n, name in enumerate(["Whole", *(f"{each.number}. {each.name}" for each in dimensions)])
        ),
    )
    lines = format_html_join("", "{}", ((_line(each, dimensions, HEAD + LINE * n),) for n, each in enumerate(rows)))
    return format_html(
        '<svg class="p-pic p-pic--wide" viewBox="0 0 {} {}" role="img" aria-labelledby="heat">'
        '<title id="heat">Readiness of {} agencies by dimension. The same figures are in the table below.</title>'
        "{}{}</svg>",
        NAMES + CELL * (len(dimensions) + 1) + 130, HEAD + LINE * len(rows) + 2, len(rows), heads, lines,
    )  # fmt: skip


def _line(row: Row, dimensions: Sequence[Dimension], top: int) -> SafeString:
    whole = row.assessment.score or Decimal(0)
    values = [whole, *(row.scores.get(each.key) for each in dimensions)]
    cells = format_html_join("", "{}", ((_cell(value, NAMES + CELL * n, top),) for n, value in enumerate(values)))
    name = str(row.assessment.agency)
    shown = name if len(name) < 37 else f"{name[:35]}…"
    return format_html('<text x="0" y="{}">{}</text>{}', top + 21, shown, cells)


def _cell(value: Decimal | None, left: int, top: int) -> SafeString:
    if value is None:
        return format_html('<text class="t-soft t-mid" x="{}" y="{}">{}</text>', left + CELL // 2, top + 21, UNKNOWN)
    fill, text = next((fill, text) for least, fill, text in FILLS if value >= least)
    rect = '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>'
    box = (left + 1, top + 1, CELL - 2, LINE - 2)
    return format_html(
        '{}{}<text class="t-mid {}" x="{}" y="{}">{}</text>',
        format_html(rect, fill, *box) if fill else "", format_html(rect, "s-line", *box),
        text, left + CELL // 2, top + 21, f"{value:.1f}",
    )  # fmt: skip


def progress(versions: Sequence[Assessment]) -> SafeString:
    """The whole score of each reviewed version, oldest first."""
    step = 540 // max(len(versions) - 1, 1)
    points = [(70 + step * n, 150 - round((each.score or 0) * 30), each) for n, each in enumerate(versions)]
    ticks = format_html_join(
        "",
        '<line class="s-line" x1="30" x2="640" y1="{0}" y2="{0}"/><text class="t-soft t-end" x="22" y="{1}">{2}</text>',
        ((150 - 30 * level, 154 - 30 * level, level) for level in range(HIGHEST + 1)),
    )
    line = format_html('<polyline class="s-accent" points="{}"/>', " ".join(f"{x},{y}" for x, y, _ in points))
    dots = format_html_join(
        "",
        '<circle class="o-accent" cx="{0}" cy="{1}" r="6"/><text class="t-mid t-b" x="{0}" y="{2}">{3}</text>'
        '<text class="t-mid t-soft" x="{0}" y="172">Version {4}</text>',
        ((x, y, y - 12, each.score, each.number) for x, y, each in points),
    )
    return format_html(
        '<svg class="p-pic p-pic--life" viewBox="0 0 650 180" role="img" aria-labelledby="progress">'
        '<title id="progress">Whole score over {} versions. The figures are in the table below.</title>{}{}{}</svg>',
        len(versions), ticks, line, dots,
    )  # fmt: skip


def progress_table(
    dimensions: Sequence[Dimension], versions: Iterable[tuple[Assessment, Mapping[str, Decimal]]]
) -> dict[str, Any]:
    """Dimensions by versions, the whole first."""
    found = list(versions)
    whole = ["Whole", *(each.score for each, _ in found)]
    parts = [[f"{each.number}. {each.name}", *(of.get(each.key) for _, of in found)] for each in dimensions]
    return {
        "caption": "Scores by version",
        "columns": [
            {"label": "Dimension", "head": True},
            *({"label": f"Version {each.number}", "num": True} for each, _ in found),
        ],
        "rows": [whole, *parts],
    }
