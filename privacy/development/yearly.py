"""When a policy in force is to be looked through again: a day that is computed (docs/adr/0016). Reads only."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from portal.kernel.days import a_year_after
from privacy.models import PolicyVersion

from .models import YearlyReminder

S = PolicyVersion.Status
SOON = timedelta(days=30)
Step = YearlyReminder.Step


def due_on(version: PolicyVersion) -> date | None:
    """A year after it was published, or after an officer last said that it is still right; None if not in force."""
    if version.status != S.PUBLISHED or version.published_at is None:
        return None
    last = max([version.published_at, *(each.at for each in version.yearly_reviews.all())])
    return a_year_after(timezone.localdate(last, ZoneInfo(version.policy.agency.time_zone)))


def step_of(version: PolicyVersion, due: date | None) -> YearlyReminder.Step | None:
    """What is to be said of it today, on the agency's own clock."""
    today = version.policy.agency.today
    if due is None or today < due - SOON:
        return None
    return Step.LATE if today > due else Step.SOON
