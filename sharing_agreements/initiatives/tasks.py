"""What beat asks of initiatives: to remind of milestones. A reminder that was missed is found by the next run."""

import logging

from celery import shared_task
from django.db import Error
from django.utils import timezone

from . import commands, reminding
from .models import Initiative, Milestone

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def remind_of_milestones() -> None:
    """Remind of each open milestone that is due for it; one that goes wrong does not hold up the others."""
    today = timezone.localdate()
    running = Milestone.objects.filter(done_on=None, initiative__status=Initiative.Status.RUNNING)
    for milestone in running.select_related("initiative").prefetch_related("reminders"):
        step = reminding.due(milestone, today)
        if step is None or (step, milestone.due_on) in {(each.step, each.due_on) for each in milestone.reminders.all()}:
            continue
        try:
            commands.remind_of_milestone(milestone_id=milestone.pk)
        except Error as error:
            log.warning("nobody reminded of milestone %s: %s", milestone.pk, type(error).__name__)
