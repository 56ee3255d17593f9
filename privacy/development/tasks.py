"""What beat asks of policies: to remind of yearly reviews. A reminder that was missed is found by the next run."""

import logging

from celery import shared_task
from django.db import Error

from privacy.models import PolicyVersion

from . import commands, yearly

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def remind_of_yearly_reviews() -> None:
    """Remind of each policy that is due for it; one that goes wrong does not hold up the others."""
    in_force = PolicyVersion.objects.published().select_related("policy__agency")
    for version in in_force.prefetch_related("yearly_reminders"):
        due = yearly.due_on(version)
        step = yearly.step_of(version, due)
        told = {(each.due_on, each.step) for each in version.yearly_reminders.all()}
        if step is None or (due, step) in told:
            continue
        try:
            commands.remind_of_yearly_review(version_id=version.pk)
        except Error as error:
            log.warning("nobody reminded of the review of policy version %s: %s", version.pk, type(error).__name__)
