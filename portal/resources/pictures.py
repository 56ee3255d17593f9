"""The map of who shares what, drawn on the server as SVG, with the same figures in a table."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .sharing import Place, Share, SharingMap

LEFT, ROW, TOP = 190, 46, 127
NARROWEST, STEP = 832, (92, 150)
MOST_LETTERS = 13


def sharing(sharing_map: SharingMap) -> SafeString:
    """A matrix: rows give, columns receive, the size of a dot tells how much."""
    places = sharing_map.places
    step = min(max((NARROWEST - LEFT) // len(places), STEP[0]), STEP[1])
    width = max(NARROWEST, LEFT + step * len(places))
    heads = format_html_join("", "{}", ((_head(place, LEFT + step * n + step // 2),) for n, place in enumerate(places)))
    rows = format_html_join("", "{}", ((_row(sharing_map, place, n, width, step),) for n, place in enumerate(places)))
    return format_html(
        '<svg class="p-pic {}" viewBox="0 40 {} {}" role="img" aria-labelledby="map-title map-more">'
        '<title id="map-title">Who shares what with whom</title>'
        '<desc id="map-more">A matrix of {} {}. The same figures are in the table below the picture.</desc>'
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<line class="s-hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>'
        '<text class="t-soft" x="0" y="114">Gives</text><text class="t-soft" x="{}" y="58">Receives</text>{}{}</svg>',
        "p-pic--map" if len(places) < 8 else "p-pic--wide",
        width,
        TOP - 40 + ROW * len(places),
        len(places),
        "kinds of agency" if sharing_map.by_kind else "agencies",
        LEFT,
        heads,
        rows,
    )


def _head(place: Place, middle: int) -> SafeString:
    lines = _wrapped(place.name, 3)
    words = format_html_join(
        "",
        '<text class="t-mid" x="{}" y="{}">{}</text>',
        ((middle, 114 - 16 * (len(lines) - 1 - i), line) for i, line in enumerate(lines)),
    )
    return format_html("<g><title>{}</title>{}</g>", place.name, words)


def _row(sharing_map: SharingMap, giver: Place, n: int, width: int, step: int) -> SafeString:
    top = TOP + ROW * n
    lines = _wrapped(giver.name, 2, letters=25)
    first = top + 28 - 8 * (len(lines) - 1)
    name = format_html_join(
        "", '<text class="t-b" x="0" y="{}">{}</text>', ((first + 16 * i, line) for i, line in enumerate(lines))
    )
    cells = format_html_join(
        "",
        "{}",
        (
            (_cell(sharing_map, giver, receiver, (LEFT + step * column, top, step)),)
            for column, receiver in enumerate(sharing_map.places)
        ),
    )
    return format_html('<line class="s-line" x1="0" x2="{}" y1="{}" y2="{}"/>{}{}', width, top, top, name, cells)


def _cell(sharing_map: SharingMap, giver: Place, receiver: Place, at: tuple[int, int, int]) -> SafeString:
    left, top, step = at
    if giver == receiver and not sharing_map.by_kind:
        return format_html('<rect class="f-well" x="{}" y="{}" width="{}" height="{}"/>', left, top, step, ROW)
    share = sharing_map.share(giver, receiver)
    tone, size = _dot(share)
    x, y = left + step // 2, top + ROW // 2
    number = format_html(
        '<text class="t-mid {}" x="{}" y="{}">{}</text>',
        "t-b" if share.expiring else "t-on",
        x,
        y + 4.5,
        _short(share.count),
    )
    return format_html(
        '<g><title>{} to {}: {}</title>{}<circle class="{}" cx="{}" cy="{}" r="{}"/>{}</g>',
        giver.name,
        receiver.name,
        amount(share, by_kind=sharing_map.by_kind),
        _ring(share, x, y, size),
        tone,
        x,
        y,
        size,
        number if share.count else "",
    )


def _ring(share: Share, x: int, y: int, size: str) -> SafeString:
    """Hatched around what is shared, where something more is suspended."""
    if not (share.count and share.suspended):
        return SafeString("")
    return format_html('<circle class="f-hatch" cx="{}" cy="{}" r="{}"/>', x, y, float(size) + 4)


def _dot(share: Share) -> tuple[str, str]:
    if share.count:
        size = "9" if share.count == 1 else "13" if share.count < 4 else "18"
        return ("o-accent" if share.expiring else "f-accent", size)
    return ("f-hatch", "9") if share.suspended else ("f-soft", "1.5")


def _short(count: int) -> str:
    """A number that fits a dot: 999, 1.9k, 15k; the whole stands in the title and the table."""
    if count < 1000:
        return str(count)
    return f"{count / 1000:.1f}k" if count < 9_950 else f"{round(count / 1000)}k"


def _wrapped(name: str, most: int, letters: int = MOST_LETTERS) -> list[str]:
    """The name in at most so many lines; what does not fit ends in three dots and stands whole in the title."""
    lines = [""]
    for word in name.split():
        if lines[-1] and len(f"{lines[-1]} {word}") > letters:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    cut = [line if len(line) <= letters + 1 else f"{line[: letters - 1]}…" for line in lines[:most]]
    if len(lines) > most:
        cut[-1] = f"{cut[-1][: letters - 1].rstrip('…')}…"
    return cut


def amount(share: Share, *, by_kind: bool) -> str:
    """A share in words, as it stands in the table."""
    if not share.count and share.suspended <= 1:
        return "suspended" if share.suspended else "nothing"
    noun = "pair of agencies" if by_kind else "record set"
    plural = "pairs of agencies" if by_kind else "record sets"
    if not share.count:
        return f"{share.suspended:,} {plural}, suspended"
    said = f"{share.count:,} {noun if share.count == 1 else plural}"
    said = f"{said}, expiring" if share.expiring else said
    return f"{said}, {share.suspended:,} more suspended" if share.suspended else said


def sharing_table(sharing_map: SharingMap) -> dict[str, Any]:
    """The same figures: one row for each giver, one column for each receiver."""
    places = sharing_map.places
    return {
        "caption": "What each gives to each other",
        "columns": [{"label": "Gives", "head": True}, *({"label": place.name} for place in places)],
        "rows": [
            [
                giver.name,
                *(
                    "itself"
                    if giver == receiver and not sharing_map.by_kind
                    else amount(sharing_map.share(giver, receiver), by_kind=sharing_map.by_kind)
                    for receiver in places
                ),
            ]
            for giver in places
        ],
    }
