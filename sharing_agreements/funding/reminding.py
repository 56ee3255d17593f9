"""When somebody is reminded of a deadline or a report. Reads only."""

from __future__ import annotations

from datetime import date, timedelta

from .models import Application, FundingReminder, Report

Step = FundingReminder.Step
DEADLINE, REPORT = timedelta(days=21), timedelta(days=14)


def of_application(application: Application, today: date) -> FundingReminder.Step | None:
    """What is to be said of a draft: that the program's deadline comes near. What has passed is said on its page."""
    deadline = application.program.deadline_on
    if application.status != Application.Status.DRAFT or deadline is None:
        return None
    return Step.SOON if deadline - DEADLINE <= today <= deadline else None


def of_report(report: Report, today: date) -> FundingReminder.Step | None:
    """What is to be said of a report that was not sent."""
    if report.sent_on is not None:
        return None
    if today > report.due_on:
        return Step.LATE
    return Step.SOON if report.due_on - REPORT <= today else None
