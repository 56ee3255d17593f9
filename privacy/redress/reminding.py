"""When an agency is reminded of what it was asked. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .models import RedressReminder, RedressRequest

SOON = timedelta(days=7)
Step = RedressReminder.Step


@dataclass(frozen=True)
class Due:
    """What is to be said now, and of which day."""

    step: RedressReminder.Step
    day: date


def day_of(request: RedressRequest) -> date | None:
    """The day by which the agency is to answer, or to decide on the appeal; None where nothing is asked of it."""
    if request.decided_at is None:
        return request.due_on
    appeal = getattr(request, "appeal", None)
    return appeal.due_on if appeal is not None and appeal.decided_at is None else None


def due(request: RedressRequest) -> Due | None:
    """What is due, by the agency's calendar."""
    day = day_of(request)
    if day is None:
        return None
    if request.agency.today > day:
        return Due(Step.LATE, day)
    return Due(Step.SOON, day) if request.agency.today >= day - SOON else None
