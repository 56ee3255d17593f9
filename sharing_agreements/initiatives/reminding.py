"""When a partner is reminded of a milestone. Reads only."""

from __future__ import annotations

from datetime import date, timedelta

from .models import Initiative, Milestone, MilestoneReminder

Step = MilestoneReminder.Step
SOON = timedelta(days=14)


def due(milestone: Milestone, today: date) -> MilestoneReminder.Step | None:
    """What is to be said now of a milestone of an initiative that is under way."""
    if milestone.done_on is not None or milestone.initiative.status != Initiative.Status.RUNNING:
        return None
    if today > milestone.due_on:
        return Step.LATE
    return Step.SOON if milestone.due_on - SOON <= today else None
