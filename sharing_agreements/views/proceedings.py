"""What boards did with an agreement, as its page tells it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from portal.audit.models import Event
from sharing_agreements import wording
from sharing_agreements.models import Agreement


def open_motion(agreement: Agreement, events: list[Event]) -> list[dict[str, Any]]:
    """Where a member of the board goes on from here."""
    if not _is_with_board(agreement):
        return []
    made = [event for event in events if event.kind == "agreement.motion_made"]
    ends = {"agreement.motion_dropped", "agreement.motion_withdrawn"}
    closed = {event.detail["motion_id"] for event in events if event.kind in ends or wording.decides(event)}
    if made and made[-1].detail["motion_id"] not in closed:
        detail = made[-1].detail
        href = reverse("boards:motion", args=[detail["motion_id"]])
        return [{"label": f"Open motion {detail['motion']}", "href": href, "main": True}]
    return []


def _is_with_board(agreement: Agreement) -> bool:
    """Whether a motion on it can be open."""
    S = Agreement.Status
    return agreement.status in {S.BEFORE_BOARD, S.IN_FORCE, S.SUSPENDED}


def of(events: list[Event], *, opens: bool) -> list[dict[str, Any]]:
    """Motions on the agreement with their outcomes; linked for whom they are open to."""
    found: dict[str, dict[str, Any]] = {}
    for event in events:
        key = event.detail.get("motion_id")
        if event.kind == "agreement.motion_made":
            found[key] = {
                "title": f"Motion {event.detail['motion']} {wording.MOTIONS.get(event.detail['motion_kind'], '')}",
                "at": event.at,
                "status": "pending",
                "outcome": "",
                "href": reverse("boards:motion", args=[key]) if opens else "",
            }
        elif key in found:
            found[key].update(_progress(event))
    if not opens:
        for each in found.values():
            each.pop("record", None)
    return list(found.values())[::-1]


def _progress(event: Event) -> dict[str, Any]:
    if event.kind == "agreement.ballot_opened":
        return {"status": "voting"}
    if event.kind == "agreement.motion_withdrawn":
        return {"status": "withdrawn", "at": event.at}
    if event.kind == "agreement.motion_dropped":
        return {"status": "moot", "at": event.at, "outcome": f"{event.detail['reason']}."}
    if event.kind == "agreement.decided":
        status = ("carried" if event.detail["carried"] else "lost") if wording.decides(event) else "pending"
        record = reverse("boards:decision", args=[event.detail["decision"]])
        return {"status": status, "at": event.at, "outcome": f"{wording.outcome(event)}.", "record": record}
    return {}
