"""What beat asks of funding: reminders, and to remove files that a crash left. What was missed is found by the next
run."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

from celery import shared_task
from django.db import Error
from django.utils import timezone

from portal.kernel import files

from . import commands, reminding
from .models import FILES, Application, Document, FundingReminder, Report

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def remind_of_funding() -> None:
    """Remind of each deadline and report that is due for it; one that goes wrong does not hold up the others."""
    today = timezone.localdate()
    drafts = Application.objects.filter(status=Application.Status.DRAFT, program__deadline_on__gte=today)
    for draft in drafts.select_related("program").prefetch_related("reminders"):
        if _is_new(reminding.of_application(draft, today), draft):
            _tried(lambda pk=draft.pk: commands.remind_of_deadline(application_id=pk), draft.pk)  # type: ignore[misc]
    for report in Report.objects.filter(sent_on=None).prefetch_related("reminders"):
        if _is_new(reminding.of_report(report, today), report):
            _tried(lambda pk=report.pk: commands.remind_of_report(report_id=pk), report.pk)  # type: ignore[misc]


def _is_new(step: FundingReminder.Step | None, thing: Application | Report) -> bool:
    return step is not None and step not in {reminder.step for reminder in thing.reminders.all()}


def _tried(remind: Callable[[], object], pk: UUID) -> None:
    try:
        remind()
    except Error as error:
        log.warning("nobody reminded of %s: %s", pk, type(error).__name__)


@shared_task(ignore_result=True)
def sweep_files() -> None:
    """Once a day, by beat."""
    files.sweep(FILES, set(Document.objects.filter(removed_at=None).values_list("file", flat=True)))
