"""When actions and the yearly assessment are due: days that are computed (docs/adr/0016). Reads only."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from agencies.models import Agency
from portal.kernel.days import a_year_after

from .models import Assessment, PlanAction, Reminder

SOON = timedelta(days=30)
Step = Reminder.Step


def step_of(agency: Agency, due: date) -> Reminder.Step | None:
    """What is to be said of a day today, on the agency's own clock."""
    if agency.today < due - SOON:
        return None
    return Step.LATE if agency.today > due else Step.SOON


def again_on(assessment: Assessment) -> date | None:
    """A year after a version was reviewed, unless another one follows it already."""
    if assessment.reviewed_at is None:
        return None
    if Assessment.objects.filter(agency=assessment.agency_id, number__gt=assessment.number).exists():
        return None
    return a_year_after(timezone.localdate(assessment.reviewed_at, ZoneInfo(assessment.agency.time_zone)))


def action_on(action: PlanAction) -> date | None:
    """The day of an action that is still open."""
    return action.due_on if action.status in {PlanAction.Status.PLANNED, PlanAction.Status.BEGUN} else None
