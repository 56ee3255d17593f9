"""Risks by likelihood and impact, drawn on the server as SVG, with the same figures in a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.kernel.parts import part

from .levels import IMPACTS, LIKELIHOODS, Level, level_of
from .models import Risk

LEFT, TOP, WIDE, HIGH = 130, 44, 138, 66
MOST = 5
"""Marks that a cell has room for; what there is beyond them stands in the table."""
FILLS = {Level.MODERATE: "f-well", Level.HIGH: "f-none"}


class Dot(NamedTuple):
    """A risk in a cell: a ring where it is without its mitigation, solid where it is with it."""

    risk: Risk
    solid: bool


def picture(risks: list[Risk]) -> SafeString:
    """Five by five cells, each with its score and level in words; a ring is before the mitigation, a dot after it."""
    rows = format_html_join("", "{}", ((_row(y, risks),) for y in range(5)))
    heads = format_html_join(
        "",
        '<text class="t-mid" x="{}" y="36">{} {}</text>',
        ((LEFT + WIDE * x + WIDE // 2, step.value, step.name) for x, step in enumerate(IMPACTS)),
    )
    return format_html(
        '<svg class="p-pic p-pic--map" viewBox="0 0 {} {}" role="img" aria-labelledby="matrix-title matrix-more">'
        '<title id="matrix-title">Risk matrix</title><desc id="matrix-more">{} by likelihood and impact, before and '
        "after mitigation. The same figures are in the table below the picture.</desc>"
        '<text class="t-soft" x="0" y="36">Likelihood</text><text class="t-soft" x="{}" y="14">Impact</text>{}{}</svg>',
        LEFT + WIDE * 5 + 2,
        TOP + HIGH * 5 + 2,
        f"{len(risks)} risk{'' if len(risks) == 1 else 's'}",
        LEFT,
        heads,
        rows,
    )


def _row(y: int, risks: list[Risk]) -> SafeString:
    step = LIKELIHOODS[4 - y]
    top = TOP + HIGH * y
    cells = format_html_join("", "{}", ((_cell(step.value, x + 1, top, risks),) for x in range(5)))
    return format_html('<text x="0" y="{}">{} {}</text>{}', top + HIGH // 2 + 4, step.value, step.name, cells)


def _cell(likelihood: int, impact: int, top: int, risks: list[Risk]) -> SafeString:
    left, score = LEFT + WIDE * (impact - 1), likelihood * impact
    level = level_of(score)
    here = list(_dots((likelihood, impact), risks))
    shown = here if len(here) <= MOST else here[: MOST - 1]
    dots = format_html_join("", "{}", ((_dot(each, left + 18 + 25 * n, top + 45),) for n, each in enumerate(shown)))
    more = (
        format_html('<text x="{}" y="{}">+{}</text>', left + 8 + 25 * len(shown), top + 49, len(here) - len(shown))
        if len(here) > len(shown)
        else ""
    )
    box = (left + 1, top + 1, WIDE - 2, HIGH - 2)
    rect = '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>'
    filled = format_html(rect, FILLS[level], *box) if level in FILLS else ""
    return format_html(
        '{}<rect class="s-line" x="{}" y="{}" width="{}" height="{}"/><text class="{}" x="{}" y="{}">{} {}</text>{}{}',
        filled, *box,
        "t-b" if level is Level.HIGH else "t-soft", left + 8, top + 20, level.label, score, dots, more,
    )  # fmt: skip


def _dots(at: tuple[int, int], risks: Iterable[Risk]) -> Iterator[Dot]:
    for risk in risks:
        if at == (risk.likelihood, risk.impact):
            yield Dot(risk, solid=False)
        if risk.mitigation and at == risk.left:
            yield Dot(risk, solid=True)


def _dot(dot: Dot, x: int, y: int) -> SafeString:
    return format_html(
        '<g><title>{}, {} mitigation</title><circle class="{}" cx="{}" cy="{}" r="11"/>'
        '<text class="t-mid {}" x="{}" y="{}">{}</text></g>',
        dot.risk, "with" if dot.solid else "before",
        "f-accent" if dot.solid else "o-accent", x, y,
        "t-on" if dot.solid else "t-b", x, y + 4.5, dot.risk.number,
    )  # fmt: skip


def table(risks: list[Risk]) -> dict[str, Any]:
    """The same figures: one row a risk."""
    return {
        "caption": "Risks by likelihood and impact",
        "columns": [
            {"label": "Risk", "head": True},
            {"label": "Likelihood"},
            {"label": "Impact"},
            {"label": "Before mitigation"},
            {"label": "Likelihood after"},
            {"label": "Impact after"},
            {"label": "After mitigation"},
        ],
        "rows": [[str(risk), *_figures(risk, after=False), *_figures(risk, after=True)] for risk in risks],
    }


def short_table(risks: list[Risk]) -> dict[str, Any]:
    """Each risk with its level before and after mitigation, and who answers for it."""
    return {
        "caption": "Risks before and after mitigation",
        "columns": [
            {"label": "Risk", "head": True},
            {"label": "Before"},
            {"label": "After"},
            {"label": "Answers for it"},
        ],
        "rows": [
            [str(risk), _figures(risk, after=False)[-1], _figures(risk, after=True)[-1], risk.owner or "Nobody yet"]
            for risk in risks
        ],
    }


def _figures(risk: Risk, *, after: bool) -> list[Any]:
    if after and not risk.mitigation:
        return ["Not mitigated", "Not mitigated", "Not mitigated"]
    likelihood, impact = risk.left if after else (risk.likelihood, risk.impact)
    score = likelihood * impact
    return [
        f"{likelihood} {LIKELIHOODS[likelihood - 1].name}",
        f"{impact} {IMPACTS[impact - 1].name}",
        part("state", status=level_of(score), detail=score),
    ]
